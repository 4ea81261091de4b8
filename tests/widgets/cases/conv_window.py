"""Convolutions: every parameter at 1 and beyond, both ways; with groups, and with no bias."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import tensorlab as torch
from cases.common import Case, image, refused, state
from tensorlab import nn
from tensorlab.widgets import ConvWindow


def example() -> ConvWindow:
    return ConvWindow(
        [[1, 0, -1], [2, 0, -2], [1, 0, -1]], torch.arange(25.0).reshape(5, 5), bias=[0.5]
    )


def cases() -> dict[str, Iterator[Case]]:
    return {"right": right(), "refused": wrong()}


def right() -> Iterator[Case]:
    windows = itertools.product([(1, 1), (3, 2), (2, 3)], [1, (2, 3)], [0, (1, 2)], [1, (2, 1)])
    for n, (kernel, stride, padding, dilation) in enumerate(windows):
        groups = (1, 2, 4)[n % 3]
        layer = nn.Conv2d(4, 4, kernel, stride, padding, dilation, groups, bias=n % 2 == 0)
        weight = image(*layer.weight.shape, seed=n)
        bias = image(4, seed=n + 1) if n % 2 == 0 else None
        window = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        widget = ConvWindow(weight, image(4, 6, 7, seed=n + 2), bias=bias, **window)
        yield {"state": state(widget), "output": widget.output.tolist(), "code": widget.code}
    eight = ConvWindow(image(8, 1, 3, 3), image(8, 4, 4, seed=1), groups=8)
    yield {"state": state(eight), "output": eight.output.tolist(), "code": eight.code}


def wrong() -> Iterator[Case]:
    widget = ConvWindow(image(4, 2, 3, 3), image(4, 6, 6), groups=2)
    yield refused(widget, {"groups": 3})
    yield refused(widget, {"weight": image(3, 2, 3, 3)})
    yield refused(widget, {"weight": image(4, 2, 9, 2)})
    yield refused(widget, {"dilation": (1, 4)})
    yield refused(widget, {"padding": (30, 30)})
