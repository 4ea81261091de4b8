"""What PickLens takes, and how it travels to the page: tensors that keep their dtype, masks."""

from __future__ import annotations

import keyword
from typing import Any

import numpy as np
import traitlets

import tensorlab as torch
from tensorlab.dtypes import dtype as DType
from tensorlab.tensor import Tensor
from tensorlab.widgets import picks
from tensorlab.widgets.traits import MOST_CELLS, WidgetError, numbers, refuse_bfloat16


class Names(traitlets.TraitType[Any, Any]):
    """What the tensors are called, in order; nothing where they have the usual names."""

    def __init__(self) -> None:
        super().__init__(())
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> tuple[str, ...]:
        return names_of(value)


class Tensors(traitlets.TraitType[Any, Any]):
    """Up to 4 tensors; in JSON, each with its dtype and its numbers as nested lists."""

    def __init__(self) -> None:
        super().__init__([[0]])
        self.tag(
            sync=True,
            to_json=lambda value, _: [{"dtype": _dtype(x), "values": x.tolist()} for x in value],
            from_json=lambda value, _: value,
        )

    def validate(self, obj: Any, value: Any) -> Any:
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= picks.MOST_TENSORS:
            raise WidgetError(
                f"tensors are no list of 1 to {picks.MOST_TENSORS}: give as many, or join some "
                "of them first."
            )
        names = picks.called({"op": obj.op, "names": obj.names, "tensors": value})
        return [_tensor(x, name) for x, name in zip(value, names, strict=False)]


class Mask(traitlets.TraitType[Any, Any]):
    """A tensor of bool, or None where a comparison makes it; in JSON, nested lists."""

    def __init__(self) -> None:
        super().__init__(None, allow_none=True)
        self.tag(
            sync=True,
            to_json=lambda value, _: None if value is None else value.tolist(),
            from_json=lambda value, _: value,
        )

    def validate(self, obj: Any, value: Any) -> Any:
        return None if value is None else _flags(value, str(obj.op))


class Place(traitlets.TraitType[Any, Any]):
    """An index of the output: as many whole numbers as it has dimensions, or fewer."""

    def __init__(self) -> None:
        super().__init__(())
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> Any:
        try:
            place = tuple(int(at) for at in value)
        except (TypeError, ValueError):
            place = (-1,)
        if min(place, default=0) < 0:
            raise WidgetError(
                f"cell is {value!r}: give an index of the output, each number from 0 on."
            )
        return place


def size(shape: Any) -> str:
    """A shape in words.

    >>> size((2, 3)), size(())
    ('2 × 3', 'a number')
    """
    return " × ".join(map(str, shape)) or "a number"


def _tensor(value: Any, name: str) -> Tensor:
    """A copy of what is given, of up to 3 dimensions; its dtype stays."""
    if isinstance(value, dict):
        value = _from_json(value)
    if hasattr(value, "detach"):
        value = value.detach()
    refuse_bfloat16(value, name)
    checked = numbers(value, name)  # says what is wrong with it
    if checked.ndim > 3:
        raise WidgetError(
            f"{name} has {checked.ndim} dimensions: give 3 at most, such as "
            f"{name}[{', '.join('0' * (checked.ndim - 3))}]."
        )
    if checked.numel() > MOST_CELLS:
        side = int(MOST_CELLS ** (1 / checked.ndim) / 2)
        part = ", ".join([f":{side}"] * checked.ndim)
        raise WidgetError(
            f"{name} has {checked.numel():,} cells ({size(checked.shape)}), more than can be read: "
            f"give a part of it, such as {name}[{part}]."
        )
    if isinstance(value, np.ndarray | np.generic):
        try:
            return torch.tensor(np.array(value))
        except TypeError:
            raise WidgetError(
                f"{name} is of numpy's {value.dtype}, which no tensor has: give "
                f"{name}.astype(float)."
            ) from None
    return value.clone() if isinstance(value, Tensor) else torch.tensor(np.asarray(value).tolist())


def _from_json(value: dict[str, Any]) -> Tensor:
    dtype = getattr(torch, str(value.get("dtype")), None)
    if not isinstance(dtype, DType):
        raise WidgetError(f"{value.get('dtype')!r} is no dtype: give one of torch's.")
    return torch.tensor(value.get("values"), dtype=dtype)


def _flags(value: Any, op: str) -> Tensor:
    """A copy of a mask; in torch's words where it is none."""
    name = "condition" if op == "where" else "mask"
    x = _tensor(value, name)
    if _dtype(x) == "bool":
        return x
    kind = {"float32": "Float", "float64": "Double", "int64": "Long", "int32": "Int"}
    dtype = _dtype(x)
    words = f"{name} is of {dtype}, a mask of bool"
    if op == "where":
        words = (
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{kind.get(dtype, dtype)}"
        )
    raise WidgetError(f"{words}. Compare, as in {name} != 0.")


def names_of(given: Any) -> tuple[str, ...]:
    """What the tensors are to be called, each a name as in code."""
    if not isinstance(given, (str, list, tuple)):
        raise WidgetError(f"names is {given!r}: give a name for each tensor, as in code.")
    names = (given,) if isinstance(given, str) else tuple(given)
    for name in names:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            raise WidgetError(f"{name!r} is no name of a tensor: give one as in code, such as x.")
    return names


def _dtype(x: Tensor) -> str:
    return str(x.dtype).removeprefix("torch.")
