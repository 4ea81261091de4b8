"""What nbgrader's gradebook holds of a class, read without changing a byte of it."""

from __future__ import annotations

import contextlib
import difflib
import fnmatch
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from nbgrader import api
from sqlalchemy.orm import Session

from tensorlab_course.grading.course import Course
from tensorlab_course.grading.errors import CourseError


@dataclass(frozen=True)
class Student:
    """A student, as the gradebook knows them."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def sorted_name(self) -> str:
        """The name as lists are sorted by it: `Lovelace, Ada`; the id where there is no name."""
        return ", ".join(filter(None, (self.last_name, self.first_name))) or self.id

    @property
    def identifying(self) -> frozenset[str]:
        """All that tells who it is."""
        told = (self.id, self.first_name, self.last_name, self.email, self.lms_id)
        return frozenset(filter(None, told))


@dataclass(frozen=True)
class Assignment:
    """An assignment: when it was due (UTC), and the points of each notebook."""

    id: str
    name: str
    due: datetime | None
    notebooks: dict[str, float]

    @property
    def max_score(self) -> float:
        """The points of all of its notebooks."""
        return float(sum(self.notebooks.values()))


@dataclass
class Work:
    """What a student handed in for an assignment, and what it was given."""

    timestamp: datetime | None
    extension: timedelta | None
    due: datetime | None
    penalty: float = 0.0
    raw_score: float = 0.0
    extra_credit: float = 0.0
    notebooks: dict[str, float] = field(default_factory=dict)
    open_cells: list[str] = field(default_factory=list)  # `notebook/cell`, to be graded by hand

    @property
    def score(self) -> float:
        """The points with what is taken off for being late. Follows `nbgrader export`."""
        return max(0.0, self.raw_score - self.penalty)

    @property
    def seconds_late(self) -> float:
        """Follows `SubmittedAssignment.total_seconds_late`."""
        if self.timestamp is None or self.due is None:
            return 0.0
        due = self.due + (self.extension or timedelta())
        return max(0.0, (self.timestamp - due).total_seconds())


@dataclass
class Grades:
    """A class: its students, its assignments, and by the names of both what was handed in."""

    students: list[Student]
    assignments: list[Assignment]
    work: dict[tuple[str, str], Work]


def read_grades(
    course: Course, assignments: Sequence[str] = (), students: Sequence[str] = ()
) -> Grades:
    """The grades of these assignments and students; of all, where none is named.

    A student may be a pattern, as in `a*`. Raises CourseError, in words.
    """
    with open_gradebook(course) as db:
        found = Grades(_students(db, students), _assignments(db, assignments), {})
        _read_work(db, found)
    return found


@contextlib.contextmanager
def open_gradebook(course: Course) -> Iterator[Session]:
    """A connection that only reads. Raises CourseError where the gradebook can't be read."""
    url = _address(course)
    try:
        engine = sqlalchemy.create_engine(url)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        raise CourseError(_words(error, url)) from None
    try:
        with Session(engine) as session:
            yield session
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise CourseError(_words(error, url)) from None
    finally:
        engine.dispose()


def _address(course: Course) -> sqlalchemy.engine.URL:
    """The gradebook's address; for SQLite, of a file that is there: it would make a new one."""
    try:
        url = sqlalchemy.engine.make_url(course.db_url)
    except sqlalchemy.exc.ArgumentError:
        raise CourseError(f"{course.db_url!r} is no address of a gradebook.") from None
    if url.get_backend_name() != "sqlite" or not url.database:
        return url
    path = course.root / url.database  # nbgrader runs in the course's folder
    if not path.is_file():
        raise CourseError(
            f"There is no gradebook {path}. Run this in the course's folder, or name that with "
            "--course. nbgrader generate_assignment makes the gradebook."
        )
    return url.set(database=str(path))


def _words(error: Exception, url: sqlalchemy.engine.URL) -> str:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    start = f"The gradebook {url.render_as_string(hide_password=True)} can't be read"
    if "no such column" in reason or "UndefinedColumn" in reason:
        return f"{start}: it is of an older nbgrader. Back it up, then run: nbgrader db upgrade"
    if "no such table" in reason or "not a database" in reason or "does not exist" in reason:
        return f"{start}: it is no gradebook of nbgrader's ({reason})."
    if "locked" in reason:
        return f"{start}: another program holds it locked. End that one, then start this again."
    return f"{start}: {reason}"


def find_assignment(db: Session, name: str) -> Assignment:
    """The assignment of this name."""
    (found,) = _assignments(db, [name])
    return found


