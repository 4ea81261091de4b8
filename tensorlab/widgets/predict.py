"""Predict: a question that the student answers before the code's output shows."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import traitlets

from tensorlab.widgets.asking import matches, run, squash
from tensorlab.widgets.base import Widget
from tensorlab.widgets.page import prose
from tensorlab.widgets.traits import WidgetError

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Predict(Widget):
    """Ask what `code` gives, and show the true answer once the student has committed to one.

    `choices` maps each answer on offer to the misconception behind it, in words; the right one
    maps to None. The truth is never typed in: `setup` and `code` run in a copy of `namespace`
    (by default the caller's) when the question is shown or answered, and what the last expression
    prints is the truth; an exception is `Type: message`. `because` says in a sentence why the truth
    is what it is, and `on_answer` is called with the question once it is answered, in the page or
    here.

    >>> question = Predict("1 + 1", {"2": None, "11": "Numbers add; it is text that joins."})
    >>> question.answer("11")
    False
    >>> question.truth
    '2'
    >>> print(question.feedback)
    Not this time. You said 11; Python says 2.
    Numbers add; it is text that joins.
    """

    _own = (
        "listing",
        "question",
        "offered",
        "because",
        "chosen",
        "came",
        "printed",
        "asked",
        "ran",
    )
    _height = 320

    listing = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    offered: Any = traitlets.List().tag(sync=True)
    because = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    chosen = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    # What came when the code ran: the truth, and the same with everything that comes along.
    came = traitlets.Unicode("").tag(sync=True)
    printed = traitlets.Unicode("").tag(sync=True)
    # How often the page asked to see it run, and how often it did.
    asked = traitlets.Int(0).tag(sync=True)
    ran = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        code: str,
        choices: Mapping[str, str | None],
        question: str | None = None,
        setup: str = "",
        namespace: Mapping[str, Any] | None = None,
        because: str | None = None,
        on_answer: Callable[[Predict], object] | None = None,
    ) -> None:
        if not isinstance(code, str) or not code.strip():
            raise WidgetError(f"code is {code!r}: give what is to be run, as text.")
        if not isinstance(choices, Mapping):
            raise WidgetError(
                "choices is no dict: give the answers, each with what a wrong one is met with, and "
                "None for the right one."
            )
        if not choices:
            raise WidgetError("There is nothing to choose from: give choices, the right one too.")
        self.code = code.strip("\n")
        self.setup = setup.strip("\n")
        self.choices = dict(choices)
        self.on_answer = on_answer
        self._first: str | None = None
        self._names = sys._getframe(1).f_globals if namespace is None else namespace
        listing = f"{self.setup}\n{self.code}" if self.setup else self.code
        try:
            compile(listing, "<question>", "exec")
        except SyntaxError as error:
            raise WidgetError(
                f"Python cannot read line {error.lineno} of the code, {error.msg}: mend it."
            ) from None
        super().__init__(
            listing=listing,
            offered=[
                {"answer": one, "why": self.choices[one]} for one in _shuffled(choices, listing)
            ],
            question=question or "What does the last line give?",
            because=because,
        )
        self.observe(self._was_answered, "chosen")
        self.observe(self._was_asked, "asked")

    @property
    def order(self) -> list[str]:
        """The choices in the order of showing: shuffled, and always in the same way."""
        return [one["answer"] for one in self.offered]

    @property
    def truth(self) -> str:
        """What the code gives, found by running it, once."""
        if not self.came:
            self._run()
        return self.came

    @property
    def output(self) -> str:
        """What the code gives, with everything that comes along: an exception's notes too."""
        return self.printed if self.truth else ""

    def _run(self) -> None:
        came, printed = run(self.setup, self.code, self._names)
        self.change(came=came, printed=printed)

    @property
    def correct(self) -> bool | None:
        """Whether the answer was right; None before there is one."""
        return None if self.chosen is None else matches(self.chosen, self.truth)

    def answer(self, choice: str) -> bool:
        """Answer with a choice, with its letter, or in words of your own; True where it is right.

        The first answer counts: another one changes nothing. Raises ValueError for an empty one.
        """
        self.chosen = choice
        return bool(self.correct)

    @traitlets.validate("chosen")
    def _first_answer(self, proposal: Any) -> str | None:
        # Kept beside the trait, which holds the page's value before that is looked at.
        if self._first is None and proposal["value"] is not None:
            self._first = self._read(proposal["value"])
        return self._first

    def _read(self, given: str) -> str:
        if not squash(given):
            raise WidgetError("The answer is empty: pick one, or type what you expect.")
        for candidate, letter in zip(self.order, LETTERS, strict=False):
            if squash(given) in (squash(candidate), letter):
                return candidate
        return given

    def _was_answered(self, change: Any) -> None:
        if change["old"] is None and self.on_answer is not None:
            self.on_answer(self)

    def _was_asked(self, change: Any) -> None:
        self._run()
        self.ran = change["new"]

    @property
    def misconception(self) -> str | None:
        """What stands behind the student's choice, where it is wrong and was to be expected."""
        return None if self.chosen is None or self.correct else self.choices.get(self.chosen)

    @property
    def feedback(self) -> str:
        """What the student reads after answering; empty before."""
        if self.chosen is None:
            return ""
        truth = " ".join(self.truth.split())
        if self.correct:
            said = [f"Right. Python says {truth}."]
        else:
            said = [f"Not this time. You said {self.chosen}; Python says {truth}."]
        return "\n".join([*said, *filter(None, (self.misconception, self.because))])

    @property
    def text(self) -> str:
        """What is asked, in words."""
        return f"A question: {self.question}"

    def __repr__(self) -> str:
        lines = ["Predict, then run: " + self.question, ""]
        lines += ["    " + line for line in self.listing.splitlines()] + [""]
        lines += [f"  {letter}. {c}" for letter, c in zip(LETTERS, self.order, strict=False)]
        lines += ["", self.feedback or "Run this lesson to answer."]
        return "\n".join(lines)

    def _problem(self, state: dict[str, Any]) -> str:
        return ""

    def _state(self) -> dict[str, Any]:
        # A page with no kernel has no other way to know what is true.
        return super()._state() if self.truth else {}

    def _stills(self) -> tuple[str, dict[str, str]]:
        """The question can be read as text, and on paper as its repr."""
        lettered = zip(LETTERS, self.order, strict=False)
        items = "<br>".join(f"{letter}. <code>{escape(c)}</code>" for letter, c in lettered)
        last = escape(self.feedback).replace("\n", "<br>") or "<em>Run this lesson to answer.</em>"
        still = (
            f"<p><strong>Predict, then run.</strong> {prose(self.question)}</p>"
            f"<pre><code>{escape(self.listing)}</code></pre><p>{items}</p><p>{last}</p>"
        )
        return still, {}


def _shuffled(choices: Mapping[str, str | None], listing: str) -> list[str]:
    def key(choice: str) -> bytes:
        return hashlib.sha256(f"{listing}\n{choice}".encode()).digest()

    return sorted(choices, key=key)
