"""Memory formats: the order in which a tensor's dimensions lie in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tensorlab.core import Array

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
