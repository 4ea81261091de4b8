"""Convolution of images as a matrix product: every window becomes a column, every filter a row.

For one image and one group, with a filter for each of O output channels:

    filters   O by K, where K = channels * kernel height * kernel width
    columns   K by L, a column for each of the L places where the kernel fits
    product   O by L, which is the output

What a row of `columns` holds is the image itself, shifted: entry (c, i, j) of every window. So the
columns are copied row by row, each as one run of memory. That leaves some columns between the rows
of the image, whose windows wrap around its edge; they are computed, and dropped.

A stride of 2 would take every other number; so the image is dealt out first into 2 * 2 smaller
ones, called phases here, by odd and even rows and columns. On them, the stride is 1.

Figures in the comments: float32, 2 cores, torch beside it in the same run. Called "middle":
x (8, 16, 32, 32), weight (32, 16, 3, 3), padding 1; "large": x (32, 32, 28, 28), weight
(64, 32, 3, 3), padding 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Pair = tuple[int, int]
    Shape = tuple[int, ...]

# A block of images has columns of about this many bytes, which stay in cache. TODO measured
_BLOCK_BYTES = 2**21


def conv2d(
    x: Array,
    weight: Array,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """Slide the filters of `weight` over the images of `x`.

    x (N, C, H, W), weight (O, C / groups, kh, kw), of one dtype; gives (N, O, H', W'). Nothing is
    checked: the kernel must fit, and `groups` divide. Follows `torch.nn.functional.conv2d`.

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d(x, np.ones((1, 1, 2, 2)))
    array([[[[ 8., 12.],
             [20., 24.]]]])
    >>> conv2d(x, np.ones((1, 1, 2, 2)), stride=(2, 2), padding=(1, 1))
    array([[[[ 0.,  3.],
             [ 9., 24.]]]])
    """
    if x.dtype == np.float16:
        out = conv2d(x.astype(np.float32), weight.astype(np.float32), stride, padding, dilation, groups)
        return out.astype(np.float16)
    windows = _Windows(x.shape, weight.shape, stride, padding, dilation, groups)
    out = np.empty(windows.out_shape, x.dtype)
    filters = windows.filters(weight)
    for block in windows.blocks(x.itemsize):
        product = np.matmul(filters, windows.columns(x[block]))
        out[block] = windows.drop_wrapped(product)
    return out


def conv2d_input_gradient(
    grad: Array,
    weight: Array,
    input_shape: Shape,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    windows = _Windows(input_shape, weight.shape, stride, padding, dilation, groups)
    out = np.empty(input_shape, grad.dtype)
    filters = windows.filters(weight).transpose(0, 2, 1)
    for block in windows.blocks(grad.itemsize):
        columns = np.matmul(filters, windows.add_wrapped(grad[block]))
        windows.uncolumn(columns, out[block])
    return out


def conv2d_weight_gradient(
    grad: Array,
    x: Array,
    weight_shape: Shape,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    windows = _Windows(x.shape, weight_shape, stride, padding, dilation, groups)
    out = np.zeros((groups, weight_shape[0] // groups, windows.depth), grad.dtype)
    for block in windows.blocks(x.itemsize):
        columns = windows.columns(x[block]).transpose(0, 1, 3, 2)
        out += np.matmul(windows.add_wrapped(grad[block]), columns).sum(axis=0)
    return out.reshape(weight_shape)


class _Windows:
    """Where the windows of a convolution lie."""

    def __init__(self, x: Shape, weight: Shape, stride: Pair, padding: Pair, dilation: Pair, groups: int) -> None:
        self.count, self.channels, height, width = x
        self.size = (height, width)
        self.out_channels, per_group, *self.kernel = weight
        self.depth = per_group * self.kernel[0] * self.kernel[1]
        self.groups, self.stride, self.padding = groups, stride, padding
        padded = [height + 2 * padding[0], width + 2 * padding[1]]
        reach = [d * (k - 1) for d, k in zip(dilation, self.kernel)]
        self.out_size = tuple((p - r - 1) // s + 1 for p, r, s in zip(padded, reach, stride))
        self.out_shape = (self.count, self.out_channels, *self.out_size)
        # the padded image's rows and columns in a phase
        self.phase = tuple(-(-p // s) for p, s in zip(padded, stride))
        self.length = self.out_size[0] * self.phase[1]
        self.slack = reach[1] // stride[1]
        self.taps = []
        for i in range(self.kernel[0]):
            for j in range(self.kernel[1]):
                (down, row), (right, column) = divmod(i * dilation[0], stride[0]), divmod(j * dilation[1], stride[1])
                self.taps.append((i, j, row, column, down * self.phase[1] + right))

    def filters(self, weight):
        return weight.reshape(self.groups, self.out_channels // self.groups, self.depth)

    def blocks(self, itemsize: int) -> Iterator[slice]:
        one = self.groups * self.depth * self.length * itemsize
        step = max(1, _BLOCK_BYTES // one)
        for start in range(0, self.count, step):
            yield slice(start, min(start + step, self.count))

    def phases(self, x_block_len, dtype):
        rows, columns = self.phase
        flat = np.zeros((*self.stride, x_block_len, self.channels, rows * columns + self.slack), dtype)
        return flat, flat[..., : rows * columns].reshape(*flat.shape[:-1], rows, columns)

    def shares(self):
        for row in range(self.stride[0]):
            top = (row - self.padding[0]) % self.stride[0]
            a = (top + self.padding[0]) // self.stride[0]
            for column in range(self.stride[1]):
                left = (column - self.padding[1]) % self.stride[1]
                b = (left + self.padding[1]) // self.stride[1]
                yield row, column, (slice(top, None, self.stride[0]), slice(left, None, self.stride[1])), a, b

    def columns(self, x):
        flat, images = self.phases(len(x), x.dtype)
        for row, column, share, a, b in self.shares():
            part = x[:, :, share[0], share[1]]
            images[row, column, :, :, a : a + part.shape[2], b : b + part.shape[3]] = part
        columns = np.empty((len(x), self.channels, *self.kernel, self.length), x.dtype)
        for i, j, row, column, offset in self.taps:
            columns[:, :, i, j] = flat[row, column, :, :, offset : offset + self.length]
        return columns.reshape(len(x), self.groups, self.depth, self.length)

    def uncolumn(self, columns, out):
        flat, images = self.phases(len(out), out.dtype)
        columns = columns.reshape(len(out), self.channels, *self.kernel, self.length)
        for i, j, row, column, offset in self.taps:
            flat[row, column, :, :, offset : offset + self.length] += columns[:, :, i, j]
        for row, column, share, a, b in self.shares():
            part = out[:, :, share[0], share[1]]
            part[...] = images[row, column, :, :, a : a + part.shape[2], b : b + part.shape[3]]

    def drop_wrapped(self, product):
        h, w = self.out_size
        return product.reshape(-1, self.out_channels, h, self.phase[1])[..., :w]

    def add_wrapped(self, grad):
        h, w = self.out_size
        out = np.zeros((len(grad), self.out_channels, h, self.phase[1]), grad.dtype)
        out[..., :w] = grad
        return out.reshape(len(grad), self.groups, -1, self.length)
