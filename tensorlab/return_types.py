"""What max, sort and their kin give: tuples with names, printed as torch prints them.

Follows `torch.return_types`.

>>> values, indices = torch.max(torch.tensor([3, 7, 5]), dim=0)
>>> torch.max(torch.tensor([3, 7, 5]), dim=0)
torch.return_types.max(
values=tensor(7),
indices=tensor(1))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = ["aminmax", "kthvalue", "max", "median", "min", "sort", "topk"]


class _Named(tuple[Any, ...]):
    """A tuple, each item of which has a name, too."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        items = ",\n".join(
            f"{name}={item!r}" for name, item in zip(self._fields, self, strict=True)
        )
        return f"torch.return_types.{type(self).__name__}(\n{items})"


class _ValuesAndIndices(_Named):
    """The numbers that were chosen, and where along the dimension each was found."""

    __slots__ = ()
    _fields = ("values", "indices")

    @property
    def values(self) -> Tensor:
        """The numbers that were chosen."""
        return self[0]  # type: ignore[no-any-return]

    @property
    def indices(self) -> Tensor:
        """Where along the dimension each was found."""
        return self[1]  # type: ignore[no-any-return]


class max(_ValuesAndIndices):
    """What `torch.max(x, dim)` gives."""

    __slots__ = ()


class min(_ValuesAndIndices):
    """What `torch.min(x, dim)` gives."""

    __slots__ = ()


class median(_ValuesAndIndices):
    """What `torch.median(x, dim)` gives."""

    __slots__ = ()


class sort(_ValuesAndIndices):
    """What `torch.sort(x)` gives."""

    __slots__ = ()


class topk(_ValuesAndIndices):
    """What `torch.topk(x, k)` gives."""

    __slots__ = ()


class kthvalue(_ValuesAndIndices):
    """What `torch.kthvalue(x, k)` gives."""

    __slots__ = ()


class aminmax(_Named):
    """What `torch.aminmax(x)` gives."""

    __slots__ = ()
    _fields = ("min", "max")

    @property
    def min(self) -> Tensor:
        """The smallest numbers."""
        return self[0]  # type: ignore[no-any-return]

    @property
    def max(self) -> Tensor:
        """The largest numbers."""
        return self[1]  # type: ignore[no-any-return]
