"""What lesson 02, Data types and casting, asks."""

from __future__ import annotations

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
from tensorlab_course.practice.checking import Refused, is_tensor

PREDICTIONS = (
    Prediction(
        name="a-cast-and-no-name",
        question="Which dtype does x have at the end?",
        code="x = torch.tensor([1, 2, 3])\nx.float()\nx.dtype",
        choices={
            "torch.int64": None,
            "torch.float32": "`x.float()` reads as a command to x. But it gives back a new "
            "tensor and leaves x alone, and nobody kept what it gave.",
            "torch.float64": "Python's own decimals have 64 bits, PyTorch's `float` has 32. And "
            "the cast gave a new tensor, which nobody kept: x is as it was.",
        },
        because="A cast returns a new tensor; `x = x.float()` would have kept it.",
        read="Casting",
    ),
    Prediction(
        name="cut-or-rounded",
        question="`long()` casts to int64. What becomes of the decimals?",
        code="torch.tensor([1.9, -1.9]).long()",
        choices={
            "tensor([ 1, -1])": None,
            "tensor([ 2, -2])": "2 is the nearest whole number. But a cast does not round: it "
            "drops what stands behind the point.",
            "tensor([ 1, -2])": "That is rounding down, as `//` does. A cast cuts toward zero, "
            "on both sides of it.",
            "tensor([ 2, -1])": "That is rounding up. A cast drops what stands behind the point, "
            "and so goes toward zero.",
        },
        because="A cast to whole numbers cuts toward zero, as Python's `int` does.",
        read="Casting",
    ),
    Prediction(
        name="past-255",
        question="A uint8 cell counts to 255, and this goes further.",
        code="torch.tensor([200], dtype=torch.uint8) + 100",
        choices={
            "tensor([44], dtype=torch.uint8)": None,
            "tensor([300])": "100 alone would be an int64, so a wider cell seems due. But a "
            "plain number does not widen the tensor's cells.",
            "tensor([255], dtype=torch.uint8)": "A paint program would stop at the brightest. "
            "A cell does not stop: after 255 it starts at 0 again.",
            "tensor([300], dtype=torch.uint8)": "The dtype is right, and 8 bits cannot hold 300: "
            "255 is the last number that they can write.",
        },
        because="After 255 comes 0 again, so 300 becomes 300 - 256 = 44, without a word.",
        read="What arithmetic chooses",
    ),
    Prediction(
        name="it-divides-evenly",
        question="Whole numbers, and nothing left over. What comes out?",
        code="torch.tensor([4, 2]) / 2",
        choices={
            "tensor([2., 1.])": None,
            "tensor([2, 1])": "So it was in 1.1, and as nothing is left over, whole numbers would "
            "do. But the dtype never depends on the values: today `/` gives decimals, always.",
            "tensor([2., 1.], dtype=torch.float64)": "Decimals, yes. Python's have 64 bits, "
            "but PyTorch's default is float32.",
        },
        because="`/` between whole numbers gives float32; `//` keeps them whole.",
        read="What arithmetic chooses",
    ),
    Prediction(
        name="a-decimal-moves-in",
        question="One cell of a tensor of whole numbers is given a decimal.",
        code="x = torch.tensor([1, 2, 3])\nx[0] = 1.9\nx",
        choices={
            "tensor([1, 2, 3])": None,
            "tensor([1.9000, 2.0000, 3.0000])": "A list would take it. But a tensor's cells are "
            "all of one type, and it never changes that type.",
            "tensor([2, 2, 3])": "The cell is for whole numbers, right. What goes in is cut "
            "toward zero, not rounded.",
            "RuntimeError: result type Float": "Arithmetic in place, `x += 0.9`, is refused "
            "in these words. But a number put into a cell is cast, and a cast never complains.",
        },
        because="1.9 is cut to fit an int64 cell: it becomes 1, which was there before.",
        read="Casting",
    ),
)


def check_average(average: Any, torch: Any) -> None:
    for numbers in ([1, 2], [2, 4, 9], [[1, 2, 3], [4, 5, 7]]):
        x = torch.tensor(numbers)
        try:
            got = average(x)
        except Refused as refused:
            if "could not infer" in str(refused):
                refuse(
                    "`mean` was handed whole numbers, and of those it makes no mean: it would "
                    "have to choose a dtype for the fraction. Cast before you call it."
                )
            raise
        expect_tensor(got)
        if got.dtype == torch.int64:
            refuse(
                "That is int64, and no fraction fits in there. If you divided with `//`: it asks "
                "for no cast, but it rounds down."
            )
        if got.dtype == torch.float64:
            refuse("The mean is right, in float64: twice the bits that were asked for.")
        want = x.float().mean()
        rows = x.float().sum() / len(x)
        if x.ndim > 1 and got.tolist() == rows.tolist():
            refuse("`len` counts the rows alone; this tensor has more than one number in each.")
        expect_same(got, want)


