"""Gaussian elimination with row exchanges: lu, lu_factor, lu_solve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import return_types
from tensorlab.core import Array, wrap
from tensorlab.linalg.checks import by_columns, matrices, recorded
from tensorlab.linalg.solving import solve_triangular
from tensorlab.ops.matmul import matmul
from tensorlab.ops.shaping import adjoint as turned

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def _eliminated(matrix: Array) -> tuple[Array, Array]:
    """L and U in one matrix, and with which row, from 1, each one was exchanged."""
    left = matrix.copy()
    steps = min(left.shape)
    pivots = np.zeros(steps, np.int32)
    for step in range(steps):
        row = step + int(np.argmax(np.abs(left[step:, step])))
        pivots[step] = row + 1
        left[[step, row]] = left[[row, step]]
        if left[step, step] != 0:
            left[step + 1 :, step] /= left[step, step]
            left[step + 1 :, step + 1 :] -= np.outer(left[step + 1 :, step], left[step, step + 1 :])
    return left, pivots


def _factored(a: Array) -> tuple[Array, Array]:
    flat = [_eliminated(matrix) for matrix in a.reshape(-1, *a.shape[-2:])]
    packed = np.array([each[0] for each in flat], a.dtype).reshape(a.shape)
    pivots = np.array([each[1] for each in flat], np.int32)
    return packed, pivots.reshape(*a.shape[:-2], min(a.shape[-2:]))


def _permutation(pivots: Array, rows: int) -> Array:
    """The matrices P with A = P L U."""
    flat = pivots.reshape(-1, pivots.shape[-1])
    matrices = np.zeros((len(flat), rows, rows), np.float64)
    for matrix, exchanged in zip(matrices, flat, strict=True):
        order = list(range(rows))
        for step, row in enumerate(exchanged):
            order[step], order[row - 1] = order[row - 1], order[step]
        matrix[order, range(rows)] = 1
    return matrices.reshape(*pivots.shape[:-1], rows, rows)


def lu(A: Tensor, *, pivot: bool = True) -> Any:
    """A = P L U: rows exchanged, lower triangular, upper triangular. Follows `torch.linalg.lu`.

    >>> P, L, U = torch.linalg.lu(torch.tensor([[1., 2.], [4., 4.]]))
    >>> L, U
    (tensor([[1.0000, 0.0000],
            [0.2500, 1.0000]]), tensor([[4., 4.],
            [0., 1.]]))
    """
    a = matrices("linalg.lu", A)
    packed, pivots = _factored(a)
    rows, columns = a.shape[-2:]
    k = min(rows, columns)
    lower = np.tril(packed[..., :k], -1) + np.eye(rows, k, dtype=a.dtype)
    upper = np.triu(packed[..., :k, :])
    p = wrap(_permutation(pivots, rows).astype(a.dtype))
    node = "LinalgLuBackward0"
    if rows != columns:
        return return_types.named("linalg_lu", p, wrap(lower), wrap(upper))

    def back(lower_: Tensor, upper_: Tensor, inner: Tensor) -> Tensor:
        inner = solve_triangular(turned(lower_), inner, upper=True, unitriangular=True)
        return matmul(p, solve_triangular(turned(upper_), inner, upper=False, left=False))

    def of_lower(g: Tensor) -> Tensor:
        lower_, upper_ = lu(A)[1:]
        return back(lower_, upper_, matmul(turned(lower_), g.tril(-1)).tril(-1))

    def of_upper(g: Tensor) -> Tensor:
        lower_, upper_ = lu(A)[1:]
        return back(lower_, upper_, matmul(g.triu(), turned(upper_)).triu())

    return return_types.named(
        "linalg_lu",
        p,
        recorded(node, lower, (A, of_lower, A)),
        recorded(node, upper, (A, of_upper, A)),
    )


def lu_factor(A: Tensor, *, pivot: bool = True) -> Any:
    """L and U in one matrix, and the rows that were exchanged. Follows `torch.linalg.lu_factor`."""
    a = matrices("linalg.lu_factor", A)
    packed, pivots = _factored(a)
    whole = wrap(packed)
    if a.shape[-1] == a.shape[-2]:
        _, lower, upper = lu(A)
        whole = lower.tril(-1) + upper
    node = "LinalgLuFactorExBackward0"
    out = recorded(node, by_columns(packed), (whole, lambda g: g))
    return return_types.named("linalg_lu_factor", out, wrap(pivots))


def lu_alias(A: Tensor, pivot: bool = True, get_infos: bool = False) -> tuple[Tensor, ...]:
    """`lu_factor` as a plain tuple. Follows `torch.lu`."""
    packed, pivots = lu_factor(A, pivot=pivot)
    if get_infos:
        zeros = np.zeros(A._data.shape[:-2], np.int32)
        return packed, pivots, wrap(zeros)
    return packed, pivots


def lu_solve(
    LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False
) -> Tensor:
    """X with A X = B, from what `lu_factor` gave. Follows `torch.linalg.lu_solve`."""
    rows = LU._data.shape[-1]
    p = wrap(_permutation(pivots._data, rows).astype(LU._data.dtype))
    if not left:
        return lu_solve(LU, pivots, turned(B), adjoint=not adjoint).mT.conj()  # type: ignore[no-any-return]
    if adjoint:
        x = solve_triangular(turned(LU.triu()), B, upper=False)
        ones = solve_triangular(turned(LU), x, upper=True, unitriangular=True)
        return matmul(p, ones)
    x = solve_triangular(LU, matmul(p.mT, B), upper=False, unitriangular=True)
    x = solve_triangular(LU, x, upper=True)
    return recorded("LinalgLuSolveBackward0", by_columns(x._data), (x, lambda g: g))


def lu_solve_alias(b: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:
    """`torch.linalg.lu_solve`, arguments in another order. Follows `torch.lu_solve`."""
    return lu_solve(LU_data, LU_pivots, b)


__all__ = ["lu", "lu_factor", "lu_solve"]
