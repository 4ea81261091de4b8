"""Pooling of images: the largest number under a window that slides over them, or the mean.

Nothing here goes from window to window. It goes from place to place within the window: what all
windows see in one place is a slice of the image, with the stride as its step. Where windows hang
over the edge, their slice is shorter; so padding is never stored.

Images are (N, C, H, W); kernel, stride, padding and dilation are pairs, for height and width.
Nothing is checked: all are positive, and the padding is at most half of the kernel.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Pair = tuple[int, int]
    Shape = tuple[int, ...]


def pool_output_size(
    size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> int:
    """How many windows there are along an axis of `size` numbers; less than 1 where none fits.

    With `ceil_mode` a window may hang over the end, if it starts in the image or in the padding
    before it. Follows `torch.nn.MaxPool2d`.

    >>> pool_output_size(5, 2, 2, 0, 1, False), pool_output_size(5, 2, 2, 0, 1, True)
    (2, 3)
    """
    spare = size + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil_mode:
        return spare // stride + 1
    last = -(-spare // stride)
    return last + 1 if last * stride < size + padding else last


# ----- the largest --------------------------------------------------------------------------------


@np.errstate(all="ignore")
def max_pool2d_values(
    x: Array,
    kernel: Pair,
    stride: Pair,
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> Array:
    """The largest number of each window; nan, where there is one.

    Follows `torch.nn.functional.max_pool2d`.

    >>> max_pool2d_values(np.arange(9.0).reshape(1, 1, 3, 3), (2, 2), (2, 2), ceil_mode=True)
    array([[[[4., 5.],
             [7., 8.]]]])
    """
    return _largest(x, *_axes(x.shape, kernel, stride, padding, dilation, ceil_mode))


def _largest(x: Array, down: _Axis, across: _Axis) -> Array:
    # A column of the window first, then a row of what that gave: 0.1 to 0.4 of torch's time.
    # Reducing the windows (np.lib.stride_tricks.sliding_window_view) takes 13 to 40 times as long.
    tall = np.full((*x.shape[:2], down.count, x.shape[3]), _lowest(x.dtype), x.dtype)
    for windows, seen in down.places():
        out = tall[:, :, windows]
        np.maximum(out, x[:, :, seen], out=out)
    values = np.full((*tall.shape[:3], across.count), _lowest(x.dtype), x.dtype)
    for windows, seen in across.places():
        out = values[..., windows]
        np.maximum(out, tall[..., seen], out=out)
    return values


@np.errstate(all="ignore")
def max_pool2d(
    x: Array,
    kernel: Pair,
    stride: Pair,
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> tuple[Array, Array]:
    """The largest number of each window, and where it was: row * W + column, as int64.

    Of equal ones the first; of several nan the last, as torch has it.
    Follows `torch.nn.functional.max_pool2d` with `return_indices`.

    >>> values, indices = max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), (2, 2), (2, 2))
    >>> values
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    >>> indices.tolist()
    [[[[5, 7], [13, 15]]]]
    """
    down, across = _axes(x.shape, kernel, stride, padding, dilation, ceil_mode)
    values = _largest(x, down, across)
    places = list(itertools.product(down.places(), across.places()))
    # The number of the first place that holds the largest, in few bits: 0.7 to 0.8 of the time of
    # writing indices of 64 bits wherever a place holds it.
    small = np.min_scalar_type(len(places)).type
    none = small(len(places))
    first = np.full(values.shape, none, small)
    for number, ((rows, seen_rows), (columns, seen_columns)) in enumerate(places):
        holds = x[:, :, seen_rows, seen_columns] == values[:, :, rows, columns]
        out = first[:, :, rows, columns]
        np.minimum(out, np.where(holds, small(number), none), out=out)
    if x.dtype.kind == "f" and np.isnan(values).any():
        for number, ((rows, seen_rows), (columns, seen_columns)) in enumerate(places):
            is_nan = np.isnan(x[:, :, seen_rows, seen_columns])
            np.copyto(first[:, :, rows, columns], small(number), where=is_nan)
    # From the place in the window to the place in the image.
    width = x.shape[3]
    steps = np.add.outer(down.steps() * width, across.steps()).reshape(-1)
    indices: Array = steps.take(first, mode="clip")
    indices += np.add.outer(down.starts() * width, across.starts())
    return values, indices


def max_pool2d_gradient(grad: Array, indices: Array, size: int) -> Array:
    """The gradient of `max_pool2d` for its input: what each window got, added where its winner is.

    `grad` and `indices` are (..., windows), and the result is (..., size), for images of `size`
    numbers, H * W.

    >>> max_pool2d_gradient(np.array([1.0, 10.0, 100.0]), np.array([2, 0, 2]), 4)
    array([ 10.,   0., 101.,   0.])
    """
    planes = grad.size // max(1, grad.shape[-1])
    starts = np.arange(planes, dtype=np.int64)[:, None] * size
    places = (indices.reshape(planes, grad.shape[-1]) + starts).astype(np.intp, copy=False)
    out = np.zeros(planes * size, grad.dtype)
    # Half the time of np.bincount, and float32 adds up in float32, in torch's order.
    np.add.at(out, places.reshape(-1), grad.reshape(-1))
    return out.reshape(*grad.shape[:-1], size)


def max_pool2d_gradient_apart(
    grad: Array, x: Array, values: Array, kernel: Pair, stride: Pair, padding: Pair, ceil_mode: bool
) -> Array:
    """As `max_pool2d_gradient`, of windows that do not overlap, and float32 or float64 without nan.

    It finds the winners by comparing with the `values` of the images `x`: so forward need not look
    for them, and nothing is scattered. A third of the time, with forward.

    >>> x = np.arange(4.0).reshape(1, 1, 2, 2)
    >>> max_pool2d_gradient_apart(
    ...     np.full((1, 1, 1, 1), 5.0), x, np.full((1, 1, 1, 1), 3.0), (2, 2), (2, 2), (0, 0), False
    ... )
    array([[[[0., 0.],
             [0., 5.]]]])
    """
    down, across = _axes(x.shape, kernel, stride, padding, (1, 1), ceil_mode)
    bits = np.dtype(f"i{grad.itemsize}")
    out = np.zeros(x.shape, grad.dtype)
    images = _BLOCK_BYTES // (x.itemsize * math.prod(x.shape[1:]) + 1) + 1
    for start in range(0, len(x), images):
        block = slice(start, start + images)
        into, given, largest = out[block].view(bits), grad[block].view(bits), values[block]
        open_ = np.ones(largest.shape, np.bool_)  # whose winner has not come yet: the first counts
        for rows, seen_rows in down.places():
            for columns, seen_columns in across.places():
                holds = x[block, :, seen_rows, seen_columns] == largest[:, :, rows, columns]
                waits = open_[:, :, rows, columns]
                holds &= waits
                waits ^= holds
                mask = np.negative(holds.astype(bits))  # all bits of the winners, none of others
                np.bitwise_and(
                    mask, given[:, :, rows, columns], out=into[:, :, seen_rows, seen_columns]
                )
    return out


_BLOCK_BYTES = 2**18


def _lowest(dtype: np.dtype[Any]) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


# ----- the mean -----------------------------------------------------------------------------------


@np.errstate(all="ignore")
def avg_pool2d(
    x: Array,
    kernel: Pair,
    stride: Pair,
    padding: Pair = (0, 0),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor: int | None = None,
) -> Array:
    """The mean of each window: its sum by `divisor`, or else by how many numbers it has.

    The padding, of zeros, counts unless `count_include_pad` is False; what lies beyond it never
    does. Whole numbers are divided towards 0. Follows `torch.nn.functional.avg_pool2d`.

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> avg_pool2d(x, (2, 2), (2, 2), padding=(1, 1))
    array([[[[0.  , 0.75],
             [2.25, 6.  ]]]])
    >>> avg_pool2d(x, (2, 2), (2, 2), padding=(1, 1), count_include_pad=False)
    array([[[[0. , 1.5],
             [4.5, 6. ]]]])
    """
    if x.dtype == np.float16:  # too coarse to sum in
        wide = x.astype(np.float32)
        mean = avg_pool2d(wide, kernel, stride, padding, ceil_mode, count_include_pad, divisor)
        return mean.astype(np.float16)
    down, across = _axes(x.shape, kernel, stride, padding, (1, 1), ceil_mode)
    out = np.zeros((*x.shape[:2], down.count, across.count), x.dtype)
    # Place by place, as torch adds up: to the last bit. Columns first, then rows, takes 0.4 to 0.9
    # of the time, and differs in the last bit.
    for rows, seen_rows in down.places():
        for columns, seen_columns in across.places():
            out[:, :, rows, columns] += x[:, :, seen_rows, seen_columns]
    divisors = _divisors(down, across, count_include_pad, divisor)
    if x.dtype.kind == "f":
        out /= divisors.astype(x.dtype)
        return out
    out[...] = np.sign(out) * np.sign(divisors) * (np.abs(out) // np.abs(divisors))
    return out


@np.errstate(all="ignore")
def avg_pool2d_gradient(
    grad: Array,
    input_shape: Shape,
    kernel: Pair,
    stride: Pair,
    padding: Pair = (0, 0),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor: int | None = None,
) -> Array:
    """The gradient of `avg_pool2d` for its input: each window shares its own out to its numbers.

    >>> avg_pool2d_gradient(np.full((1, 1, 2, 2), 4.0), (1, 1, 3, 3), (2, 2), (1, 1))
    array([[[[1., 2., 1.],
             [2., 4., 2.],
             [1., 2., 1.]]]])
    """
    down, across = _axes(input_shape, kernel, stride, padding, (1, 1), ceil_mode)
    shares = grad / _divisors(down, across, count_include_pad, divisor).astype(grad.dtype)
    out: Array = np.zeros(input_shape, grad.dtype)
    # From the last place to the first: a number hears from its windows in their order, as in torch.
    for rows, seen_rows in reversed(list(down.places())):
        for columns, seen_columns in reversed(list(across.places())):
            out[:, :, seen_rows, seen_columns] += shares[:, :, rows, columns]
    return out


def _divisors(down: _Axis, across: _Axis, count_include_pad: bool, divisor: int | None) -> Array:
    if divisor is not None:
        return np.array(divisor, np.int64)
    return np.multiply.outer(down.lengths(count_include_pad), across.lengths(count_include_pad))


# ----- windows ------------------------------------------------------------------------------------


class _Axis:
    """The windows along an axis: where they start, and what they see there."""

    def __init__(
        self, size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
    ) -> None:
        self.size, self.kernel, self.stride = size, kernel, stride
        self.padding, self.dilation = padding, dilation
        self.count = pool_output_size(size, kernel, stride, padding, dilation, ceil_mode)

    def places(self) -> list[tuple[slice, slice]]:
        """For each place in the window, which windows have it in the image, and what they see."""
        out = []
        for step in range(0, self.kernel * self.dilation, self.dilation):
            beyond = self.padding - step  # how far this place is before the window's stride
            first = max(0, -(-beyond // self.stride))
            end = max(first, min(self.count, (self.size - 1 + beyond) // self.stride + 1))
            start = first * self.stride - beyond
            stop = start + (end - first) * self.stride
            out.append((slice(first, end), slice(start, min(stop, self.size), self.stride)))
        return out

    def starts(self) -> Array:
        return np.arange(self.count, dtype=np.int64) * self.stride - self.padding

    def steps(self) -> Array:
        return np.arange(self.kernel, dtype=np.int64) * self.dilation

    def lengths(self, count_include_pad: bool) -> Array:
        """How many numbers each window has; what lies beyond the padding is none."""
        starts = self.starts()
        ends = np.minimum(starts + self.kernel, self.size + self.padding)
        if not count_include_pad:
            starts, ends = np.maximum(starts, 0), np.minimum(ends, self.size)
        lengths: Array = ends - starts
        return lengths


def _axes(
    x: Shape, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool
) -> tuple[_Axis, _Axis]:
    down = _Axis(x[2], kernel[0], stride[0], padding[0], dilation[0], ceil_mode)
    across = _Axis(x[3], kernel[1], stride[1], padding[1], dilation[1], ceil_mode)
    return down, across
