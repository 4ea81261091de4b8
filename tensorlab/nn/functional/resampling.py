"""interpolate: images made larger or smaller, by the nearest number or by a mean of near ones.

Each axis by itself: a row of a matrix says which numbers a new one is made of, and how.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, record, wrap
from tensorlab.errors import noted
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.nn.functional.padding import _picked
from tensorlab.nn.functional.pooling import adaptive_avg_pool2d
from tensorlab.nn.functional.volumes import adaptive_avg_pool3d
from tensorlab.ops.operands import not_implemented

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

_NODES = {
    "nearest": "UpsampleNearest{}DBackward0",
    "nearest-exact": "UpsampleNearestExact{}DBackward0",
    "linear": "UpsampleLinear1DBackward0",
    "bilinear": "UpsampleBilinear2DBackward0",
    "trilinear": "UpsampleTrilinear3DBackward0",
    "bicubic": "UpsampleBicubic2DBackward0",
}
_DIMENSIONS = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}


def interpolate(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Give images (N, C, …) a new size, or scale them.

    `mode` is "nearest", "nearest-exact", "linear" (of sequences), "bilinear", "bicubic" (of
    images), "trilinear" (of volumes) or "area". With `align_corners` the outermost numbers stay
    the outermost; else the outermost edges do. Follows `torch.nn.functional.interpolate`.

    >>> x = torch.tensor([[[1., 2.]]])
    >>> F.interpolate(x, scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    >>> F.interpolate(x, size=3, mode="linear", align_corners=True)
    tensor([[[1.0000, 1.5000, 2.0000]]])
    """
    require_tensor("interpolate", input)
    if mode in ("nearest", "area", "nearest-exact") and align_corners is not None:
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | "
            "bilinear | bicubic | trilinear"
        )
    count = input.ndim - 2
    sizes, scales = _targets(input, size, scale_factor, count)
    if recompute_scale_factor and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if mode == "area" or recompute_scale_factor:
        scales = [None] * count
    if antialias:
        raise NotImplementedError("tensorlab's interpolate has no antialias.")
    if mode == "area" and input.ndim == 4:
        return adaptive_avg_pool2d(input, sizes)
    if mode == "area" and input.ndim == 5:
        return adaptive_avg_pool3d(input, sizes)
    if mode == "area" and input.ndim == 3:
        return adaptive_avg_pool2d(input.unsqueeze(2), [1, *sizes]).squeeze(2)
    if mode not in _NODES or input.ndim not in (3, 4, 5):
        raise NotImplementedError(
            "Input Error: Only 3D, 4D and 5D input Tensors supported (got "
            f"{input.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | "
            f"lanczos | area | nearest-exact (got {mode})"
        )
    wanted = _DIMENSIONS.get(mode, input.ndim)
    if wanted != input.ndim:
        raise noted(
            NotImplementedError(f"Got {input.ndim}D input, but {mode} mode needs {wanted}D input"),
            "Sequences (N, C, L) take linear, images (N, C, H, W) bilinear, volumes trilinear.",
        )
    if min(sizes) < 1:
        raise RuntimeError(
            "Input and output sizes should be greater than 0, but got input "
            + _pairs(input.shape[2:])
            + " output "
            + _pairs(sizes)
        )
    byte = input.dtype is dtypes.uint8
    if not input.dtype.is_floating_point and not (byte and mode in _OF_BYTES):
        raise not_implemented(f"compute_indices_weights_{mode}", input.dtype)
    axes = list(zip(input.shape[2:], sizes, scales, strict=True))
    if mode.startswith("nearest"):
        sources = [_nearest(*axis, mode == "nearest-exact", count == 2) for axis in axes]
        return _picked(_NODES[mode].format(count), input, (..., *np.ix_(*sources)))
    weights = _cubic if mode == "bicubic" else _linear
    matrices = [weights(*axis, bool(align_corners)) for axis in axes]
    if byte:
        return wrap(_of_bytes(input._data, matrices))
    return _mixed(_NODES[mode], input, matrices)


def _of_bytes(data: Array, matrices: Sequence[Array]) -> Array:
    """Axis by axis, the last first; after each, the numbers are bytes again."""
    for place in range(1, len(matrices) + 1):
        mixed = np.tensordot(data.astype(np.float64), matrices[-place], (-place, 1))
        data = np.floor(np.moveaxis(mixed, -1, -place) + 0.5).clip(0, 255).astype(np.uint8)
    return data


_OF_BYTES = ("nearest", "nearest-exact", "bilinear", "bicubic", "trilinear")


def _pairs(sizes: Sequence[int]) -> str:
    labels = ("H", "W") if len(sizes) == 2 else ("D", "H", "W")[-len(sizes) :]
    return "(" + ", ".join(f"{label}: {n}" for label, n in zip(labels, sizes, strict=True)) + ")"


