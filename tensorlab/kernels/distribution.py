"""Values of the normal and the gamma distribution and of the zeta function, in double precision."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.kernels import gamma
from tensorlab.kernels.erf import erfc

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

_ROOT_HALF = math.sqrt(0.5)


def ndtr(x: Array) -> Array:
    """The share of the normal distribution below x."""
    return 0.5 * erfc(-np.asarray(x, np.float64) * _ROOT_HALF)


def erfcx(x: Array) -> Array:
    """exp(x²) erfc(x), which neither overflows nor vanishes for large x."""
    x = np.asarray(x, np.float64)
    near = np.minimum(x, 20.0)
    with np.errstate(all="ignore"):
        far = 1 / np.maximum(x, 20.0) ** 2
        series = 1 - far / 2 + 3 * far**2 / 4 - 15 * far**3 / 8 + 105 * far**4 / 16
        tail = series / (np.maximum(x, 20.0) * math.sqrt(math.pi))
        out: Array = np.where(x < 20.0, np.exp(near * near) * erfc(near), tail)
    return out


def log_ndtr(x: Array) -> Array:
    """The logarithm of `ndtr`, also where that is too small for a float."""
    x = np.asarray(x, np.float64)
    low = np.minimum(x, -1.0)
    with np.errstate(all="ignore"):
        far = np.log(erfcx(-low * _ROOT_HALF) / 2) - low * low / 2
        out: Array = np.where(x < -1.0, far, np.log1p(-erfc(x * _ROOT_HALF) / 2))
    return out


def ndtri(p: Array) -> Array:
    """The inverse of `ndtr`: Newton's steps on the logarithm, from the nearer end."""
    p = np.asarray(p, np.float64)
    inside = (p > 0) & (p < 1)
    part = np.where(inside, np.minimum(p, 1 - p), 0.25)
    goal = np.log(part)
    x = -np.sqrt(-2 * goal) + 0.5
    for _ in range(30):
        value = log_ndtr(x)
        slope = np.exp(-x * x / 2 - value) / math.sqrt(2 * math.pi)
        x = np.minimum(x - (value - goal) / slope, 0.1)
    out = np.where(p > 0.5, -x, np.where(p == 0.5, 0.0, x))
    ends = np.where(p == 0, -np.inf, np.where(p == 1, np.inf, np.nan))
    return np.where(inside, out, ends)


def zeta(s: Array, q: Array) -> Array:
    """Hurwitz' zeta of real s and q: inf at s = 1 and at q = 0, -1…, nan below s = 1."""
    s, q = np.broadcast_arrays(np.asarray(s, np.float64), np.asarray(q, np.float64))
    fits = (s > 1) & (q > 0)
    power, x = np.where(fits, s, 2.0), np.where(fits, q, 1.0)
    total = np.zeros_like(x)
    with np.errstate(all="ignore"):
        for _ in range(12):
            total = total + x**-power
            x = x + 1
        total = total + x ** (1 - power) / (power - 1) + 0.5 * x**-power
        term = power * x ** (-power - 1)
        for k, bernoulli in enumerate(gamma._BERNOULLI, 1):
            total = total + bernoulli / math.factorial(2 * k) * term
            term = term * (power + 2 * k - 1) * (power + 2 * k) / (x * x)
        pole = (s == 1) | ((s > 1) & (q <= 0) & (q == np.floor(q)))
        below = (s > 1) & (q < 0) & (q != np.floor(q)) & (s == np.floor(s))
        if below.any():  # a few terms lead to the side above 0
            steps = int(np.ceil(-q[below].min()))
            rest = np.zeros_like(total)
            for k in range(steps):
                rest = rest + np.where(q + k < 0, np.where(below, q + k, 1.0) ** -s, 0)
            moved = np.where(below, q - np.floor(q), 1.0)
            total = np.where(below, rest + zeta(np.where(below, s, 2.0), moved), total)
    return np.where(pole, np.inf, np.where(fits | below, total, np.nan))


def gammainc(a: Array, x: Array) -> tuple[Array, Array]:
    """The regularized incomplete gamma functions, the lower and the upper one.

    A power series below x = a + 1, Legendre's continued fraction (by Lentz) above.
    """
    a, x = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(x, np.float64))
    fits = (a > 0) & (x > 0) & np.isfinite(x) & np.isfinite(a)
    k, t = np.where(fits, a, 1.0), np.where(fits, x, 1.0)
    steps = 100 + int(10 * math.sqrt(float(k.max(initial=1.0))))
    with np.errstate(all="ignore"):
        front = np.exp(k * np.log(t) - t - gamma.lgamma(k))
        term = total = 1 / k
        for n in range(1, steps):
            term = term * t / (k + n)
            total = total + term
        b = t + 1 - k
        c, d = np.full_like(t, 1e300), 1 / b
        fraction = d
        for n in range(1, steps):
            factor = -n * (n - k)
            b = b + 2
            d = 1 / (factor * d + b)
            c = b + factor / c
            fraction = fraction * c * d
        series = t < k + 1
        lower = np.where(series, front * total, 1 - front * fraction)
        upper = np.where(series, 1 - front * total, front * fraction)
    ends = np.where((a < 0) | (x < 0) | ((a == 0) & (x == 0)), np.nan, 0.0)
    zero = ends + np.where((a == 0) | np.isinf(x), 1.0, 0.0)
    zero = np.where(np.isinf(a) & ~np.isinf(x), 0.0 + ends, zero)
    zero = np.where(np.isinf(a) & np.isinf(x), np.nan, zero)
    bad = np.isnan(a) | np.isnan(x)
    lower = np.where(fits, lower, np.where(bad, np.nan, zero))
    upper = np.where(fits, upper, np.where(bad, np.nan, 1 - zero))
    return lower, upper
