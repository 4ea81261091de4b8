"""A course for the tests of grading, made once, and a grader with warm processes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from needs import find

sys.path.insert(0, str(Path(__file__).parent))
find("nbgrader")

import courses
from sample import sample_notebooks
from typer.testing import CliRunner

from tensorlab_course.cli import app
from tensorlab_course.grading.course import Course
from tensorlab_course.grading.job import Job
from tensorlab_course.grading.limits import Limits
from tensorlab_course.grading.preparing import read_source
from tensorlab_course.grading.source import SourceNotebook
from tensorlab_course.grading.worker import Grader


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> courses.MadeUpCourse:
    """A generated course, to be copied and not to be changed."""
    course = courses.MadeUpCourse(tmp_path_factory.mktemp("made") / "course")
    course.add("ps1", **sample_notebooks())
    return course


@pytest.fixture
def course(made: courses.MadeUpCourse, tmp_path: Path) -> courses.MadeUpCourse:
    """A course of one's own."""
    return made.copy_to(tmp_path / "course")


@pytest.fixture(scope="session")
def sources(made: courses.MadeUpCourse) -> dict[str, SourceNotebook]:
    """The source notebooks by name."""
    return {source.name: source for source in read_source(Course(made.root), "ps1")}


@pytest.fixture(scope="session")
def grader() -> Iterator[Grader]:
    """Grades jobs in this process's sandboxes."""
    find("bwrap")
    found = Grader()
    yield found
    found.close()


Judge = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def judge(grader: Grader, sources: dict[str, SourceNotebook], made: courses.MadeUpCourse) -> Judge:
    """`judge(book, files)` grades a notebook: scores, the executed notebook, notes."""
    settings = Course(made.root).autograde_settings()

    def judged(
        book: Any,
        name: str = "a",
        files: dict[str, bytes] | None = None,
        source: SourceNotebook | None = None,
        **limits: Any,
    ) -> dict[str, Any]:
        content = book if isinstance(book, bytes) else json.dumps(book).encode()
        job = Job(
            student="somebody",
            source=source or sources[name],
            submitted=content,
            files=files or {},
            source_files={},
            limits=Limits(**{"timeout": 5.0, **limits}),
            settings=settings,
        )
        result = grader.grade(job.encode())
        assert "problem" not in result, result
        result["notebook"] = json.loads(result["notebook"])
        return result

    return judged


@pytest.fixture
def run() -> Callable[..., Any]:
    """Run `tensorlab` with arguments."""

    def ran(*arguments: str | Path) -> Any:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return ran
