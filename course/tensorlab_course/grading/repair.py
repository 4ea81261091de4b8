"""A submission made whole: every cell that the instructor wrote is the instructor's again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tensorlab_course.grading.reading import Cell, Notebook
from tensorlab_course.grading.source import SourceCell, SourceNotebook

_INSTRUCTORS = ("test", "locked")
_TRUSTED_TEXT = ("test", "locked", "task")


@dataclass
class Repaired:
    """A notebook to be run: for each cell the text, and the place in the source, if it has one."""

    cells: list[RepairedCell]
    minor: int
    notes: list[str] = field(default_factory=list)


@dataclass
class RepairedCell:
    """One cell; `at` is its index in the source, or None for a cell that the student added."""

    at: int | None
    role: str  # as of a SourceCell; `plain` or `text` for added ones
    cell_type: str
    source: str
    id: str
    attachments: dict[str, Any] = field(default_factory=dict)
    missing: bool = False


def repair(submitted: Notebook, source: SourceNotebook) -> Repaired:
    """The submission with the instructor's cells restored, each once, in the source's order."""
    places = {cell.grade_id: i for i, cell in enumerate(source.cells) if cell.grade_id}
    notes: list[str] = []
    groups = _groups(submitted.cells, places, notes)
    numbers = [number for number, _ in groups if number is not None]
    if numbers != sorted(numbers):
        notes.append("cells had changed places, and were put back in their order")
        groups = _in_order(groups)
    cells: list[RepairedCell] = []
    for number, members in groups:
        for cell in members:
            known = number is not None and cell is members[0]
            cells.append(
                _restore(cell, number, source.cells[number], notes)
                if known and number is not None
                else _added(cell)
            )
    _add_missing(cells, source, notes)
    _name_cells(cells)
    return Repaired(cells, submitted.minor, notes)


Group = tuple[int | None, list[Cell]]


def _groups(cells: list[Cell], places: dict[str, int], notes: list[str]) -> list[Group]:
    """Each cell of the source with the student's cells that follow it."""
    last = {cell.grade_id: cell for cell in cells if cell.grade_id in places}
    groups: list[Group] = [(None, [])]
    for cell in cells:
        if cell.grade_id in places and last[cell.grade_id] is cell:
            groups.append((places[cell.grade_id], [cell]))
            continue
        if cell.grade_id in places:
            notes.append(f"the cell {cell.grade_id} was there more than once; the last one counts")
        elif cell.grade_id:
            notes.append("a cell that is not of this assignment was taken for the student's own")
        groups[-1][1].append(cell)
    return groups


def _in_order(groups: list[Group]) -> list[Group]:
    return [groups[0], *sorted(groups[1:], key=lambda group: group[0] or 0)]


def _restore(cell: Cell, at: int, original: SourceCell, notes: list[str]) -> RepairedCell:
    """The cell with the type, and where the instructor wrote it the text, of the source."""
    source = cell.source
    if cell.cell_type != original.cell_type:
        notes.append(f"the cell {original.grade_id} had changed its type")
    if original.role in _TRUSTED_TEXT or original.metadata.get("locked"):
        if source not in (original.release, original.source):
            notes.append(f"the cell {original.grade_id} was changed, and was restored")
        source = original.source
    return RepairedCell(
        at,
        original.role,
        original.cell_type,
        source,
        cell.id,
        cell.attachments if original.cell_type == "markdown" else {},
    )


def _added(cell: Cell) -> RepairedCell:
    role = "plain" if cell.cell_type == "code" else "text"
    return RepairedCell(None, role, cell.cell_type, cell.source, cell.id, cell.attachments)


def _add_missing(cells: list[RepairedCell], source: SourceNotebook, notes: list[str]) -> None:
    """Put deleted cells of the instructor's back, each before the next one that is there."""
    there = {cell.at for cell in cells}
    for at, original in reversed(list(enumerate(source.cells))):
        if not original.grade_id or at in there or original.role in ("solution", "text"):
            continue
        notes.append(f"the cell {original.grade_id} was deleted, and was put back")
        later = [i for i, cell in enumerate(cells) if cell.at is not None and cell.at > at]
        text = original.source if original.role in _TRUSTED_TEXT else original.release
        cell = RepairedCell(at, original.role, original.cell_type, text, "", missing=True)
        cells.insert(later[0] if later else len(cells), cell)


def _name_cells(cells: list[RepairedCell]) -> None:
    """Give each cell an id of its own."""
    used: set[str] = set()
    for i, cell in enumerate(cells):
        while not cell.id or cell.id in used:
            seed = f"{i}:{cell.at}:{cell.id}:{len(used)}"
            cell.id = hashlib.sha256(seed.encode()).hexdigest()[:8]
        used.add(cell.id)
