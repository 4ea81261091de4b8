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

from tensorlab.kernels import many
from tensorlab.kernels.rounding import multiply_add

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
    if x.size > _TORCH_IN_ORDER and x.flags.c_contiguous:
        return many.total(x, axes)
    summed, kept, flat = _arranged(x, axes)
    inner_stride, n, joined = _merged(summed)
    column_stride, columns, _ = _merged(kept)
    rest = math.prod(size for _, size, _ in kept) // columns
    outer = math.prod(size for _, size, _ in summed[joined:])
    lanes = _LANE_BYTES // x.itemsize
    full = inner_stride == x.itemsize and n >= lanes
    if outer > 1 or not kept or full or inner_stride < column_stride:
        rows = flat.reshape(rest * columns, outer, n)
        sums = _rows(rows, lanes if full else 1)
        out = np.add.accumulate(sums, 1, x.dtype)[:, -1]  # one after the other, never pairwise
    else:
        full = column_stride == x.itemsize and columns >= lanes
        block = _SIDE_BY_SIDE * (lanes if full else 1)
        matrix = flat.reshape(rest, columns, n).swapaxes(1, 2)
        whole = columns // block * block
        out = np.empty((rest, columns), x.dtype)
        out[:, :whole] = _cascade(matrix[:, :, :whole])
        out[:, whole:] = _side_by_side(matrix[:, :, whole:])
    return (out + 0).reshape(kept_shape)  # -0. becomes 0.: torch begins with zero


def total_of_all(x: Array) -> Any:
    """The sum of float32 or float64 numbers that lie in one run, as `total` over all axes has it.

    The same additions, without asking how the axes lie: a fifth of the time, of few numbers.

    >>> float(total_of_all(np.full(10, 0.1, np.float32)))
    1.0000001192092896
    """
    n = x.size
    if n > _TORCH_IN_ORDER:
        return many.total(x, range(x.ndim))
    x = x.reshape(-1)
    lanes = _LANE_BYTES // x.itemsize
    if n < lanes:
        if n < 2:
            return x.sum(dtype=x.dtype)
        if n > _SIDE_BY_SIDE:  # what is left over after the first four comes before the others
            x = x.take(_ORDERS[n])
        return np.add.accumulate(x, 0, x.dtype)[-1] + 0
    whole = n // lanes * lanes
    vectors = x[:whole].reshape(-1, lanes)
    quads = len(vectors) // _SIDE_BY_SIDE
    if quads:
        head = vectors[: quads * _SIDE_BY_SIDE].reshape(quads, _SIDE_BY_SIDE * lanes)
        parts = (np.add.reduce(head, 0, x.dtype) if quads < 16 else _cascade(head)).reshape(
            -1, lanes
        )
        vectors = np.concatenate([parts[:1], vectors[quads * _SIDE_BY_SIDE :], parts[1:]])
    partial = np.add.reduce(vectors, 0, x.dtype)
    return np.add.accumulate(np.concatenate([x[whole:], partial]), 0, x.dtype)[-1] + 0


_TORCH_IN_ORDER = 32768  # of more numbers, torch's order depends on the machine
_ORDERS = {n: np.array([0, *range(_SIDE_BY_SIDE, n), 1, 2, 3], np.intp) for n in range(5, 8)}


def total_of_squares(x: Array, axes: Sequence[int]) -> Array:
    """The sum of the squares of float32 numbers over some axes, as torch adds for a norm.

    >>> float(total_of_squares(np.array([3, 4], np.float32), [0]))
    25.0
    """
    kept_shape = tuple(size for axis, size in enumerate(x.shape) if axis not in axes)
    summed, kept, flat = _arranged(x, axes)
    stride, n, joined = _merged(summed)
    if x.size == 0 or joined < len(summed):
        squares = np.square(x, dtype=np.float64)
        plain: Array = np.sum(squares, tuple(axes), np.float64).astype(x.dtype)
        return plain
    rows = flat.reshape(math.prod(size for _, size, _ in kept), n)
    squares = rows * rows
    if stride != x.itemsize:
        return np.add.accumulate(squares, 1, x.dtype)[:, -1].reshape(kept_shape)
    # The lanes, then what is left over in fours; the last, up to three, are fused.
    lanes = _LANE_BYTES // x.itemsize
    vectors, fours = n // lanes * lanes, n // 4 * 4
    parts = [np.zeros_like(rows[:, :1]), squares[:, vectors:fours]]
    if vectors:
        vector_rows = squares[:, :vectors].reshape(-1, n // lanes, lanes)
        parts[0] = np.add.accumulate(vector_rows, 1, x.dtype)[:, -1]
    sums = np.add.accumulate(np.concatenate(parts, axis=1), 1, x.dtype)[:, -1]
    for i in range(fours, n):
        sums = multiply_add(rows[:, i], rows[:, i], sums)
    return sums.reshape(kept_shape)


_Axes = list[tuple[int, int, int]]  # stride, size, number


def _arranged(x: Array, axes: Sequence[int]) -> tuple[_Axes, _Axes, Array]:
    """The axes that are summed, those that are kept, innermost first, and x in that order."""
    summed = sorted(
        ((x.strides[axis], x.shape[axis], axis) for axis in axes if x.shape[axis] > 1),
        key=lambda one: (one[0], -one[2]),
    )
    kept = [
        (x.strides[axis], x.shape[axis], axis)
        for axis in reversed(range(x.ndim))
        if axis not in axes and x.shape[axis] > 1
    ]
    order = [axis for _, _, axis in reversed(kept)] + [axis for _, _, axis in reversed(summed)]
    return summed, kept, x.transpose(order + [axis for axis in range(x.ndim) if axis not in order])


def _merged(axes: _Axes) -> tuple[int, int, int]:
    """The innermost axes that lie in memory as one: their stride, their size, how many."""
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
    out: Array = np.add.accumulate(parts, -1, x.dtype)[..., -1]
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
        out: Array = np.add.accumulate(x, -2, x.dtype)[..., -1, :]
        return out
    if abs(x.strides[-1]) > abs(x.strides[-2]):
        x = np.ascontiguousarray(x)  # along the closest axis numpy would add pairwise
    out = np.add.reduce(x, -2, x.dtype)
    return out
