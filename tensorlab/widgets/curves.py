"""Curves that grow while a model is trained: cheap to add to, sent in few messages."""

from __future__ import annotations

from array import array
from base64 import b64encode
from collections.abc import Callable, Mapping
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np

from tensorlab.tensor import Tensor
from tensorlab.widgets.traits import WidgetError

MOST_CURVES = 4
MOST_POINTS = 500
# Seconds from message to message; and a message may take this part of the time, no more.
PAUSE, SHARE = 0.125, 0.02

# What sends a message with buffers to the page.
Send = Callable[[dict[str, Any], list[bytes]], object]


class Curve:
    """The numbers that were logged under a name, and the step of each."""

    __slots__ = ("steps", "values", "sent")

    def __init__(self) -> None:
        self.steps = array("I")
        self.values = array("f")
        self.sent = 0


class Curves:
    """Named curves over common steps.

    >>> curves = Curves(lambda content, buffers: None)
    >>> for n in range(3):
    ...     curves.add("train", 1 / (n + 1))
    >>> curves.add("test", 0.5)
    >>> {name: list(curve.steps) for name, curve in curves.all.items()}
    {'train': [1, 2, 3], 'test': [3]}
    """

    def __init__(self, send: Send) -> None:
        self.all: dict[str, Curve] = {}
        self.step = 0
        self._send = send
        self._due = 0.0

    def add(self, name: str, value: Any) -> None:
        """Add a number to the curve of that name: a step begins where it has one already."""
        if type(value) is Tensor and value.numel() == 1:  # first, since it is what is logged most
            value = value.item()
        elif type(value) is not float:
            value = number(value, name)
        curve = self.all.get(name)
        if curve is None:
            curve = self._begin(name)
        steps = curve.steps
        if not self.step or (steps and steps[-1] == self.step):
            self.step += 1
        steps.append(self.step)
        curve.values.append(value)
        if perf_counter() >= self._due:
            self.flush()

    def _begin(self, name: str) -> Curve:
        if not isinstance(name, str):
            raise WidgetError(f"A curve is called by a word, not {name!r}: log(train=…).")
        if len(self.all) == MOST_CURVES:
            raise WidgetError(
                f"{name!r} would be one curve too many: {MOST_CURVES} can be told apart."
            )
        curve = self.all[name] = Curve()
        return curve

    def flush(self) -> None:
        """Send what has not been sent."""
        begun = perf_counter()
        parts, buffers = [], []
        for name, curve in self.all.items():
            if curve.sent < len(curve.steps):
                parts.append({"name": name, "from": curve.sent})
                # Copies: the message is put together later, in another thread.
                buffers += [
                    curve.steps[curve.sent :].tobytes(),
                    curve.values[curve.sent :].tobytes(),
                ]
                curve.sent = len(curve.steps)
        if parts:
            self._send({"curves": parts}, buffers)
        now = perf_counter()
        self._due = now + max(PAUSE, (now - begun) / SHARE)

    def clear(self) -> None:
        """Forget all curves."""
        self.all.clear()
        self.step = 0
        self._due = 0.0

    def state(self) -> dict[str, Any]:
        """All curves as JSON, of each `MOST_POINTS` points at most."""
        return {name: _packed(curve) for name, curve in self.all.items()}


def number(value: Any, name: str) -> float:
    """One number, from a tensor, an array or a number of Python."""
    try:
        if isinstance(value, Tensor) and value.numel() == 1:
            return float(value.item())
        if not isinstance(value, str | bytes | Mapping):
            return float(value)
    except (TypeError, ValueError, RuntimeError):
        pass
    shape = getattr(value, "shape", None)
    if shape:
        raise WidgetError(
            f"{name} has shape {tuple(shape)}: log one number, such as {name}.mean()."
        )
    raise WidgetError(f"{name} is {value!r:.40}: log a number, or a tensor with one number in it.")


def fewer(steps: Any, values: Any, most: int = MOST_POINTS) -> tuple[Any, Any]:
    """Of many points the smallest and the largest of each stretch, and the last one of all.

    >>> fewer(np.arange(6), np.array([0, 9, 1, 2, 8, 3]), most=5)[1].tolist()
    [0, 9, 1, 8, 3]
    """
    count = len(values)
    if count <= most:
        return steps, values
    bounds = np.linspace(0, count - 1, (most - 1) // 2 + 1).astype(np.int64)
    picked = {count - 1}
    with np.errstate(invalid="ignore"):
        for start, end in pairwise(bounds):
            part = values[start:end]
            picked |= {int(start + part.argmin()), int(start + part.argmax())}
    at = sorted(picked)
    return steps[at], values[at]


def _packed(curve: Curve) -> dict[str, Any]:
    steps, values = np.array(curve.steps, "<u4"), np.array(curve.values, "<f4")
    last, count = float(values[-1]), len(values)
    steps, values = fewer(steps, values)
    # Four digits: the rest differs from one processor to another, and is not seen.
    return {
        "count": count,
        "steps": b64encode(steps.tobytes()).decode(),
        "values": b64encode(_short(values).tobytes()).decode(),
        "last": f"{last:.4g}",
    }


def _short(values: Any) -> Any:
    return np.array([float(f"{value:.4g}") for value in values.tolist()], "<f4")
