"""The command's own words: its options, its refusals, its report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sample
from courses import MadeUpCourse

from tensorlab_course.grading.sandbox import holder

Run = Callable[..., Any]


def test_an_unknown_assignment_is_told(course: MadeUpCourse, run: Run) -> None:
    done = run("grade", "ps9", "--course", course.root)
    assert done.exit_code == 1
    assert "no assignment ps9" in done.output


def test_an_assignment_that_was_not_generated_is_told(course: MadeUpCourse, run: Run) -> None:
    (course.root / "gradebook.db").unlink()
    course.submit("ada", "ps1", a=b"{}")
    done = run("grade", "ps1", "--course", course.root)
    assert done.exit_code == 1
    assert "nbgrader generate_assignment ps1" in done.output


def test_without_bubblewrap_nothing_is_graded(
    course: MadeUpCourse, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.answer("ada", "ps1", "a", **sample.GOOD_A)
    holder.program.cache_clear()
    monkeypatch.setattr(holder.shutil, "which", lambda name: None)
    done = run("grade", "ps1", "--course", course.root)
    monkeypatch.undo()
    holder.program.cache_clear()
    assert done.exit_code == 1
    assert "sudo apt install bubblewrap" in done.output
    assert not (course.root / "autograded").exists()


def test_elsewhere_than_on_linux_nothing_is_graded(
    run: Run, course: MadeUpCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder.program.cache_clear()
    monkeypatch.setattr(holder.sys, "platform", "darwin")
    done = run("grade", "ps1", "--course", course.root)
    monkeypatch.undo()
    holder.program.cache_clear()
    assert done.exit_code == 1
    assert "needs Linux" in done.output


def test_no_sandbox_warns_and_grades(course: MadeUpCourse, run: Run) -> None:
    course.answer("ada", "ps1", "a", **sample.GOOD_A)
    done = run("grade", "ps1", "--course", course.root, "--no-sandbox")
    assert done.exit_code == 0, done.output
    assert "Without a sandbox" in done.output
    assert "10/20" in done.output


@pytest.mark.require("bwrap")
def test_the_report_tells_each_student_and_why(
    course: MadeUpCourse, run: Run, tmp_path: Path
) -> None:
    course.answer("ada", "ps1", "a", **sample.GOOD_A)
    course.submit("bob", "ps1", a=b"{nope")
    course.submit("eve", "ps1", other=b"{}")
    report = tmp_path / "report.json"
    done = run("grade", "ps1", "--course", course.root, "--json", report, "--workers", "1")
    assert done.exit_code == 0, done.output
    content = json.loads(report.read_text(encoding="utf-8"))
    assert content["complete"] is True
    ada, bob, eve = content["students"]
    assert (ada["student"], ada["status"], ada["score"]) == ("ada", "graded", 10.0)
    assert "b.ipynb was not handed in" in ada["notes"]
    assert bob["score"] == 0
    assert any("can't be graded" in note for note in bob["notes"])
    assert eve["status"] == "refused"
    only = run("grade", "ps1", "--course", course.root, "--student", "a*", "--force")
    assert "1 graded" in only.output
