"""Functions that few lessons meet: lgamma, digamma, erfinv, sinc, xlogy, heaviside, gcd, frexp…"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes, return_types
from tensorlab.core import Array, TensorBase, record, wrap
from tensorlab.kernels import gamma
from tensorlab.ops.logic import where
from tensorlab.ops.operands import (
    binary,
    floating,
    not_implemented,
    operands,
    quiet,
    require_fit,
    require_tensor,
    unary,
)
from tensorlab.ops.pointwise import exp2, log, sgn

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def _floats(operation: str, input: Any, other: Any) -> tuple[Array, Array]:
    """Two operands in the float type in which they meet."""
    a, b = operands(operation, input, other)
    if a.dtype.kind in "biu":
        kind = floating(dtypes.int64).numpy
        a, b = a.astype(kind), b.astype(kind)
    return a, b


# ----- gamma and its kin ------------------------------------------------------------------------


def lgamma(input: Tensor) -> Tensor:
    """The logarithm of |Γ(x)|; Γ(n + 1) is n!. Follows `torch.lgamma`.

    >>> torch.lgamma(torch.tensor([1., 4.]))
    tensor([0.0000, 1.7918])
    """
    return unary("lgamma", "LgammaBackward0", gamma.lgamma, input, lambda g, x: g * digamma(x))


def digamma(input: Tensor) -> Tensor:
    """The slope of `lgamma`. Follows `torch.digamma`.

    >>> torch.digamma(torch.tensor([1.]))
    tensor([-0.5772])
    """
    return unary(
        "digamma", "DigammaBackward0", gamma.digamma, input, lambda g, x: g * polygamma(1, x)
    )


def polygamma(n: Any, input: Any) -> Tensor:
    """The n-th derivative of `digamma`. Follows `torch.polygamma`; as a method, `x.polygamma(n)`.

    >>> torch.polygamma(1, torch.tensor([1.]))
    tensor([1.6449])
    """
    if isinstance(n, TensorBase):
        n, input = input, n
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return unary(
        "polygamma",
        "PolygammaBackward0",
        lambda x: gamma.polygamma(n, x),
        input,
        lambda g, x: g * polygamma(n + 1, x),
    )


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the gamma function of p variables. Follows `torch.mvlgamma`."""
    shifts = wrap(np.arange(1 - p, 1, dtype=np.float64) / 2)
    x = input if input.dtype.category >= dtypes.FLOATING else input.to(dtypes.get_default_dtype())
    total = lgamma(x.unsqueeze(-1) + shifts.to(x.dtype)).sum(-1)
    out = total + p * (p - 1) / 4 * math.log(math.pi)
    return record("MvlgammaBackward0", out._data, (out, lambda g: g))


def erfinv(input: Tensor) -> Tensor:
    """The x whose `erf` is the number. Follows `torch.erfinv`.

    >>> torch.erfinv(torch.tensor([0., 0.5]))
    tensor([0.0000, 0.4769])
    """
    return unary(
        "erfinv",
        "ErfinvBackward0",
        gamma.erfinv,
        input,
        of_result=lambda g, y: g * (y * y).exp() * (math.sqrt(math.pi) / 2),
    )


def i0(input: Tensor) -> Tensor:
    """The modified Bessel function of order 0. Follows `torch.i0`.

    >>> torch.i0(torch.tensor([0., 1.]))
    tensor([1.0000, 1.2661])
    """
    return unary("i0", "I0Backward0", gamma.i0, input, lambda g, x: g * i1(x))


def i1(input: Tensor) -> Tensor:
    """The modified Bessel function of order 1. Follows `torch.special.i1`."""

    def of_input(g: Tensor, x: Tensor) -> Tensor:
        safe = where(x == 0, 1.0, x)
        return g * where(x == 0, 0.5, i0(x) - i1(safe) / safe)  # type: ignore[no-any-return]

    return unary("i1", "SpecialI1Backward0", gamma.i1, input, of_input)


# ----- logarithms and quotients -----------------------------------------------------------------


