"""The course under nbgrader's own commands: handed out, worked on, validated, graded."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copy, copytree
from tempfile import TemporaryDirectory

import pytest

from exercises import fast
from tensorlab_course.exercises.release import release_all

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.name for path in fast.SOURCE.iterdir() if path.is_dir())
# Of each exercise that has an even number, the first typical wrong answer; the others are right.
MIXED = ("convolution", "pooling")

pytestmark = pytest.mark.require("nbgrader")

# The points of a student's test cells.
Scores = dict[str, float | None]


@dataclass(frozen=True)
class Nbgrader:
    """A course of one's own, and nbgrader's commands run in it."""

    course: Path
    environment: dict[str, str]
    # Where kernels listen: files. A port that was free may be taken when the kernel comes to it.
    sockets: str

    @property
    def kernels(self) -> tuple[str, ...]:
        """The settings of a command that runs notebooks."""
        return (
            "--Execute.shutdown_kernel=immediate",
            "--KernelManager.transport=ipc",
            f"--KernelManager.ip={self.sockets}/kernel",
        )

    def __call__(self, *arguments: str) -> str:
        """Run a command; what it said."""
        ran = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.course,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nbgrader]:
    """A copy of the course, and a home in which no other kernel lies."""
    course = tmp_path_factory.mktemp("course")
    copy(fast.SOURCE.parent / "nbgrader_config.py", course)
    copytree(fast.SOURCE, course / "source")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_"))}
    environment = kept | {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "course")]),
        "PYTHONWARNINGS": "ignore",
    }
    with TemporaryDirectory() as sockets:  # a short path: that of a socket has 107 letters at most
        yield Nbgrader(course, environment, sockets)


@pytest.fixture(scope="module")
def course(nbgrader: Nbgrader) -> Path:
    """The course's folder, with all assignments generated."""
    for assignment in ASSIGNMENTS:
        nbgrader("generate_assignment", assignment)
    return nbgrader.course


def answered(released: str, answers: dict[str, str]) -> str:
    """A released notebook in which somebody has written these answers."""
    content = json.loads(released)
    for cell in content["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name].splitlines(keepends=True)
    return json.dumps(content)


def models(notebook: str) -> dict[str, str]:
    """The model's answers, those in words among them."""
    return {
        cell["id"]: "".join(cell["source"])
        for cell in fast.read(notebook)["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }


def mixed(notebook: str) -> dict[str, str]:
    """A typical wrong answer to every other exercise; the model's to the rest."""
    wrong = {w.exercise: w.answer for w in reversed(fast.wrong_answers()) if w.notebook == notebook}
    return models(notebook) | {name: wrong[name] for name in fast.exercises(notebook)[1::2]}


@pytest.fixture(scope="module")
def graded(nbgrader: Nbgrader, course: Path) -> dict[tuple[str, str], Scores]:
    """Three students' points in each notebook, as the gradebook has them."""
    for path in sorted((course / "release").glob("*/*.ipynb")):
        released, assignment = path.read_text(encoding="utf-8"), path.parent.name
        submissions = {"knows-it": models(path.stem), "has-not-begun": {}}
        if assignment in MIXED:
            submissions["half-knows-it"] = mixed(path.stem)
        for student, answers in submissions.items():
            there = course / "submitted" / student / assignment / path.name
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text(answered(released, answers), encoding="utf-8")
    for assignment in ASSIGNMENTS:
        nbgrader("autograde", assignment, *nbgrader.kernels)
    return in_gradebook(course / "gradebook.db")


def in_gradebook(path: Path) -> dict[tuple[str, str], Scores]:
    query = """
        select submitted_assignment.student_id, notebook.name, base_cell.name,
               case when grade.needs_manual_grade then null else grade.auto_score end
        from grade
        join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join notebook on notebook.id = submitted_notebook.notebook_id
    """
    found: dict[tuple[str, str], Scores] = {}
    with sqlite3.connect(path) as gradebook:
        for student, notebook, cell, score in gradebook.execute(query):
            found.setdefault((student, notebook), {})[cell] = score
    gradebook.close()
    return found


def written(notebook: str) -> list[str]:
    """The ids of the answers in words, which wait for a person."""
    return [name for name in models(notebook) if name.endswith("-written")]


def test_what_students_get_is_what_nbgrader_releases(course: Path) -> None:
    released = {
        path.relative_to(course / "release").as_posix(): path.read_text(encoding="utf-8")
        for path in (course / "release").glob("*/*.ipynb")
    }
    assert released == release_all(fast.SOURCE)


@pytest.mark.parametrize("notebook", fast.NOTEBOOKS)
def test_the_models_answers_get_every_point(
    notebook: str, graded: dict[tuple[str, str], Scores]
) -> None:
    full = {n: meta["points"] for n, meta, _ in fast.code_cells(notebook) if meta.get("grade")}
    assert graded["knows-it", notebook] == full | dict.fromkeys(written(notebook))


@pytest.mark.parametrize("notebook", fast.NOTEBOOKS)
def test_untouched_work_gets_no_point(notebook: str, graded: dict[tuple[str, str], Scores]) -> None:
    assert set(graded["has-not-begun", notebook].values()) == {0}


@pytest.mark.parametrize(
    "notebook", [name for name, path in fast.NOTEBOOKS.items() if path.parent.name in MIXED]
)
def test_mixed_work_gets_what_the_fast_tests_say(
    notebook: str, graded: dict[tuple[str, str], Scores]
) -> None:
    fast_scores = fast.scores(notebook, mixed(notebook))
    assert 0 < sum(fast_scores.values()) < sum(fast.scores(notebook).values())
    assert graded["half-knows-it", notebook] == fast_scores | dict.fromkeys(written(notebook))


def test_a_student_who_knows_it_is_told_so_before_handing_in(
    nbgrader: Nbgrader, graded: dict[tuple[str, str], Scores]
) -> None:
    said = nbgrader(
        "validate", *nbgrader.kernels, "submitted/knows-it/pooling/exercises-14-max-pooling.ipynb"
    )
    assert "Success! Your notebook passes all the tests." in said


def test_a_student_who_has_not_begun_is_told_what_failed(
    nbgrader: Nbgrader, graded: dict[tuple[str, str], Scores]
) -> None:
    said = nbgrader(
        "validate",
        *nbgrader.kernels,
        "submitted/has-not-begun/pooling/exercises-14-max-pooling.ipynb",
    )
    tests = [
        meta for _, meta, _ in fast.code_cells("exercises-14-max-pooling") if meta.get("grade")
    ]
    # The answer in words is still the stub, and counts as well.
    assert f"VALIDATION FAILED ON {len(tests) + 1} CELL(S)" in said
    assert "NotImplementedError" in said
