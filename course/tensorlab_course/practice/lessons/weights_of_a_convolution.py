"""What lesson 11, Weights of a convolution, asks."""

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
        name="axes-of-the-weight",
        question="The call says: 3 channels in, 8 out, windows of 5 × 5.",
        code="nn.Conv2d(3, 8, 5).weight.shape",
        choices={
            "torch.Size([8, 3, 5, 5])": None,
            "torch.Size([3, 8, 5, 5])": "That is the order of the call. The weight goes by "
            "filters: there are 8 of them, one for each channel that comes out, and each is 3 "
            "deep.",
            "torch.Size([8, 5, 5])": "Eight windows of 5 × 5 would do for a grey image. This one "
            "has 3 channels, and a filter has weights of its own for each of them.",
            "torch.Size([8, 5, 5, 3])": "A photo from a file has its channels last, and so have "
            "the weights of some other libraries. PyTorch has them before height and width.",
        },
        because="First how many filters, then how deep each of them is, then its height and width.",
        read="A filter is as deep as the image",
    ),
    Prediction(
        name="every-second-place",
        question="6 × 6 pixels, a window of 3 × 3 that moves two pixels at a time.",
        code="F.conv2d(torch.ones(1, 1, 6, 6), torch.ones(1, 1, 3, 3), stride=2).shape",
        choices={
            "torch.Size([1, 1, 2, 2])": None,
            "torch.Size([1, 1, 3, 3])": "Half of 6, as every second place is taken. But the third "
            "window would begin at pixel 4 and end at pixel 6, and the last pixel is 5.",
            "torch.Size([1, 1, 4, 4])": "There are four places for steps of one pixel. Steps of "
            "two leave out every second one of them.",
        },
        because="Windows begin at pixels 0 and 2; the last row and the last column are never seen.",
        read="One window, one number",
    ),
    Prediction(
        name="a-frame-of-zeros",
        question="Ones everywhere, and a frame of padding. The first row of what comes out:",
        code="F.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 3, 3), padding=1)[0, 0, 0]",
        choices={
            "tensor([4., 6., 4.])": None,
            "tensor([9., 9., 9.])": "A window of nine ones sums to 9. But along the edge a part of "
            "the window lies on the padding, and there it sees zeros.",
            "tensor([0., 0., 0.])": "The padding is zeros, but it is part of what the window sees, "
            "not of what comes out.",
            "tensor([6., 9., 6.])": "True of the middle row. In the first row the window's upper "
            "three pixels are padding, too.",
        },
        because="In a corner 4 of the window's 9 pixels are the image's own; at an edge 6 are.",
        read="One window, one number",
    ),
    Prediction(
        name="two-filters",
        question="An image of one pixel with three channels: 1, 10 and 100. And two filters.",
        setup="pixel = torch.tensor([1.0, 10.0, 100.0]).reshape(1, 3, 1, 1)\n"
        "filters = torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]])",
        code="F.conv2d(pixel, filters.reshape(2, 3, 1, 1)).flatten()",
        choices={
            "tensor([321., 100.])": None,
            "tensor([1., 20., 300., 0., 0., 100.])": "These are all the products, and rightly so. "
            "But a filter adds its products up, over the channels too, and gives one number.",
            "tensor([1., 20., 400.])": "Here each channel keeps to itself, as if it were its own "
            "filters that were summed. It is the other way: a filter sums over the channels.",
            "tensor([421.])": "One sum too many: two filters, two channels come out, and nothing "
            "adds those together.",
        },
        because="A filter is one dot product with everything under its window.",
        read="A filter is as deep as the image",
    ),
    Prediction(
        name="no-batch",
        question="One image with three axes: channels, height, width.",
        code="nn.Conv2d(3, 8, 1)(torch.ones(3, 2, 2)).shape",
        choices={
            "torch.Size([8, 2, 2])": None,
            "torch.Size([1, 8, 2, 2])": "You expect a batch of one, as four axes used to be "
            "asked for. But what comes in without a batch goes out without one.",
            "RuntimeError": "True of 1.1, which asks for four axes. Since then an image without a "
            "batch has been let in.",
            "torch.Size([3, 2, 2])": "The size stays, as the window is 1 × 1. The channels do not: "
            "8 filters make 8 of them.",
        },
        because="Three axes are read as one image, (C, H, W); two are an error to this day.",
        read="Today's PyTorch",
    ),
)


