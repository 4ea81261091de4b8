"""What the lessons ask: a file a lesson, and what checks the answers.

A lesson's first cell opens its practice; the names of its questions and exercises stand in the
file of that lesson in `lessons/`, `creating_a_tensor.py` for `01-creating-a-tensor.ipynb`.

    practice = lesson("creating-a-tensor")
    practice.predict("two-dtypes")
    practice.check(make_column)
    practice.summary()
"""

from __future__ import annotations

from tensorlab_course.practice.checking import expect, expect_same, expect_tensor, refuse
from tensorlab_course.practice.model import Exercise, Lesson, Prediction, Wrong
from tensorlab_course.practice.session import Practice, lesson, names

__all__ = [
    "Exercise",
    "Lesson",
    "Practice",
    "Prediction",
    "Wrong",
    "expect",
    "expect_same",
    "expect_tensor",
    "lesson",
    "names",
    "refuse",
]
