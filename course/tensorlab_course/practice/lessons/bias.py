"""What lesson 13, Bias, asks."""

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
        name="black-image",
        question="An image of zeros, two filters. What is in the second channel that comes out?",
        setup="black = torch.zeros(1, 1, 2, 2)\nbias = torch.tensor([5.0, 7.0])",
        code="F.conv2d(black, torch.ones(2, 1, 1, 1), bias)[0, 1]",
        choices={
            "tensor([[7., 7.], [7., 7.]])": None,
            "tensor([[0., 0.], [0., 0.]])": "Nothing in, nothing out: true of the products. The "
            "bias is added after them, whatever the image holds.",
            "tensor([[12., 12.], [12., 12.]])": "You added both biases. Each belongs to one "
            "filter, and so to one channel.",
            "tensor([[5., 7.], [5., 7.]])": "One bias for each column: so `+` would spread them, "
            "from the last axis. The layer goes by channels.",
        },
        because="7 belongs to the second filter, and is added at each of its pixels.",
        read="What is added, and where",
    ),
    Prediction(
        name="count-with-groups",
        question="6 channels in, 12 out, three groups. How many biases?",
        code="nn.Conv2d(6, 12, 3, groups=3).bias.shape",
        choices={
            "torch.Size([12])": None,
            "torch.Size([6])": "One for each channel that comes in, you thought. But the bias is "
            "added at the end, when those have been summed up.",
            "torch.Size([3])": "One for each group, as if a group were a layer with one bias. Each "
            "*filter* has its own, and there are 12.",
            "torch.Size([12, 2])": "A bias for each channel that a filter sees. It sums over those "
            "first, and a sum needs one bias.",
        },
        because="There is one bias a filter; groups change what a filter sees, not how many "
        "there are.",
        read="What is added, and where",
    ),
    Prediction(
        name="bias-is-five",
        question="Somebody wants biases of 5, and writes `bias=5`. How many are there, and are all "
        "of them 5?",
        setup="torch.manual_seed(0)\nlayer = nn.Conv2d(3, 2, 1, bias=5)",
        code="layer.bias.shape, bool((layer.bias == 5).all())",
        choices={
            "(torch.Size([2]), False)": None,
            "(torch.Size([2]), True)": "Two biases, that is right. But 5 is taken for a yes, as "
            "`True` is: their values are random, as always.",
            "(torch.Size([5]), False)": "You read 5 as a count. It is read as a yes or a no; the "
            "count comes from the 2 filters.",
            "(torch.Size([1]), True)": "You expect one bias of 5 for the whole layer. There is one "
            "for each filter, and 5 only says that there shall be some.",
        },
        because="`bias` answers *whether*, never *how much*, and any number but 0 is a yes.",
        read="What is added, and where",
    ),
    Prediction(
        name="plus-a-bias",
        question="Two channels of zeros, and two biases, added with `+`. What is in channel 0?",
        setup="y = torch.zeros(1, 2, 2, 2)",
        code="(y + torch.tensor([5.0, 7.0]))[0, 0]",
        choices={
            "tensor([[5., 7.], [5., 7.]])": None,
            "tensor([[5., 5.], [5., 5.]])": "That is what the layer does. `+` lines shapes up from "
            "the last axis, so it spread 5 and 7 over the columns.",
            "tensor([[5., 5.], [7., 7.]])": "One bias a row. `+` begins even further back, at the "
            "columns.",
            "RuntimeError": "With three columns it would be an error. Here there are as many "
            "columns as channels, and the mistake goes through.",
        },
        because="The last axis is the width; and where it equals C, nobody is warned.",
        read="By hand, and not at all",
    ),
    Prediction(
        name="the-mean-goes",
        question="A channel of three numbers, 1, 2 and 6, with a bias of 5. Then the mean goes.",
        setup="y = torch.tensor([1.0, 2.0, 6.0]) + 5",
        code="y - y.mean()",
        choices={
            "tensor([-2., -1., 3.])": None,
            "tensor([3., 4., 8.])": "This is 1, 2 and 6 without their mean, 3, and 5 still there. "
            "But the bias has raised the mean as well.",
            "tensor([-7., -6., -2.])": "You took the bias away twice: the mean that goes is 8, "
            "from numbers that are 6, 7 and 11.",
            "tensor([1., 2., 6.])": "The bias is gone, that much is right. But 3, the mean of the "
            "three numbers, goes with it.",
        },
        because="A bias of 5 raises each number and the mean alike: it leaves no trace.",
        read="By hand, and not at all",
    ),
)


def check_count_parameters(count_parameters: Any, torch: Any) -> None:
    for cin, cout, k, bias in ((3, 8, 5, True), (3, 8, 5, False), (2, 3, 4, True), (1, 1, 1, True)):
        weights = cout * cin * k * k
        layer = torch.nn.Conv2d(cin, cout, k, bias=bias)
        want = sum(part.numel() for part in layer.parameters())
        got = count_parameters(cin, cout, k, bias)
        if type(got) is int and got != want:
            if not bias and got == weights + cout:
                refuse(
                    "Right for `bias=True`. This layer was made with `bias=False`, and then its "
                    "bias is None: there is nothing to count."
                )
            refuse_count(got - weights, cin)
        expect_same(got, want)


def refuse_count(added: int, cin: int) -> None:
    """Say which things were counted for biases."""
    if added == cin:
        refuse(
            "You counted a bias for each channel that comes *in*. It is added to the finished "
            "sums, one for each channel that comes out."
        )
    if added == 1:
        refuse("That is a single bias for the whole layer. Each filter has its own.")


