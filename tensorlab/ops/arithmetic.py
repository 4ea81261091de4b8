"""Arithmetic, element by element: add, sub, mul, div, pow, neg and their kin.

Shapes broadcast: they are lined up from the right, and a size of 1 is stretched. Types meet as
`torch.result_type` says. Each operation stands with its gradient: the chain rule, term by term.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.autograd import mode
from tensorlab.core import TensorBase, into_graph, is_recorded, record, wrap
from tensorlab.dialect import rules
from tensorlab.errors import noted
from tensorlab.kernels import elementary
from tensorlab.kernels.quiet import quietly_two
from tensorlab.ops.casting import cast
from tensorlab.ops.joining import cat
from tensorlab.ops.logic import where
from tensorlab.ops.operands import (
    Number,
    binary,
    floating,
    in_place,
    is_number,
    kind_of,
    meeting_type,
    not_implemented,
    number,
    operands,
    quiet,
    require_fit,
    require_tensor,
    stored,
)
from tensorlab.ops.swift import FLOATS, swift, swift_by, swift_one

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Edges = tuple[tuple[Any, ...], ...]

__all__ = [
    "add",
    "addcdiv",
    "addcmul",
    "diff",
    "dist",
    "div",
    "divide",
    "float_power",
    "floor_divide",
    "fmod",
    "mul",
    "multiply",
    "neg",
    "negative",
    "positive",
    "pow",
    "remainder",
    "rsub",
    "sub",
    "subtract",
    "true_divide",
]


def _scaled(operation: str, b: Any, alpha: Number) -> Any:
    """`alpha * b`, in b's type."""
    if type(alpha) is int and alpha == 1:
        return b
    if not is_number(alpha):
        raise TypeError(f"{operation}(): argument 'alpha' must be Number, not {kind_of(alpha)}")
    kind = b.dtype.kind
    if isinstance(alpha, bool) and kind != "b":
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    if kind in "iub" and isinstance(alpha, (float, complex)):
        raise RuntimeError(
            "For integral input tensors, argument alpha must not be a floating point number."
        )
    if kind == "f" and isinstance(alpha, complex):
        raise RuntimeError(
            "For non-complex input tensors, argument alpha must not be a complex number."
        )
    with quiet(all="ignore"):
        return b * np.asarray(alpha).astype(b.dtype)


def _add_edges(input: Any, other: Any) -> Edges:
    return (input, _same), (other, _same)


def _same(g: Tensor) -> Tensor:
    return g


def _negative(g: Tensor) -> Tensor:
    return -g


@swift(np.add, "AddBackward0", _add_edges)
def add(input: Tensor | Number, other: Tensor | Number, *, alpha: Number = 1) -> Tensor:
    """`input + alpha * other`, with broadcasting. Follows `torch.add`.

    >>> torch.add(torch.tensor([1, 2, 3]), torch.tensor([2, 2, 2]))
    tensor([3, 4, 5])
    >>> torch.tensor([1, 2, 3]).add(0.5)
    tensor([1.5000, 2.5000, 3.5000])
    >>> torch.add(torch.tensor([1, 2]), torch.tensor([10, 10]), alpha=3)
    tensor([31, 32])
    """
    a, b = operands("add", input, other)
    b = _scaled("add", b, alpha)
    return record(
        "AddBackward0",
        binary(np.add, a, b),
        (input, lambda g: g),
        (other, lambda g: g if alpha == 1 else g * alpha),
    )


def _sub_edges(input: Any, other: Any) -> Edges:
    return (input, _same), (other, _negative)


