"""Tensors built of others: combinations, block_diag, diag_embed, vander, windows for signals."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import TensorBase, record, wrap
from tensorlab.errors import normal_dim
from tensorlab.ops.casting import cast
from tensorlab.ops.creation import finished, from_numpy
from tensorlab.ops.joining import stack, unbind
from tensorlab.ops.operands import require_tensor
from tensorlab.ops.reduction import cumprod
from tensorlab.ops.shaping import diagonal, meshgrid

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


# ----- all pairs --------------------------------------------------------------------------------


def _require_vector(x: Tensor) -> None:
    if x._data.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(x._data.shape)}")


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All ways to take r of a vector's numbers, one a row. Follows `torch.combinations`.

    >>> torch.combinations(torch.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    require_tensor("combinations", "input", 1, input)
    _require_vector(input)
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return wrap(np.zeros(0, input._data.dtype))
    size = input._data.size
    ways = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    chosen = np.array(list(ways(range(size), r)), np.int64).reshape(-1, r)
    return stack([input[wrap(column.copy())] for column in chosen.T], 1)


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Every way to take one number of each vector, one a row. Follows `torch.cartesian_prod`.

    >>> torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    for x in tensors:
        _require_vector(x)
    if len(tensors) == 1:
        return tensors[0]
    return stack([grid.flatten() for grid in meshgrid(*tensors, indexing="ij")], 1)


# ----- on diagonals -----------------------------------------------------------------------------


def block_diag(*tensors: Tensor) -> Tensor:
    """Matrices along a diagonal, zeros elsewhere. Follows `torch.block_diag`.

    >>> torch.block_diag(torch.tensor([[1, 2]]), torch.tensor([3]))
    tensor([[1, 2, 0],
            [0, 0, 3]])
    """
    if not tensors:
        return wrap(np.zeros((1, 0), dtypes.get_default_dtype().numpy))
    kind = tensors[0].dtype
    for place, x in enumerate(tensors):
        if x._data.ndim > 2:
            raise RuntimeError(
                "torch.block_diag: Input tensors must have 2 or fewer dimensions. Input "
                f"{place} has {x._data.ndim} dimensions"
            )
        kind = dtypes.promote_types(kind, x.dtype)
    blocks = [x._data.reshape((1,) * (2 - x._data.ndim) + x._data.shape) for x in tensors]
    shape = sum(b.shape[0] for b in blocks), sum(b.shape[1] for b in blocks)
    whole = np.zeros(shape, kind.numpy)
    edges, row, column = [], 0, 0
    for x, block in zip(tensors, blocks, strict=True):
        rows = slice(row, row := row + block.shape[0])
        columns = slice(column, column := column + block.shape[1])
        whole[rows, columns] = block
        edges.append((x, _block(rows, columns, x._data.shape)))
    return record("BlockDiagBackward0", whole, *edges)


def _block(rows: slice, columns: slice, shape: tuple[int, ...]) -> Any:
    return lambda g: g[rows, columns].reshape(shape)


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The last dimension spread on the diagonals of matrices. Follows `torch.diag_embed`.

    >>> torch.diag_embed(torch.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    ndim = input._data.ndim + 1
    first, second = normal_dim(dim1, ndim), normal_dim(dim2, ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    size = input._data.shape[-1] + abs(offset)
    shape = list(input._data.shape[:-1])
    for dim in sorted((first, second)):
        shape.insert(dim, size)
    data = np.zeros(shape, input._data.dtype)
    diagonal(wrap(data), offset, first, second)._data[...] = input._data
    return record("DiagEmbedBackward0", data, (input, lambda g: diagonal(g, offset, first, second)))


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """All numbers on the diagonal of one matrix. Follows `torch.diagflat`.

    >>> torch.diagflat(torch.tensor([[1, 2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(input.reshape(-1), offset)


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers of each number, one number a row, from the highest on. Follows `torch.vander`.

    >>> torch.vander(torch.tensor([1, 2, 3]), 3)
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    if x._data.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    count = x._data.size if N is None else N
    if count < 0:
        raise RuntimeError("N must be non-negative.")
    wide = cast(x, dtypes.promote_types(x.dtype, dtypes.int64)) if (
        x.dtype.category < dtypes.FLOATING) else x  # fmt: skip
    if count == 0:
        return wrap(np.zeros((x._data.size, 0), wide._data.dtype))
    ones = wrap(np.ones((x._data.size, 1), wide._data.dtype))
    from tensorlab.ops.joining import cat

    rest = wide.unsqueeze(1).expand(-1, count - 1)
    powers = cat([ones, cumprod(rest, 1)], 1) if count > 1 else ones
    return powers if increasing else powers.flip(1)


# ----- windows for signals ----------------------------------------------------------------------


def _cosines(length: int, periodic: bool, weights: Sequence[float], options: Any) -> Tensor:
    """Σ weight cos(2π k n / length): the windows that are sums of cosines."""
    steps = length if periodic else length - 1
    angle = 2 * math.pi * np.arange(length, dtype=np.float64) / max(steps, 1)
    data = sum(w * np.cos(k * angle) for k, w in enumerate(weights)) if length > 1 else (
        np.ones(length, np.float64))  # fmt: skip
    return _window(data, options)


def _window(data: Any, options: dict[str, Any]) -> Tensor:
    dtype = options.get("dtype") or dtypes.get_default_dtype()
    return finished(np.asarray(data, dtype.numpy), None, options.get("requires_grad", False))


def hann_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """A raised cosine, 0 at the ends. Follows `torch.hann_window`.

    >>> torch.hann_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _cosines(window_length, periodic, (0.5, -0.5), options)


def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    **options: Any,
) -> Tensor:
    """A raised cosine that stays above 0. Follows `torch.hamming_window`."""
    return _cosines(window_length, periodic, (alpha, -beta), options)


def blackman_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """A sum of three cosines. Follows `torch.blackman_window`."""
    return _cosines(window_length, periodic, (0.42, -0.5, 0.08), options)


def bartlett_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """A triangle. Follows `torch.bartlett_window`."""
    steps = window_length if periodic else window_length - 1
    data = 1 - np.abs(2 * np.arange(window_length, dtype=np.float64) / max(steps, 1) - 1)
    return _window(data if window_length > 1 else np.ones(window_length, np.float64), options)


def kaiser_window(
    window_length: int, periodic: bool = True, beta: float = 12.0, **options: Any
) -> Tensor:
    """Kaiser's window, of a Bessel function. Follows `torch.kaiser_window`."""
    data = np.kaiser(window_length + int(periodic and window_length > 1), beta)
    return _window(data[:window_length], options)


# ----- places and memory ------------------------------------------------------------------------


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """Places in a flattened tensor as one index a dimension. Follows `torch.unravel_index`.

    >>> torch.unravel_index(torch.tensor(5), (2, 3))
    (tensor(1), tensor(2))
    """
    if not isinstance(indices, TensorBase):
        raise AttributeError(f"'{type(indices).__name__}' object has no attribute 'is_complex'")
    if indices.dtype.category != dtypes.INTEGRAL:
        raise TypeError(f"expected 'indices' to be integer dtype, but got {indices.dtype!r}")
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    if (indices._data < 0).any():
        raise ValueError("expected 'indices' to be non-negative")
    flat, columns = indices._data.astype(np.int64), []
    for size in reversed(sizes):
        columns.append(flat % size)
        flat = flat // size
    if not columns:
        return ()
    return tuple(unbind(wrap(np.stack(columns[::-1], -1)), -1))


def frombuffer(
    buffer: Any,
    *,
    dtype: dtypes.dtype,
    count: int = -1,
    offset: int = 0,
    requires_grad: bool = False,
) -> Tensor:
    """The numbers in a buffer of bytes, whose memory it shares. Follows `torch.frombuffer`.

    >>> torch.frombuffer(bytearray([1, 0, 2, 0]), dtype=torch.int16)
    tensor([1, 2], dtype=torch.int16)
    """
    out = from_numpy(np.frombuffer(buffer, dtype.numpy, count, offset))
    return out.requires_grad_() if requires_grad else out


def empty_strided(size: Sequence[int], stride: Sequence[int], **options: Any) -> Tensor:
    """Memory as it was, with these strides. Follows `torch.empty_strided`."""
    dtype = options.get("dtype") or dtypes.get_default_dtype()
    needed = 1 + sum((n - 1) * s for n, s in zip(size, stride, strict=True)) if 0 not in size else 0
    steps = [s * dtype.numpy.itemsize for s in stride]
    data = np.lib.stride_tricks.as_strided(np.zeros(needed, dtype.numpy), size, steps)
    return finished(data, None, options.get("requires_grad", False))


def range_alias(start: Any = 0, end: Any = None, step: Any = 1, **options: Any) -> Tensor:
    """As `arange`, with the end; deprecated. Follows `torch.range`.

    >>> torch.range(0, 2)
    tensor([0., 1., 2.])
    """
    first, last = (0, start) if end is None else (start, end)
    dtype = options.get("dtype") or dtypes.get_default_dtype()
    count = math.floor((last - first) / step) + 1
    data = first + np.arange(count, dtype=np.float64) * step
    return finished(data.astype(dtype.numpy), None, options.get("requires_grad", False))
