"""What the functions of matrices ask of their arguments, in torch's words, and how results lie."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, record
from tensorlab.errors import noted
from tensorlab.ops.operands import require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class _LinAlgError(RuntimeError):
    """A matrix that a function cannot work on. Follows `torch.linalg.LinAlgError`."""


LinAlgError = _LinAlgError


def recorded(name: str, data: Any, *edges: tuple[Any, ...]) -> Tensor:
    """`record`, for gradients that are written for complex matrices, conjugates and all."""
    turned = [(input, _as_written(rule), *saved) for input, rule, *saved in edges]
    return record(name, data, *turned)


def _as_written(rule: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """What `record` makes the rule of again, by conjugating both ends."""
    return lambda g: rule(g.conj()).conj()


def matrices(
    operation: str, input: Any, name: str = "A", square: bool = False, low: bool = False
) -> Array:
    """The matrices in the last two dimensions, as a numpy array of floats or complex numbers.

    Raises torch's RuntimeError for less than two dimensions, for integers and, unless `low`, for
    float16; with `square`, for matrices that are not.
    """
    require_tensor(operation.replace(".", "_"), name, 1, input)
    shape = input._data.shape
    if len(shape) < 2:
        raise noted(
            RuntimeError(f"{operation}: The input tensor {name} must have at least 2 dimensions."),
            f"A matrix has rows and columns; this tensor has shape {shape}.",
        )
    if square:
        require_square(operation, shape)
    if not low or input.dtype.category < dtypes.FLOATING:
        require_floats(operation, input.dtype)
    return input._data  # type: ignore[no-any-return]


def done(a: Array, result: Array, *, refuses_nan: bool = False) -> Array:
    """What numpy made of the matrices `a`. LinAlgError where it could not, and could not say so.

    It says so by a flag of the processor, and WebAssembly has none: there, what could not be done
    is nan throughout. `refuses_nan` holds for what cannot be done with nan in `a` either.
    """
    if sys.platform == "emscripten" and result.size:
        lost = np.isnan(result).all(axis=(-2, -1))
        if not refuses_nan:
            lost &= np.isfinite(a).all(axis=(-2, -1))
        if lost.any():
            raise np.linalg.LinAlgError
    return result


def require_square(operation: str, shape: tuple[int, ...]) -> None:
    """Raise torch's RuntimeError where matrices are not as wide as they are tall."""
    if shape[-1] != shape[-2]:
        raise RuntimeError(
            f"{operation}: A must be batches of square matrices, but they are "
            f"{shape[-2]} by {shape[-1]} matrices"
        )


def require_floats(operation: str, dtype: dtypes.dtype) -> None:
    """Raise torch's RuntimeError for a type that matrices are not factored in."""
    if dtype.category < dtypes.FLOATING:
        raise noted(
            RuntimeError(
                f"{operation}: Expected a floating point or complex tensor as input. Got "
                f"{dtype.legacy}"
            ),
            "Convert it first: A.float().",
        )
    if dtype.itemsize < 4:
        raise noted(
            RuntimeError(f"{operation}: Low precision dtypes not supported. Got {dtype.legacy}"),
            "Convert it first: A.float().",
        )


def require_same_type(operation: str, a: Tensor, b: Tensor) -> None:
    """Raise torch's RuntimeError where A and B are of two types."""
    if a.dtype is not b.dtype:
        raise noted(
            RuntimeError(
                f"{operation}: Expected A and B to have the same dtype, but found A of type "
                f"{a.dtype.legacy} and B of type {b.dtype.legacy} instead"
            ),
            f"Cast one: B.to({a.dtype!r}).",
        )


def by_columns(data: Array) -> Array:
    """The same matrices, each laid out in memory column after column, as LAPACK leaves them."""
    return np.ascontiguousarray(np.swapaxes(data, -1, -2)).swapaxes(-1, -2)


def transposed(data: Array) -> Array:
    """The conjugate transpose of each matrix."""
    turned: Array = np.swapaxes(data, -1, -2)
    return turned.conj() if data.dtype.kind == "c" else turned


def first_zero_pivot(matrix: Array) -> int:
    """The number, from 1, of the first zero on the diagonal in Gaussian elimination; 0 for none."""
    left = matrix.copy()
    for step in range(len(left)):
        row = step + int(np.argmax(np.abs(left[step:, step])))
        left[[step, row]] = left[[row, step]]
        if left[step, step] == 0:
            return step + 1
        left[step + 1 :] -= np.outer(left[step + 1 :, step] / left[step, step], left[step])
    return 0


def in_batch(data: Array, failed: Any) -> tuple[str, int]:
    """`(Batch element 1): ` for the first matrix that `failed(matrix)` tells of, and what it told.

    Matrices alone have no such words. `failed` gives 0 for a matrix that is well.
    """
    flat = data.reshape(-1, *data.shape[-2:])
    for number, matrix in enumerate(flat):
        told = failed(matrix)
        if told:
            return (f"(Batch element {number}): " if data.ndim > 2 else ""), told
    return "", 0