def check_rises(rises: Any, torch: Any) -> None:
    for row in ([[5.0, 7.0]], [[1.0, 4.0, 2.0], [0.0, 0.0, 9.0]]):
        images = torch.tensor(row).reshape(1, 1, len(row), -1)
        got = rises(images)
        expect_tensor(got)
        here, right = images[:, :, :, :-1], images[:, :, :, 1:]
        if got.tolist() == (here - right).tolist():
            refuse(
                "The signs are turned: it says how much *darker* the neighbour is. The kernel is "
                "not flipped: its first number lies on the pixel, its second on the neighbour."
            )
        if got.tolist() == (here + right).tolist():
            refuse("That is the sum of the two. Of which of them do you want the negative?")
        if got.tolist() == ((right - here) / 2).tolist():
            refuse(
                "That is half of the difference. A kernel's numbers need not sum to anything: no "
                "mean is wanted here."
            )
        expect_same(got, right - here)


def check_mix(mix: Any, torch: Any) -> None:
    square = torch.arange(27.0).reshape(3, 3, 3)
    weight = torch.tensor([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [5.0, 0.0, 0.0]])
    oblong = torch.arange(24.0).reshape(2, 3, 4)
    wide = torch.tensor([[1.0, 10.0], [0.0, 1.0], [2.0, 0.0], [1.0, 1.0]])
    for image, matrix in ((square, weight), (oblong, wide)):
        want = torch.nn.functional.conv2d(image, matrix.reshape(*matrix.shape, 1, 1))
        got = mix(image, matrix)
        expect_tensor(got)
        if image is square:
            refuse_what_fits_by_luck(got, image, matrix)
        if got.tolist() == want.reshape(len(matrix), -1).tolist():
            refuse(
                "The numbers are right, but each channel is one long line: fold it back to rows."
            )
        expect_same(got, want)


def refuse_what_fits_by_luck(got: Any, image: Any, matrix: Any) -> None:
    """Say which axes were mixed, where all of them are equally long."""
    if got.tolist() == (matrix * image).tolist():
        refuse(
            "`*` spreads the weight over rows and columns, and sums nothing. It ran only because "
            "this image is 3 × 3 × 3."
        )
    if got.tolist() == (matrix @ image).tolist():
        refuse(
            "`@` works on the last two axes, so you mixed the *rows* of each channel. It ran only "
            "because this image has as many rows as channels. Which axis is to be summed away?"
        )
    flat = image.reshape(len(image), -1)
    if got.flatten().tolist() == (matrix.t() @ flat).flatten().tolist():
        refuse(
            "The weight is turned round: its first axis counts the filters, its second is as long "
            "as the image is deep, and that one is to be summed."
        )


def check_places(places: Any, torch: Any) -> None:
    cases = [(6, 3, 1, 0), (6, 3, 2, 0), (5, 5, 1, 0), (6, 3, 1, 1), (4, 2, 1, 1)]
    cases += [(n, k, s, p) for n in (5, 8) for k in (1, 2, 5) for s in (1, 2, 3) for p in (0, 1, 2)]
    for n, k, stride, padding in cases:
        image, kernel = torch.zeros(1, 1, n, n), torch.zeros(1, 1, k, k)
        out = torch.nn.functional.conv2d(image, kernel, stride=stride, padding=padding)
        want = int(out.shape[-1])
        got = places(n, k, stride, padding)
        if isinstance(got, float):
            refuse("That is a float, and places are counted: `//` divides and stays whole.")
        if isinstance(got, int) and got != want:
            refuse(why_not(got, n, k, stride, padding, want))
        expect_same(got, want)


