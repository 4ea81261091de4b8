"""Every operator on many shapes and dtypes; those that do not fit, with torch's words."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest

import tensorlab as torch
from cases.common import Case, state
from tensorlab import dtypes
from tensorlab.widgets import BroadcastLens
from tensorlab.widgets.fitting import OPS
from tensorlab.widgets.traits import WidgetError
from tensorlab.widgets.typed import to_json

SHAPES = ((), (1,), (2,), (3,), (2, 3), (3, 2), (1, 3), (2, 1), (2, 2, 3), (2, 1, 3), (3, 3, 2))
BATCHES = ((2, 1, 2, 3), (2, 3, 2), (1, 3, 1), (4,), (4, 1, 3), (2, 2, 2, 2))
DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64")
# Where rounding, signs, and division by zero show.
NUMBERS = (-7, 0, 1, 2.5, -0.5, 3, 100, -1)


def example() -> BroadcastLens:
    return BroadcastLens([[0], [10], [20]], [1, 2, 3, 4], cell=(1, 2))


def cases() -> dict[str, Iterator[Case]]:
    return {
        "shapes": by_shape(),
        "types": by_dtype(),
        "large": large(),
        "strides": strides(),
        "refused": wrong(),
    }


def tensor(shape: tuple[int, ...], dtype: str = "int64", start: int = 0) -> torch.Tensor:
    """Of numbers that tell places, signs and dtypes apart."""
    count = math.prod(shape)
    numbers = [NUMBERS[(start + n) % len(NUMBERS)] for n in range(count)]
    array = np.array(numbers).astype(np.int64 if dtype.startswith(("u", "i")) else np.float64)
    return torch.tensor(array).to(getattr(dtypes, dtype)).reshape(shape)


def whole(widget: BroadcastLens) -> Case:
    """The state, and what the engine makes of it."""
    made: Case = {"state": state(widget)}
    if widget.failure:
        made |= {"failure": widget.failure, "repairs": widget.repairs}
    else:
        out = widget.output
        # JSON has no words for these; null is −∞ in other fixtures.
        numbers = [n if math.isfinite(n) else str(n) for n in out.reshape(-1).tolist()]
        made["output"] = {"dtype": out.dtype.name, "shape": list(out.shape), "numbers": numbers}
    return made


def by_shape() -> Iterator[Case]:
    pairs = [*itertools.product(SHAPES, SHAPES), *itertools.product(BATCHES, BATCHES + SHAPES[1:5])]
    for n, (a, b) in enumerate(pairs):
        for op in ("-*"[n % 2], "@"):
            yield whole(BroadcastLens(tensor(a, "int64", n), tensor(b, "int64", n + 1), op))


def by_dtype() -> Iterator[Case]:
    for n, (a, b, op) in enumerate(itertools.product(DTYPES, DTYPES, OPS)):
        if n % 5 and {a, b} & {"int16", "int32", "float64"}:
            continue
        few = (3, 2) if op == "@" else (2, 1)
        start = n % 4
        yield whole(BroadcastLens(tensor((2, 3), a, start), tensor((3,), b, start + 2), op))
        # The engine takes a number with no axes into the other's few bits, even for `/`.
        if n % 9 == 0 and op != "/":
            yield whole(BroadcastLens(tensor((), a, start), tensor(few, b, start + 1), op))
            yield whole(BroadcastLens(tensor((1, 2, 3), a, start), tensor(few, b, start), op))


def large() -> Iterator[Case]:
    for op, x, y in (
        ("**", [2, 3, -3, 10], [62, 50, 41, 18]),
        ("*", [2**40, -(2**45)], [2**30, 2**21]),
        ("+", [2**53 - 1, -(2**53) + 1], [2**53 - 1, -1]),
        ("//", [2**53 - 1, -(2**53) + 1], [10, 7]),
        ("/", [1, 1, -7], [3, 7, 3]),
    ):
        yield whole(BroadcastLens(torch.tensor(x), torch.tensor(y), op))
    for op in OPS[:7]:
        yield whole(BroadcastLens(torch.tensor([0.1, 1.0, -5.3]), torch.tensor([[0.2], [0.1]]), op))


def strides() -> Iterator[Case]:
    for own, full in (
        ((3,), (2, 3)),
        ((1,), (3,)),
        ((3, 1), (3, 4)),
        ((1, 3), (1, 3)),
        ((2, 1, 3), (2, 2, 2, 3)),
        ((1, 1), (2, 1, 5)),
        ((), (2, 1)),
        ((2,), (1, 1, 2)),
    ):
        stride = torch.ones(own).expand(full).stride()
        yield {"own": own, "full": full, "stride": stride}


def wrong() -> Iterator[Case]:
    for op, first, second, wrong in (
        ("*", (50, 1), (30,), {"y": (50,)}),
        ("@", (32, 1, 2), (1, 2, 2), {"y": (1, 2, 64)}),
        ("@", (32, 1, 2), (1, 2, 2), {"x": (600, 1, 2)}),
    ):
        widget = BroadcastLens(torch.ones(first), torch.ones(second), op)
        tensors = {name: torch.ones(shape) for name, shape in wrong.items()}
        with pytest.raises(WidgetError) as caught:
            widget.change(**tensors)
        proposed = {name: to_json(value, widget) for name, value in tensors.items()}
        yield {"state": {**state(widget), **proposed}, "problem": str(caught.value)}