def check_to_bytes(to_bytes: Any, torch: Any) -> None:
    x = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0])
    got = to_bytes(x)
    expect_tensor(got)
    values = got.tolist()
    if values == [0, 0, 0, 0, 255]:
        refuse(
            "Everything is 0 or 255. You cast first: 0.75 was cut to 0, and 255 times 0 is 0. "
            "Multiply while they are decimals still."
        )
    if values == [0, 63, 127, 191, 255]:
        refuse(
            "Nearly: 0.5 is 127.5, and became 127; 0.25 is 63.75, and became 63. A cast does not "
            "round, it cuts."
        )
    if got.dtype == torch.uint8 and values[-1:] == [0] and len(values) == 5:
        refuse(
            "1.0, the brightest, became 0, the darkest. There are 256 numbers from 0 to 255, but "
            "256 is not among them: after 255 a cell starts at 0 again."
        )
    if tuple(got.shape) == (5,) and got.dtype.is_floating_point:
        refuse("Those are decimals still. They need a cast to uint8, as the last step.")
    expect_same(got, torch.tensor([0, 64, 128, 191, 255], dtype=torch.uint8))
    got = to_bytes(torch.tensor([[0.2, 0.6], [0.999, 0.002]]))
    expect_same(got, torch.tensor([[51, 153], [255, 1]], dtype=torch.uint8))


def check_survives(survives: Any, torch: Any) -> None:
    for numbers, want in (
        ([0.5, 0.25, -3.0], True),
        ([0.1, 0.2, 0.3], False),
        ([0.5, 0.1, 0.25], False),
        ([0.1, 0.5], False),
        ([16777217.0], False),
        ([-0.75], True),
    ):
        x = torch.tensor(numbers, dtype=torch.float64)
        got = survives(x)
        if is_tensor(got) and got.numel() > 1:
            refuse(
                "`==` between tensors answers cell by cell, so you have several answers. One is "
                "wanted, for all of them."
            )
        if got is True and not want:
            changed = next(n for n in numbers if torch.tensor(n).tolist() != n)
            refuse(
                f"But {changed!r} comes back as {torch.tensor(changed).tolist()!r}. Look closely: "
                "printing shows four digits behind the point, and there the two are alike."
            )
        expect_same(got, want)


EXERCISES = (
    Exercise(
        name="average",
        level="easy",
        starter='''
def average(x):
    """The mean of whole numbers, as a float32 tensor."""
    decimals = ____
    return decimals.mean()
''',
        hints=(
            "`mean` wants decimals, and x holds whole numbers. Which method turns them?",
            "A cast to float32 has a short name: `.float()`. Call it on x.",
        ),
        solution="""
def average(x):
    decimals = x.float()
    return decimals.mean()
""",
        wrong=(
            Wrong(
                "def average(x):\n    decimals = x\n    return decimals.mean()",
                "Cast before you call it",
            ),
            Wrong("def average(x):\n    return x.sum() // len(x)", "it rounds down"),
            Wrong("def average(x):\n    return x.double().mean()", "twice the bits"),
            Wrong("def average(x):\n    return x.sum() / len(x)", "counts the rows alone"),
        ),
        check=check_average,
    ),
    Exercise(
        name="to_bytes",
        level="middle",
        starter='''
def to_bytes(x):
    """Decimals from 0 to 1 become uint8 from 0 to 255, each the nearest."""
    ...
''',
        hints=(
            (
                "Three steps: stretch 0…1 to 0…255, round, cast. In which order? The cast cuts, so "
                "it comes last."
            ),
            (
                "To round with a knife that only cuts, add 0.5 before you cut: 127.5 becomes 128, "
                "and 127.4 becomes 127. The cast is `.to(torch.uint8)`."
            ),
        ),
        solution="""
def to_bytes(x):
    return (x * 255 + 0.5).to(torch.uint8)
""",
        wrong=(
            Wrong("def to_bytes(x):\n    return x.to(torch.uint8) * 255", "You cast first"),
            Wrong("def to_bytes(x):\n    return (x * 255).to(torch.uint8)", "does not round"),
            Wrong(
                "def to_bytes(x):\n    return (x * 256).long().to(torch.uint8)",
                "256 is not among them",
            ),
            Wrong("def to_bytes(x):\n    return x * 255 + 0.5", "as the last step"),
        ),
        check=check_to_bytes,
    ),
    Exercise(
        name="survives",
        level="thinking",
        starter="""
def survives(x):
    ...
""",
        hints=(
            (
                "Make the journey: to float32, and back to float64. Then compare with x: not what "
                "prints, but the numbers."
            ),
            (
                "`a.tolist()` makes a Python list of a tensor, with every digit, and `==` between "
                "two lists is one answer: True or False."
            ),
        ),
        solution="""
def survives(x):
    there_and_back = x.float().double()
    return there_and_back.tolist() == x.tolist()
""",
        wrong=(
            Wrong("def survives(x):\n    return x.float().double() == x", "cell by cell"),
            Wrong(
                "def survives(x):\n    return str(x.float().double()) == str(x)",
                "printing shows four digits",
            ),
        ),
        check=check_survives,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
