"""unfold and fold: windows of images as columns, and back; and channels dealt into places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tensorlab.core import record
from tensorlab.errors import noted
from tensorlab.kernels import folding as kernels
from tensorlab.nn.functional.arguments import require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]


def unfold(
    input: Tensor, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
) -> Tensor:
    """The window's numbers in each place as a column: (N, C, H, W) gives (N, C·kH·kW, L).

    Follows `torch.nn.functional.unfold`.

    >>> F.unfold(torch.arange(9.).reshape(1, 1, 3, 3), 2)
    tensor([[[0., 1., 3., 4.],
             [1., 2., 4., 5.],
             [3., 4., 6., 7.],
             [4., 5., 7., 8.]]])
    """
    require_tensor("unfold", input)
    window = _window(kernel_size, dilation, padding, stride)
    if input.ndim not in (3, 4) or 0 in input.shape[-3:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero "
            f"dimensions for input, but got: {list(input.shape)}"
        )
    size = tuple(input.shape[-2:])
    rows, columns = kernels.places(size, window)  # type: ignore[arg-type]
    if rows < 1 or columns < 1:
        raise noted(
            RuntimeError(
                f"Given input with spatial size {size}, kernel_size={window[0]}, "
                f"dilation={window[1]}, padding={window[2]}, calculated shape of the array of "
                f"sliding blocks as ({rows}, {columns}), but its components must be at least one."
            ),
            "The window must fit into the image, padding included.",
        )
    if input.ndim == 4:
        return _unfolded(input, window)
    out = _unfolded(input[None], window)[0]
    return record("Im2ColBackward0", out._data, (out, lambda g: g))


def _unfolded(x: Tensor, window: Any) -> Tensor:
    size = tuple(x.shape[2:])
    data = kernels.to_columns(x._data, window)
    return record("Im2ColBackward0", data, (x, lambda g: _folded(g, size, window)))


def fold(
    input: Tensor,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Tensor:
    """The way back of `unfold`: images of `output_size`, columns summed where they overlap.

    Follows `torch.nn.functional.fold`.

    >>> F.fold(torch.ones(1, 4, 4), (3, 3), 2)
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    require_tensor("fold", input)
    window = _window(kernel_size, dilation, padding, stride)
    size = _pair(output_size)
    if input.ndim not in (2, 3) or 0 in input.shape[-2:]:
        raise RuntimeError(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and "
            f"non-zero dimensions for input, but got: {list(input.shape)}"
        )
    depth, count = input.shape[-2:]
    if depth % math.prod(window[0]):
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, "
            f"but got input.size(1)={depth} and kernel_size={window[0]}."
        )
    rows, columns = kernels.places(size, window)
    if rows * columns != count:
        raise noted(
            RuntimeError(
                f"Given output_size={size}, kernel_size={window[0]}, dilation={window[1]}, "
                f"padding={window[2]}, stride={window[3]}, expected size of input's dimension 2 to "
                f"match the calculated number of sliding blocks {rows} * {columns} = "
                f"{rows * columns}, but got input.size(2)={count}."
            ),
            "There is a column for each place of the window.",
        )
    if input.ndim == 2:
        out = _folded(input[None], size, window)[0]
        return record("Col2ImBackward0", out._data, (out, lambda g: g))
    return _folded(input, size, window)


def _folded(x: Tensor, size: Any, window: Any) -> Tensor:
    data = kernels.from_columns(x._data, size, window)
    return record("Col2ImBackward0", data, (x, lambda g: _unfolded(g, window)))


def _pair(x: Any) -> tuple[int, int]:
    numbers = tuple(x) if isinstance(x, (tuple, list)) else (x, x)
    return int(numbers[0]), int(numbers[-1])


def _window(kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    window = (_pair(kernel_size), _pair(dilation), _pair(padding), _pair(stride))
    for name, least, (height, width) in (
        ("kernel", 1, window[0]),
        ("stride", 1, window[3]),
        ("dilation", 1, window[1]),
    ):
        if min(height, width) < least:
            label = {"kernel": "kernel size", "stride": "stride", "dilation": "dilation"}[name]
            raise RuntimeError(
                f"{label} should be greater than zero, but got {name}_height: {height} "
                f"{name}_width: {width}"
            )
    return window


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Deal channels into places: (…, C·r², H, W) gives (…, C, H·r, W·r).

    Follows `torch.nn.functional.pixel_shuffle`.

    >>> F.pixel_shuffle(torch.arange(4.).reshape(1, 4, 1, 1), 2)
    tensor([[[[0., 1.],
              [2., 3.]]]])
    """
    r = upscale_factor
    if input.ndim < 3:
        raise RuntimeError(
            "pixel_shuffle expects input to have at least 3 dimensions, but got input with "
            f"{input.ndim} dimension(s)"
        )
    if r <= 0:
        raise RuntimeError(f"pixel_shuffle expects a positive upscale_factor, but got {r}")
    *lead, channels, height, width = input.shape
    if channels % (r * r):
        raise noted(
            RuntimeError(
                "pixel_shuffle expects its input's 'channel' dimension to be divisible by the "
                f"square of upscale_factor, but input.size(-3)={channels} is not divisible by "
                f"{r * r}"
            ),
            f"Each place becomes {r} x {r}, of as many channels.",
        )
    n = len(lead)
    parts = input.reshape(*lead, channels // (r * r), r, r, height, width)
    order = (*range(n), n, n + 3, n + 1, n + 4, n + 2)
    out = parts.permute(*order).reshape(*lead, channels // (r * r), height * r, width * r)
    return record("PixelShuffleBackward0", out._data, (out, lambda g: g))


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Deal places into channels: (…, C, H·r, W·r) gives (…, C·r², H, W).

    Follows `torch.nn.functional.pixel_unshuffle`.

    >>> F.pixel_unshuffle(torch.arange(4.).reshape(1, 1, 2, 2), 2).flatten()
    tensor([0., 1., 2., 3.])
    """
    r = downscale_factor
    if input.ndim < 3:
        raise RuntimeError(
            "pixel_unshuffle expects input to have at least 3 dimensions, but got input with "
            f"{input.ndim} dimension(s)"
        )
    if r <= 0:
        raise RuntimeError(f"pixel_unshuffle expects a positive downscale_factor, but got {r}")
    *lead, channels, height, width = input.shape
    for name, size, place in (("height", height, -2), ("width", width, -1)):
        if size % r:
            raise RuntimeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but "
                f"input.size({place})={size} is not divisible by {r}"
            )
    n = len(lead)
    parts = input.reshape(*lead, channels, height // r, r, width // r, r)
    order = (*range(n), n, n + 2, n + 4, n + 1, n + 3)
    out = parts.permute(*order).reshape(*lead, channels * r * r, height // r, width // r)
    return record("PixelUnshuffleBackward0", out._data, (out, lambda g: g))
