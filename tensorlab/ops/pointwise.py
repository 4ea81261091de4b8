"""Functions of each number by itself: cos, exp, log, sqrt and their kin, rounding, clamping.

Integers are taken as floats where the result is none: cos(0) is tensor(1.). Each function stands
with its derivative, by which `backward` multiplies the gradient.
"""

from __future__ import annotations

import builtins
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import core, dtypes
from tensorlab.autograd import mode
from tensorlab.core import TensorBase, record, wrap
from tensorlab.errors import normal_dim
from tensorlab.kernels import elementary, exponential, many
from tensorlab.kernels.many import are_many
from tensorlab.kernels.quiet import quietly, quietly_one, quietly_two
from tensorlab.ops.arithmetic import pow
from tensorlab.ops.casting import cast
from tensorlab.ops.logic import where
from tensorlab.ops.operands import (
    Number,
    binary,
    floating_or_refused,
    in_double,
    in_place,
    is_number,
    keep,
    meeting_type,
    no_such_call,
    not_implemented,
    number,
    operands,
    quiet,
    require_fit,
    require_tensor,
    truth,
    unary,
)
from tensorlab.ops.swift import FLOATS, swift_one

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "abs", "absolute", "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctan2", "arctanh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "clamp",
    "clamp_max", "clamp_min", "clip", "cos", "cosh", "deg2rad", "erf", "erfc", "exp", "exp2",
    "expm1", "fix", "floor", "fmax", "fmin", "frac", "hypot", "isfinite", "isinf", "isnan",
    "lerp", "log", "log10", "log1p", "log2", "log_softmax", "logaddexp", "logit", "maximum",
    "minimum", "nan_to_num", "rad2deg", "reciprocal", "relu", "round", "rsqrt", "sigmoid",
    "sgn", "sign", "sin", "sinh", "softmax", "sqrt", "square", "tan", "tanh", "trunc",
]  # fmt: skip


# ----- angles -----------------------------------------------------------------------------------


@swift_one(elementary.cos)
def cos(input: Tensor) -> Tensor:
    """The cosine, of radians. Follows `torch.cos`.

    Raises TypeError for a number: it takes tensors.

    >>> torch.cos(torch.tensor([0., np.pi]))
    tensor([ 1., -1.])
    """
    return unary(
        "cos", "CosBackward0", elementary.cos, input, lambda g, x: g * -sin(x), double=False
    )


@swift_one(elementary.sin)
def sin(input: Tensor) -> Tensor:
    """The sine, of radians. Follows `torch.sin`.

    >>> torch.sin(torch.tensor([0., np.pi / 2]))
    tensor([0., 1.])
    """
    return unary(
        "sin", "SinBackward0", elementary.sin, input, lambda g, x: g * cos(x), double=False
    )


@swift_one(elementary.tan)
def tan(input: Tensor) -> Tensor:
    """The tangent, of radians. Follows `torch.tan`.

    >>> torch.tan(torch.tensor([0., 1.]))
    tensor([0.0000, 1.5574])
    """
    return unary(
        "tan",
        "TanBackward0",
        elementary.tan,
        input,
        of_result=lambda g, y: g * (1 + y * y),
        double=False,
    )


def acos(input: Tensor) -> Tensor:
    """The angle of a cosine, in radians. Follows `torch.acos`.

    >>> torch.acos(torch.tensor([1., 0.]))
    tensor([0.0000, 1.5708])
    """
    return unary(
        "acos",
        "AcosBackward0",
        elementary.arccos,
        input,
        lambda g, x: g * -rsqrt(1 - x * x),
        double=False,
    )


def asin(input: Tensor) -> Tensor:
    """The angle of a sine, in radians. Follows `torch.asin`.

    >>> torch.asin(torch.tensor([0., 1.]))
    tensor([0.0000, 1.5708])
    """
    return unary(
        "asin",
        "AsinBackward0",
        elementary.arcsin,
        input,
        lambda g, x: g * rsqrt(1 - x * x),
        double=False,
    )


def atan(input: Tensor) -> Tensor:
    """The angle of a tangent, in radians. Follows `torch.atan`.

    >>> torch.atan(torch.tensor([0., 1.]))
    tensor([0.0000, 0.7854])
    """
    return unary(
        "atan",
        "AtanBackward0",
        elementary.arctan,
        input,
        lambda g, x: g / (x * x + 1),
        double=False,
    )


