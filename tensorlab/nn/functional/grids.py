"""Images sampled at places of one's own choice: affine_grid, grid_sample; channel_shuffle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import record, wrap
from tensorlab.errors import noted
from tensorlab.ops.matmul import matmul
from tensorlab.ops.pointwise import clamp

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """Where `grid_sample` is to look, for images turned, moved and scaled by matrices.

    `theta` is (N, 2, 3) for images of `size` (N, C, H, W), (N, 3, 4) for volumes. The result is
    (N, H, W, 2), places from -1 to 1. Follows `torch.nn.functional.affine_grid`.

    >>> F.affine_grid(torch.tensor([[[1., 0., 0.], [0., 1., 0.]]]), (1, 1, 1, 2))
    tensor([[[[-0.5000,  0.0000],
              [ 0.5000,  0.0000]]]])
    """
    if not theta.dtype.is_floating_point:
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    count = len(size) - 2
    if count in (2, 3):
        wanted = (count, count + 1)
        if theta.ndim != 3 or tuple(theta.shape[-2:]) != wanted:
            raise ValueError(
                f"Expected a batch of {count}D affine matrices of shape Nx{wanted[0]}x{wanted[1]} "
                f"for size {size}. Got {theta.shape}."
            )
    else:
        raise NotImplementedError(
            "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, "
            f"respectively. Got size {size}."
        )
    if min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    kind = theta._data.dtype
    ends = []
    for n in size[2:]:
        steps = np.linspace(-1, 1, n) if n > 1 else np.zeros(1, np.float64)
        ends.append((steps if align_corners or n == 1 else steps * (n - 1) / n).astype(kind))
    axes = np.meshgrid(*ends, indexing="ij")[::-1]  # x before y before z
    base = np.stack([*axes, np.ones(tuple(size[2:]), kind)], -1).reshape(1, -1, count + 1)
    out = matmul(wrap(base), theta.transpose(1, 2)).reshape(size[0], *size[2:], count)
    return record("AffineGridGeneratorBackward0", out._data, (out, lambda g: g))


# ----- grid_sample ------------------------------------------------------------------------------


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """The image's values at the places of `grid`, between pixels by interpolation.

    `input` is (N, C, H, W) or (N, C, D, H, W), `grid` (N, H', W', 2) or (N, D', H', W', 3): x, y
    (and z) from -1 to 1. `mode` is "bilinear", "nearest" or "bicubic", `padding_mode` "zeros",
    "border" or "reflection". Follows `torch.nn.functional.grid_sample`.

    >>> x = torch.tensor([[[[1., 3.]]]])
    >>> F.grid_sample(x, torch.zeros(1, 1, 1, 2))
    tensor([[[[2.]]]])
    """
    _check(input, grid, mode, padding_mode)
    count = input.ndim - 2
    corners = bool(align_corners)
    sizes = tuple(input.shape[2:])
    places = []
    for axis in range(count):  # of the image: the grid has them in the other order
        at, size = grid[..., count - 1 - axis], sizes[axis]
        place = (at + 1) / 2 * (size - 1) if corners else ((at + 1) * size - 1) / 2
        if mode != "bicubic":
            place = _kept_inside(place, size, padding_mode, corners)
        places.append(place)
    if mode == "nearest":
        out = _picked(input, [wrap(np.rint(place._data)) for place in places])
        out = out + grid.sum() * 0 if grid.requires_grad else out
    elif mode == "bilinear":
        out = _between(input, places)
    else:
        out = _cubic(input, places, padding_mode, corners)
    name = f"GridSampler{count}DBackward0"
    return record(name, np.ascontiguousarray(out._data), (out, lambda g: g))


def _check(input: Tensor, grid: Tensor, mode: str, padding_mode: str) -> None:
    said = "nn.functional.grid_sample(): expected"
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(f"{said} mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'")
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            f"{said} padding_mode to be 'zeros', 'border', or 'reflection', but got: "
            f"'{padding_mode}'"
        )
    said = "grid_sampler(): expected"
    if input.ndim not in (4, 5) or input.ndim != grid.ndim:
        raise RuntimeError(
            f"{said} 4D or 5D input and grid with same number of dimensions, but got input with "
            f"sizes {list(input.shape)} and grid with sizes {list(grid.shape)}"
        )
    if input.shape[0] != grid.shape[0]:
        raise RuntimeError(
            f"{said} grid and input to have same batch size, but got input with sizes "
            f"{list(input.shape)} and grid with sizes {list(grid.shape)}"
        )
    if grid.shape[-1] != input.ndim - 2:
        raise noted(
            RuntimeError(
                f"{said} grid to have size {input.ndim - 2} in last dimension, but got grid with "
                f"sizes {list(grid.shape)}"
            ),
            "The last axis holds x and y (and z), from -1 to 1.",
        )
    if mode == "bicubic" and input.ndim == 5:
        raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")


def _kept_inside(place: Tensor, size: int, padding_mode: str, corners: bool) -> Tensor:
    """Places outside moved to the border, or mirrored at it."""
    if padding_mode == "zeros":
        return place
    if padding_mode == "reflection":
        low, high = (0.0, size - 1.0) if corners else (-0.5, size - 0.5)
        span = high - low
        if span <= 0:
            place = place * 0
        else:
            away = (place - low).abs()
            turns = np.floor(away._data / span)
            rest = away - wrap((turns * span).astype(away._data.dtype))
            even = wrap((turns % 2 == 0).astype(away._data.dtype))
            place = even * (rest + low) + (1 - even) * (span - rest + low)
    return clamp(place, 0, size - 1)


def _picked(input: Tensor, places: list[Tensor]) -> Tensor:
    """The pixels at whole places, (N, C, …); zeros outside."""
    sizes = input.shape[2:]
    inside = np.ones(places[0]._data.shape, np.bool_)
    flat = np.zeros(places[0]._data.shape, np.int64)
    for place, size in zip(places, sizes, strict=True):
        inside &= (place._data >= 0) & (place._data < size)
        whole = np.nan_to_num(np.clip(place._data, 0, size - 1))
        flat = flat * size + whole.astype(np.int64)
    batch, channels = input.shape[:2]
    rows = input.reshape(batch, channels, math.prod(sizes))
    shape = flat.shape[1:]
    index = np.broadcast_to(flat.reshape(batch, 1, -1), (batch, channels, math.prod(shape)))
    found = rows.gather(2, wrap(index.copy())).reshape(batch, channels, *shape)
    return found * wrap(inside[:, None].astype(input._data.dtype))


def _between(input: Tensor, places: list[Tensor]) -> Tensor:
    """The pixels around each place, weighted by how near they are."""
    lows = [wrap(np.floor(place._data)) for place in places]
    total: Any = None
    for corner in np.ndindex(*[2] * len(places)):
        weight: Any = 1.0
        at = []
        for place, low, upper in zip(places, lows, corner, strict=True):
            part = place - low
            weight = weight * (part if upper else 1 - part)
            at.append(low + upper)
        term = _picked(input, at) * weight.unsqueeze(1)
        total = term if total is None else total + term
    return total  # type: ignore[no-any-return]


def _cubic(input: Tensor, places: list[Tensor], padding_mode: str, corners: bool) -> Tensor:
    """The 16 pixels around each place, weighted by Keys' cubic with a = -0.75."""
    lows = [wrap(np.floor(place._data)) for place in places]
    weights = [_cubic_weights(p - low) for p, low in zip(places, lows, strict=True)]
    total: Any = None
    for i in range(4):
        for j in range(4):
            at = [
                _kept_inside(low + (step - 1), size, padding_mode, corners)
                for low, step, size in zip(lows, (i, j), input.shape[2:], strict=True)
            ]
            term = _picked(input, at) * (weights[0][i] * weights[1][j]).unsqueeze(1)
            total = term if total is None else total + term
    return total  # type: ignore[no-any-return]


def _cubic_weights(t: Tensor) -> list[Tensor]:
    a = -0.75

    def near(x: Tensor) -> Tensor:
        return ((a + 2) * x - (a + 3)) * x * x + 1

    def far(x: Tensor) -> Tensor:
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a

    return [far(t + 1), near(t), near(1 - t), far(2 - t)]


# ----- channels ---------------------------------------------------------------------------------


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Channels dealt out anew: the first of each group, then the second of each…

    Follows `torch.nn.functional.channel_shuffle`.

    >>> F.channel_shuffle(torch.arange(4.).reshape(1, 4, 1), 2).flatten()
    tensor([0., 2., 1., 3.])
    """
    if input.ndim < 3:
        raise RuntimeError(
            "channel_shuffle expects input with > 2 dims, but got input with sizes "
            f"{list(input.shape)}"
        )
    if groups <= 0:
        raise RuntimeError(
            f"Number of groups to divide channels in must be positive. Value of groups:{groups}"
        )
    batch, channels = input.shape[:2]
    if channels % groups:
        raise RuntimeError(
            f"Number of channels must be divisible by groups. Got {channels} channels and "
            f"{groups} groups."
        )
    dealt = input.reshape(batch, groups, channels // groups, *input.shape[2:]).transpose(1, 2)
    out = dealt.reshape(input.shape)
    return record("ChannelShuffleBackward0", out._data, (out, lambda g: g))
