"""Compares what a cell shows with the claims that it carries, white space aside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tensorlab_course.claims.claim import Claim

NUMBER = r"-?\d+(?:\.\d*)?(?:e[+-]?\d+)?"
ANYTHING = ".*?"


@dataclass(frozen=True)
class Expectation:
    """A claim, and whose words a cell owes for it: the tutorial's, or (`today`) torch 2.13's."""

    claim: Claim
    today: bool = False

    @property
    def tag(self) -> str:
        return f"{'today' if self.today else 'claim'}:{self.claim.id}"

    @property
    def shown(self) -> str:
        """What to show a person as the expected text."""
        prints, kind = self.claim.prints, self.claim.kind
        if self.today or kind in ("erratum", "raises"):
            return self.claim.torch_2_13
        if kind == "random":
            return f"{self.claim.torch_2_13}\n(any numbers, in this form)"
        return prints

    @property
    def pattern(self) -> str:
        """A regular expression for the text without its white space."""
        claim = self.claim
        if claim.kind == "raises":
            return rf"{re.escape(claim.prints)}(?::{ANYTHING})?"
        if claim.kind == "random":
            # An elided claim would let any shape pass: its whole form is the one torch prints.
            texts = [claim.torch_2_13] if "..." in claim.prints else [claim.prints]
            return _any(_form(text) for text in texts)
        if self.today or claim.kind == "erratum":
            return _literal(claim.torch_2_13)
        if claim.kind == "exact":
            return _any([_literal(claim.prints), _literal(claim.torch_2_13)])
        return _literal(claim.prints)


def match_claims(text: str, expectations: Sequence[Expectation]) -> list[str | None]:
    """For each expectation: None where `text` holds it, else what stands in its place.

    The text must be the expected ones, of which there is at least one, in order, and no more.

    >>> from tensorlab_course.claims import load_claims
    >>> first = Expectation(load_claims()["create-tensor-01"])
    >>> second = Expectation(load_claims()["create-tensor-02"])
    >>> match_claims("tensor([1., 2., 3.])\\ntorch.Size([3])", [first, second])
    [None, None]
    >>> match_claims("tensor([1., 2., 3.])\\n(3,)", [first, second])
    [None, '(3,)']
    """
    squeezed, positions = _squeeze(text)
    patterns = [expectation.pattern for expectation in expectations]
    if re.fullmatch("".join(patterns), squeezed):
        return [None] * len(patterns)
    before, after, start, end = _part_that_fails(squeezed, patterns)
    found = text[positions[start] : positions[end - 1] + 1] if end > start else ""
    failing = len(patterns) - before - after
    return [None] * before + [found] * failing + [None] * after


def _part_that_fails(squeezed: str, patterns: list[str]) -> tuple[int, int, int, int]:
    """The most patterns that hold at the beginning and at the end, and the span between them."""
    count = len(patterns)
    for failing in range(1, count + 1):
        for before in range(count - failing, -1, -1):
            after = count - failing - before
            ends = "".join(patterns[count - after :])
            whole = re.fullmatch("".join(patterns[:before]) + f"(?P<rest>.*?){ends}", squeezed)
            if whole:
                return before, after, whole.start("rest"), whole.end("rest")
    raise AssertionError("a text without white space is matched by anything")


def _squeeze(text: str) -> tuple[str, list[int]]:
    """The text without white space, and where each of its characters stood."""
    kept = [(character, i) for i, character in enumerate(text) if not character.isspace()]
    return "".join(character for character, _ in kept), [i for _, i in kept]


def _literal(text: str) -> str:
    return ANYTHING.join(re.escape(part) for part in _squeeze(text)[0].split("..."))


def _form(text: str) -> str:
    """The text with every number replaced by any number, "Parameter containing:" or not."""
    heading = "Parametercontaining:"
    body = _squeeze(text)[0].removeprefix(heading)
    form = NUMBER.join(re.escape(part) for part in re.split(NUMBER, body))
    return f"(?:{heading})?{form}"


def _any(patterns: Iterable[str]) -> str:
    return "(?:" + "|".join(patterns) + ")"
