"""Picking and placing along a dimension, by index tensors: gather, scatter, take, index_add…"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, TensorBase, record, wrap
from tensorlab.errors import normal_dim, noted
from tensorlab.ops.indexing import take_key
from tensorlab.ops.operands import (
    broadcastable,
    in_place,
    shapes_do_not_broadcast,
    stored,
)

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "bincount",
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
    if grids:
        grids[dim] = index
    return tuple(grid.astype(np.intp, copy=False) for grid in grids)


def _checked_index(operation: str, input: TensorBase, index: TensorBase) -> Array:
    """An index of as many dimensions as the input. Raises torch's RuntimeError else."""
    if index.dtype not in (dtypes.int64, dtypes.int32) and index._data.size:
        raise RuntimeError(f"{operation}(): Expected dtype int32/int64 for index")
    if max(index._data.ndim, 1) != max(input._data.ndim, 1) and index._data.size:
        which = "input" if operation == "gather" else "self"
        raise noted(
            RuntimeError(f"Index tensor must have the same number of dimensions as {which} tensor"),
            f"The index has shape {tuple(index.shape)}, the tensor {tuple(input.shape)}.",
        )
    return index._data


def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """For each place of `index`, the element there along `dim`. Follows `torch.gather`.

    >>> torch.gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[0, 0], [1, 0]]))
    tensor([[1, 1],
            [4, 3]])
    """
    dim = normal_dim(dim, input._data.ndim)
    chosen = _checked_index("gather", input, index)
    return _gathered(input, dim, chosen)


def _gathered(input: Tensor, dim: int, chosen: Array) -> Tensor:
    shape = input._data.shape
    for axis, (size, wanted) in enumerate(zip(shape, chosen.shape, strict=False)):
        if axis != dim and wanted > size:
            raise RuntimeError(
                f"Size does not match at dimension {axis} expected index {list(chosen.shape)} to "
                f"be no larger than self {list(shape)} apart from dimension {dim}"
            )
    if not shape or not chosen.size:
        flat = input.reshape(-1)
        out = take_key("GatherBackward0", flat, _along((flat._data.size,), 0, chosen.reshape(-1)))
        return out.reshape(chosen.shape)
    return take_key("GatherBackward0", input, _along(shape, dim, chosen))


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """As `gather`, with broadcasting. Follows `torch.take_along_dim`.

    >>> x = torch.tensor([[3, 1, 2]])
    >>> torch.take_along_dim(x, x.argsort(), dim=1)
    tensor([[1, 2, 3]])
    """
    if dim is None:
        return gather(input.view(-1), 0, indices.view(-1))
    a, b = input._data.shape, indices._data.shape
    if len(a) != len(b):
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, "
            f"but got {len(a)} dimensions for input, and {len(b)} dimensions for indices"
        )
    if indices.dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError("torch.take_along_dim(): dtype of indices should be Long or Int but got "
                           f"{indices.dtype.legacy}")  # fmt: skip
    dim = normal_dim(dim, len(a))
    if (indices._data < 0).any():
        indices = wrap(np.where(indices._data < 0, indices._data + a[dim], indices._data))
    a, b = ((*shape[:dim], 1, *shape[dim + 1 :]) for shape in (a, b))
    if not broadcastable(a, b):
        raise shapes_do_not_broadcast(a, b)
    met = np.broadcast_shapes(a, b)
    wide, far = input._data.shape[dim], indices._data.shape[dim]
    widened = input.expand(*met[:dim], wide, *met[dim + 1 :])
    return gather(widened, dim, indices.expand(*met[:dim], far, *met[dim + 1 :]))


def take(input: Tensor, index: Tensor) -> Tensor:
    """Elements by their position in the flattened tensor. Follows `torch.take`.

    >>> torch.take(torch.tensor([[1, 2], [3, 4]]), torch.tensor([0, 3]))
    tensor([1, 4])
    """
    size = input._data.size
    if index.dtype is not dtypes.int64:
        raise RuntimeError(
            f"take(): Expected a long tensor for index, but got {index.dtype.legacy}"
        )
    chosen = index._data
    if chosen.size and not size:
        raise IndexError("take(): tried to take from an empty tensor")
    outside = chosen[(chosen < -size) | (chosen >= size)]
    if outside.size:
        raise IndexError(
            f"out of range: tried to access index {outside[0]} on a tensor of {size} elements."
        )
    flat = take_key("TakeBackward0", input.reshape(-1), (chosen.reshape(-1).astype(np.intp),))
    return flat if chosen.ndim == 1 else flat.reshape(chosen.shape)


