"""Convolution of images as a matrix product: every window a column, every filter a row.

For one image and one group of channels, where the kernel fits in L places:

    filters   (O, K): the weights of each of the O output channels, K = channels * height * width
    columns   (K, L): the K numbers of the image that the kernel sees in each place
    product   (O, L): the output

Row (c, i, j) of `columns` is channel c of the image, shifted by i rows and j columns. It is copied
as one run of memory, from row to row of the padded image without a stop. So a few columns too many
arise where a run turns to the next row, windows that wrap around the edge: they are dropped.

A stride of 2 needs every other row and column only. The image is dealt out first: even rows and
even columns, even and odd, odd and even, odd and odd. On these four, its phases, the stride is 1.

The gradients are the same steps, backwards. Comments give the time that a line saves: float32, one
core, "middle" being x (8, 16, 32, 32) and weight (32, 16, 3, 3), "large" x (32, 32, 28, 28) and
weight (64, 32, 3, 3), "first" x (64, 1, 28, 28) and weight (8, 1, 5, 5), all with padding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Pair = tuple[int, int]
    Shape = tuple[int, ...]

# So many images at a time that their columns stay in cache, in bytes. Four times as many cost 1.2
# to 1.5 times the time; an eighth costs 1.1 (middle) to 2.1 times (first).
_BLOCK_BYTES = 2**21


@np.errstate(all="ignore")
def conv2d(
    x: Array,
    weight: Array,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """Slide the filters of `weight` over the images `x`.

    x (N, C, H, W) and weight (O, C / groups, height, width), of one dtype; gives (N, O, H', W').
    Nothing is checked: the kernel fits, `groups` divides C and O. Follows
    `torch.nn.functional.conv2d`.

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d(x, np.ones((1, 1, 2, 2)))
    array([[[[ 8., 12.],
             [20., 24.]]]])
    >>> conv2d(x, np.ones((1, 1, 2, 2)), stride=(2, 2), padding=(1, 1))
    array([[[[ 0.,  3.],
             [ 9., 24.]]]])
    """
    if x.dtype == np.float16:  # too coarse to sum in
        wide = conv2d(_wide(x), _wide(weight), stride, padding, dilation, groups)
        return wide.astype(np.float16)
    if _is_pointwise(weight.shape, padding):
        return _through_filters(_filters(weight, groups), x[:, :, :: stride[0], :: stride[1]])
    windows = _Windows(x.shape, weight.shape, stride, padding, dilation, groups)
    out = np.empty(windows.out_shape, x.dtype)
    filters = _filters(weight, groups)
    for block in windows.blocks(x.itemsize):
        # One product a block, although the images' order must change for it: one an image takes as
        # long here, and in the gradients twice as long (middle).
        windows.from_runs(np.matmul(filters, windows.columns(x[block])), out[block])
    return out


@np.errstate(all="ignore")
def conv2d_input_gradient(
    grad: Array,
    weight: Array,
    input_shape: Shape,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """The gradient of `conv2d` for its input, of `input_shape`, from that of its output, `grad`.

    Every number of the input gets the sum of what it was multiplied by.

    >>> conv2d_input_gradient(np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2)), (1, 1, 3, 3))
    array([[[[1., 2., 1.],
             [2., 4., 2.],
             [1., 2., 1.]]]])
    """
    if grad.dtype == np.float16:
        wide = conv2d_input_gradient(
            _wide(grad), _wide(weight), input_shape, stride, padding, dilation, groups
        )
        return wide.astype(np.float16)
    filters = _filters(weight, groups)
    backwards = filters.transpose(0, 2, 1)
    if _is_pointwise(weight.shape, padding):
        out = _through_filters(backwards, grad)
        if stride == (1, 1):
            return out
        spaced = np.zeros(input_shape, grad.dtype)
        spaced[:, :, :: stride[0], :: stride[1]] = out
        return spaced
    windows = _Windows(input_shape, weight.shape, stride, padding, dilation, groups)
    rest = (windows.reach[0] - padding[0], windows.reach[1] - padding[1])
    if stride == (1, 1) and min(rest) >= 0 and weight.shape[0] <= 2 * input_shape[1]:
        # A convolution of the gradient, with the filters turned around: reading shifted runs takes
        # a third of the time of adding to them. 2 times faster with as many channels out as in, 6
        # times with a group a channel; no faster with 2 times as many out.
        return conv2d(grad, _turned(weight, groups), (1, 1), rest, dilation, groups)
    out = np.empty(input_shape, grad.dtype)
    for block in windows.blocks(grad.itemsize):
        runs = windows.to_runs(grad[block])
        # For a group of one filter matmul takes 4 times as long as this product of all pairs.
        columns = backwards * runs if backwards.shape[2] == 1 else np.matmul(backwards, runs)
        windows.sum_columns(columns, out[block])
    return out


@np.errstate(all="ignore")
def conv2d_weight_gradient(
    grad: Array,
    x: Array,
    weight_shape: Shape,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """The gradient of `conv2d` for its weight, of `weight_shape`, from that of its output, `grad`.

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d_weight_gradient(np.ones((1, 1, 2, 2)), x, (1, 1, 2, 2))
    array([[[[ 8., 12.],
             [20., 24.]]]])
    """
    if x.dtype == np.float16:
        wide = conv2d_weight_gradient(
            _wide(grad), _wide(x), weight_shape, stride, padding, dilation, groups
        )
        return wide.astype(np.float16)
    if _is_pointwise(weight_shape, padding):
        seen = _by_group(x[:, :, :: stride[0], :: stride[1]], groups)
        out = np.matmul(seen, _by_group(grad, groups).transpose(0, 1, 3, 2)).sum(0, dtype=x.dtype)
    else:
        windows = _Windows(x.shape, weight_shape, stride, padding, dilation, groups)
        out = np.zeros((groups, windows.depth, weight_shape[0] // groups), x.dtype)
        for block in windows.blocks(x.itemsize):
            # In this order, and transposed at the end: 0.73 of the time of runs @ columns.T.
            runs = windows.to_runs(grad[block])
            out += np.matmul(windows.columns(x[block]), runs.transpose(0, 2, 1))
    return np.ascontiguousarray(out.transpose(0, 2, 1)).reshape(weight_shape)


def _wide(x: Array) -> Array:
    return x.astype(np.float32)


def _filters(weight: Array, groups: int) -> Array:
    """The weights as (groups, O / groups, K)."""
    out, per_group, height, width = weight.shape
    shape = (groups, out // groups, per_group * height * width)
    return np.ascontiguousarray(weight).reshape(shape)


def _turned(weight: Array, groups: int) -> Array:
    """The weights of the way back: each filter turned by 180°, inputs and outputs exchanged."""
    out, per_group, height, width = weight.shape
    turned = weight[:, :, ::-1, ::-1].reshape(groups, out // groups, per_group, height, width)
    return turned.transpose(0, 2, 1, 3, 4).reshape(groups * per_group, out // groups, height, width)


def _is_pointwise(weight_shape: Shape, padding: Pair) -> bool:
    """Whether no window holds more than one place: the image has the columns in it already.

    Without copying them, a 1x1 kernel takes 0.3 to 0.8 of the time.
    """
    return weight_shape[2:] == (1, 1) and padding == (0, 0)


def _through_filters(filters: Array, x: Array) -> Array:
    """The channels of each place, (N, C, H, W), times `filters`."""
    groups, per_group, _ = filters.shape
    out: Array = np.matmul(filters, _by_group(x, groups))
    return out.reshape(len(x), groups * per_group, *x.shape[2:])


def _by_group(x: Array, groups: int) -> Array:
    """(N, C, H, W) as (N, groups, C / groups, H * W)."""
    count, channels, height, width = x.shape
    shape = (count, groups, channels // groups, height * width)
    return np.ascontiguousarray(x).reshape(shape)


class _Windows:
    """Where the windows of a convolution lie, and how its images become columns and runs."""

    def __init__(
        self, x: Shape, weight: Shape, stride: Pair, padding: Pair, dilation: Pair, groups: int
    ) -> None:
        count, self.channels, height, width = x
        self.filters, per_group, *kernel = weight
        self.kernel, self.stride, self.padding, self.groups = kernel, stride, padding, groups
        self.depth = per_group * kernel[0] * kernel[1]
        # How far the kernel's last row is from its first, and its last column.
        self.reach = (dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1))
        padded = (height + 2 * padding[0], width + 2 * padding[1])
        rows = (padded[0] - self.reach[0] - 1) // stride[0] + 1
        columns = (padded[1] - self.reach[1] - 1) // stride[1] + 1
        self.out_shape = (count, self.filters, rows, columns)
        # The size of a phase, the numbers beyond it that the last run wraps to, a run's length.
        self.phase = (-(-padded[0] // stride[0]), -(-padded[1] // stride[1]))
        self.beyond = self.reach[1] // stride[1]
        self.run = rows * self.phase[1]
        # For each of the kernel's weights: the phase that it sees, and where its run starts there.
        self.taps = []
        for i in range(kernel[0]):
            for j in range(kernel[1]):
                down, row = divmod(i * dilation[0], stride[0])
                right, column = divmod(j * dilation[1], stride[1])
                self.taps.append((i, j, row, column, down * self.phase[1] + right))

    def blocks(self, itemsize: int) -> Iterator[slice]:
        """The images, a block at a time."""
        image = self.groups * self.depth * self.run * itemsize
        step = max(1, _BLOCK_BYTES // max(1, image))
        count = self.out_shape[0]
        for start in range(0, count, step):
            yield slice(start, min(start + step, count))

    def columns(self, x: Array) -> Array:
        """The columns of the images `x`, side by side: (groups, K, images * run)."""
        phases = self._empty_phases(x)
        for part, place in self._deal(x, phases):
            place[...] = part
        out = np.empty((self.channels, *self.kernel, len(x), self.run), x.dtype)
        for i, j, row, column, start in self.taps:
            # By runs, not window by window: 0.8 of the time (middle). From phases, not with a
            # stride: 0.4 of the time, with a stride of 2.
            out[:, i, j] = phases[row, column, :, :, start : start + self.run]
        return out.reshape(self.groups, self.depth, len(x) * self.run)

    def sum_columns(self, columns: Array, out: Array) -> None:
        """Into the images `out`: at every place, the sum of what `columns` holds of it."""
        phases = self._empty_phases(out)
        columns = columns.reshape(self.channels, *self.kernel, len(out), self.run)
        for i, j, row, column, start in self.taps:
            phases[row, column, :, :, start : start + self.run] += columns[:, i, j]
        for part, place in self._deal(out, phases):
            part[...] = place

    def from_runs(self, runs: Array, out: Array) -> None:
        """Into the output images `out`: what the runs hold, but for the wrapped windows."""
        _, _, rows, columns = self.out_shape
        images = runs.reshape(self.filters, len(out), rows, self.phase[1])
        out[...] = images[..., :columns].transpose(1, 0, 2, 3)

    def to_runs(self, grad: Array) -> Array:
        """The output images `grad` as runs, the wrapped windows being 0."""
        _, _, rows, columns = self.out_shape
        images = np.zeros((self.filters, len(grad), rows, self.phase[1]), grad.dtype)
        images[..., :columns] = grad.transpose(1, 0, 2, 3)
        return images.reshape(self.groups, self.filters // self.groups, len(grad) * self.run)

    def _empty_phases(self, x: Array) -> Array:
        rows, columns = self.phase
        size = rows * columns + self.beyond
        return np.zeros((*self.stride, self.channels, len(x), size), x.dtype)

    def _deal(self, x: Array, phases: Array) -> Iterator[tuple[Array, Array]]:
        """For each phase, its part of the images `x`, and that part's place between the padding."""
        rows, columns = self.phase
        inner = phases[..., : rows * columns].reshape(*phases.shape[:-1], rows, columns)
        x = x.transpose(1, 0, 2, 3)
        for row in range(self.stride[0]):
            top, above = _first_in_phase(row, self.stride[0], self.padding[0])
            for column in range(self.stride[1]):
                left, before = _first_in_phase(column, self.stride[1], self.padding[1])
                part = x[:, :, top :: self.stride[0], left :: self.stride[1]]
                place = inner[row, column, :, :, above:, before:]
                yield part, place[:, :, : part.shape[2], : part.shape[3]]


def _first_in_phase(phase: int, stride: int, padding: int) -> Pair:
    """The image's first row in a phase, and how many rows of padding are there before it."""
    first = (phase - padding) % stride
    return first, (first + padding) // stride
