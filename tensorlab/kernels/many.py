"""Functions of many float32 numbers: in few passes, a piece at a time, by numpy's own vectors.

Tensors that print whole are computed to torch's last bit, see elementary.py and exponential.py.
Of more numbers nobody sees that bit. What is here is right to a few units in the last place, in a
tenth of the time. A piece is so small that what is made on the way stays in the cache: of a million
numbers, sigmoid takes 0.6 ms so, and 1.5 ms in one piece.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.kernels import parallel

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Steps = Callable[..., None]

WHOLE = 1000  # tensors of up to so many numbers print whole
# Of shares, which take torch's last bit 10 times as long: 64 examples of 10 classes are many.
WHOLE_SHARES = 256
_PIECE = 2**15

# As arrays: of a scalar, numpy asks 0.4 us more what it is.
_ZERO, _HALF, _ONE, _INFINITY = (np.array(x, np.float32) for x in (0, 0.5, 1, np.inf))


def are_many(x: Array, whole: int = WHOLE) -> bool:
    """Whether these are float32 numbers too many to print whole."""
    return x.size > whole and x.dtype.char == "f"


def by_pieces(steps: Steps, *arrays: Array, dtype: Any = np.float32) -> Array:
    """An array into which `steps(out, *arrays)` writes, called for pieces of all of them.

    The result has the shape of the first. The others have it, too, or are single numbers.

    >>> by_pieces(lambda out, x: np.multiply(x, 2, out), np.ones((2, 2), np.float32))
    array([[2., 2.],
           [2., 2.]], dtype=float32)
    """
    shape = arrays[0].shape
    flat = [np.ascontiguousarray(each).reshape(-1) if each.ndim else each for each in arrays]
    out = np.empty(flat[0].size, dtype)

    def work(piece: slice) -> None:
        steps(out[piece], *[each[piece] if each.ndim else each for each in flat])

    if out.size < parallel.ENOUGH or parallel.count == 1:
        for start in range(0, out.size, _PIECE):
            work(slice(start, start + _PIECE))
    else:
        parallel.each(work, out.size)
    return out.reshape(shape)


def relu(x: Array) -> Array:
    """The number, or 0 where it is negative. What becomes of -0. depends on the processor."""
    # A third of the time of np.maximum, a hundredth of np.where's, whose branches are guessed.
    return np.clip(x, _ZERO, _INFINITY)


def where(mask: Array, a: Array, b: Array) -> Array:
    """`a` where the mask is true, `b` elsewhere; both in the mask's shape, or single numbers."""

    # By bits, ((a ^ b) & mask) ^ b: np.where guesses branches, and takes 10 times as long.
    def steps(out: Array, mask: Array, a: Array, b: Array) -> None:
        np.negative(mask.astype(np.int32), out)
        np.bitwise_and(out, np.bitwise_xor(a, b), out)
        np.bitwise_xor(out, b, out)

    return by_pieces(steps, mask, a.view(np.int32), b.view(np.int32), dtype=np.int32).view(a.dtype)


def can_choose(mask: Array, a: Array, b: Array) -> bool:
    """Whether `where` takes these."""
    return (
        mask.size > WHOLE
        and mask.dtype.char == "?"
        and a.dtype.char == b.dtype.char == "f"
        and a.shape in (mask.shape, ())
        and b.shape in (mask.shape, ())
    )


def where_positive(g: Array, y: Array) -> Array:
    """`g` where `y` is positive or nan, 0 elsewhere."""

    def steps(out: Array, g: Array, y: Array) -> None:
        np.subtract((y <= _ZERO).astype(np.int32), 1, out)
        np.bitwise_and(out, g, out)

    return by_pieces(steps, g.view(np.int32), y, dtype=np.int32).view(g.dtype)


# ----- sigmoid and what is made of it -----------------------------------------------------------


def _sigmoid_steps(out: Array, x: Array) -> None:
    np.negative(x, out)
    np.exp(out, out)
    np.add(out, _ONE, out)
    np.divide(_ONE, out, out)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    return by_pieces(_sigmoid_steps, x)


def silu(x: Array) -> Array:
    """x · sigmoid(x)."""

    def steps(out: Array, x: Array) -> None:
        _sigmoid_steps(out, x)
        np.multiply(out, x, out)

    return by_pieces(steps, x)


def silu_gradient(g: Array, x: Array) -> Array:
    """g · s · (1 + x · (1 - s)), with s = sigmoid(x)."""

    def steps(out: Array, g: Array, x: Array) -> None:
        s = np.empty_like(x)
        _sigmoid_steps(s, x)
        np.subtract(_ONE, s, out)
        np.multiply(out, x, out)
        np.add(out, _ONE, out)
        np.multiply(out, s, out)
        np.multiply(out, g, out)

    return by_pieces(steps, g, x)


# ----- the error function -----------------------------------------------------------------------
#
# erf(x / √2) = tanh(x · p(x²)), where p is nearly a polynomial: this one, of degree 6, is off by
# less than 6e-8. np.tanh takes the time of 4 multiplications, so that this takes a third of the
# time of a quotient of polynomials.

