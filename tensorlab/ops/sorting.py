"""Putting numbers in order: sort, argsort, topk, kthvalue, unique, searchsorted.

Sorting gives the numbers in order and, beside them, the index where each came from: with these
indices one can put anything else into the same order. Equal numbers stay in the order in which
they were, always (torch promises that with `stable=True` alone), and nan counts as the largest.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes, return_types
from tensorlab.core import Array, TensorBase, record, wrap
from tensorlab.errors import normal_dim, noted
from tensorlab.ops.operands import (
    Number,
    is_number,
    meeting_type,
    no_such_call,
    not_implemented,
    number,
    require_tensor,
)

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "argsort",
    "bucketize",
    "kthvalue",
    "msort",
    "searchsorted",
    "sort",
    "topk",
    "unique",
    "unique_consecutive",
]

# ----- along one dimension ----------------------------------------------------------------------


def along(node: str, input: Tensor, indices: Array, dim: int, keepdim: bool = True) -> Tensor:
    """The numbers at these indices of a dimension; a gradient goes back to where they came from.

    `indices` has one entry for each result; without `keepdim` the dimension, of size 1, is dropped.
    """
    x = input._data if input._data.ndim else input._data.reshape(1)
    values = np.empty_like(indices, dtype=x.dtype)  # in the layout of the indices
    values[...] = np.take_along_axis(x, indices, dim)
    shape = _final_shape(input, indices.shape, dim, keepdim)
    return record(
        node, values.reshape(shape), (input, lambda g: _back(g, input.shape, indices, dim, keepdim))
    )


def _back(
    gradient: Tensor, shape: tuple[int, ...], indices: Array, dim: int, keepdim: bool
) -> Tensor:
    """Zeros of this shape, with the gradient at the indices."""
    whole = np.zeros(shape or (1,), gradient._data.dtype)
    np.put_along_axis(whole, indices, gradient._data.reshape(indices.shape), dim)
    return record(
        "ValueSelectingReductionBackward0",
        whole.reshape(shape),
        (gradient, lambda g: along("GatherBackward0", g, indices, dim, keepdim)),
    )


def _final_shape(input: Tensor, shape: tuple[int, ...], dim: int, keepdim: bool) -> tuple[int, ...]:
    if not input._data.ndim:
        return ()
    return shape if keepdim else shape[:dim] + shape[dim + 1 :]


def indices_of(indices: Array, input: Tensor, dim: int, keepdim: bool = True) -> Tensor:
    """Indices along a dimension as a tensor of their own."""
    return wrap(indices.reshape(_final_shape(input, indices.shape, dim, keepdim)))


def ordered(x: Array, dim: int, descending: bool = False) -> Array:
    """The indices that put numbers in order along a dimension, equal ones as they were."""
    x = x if x.ndim else x.reshape(1)
    out = np.empty_like(x, dtype=np.int64)  # laid out in memory as x is, as in torch
    if not descending:
        out[...] = np.argsort(x, axis=dim, kind="stable")
    else:
        # Backwards, sorted upwards, and backwards again: so equal ones keep their order.
        out[...] = np.argsort(np.flip(x, dim), axis=dim, kind="stable")
        out[...] = x.shape[dim] - 1 - np.flip(out, dim)
    return out


# ----- sort and its kin -------------------------------------------------------------------------


def sort(
    input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool | None = None
) -> return_types.sort:
    """The numbers in order along a dimension, and where they were. Follows `torch.sort`.

    >>> torch.sort(torch.tensor([3, 1, 2]))
    torch.return_types.sort(
    values=tensor([1, 2, 3]),
    indices=tensor([1, 2, 0]))
    >>> torch.tensor([[3, 1], [2, 4]]).sort(dim=0, descending=True).values
    tensor([[3, 4],
            [2, 1]])
    """
    indices, dim = _sorted("sort", input, dim, descending)
    node = "SortBackward0" if stable is None else "SortBackward1"
    return return_types.sort((along(node, input, indices, dim), indices_of(indices, input, dim)))


def _sorted(operation: str, input: Any, dim: Any, descending: Any) -> tuple[Array, int]:
    require_tensor(operation, "input", 1, input)
    if not isinstance(dim, (int, np.integer)) or isinstance(dim, bool):
        raise noted(
            no_such_call(
                operation,
                (input, dim),
                "(Tensor input, *, bool stable, int dim = -1, bool descending = False)",
                "(Tensor input, int dim = -1, bool descending = False)",
            ),
            f"Say which: {operation}(x, dim=0, descending=True).",
        )
    dim = normal_dim(int(dim), input._data.ndim)
    if input.dtype.is_complex:
        raise RuntimeError(" Sort does not support complex dtypes on CPU")
    return ordered(input._data, dim, builtins.bool(descending)), dim


def argsort(
    input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool = False
) -> Tensor:
    """The indices that put the numbers in order along a dimension. Follows `torch.argsort`.

    >>> x = torch.tensor([10, 7, 8, 9])
    >>> torch.argsort(x)
    tensor([1, 2, 3, 0])
    >>> x[torch.argsort(x)]
    tensor([ 7,  8,  9, 10])
    """
    indices, dim = _sorted("argsort", input, dim, descending)
    return indices_of(indices, input, dim)


def msort(input: Tensor) -> Tensor:
    """The numbers in order along the first dimension. Follows `torch.msort`.

    >>> torch.msort(torch.tensor([[3, 1], [2, 4]]))
    tensor([[2, 1],
            [3, 4]])
    """
    require_tensor("msort", "input", 1, input)
    return sort(input, 0).values


def topk(
    input: Tensor,
    k: int,
    dim: int = -1,
    largest: bool = True,
    sorted: bool = True,
) -> return_types.topk:
    """The k largest (or smallest) numbers along a dimension, in order. Follows `torch.topk`.

    Raises RuntimeError where there are less than k.

    >>> torch.topk(torch.tensor([1, 5, 3]), 2)
    torch.return_types.topk(
    values=tensor([5, 3]),
    indices=tensor([1, 2]))
    """
    require_tensor("topk", "input", 1, input)
    x = input._data
    dim = normal_dim(dim, x.ndim)
    size = x.shape[dim] if x.ndim else 1
    if not 0 <= k <= size:
        raise noted(
            RuntimeError("selected index k out of range"),
            f"k is {k}; along dimension {dim} there are {size} numbers.",
        )
    if input.dtype is dtypes.bool:
        raise RuntimeError("topk does not support bool dtypes on CPU")
    if input.dtype.is_complex:
        raise RuntimeError("topk does not support complex dtypes on CPU")
    indices = ordered(x, dim, descending=builtins.bool(largest))
    indices = np.ascontiguousarray(indices[(slice(None),) * dim + (slice(k if x.ndim else 1),)])
    return return_types.topk(
        (along("TopkBackward0", input, indices, dim), indices_of(indices, input, dim))
    )


def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> return_types.kthvalue:
    """The k-th smallest number along a dimension, k from 1. Follows `torch.kthvalue`.

    >>> torch.kthvalue(torch.tensor([7, 5, 9]), 2)
    torch.return_types.kthvalue(
    values=tensor(7),
    indices=tensor(0))
    """
    require_tensor("kthvalue", "input", 1, input)
    dim = normal_dim(dim, input._data.ndim)
    size = input._data.shape[dim] if input._data.ndim else 1
    if size == 0:
        raise IndexError(f"kthvalue(): Expected reduction dim {dim} to have non-zero size.")
    if not 1 <= k <= size:
        raise noted(
            RuntimeError(f"kthvalue(): selected number k out of range for dimension {dim}"),
            f"k is {k}; it goes from 1, the smallest, to {size}, the largest.",
        )
    if input.dtype in (dtypes.bool, dtypes.complex64, dtypes.complex128):
        raise not_implemented("kthvalue_cpu", input.dtype)
    indices = nth(input, dim, k - 1)
    return return_types.kthvalue(
        (
            along("KthvalueBackward0", input, indices, dim, keepdim),
            indices_of(indices, input, dim, keepdim),
        )
    )


def nth(input: Tensor, dim: int, place: int) -> Array:
    """The index, along a dimension, of the number at a place of the order."""
    indices = ordered(input._data, dim)
    return np.ascontiguousarray(indices[(slice(None),) * dim + (slice(place, place + 1),)])


# ----- which numbers there are ------------------------------------------------------------------


def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The numbers that there are, each once, in order. Follows `torch.unique`.

    `return_inverse` adds, for each number of the input, its index in the result, `return_counts`
    how often each number was there. With `dim`, whole slices are compared.

    >>> torch.unique(torch.tensor([3, 1, 3, 2]))
    tensor([1, 2, 3])
    >>> torch.unique(torch.tensor([3, 1, 3, 2]), return_inverse=True, return_counts=True)
    (tensor([1, 2, 3]), tensor([2, 0, 2, 1]), tensor([1, 1, 2]))
    """
    require_tensor("unique", "input", 1, input)
    if input.dtype.is_complex:
        raise not_implemented("unique", input.dtype)
    x = input._data
    if dim is not None:
        dim = normal_dim(dim, x.ndim)
    found, inverse, counts = np.unique(
        x, return_inverse=True, return_counts=True, axis=dim, equal_nan=False
    )
    inverse = inverse.reshape(x.shape if dim is None else x.shape[dim])
    if dim:  # laid out in memory slice by slice, as in torch
        found = np.moveaxis(np.ascontiguousarray(np.moveaxis(found, dim, 0)), 0, dim)
    node = "Unique2Backward0" if dim is None else "UniqueDimBackward0"
    return _with_extras(input, node, found, inverse, counts, return_inverse, return_counts)


