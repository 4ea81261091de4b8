"""Matrices taken apart: svd, qr, eigh, eig, cholesky, lu.

The gradients follow Giles, "Collected matrix derivative results" (2008), for complex matrices
Wan and Zhang, "Automatic differentiation for complex valued SVD" (2019).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import return_types
from tensorlab.autograd import mode
from tensorlab.core import Array, wrap
from tensorlab.linalg.checks import (
    _LinAlgError,
    by_columns,
    done,
    in_batch,
    matrices,
    recorded,
    require_square,
    transposed,
)
from tensorlab.linalg.solving import inv, solve, solve_triangular
from tensorlab.ops.joining import cat
from tensorlab.ops.matmul import matmul
from tensorlab.ops.operands import not_implemented
from tensorlab.ops.shaping import adjoint

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def _diagonal(x: Tensor) -> Tensor:
    return x.diagonal(0, -2, -1)


def _identity(like: Array, size: int) -> Tensor:
    return wrap(np.eye(size, dtype=like.dtype))


def _skew(x: Tensor) -> Tensor:
    return x - adjoint(x)


def _apart(s: Tensor) -> Tensor:
    """s_j − s_i at (i, j), with ones on the diagonal."""
    return s.unsqueeze(-2) - s.unsqueeze(-1) + wrap(np.eye(s._data.shape[-1], dtype=s._data.dtype))


# ----- singular values --------------------------------------------------------------------------


def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> Any:
    """A = U diag(S) Vh, with U and Vh unitary, S falling. Follows `torch.linalg.svd`.

    A is (…, m, n). With `full_matrices` U is (…, m, m) and Vh (…, n, n); else they have
    k = min(m, n) columns and rows.

    >>> U, S, Vh = torch.linalg.svd(torch.tensor([[0., 2.], [1., 0.]]))
    >>> S
    tensor([2., 1.])
    """
    if driver is not None:
        raise RuntimeError(
            "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with "
            "cuSOLVER backend."
        )
    return return_types.named("linalg_svd", *_svd("linalg.svd", A, full_matrices))


def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """The singular values, from the largest on. Follows `torch.linalg.svdvals`.

    >>> torch.linalg.svdvals(torch.tensor([[3., 0.], [0., -4.]]))
    tensor([4., 3.])
    """
    return _svd("linalg.svd", A, False)[1]


def svd_alias(input: Tensor, some: bool = True, compute_uv: bool = True) -> Any:
    """`torch.linalg.svd` with V in place of Vh. Follows `torch.svd`."""
    u, s, vh = _svd("linalg.svd", input, not some)
    if not compute_uv:
        m, n = input._data.shape[-2:]
        batch = input._data.shape[:-2]
        u = wrap(np.zeros((*batch, m, m), input._data.dtype))
        return return_types.named("svd", u, s, wrap(np.zeros((*batch, n, n), u._data.dtype)))
    return return_types.named("svd", u, s, adjoint(vh))


def _svd(operation: str, A: Tensor, full: bool) -> tuple[Tensor, Tensor, Tensor]:
    a = matrices(operation, A)
    try:
        u, s, vh = np.linalg.svd(a, full_matrices=full)
        done(a, s[..., None], refuses_nan=True)
    except np.linalg.LinAlgError:
        raise _LinAlgError(
            f"{operation}: {_which_is_nan(a)}The algorithm failed to converge because the input "
            "matrix contained non-finite values."
        ) from None
    k = s.shape[-1]

    def parts() -> tuple[Tensor, Tensor, Tensor]:
        if mode._enabled:
            u_, s_, vh_ = _svd(operation, A, False)
        else:
            u_, s_, vh_ = wrap(u[..., :k]), wrap(s), wrap(vh[..., :k, :])
        return u_, s_, adjoint(vh_)

    def of_u(g: Tensor) -> Tensor:
        u_, s_, v_ = parts()
        if full and u.shape[-1] > k:
            g = _without_the_rest("U", g[..., k:], g[..., :k])
        return _of_left(g, u_, s_, v_)

    def of_s(g: Tensor) -> Tensor:
        u_, _, v_ = parts()
        return matmul(u_ * g.unsqueeze(-2), adjoint(v_))

    def of_vh(g: Tensor) -> Tensor:
        u_, s_, v_ = parts()
        g = adjoint(g)
        if full and vh.shape[-1] > k:
            g = _without_the_rest("Vh", g[..., k:], g[..., :k])
        # A's adjoint is V diag(S) U: what goes for U goes for V.
        return adjoint(_of_left(g, v_, s_, u_, phase=False))

    node = "LinalgSvdBackward0"
    return (
        recorded(node, by_columns(u), (A, of_u, A)),
        recorded(node, s, (A, of_s, A)),
        recorded(node, by_columns(vh), (A, of_vh, A)),
    )


def _of_left(g: Tensor, u: Tensor, s: Tensor, v: Tensor, phase: bool = True) -> Tensor:
    """The gradient of A from that of its left singular vectors u."""
    squares = s * s
    turn = matmul(adjoint(u), g)
    inner = _skew(turn) / _apart(squares)
    if u.is_complex() and phase:
        _require_no_phase(turn)
    inner = (inner - _only_diagonal(inner)) * s.unsqueeze(-2)
    back = matmul(u, inner)
    if u._data.shape[-2] > u._data.shape[-1]:
        outside = g / s.unsqueeze(-2)
        back = back + outside - matmul(u, matmul(adjoint(u), outside))
    return matmul(back, adjoint(v))


def _only_diagonal(x: Tensor) -> Tensor:
    return x * wrap(np.eye(x._data.shape[-1], dtype=x._data.real.dtype))


def _require_no_phase(turn: Tensor) -> None:
    """Singular vectors are known up to a phase: a loss must not depend on it."""
    imaginary = np.abs(np.diagonal(turn._data, axis1=-2, axis2=-1).imag)
    if imaginary.size and imaginary.max() > 1e-2 * max(1.0, float(np.abs(turn._data).max())):
        raise RuntimeError(
            "svd_backward: The singular vectors in the complex case are specified up to "
            "multiplication by e^{i phi}. The specified loss function depends on this quantity, "
            "so it is ill-defined."
        )


def _without_the_rest(name: str, rest: Tensor, first: Tensor) -> Tensor:
    """The gradient of the first k vectors; the others are not determined by A."""
    if rest._data.any():
        raise NotImplementedError(
            f"svd: the loss depends on columns of {name} that A does not determine. Take "
            "full_matrices=False."
        )
    return first


def _which_is_nan(a: Array) -> str:
    return in_batch(a, lambda matrix: not np.isfinite(matrix).all())[0]


# ----- QR ---------------------------------------------------------------------------------------


def qr(A: Tensor, mode: str = "reduced") -> Any:
    """A = Q R: Q with orthonormal columns, R upper triangular. Follows `torch.linalg.qr`.

    `mode` is "reduced", "complete" (Q is square), or "r" (no Q).

    >>> A = torch.tensor([[3., 1.], [4., 2.]])
    >>> Q, R = torch.linalg.qr(A)
    >>> torch.allclose(Q @ R, A)
    True
    """
    return return_types.named("linalg_qr", *_qr(A, mode))


def qr_alias(input: Tensor, some: bool = True) -> Any:
    """Another name for `torch.linalg.qr`. Follows `torch.qr`."""
    return return_types.named("qr", *_qr(input, "reduced" if some else "complete"))


def _qr(A: Tensor, how: str) -> tuple[Tensor, Tensor]:
    a = matrices("linalg.qr", A)
    if how not in ("reduced", "r", "complete"):
        raise RuntimeError(
            f"qr received unrecognized mode '{how}' but expected one of 'reduced' (default), 'r', "
            "or 'complete'"
        )
    rows, columns = a.shape[-2:]
    if how == "r":
        r: Any = np.linalg.qr(a, mode="r")
        return wrap(np.zeros(0, a.dtype)), recorded(
            "LinalgQrBackward0", by_columns(r), (A, _no_q, A)
        )
    q, r = np.linalg.qr(a, mode=how)  # type: ignore[call-overload]
    square = how == "complete" and rows > columns

    def parts() -> tuple[Tensor, Tensor]:
        return _qr(A, how) if mode._enabled else (wrap(q), wrap(r))

    def of_q(g: Tensor) -> Tensor:
        q_, r_ = parts()
        return _refuse_complete() if square else _of_qr(g, None, q_, r_)

    def of_r(g: Tensor) -> Tensor:
        q_, r_ = parts()
        return _refuse_complete() if square else _of_qr(None, g, q_, r_)

    node = "LinalgQrBackward0"
    return recorded(node, by_columns(q), (A, of_q, A)), recorded(node, by_columns(r), (A, of_r, A))


def _refuse_complete() -> Tensor:
    raise RuntimeError(
        "The QR decomposition is not differentiable when mode='complete' and nrows > ncols"
    )


def _no_q(g: Tensor) -> Tensor:
    raise RuntimeError(
        "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use "
        "linalg.qr(A, mode='reduced') if you are going to call backward."
    )


def _of_qr(g_q: Tensor | None, g_r: Tensor | None, q: Tensor, r: Tensor) -> Tensor:
    """The gradient of A = Q R from those of Q and R; one of them may be none."""
    rows = r._data.shape[-2]
    wide = r._data.shape[-1] > rows
    rest = None
    if wide:  # A = [X Y] and R = [U V]: X = Q U, and Y = Q V follows from it
        u, v = r[..., :rows], r[..., rows:]
        if g_r is not None:
            g_v = g_r[..., rows:]
            rest = matmul(q, g_v)
            y_g = matmul(matmul(q, v), adjoint(g_v))
            g_q, g_r = y_g if g_q is None else g_q + y_g, g_r[..., :rows]
    else:
        u = r
    m: Any = 0
    if g_r is not None:
        m = matmul(u, adjoint(g_r))
    if g_q is not None:
        m = m - matmul(adjoint(g_q), q)
    lower = m.tril(-1)
    whole = matmul(q, lower + adjoint(lower) + _real_diagonal(m))
    whole = whole if g_q is None else g_q + whole
    back = solve_triangular(adjoint(u), whole, upper=False, left=False)
    if not wide:
        return back
    return cat([back, matmul(q, r[..., rows:]) * 0 if rest is None else rest], -1)


def _real_diagonal(x: Tensor) -> Tensor:
    only = _only_diagonal(x)
    return only if not x.is_complex() else (only + only.conj()) / 2


# ----- eigenvalues ------------------------------------------------------------------------------


def eigh(A: Tensor, UPLO: str = "L") -> Any:
    """Eigenvalues, rising, and eigenvectors of a symmetric (or Hermitian) matrix.

    A = V diag(L) V^H. Only A's lower half is read, or its upper with UPLO="U".
    Follows `torch.linalg.eigh`.

    >>> L, V = torch.linalg.eigh(torch.tensor([[2., 0.], [0., 1.]]))
    >>> L
    tensor([1., 2.])
    """
    return return_types.named("linalg_eigh", *_eigh("linalg.eigh", A, UPLO))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of a symmetric matrix, rising. Follows `torch.linalg.eigvalsh`.

    >>> torch.linalg.eigvalsh(torch.tensor([[0., 1.], [1., 0.]]))
    tensor([-1.,  1.])
    """
    return _eigh("linalg.eigvalsh", A, UPLO)[0]


