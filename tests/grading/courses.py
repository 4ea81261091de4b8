"""Small nbgrader courses, made up for the tests: cells of source notebooks, and submissions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat


def text(source: str, grade_id: str = "", points: float | None = None) -> Any:
    """A Markdown cell; with points, an answer that is graded by hand."""
    cell = nbformat.v4.new_markdown_cell(source)
    if grade_id:
        cell.metadata.nbgrader = _nbgrader(grade_id, points is not None, points is not None, points)
    return cell


def code(source: str) -> Any:
    """A code cell that nbgrader does not know."""
    return nbformat.v4.new_code_cell(source)


def solution(grade_id: str, source: str) -> Any:
    """A cell where students write."""
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata.nbgrader = _nbgrader(grade_id, False, True, None)
    return cell


def check(grade_id: str, points: float, source: str) -> Any:
    """A cell of tests."""
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata.nbgrader = _nbgrader(grade_id, True, False, points)
    return cell


def locked(grade_id: str, source: str) -> Any:
    """A cell that students can read only."""
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata.nbgrader = _nbgrader(grade_id, False, False, None) | {"locked": True}
    return cell


def _nbgrader(grade_id: str, grade: bool, answer: bool, points: float | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": answer,
        "locked": grade and not answer,
        "task": False,
    }
    if points is not None:
        found["points"] = points
    return found


def notebook(*cells: Any) -> Any:
    """A notebook for Python."""
    book = nbformat.v4.new_notebook(cells=list(cells))
    book.metadata.kernelspec = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    book.metadata.language_info = {"name": "python"}
    return book


def solved(model: str, hidden: str = "") -> str:
    """The text of a solution cell, with nbgrader's marks."""
    return f"### BEGIN SOLUTION\n{model}\n### END SOLUTION{hidden}"


def tests(visible: str, hidden: str) -> str:
    """The text of a test cell with a hidden part."""
    return f"{visible}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"


class MadeUpCourse:
    """A course directory under construction."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        (root / "nbgrader_config.py").write_text(
            "c = get_config()\n"
            "c.CourseDirectory.course_id = 'made-up'\n"
            f"c.Exchange.root = {str(root / 'exchange')!r}\n",
            encoding="utf-8",
        )

    def add(self, assignment: str, **notebooks: Any) -> None:
        """Write notebooks into the source, and let nbgrader generate the assignment."""
        folder = self.root / "source" / assignment
        folder.mkdir(parents=True, exist_ok=True)
        for name, book in notebooks.items():
            nbformat.write(book, folder / f"{name}.ipynb")
        self.generate(assignment)

    def generate(self, assignment: str) -> None:
        """Let nbgrader generate the release."""
        self.nbgrader("generate_assignment", assignment, "--force")

    def nbgrader(self, *arguments: str) -> str:
        """Run an nbgrader command in the course."""
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, env=_environment(self.root)
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout + done.stderr

    def release(self, assignment: str, name: str) -> Any:
        """A notebook as students get it."""
        path = self.root / "release" / assignment / f"{name}.ipynb"
        return nbformat.read(path, as_version=4)

    def submit(self, student: str, assignment: str, **notebooks: Any) -> Path:
        """Hand in notebooks: nodes, or bytes that may be anything."""
        folder = self.root / "submitted" / student / assignment
        folder.mkdir(parents=True, exist_ok=True)
        for name, book in notebooks.items():
            path = folder / f"{name}.ipynb"
            if isinstance(book, bytes):
                path.write_bytes(book)
            else:
                path.write_text(json.dumps(book), encoding="utf-8")
        return folder

    def answer(self, student: str, assignment: str, name: str, **answers: str) -> Path:
        """Hand in the release with these texts in its cells, by their grade ids."""
        return self.submit(
            student, assignment, **{name: self.answered(assignment, name, **answers)}
        )

    def answered(self, assignment: str, name: str, **answers: str) -> Any:
        """The release with these texts in its cells."""
        book = self.release(assignment, name)
        left = dict(answers)
        for cell in book.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in left:
                cell.source = left.pop(grade_id)
        assert not left, f"no such cells: {sorted(left)}"
        return book

    def copy_to(self, root: Path) -> MadeUpCourse:
        """The same course elsewhere, its gradebook with it."""
        shutil.copytree(self.root, root, symlinks=True, dirs_exist_ok=True)
        return MadeUpCourse(root)


def _environment(root: Path) -> dict[str, str]:
    settings = root / ".settings"
    settings.mkdir(exist_ok=True)
    programs = str(Path(sys.executable).parent)  # nbgrader calls alembic by its name
    return os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(settings),
        "IPYTHONDIR": str(settings),
        "PYTHONWARNINGS": "ignore",
    }
