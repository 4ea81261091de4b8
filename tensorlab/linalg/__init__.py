"""Linear algebra: systems of equations, matrices taken apart, norms. Follows `torch.linalg`."""

from __future__ import annotations

from typing import Any, NoReturn

from tensorlab.absent import absent_in
from tensorlab.linalg.checks import LinAlgError
from tensorlab.linalg.decompositions import (
    cholesky,
    cholesky_ex,
    eig,
    eigh,
    eigvals,
    eigvalsh,
    qr,
    svd,
    svdvals,
)
from tensorlab.linalg.lu import lu, lu_factor, lu_solve
from tensorlab.linalg.norms import cond, matrix_norm, matrix_rank, norm, vecdot, vector_norm
from tensorlab.linalg.products import (
    cross,
    householder_product,
    matmul,
    matrix_exp,
    matrix_power,
    multi_dot,
)
from tensorlab.linalg.solving import (
    det,
    inv,
    inv_ex,
    lstsq,
    pinv,
    slogdet,
    solve,
    solve_ex,
    solve_triangular,
    tensorinv,
    tensorsolve,
)
from tensorlab.ops.building import vander as _vander
from tensorlab.ops.calling import spoken
from tensorlab.ops.shaping import diagonal as _diagonal


def diagonal(A: Any, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """The diagonals of matrices, as a view. Follows `torch.linalg.diagonal`."""
    return _diagonal(A, offset, dim1, dim2)


def vander(x: Any, *, N: int | None = None) -> Any:
    """The powers of each number, from 0 on. Follows `torch.linalg.vander`."""
    if not x.ndim:
        raise RuntimeError("Input must be at least one dimensional")
    if x.ndim == 1:
        return _vander(x, N, increasing=True)
    if N is not None and N <= 1:
        raise RuntimeError("N must be greater than 1.")
    flat = _vander(x.reshape(-1), x.shape[-1] if N is None else N, increasing=True)
    return flat.reshape(*x.shape, flat.shape[-1])


__all__ = [
    "LinAlgError", "cholesky", "cholesky_ex", "cond", "cross", "det", "diagonal", "eig", "eigh",
    "eigvals", "eigvalsh", "householder_product", "inv", "inv_ex", "lstsq", "lu", "lu_factor",
    "lu_solve", "matmul", "matrix_exp", "matrix_norm", "matrix_power", "matrix_rank", "multi_dot",
    "norm", "pinv", "qr", "slogdet", "solve", "solve_ex", "solve_triangular", "svd", "svdvals",
    "tensorinv", "tensorsolve", "vander", "vecdot", "vector_norm",
]  # fmt: skip

# A call that does not fit is refused in torch's words: linalg_inv() missing…
for _name in __all__[1:]:
    globals()[_name] = spoken(globals()[_name], f"linalg_{_name}")


def __getattr__(name: str) -> NoReturn:
    """Raise torch's error for a name that is not here, with a sentence on what to use."""
    raise absent_in("linalg", name, __all__)
