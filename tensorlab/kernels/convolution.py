"""Convolution of images as a matrix product: every window a column, every filter a row.

For one image and one group of channels, where the kernel fits in L places:

    filters   (O, K): the weights of each of the O output channels, K = channels * height * width
    columns   (K, L): the K numbers of the image that the kernel sees in each place
    product   (O, L): the output

Row (c, i, j) of `columns` is channel c of the image, shifted by i rows and j columns. It is copied
as one run of memory, from row to row of the padded image without a stop. So a few columns too many
arise where a run turns to the next row, windows that wrap around the edge: they are dropped. The
columns of a few images at a time are made, and made anew for the gradient: never those of a batch.

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

from tensorlab.kernels.quiet import hushed

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Pair = tuple[int, int]
    Shape = tuple[int, ...]

# So many images at a time that their columns stay in cache, in bytes. Eight times as many cost 1.4
# times the time; one at a time costs 1.6 times (first).
_BLOCK_BYTES = 2**20


@hushed
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
    return _convolved(x, weight, stride, padding, dilation, groups)


def _convolved(
    x: Array, weight: Array, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> Array:
    if x.dtype == np.float16:  # too coarse to sum in
        wide = _convolved(_wide(x), _wide(weight), stride, padding, dilation, groups)
        return wide.astype(np.float16)
    if _is_pointwise(weight.shape, padding):
        return _through_filters(_filters(weight, groups), x[:, :, :: stride[0], :: stride[1]])
    windows = _Windows(x.shape, weight.shape, stride, padding, dilation, groups)
    out = np.empty(windows.out_shape, x.dtype)
    filters = _filters(weight, groups)
    for block in windows.blocks(x.itemsize):
        # A product an image: what comes out is in the output's order already.
        columns = windows.columns(x[block])
        runs = windows.empty_runs(len(columns), x.dtype)
        np.matmul(filters, columns, out=runs[..., : windows.run])
        windows.from_runs(runs, out[block])
    return out


@hushed
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
        wide = _wide(grad), _wide(weight), input_shape, stride, padding, dilation, groups
        return conv2d_input_gradient(*wide).astype(np.float16)
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
        return _convolved(grad, _turned(weight, groups), (1, 1), rest, dilation, groups)
    out = np.empty(input_shape, grad.dtype)
    for block in windows.blocks(grad.itemsize):
        runs = windows.to_runs(grad[block])
        # For a group of one filter matmul takes 4 times as long as this product of all pairs.
        columns = backwards * runs if backwards.shape[2] == 1 else np.matmul(backwards, runs)
        windows.sum_columns(columns, out[block])
    return out


@hushed
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
            runs = windows.to_runs(grad[block]).swapaxes(2, 3)
            out += np.matmul(windows.columns(x[block]), runs).sum(0, dtype=x.dtype)
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
        # The size of a phase, and how long a run is: from the first window to the last.
        self.phase = (-(-padded[0] // stride[0]), -(-padded[1] // stride[1]))
        self.run = max(0, (rows - 1) * self.phase[1] + columns)
        self.dilation = dilation
        self.is_whole = padding == (0, 0) and stride == (1, 1)  # the image is its own phase
        self._made: dict[str, Array] = {}  # by the block before, of the same size or larger

    def blocks(self, itemsize: int) -> Iterator[slice]:
        """The images, a block at a time."""
        image = self.channels * self.kernel[0] * self.kernel[1] * self.run * itemsize
        step = max(1, _BLOCK_BYTES // max(1, image))
        count = self.out_shape[0]
        for start in range(0, count, step):
            yield slice(start, min(start + step, count))

    def columns(self, x: Array) -> Array:
        """The columns of the images `x`: (images, groups, K, run)."""
        phases = self._phases(x)
        count, itemsize = len(x), x.itemsize
        out = self._again("columns", (count, self.channels, *self.kernel, self.run), x.dtype)
        if self.stride == (1, 1):
            # By runs, not window by window: 0.8 of the time (middle). All runs in one copy.
            size, width = phases.shape[-1], self.phase[1]
            steps = (
                self.channels * size, size, self.dilation[0] * width, self.dilation[1], 1,
            )  # fmt: skip
            strides = tuple(itemsize * step for step in steps)
            np.copyto(out, np.ndarray(out.shape, x.dtype, phases, 0, strides))
        else:
            for i, j, row, column, start in self._taps():
                # From phases, not with a stride: 0.4 of the time, with a stride of 2.
                out[:, :, i, j] = phases[row, column, :, :, start : start + self.run]
        return out.reshape(count, self.groups, self.depth, self.run)

    def sum_columns(self, columns: Array, out: Array) -> None:
        """Into the images `out`: at every place, the sum of what `columns` holds of it."""
        phases = np.zeros((*self.stride, *out.shape[:2], self._size()), out.dtype)
        columns = columns.reshape(len(out), self.channels, *self.kernel, self.run)
        for i, j, row, column, start in self._taps():
            phases[row, column, :, :, start : start + self.run] += columns[:, :, i, j]
        for part, place in self._deal(out, phases):
            part[...] = place

    def empty_runs(self, count: int, dtype: Any) -> Array:
        """Room for the runs of so many images, and for the end of the last row."""
        rows = self.out_shape[2]
        shape = (count, self.groups, self.filters // self.groups, rows * self.phase[1])
        return self._again("runs", shape, dtype)

    def from_runs(self, runs: Array, out: Array) -> None:
        """Into the output images `out`: what the runs hold, but for the wrapped windows."""
        _, _, rows, columns = self.out_shape
        images = runs.reshape(len(out), self.filters, rows, self.phase[1])
        out[...] = images[..., :columns]

    def to_runs(self, grad: Array) -> Array:
        """The output images `grad` as runs, the wrapped windows being 0."""
        _, _, rows, columns = self.out_shape
        if columns == self.phase[1]:  # there are none
            images = np.ascontiguousarray(grad)
        else:
            shape = (len(grad), self.filters, rows, self.phase[1])
            images = self._again("zeroed", shape, grad.dtype, zeros=True)
            images[..., :columns] = grad
        runs = images.reshape(len(grad), self.groups, self.filters // self.groups, -1)
        return runs[..., : self.run]

    def _again(self, name: str, shape: Shape, dtype: Any, zeros: bool = False) -> Array:
        """Memory that a block before this one has had: fresh memory costs 1.2 times the time."""
        before = self._made.get(name)
        if before is None or len(before) < shape[0]:
            before = self._made[name] = (np.zeros if zeros else np.empty)(shape, dtype)
        return before[: shape[0]]

    def _taps(self) -> Iterator[tuple[int, int, int, int, int]]:
        """For each of the kernel's weights: the phase that it sees, and where its run starts."""
        for i in range(self.kernel[0]):
            for j in range(self.kernel[1]):
                down, row = divmod(i * self.dilation[0], self.stride[0])
                right, column = divmod(j * self.dilation[1], self.stride[1])
                yield i, j, row, column, down * self.phase[1] + right

    def _size(self) -> int:
        return self.phase[0] * self.phase[1]

    def _phases(self, x: Array) -> Array:
        """The phases of the images `x`: (*stride, images, channels, size)."""
        shape = (*x.shape[:2], self._size())
        if self.is_whole:
            return np.ascontiguousarray(x).reshape(1, 1, *shape)
        if self.stride == (1, 1):
            phases = self._again("padded", shape, x.dtype, zeros=True)[None, None]
        else:
            phases = np.zeros((*self.stride, *shape), x.dtype)
        for part, place in self._deal(x, phases):
            place[...] = part
        return phases

    def _deal(self, x: Array, phases: Array) -> Iterator[tuple[Array, Array]]:
        """For each phase, its part of the images `x`, and that part's place between the padding."""
        inner = phases.reshape(*phases.shape[:-1], *self.phase)
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
