"""What lesson 04, Reshaping, asks."""

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

PREDICTIONS = (
    Prediction(
        name="three-rows-of-two",
        question="Two rows of three become three rows of two. Where does each number go?",
        setup="x = torch.tensor([[0, 1, 2],\n                  [3, 4, 5]])",
        code="x.reshape(3, 2)",
        choices={
            "tensor([[0, 1], [2, 3], [4, 5]])": None,
            "tensor([[0, 3], [1, 4], [2, 5]])": "Rows have become columns, and the shape is right. "
            "But that is turning: `x.t()`. `reshape` keeps the order of the line.",
            "tensor([[0, 1], [3, 4], [2, 5]])": "What fits stays in its row, and the rest goes to "
            "a new one? There are no rows to stay in: there is one line, 0 to 5.",
        },
        because="`reshape` reads the numbers row by row, and fills the new shape row by row.",
        read="One line, read in two ways",
    ),
    Prediction(
        name="flat-from-x",
        question="Written into y, read from x.",
        setup="x = torch.arange(6).reshape(2, 3)",
        code="y = x.reshape(6)\ny[0] = 99\nx[0, 0]",
        choices={
            "tensor(99)": None,
            "tensor(0)": "y has a shape of its own, so it looks like a tensor of its own. But six "
            "in a row is how the numbers lie already: y reads the same memory.",
            "tensor([99, 99, 99])": "It does write into x, but into one place of it: y[0] is "
            "x[0, 0].",
        },
        because="Here `reshape` could make a view, and so it did.",
        read="One line, read in two ways",
    ),
    Prediction(
        name="flat-from-its-transpose",
        question="The same, by way of the transpose.",
        setup="x = torch.arange(6).reshape(2, 3)",
        code="y = x.t().reshape(6)\ny[0] = 99\nx[0, 0]",
        choices={
            "tensor(0)": None,
            "tensor(99)": "It was so a moment ago. But the transpose has its numbers in another "
            "order than the memory, and one stride cannot say that: `reshape` had to copy.",
            "RuntimeError": "That is what `view` would do. `reshape` copies where it has to.",
        },
        because="`reshape` shares where it can and copies where it must, and does not say which.",
        read="One line, read in two ways",
    ),
    Prediction(
        name="the-red-channel",
        question="An image of one row and two pixels. Red is 1 and 2. What is channel 0?",
        setup="img = torch.tensor([[[1, 10, 100], [2, 20, 200]]])",
        code="img.permute(2, 0, 1)[0], img.reshape(3, 1, 2)[0]",
        choices={
            "(tensor([[1, 2]]), tensor([[1, 10]]))": None,
            "(tensor([[1, 2]]), tensor([[1, 2]]))": "Both have the shape (3, 1, 2), so both look "
            "right. But `reshape` keeps the line 1, 10, 100, …, and takes the first two.",
            "(tensor([[1, 10]]), tensor([[1, 10]]))": "True of `reshape`. `permute` moves the "
            "axes, and each number goes with its axes.",
            "(tensor([[1, 10]]), tensor([[1, 2]]))": "The other way round: `permute` moves axes, "
            "`reshape` keeps the line.",
        },
        because="After `reshape`, channel 0 is the red and the green of the first pixel.",
        read="Turning three axes",
    ),
    Prediction(
        name="squeezed",
        question="A batch of 1 image with 3 channels, 1 row, 2 columns. What does squeeze leave?",
        setup="x = torch.zeros(1, 3, 1, 2)",
        code="x.squeeze().shape, x.squeeze(1).shape",
        choices={
            "(torch.Size([3, 2]), torch.Size([1, 3, 1, 2]))": None,
            "(torch.Size([3, 1, 2]), torch.Size([1, 3, 1, 2]))": "So it would be if only the "
            "first axis went. `squeeze()` takes every axis of size 1, rows as well as the batch.",
            "(torch.Size([3, 2]), torch.Size([3, 1, 2]))": "`squeeze(1)` reads as: drop one of "
            "them. But 1 names an axis, and axis 1 has size 3.",
            "(torch.Size([3, 2]), torch.Size([1, 1, 2]))": "`squeeze(1)` does mean axis 1. That "
            "one has size 3, with numbers in it: it stays, without a word.",
        },
        because="`squeeze()` takes the batch of one along; `squeeze(0)` would say what you mean.",
        read="Shape after shape",
    ),
)


def check_add_batch(add_batch: Any, torch: Any) -> None:
    for shape in ((3, 2, 4), (1, 5, 5)):
        count = shape[0] * shape[1] * shape[2]
        img = torch.arange(count).reshape(shape)
        got = add_batch(img)
        expect_tensor(got)
        where = list(got.shape)
        if where == [*shape, 1]:
            refuse(
                "The new axis stands last. (-1 counts from the end, here as elsewhere.) A batch "
                "is the first axis: which image?"
            )
        if where == [1, count]:
            refuse(
                "That is a batch of one, but its image is flat now: channels, rows and columns "
                "have become one axis. -1 takes all that is left."
            )
        if where == list(shape):
            refuse("That is still one image, with three axes.")
        if len(where) == 4 and where[0] == shape[0] and where[0] != 1:
            refuse(
                f"The new axis is there, but not in front: that is a batch of {shape[0]}, and "
                "each channel has become an image of its own."
            )
        expect_same(got, img.reshape(1, *shape))


