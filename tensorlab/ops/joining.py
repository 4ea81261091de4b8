"""Putting tensors together and taking them apart: cat, stack, split, chunk, unbind.

`cat` lengthens a dimension that is there; `stack` adds a new one.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import core
from tensorlab.core import TensorBase, is_recorded, record, view, wrap
from tensorlab.errors import lined_up, normal_dim, noted
from tensorlab.ops.indexing import narrow, select
from tensorlab.ops.operands import kind_of, meeting_type
from tensorlab.ops.shaping import atleast_3d, unsqueeze

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "cat",
    "chunk",
    "column_stack",
    "concat",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "row_stack",
    "split",
    "stack",
    "tensor_split",
    "unbind",
    "vsplit",
    "vstack",
]


def _listed(operation: str, tensors: Any) -> list[Tensor]:
    """The tensors of a list or tuple. Raises torch's TypeError for anything else."""
    if isinstance(tensors, TensorBase) or not isinstance(tensors, (list, tuple)):
        raise noted(
            TypeError(
                f"{operation}(): argument 'tensors' (position 1) must be tuple of Tensors, "
                f"not {kind_of(tensors)}"
            ),
            f"Put them into a list: torch.{operation}([a, b]).",
        )
    for position, one in enumerate(tensors):
        if not isinstance(one, TensorBase):
            raise TypeError(
                f"expected Tensor as element {position} in argument 0, but got {kind_of(one)}"
            )
    return list(tensors)


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """One after the other along a dimension that they have. Follows `torch.cat`.

    The other sizes must be equal. Types are promoted.

    >>> x, y = torch.tensor([[1, 2, 3]]), torch.tensor([[2, 2, 2]])
    >>> torch.cat([x, y])
    tensor([[1, 2, 3],
            [2, 2, 2]])
    >>> torch.cat([x, y], dim=1)
    tensor([[1, 2, 3, 2, 2, 2]])
    """
    parts = _listed("cat", tensors)
    if not parts:
        raise noted(
            ValueError("torch.cat(): expected a non-empty list of Tensors"),
            "There is nothing to join.",
        )
    for position, part in enumerate(parts):
        if not part._data.ndim:
            raise noted(
                RuntimeError(
                    f"zero-dimensional tensor (at position {position}) cannot be concatenated"
                ),
                "Single numbers have no dimension to be joined along: torch.stack makes one.",
            )
    dtype = meeting_type(*parts)
    # An empty 1-d tensor joins with anything: a start for loops that collect.
    used = [part for part in parts if part._data.shape != (0,)] or parts[:1]
    dim = normal_dim(dim, used[0]._data.ndim)
    _check_sizes(used, dim, parts)
    data = np.concatenate([part._data.astype(dtype.numpy, copy=False) for part in used], dim)
    edges = []
    start = 0
    for part in used:
        length = part._data.shape[dim]
        edges.append((part, _part_of(dim, start, length)))
        start += length
    left = [(part, _nothing_of(part)) for part in parts if not any(part is one for one in used)]
    return record("CatBackward0", data, *edges, *left)


def _nothing_of(part: Tensor) -> Any:
    return lambda g: g.new_zeros(part._data.shape)


def _part_of(dim: int, start: int, length: int) -> Any:
    return lambda g: narrow(g, dim, start, length)


