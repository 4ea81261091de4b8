"""Poolings, of the largest and of the mean; the places of the winners too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import tensorlab as torch
from cases.common import Case, image, refused, state
from tensorlab import nn
from tensorlab.widgets import PoolWindow


def example() -> PoolWindow:
    return PoolWindow(nn.MaxPool2d(2, stride=1, padding=1), torch.arange(25.0).reshape(5, 5))


def cases() -> dict[str, Iterator[Case]]:
    return {"right": right(), "refused": wrong()}


def right() -> Iterator[Case]:
    windows = itertools.product([2, (3, 2)], [1, (2, 3)], [0, 1], [False, True])
    for n, (kernel, stride, padding, ceil) in enumerate(windows):
        layers: list[nn.Module] = [
            nn.MaxPool2d(kernel, stride, padding, dilation=1 + n % 2, ceil_mode=ceil),
            nn.AvgPool2d(kernel, stride, padding, ceil_mode=ceil, count_include_pad=n % 3 > 0),
        ]
        for layer in layers:
            widget = PoolWindow(layer, image(2, 5, 6, seed=n))
            indices = None if widget.indices is None else widget.indices.tolist()
            output = {"output": widget.output.tolist(), "indices": indices}
            yield {"state": state(widget), **output, "code": widget.code}


def wrong() -> Iterator[Case]:
    widget = PoolWindow(nn.MaxPool2d(2), image(2, 5, 6))
    yield refused(widget, {"padding": (1, 2)})
    yield refused(widget, {"kernel": (2, 7)})
    yield refused(widget, {"dilation": (5, 1)})
