"""A student's practice of one lesson: its questions and exercises shown, and the answers kept."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tensorlab.widgets import Predict
from tensorlab_course.practice import lessons
from tensorlab_course.practice.checking import Verdict, judge, scope
from tensorlab_course.practice.model import Lesson
from tensorlab_course.practice.shown import Shown, Summary
from tensorlab_course.practice.tracebacks import show_only_own_lines

_open: dict[str, Practice] = {}


def names() -> list[str]:
    """The lessons that have a practice, by name."""
    modules = (module.name for module in pkgutil.iter_modules(lessons.__path__))
    return sorted(name.replace("_", "-") for name in modules)


def lesson(name: str, namespace: Mapping[str, Any] | None = None) -> Practice:
    """Open the practice of a lesson: `lesson("creating-a-tensor")`.

    `namespace` holds the student's `torch`, by default where this is called. Opened again, as by
    running a lesson's first cell twice, it keeps what was answered.
    """
    if namespace is None:
        namespace = sys._getframe(1).f_globals
        show_only_own_lines()
    if name not in names():
        raise ValueError(f"no lesson is called {name!r}; there are {', '.join(names())}")
    if "torch" not in namespace:
        raise ValueError("import the library first: import tensorlab as torch")
    practice = _open.get(name)
    if practice is None or practice.namespace is not namespace:
        module = importlib.import_module(f"{lessons.__name__}.{name.replace('-', '_')}")
        practice = _open[name] = Practice(name, module.LESSON, namespace)
    return practice


class Practice:
    """What a lesson asks, and how the student has answered so far."""

    def __init__(self, name: str, parts: Lesson, namespace: Mapping[str, Any]) -> None:
        self.name = name
        self.parts = parts
        self.namespace = namespace
        self.answered: dict[str, Predict] = {}
        self.verdicts: dict[str, Verdict] = {}

    @property
    def torch(self) -> Any:
        """The library that the student imported as `torch`."""
        return self.namespace["torch"]

    def question(self, name: str) -> Predict:
        """The question of that name, not shown yet."""
        part = self.parts.prediction(name)

        def keep(question: Predict) -> None:
            self.answered[name] = question

        return Predict(
            code=part.code,
            choices=part.choices,
            question=part.question,
            setup=part.setup,
            namespace=scope(self.torch),
            because=part.because,
            on_answer=keep,
        )

    def predict(self, *names: str) -> None:
        """Show the questions of these names."""
        for name in names:
            _display(self.question(name))

    def judge(self, answer: Callable[..., Any]) -> Verdict:
        """Check a function that the student wrote, and keep what came of it."""
        name = getattr(answer, "__name__", None)
        known = [exercise.name for exercise in self.parts.exercises]
        if name not in known:
            raise ValueError(
                f"the exercises of this lesson are {', '.join(known)}: hand one over by its name, "
                f"without calling it, as in practice.check({known[0]})"
            )
        verdict = judge(self.parts.exercise(name), answer, self.torch)
        if not (name in self.verdicts and self.verdicts[name].right):
            self.verdicts[name] = verdict
        return verdict

    def check(self, answer: Callable[..., Any]) -> None:
        """Check a function that the student wrote, and say what came of it; hints are beside."""
        verdict = self.judge(answer)
        _display(Shown(verdict, self.parts.exercise(answer.__name__)))

    def hint(self, name: str, number: int = 1) -> str:
        """The first or the second hint for an exercise."""
        return self.parts.exercise(name).hints[number - 1]

    def solution(self, name: str) -> None:
        """Print a solution of an exercise."""
        print(self.parts.exercise(name).solution.strip())

    def summary(self) -> None:
        """Show what was right, which misconceptions came up, and where to read again."""
        _display(Summary(self.parts, self.answered, self.verdicts))


def _display(thing: object) -> None:
    """Show it where the student is: in the notebook, or on the terminal."""
    try:
        from IPython.display import display
    except ImportError:
        print(thing)
    else:
        display(thing)
