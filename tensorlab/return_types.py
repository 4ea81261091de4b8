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


class Named(tuple[Any, ...]):
    """A tuple, each item of which has a name, too."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        items = ",\n".join(
            f"{name}={item!r}" for name, item in zip(self._fields, self, strict=True)
        )
        return f"torch.return_types.{type(self).__name__}(\n{items})"


class _ValuesAndIndices(Named):
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


class aminmax(Named):
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


# What else has names, and which.
_FIELDS = {
    "cummax": "values indices",
    "cummin": "values indices",
    "frexp": "mantissa exponent",
    "histogram": "hist bin_edges",
    "linalg_cholesky_ex": "L info",
    "linalg_eig": "eigenvalues eigenvectors",
    "linalg_eigh": "eigenvalues eigenvectors",
    "linalg_inv_ex": "inverse info",
    "linalg_lstsq": "solution residuals rank singular_values",
    "linalg_lu": "P L U",
    "linalg_lu_factor": "LU pivots",
    "linalg_qr": "Q R",
    "linalg_slogdet": "sign logabsdet",
    "linalg_solve_ex": "result info",
    "linalg_svd": "U S Vh",
    "mode": "values indices",
    "nanmedian": "values indices",
    "qr": "Q R",
    "slogdet": "sign logabsdet",
    "svd": "U S V",
}


def _item(place: int) -> Any:
    return property(lambda self: self[place])


def __getattr__(name: str) -> Any:
    if name not in _FIELDS:
        raise AttributeError(f"module 'tensorlab.return_types' has no attribute '{name}'")
    fields = tuple(_FIELDS[name].split())
    items = {field: _item(place) for place, field in enumerate(fields)}
    made = type(name, (Named,), {"__slots__": (), "_fields": fields, **items})
    made.__doc__ = f"What `torch.{name.replace('linalg_', 'linalg.')}` gives."
    return globals().setdefault(name, made)


def named(name: str, *items: Any) -> Any:
    """A tuple of the kind that torch gives under this name.

    >>> named("qr", 1, 2)
    torch.return_types.qr(
    Q=1,
    R=2)
    """
    kind = globals().get(name) or __getattr__(name)
    return kind(items)
