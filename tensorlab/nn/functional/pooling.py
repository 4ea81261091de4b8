"""Pooling: a window slides over each channel and keeps its largest number, or its mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.autograd import is_grad_enabled
from tensorlab.core import Array, record, wrap
from tensorlab.errors import dimension_out_of_range, noted
from tensorlab.kernels import pooling as kernels
from tensorlab.nn.functional.arguments import adaptive_sizes, in_layout_of, pair, require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]
    Pair = tuple[int, int]


# ----- the largest -------------------------------------------------------------------------------


def max_pool2d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """The largest number under a window that slides over each channel.

    Images (N, C, H, W) or (C, H, W), of floats or integers. The stride is the kernel's size unless
    given. The padding is of -∞: it never wins. What does not fill a window is dropped, unless
    `ceil_mode`. With `return_indices`, the places of the winners, counted row by row, come too, as
    int64. Raises RuntimeError where the window does not fit.
    Follows `torch.nn.functional.max_pool2d`.

    >>> x = torch.arange(16.).reshape(1, 4, 4)
    >>> F.max_pool2d(x, 2)
    tensor([[[ 5.,  7.],
             [13., 15.]]])
    >>> values, places = F.max_pool2d(x, 2, return_indices=True)
    >>> places
    tensor([[[ 5,  7],
             [13, 15]]])
    """
    require_tensor("max_pool2d", input)
    kernel, steps, margins, gaps = _window("max_pool2d", kernel_size, stride, padding, dilation)
    if input.ndim not in (3, 4):
        raise noted(
            RuntimeError("non-empty 3D or 4D (batch mode) tensor expected for input"),
            "The axes are (batch, channels, height, width); the batch may be left out.",
        )
    _output_size(input, kernel, steps, margins, gaps, ceil_mode)
    if input.dtype is dtypes.bool or input.is_complex():
        raise NotImplementedError(f"\"max_pool2d\" not implemented for '{input.dtype.legacy}'")
    shape = input.shape
    images = input._data if input.ndim == 4 else input._data[None]
    window = (kernel, steps, margins, gaps, ceil_mode)
    if not (return_indices or (is_grad_enabled() and input.requires_grad)):
        largest = kernels.max_pool2d_values(images, *window)
        return wrap(in_layout_of(input, largest.reshape(*shape[:-2], *largest.shape[-2:])))
    apart = all(step >= size for step, size in zip(steps, kernel, strict=True)) and gaps == (1, 1)
    if apart and not return_indices and input._dtype.plain and images.flags.c_contiguous:
        return _max_pool_apart(input, images, window)
    largest, places = (
        in_layout_of(input, found.reshape(*shape[:-2], *found.shape[-2:]))
        for found in kernels.max_pool2d(images, *window)
    )
    out = record(
        "MaxPool2DWithIndicesBackward0",
        largest,
        (input, lambda g: _to_winners(g, places, shape), input),
    )
    return (out, wrap(places)) if return_indices else out  # type: ignore[return-value]


def _max_pool_apart(input: Tensor, images: Array, window: Any) -> Tensor:
    """The largest numbers of windows that do not overlap: of these, gradients are found faster."""
    kernel, steps, margins, _, ceil_mode = window
    values = kernels.max_pool2d_values(images, *window)
    shape = input.shape

    def gradient(g: Tensor) -> Tensor:
        if is_grad_enabled() or g._data.dtype != images.dtype or np.isnan(values).any():
            places = kernels.max_pool2d(images, *window)[1]
            return _to_winners(g, places.reshape(g._data.shape), shape)
        given = np.ascontiguousarray(g._data).reshape(values.shape)
        found = kernels.max_pool2d_gradient_apart(
            given, images, values, kernel, steps, margins, ceil_mode
        )
        return wrap(found.reshape(shape))

    data = values.reshape(*shape[:-2], *values.shape[-2:])
    return record("MaxPool2DWithIndicesBackward0", data, (input, gradient, input))


def _to_winners(gradient: Tensor, places: Array, shape: Sequence[int]) -> Tensor:
    """A window's gradient goes to its largest number alone; a number may win in several."""
    total = kernels.max_pool2d_gradient(
        _in_a_row(gradient._data), _in_a_row(places), math.prod(shape[-2:])
    )
    return record(
        "MaxPool2DWithIndicesBackwardBackward0",
        total.reshape(shape),
        (gradient, lambda g: _of_winners(g, places, shape)),
    )


