"""Sums, added up in the order in which torch adds: float32 depends on it in the last digit.

`torch.full((10,), 0.1).sum()` prints 1. or 1.0000, as the order will have it. torch adds in lanes,
the numbers that a processor handles at once (AVX2's 32 bytes, also on newer ones), keeps four
partial sums of those side by side, and adds up in chunks of 16, and chunks of chunks, so that
numbers of like size meet. This gives bit for bit what torch gives up to 32768 elements; beyond,
torch adds on several threads, and what it gives depends on the machine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

_LANE_BYTES = 32
_SIDE_BY_SIDE = 4
_LEVELS = 4


def total(x: Array, axes: Sequence[int]) -> Array:
    """The sum of float32 or float64 numbers over some axes, which are gone from the result.

    >>> float(total(np.full(10, 0.1, np.float32), [0]))
    1.0000001192092896
    """
    kept_shape = tuple(size for axis, size in enumerate(x.shape) if axis not in axes)
    if x.size == 0:
        return np.zeros(kept_shape, x.dtype)
    step = x.itemsize
    summed = sorted(
        ((x.strides[axis], x.shape[axis], axis) for axis in axes if x.shape[axis] > 1),
        key=lambda one: (one[0], -one[2]),
    )
    kept = [
        (x.strides[axis], x.shape[axis], axis)
        for axis in reversed(range(x.ndim))
        if axis not in axes and x.shape[axis] > 1
    ]
    # Neighbouring axes that lie in memory as one are one.
    inner_stride, n, joined = _merged(summed)
    column_stride, columns, _ = _merged(kept)
    order = [axis for _, _, axis in reversed(kept)] + [axis for _, _, axis in reversed(summed)]
    flat = x.transpose(order + [axis for axis in range(x.ndim) if axis not in order])
    rest = math.prod(size for _, size, _ in kept) // columns
    outer = math.prod(size for _, size, _ in summed[joined:])
    lanes = _LANE_BYTES // step

    if (
        outer > 1
        or not kept
        or (inner_stride == step and n >= lanes)
        or inner_stride < column_stride
    ):
        rows = flat.reshape(rest * columns, outer, n)
        sums = _rows(rows, lanes if inner_stride == step and n >= lanes else 1)
        out = np.add.accumulate(sums, axis=1)[:, -1]  # one after the other, never pairwise
    else:
        block = _SIDE_BY_SIDE * (lanes if column_stride == step and columns >= lanes else 1)
        matrix = flat.reshape(rest, columns, n).swapaxes(1, 2)
        whole = columns // block * block
        out = np.empty((rest, columns), x.dtype)
        out[:, :whole] = _cascade(matrix[:, :, :whole])
        out[:, whole:] = _side_by_side(matrix[:, :, whole:])
    return (out + 0).reshape(kept_shape)  # -0. becomes 0.: torch begins with zero


def _merged(axes: list[tuple[int, int, int]]) -> tuple[int, int, int]:
    """The innermost axes that are one in memory: their stride, their size, how many there are."""
    if not axes:
        return 0, 1, 0
    stride, size, _ = axes[0]
    joined = 1
    while joined < len(axes) and axes[joined][0] == stride * size:
        size *= axes[joined][1]
        joined += 1
    return stride, size, joined


def _rows(x: Array, lanes: int) -> Array:
    """The sums over the last axis of (…, n), in lanes."""
    n = x.shape[-1]
    if lanes == 1:
        return _side_by_side(x[..., None])[..., 0]
    vectors = n // lanes
    head = x[..., : vectors * lanes].reshape(*x.shape[:-1], vectors, lanes)
    partial = _side_by_side(head)
    parts = np.concatenate([x[..., vectors * lanes :], partial], axis=-1)
    out: Array = np.add.accumulate(parts, axis=-1)[..., -1]
    return out


def _side_by_side(x: Array) -> Array:
    """The sums over the axis before the last of (…, n, width), as four partial sums."""
    n, width = x.shape[-2:]
    whole = n // _SIDE_BY_SIDE
    head = x[..., : whole * _SIDE_BY_SIDE, :]
    parts = _cascade(head.reshape(*x.shape[:-2], whole, _SIDE_BY_SIDE * width))
    parts = parts.reshape(*x.shape[:-2], _SIDE_BY_SIDE, width)
    out: Array = parts[..., 0, :]
    for i in range(whole * _SIDE_BY_SIDE, n):
        out = out + x[..., i, :]
    for k in range(1, _SIDE_BY_SIDE):
        out = out + parts[..., k, :]
    return out


def _cascade(x: Array) -> Array:
    """The sums over the axis before the last of (…, n, width): in chunks, and chunks of chunks."""
    n = x.shape[-2]
    chunk = 1 << max(4, (max(n - 1, 0)).bit_length() // _LEVELS)
    levels = []
    for _ in range(_LEVELS - 1):
        if n < chunk:
            break
        chunks = n // chunk
        levels.append(_in_order(x[..., chunks * chunk :, :]))
        head = x[..., : chunks * chunk, :].reshape(*x.shape[:-2], chunks, chunk, x.shape[-1])
        x, n = _in_order(head), chunks
    out = _in_order(x)
    if not levels:
        return out
    small, *larger = [*levels, out]
    for level in larger:
        small = small + level
    return small


def _in_order(x: Array) -> Array:
    """The sum over the axis before the last, one after the other."""
    if x.shape[-1] == 1:  # numpy would add pairwise along what it sees as one axis
        if x.shape[-2] == 0:
            return np.zeros((*x.shape[:-2], 1), x.dtype)
        out: Array = np.add.accumulate(x, axis=-2)[..., -1, :]
        return out
    if abs(x.strides[-1]) > abs(x.strides[-2]):
        x = np.ascontiguousarray(x)  # along the closest axis numpy would add pairwise
    out = np.add.reduce(x, axis=-2)
    return out
