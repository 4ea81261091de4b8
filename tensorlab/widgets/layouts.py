"""A tensor and its views as memory and layouts: what MemoryStrip shows, and sends to the page.

A memory is `{"dtype", "values"}`, one run of numbers. A layout says how a tensor lies in it:
`{"name", "code", "memory", "size", "stride", "offset"}`. The first layout is that of x. `code` is
the expression that gives the tensor; without one it was given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

import tensorlab
from tensorlab import dtypes
from tensorlab.core import Array, Storage, alias, storage_of, wrap
from tensorlab.tensor import Tensor
from tensorlab.widgets.expressions import (
    MOST,
    MOST_DIMENSIONS,
    evaluate,
    named,
    too_many_dimensions,
)
from tensorlab.widgets.traits import WidgetError, refuse_bfloat16

Memory = dict[str, Any]
Layout = dict[str, Any]

MOST_VIEWS = 8
# No bfloat16: numpy, and so the page, has no such numbers.
DTYPES = {d.name: d for d in dtypes.ALL if not d.is_complex and d is not dtypes.bfloat16}
# The page counts in float64, which holds every whole number up to here.
_LARGEST = 2**53


class Family:
    """x and its views: tensors by name, those that shared memory before share it here, too.

    >>> x = tensorlab.arange(6).reshape(2, 3)
    >>> family = Family.of(x, ["x.t()", {"y": x.clone()}])
    >>> [(layout["name"], layout["memory"], layout["stride"]) for layout in family.layouts]
    [('x', 0, [3, 1]), ('x.t()', 0, [1, 3]), ('y', 1, [3, 1])]
    """

    def __init__(self) -> None:
        self.tensors: dict[str, Tensor] = {}
        self.codes: dict[str, str] = {}
        # What was copied, by the memory that it was copied from.
        self._copies: dict[Storage, Tensor] = {}

    @classmethod
    def of(cls, x: Any, views: Sequence[Any]) -> Family:
        """From what a student gives: expressions, tensors, or names of either."""
        family = cls()
        family._put("x", family._copied(x, "x"))
        for entry in views:
            if isinstance(entry, str):
                family.add(entry)
            elif isinstance(entry, Mapping):
                for name, view in entry.items():
                    family._give(str(name), view)
            else:
                family._give(family._next_name(), entry)
        return family

    @classmethod
    def read(cls, memory: Sequence[Memory], layouts: Sequence[Layout]) -> Family:
        """From what `memory` and `layouts` say."""
        family = cls()
        bases = [wrap(np.array(one["values"], DTYPES[one["dtype"]].numpy)) for one in memory]
        for layout in layouts:
            tensor = _laid_out(bases[layout["memory"]], layout)
            family._put(layout["name"], tensor, layout["code"])
        return family

    def add(self, text: str) -> None:
        """One more view, by an expression such as `x.t()` or `y = x.t()`."""
        name, code = named(text)
        self._put(name, evaluate(code, self.tensors), code)

    def around(self, x: Any) -> Family:
        """The same views of another x; those that were given as tensors stay as they were."""
        family = Family()
        family._put("x", family._copied(x, "x"))
        for name, tensor in list(self.tensors.items())[1:]:
            code = self.codes[name]
            new = evaluate(code, family.tensors) if code else family._copied(tensor, name)
            family._put(name, new, code)
        return family

    def without(self, name: str) -> Family:
        """The same without one of the views."""
        if name == "x" or name not in self.tensors:
            known = ", ".join(list(self.tensors)[1:]) or "none"
            raise WidgetError(f"{name!r} is no view here; the views are: {known}.")
        family = Family()
        for other, tensor in self.tensors.items():
            if other != name:
                family._put(other, tensor, self.codes[other])
        return family

    @property
    def storages(self) -> list[Storage]:
        """The memories, each once, in the order in which they come."""
        return list(dict.fromkeys(map(storage_of, self.tensors.values())))

    @property
    def memory(self) -> list[Memory]:
        """The numbers of each memory, as JSON."""
        memory = []
        for storage in self.storages:
            values = _flat(storage.array)
            dtype = dtypes.from_numpy(values.dtype)
            assert dtype is not None
            plain = values.astype(np.int64) if dtype is dtypes.bool else values
            memory.append({"dtype": dtype.name, "values": plain.tolist()})
        return memory

    @property
    def layouts(self) -> list[Layout]:
        """How each tensor lies in its memory, as JSON."""
        places = {storage: place for place, storage in enumerate(self.storages)}
        return [
            {
                "name": name,
                "code": self.codes[name],
                "memory": places[storage_of(tensor)],
                "size": list(tensor.shape),
                "stride": list(tensor.stride()),
                "offset": tensor.storage_offset(),
            }
            for name, tensor in self.tensors.items()
        ]

    def _put(self, name: str, tensor: Tensor, code: str = "") -> None:
        if name in self.tensors:
            raise WidgetError(f"{name} is shown already: give another one, or another name.")
        if name == "torch":
            raise WidgetError("torch is the name of the library: give the view another one.")
        if len(self.tensors) > MOST_VIEWS:
            raise WidgetError(
                f"{name} would be view {len(self.tensors)}, and {MOST_VIEWS} can be shown at most: "
                "remove one first."
            )
        self.tensors[name] = tensor
        self.codes[name] = code

    def _give(self, name: str, view: Any) -> None:
        """A view with a name: a tensor, or an expression."""
        if isinstance(view, str):
            self._put(name, evaluate(view, self.tensors), view)
            return
        tensor = self._copied(view, name)
        self._put(name, tensor, name if self._is(tensor, name) else "")

    def _is(self, tensor: Tensor, code: str) -> bool:
        """Whether an expression gives the same tensor, in the same memory if it has any here."""
        try:
            other = evaluate(code, self.tensors)
        except WidgetError:
            return False
        here = [storage_of(one) for one in self.tensors.values()]
        memories = [storage_of(one) for one in (tensor, other)]
        shared = memories[0] is memories[1] or not any(one in here for one in memories)
        return shared and _described(tensor) == _described(other)

    def _next_name(self) -> str:
        letters = "abcdefghijklmnopqrstuvwyz"
        return next(letter for letter in letters if letter not in self.tensors)

    def _copied(self, value: Any, name: str) -> Tensor:
        """A tensor as it lies in its memory, on a copy of that memory."""
        tensor = _tensor(value, name)
        if storage_of(tensor).array.dtype != tensor.numpy().dtype:
            # The same bytes read as another type: what is shown has one type a memory.
            tensor = tensor.clone()
        storage = storage_of(tensor)
        if storage not in self._copies:
            self._copies[storage] = wrap(_room(storage, name).copy())
        layout = {
            "size": tensor.shape,
            "stride": tensor.stride(),
            "offset": tensor.storage_offset(),
        }
        return _laid_out(self._copies[storage], layout)


def elements(layout: Layout, cell: int) -> list[tuple[int, ...]]:
    """The indices of a layout that lie in a cell of its memory.

    >>> elements({"size": [2, 3], "stride": [0, 1], "offset": 1}, 2)
    [(0, 1), (1, 1)]
    """
    indices = product(*map(range, layout["size"]))
    return [index for index in indices if offset_of(layout, index) == cell]


def offset_of(layout: Layout, index: Sequence[int]) -> int:
    """Where an element lies: its index times the stride, for each axis, from the layout's offset.

    >>> offset_of({"stride": [3, 1], "offset": 2}, (1, 2))
    7
    """
    stride: list[int] = layout["stride"]
    return int(layout["offset"]) + sum(i * step for i, step in zip(index, stride, strict=True))


def kind(layouts: Sequence[Layout], layout: Layout) -> str:
    """Whether it shares memory: "view" of x, "copy", or "view of y", where y is a copy."""
    if layout["memory"] == layouts[0]["memory"]:
        return "view"
    first = next(one for one in layouts if one["memory"] == layout["memory"])
    return "copy" if first["name"] == layout["name"] else f"view of {first['name']}"


def problem(memory: Any, layouts: Any) -> str:
    """What is wrong with memory and layouts as JSON, and what to do; empty where they fit."""
    try:
        names = [layout["name"] for layout in layouts]
        if names[0] != "x" or len(set(names)) < len(names) or len(names) > MOST_VIEWS + 1:
            return (
                f"The layouts are of x and up to {MOST_VIEWS} views, each with a name of its own."
            )
        for one in memory:
            if len(one["values"]) > MOST:
                return f"A memory has {MOST:,} cells at most."
            values = np.array(one["values"], DTYPES[one["dtype"]].numpy)
            if not np.isfinite(values).all():
                return "A number that is not finite cannot be shown: change it."
        for layout in layouts:
            size, stride = layout["size"], layout["stride"]
            last = offset_of(layout, [n - 1 for n in size])
            inside = min([layout["offset"], layout["memory"], *stride, *(n - 1 for n in size)]) >= 0
            if not inside or last >= len(memory[layout["memory"]]["values"]):
                return f"{layout['name']} reaches out of its memory."
            if math.prod(size) > MOST or len(size) > MOST_DIMENSIONS:
                return f"{layout['name']} has more cells or dimensions than can be shown."
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError):
        return "memory and layouts are what the page sends: set x instead, or call add()."
    return ""


def _tensor(value: Any, name: str) -> Tensor:
    """`value` as a tensor that can be shown, in the memory that it has. Raises WidgetError."""
    if isinstance(value, Tensor):
        tensor = value.detach()
    else:
        try:
            tensor = tensorlab.as_tensor(value.detach() if hasattr(value, "detach") else value)
        except (TypeError, ValueError, RuntimeError):
            raise WidgetError(
                f"{name} is no table of numbers: give a tensor, or nested lists of equal length."
            ) from None
    if tensor.dtype.is_complex:
        raise WidgetError(f"{name} holds complex numbers: give real ones, such as {name}.real.")
    refuse_bfloat16(tensor, name)
    if not tensor.numel():
        raise WidgetError(
            f"{name} is empty, its shape is {tuple(tensor.shape)}: give it a number at least."
        )
    if tensor.ndim > MOST_DIMENSIONS:
        raise WidgetError(f"{name} {too_many_dimensions(tensor.ndim)}")
    if tensor.numel() > MOST:
        raise WidgetError(
            f"{name} has {tensor.numel():,} cells, more than the {MOST:,} that fit here: "
            f"{_part(tensor, name)}."
        )
    return tensor


def _room(storage: Storage, name: str) -> Array:
    """The numbers of a memory, in the order in which they lie. Raises WidgetError."""
    flat = _flat(storage.array)
    if flat.size > MOST:
        raise WidgetError(
            f"The memory of {name} has {flat.size:,} cells, more than the {MOST:,} that fit here, "
            f"however few of them {name} shows: give a copy, {name}.clone()."
        )
    if not np.isfinite(flat).all():
        raise WidgetError(
            f"The memory of {name} holds {flat[~np.isfinite(flat)][0]}, which has no place here: "
            "put a finite number there."
        )
    if flat.dtype.kind == "i" and np.abs(flat.astype(np.float64)).max() > _LARGEST:
        raise WidgetError(
            f"The memory of {name} holds a number beyond 2**53, which the page cannot count to: "
            "give smaller ones."
        )
    return flat


def _part(tensor: Tensor, name: str) -> str:
    slices = ("", ":64", ":8, :8", ":4, :8, :8", ":2, :4, :8, :8")[tensor.ndim]
    return f"give a copy of a part, such as {name}[{slices}].clone()"


def _flat(array: Array) -> Array:
    """All that lies between an array's first element and its last."""
    steps = [step // array.itemsize for step in array.strides]
    count = 1 + sum((n - 1) * step for n, step in zip(array.shape, steps, strict=True))
    return np.lib.stride_tricks.as_strided(array, (count,), (array.itemsize,))


def _laid_out(base: Tensor, layout: Mapping[str, Any]) -> Tensor:
    """The tensor that lies so in the memory of `base`."""
    return alias(base, base.as_strided(layout["size"], layout["stride"], layout["offset"])._data)


def _described(tensor: Tensor) -> tuple[Any, ...]:
    layout = (tensor.dtype, tensor.shape, tensor.stride(), tensor.storage_offset())
    return (*layout, tensor.tolist())
