"""Questions with answers right and wrong, typed and picked; with exceptions and long outputs."""

from __future__ import annotations

from collections.abc import Iterator

import tensorlab as torch
from cases.common import Case, state
from tensorlab.widgets import Predict
from tensorlab.widgets.asking import matches

NAMES = {"torch": torch}


def example() -> Predict:
    return Predict(
        "x.view(6)",
        {
            "tensor([0, 3, 1, 4, 2, 5])": "So it reads, but `view` copies nothing.",
            "RuntimeError: view size is not compatible…": None,
        },
        question="What does `view` give for a tensor that was turned?",
        setup="x = torch.arange(6).reshape(2, 3).t()",
        namespace=NAMES,
        because="Its numbers do not lie in that order.",
    )


def cases() -> dict[str, Iterator[Case]]:
    return {"answered": answered(), "matched": matched()}


def answered() -> Iterator[Case]:
    for answer in (
        "RuntimeError: view size is not compatible…",
        "tensor([0, 3, 1, 4, 2, 5])",
        "tensor([0,3,1,4,2,5])",
        "RuntimeError",
        "A",
        "B",
        " b ",
        "42",
    ):
        asked = example()
        asked._repr_mimebundle_()
        before = state(asked)
        asked.answer(answer)
        yield {
            "state": before,
            "typed": answer,
            "chosen": asked.chosen,
            "correct": asked.correct,
            "feedback": asked.feedback,
        }


ANSWERS = (
    "1",
    " 1",
    "1.",
    "tensor([1])",
    "tensor([ 1])",
    "ValueError",
    "ValueError: no…",
    "…",
    "R",
)
ANSWERS += ("ValueError: no...", "ValueError: yes", "my.Error: x", "Error: x", "größeError")
TRUTHS = ("1", "tensor([1])", "ValueError: no good", "my.Error: x y", "UserWarning: w")
TRUTHS += ("größeError: a",)


def matched() -> Iterator[Case]:
    for answer in ANSWERS:
        for truth in TRUTHS:
            yield {"answer": answer, "truth": truth, "matches": matches(answer, truth)}
