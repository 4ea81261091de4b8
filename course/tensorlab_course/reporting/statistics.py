"""What the gradebook says of an assignment as a whole: the class, the scores, each exercise."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy
from nbgrader import api

from tensorlab_course.grading.course import Course
from tensorlab_course.reporting.grades import (
    Assignment,
    find_assignment,
    open_gradebook,
    read_grades,
)


@dataclass
class Exercise:
    """A graded cell, and how the class did in it."""

    notebook: str
    name: str
    points: float
    by_hand: bool
    full: int = 0
    part: int = 0
    none: int = 0
    waiting: int = 0
    total: float = 0.0

    @property
    def graded(self) -> int:
        """How many have a score in it."""
        return self.full + self.part + self.none

    @property
    def mean(self) -> float:
        """The mean score."""
        return self.total / self.graded if self.graded else 0.0

    @property
    def share(self) -> float | None:
        """The mean score of the points, from 0 to 1; None where nothing can be said."""
        if not self.graded or not self.points:
            return None
        return min(max(self.mean / self.points, 0.0), 1.0)

    def add(self, score: float | None, waiting: bool) -> None:
        """Count a student's score in."""
        self.waiting += waiting
        if score is None:
            return
        self.total += score
        if score >= self.points:
            self.full += 1
        elif score > 0:
            self.part += 1
        else:
            self.none += 1


@dataclass
class ClassWork:
    """What became of an assignment in a class."""

    assignment: Assignment
    students: int
    handed_in: int
    graded: int
    waiting: int
    not_graded: int
    late: int
    scores: list[float] = field(default_factory=list)
    hand_ins: list[datetime] = field(default_factory=list)
    exercises: list[Exercise] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)  # of all who handed in
    graded_ids: set[str] = field(default_factory=set)  # of those whom the gradebook has
    names: set[str] = field(default_factory=set)  # all that tells who a student is

    @property
    def summary(self) -> dict[str, float]:
        """Mean, quartiles and extremes of the scores; empty where there are none."""
        if not self.scores:
            return {}
        ordered = sorted(self.scores)
        if len(ordered) == 1:
            quartiles = [ordered[0]] * 3
        else:
            quartiles = statistics.quantiles(ordered, n=4, method="inclusive")
        return {
            "mean": statistics.fmean(ordered),
            "lowest": ordered[0],
            "lower quartile": quartiles[0],
            "median": quartiles[1],
            "upper quartile": quartiles[2],
            "highest": ordered[-1],
        }


def look_at(course: Course, name: str, submitted: dict[str, Path]) -> ClassWork:
    """What became of an assignment; `submitted` are the folders of what was handed in.

    Raises CourseError, in words.
    """
    grades = read_grades(course, [name])
    work = {student: one for (_, student), one in grades.work.items()}
    waiting = sum(bool(one.open_cells) for one in work.values())
    everybody = {student.id for student in grades.students} | set(submitted) | set(work)
    return ClassWork(
        assignment=grades.assignments[0],
        students=len(everybody),
        handed_in=len(set(submitted) | set(work)),
        graded=len(work) - waiting,
        waiting=waiting,
        not_graded=len(set(submitted) - set(work)),
        late=sum(one.seconds_late > 0 for one in work.values()),
        scores=[one.score for one in work.values()],
        hand_ins=sorted(one.timestamp for one in work.values() if one.timestamp),
        exercises=read_exercises(course, name),
        ids=sorted(set(submitted) | set(work)),
        graded_ids=set(work),
        names=everybody.union(*(student.identifying for student in grades.students)),
    )


def read_exercises(course: Course, name: str) -> list[Exercise]:
    """How the class did in each graded cell; worst first, those worth nothing last."""
    with open_gradebook(course) as db:
        assignment = find_assignment(db, name)
        exercises = dict(_exercises(db, assignment.id))
        grade = api.Grade
        rows = db.execute(
            sqlalchemy.select(
                grade.cell_id,
                grade.auto_score,
                grade.manual_score,
                grade.score,
                grade.needs_manual_grade,
            )
            .join(api.SubmittedNotebook, api.SubmittedNotebook.id == grade.notebook_id)
            .join(api.Notebook, api.Notebook.id == api.SubmittedNotebook.notebook_id)
            .where(api.Notebook.assignment_id == assignment.id)
            .execution_options(yield_per=5000)
        )
        for cell, auto, manual, score, needs_hand in rows:
            if cell in exercises:
                unscored = auto is None and manual is None
                exercises[cell].add(None if unscored else float(score), bool(needs_hand))
    return sorted(
        exercises.values(),
        key=lambda one: (one.share is None, one.share, one.notebook, one.name),
    )


def _exercises(db: sqlalchemy.orm.Session, assignment_id: str) -> Iterator[tuple[str, Exercise]]:
    base = api.BaseCell.__table__
    answers = {
        (notebook_id, name)
        for notebook_id, name in db.execute(
            sqlalchemy.select(base.c.notebook_id, base.c.name)
            .join(api.SolutionCell.__table__, api.SolutionCell.__table__.c.id == base.c.id)
            .join(api.Notebook, api.Notebook.id == base.c.notebook_id)
            .where(api.Notebook.assignment_id == assignment_id)
        )
    }
    for table, is_task in ((api.GradeCell.__table__, False), (api.TaskCell.__table__, True)):
        rows = db.execute(
            sqlalchemy.select(
                table.c.id, base.c.notebook_id, api.Notebook.name, base.c.name, table.c.max_score
            )
            .join(base, base.c.id == table.c.id)
            .join(api.Notebook, api.Notebook.id == base.c.notebook_id)
            .where(api.Notebook.assignment_id == assignment_id)
        )
        for i, notebook_id, notebook, name, points in rows:
            by_hand = is_task or (notebook_id, name) in answers
            yield i, Exercise(notebook, name, float(points or 0.0), by_hand)
