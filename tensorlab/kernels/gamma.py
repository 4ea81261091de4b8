"""The gamma function's kin, Bessel functions and the inverse of erf, in double precision."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.kernels.erf import erf, erfc

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

# Bernoulli's numbers B2, B4, …, of the asymptotic series.
_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
    -174611 / 330,
)  # fmt: skip
_FAR = 12.0  # from here on the asymptotic series are exact to double precision


def _log_gamma(x: float) -> float:
    if math.isnan(x):
        return x
    if math.isinf(x) or (x <= 0 and x == math.floor(x)):
        return math.inf
    return math.lgamma(x)


def lgamma(x: Array) -> Array:
    """log |Γ(x)|, inf at 0, -1, -2…"""
    out: Array = np.asarray(np.frompyfunc(_log_gamma, 1, 1)(x), np.float64)
    return out


def digamma(x: Array) -> Array:
    """The derivative of log Γ(x); nan at -1, -2…, and infinite at 0."""
    x = np.asarray(x, np.float64)
    mirrored = x < 0
    pole = mirrored & (x == np.floor(x))
    near = np.where(mirrored, 1 - x, x)
    total = np.zeros_like(near)
    for _ in range(int(_FAR)):  # ψ(x) = ψ(x + 1) - 1 / x
        low = near < _FAR
        total = total - np.where(low, 1 / np.where(near == 0, 1, near), 0)
        near = np.where(low, near + 1, near)
    square = 1 / (near * near)
    series = np.zeros_like(near)
    for k in range(len(_BERNOULLI), 0, -1):
        series = square * (_BERNOULLI[k - 1] / (2 * k) + series)
    value = np.log(near) - 0.5 / near - series + total
    cotangent = np.pi / np.tan(np.pi * np.where(pole, 0.5, x - np.floor(x)))
    value = np.where(mirrored, value - cotangent, value)
    value = np.where(pole, np.nan, value)
    return np.where(x == 0, np.copysign(np.inf, -x), value)


def zeta(s: int, x: Array) -> Array:
    """Hurwitz' zeta: the sum over k ≥ 0 of (x + k) to the power of -s, s an integer above 1."""
    x = np.asarray(x, np.float64)
    total = np.zeros_like(x)
    for _ in range(int(_FAR)):
        total = total + x ** float(-s)
        x = x + 1
    # Euler and Maclaurin's sum of the rest.
    total = total + x ** float(1 - s) / (s - 1) + 0.5 * x ** float(-s)
    term = s * x ** float(-s - 1)
    for k, bernoulli in enumerate(_BERNOULLI, 1):
        total = total + bernoulli / math.factorial(2 * k) * term
        term = term * (s + 2 * k - 1) * (s + 2 * k) / (x * x)
    return total


def polygamma(n: int, x: Array) -> Array:
    """The n-th derivative of `digamma`."""
    if n == 0:
        return digamma(x)
    if n == 1:  # below zero by reflection
        x = np.asarray(x, np.float64)
        whole = (x <= 0) & (x == np.floor(x))
        turned = (np.pi / np.sin(np.pi * np.where(whole, 0.5, x))) ** 2 - zeta(2, 1 - x)
        return np.where(whole, np.inf, np.where(x < 0.5, turned, zeta(2, np.maximum(x, 0.5))))
    return (-1.0) ** (n + 1) * math.factorial(n) * zeta(n + 1, x)


def erfinv(y: Array) -> Array:
    """The x with erf(x) = y: a rational guess (Giles 2010), then Newton's steps."""
    y = np.asarray(y, np.float64)
    inside = np.where(np.abs(y) < 1, y, 0)
    w = -np.log1p(-inside * inside)
    root = np.sqrt(np.maximum(w, 0))
    guess = np.where(
        w < 5,
        _polynomial(_CENTRE, w - 2.5),
        _polynomial(_TAIL, root - 3),
    ) * inside  # fmt: skip
    for _ in range(3):
        off = np.where(np.abs(inside) < 0.5, erf(guess) - inside,
                       np.sign(inside) * ((1 - np.abs(inside)) - erfc(np.abs(guess))))  # fmt: skip
        step = off / (2 / math.sqrt(math.pi) * np.exp(-guess * guess))
        guess = guess - step / (1 + guess * step)
    edge = np.where(np.abs(y) == 1, np.copysign(np.inf, y), np.nan)
    return np.where(np.abs(y) < 1, guess, edge)


_CENTRE = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503,
    -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
_TAIL = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
    0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    total = np.zeros_like(x)
    for coefficient in coefficients:
        total = total * x + coefficient
    return total


def i0(x: Array) -> Array:
    """The modified Bessel function of order 0."""
    out: Array = np.i0(np.asarray(x, np.float64))
    return out


def i1(x: Array) -> Array:
    """The modified Bessel function of order 1: a power series, or an asymptotic one far out."""
    x = np.asarray(x, np.float64)
    size = np.abs(x)
    near = np.minimum(size, 30.0)
    term = near / 2
    total = term
    for k in range(1, 60):
        term = term * (near / 2) ** 2 / (k * (k + 1))
        total = total + term
    far = np.maximum(size, 30.0)
    part, series = np.ones_like(far), np.ones_like(far)
    for k in range(1, 20):
        part = part * -(4 - (2 * k - 1) ** 2) / (8 * k * far)
        series = series + part
    outer = np.exp(far - 0.5 * np.log(2 * np.pi * far)) * series
    out: Array = np.copysign(np.where(size <= 30, total, outer), x)
    return out
