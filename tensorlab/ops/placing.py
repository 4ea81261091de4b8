"""Copies with other numbers in some places: index_put, masked_scatter, scatter_reduce…"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, TensorBase, _outside, _window, layout, record, wrap
from tensorlab.errors import normal_dim, noted
from tensorlab.ops.gathering import _checked_index, _placed, _places
from tensorlab.ops.indexing import _parsed, _pick_key
from tensorlab.ops.logic import where
from tensorlab.ops.operands import in_place, spoken_kind, stored
from tensorlab.ops.shaping import as_strided, diagonal

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


# ----- by indices -------------------------------------------------------------------------------


def index_put(
    input: Tensor, indices: Sequence[Tensor], values: Tensor, accumulate: bool = False
) -> Tensor:
    """A copy with `values` where the index tensors say, one for each dimension.

    With `accumulate` they are added to what is there. Follows `torch.index_put`.

    >>> torch.zeros(3).index_put((torch.tensor([0, 0]),), torch.ones(2), accumulate=True)
    tensor([2., 0., 0.])
    """
    if not isinstance(indices, (tuple, list)):
        raise TypeError(
            "index_put(): argument 'indices' (position 1) must be tuple of Tensors, not "
            f"{spoken_kind(indices)}"
        )
    for place, index in enumerate(indices):
        if not isinstance(index, TensorBase):
            raise TypeError(
                f"expected Tensor as element {place} in argument 0, but got {type(index).__name__}"
            )
    if values.dtype is not input.dtype:
        raise noted(
            RuntimeError(
                "Index put requires the source and destination dtypes match, got "
                f"{input.dtype.legacy} for the destination and {values.dtype.legacy} for the "
                "source."
            ),
            f"Cast it: values.to({input.dtype!r}).",
        )
    shape = input._data.shape
    key = _pick_key(_parsed(input, tuple(indices)).picks, shape)
    picked = input._data[key].shape
    try:
        np.broadcast_to(values._data, picked)
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(values.shape)} cannot be broadcast to "
            f"indexing result of shape {list(picked)}"
        ) from None
    return _placed("IndexPutBackward0", input, key, values, add=accumulate)


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """A copy with `source` at places of the flattened tensor. Follows `torch.Tensor.put`.

    >>> torch.put(torch.zeros(2, 2), torch.tensor([0, 3]), torch.ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    size, chosen = input._data.size, index._data.reshape(-1)
    if source.dtype is not input.dtype:
        raise RuntimeError(
            f"put_(): self and source expected to have the same dtype, but got self.dtype = "
            f"{input.dtype.legacy} and source.dtype = {source.dtype.legacy}"
        )
    if index.dtype is not dtypes.int64:
        raise IndexError(f"put_(): Expected a long tensor for index, but got {index.dtype.legacy}")
    if source._data.size != chosen.size:
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, but got "
            f"source.numel() = {source._data.size}, index.numel() = {chosen.size}"
        )
    outside = chosen[(chosen < -size) | (chosen >= size)]
    if outside.size:
        raise IndexError(
            f"out of range: tried to access index {outside[0]} on a tensor of {size} elements."
        )
    key = np.unravel_index(np.where(chosen < 0, chosen + size, chosen), input._data.shape or (1,))
    flat = input if input._data.ndim else input.reshape(1)
    out = _placed("PutBackward0", flat, key, source.reshape(-1), add=accumulate)
    return out if input._data.ndim else out.reshape(())


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """A copy with the numbers of `source`, in order, where the mask is True.

    Follows `torch.masked_scatter`.

    >>> torch.zeros(3).masked_scatter(torch.tensor([True, False, True]), torch.tensor([1., 2.]))
    tensor([1., 0., 2.])
    """
    if mask.dtype is not dtypes.bool:
        raise RuntimeError(
            f"masked_scatter_ only supports boolean masks, but got mask with dtype "
            f"{mask.dtype.legacy}"
        )
    if source.dtype is not input.dtype:
        raise RuntimeError(
            "masked_scatter: expected self and source to have same dtypes but got"
            f"{input.dtype.legacy} and {source.dtype.legacy}"
        )
    shape = np.broadcast_shapes(input._data.shape, mask._data.shape)
    chosen = np.broadcast_to(mask._data, shape)
    count = int(np.count_nonzero(chosen))
    if count > source._data.size:
        raise noted(
            RuntimeError("Number of elements of source < number of ones in mask"),
            f"The mask has {count} places, the source {source._data.size} numbers.",
        )
    data = np.broadcast_to(input._data, shape).copy()
    data[chosen] = source._data.reshape(-1)[:count]
    chosen = np.ascontiguousarray(chosen)

    def of_source(g: Tensor) -> Tensor:
        taken = g.masked_select(wrap(chosen))
        from tensorlab.ops.joining import cat

        rest = wrap(np.zeros(source._data.size - count, data.dtype))
        return cat([taken, rest]).reshape(source._data.shape)

    return record(
        "MaskedScatterBackward0",
        data,
        (input, lambda g: g.masked_fill(wrap(chosen), 0)),
        (source, of_source),
    )