def _of_winners(x: Tensor, places: Array, shape: Sequence[int]) -> Tensor:
    """The numbers of x at the places that won."""
    picked = np.take_along_axis(_in_a_row(x._data), _in_a_row(places), -1)
    return record(
        "GatherBackward0",
        picked.reshape(places.shape),
        (x, lambda g: _to_winners(g, places, shape)),
    )


def _in_a_row(images: Array) -> Array:
    """Images with their height and width in one."""
    return images.reshape(*images.shape[:-2], math.prod(images.shape[-2:]))


# ----- the mean ----------------------------------------------------------------------------------


def avg_pool2d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean under a window that slides over each channel.

    The padding is of zeros, and counts, unless `count_include_pad` is False.
    Follows `torch.nn.functional.avg_pool2d`.

    >>> F.avg_pool2d(torch.arange(16.).reshape(1, 4, 4), 2)
    tensor([[[ 2.5000,  4.5000],
             [10.5000, 12.5000]]])
    """
    require_tensor("avg_pool2d", input)
    kernel, steps, margins, gaps = _window("avg_pool2d", kernel_size, stride, padding, 1)
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    if input.ndim < 3:
        raise noted(
            dimension_out_of_range(-3, input.ndim),
            "The axes are (batch, channels, height, width); the batch may be left out.",
        )
    _output_size(input, kernel, steps, margins, gaps, ceil_mode)
    if input.dtype.category < dtypes.FLOATING and input.dtype is not dtypes.int64:
        raise NotImplementedError(f"\"avg_pool2d\" not implemented for '{input.dtype.legacy}'")
    options = (kernel, steps, margins, ceil_mode, count_include_pad, divisor_override)
    return _mean(input, options)


def _mean(x: Tensor, options: Any) -> Tensor:
    images = x._data if x.ndim == 4 else x._data[None]
    means = kernels.avg_pool2d(images, *options)
    shape = x.shape
    return record(
        "AvgPool2DBackward0",
        in_layout_of(x, means.reshape(*shape[:-2], *means.shape[-2:])),
        (x, lambda g: _shared_out(g, shape, options)),
    )


def _shared_out(gradient: Tensor, shape: Sequence[int], options: Any) -> Tensor:
    """A window's gradient goes to all its numbers, in equal parts."""
    images = gradient._data if gradient.ndim == 4 else gradient._data[None]
    whole = shape if len(shape) == 4 else (1, *shape)
    total = kernels.avg_pool2d_gradient(images, tuple(whole), *options)
    return record(
        "AvgPool2DBackwardBackward0", total.reshape(shape), (gradient, lambda g: _mean(g, options))
    )


def adaptive_avg_pool2d(input: Tensor, output_size: int | Sequence[int | None] | None) -> Tensor:
    """The means of a grid of `output_size` windows, whatever the image's size.

    None keeps a size. Follows `torch.nn.functional.adaptive_avg_pool2d`.

    >>> F.adaptive_avg_pool2d(torch.arange(16.).reshape(1, 4, 4), (1, 2))
    tensor([[[6.5000, 8.5000]]])
    """
    require_tensor("adaptive_avg_pool2d", input)
    rows, columns = adaptive_sizes("adaptive_avg_pool2d", input, output_size, 2)
    if input.ndim not in (3, 4):
        raise RuntimeError(
            f"adaptive_avg_pool2d(): Expected 3D or 4D tensor, but got {list(input.shape)}"
        )
    if not input.dtype.is_floating_point:
        raise NotImplementedError(
            f"\"adaptive_avg_pool2d\" not implemented for '{input.dtype.legacy}'"
        )
    if (rows, columns) == (1, 1):
        return input.mean((-1, -2), keepdim=True)
    down = _averaging(input.shape[-2], rows).astype(input._data.dtype)
    across = _averaging(input.shape[-1], columns).astype(input._data.dtype).T
    return _between("AdaptiveAvgPool2DBackward0", down, input, across)


