"""`tensorlab grade` and `nbgrader autograde` leave the same course behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import sample
import sqlalchemy
from courses import MadeUpCourse
from nbgrader import api

SUBMISSIONS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "good": (sample.GOOD_A, sample.GOOD_B),
    "untouched": ({}, {}),
    "wrong": ({"square": "def square(x):\n    return 2 * x", "answer": "answer = 43"}, {}),
    "halfway": (
        {"square": "def square(x):\n    print('at work')\n    return x * x"},
        sample.GOOD_B,
    ),
    "broken": ({"net": "class Net(nn.Module:", "bump": "1 / 0", "why": "I don't know."}, {}),
    "noisy": (
        {
            **sample.GOOD_A,
            "square": "import sys\ndef square(x):\n    print(x, file=sys.stderr)\n    return x * x",
        },
        {"share": "def share(n):\n    return 7"},
    ),
    "pictures": (
        {
            **sample.GOOD_A,
            "answer": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nanswer = 42",
        },
        {"share": "%timeit -n1 -r1 1\n!echo hello\ndef share(n):\n    return n / 10"},
    ),
}


def grades(course: MadeUpCourse, url: str = "") -> list[tuple[Any, ...]]:
    """Everything that autograding decides, in order."""
    found: list[tuple[Any, ...]] = []
    url = url or f"sqlite:///{course.root / 'gradebook.db'}"
    with api.Gradebook(url, "made-up") as book:
        for submission in book.assignment_submissions("ps1"):
            student = submission.student.id
            found.append((student, submission.score, submission.needs_manual_grade))
            for one in submission.notebooks:
                found.append((student, one.name, one.score, one.late_submission_penalty))
                for grade in one.grades:
                    row = (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                    found.append((student, one.name, grade.name, *row))
                for comment in one.comments:
                    found.append((student, one.name, comment.name, comment.auto_comment))
    return sorted(found, key=repr)


@pytest.fixture(scope="module")
def both(
    made: MadeUpCourse, tmp_path_factory: pytest.TempPathFactory
) -> tuple[MadeUpCourse, MadeUpCourse]:
    """The course graded by nbgrader, and by us."""
    from typer.testing import CliRunner

    from tensorlab_course.cli import app

    root = tmp_path_factory.mktemp("both")
    stock = made.copy_to(root / "stock")
    for student, (a, b) in SUBMISSIONS.items():
        stock.answer(student, "ps1", "a", **a)
        stock.answer(student, "ps1", "b", **b)
    stock.answer("half", "ps1", "a", **sample.GOOD_A)
    folder = stock.submit("late", "ps1", a=stock.answered("ps1", "a", **sample.GOOD_A))
    (folder / "timestamp.txt").write_text("2030-01-02 03:04:05 UTC\n", encoding="utf-8")
    (folder / "notes.txt").write_text("mine\n", encoding="utf-8")
    ours = stock.copy_to(root / "ours")
    stock.nbgrader("autograde", "ps1")
    done = CliRunner().invoke(app, ["grade", "ps1", "--course", str(ours.root)])
    assert done.exit_code == 0, done.output
    return stock, ours


def test_the_gradebooks_are_equal(both: tuple[MadeUpCourse, MadeUpCourse]) -> None:
    stock, ours = both
    assert grades(ours) == grades(stock)
    assert len(grades(ours)) > 100


def test_the_folders_hold_the_same_files(both: tuple[MadeUpCourse, MadeUpCourse]) -> None:
    def files(course: MadeUpCourse) -> dict[str, int]:
        top = course.root / "autograded"
        return {
            str(path.relative_to(top)): path.stat().st_mode
            for path in top.rglob("*")
            if path.is_file()
        }

    stock, ours = both
    assert files(ours) == files(stock)


@pytest.mark.parametrize("student", [*SUBMISSIONS, "late"])
def test_the_notebooks_are_built_alike(
    both: tuple[MadeUpCourse, MadeUpCourse], student: str
) -> None:
    theirs, mine = (
        nbformat.read(course.root / "autograded" / student / "ps1" / "a.ipynb", as_version=4)
        for course in both
    )
    assert mine.metadata == theirs.metadata
    assert (mine.nbformat, mine.nbformat_minor) == (theirs.nbformat, theirs.nbformat_minor)
    assert len(mine.cells) == len(theirs.cells)
    for cell, other in zip(mine.cells, theirs.cells, strict=True):
        other.metadata.pop("execution", None)  # when the cell ran
        assert cell.metadata == other.metadata
        assert (cell.cell_type, cell.id) == (other.cell_type, other.id)
        assert cell.get("execution_count") == other.get("execution_count")
        is_test = other.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"
        if not is_test:
            assert cell.source == other.source
            assert shapes(cell) == shapes(other)
        else:
            assert other.source.startswith(cell.source)  # and what is hidden is left out


def shapes(cell: Any) -> list[Any]:
    """The outputs of a cell, but for what differs from run to run."""
    found = []
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            found.append((output.ename, re.sub(r"\(\S+, line", "(cell, line", output.evalue)))
        elif output.output_type == "stream":
            found.append((output.name, output.text.replace("\r", "")))
        else:
            plain = output.data["text/plain"].partition(" at 0x")[0]
            found.append((output.output_type, sorted(output.data), plain))
    return found


def test_the_report_and_the_export_read_either(both: tuple[MadeUpCourse, MadeUpCourse]) -> None:
    from typer.testing import CliRunner

    from tensorlab_course.cli import app

    def made(*command: str) -> list[str]:
        ran = [
            CliRunner().invoke(app, [*command, "--course", str(one.root), "-o", "-"])
            for one in both
        ]
        assert [one.exit_code for one in ran] == [0, 0]
        return [one.stdout for one in ran]

    stock, ours = made("export", "csv")
    assert ours == stock
    for page in made("report", "ps1"):
        assert f"Scores of {len(SUBMISSIONS) + 2} students, of 20 points" in page
        assert "NotImplementedError" in page


def test_nbgrader_goes_on_from_there(both: tuple[MadeUpCourse, MadeUpCourse]) -> None:
    _, ours = both
    ours.nbgrader("generate_feedback", "ps1")
    page = ours.root / "feedback" / "good" / "ps1" / "a.html"
    assert "test_square" in page.read_text(encoding="utf-8")
    ours.nbgrader("export")
    lines = (ours.root / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(SUBMISSIONS) + 2


def test_a_second_run_changes_nothing(
    both: tuple[MadeUpCourse, MadeUpCourse], run: Callable[..., Any]
) -> None:
    _, ours = both
    before = grades(ours)
    stamp = (ours.root / "autograded/good/ps1/a.ipynb").stat().st_mtime_ns
    done = run("grade", "ps1", "--course", ours.root)
    assert done.exit_code == 0
    assert f"{len(SUBMISSIONS) + 2} kept" in done.output
    assert grades(ours) == before
    assert (ours.root / "autograded/good/ps1/a.ipynb").stat().st_mtime_ns == stamp


def test_the_gradebook_is_nbgraders_own(both: tuple[MadeUpCourse, MadeUpCourse]) -> None:
    def tables(course: MadeUpCourse) -> list[str]:
        engine = sqlalchemy.create_engine(f"sqlite:///{course.root / 'gradebook.db'}")
        found = sorted(sqlalchemy.inspect(engine).get_table_names())
        engine.dispose()
        return found

    assert tables(both[0]) == tables(both[1])
    assert Path(both[1].root / "gradebook.db").is_file()
