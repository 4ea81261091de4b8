"""A student's practice of one lesson: its questions and exercises shown, and the answers kept."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from tensorlab.widgets.predict import STYLE, Predict, prose
from tensorlab_course.practice import lessons
from tensorlab_course.practice.checking import Verdict, judge, scope
from tensorlab_course.practice.model import Exercise, Lesson
from tensorlab_course.practice.tracebacks import show_only_own_lines

try:
    import ipywidgets
except ImportError:  # the words still show, without the buttons
    ipywidgets = None

MARKS = {"right": "✓", "wrong": "✗", "unwritten": "○"}
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
        _display(Summary(self))


class Shown:
    """A verdict as the student sees it: the words, and the hints behind buttons."""

    def __init__(self, verdict: Verdict, exercise: Exercise) -> None:
        self.verdict = verdict
        self.exercise = exercise

    def __repr__(self) -> str:
        return self.verdict.message

    def _html(self) -> str:
        words = prose(self.verdict.message).replace("\n", "<br>")
        mark = MARKS[self.verdict.status]
        return f'<p><strong aria-hidden="true">{mark}</strong> {words}</p>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {}
        if ipywidgets is not None:
            bundle.update(self._form()._repr_mimebundle_())
        bundle["text/plain"] = repr(self)
        bundle["text/html"] = self._html()
        return bundle

    def _form(self) -> Any:
        words = ipywidgets.HTML(f'{STYLE}<div role="status">{self._html()}</div>')
        opened = ipywidgets.HTML()
        helps = [f"<p><strong>Hint {n}.</strong> {prose(hint)}</p>" for n, hint in self._hints()]
        helps.append(f"<p>A solution:</p><pre>{escape(self.exercise.solution.strip())}</pre>")
        labels = ["Hint 1", "Hint 2", "Solution"]
        buttons = [ipywidgets.Button(description=label, disabled=True) for label in labels]
        buttons[0].disabled = False

        def open_help(number: int) -> None:
            opened.value = f'<div role="status">{"".join(helps[: number + 1])}</div>'
            for button in buttons[: number + 2]:
                button.disabled = False

        for number, button in enumerate(buttons):
            button.on_click(lambda _, number=number: open_help(number))
        if self.verdict.right:
            buttons[2].disabled = False
        box = ipywidgets.VBox([words, ipywidgets.HBox(buttons), opened])
        box.add_class("tl-predict")
        return box

    def _hints(self) -> list[tuple[int, str]]:
        return list(enumerate(self.exercise.hints, start=1))


class Summary:
    """What a student has answered so far, in words."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice

    def lines(self) -> list[str]:
        """The summary, a line each thing."""
        practice = self.practice
        questions, exercises = practice.parts.predictions, practice.parts.exercises
        right = sum(bool(question.correct) for question in practice.answered.values())
        solved = [e.name for e in exercises if self._is_solved(e.name)]
        said = [
            f"Predictions: {len(practice.answered)} of {len(questions)} made, {right} right.",
            f"Exercises: {len(solved)} of {len(exercises)} solved.",
        ]
        for part in questions:
            question = practice.answered.get(part.name)
            if question is not None and not question.correct:
                why = question.misconception or part.because
                said.append(f"You said {question.chosen}. {why} Read again: {part.read}.")
        todo = [part.name for part in exercises if part.name not in solved]
        if todo:
            said.append(f"Still open: {', '.join(f'`{name}`' for name in todo)}.")
        if len(practice.answered) == len(questions) and not todo:
            said.append("You have done all that this lesson asks.")
        return said

    def _is_solved(self, name: str) -> bool:
        verdict = self.practice.verdicts.get(name)
        return verdict is not None and verdict.right

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        items = "".join(f"<li>{prose(line)}</li>" for line in self.lines())
        return {"text/plain": repr(self), "text/html": f"<ul>{items}</ul>"}


def _display(thing: object) -> None:
    """Show it where the student is: in the notebook, or on the terminal."""
    try:
        from IPython.display import display
    except ImportError:
        print(thing)
    else:
        display(thing)