def unique_consecutive(
    input: Tensor,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The numbers without immediate repetitions. Follows `torch.unique_consecutive`.

    >>> torch.unique_consecutive(torch.tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
    require_tensor("unique_consecutive", "input", 1, input)
    x = input._data
    if dim is not None:
        dim = normal_dim(dim, x.ndim)
    rows = x.reshape(-1, 1) if dim is None else np.moveaxis(x, dim, 0).reshape(x.shape[dim], -1)
    new = np.ones(len(rows), np.bool_)
    new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    starts = np.flatnonzero(new).astype(np.int64)
    found = x.reshape(-1)[starts] if dim is None else np.take(x, starts, axis=dim)
    inverse = (np.cumsum(new, dtype=np.int64) - 1).reshape(x.shape if dim is None else -1)
    counts = np.diff(np.append(starts, len(rows)))
    return _with_extras(
        input, "UniqueConsecutiveBackward0", found, inverse, counts, return_inverse, return_counts
    )


def _with_extras(
    input: Tensor,
    node: str,
    found: Array,
    inverse: Array,
    counts: Array,
    return_inverse: bool,
    return_counts: bool,
) -> Any:
    def refuse(g: Tensor) -> Tensor:
        name = {"Unique2Backward0": "_unique2", "UniqueDimBackward0": "unique_dim"}.get(
            node, "unique_consecutive"
        )
        raise NotImplementedError(f"the derivative for '{name}' is not implemented.")

    out: list[Tensor] = [record(node, found, (input, refuse))]
    if return_inverse:
        out.append(wrap(inverse.astype(np.int64)))
    if return_counts:
        out.append(wrap(counts.astype(np.int64)))
    return out[0] if len(out) == 1 else tuple(out)


# ----- where a number belongs -------------------------------------------------------------------


def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor | Number,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """The index at which each number would have to be put in, to keep the order.

    Follows `torch.searchsorted`. `right` puts it behind equal ones.

    >>> torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([3, 6]))
    tensor([1, 3])
    """
    require_tensor("searchsorted", "sorted_sequence", 1, sorted_sequence)
    if side not in (None, "left", "right"):
        raise RuntimeError(
            f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}"
        )
    if side == "left" and right:
        raise RuntimeError(
            "torch.searchsorted(): side and right can't be set to opposites, got side of left "
            "while right was True"
        )
    bounds = sorted_sequence._data
    values = _values_beside(sorted_sequence, input)
    if sorter is not None:
        bounds = np.take_along_axis(bounds, sorter._data, -1)
    if bounds.ndim != 1 and not values.ndim:
        raise RuntimeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries tensor "
            f"dimension is 1, but we got boundaries tensor dim({bounds.ndim}) and input value's "
            "dim(0) numel(1)"
        )
    if bounds.ndim != 1 and bounds.shape[:-1] != values.shape[:-1]:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 "
            "dimensions of boundaries tensor and input value tensor must match, but we got "
            f"boundaries tensor {list(bounds.shape)} and input value tensor {list(values.shape)}"
        )
    return _found(bounds, values, right or side == "right", out_int32)