def _eigh(operation: str, A: Tensor, half: str) -> tuple[Tensor, Tensor]:
    if A._data.ndim >= 2:
        require_square(operation, A._data.shape)
    if str(half).upper() not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {half}")
    if A._data.dtype.kind in "iub" and A._data.ndim >= 2:
        raise not_implemented("linalg_eigh_cpu", A.dtype)
    a = matrices(operation, A, square=True)
    try:
        values, vectors = np.linalg.eigh(a, half.upper())  # type: ignore[call-overload]
        if not np.isfinite(values).all():
            raise np.linalg.LinAlgError
    except np.linalg.LinAlgError:
        raise _LinAlgError(
            f"{operation}: {_which_is_nan(a)}The algorithm failed to converge because the input "
            "matrix is ill-conditioned or has too many repeated eigenvalues (error code: "
            f"{a.shape[-1] - 1})."
        ) from None

    def parts() -> tuple[Tensor, Tensor]:
        return _eigh(operation, A, half) if mode._enabled else (wrap(values), wrap(vectors))

    def of_values(g: Tensor) -> Tensor:
        _, v = parts()
        return matmul(v * g.unsqueeze(-2), adjoint(v))

    def of_vectors(g: Tensor) -> Tensor:
        w, v = parts()
        turn = matmul(adjoint(v), g) / _apart(w)
        back = matmul(v, matmul(turn - _only_diagonal(turn), adjoint(v)))
        return (back + adjoint(back)) / 2

    node = "LinalgEighBackward0"
    return (
        recorded(node, values, (A, of_values, A)),
        recorded(node, by_columns(vectors), (A, of_vectors, A)),
    )


