"""A tensor as it is: any shape up to 4 dimensions, any real type, and its way to the page."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import traitlets

import tensorlab
from tensorlab import dtypes
from tensorlab.tensor import Tensor
from tensorlab.widgets.traits import MOST_CELLS, WidgetError, refuse_bfloat16

MOST_DIMENSIONS = 4


def whole(value: Any, name: str = "x") -> Tensor:
    """`value` as a tensor of its own, of its own type, small enough to show.

    >>> whole([True, False]).dtype, whole(torch.arange(3)).dtype
    (torch.bool, torch.int64)
    >>> whole(torch.zeros(1, 1, 1, 1, 2))
    Traceback (most recent call last):
    tensorlab.widgets.traits.WidgetError: x has 5 dimensions: give 4 at most, such as x[0].
    """
    if hasattr(value, "detach"):
        value = value.detach()
    refuse_bfloat16(value, name)
    try:
        array = np.asarray(value)
        tensor = tensorlab.tensor(array if hasattr(value, "dtype") else value)
    except (TypeError, ValueError, RuntimeError):
        raise WidgetError(
            f"{name} is no table of numbers: give a tensor, or lists of numbers whose rows have "
            "one length."
        ) from None
    if tensor.dtype.category == dtypes.COMPLEX:
        raise WidgetError(f"{name} holds complex numbers: give real ones, such as {name}.real.")
    if tensor.ndim > MOST_DIMENSIONS:
        more = ", ".join(["0"] * (tensor.ndim - MOST_DIMENSIONS))
        raise WidgetError(
            f"{name} has {tensor.ndim} dimensions: give {MOST_DIMENSIONS} at most, such as "
            f"{name}[{more}]."
        )
    if not tensor.numel():
        raise WidgetError(
            f"{name} is empty, its shape is {tuple(tensor.shape)}: give it a number at least."
        )
    if tensor.numel() > MOST_CELLS:
        part = f"{name}[..., :16, :16]" if tensor.ndim > 1 else f"{name}[:64]"
        raise WidgetError(
            f"{name} has {tensor.numel():,} cells, more than can be read: give a part of it, such "
            f"as {part}."
        )
    return tensor


class Whole(traitlets.TraitType[Any, Any]):
    """A tensor of up to 4 dimensions; in JSON its type, its shape and its numbers in a row.

    What JSON has no number for travels as text: nan, inf, and whole numbers above 2^53.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tag(sync=True, to_json=_to_json, from_json=_from_json)

    def validate(self, obj: Any, value: Any) -> Any:
        return whole(value, str(self.name))


def _to_json(value: Any, widget: Any) -> Any:
    numbers = [_plain_number(one) for one in value.flatten().tolist()]
    dtype = str(value.dtype).removeprefix("torch.")
    return {"dtype": dtype, "shape": list(value.shape), "values": numbers}


def _plain_number(value: Any) -> Any:
    plain_here = math.isfinite(value) and (isinstance(value, float) or abs(value) <= 2**53)
    if plain_here:
        return value
    return str(value).replace("nan", "NaN").replace("inf", "Infinity")


def _from_json(value: Any, widget: Any) -> Any:
    dtype = getattr(tensorlab, value["dtype"])
    read_one = int if dtype.category == dtypes.INTEGRAL else float
    numbers = [read_one(one) if isinstance(one, str) else one for one in value["values"]]
    return tensorlab.tensor(numbers, dtype=dtype).reshape(value["shape"])
