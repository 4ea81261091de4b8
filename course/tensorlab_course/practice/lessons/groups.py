"""What lesson 12, Groups, asks."""

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
        name="two-piles",
        question="4 channels in, 8 out, windows of 3 × 3, and two groups.",
        code="nn.Conv2d(4, 8, 3, groups=2).weight.shape",
        choices={
            "torch.Size([8, 2, 3, 3])": None,
            "torch.Size([4, 2, 3, 3])": "You cut both counts. But `out_channels` says how many "
            "filters there are in all, with groups or without: 8.",
            "torch.Size([8, 4, 3, 3])": "That is the weight without groups. A filter that sees "
            "two channels has no use for weights for four.",
            "torch.Size([2, 4, 2, 3, 3])": "Two small layers, side by side: so it works. "
            "But they are stored as one weight of four axes, filter after filter.",
        },
        because="There are still 8 filters; each sees one pile of 4 / 2 channels.",
        read="A kernel for each channel",
    ),
    Prediction(
        name="six-from-three",
        question="One pixel, channels 1, 10 and 100. Six filters of a single 1 each, three groups.",
        setup="pixel = torch.tensor([1.0, 10.0, 100.0]).reshape(1, 3, 1, 1)",
        code="F.conv2d(pixel, torch.ones(6, 1, 1, 1), groups=3).flatten()",
        choices={
            "tensor([1., 1., 10., 10., 100., 100.])": None,
            "tensor([1., 10., 100., 1., 10., 100.])": "You dealt the filters out like cards, one "
            "to each group in turn. They stay in order: the first two are the first group's.",
            "tensor([1., 10., 100.])": "One for each group. But there are six filters, two for "
            "each group, and each of them makes a channel.",
            "tensor([111., 111., 111., 111., 111., 111.])": "True of filters that see all three "
            "channels. With three groups each sees one.",
        },
        because="Filters 0 and 1 see channel 0, filters 2 and 3 channel 1, filters 4 and 5 "
        "channel 2.",
        read="Who hears whom",
    ),
    Prediction(
        name="four-to-two",
        question="Four channels now, two filters of two 1s each, two groups.",
        setup="pixel = torch.tensor([1.0, 10.0, 100.0, 1000.0]).reshape(1, 4, 1, 1)",
        code="F.conv2d(pixel, torch.ones(2, 2, 1, 1), groups=2).flatten()",
        choices={
            "tensor([11., 1100.])": None,
            "tensor([101., 1010.])": "Every second channel: piles dealt like cards. A pile is of "
            "neighbours: channels 0 and 1, then 2 and 3.",
            "tensor([1111., 1111.])": "Each of these is a sum over all channels. A filter of two "
            "groups sees half of them.",
            "tensor([1., 10., 100., 1000.])": "Nothing is summed here, as if there were four "
            "groups. Within its pile a filter sums as ever.",
        },
        because="A filter sums over its pile, and piles are neighbours.",
        read="Who hears whom",
    ),
    Prediction(
        name="what-it-saves",
        question="64 channels in and out, windows of 3 × 3: 36,864 weights. `numel` counts them.",
        code="nn.Conv2d(64, 64, 3, groups=64).weight.numel()",
        choices={
            "576": None,
            "36864": "The filters are as many as before, but no longer as deep: 1 instead of 64.",
            "9": "That is one kernel for all channels. But each of the 64 has 9 of its own.",
            "2359296": "You multiplied by 64 once more, as if each group had 64 filters of 64 "
            "channels. The layer is cut up, not repeated.",
        },
        because="64 filters, 1 deep, 3 × 3: a 64th of the weights, and of the multiplications.",
        read="A kernel for each channel",
    ),
    Prediction(
        name="three-into-four",
        question="Three channels in, three groups, but four out.",
        code="nn.Conv2d(3, 4, 1, groups=3)",
        choices={
            "ValueError": None,
            "Conv2d(3, 4, kernel_size=(1, 1), stride=(1, 1), groups=3)": "3 goes into 3, so each "
            "group has its channel. But 4 filters cannot be dealt out to 3 groups equally.",
            "Conv2d(3, 3, kernel_size=(1, 1), stride=(1, 1), groups=3)": "You expect it to make "
            "do with what can be divided. PyTorch never drops a channel that you asked for.",
        },
        because="Both counts must divide by groups; 3, 6 or 9 channels could come out.",
        read="What goes wrong",
    ),
)


