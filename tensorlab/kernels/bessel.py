"""Bessel functions by their integrals: the trapezoidal rule is exact for smooth periodic ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.kernels import gamma

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

_FAR = 600.0  # beyond it the exponential scale of i0 overflows


def j(order: int, x: Array) -> Array:
    """The Bessel function of the first kind: the mean of cos(order t - x sin t) over a turn."""
    x = np.asarray(x, np.float64)
    count = 64 + 2 * int(np.max(np.abs(x[np.isfinite(x)]), initial=0.0))
    total = np.zeros_like(x)
    with np.errstate(invalid="ignore"):
        for t in (np.arange(count, dtype=np.float64) + 0.5) * (math.pi / count):
            total += np.cos(order * t - x * math.sin(t))
    return np.where(np.isinf(x) | ((x == 0) & (order > 0)), 0.0, total / count)


def scaled_i(order: int, x: Array) -> Array:
    """exp(-|x|) times the modified Bessel function of the first kind, of order 0 or 1."""
    x = np.asarray(x, np.float64)
    size = np.abs(x)
    near = np.clip(x, -_FAR, _FAR)
    value = (gamma.i1(near) if order else gamma.i0(near)) * np.exp(-np.abs(near))
    mu = 4.0 * order
    with np.errstate(all="ignore"):
        eighth = 1 / (8 * np.maximum(size, _FAR))
        series = 1 - (mu - 1) * eighth + (mu - 1) * (mu - 9) * eighth**2 / 2
        far = series / np.sqrt(2 * math.pi * np.maximum(size, _FAR))
    out: Array = np.where(size > _FAR, far * (np.sign(x) if order else 1.0), value)
    return out


def scaled_k(order: int, x: Array) -> Array:
    """exp(x) times the modified Bessel function of the second kind; inf at 0, nan below."""
    x = np.asarray(x, np.float64)
    inside = np.where(x > 0, x, 1.0)
    total = np.zeros_like(inside)
    step = 0.05
    with np.errstate(all="ignore"):
        for k in range(1600):
            t = k * step
            weight = 0.5 if k == 0 else 1.0
            total += weight * np.exp(-inside * (math.cosh(t) - 1) + math.log(math.cosh(order * t)))
        out = total * step
    return np.where(x > 0, out, np.where(x == 0, np.inf, np.nan))


def k(order: int, x: Array) -> Array:
    """The modified Bessel function of the second kind, of order 0 or 1."""
    with np.errstate(all="ignore"):
        out: Array = scaled_k(order, x) * np.exp(-np.asarray(x, np.float64))
    return out