def check_flat_batch(flat_batch: Any, torch: Any) -> None:
    shapes: tuple[tuple[int, ...], ...] = ((2, 3, 2, 4), (1, 3, 2, 2), (4, 1, 2, 3))
    for shape in shapes:
        count = 1
        for size in shape:
            count *= size
        x = torch.arange(count).reshape(shape)
        got = flat_batch(x)
        expect_tensor(got)
        where = list(got.shape)
        if where == [count]:
            refuse(
                "All images have run into one line, and nobody can tell any more where one ends. "
                "`flatten()` takes every axis, unless it is told where to begin."
            )
        if shape[0] == 1 and where[0] == 3:
            refuse(
                "It worked for a batch of two. From the batch of one the first axis was squeezed "
                "away, and the channels were taken for images."
            )
        want = x.reshape(shape[0], count // shape[0])
        if where == [count // shape[0], shape[0]]:
            refuse("The sizes are swapped: a row for each image, and the batch comes first.")
        expect_same(got, want)


def check_hwc_to_chw(hwc_to_chw: Any, torch: Any) -> None:
    img = torch.arange(27).reshape(3, 3, 3)
    got = hwc_to_chw(img)
    expect_tensor(got)
    values = got.tolist()
    if values == img.tolist():
        refuse(
            "Nothing has moved. A 3×3 image with 3 channels has the right shape already, and "
            "`reshape` looks at nothing else: its channel 0 is the first row, in all colours."
        )
    if values == img.transpose(0, 2).tolist():
        refuse(
            "The channels are right, and each lies on its side. Swapping the axes 0 and 2 brings "
            "the channels to the front, and the height to the end."
        )
    if values == img.permute(1, 2, 0).tolist():
        refuse(
            "That is the way back, from CHW to HWC. `permute` is told where each new axis comes "
            "from, not where each old one goes."
        )
    expect_same(got, img.permute(2, 0, 1))
    wide = torch.arange(24).reshape(2, 4, 3)
    got = hwc_to_chw(wide)
    expect_tensor(got)
    if got.tolist() == wide.reshape(3, 2, 4).tolist():
        refuse("The shape is right, but the numbers lie in the old order: the colours are mixed.")
    expect_same(got, wide.permute(2, 0, 1))


EXERCISES = (
    Exercise(
        name="add_batch",
        level="easy",
        starter='''
def add_batch(img):
    """(C, H, W) becomes (1, C, H, W)."""
    return img.unsqueeze(____)
''',
        hints=(
            (
                "`unsqueeze` wants to know where the new axis shall stand. Where is it in "
                "`(1, C, H, W)`?"
            ),
            (
                "It is the first, and axes are counted as everything is in Python: the first is "
                "number 0."
            ),
        ),
        solution="""
def add_batch(img):
    return img.unsqueeze(0)
""",
        wrong=(
            Wrong("def add_batch(img):\n    return img.unsqueeze(-1)", "-1 counts from the end"),
            Wrong("def add_batch(img):\n    return img.unsqueeze(1)", "not in front"),
            Wrong("def add_batch(img):\n    return img.reshape(1, -1)", "its image is flat"),
        ),
        check=check_add_batch,
    ),
    Exercise(
        name="flat_batch",
        level="middle",
        starter='''
def flat_batch(x):
    """A row for each image: the first axis stays, the others become one."""
    ...
''',
        hints=(
            (
                "How many rows shall there be? `x.shape[0]` knows. And how long is a row? That one "
                "you need not work out yourself."
            ),
            "`x.reshape(rows, -1)`: -1 takes what is left.",
        ),
        solution="""
def flat_batch(x):
    return x.reshape(x.shape[0], -1)
""",
        wrong=(
            Wrong("def flat_batch(x):\n    return x.flatten()", "into one line"),
            Wrong(
                "def flat_batch(x):\n    x = x.squeeze()\n    return x.reshape(x.shape[0], -1)",
                "squeezed away",
            ),
            Wrong(
                "def flat_batch(x):\n    return x.reshape(-1, x.shape[0])",
                "The sizes are swapped",
            ),
        ),
        check=check_flat_batch,
    ),
    Exercise(
        name="hwc_to_chw",
        level="thinking",
        starter="""
def hwc_to_chw(img):
    ...
""",
        hints=(
            (
                "Axes must move, and the numbers with them. Which of the two does that, `reshape` "
                "or `permute`?"
            ),
            (
                "Write the old axes down: H is 0, W is 1, C is 2. Now read their numbers in the "
                "order C, H, W: that is what `permute` wants."
            ),
        ),
        solution="""
def hwc_to_chw(img):
    return img.permute(2, 0, 1)
""",
        wrong=(
            Wrong(
                "def hwc_to_chw(img):\n    return img.reshape(3, img.shape[0], img.shape[1])",
                "Nothing has moved",
            ),
            Wrong("def hwc_to_chw(img):\n    return img.transpose(0, 2)", "on its side"),
            Wrong("def hwc_to_chw(img):\n    return img.permute(1, 2, 0)", "the way back"),
        ),
        check=check_hwc_to_chw,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