# ----- and reduced ------------------------------------------------------------------------------

_START = {"sum": 0, "mean": 0, "prod": 1, "amax": -np.inf, "amin": np.inf}
_AT = {
    "sum": np.add, "mean": np.add, "prod": np.multiply, "amax": np.maximum, "amin": np.minimum,
}  # fmt: skip


def scatter_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """A copy in which all of `src` that `index` sends to one place is reduced to one number.

    `reduce` is "sum", "prod", "mean", "amax" or "amin". With `include_self` the number that was
    there counts, too. Follows `torch.Tensor.scatter_reduce`.

    >>> src = torch.tensor([1., 2., 3.])
    >>> torch.zeros(2).scatter_reduce(0, torch.tensor([0, 1, 1]), src, "amax")
    tensor([1., 3.])
    """
    dim = normal_dim(dim, input._data.ndim)
    if reduce not in _START:
        raise RuntimeError(
            f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}"
        )
    chosen = _checked_index("scatter", input, index)
    key, part = _places(input, dim, chosen, src)
    if not isinstance(part, TensorBase):
        return input.clone()
    return _reduced("ScatterReduceBackward0", input, key, dim, index, src, part, reduce,
                    include_self)  # fmt: skip


def _reduced(
    name: str,
    input: Tensor,
    key: tuple[Any, ...],
    dim: int,
    index: Tensor,
    src: Tensor,
    part: Any,
    reduce: str,
    include_self: bool,
) -> Tensor:
    """What is reduced, with the gradients that torch gives `scatter_reduce`."""
    data = input._data.copy()
    if not include_self:
        data[key] = _least(reduce, data.dtype)
    _AT[reduce].at(data, key, part._data)
    counts = (np.ones if include_self else np.zeros)(data.shape, np.int64)
    np.add.at(counts, key, 1)
    counts = np.maximum(counts, 1)
    if reduce == "mean":
        whole = data.dtype.kind in "iu"
        data = (data // counts if whole else data / counts).astype(data.dtype)
    share = wrap(counts.astype(data.dtype))

    def kept(g: Tensor) -> Tensor:
        return g if include_self else _placed(name, g, key, 0)

    def result() -> Tensor:
        return _reduced(name, input, key, dim, index, src, part, reduce, include_self)

    def of_input(g: Tensor) -> Tensor:
        if reduce == "mean":
            return kept(g / share)
        if reduce == "prod":
            safe = input.masked_fill(input == 0, 1)
            product = _reduced(name, safe, key, dim, index, src, part, reduce, include_self)
            return kept(g * product / safe)
        if reduce in ("amax", "amin"):
            mine, _, ties = _ties(input, key, part, result(), include_self)
            return kept(mine * g / ties)
        return kept(g)

    def of_part(g: Tensor) -> Tensor:
        if reduce == "mean":
            return (g / share)[key]
        if reduce == "prod":
            return _of_product(g, input, key, part, include_self, result())
        if reduce in ("amax", "amin"):
            _, theirs, ties = _ties(input, key, part, result(), include_self)
            return theirs * (g / ties)[key]
        return g[key]

    return record(name, data, (input, of_input, input), (part, of_part, part))


def _least(reduce: str, dtype: np.dtype[Any]) -> Any:
    """The number that changes nothing: 0 of a sum, 1 of a product, the smallest of a maximum."""
    start = _START[reduce]
    if dtype.kind == "b":
        return reduce in ("prod", "amin")
    if dtype.kind in "iu" and reduce in ("amax", "amin"):
        limits = np.iinfo(dtype)
        return limits.min if reduce == "amax" else limits.max
    return dtype.type(start)


def _ties(
    input: Tensor, key: tuple[Any, ...], part: Any, out: Tensor, include_self: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Where the input, and where the source, has the number that won; and how many have it."""
    kind = out._data.dtype
    mine = np.asarray(input._data == out._data)
    if not include_self:
        mine[key] = False
    theirs = part._data == out._data[key]
    ties = mine.astype(kind)
    np.add.at(ties, key, theirs.astype(kind))
    ties[ties == 0] = 1
    return wrap(mine.astype(kind)), wrap(theirs.astype(kind)), wrap(ties)


def _of_product(
    g: Tensor, input: Tensor, key: tuple[Any, ...], part: Any, include_self: bool, out: Tensor
) -> Tensor:
    """Each factor's gradient is the product of the others, also where factors are zero."""
    zero = part._data == 0
    zeros = np.zeros(out._data.shape, np.int64)
    np.add.at(zeros, key, zero.astype(np.int64))
    safe = part.masked_fill(wrap(zero), 1)
    plain = (g * out)[key] / safe
    if not zero.any():
        return plain  # type: ignore[no-any-return]
    start = input if include_self else _placed("", input, key, 1)
    others = start._data.copy()
    np.multiply.at(others, key, safe._data)
    alone = g[key] * wrap(others[key])
    lonely = wrap(zero & (zeros[key] == 1))
    return where(wrap(zero), where(lonely, alone, alone * 0), plain)  # type: ignore[no-any-return]


def index_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """`index_copy`, with what meets in one place reduced. Follows `torch.Tensor.index_reduce`.

    >>> torch.ones(2).index_reduce(0, torch.tensor([0, 0]), torch.tensor([2., 3.]), "prod")
    tensor([6., 1.])
    """
    dim = normal_dim(dim, input._data.ndim)
    if reduce not in _START or reduce == "sum":
        raise RuntimeError(
            "index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got "
            f"{reduce}."
        )
    if source.dtype is not input.dtype:
        raise RuntimeError(
            "index_reduce(): self and source expected to have the same dtype, but got (self) "
            f"{input.dtype.legacy} and (source) {source.dtype.legacy}"
        )
    mine, theirs = list(input._data.shape), list(source._data.shape)
    if mine[:dim] + mine[dim + 1 :] != theirs[:dim] + theirs[dim + 1 :]:
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. "
            f"Got self.shape = {mine} source.shape = {theirs}"
        )
    if not input._data.ndim:
        one = index_reduce(input.clone().reshape(1), 0, index, source.reshape(1), reduce,
                           include_self=include_self)  # fmt: skip
        return record("IndexReduceBackward0", one._data.reshape(()), (one, lambda g: g.reshape(1)))
    key = (slice(None),) * dim + (index._data.reshape(-1).astype(np.intp),)
    return _reduced("IndexReduceBackward0", input, key, dim, index, source, source, reduce,
                    include_self)  # fmt: skip


# ----- into a window ----------------------------------------------------------------------------


def _filled_window(
    name: str, input: Tensor, src: Tensor, window: Callable[[Array], Array]
) -> Tensor:
    """A copy with `src` in the part of it that `window` shows."""
    data = np.array(input._data, order="C")
    part = window(data)
    if part.shape != src._data.shape:
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. src size = "
            f"{list(src.shape)}, slice size = {list(part.shape)}"
        )
    part[...] = src._data
    blank = layout(data)
    return record(
        name,
        data,
        (input, lambda g: _outside(g, blank, window)),
        (src, lambda g: _window(g, blank, window)),
    )


