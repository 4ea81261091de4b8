"""A tensor's memory, and what scripts ask of it: resize_, set_, new, map_, share_memory_…"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Storage, record, storage_of, wrap
from tensorlab.ops import tensor_types
from tensorlab.ops.creation import clone, size_of
from tensorlab.ops.joining import chunk, split
from tensorlab.ops.logic import nonzero

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def resize_(input: Tensor, *sizes: Any, memory_format: Any = None) -> Tensor:
    """Another shape for the tensor's own memory, which grows if it must.

    Follows `torch.Tensor.resize_`.

    >>> torch.arange(4).resize_(2, 2)
    tensor([[0, 1],
            [2, 3]])
    """
    if input.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    shape = size_of("resize_", sizes)
    memory = storage_of(input).array.reshape(-1)
    wanted = math.prod(shape)
    start = input.storage_offset()
    flat = memory[start : start + wanted]
    if flat.size < wanted:
        grown = np.zeros(wanted, memory.dtype)
        grown[: flat.size] = flat
        input._storage = Storage(grown)
        flat = grown
    input._data = flat.reshape(shape)
    return input


def resize_as_(input: Tensor, the_template: Tensor, *, memory_format: Any = None) -> Tensor:
    """`resize_` to another tensor's shape. Follows `torch.Tensor.resize_as_`."""
    return resize_(input, tuple(the_template._data.shape))


def set_(input: Tensor, source: Tensor | None = None, *_: Any) -> Tensor:
    """Let the tensor use the memory of another. Follows `torch.Tensor.set_`."""
    if source is None:
        input._data = np.zeros(0, input._data.dtype)
        input._storage = None
        return input
    if source.dtype is not input.dtype:
        raise RuntimeError(
            "Could not set tensor of type "
            f"{source.dtype.spoken} to a tensor of type {input.dtype.spoken}"
        )
    input._data, input._storage = source._data, storage_of(source)
    return input


def new(input: Tensor, *args: Any) -> Tensor:
    """An empty tensor, or one of a list, of this tensor's type. Follows `torch.Tensor.new`."""
    return tensor_types.new(input.dtype, *args)


def map_(input: Tensor, tensor: Tensor, callable: Any) -> Tensor:
    """Call a Python function for each pair of numbers, in place. Follows `torch.Tensor.map_`."""
    if input.requires_grad:
        raise TypeError("Can't call map_() on Variable that requires grad. Use "
                        "var.detach().map_() instead.")  # fmt: skip
    other = np.broadcast_to(tensor._data, input._data.shape)
    for place in np.ndindex(input._data.shape):
        input._data[place] = callable(input._data[place].item(), other[place].item())
    return input


def share_memory_(input: Tensor) -> Tensor:
    """The tensor itself: one process computes. Follows `torch.Tensor.share_memory_`."""
    return input


def get_device(input: Tensor) -> int:
    """-1: the tensor is on the CPU. Follows `torch.Tensor.get_device`."""
    return -1


def pin_memory(input: Tensor, device: Any = None) -> Tensor:
    """Raises RuntimeError: memory is pinned for an accelerator, and there is none."""
    raise RuntimeError("Cannot access accelerator device when none is available.")


def is_inference(input: Tensor) -> bool:
    """False: such tensors are ordinary ones here. Follows `torch.Tensor.is_inference`."""
    return False


def is_pinned(input: Tensor) -> bool:
    """False: memory is pinned for an accelerator. Follows `torch.Tensor.is_pinned`."""
    return False


def is_shared(input: Tensor) -> bool:
    """False: one process computes. Follows `torch.Tensor.is_shared`."""
    return False


def to_dense(input: Tensor, dtype: Any = None, *, masked_grad: Any = None) -> Tensor:
    """The tensor itself: all are dense here. Follows `torch.Tensor.to_dense`."""
    return input if dtype is None else input.to(dtype)


def dim_order(input: Tensor) -> tuple[int, ...]:
    """The dimensions from the widest step in memory to the narrowest.

    Follows `torch.Tensor.dim_order`.
    """
    strides = input.stride()
    return tuple(sorted(range(len(strides)), key=lambda d: -strides[d]))


def as_subclass(input: Tensor, cls: Any) -> Tensor:
    """The same memory as an object of a class of tensors. Follows `torch.Tensor.as_subclass`."""
    out = input.view_as(input)
    out.__class__ = cls
    return out


def is_set_to(input: Tensor, tensor: Tensor) -> bool:
    """Whether both are one window on one memory. Follows `torch.Tensor.is_set_to`."""
    return (
        input.data_ptr() == tensor.data_ptr()
        and input.shape == tensor.shape
        and input.stride() == tensor.stride()
    )


def narrow_copy(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """`narrow`, as a copy. Follows `torch.Tensor.narrow_copy`."""
    part = input.narrow(dim, start, length)
    data = np.ascontiguousarray(part._data)
    return record("NarrowCopyBackward0", data.copy(), (part, lambda g: g))


def nonzero_static(input: Tensor, *, size: int, fill_value: int = -1) -> Tensor:
    """`nonzero` with a set number of rows. Follows `torch.nonzero_static`."""
    found: Any = nonzero(input)
    rows = np.full((size, input._data.ndim), fill_value, np.int64)
    count = min(size, found._data.shape[0])
    rows[:count] = found._data[:count]
    return wrap(rows)


def split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """`split` with a list of sizes. Follows `torch.split_with_sizes`."""
    return split(input, list(split_sizes), dim)


def unsafe_split(input: Tensor, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """`split`, whose parts may be changed in place. Follows `torch.unsafe_split`."""
    return _changeable(split(input, split_size, dim))


def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`chunk`, whose parts may be changed in place. Follows `torch.unsafe_chunk`."""
    return _changeable(chunk(input, chunks, dim))


def _changeable(parts: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    for part in parts:
        part._creation = None
    return parts


def detach(input: Tensor) -> Tensor:
    """The same memory, outside the graph. Follows `torch.detach`."""
    return input.detach()


def detach_(input: Tensor) -> Tensor:
    """Take the tensor itself out of the graph. Follows `torch.detach_`."""
    return input.detach_()


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether both have one shape. Follows `torch.is_same_size`."""
    return input.shape == other.shape


def is_signed(input: Tensor) -> bool:
    """Whether the type has negative numbers. Follows `torch.is_signed`."""
    return input.dtype.is_signed


def fill(input: Tensor, value: Any) -> Tensor:
    """A tensor of the same shape with one number everywhere. Follows `torch.fill`.

    >>> torch.fill(torch.zeros(2), 3)
    tensor([3., 3.])
    """
    return clone(input).fill_(value)