def sinc(input: Tensor) -> Tensor:
    """sin(πx) / πx; 1 at 0. Follows `torch.sinc`.

    >>> torch.sinc(torch.tensor([0., 0.5]))
    tensor([1.0000, 0.6366])
    """

    def of_input(g: Tensor, x: Tensor) -> Tensor:
        turn = x * math.pi
        safe = where(x == 0, 1.0, x)
        slope = (turn.cos() * turn - turn.sin()) / (safe * safe * math.pi)
        return g * where(x == 0, wrap(np.zeros((), x._data.dtype)), slope)  # type: ignore[no-any-return]

    def value(x: Array) -> Array:
        turn = x * x.dtype.type(math.pi)
        return np.where(x == 0, 1, np.sin(turn) / np.where(x == 0, 1, turn)).astype(x.dtype)

    return unary("sinc", "SincBackward0", value, input, of_input, double=False)


def xlogy(input: Any, other: Any) -> Tensor:
    """x log(y); 0 where x is 0. Follows `torch.xlogy`.

    >>> torch.xlogy(torch.tensor([0., 2.]), torch.tensor([0., 1.]))
    tensor([0., 0.])
    """
    a, b = _floats("xlogy", input, other)

    def value(x: Array, y: Array) -> Array:
        with quiet(all="ignore"):
            whole = x * np.log(y)
        return np.where(np.isnan(y), y, np.where(x == 0, 0, whole)).astype(whole.dtype)

    kind = 0 if isinstance(other, TensorBase) and isinstance(input, TensorBase) else (
        1 if isinstance(other, TensorBase) else 2)  # fmt: skip

    def of_input(g: Tensor) -> Tensor:
        y: Any = other if isinstance(other, TensorBase) else wrap(b)
        nothing = wrap(np.broadcast_to(a == 0, g._data.shape) & (b <= 0))
        safe = where(wrap(b <= 0), 1.0, y) if nothing._data.any() else y
        return (g * log(safe)).masked_fill(nothing, 0)

    return record(
        f"XlogyBackward{kind}",
        binary(value, a, b),
        (input, of_input, input, other),
        (other, lambda g: g * input / other, input, other),
    )


def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """log2(2**x + 2**y), also where 2**x would overflow. Follows `torch.logaddexp2`.

    >>> torch.logaddexp2(torch.tensor([100.]), torch.tensor([100.]))
    tensor([101.])
    """
    a, b = _floats("logaddexp2", input, other)
    return record(
        "Logaddexp2Backward0",
        binary(np.logaddexp2, a, b),
        (input, lambda g: g / (1 + exp2(other - input)), input, other),
        (other, lambda g: g / (1 + exp2(input - other)), input, other),
    )


# ----- signs and steps --------------------------------------------------------------------------


