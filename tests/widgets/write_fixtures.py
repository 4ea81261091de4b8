"""What the engine computes, for the page to compute too: `python tests/widgets/write_fixtures.py`.

A widget's own cases are a function here; node's tests read what it gives.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import tensorlab as torch
from tensorlab import nn
from tensorlab.widgets import ConvWindow, PoolWindow, traits

FILE = Path(__file__).parent / "fixtures.json"
Case = dict[str, Any]


def image(*shape: int, seed: int = 0) -> torch.Tensor:
    """Numbers of float32, some of them equal, so that there are ties."""
    return torch.tensor(np.random.RandomState(seed).randint(-8, 9, shape) / 4, dtype=torch.float32)


def state(widget: Any) -> Case:
    """What the page knows of a widget."""
    return {k: v for k, v in widget._state().items() if k not in ("_kind", "cell")}


def convolutions() -> Iterator[Case]:
    """Every parameter at 1 and beyond, in height and in width; with groups, and with no bias."""
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


def poolings() -> Iterator[Case]:
    """The same for pooling; the places of the winners too."""
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


def refusals() -> Iterator[Case]:
    """What makes no sense, with the sentence that says so."""
    conv = ConvWindow(image(4, 2, 3, 3), image(4, 6, 6), groups=2)
    for wrong in (
        {"groups": 3},
        {"weight": image(3, 2, 3, 3)},
        {"weight": image(4, 2, 9, 2)},
        {"dilation": (1, 4)},
        {"padding": (30, 30)},
    ):
        yield {"kind": "conv", "state": state(conv), **refused(conv, wrong)}
    pool = PoolWindow(nn.MaxPool2d(2), image(2, 5, 6))
    for wrong in (
        {"padding": (1, 2)},
        {"kernel": (2, 7)},
        {"dilation": (5, 1)},
    ):
        yield {"kind": "pool", "state": state(pool), **refused(pool, wrong)}


def refused(widget: Any, wrong: Case) -> Case:
    try:
        widget.change(**wrong)
    except traits.WidgetError as error:
        plain = {
            name: getattr(value, "tolist", lambda v=value: v)() for name, value in wrong.items()
        }
        return {"wrong": plain, "problem": str(error)}
    raise AssertionError(f"{wrong} was taken")


def fixtures() -> str:
    """All cases as JSON, one a line."""
    kinds = {"conv": convolutions(), "pool": poolings(), "refusals": refusals()}
    parts = []
    for kind, cases in kinds.items():
        lines = ",\n".join(json.dumps(case, ensure_ascii=False, allow_nan=True) for case in cases)
        parts.append(f'"{kind}": [\n{lines}\n]')
    text = ",\n".join(parts)
    # JSON has no −∞: what is nothing but padding is written as null.
    return "{\n" + text.replace("-Infinity", "null") + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(fixtures(), encoding="utf-8")
