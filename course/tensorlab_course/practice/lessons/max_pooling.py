"""What lesson 14, Max pooling, asks."""

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
        name="stride-unsaid",
        question="4 × 4 pixels, a window of 3 × 3, and no word about the stride.",
        code="nn.MaxPool2d(3)(torch.ones(1, 1, 4, 4)).shape",
        choices={
            "torch.Size([1, 1, 1, 1])": None,
            "torch.Size([1, 1, 2, 2])": "A convolution would give that: it moves by one pixel "
            "unless you say otherwise. A pool moves by the width of its window.",
            "torch.Size([1, 1, 4, 4])": "That would need a frame around the image, and one pixel a "
            "step. Neither comes by itself.",
            "torch.Size([1, 1, 3, 3])": "3 × 3 is the window. What comes out is one number for "
            "each place that it can take.",
        },
        because="The stride is the window's width, 3; after the first window, no second one fits.",
        read="The largest wins",
    ),
    Prediction(
        name="two-channels",
        question="Two channels of 2 × 2 pixels, in whole numbers.",
        setup="image = torch.tensor([[[1, 2], [3, 4]], [[40, 30], [20, 10]]])",
        code="nn.MaxPool2d(2)(image).flatten()",
        choices={
            "tensor([4, 40])": None,
            "tensor([40])": "One winner of all eight. A filter does look through all channels, but "
            "a pool looks at each of them alone.",
            "tensor([4., 40.])": "The right two. But nothing is multiplied here, so whole numbers "
            "stay whole.",
            "RuntimeError": "A convolution refuses whole numbers, as its weights are decimals. A "
            "pool has no weights.",
        },
        because="Each channel is pooled by itself: as many come out as went in, of the same dtype.",
        read="The largest wins",
    ),
    Prediction(
        name="five-by-five",
        question="5 × 5 pixels, 0 to 24, in windows of 2 × 2.",
        code="nn.MaxPool2d(2)(torch.arange(25.0).reshape(1, 1, 5, 5))[0, 0]",
        choices={
            "tensor([[6., 8.], [16., 18.]])": None,
            "tensor([[6., 8., 9.], [16., 18., 19.], [21., 23., 24.]])": "Here what is left over at "
            "the edge is pooled, too. Only `ceil_mode=True` does that.",
            "tensor([[12., 14.], [22., 24.]])": "You expect that the largest of all, 24, stays in. "
            "It stands in the last row, and no window reaches it.",
            "RuntimeError": "2 does not divide 5, but nobody minds: what does not fill a window is "
            "dropped.",
        },
        because="The last row and the last column belong to no window; they are dropped, silently.",
        read="Steps and frames",
    ),
    Prediction(
        name="made-of-what",
        question="Every pixel is -1, and there is a frame. The first row that comes out:",
        code="nn.MaxPool2d(2, stride=1, padding=1)(-torch.ones(1, 1, 2, 2))[0, 0, 0]",
        choices={
            "tensor([-1., -1., -1.])": None,
            "tensor([0., 0., 0.])": "The frame of a convolution is zeros, and 0 is larger than -1. "
            "That is why this frame cannot be zeros.",
            "tensor([0., -1., 0.])": "If the frame were zeros, the middle window would see some, "
            "too: its upper half lies on the frame.",
            "tensor([-inf, -1., -inf])": "The frame is -inf indeed. But a window in the corner "
            "sees one pixel of the image, and that one wins.",
        },
        because="The frame is -inf: it loses even to -1, so only pixels of the image win.",
        read="A frame that never wins",
    ),
    Prediction(
        name="three-keeps",
        question="4 × 4 pixels, a window of 3, one pixel a step, a frame of one pixel.",
        code="nn.MaxPool2d(3, stride=1, padding=1)(torch.ones(1, 1, 4, 4)).shape",
        choices={
            "torch.Size([1, 1, 4, 4])": None,
            "torch.Size([1, 1, 5, 5])": "That was the window of 2. This one is a pixel wider, and "
            "has one place less.",
            "torch.Size([1, 1, 2, 2])": "That is the size without the frame, which adds a place on "
            "either side.",
            "torch.Size([1, 1, 6, 6])": "The image with its frame is 6 wide. The window has 3 of "
            "them, so it cannot stop at all 6.",
        },
        because="6 - 3 steps and the first place make 4; with padding k // 2, odd windows keep "
        "the size.",
        read="A frame that never wins",
    ),
)


def check_pool_width(pool_width: Any, torch: Any) -> None:
    cases = [(7, 3, {}), (8, 2, {}), (9, 4, {}), (5, 5, {}), (4, 2, {"padding": 1})]
    cases += [(7, 3, {"stride": 1}), (4, 2, {"stride": 1, "padding": 1}), (9, 3, {"stride": 2})]
    for n, k, more in cases:
        image = torch.zeros(1, 1, n, n)
        want = int(torch.nn.MaxPool2d(k, **more)(image).shape[-1])
        got = pool_width(n, k, **more)
        if not more and type(got) is int and got != want:
            refuse_stride(got, n, k, want)
        expect_same(got, want)


def refuse_stride(got: int, n: int, k: int, want: int) -> None:
    """Say which stride was taken where none was given."""
    if got == n - k + 1:
        refuse(
            f"The layer leaves {want}. A stride of 1 is what `Conv2d` takes when you say nothing. "
            "A pool lays its windows like tiles."
        )
    if got == (n - k) // 2 + 1:
        refuse(
            f"The layer leaves {want}. A stride of 2 is right for windows of 2, which are so "
            "common that one takes 2 for the rule. This window is wider."
        )


