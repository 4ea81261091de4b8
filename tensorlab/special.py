"""Special functions: those of torch itself under their other names, and those few lessons meet.

Follows `torch.special`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tensorlab.absent import absent_in
from tensorlab.core import Array, TensorBase, record, wrap
from tensorlab.kernels import bessel, distribution
from tensorlab.ops.logic import where
from tensorlab.ops.operands import binary, require_tensor, unary
from tensorlab.ops.pointwise import (
    erf,
    erfc,
    exp2,
    expm1,
    log1p,
    log_softmax,
    logit,
    round,
    sigmoid,
    softmax,
)
from tensorlab.ops.reduction import logsumexp
from tensorlab.ops.special import (
    _floats,
    digamma,
    erfinv,
    i0,
    i1,
    lgamma,
    mvlgamma,
    polygamma,
    sinc,
    xlogy,
)

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

expit, gammaln, multigammaln, psi = sigmoid, lgamma, mvlgamma, digamma

__all__ = [
    "bessel_j0", "bessel_j1", "chebyshev_polynomial_t", "chebyshev_polynomial_u",
    "chebyshev_polynomial_v", "chebyshev_polynomial_w", "digamma", "entr", "erf", "erfc", "erfcx",
    "erfinv", "exp2", "expit", "expm1", "gammainc", "gammaincc", "gammaln",
    "hermite_polynomial_h", "hermite_polynomial_he", "i0", "i0e", "i1", "i1e",
    "laguerre_polynomial_l", "legendre_polynomial_p", "log1p", "log_ndtr", "log_softmax", "logit",
    "logsumexp", "modified_bessel_i0", "modified_bessel_i1", "modified_bessel_k0",
    "modified_bessel_k1", "multigammaln", "ndtr", "ndtri", "polygamma", "psi", "round",
    "scaled_modified_bessel_k0", "scaled_modified_bessel_k1", "sinc", "softmax",
    "spherical_bessel_j0", "xlog1py", "xlogy", "zeta",
]  # fmt: skip

_ROOT_PI = math.sqrt(math.pi)


# ----- of the normal distribution -----------------------------------------------------------------


def ndtr(input: Tensor) -> Tensor:
    """The share of the normal distribution below each number. Follows `torch.special.ndtr`.

    >>> torch.special.ndtr(torch.tensor([-1., 0., 1.]))
    tensor([0.1587, 0.5000, 0.8413])
    """

    def slope(g: Tensor, x: Tensor) -> Tensor:
        return g * (x * x * -0.5).exp() * (1 / math.sqrt(2 * math.pi))

    return unary("special_ndtr", "MulBackward1", distribution.ndtr, input, slope)


def log_ndtr(input: Tensor) -> Tensor:
    """The logarithm of `ndtr`. Follows `torch.special.log_ndtr`."""

    def slope(g: Tensor, x: Tensor) -> Tensor:
        return g / erfcx(x * -math.sqrt(0.5)) * math.sqrt(2 / math.pi)

    return unary("special_log_ndtr", "SpecialLogNdtrBackward0", distribution.log_ndtr, input, slope)


def ndtri(input: Tensor) -> Tensor:
    """The inverse of `ndtr`. Follows `torch.special.ndtri`.

    >>> torch.special.ndtri(torch.tensor([0., 0.5, 1.]))
    tensor([-inf, 0., inf])
    """
    return unary(
        "special_ndtri",
        "SpecialNdtriBackward0",
        distribution.ndtri,
        input,
        of_result=lambda g, y: g * (y * y / 2).exp() * math.sqrt(2 * math.pi),
    )


def erfcx(input: Tensor) -> Tensor:
    """exp(x²) erfc(x). Follows `torch.special.erfcx`."""

    def slope(g: Tensor, x: Tensor) -> Tensor:
        return g * (x * 2 * erfcx(x) - 2 / _ROOT_PI)

    return unary("special_erfcx", "SpecialErfcxBackward0", distribution.erfcx, input, slope)


# ----- logarithms ---------------------------------------------------------------------------------


def entr(input: Tensor) -> Tensor:
    """-x log(x); 0 at 0, -inf below. Follows `torch.special.entr`.

    >>> torch.special.entr(torch.tensor([-0.5, 0., 0.5]))
    tensor([  -inf, 0.0000, 0.3466])
    """

    def value(x: Array) -> Array:
        inside = -x * np.log(np.where(x > 0, x, 1))
        return np.where(np.isnan(x), x, np.where(x > 0, inside, np.where(x == 0, 0, -np.inf)))

    def slope(g: Tensor, x: Tensor) -> Tensor:
        return g * (-1 - x.log())

    return unary("special_entr", "SpecialEntrBackward0", value, input, slope)


def xlog1py(input: Any, other: Any) -> Tensor:
    """x log(1 + y); 0 where x is 0. Follows `torch.special.xlog1py`."""
    a, b = _floats("special_xlog1py", input, other)

    def value(x: Array, y: Array) -> Array:
        with np.errstate(all="ignore"):
            whole = x * np.log1p(y)
        return np.where(np.isnan(y), y, np.where(x == 0, 0, whole)).astype(whole.dtype)

    def of_input(g: Tensor) -> Tensor:
        y = other if isinstance(other, TensorBase) else wrap(b)
        nothing = wrap((a == 0) & (b <= -1))
        return (g * log1p(where(nothing, 0.0, y))).masked_fill(nothing, 0)  # type: ignore[arg-type]

    kind = 0 if isinstance(input, TensorBase) and isinstance(other, TensorBase) else (
        1 if isinstance(other, TensorBase) else 2)  # fmt: skip
    return record(
        f"SpecialXlog1PyBackward{kind}",
        binary(value, a, b),
        (input, of_input, input, other),
        (other, lambda g: g * input / (other + 1), input, other),
    )


# ----- of two numbers -----------------------------------------------------------------------------


def zeta(input: Any, other: Any) -> Tensor:
    """Hurwitz' zeta function. Follows `torch.special.zeta`.

    >>> torch.special.zeta(torch.tensor([2.]), 1)
    tensor([1.6449])
    """
    a, b = _floats("special_zeta", input, other)
    kind = 0 if isinstance(input, TensorBase) and isinstance(other, TensorBase) else (
        1 if isinstance(other, TensorBase) else 2)  # fmt: skip
    return record(
        f"SpecialZetaBackward{kind}",
        binary(lambda x, q: distribution.zeta(x, q).astype(a.dtype), a, b),
        (input, _refused("special_zeta: self")),
        (other, lambda g: -g * input * zeta(input + 1, other), input, other),
    )


def gammainc(input: Tensor, other: Tensor) -> Tensor:
    """The lower regularized incomplete gamma function. Follows `torch.special.gammainc`.

    >>> torch.special.gammainc(torch.tensor([1.]), torch.tensor([1.]))
    tensor([0.6321])
    """
    return _incomplete("IgammaBackward0", "igamma", 0, 1, input, other)


def gammaincc(input: Tensor, other: Tensor) -> Tensor:
    """The upper regularized incomplete gamma function. Follows `torch.special.gammaincc`."""
    return _incomplete("IgammacBackward0", "igammac", 1, -1, input, other)


def _incomplete(
    node: str, name: str, which: int, sign: int, input: Tensor, other: Tensor
) -> Tensor:
    require_tensor(name, "input", 1, input)
    require_tensor(name, "other", 2, other)
    a, b = _floats(name, input, other)

    def of_other(g: Tensor) -> Tensor:
        slope = (-other + (input - 1) * other.log() - lgamma(input)).exp()
        return g * slope * sign

    return record(
        node,
        binary(lambda k, x: distribution.gammainc(k, x)[which].astype(a.dtype), a, b),
        (input, _refused(f"{name}: input")),
        (other, of_other, input, other),
    )


def _refused(name: str) -> Callable[[Tensor], Tensor]:
    def refuse(g: Tensor) -> Tensor:
        raise NotImplementedError(f"the derivative for '{name}' is not implemented.")

    return refuse


# ----- Bessel functions ---------------------------------------------------------------------------


def i0e(input: Tensor) -> Tensor:
    """exp(-|x|) `i0(x)`. Follows `torch.special.i0e`."""

    def slope(g: Tensor, x: Tensor) -> Tensor:
        return g * (i1e(x) - x.sgn() * i0e(x))

    return unary(
        "special_i0e", "SpecialI0EBackward0", lambda x: bessel.scaled_i(0, x), input, slope
    )


def i1e(input: Tensor) -> Tensor:
    """exp(-|x|) `i1(x)`. Follows `torch.special.i1e`."""

    def slope(g: Tensor, x: Tensor) -> Tensor:
        safe = where(x == 0, 1.0, x)
        inside = i0e(safe) - i1e(safe) * (safe.sgn() + 1 / safe)
        return g * where(x == 0, 0.5, inside)  # type: ignore[no-any-return]

    return unary(
        "special_i1e", "SpecialI1EBackward0", lambda x: bessel.scaled_i(1, x), input, slope
    )


def _flat(name: str, function: Callable[[Array], Array], summary: str) -> Callable[..., Tensor]:
    """A function that has no gradient, in torch either."""

    def operation(input: Tensor) -> Tensor:
        return unary(f"special_{name}", "NotImplemented", function, input,
                     lambda g, x: _refused(f"special_{name}")(g))  # fmt: skip

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"{summary} Follows `torch.special.{name}`."
    return operation


_FIRST, _SECOND = "Bessel's function of order", "The modified Bessel function of order"
bessel_j0 = _flat("bessel_j0", lambda x: bessel.j(0, x), f"{_FIRST} 0.")
bessel_j1 = _flat("bessel_j1", lambda x: bessel.j(1, x), f"{_FIRST} 1.")
spherical_bessel_j0 = _flat(
    "spherical_bessel_j0", lambda x: np.sinc(np.where(np.isinf(x), 1, x) / math.pi), "sin(x) / x."
)
modified_bessel_i0 = _flat(
    "modified_bessel_i0", lambda x: bessel.scaled_i(0, x) * np.exp(np.abs(x)), f"{_SECOND} 0."
)
modified_bessel_i1 = _flat(
    "modified_bessel_i1", lambda x: bessel.scaled_i(1, x) * np.exp(np.abs(x)), f"{_SECOND} 1."
)
modified_bessel_k0 = _flat(
    "modified_bessel_k0", lambda x: bessel.k(0, x), f"{_SECOND} 0, second kind."
)
modified_bessel_k1 = _flat(
    "modified_bessel_k1", lambda x: bessel.k(1, x), f"{_SECOND} 1, second kind."
)
scaled_modified_bessel_k0 = _flat(
    "scaled_modified_bessel_k0", lambda x: bessel.scaled_k(0, x), "exp(x) `modified_bessel_k0`."
)
scaled_modified_bessel_k1 = _flat(
    "scaled_modified_bessel_k1", lambda x: bessel.scaled_k(1, x), "exp(x) `modified_bessel_k1`."
)


# ----- polynomials --------------------------------------------------------------------------------

_Step = Callable[[int, Array, Array, Array], Array]


def _polynomial(
    name: str, first: Callable[[Array], Array], step: _Step, low: float = 0.0
) -> Callable[..., Tensor]:
    """Orthogonal polynomials p(n, x): 1, then `first(x)`, then from the last two of them."""

    def value(x: Array, n: Array) -> Array:
        x, n = np.broadcast_arrays(x.astype(np.float64), np.trunc(n))
        out = np.where(n < 0, low, np.ones_like(x))
        last, now = np.ones_like(x), first(x)
        with np.errstate(all="ignore"):
            for k in range(1, int(n.max(initial=0)) + 1):
                out = np.where(n == k, now, out)
                last, now = now, step(k, x, now, last)
        return out

    def operation(input: Any, n: Any) -> Tensor:
        a, b = _floats(f"special_{name}", input, n)
        data = binary(lambda x, order: value(x, order).astype(a.dtype), a, b)
        return record("NotImplemented", data, (input, _refused(f"special_{name}")),
                      (n, _refused(f"special_{name}")))  # fmt: skip

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"Polynomials of degree `n`. Follows `torch.special.{name}`."
    return operation


def _chebyshev(k: int, x: Array, now: Array, last: Array) -> Array:
    return 2 * x * now - last


chebyshev_polynomial_t = _polynomial("chebyshev_polynomial_t", lambda x: x, _chebyshev)
chebyshev_polynomial_u = _polynomial("chebyshev_polynomial_u", lambda x: 2 * x, _chebyshev)
chebyshev_polynomial_v = _polynomial("chebyshev_polynomial_v", lambda x: 2 * x - 1, _chebyshev)
chebyshev_polynomial_w = _polynomial("chebyshev_polynomial_w", lambda x: 2 * x + 1, _chebyshev)
hermite_polynomial_h = _polynomial(
    "hermite_polynomial_h", lambda x: 2 * x, lambda k, x, now, last: 2 * (x * now - k * last)
)
hermite_polynomial_he = _polynomial(
    "hermite_polynomial_he", lambda x: x, lambda k, x, now, last: x * now - k * last
)
laguerre_polynomial_l = _polynomial(
    "laguerre_polynomial_l",
    lambda x: 1 - x,
    lambda k, x, now, last: ((2 * k + 1 - x) * now - k * last) / (k + 1),
)
legendre_polynomial_p = _polynomial(
    "legendre_polynomial_p",
    lambda x: x,
    lambda k, x, now, last: ((2 * k + 1) * x * now - k * last) / (k + 1),
)


def __getattr__(name: str) -> NoReturn:
    """Raise torch's error for a name that is not here, with a sentence on what to use."""
    raise absent_in("special", name, __all__)