def eig(A: Tensor) -> Any:
    """Eigenvalues and eigenvectors of a square matrix: complex numbers. Follows `torch.linalg.eig`.

    >>> L, V = torch.linalg.eig(torch.tensor([[0., -1.], [1., 0.]]))
    >>> L
    tensor([0.+1.j, 0.-1.j])
    """
    return return_types.named("linalg_eig", *_eig(A))


def eigvals(A: Tensor) -> Tensor:
    """The eigenvalues of a square matrix. Follows `torch.linalg.eigvals`.

    >>> torch.linalg.eigvals(torch.tensor([[2., 1.], [0., 3.]]))
    tensor([2.+0.j, 3.+0.j])
    """
    return _eig(A)[0]


def _eig(A: Tensor) -> tuple[Tensor, Tensor]:
    a = matrices("linalg.eig", A, square=True)
    if not np.isfinite(a).all():
        raise RuntimeError("torch.linalg.eig: input tensor should not contain infs or NaNs.")
    values, vectors = np.linalg.eig(a)
    kind = np.result_type(a.dtype, np.complex64)
    values, vectors = values.astype(kind), vectors.astype(kind)

    def parts() -> tuple[Tensor, Tensor]:
        return _eig(A) if mode._enabled else (wrap(values), wrap(vectors))

    def whole(inner: Tensor, v: Tensor) -> Tensor:
        back = solve(adjoint(v), matmul(inner, adjoint(v)))
        return back if A.is_complex() else back.real

    def of_values(g: Tensor) -> Tensor:
        _, v = parts()
        return whole(g.unsqueeze(-1) * _identity(values, values.shape[-1]), v)

    def of_vectors(g: Tensor) -> Tensor:
        w, v = parts()
        turn = matmul(adjoint(v), g)
        if np.abs(np.diagonal(turn._data, axis1=-2, axis2=-1).imag).max(initial=0) > 1e-2:
            raise RuntimeError(
                "linalg_eig_backward: The eigenvectors in the complex case are specified up to "
                "multiplication by e^{i phi}. The specified loss function depends on this "
                "quantity, so it is ill-defined."
            )
        scale = _diagonal(turn).real.unsqueeze(-2)
        inner = (turn - matmul(adjoint(v), v * scale)) / _apart(w).conj()
        return whole(inner - _only_diagonal(inner), v)

    node = "LinalgEigBackward0"
    return (
        recorded(node, values, (A, of_values, A)),
        recorded(node, by_columns(vectors), (A, of_vectors, A)),
    )


