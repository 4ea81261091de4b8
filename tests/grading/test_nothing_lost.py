"""Killed, locked out, short of room: nothing half written, nobody lost, nobody graded twice."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import sample
from courses import MadeUpCourse
from test_beside_nbgrader import grades

pytestmark = pytest.mark.require("bwrap")
Run = Callable[..., Any]


def hand_in(course: MadeUpCourse, count: int) -> None:
    """A class in which each student's work is different."""
    for i in range(count):
        answer = sample.ANSWER if i % 2 else "answer = 41"
        work = {**sample.GOOD_A, "answer": f"{answer}\nstudent = {i}"}
        course.answer(f"student{i:03}", "ps1", "a", **work)


def start(course: MadeUpCourse, *options: str) -> subprocess.Popen[bytes]:
    """`tensorlab grade` in a process of its own."""
    command = [sys.executable, "-m", "tensorlab_course", "grade", "ps1", *options]
    return subprocess.Popen(
        command,
        cwd=course.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


# How often a run is killed: TENSORLAB_KILLS=20 takes a minute more.
KILLS = int(os.environ.get("TENSORLAB_KILLS", "5"))


def test_killed_at_any_moment_it_goes_on(course: MadeUpCourse, tmp_path: Path, run: Run) -> None:
    hand_in(course, 12)
    undisturbed = course.copy_to(tmp_path / "undisturbed")
    assert run("grade", "ps1", "--course", undisturbed.root).exit_code == 0
    moments = random.Random(0)
    for _ in range(KILLS):
        process = start(course)
        time.sleep(moments.uniform(0.2, 6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if len(list((course.root / "autograded").glob("student*/ps1/a.ipynb"))) == 12:
            shutil.rmtree(course.root / "autograded" / f"student{moments.randrange(12):03}")
    assert run("grade", "ps1", "--course", course.root).exit_code == 0
    assert grades(course) == grades(undisturbed)
    for mine, theirs in zip(notebooks(course), notebooks(undisturbed), strict=True):
        assert mine == theirs
    assert list(course.root.glob("autograded/*/.tensorlab-*")) == []


def notebooks(course: MadeUpCourse) -> list[str]:
    """The texts of the autograded notebooks."""
    found = sorted((course.root / "autograded").glob("*/ps1/*.ipynb"))
    return [path.read_text(encoding="utf-8") for path in found]


def test_nobody_is_graded_twice(course: MadeUpCourse, run: Run, tmp_path: Path) -> None:
    hand_in(course, 3)
    assert run("grade", "ps1", "--course", course.root).exit_code == 0
    report = tmp_path / "report.json"
    hand_in(course, 4)
    assert run("grade", "ps1", "--course", course.root, "--json", report).exit_code == 0
    students = json.loads(report.read_text(encoding="utf-8"))["students"]
    assert [s["status"] for s in students] == ["kept", "kept", "kept", "graded"]


def test_a_changed_test_regrades_what_it_touches(
    course: MadeUpCourse, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.answer("ada", "ps1", "a", **sample.GOOD_A)
    course.answer("ada", "ps1", "b", **sample.GOOD_B)
    assert run("grade", "ps1", "--course", course.root).exit_code == 0
    path = course.root / "source" / "ps1" / "a.ipynb"
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if "assert answer ==" in cell.source:
            cell.source = cell.source.replace("31415884", "31415883")
    nbformat.write(book, path)
    from tensorlab_course.grading import pool

    graded: list[str] = []
    real = pool.run

    def watched(tasks: Any, workers: int, *more: Any) -> Any:
        for task, result in real(tasks, workers, *more):
            graded.append(task.name)
            yield task, result

    monkeypatch.setattr(pool, "run", watched)
    assert run("grade", "ps1", "--course", course.root).exit_code == 0
    assert graded == ["a"]
    assert ("ada", "a", "test_answer", 0.0, None, False) in grades(course)


def test_a_locked_gradebook_is_told_in_words(
    course: MadeUpCourse, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course, 2)
    lock = sqlite3.connect(course.root / "gradebook.db")
    lock.execute("begin exclusive")
    done = run("grade", "ps1", "--course", course.root)
    lock.close()
    assert done.exit_code == 1
    assert "locked" in done.output
    assert "Traceback" not in done.output
    assert run("grade", "ps1", "--course", course.root).exit_code == 0
    assert len([row for row in grades(course) if len(row) == 3]) == 2


def test_a_read_only_gradebook_is_told_in_words(course: MadeUpCourse, run: Run) -> None:
    hand_in(course, 1)
    settings = course.root / "nbgrader_config.py"
    url = f"sqlite:///file:{course.root / 'gradebook.db'}?mode=ro&uri=true"
    with settings.open("a", encoding="utf-8") as file:
        file.write(f"c.CourseDirectory.db_url = {url!r}\n")
    done = run("grade", "ps1", "--course", course.root)
    assert done.exit_code == 1
    assert "read-only" in done.output
    assert "Traceback" not in done.output


def test_a_full_disk_is_told_in_words_and_nothing_is_half_written(
    course: MadeUpCourse, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course, 2)
    real = os.fsync

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = run("grade", "ps1", "--course", course.root)
    assert done.exit_code == 1
    assert "full" in done.output
    assert list(course.root.glob("autograded/*/*")) == []
    monkeypatch.setattr(os, "fsync", real)
    assert run("grade", "ps1", "--course", course.root).exit_code == 0
    assert len(list(course.root.glob("autograded/*/ps1/a.ipynb"))) == 2


def test_a_submission_that_vanishes_is_told_and_the_rest_is_graded(
    course: MadeUpCourse, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course, 2)
    from tensorlab_course.grading.run import Run as OneRun

    real = OneRun._open_gradebook

    def vanish(self: OneRun) -> Any:
        shutil.rmtree(course.root / "submitted" / "student000")
        return real(self)

    monkeypatch.setattr(OneRun, "_open_gradebook", vanish)
    done = run("grade", "ps1", "--course", course.root)
    assert done.exit_code == 0
    assert "went away" in done.output
    assert "1 graded" in done.output


def test_a_worker_that_is_killed_is_replaced(course: MadeUpCourse, run: Run) -> None:
    hand_in(course, 6)
    process = start(course, "--workers", "1")
    deadline = time.monotonic() + 60
    killed = 0
    while process.poll() is None and killed < 2 and time.monotonic() < deadline:
        for child in children(process.pid):
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"grading.worker" in command and list(course.root.glob("autograded/*/ps1")):
                os.kill(child, signal.SIGKILL)
                killed += 1
        time.sleep(0.3)
    assert process.wait(120) == 0
    assert killed
    assert len(list(course.root.glob("autograded/*/ps1/a.ipynb"))) == 6


def children(pid: int) -> list[int]:
    """The children of a process."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(number) for number in text.split()]


def test_odd_folders_and_links_are_left_out(course: MadeUpCourse, run: Run) -> None:
    hand_in(course, 1)
    secret = course.root / "source" / "ps1" / "a.ipynb"
    evil = course.root / "submitted" / "evil" / "ps1"
    evil.mkdir(parents=True)
    (evil / "a.ipynb").symlink_to(secret)
    (evil / "data.txt").symlink_to(secret)
    (evil / "up").symlink_to(course.root)
    os.mkfifo(evil / "b.ipynb")
    (course.root / "submitted" / "linked").symlink_to(course.root / "submitted" / "student000")
    (course.root / "submitted" / "<script>x" / "ps1").mkdir(parents=True)
    done = run("grade", "ps1", "--course", course.root)
    assert done.exit_code == 0, done.output
    assert "is a link" in done.output
    assert not (course.root / "autograded" / "evil" / "ps1" / "data.txt").exists()
    assert "signs that no student" in " ".join(done.output.split())
