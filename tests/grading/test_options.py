"""What the options of the command do to a class, and what of a course's settings is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
import sample
from courses import MadeUpCourse

Run = Callable[..., Any]
GOOD = sample.GOOD_A

HEAVY = {
    "endless": {"square": "while True: pass", "answer": "answer = 42 if square else 0"},
    "forks": {"square": "import os, signal\nfor _ in range(40): os.fork() or signal.pause()"},
    "hog": {"square": "hog = bytearray(600 << 20)\n" + sample.SQUARE},
    "prints": {"square": "print('x' * 100_000)\n" + sample.SQUARE},
}


@pytest.mark.require("bwrap")
def test_the_limits_bind_and_are_told(course: MadeUpCourse, run: Run) -> None:
    for student, cells in HEAVY.items():
        course.answer(student, "ps1", "a", **{**GOOD, **cells})
    late = course.answer("late", "ps1", "a", **GOOD)
    (late / "timestamp.txt").write_text("2030-01-02 03:04:05 UTC\n", encoding="utf-8")
    course.answer("zoe", "ps1", "a", **GOOD)
    options = "--timeout 3 --memory 400 --processes 16 --output-limit 8 --workers 1"
    report = course.root / "report.json"
    done = run(
        "grade", "ps1", "--course", course.root, "--student", "[!z]*", *options.split(),
        "--json", report,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    scores = {
        s["student"]: s["score"] for s in json.loads(report.read_text(encoding="utf-8"))["students"]
    }
    assert scores == {"endless": 7.0, "forks": 8.0, "hog": 8.0, "late": 10.0, "prints": 10.0}
    assert "5 graded" in done.output

    def shown(student: str) -> str:
        path = course.root / "autograded" / student / "ps1" / "a.ipynb"
        return path.read_text(encoding="utf-8")

    assert "CellTimeoutError" in shown("endless")
    assert "a cell of the submission ran for more than 3 s" in shown("endless")
    assert "MemoryError" in shown("hog") or "memory" in shown("hog")
    assert "what followed was cut" in shown("prints")


def test_a_notebook_in_another_language_is_refused_in_words(course: MadeUpCourse, run: Run) -> None:
    path = course.root / "source" / "ps1" / "b.ipynb"
    book = nbformat.read(path, as_version=4)
    book.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    nbformat.write(book, path)
    done = run("grade", "ps1", "--course", course.root)
    assert done.exit_code == 1
    assert "written for the kernel ir" in done.output


def test_preprocessors_of_the_courses_own_are_told(course: MadeUpCourse, run: Run) -> None:
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("c.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']\n")
    done = run("grade", "ps1", "--course", course.root)
    assert "autograde_preprocessors" in done.output
    assert "not followed" in " ".join(done.output.split())
