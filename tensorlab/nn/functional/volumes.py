"""Pooling and transposed convolution of volumes, (N, C, D, H, W): by what images have.

A window over a volume is a window over its slices, and then one over the stack of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, record, wrap
from tensorlab.errors import noted
from tensorlab.kernels import pooling as kernels
from tensorlab.nn.functional import convolution_checks as checks
from tensorlab.nn.functional.arguments import adaptive_sizes, require_tensor
from tensorlab.nn.functional.more_pooling import _unpooled_size
from tensorlab.nn.functional.pooling import _of_winners, _to_winners
from tensorlab.nn.functional.transposed import _check, conv_transpose2d
from tensorlab.ops.casting import cast
from tensorlab.ops.matmul import matmul
from tensorlab.ops.operands import not_implemented
from tensorlab.ops.placing import slice_scatter

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]
    Three = tuple[int, int, int]


def three(x: Any) -> Three:
    """A size for depth, height and width each."""
    if isinstance(x, (tuple, list)):
        return (x[0],) * 3 if len(x) == 1 else tuple(x)
    return (x, x, x)


# ----- the largest ------------------------------------------------------------------------------


def max_pool3d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As `max_pool2d`, of volumes. Follows `torch.nn.functional.max_pool3d`.

    >>> F.max_pool3d(torch.arange(8.).reshape(1, 1, 2, 2, 2), 2)
    tensor([[[[[7.]]]]])
    """
    require_tensor("max_pool3d", input)
    kernel, margins, gaps = three(kernel_size), three(padding), three(dilation)
    steps = kernel if stride is None or stride in ([], ()) else three(stride)
    if input.ndim not in (4, 5):
        raise noted(
            RuntimeError("non-empty 4D or 5D (batch mode) tensor expected for input"),
            "The axes are (batch, channels, depth, height, width); the batch may be left out.",
        )
    for margin, size, gap in zip(margins, kernel, gaps, strict=True):
        if margin > (gap * (size - 1) + 1) // 2:
            raise RuntimeError(
                "pad should be at most half of effective kernel size, but got "
                f"pad={margin}, kernel_size={size} and dilation={gap}"
            )
    window = list(zip(kernel, steps, margins, gaps, strict=True))
    sizes = _pooled_sizes(input, window, ceil_mode)
    if input.dtype is dtypes.bool or input.is_complex():
        raise not_implemented("max_pool3d", input.dtype)
    values, places = _largest(input._data, window, ceil_mode)
    shape = tuple(input.shape)
    lead = (*shape[:-3], *sizes)
    flat_places = places.reshape(*shape[:-3], 1, -1)
    flat_shape = (*shape[:-3], 1, math.prod(shape[-3:]))

    def back(g: Tensor) -> Tensor:
        spread = _to_winners(g.reshape(flat_places.shape), flat_places, flat_shape)
        return spread.reshape(shape)

    out = record("MaxPool3DWithIndicesBackward0", values.reshape(lead), (input, back, input))
    return (out, wrap(places.reshape(lead))) if return_indices else out


def _largest(x: Array, window: list[Any], ceil_mode: bool) -> tuple[Array, Array]:
    """The largest number of each window, and its place in the volume."""
    depth, height, width = x.shape[-3:]
    slices = x.reshape(-1, depth, height, width)
    both: Any = [tuple(each) for each in zip(*window[1:], strict=True)]
    found, places = kernels.max_pool2d(slices, *both, ceil_mode)  # type: ignore[call-arg]
    area = found.shape[-2] * found.shape[-1]
    stacked = found.reshape(-1, 1, depth, area)
    down: Any = [(n, other) for n, other in zip(window[0], (1, 1, 0, 1), strict=True)]
    values, layers = kernels.max_pool2d(stacked, *down, ceil_mode)  # type: ignore[call-arg]
    layer, place = layers // area, layers % area
    inside = places.reshape(-1, 1, depth * area)
    chosen = np.take_along_axis(inside, (layer * area + place).reshape(len(inside), 1, -1), -1)
    return values, layer * (height * width) + chosen.reshape(values.shape)


def _pooled_sizes(input: Tensor, window: list[Any], ceil_mode: bool) -> tuple[int, ...]:
    sizes = tuple(
        kernels.pool_output_size(size, *one, ceil_mode)  # type: ignore[call-arg]
        for size, one in zip(input.shape[-3:], window, strict=True)
    )
    if min(sizes) < 1:
        channels = input.shape[-4]
        before, after = (
            "x".join(map(str, (channels, *each))) for each in (input.shape[-3:], sizes)
        )
        raise RuntimeError(
            f"Given input size: ({before}). Calculated output size: ({after}). Output size is too "
            "small"
        )
    return sizes


