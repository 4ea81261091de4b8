"""Pooling of sequences, to a given size, by other means, and max pooling's way back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import record, wrap
from tensorlab.errors import noted
from tensorlab.nn.functional.arguments import adaptive_sizes, require_tensor
from tensorlab.nn.functional.pooling import (
    _of_winners,
    _to_winners,
    adaptive_avg_pool2d,
    avg_pool2d,
    max_pool2d,
)
from tensorlab.ops.operands import not_implemented

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]


# ----- sequences: images of one row ---------------------------------------------------------------


def _one(x: Any) -> int:
    return int(x[0]) if isinstance(x, (tuple, list)) else int(x)


def _single(operation: str, size: Any) -> int:
    if isinstance(size, (tuple, list)) and len(size) != 1:
        raise RuntimeError(
            f"{operation}() argument 'output_size' should contain one int (got {len(size)})"
        )
    return _one(size)


def _two_or_three(operation: str, input: Tensor) -> None:
    if input.ndim in (2, 3):
        return
    words = (
        f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor for argument #1 "
        f"'self' (while checking arguments for {operation})"
    )
    if operation == "max_pool1d":
        words = (
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for "
            f"input, but got:{list(input.shape)}"
        )
    raise noted(
        RuntimeError(words), "The axes are (batch, channels, length); the batch may be left out."
    )


def max_pool1d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As `max_pool2d`, of sequences (N, C, L) or (C, L). Follows `torch.nn.functional.max_pool1d`.

    >>> F.max_pool1d(torch.tensor([[[1., 3., 2., 4.]]]), 2)
    tensor([[[3., 4.]]])
    """
    require_tensor("max_pool1d", input)
    _two_or_three("max_pool1d", input)
    kernel = _one(kernel_size)
    step = kernel if stride is None or stride in ([], ()) else _one(stride)
    margin, gap = _one(padding), _one(dilation)
    if kernel < 1:
        raise RuntimeError(f"max_pool1d() kernel_size must be greater than zero, but got {kernel}")
    if step < 1:
        raise RuntimeError(f"max_pool1d() stride must be greater than zero, but got {step}")
    if margin < 0:
        raise RuntimeError(f"max_pool1d() padding must be non-negative, but got {margin}")
    if margin > kernel // 2:
        raise RuntimeError(
            "max_pool1d() padding should be at most half of kernel size, but got "
            f"padding={margin} and kernel_size={kernel}"
        )
    if gap < 1:
        raise RuntimeError(f"max_pool1d() dilation must be greater than zero, but got {gap}")
    if (input.shape[-1] + 2 * margin - gap * (kernel - 1) - 1) < 0:
        size = (input.shape[-1] + 2 * margin - gap * (kernel - 1) - 1) // step + 1
        raise noted(
            RuntimeError(f"max_pool1d() Invalid computed output size: {size}"),
            "The window is longer than the sequence.",
        )
    found: Any = max_pool2d(
        input.unsqueeze(-2), (1, kernel), (1, step), (0, margin), (1, gap), ceil_mode, True
    )
    values, places = (one.squeeze(-2) for one in found)
    return (values, places) if return_indices else values


def avg_pool1d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """As `avg_pool2d`, of sequences (N, C, L) or (C, L). Follows `torch.nn.functional.avg_pool1d`.

    >>> F.avg_pool1d(torch.tensor([[[1., 3., 2., 4.]]]), 2)
    tensor([[[2., 3.]]])
    """
    require_tensor("avg_pool1d", input)
    _two_or_three("avg_pool1d", input)
    kernel = _one(kernel_size)
    step = kernel if stride is None or stride in ([], ()) else _one(stride)
    window = ((1, kernel), (1, step), (0, _one(padding)))
    return avg_pool2d(input.unsqueeze(-2), *window, ceil_mode, count_include_pad).squeeze(-2)