def _averaging(size: int, windows: int) -> Array:
    """A matrix (windows, size) whose rows each take the mean of their part of a line."""
    matrix = np.zeros((windows, size), np.float64)
    for i in range(windows):
        start, end = i * size // windows, -(-(i + 1) * size // windows)
        matrix[i, start:end] = 1 / (end - start)
    return matrix


def _between(node: str, left: Array, x: Tensor, right: Array) -> Tensor:
    """`left @ x @ right`, of two fixed matrices."""
    return record(
        node,
        left @ x._data @ right,
        (x, lambda g: _between("AdaptiveAvgPool2DBackwardBackward0", left.T, g, right.T)),
    )


# ----- arguments ---------------------------------------------------------------------------------


def _window(
    operation: str, kernel_size: Any, stride: Any, padding: Any, dilation: Any
) -> tuple[Pair, Pair, Pair, Pair]:
    """Kernel size, stride, padding and dilation, each for height and width."""
    kernel = pair(operation, "kernel_size", 2, kernel_size, "either be a single int")
    steps = kernel
    if stride is not None and not (isinstance(stride, (tuple, list)) and not stride):
        steps = pair(operation, "stride", 3, stride, "either be omitted, a single int")
    margins = pair(operation, "padding", 4, padding, "either be a single int")
    gaps = pair(operation, "dilation", 5, dilation, "be either a single int")
    return kernel, steps, margins, gaps


def _output_size(
    input: Tensor, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool
) -> Pair:
    """The height and width of the result. Raises torch's RuntimeError where there is none."""
    every = list(zip(kernel, stride, padding, dilation, strict=True))
    for size, step, margin, gap in every:
        if step == 0:
            raise RuntimeError("stride should not be zero")
        if margin < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {margin}")
        if margin > int(((size - 1) * gap + 1) / 2):
            raise noted(
                RuntimeError(
                    "pad should be at most half of effective kernel size, but got "
                    f"pad={margin}, kernel_size={size} and dilation={gap}"
                ),
                "With more, a window could lie in the padding alone, where there is no largest.",
            )
    for name, kind, (height, width) in (
        ("kernel size", "k", kernel), ("stride", "d", stride), ("dilation", "dilation", dilation)
    ):  # fmt: skip
        if height < 1 or width < 1:
            raise RuntimeError(
                f"{name} should be greater than zero, but got {kind}H: {height} {kind}W: {width}"
            )
    if input.ndim not in (3, 4) or 0 in input.shape[-3:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but "
            f"got:{list(input.shape)}"
        )
    if padding[0] > kernel[0] // 2 or padding[1] > kernel[1] // 2:
        raise RuntimeError(
            "pad should be smaller than or equal to half of kernel size, but got "
            f"padW = {padding[1]}, padH = {padding[0]}, kW = {kernel[1]}, kH = {kernel[0]}"
        )
    height, width = (
        kernels.pool_output_size(size, *one, ceil_mode)
        for size, one in zip(input.shape[-2:], every, strict=True)
    )
    if height < 1 or width < 1:
        channels = input.shape[-3]
        before = "x".join(map(str, input.shape[-3:]))
        raise noted(
            RuntimeError(
                f"Given input size: ({before}). Calculated output size: "
                f"({channels}x{height}x{width}). Output size is too small"
            ),
            "The window is larger than the image. Take a smaller kernel, or pool less before.",
        )
    return height, width