def atan2(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point with height `input` and width `other`. Follows `torch.atan2`.

    >>> torch.atan2(torch.tensor([1., -1.]), torch.tensor([1., -1.]))
    tensor([ 0.7854, -2.3562])
    """
    a, b = _two_tensors("atan2", input, other)
    if a.dtype.kind == "c":
        require_fit(a, b)
        raise not_implemented("atan2_cpu", dtypes._FROM_NUMPY[a.dtype])
    if a.dtype.kind in "biu":
        a, b = (x.astype(dtypes.get_default_dtype().numpy) for x in (a, b))
    return record(
        "Atan2Backward0",
        binary(np.arctan2, a, b),
        (input, lambda g: g * other * _turning(input, other), input, other),
        (other, lambda g: g * -input * _turning(input, other), input, other),
    )


def _turning(height: Tensor, width: Tensor) -> Tensor:
    """One over the squared distance from the origin, where no direction turns: 0 there."""
    square = height * height + width * width
    return where(square == 0, 0, 1 / square)  # type: ignore[no-any-return]


def deg2rad(input: Tensor) -> Tensor:
    """Degrees as radians. Follows `torch.deg2rad`.

    >>> torch.deg2rad(torch.tensor([180., 90.]))
    tensor([3.1416, 1.5708])
    """
    return _scaled("deg2rad", "Deg2RadBackward0", input, math.pi / 180)


def rad2deg(input: Tensor) -> Tensor:
    """Radians as degrees. Follows `torch.rad2deg`.

    >>> torch.rad2deg(torch.tensor([np.pi]))
    tensor([180.])
    """
    return _scaled("rad2deg", "Rad2DegBackward0", input, 180 / math.pi)


def _scaled(operation: str, node: str, input: Tensor, factor: float) -> Tensor:
    require_tensor(operation, "input", 1, input)
    if input.dtype.is_complex:
        raise RuntimeError(f"{operation} is not supported for complex tensors.")
    data = _float_data(operation, input)
    with quiet(all="ignore"):
        return record(node, data * data.dtype.type(factor), (input, lambda g: g * factor))


# ----- hyperbolic -------------------------------------------------------------------------------


def cosh(input: Tensor) -> Tensor:
    """The hyperbolic cosine. Follows `torch.cosh`.

    >>> torch.cosh(torch.tensor([0., 1.]))
    tensor([1.0000, 1.5431])
    """
    return unary(
        "cosh", "CoshBackward0", elementary.cosh, input, lambda g, x: g * sinh(x), double=False
    )


def sinh(input: Tensor) -> Tensor:
    """The hyperbolic sine. Follows `torch.sinh`.

    >>> torch.sinh(torch.tensor([0., 1.]))
    tensor([0.0000, 1.1752])
    """
    return unary(
        "sinh", "SinhBackward0", elementary.sinh, input, lambda g, x: g * cosh(x), double=False
    )


@swift_one(elementary.tanh)
def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, between -1 and 1. Follows `torch.tanh`.

    >>> torch.tanh(torch.tensor([-1., 0., 100.]))
    tensor([-0.7616,  0.0000,  1.0000])
    """
    return unary(
        "tanh",
        "TanhBackward0",
        elementary.tanh,
        input,
        of_result=lambda g, y: g * (1 - y * y),
        double=False,
    )


def acosh(input: Tensor) -> Tensor:
    """The inverse of cosh. Follows `torch.acosh`.

    >>> torch.acosh(torch.tensor([1., 2.]))
    tensor([0.0000, 1.3170])
    """
    return unary(
        "acosh",
        "AcoshBackward0",
        elementary.acosh,
        input,
        lambda g, x: g * rsqrt(x * x - 1),
        double=False,
    )


def asinh(input: Tensor) -> Tensor:
    """The inverse of sinh. Follows `torch.asinh`.

    >>> torch.asinh(torch.tensor([0., 1.]))
    tensor([0.0000, 0.8814])
    """
    return unary(
        "asinh",
        "AsinhBackward0",
        elementary.asinh,
        input,
        lambda g, x: g * rsqrt(x * x + 1),
        double=False,
    )


def atanh(input: Tensor) -> Tensor:
    """The inverse of tanh. Follows `torch.atanh`.

    >>> torch.atanh(torch.tensor([0., 0.5]))
    tensor([0.0000, 0.5493])
    """
    return unary(
        "atanh",
        "AtanhBackward0",
        elementary.atanh,
        input,
        lambda g, x: g / (1 - x * x),
        double=False,
    )


# ----- powers and logarithms --------------------------------------------------------------------


@swift_one(elementary.exp)
def exp(input: Tensor) -> Tensor:
    """e to the power of each number. Follows `torch.exp`.

    >>> torch.exp(torch.tensor([0., 1.]))
    tensor([1.0000, 2.7183])
    """
    return unary(
        "exp", "ExpBackward0", elementary.exp, input, of_result=lambda g, y: g * y, double=False
    )


def exp2(input: Tensor) -> Tensor:
    """2 to the power of each number. Follows `torch.exp2`.

    >>> torch.exp2(torch.tensor([0., 3.]))
    tensor([1., 8.])
    """
    return unary(
        "exp2",
        "Exp2Backward0",
        elementary.exp2,
        input,
        of_result=lambda g, y: g * y * math.log(2),
        double=False,
    )


def expm1(input: Tensor) -> Tensor:
    """exp(x) - 1, precise also near zero. Follows `torch.expm1`.

    >>> torch.expm1(torch.tensor([0., 1.]))
    tensor([0.0000, 1.7183])
    """
    return unary(
        "expm1",
        "Expm1Backward0",
        elementary.expm1,
        input,
        of_result=lambda g, y: g * (y + 1),
        double=False,
    )


@swift_one(elementary.log)
def log(input: Tensor) -> Tensor:
    """The natural logarithm: -inf of 0, nan of negative numbers. Follows `torch.log`.

    >>> torch.log(torch.tensor([1., 10., 0.]))
    tensor([0.0000, 2.3026,   -inf])
    """
    return unary("log", "LogBackward0", elementary.log, input, lambda g, x: g / x, double=False)


def log2(input: Tensor) -> Tensor:
    """The logarithm to the base 2. Follows `torch.log2`.

    >>> torch.log2(torch.tensor([1., 8.]))
    tensor([0., 3.])
    """
    return unary(
        "log2",
        "Log2Backward0",
        elementary.log2,
        input,
        lambda g, x: g / (x * math.log(2)),
        double=False,
    )


def log10(input: Tensor) -> Tensor:
    """The logarithm to the base 10. Follows `torch.log10`.

    >>> torch.log10(torch.tensor([1., 1000.]))
    tensor([0., 3.])
    """
    return unary(
        "log10",
        "Log10Backward0",
        elementary.log10,
        input,
        lambda g, x: g / (x * math.log(10)),
        double=False,
    )


def log1p(input: Tensor) -> Tensor:
    """log(1 + x), precise also near zero. Follows `torch.log1p`.

    >>> torch.log1p(torch.tensor([0., 1.]))
    tensor([0.0000, 0.6931])
    """
    return unary(
        "log1p", "Log1PBackward0", elementary.log1p, input, lambda g, x: g / (x + 1), double=False
    )


@swift_one(np.sqrt)
def sqrt(input: Tensor) -> Tensor:
    """The square root; nan of negative numbers. Follows `torch.sqrt`.

    >>> torch.sqrt(torch.tensor([4., 2.]))
    tensor([2.0000, 1.4142])
    """
    return unary(
        "sqrt", "SqrtBackward0", np.sqrt, input, of_result=lambda g, y: g / (2 * y), double=False
    )


def rsqrt(input: Tensor) -> Tensor:
    """1 / sqrt(x). Follows `torch.rsqrt`.

    >>> torch.rsqrt(torch.tensor([4., 1.]))
    tensor([0.5000, 1.0000])
    """
    return unary(
        "rsqrt",
        "RsqrtBackward0",
        lambda x: 1 / np.sqrt(x),
        input,
        of_result=lambda g, y: g * -0.5 * pow(y, 3),
        double=False,
    )


def square(input: Tensor) -> Tensor:
    """Each number times itself; integers stay integers. Follows `torch.square`.

    >>> torch.square(torch.tensor([3, -2]))
    tensor([9, 4])
    """
    require_tensor("square", "input", 1, input)
    return pow(input, 2)


def reciprocal(input: Tensor) -> Tensor:
    """1 / x. Follows `torch.reciprocal`.

    >>> torch.reciprocal(torch.tensor([2., 0.]))
    tensor([0.5000,    inf])
    """
    return unary(
        "reciprocal",
        "ReciprocalBackward0",
        lambda x: 1 / x,
        input,
        of_result=lambda g, y: -g * (y * y),
        double=False,
    )


def hypot(input: Tensor, other: Tensor) -> Tensor:
    """The length of the hypotenuse: sqrt(x² + y²). Follows `torch.hypot`.

    >>> torch.hypot(torch.tensor([3.]), torch.tensor([4.]))
    tensor([5.])
    """
    a, b = _two_floats("hypot", input, other)
    out: Tensor = record(
        "HypotBackward0",
        binary(np.hypot, a, b),
        (input, lambda g: g * (input / out), input),
        (other, lambda g: g * (other / out), other),
    )
    return keep(out)


def logaddexp(input: Tensor, other: Tensor) -> Tensor:
    """log(exp(x) + exp(y)), also where exp would overflow. Follows `torch.logaddexp`.

    >>> torch.logaddexp(torch.tensor([100.]), torch.tensor([100.]))
    tensor([100.6931])
    """
    a, b = _two_floats("logaddexp", input, other)
    return record(
        "LogaddexpBackward0",
        binary(np.logaddexp, a, b),
        (input, lambda g: g / (1 + exp(other - input)), input, other),
        (other, lambda g: g / (1 + exp(input - other)), input, other),
    )


# ----- squashing --------------------------------------------------------------------------------


@swift_one(exponential.sigmoid)
def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-x)), between 0 and 1. Follows `torch.sigmoid`.

    >>> torch.sigmoid(torch.tensor([-100., 0., 1.]))
    tensor([0.0000, 0.5000, 0.7311])
    """
    return unary(
        "sigmoid",
        "SigmoidBackward0",
        exponential.sigmoid,
        input,
        of_result=lambda g, y: g * (1 - y) * y,
        double=False,
    )


def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """The inverse of sigmoid, log(x / (1 - x)), of x in [eps, 1 - eps]. Follows `torch.logit`.

    >>> torch.logit(torch.tensor([0.5, 0.9]))
    tensor([0.0000, 2.1972])
    """
    require_tensor("logit", "input", 1, input)
    if input.dtype.is_complex:
        raise not_implemented("logit_cpu", input.dtype)
    low, high = (0.0, 1.0) if eps is None else (eps, 1 - eps)

    def function(x: Any) -> Any:
        if eps is not None:
            x = np.clip(x, x.dtype.type(low), x.dtype.type(high))
        return in_double(lambda y: np.log(y / (1 - y)), x)

    def gradient(g: Tensor, x: Tensor) -> Tensor:
        beyond = math.nan if eps is None else 0
        return where((x < low) | (x > high), beyond, g / (x * (1 - x)))  # type: ignore[no-any-return]

    return unary("logit", "LogitBackward0", function, input, gradient, double=False)


@swift_one(elementary.relu)
def relu(input: Tensor) -> Tensor:
    """The number, or 0 where it is negative. Follows `torch.relu`.

    >>> torch.relu(torch.tensor([-1., 0., 2.]))
    tensor([0., 0., 2.])
    """
    require_tensor("relu", "input", 1, input)
    if input._dtype.plain >= FLOATS and not core._narrow:
        return unary(
            "relu", "ReluBackward0", elementary.relu, input, of_result=_where_positive, double=False
        )
    if input.dtype is dtypes.bool:
        raise RuntimeError("Boolean inputs not supported for relu")
    if input.dtype.is_complex:
        raise NotImplementedError("clamp is not supported for complex types")
    out: Tensor = record(
        "ReluBackward0",
        quietly_one(elementary.relu, input._data),
        (input, lambda g: _where_positive(g, out)),
    )
    return keep(out)


def _where_positive(g: Tensor, y: Tensor) -> Tensor:
    """The gradient, where the result is positive or no number."""
    return record(
        "ThresholdBackward0",
        elementary.where_positive(g._data, y._data),
        (g, lambda gg: _where_positive(gg, y)),
    )


def erf(input: Tensor) -> Tensor:
    """The error function. Follows `torch.erf`.

    >>> torch.erf(torch.tensor([0., 1.]))
    tensor([0.0000, 0.8427])
    """
    _no_complex("erf_vml_cpu", input)
    slope = 2 / math.sqrt(math.pi)
    return unary(
        "erf",
        "ErfBackward0",
        elementary.erf,
        input,
        lambda g, x: slope * exp(-(x * x)) * g,
        double=False,
    )


def erfc(input: Tensor) -> Tensor:
    """1 - erf(x), precise also where it is small. Follows `torch.erfc`.

    >>> torch.erfc(torch.tensor([0., 4.]))
    tensor([1.0000e+00, 1.5417e-08])
    """
    _no_complex("erfc_vml_cpu", input)
    slope = -2 / math.sqrt(math.pi)
    return unary(
        "erfc",
        "ErfcBackward0",
        elementary.erfc,
        input,
        lambda g, x: slope * exp(-(x * x)) * g,
        double=False,
    )


def softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None) -> Tensor:
    """exp(x) as shares of their sum along `dim`: positive, and 1 together. Follows `torch.softmax`.

    >>> torch.softmax(torch.tensor([[1., 2.], [3., 3.]]), dim=1)
    tensor([[0.2689, 0.7311],
            [0.5000, 0.5000]])
    """
    input, dim = _along("softmax", input, dim, dtype)
    out: Tensor = record(
        "SoftmaxBackward0",
        _shares(exponential.softmax, input, dim),
        (input, lambda g: _of_shares(g, out, dim)),
    )
    return keep(out)


def log_softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None) -> Tensor:
    """log(softmax(x)), precise also where that is small. Follows `torch.log_softmax`.

    >>> torch.log_softmax(torch.tensor([1., 2.]), dim=0)
    tensor([-1.3133, -0.3133])
    """
    input, dim = _along("log_softmax", input, dim, dtype)
    out: Tensor = record(
        "LogSoftmaxBackward0",
        _shares(exponential.log_softmax, input, dim),
        (input, lambda g: _of_logs(g, out, dim)),
    )
    return keep(out)


def _of_shares(g: Tensor, out: Tensor, dim: int) -> Tensor:
    if not mode._enabled and many.are_many(out._data, many.WHOLE_SHARES):
        return wrap(quietly(many.softmax_gradient, g._data, out._data, dim))
    return out * g - out * (out * g).sum(dim, keepdim=True)


def _of_logs(g: Tensor, out: Tensor, dim: int) -> Tensor:
    if not mode._enabled and many.are_many(out._data, many.WHOLE_SHARES):
        return wrap(quietly(many.log_softmax_gradient, g._data, out._data, dim))
    return g - exp(out) * g.sum(dim, keepdim=True)


def _along(operation: str, input: Tensor, dim: Any, dtype: Any) -> tuple[Tensor, int]:
    """The input in the type that was asked for, and the dimension, from the front."""
    require_tensor(operation, "input", 1, input)
    if dtype is not None:
        input = cast(input, dtype)
    dim = normal_dim(dim, input._data.ndim)
    if not input.dtype.is_floating_point:
        last = "_lastdim" if dim == builtins.max(input._data.ndim - 1, 0) else ""
        raise not_implemented(
            f"{operation}{last}_kernel_impl", input.dtype, "Shares are floats: x.float()."
        )
    return input, dim


def _shares(function: Any, input: Tensor, dim: int) -> Any:
    x = input._data if input._data.ndim else input._data.reshape(1)
    if not x.size:
        return np.empty_like(input._data)
    wide = x.astype(np.float32) if x.dtype.char == "e" else x
    y = quietly_two(function, wide, dim)
    return y.astype(x.dtype, copy=False).reshape(input._data.shape)


# ----- rounding, parts and signs ----------------------------------------------------------------


@swift_one(np.abs)
def abs(input: Tensor) -> Tensor:
    """The number without its sign. Follows `torch.abs`.

    >>> torch.abs(torch.tensor([-1, 2]))
    tensor([1, 2])
    """
    require_tensor("abs", "input", 1, input)
    if input.dtype is dtypes.bool:
        raise not_implemented("abs_cpu", input.dtype)
    return record(
        "AbsBackward0", np.abs(input._data), (input, lambda g: g * sgn(input).conj(), input)
    )


def sgn(input: Tensor) -> Tensor:
    """`sign`, and of a complex number the one of length 1 in its direction. Follows `torch.sgn`.

    >>> torch.sgn(torch.tensor([3 + 4j, 0]))
    tensor([0.6000+0.8000j, 0.0000+0.0000j])
    """
    require_tensor("sgn", "input", 1, input)
    if not input.dtype.is_complex:
        out = sign(input)
        return record("SgnBackward0", out._data, (input, lambda g: g * 0))
    size = np.abs(input._data)
    data = np.divide(input._data, size, out=np.zeros_like(input._data), where=size != 0)

    def of_input(g: Tensor) -> Tensor:
        # What turns the direction: the part of g across it.
        way = sgn(input)
        across = (g - way.conj() * (g * way).real) / input.abs()
        return across.masked_fill(input == 0, 0)  # type: ignore[no-any-return]

    return record("SgnBackward0", data, (input, of_input, input))


def sign(input: Tensor) -> Tensor:
    """1, 0 or -1, as the number is positive, zero or negative. Follows `torch.sign`.

    >>> torch.sign(torch.tensor([-2.5, 0., 7.]))
    tensor([-1.,  0.,  1.])
    """
    require_tensor("sign", "input", 1, input)
    if input.dtype.is_complex:
        raise NotImplementedError(
            "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use "
            "torch.sgn instead."
        )
    x = input._data
    if x.dtype.kind == "b":
        return wrap(x.copy(order="K"))
    y = (x > 0).astype(x.dtype) - (x < 0).astype(x.dtype)  # nan is neither: 0
    return record("SignBackward0", y, (input, _zeros))


def _zeros(g: Tensor) -> Tensor:
    """The gradient of a function that is flat between its steps."""
    return wrap(np.zeros_like(g._data))


def floor(input: Tensor) -> Tensor:
    """The next whole number down. Follows `torch.floor`.

    >>> torch.floor(torch.tensor([1.7, -1.2]))
    tensor([ 1., -2.])
    """
    return _whole("floor", "FloorBackward0", np.floor, input)


def ceil(input: Tensor) -> Tensor:
    """The next whole number up. Follows `torch.ceil`.

    >>> torch.ceil(torch.tensor([1.2, -1.7]))
    tensor([ 2., -1.])
    """
    return _whole("ceil", "CeilBackward0", np.ceil, input)


def trunc(input: Tensor) -> Tensor:
    """The number without its decimals. Follows `torch.trunc`.

    >>> torch.trunc(torch.tensor([1.7, -1.7]))
    tensor([ 1., -1.])
    """
    return _whole("trunc", "TruncBackward0", np.trunc, input)


def round(input: Tensor, *, decimals: int | None = None) -> Tensor:
    """The nearest number with so many decimals; from a half to the even one. Follows `torch.round`.

    >>> torch.round(torch.tensor([0.5, 1.5, 2.4]))
    tensor([0., 2., 2.])
    >>> torch.round(torch.tensor([1.234]), decimals=1)
    tensor([1.2000])
    """
    if not decimals:
        name = "RoundBackward0" if decimals is None else "RoundBackward1"
        return _whole("round", name, np.rint, input)
    require_tensor("round", "input", 1, input)
    if not input.dtype.is_floating_point:
        raise not_implemented("round_cpu", input.dtype)
    x = input._data
    ten = x.dtype.type(10 ** builtins.abs(decimals))
    with quiet(all="ignore"):
        y = np.rint(x * ten) / ten if decimals > 0 else np.rint(x / ten) * ten
    return record("RoundBackward1", y, (input, _zeros))


def _whole(operation: str, node: str, function: Any, input: Tensor) -> Tensor:
    require_tensor(operation, "input", 1, input)
    if input.dtype.is_complex and operation != "round":
        raise NotImplementedError(f"{operation} is not supported for complex inputs")
    if input.dtype.category in (dtypes.BOOLEAN, dtypes.COMPLEX):
        raise not_implemented(f"{operation}_vml_cpu", input.dtype)
    if input.dtype.category == dtypes.INTEGRAL:
        return wrap(input._data.copy(order="K"))
    return record(node, function(input._data), (input, _zeros))


def frac(input: Tensor) -> Tensor:
    """The decimals, with the number's sign. Follows `torch.frac`.

    >>> torch.frac(torch.tensor([1.5, -2.25]))
    tensor([ 0.5000, -0.2500])
    """
    require_tensor("frac", "input", 1, input)
    if not input.dtype.is_floating_point:
        raise not_implemented("frac_cpu", input.dtype)
    with quiet(all="ignore"):
        y = input._data - np.trunc(input._data)
    return record("FracBackward0", y, (input, lambda g: g))


# ----- limits -----------------------------------------------------------------------------------


def clamp(
    input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None
) -> Tensor:
    """The number, or the limit that it is beyond. Follows `torch.clamp`.

    `min` and `max` are both numbers or both tensors; one may be left out.

    >>> torch.clamp(torch.tensor([-1, 0, 5]), min=0, max=3)
    tensor([0, 0, 3])
    """
    return _clamped("ClampBackward1", "ClampBackward0", input, min, max)


def _clamped(of_numbers: str, of_tensors: str, input: Tensor, min: Any, max: Any) -> Tensor:
    """`clamp`, its node called by what the limits are."""
    limits = [limit for limit in (min, max) if limit is not None]
    tensors = [isinstance(limit, TensorBase) for limit in limits]
    if not isinstance(input, TensorBase) or not (
        all_true(tensors) or (not any_true(tensors) and all_true(map(is_number, limits)))
    ):
        raise no_such_call(
            "clamp",
            (input, *limits),
            "(Tensor input, Tensor min = None, Tensor max = None, *, Tensor out = None)",
            "(Tensor input, Number min = None, Number max = None, *, Tensor out = None)",
        )
    if not limits:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    dtype = meeting_type(input, *limits)
    if dtype.is_complex:
        raise NotImplementedError("clamp is not supported for complex types")
    if dtype is dtypes.bool and not any_true(tensors):
        which = "" if len(limits) == 2 else "_min" if max is None else "_max"
        raise not_implemented(f"clamp{which}_scalar_cpu", dtype)
    low, high = (None if limit is None else _in_type(limit, dtype) for limit in (min, max))
    y = _in_type(input, dtype)
    if low is not None and high is not None and are_many(y) and not any_true(tensors):
        y, low, high = quietly(np.clip, y, low, high), None, None
    if low is not None:
        y = binary(_at_least, y, low)
    if high is not None:
        y = binary(_at_most, y, high)
    if any_true(tensors):
        return record(
            of_tensors,
            y,
            (input, lambda g: _inside(g, input, min, max), input, *_given(min, max)),
            (min, lambda g: _at_min(g, input, min, max), input, *_given(min, max)),
            (max, lambda g: _at_max(g, input, min, max), input, *_given(min, max)),
        )
    return record(of_numbers, y, (input, lambda g: _inside(g, input, min, max), input))


def clamp_min(input: Tensor, min: Tensor | Number) -> Tensor:
    """The number, or the limit that it is below. Follows `torch.clamp_min`.

    >>> torch.clamp_min(torch.tensor([-1, 5]), 0)
    tensor([0, 5])
    """
    return _clamped("ClampMinBackward0", "ClampMinBackward1", input, min, None)


def clamp_max(input: Tensor, max: Tensor | Number) -> Tensor:
    """The number, or the limit that it is above. Follows `torch.clamp_max`.

    >>> torch.clamp_max(torch.tensor([-1, 5]), 3)
    tensor([-1,  3])
    """
    return _clamped("ClampMaxBackward0", "ClampMaxBackward1", input, None, max)


all_true, any_true = builtins.all, builtins.any


_INFINITE = np.float32(np.inf)


# np.maximum might turn -0. into 0.; torch leaves it. A limit that is nan makes nan.
def _at_least(x: Any, low: Any) -> Any:
    if are_many(x):  # a tenth of the time
        return np.clip(x, low, _INFINITE)
    return np.where((x < low) | (low != low), low, x)


def _at_most(x: Any, high: Any) -> Any:
    if are_many(x):
        return np.clip(x, -_INFINITE, high)
    return np.where((x > high) | (high != high), high, x)


def _in_type(x: Any, dtype: dtypes.dtype) -> Any:
    if isinstance(x, TensorBase):
        return x._data.astype(dtype.numpy, copy=False)
    return number(x, dtype)


def _given(*limits: Any) -> tuple[Any, ...]:
    return tuple(limit for limit in limits if isinstance(limit, TensorBase))


def _inside(g: Tensor, x: Tensor, min: Any, max: Any) -> Tensor:
    """The gradient, where x is not beyond its limits."""
    beyond = isnan(x)
    if min is not None:
        beyond = beyond | (x < min)
    if max is not None:
        beyond = beyond | (x > max)
    return where(beyond, 0, g)  # type: ignore[no-any-return]


def _at_min(g: Tensor, x: Tensor, min: Any, max: Any) -> Tensor:
    below = x < min
    return where(below if max is None else below & (min < max), g, 0)  # type: ignore[no-any-return]


def _at_max(g: Tensor, x: Tensor, min: Any, max: Any) -> Tensor:
    above = x > max
    return where(above if min is None else above | (max < min), g, 0)  # type: ignore[no-any-return]


def maximum(input: Tensor, other: Tensor) -> Tensor:
    """The larger of two, nan if one is. Follows `torch.maximum`.

    At a tie, each gets half the gradient.

    >>> torch.maximum(torch.tensor([1, 5]), torch.tensor([3, 2]))
    tensor([3, 5])
    """
    a, b = _two_ordered("maximum", input, other)
    return record(
        "MaximumBackward0",
        binary(_larger, a, b),
        (input, lambda g: _winner(g, input, other, input < other), input, other),
        (other, lambda g: _winner(g, input, other, input > other), input, other),
    )


def minimum(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of two, nan if one is. Follows `torch.minimum`.

    At a tie, each gets half the gradient.

    >>> torch.minimum(torch.tensor([1, 5]), torch.tensor([3, 2]))
    tensor([1, 2])
    """
    a, b = _two_ordered("minimum", input, other)
    return record(
        "MinimumBackward0",
        binary(_smaller, a, b),
        (input, lambda g: _winner(g, input, other, input > other), input, other),
        (other, lambda g: _winner(g, input, other, input < other), input, other),
    )


