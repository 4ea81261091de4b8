"""What a student sees of a practice, as HTML that needs no kernel: a verdict, and a summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import quote

from tensorlab.widgets import Predict
from tensorlab.widgets.page import prose
from tensorlab_course.practice.checking import Verdict
from tensorlab_course.practice.model import Exercise, Lesson

MARKS = {"right": "✓", "wrong": "✗", "unwritten": "○"}

STYLE = """<style>
.tl-practice { max-width: 60em; line-height: 1.5; }
.tl-practice p { margin: 4px 0; }
.tl-practice details { margin: 4px 0 0; }
.tl-practice summary { min-height: 24px; cursor: pointer; }
.tl-practice summary:focus-visible {
  outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 2px; }
.tl-practice pre { margin: 6px 0; padding: 7px 10px; overflow-x: auto; border-radius: 4px;
  background: var(--jp-layout-color2, rgba(128, 128, 128, .15)); }
</style>"""


class Shown:
    """A verdict: the words, and under them the hints, each behind the one before."""

    def __init__(self, verdict: Verdict, exercise: Exercise) -> None:
        self.verdict = verdict
        self.exercise = exercise

    def __repr__(self) -> str:
        return self.verdict.message

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        words = prose(self.verdict.message).replace("\n", "<br>")
        mark = MARKS[self.verdict.status]
        said = f'<p role="status"><strong aria-hidden="true">{mark}</strong> {words}</p>'
        html = f'{STYLE}<div class="tl-practice">{said}{self._helps()}</div>'
        return {"text/plain": repr(self), "text/html": html}

    def _helps(self) -> str:
        """The first hint holds the second, and that holds the solution."""
        solution = f"<pre>{escape(self.exercise.solution.strip())}</pre>"
        if self.verdict.right:
            return _folded("A solution of ours", solution)
        # Whoever has not begun gets hints alone, and no lesson is saved with its solutions.
        helps = "" if self.verdict.status == "unwritten" else _folded("Solution", solution)
        for number, hint in reversed(list(enumerate(self.exercise.hints, start=1))):
            helps = _folded(f"Hint {number}", f"<p>{prose(hint)}</p>{helps}")
        return helps


class Summary:
    """What a student has answered so far, which misconceptions came up, and where to read again."""

    def __init__(
        self,
        parts: Lesson,
        answered: Mapping[str, Predict],
        verdicts: Mapping[str, Verdict],
    ) -> None:
        self.parts = parts
        self.answered = answered
        self.verdicts = verdicts

    def lines(self) -> list[str]:
        """The summary, a line each thing."""
        said = [*self._counts()]
        said += [f"{why} Read again: {heading}." for why, heading in self._misconceptions()]
        return [*said, *self._open()]

    def _counts(self) -> Iterator[str]:
        right = sum(bool(question.correct) for question in self.answered.values())
        made, asked = len(self.answered), len(self.parts.predictions)
        yield f"Predictions: {made} of {asked} made, {right} right."
        solved = len(self.parts.exercises) - len(self._unsolved())
        yield f"Exercises: {solved} of {len(self.parts.exercises)} solved."

    def _misconceptions(self) -> Iterator[tuple[str, str]]:
        for part in self.parts.predictions:
            question = self.answered.get(part.name)
            if question is not None and not question.correct:
                why = question.misconception or part.because
                yield f"You said {question.chosen}. {why}", part.read

    def _open(self) -> Iterator[str]:
        unsolved = self._unsolved()
        if unsolved:
            yield f"Still open: {', '.join(f'`{name}`' for name in unsolved)}."
        elif len(self.answered) == len(self.parts.predictions):
            yield "You have done all that this lesson asks."

    def _unsolved(self) -> list[str]:
        right = {name for name, verdict in self.verdicts.items() if verdict.right}
        return [part.name for part in self.parts.exercises if part.name not in right]

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        items = [prose(line) for line in self._counts()]
        for why, heading in self._misconceptions():
            # JupyterLab's anchor of a heading.
            anchor = quote(heading.replace(" ", "-"))
            items.append(f'{prose(why)} Read again: <a href="#{anchor}">{escape(heading)}</a>.')
        items += [prose(line) for line in self._open()]
        html = "".join(f"<li>{item}</li>" for item in items)
        return {"text/plain": repr(self), "text/html": f"<ul>{html}</ul>"}


def _folded(title: str, html: str) -> str:
    """Something that one opens; JupyterLab would take the keys without the attribute."""
    summary = f'<summary data-lm-suppress-shortcuts="true">{title}</summary>'
    return f"<details>{summary}{html}</details>"
