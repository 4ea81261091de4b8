"""Reads the instructor's notebooks of an assignment as nbgrader makes them ready for students."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, InstantiateTests, SaveCells

from tensorlab_course.grading.course import Course
from tensorlab_course.grading.errors import CourseError
from tensorlab_course.grading.source import SourceCell, SourceNotebook


def read_source(course: Course, assignment: str) -> list[SourceNotebook]:
    """All notebooks of the assignment, in order of their names."""
    folder = course.source_folder(assignment)
    paths = sorted(path for path in folder.glob("*.ipynb") if path.is_file())
    if not paths:
        raise CourseError(f"{folder} has no notebook. Is the assignment called {assignment}?")
    return [_read(course, assignment, path) for path in paths]


def _read(course: Course, assignment: str, path: Path) -> SourceNotebook:
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        raise CourseError(f"{path} can't be read as a notebook: {error}") from None
    _require_python(path, notebook)
    resources = {
        "unique_key": path.stem,
        "metadata": {"path": str(path.parent)},
        "nbgrader": {
            "notebook": path.stem,
            "assignment": assignment,
            "student": ".",
            "db_url": course.db_url,
        },
    }
    model = full = notebook
    for kind in course.assignment_preprocessors():
        if kind is SaveCells:
            full = copy.deepcopy(notebook)
            continue
        if kind is InstantiateTests and not _has_autotests(course, notebook):
            continue
        if kind is ClearSolutions:
            model = copy.deepcopy(notebook)
        preprocessor = kind(config=course.config)
        if kind is ClearHiddenTests and not preprocessor.enabled:
            continue
        try:
            notebook, resources = preprocessor.preprocess(notebook, resources)
        except Exception as error:
            raise CourseError(f"{path}: {error or type(error).__name__}") from None
    cells = [_cell(*three) for three in zip(full.cells, notebook.cells, model.cells, strict=True)]
    return SourceNotebook(path.stem, cells, dict(notebook.metadata.get("kernelspec", {})))


def _require_python(path: Path, notebook: Any) -> None:
    """Raise CourseError for a notebook in another language."""
    kernel = notebook.metadata.get("kernelspec", {})
    language = kernel.get("language") or notebook.metadata.get("language_info", {}).get("name")
    if str(language or "python").lower() not in ("python", "ipython"):
        raise CourseError(
            f"{path.name} is written for the kernel {kernel.get('name', language)}, and only "
            "Python is graded here. Use nbgrader autograde for this assignment."
        )


def _has_autotests(course: Course, notebook: Any) -> bool:
    delimiter = InstantiateTests(config=course.config).autotest_delimiter
    return any(cell.cell_type == "code" and delimiter in cell.source for cell in notebook.cells)


def _cell(full: Any, release: Any, model: Any) -> SourceCell:
    metadata = dict(full.metadata.get("nbgrader", {}))
    if utils.is_task(full):
        role = "task"
    elif utils.is_grade(full):
        role = "manual" if utils.is_solution(full) or full.cell_type != "code" else "test"
    elif utils.is_solution(full):
        role = "solution" if full.cell_type == "code" else "text"
    elif full.cell_type != "code":
        role = "text"
    else:
        role = "locked" if utils.is_locked(full) else "plain"
    known = any(metadata.get(flag) for flag in ("grade", "solution", "locked", "task"))
    return SourceCell(
        role=role,
        grade_id=str(metadata["grade_id"]) if known else "",
        cell_type=full.cell_type,
        source=full.source,
        release=release.source,
        model=model.source,
        metadata=metadata if known else {},
        has_hidden=full.source != release.source,
        lock={k: bool(full.metadata[k]) for k in ("deletable", "editable") if k in full.metadata},
    )
