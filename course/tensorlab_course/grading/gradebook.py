"""The one writer of nbgrader's gradebook: each submission in one transaction."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from nbgrader import api
from nbgrader.preprocessors import AssignLatePenalties

from tensorlab_course.grading.course import Course
from tensorlab_course.grading.errors import CourseError
from tensorlab_course.grading.source import SourceNotebook


class Busy(CourseError):
    """The gradebook can't be written: why, and what to do."""


class Gradebook:
    """A course's gradebook, open for one assignment."""

    def __init__(self, course: Course, assignment: str) -> None:
        self.course = course
        self.assignment = assignment
        programs = str(Path(sys.executable).parent)  # nbgrader calls alembic by its name
        if programs not in os.environ.get("PATH", "").split(os.pathsep):
            os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
        with self._explained():
            self._book = api.Gradebook(course.db_url, course.directory.course_id)
            self._load()
        self._penalty = AssignLatePenalties(config=course.config)
        self._penalty.init_plugin()

    def _load(self) -> None:
        """Remember the assignment's cells by name."""
        try:
            assignment = self._book.find_assignment(self.assignment)
        except api.MissingEntry:
            raise CourseError(
                f"The gradebook knows no assignment {self.assignment}. "
                f"Run this first: nbgrader generate_assignment {self.assignment}"
            ) from None
        self._assignment_id = assignment.id
        self._notebooks = {book.name: book.id for book in assignment.notebooks}
        self._graded: dict[str, dict[str, str]] = {}
        self._commented: dict[str, dict[str, str]] = {}
        self._tasks: dict[str, dict[str, str]] = {}
        self._points: dict[str, float] = {}
        for book in assignment.notebooks:
            self._graded[book.name] = {cell.name: cell.id for cell in book.grade_cells}
            self._tasks[book.name] = {cell.name: cell.id for cell in book.task_cells}
            self._commented[book.name] = {
                cell.name: cell.id for cell in [*book.solution_cells, *book.task_cells]
            }
            self._points[book.name] = float(book.max_score)
        self._book.db.rollback()

    @property
    def max_score(self) -> float:
        """The points of the whole assignment."""
        return sum(self._points.values())

    def close(self) -> None:
        """Close the connection."""
        self._book.close()

    def check(self, sources: list[SourceNotebook]) -> list[str]:
        """Bring the gradebook's cells up to the source; says what has changed."""
        changed = []
        for source in sources:
            if source.name not in self._notebooks:
                raise CourseError(
                    f"The gradebook does not know {source.name}.ipynb of {self.assignment}. "
                    f"Run this first: nbgrader generate_assignment {self.assignment} --force"
                )
            with self._explained():
                changed += self._check(source)
        return changed

    def _check(self, source: SourceNotebook) -> list[str]:
        cells = {cell.grade_id: cell for cell in source.cells if cell.grade_id}
        book = self._book.db.get(api.Notebook, self._notebooks[source.name])
        known = {cell.name: cell for cell in book.source_cells}
        points = {cell.name: cell for cell in [*book.grade_cells, *book.task_cells]}
        worth = {name: c.metadata["points"] for name, c in cells.items() if "points" in c.metadata}
        graded = {name for name, c in cells.items() if c.role in ("test", "manual", "task")}
        if set(known) != set(cells) or set(points) != graded:
            raise CourseError(
                f"The cells of {source.name}.ipynb are not those that the gradebook knows. "
                f"Run this first: nbgrader generate_assignment {self.assignment} --force"
            )
        touched = False
        for name, cell in cells.items():
            checksum = cell.metadata.get("checksum")
            if known[name].source != cell.source or known[name].checksum != checksum:
                known[name].source, known[name].checksum = cell.source, checksum
                touched = True
            if name in points and points[name].max_score != float(worth[name]):
                points[name].max_score = float(worth[name])
                touched = True
        if touched:
            self._book.db.commit()
            return [source.name]
        self._book.db.rollback()
        return []

    def scores(self) -> dict[str, dict[tuple[str, str], float | None]]:
        """What the gradebook holds of each student: the automatic score of each cell."""
        with self._explained():
            rows = self._book.db.execute(
                sqlalchemy.select(
                    api.SubmittedAssignment.student_id,
                    api.SubmittedNotebook.notebook_id,
                    api.Grade.cell_id,
                    api.Grade.auto_score,
                )
                .join(
                    api.SubmittedNotebook,
                    api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
                )
                .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
                .where(api.SubmittedAssignment.assignment_id == self._assignment_id)
            ).all()
            self._book.db.rollback()
        names = {number: name for name, number in self._notebooks.items()}
        cells = {i: name for book in self._graded.values() for name, i in book.items()}
        found: dict[str, dict[tuple[str, str], float | None]] = {}
        for student, book, cell, score in rows:
            if cell in cells:
                found.setdefault(student, {})[names[book], cells[cell]] = score
        return found

    def record(
        self, student: str, timestamp: datetime | None, results: dict[str, dict[str, Any]]
    ) -> float:
        """Write all of one submission, or nothing; the score that it has then."""
        with self._explained():
            return self._record(student, timestamp, results)

    def _record(
        self, student: str, timestamp: datetime | None, results: dict[str, dict[str, Any]]
    ) -> float:
        db = self._book.db
        if db.get(api.Student, student) is None:
            if not self.course.autograde_settings()["create_student"]:
                raise UnknownStudent(student)
            db.add(api.Student(id=student))
            db.flush()
        submission = db.scalars(
            sqlalchemy.select(api.SubmittedAssignment).where(
                api.SubmittedAssignment.assignment_id == self._assignment_id,
                api.SubmittedAssignment.student_id == student,
            )
        ).one_or_none()
        if submission is None:
            submission = self._new_submission(student)
        if timestamp is not None:
            submission.timestamp = timestamp
        total = 0.0
        for name, book_id in self._notebooks.items():
            book = db.scalars(
                sqlalchemy.select(api.SubmittedNotebook).where(
                    api.SubmittedNotebook.assignment_id == submission.id,
                    api.SubmittedNotebook.notebook_id == book_id,
                )
            ).one()
            self._record_notebook(name, book, results.get(name))
            db.flush()
            db.refresh(book)
            if name in results:
                self._record_penalty(student, submission, book)
            total += book.score - (book.late_submission_penalty or 0.0)
        db.commit()
        return float(total)

    def _new_submission(self, student: str) -> Any:
        db = self._book.db
        submission = api.SubmittedAssignment(
            id=api.new_uuid(), assignment_id=self._assignment_id, student_id=student
        )
        db.add(submission)
        db.flush()
        rows: list[Any] = []
        for name, book_id in self._notebooks.items():
            book = api.SubmittedNotebook(
                id=api.new_uuid(), notebook_id=book_id, assignment_id=submission.id
            )
            db.add(book)
            db.flush()
            for cell_id in [*self._graded[name].values(), *self._tasks[name].values()]:
                rows.append(api.Grade(id=api.new_uuid(), cell_id=cell_id, notebook_id=book.id))
            for cell_id in self._commented[name].values():
                rows.append(api.Comment(id=api.new_uuid(), cell_id=cell_id, notebook_id=book.id))
        db.add_all(rows)
        db.flush()
        return submission

    def _record_notebook(self, name: str, book: Any, result: dict[str, Any] | None) -> None:
        db = self._book.db
        grades = {
            grade.cell_id: grade
            for grade in db.scalars(
                sqlalchemy.select(api.Grade).where(api.Grade.notebook_id == book.id)
            )
        }
        if result is None:  # nothing was handed in
            for grade in grades.values():
                grade.auto_score = 0
                grade.needs_manual_grade = False
            return
        for cell, score in result["scores"].items():
            grade = grades[self._graded[name][cell]]
            grade.auto_score = score
            grade.needs_manual_grade = grade.manual_score is not None or score is None
        comments = {
            comment.cell_id: comment
            for comment in db.scalars(
                sqlalchemy.select(api.Comment).where(api.Comment.notebook_id == book.id)
            )
        }
        for cell, text in result["comments"].items():
            comments[self._commented[name][cell]].auto_comment = text

    def _record_penalty(self, student: str, submission: Any, book: Any) -> None:
        """What nbgrader's own plugin takes off for being late."""
        book.late_submission_penalty = None
        late = submission.total_seconds_late
        if late > 0:
            penalty = self._penalty.plugin_inst.late_submission_penalty(student, book.score, late)
            if penalty is not None:
                book.late_submission_penalty = min(max(penalty, 0), book.score)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Undo what was begun, and say in words what is wrong with the gradebook."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)
                yield
        except sqlalchemy.exc.SQLAlchemyError as error:
            with contextlib.suppress(Exception):
                self._book.db.rollback()
            raise Busy(_words(error, self.course.db_url)) from None
        except BaseException:
            with contextlib.suppress(Exception):
                self._book.db.rollback()
            raise


class UnknownStudent(Exception):
    """The gradebook does not know this student, and the course adds none."""


def _words(error: Exception, url: str) -> str:
    shown = sqlalchemy.engine.make_url(url).render_as_string(hide_password=True)
    reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
    start = f"The gradebook {shown} can't be written"
    if "locked" in reason:
        return f"{start}: another program holds it locked. End that one, then start this again."
    if "readonly" in reason or "read-only" in reason:
        return (
            f"{start}: it is read-only. Give yourself the right to write it, then start this again."
        )
    if "full" in reason or "No space" in reason:
        return f"{start}: the disk is full. Make room, then start this again."
    if "no such column" in reason or "UndefinedColumn" in reason:
        return f"{start}: it is of an older nbgrader. Back it up, then run: nbgrader db upgrade"
    return f"{start}: {reason}"
