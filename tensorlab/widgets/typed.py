"""Tensors that keep their dtype on the way to the page and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

import tensorlab
from tensorlab import dtypes
from tensorlab.tensor import Tensor
from tensorlab.widgets.traits import MOST_CELLS, WidgetError

MOST_AXES = 4
# Those that a page computes as the engine does.
COUNTED = ("bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64")
# A page holds a whole number exactly up to here.
MOST_WHOLE = 2**53 - 1


def typed(value: Any, name: str) -> Tensor:
    """A copy of a tensor with its dtype; or a tensor from an array, a number or nested lists.

    >>> typed([[1], [2]], "x")
    tensor([[1],
            [2]])
    """
    if isinstance(value, dict) and {"dtype", "numbers", "shape"} <= value.keys():  # from the page
        dtype = getattr(dtypes, value["dtype"])
        return tensorlab.tensor(value["numbers"], dtype=dtype).reshape(value["shape"])
    if not isinstance(value, Tensor) and hasattr(value, "detach"):
        value = value.detach().numpy()
    try:
        made = value.detach() if isinstance(value, Tensor) else tensorlab.tensor(value)
    except (TypeError, ValueError, RuntimeError):
        raise WidgetError(
            f"{name} is no tensor, and none can be made of it: give numbers, in lists of equal "
            "length."
        ) from None
    if made.dtype.name not in COUNTED:
        part = ".real" if made.dtype.is_complex else ".float()"
        raise WidgetError(f"{name} is {made.dtype.name}, which is not shown: give {name}{part}.")
    if made.ndim > MOST_AXES:
        raise WidgetError(
            f"{name} has {made.ndim} dimensions: give {MOST_AXES} at most, such as {name}[0]."
        )
    if not 0 < made.numel() <= MOST_CELLS:
        raise WidgetError(
            f"{name} has {made.numel():,} numbers: give 1 to {MOST_CELLS:,}, such as "
            f"{name}[..., :3]."
        )
    array = made.numpy()
    unfit = ~np.isfinite(array)
    if array.dtype.kind != "f":
        unfit |= np.abs(array.astype(np.float64)) > MOST_WHOLE
    wrong = np.argwhere(unfit).tolist()
    if len(wrong):
        place = f"[{', '.join(map(str, wrong[0]))}]" if made.ndim else ""
        raise WidgetError(
            f"{name}{place} is {array[tuple(wrong[0])]}, which cannot be shown exactly: put a "
            "smaller number there."
        )
    return made.contiguous().clone()


class Typed(traitlets.TraitType[Any, Any]):
    """A tensor; in JSON its dtype, its shape and its numbers, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.tag(sync=True, to_json=to_json, from_json=lambda value, widget: value)

    def validate(self, obj: Any, value: Any) -> Tensor:
        return typed(value, str(self.name))


class Place(traitlets.TraitType[Any, Any]):
    """The index of a cell of the result, of as many axes as it has."""

    def __init__(self) -> None:
        super().__init__(())
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> tuple[int, ...]:
        try:
            cell = tuple(int(n) for n in value)
        except (TypeError, ValueError):
            cell = (-1,)
        if len(cell) > MOST_AXES or min(cell, default=0) < 0:
            raise WidgetError(
                f"{self.name} is {value!r}: give an index of the result, such as (0, 1), each "
                "number from 0 on."
            )
        return cell


def kind(x: Tensor) -> str:
    """Shape and dtype: (2, 3) int64."""
    return f"{tuple(x.shape)} {x.dtype.name}"


def to_json(value: Tensor | None, widget: Any) -> Any:
    """The tensor as the page has it; False and True as 0 and 1."""
    if value is None:
        return None
    numbers = value.reshape(-1)
    whole = numbers.long() if value.dtype is dtypes.bool else numbers
    return {"dtype": value.dtype.name, "shape": list(value.shape), "numbers": whole.tolist()}
