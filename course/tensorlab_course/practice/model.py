"""The parts of a lesson's practice, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

Level = Literal["easy", "middle", "thinking"]


@dataclass(frozen=True)
class Prediction:
    """A question about what code prints.

    `choices` maps each answer to the misconception behind it, None for the right one. `read` is
    the lesson's heading under which a student finds it explained.
    """

    name: str
    code: str
    choices: Mapping[str, str | None]
    because: str
    read: str
    question: str | None = None
    setup: str = ""


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that students do give, and a phrase of what they must then read."""

    source: str
    says: str


@dataclass(frozen=True)
class Exercise:
    """A function, or a class, that the student writes.

    `check(answer, torch)` calls the answer and refuses what is wrong with it; it returns where
    nothing is. `starter` is what the lesson's cell holds before the student writes.
    `may_change_arguments` is for functions that work in place; any other is refused when it does.
    """

    name: str
    level: Level
    starter: str
    hints: tuple[str, str]
    solution: str
    wrong: tuple[Wrong, ...]
    check: Callable[[Any, Any], None]
    may_change_arguments: bool = False


Part = TypeVar("Part", Prediction, Exercise)


@dataclass(frozen=True)
class Lesson:
    """Everything that a lesson asks."""

    predictions: tuple[Prediction, ...] = field(default=())
    exercises: tuple[Exercise, ...] = field(default=())

    def prediction(self, name: str) -> Prediction:
        """The prediction of that name."""
        return _named(self.predictions, name)

    def exercise(self, name: str) -> Exercise:
        """The exercise of that name."""
        return _named(self.exercises, name)


def _named(parts: tuple[Part, ...], name: str) -> Part:
    for part in parts:
        if part.name == name:
            return part
    known = ", ".join(part.name for part in parts)
    raise ValueError(f"this lesson has no {name!r}; it has {known}")
