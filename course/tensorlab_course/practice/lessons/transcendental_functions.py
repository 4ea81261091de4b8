"""What lesson 07, Transcendental functions, asks."""

from __future__ import annotations

import math
from typing import Any

from tensorlab_course.practice import (
    Exercise,
    Lesson,
    Prediction,
    Wrong,
    expect_same,
    expect_tensor,
    refuse,
)

PREDICTIONS = (
    Prediction(
        name="right-angle",
        question="What is it in PyTorch?",
        code="torch.sin(torch.tensor(90.0))",
        choices={
            "tensor(0.8940)": None,
            "tensor(1.)": "So it is for 90 degrees. But `sin` takes radians, as in mathematics: "
            "90 of them are more than fourteen times around the circle.",
            "tensor(0.)": "Zero is what you get for whole half turns. 90 radians are 28.65 half "
            "turns, so something in between comes.",
            "TypeError": "A bare 90.0 would be refused. It is wrapped in a tensor here, and as an "
            "angle every number will do.",
        },
        because="No function of PyTorch's measures angles in degrees, and none can notice that "
        "yours are.",
        read="One key, every number",
    ),
    Prediction(
        name="sine-of-pi",
        question="The sine of π.",
        code="torch.sin(torch.tensor(np.pi))",
        choices={
            "tensor(-8.7423e-08)": None,
            "tensor(0.)": "That is the sine of π itself. The tensor cannot hold π: it has a "
            "neighbour of it, and that one's sine is not 0.",
            "tensor(1.2246e-16)": "That is the answer in float64, which comes closer to π. A "
            "tensor made of a Python number holds float32.",
            "tensor(-1.)": "That is the cosine of π.",
        },
        because="e-08 means: move the point eight places to the left. It is tiny, and not zero.",
        read="What is printed, what is there",
    ),
    Prediction(
        name="printed-e",
        question="Printed, it reads tensor(2.7183). Are the two equal?",
        code="torch.exp(torch.tensor(1.0)) == 2.7183",
        choices={
            "tensor(False)": None,
            "tensor(True)": "It looks the same. But what prints is rounded to four decimals, and "
            "the number goes on: 2.71828…",
            "False": "They are not equal, indeed. But a question to a tensor is answered by a "
            "tensor.",
        },
        because="2.7183 is how it is printed, not what it is.",
        read="What is printed, what is there",
    ),
    Prediction(
        name="one-step-too-far",
        question="The largest number that float32 can hold is about 3.4e+38.",
        code="torch.exp(torch.tensor([88.0, 89.0]))",
        choices={
            "tensor([1.6516e+38, inf])": None,
            "OverflowError": "Python's own `math.exp(1000)` does raise this. A tensor may hold a "
            "million numbers, and is not stopped for one of them.",
            "tensor([1.6516e+38, 3.4028e+38])": "It does not stop at the largest number: past it "
            "comes infinity.",
            "tensor([1.6516e+38, nan])": "`nan` is for what has no answer, as the logarithm of "
            "-1. This one has an answer; it is only too large.",
        },
        because="Nothing is raised: `inf` takes the place, and goes on through whatever follows.",
        read="What is printed, what is there",
    ),
    Prediction(
        name="whole-zero",
        question="No point behind the 0: this tensor is int64.",
        code="torch.cos(torch.tensor(0))",
        choices={
            "tensor(1.)": None,
            "tensor(1)": "Whole number in, whole number out, as in 0 + 1? A cosine is hardly ever "
            "whole, so the result is float32 whatever goes in.",
            "RuntimeError": "So it was in 2019, and many old answers still say so. Today whole "
            "numbers are turned into float32 first.",
            "TypeError": "A bare 0 would raise this. `torch.tensor(0)` is a tensor, and the sort "
            "of number in it is no obstacle.",
        },
        because="The point in `1.` says that whole numbers became float32 on the way.",
        read="Today's PyTorch",
    ),
)