def adaptive_avg_pool1d(input: Tensor, output_size: Sizes) -> Tensor:
    """The means of `output_size` windows. Follows `torch.nn.functional.adaptive_avg_pool1d`.

    >>> F.adaptive_avg_pool1d(torch.tensor([[[1., 3., 2., 4.]]]), 2)
    tensor([[[2., 3.]]])
    """
    require_tensor("adaptive_avg_pool1d", input)
    _two_or_three("adaptive_avg_pool1d", input)
    size = _single("adaptive_avg_pool1d", output_size)
    return adaptive_avg_pool2d(input.unsqueeze(-2), (1, size)).squeeze(-2)


def adaptive_max_pool1d(input: Tensor, output_size: Sizes, return_indices: bool = False) -> Any:
    """The largest of `output_size` windows. Follows `torch.nn.functional.adaptive_max_pool1d`.

    >>> F.adaptive_max_pool1d(torch.tensor([[[1., 3., 2., 4.]]]), 2)
    tensor([[[3., 4.]]])
    """
    require_tensor("adaptive_max_pool1d", input)
    _two_or_three("adaptive_max_pool1d", input)
    size = _single("adaptive_max_pool1d", output_size)
    found = adaptive_max_pool2d(input.unsqueeze(-2), (1, size), True)
    values, places = (one.squeeze(-2) for one in found)
    return (values, places) if return_indices else values


# ----- to a given size ----------------------------------------------------------------------------


def adaptive_max_pool2d(
    input: Tensor, output_size: int | Sequence[int | None] | None, return_indices: bool = False
) -> Any:
    """The largest of a grid of `output_size` windows, whatever the image's size.

    Follows `torch.nn.functional.adaptive_max_pool2d`.

    >>> F.adaptive_max_pool2d(torch.arange(16.).reshape(1, 4, 4), (1, 2))
    tensor([[[13., 15.]]])
    """
    require_tensor("adaptive_max_pool2d", input)
    rows, columns = adaptive_sizes("adaptive_max_pool2d", input, output_size, 2)
    if input.ndim not in (3, 4):
        raise RuntimeError(
            f"adaptive_max_pool2d(): Expected 3D or 4D tensor, but got: {list(input.shape)}"
        )
    if not input.dtype.is_floating_point:
        raise not_implemented("adaptive_max_pool2d", input.dtype)
    x = input._data
    height, width = x.shape[-2:]
    values = np.empty((*x.shape[:-2], rows, columns), x.dtype)
    places = np.empty(values.shape, np.int64)
    for i in range(rows):
        top, bottom = i * height // rows, -(-(i + 1) * height // rows)
        for j in range(columns):
            left, right = j * width // columns, -(-(j + 1) * width // columns)
            seen = x[..., top:bottom, left:right]
            flat = seen.reshape(*seen.shape[:-2], seen.shape[-2] * seen.shape[-1])
            best = flat.argmax(-1)
            values[..., i, j] = np.take_along_axis(flat, best[..., None], -1)[..., 0]
            down, across = np.divmod(best, right - left)
            places[..., i, j] = (top + down) * width + left + across
    shape = input.shape
    out = record(
        "AdaptiveMaxPool2DBackward0", values, (input, lambda g: _to_winners(g, places, shape))
    )
    return (out, wrap(places)) if return_indices else out


# ----- another mean -------------------------------------------------------------------------------


