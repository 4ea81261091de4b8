"""What lesson 01, Creating a tensor, asks."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorlab_course.practice import (
    Exercise,
    Lesson,
    Prediction,
    Wrong,
    expect,
    expect_same,
    expect_tensor,
    refuse,
)

PREDICTIONS = (
    Prediction(
        name="two-dtypes",
        question="The capital and the small one get the same list. Which types of number come?",
        code="torch.Tensor([1, 2, 3]).dtype, torch.tensor([1, 2, 3]).dtype",
        choices={
            "(torch.float32, torch.int64)": None,
            "(torch.int64, torch.int64)": "The list holds whole numbers, so int64 looks natural "
            "for both. But the capital `Tensor` never looks: it always makes float32.",
            "(torch.float32, torch.float32)": "Networks compute in float32, yet `torch.tensor` "
            "keeps the kind of number that the list holds.",
            "(torch.int64, torch.float32)": "The right two, the wrong way round: it is the "
            "capital one that makes float32 whatever it is given.",
        },
        because="`torch.tensor` looks at your numbers; `torch.Tensor` always makes float32.",
        read="Two ways to begin",
    ),
    Prediction(
        name="a-bare-three",
        question="Now both get a bare 3. Which shapes come?",
        code="torch.Tensor(3).shape, torch.tensor(3).shape",
        choices={
            "(torch.Size([3]), torch.Size([]))": None,
            "(torch.Size([1]), torch.Size([1]))": "You read both as a tensor that holds the "
            "number 3. To the capital one a bare 3 is a size, and the small one makes a tensor "
            "with no axis at all.",
            "(torch.Size([]), torch.Size([]))": "True of the small one. To the capital one a "
            "bare 3 is not a value: it is a size.",
            "(torch.Size([3]), torch.Size([3]))": "True of the capital one. The small one takes "
            "3 as a value: one number, no axis.",
        },
        because="`torch.Tensor(3)` makes room for three numbers and leaves in it whatever was "
        "there; `torch.tensor(3)` holds the number 3.",
        read="Two ways to begin",
    ),
    Prediction(
        name="shared-buffer",
        question="The array's own numbers are multiplied, after the tensor was made.",
        setup="y = np.array([0, 1, 2, 3])\nx = torch.from_numpy(y)",
        code="y *= 10\nx",
        choices={
            "tensor([ 0, 10, 20, 30])": None,
            "tensor([0, 1, 2, 3])": "It seems that x was finished one line earlier. But "
            "`from_numpy` copies nothing: x looks at the memory of y.",
            "RuntimeError": "Nothing forbids it: the array may change, and the tensor sees it.",
        },
        because="`y *= 10` writes into the memory that x and y share.",
        read="From NumPy",
    ),
    Prediction(
        name="moved-name",
        question="Almost the same line. Is it the same, too?",
        setup="y = np.array([0, 1, 2, 3])\nx = torch.from_numpy(y)",
        code="y = y * 10\nx",
        choices={
            "tensor([0, 1, 2, 3])": None,
            "tensor([ 0, 10, 20, 30])": "Right for `y *= 10`. Here `y * 10` makes a new array, "
            "and the name y moves to it; the old memory stays as it was, and x looks at that.",
            "array([ 0, 10, 20, 30])": "That is y, as it is now. x is a tensor, and nobody "
            "assigned anything to it.",
        },
        because="Memory is shared, names are not.",
        read="From NumPy",
    ),
    Prediction(
        name="numpy-decimals",
        question="Decimal numbers, by way of NumPy. Which type do they have as a tensor?",
        code="torch.from_numpy(np.array([1.0, 2.0])).dtype",
        choices={
            "torch.float64": None,
            "torch.float32": "PyTorch's own default, and true of `torch.tensor([1.0, 2.0])`. But "
            "NumPy's decimals have 64 bits, and `from_numpy` leaves them as they are.",
            "torch.int64": "1.0 is a whole number, but the array holds it as a decimal one.",
        },
        because="NumPy's decimals have 64 bits. Layers hold float32 and refuse them; `.float()` "
        "makes float32 of them.",
        read="From NumPy",
    ),
)


def check_make_column(make_column: Any, torch: Any) -> None:
    for values in ([1, 2, 3], [0.5, 2.5]):
        got = make_column(values)
        expect_tensor(got)
        if tuple(got.shape) == (len(values),):
            refuse(
                "That is a row of numbers with one axis: it was made of `values`, which is flat. "
                "The capital `Tensor` gives float32, and so looks finished; the shape is not."
            )
        if tuple(got.shape) == (1, len(values)):
            refuse("That is one row. A column has one number in each of its rows.")
        if got.dtype == torch.int64:
            refuse(
                "The shape is right. But whole numbers stay whole, and so the dtype is int64: say "
                "which dtype you want."
            )
        expect_same(got, torch.tensor([[float(value)] for value in values]))


def check_blank_like(blank_like: Any, torch: Any) -> None:
    for x in (
        torch.tensor([1.0, 2.0]),
        torch.tensor([[1, 2, 3], [4, 5, 6]]),
        torch.tensor([1.0, float("inf")]),
        torch.tensor([True, False]),
    ):
        got = blank_like(x)
        expect_tensor(got)
        if got is x:
            refuse("That is x itself, and not a new tensor.")
        if tuple(got.shape) == tuple(x.shape) and got.dtype != x.dtype:
            refuse(
                f"The shape is right, the dtype is not: {got.dtype} instead of {x.dtype}. "
                "`torch.zeros` knows the shape alone, and makes float32."
            )
        if x.dtype == torch.float32 and any(number != number for number in got.tolist()):
            refuse(
                "There is a nan in it: not a number. That is what infinity times zero gives, and "
                "infinity minus infinity too. Do not compute with x: look at its shape and dtype."
            )
        expect_same(got, torch.zeros(x.shape, dtype=x.dtype))


def check_safe_tensor(safe_tensor: Any, torch: Any) -> None:
    for array in (
        np.array([1, 2, 3], dtype=np.int64),
        np.array([0.1, 0.2]),
        np.array([[1, 2], [3, 4]], dtype=np.uint8),
    ):
        want = torch.tensor(array.tolist(), dtype=torch.from_numpy(array).dtype)
        got = safe_tensor(array)
        expect_tensor(got)
        if tuple(got.shape) == tuple(want.shape) and got.dtype != want.dtype:
            changed = f"The dtype became {got.dtype}; the array's is {want.dtype}. "
            if want.dtype == torch.int64:
                refuse(
                    f"{changed}The capital `Tensor` does copy, which is half of the task, but it "
                    "always makes float32."
                )
            refuse(
                f"{changed}An array knows the type of its numbers, and a Python list does not: "
                "if you made one of it, hand the array over itself."
            )
        expect_same(got, want)
        before = array.copy()
        array[0] = 9
        expect(
            got.tolist() == want.tolist(),
            "Then I wrote a 9 into the array, and it turned up in your tensor: they share their "
            "memory. `from_numpy` keeps values and dtype, but it copies nothing.",
        )
        array[:] = before
        got[0] = 5
        expect(
            array.tolist() == before.tolist(),
            "Then I wrote a 5 into your tensor, and it turned up in the array: they share memory.",
        )


EXERCISES = (
    Exercise(
        name="make_column",
        level="easy",
        starter='''
def make_column(values):
    """[1, 2, 3] becomes a float32 tensor of shape (3, 1)."""
    rows = [[value] for value in values]
    return ____
''',
        hints=(
            "`rows` has the shape already: `[[1], [2], [3]]`. What turns a list into a tensor?",
            "`torch.tensor(rows)` keeps whole numbers, unless `dtype=torch.float32` is added.",
        ),
        solution="""