# np.maximum takes either of 0. and -0.; torch the first.
def _larger(a: Any, b: Any) -> Any:
    return np.where((a >= b) | (a != a), a, b)


def _smaller(a: Any, b: Any) -> Any:
    return np.where((a <= b) | (a != a), a, b)


def _winner(g: Tensor, input: Tensor, other: Tensor, lost: Tensor) -> Tensor:
    return where(lost, 0, where(input == other, g / 2, g))  # type: ignore[no-any-return]


def fmax(input: Tensor, other: Tensor) -> Tensor:
    """The larger of two; what is no nan, if one is. Follows `torch.fmax`.

    >>> torch.fmax(torch.tensor([1., np.nan]), torch.tensor([3., 2.]))
    tensor([3., 2.])
    """
    a, b = _two_ordered("fmax", input, other)
    return record(
        "FmaxBackward0",
        binary(np.fmax, a, b),
        (input, lambda g: where((input >= other) | isnan(other), g, 0), input, other),
        (other, lambda g: where((input >= other) | isnan(other), 0, g), input, other),
    )


def fmin(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of two; what is no nan, if one is. Follows `torch.fmin`.

    >>> torch.fmin(torch.tensor([1., np.nan]), torch.tensor([3., 2.]))
    tensor([1., 2.])
    """
    a, b = _two_ordered("fmin", input, other)
    return record(
        "FminBackward0",
        binary(np.fmin, a, b),
        (input, lambda g: where((input <= other) | isnan(other), g, 0), input, other),
        (other, lambda g: where((input <= other) | isnan(other), 0, g), input, other),
    )


def lerp(input: Tensor, end: Tensor, weight: Tensor | Number) -> Tensor:
    """The point between `input` (weight 0) and `end` (weight 1). Follows `torch.lerp`.

    >>> torch.lerp(torch.tensor([0., 10.]), torch.tensor([4., 20.]), 0.5)
    tensor([ 2., 15.])
    """
    if not (isinstance(input, TensorBase) and isinstance(end, TensorBase)) or not (
        isinstance(weight, TensorBase) or is_number(weight)
    ):
        raise no_such_call(
            "lerp",
            (input, end, weight),
            "(Tensor input, Tensor end, Tensor weight, *, Tensor out = None)",
            "(Tensor input, Tensor end, Number weight, *, Tensor out = None)",
        )
    _same_type(input, end, "end")
    if isinstance(weight, TensorBase) and weight._data.ndim:
        _same_type(input, weight, "weight")
    kernel = "lerp_kernel_tensor" if isinstance(weight, TensorBase) else "lerp_kernel_scalar"
    w = _in_type(weight, input.dtype)
    if input.dtype.category < dtypes.FLOATING:
        require_fit(input._data, end._data, w)
        raise not_implemented(kernel, input.dtype, "Between whole numbers lie floats: x.float().")

    def between(start: Any, stop: Any, w: Any) -> Any:
        # From the nearer end, so that weight 1 is `end` exactly.
        way = stop - start
        return np.where(np.abs(w) < 0.5, start + w * way, stop - way * (1 - w))

    near = _given(weight)
    return record(
        "LerpBackward1" if near else "LerpBackward0",
        binary(between, input._data, end._data, w),
        (input, lambda g: g * (1 - weight), *near),
        (end, lambda g: g * weight, *near),
        (weight, lambda g: g * (end - input), input, end),
    )


def _same_type(input: Tensor, other: Tensor, name: str) -> None:
    if other.dtype is not input.dtype:
        raise RuntimeError(
            f"expected dtype {input.dtype.spoken} for `{name}` but got dtype {other.dtype.spoken}"
        )


def _two_tensors(operation: str, input: Tensor, other: Tensor) -> tuple[Any, Any]:
    require_tensor(operation, "input", 1, input)
    require_tensor(operation, "other", 2, other)
    return operands(operation, input, other)


def _two_floats(operation: str, input: Tensor, other: Tensor) -> tuple[Any, Any]:
    a, b = _two_tensors(operation, input, other)
    if a.dtype.kind != "f":
        require_fit(a, b)
        raise not_implemented(f"{operation}_cpu", dtypes._FROM_NUMPY[a.dtype])
    return a, b


def _two_ordered(operation: str, input: Tensor, other: Tensor) -> tuple[Any, Any]:
    a, b = _two_tensors(operation, input, other)
    if a.dtype.kind == "c":
        raise RuntimeError(f"{operation} not implemented for complex tensors.")
    return a, b


# ----- nan and infinity -------------------------------------------------------------------------


def isnan(input: Tensor) -> Tensor:
    """Where the numbers are nan (not a number), as a mask. Follows `torch.isnan`.

    >>> torch.isnan(torch.tensor([1., np.nan]))
    tensor([False,  True])
    """
    require_tensor("isnan", "input", 1, input)
    return truth(np.isnan(input._data))


def isinf(input: Tensor) -> Tensor:
    """Where the numbers are infinite, as a mask. Follows `torch.isinf`.

    >>> torch.isinf(torch.tensor([1., -np.inf]))
    tensor([False,  True])
    """
    require_tensor("isinf", "input", 1, input)
    return truth(np.isinf(input._data))


def isfinite(input: Tensor) -> Tensor:
    """Where the numbers are neither nan nor infinite, as a mask. Follows `torch.isfinite`.

    >>> torch.isfinite(torch.tensor([1., np.nan, np.inf]))
    tensor([ True, False, False])
    """
    require_tensor("isfinite", "input", 1, input)
    return truth(np.isfinite(input._data))


def nan_to_num(
    input: Tensor,
    nan: float | None = None,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor:
    """0 in place of nan, the largest number in place of infinity. Follows `torch.nan_to_num`.

    >>> torch.nan_to_num(torch.tensor([1., np.nan]))
    tensor([1., 0.])
    """
    require_tensor("nan_to_num", "input", 1, input)
    x = input._data
    if x.dtype.kind not in "fc":
        return wrap(x.copy(order="K"))
    y = np.nan_to_num(x, nan=nan or 0.0, posinf=posinf, neginf=neginf)
    return record("NanToNumBackward0", y, (input, lambda g: where(isfinite(input), g, 0), input))


def _float_data(operation: str, input: Tensor) -> Any:
    if input.dtype.category < dtypes.FLOATING:
        return input._data.astype(floating_or_refused(operation, input.dtype).numpy)
    return input._data


def _no_complex(kernel: str, input: Any) -> None:
    if isinstance(input, TensorBase) and input.dtype.is_complex:
        raise not_implemented(kernel, input.dtype)


# ----- under other names, and in place ----------------------------------------------------------

absolute, clip, fix = abs, clamp, trunc
arccos, arcsin, arctan, arctan2 = acos, asin, atan, atan2
arccosh, arcsinh, arctanh = acosh, asinh, atanh

abs_ = absolute_ = in_place(abs)
acos_ = arccos_ = in_place(acos)
acosh_ = arccosh_ = in_place(acosh)
asin_ = arcsin_ = in_place(asin)
asinh_ = arcsinh_ = in_place(asinh)
atan_ = arctan_ = in_place(atan)
atan2_ = arctan2_ = in_place(atan2)
atanh_ = arctanh_ = in_place(atanh)
ceil_ = in_place(ceil)
clamp_ = clip_ = in_place(clamp)
clamp_max_ = in_place(clamp_max)
clamp_min_ = in_place(clamp_min)
cos_ = in_place(cos)
cosh_ = in_place(cosh)
deg2rad_ = in_place(deg2rad)
erf_ = in_place(erf)
erfc_ = in_place(erfc)
exp_ = in_place(exp)
exp2_ = in_place(exp2)
expm1_ = in_place(expm1)
floor_ = in_place(floor)
frac_ = in_place(frac)
hypot_ = in_place(hypot)
lerp_ = in_place(lerp)
log_ = in_place(log)
log10_ = in_place(log10)
log1p_ = in_place(log1p)
log2_ = in_place(log2)
logit_ = in_place(logit)
nan_to_num_ = in_place(nan_to_num)
rad2deg_ = in_place(rad2deg)
reciprocal_ = in_place(reciprocal)
relu_ = in_place(relu)
round_ = in_place(round)
rsqrt_ = in_place(rsqrt)
sigmoid_ = in_place(sigmoid)
sgn_ = in_place(sgn)
sign_ = in_place(sign)
sin_ = in_place(sin)
sinh_ = in_place(sinh)
sqrt_ = in_place(sqrt)
square_ = in_place(square)
tan_ = in_place(tan)
tanh_ = in_place(tanh)
trunc_ = fix_ = in_place(trunc)
