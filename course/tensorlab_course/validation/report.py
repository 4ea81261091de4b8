"""Tells what the check found: a table of the lessons, then the first difference of each failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tensorlab_course.validation.difference import loosely, side_by_side
from tensorlab_course.validation.notebook import Notebook
from tensorlab_course.validation.results import OUTPUTS_DIFFER, CellResult, NotebookResult

if TYPE_CHECKING:
    from tensorlab_course.claims.ledger import ClaimResult

SAVED_AND_FRESH = ("saved in the notebook", "what came")
CLAIMED_AND_SHOWN = ("the tutorial claims", "the lesson shows")
PRINTED_AND_SHOWN = ("PyTorch prints", "the lesson shows")


@dataclass(frozen=True)
class LessonReport:
    """One notebook: how its run went, and the claims that are its own."""

    notebook: Notebook | None
    result: NotebookResult
    claims: list[ClaimResult]

    @property
    def name(self) -> str:
        return self.result.path.stem

    @property
    def ok(self) -> bool:
        return self.result.ok and all(claim.ok for claim in self.claims)

    @property
    def cells_held(self) -> int:
        return sum(cell.ok for cell in self.result.cells)

    @property
    def cells(self) -> int:
        return len(self.result.cells) or (len(self.notebook.code_cells) if self.notebook else 0)


@dataclass(frozen=True)
class Report:
    """All that was checked; `orphans` are claims of a section that has no lesson."""

    lessons: list[LessonReport]
    orphans: list[ClaimResult]
    seconds: float

    @property
    def ok(self) -> bool:
        return not self.orphans and all(lesson.ok for lesson in self.lessons)


def make_report(
    notebooks: dict[Path, Notebook | None],
    results: Sequence[NotebookResult],
    claims: Sequence[ClaimResult],
    seconds: float,
) -> Report:
    lessons = []
    for result in results:
        own = [claim for claim in claims if claim.notebook == result.path]
        lessons.append(LessonReport(notebooks[result.path], result, own))
    return Report(lessons, [claim for claim in claims if claim.notebook is None], seconds)


def print_table(console: Console, report: Report) -> None:
    lessons = report.lessons
    claims = [claim for lesson in lessons for claim in lesson.claims] + report.orphans
    table = Table(show_footer=len(lessons) > 1 or bool(report.orphans))
    passed = sum(lesson.ok for lesson in lessons)
    cells = f"{sum(one.cells_held for one in lessons)}/{sum(one.cells for one in lessons)}"
    table.add_column("notebook", f"{passed} of {len(lessons)} notebooks ok", overflow="fold")
    table.add_column("cells", cells, justify="right")
    table.add_column("claims", _held(claims), justify="right")
    table.add_column("time", f"{report.seconds:.1f} s", justify="right")
    table.add_column("", "ok" if report.ok else "failed")
    for lesson in lessons:
        table.add_row(
            Text(lesson.name),
            f"{lesson.cells_held}/{lesson.cells}",
            _held(lesson.claims),
            f"{lesson.result.seconds:.1f} s",
            Text("ok", style="green") if lesson.ok else Text("failed", style="bold red"),
        )
    console.print(table)


def print_failures(console: Console, report: Report) -> None:
    for lesson in report.lessons:
        for failure in _failures(lesson, console.width - 4):
            console.print()
            console.print(failure)
    missing = Counter(claim.section for claim in report.orphans if claim.is_claim)
    for section, count in missing.items():
        console.print()
        console.print(
            _line("", f"no lesson teaches {section}: {count} of its claims stand nowhere")
        )


def _failures(lesson: LessonReport, width: int) -> Iterator[Text | Panel]:
    if lesson.result.problem:
        yield _line(lesson.name, lesson.result.problem)
    yield from _cell_failures(lesson, width)
    # What the run of a cell or the reading of the notebook says already is not said twice.
    claims = [c for c in lesson.claims if not c.ok and c.status not in ("not reproduced", "unread")]
    differing = next((claim for claim in claims if claim.status == "differs"), None)
    if differing:
        yield _claim_failure(lesson, differing, width)
    missing = [claim.tag for claim in claims if claim.status == "missing"]
    if missing:
        yield _line(lesson.name, f"no cell carries {', '.join(missing)}")
    for claim in claims:
        if claim is not differing and claim.status != "missing":
            yield _line(lesson.name, claim.message)


def _cell_failures(lesson: LessonReport, width: int) -> Iterator[Text | Panel]:
    """The first cell that differs, the first that could not be run, and how many more there are."""
    failed = [c for c in lesson.result.cells if not c.ok and c.outcome != "not run"]
    first = next((c for c in failed if c.outcome == "differs"), None)
    broken = next((c for c in failed if c.outcome != "differs"), None)
    shown = sorted((c for c in (first, broken) if c), key=lambda cell: cell.number)
    for cell in shown:
        yield _cell_failure(lesson, cell, width)
    others = [str(cell.number) for cell in failed if cell not in shown]
    if others:
        yield _line(lesson.name, f"{len(others)} more failed: cells {', '.join(others)}")
    not_run = [cell for cell in lesson.result.cells if cell.outcome == "not run"]
    if not_run and not lesson.result.problem:
        yield _line(lesson.name, f"{len(not_run)} cells after it were not run")


def _cell_failure(lesson: LessonReport, cell: CellResult, width: int) -> Text | Panel:
    node = lesson.notebook.code_cells[cell.number - 1] if lesson.notebook else None
    code = node.first_line if node else ""
    if cell.outcome != "differs":
        return _line(lesson.name, f"cell {cell.number} {cell.message}, at: {code}")
    tags = [tag for tag in (node.tags if node else []) if tag.startswith(("claim:", "today:"))]
    title = " · ".join([lesson.name, f"cell {cell.number}", *tags])
    table = side_by_side(cell.saved, cell.fresh, SAVED_AND_FRESH, width)
    return _panel(
        title, code if cell.message == OUTPUTS_DIFFER else f"{cell.message}, at: {code}", table
    )


def _claim_failure(lesson: LessonReport, claim: ClaimResult, width: int) -> Panel:
    headings = CLAIMED_AND_SHOWN if claim.tag.startswith("claim:") else PRINTED_AND_SHOWN
    column = (width - 11) // 2
    expected, found = loosely(claim.expected, column), loosely(claim.found, column)
    table = side_by_side(expected, found, headings, width)
    return _panel(f"{lesson.name} · cell {claim.cell} · {claim.tag}", claim.message, table)


def _panel(title: str, words: str, table: Table) -> Panel:
    body = Group(
        Padding(Text(words, style="dim", no_wrap=True, overflow="ellipsis"), (0, 0, 1, 0)), table
    )
    return Panel(body, title=Text(title, style="bold"), title_align="left")


def _line(name: str, message: str) -> Text:
    return Text.assemble((f"{name}: ", "bold"), message) if name else Text(message)


def _held(claims: Iterable[ClaimResult]) -> str:
    claims = [claim for claim in claims if claim.is_claim]
    return f"{sum(claim.ok for claim in claims)}/{len(claims)}" if claims else "-"
