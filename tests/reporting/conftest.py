"""A course with that class, made once with nbgrader's own API, and the command run on it."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from needs import find

sys.path.insert(0, str(Path(__file__).parent))
find("nbgrader")

from classroom import Run, error, fill, ran
from nbgrader import api
from sqlalchemy.exc import SAWarning

from tensorlab_course.cli import app


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's folder, to be read only."""
    root = tmp_path_factory.mktemp("reporting") / "course"
    root.mkdir()
    (root / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own business
        # nbgrader runs alembic by its name.
        programs = str(Path(sys.executable).parent)
        patch.setenv("PATH", programs, prepend=os.pathsep)
        with api.Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
            fill(book)
    for student, outputs in {
        "ada": {},
        "li": {"test_sum": [error("NameError", "name 'total' is not defined")]},
        "omar": {"test_sum": [error("NameError", "name 'total' is not defined")]},
        "zoe": {
            "sum": [error("IndexError", "index 3 is out of range for size 3")],
            "test_sum": [error("Omar", "<script>alert('zoe was here')</script>")],
        },
        "@max": {
            "sum": [error("IndexError", "index 5 is out of range for size 5")],
            "test_sum": [
                error("AssertionError", "", "\x1b[0;32m----> 1\x1b[0m assert total([1]) == 1")
            ],
        },
    }.items():
        folder = root / "autograded" / student / "ps1"
        folder.mkdir(parents=True)
        (folder / "a.ipynb").write_text(ran(**outputs), encoding="utf-8")
        (root / "submitted" / student / "ps1").mkdir(parents=True)
    (root / "submitted" / "late-riser" / "ps1").mkdir(parents=True)
    return root


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    """A copy of the course, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "course"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `tensorlab` with arguments, in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def done(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return done
