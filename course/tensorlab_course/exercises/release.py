"""Makes the copy of an exercise notebook that students get: no solutions and no hidden tests.

It is what `nbgrader generate_assignment` makes, without nbgrader, a gradebook or a file in between;
a test holds the two together. It needs nothing but Python, for the wheel is built with it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

CODE_STUB = ["# YOUR CODE HERE", "raise NotImplementedError()"]
TEXT_STUB = ["YOUR ANSWER HERE"]

Cell = dict[str, Any]


def release_all(source: Path) -> dict[str, str]:
    """Every notebook of an nbgrader `source` folder, released: by `assignment/name.ipynb`."""
    return {
        path.relative_to(source).as_posix(): release(path.read_text(encoding="utf-8"))
        for path in sorted(source.glob("*/*.ipynb"))
        if not path.parent.name.startswith(".")
    }


def release(notebook: str) -> str:
    """The text of a notebook file, as it is given to students.

    ValueError where a solution or a hidden test has a beginning and no end, or stands in a cell
    that nbgrader does not know, so that a slip of an author's shows nothing to anybody.
    """
    content = json.loads(notebook)
    for cell in content["cells"]:
        _release_cell(cell)
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _release_cell(cell: Cell) -> None:
    source = "".join(cell["source"])
    meta = cell["metadata"].get("nbgrader", {})
    is_solution, is_grade = bool(meta.get("solution")), bool(meta.get("grade"))

    stub = CODE_STUB if cell["cell_type"] == "code" else TEXT_STUB
    cleared, solutions = _without(source, "SOLUTION", stub)
    if is_solution and not solutions:
        cleared = "\n".join(stub)
    cleared, hidden = _without(cleared, "HIDDEN TESTS", [])
    if (solutions and not is_solution) or (hidden and not is_grade):
        raise ValueError(f"a solution or a hidden test in a cell that cannot have one:\n{source}")

    cell["source"] = cleared.splitlines(keepends=True)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    if is_solution or is_grade or meta.get("locked"):
        _lock(cell, meta, cleared)


def _without(source: str, what: str, stub: list[str]) -> tuple[str, int]:
    """The text with each region between BEGIN and END replaced by the stub, and their number."""
    lines, regions, inside = [], 0, False
    for line in source.split("\n"):
        if f"BEGIN {what}" in line:
            if inside:
                raise ValueError(f"BEGIN {what} twice, with no END between:\n{source}")
            inside, regions = True, regions + 1
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + one for one in stub]
        elif f"END {what}" in line:
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise ValueError(f"BEGIN {what} without an END:\n{source}")
    return "\n".join(lines), regions


def _lock(cell: Cell, meta: dict[str, Any], source: str) -> None:
    """Keep a student from deleting the cell, and from editing a test; note what it holds."""
    cell["metadata"]["deletable"] = False
    if not meta.get("solution"):
        cell["metadata"]["editable"] = False
    meta["cell_type"] = cell["cell_type"]
    meta["checksum"] = checksum(source, cell["cell_type"], meta)


def checksum(source: str, cell_type: str, meta: dict[str, Any]) -> str:
    """What nbgrader tells by whether a cell was changed. Follows `nbgrader.utils`."""
    grade, solution = bool(meta.get("grade")), bool(meta.get("solution"))
    locked = not solution and (grade or bool(meta.get("locked")))
    parts = [source, cell_type, str(grade), str(solution), str(locked), meta["grade_id"]]
    if grade:
        parts.append(str(float(meta["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