def _check_sizes(parts: list[Tensor], dim: int, given: list[Tensor]) -> None:
    first = parts[0]._data.shape
    for part in parts[1:]:
        shape = part._data.shape
        position = next(i for i, one in enumerate(given) if one is part)
        if len(shape) != len(first):
            raise noted(
                RuntimeError(
                    f"Tensors must have same number of dimensions: got {len(first)} and "
                    f"{len(shape)}"
                ),
                "unsqueeze gives the smaller one a dimension more.",
            )
        for axis, (expected, size) in enumerate(zip(first, shape, strict=True)):
            if axis != dim and expected != size:
                raise noted(
                    RuntimeError(
                        f"Sizes of tensors must match except in dimension {dim}. Expected size "
                        f"{expected} but got size {size} for tensor number {position} in the list."
                    ),
                    lined_up(first, shape, names=("first", "this one")),
                    f"Only dimension {dim} may differ. Did you mean dim={axis}?",
                )


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Side by side along a new dimension. All have one shape. Follows `torch.stack`.

    >>> x, y = torch.tensor([1, 2, 3]), torch.tensor([2, 2, 2])
    >>> torch.stack([x, y]).shape, torch.stack([x, y], dim=1).shape
    (torch.Size([2, 3]), torch.Size([3, 2]))
    """
    parts = _listed("stack", tensors)
    if not parts:
        raise RuntimeError("stack expects a non-empty TensorList")
    dim = normal_dim(dim, parts[0]._data.ndim + 1)
    first = parts[0]._data.shape
    for position, part in enumerate(parts):
        if part._data.shape != first:
            raise noted(
                RuntimeError(
                    f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 "
                    f"and {list(part._data.shape)} at entry {position}"
                ),
                "Tensors of several lengths can be joined end to end: torch.cat.",
            )
    place = (*[slice(None)] * dim, None)
    arrays = [part._data[place] for part in parts]
    if len({part._dtype for part in parts}) > 1:
        dtype = meeting_type(*parts)
        arrays = [array.astype(dtype.numpy, copy=False) for array in arrays]
    data = np.ascontiguousarray(np.concatenate(arrays, dim))  # np.stack takes 3 us more
    if not any(map(is_recorded, parts)) and not core._narrow:
        return wrap(data)
    return record("StackBackward0", data, *[(part, _layer(dim, i)) for i, part in enumerate(parts)])


def _layer(dim: int, index: int) -> Any:
    return lambda g: select(g, dim, index)


def _with_two_dims(tensors: Any, place: int) -> list[Tensor]:
    return [
        unsqueeze(t, 0) if t._data.ndim == 1 and place == 0 else t
        for t in (unsqueeze(t, 0) if not t._data.ndim else t for t in _listed("cat", tensors))
    ]


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """One above the other; a vector counts as a row. Follows `torch.vstack`."""
    return cat(_with_two_dims(tensors, 0), 0)


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Side by side: along dimension 1, vectors along 0. Follows `torch.hstack`."""
    parts = _with_two_dims(tensors, 1)
    return cat(parts, 0 if parts and parts[0]._data.ndim == 1 else 1)


# ----- taking apart -----------------------------------------------------------------------------


