"""What lesson 08, Combining tensors, asks."""

from __future__ import annotations

from typing import Any

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
        name="taped-and-piled",
        question="One row of three numbers, twice.",
        setup="row = torch.tensor([[1, 2, 3]])",
        code="torch.stack([row, row]).shape, torch.cat([row, row]).shape",
        choices={
            "(torch.Size([2, 1, 3]), torch.Size([2, 3]))": None,
            "(torch.Size([2, 3]), torch.Size([2, 3]))": "Two rows of three, so (2, 3)? True of "
            "`cat`. But `stack` always makes a new axis: a pile of two tables.",
            "(torch.Size([2, 3]), torch.Size([1, 6]))": "A row put on a row looks like a table of "
            "two rows. But `row` is a table already, so a pile of them has three axes; and `cat` "
            "lengthens the first axis unless told otherwise.",
            "(torch.Size([2, 1, 3]), torch.Size([1, 6]))": "The pile is right. But `cat` lengthens "
            "axis 0 unless told otherwise: rows go below each other.",
        },
        because="`cat` makes an old axis longer, `stack` adds an axis.",
        read="A longer axis, or one more",
    ),
    Prediction(
        name="piled-from-the-side",
        question="Two vectors, and the new axis has the second place.",
        code="torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])], dim=1)",
        choices={
            "tensor([[1, 3], [2, 4]])": None,
            "tensor([[1, 2], [3, 4]])": "That is `dim=0`, each vector a row. With `dim=1` the "
            "places of axis 1 are the vectors: each is a column.",
            "tensor([1, 2, 3, 4])": "That is `cat`. `stack` never lengthens an axis, so the "
            "vectors stay apart.",
            "IndexError": "`cat` would raise this, as a vector has no axis 1. For `stack` dim is "
            "where the new axis goes, and there is a place behind the old one.",
        },
        because="Along the new axis you walk from one tensor to the next.",
        read="A longer axis, or one more",
    ),
    Prediction(
        name="unequal-rows",
        question="Both have two rows; one is three columns wide, the other four.",
        code="torch.cat([torch.ones(2, 3), torch.ones(2, 4)]).shape",
        choices={
            "RuntimeError": None,
            "torch.Size([2, 7])": "They would fit side by side, with `dim=1`. But `cat` does not "
            "look for an edge that fits: left out, `dim` is 0.",
            "torch.Size([4, 4])": "It would have to fill up the narrow rows, and it never makes "
            "numbers up.",
            "torch.Size([2, 2, 4])": "`cat` makes no new axis, and `stack` would refuse unequal "
            "sizes as well.",
        },
        because="Only the axis that is lengthened may differ.",
        read="A batch of images",
    ),
    Prediction(
        name="written-afterwards",
        question="After joining, the result is written to. Look at x.",
        setup="x = torch.tensor([1, 2])",
        code="z = torch.cat([x, x])\nz[0] = 9\nx",
        choices={
            "tensor([1, 2])": None,
            "tensor([9, 2])": "Slices and `reshape` share memory, so this one might. But two "
            "tensors are joined in a strip of memory of their own: all is copied.",
            "tensor([9, 2, 1, 2])": "That is z. x keeps its two numbers.",
            "RuntimeError": "z is a tensor like any other, and may be written to.",
        },
        because="`cat` and `stack` always copy.",
        read="A batch of images",
    ),
    Prediction(
        name="two-bare-numbers",
        question="Each of these holds one number, and has no axis.",
        code="torch.cat([torch.tensor(1), torch.tensor(2)])",
        choices={
            "RuntimeError": None,
            "tensor([1, 2])": "`stack` gives this: the new axis is the only one. `cat` must "
            "lengthen an axis, and there is none.",
            "tensor(3)": "Joining is not adding: no number changes.",
            "tensor([[1], [2]])": "Two axes would have to come from nowhere. `stack` makes one, "
            "`cat` none.",
        },
        because="No axis, nothing to lengthen: `torch.stack` is what you want.",
        read="What goes wrong",
    ),
)


def check_as_rows(as_rows: Any, torch: Any) -> None:
    for first, second in (([1, 2, 3], [4, 5, 6]), ([1, 2], [3, 4]), ([0.5], [2.5])):
        a, b = torch.tensor(first), torch.tensor(second)
        got = as_rows(a, b)
        expect_tensor(got)
        n = len(first)
        if got.tolist() == first + second:
            refuse(
                "That is one long vector: `cat` made the axis longer, and two vectors of n have "
                "no second axis to give. Rows of a table need a new one."
            )
        columns = [list(pair) for pair in zip(first, second, strict=True)]
        if n > 1 and got.tolist() == columns:
            refuse(
                "These are the two columns. The new axis is the one along which you walk from a "
                "to b: for rows it comes first."
            )
        if got.tolist() == [second, first]:
            refuse("The right rows, but b came first.")
        expect_same(got, torch.tensor([first, second]))