def _assignments(db: Session, wanted: Sequence[str]) -> list[Assignment]:
    notebooks: dict[str, dict[str, float]] = {}
    for assignment, notebook, points in db.execute(_points_of_notebooks()):
        notebooks.setdefault(assignment, {})[notebook] = float(points)
    rows = db.execute(
        sqlalchemy.select(api.Assignment.id, api.Assignment.name, api.Assignment.duedate)
    )
    # As nbgrader orders them on SQLite; other databases put what is empty last.
    ordered = sorted(rows, key=lambda row: (row[2] or datetime.min, row[1]))
    known = {name: Assignment(i, name, due, notebooks.get(i, {})) for i, name, due in ordered}
    if not known:
        raise CourseError("The gradebook has no assignment. Run nbgrader generate_assignment.")
    unknown = [name for name in wanted if name not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"It has: {', '.join(known)}."
        raise CourseError(f"The gradebook knows no assignment {unknown[0]}. {hint}")
    return [found for name, found in known.items() if not wanted or name in wanted]


def _points_of_notebooks() -> Any:
    """Assignment, notebook and the points of its cells; a notebook without any has 0."""
    graded = [
        sqlalchemy.select(table.c.id, table.c.max_score)
        for table in (api.GradeCell.__table__, api.TaskCell.__table__)
    ]
    cells = sqlalchemy.union_all(*graded).subquery()
    base = api.BaseCell.__table__
    total = sqlalchemy.func.coalesce(sqlalchemy.func.sum(cells.c.max_score), 0.0)
    return (
        sqlalchemy.select(api.Notebook.assignment_id, api.Notebook.name, total)
        .outerjoin(base, base.c.notebook_id == api.Notebook.id)
        .outerjoin(cells, cells.c.id == base.c.id)
        .group_by(api.Notebook.assignment_id, api.Notebook.name)
        .order_by(api.Notebook.name)
    )


def _students(db: Session, patterns: Sequence[str]) -> list[Student]:
    table = api.Student
    rows = db.execute(
        sqlalchemy.select(
            table.id, table.first_name, table.last_name, table.email, table.lms_user_id
        )
    )
    found = [Student(*(value or "" for value in row)) for row in rows]
    known = sorted(found, key=lambda one: (one.last_name, one.first_name, one.id))
    for pattern in patterns:
        if not any(_chosen(student, [pattern]) for student in known):
            raise CourseError(f"No student of the gradebook is called {pattern}.")
    return [student for student in known if not patterns or _chosen(student, patterns)]


def _chosen(student: Student, patterns: Iterable[str]) -> bool:
    return any(
        pattern == student.id or fnmatch.fnmatchcase(student.id, pattern) for pattern in patterns
    )


def _read_work(db: Session, grades: Grades) -> None:
    """Fill in what was handed in, a query for each kind of row."""
    due = {one.id: one for one in grades.assignments}
    students = {student.id for student in grades.students}
    table = api.SubmittedAssignment
    rows = db.execute(
        sqlalchemy.select(
            table.id, table.assignment_id, table.student_id, table.timestamp, table.extension
        ).where(table.assignment_id.in_(due))
    )
    by_id: dict[str, Work] = {}
    for i, assignment_id, student, timestamp, extension in rows:
        if student in students:
            assignment = due[assignment_id]
            work = by_id[i] = Work(timestamp, extension, assignment.due)
            grades.work[assignment.name, student] = work
    _add_scores(db, list(due), by_id)
    _add_open_cells(db, list(due), by_id)


def _add_scores(db: Session, assignments: list[str], work: dict[str, Work]) -> None:
    book, grade, total = api.SubmittedNotebook, api.Grade, sqlalchemy.func.sum
    penalty = book.late_submission_penalty
    rows = db.execute(
        sqlalchemy.select(
            book.assignment_id,
            api.Notebook.name,
            penalty,
            total(grade.score),
            total(grade.extra_credit),
        )
        .join(api.Notebook, api.Notebook.id == book.notebook_id)
        .outerjoin(grade, grade.notebook_id == book.id)
        .where(api.Notebook.assignment_id.in_(assignments))
        .group_by(book.id, book.assignment_id, api.Notebook.name, penalty)
        .order_by(api.Notebook.name)
    )
    for i, notebook, taken_off, score, extra in rows:
        if i in work:
            work[i].notebooks[notebook] = float(score or 0.0)
            work[i].raw_score += float(score or 0.0)
            work[i].penalty += float(taken_off or 0.0)
            work[i].extra_credit += float(extra or 0.0)


def _add_open_cells(db: Session, assignments: list[str], work: dict[str, Work]) -> None:
    book, grade, cell = api.SubmittedNotebook, api.Grade, api.BaseCell.__table__
    rows = db.execute(
        sqlalchemy.select(book.assignment_id, api.Notebook.name, cell.c.name)
        .join(grade, grade.notebook_id == book.id)
        .join(cell, cell.c.id == grade.cell_id)
        .join(api.Notebook, api.Notebook.id == book.notebook_id)
        .where(api.Notebook.assignment_id.in_(assignments), grade.needs_manual_grade)
        .order_by(api.Notebook.name, cell.c.name)
    )
    for i, notebook, name in rows:
        if i in work:
            work[i].open_cells.append(f"{notebook}/{name}")
