"""Reads a notebook, and says in one line why one can't be checked."""

from __future__ import annotations

import json
import logging
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

from tensorlab_course.validation.outputs import error_line

MAY_RAISE = "raises-exception"
# What would make nbval skip a cell or its output; nothing is left out here.
SKIPS = ("nbval-skip", "nbval-ignore-output", "skip-execution")


class Unreadable(Exception):
    """A file that is no notebook; the message says why in one line."""


@dataclass(frozen=True)
class CodeCell:
    """A code cell; `number` counts the code cells from 1, as JupyterLab does when all are run."""

    number: int
    node: nbformat.NotebookNode

    @property
    def source(self) -> str:
        return str(self.node.source)

    @property
    def outputs(self) -> list[nbformat.NotebookNode]:
        return list(self.node.outputs)

    @property
    def tags(self) -> list[str]:
        return list(self.node.metadata.get("tags", []))

    @property
    def first_line(self) -> str:
        """The first line of code, for a person to find the cell by."""
        lines = [line.strip() for line in self.source.splitlines()]
        return next((line for line in lines if line and not line.startswith("#")), "(empty)")


@dataclass(frozen=True)
class Notebook:
    path: Path
    node: nbformat.NotebookNode

    @cached_property
    def code_cells(self) -> list[CodeCell]:
        cells = [cell for cell in self.node.cells if cell.cell_type == "code"]
        return [CodeCell(number, cell) for number, cell in enumerate(cells, start=1)]

    @property
    def name(self) -> str:
        return self.path.stem


def read_notebook(path: Path) -> Notebook:
    """Read a notebook of any version of the format; Unreadable where it is not one."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"can't be read: {_first_line(error)}") from error
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"is corrupt: not JSON ({error.msg}, {where})") from error
    if not isinstance(content, dict) or "nbformat" not in content:
        raise Unreadable("is not a notebook: it has no nbformat")
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # nbformat logs what is raised here
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = nbformat.reads(text, as_version=4)
            nbformat.validate(node)
    except nbformat.ValidationError as error:
        where = f" at {'.'.join(map(str, error.path))}" if error.path else ""
        raise Unreadable(f"is corrupt: not a valid notebook{where}") from error
    except Exception as error:  # nbformat raises what its converters happen to raise
        raise Unreadable(f"is corrupt: {_first_line(error)}") from error
    return Notebook(path, node)


def find_problem(notebook: Notebook) -> str | None:
    """Why a notebook that can be read is not worth running, in one line, or None."""
    language = notebook.node.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        return f"is a notebook for {language}, not for Python"
    cells = [cell for cell in notebook.code_cells if cell.source.strip()]
    not_run = [cell for cell in cells if cell.node.execution_count is None]
    if not_run:
        cure = "run all its cells and save it"
        if len(not_run) == len(cells):
            return f"was never run: {cure}"
        return f"was not run to its end, cell {not_run[0].number} never was: {cure}"
    for cell in cells:
        error = error_line(cell.outputs)
        if error and MAY_RAISE not in cell.tags:
            return (
                f"cell {cell.number} was saved with an error, and has no {MAY_RAISE} tag: {error}"
            )
    for cell in cells:
        comments = [line.strip(" #").lower().replace("_", "-") for line in _comments(cell.source)]
        marker = next((mark for mark in SKIPS if mark in [*cell.tags, *comments]), None)
        if marker:
            return f"cell {cell.number} is marked {marker}: here every output is compared"
    return None


def _comments(source: str) -> list[str]:
    return [line.strip() for line in source.splitlines() if line.strip().startswith("#")]


def _first_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
