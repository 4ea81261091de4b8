"""Errors that teach: torch's type and words, and under them a note that says what to try.

Python and Jupyter print a note (PEP 678) under the error's text; `str(error)` stays torch's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_Error = TypeVar("_Error", bound=BaseException)


def noted(error: _Error, *lines: str) -> _Error:
    """`error` with a note of these lines, to be raised.

    >>> noted(ValueError("step must be greater than zero"), "Try x.flip(0).").__notes__
    ['Try x.flip(0).']
    """
    error.add_note("\n".join(lines))
    return error


def lined_up(*shapes: Sequence[int], names: Sequence[str] = ("a", "b")) -> str:
    """Shapes under each other, lined up from the right, as broadcasting sees them.

    >>> print(lined_up((2, 3), (2,)))
      a:  2  3
      b:     2
    """
    longest = max(len(shape) for shape in shapes)
    width = max((len(str(size)) for shape in shapes for size in shape), default=1)
    label = max(len(name) for name in names)
    rows = []
    for name, shape in zip(names, shapes, strict=False):
        cells = [""] * (longest - len(shape)) + [str(size) for size in shape]
        rows.append(f"  {name:>{label}}:" + "".join(f"  {cell:>{width}}" for cell in cells))
    return "\n".join(rows)


def dimension_out_of_range(dim: int, ndim: int) -> IndexError:
    """torch's error for a `dim` that a tensor does not have."""
    low, high = (-ndim, ndim - 1) if ndim else (-1, 0)
    return noted(
        IndexError(
            f"Dimension out of range (expected to be in range of [{low}, {high}], but got {dim})"
        ),
        f"A tensor of {ndim} dimension{'s' * (ndim != 1)} numbers them 0 to {high}, "
        "or -1 for the last, -2 for the one before it…",
    )


def no_dimensions() -> IndexError:
    """torch's error where a tensor without dimensions is asked about its first."""
    return IndexError("Dimension specified as 0 but tensor has no dimensions")


def normal_dim(dim: int, ndim: int) -> int:
    """`dim` counted from the front: -1 is the last. Raises torch's IndexError where there is none.

    >>> normal_dim(-1, 3), normal_dim(0, 0)
    (2, 0)
    """
    if isinstance(dim, bool) or not hasattr(dim, "__index__"):
        raise TypeError(f"argument 'dim' must be int, not {type(dim).__name__}")
    span = ndim or 1  # a 0-dim tensor takes dim 0 and -1
    if not -span <= dim < span:
        raise dimension_out_of_range(dim, ndim)
    return dim % span


def each_once(dims: Sequence[int], ndim: int) -> tuple[int, ...]:
    """`dims` counted from the front, none of them twice. Raises torch's IndexError, RuntimeError.

    >>> each_once((-1, 0), 3)
    (2, 0)
    """
    normal: list[int] = []
    for dim in dims:
        normal.append(normal_dim(dim, ndim))
        if normal[-1] in normal[:-1]:
            raise RuntimeError(f"dim {normal[-1]} appears multiple times in the list of dims")
    return tuple(normal)