def lp_pool1d(
    input: Tensor,
    norm_type: float,
    kernel_size: int,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm under each window of sequences. Follows `torch.nn.functional.lp_pool1d`."""
    means = avg_pool1d(input**norm_type, kernel_size, stride, 0, ceil_mode)
    return (means.sign() * means.abs().relu() * kernel_size) ** (1.0 / norm_type)


def lp_pool2d(
    input: Tensor,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm under each window: the p-th root of the sum of p-th powers.

    Follows `torch.nn.functional.lp_pool2d`.

    >>> F.lp_pool2d(torch.tensor([[[3., 4.]]]), 2, (1, 2))
    tensor([[[5.]]])
    """
    kernel = kernel_size if isinstance(kernel_size, (tuple, list)) else (kernel_size,) * 2
    means = avg_pool2d(input**norm_type, kernel, stride, 0, ceil_mode)
    return (means.sign() * means.abs().relu() * math.prod(kernel)) ** (1.0 / norm_type)


# ----- the way back -------------------------------------------------------------------------------


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """As `max_unpool2d`, of sequences. Follows `torch.nn.functional.max_unpool1d`."""
    kernel = _one(kernel_size)
    step = kernel if stride is None else _one(stride)
    size = _unpooled_size(input, (kernel,), (step,), (_one(padding),), output_size)
    return _unpooled(input.unsqueeze(-2), indices.unsqueeze(-2), (1, *size)).squeeze(-2)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """The way back of `max_pool2d`: each number goes to the place it came from, zeros elsewhere.

    Follows `torch.nn.functional.max_unpool2d`.

    >>> values, places = F.max_pool2d(torch.arange(4.).reshape(1, 1, 2, 2), 2, return_indices=True)
    >>> F.max_unpool2d(values, places, 2)
    tensor([[[[0., 0.],
              [0., 3.]]]])
    """

    def pair(x: Any) -> tuple[int, int]:
        return tuple(x) if isinstance(x, (tuple, list)) else (x, x)

    kernel = pair(kernel_size)
    step = kernel if stride is None else pair(stride)
    size = _unpooled_size(input, kernel, step, pair(padding), output_size)
    return _unpooled(input, indices, tuple(size))


def _unpooled(input: Tensor, indices: Tensor, size: tuple[int, ...]) -> Tensor:
    if indices.dtype is not dtypes.int64:
        raise RuntimeError(
            f"elements in indices should be type int64 but got: {indices.dtype.legacy}"
        )
    if indices.shape != input.shape:
        raise RuntimeError(
            "Expected shape of indices to be same as that of the input tensor "
            f"({list(input.shape)}) but got indices tensor with shape: {list(indices.shape)}"
        )
    places = indices._data
    count = math.prod(size)
    wrong = places[(places < 0) | (places >= count)]
    if wrong.size:
        raise RuntimeError(
            f"Found an invalid max index: {int(wrong[0])} (output volumes are of size "
            f"{size[0]}x{size[1]}"
        )
    lead = tuple(input.shape[:-2])
    flat = np.zeros((*lead, count), input._data.dtype)
    np.put_along_axis(flat, places.reshape(*lead, -1), input._data.reshape(*lead, -1), -1)
    shape = (*lead, *size)
    return record(
        "MaxUnpool2DBackward0",
        flat.reshape(shape),
        (input, lambda g: _of_winners(g, places, shape)),
    )


def _unpooled_size(
    input: Tensor, kernel: Any, stride: Any, padding: Any, output_size: Any
) -> list[int]:
    """The size that was pooled: the smallest that could be, unless one is given."""
    usual = [
        (n - 1) * step + k - 2 * margin
        for n, k, step, margin in zip(
            input.shape[-len(kernel) :], kernel, stride, padding, strict=True
        )
    ]
    if output_size is None:
        return usual
    asked = list(output_size)
    if len(asked) == len(kernel) + 2:
        asked = asked[2:]
    if len(asked) != len(kernel):
        raise ValueError(
            f"output_size should be a sequence containing {len(kernel)} or {len(kernel) + 2} "
            f"elements, but it has a length of '{len(asked)}'"
        )
    for place, (n, least, step) in enumerate(zip(asked, usual, stride, strict=True)):
        if not least - step < n < least + step:
            shown = type(output_size)(asked) if isinstance(output_size, (list, tuple)) else asked
            raise ValueError(
                f'invalid output_size "{shown}" (dim {place} must be between {least - step} and '
                f"{least + step})"
            )
    return asked
