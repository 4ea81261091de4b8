"""The errors that a class made, the commonest first, from the notebooks that autograding left."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LARGEST_NOTEBOOK = 32 << 20  # bytes: beyond, outputs are no errors
MOST_KINDS = 5_000  # of errors that are told apart; a class that makes more makes them once
MOST_TEXTS = 20  # that are kept of one kind of error
LONGEST_TEXT = 240

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_FAILING_LINE = re.compile(r"^-+>\s*\d+\s+(.*\S)", re.MULTILINE)
# What differs from run to run or from student to student, though the error is the same.
_VARYING = [
    (re.compile(r"0x[0-9a-fA-F]{6,}"), "0x…"),
    (re.compile(r"\((?:<[^>]*>|[\w./\\-]+\.py), line \d+\)"), ""),
    (re.compile(r"(?:/[\w.@+-]+){2,}/"), "…/"),
]
_NUMBER = re.compile(r"(?<![A-Za-z_])\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@dataclass
class Mistake:
    """A kind of error: its commonest text, who made it how often and where."""

    text: str
    students: int
    exercises: list[tuple[str, int]]


@dataclass
class _Kind:
    students: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    exercises: Counter[str] = field(default_factory=Counter)


class Tally:
    """Errors of one student after another; only counts are kept of them."""

    def __init__(self) -> None:
        self._kinds: dict[str, _Kind] = {}

    def add(self, errors: set[tuple[str, str]]) -> None:
        """Count a student's errors: pairs of an exercise and a text."""
        texts: dict[str, set[tuple[str, str]]] = {}
        for exercise, text in errors:
            texts.setdefault(_NUMBER.sub("#", text), set()).add((exercise, text))
        for key, found in texts.items():
            if key not in self._kinds and len(self._kinds) >= MOST_KINDS:
                continue
            kind = self._kinds.setdefault(key, _Kind())
            kind.students += 1
            kind.exercises.update({exercise for exercise, _ in found})
            for text in sorted({text for _, text in found}):
                if text in kind.texts or len(kind.texts) < MOST_TEXTS:
                    kind.texts[text] += 1

    def commonest(self, most: int, names: Collection[str] = ()) -> list[Mistake]:
        """The errors that most students made; a text of one student tells none of the names."""
        ordered = sorted(self._kinds.items(), key=lambda item: (-item[1].students, item[0]))
        pattern = _any_of(names)
        return [_mistake(kind, pattern) for _, kind in ordered[:most]]

    def __len__(self) -> int:
        return len(self._kinds)


def _mistake(kind: _Kind, names: re.Pattern[str]) -> Mistake:
    (text, times), *_ = sorted(kind.texts.items(), key=lambda item: (-item[1], item[0]))
    if times == 1:  # what many have in common names nobody
        text = names.sub("…", text)
    return Mistake(text, kind.students, kind.exercises.most_common())


def _any_of(names: Collection[str]) -> re.Pattern[str]:
    """Finds each of the names where it stands as a word."""
    longest_first = sorted((name for name in names if len(name) > 1), key=len, reverse=True)
    if not longest_first:
        return re.compile(r"(?!)")  # nothing
    listed = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)


# ----- reading ------------------------------------------------------------------------------------


def errors_of(folder: Path) -> set[tuple[str, str]]:
    """The errors that the notebooks in a student's folder show, each with its exercise."""
    found: set[tuple[str, str]] = set()
    for path in _notebooks(folder):
        for exercise, output in _error_outputs(path):
            found.add((exercise, describe(output)))
    return found


def has_notebooks(folder: Path) -> bool:
    """Whether autograding left a notebook there."""
    return any(True for _ in _notebooks(folder))


def _notebooks(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(".ipynb") and entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def _error_outputs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each output that is an error, with the exercise's name."""
    try:
        if path.stat().st_size > LARGEST_NOTEBOOK:
            return
        cells = json.loads(path.read_bytes())["cells"]
        for cell in cells:
            if cell.get("cell_type") != "code":
                continue
            nbgrader = cell.get("metadata", {}).get("nbgrader", {})
            name = nbgrader.get("grade_id") or "another cell"
            for output in cell.get("outputs", ()):
                if output.get("output_type") == "error":
                    yield f"{path.stem}/{name}", output
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return  # what can't be read shows no error


def describe(output: dict[str, Any]) -> str:
    """An error on one line: its type and message, without what differs from run to run.

    >>> describe({"ename": "NameError", "evalue": "name 'x' is not defined"})
    "NameError: name 'x' is not defined"

    An assertion without a message is told by the line that failed.
    """
    name = _line(str(output.get("ename") or "Error"))
    message = _line(str(output.get("evalue") or ""))
    if not message and name == "AssertionError":
        message = _failing_line(output.get("traceback"))
    text = f"{name}: {message}" if message else name
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def _failing_line(traceback: Any) -> str:
    if not isinstance(traceback, list):
        return ""
    text = _COLOURS.sub("", "\n".join(map(str, traceback))[:100_000])
    lines = _FAILING_LINE.findall(text)
    return _line(lines[-1]) if lines else ""


def _line(text: str) -> str:
    """The first line that says something, without colours, addresses and places."""
    text = _COLOURS.sub("", text[:10_000])
    line = next((line for line in text.splitlines() if line.strip()), "")
    for pattern, instead in _VARYING:
        line = pattern.sub(instead, line)
    return " ".join("".join(c if c.isprintable() else " " for c in line).split())
