"""The shape of a tensor: a tuple that prints as torch prints it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import SupportsIndex, overload


class Size(tuple[int, ...]):
    """A tuple of sizes, one a dimension. Follows `torch.Size`.

    >>> Size([3, 2, 2])
    torch.Size([3, 2, 2])
    >>> Size([3, 2, 2]).numel()
    12
    >>> Size([3, 2, 2])[1:]
    torch.Size([2, 2])
    """

    __slots__ = ()

    def __new__(cls, sizes: Iterable[int] = ()) -> Size:
        made = super().__new__(cls, sizes)
        for position, size in enumerate(made):
            if not hasattr(size, "__index__"):
                raise TypeError(
                    f"torch.Size() takes an iterable of 'int' (item {position} is "
                    f"'{type(size).__name__}')"
                )
        return made

    def __call__(self, *args: object) -> None:
        error = TypeError("'torch.Size' object is not callable")
        error.add_note("shape is no method: x.shape, or x.size().")
        raise error

    def numel(self) -> int:
        """How many elements a tensor of this shape has."""
        product = 1
        for size in self:
            product *= size
        return product

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(repr, self))}])"

    __str__ = __repr__

    @overload
    def __getitem__(self, key: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> Size: ...
    def __getitem__(self, key: SupportsIndex | slice) -> int | Size:
        item = tuple.__getitem__(self, key)
        return Size(item) if isinstance(key, slice) else item  # type: ignore[arg-type,return-value]

    def __setitem__(self, key: object, value: object) -> None:
        raise TypeError("'torch.Size' object does not support item assignment")

    def __add__(self, other: Iterable[int]) -> Size:  # type: ignore[override]
        return Size(tuple.__add__(self, tuple(other)))

    def __radd__(self, other: Iterable[int]) -> Size:
        return Size(tuple(other) + tuple(self))

    def __mul__(self, times: SupportsIndex) -> Size:
        return Size(tuple.__mul__(self, times))

    def __rmul__(self, times: SupportsIndex) -> Size:
        return Size(tuple.__rmul__(self, times))

    def __reduce__(self) -> tuple[type[Size], tuple[tuple[int, ...]]]:
        return Size, (tuple(self),)
