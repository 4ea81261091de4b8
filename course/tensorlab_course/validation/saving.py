"""Writes a notebook's outputs in one stable form, so that saving it twice changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tensorlab_course.frames import WIDGET_VIEW
from tensorlab_course.validation.environment import KERNEL_NAME, KERNEL_SPEC
from tensorlab_course.validation.outputs import ANSI

# A recursion that never ends has thousands of frames.
LONGEST_TRACEBACK = 6


def normalise(node: NotebookNode) -> NotebookNode:
    """The notebook, in place, without what changes from run to run or from machine to machine.

    Kept: cells, ids, tags, hidden sources, execution counts, pictures, text.
    """
    node.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL_SPEC | {"name": KERNEL_NAME}, "language_info": {"name": "python"}}
    )
    if (node.nbformat, node.nbformat_minor) < (4, 5):
        node.nbformat_minor = 5
    for number, cell in enumerate(node.cells, start=1):
        cell.setdefault("id", f"cell-{number:02}")
        kept = {key: cell.metadata[key] for key in ("tags", "jupyter") if cell.metadata.get(key)}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            outputs = [_normalise_output(output) for output in cell.outputs]
            cell.outputs = _join_streams(output for output in outputs if output)
    return node


def write_notebook(path: Path, node: NotebookNode) -> bool:
    """Write the notebook whole or not at all; False where the file says it already."""
    text = nbformat.writes(node) + "\n"
    if path.read_bytes() == text.encode("utf-8"):
        return False
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(text.encode("utf-8"))
        shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True


def short_traceback(output: NotebookNode) -> list[str]:
    """A traceback without the frames outside the notebook, which hold paths, and without colours.

    The notes (PEP 678) that follow the message stay.
    """
    parts = [ANSI.sub("", part) for part in output.traceback]
    parts = [part for part in parts if not part.lstrip().startswith("File ")]
    frames = [i for i, part in enumerate(parts) if part.startswith("Cell In")]
    if len(frames) > LONGEST_TRACEBACK:
        first, last = frames[LONGEST_TRACEBACK // 2], frames[-(LONGEST_TRACEBACK // 2)]
        parts[first:last] = [f"    (... {last - first} more frames)\n"]
    return parts


def _normalise_output(output: NotebookNode) -> NotebookNode | None:
    """The output in its stable form; None where nothing of it is left."""
    if output.output_type == "error":
        output.traceback = short_traceback(output)
    elif "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        return output if output.data else None
    return output


def _join_streams(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """The outputs, in which what was printed in several pieces is one."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and "stream" == output.output_type == last.output_type and last.name == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined
