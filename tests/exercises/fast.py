"""Runs an exercise notebook in this process, and gives the points that nbgrader would give."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "course" / "source"
NOTEBOOKS = {path.stem: path for path in sorted(SOURCE.glob("*/*.ipynb"))}
# The answer of somebody who has not begun: what nbgrader leaves of a solution.
STUB = "raise NotImplementedError()"


@dataclass(frozen=True)
class Wrong:
    """A typical wrong answer: to which exercise, and what whoever gives it believes."""

    notebook: str
    exercise: str
    believes: str
    answer: str


def wrong_answers() -> list[Wrong]:
    tables = sorted((Path(__file__).parent / "wrong").glob("*.toml"))
    return [
        Wrong(f"exercises-{table.stem}", **entry)
        for table in tables
        for entry in tomllib.loads(table.read_text(encoding="utf-8"))["wrong"]
    ]


def right_answers() -> dict[str, str]:
    """Answers that are right, and not the model's, by exercise."""
    table = tomllib.loads((Path(__file__).parent / "right.toml").read_text(encoding="utf-8"))
    return {entry["exercise"]: entry["answer"] for entry in table["right"]}


@cache
def read(notebook: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(NOTEBOOKS[notebook].read_text(encoding="utf-8"))
    return content


def code_cells(notebook: str) -> list[tuple[str, dict[str, Any], str]]:
    """Each code cell: its grade id or "", nbgrader's metadata, its text."""
    found = []
    for cell in read(notebook)["cells"]:
        if cell["cell_type"] == "code":
            meta = cell["metadata"].get("nbgrader", {})
            found.append((meta.get("grade_id", ""), meta, "".join(cell["source"])))
    return found


def exercises(notebook: str) -> list[str]:
    """The grade ids of the cells in which a student answers."""
    return [name for name, meta, _ in code_cells(notebook) if meta.get("solution")]


def tests_of(notebook: str, exercise: str) -> dict[str, float]:
    """The test cells of an exercise, and the most that each gives."""
    return {
        name: meta["points"]
        for name, meta, _ in code_cells(notebook)
        if meta.get("grade") and name.rpartition("-")[0] == exercise
    }


def scores(
    notebook: str, answers: Mapping[str, str] = {}, library: str = "tensorlab"
) -> dict[str, float]:
    """The points of each test cell, with these answers in the place of the model's."""
    names: dict[str, Any] = {"__name__": "__main__"}
    given: dict[str, float] = {}
    for name, meta, text in code_cells(notebook):
        text = answers.get(name, text).replace("import tensorlab as", f"import {library} as")
        if meta.get("grade"):
            given[name] = _points(text, names, meta["points"])
        else:
            _run(text, names)
    return given


def scores_of_an_impostor(notebook: str, exercise: str) -> dict[str, float]:
    """The points of whoever knows the answers to the visible tests of an exercise, by heart.

    The model's answer is asked what the visible tests ask, and what it gave is remembered; at the
    grading each call gets what was remembered for its arguments, and any other call an error.
    """
    learned = _Parrot()
    given: dict[str, float] = {}
    for grading in (False, True):
        learned.is_open = not grading
        names: dict[str, Any] = {"__name__": "__main__"}
        for name, meta, text in code_cells(notebook):
            if meta.get("grade"):
                given[name] = _points(text if grading else visible(text), names, meta["points"])
            else:
                known = set(names)
                _run(text, names)
                if name == exercise:
                    learned.take_the_place_of(names, names.keys() - known)
    return given


class _Parrot:
    """Repeats what it has heard."""

    def __init__(self) -> None:
        self.is_open = True
        self.heard: dict[str, Any] = {}

    def take_the_place_of(self, names: dict[str, Any], defined: Iterable[str]) -> None:
        for name in defined:
            if callable(names[name]):
                names[name] = self._repeating(name, names[name])

    def _repeating(self, name: str, true: Any) -> Any:
        def answer(*arguments: Any) -> Any:
            asked = f"{name}{arguments!r}"
            if self.is_open:
                self.heard[asked] = true(*arguments)
            return self.heard[asked]

        return answer


def visible(text: str) -> str:
    """A test cell without its hidden tests."""
    return re.sub(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", "", text, flags=re.S)


def _run(text: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does: None after an error, which the next cells outlive."""
    try:
        return run(text, names)
    except Exception:
        return None


def run(text: str, names: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line, where that is an expression."""
    tree = ast.parse(text)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "<cell>", "exec"), names)
        return None
    tree.body.pop()
    exec(compile(tree, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


def _points(text: str, names: dict[str, Any], most: float) -> float:
    """None for an error; a number at the end is partial credit; otherwise all of them."""
    try:
        value = run(text, names)
    except Exception:
        return 0.0
    if value is None:
        return most
    assert 0 <= value <= most, f"{value} of {most} points"
    return float(value)
