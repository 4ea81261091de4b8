"""Normalization: numbers moved and scaled so that their mean is 0 and their variance 1.

What is normalized together is a row: a layer norm's last dimensions, a group of channels, or, for
a batch norm, a channel throughout the batch. Everything here goes by the same three steps, on an
array of which `axes` make a row.

Comments give the time that a line saves: float32, one core, layer norm of (64, 512) and batch norm
of (64, 32, 28, 28).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.kernels import many

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Axes = tuple[int, ...]


def normalized(
    x: Array, axes: Axes, times: Array | None, plus: Array | None, eps: float
) -> tuple[Array, Array, Array, Array, Array]:
    """x with each row at mean 0 and variance 1, then times `times`, and `plus` added.

    Gives that; then what it was before `times`, the means, the variances (divided by the count),
    and what the distance from the mean was multiplied by. The last three have `axes` of size 1.

    >>> out, normal, mean, variance, scale = normalized(
    ...     np.array([[1.0, 3.0], [2.0, 6.0]]), (1,), np.array(10.0), None, 0.0
    ... )
    >>> out
    array([[-10.,  10.],
           [-10.,  10.]])
    >>> mean.ravel(), variance.ravel(), scale.ravel()
    (array([2., 4.]), array([1., 4.]), array([1. , 0.5]))
    """
    count = x.dtype.type(_count(x, axes))
    mean = total(x, axes) / count
    normal = x - mean
    variance = total_of_products(normal, normal, axes) / count
    scale = 1 / np.sqrt(variance + x.dtype.type(eps))
    normal *= scale
    out = normal if times is None else normal * times
    if plus is not None:
        out = out + plus if out is normal else np.add(out, plus, out=out)
    return out, normal, mean, variance, scale


def normalized_gradient(g: Array, normal: Array, scale: Array, axes: Axes) -> Array:
    """The gradient of x, from that of `normal`, which is x at mean 0 and variance 1.

    Moving all numbers of a row, or scaling them, changes nothing; so what `g` holds of these two
    directions is taken out of it.
    """
    return given_totals(g, normal, scale, axes, total(g, axes), total_of_products(g, normal, axes))


def given_totals(
    g: Array, normal: Array, scale: Array, axes: Axes, sums: Array, products: Array
) -> Array:
    """`normalized_gradient`, where the sums of g and of g · normal over each row are known."""
    count = g.dtype.type(_count(g, axes))
    out: Array = normal * (products / -count)
    out += g
    out -= sums / count
    out *= scale
    return out


def _count(x: Array, axes: Axes) -> int:
    count = 1
    for axis in axes:
        count *= x.shape[axis]
    return count


_IN_A_ROW = 4096  # so many numbers, BLAS may add up one after the other


def total(x: Array, axes: Axes) -> Array:
    """The sum over `axes`, which stay with size 1."""
    if axes == (1,) and x.ndim == 2 and x.shape[1] <= _IN_A_ROW:
        sums: Array = np.dot(x, np.ones((x.shape[1], 1), x.dtype))  # 0.3 of the time
        return sums
    if x.size and x.flags.c_contiguous and x.dtype.kind == "f":
        shape = [1 if axis in axes else size for axis, size in enumerate(x.shape)]
        return many.total(x, axes).reshape(shape)
    sums = x.sum(axes, dtype=x.dtype, keepdims=True)
    return sums


def total_of_products(x: Array, y: Array, axes: Axes) -> Array:
    """The sum of x · y over `axes`, which stay with size 1."""
    # Without storing the products: 0.4 of the time (batch norm), 0.7 (layer norm).
    if x.ndim == 2 and axes == (1,):
        sums: Array = np.einsum("ij,ij->i", x, y)[:, None]
        return sums
    if x.ndim == 3 and axes == (0, 2) and x.shape[2] > 1:
        sums = np.einsum("ijk,ijk->ij", x, y).sum(0, dtype=x.dtype)[None, :, None]
        return sums
    return total(x * y, axes)