def check_any_of_four(any_of_four: Any, torch: Any) -> None:
    rows = [[0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1], [1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]]
    for mask in (torch.tensor(rows) > 0, torch.tensor([[0, 1], [0, 0]]) > 0):
        a, b = mask[::2, ::2], mask[::2, 1::2]
        c, d = mask[1::2, ::2], mask[1::2, 1::2]
        want = a | b | c | d
        got = any_of_four(mask)
        expect_tensor(got)
        if got.dtype == torch.bool and got.tolist() == want.tolist():
            continue
        high, wide = want.shape
        in_line = mask.reshape(-1, 4).any(dim=1).reshape(high, wide)
        if got.dtype != torch.bool and (got > 0).tolist() == want.tolist():
            refuse("The right places, but in numbers. Turn them into True and False at the end.")
        if got.tolist() == (a | d).tolist():
            refuse(
                "You looked at two of the four, upper left and lower right. A True in one of the "
                "other corners is lost."
            )
        if got.tolist() == (a & b & c & d).tolist():
            refuse("True where *all* four are. One is enough.")
        if got.tolist() == in_line.tolist():
            refuse(
                "Those are four neighbours in a *row*: `reshape` reads along the rows. A window "
                "has two from one row and two from the next."
            )
        expect_same(got, want)


def check_min_pool(min_pool: Any, torch: Any) -> None:
    first = torch.tensor([[1.0, 5.0, -3.0, -1.0], [2.0, 4.0, -6.0, -2.0]]).reshape(1, 1, 2, 4)
    second = torch.arange(72.0).reshape(2, 1, 6, 6) - 9.5
    for x, k in ((first, 2), (second, 3)):
        pool = torch.nn.MaxPool2d(k)
        got = min_pool(x, k)
        expect_tensor(got)
        if got.tolist() == (-pool(x)).tolist():
            refuse(
                "You turned the signs of what came out: still the largest number won, and now it "
                "has the wrong sign. What makes the smallest win?"
            )
        if got.tolist() == pool(-x).tolist():
            refuse(
                "The right ones have won: with the signs turned, the smallest is the largest. But "
                "the signs are still turned in what you return."
            )
        if got.tolist() == pool(x).tolist():
            refuse("These are the largest numbers. Can you make the smallest ones the largest?")
        expect_same(got, -pool(-x))


EXERCISES = (
    Exercise(
        name="pool_width",
        level="easy",
        starter='''
def pool_width(n, k, stride=None, padding=0):
    """How many pixels nn.MaxPool2d(k, stride, padding) leaves of n."""
    if stride is None:
        stride = ____
    return (n + 2 * padding - k) // stride + 1
''',
        hints=(
            (
                "The first prediction of this lesson asked for it: which stride does a pool take "
                "when you say nothing?"
            ),
            "The windows lie like tiles: each begins where the last one ended. How wide is one?",
        ),
        solution="""
def pool_width(n, k, stride=None, padding=0):
    if stride is None:
        stride = k
    return (n + 2 * padding - k) // stride + 1
""",
        wrong=(
            Wrong(
                "def pool_width(n, k, stride=None, padding=0):\n"
                "    if stride is None:\n"
                "        stride = 1\n"
                "    return (n + 2 * padding - k) // stride + 1",
                "what `Conv2d` takes",
            ),
            Wrong(
                "def pool_width(n, k, stride=None, padding=0):\n"
                "    if stride is None:\n"
                "        stride = 2\n"
                "    return (n + 2 * padding - k) // stride + 1",
                "takes 2 for the rule",
            ),
        ),
        check=check_pool_width,
    ),
    Exercise(
        name="any_of_four",
        level="middle",
        starter='''
def any_of_four(mask):
    """From (H, W) to (H / 2, W / 2), both bool."""
    ...
''',
        hints=(
            "`mask[::2, 1::2]` is the upper right corner of each window. What are the other three?",
            "All four slices have the same shape, and `|` is *or*, element by element.",
        ),
        solution="""
def any_of_four(mask):
    upper = mask[::2, ::2] | mask[::2, 1::2]
    lower = mask[1::2, ::2] | mask[1::2, 1::2]
    return upper | lower
""",
        wrong=(
            Wrong(
                "def any_of_four(mask):\n    return mask[::2, ::2] | mask[1::2, 1::2]",
                "two of the four",
            ),
            Wrong(
                "def any_of_four(mask):\n"
                "    high, wide = mask.shape\n"
                "    return mask.reshape(-1, 4).any(dim=1).reshape(high // 2, wide // 2)",
                "neighbours in a *row*",
            ),
            Wrong(
                "def any_of_four(mask):\n"
                "    return nn.MaxPool2d(2)(mask.float().reshape(1, *mask.shape))[0]",
                "but in numbers",
            ),
        ),
        check=check_any_of_four,
    ),
    Exercise(
        name="min_pool",
        level="thinking",
        starter="""
def min_pool(x, k):
    ...
""",
        hints=(
            "Which change to all numbers makes the smallest of them the largest?",
            "In `-x` the order is turned round. The winners come with their signs turned, too.",
        ),
        solution="""
def min_pool(x, k):
    return -nn.MaxPool2d(k)(-x)
""",
        wrong=(
            Wrong("def min_pool(x, k):\n    return -nn.MaxPool2d(k)(x)", "the wrong sign"),
            Wrong("def min_pool(x, k):\n    return nn.MaxPool2d(k)(-x)", "signs are still turned"),
        ),
        check=check_min_pool,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
