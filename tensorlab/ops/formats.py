"""Memory formats: the order in which a tensor's dimensions lie in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array, record

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = ["channels_last", "channels_last_3d", "contiguous_format", "preserve_format"]


class memory_format:
    """An order of dimensions in memory. Follows `torch.memory_format`.

    >>> torch.channels_last
    torch.channels_last
    """

    def __init__(self, name: str, ndim: int | None = None) -> None:
        self.name = name
        self.ndim = ndim  # how many dimensions a tensor must have; None for any number

    def __repr__(self) -> str:
        return f"torch.{self.name}"


contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last", 4)
channels_last_3d = memory_format("channels_last_3d", 5)


def is_laid_out(data: Array, format: Any) -> bool:
    """Whether an array lies in memory in this format; None is C's order."""
    if getattr(format, "ndim", None) is None:
        return data.flags.c_contiguous
    return data.ndim == format.ndim and bool(np.moveaxis(data, 1, -1).flags.c_contiguous)


def laid_out(data: Array, format: Any) -> Array:
    """A copy of an array in this format. Raises torch's RuntimeError for a wrong rank."""
    if getattr(format, "ndim", None) is None:
        return np.array(data, order="K" if format is preserve_format else "C")
    if data.ndim != format.ndim:
        raise RuntimeError(f"required rank {format.ndim} tensor to use {format.name} format")
    return np.moveaxis(np.array(np.moveaxis(data, 1, -1), order="C"), -1, 1)


def is_contiguous(input: Tensor, memory_format: Any = None) -> bool:
    """Whether the numbers lie in memory in the order of the indices, without gaps.

    Follows `torch.Tensor.is_contiguous`.

    >>> x = torch.zeros(2, 3)
    >>> x.is_contiguous(), x.t().is_contiguous()
    (True, False)
    """
    return is_laid_out(input._data, memory_format)


def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """The tensor itself, or a copy that is contiguous. Follows `torch.Tensor.contiguous`.

    >>> torch.zeros(2, 3).t().contiguous().stride()
    (2, 1)
    """
    if is_laid_out(input._data, memory_format):
        return input
    data = laid_out(input._data, memory_format)
    return record("CloneBackward0", data, (input, lambda g: g))