# ----- Cholesky ---------------------------------------------------------------------------------


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """The lower triangular L with A = L L^H. Follows `torch.linalg.cholesky`.

    With `upper`, its adjoint. Raises LinAlgError where A is not positive definite.

    >>> torch.linalg.cholesky(torch.tensor([[4., 2.], [2., 5.]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    return _cholesky("linalg.cholesky", "LinalgCholeskyExBackward0", A, upper)


def cholesky_alias(input: Tensor, upper: bool = False) -> Tensor:
    """Another name for `torch.linalg.cholesky`. Follows `torch.cholesky`."""
    return _cholesky("cholesky", "CholeskyBackward0", input, upper)


def _cholesky(operation: str, node: str, A: Tensor, upper: bool) -> Tensor:
    a = matrices(operation, A, square=True)
    if upper:  # that half is read
        a = transposed(a)
    try:
        data = done(a, np.linalg.cholesky(a), refuses_nan=True)
    except np.linalg.LinAlgError:
        where, order = in_batch(a, _indefinite_minor)
        raise _LinAlgError(
            f"{operation}: {where}The factorization could not be completed because the input is "
            f"not positive-definite (the leading minor of order {order} is not positive-definite)."
        ) from None

    def of_a(g: Tensor) -> Tensor:
        lower = wrap(data)
        if mode._enabled:
            lower = _cholesky(operation, node, A, upper)
            lower = adjoint(lower) if upper else lower
        g = adjoint(g) if upper else g
        phi = matmul(adjoint(lower), g)
        phi = (phi.tril() + adjoint(phi.tril(-1))) / 2
        back = inv(lower)
        return matmul(adjoint(back), matmul(phi, back))

    return recorded(node, by_columns(transposed(data) if upper else data), (A, of_a, A))


def _indefinite_minor(matrix: Array) -> int:
    for order in range(1, len(matrix) + 1):
        try:
            minor = matrix[:order, :order]
            done(minor, np.linalg.cholesky(minor), refuses_nan=True)
        except np.linalg.LinAlgError:
            return order
    return 0


def cholesky_ex(A: Tensor, *, upper: bool = False, check_errors: bool = False) -> Any:
    """`cholesky`, and beside it 0, or the order of the minor that is not positive definite.

    Follows `torch.linalg.cholesky_ex`.
    """
    a = matrices("linalg.cholesky_ex", A, square=True)
    orders = [_indefinite_minor(a[place]) for place in np.ndindex(a.shape[:-2])]
    info = wrap(np.array(orders, np.int32).reshape(a.shape[:-2]))
    if any(orders) and not check_errors:
        return return_types.named("linalg_cholesky_ex", A.tril(), info)
    return return_types.named("linalg_cholesky_ex", cholesky(A, upper=upper), info)


def cholesky_solve(input: Tensor, L: Tensor, upper: bool = False) -> Tensor:
    """X with A X = input, from A's Cholesky factor. Follows `torch.cholesky_solve`."""
    lower = adjoint(L.triu()) if upper else L.tril()
    x = solve(adjoint(lower), solve(lower, input))
    return recorded("CholeskySolveBackward0", x._data, (x, lambda g: g))


def cholesky_inverse(L: Tensor, upper: bool = False) -> Tensor:
    """The inverse of A, from its Cholesky factor. Follows `torch.cholesky_inverse`."""
    lower = inv(adjoint(L.triu()) if upper else L.tril())
    x = matmul(adjoint(lower), lower)
    return recorded("CholeskyInverseBackward0", by_columns(x._data), (x, lambda g: g))