def why_not(got: int, n: int, k: int, stride: int, padding: int, want: int) -> str:
    """The words for a wrong count of places."""
    true = f"The layer has {want}."
    free = n + 2 * padding - k
    if padding and got == (n + padding - k) // stride + 1:
        return f"{true} `padding` is put on both sides, so the image grows by twice as much."
    if padding and got == (n - k) // stride + 1:
        return f"{true} That is the count without padding, which makes the image wider."
    if stride > 1 and got == free + 1:
        return f"{true} That is the count for steps of one pixel. These are longer."
    if got == free // stride:
        return f"{true} You counted the steps. Before the first step there is a place, too."
    if got == -(-free // stride) + 1:
        return f"{true} The last window would stick out. One that does not fit in whole is dropped."
    if got == n // stride:
        return f"{true} You took every step that begins in the image. The window has a width."
    return f"{true} How far can the window move from its first place, and how many steps is that?"


EXERCISES = (
    Exercise(
        name="rises",
        level="easy",
        starter='''
def rises(images):
    """From (N, 1, H, W) to (N, 1, H, W - 1): right neighbour minus pixel."""
    kernel = torch.tensor(____)
    return F.conv2d(images, kernel.reshape(1, 1, 1, 2))
''',
        hints=(
            (
                "The kernel holds two numbers: one lies on the pixel, one on its right neighbour. "
                "What is each multiplied by in `neighbour - pixel`?"
            ),
            (
                "The pixel comes first, and is taken away once; the neighbour comes second, and is "
                "added once. And the kernel must hold decimals, as the image does."
            ),
        ),
        solution="""
def rises(images):
    kernel = torch.tensor([-1.0, 1.0])
    return F.conv2d(images, kernel.reshape(1, 1, 1, 2))
""",
        wrong=(
            Wrong(
                "def rises(images):\n"
                "    kernel = torch.tensor([1.0, -1.0])\n"
                "    return F.conv2d(images, kernel.reshape(1, 1, 1, 2))",
                "The signs are turned",
            ),
            Wrong(
                "def rises(images):\n"
                "    kernel = torch.tensor([-0.5, 0.5])\n"
                "    return F.conv2d(images, kernel.reshape(1, 1, 1, 2))",
                "half of the difference",
            ),
            Wrong(
                "def rises(images):\n"
                "    kernel = torch.tensor([1.0, 1.0])\n"
                "    return F.conv2d(images, kernel.reshape(1, 1, 1, 2))",
                "the sum of the two",
            ),
        ),
        check=check_rises,
    ),
    Exercise(
        name="mix",
        level="middle",
        starter='''
def mix(image, weight):
    """Every pixel is the filters' sums over the channels: shape (out, H, W)."""
    ...
''',
        hints=(
            (
                "`(out, in) @ (in, pixels)` sums over `in`, the channels. What turns an image of "
                "three axes into `(in, pixels)`, and back?"
            ),
            (
                "`channels, height, width = image.shape`. Then `reshape(channels, -1)` lays the "
                "pixels of each channel in a line, and a second `reshape` folds the product."
            ),
        ),
        solution="""
def mix(image, weight):
    channels, height, width = image.shape
    mixed = weight @ image.reshape(channels, height * width)
    return mixed.reshape(-1, height, width)
""",
        wrong=(
            Wrong("def mix(image, weight):\n    return weight * image", "spreads the weight"),
            Wrong("def mix(image, weight):\n    return weight @ image", "the *rows* of each"),
            Wrong(
                "def mix(image, weight):\n"
                "    channels, height, width = image.shape\n"
                "    mixed = weight.t() @ image.reshape(channels, -1)\n"
                "    return mixed.reshape(-1, height, width)",
                "turned round",
            ),
            Wrong(
                "def mix(image, weight):\n    return weight @ image.reshape(len(image), -1)",
                "fold it back to rows",
            ),
        ),
        check=check_mix,
    ),
    Exercise(
        name="places",
        level="thinking",
        starter="""
def places(n, k, stride, padding):
    ...
""",
        hints=(
            (
                "Begin without padding. The first window ends at pixel `k`: how many pixels are "
                "left for it to move over, and how many whole steps is that?"
            ),
            (
                "With padding the image is `n + 2 * padding` wide. Steps are `//`, rounded down; "
                "and there is one place more than there are steps."
            ),
        ),
        solution="""
def places(n, k, stride, padding):
    return (n + 2 * padding - k) // stride + 1
""",
        wrong=(
            Wrong(
                "def places(n, k, stride, padding):\n    return (n + padding - k) // stride + 1",
                "on both sides",
            ),
            Wrong(
                "def places(n, k, stride, padding):\n"
                "    return -(-(n + 2 * padding - k) // stride) + 1",
                "would stick out",
            ),
            Wrong(
                "def places(n, k, stride, padding):\n    return (n + 2 * padding - k) // stride",
                "counted the steps",
            ),
            Wrong(
                "def places(n, k, stride, padding):\n    return (n + 2 * padding - k) / stride + 1",
                "places are counted",
            ),
        ),
        check=check_places,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
