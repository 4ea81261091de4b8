"""nbgrader's rules for scores, checksums and outputs, and nbformat's way of writing a notebook.

Written again for plain data: importing nbgrader takes a worker 2 s, more than grading a submission.
The tests hold each function to the one that it follows.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

Outputs = list[dict[str, Any]]


def failed(output: dict[str, Any]) -> bool:
    """Whether an output costs all points. Follows `nbgrader.utils.has_failed`."""
    kind = output["output_type"]
    return kind == "error" or (kind == "stream" and output.get("name") == "stderr")


def points_of(outputs: Outputs, points: float) -> float:
    """The score of a test cell with these outputs. Follows `nbgrader.utils.determine_grade`.

    Raises ValueError for more points than there are.
    """
    for output in outputs:
        if failed(output):
            return 0.0
        if output["output_type"] == "execute_result":
            value = number(output)
            if value is None or not value >= 0:
                return points
            if value > points:
                raise ValueError("partial credit cannot be greater than maximum points for cell")
            return value
    return points


def number(output: dict[str, Any]) -> float | None:
    """The number that a cell's last expression shows, if it shows one."""
    try:
        return float(output["data"]["text/plain"])
    except (KeyError, ValueError, TypeError):
        return None


def checksum(cell_type: str, source: str, metadata: dict[str, Any]) -> str:
    """What tells a changed cell. Follows `nbgrader.utils.compute_checksum`."""
    grade, solution = metadata.get("grade", False), metadata.get("solution", False)
    locked = not solution and (bool(grade) or metadata.get("locked", False))
    parts = [source, cell_type, str(grade), str(solution), str(locked), metadata["grade_id"]]
    if grade:
        parts.append(str(float(metadata["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def without_ignored(outputs: Outputs, pattern: str) -> Outputs:
    """Outputs without the noise on stderr. Follows `IgnorePattern`."""
    if not pattern:
        return outputs
    return [
        output
        for output in outputs
        if not (output.get("name") == "stderr" and re.search(pattern, output["text"]))
    ]


def limited(outputs: Outputs, max_lines: int, max_traceback: int) -> Outputs:
    """Outputs cut to a number of lines. Follows `LimitOutput`."""
    kept = []
    length = 0
    for output in outputs:
        output = dict(output)
        if output["output_type"] == "stream" and max_lines != -1:
            if length == max_lines:
                continue
            lines = output["text"].split("\n")
            if len(lines) + length > max_lines:
                lines = [*lines[: max_lines - length - 1], "... Output truncated ..."]
            length += len(lines)
            output["text"] = "\n".join(lines)
        if output["output_type"] == "error" and max_traceback != -1:
            trace = output["traceback"]
            if len(trace) > max_traceback:
                start = max_traceback // 2
                end = max_traceback - start - 1
                cut = "... Traceback truncated ..."
                output["traceback"] = [*trace[:start], cut, *trace[-end:]]
        kept.append(output)
    return kept


def written(book: dict[str, Any]) -> str:
    """The text of a notebook file. Follows `nbformat.writes`."""
    cells = [_split(cell) for cell in book["cells"]]
    return json.dumps(
        book | {"cells": cells},
        indent=1,
        sort_keys=True,
        separators=(",", ": "),
        ensure_ascii=False,
    )


def _split(cell: dict[str, Any]) -> dict[str, Any]:
    cell = cell | {"source": cell["source"].splitlines(True)}
    if "outputs" in cell:
        cell["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return cell


def _split_output(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return output | {"text": output["text"].splitlines(True)}
    if "data" not in output:
        return output
    data = {
        kind: text.splitlines(True) if kind.startswith("text/") else text
        for kind, text in output["data"].items()
    }
    return output | {"data": data}