def _targets(
    input: Tensor, size: Any, scale_factor: Any, count: int
) -> tuple[list[int], list[float | None]]:
    """The size to reach along each axis, and the scale, where it was given."""
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    inner = list(input.shape[2:])
    if size is not None:
        sizes = list(size) if isinstance(size, (tuple, list)) else [size] * count
        if len(sizes) != count:
            raise ValueError(
                "Input and output must have the same number of spatial dimensions, but got input "
                f"with spatial dimensions of {inner} and output size of {size}. Please provide "
                "input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) "
                "format."
            )
        return [int(n) for n in sizes], [None] * count
    if scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    scales = (
        list(scale_factor) if isinstance(scale_factor, (tuple, list)) else [scale_factor] * count
    )
    if len(scales) != count:
        raise ValueError(
            "Input and scale_factor must have the same number of spatial dimensions, but got input "
            f"with spatial dimensions of {inner} and scale_factor of shape {scale_factor}. Please "
            "provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, "
            "...,sK) format."
        )
    return [math.floor(n * s) for n, s in zip(inner, scales, strict=True)], scales


def _step(size: int, target: int, scale: float | None) -> Any:
    """How far apart two neighbours of the result are in the input, as torch has it: in float32."""
    return np.float32(1.0 / scale) if scale else np.float32(size) / np.float32(target)


def _nearest(size: int, target: int, scale: float | None, exact: bool, image: bool) -> Array:
    """Which number of the input each of the result is."""
    if image and not exact and target in (size, 2 * size):  # whatever the scale is
        return np.arange(target, dtype=np.int64) // (target // size)
    start = np.float32(0.5) if exact else np.float32(0)
    places = (np.arange(target, dtype=np.float32) + start) * _step(size, target, scale)
    nearest: Array = np.minimum(np.floor(places).astype(np.int64), size - 1)
    return nearest


def _positions(size: int, target: int, scale: float | None, align: bool) -> Array:
    """Where in the input each number of the result lies."""
    places = np.arange(target, dtype=np.float64)
    if align:
        return places * ((size - 1) / (target - 1) if target > 1 else 0.0)
    step = 1.0 / scale if scale else size / target
    return (places + 0.5) * step - 0.5


def _linear(size: int, target: int, scale: float | None, align: bool) -> Array:
    """The matrix of means of two neighbours."""
    if size == target:  # whatever the scale is
        return np.eye(size, dtype=np.float64)
    places = np.maximum(_positions(size, target, scale, align), 0)
    left = np.minimum(places.astype(np.int64), size - 1)
    share = np.minimum(places - left, 1)
    matrix = np.zeros((target, size), np.float64)
    rows = np.arange(target, dtype=np.intp)
    np.add.at(matrix, (rows, left), 1 - share)
    np.add.at(matrix, (rows, np.minimum(left + 1, size - 1)), share)
    return matrix


def _cubic(size: int, target: int, scale: float | None, align: bool) -> Array:
    """The matrix of sums of four neighbours, weighted by a cubic curve."""
    places = _positions(size, target, scale, align)
    left = np.floor(places).astype(np.int64)
    matrix = np.zeros((target, size), np.float64)
    rows, a = np.arange(target, dtype=np.intp), -0.75
    for offset in (-1, 0, 1, 2):
        d = np.abs(places - left - offset)
        near = ((a + 2) * d - (a + 3)) * d * d + 1
        far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
        np.add.at(matrix, (rows, np.clip(left + offset, 0, size - 1)), np.where(d <= 1, near, far))
    return matrix


def _mixed(node: str, x: Tensor, matrices: Sequence[Array]) -> Tensor:
    """`x` with each of its last axes multiplied by a matrix."""
    data = x._data
    for place, matrix in enumerate(matrices):
        axis = data.ndim - len(matrices) + place
        product = np.tensordot(data, matrix.astype(data.dtype), (axis, 1))
        data = np.moveaxis(product, -1, axis)
    turned = [matrix.T for matrix in matrices]
    name = node.replace("Backward0", "BackwardBackward0") if "BackwardB" not in node else node
    return record(node, np.ascontiguousarray(data), (x, lambda g: _mixed(name, g, turned)))


def upsample(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """The old name of `interpolate`. Follows `torch.nn.functional.upsample`."""
    warnings.warn(
        "`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=2,
    )
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """`interpolate` by the nearest; deprecated. Follows `torch.nn.functional.upsample_nearest`."""
    warnings.warn(
        "`nn.functional.upsample_nearest` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=2,
    )
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """`interpolate` by means; deprecated. Follows `torch.nn.functional.upsample_bilinear`."""
    warnings.warn(
        "`nn.functional.upsample_bilinear` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=2,
    )
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)