def _placed(name: str, input: Tensor, key: tuple[Any, ...], src: Any, add: bool = False) -> Tensor:
    """A copy of input with `src` (a tensor of the key's shape, or a number) at the key's places."""
    data = input._data.copy()
    values = src._data if isinstance(src, TensorBase) else stored(src, input.dtype)
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
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Any = None,
    *,
    value: Any = None,
    reduce: str | None = None,
) -> Tensor:
    """A copy with `src` placed where `index` says, along `dim`. Follows `torch.scatter`.

    With `reduce="add"` it is added to what is there, with "multiply" it multiplies.

    >>> torch.zeros(3).scatter(0, torch.tensor([2, 0]), torch.tensor([5., 7.]))
    tensor([7., 0., 5.])
    """
    dim = normal_dim(dim, input._data.ndim)
    chosen = _checked_index("scatter", input, index)
    source = value if src is None else src
    if reduce not in (None, "add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    key, source = _places(input, dim, chosen, source)
    if reduce == "multiply":
        return _multiplied(input, key, source)
    return _placed("ScatterBackward0", input, key, source, add=reduce == "add")


def _multiplied(input: Tensor, key: tuple[Any, ...], source: Any) -> Tensor:
    """A copy of input, multiplied at the key's places. torch has no gradient for it, either."""
    data = input._data.copy()
    values = source._data if isinstance(source, TensorBase) else stored(source, input.dtype)
    np.multiply.at(data, key, values)

    def refused(g: Tensor) -> Tensor:
        raise NotImplementedError(
            "the derivative for 'scatter(reduce='multiply')' is not implemented."
        )

    return record("NotImplemented", data, (input, refused), (source, refused))


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """A copy with `src` added where `index` says, along `dim`. Follows `torch.scatter_add`.

    >>> torch.zeros(3).scatter_add(0, torch.tensor([0, 0, 2]), torch.ones(3))
    tensor([2., 0., 1.])
    """
    dim = normal_dim(dim, input._data.ndim)
    chosen = _checked_index("scatter", input, index)
    key, source = _places(input, dim, chosen, src)
    return _placed("ScatterAddBackward0", input, key, source, add=True)


def _places(input: Tensor, dim: int, chosen: Array, source: Any) -> tuple[tuple[Any, ...], Any]:
    """Where scatter writes, and what: the part of `source` that the index covers."""
    shape, wanted = input._data.shape, chosen.shape
    if isinstance(source, TensorBase):
        if source.dtype is not input.dtype:
            raise noted(
                RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype"),
                f"Cast it: src.to({input.dtype!r}).",
            )
        if len(wanted) != source._data.ndim and chosen.size:
            raise RuntimeError("Index tensor must have the same number of dimensions as src tensor")
        source = source[tuple(slice(0, size) for size in wanted)] if wanted else source  # type: ignore[index]
    for axis, (size, need) in enumerate(zip(shape, wanted, strict=False)):
        small = isinstance(source, TensorBase) and source._data.shape[axis] < need
        if (axis != dim and need > size) or small:
            words = f"Expected index {list(wanted)} to be no larger than self {list(shape)} apart "
            words += f"from dimension {dim}"
            if isinstance(source, TensorBase):
                words += " and to be no larger size than src"
            raise RuntimeError(words)
    if not chosen.size:
        return (np.zeros(shape, np.bool_),), 0  # a mask that is nowhere true
    return _along(shape, dim, chosen)[: len(shape)], source


def _slices(operation: str, input: Tensor, dim: int, index: Tensor) -> tuple[Any, ...]:
    """numpy's key for the slices along a dimension that an index tensor names."""
    dim = normal_dim(dim, input._data.ndim)
    chosen, size = index._data.reshape(-1), input._data.shape[dim] if input._data.ndim else 1
    for place in chosen:
        if not (-size if operation == "index_fill_" else 0) <= place < size:
            raise IndexError(f"index {place} is out of bounds for dimension {dim} with size {size}")
    if not input._data.ndim:
        return (...,)
    return (slice(None),) * dim + (chosen.astype(np.intp),)


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """A copy with slices of `source` added at some indices. Follows `torch.index_add`.

    >>> torch.zeros(3).index_add(0, torch.tensor([0, 0, 2]), torch.tensor([1., 2., 3.]))
    tensor([3., 0., 3.])
    """
    dim = normal_dim(dim, input._data.ndim)
    if index._data.ndim > 1:
        raise IndexError(
            "index_add_(): Index is supposed to be a vector, but got dim: "
            f"{index._data.ndim} with type: {index.dtype.legacy} and size: {list(index.shape)}"
        )
    if index.dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError("index_add_(): Expected dtype int32/int64 for index but got: "
                           f"{index.dtype.legacy}")  # fmt: skip
    if source.dtype is not input.dtype:
        raise noted(
            RuntimeError(
                f"index_add_(): self ({input.dtype.legacy}) and source ({source.dtype.legacy}) "
                "must have the same scalar type"
            ),
            f"Cast it: source.to({input.dtype!r}).",
        )
    count = source._data.shape[dim] if source._data.ndim > dim else 1
    if index._data.size != count:
        raise RuntimeError(
            f"index_add_(): Number of indices ({index._data.size}) should be equal to "
            f"source.size(dim): ({count}), for dim: {dim}"
        )
    mine, theirs = list(input._data.shape), list(source._data.shape)
    if len(mine) > 1 and mine[:dim] + mine[dim + 1 :] != theirs[:dim] + theirs[dim + 1 :]:
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. "
            f"Got self.shape = {mine} source.shape = {theirs}"
        )
    scaled = source if alpha == 1 else source * alpha
    return _placed(
        "IndexAddBackward0", input, _slices("index_add_", input, dim, index), scaled, add=True
    )


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """A copy with slices of `source` at some indices. Follows `torch.index_copy`.

    >>> torch.zeros(3).index_copy(0, torch.tensor([2, 0]), torch.tensor([1., 2.]))
    tensor([2., 0., 1.])
    """
    dim = normal_dim(dim, input._data.ndim)
    here, there, count = input._data.ndim, source._data.ndim, index._data.size
    if index._data.ndim > 1:
        raise IndexError(
            f"index_copy_(): Index should have dimension 1 or 0 (got {index._data.ndim})"
        )
    if not there and count != 1:
        raise IndexError(
            f"index_copy_(): When source is scalar, index should have one element (got {count})"
        )
    if there and here and there != here:
        raise IndexError(
            "index_copy_(): When source and destination are not scalars, their dimensionality must "
            f"match. Source dimensionality ({there}), destination dimensionality ({here})"
        )
    if index.dtype is not dtypes.int64:
        raise IndexError("index_copy_(): Expected a long tensor for index, but got "
                         f"{index.dtype.legacy}")  # fmt: skip
    if source.dtype is not input.dtype:
        raise RuntimeError(
            "index_copy_(): self and source expected to have the same dtype, but got (self) "
            f"{input.dtype.legacy} and (source) {source.dtype.legacy}"
        )
    return _placed("IndexCopyBackward0", input, _slices("index_copy_", input, dim, index), source)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """A copy with one number in the slices at some indices. Follows `torch.index_fill`.

    >>> torch.zeros(3).index_fill(0, torch.tensor([2, 0]), 7)
    tensor([7., 0., 7.])
    """
    if isinstance(value, TensorBase) and value._data.ndim:
        raise RuntimeError(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._data.ndim} dimension(s)."
        )
    if index.dtype is not dtypes.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    dim = normal_dim(dim, input._data.ndim)
    if index._data.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    key = _slices("index_fill_", input, dim, wrap(np.unique(index._data)))
    name = f"IndexFillBackward{int(isinstance(value, TensorBase))}"
    return _placed(name, input, key, value)


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each number from 0 on occurs. Follows `torch.bincount`.

    >>> torch.bincount(torch.tensor([0, 2, 2]))
    tensor([1, 0, 2])
    """
    if input._data.ndim != 1 or (input._data.size and input._data.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if input.dtype.category != dtypes.INTEGRAL:
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{input.dtype.legacy}'")
    places = input._data.astype(np.intp)
    if weights is None:
        return wrap(np.bincount(places, None, minlength).astype(np.int64))
    kind = np.float32 if weights.dtype is dtypes.float32 else np.float64
    return wrap(np.bincount(places, weights._data, minlength).astype(kind))


def _require_shifts(shifts: Any, dims: Any, ndim: int) -> None:
    """Raise torch's error where each shift has not its dimension."""
    moves = [shifts] if isinstance(shifts, int) else list(shifts)
    named = [dims] if isinstance(dims, int) else list(dims)
    if not moves:
        raise RuntimeError("`shifts` required")
    if len(named or [0]) != len(moves):
        raise RuntimeError(
            f"shifts and dimensions must align. shifts: {len(moves)}, dims:{len(named)}"
        )
    if named and not ndim:
        raise IndexError(f"Dimension specified as {named[0]} but tensor has no dimensions")


def roll(input: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """Elements moved along; what leaves at the end enters in front. Follows `torch.roll`.

    >>> torch.roll(torch.arange(5), 2)
    tensor([3, 4, 0, 1, 2])
    """
    _require_shifts(shifts, dims, input._data.ndim)
    back = tuple(-s for s in shifts) if isinstance(shifts, (tuple, list)) else -shifts
    named = (dims,) if isinstance(dims, int) else tuple(dims)
    axes = tuple(normal_dim(dim, input._data.ndim) for dim in named) or None
    data = np.roll(input._data, shifts, axes)
    return record("RollBackward0", data, (input, lambda g: roll(g, back, dims)))


scatter_ = in_place(scatter)
scatter_add_ = in_place(scatter_add)
index_add_ = in_place(index_add)
index_copy_ = in_place(index_copy)
index_fill_ = in_place(index_fill)