def _values_beside(bounds: Tensor, input: Tensor | Number) -> Array:
    if isinstance(input, TensorBase):
        return input._data
    if not is_number(input):
        require_tensor("searchsorted", "input", 2, input)
    return number(input, meeting_type(bounds, input))


def _found(bounds: Array, values: Array, right: bool, out_int32: bool) -> Tensor:
    if bounds.dtype.kind == "b" or values.dtype.kind == "b":
        raise not_implemented("searchsorted_out_cpu", dtypes.bool)
    side: Any = "right" if right else "left"
    dtype = np.int32 if out_int32 else np.int64
    if bounds.ndim == 1:
        return wrap(np.asarray(np.searchsorted(bounds, values, side)).astype(dtype))
    out = np.empty(values.shape, dtype)
    for row in np.ndindex(bounds.shape[:-1]):
        out[row] = np.searchsorted(bounds[row], values[row], side)
    return wrap(out)


def bucketize(
    input: Tensor | Number, boundaries: Tensor, *, out_int32: bool = False, right: bool = False
) -> Tensor:
    """The bucket, between ordered boundaries, of each number. Follows `torch.bucketize`.

    >>> torch.bucketize(torch.tensor([0, 3, 9]), torch.tensor([1, 5]))
    tensor([0, 1, 2])
    """
    require_tensor("bucketize", "boundaries", 2, boundaries)
    if boundaries._data.ndim != 1:
        raise RuntimeError(
            f"boundaries tensor must be 1 dimension, but got dim({boundaries._data.ndim})"
        )
    return _found(boundaries._data, _values_beside(boundaries, input), right, out_int32)