def adaptive_max_pool3d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest of a grid of `output_size` windows, whatever the volume's size.

    Follows `torch.nn.functional.adaptive_max_pool3d`.

    >>> F.adaptive_max_pool3d(torch.arange(8.).reshape(1, 2, 2, 2), 1)
    tensor([[[[7.]]]])
    """
    require_tensor("adaptive_max_pool3d", input)
    shape = tuple(input.shape)
    sizes = tuple(adaptive_sizes("adaptive_max_pool3d", input, output_size, 3))
    x = input._data
    values = np.empty((*shape[:-3], *sizes), x.dtype)
    places = np.empty(values.shape, np.int64)
    _, height, width = shape[-3:]
    for cell in np.ndindex(*sizes):
        spans = [
            (i * n // count, -(-(i + 1) * n // count))
            for i, n, count in zip(cell, shape[-3:], sizes, strict=True)
        ]
        where: Any = (..., *(slice(*span) for span in spans))
        seen = x[where]
        flat = seen.reshape(*seen.shape[:-3], -1)
        best = flat.argmax(-1)
        values[(..., *cell)] = np.take_along_axis(flat, best[..., None], -1)[..., 0]
        d, h, w = np.unravel_index(best, seen.shape[-3:])
        place = ((d + spans[0][0]) * height + h + spans[1][0]) * width + w + spans[2][0]
        places[(..., *cell)] = place
    flat_places = places.reshape(*shape[:-3], 1, -1)
    flat_shape = (*shape[:-3], 1, math.prod(shape[-3:]))

    def back(g: Tensor) -> Tensor:
        spread = _to_winners(g.reshape(flat_places.shape), flat_places, flat_shape)
        return spread.reshape(shape)

    out = record("AdaptiveMaxPool3DBackward0", values, (input, back))
    return (out, wrap(places)) if return_indices else out


# ----- the mean ---------------------------------------------------------------------------------


def avg_pool3d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """As `avg_pool2d`, of volumes. Follows `torch.nn.functional.avg_pool3d`.

    >>> F.avg_pool3d(torch.arange(8.).reshape(1, 1, 2, 2, 2), 2)
    tensor([[[[[3.5000]]]]])
    """
    require_tensor("avg_pool3d", input)
    kernel, margins = three(kernel_size), three(padding)
    steps = kernel if stride is None or stride in ([], ()) else three(stride)
    if input.ndim not in (4, 5):
        raise RuntimeError("non-empty 4D or 5D (batch mode) tensor expected for input")
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    if any(margin > size // 2 for margin, size in zip(margins, kernel, strict=True)):
        raise RuntimeError(
            "pad should be smaller than or equal to half of kernel size, but got padT = "
            f"{margins[0]}, padW = {margins[2]}, padH = {margins[1]}, kT = {kernel[0]}, "
            f"kW = {kernel[2]}, kH = {kernel[1]}"
        )
    shape = input.shape[-3:]
    if any(n + 2 * m < k for n, m, k in zip(shape, margins, kernel, strict=True)):
        names = ("T", "H", "W")
        image = " ".join(f"{a}: {n}" for a, n in zip(names, shape, strict=True))
        window = " ".join(f"k{a}: {n}" for a, n in zip(names, kernel, strict=True))
        raise RuntimeError(f"input image ({image}) smaller than kernel size ({window})")
    axes = [
        kernels._Axis(n, k, s, m, 1, ceil_mode)
        for n, k, s, m in zip(shape, kernel, steps, margins, strict=True)
    ]
    out = input
    for dim, axis in zip((-3, -2, -1), axes, strict=True):
        out = _along(out, _window_sums(axis, input._data.dtype), dim)
    if divisor_override is not None:
        divisors = np.array(divisor_override, input._data.dtype)
    else:
        lengths = [axis.lengths(count_include_pad) for axis in axes]
        divisors = np.multiply.outer(np.multiply.outer(lengths[0], lengths[1]), lengths[2])
    out = out / wrap(divisors.astype(input._data.dtype))
    return record("AvgPool3DBackward0", np.ascontiguousarray(out._data), (out, lambda g: g))


def _window_sums(axis: Any, dtype: np.dtype[Any]) -> Array:
    """The matrix (windows, numbers) with a one where a window sees a number."""
    matrix = np.zeros((axis.count, axis.size), dtype)
    for windows, seen in axis.places():
        matrix[range(*windows.indices(axis.count)), range(*seen.indices(axis.size))] = 1
    return matrix


def _along(x: Tensor, matrix: Array, dim: int) -> Tensor:
    """The products of a matrix with the vectors along a dimension."""
    return matmul(x.transpose(dim, -1), wrap(np.ascontiguousarray(matrix.T))).transpose(dim, -1)


def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Tensor:
    """The means of a grid of `output_size` windows, whatever the volume's size.

    Follows `torch.nn.functional.adaptive_avg_pool3d`.

    >>> F.adaptive_avg_pool3d(torch.arange(8.).reshape(1, 2, 2, 2), 1)
    tensor([[[[3.5000]]]])
    """
    require_tensor("adaptive_avg_pool3d", input)
    sizes = adaptive_sizes("adaptive_avg_pool3d", input, output_size, 3)
    if input.ndim not in (4, 5):
        raise RuntimeError(
            f"adaptive_avg_pool3d(): Expected 4D or 5D tensor, but got {list(input.shape)}"
        )
    if sizes == [1, 1, 1]:
        return input.mean((-1, -2, -3), keepdim=True)
    out = cast(input, dtypes.float32) if input.dtype is dtypes.bfloat16 else input
    for dim, count in zip((-3, -2, -1), sizes, strict=True):
        size = input.shape[dim]
        matrix = np.zeros((count, size), input._data.dtype)
        for i in range(count):
            start, end = i * size // count, -(-(i + 1) * size // count)
            matrix[i, start:end] = 1 / (end - start)
        out = _along(out, matrix, dim)
    data = np.ascontiguousarray(out._data)
    return cast(record("AdaptiveAvgPool3DBackward0", data, (out, lambda g: g)), input.dtype)


def lp_pool3d(
    input: Tensor,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm under each window. Follows `torch.nn.functional.lp_pool3d`."""
    kernel = three(kernel_size)
    means = avg_pool3d(input**norm_type, kernel, stride, 0, ceil_mode)
    return (means.sign() * means.abs().relu() * math.prod(kernel)) ** (1.0 / norm_type)