def check_sin_degrees(sin_degrees: Any, torch: Any) -> None:
    for degrees in (90, 30.0, [0, 90, 210], [45.0]):
        try:
            got = sin_degrees(degrees)
        except Exception as error:
            stumbles = ("must be Tensor", "can't multiply sequence", "'list' and")
            if any(words in str(error) for words in stumbles):
                refuse(
                    f"{error} `degrees` is a plain number, or a list of them: before anything "
                    "else, a tensor has to be made of it."
                )
            raise
        expect_tensor(got)
        if degrees == 90 and tuple(got.shape) == (90,):
            refuse(
                "Ninety numbers came. To the capital `Tensor` a bare 90 is a size: the small "
                "`torch.tensor` takes it as a value."
            )
        numbers = degrees if isinstance(degrees, list) else [degrees]
        said = got.tolist() if isinstance(degrees, list) else [got.tolist()]
        if _same(said, [math.sin(n) for n in numbers]):
            refuse(
                "That is the sine of so many radians: nothing was converted, and nothing could "
                "warn you. 180 degrees are π radians."
            )
        if _same(said, [math.sin(n * 180 / math.pi) for n in numbers]):
            refuse(
                "The conversion goes the wrong way, from radians to degrees. 180 degrees have to "
                "become π, so the 180 divides."
            )
        want = [math.sin(n * math.pi / 180) for n in numbers]
        expect_same(got, torch.tensor(want if isinstance(degrees, list) else want[0]))


def _same(got: Any, want: Any) -> bool:
    """Are they lists of the same numbers, but for rounding?"""
    if len(got) != len(want):
        return False
    return all(isinstance(a, float) and abs(a - b) < 1e-4 for a, b in zip(got, want, strict=True))


def check_near_zero(near_zero: Any, torch: Any) -> None:
    cases = (
        ([0.0, 1e-8, 0.5], 1e-6, [True, True, False]),
        ([-1e-8, 0.0, -3.0], 1e-6, [True, True, False]),
        ([[0.05, -0.05], [0.2, -0.2]], 0.1, [[True, True], [False, False]]),
    )
    for numbers, tol, want in cases:
        x = torch.tensor(numbers)
        got = near_zero(x) if tol == 1e-6 else near_zero(x, tol=tol)
        expect_tensor(got)
        if tuple(got.shape) == tuple(x.shape) and got.tolist() != want:
            if tol != 1e-6 and got.tolist() == (abs(x) < 1e-6).tolist():
                refuse("`tol` is an argument, and here it is another than 1e-6.")
            if got.tolist() == (x == 0).tolist():
                refuse(
                    "Only an exact zero passes, and after a `sin` or `cos` there is none: "
                    "rounding leaves 1e-08 or so."
                )
            if got.tolist() == (x < tol).tolist():
                refuse(
                    "Every negative number passes, for -3 is smaller than `tol` as well. It is "
                    "the distance from 0 that has to be small."
                )
            if got.tolist() == (abs(x) > tol).tolist():
                refuse("True and False are the wrong way round: near zero is True.")
        expect_same(got, torch.tensor(want))


def check_softmax(softmax: Any, torch: Any) -> None:
    for scores in ([1.0, 2.0, 3.0], [0.0, 0.0], [-5.0, 1.0, 0.5, 2.0]):
        x = torch.tensor(scores)
        got = softmax(x)
        expect_tensor(got)
        powers = torch.exp(x)
        if tuple(got.shape) == tuple(x.shape):
            if _same(got.tolist(), powers.tolist()):
                refuse(
                    "These are the powers, all in the right proportion, so they look finished. "
                    "Shares have to sum to 1: divide by the sum of them all."
                )
            if _same(got.tolist(), torch.exp(x - x.max()).tolist()):
                refuse("The largest is kept in check, well done. Now divide by the sum.")
        expect_same(got, powers / powers.sum())
    for scores, want in (([1000.0, 1000.0], [0.5, 0.5]), ([-1000.0, -1000.0], [0.5, 0.5])):
        got = softmax(torch.tensor(scores))
        expect_tensor(got)
        if any(number != number for number in got.tolist()):
            refuse(
                "For small scores it was right, and the rule in the books is just that. But here "
                "`exp` gives "
                + (
                    "inf, and inf divided by inf is nan."
                    if scores[0] > 0
                    else "0, and 0 / 0 is nan."
                )
                + " Shares do not change if you take the same number away from every score."
            )
        expect_same(got, torch.tensor(want))
    got = softmax(torch.tensor([1000.0, 0.0, 1000.0]))
    expect_tensor(got)
    if any(number != number for number in got.flatten().tolist()):
        refuse(
            "Something was taken away from every score, and still one was too large for `exp`. "
            "What must be taken away, so that nothing is left above 0?"
        )
    expect_same(got, torch.tensor([0.5, 0.0, 0.5]))


