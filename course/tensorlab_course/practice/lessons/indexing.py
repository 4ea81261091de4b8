"""What lesson 03, Indexing, asks."""

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
        name="number-or-slice",
        question="x has 3 channels of 2 rows and 2 columns. Which shapes do these two have?",
        setup="x = torch.arange(12).reshape(3, 2, 2)",
        code="x[0].shape, x[0:1].shape",
        choices={
            "(torch.Size([2, 2]), torch.Size([1, 2, 2]))": None,
            "(torch.Size([2, 2]), torch.Size([2, 2]))": "Both hold the same four numbers. But a "
            "slice asks for a stretch of channels, and a stretch of one is still a stretch.",
            "(torch.Size([1, 2, 2]), torch.Size([1, 2, 2]))": "Both hold the one channel. But a "
            "number asks for the channel itself, and not for a row of channels.",
            "(torch.Size([1, 2, 2]), torch.Size([2, 2]))": "The right two shapes, the wrong way "
            "round: it is the number that takes the axis away.",
        },
        because="A number takes its axis away; a slice keeps it, even where one place is left.",
        read="One answer for each axis",
    ),
    Prediction(
        name="colon-then-one",
        question="Two ways to ask for column 1?",
        setup="x = torch.arange(9).reshape(3, 3)",
        code="x[:][1], x[:, 1]",
        choices={
            "(tensor([3, 4, 5]), tensor([1, 4, 7]))": None,
            "(tensor([1, 4, 7]), tensor([1, 4, 7]))": "`x[:][1]` looks like: all rows, then "
            "column 1. But `x[:]` is all of x again, and `[1]` takes a row of that.",
            "(tensor([3, 4, 5]), tensor([3, 4, 5]))": "True of the first. In the second the "
            "comma moves on to the next axis: all rows, column 1.",
            "(tensor([1, 4, 7]), tensor([3, 4, 5]))": "The other way round: behind the comma "
            "stands the column, and `[1]` alone is a row.",
        },
        because="Brackets after brackets begin again at the first axis; a comma goes to the next.",
        read="One answer for each axis",
    ),
    Prediction(
        name="write-through-a-slice",
        question="A slice is written to. Look at x.",
        setup="x = torch.arange(6)",
        code="y = x[1:3]\ny[0] = 99\nx",
        choices={
            "tensor([ 0, 99,  2,  3,  4,  5])": None,
            "tensor([0, 1, 2, 3, 4, 5])": "So it is with lists: their slices are copies. A "
            "tensor's slice is a window onto the tensor's own memory.",
            "tensor([99,  1,  2,  3,  4,  5])": "It does write into x. But place 0 of y is place 1 "
            "of x, where the slice begins.",
        },
        because="`x[1:3]` is a view: start at place 1 of x's memory, step 1.",
        read="A window, or a copy",
    ),
    Prediction(
        name="write-through-a-list",
        question="The same two places, picked by a list. Look at x.",
        setup="x = torch.arange(6)",
        code="y = x[[1, 2]]\ny[0] = 99\nx",
        choices={
            "tensor([0, 1, 2, 3, 4, 5])": None,
            "tensor([ 0, 99,  2,  3,  4,  5])": "Right for `x[1:3]`, which holds the same numbers. "
            "But a list may name any places, with no step in common, so they are copied.",
            "tensor([99,  1,  2,  3,  4,  5])": "y is a copy here, so that nothing written to it "
            "can reach x; and its place 0 came from place 1.",
        },
        because="A slice makes a view, a list makes a copy.",
        read="A window, or a copy",
    ),
    Prediction(
        name="past-the-end",
        question="There are two columns, and the slice begins at the sixth.",
        setup="x = torch.arange(12).reshape(3, 2, 2)",
        code="x[:, :, 5:].shape",
        choices={
            "torch.Size([3, 2, 0])": None,
            "IndexError": "Right for the number 5. A slice asks for what lies in a stretch, and "
            "nothing lying there is an answer.",
            "torch.Size([3, 2])": "Nothing is left of the columns, so it seems their axis is gone. "
            "But a slice always keeps its axis, here with size 0.",
            "torch.Size([3, 2, 2])": "Nothing to cut away, so all stays? The slice keeps what lies "
            "from column 5 on, and there is nothing.",
        },
        because="A slice past the end is empty, as with lists; no error, and no numbers.",
        read="One answer for each axis",
    ),
)


def check_pixel(pixel: Any, torch: Any) -> None:
    img = torch.arange(60).reshape(3, 4, 5)
    got = pixel(img, 1, 2)
    expect_tensor(got)
    values = got.tolist()
    if values == img[1, 2].tolist():
        refuse(
            "That is row 2 of channel 1. Here the first answer is for the channel, and the row "
            "comes second. In other libraries channels come last, and this would do."
        )
    if values == img[:, 2, 1].tolist():
        refuse("Row and column are swapped: the row comes first, then the column.")
    if values == img[:, 1:2, 2:3].tolist():
        refuse("The numbers are right; slices of one keep their axes. Use numbers instead.")
    expect_same(got, img[:, 1, 2])
    for r, c in ((0, 0), (3, 4)):
        expect_same(pixel(img, r, c), img[:, r, c])


