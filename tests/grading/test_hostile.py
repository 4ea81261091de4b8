"""No hostile submission gains a point, tells a hidden test, or leaves anything running."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sample
from courses import MadeUpCourse
from hostile import ATTACKS, NO_NOTEBOOKS, PAGES, Attack, expected
from hostile_more import MORE
from hostile_more import NO_NOTEBOOKS as MORE_FILES

from tensorlab_course.grading.sandbox.holder import student_uid

pytestmark = pytest.mark.require("bwrap")


def left_running() -> list[str]:
    """Processes of students, and sandboxes, that this process has left behind."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                mine = entry.stat().st_uid == student_uid()
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if mine or (command.startswith("bwrap") and int(parent) == os.getpid()):
                found.append(command)
    return found


@pytest.mark.parametrize("attack", [*ATTACKS, *MORE], ids=lambda attack: attack.name)
def test_a_hostile_submission_gets_what_it_earns(
    attack: Attack, judge: Callable[..., Any], made: MadeUpCourse
) -> None:
    book = made.answered("ps1", "a", **{**sample.GOOD_A, **attack.cells})
    if attack.edit:
        book = attack.edit(json.loads(json.dumps(book)))
    began = time.monotonic()
    result = judge(book, files=attack.files, timeout=3.0, **attack.limits)
    seconds = time.monotonic() - began
    scores = {name: score for name, score in result["scores"].items() if name != "why"}
    if attack.loses_more:
        assert all(scores[name] <= most for name, most in expected(attack).items()), report(result)
    else:
        assert scores == expected(attack), report(result)
    text = json.dumps(result["notebook"])
    told = [
        secret for secret in sample.SECRETS if secret in text and secret not in json.dumps(book)
    ]
    assert told == [], "a hidden test is told"
    assert "HIDDEN TESTS" not in text or "HIDDEN TESTS" in json.dumps(book)
    assert len(text) < 4_000_000
    assert seconds < attack.seconds
    assert left_running() == []


def report(result: dict[str, Any]) -> str:
    """The outputs, for a failure of the test."""
    outputs = [cell.get("outputs") for cell in result["notebook"]["cells"]]
    return f"{result['notes']} {str([o for o in outputs if o])[:3000]}"


@pytest.mark.parametrize(
    "content", [*NO_NOTEBOOKS.values(), *MORE_FILES.values()], ids=[*NO_NOTEBOOKS, *MORE_FILES]
)
def test_a_file_that_is_no_notebook_is_refused_in_words(
    content: bytes, judge: Callable[..., Any]
) -> None:
    result = judge(content)
    assert set(result["scores"].values()) == {0.0}
    assert "can't be graded" in result["notes"][0]


def test_the_pages_of_hostile_students_run_no_script_of_theirs(
    course: MadeUpCourse, run: Callable[..., Any]
) -> None:
    course.answer("good", "ps1", "a", **sample.GOOD_A)
    for i, attack in enumerate(PAGES):
        course.answer(f"bad{i}", "ps1", "a", **{**sample.GOOD_A, **attack.cells})
    assert run("grade", "ps1", "--course", course.root).exit_code == 0
    course.nbgrader("generate_feedback", "ps1")
    pages = {
        path.parts[-3]: path.read_text(encoding="utf-8")
        for path in (course.root / "feedback").glob("*/ps1/a.html")
    }
    assert len(pages) == 1 + len(PAGES)
    tags = {student: Dangers.of(page) for student, page in pages.items()}
    for student in pages:
        assert tags[student] == tags["good"], student


class Dangers(HTMLParser):
    """What in a page runs something, or loads it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def of(cls, page: str) -> list[str]:
        """The dangers of a page."""
        parser = cls()
        parser.feed(page)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep tags that run or load, and attributes that do."""
        if tag in ("script", "iframe", "object", "embed", "base", "form", "meta", "link", "svg"):
            self.found.append(f"{tag} {sorted(attrs, key=str)}")
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in (value or ""):
                self.found.append(f"{tag} {name}={value}")