_FROM_TANH = [
    np.array(coefficient, np.float32)
    for coefficient in (
        1.75627813e-09, -1.32266302e-07, 3.96477343e-06, -5.53063182e-05, -3.25947415e-05,
        0.0363330844, 0.797884941,
    )
]  # fmt: skip
_BEYOND = np.array(6, np.float32)  # erf is 1 there


def _normal_steps(out: Array, x: Array) -> None:
    """erf(x / √2): twice the share of normally distributed numbers from 0 to x."""
    near = np.clip(x, -_BEYOND, _BEYOND)
    square = np.multiply(near, near)
    np.multiply(square, _FROM_TANH[0], out)
    for coefficient in _FROM_TANH[1:-1]:
        np.add(out, coefficient, out)
        np.multiply(out, square, out)
    np.add(out, _FROM_TANH[-1], out)
    np.multiply(out, near, out)
    np.tanh(out, out)


def gelu(x: Array) -> Array:
    """x times the share of normally distributed numbers below x."""

    def steps(out: Array, x: Array) -> None:
        _normal_steps(out, x)
        np.add(out, _ONE, out)
        np.multiply(out, x, out)
        np.multiply(out, _HALF, out)

    return by_pieces(steps, x)


_ROOT_TAU = np.array(1 / np.sqrt(2 * np.pi), np.float32)


def gelu_gradient(g: Array, x: Array) -> Array:
    """g times the share of normally distributed numbers below x, and x times its slope."""

    def steps(out: Array, g: Array, x: Array) -> None:
        bell = np.multiply(x, x)
        np.multiply(bell, -_HALF, bell)
        np.exp(bell, bell)
        np.multiply(bell, _ROOT_TAU, bell)
        np.multiply(bell, x, bell)
        _normal_steps(out, x)
        np.add(out, _ONE, out)
        np.multiply(out, _HALF, out)
        np.add(out, bell, out)
        np.multiply(out, g, out)

    return by_pieces(steps, g, x)


_ROOT_TWO = np.array(np.sqrt(2), np.float32)


def erf(x: Array) -> Array:
    """The error function."""

    def steps(out: Array, x: Array) -> None:
        _normal_steps(out, np.multiply(x, _ROOT_TWO))

    return by_pieces(steps, x)


# ----- sums ------------------------------------------------------------------------------------


def total(x: Array, axes: Sequence[int]) -> Array:
    """The sum over some axes of contiguous floats, which are gone from the result.

    As products with ones, which BLAS adds up in a third to a tenth of np.sum's time.
    """
    kept = [size for axis, size in enumerate(x.shape) if axis not in axes]
    last = x.ndim
    while last and last - 1 in axes:
        last -= 1
    if last < x.ndim:
        width = math.prod(x.shape[last:])
        x = _sums_of_rows(x.reshape(-1, width)).reshape(x.shape[:last])
    if any(axis < last for axis in axes):
        first = 0
        while first in axes:
            first += 1
        if first and not any(first <= axis < last for axis in axes):
            rows = x.reshape(math.prod(x.shape[:first]), -1)
            x = np.dot(np.ones(len(rows), x.dtype), rows)
        else:
            x = np.add.reduce(x, tuple(axis for axis in axes if axis < last), x.dtype)
    return x.reshape(kept)


_WIDTH = 1024  # of sums that are added up one after the other


def _sums_of_rows(rows: Array) -> Array:
    count, width = rows.shape
    if width <= 4 * _WIDTH:
        sums: Array = np.dot(rows, np.ones(width, rows.dtype))
        return sums
    # In parts: so float32 rounds as little as in pairwise sums.
    whole = width // _WIDTH * _WIDTH
    ones = np.ones(_WIDTH, rows.dtype)
    parts = np.dot(rows[:, :whole].reshape(-1, _WIDTH), ones).reshape(count, -1)
    out: Array = np.add.reduce(parts, 1, rows.dtype)
    out += np.add.reduce(rows[:, whole:], 1, rows.dtype)
    return out


# ----- shares along an axis ---------------------------------------------------------------------


def softmax(x: Array, axis: int) -> Array:
    """exp(x) as shares of their sum along an axis."""
    y: Array = x - x.max(axis, keepdims=True)
    np.exp(y, y)
    np.multiply(y, 1 / _sum_along(y, axis), out=y)
    return y


def log_softmax(x: Array, axis: int) -> Array:
    """The logarithm of softmax."""
    y: Array = x - x.max(axis, keepdims=True)
    y -= np.log(_sum_along(np.exp(y), axis))
    return y


def softmax_gradient(g: Array, y: Array, axis: int) -> Array:
    """The gradient of softmax's input, from that of its result y."""
    out: Array = g * y
    out -= y * _sum_along(out, axis)
    return out


def log_softmax_gradient(g: Array, y: Array, axis: int) -> Array:
    """The gradient of log_softmax's input, from that of its result y."""
    out = np.exp(y)
    out *= -_sum_along(g, axis)
    out += g
    return out


def _sum_along(x: Array, axis: int) -> Array:
    """The sum along an axis, which stays with size 1."""
    if axis == x.ndim - 1 and x.flags.c_contiguous:
        sums: Array = np.dot(x, np.ones((x.shape[-1], 1), x.dtype))  # a quarter of the time
    else:
        sums = x.sum(axis, dtype=x.dtype, keepdims=True)
    return sums
