"""The report tells of the class and not of a student, and nothing in it runs or is loaded."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import pytest
from classroom import STUDENTS, Run, error, ran


class Page(HTMLParser):
    """A page's text, and its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep each tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All of the page's text, on a line."""
        return " ".join(" ".join(self.texts).split())


def report(run: Run, course: Path, assignment: str = "ps1") -> Page:
    done = run("report", assignment, "--course", course, "-o", "page.html")
    assert done.exit_code == 0, done.output
    return Page(Path("page.html").read_text(encoding="utf-8"))


def test_it_counts_the_class(run: Run, made: Path) -> None:
    text = report(run, made).text
    for counted in (
        *("students 7", "handed in 6", "graded 3", "late 1", "not graded yet 1"),
        "wait to be graded by hand 2",
    ):
        assert counted in text
    assert "Scores of 5 students, of 10 points: mean 4.17, median 3.5" in text
    assert "all between 0.333 and 11." in text
    assert "5 hand-ins with a time (UTC)" in text
    assert "Due on 2026-11-03 18:00: 4 before, 1 after it." in text


def test_the_hardest_exercise_comes_first(run: Run, made: Path) -> None:
    text = report(run, made).text
    first, second, third = (text.index(name) for name in ("test_sum a", "test_b b", "why a"))
    assert first < second < third
    # All, some, none and waiting of the three.
    assert "test_sum a 20% 0.8 of 4 1 0 4 0" in text
    assert "test_b b 67% 2.67 of 4 3 1 1 0" in text  # extra credit counts
    assert "why a, graded by hand 92% 1.83 of 2 2 1 0 2" in text


def test_errors_that_differ_in_numbers_only_are_one(run: Run, made: Path) -> None:
    text = report(run, made).text
    assert "IndexError: index 3 is out of range for size 3 2 a/sum (2)" in text
    assert "NameError: name 'total' is not defined 2 a/test_sum (2)" in text
    assert "AssertionError: assert total([1]) == 1 1 a/test_sum (1)" in text


def test_it_names_no_student(run: Run, made: Path) -> None:
    text = report(run, made).text.lower()
    for student, told in STUDENTS.items():
        for name in {student, *told} - {"", "li", "absent", "+Max", "-Power"}:
            assert name.lower() not in text, name
    assert "… was here" in text  # who said so is left out


def test_nothing_in_it_runs_or_is_loaded(run: Run, made: Path) -> None:
    page = report(run, made)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "iframe", "object", "embed", "base", "form", "link", "img", "a"}
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert not re.search(r"https?:|//|javascript:", value or ""), (tag, name, value)
    assert "<script>alert(" in page.text  # as text


def test_each_picture_is_told_in_words_and_ids_are_unique(run: Run, made: Path) -> None:
    page = report(run, made)
    pictures = [attributes for _, attributes in page.tags if attributes.get("role") == "img"]
    assert [len(one["aria-label"] or "") > 50 for one in pictures] == [True, True]
    assert sum(tag == "svg" for tag, _ in page.tags) == 2
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_an_assignment_without_points_or_work_has_a_page_too(run: Run, made: Path) -> None:
    text = report(run, made, "survey").text
    assert "0 points in 1 notebook" in text
    assert "Nothing is graded yet" in text
    assert "done only –" in text


def test_broken_and_monstrous_notebooks_stop_nothing(run: Run, course: Path) -> None:
    folder = course / "autograded" / "ada" / "ps1"
    (folder / "a.ipynb").write_text("{nope", encoding="utf-8")
    (folder / "b.ipynb").write_text("[" * 100_000, encoding="utf-8")
    (folder / "c.ipynb").write_text('{"cells": [1, {"cell_type": "code", "outputs": 3}]}')
    (folder / "d.ipynb").symlink_to(course / "autograded" / "li" / "ps1" / "a.ipynb")
    many = [error(f"E{'x' * n}", "\x1b[31m" + "y" * 100_000) for n in range(200)]
    (folder / "e.ipynb").write_text(ran(sum=many), encoding="utf-8")
    page = report(run, course)
    assert "NameError: name 'total' is not defined 2" in page.text
    assert Path("page.html").stat().st_size < 100_000


def test_times_that_students_made_up_spoil_no_picture(run: Run, course: Path) -> None:
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as book:
        update = "update submitted_assignment set timestamp = ? where student_id = ?"
        book.execute(update, ("9999-12-31 23:59:59.000000", "ada"))
        book.execute(update, ("0001-01-01 00:00:00.000000", "li"))
        book.commit()
    text = report(run, course).text
    assert "3 hand-ins with a time (UTC)" in text
    assert "2 with a time that is years away left out." in text


def test_a_wrong_name_is_told(run: Run, made: Path) -> None:
    done = run("report", "ps2", "--course", made)
    assert done.exit_code == 1
    assert "knows no assignment ps2. Did you mean ps1?" in done.output


@pytest.mark.parametrize("command", ["export", "report"])
def test_without_nbgrader_it_says_what_to_install(
    run: Run, made: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("tensorlab_course.reporting")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorlab_course.grading.course", None)
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    done = run(command, "csv" if command == "export" else "ps1", "--course", made)
    assert done.exit_code == 2
    assert 'pip install "tensorlab[grade]"' in done.output
