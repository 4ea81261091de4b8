"""The lessons on real torch: only the import line changes, and what they print stays the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from tensorlab_course.paths import lessons_dir
from tensorlab_course.validation import NotebookResult, validate

OURS, THEIRS = "import tensorlab as torch", "import torch"


def on_torch(lesson: Path, folder: Path) -> Path:
    """A copy of a lesson that runs on torch: the cells that only tensorlab can run are left out."""
    notebook = nbformat.read(lesson, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if "tensorlab-only" not in cell.metadata.get("tags", [])
    ]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    first, *rest = code[0].source.split("\n")
    assert first == OURS, f"{lesson.name} begins with {first!r}, not with {OURS!r}"
    code[0].source = "\n".join([THEIRS, *rest])
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                output.traceback = []  # torch has no notes under its errors
    copy = folder / lesson.name
    nbformat.write(notebook, copy)
    return copy


def in_words(result: NotebookResult) -> str:
    """What differed in a lesson, a paragraph a cell."""
    cells = [
        f"cell {cell.number} {cell.outcome} {cell.message}\n"
        f"saved:\n{cell.saved}\ncame:\n{cell.fresh}"
        for cell in result.cells
        if not cell.ok
    ]
    return "\n\n".join([f"{result.path.name}: {result.problem or ''}", *cells])


def test_every_lesson_prints_on_torch_what_it_prints_here(
    tmp_path: Path, require: Callable[..., Any]
) -> None:
    require("torch", version="2.13")
    lessons = sorted(lessons_dir().glob("[0-9]*.ipynb"))
    assert len(lessons) >= 18
    results = validate([on_torch(lesson, tmp_path) for lesson in lessons])
    different = [in_words(result) for result in results if not result.ok]
    assert not different, "\n\n".join(different)
