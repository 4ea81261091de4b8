"""A class whose gradebook has all that can be odd about one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from nbgrader import api
from typer.testing import Result

Run = Callable[..., Result]
DUE = datetime(2026, 11, 3, 18, 0)
# Name, email and the number that the university's system gives them.
STUDENTS = {
    "ada": ("Ada", "Lovelace", "ada@uni.example", "7001"),
    "li": ("丽", "王", "li@uni.example", ""),
    "omar": ("عمر", "الخيام", "Omar@Uni.example", ""),
    "zoe": ("Zoë", '=HYPERLINK("http://evil.example")', "zoe@uni.example", ""),
    "@max": ("+Max", "-Power", "max@uni.example", ""),
    "absent": ("", "", "", ""),
}


def error(name: str, value: str, *trace: str) -> dict[str, Any]:
    """An output that is an error."""
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": list(trace)}


def ran(**outputs: list[dict[str, Any]]) -> str:
    """A notebook as autograding leaves it, with these outputs in its cells."""
    cells = [
        {
            "cell_type": "code",
            "source": "",
            "metadata": {"nbgrader": {"grade_id": name}},
            "outputs": found,
        }
        for name, found in outputs.items()
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def fill(book: api.Gradebook) -> None:
    """Two assignments, and what six students did in one of them."""
    book.add_assignment("ps1", duedate=DUE)
    book.add_notebook("a", "ps1")
    book.add_notebook("b", "ps1")
    book.add_grade_cell("test_sum", "a", "ps1", max_score=4, cell_type="code")
    book.add_grade_cell("why", "a", "ps1", max_score=2, cell_type="markdown")
    book.add_solution_cell("why", "a", "ps1")
    book.add_grade_cell("test_b", "b", "ps1", max_score=4, cell_type="code")
    book.add_assignment("survey")
    book.add_notebook("only", "survey")
    book.add_grade_cell("done", "only", "survey", max_score=0, cell_type="code")
    for student, (first, last, email, number) in STUDENTS.items():
        names = {"first_name": first, "last_name": last, "email": email, "lms_user_id": number}
        book.add_student(student, **{key: value or None for key, value in names.items()})
    # Of each student the scores of the three cells, None where it is not known yet.
    for student, scores in {
        "ada": (4, 2, 4),
        "li": (0, 1.5, 4),
        "omar": (0, None, 4),
        "zoe": (0, None, 1 / 3),
        "@max": (0, 2, 0),
    }.items():
        submission = book.add_submission("ps1", student)
        submission.timestamp = DUE - timedelta(hours=5)
        for name, score in zip(("test_sum", "why", "test_b"), scores, strict=True):
            grade = book.find_grade(name, "b" if name == "test_b" else "a", "ps1", student)
            grade.needs_manual_grade = score is None
            if name == "why":
                grade.manual_score = score
            else:
                grade.auto_score = score
    book.find_grade("test_b", "b", "ps1", "ada").extra_credit = 1
    late = book.find_submission("ps1", "li")
    late.timestamp = DUE + timedelta(days=2, hours=12)
    late.extension = timedelta(days=1)
    late.notebooks[0].late_submission_penalty = 2
    book.db.commit()
