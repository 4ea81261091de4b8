"""The files that grades are exported to: nbgrader's own columns and more, Canvas's, Moodle's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from tensorlab_course.reporting.cells import number, safe
from tensorlab_course.reporting.grades import Assignment, Grades, Student, Work

Format = Literal["canvas", "moodle", "csv"]
Table = list[list[str]]

SECONDS_A_DAY = 24 * 60 * 60
# Follows `nbgrader.plugins.export.CsvExportPlugin`.
NBGRADERS_COLUMNS = [
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
]
MORE_COLUMNS = [
    *("lms_user_id", "handed_in", "total_seconds_late", "days_late", "extra_credit"),
    "needs_manual_grade",
]


@dataclass(frozen=True)
class Choices:
    """How scores are given: `zero_missing` for what was not handed in, `penalty` for being late."""

    zero_missing: bool = False
    penalty: bool = True

    def score(self, work: Work | None) -> float | None:
        """The score to write; None for none."""
        if work is None:
            return 0.0 if self.zero_missing else None
        return work.score if self.penalty else work.raw_score

    def cell(self, work: Work | None) -> str:
        """The score as text, empty for none."""
        score = self.score(work)
        return "" if score is None else number(score)


def table(grades: Grades, to: Format, choices: Choices) -> Table:
    """The rows of the file, its header first."""
    return _TABLES[to](grades, choices)


def _csv_table(grades: Grades, choices: Choices) -> Table:
    books = [(one.name, book) for one in grades.assignments for book in one.notebooks]
    header = [*NBGRADERS_COLUMNS, *MORE_COLUMNS]
    for name, book in books:
        header += [f"{name}/{book}", f"{name}/{book}/max_score"]
    rows = [[safe(title) for title in header]]
    for assignment in grades.assignments:
        for student in grades.students:
            work = grades.work.get((assignment.name, student.id))
            rows.append(
                [*_csv_row(assignment, student, work, choices)]
                + [cell for book in books for cell in _notebook_cells(assignment, work, book)]
            )
    return rows


def _csv_row(
    assignment: Assignment, student: Student, work: Work | None, choices: Choices
) -> Iterator[str]:
    """Points as nbgrader writes them, so that what reads its file can read this one."""
    given = work or Work(None, None, assignment.due)
    none = work is None and not choices.zero_missing
    yield safe(assignment.name)
    yield str(assignment.due or "")
    yield str(given.timestamp or "")
    yield from map(safe, (student.id, student.last_name, student.first_name, student.email))
    yield "" if none else str(given.raw_score)
    yield "" if none else str(given.penalty)
    yield "" if none else str(choices.score(given))
    yield str(assignment.max_score)
    yield safe(student.lms_id)
    yield "no" if work is None else "yes"
    yield number(given.seconds_late)
    yield number(given.seconds_late / SECONDS_A_DAY)
    yield number(given.extra_credit)
    yield str(len(given.open_cells))


def _notebook_cells(
    assignment: Assignment, work: Work | None, book: tuple[str, str]
) -> tuple[str, str]:
    """The score of a notebook and its points; empty where it is of another assignment."""
    name, notebook = book
    if name != assignment.name:
        return "", ""
    score = work.notebooks.get(notebook) if work else None
    return "" if score is None else number(score), number(assignment.notebooks[notebook])


def _canvas_table(grades: Grades, choices: Choices) -> Table:
    """As Canvas's own importer reads it: a student by `ID`, else `SIS Login ID`, else the name."""
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows = [
        header + [safe(one.name) for one in grades.assignments],
        ["    Points Possible", *[""] * 4] + [number(one.max_score) for one in grades.assignments],
    ]
    for student in grades.students:
        name = student.sorted_name
        if "points possible" in name.lower():  # Canvas would take the row for the one above
            name = ""
        who = [safe(name), safe(student.lms_id), "", safe(student.id), ""]
        rows.append(who + _cells(grades, student, choices))
    return rows


def _moodle_table(grades: Grades, choices: Choices) -> Table:
    """Three columns that tell students apart: when importing, one of them is chosen."""
    header = ["First name", "Last name", "ID number", "Email address", "Username"]
    rows = [header + [safe(one.name) for one in grades.assignments]]
    for student in grades.students:
        who = (student.first_name, student.last_name, student.lms_id, student.email, student.id)
        rows.append([safe(text) for text in who] + _cells(grades, student, choices))
    return rows


def _cells(grades: Grades, student: Student, choices: Choices) -> list[str]:
    return [
        choices.cell(grades.work.get((assignment.name, student.id)))
        for assignment in grades.assignments
    ]


_TABLES: dict[Format, Callable[[Grades, Choices], Table]] = {
    "csv": _csv_table,
    "canvas": _canvas_table,
    "moodle": _moodle_table,
}