def diagonal_scatter(
    input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1
) -> Tensor:
    """A copy with `src` on the diagonal. Follows `torch.diagonal_scatter`.

    >>> torch.diagonal_scatter(torch.zeros(2, 2), torch.ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _filled_window(
        "DiagonalScatterBackward0",
        input,
        src,
        lambda array: diagonal(wrap(array), offset, dim1, dim2)._data,
    )


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """A copy with `src` in place of one slice. Follows `torch.select_scatter`.

    >>> torch.select_scatter(torch.zeros(2, 2), torch.ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    dim = normal_dim(dim, input._data.ndim)
    input.select(dim, index)  # raises where it leads outside
    key: Any = (slice(None),) * dim + (index, ...)
    return _filled_window("SelectScatterBackward0", input, src, lambda array: array[key])


def slice_scatter(
    input: Tensor,
    src: Tensor,
    dim: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Tensor:
    """A copy with `src` in place of the slices from `start` to `end`.

    Follows `torch.slice_scatter`.

    >>> torch.slice_scatter(torch.zeros(4), torch.ones(2), 0, 1, 3)
    tensor([0., 1., 1., 0.])
    """
    dim = normal_dim(dim, input._data.ndim)
    key = (slice(None),) * dim + (slice(start, end, step),)
    return _filled_window("SliceScatterBackward0", input, src, lambda array: array[key])


def as_strided_scatter(
    input: Tensor,
    src: Tensor,
    size: Sequence[int],
    stride: Sequence[int],
    storage_offset: int | None = None,
) -> Tensor:
    """A copy with `src` in the window of `as_strided`. Follows `torch.as_strided_scatter`."""
    return _filled_window(
        "AsStridedScatterBackward0",
        input,
        src,
        lambda array: as_strided(wrap(array), size, stride, storage_offset)._data,
    )


def fill_diagonal_(input: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """One number on the main diagonal, in place. Follows `torch.Tensor.fill_diagonal_`.

    >>> torch.zeros(2, 2).fill_diagonal_(5)
    tensor([[5., 0.],
            [0., 5.]])
    """
    shape = input._data.shape
    if len(shape) < 2:
        raise RuntimeError("dimensions must larger than 1")
    if len(shape) > 2 and len(set(shape)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    _filled_in_place(input, fill_value, wrap)
    return input


def _filled_diagonal(input: Tensor, value: Any, wrapped: bool) -> Tensor:
    data = input._data.copy()
    np.fill_diagonal(data, stored(value, input.dtype), wrap=wrapped and data.ndim == 2)
    places = np.zeros(data.shape, np.bool_)
    np.fill_diagonal(places, True, wrap=wrapped and data.ndim == 2)
    return record("CopySlices", data, (input, lambda g: g.masked_fill(wrap(places), 0)))


_filled_in_place = in_place(_filled_diagonal)