def check_count_weights(count_weights: Any, torch: Any) -> None:
    cases = ((10, 6, 3, 2), (6, 6, 1, 6), (3, 6, 3, 1), (6, 12, 5, 3))
    for cin, cout, k, groups in cases:
        want = int(torch.nn.Conv2d(cin, cout, k, groups=groups).weight.numel())
        got = count_weights(cin, cout, k, groups)
        if type(got) is int and got == want:
            continue
        if isinstance(got, float) and got == want:
            refuse(
                "The count is right, but it is a float, as `/` gives one. Things are counted in "
                "whole numbers: `//`."
            )
        if got == want * groups:
            refuse(
                f"The layer has {want}. You counted filters that are as deep as the image; each of "
                f"them sees a pile of {cin // groups} channels."
            )
        if isinstance(got, int) and got == cout * groups * k * k:
            refuse(
                f"The layer has {want}. `groups` is how many piles there are. How many channels "
                "lie in one?"
            )
        if isinstance(got, int) and got == cout * (cout // groups) * k * k:
            refuse(
                f"The layer has {want}. `cout` counts the filters. How deep they are depends on "
                "the channels that go in."
            )
        if isinstance(got, int) and got == cout * k * k:
            refuse(
                f"The layer has {want}. A depth of 1 is right where there are as many groups as "
                f"channels; here {cin} channels go into {groups} piles."
            )
        if isinstance(got, int) and got * groups == want:
            refuse(
                f"The layer has {want}. You cut twice. There are as many filters as ever; it is "
                "their depth alone that is cut."
            )
        expect_same(got, want)


def check_scale_channels(scale_channels: Any, torch: Any) -> None:
    square = torch.arange(1.0, 10.0).reshape(1, 3, 1, 3)
    pair = torch.arange(24.0).reshape(2, 3, 2, 2) - 5
    for x in (square, pair):
        factors = torch.tensor([1.0, -2.0, 10.0])
        got = scale_channels(x, factors)
        expect_tensor(got)
        if x is square and got.tolist() == (x * factors).tolist():
            refuse(
                "`x * factors` lines the factors up with the last axis, so you scaled *columns*. "
                "It ran because this image has as many columns as channels."
            )
        if tuple(got.shape) == (x.shape[0], 1, *x.shape[2:]):
            refuse(
                "One channel came out. A filter as deep as the image sums over all channels; give "
                "each channel a group of its own."
            )
        expect_same(got, x * factors.reshape(3, 1, 1))


def check_full_weight(full_weight: Any, torch: Any) -> None:
    for shape, groups in (((4, 2, 1, 1), 2), ((2, 3, 1, 1), 1), ((6, 1, 2, 3), 3)):
        out, depth, high, wide = shape
        w = torch.arange(1.0, out * depth * high * wide + 1).reshape(shape)
        got = full_weight(w, groups)
        expect_tensor(got)
        want = torch.zeros(out, depth * groups, high, wide)
        first = torch.zeros(out, depth * groups, high, wide)
        dealt = torch.zeros(out, depth * groups, high, wide)
        first[:, :depth] = w
        for row in range(out):
            pile = row // (out // groups)
            want[row, pile * depth : (pile + 1) * depth] = w[row]
            dealt[row, pile::groups] = w[row]
        if got.tolist() == want.tolist():
            expect_same(got, want)
            continue
        if got.tolist() == torch.cat([w] * groups, dim=1).tolist():
            refuse(
                "The shape is right, but there is no zero in it: now every filter listens to every "
                "pile. What must its weight be for the channels that it shall not hear?"
            )
        if got.tolist() == first.tolist():
            refuse(
                "Every filter listens to the first pile here. The filters of the second group see "
                "the second pile, and so on: the place in the second axis must move."
            )
        if got.tolist() == dealt.tolist():
            refuse("You dealt the channels out like cards. A pile is of neighbours.")
        expect_same(got, want)


EXERCISES = (
    Exercise(
        name="count_weights",
        level="easy",
        starter='''
def count_weights(cin, cout, k, groups):
    """nn.Conv2d(cin, cout, k, groups=groups).weight.numel(), without a layer."""
    depth = ____
    return cout * depth * k * k
''',
        hints=(
            "The depth of a filter is the number of channels that it sees: those of its pile.",
            "The `cin` channels are cut into `groups` equal piles. `//` divides and stays whole.",
        ),
        solution="""
def count_weights(cin, cout, k, groups):
    depth = cin // groups
    return cout * depth * k * k
""",
        wrong=(
            Wrong(
                "def count_weights(cin, cout, k, groups):\n"
                "    depth = cin\n"
                "    return cout * depth * k * k",
                "as deep as the image",
            ),
            Wrong(
                "def count_weights(cin, cout, k, groups):\n"
                "    depth = groups\n"
                "    return cout * depth * k * k",
                "How many channels lie in one",
            ),
            Wrong(
                "def count_weights(cin, cout, k, groups):\n"
                "    depth = cin / groups\n"
                "    return cout * depth * k * k",
                "it is a float",
            ),
            Wrong(
                "def count_weights(cin, cout, k, groups):\n"
                "    depth = cin // groups\n"
                "    return cout // groups * depth * k * k",
                "You cut twice",
            ),
        ),
        check=check_count_weights,
    ),
    Exercise(
        name="scale_channels",
        level="middle",
        starter='''
def scale_channels(x, factors):
    """Channel 0 times factors[0], channel 1 times factors[1], and so on."""
    ...
''',
        hints=(
            "It is what the layer `each` does above. `F.conv2d` does it without a layer.",
            (
                "The weight holds C filters, 1 deep, 1 × 1: `factors.reshape(-1, 1, 1, 1)`. And "
                "how many groups?"
            ),
        ),
        solution="""
def scale_channels(x, factors):
    return F.conv2d(x, factors.reshape(-1, 1, 1, 1), groups=len(factors))
""",
        wrong=(
            Wrong("def scale_channels(x, factors):\n    return x * factors", "scaled *columns*"),
            Wrong(
                "def scale_channels(x, factors):\n"
                "    return F.conv2d(x, factors.reshape(1, -1, 1, 1))",
                "One channel came out",
            ),
        ),
        check=check_scale_channels,
    ),
    Exercise(
        name="full_weight",
        level="thinking",
        starter="""
def full_weight(w, groups):
    ...
""",
        hints=(
            (
                "Begin with zeros of shape `(out, depth * groups, height, width)`. Then write the "
                "filters of each group to their place."
            ),
            (
                "With `n` filters in a group, group `g` has the filters `w[g * n : (g + 1) * n]`; "
                "their channels stand at `g * depth` to `(g + 1) * depth`."
            ),
        ),
        solution="""
def full_weight(w, groups):
    out, depth, height, width = w.shape
    full = torch.zeros(out, depth * groups, height, width)
    n = out // groups
    for g in range(groups):
        full[g * n : (g + 1) * n, g * depth : (g + 1) * depth] = w[g * n : (g + 1) * n]
    return full
""",
        wrong=(
            Wrong(
                "def full_weight(w, groups):\n    return torch.cat([w] * groups, dim=1)",
                "there is no zero in it",
            ),
            Wrong(
                "def full_weight(w, groups):\n"
                "    out, depth, height, width = w.shape\n"
                "    full = torch.zeros(out, depth * groups, height, width)\n"
                "    full[:, :depth] = w\n"
                "    return full",
                "the first pile here",
            ),
            Wrong(
                "def full_weight(w, groups):\n"
                "    out, depth, height, width = w.shape\n"
                "    full = torch.zeros(out, depth * groups, height, width)\n"
                "    n = out // groups\n"
                "    for g in range(groups):\n"
                "        full[g * n : (g + 1) * n, g::groups] = w[g * n : (g + 1) * n]\n"
                "    return full",
                "like cards",
            ),
        ),
        check=check_full_weight,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
