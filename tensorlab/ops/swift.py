"""The short way of operations: of plain floats and integers, past all that torch must ask.

Of three numbers, numpy adds in 0.25 us; asking what types meet, how shapes fit and what to say
where they do not takes six times as long. So an operation may have a short way. It takes what needs
no question, such as two tensors of one type, and leaves the rest to the operation itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tensorlab import core, dtypes
from tensorlab.autograd import mode
from tensorlab.core import into_graph, is_recorded, storage_of, wrap
from tensorlab.dialect import ACTIVE
from tensorlab.kernels.quiet import silently

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Operation = Callable[..., Any]
    Edges = Callable[..., tuple[tuple[Any, ...], ...]]

_Operation = TypeVar("_Operation", bound=Callable[..., Any])

NUMBERS, FLOATS = 1, 2  # what `dtype.plain` is at least: int32 and int64, too; floats alone

# What sends a call the long way: no tensor, shapes that do not fit, integers that are too large,
# and RuntimeError where another thread is in `silently`.
_new, _ndarray, _asarray = object.__new__, np.ndarray, np.asarray
_ASIDE = (AttributeError, ValueError, TypeError, OverflowError, RuntimeError)


# From an operation to what makes its short way, given what to fall back on.
_WAYS: dict[Operation, Callable[[Operation], Operation]] = {}

# From an operation to one that changes its input in place, and says whether it has.
_WAYS_IN_PLACE: dict[Operation, Callable[[Any, Any], bool]] = {}


def swift(
    ufunc: np.ufunc, node: str, edges: Edges, least: int = NUMBERS
) -> Callable[[_Operation], _Operation]:
    """Give an operation of two operands a short way, for tensors of one plain type.

    There its result is `ufunc` of the two arrays, and `edges(input, other)` leads back. The types
    are at `least` FLOATS, or NUMBERS.
    """

    def decorate(operation: _Operation) -> _Operation:
        _WAYS[operation] = lambda long: _binary(ufunc, node, edges, least, long)
        _WAYS_IN_PLACE[operation] = _binary_in_place(ufunc, least)
        return operation

    return decorate


def _binary(ufunc: np.ufunc, node: str, edges: Edges, least: int, long: Operation) -> Operation:
    def short(input: Tensor, other: Any) -> Any:
        data = None
        try:
            dtype = input._dtype
            kind = type(other)
            if kind is float or kind is int:
                if dtype.plain >= (FLOATS if kind is float else least):  # 1 + 2.5 is no integer
                    if dtype.plain == FLOATS:
                        other = float(other)  # numpy takes 0.7 us to see that 2 is 2.0
                    data = silently(ufunc, input._data, other)
                    alone = not input._requires_grad and input._base is None
            elif other._dtype is dtype and dtype.plain >= least:
                data = silently(ufunc, input._data, other._data)
                alone = not (
                    input._requires_grad
                    or other._requires_grad
                    or input._base is not None
                    or other._base is not None
                )
        except _ASIDE:
            data = None
        if data is None:
            return long(input, other)
        # As `core.wrap` does, without the call: 0.1 us less.
        out = _new(core._class)
        out._data = data if type(data) is _ndarray else _asarray(data)
        out._dtype = dtype
        out._requires_grad = False
        out._grad = out._storage = out._grad_fn = out._base = out._hooks = None
        if alone or not mode._enabled:
            return out
        if is_recorded(input) or is_recorded(other):
            into_graph(node, out, edges(input, other))
        return out

    return short


def swift_by(way: Callable[[Operation], Operation]) -> Callable[[_Operation], _Operation]:
    """Give an operation the short way that `way` makes, given what to fall back on."""

    def decorate(operation: _Operation) -> _Operation:
        _WAYS[operation] = way
        return operation

    return decorate


def swift_one(function: Callable[[Any], Any]) -> Callable[[_Operation], _Operation]:
    """Give an operation of one tensor a short way, for plain floats outside the graph.

    There its result is `function` of the array.
    """

    def decorate(operation: _Operation) -> _Operation:
        _WAYS[operation] = lambda long: _unary(function, operation, long)
        return operation

    return decorate


def _unary(function: Callable[[Any], Any], operation: Operation, long: Operation) -> Operation:
    def short(input: Tensor) -> Any:
        data, other_way = None, long
        try:
            dtype = input._dtype
            if dtype.plain == FLOATS:
                if mode._enabled and is_recorded(input):
                    other_way = operation
                else:
                    data = silently(function, input._data)
        except _ASIDE:
            data = None
        return other_way(input) if data is None else wrap(data, dtype)

    return short


def swift_question(ufunc: np.ufunc) -> Callable[[_Operation], _Operation]:
    """Give a comparison a short way, for tensors of one plain type, or one and a number."""

    def decorate(operation: _Operation) -> _Operation:
        _WAYS[operation] = lambda long: _question(ufunc, long)
        return operation

    return decorate


def _question(ufunc: np.ufunc, long: Operation) -> Operation:
    def short(input: Tensor, other: Any) -> Any:
        data = None
        try:
            dtype = input._dtype
            kind = type(other)
            if ACTIVE[0].booleans_are_uint8:
                pass
            elif kind is float or kind is int:
                if dtype.plain >= (FLOATS if kind is float else NUMBERS):
                    if dtype.plain == FLOATS:
                        other = float(other)
                    data = silently(ufunc, input._data, other)
            elif other._dtype is dtype and dtype.plain:
                data = silently(ufunc, input._data, other._data)
        except _ASIDE:
            data = None
        return long(input, other) if data is None else wrap(data, dtypes.bool)

    return short


def shortened(operation: Operation, long: Operation) -> Operation | None:
    """The short way of an operation, which falls back on `long`; None where there is none."""
    way = _WAYS.get(operation)
    return None if way is None else way(long)


def _binary_in_place(ufunc: np.ufunc, least: int) -> Callable[[Any, Any], bool]:
    def short(input: Tensor, other: Any) -> bool:
        try:
            dtype = input._dtype
            kind = type(other)
            if kind is float or kind is int:
                if dtype.plain < (FLOATS if kind is float else least):
                    return False
                recorded = mode._enabled and is_recorded(input)
            else:
                if other._dtype is not dtype or dtype.plain < least:
                    return False
                recorded = mode._enabled and (is_recorded(input) or is_recorded(other))
                other = other._data
            data = input._data
            if recorded or 0 in data.strides or (mode._enabled and input._base is not None):
                return False
            silently(ufunc, data, other, data)
        except _ASIDE:
            return False
        storage_of(input).version += 1
        return True

    return short


def shortened_in_place(operation: Operation) -> Callable[[Any, Any], bool] | None:
    """The short way of an operation's in-place form; None where there is none."""
    return _WAYS_IN_PLACE.get(operation)