# ----- the way back -----------------------------------------------------------------------------


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """The way back of `max_pool3d`. Follows `torch.nn.functional.max_unpool3d`.

    >>> found = F.max_pool3d(torch.arange(8.).reshape(1, 1, 2, 2, 2), 2, return_indices=True)
    >>> F.max_unpool3d(*found, 2).sum()
    tensor(7.)
    """
    kernel = three(kernel_size)
    steps = kernel if stride is None else three(stride)
    size = tuple(_unpooled_size(input, kernel, steps, three(padding), output_size))
    lead = tuple(input.shape[:-3])
    places = indices._data.reshape(*lead, 1, -1)
    count = math.prod(size)
    wrong = places[(places < 0) | (places >= count)]
    if wrong.size:
        raise RuntimeError(
            f"Found an invalid max index: {int(wrong[0])} (output volumes are of size "
            f"{size[0]}x{size[1]}x{size[2]})"
        )
    flat = np.zeros((*lead, 1, count), input._data.dtype)
    np.put_along_axis(flat, places, input._data.reshape(places.shape), -1)
    shape = (*lead, *size)

    def back(g: Tensor) -> Tensor:
        return _of_winners(g.reshape(flat.shape), places, flat.shape).reshape(input.shape)

    return record("MaxUnpool3DBackward0", flat.reshape(shape), (input, back))


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """As `conv_transpose2d`, of volumes. Follows `torch.nn.functional.conv_transpose3d`.

    Each layer of the window spreads the slices as images; the layers are laid over each other,
    one step apart.

    >>> F.conv_transpose3d(torch.ones(1, 1, 1, 1, 2), torch.ones(1, 1, 1, 1, 2))
    tensor([[[[[1., 2., 1.]]]]])
    """
    require_tensor("conv_transpose3d", input)
    checks.check_input("conv_transpose3d", 3, input, bias)
    steps, margins, extra, gaps = map(three, (stride, padding, output_padding, dilation))
    x = input if input.ndim == 5 else input.unsqueeze(0)
    _check(x, weight, bias, steps, margins, extra, gaps, groups)
    count, _, depth = x.shape[:3]
    layers = weight.shape[2]
    images = x.transpose(1, 2).reshape(count * depth, x.shape[1], *x.shape[3:])
    length = (depth - 1) * steps[0] + gaps[0] * (layers - 1) + 1 + extra[0]
    total: Any = None
    for layer in range(layers):
        options = (steps[1:], margins[1:], extra[1:], groups, gaps[1:])
        flat = conv_transpose2d(images, weight[:, :, layer], None, *options)
        part = flat.reshape(count, depth, *flat.shape[1:]).transpose(1, 2)
        room = wrap(np.zeros((*part.shape[:2], length, *part.shape[3:]), part._data.dtype))
        start = layer * gaps[0]
        end = start + (depth - 1) * steps[0] + 1
        placed = slice_scatter(room, part, 2, start, end, steps[0])
        total = placed if total is None else total + placed
    total = total.narrow(2, margins[0], length - 2 * margins[0])
    if bias is not None:
        total = total + bias.reshape(-1, 1, 1, 1)
    data = np.ascontiguousarray(total._data)
    out = record("ConvolutionBackward0", data, (total, lambda g: g))
    return out if x.ndim == input.ndim else out.squeeze(0)