def check_add_bias(add_bias: Any, torch: Any) -> None:
    square = torch.arange(27.0).reshape(1, 3, 3, 3)
    oblong = torch.arange(48.0).reshape(2, 3, 2, 4)
    for y in (square, oblong):
        b = torch.tensor([100.0, -5.0, 7.0])
        got = add_bias(y, b)
        expect_tensor(got)
        if y is square and got.tolist() == (y + b).tolist():
            refuse(
                "`y + b` begins at the last axis, so each *column* got a bias. It ran only because "
                "these images are as wide as they are deep."
            )
        if y is square and got.tolist() == (y + b.reshape(3, 1)).tolist():
            refuse(
                "Nearly: each *row* got a bias now. The channels are one axis further to the front."
            )
        expect_same(got, y + b.reshape(3, 1, 1))


def check_find_bias(find_bias: Any, torch: Any) -> None:
    nn = torch.nn
    with_bias, bare, wide = nn.Conv2d(2, 3, 2), nn.Conv2d(3, 2, 1, bias=False), nn.Conv2d(4, 4, 3)
    with_bias.weight = nn.Parameter(torch.arange(24.0).reshape(3, 2, 2, 2))
    with_bias.bias = nn.Parameter(torch.tensor([4.0, -1.0, 0.5]))
    bare.weight = nn.Parameter(torch.ones(2, 3, 1, 1))
    wide.bias = nn.Parameter(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    for layer, cin, k, want in (
        (with_bias, 2, 2, [4.0, -1.0, 0.5]),
        (bare, 3, 1, [0.0, 0.0]),
        (wide, 4, 3, [1.0, 2.0, 3.0, 4.0]),
    ):
        got = find_bias(layer, cin, k)
        if got is None:
            refuse(
                "It returned None. If that was `layer.bias`: a layer made with `bias=False` has "
                "nothing there. But you can still ask it what it adds."
            )
        expect_tensor(got)
        if got.flatten().tolist() == layer(torch.ones(1, cin, k, k)).flatten().tolist():
            refuse(
                "That is what the layer answers to an image of ones: all its weights are in it. "
                "To which image do they add nothing?"
            )
        if got.shape[1:] and got.flatten().tolist() == want:
            refuse(
                f"The numbers are right, but they stand in the shape {tuple(got.shape)}. One axis "
                "is wanted."
            )
        expect_same(got, torch.tensor(want))


EXERCISES = (
    Exercise(
        name="count_parameters",
        level="easy",
        starter='''
def count_parameters(cin, cout, k, bias):
    """All numbers in nn.Conv2d(cin, cout, k, bias=bias)."""
    return cout * cin * k * k + ____
''',
        hints=(
            "How many biases are there, if there are any? And how many, if `bias` is False?",
            "Python can choose in the middle of a sum: `(a if bias else b)`.",
        ),
        solution="""
def count_parameters(cin, cout, k, bias):
    return cout * cin * k * k + (cout if bias else 0)
""",
        wrong=(
            Wrong(
                "def count_parameters(cin, cout, k, bias):\n"
                "    return cout * cin * k * k + (cin if bias else 0)",
                "comes *in*",
            ),
            Wrong(
                "def count_parameters(cin, cout, k, bias):\n    return cout * cin * k * k + bias",
                "a single bias",
            ),
            Wrong(
                "def count_parameters(cin, cout, k, bias):\n    return cout * cin * k * k + cout",
                "nothing to count",
            ),
        ),
        check=check_count_parameters,
    ),
    Exercise(
        name="add_bias",
        level="middle",
        starter='''
def add_bias(y, b):
    """b[0] is added to all of channel 0, b[1] to all of channel 1, and so on."""
    ...
''',
        hints=(
            (
                "Shapes are lined up from the right: `(N, C, H, W)` and `(C,)`. C must get to its "
                "place."
            ),
            (
                "Two axes of size 1 behind it push C to where the channels are. `reshape` or "
                "`unsqueeze` adds them."
            ),
        ),
        solution="""
def add_bias(y, b):
    return y + b.reshape(-1, 1, 1)
""",
        wrong=(
            Wrong("def add_bias(y, b):\n    return y + b", "each *column*"),
            Wrong("def add_bias(y, b):\n    return y + b.reshape(-1, 1)", "each *row*"),
        ),
        check=check_add_bias,
    ),
    Exercise(
        name="find_bias",
        level="thinking",
        starter="""
def find_bias(layer, cin, k):
    ...
""",
        hints=(
            (
                "Not every layer has a `layer.bias` to read. But every layer answers. With which "
                "image did this lesson begin?"
            ),
            (
                "A black image of `k` by `k` pixels has room for the window once: one number a "
                "filter comes out. `flatten` makes one axis of it."
            ),
        ),
        solution="""
def find_bias(layer, cin, k):
    return layer(torch.zeros(1, cin, k, k)).flatten()
""",
        wrong=(
            Wrong("def find_bias(layer, cin, k):\n    return layer.bias", "It returned None"),
            Wrong(
                "def find_bias(layer, cin, k):\n"
                "    return layer(torch.ones(1, cin, k, k)).flatten()",
                "an image of ones",
            ),
            Wrong(
                "def find_bias(layer, cin, k):\n    return layer(torch.zeros(1, cin, k, k))",
                "One axis is wanted",
            ),
        ),
        check=check_find_bias,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
