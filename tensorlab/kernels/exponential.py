"""sigmoid and softmax as torch computes them, to the last bit in float32.

`torch.softmax(x, 0).sum()` prints 1. or 1.0000, as the last bits will have it. Inside these, torch
has an exp of its own for numbers that fill a processor's lanes, and the C library's, which rounds
to the nearest float, for those that are left over. `torch.exp` is neither.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.kernels import many
from tensorlab.kernels.elementary import in_blocks
from tensorlab.kernels.rounding import multiply_add

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

_LANE_BYTES = 64  # AVX512: 16 floats at once

# The polynomial of the SLEEF library, which torch is built with; ln 2 in two parts.
_LN2 = (0.693145751953125, 1.428606765330187e-06)
_EXP = (
    0.00019852761761285365, 0.0013930436098501086, 0.008333360776305199, 0.041666485369205475,
    0.16666667163372040, 0.5,
)  # fmt: skip


def _exp(x: Array) -> Array:
    """exp(x) as torch's vector code has it: float32 is off by up to one unit in the last place."""
    return in_blocks(_lane_exp, x) if x.dtype == np.float32 else _nearest_exp(x)


def _lane_exp(x: Array) -> Array:
    # x = twos * ln 2 + rest, and exp(x) = 2**twos * exp(rest).
    twos = np.rint(x * np.float32(1 / math.log(2)))
    rest = multiply_add(twos, np.float32(-_LN2[0]), x)
    rest = multiply_add(twos, np.float32(-_LN2[1]), rest)
    series = np.full_like(rest, _EXP[0])
    for coefficient in _EXP[1:]:
        series = multiply_add(series, rest, np.float32(coefficient))
    near_one = np.float32(1) + multiply_add(rest * rest, series, rest)
    y = np.ldexp(near_one.astype(np.float64), np.clip(twos, -400, 400).astype(np.int32))
    y = np.where(x < -104, 0, np.where(x > 100, math.inf, y))
    return np.where(np.isnan(x), x, y).astype(np.float32)


def _nearest_exp(x: Array) -> Array:
    out: Array = np.exp(x.astype(np.float64)).astype(x.dtype)
    return out


def _mixed_exp(x: Array, lanes: int) -> Array:
    """exp along the last axis: torch's where lanes are full, the C library's for the rest."""
    whole = x.shape[-1] // lanes * lanes
    if not whole:
        return _nearest_exp(x)
    return np.concatenate([_exp(x[..., :whole]), _nearest_exp(x[..., whole:])], axis=-1)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) of float32, float64 or complex numbers.

    >>> sigmoid(np.array([0.0, 1.0], np.float32))
    array([0.5      , 0.7310586], dtype=float32)
    """
    if many.are_many(x):
        return many.sigmoid(x)
    with np.errstate(all="ignore"):
        if x.dtype.kind == "c":
            exps: Array = np.exp(-x)
        else:
            # Two vectors at a time.
            exps = _mixed_exp(-x.reshape(-1), 2 * _LANE_BYTES // x.itemsize).reshape(x.shape)
        y = np.empty_like(x)
        y[...] = 1 / (1 + exps)
        return y


def softmax(x: Array, axis: int) -> Array:
    """exp(x) as shares of their sum along an axis, of float32 or float64.

    >>> softmax(np.array([1.0, 1.0, 2.0]), 0).round(4)
    array([0.2119, 0.2119, 0.5761])
    """
    if many.are_many(x, many.WHOLE_SHARES):
        return many.softmax(x, axis)
    exps, sums = _exps_and_sums(_below_largest(x, axis), axis)
    with np.errstate(all="ignore"):
        y: Array = exps * (1 / sums) if axis == x.ndim - 1 else exps / sums
        return y


def log_softmax(x: Array, axis: int) -> Array:
    """The logarithm of softmax, precise also where that is small.

    >>> log_softmax(np.array([0.0, 1000.0]), 0)
    array([-1000.,     0.])
    """
    if many.are_many(x, many.WHOLE_SHARES):
        return many.log_softmax(x, axis)
    below = _below_largest(x, axis)
    _, sums = _exps_and_sums(below, axis)
    with np.errstate(all="ignore"):
        out: Array = below - np.log(sums.astype(np.float64)).astype(x.dtype)
        return out


def _below_largest(x: Array, axis: int) -> Array:
    with np.errstate(all="ignore"):
        out: Array = np.ascontiguousarray(x) - x.max(axis, keepdims=True, initial=-math.inf)
        return out


def _exps_and_sums(x: Array, axis: int) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        if axis == x.ndim - 1:
            exps = _exp(x)
            return exps, _in_lanes(exps)
        inner = x.reshape(*x.shape[: axis + 1], -1)
        exps = _mixed_exp(inner, _LANE_BYTES // x.itemsize).reshape(x.shape)
        sums = np.add.accumulate(exps, axis, exps.dtype)[(slice(None),) * axis + (slice(-1, None),)]
        return exps, sums


def _in_lanes(x: Array) -> Array:
    """The sum over the last axis: each lane by itself, then the lanes, folded in halves."""
    lanes = _LANE_BYTES // x.itemsize
    n = x.shape[-1]
    if n < lanes:
        return np.add.accumulate(x, -1, x.dtype)[..., -1:]
    whole = n // lanes * lanes
    rows = x[..., :whole].reshape(*x.shape[:-1], whole // lanes, lanes)
    sums = np.add.accumulate(rows, -2, x.dtype)[..., -1, :]
    sums[..., : n - whole] += x[..., whole:]
    while lanes > 1:
        lanes //= 2
        sums = sums[..., :lanes] + sums[..., lanes : 2 * lanes]
    return sums