def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 below zero, 1 above, and `values` at zero. Follows `torch.heaviside`.

    >>> torch.heaviside(torch.tensor([-2., 0., 3.]), torch.tensor(0.5))
    tensor([0.0000, 0.5000, 1.0000])
    """
    require_tensor("heaviside", "input", 1, input)
    require_tensor("heaviside", "values", 2, values)
    if input.dtype.is_complex or values.dtype.is_complex:
        raise RuntimeError("heaviside is not yet implemented for complex tensors.")
    if input.dtype is not values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")

    def value(x: Array, at_zero: Array) -> Array:
        return np.where(x == 0, at_zero, (x > 0).astype(x.dtype))

    def refuse(g: Tensor) -> Tensor:
        raise RuntimeError("derivative for heaviside is not implemented")

    return record(
        "torch::autograd::NotImplemented",
        binary(value, input._data, values._data),
        (input, refuse),
        (values, refuse),
    )


def copysign(input: Tensor, other: Any) -> Tensor:
    """The first one's size with the second one's sign. Follows `torch.copysign`.

    >>> torch.copysign(torch.tensor([1., -2.]), -1.)
    tensor([-1., -2.])
    """
    a, b = _floats("copysign", input, other)

    def of_input(g: Tensor) -> Tensor:
        out = np.copysign(a, b)
        return g * sgn(input) * wrap(np.sign(out))

    kind = 0 if isinstance(other, TensorBase) else 1
    return record(
        f"CopysignBackward{kind}",
        binary(np.copysign, a, b),
        (input, of_input, input),
        (other, lambda g: g * 0),
    )


def nextafter(input: Tensor, other: Tensor) -> Tensor:
    """The next number that the type has, toward the second. Follows `torch.nextafter`.

    >>> torch.nextafter(torch.tensor([1.]), torch.tensor([2.])) > 1
    tensor([True])
    """
    require_tensor("nextafter", "input", 1, input)
    require_tensor("nextafter", "other", 2, other)
    a, b = operands("nextafter", input, other)
    if a.dtype.kind != "f":
        raise not_implemented("nextafter_cpu", input.dtype)

    def refuse(g: Tensor) -> Tensor:
        raise NotImplementedError("the derivative for 'nextafter' is not implemented.")

    return record("NextafterBackward0", binary(np.nextafter, a, b), (input, refuse),
                  (other, refuse))  # fmt: skip


def signbit(input: Tensor) -> Tensor:
    """Where the sign is minus: also of -0. Follows `torch.signbit`.

    >>> torch.signbit(torch.tensor([-0., 0., -3.]))
    tensor([ True, False,  True])
    """
    require_tensor("signbit", "input", 1, input)
    if input.dtype.is_complex:
        raise NotImplementedError("signbit is not implemented for complex tensors.")
    return wrap(
        np.asarray(np.signbit(input._data) if input._data.dtype.kind == "f" else input._data < 0)
    )


def isposinf(input: Tensor) -> Tensor:
    """Where the number is inf. Follows `torch.isposinf`.

    >>> torch.isposinf(torch.tensor([1., float("inf")]))
    tensor([False,  True])
    """
    return _is("isposinf", input, math.inf)


def isneginf(input: Tensor) -> Tensor:
    """Where the number is -inf. Follows `torch.isneginf`."""
    return _is("isneginf", input, -math.inf)


def _is(operation: str, input: Tensor, wanted: float) -> Tensor:
    require_tensor(operation, "input", 1, input)
    if input.dtype.is_complex:
        raise RuntimeError(f"{operation} does not support complex inputs.")
    if input.dtype.category < dtypes.FLOATING:
        return wrap(np.zeros(input._data.shape, np.bool_))
    return wrap(np.asarray(input._data == wanted))


# ----- whole numbers, and floats taken apart ----------------------------------------------------


def gcd(input: Tensor, other: Tensor) -> Tensor:
    """The greatest common divisor. Follows `torch.gcd`.

    >>> torch.gcd(torch.tensor([4, 9]), torch.tensor([6, 6]))
    tensor([2, 3])
    """
    return _of_whole("gcd", np.gcd, input, other)


def lcm(input: Tensor, other: Tensor) -> Tensor:
    """The least common multiple. Follows `torch.lcm`.

    >>> torch.lcm(torch.tensor([4, 9]), torch.tensor([6, 6]))
    tensor([12, 18])
    """
    return _of_whole("lcm", np.lcm, input, other)


def _of_whole(operation: str, function: np.ufunc, input: Tensor, other: Tensor) -> Tensor:
    require_tensor(operation, "input", 1, input)
    require_tensor(operation, "other", 2, other)
    a, b = operands(operation, input, other)
    require_fit(a, b)
    if a.dtype.kind not in "iu":
        kind = dtypes.from_numpy(a.dtype)
        assert kind is not None
        raise not_implemented(f"{operation}_cpu", kind)
    return wrap(binary(function, a, b))


def frexp(input: Tensor) -> Any:
    """x as mantissa × 2**exponent, the mantissa from 0.5 to 1. Follows `torch.frexp`.

    >>> torch.frexp(torch.tensor([3.]))
    torch.return_types.frexp(
    mantissa=tensor([0.7500]),
    exponent=tensor([2], dtype=torch.int32))
    """
    require_tensor("frexp", "input", 1, input)
    if input.dtype.category != dtypes.FLOATING:
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    mantissa, exponent = np.frexp(input._data)
    scale = wrap(np.ldexp(np.ones((), input._data.dtype), -exponent))
    return return_types.named(
        "frexp",
        record("FrexpBackward0", np.asarray(mantissa), (input, lambda g: g * scale)),
        wrap(np.asarray(exponent, np.int32)),
    )


def ldexp(input: Tensor, other: Tensor) -> Tensor:
    """x × 2**y. Follows `torch.ldexp`.

    >>> torch.ldexp(torch.tensor([1., 3.]), torch.tensor([2, -1]))
    tensor([4.0000, 1.5000])
    """
    require_tensor("ldexp", "input", 1, input)
    require_tensor("ldexp", "other", 2, other)
    power = exp2(other if other.dtype.is_floating_point else other.to(dtypes.float32))
    out = input * power
    return record("LdexpBackward0", out._data, (out, lambda g: g))