def make_column(values):
    rows = [[value] for value in values]
    return torch.tensor(rows, dtype=torch.float32)
""",
        wrong=(
            Wrong("def make_column(values):\n    return torch.Tensor(values)", "which is flat"),
            Wrong(
                "def make_column(values):\n"
                "    rows = [[value] for value in values]\n"
                "    return torch.tensor(rows)",
                "say which dtype you want",
            ),
        ),
        check=check_make_column,
    ),
    Exercise(
        name="blank_like",
        level="middle",
        starter='''
def blank_like(x):
    """Zeros, with the shape and the dtype of x; x stays as it is."""
    ...
''',
        hints=(
            "A tensor knows both: `x.shape` and `x.dtype`.",
            "One of the functions that you have met makes a tensor like another one.",
        ),
        solution="""
def blank_like(x):
    return torch.zeros_like(x)
""",
        wrong=(
            Wrong("def blank_like(x):\n    return torch.zeros(x.shape)", "knows the shape alone"),
            Wrong("def blank_like(x):\n    return x * 0", "infinity times zero"),
        ),
        check=check_blank_like,
    ),
    Exercise(
        name="safe_tensor",
        level="thinking",
        starter="""
def safe_tensor(array):
    ...
""",
        hints=(
            "Three ways lead from an array to a tensor. Which of them copy?",
            "`torch.tensor` copies, and keeps the dtype that it finds. Does it take an array?",
        ),
        solution="""
def safe_tensor(array):
    return torch.tensor(array)
""",
        wrong=(
            Wrong("def safe_tensor(array):\n    return torch.from_numpy(array)", "copies nothing"),
            Wrong("def safe_tensor(array):\n    return torch.Tensor(array)", "half of the task"),
        ),
        check=check_safe_tensor,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