EXERCISES = (
    Exercise(
        name="sin_degrees",
        level="easy",
        starter='''
def sin_degrees(degrees):
    """sin_degrees(90) is tensor(1.)"""
    return torch.sin(____)
''',
        hints=(
            (
                "Two things are missing: a tensor, and the way from degrees to radians. 180 "
                "degrees are π radians; what is one degree?"
            ),
            (
                "Begin with `torch.tensor(degrees)`. One degree is `np.pi / 180`, and you have so "
                "many of them."
            ),
        ),
        solution="""
def sin_degrees(degrees):
    return torch.sin(torch.tensor(degrees) * np.pi / 180)
""",
        wrong=(
            Wrong(
                "def sin_degrees(degrees):\n    return torch.sin(torch.tensor(degrees))",
                "nothing was converted",
            ),
            Wrong(
                "def sin_degrees(degrees):\n    return torch.sin(degrees * np.pi / 180)",
                "a tensor has to be made of it",
            ),
            Wrong(
                "def sin_degrees(degrees):\n"
                "    return torch.sin(torch.tensor(degrees) * 180 / np.pi)",
                "goes the wrong way",
            ),
        ),
        check=check_sin_degrees,
    ),
    Exercise(
        name="near_zero",
        level="middle",
        starter='''
def near_zero(x, tol=1e-6):
    """A tensor of True and False, of the shape of x."""
    ...
''',
        hints=(
            (
                "`x < tol` asks each number whether it is smaller, and answers with True and "
                "False. But what about -3?"
            ),
            (
                "The distance of a number from 0 is what `x.abs()` gives. Or ask `torch.isclose`, "
                "as the lesson does, with `torch.zeros_like(x)` beside x."
            ),
        ),
        solution="""
def near_zero(x, tol=1e-6):
    return x.abs() < tol
""",
        wrong=(
            Wrong("def near_zero(x, tol=1e-6):\n    return x == 0", "Only an exact zero"),
            Wrong("def near_zero(x, tol=1e-6):\n    return x < tol", "Every negative number"),
            Wrong("def near_zero(x, tol=1e-6):\n    return x.abs() < 1e-6", "is an argument"),
        ),
        check=check_near_zero,
    ),
    Exercise(
        name="softmax",
        level="thinking",
        starter="""
def softmax(x):
    ...
""",
        hints=(
            (
                "`.sum()` adds all the numbers of a tensor, `.max()` finds the largest. Write the "
                "rule first. Then: exp(a - c) is exp(a) / exp(c), so the same c for all changes no "
                "share."
            ),
            (
                "Take the largest score away from every score before `exp`. Then nothing is above "
                "exp(0), which is 1."
            ),
        ),
        solution="""
def softmax(x):
    powers = torch.exp(x - x.max())
    return powers / powers.sum()
""",
        wrong=(
            Wrong(
                "def softmax(x):\n    return torch.exp(x) / torch.exp(x).sum()",
                "inf divided by inf",
            ),
            Wrong("def softmax(x):\n    return torch.exp(x)", "so they look finished"),
            Wrong("def softmax(x):\n    return torch.exp(x - x.max())", "Now divide by the sum"),
        ),
        check=check_softmax,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