def check_side_by_side(side_by_side: Any, torch: Any) -> None:
    for channels, high, widths in ((3, 2, (4, 4)), (3, 3, (2, 2)), (3, 2, (1, 4, 2)), (1, 2, (3,))):
        photos = [
            torch.arange(channels * high * wide).reshape(channels, high, wide) + 100 * number
            for number, wide in enumerate(widths)
        ]
        got = side_by_side(photos)
        expect_tensor(got)
        shape, many = tuple(got.shape), len(widths)
        if many > 1 and shape == (many * channels, high, widths[0]):
            refuse(
                f"Channels came behind channels: one photo of {many * channels} channels, and no "
                "wider than before. Left out, `dim` is 0, and in CHW that is the channels."
            )
        if many > 1 and shape == (channels, many * high, widths[0]):
            refuse("The photos hang below each other: axis 1 is the height.")
        if len(shape) == 4:
            refuse(
                "That is a pile with an axis more, a batch. Side by side they are one image "
                "still: an axis gets longer."
            )
        expect_same(got, torch.cat(photos, dim=2))


def check_my_stack(my_stack: Any, torch: Any) -> None:
    code = getattr(my_stack.function, "__code__", None)
    pairs = [torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6])]
    tables = [torch.arange(6).reshape(2, 3) + 10 * n for n in range(4)]
    for tensors, dim in (
        (pairs, 0),
        (pairs, 1),
        (pairs, -1),
        (tables, 1),
        (tables, 2),
        (tables, 0),
        ([torch.tensor(7), torch.tensor(8)], 0),
    ):
        want = torch.stack(tensors, dim=dim)
        got = my_stack(list(tensors), dim)
        expect_tensor(got)
        first = torch.stack(tensors)
        shape = tuple(got.shape)
        if dim != 0 and shape == tuple(first.shape) and got.tolist() == first.tolist():
            refuse(
                "The new axis is in front, whatever `dim` says. For `dim=0` that was right, which "
                "is why it looked finished."
            )
        if len(shape) == want.dim() and shape != tuple(want.shape) and 1 in shape:
            refuse(
                "The new axis is in its place, and still of size 1. It was another one that grew: "
                "`cat` has a `dim`, too."
            )
        if shape == tuple(want.shape) and got.tolist() != want.tolist():
            refuse(
                "The shape is right, the numbers are not in their places: `reshape` only cuts the "
                "long line of numbers anew. It never moves an axis."
            )
        expect_same(got, want)
    expect("stack" not in getattr(code, "co_names", ()), "It is right, but it calls `stack`.")


EXERCISES = (
    Exercise(
        name="as_rows",
        level="easy",
        starter='''
def as_rows(a, b):
    """Two vectors of n numbers become a table of shape (2, n)."""
    return ____
''',
        hints=(
            "One axis goes in, two come out. Which of the two functions makes an axis?",
            "It takes a list, `[a, b]`, and puts the new axis first unless told otherwise.",
        ),
        solution="""
def as_rows(a, b):
    return torch.stack([a, b])
""",
        wrong=(
            Wrong("def as_rows(a, b):\n    return torch.cat([a, b])", "one long vector"),
            Wrong("def as_rows(a, b):\n    return torch.stack([a, b], dim=1)", "the two columns"),
        ),
        check=check_as_rows,
    ),
    Exercise(
        name="side_by_side",
        level="middle",
        starter='''
def side_by_side(photos):
    """A list of CHW images becomes one wide CHW image."""
    ...
''',
        hints=(
            "Three axes go in, three come out, and one of them is longer. Which one?",
            "In CHW the width is the last axis. `cat` takes `dim=2`, or -1.",
        ),
        solution="""
def side_by_side(photos):
    return torch.cat(photos, dim=2)
""",
        wrong=(
            Wrong("def side_by_side(photos):\n    return torch.cat(photos)", "behind channels"),
            Wrong("def side_by_side(photos):\n    return torch.stack(photos)", "a batch"),
            Wrong(
                "def side_by_side(photos):\n    return torch.cat(photos, dim=1)",
                "below each other",
            ),
        ),
        check=check_side_by_side,
    ),
    Exercise(
        name="my_stack",
        level="thinking",
        starter="""
def my_stack(tensors, dim):
    ...
""",
        hints=(
            (
                "`cat` can only make an axis longer. So each tensor first needs one that it can "
                "lengthen: of which size, and where?"
            ),
            (
                "`t.unsqueeze(dim)` puts an axis of size 1 at `dim`, for each tensor t of the "
                "list. Then make this same axis longer."
            ),
        ),
        solution="""
def my_stack(tensors, dim):
    return torch.cat([t.unsqueeze(dim) for t in tensors], dim=dim)
""",
        wrong=(
            Wrong(
                "def my_stack(tensors, dim):\n"
                "    return torch.cat([t.unsqueeze(0) for t in tensors])",
                "whatever `dim` says",
            ),
            Wrong(
                "def my_stack(tensors, dim):\n"
                "    shape = list(tensors[0].shape)\n"
                "    shape.insert(dim, len(tensors))\n"
                "    return torch.cat(tensors).reshape(shape)",
                "cuts the long line of numbers anew",
            ),
            Wrong(
                "def my_stack(tensors, dim):\n"
                "    return torch.cat([t.unsqueeze(dim) for t in tensors])",
                "still of size 1",
            ),
            Wrong(
                "def my_stack(tensors, dim):\n    return torch.stack(tensors, dim)",
                "it calls `stack`",
            ),
        ),
        check=check_my_stack,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