@swift(np.subtract, "SubBackward0", _sub_edges)
def sub(input: Tensor | Number, other: Tensor | Number, *, alpha: Number = 1) -> Tensor:
    """`input - alpha * other`, with broadcasting. Follows `torch.sub`.

    >>> torch.tensor([1, 2, 3]) - torch.tensor([2, 2, 2])
    tensor([-1,  0,  1])
    """
    a, b = operands("sub", input, other)
    for x in (input, other):
        if _is_bool(x):
            raise _no_bool_subtraction(_is_bool(input) and _is_bool(other))
    b = _scaled("sub", b, alpha)
    return record(
        "SubBackward0",
        binary(np.subtract, a, b),
        (input, lambda g: g),
        (other, lambda g: -g if alpha == 1 else g * -alpha),
    )


def rsub(input: Tensor, other: Tensor | Number, *, alpha: Number = 1) -> Tensor:
    """`other - alpha * input`. Follows `torch.rsub`.

    >>> 10 - torch.tensor([1, 2])
    tensor([9, 8])
    """
    b, a = operands("rsub", input, other)
    for x in (input, other):
        if _is_bool(x):
            raise _no_bool_subtraction(_is_bool(input) and _is_bool(other))
    b = _scaled("rsub", b, alpha)
    return record(
        "RsubBackward1" if not isinstance(other, TensorBase) else "RsubBackward0",
        binary(np.subtract, a, b),
        (other, lambda g: g),
        (input, lambda g: -g if alpha == 1 else g * -alpha),
    )


def _is_bool(x: object) -> bool:
    return x.dtype is dtypes.bool if isinstance(x, TensorBase) else isinstance(x, bool)


def _no_bool_subtraction(both: bool) -> RuntimeError:
    which = "with two bool tensors" if both else "with a bool tensor"
    repair = (
        "Use the `^` or `logical_xor()` operator instead."
        if both
        else "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
    )
    return noted(
        RuntimeError(f"Subtraction, the `-` operator, {which} is not supported. {repair}"),
        "True and False have no difference. To count with them, convert first: mask.int().",
    )


def _mul_edges(input: Any, other: Any) -> Edges:
    return (input, lambda g: g * other, other), (other, lambda g: g * input, input)