def split(
    tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0
) -> tuple[Tensor, ...]:
    """Parts of a given size (the last may be smaller), or of given sizes. Views.

    Follows `torch.split`.

    >>> torch.arange(5).split(2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    >>> torch.arange(5).split([1, 4])
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
    if not tensor._data.ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    dim = normal_dim(dim, tensor._data.ndim)
    size = tensor._data.shape[dim]
    if isinstance(split_size_or_sections, (int, np.integer)):
        each = int(split_size_or_sections)
        if each < 0:
            raise RuntimeError(
                f"split expects split_size be non-negative, but got split_size={each}"
            )
        if each == 0 and size:
            raise RuntimeError(
                f"split_size can only be 0 if dimension size is 0, but got dimension size of {size}"
            )
        count = max(1, -(-size // each)) if each else 1
        sections = [min(each, size - i * each) for i in range(count)]
        name = "SplitBackward0"
    else:
        sections = [int(section) for section in split_size_or_sections]
        name = "SplitWithSizesBackward0"
        if sum(sections) != size or any(section < 0 for section in sections):
            raise noted(
                RuntimeError(
                    f"split_with_sizes expects split_sizes to sum exactly to {size} (input "
                    f"tensor's size at dimension {dim}), but got split_sizes={sections}"
                ),
                f"{' + '.join(map(str, sections))} = {sum(sections)}, not {size}.",
            )
    parts, start = [], 0
    for place, section in enumerate(sections):
        key = (slice(None),) * dim + (slice(start, start + section),)
        parts.append(view(name, tensor, operator.itemgetter(key), place=place))
        start += section
    return tuple(parts)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` parts of one size (the last may be smaller). Views. Follows `torch.chunk`.

    >>> torch.arange(5).chunk(2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    if not input._data.ndim:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks < 1:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    dim = normal_dim(dim, input._data.ndim)
    size = input._data.shape[dim]
    if not size:
        return tuple(split(input, 0, dim) * chunks)
    return split(input, -(-size // chunks), dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The parts along a dimension, without it. Views. Follows `torch.unbind`.

    >>> torch.arange(4).reshape(2, 2).unbind()
    (tensor([0, 1]), tensor([2, 3]))
    """
    dim = normal_dim(dim, input._data.ndim)
    if not input._data.ndim:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    keys = [(slice(None),) * dim + (i, ...) for i in range(input._data.shape[dim])]
    return tuple(
        view("UnbindBackward0", input, operator.itemgetter(key), place=place)
        for place, key in enumerate(keys)
    )


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """One behind the other, along the third dimension. Follows `torch.dstack`.

    >>> torch.dstack([torch.arange(2), torch.arange(2)]).shape
    torch.Size([1, 2, 2])
    """
    return cat([atleast_3d(part) for part in _listed("dstack", tensors)], 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Vectors as the columns of a matrix; matrices side by side. Follows `torch.column_stack`.

    >>> torch.column_stack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    parts = _listed("column_stack", tensors)
    return hstack([part.reshape(-1, 1) if part._data.ndim < 2 else part for part in parts])


def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts as equal as can be, or cut before some indices. Views. Follows `torch.tensor_split`.

    >>> torch.arange(5).tensor_split(2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    >>> torch.arange(5).tensor_split((1, 3))
    (tensor([0]), tensor([1, 2]), tensor([3, 4]))
    """
    if not input._data.ndim:
        raise RuntimeError(
            "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims"
        )
    dim = normal_dim(dim, input._data.ndim)
    size = input._data.shape[dim]
    given = indices_or_sections
    if isinstance(given, TensorBase):
        given = given._data.tolist()
    if isinstance(given, int):
        if given < 1:
            raise RuntimeError(f"number of sections must be larger than 0, got {given}")
        each, extra = divmod(size, given)
        lengths = [each + (i < extra) for i in range(given)]
        cuts = [sum(lengths[:i]) for i in range(1, given)]
    else:
        cuts = list(given)
    starts, ends = [0, *cuts], [*cuts, size]
    before = (slice(None),) * dim
    return tuple(
        input[(*before, slice(start, end))] for start, end in zip(starts, ends, strict=True)
    )


def _along(operation: str, least: int, dim: int) -> Any:
    def cut(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
        ndim = input._data.ndim
        if ndim < least:
            raise RuntimeError(
                f"torch.{operation} requires a tensor with at least {least} dimension, but got a "
                f"tensor with {ndim} dimensions!"
            )
        axis = min(dim, ndim - 1)
        size = input._data.shape[axis]
        if isinstance(indices_or_sections, int) and size % (indices_or_sections or size + 1):
            raise RuntimeError(
                f"torch.{operation} attempted to split along dimension {axis}, but the size of the "
                f"dimension {size} is not divisible by the split_size {indices_or_sections}!"
            )
        return tensor_split(input, indices_or_sections, axis)

    cut.__name__ = cut.__qualname__ = operation
    cut.__doc__ = f"`tensor_split` along one dimension. Follows `torch.{operation}`."
    return cut


hsplit, vsplit, dsplit = _along("hsplit", 1, 1), _along("vsplit", 2, 0), _along("dsplit", 3, 2)

concat = concatenate = cat
row_stack = vstack
