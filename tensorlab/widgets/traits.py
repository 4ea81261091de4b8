"""What a widget takes, and how it travels to the page: tensors, pairs of whole numbers, words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

import tensorlab
from tensorlab import dtypes
from tensorlab.tensor import Tensor

# More cells than these cannot be told apart on a screen.
MOST_CELLS = 2048
MOST_CHANNELS = 8


class WidgetError(traitlets.TraitError, ValueError):
    """What a widget was given makes no sense; the message says what to do."""


def numbers(value: Any, name: str) -> Tensor:
    """`value` as a float32 tensor of its own: from a tensor, an array, a number or nested lists.

    >>> numbers([[1, 2], [3, 4]], "x")
    tensor([[1., 2.],
            [3., 4.]])
    >>> numbers([[1, 2], [3]], "x")
    Traceback (most recent call last):
    tensorlab.widgets.traits.WidgetError: x is no table of numbers: give every row the same length.
    """
    if hasattr(value, "detach"):
        value = value.detach()
    if getattr(value, "dtype", None) is dtypes.bfloat16:  # which numpy does not know
        value = value.float()
    try:
        array = np.asarray(value)
    except ValueError:
        raise WidgetError(
            f"{name} is no table of numbers: give every row the same length."
        ) from None
    if array.dtype.kind not in "biuf":
        kind = "complex numbers" if array.dtype.kind == "c" else "things that are no numbers"
        raise WidgetError(f"{name} holds {kind}: give real numbers, as a tensor or nested lists.")
    if array.size == 0:
        raise WidgetError(
            f"{name} is empty, its shape is {tuple(array.shape)}: give it a number at least."
        )
    array = np.array(array, np.float32)
    wrong = np.argwhere(~np.isfinite(array)).tolist()
    if len(wrong):
        place = ", ".join(map(str, wrong[0]))
        raise WidgetError(
            f"{name}[{place}] is {array[tuple(wrong[0])]}, which cannot be computed with here: "
            "put a finite number there."
        )
    return tensorlab.from_numpy(array)


def refuse_bfloat16(value: Any, name: str) -> None:
    """WidgetError for numbers that numpy, and so the page, does not know."""
    if getattr(value, "dtype", None) is dtypes.bfloat16:
        raise WidgetError(f"{name} is of bfloat16, which is not shown here: give {name}.float().")


def image(value: Any, name: str = "x") -> Tensor:
    """One image as (channels, height, width), from 2, 3 or 4 dimensions; small enough to show.

    >>> image([[1, 2], [3, 4]]).shape
    torch.Size([1, 2, 2])
    """
    x = numbers(value, name)
    if x.ndim == 4:
        if x.shape[0] > 1:
            raise WidgetError(
                f"{name} is a batch of {x.shape[0]} images: give one, such as {name}[0]."
            )
        x = x[0]
    elif x.ndim == 2:
        x = x[None]
    elif x.ndim != 3:
        raise WidgetError(
            f"{name} has {x.ndim} dimension{'s' if x.ndim != 1 else ''}: give an image, "
            "(height, width) or (channels, height, width)."
        )
    channels, height, width = x.shape
    if channels > MOST_CHANNELS:
        raise WidgetError(
            f"{name} has {channels} channels: give {MOST_CHANNELS} at most, such as "
            f"{name}[:{MOST_CHANNELS}]."
        )
    if x.numel() > MOST_CELLS:
        side = 16 if channels > 2 else 24
        raise WidgetError(
            f"{name} has {x.numel():,} cells ({channels} × {height} × {width}), more than can be "
            f"read: give a part of it, such as {name}[..., :{side}, :{side}]."
        )
    return x


def pair(value: Any, name: str, least: int) -> tuple[int, int]:
    """Height and width, from a whole number or two of them.

    >>> pair(3, "kernel", 1), pair((2, 1), "stride", 1)
    ((3, 3), (2, 1))
    """
    both = (
        tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,) * 2
    )
    whole = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in both)
    if len(both) != 2 or not whole or min(both) < least:
        raise WidgetError(
            f"{name} is {value!r}: give a whole number from {least} on, or two of them, for height "
            "and width."
        )
    return int(both[0]), int(both[1])


class Setting(traitlets.TraitType[Any, Any]):
    """A word or a number, which the widget's `_problem` looks at; None too, unlike `Any`."""

    def __init__(self, default: Any) -> None:
        super().__init__(default)
        self.tag(sync=True)


class Flag(traitlets.TraitType[Any, Any]):
    """True or False."""

    def __init__(self, default: bool) -> None:
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> bool:
        if not isinstance(value, (bool, int, np.bool_)) or value not in (0, 1):
            raise WidgetError(f"{self.name} is {value!r}: give True or False.")
        return bool(value)


class Text(traitlets.TraitType[Any, Any]):
    """Text, and one of `choices` where there are any."""

    def __init__(self, default: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(default)
        self.choices = choices
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> str:
        if not isinstance(value, str) or (self.choices and value not in self.choices):
            wanted = " or ".join(map(repr, self.choices)) or "text, in quotes"
            raise WidgetError(f"{self.name} is {value!r}: give {wanted}.")
        return value


class Numbers(traitlets.TraitType[Any, Any]):
    """A tensor; in JSON, nested lists."""

    def __init__(self, convert: Any = numbers, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.convert = convert
        self.tag(sync=True, to_json=_to_lists, from_json=lambda value, widget: value)

    def validate(self, obj: Any, value: Any) -> Any:
        return self.convert(value, str(self.name))


class Pair(traitlets.TraitType[Any, Any]):
    """Height and width, each from `least` on."""

    def __init__(self, default: int, least: int) -> None:
        super().__init__((default, default))
        self.least = least
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> tuple[int, int]:
        return pair(value, str(self.name), self.least)


class Cell(traitlets.TraitType[Any, Any]):
    """The index of an output cell: channel, row, column."""

    def __init__(self) -> None:
        super().__init__((0, 0, 0))
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> tuple[int, ...]:
        try:
            cell = tuple(int(n) for n in value)
        except (TypeError, ValueError):
            cell = ()
        if len(cell) != 3 or min(cell) < 0:
            raise WidgetError(
                f"{self.name} is {value!r}: give (channel, row, column), each from 0 on."
            )
        return cell


def _to_lists(value: Any, widget: Any) -> Any:
    return None if value is None else value.tolist()