@swift(np.multiply, "MulBackward0", _mul_edges)
def mul(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """The product, element by element (not the matrix product). Follows `torch.mul`.

    >>> torch.tensor([[1, 2, 3]]) * torch.tensor([[2, 2, 2]])
    tensor([[2, 4, 6]])
    >>> torch.tensor([[1, 2, 3]]) * torch.tensor([[2], [3]])
    tensor([[2, 4, 6],
            [3, 6, 9]])
    """
    a, b = operands("mul", input, other)
    return record("MulBackward0", binary(np.multiply, a, b), *_mul_edges(input, other))


def _div_edges(input: Any, other: Any) -> Edges:
    return (
        (input, lambda g: g / other, other),
        (other, lambda g: -g * (input / other) / other, input, other),
    )


@swift(np.divide, "DivBackward0", _div_edges, FLOATS)
def div(
    input: Tensor | Number, other: Tensor | Number, *, rounding_mode: str | None = None
) -> Tensor:
    """The quotient, a float also for integers. Follows `torch.div`.

    `rounding_mode` "floor" or "trunc" rounds it, and keeps integers integers.

    >>> torch.tensor([7, -7]) / 2
    tensor([ 3.5000, -3.5000])
    >>> torch.div(torch.tensor([7, -7]), 2, rounding_mode="floor")
    tensor([ 3, -4])
    """
    if rounding_mode is not None:
        return _rounded_div(input, other, rounding_mode)
    a, b = operands("div", input, other)
    if a.dtype.kind in "iu" and rules().integers_divide_whole:
        return wrap(binary(_truncated_quotient, a, b))
    if a.dtype.kind in "biu":
        dtype = floating(dtypes.int64).numpy
        a, b = a.astype(dtype), b.astype(dtype)
    return record("DivBackward0", binary(np.divide, a, b), *_div_edges(input, other))


def _rounded_div(input: Any, other: Any, rounding_mode: str) -> Tensor:
    if rounding_mode == "floor":
        function = floor_quotient
    elif rounding_mode == "trunc":
        function = _truncated_quotient
    else:
        raise RuntimeError(
            "div expected rounding_mode to be one of None, 'trunc', or 'floor' "
            f"but found '{rounding_mode}'"
        )
    a, b = operands("div", input, other)
    zero = wrap(np.zeros((), a.dtype if a.dtype.kind in "fc" else np.float32))
    return record(
        "DivBackward2",
        binary(function, a, b),
        (input, lambda g: g * zero),
        (other, lambda g: g * zero),
    )


def floor_quotient(a: Any, b: Any) -> Any:
    """a // b rounded down; integers by zero raise, as in torch."""
    if a.dtype.kind in "bc":
        raise not_implemented("div_floor_cpu", dtypes._FROM_NUMPY[a.dtype])
    if a.dtype.kind in "iu":
        _forbid_zero(a, b)
    return np.floor_divide(a, b)


def _truncated_quotient(a: Any, b: Any) -> Any:
    if a.dtype.kind in "biu":
        _forbid_zero(a, b)
        quotient = np.floor_divide(a, b)
        return quotient + ((np.remainder(a, b) != 0) & (quotient < 0)).astype(a.dtype)
    return np.trunc(np.divide(a, b))


def _forbid_zero(a: Any, b: Any) -> None:
    require_fit(a, b)
    if not np.all(b) and 0 not in a.shape + b.shape:
        raise noted(
            RuntimeError("ZeroDivisionError"),
            "Integers have no infinity. Divide floats: x.float(), or avoid the zero.",
        )


def floor_divide(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """The quotient, rounded down; integers stay integers. Follows `torch.floor_divide`.

    >>> torch.tensor([7, -7]) // 2
    tensor([ 3, -4])
    """
    a, b = operands("floor_divide", input, other)
    return record(
        "NotImplemented",
        binary(floor_quotient, a, b),
        (input, _no_slope),
        (other, _no_slope),
    )


def _no_slope(g: Tensor) -> Tensor:
    raise noted(
        RuntimeError("derivative for aten::floor_divide is not implemented"),
        "Rounding is flat with jumps between. Divide with / where a gradient is needed.",
    )


def _remainder(a: Any, b: Any) -> Any:
    if a.dtype.kind != "f":
        return np.remainder(a, b)
    left = np.fmod(a, b)  # whose zero keeps the sign of a, as in torch
    return np.where((left != 0) & ((b < 0) != (left < 0)), left + b, left)


def _require_real(operation: str, a: Any, b: Any) -> None:
    require_fit(a, b)
    if a.dtype.kind == "c":
        raise not_implemented(f"{operation}_cpu", dtypes._FROM_NUMPY[a.dtype])


def remainder(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """What is left over; its sign is that of `other`, as Python's `%`. Follows `torch.remainder`.

    >>> torch.tensor([7, -7]) % 3
    tensor([1, 2])
    """
    a, b = operands("remainder", input, other)
    _require_real("remainder", a, b)
    if a.dtype.kind == "b":
        raise NotImplementedError("\"remainder_cpu\" not implemented for 'Bool'")
    if a.dtype.kind in "iu":
        _forbid_zero(a, b)
    return record(
        "RemainderBackward1" if isinstance(other, TensorBase) else "RemainderBackward0",
        binary(_remainder, a, b),
        (input, lambda g: g),
        (
            other,
            lambda g: -g * div(input, other, rounding_mode="floor"),
            input,
            other,
        ),
    )


def fmod(input: Tensor, other: Tensor | Number) -> Tensor:
    """What is left over; its sign is that of `input`, as C's `fmod`. Follows `torch.fmod`.

    >>> torch.fmod(torch.tensor([7, -7]), 3)
    tensor([ 1, -1])
    """
    a, b = operands("fmod", input, other)
    _require_real("fmod", a, b)
    if a.dtype.kind in "biu":
        _forbid_zero(a, b)
    return record(
        "FmodBackward1" if isinstance(other, TensorBase) else "FmodBackward0",
        binary(np.fmod, a, b),
        (input, lambda g: g),
        (
            other,
            lambda g: -g * div(input, other, rounding_mode="trunc"),
            input,
            other,
        ),
    )


def _swift_power(long: Any) -> Any:
    """The short way of a square."""

    def short(input: Tensor, exponent: Any) -> Any:
        square = type(exponent) is int and exponent == 2
        if not square or not isinstance(input, TensorBase) or input._dtype.plain < FLOATS:
            return long(input, exponent)
        out = wrap(quietly_two(np.multiply, input._data, input._data), input._dtype)
        if mode._enabled and is_recorded(input):
            edge = (input, lambda g: _power_gradient(g, input, exponent), input)
            into_graph("PowBackward0", out, (edge, (exponent, None)))
        return out

    return short


@swift_by(_swift_power)
def pow(input: Tensor | Number, exponent: Tensor | Number) -> Tensor:
    """`input` to the power of `exponent`. Follows `torch.pow`.

    Raises RuntimeError for an integer to a negative power.

    >>> torch.tensor([1., 2., 3.]) ** 2
    tensor([1., 4., 9.])
    >>> 2 ** torch.tensor([0, 1, 2])
    tensor([1, 2, 4])
    """
    a, b = operands("pow", input, exponent)
    scalar = not isinstance(exponent, TensorBase)
    if scalar and a.dtype.kind in "iu":
        stored(exponent, dtypes._FROM_NUMPY[a.dtype])  # raises where it does not fit
    if a.dtype.kind in "iu" and scalar and exponent < 0:  # type: ignore[operator]
        raise noted(
            RuntimeError("Integers to negative integer powers are not allowed."),
            "The result would not be whole. Convert first: x.float().",
        )
    base: Any = input
    out: Tensor = record(
        _pow_node(input, exponent),
        binary(lambda a, b: _power(a, b, exponent), a, b),
        (
            input,
            lambda g: _power_gradient(g, base, exponent),
            input,
            exponent,
        ),
        (exponent, lambda g: _exponent_gradient(g, base, exponent, out), input),
    )
    return out


def _pow_node(input: object, exponent: object) -> str:
    if not isinstance(exponent, TensorBase):
        return "PowBackward0"
    return "PowBackward1" if isinstance(input, TensorBase) else "PowBackward2"


def _power(a: Any, b: Any, exponent: Any) -> Any:
    if a.dtype.kind == "c" and b.ndim == 0 and b == 0.5:
        return np.sqrt(a)
    if a.dtype.kind == "f" and b.ndim == 0:
        if b == 2:
            return a * a
        if b == 0.5:
            return np.sqrt(a)
        if b == 3:
            return a * a * a
        if b == -1:
            return 1 / a
    if a.dtype.kind == "b" and not isinstance(exponent, TensorBase) and b:
        return a.copy()  # to the power of 1
    if a.dtype.kind == "b":
        raise NotImplementedError("\"pow\" not implemented for 'Bool'")
    if a.dtype.kind == "i":
        return _integer_power(a, b)
    if a.dtype.kind == "f" and isinstance(exponent, (int, float)):
        return elementary.power(a, float(exponent))
    if a.dtype == np.float32:  # in double: np.power of float32 is off by up to 4 units
        return np.power(a, b, dtype=np.float64).astype(a.dtype)
    return np.power(a, b)


def _integer_power(a: Any, b: Any) -> Any:
    """Integer powers as C computes them: a negative exponent gives 1, -1 or 0."""
    negative = b < 0
    if not np.any(negative):
        return np.power(a, b)
    tiny = np.where(a == 1, 1, np.where(a == -1, np.where(b % 2, -1, 1), 0)).astype(a.dtype)
    return np.where(negative, tiny, np.power(a, np.where(negative, 0, b).astype(b.dtype)))


def _power_gradient(g: Tensor, base: Tensor, exponent: Any) -> Tensor:
    if not isinstance(exponent, TensorBase):
        return g * 0 if exponent == 0 else g * (pow(base, exponent - 1) * exponent)
    power: Any = exponent
    # x**0 has slope 0, also where x is 0 (0 * inf would be nan).
    slope: Tensor = g * (pow(base, power - 1) * power)
    flat: Tensor = where(power == 0, g * 0, slope)
    return flat


def _exponent_gradient(g: Tensor, base: Any, exponent: Any, out: Tensor) -> Tensor:
    if not isinstance(base, TensorBase):
        base = wrap(number(base, out.dtype))
    # 0**e has slope 0 for e >= 0 (0 * log 0 would be nan).
    if out.is_complex() and not base.is_complex():  # so that a negative one has a logarithm
        base = cast(base, out.dtype)
    zero: Tensor = base == 0
    if not zero._data.any():
        return mul(g, out * base.log())
    slope = out * where(zero, base * 0 + 1, base).log()
    size: Any = exponent.real
    return mul(g, where(zero, where(size >= 0, out * 0, out * -math.inf), slope))


@swift_one(np.negative)
def neg(input: Tensor) -> Tensor:
    """The negative. Follows `torch.neg`.

    >>> -torch.tensor([1, -2])
    tensor([-1,  2])
    """
    require_tensor("neg", "input", 1, input)
    if input.dtype is dtypes.bool:
        raise noted(
            RuntimeError(
                "Negation, the `-` operator, on a bool tensor is not supported. If you are trying "
                "to invert a mask, use the `~` or `logical_not()` operator instead."
            ),
            "~mask turns True into False and False into True.",
        )
    return record("NegBackward0", np.negative(input._data), (input, lambda g: -g))


def positive(input: Tensor) -> Tensor:
    """The tensor itself. Follows `torch.positive`."""
    if input.dtype is dtypes.bool:
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    """`input + value * tensor1 * tensor2`. Follows `torch.addcmul`.

    >>> torch.addcmul(torch.zeros(2), torch.ones(2), torch.ones(2), value=0.5)
    tensor([0.5000, 0.5000])
    """
    for name, position, x in (("tensor1", 2, tensor1), ("tensor2", 3, tensor2)):
        require_tensor("addcmul", name, position, x)
    a, b, c = _met("addcmul", input, tensor1, tensor2, value)
    scaled = b if value == 1 else b * np.asarray(value).astype(b.dtype)
    return record(
        "AddcmulBackward0",
        a + binary(np.multiply, scaled, c),
        (input, lambda g: g),
        (tensor1, lambda g: g * (tensor2 * value), tensor2),
        (tensor2, lambda g: g * (tensor1 * value), tensor1),
    )


def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    """`input + value * tensor1 / tensor2`, of floats. Follows `torch.addcdiv`."""
    for name, position, x in (("tensor1", 2, tensor1), ("tensor2", 3, tensor2)):
        require_tensor("addcdiv", name, position, x)
    if tensor1.dtype.category < dtypes.FLOATING and tensor2.dtype.category < dtypes.FLOATING:
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported, and in a future  release "
            "addcdiv will perform a true division of tensor1 and tensor2. The historic addcdiv "
            "behavior can be implemented as (input + value * torch.trunc(tensor1 / "
            "tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / "
            "tensor2) for float inputs. The future addcdiv behavior is just the latter "
            "implementation: (input + value * tensor1 / tensor2), for all dtypes."
        )
    a, b, c = _met("addcdiv", input, tensor1, tensor2, value)
    scaled = b if value == 1 else b * np.asarray(value).astype(b.dtype)
    return record(
        "AddcdivBackward0",
        a + binary(np.divide, scaled, c),
        (input, lambda g: g),
        (tensor1, lambda g: g * (value / tensor2), tensor2),
        (tensor2, lambda g: -g * (value * tensor1 / (tensor2 * tensor2)), tensor1, tensor2),
    )


def _met(operation: str, input: Any, tensor1: Any, tensor2: Any, value: Number) -> tuple[Any, ...]:
    """Three operands as arrays of the type in which they meet, their shapes known to fit."""
    dtype = meeting_type(input, tensor1, tensor2)
    if dtype.category == dtypes.INTEGRAL and isinstance(value, (float, complex)):
        raise RuntimeError(
            "For integral input tensors, argument alpha must not be a floating point number."
        )
    if dtype is dtypes.bool:
        raise NotImplementedError(f"\"{operation}_cpu_out\" not implemented for 'Bool'")
    arrays = [x._data.astype(dtype.numpy, copy=False) for x in (input, tensor1, tensor2)]
    require_fit(*arrays)
    return tuple(arrays)


def float_power(input: Any, exponent: Any) -> Tensor:
    """`pow`, computed in double precision. Follows `torch.float_power`.

    >>> torch.float_power(torch.tensor([2, 3]), -1)
    tensor([0.5000, 0.3333], dtype=torch.float64)
    """
    both: list[Any] = [input, exponent]
    for i, x in enumerate(both):
        if isinstance(x, TensorBase):
            complex_ = x.dtype.category == dtypes.COMPLEX
            both[i] = cast(x, dtypes.complex128 if complex_ else dtypes.float64)  # type: ignore[arg-type]
    return pow(*both)


def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of the difference. Follows `torch.dist`.

    >>> torch.dist(torch.tensor([3., 0.]), torch.tensor([0., 4.]))
    tensor(5.)
    """
    require_tensor("dist", "other", 2, other)
    out = sub(input, other).norm(p)
    return record("DistBackward0", out._data, (out, lambda g: g))


def diff(
    input: Tensor,
    n: int = 1,
    dim: int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
) -> Tensor:
    """The differences of neighbours along a dimension, taken n times. Follows `torch.diff`.

    What is to `prepend` and to `append` is joined to the input first.

    >>> torch.diff(torch.tensor([1, 4, 9]))
    tensor([3, 5])
    >>> torch.diff(torch.tensor([1, 4, 9]), prepend=torch.tensor([0]))
    tensor([1, 3, 5])
    """
    require_tensor("diff", "input", 1, input)
    if not input._data.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    if not n:
        return record("CopyBackwards", input._data.copy(), (input, lambda g: g))
    pieces = [each for each in (prepend, input, append) if each is not None]
    if len(pieces) > 1:
        input = cat(pieces, dim)
    for _ in range(min(n, input.size(dim))):
        size = input.size(dim)
        later, earlier = input.narrow(dim, 1, size - 1), input.narrow(dim, 0, size - 1)
        input = later ^ earlier if input.dtype is dtypes.bool else sub(later, earlier)
    return input


# ----- a number on the left: 10 - x, 1 / x, 2 ** x ------------------------------------------------


def rdiv(input: Tensor, other: Number) -> Tensor:
    """`other / input`."""
    return mul(input.reciprocal(), other)


def rfloordiv(input: Tensor, other: Number) -> Tensor:
    """`other // input`."""
    return floor_divide(other, input)


def rmod(input: Tensor, other: Number) -> Tensor:
    """`other % input`."""
    return remainder(other, input)


def rpow(input: Tensor, other: Number) -> Tensor:
    """`other ** input`."""
    return pow(other, input)


subtract, multiply, divide, negative = sub, mul, div, neg
true_divide = div

add_ = in_place(add)
sub_ = subtract_ = in_place(sub)
mul_ = multiply_ = in_place(mul)
div_ = divide_ = true_divide_ = in_place(div)
floor_divide_ = in_place(floor_divide)
remainder_ = in_place(remainder)
fmod_ = in_place(fmod)
pow_ = in_place(pow)
neg_ = negative_ = in_place(neg)
addcmul_ = in_place(addcmul)
addcdiv_ = in_place(addcdiv)