def check_crop(crop: Any, torch: Any) -> None:
    img = torch.arange(3 * 6 * 7).reshape(3, 6, 7)
    got = crop(img, 1, 2, 3, 4)
    expect_tensor(got)
    values = got.tolist()
    if values == img[:, 1:3, 2:4].tolist():
        refuse(
            "A slice names its end, and not its length: `1:3` stops before row 3, after two rows. "
            "Three rows from row 1 on end before row 4."
        )
    if values == img[1:4, 2:6].tolist():
        refuse(
            "That cut channels and rows. The channels have the first place in the brackets, and "
            "all of them stay."
        )
    if values == img[:, 2:6, 1:4].tolist():
        refuse("Rows and columns are swapped: the rows have the second place.")
    if values == img[:, 1:5, 2:7].tolist():
        refuse("One row and one column too many: a slice stops before its end.")
    expect_same(got, img[:, 1:4, 2:6])
    for top, left, h, w in ((2, 3, 4, 1), (0, 0, 6, 7), (3, 1, 2, 5)):
        expect_same(crop(img, top, left, h, w), img[:, top : top + h, left : left + w])


def check_blackout(blackout: Any, torch: Any) -> None:
    for rows, r in ((4, 1), (2, 0), (5, 4)):
        start = torch.arange(3 * rows * 3).reshape(3, rows, 3) + 1
        img = start.clone()
        got = blackout(img, r)
        expect_tensor(got)
        want = start.clone()
        want[:, r] = 0
        if got is img:
            refuse("That is the old image, and a new one is wanted.")
        if img.tolist() != start.tolist():
            refuse(
                "The old image has changed with the new one: they share their memory. `img[:]` "
                "copies a list; of a tensor it is one more view."
            )
        if r < 3 and got.tolist() == _with_zeros(start, r).tolist():
            refuse("That blacked out a whole channel: the first place in the brackets is for it.")
        turned = start.clone()
        turned[:, :, min(r, 2)] = 0
        if got.tolist() == turned.tolist():
            refuse("That is a column. The row has the second place in the brackets.")
        expect_same(got, want)
        img[:] = 7
        if got.tolist() != want.tolist():
            refuse("Then I wrote into the old image, and it showed in the new one.")


def _with_zeros(img: Any, index: Any) -> Any:
    out = img.clone()
    out[index] = 0
    return out


EXERCISES = (
    Exercise(
        name="pixel",
        level="easy",
        starter='''
def pixel(img, r, c):
    """All channels of one pixel; img is channel, row, column."""
    return img[____]
''',
        hints=(
            (
                "Three axes, so three answers, with commas between. What do you answer for the "
                "channels?"
            ),
            (
                "A colon means all of them. The lesson picked the pixel in the corner: put r and c "
                "in the place of its zeros."
            ),
        ),
        solution="""
def pixel(img, r, c):
    return img[:, r, c]
""",
        wrong=(
            Wrong("def pixel(img, r, c):\n    return img[r, c]", "channels come last"),
            Wrong("def pixel(img, r, c):\n    return img[:, c, r]", "Row and column are swapped"),
            Wrong(
                "def pixel(img, r, c):\n    return img[:, r : r + 1, c : c + 1]",
                "slices of one keep their axes",
            ),
        ),
        check=check_pixel,
    ),
    Exercise(
        name="crop",
        level="middle",
        starter='''
def crop(img, top, left, h, w):
    """A piece of img, h rows high and w columns wide."""
    ...
''',
        hints=(
            "All channels, a slice of the rows, a slice of the columns. Where does each slice end?",
            "2 rows from row 3 on are the rows 3 and 4, so the slice is 3:5. It ends before 3 + 2.",
        ),
        solution="""
def crop(img, top, left, h, w):
    return img[:, top : top + h, left : left + w]
""",
        wrong=(
            Wrong(
                "def crop(img, top, left, h, w):\n    return img[:, top:h, left:w]",
                "and not its length",
            ),
            Wrong(
                "def crop(img, top, left, h, w):\n    return img[top : top + h, left : left + w]",
                "cut channels and rows",
            ),
            Wrong(
                "def crop(img, top, left, h, w):\n"
                "    return img[:, top : top + h + 1, left : left + w + 1]",
                "too many",
            ),
        ),
        check=check_crop,
    ),
    Exercise(
        name="blackout",
        level="thinking",
        starter="""
def blackout(img, r):
    ...
""",
        hints=(
            (
                "You need numbers with memory of their own before you write. Which part of the "
                "lesson gave a tensor a strip of its own?"
            ),
            (
                "Take `img.clone()`, and write 0 into row r of all its channels: a part that "
                "stands left of an equals sign is written to."
            ),
        ),
        solution="""
def blackout(img, r):
    out = img.clone()
    out[:, r] = 0
    return out
""",
        wrong=(
            Wrong("def blackout(img, r):\n    img[:, r] = 0\n    return img", "That is the old"),
            Wrong(
                "def blackout(img, r):\n    out = img[:]\n    out[:, r] = 0\n    return out",
                "it is one more view",
            ),
            Wrong(
                "def blackout(img, r):\n    out = img.clone()\n    out[r] = 0\n    return out",
                "a whole channel",
            ),
        ),
        check=check_blackout,
        may_change_arguments=True,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
