"""A gradebook that Canvas or Moodle exported, given back with grades filled in.

Rows, columns and all else in the file stay as they are, so that the system knows it again.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tensorlab_course.grading.errors import CourseError
from tensorlab_course.reporting.cells import encode_rows, number, safe
from tensorlab_course.reporting.formats import Choices, Format
from tensorlab_course.reporting.grades import Assignment, Grades, Student

Keys = Callable[[Student], tuple[str, ...]]


def _any_key(student: Student) -> tuple[str, ...]:
    return student.id, student.email, student.lms_id


def _lms_key(student: Student) -> tuple[str, ...]:
    return (student.lms_id,)


# By which columns a row is known, and what they hold. Canvas's `ID` is a number of its own, which
# may be another student's number in the gradebook.
_COLUMNS: dict[str, Keys] = {
    **dict.fromkeys(("sis user id", "sis login id", "integration id"), _any_key),
    **dict.fromkeys(("username", "login", "login id", "user id", "org defined id"), _any_key),
    **dict.fromkeys(("id number", "idnumber", "student id", "student_id"), _any_key),
    **dict.fromkeys(("email address", "email", "e-mail", "mail"), _any_key),
}
# Not for us to change: an excused student, and one who has not been given the assignment.
_KEPT = {"EX", "N/A"}


@dataclass
class Filled:
    """The file to give back, and what has to be said about it."""

    content: bytes
    rows: int = 0
    filled: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Roster:
    """A file as it was read."""

    name: str
    rows: list[list[str]]
    delimiter: str
    line_end: str
    mark: bytes  # what some programs put before a text in UTF-8

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return self.rows[0]


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises CourseError, in words."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"The roster {path} can't be read: {error.strerror}.") from None
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    try:
        text = content[len(mark) :].decode("utf-8")
    except UnicodeDecodeError:
        raise CourseError(
            f"The roster {path} is not text in UTF-8. Take the file as Canvas or Moodle gave it, "
            "or save it again as CSV UTF-8."
        ) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t:", key=lambda one: len(next(csv.reader([first], delimiter=one), [])))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [row for row in reader if row]
    except csv.Error as error:
        raise CourseError(f"The roster {path} is no CSV file: {error}.") from None
    if len(rows) < 2 or len(rows[0]) < 2:
        raise CourseError(f"The roster {path} has no rows, or no columns.")
    width = len(rows[0])
    rows = [row + [""] * (width - len(row)) for row in rows]
    return Roster(path.name, rows, delimiter, "\r\n" if first.endswith("\r") else "\n", mark)


def fill(
    roster: Roster,
    grades: Grades,
    to: Format,
    choices: Choices,
    match: str = "",
    columns: dict[str, str] | None = None,
    asked: Iterable[str] = (),
) -> Filled:
    """The roster with the grades in its columns.

    `match` names the column that tells students apart; `columns` that of an assignment, where it
    is called otherwise there; `asked` the assignments that must have one.
    """
    places, problems = _places(roster, grades.assignments, columns or {}, set(asked))
    owners, told = _owners(roster, grades.students, to, match)
    problems += told
    filled = Filled(b"", rows=sum(map(_is_student, roster.rows[1:])), problems=problems)
    excused = 0
    result = [list(row) for row in roster.rows]
    known = _identifying(roster, to, match)
    for at, row in enumerate(result):
        if at and not _is_student(row):
            problems += _other_points(row, places, roster.header)
            continue
        for column, text in enumerate(row):
            if at and column not in known and column not in places and text != "-":
                row[column] = text if _is_number(text) else safe(text)
        student = owners.get(at)
        if student is None:
            continue
        filled.filled += 1
        for column, assignment in places.items():
            score = choices.score(grades.work.get((assignment.name, student.id)))
            if row[column].strip().upper() in _KEPT:
                excused += score is not None
            elif score is not None:
                row[column] = number(score)
    if excused:
        problems.append(f"{excused} cells say EX or N/A in the roster, and were left so")
    filled.content = roster.mark + encode_rows(result, roster.delimiter, roster.line_end)
    return filled


# ----- columns ------------------------------------------------------------------------------------


def _places(
    roster: Roster, assignments: list[Assignment], columns: dict[str, str], asked: set[str]
) -> tuple[dict[int, Assignment], list[str]]:
    """The column of each assignment, and which assignments have none."""
    places: dict[int, Assignment] = {}
    without = []
    for assignment in assignments:
        wanted = columns.get(assignment.name)
        found = _column(roster, assignment.name, wanted)
        if found is None and len(assignments) == 1 and not wanted:
            found = _column(roster, "grade", None)  # Moodle's worksheet of one assignment
        if found is not None:
            places[found] = assignment
        elif wanted or assignment.name in asked:
            raise CourseError(_no_column(roster, assignment.name, wanted))
        else:
            without.append(assignment.name)
    if not places:
        raise CourseError(_no_column(roster, without[0], None))
    problems = [f"the roster has no column for {name}, which was left out" for name in without]
    return places, problems


def _column(roster: Roster, name: str, wanted: str | None) -> int | None:
    """Where an assignment is: `ps1`, Canvas's `ps1 (1234)` or Moodle's `Assignment: ps1 (Real)`."""
    name = _plain(name)
    shapes = [
        lambda title: title == name,
        lambda title: re.sub(r"\s*\(\d+\)$", "", title) == name,
        lambda title: re.sub(r"^[^:]+:\s*|\s*\((real|points)\)$", "", title) == name,
        lambda title: re.sub(r"\s*\((real|points)\)$", "", title) == name,
    ]
    if wanted is not None:
        shapes = [lambda title: title == _plain(wanted)]
    for is_it in shapes:
        found = [at for at, title in enumerate(roster.header) if is_it(_plain(title))]
        if len(found) > 1:
            titles = ", ".join(roster.header[at] for at in found)
            raise CourseError(f"{roster.name} has several columns for {name}: {titles}.")
        if found:
            return found[0]
    return None


def _no_column(roster: Roster, name: str, wanted: str | None) -> str:
    listed = ", ".join(roster.header)
    if wanted:
        return f"{roster.name} has no column {wanted}. It has: {listed}."
    return (
        f"{roster.name} has no column for {name}. It has: {listed}. "
        f"Say which it is: --column '{name}=TITLE'."
    )


def _identifying(roster: Roster, to: Format, match: str) -> dict[int, Keys]:
    """The columns that tell students apart."""
    if match:
        titles = [at for at, title in enumerate(roster.header) if _plain(title) == _plain(match)]
        if len(titles) != 1:
            listed = ", ".join(roster.header)
            raise CourseError(f"{roster.name} has no column {match}. It has: {listed}.")
        return {titles[0]: _any_key}
    columns = _COLUMNS | {"id": _lms_key if to == "canvas" else _any_key}
    found = {
        at: columns[_plain(title)]
        for at, title in enumerate(roster.header)
        if _plain(title) in columns
    }
    if not found:
        raise CourseError(
            f"{roster.name} has no column by which students are known, as Email address or SIS "
            f"Login ID. It has: {', '.join(roster.header)}. Say which it is: --match TITLE."
        )
    return found


# ----- rows ---------------------------------------------------------------------------------------


def _owners(
    roster: Roster, students: list[Student], to: Format, match: str
) -> tuple[dict[int, Student], list[str]]:
    """Whose row each is; rows that could be of two students are nobody's."""
    columns = _identifying(roster, to, match)
    index = {at: _by_key(students, keys) for at, keys in columns.items()}
    owners: dict[int, Student] = {}
    strangers, doubtful = [], []
    for at, row in enumerate(roster.rows):
        if not at or not _is_student(row):
            continue
        found = {
            student.id: student
            for column, known in index.items()
            for student in known.get(_plain(row[column]), ())
        }
        label = f"{row[0] or row[next(iter(columns))]} (row {at + 1})"
        if len(found) == 1:
            (owners[at],) = found.values()
        elif found:
            doubtful.append(f"{label} could be {' or '.join(sorted(found))}")
        else:
            strangers.append(label)
    problems = []
    for student in students:
        rows = [at for at, owner in owners.items() if owner.id == student.id]
        if len(rows) > 1:
            listed = " and ".join(str(at + 1) for at in rows)
            doubtful.append(f"{student.id} has rows {listed}")
            for at in rows:
                del owners[at]
    there = {owner.id for owner in owners.values()}
    absent = [student.id for student in students if student.id not in there]
    if strangers:
        problems.append(f"not in the gradebook, left as they are: {_some(strangers)}")
    if doubtful:
        problems.append(f"not sure, left as they are: {_some(doubtful)}")
    if absent:
        problems.append(f"in the gradebook, but not in the roster: {_some(absent)}")
    return owners, problems


def _by_key(students: list[Student], keys: Keys) -> dict[str, list[Student]]:
    index: dict[str, list[Student]] = {}
    for student in students:
        for key in {_plain(key) for key in keys(student)} - {""}:
            index.setdefault(key, []).append(student)
    return index


def _is_student(row: list[str]) -> bool:
    """Not Canvas's rows of points possible and of how grades are posted."""
    filled = [text.strip() for text in row if text.strip()]
    posting = all(re.match(r"(?i)muted$|manual posting", text) for text in filled)
    return not posting and "Points Possible" not in row[0]


def _other_points(row: list[str], places: dict[int, Assignment], header: list[str]) -> list[str]:
    """Where the roster has other points possible than the gradebook: nothing is scaled."""
    found = []
    for column, assignment in places.items():
        if _is_number(row[column]) and float(row[column]) != assignment.max_score:
            found.append(
                f"{header[column]} has {number(float(row[column]))} points in the roster and "
                f"{number(assignment.max_score)} in the gradebook; no score was scaled"
            )
    return found


def _plain(text: str) -> str:
    """Text as it is compared: composed, in small letters, without spaces around."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+([.,]\d+)*%?", text.strip()))


def _some(names: list[str], most: int = 10) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
