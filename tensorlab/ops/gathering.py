"""Picking and placing along a dimension, by index tensors: gather, scatter, take, index_add…"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array, TensorBase, record
from tensorlab.errors import normal_dim, noted
from tensorlab.ops.indexing import take_key
from tensorlab.ops.operands import in_place, number

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "gather",
    "index_add",
    "index_copy",
    "index_fill",
    "roll",
    "scatter",
    "scatter_add",
    "take",
    "take_along_dim",
]


def _along(shape: tuple[int, ...], dim: int, index: Array) -> tuple[Array, ...]:
    """numpy's key for `out[i][j][k] = input[index[i][j][k]][j][k]`, for dim 0 and its like."""
    grids = list(np.ogrid[tuple(slice(0, size) for size in index.shape)])
    size = shape[dim] if shape else 1
    for end in (index.max(), index.min()) if index.size else ():
        if not 0 <= end < size:
            raise noted(
                RuntimeError(f"index {end} is out of bounds for dimension {dim} with size {size}"),
                f"Dimension {dim} has the indices 0 to {size - 1}.",
            )
    grids[dim] = index
    return tuple(grid.astype(np.intp, copy=False) for grid in grids)


def _checked_index(operation: str, index: TensorBase) -> Array:
    if index._data.dtype.kind != "i" or index._data.dtype.itemsize < 4:
        raise RuntimeError(f"{operation}(): Expected dtype int32/int64 for index")
    return index._data


def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """For each place of `index`, the element there along `dim`. Follows `torch.gather`.

    >>> torch.gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[0, 0], [1, 0]]))
    tensor([[1, 1],
            [4, 3]])
    """
    dim = normal_dim(dim, input._data.ndim)
    chosen = _checked_index("gather", index)
    if chosen.ndim != input._data.ndim:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    return take_key("GatherBackward0", input, _along(input._data.shape, dim, chosen))


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """As `gather`, with broadcasting. Follows `torch.take_along_dim`."""
    if dim is None:
        return take(input, indices)
    dim = normal_dim(dim, input._data.ndim)
    shape = list(
        np.broadcast_shapes(
            tuple(1 if d == dim else s for d, s in enumerate(input._data.shape)),
            tuple(1 if d == dim else s for d, s in enumerate(indices._data.shape)),
        )
    )
    shape[dim] = indices._data.shape[dim]
    return gather(input, dim, indices.expand(*shape))


def take(input: Tensor, index: Tensor) -> Tensor:
    """Elements by their position in the flattened tensor. Follows `torch.take`.

    >>> torch.take(torch.tensor([[1, 2], [3, 4]]), torch.tensor([0, 3]))
    tensor([1, 4])
    """
    size = input._data.size
    chosen = _checked_index("take", index)
    if chosen.size and not (-size <= chosen.min() and chosen.max() < size):
        raise IndexError("take(): index out of range")
    return take_key("TakeBackward0", input.reshape(-1), (chosen.astype(np.intp),))


def _placed(name: str, input: Tensor, key: tuple[Any, ...], src: Any, add: bool = False) -> Tensor:
    """A copy of input with `src` (a tensor of the key's shape, or a number) at the key's places."""
    data = input._data.copy()
    values = src._data if isinstance(src, TensorBase) else number(src, input.dtype)
    if add:
        np.add.at(data, key, values.astype(data.dtype, copy=False))
    else:
        data[key] = values

    def of_input(g: Tensor) -> Tensor:
        return g if add else _placed(name, g, key, 0)

    return record(
        name, data, (input, of_input), (src, lambda g: take_key("GatherBackward0", g, key))
    )


def scatter(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None
) -> Tensor:
    """A copy with `src` placed where `index` says, along `dim`. Follows `torch.scatter`.

    >>> torch.zeros(3).scatter(0, torch.tensor([2, 0]), torch.tensor([5., 7.]))
    tensor([7., 0., 5.])
    """
    dim = normal_dim(dim, input._data.ndim)
    chosen = _checked_index("scatter", index)
    source = value if src is None else src
    if isinstance(source, TensorBase):
        source = source[tuple(slice(0, size) for size in chosen.shape)]  # type: ignore[index]
    return _placed("ScatterBackward0", input, _along(input._data.shape, dim, chosen), source)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """A copy with `src` added where `index` says, along `dim`. Follows `torch.scatter_add`."""
    dim = normal_dim(dim, input._data.ndim)
    chosen = _checked_index("scatter_add", index)
    source = src[tuple(slice(0, size) for size in chosen.shape)]
    key = _along(input._data.shape, dim, chosen)
    return _placed("ScatterAddBackward0", input, key, source, add=True)


def _slices(input: Tensor, dim: int, index: Tensor) -> tuple[Any, ...]:
    dim = normal_dim(dim, input._data.ndim)
    return (slice(None),) * dim + (index._data.reshape(-1).astype(np.intp),)


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """A copy with slices of `source` added at some indices. Follows `torch.index_add`.

    >>> torch.zeros(3).index_add(0, torch.tensor([0, 0, 2]), torch.tensor([1., 2., 3.]))
    tensor([3., 0., 3.])
    """
    scaled = source if alpha == 1 else source * alpha
    return _placed("IndexAddBackward0", input, _slices(input, dim, index), scaled, add=True)


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """A copy with slices of `source` at some indices. Follows `torch.index_copy`."""
    return _placed("IndexCopyBackward0", input, _slices(input, dim, index), source)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """A copy with one number in the slices at some indices. Follows `torch.index_fill`."""
    return _placed("IndexFillBackward0", input, _slices(input, dim, index), value)


def roll(input: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """Elements moved along; what leaves at the end enters in front. Follows `torch.roll`.

    >>> torch.roll(torch.arange(5), 2)
    tensor([3, 4, 0, 1, 2])
    """
    back = tuple(-s for s in shifts) if isinstance(shifts, (tuple, list)) else -shifts
    axes = dims if isinstance(dims, int) else tuple(dims) or None
    data = np.roll(input._data, shifts, axes)
    return record("RollBackward0", data, (input, lambda g: roll(g, back, dims)))


scatter_ = in_place(scatter)
scatter_add_ = in_place(scatter_add)
index_add_ = in_place(index_add)
index_copy_ = in_place(index_copy)
index_fill_ = in_place(index_fill)
