"""Systems of equations and what solves them: solve, inv, det, slogdet, lstsq, pinv.

Each function computes with LAPACK, as numpy calls it. Its gradient is made of tensors, so it has
one in turn; where only the first is asked for, the numbers of the first call are used again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes, return_types
from tensorlab.autograd import mode
from tensorlab.core import Array, wrap
from tensorlab.linalg.checks import (
    _LinAlgError,
    by_columns,
    done,
    first_zero_pivot,
    in_batch,
    matrices,
    recorded,
    require_same_type,
    require_square,
    transposed,
)
from tensorlab.ops.logic import where
from tensorlab.ops.matmul import matmul
from tensorlab.ops.operands import binary, quiet
from tensorlab.ops.shaping import adjoint

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


# ----- solve ------------------------------------------------------------------------------------


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """X with A X = B, or with X A = B where `left` is false. Follows `torch.linalg.solve`.

    A is (…, n, n), B (…, n, k), or (…, n) for one right side. Raises LinAlgError where A is
    singular.

    >>> A, b = torch.tensor([[2., 1.], [1., 3.]]), torch.tensor([3., 5.])
    >>> torch.linalg.solve(A, b)
    tensor([0.8000, 1.4000])
    """
    a = matrices("linalg.solve", A, square=True)
    require_same_type("linalg.solve", A, B)
    vector = _is_vector(a.shape, B._data.shape)
    if not left and not vector:
        return _renamed("LinalgSolveExBackward0", solve(A.mT, B.mT).mT)
    _require_right_side("linalg.solve", a, B._data, vector)
    data = _solved(a, B._data, vector)

    def of_b(g: Tensor) -> Tensor:
        return solve(adjoint(A), g)

    def of_a(g: Tensor) -> Tensor:
        x = solve(A, B) if mode._enabled else wrap(data)
        g_b = solve(adjoint(A), g)
        if vector:
            return -(g_b.unsqueeze(-1) * x.conj().unsqueeze(-2))
        return -matmul(g_b, adjoint(x))

    return recorded("LinalgSolveExBackward0", data, (A, of_a, A, B), (B, of_b, A))


def _is_vector(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether B holds vectors, not matrices, beside matrices A of this shape."""
    return len(b) == 1 or (len(a) - 1 == len(b) and b == a[:-1])


def _require_right_side(operation: str, a: Array, b: Array, vector: bool) -> None:
    rows, columns = (b.shape[-1], 1) if vector else b.shape[-2:]
    if rows != a.shape[-1]:
        raise RuntimeError(
            f"{operation}: Incompatible shapes of A and B for the equation AX = B "
            f"({a.shape[-2]}x{a.shape[-1]} and {rows}x{columns})"
        )


def _solved(a: Array, b: Array, vector: bool) -> Array:
    try:
        x = done(a, np.linalg.solve(a, b[..., None] if vector else b))
    except np.linalg.LinAlgError:
        where, _ = in_batch(a, first_zero_pivot)
        raise _LinAlgError(
            f"torch.linalg.solve: {where}The solver failed because the input matrix is singular."
        ) from None
    return np.ascontiguousarray(x[..., 0]) if vector else by_columns(x)


def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False) -> Any:
    """`solve`, and 0, or the number of the zero pivot. Follows `torch.linalg.solve_ex`."""
    info = _pivots_info(matrices("linalg.solve_ex", A, square=True))
    if info._data.any() and not check_errors:
        blank = wrap(np.full(B._data.shape, np.nan, B._data.dtype))
        return return_types.named("linalg_solve_ex", blank, info)
    return return_types.named("linalg_solve_ex", solve(A, B, left=left), info)


def _pivots_info(a: Array) -> Tensor:
    flat = [first_zero_pivot(a[place]) for place in np.ndindex(a.shape[:-2])]
    return wrap(np.array(flat, np.int32).reshape(a.shape[:-2]))


def solve_triangular(
    A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """`solve` for a triangular A: its other half is not read.

    Follows `torch.linalg.solve_triangular`.

    >>> A = torch.tensor([[2., 9.], [1., 1.]])
    >>> torch.linalg.solve_triangular(A, torch.tensor([[2.], [3.]]), upper=False)
    tensor([[1.],
            [2.]])
    """
    a = matrices("linalg.solve_triangular", A, square=True)
    node = "LinalgSolveTriangularBackward0"
    if not left:
        turned = solve_triangular(A.mT, B.mT, upper=not upper, unitriangular=unitriangular)
        laid = by_columns(np.swapaxes(turned._data, -1, -2))
        return recorded(node, laid, (turned, lambda g: g.mT))
    _require_right_side("linalg.solve_triangular", a, B._data, False)
    data = _substituted(a, B._data, upper, unitriangular)

    def of_b(g: Tensor) -> Tensor:
        return solve_triangular(adjoint(A), g, upper=not upper, unitriangular=unitriangular)

    def of_a(g: Tensor) -> Tensor:
        x = solve_triangular(A, B, upper=upper, unitriangular=unitriangular)
        back = -matmul(of_b(g), adjoint(x))
        skipped = int(unitriangular)
        return back.triu(skipped) if upper else back.tril(-skipped)

    return recorded(node, data, (A, of_a, A, B), (B, of_b, A))


def _substituted(a: Array, b: Array, upper: bool, ones: bool) -> Array:
    """The unknowns one after another; from the last on, where the upper half is read."""
    n = a.shape[-1]
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    x = np.array(np.broadcast_to(b, (*batch, *b.shape[-2:])))
    with quiet(all="ignore"):
        for i in reversed(range(n)) if upper else range(n):
            done = slice(i + 1, n) if upper else slice(0, i)
            x[..., i, :] -= (a[..., i : i + 1, done] @ x[..., done, :])[..., 0, :]
            if not ones:
                x[..., i, :] /= a[..., i, i, None]
    return by_columns(x)


# ----- inverses ---------------------------------------------------------------------------------


def inv(A: Tensor) -> Tensor:
    """The matrix that takes A back to the identity. Follows `torch.linalg.inv`.

    A is (…, n, n). Raises LinAlgError where it is singular.

    >>> torch.linalg.inv(torch.tensor([[2., 0.], [0., 4.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    a = matrices("linalg.inv", A, square=True)
    try:
        data = by_columns(done(a, np.linalg.inv(a)))
    except np.linalg.LinAlgError:
        where, pivot = in_batch(a, first_zero_pivot)
        raise _LinAlgError(
            f"linalg.inv: {where}The diagonal element {pivot} is zero, the inversion could not be "
            "completed because the input matrix is singular."
        ) from None

    def of_a(g: Tensor) -> Tensor:
        back = adjoint(inv(A) if mode._enabled else wrap(data))
        return -matmul(back, matmul(g, back))

    return recorded("LinalgInvExBackward0", data, (A, of_a, A))


def inverse(input: Tensor) -> Tensor:
    """Another name for `torch.linalg.inv`. Follows `torch.inverse`."""
    return inv(input)


def inv_ex(A: Tensor, *, check_errors: bool = False) -> Any:
    """`inv`, with 0 beside it, or the number of the zero pivot. Follows `torch.linalg.inv_ex`."""
    info = _pivots_info(matrices("linalg.inv", A, square=True))
    if info._data.any() and not check_errors:
        blank = wrap(np.full(A._data.shape, np.inf, A._data.dtype))
        return return_types.named("linalg_inv_ex", blank, info)
    return return_types.named("linalg_inv_ex", inv(A), info)


def pinv(
    A: Tensor, *, atol: Any = None, rtol: Any = None, rcond: Any = None, hermitian: bool = False
) -> Tensor:
    """The inverse on what A reaches, zero elsewhere. Follows `torch.linalg.pinv`.

    A is (…, m, n), the result (…, n, m). Singular values up to max(atol, rtol × the largest)
    count as zero; rtol is max(m, n) × eps where neither is given.

    >>> torch.linalg.pinv(torch.tensor([[2., 0.], [0., 0.]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    a = A._data
    if a.ndim < 2 or A.dtype.category < dtypes.FLOATING or A.dtype.itemsize < 4:
        raise RuntimeError(
            f"linalg.pinv({A.dtype.legacy}{{{list(a.shape)}}}): expected a tensor with 2 or more "
            "dimensions of float, double, cfloat or cdouble types"
        )
    if hermitian:
        require_square("linalg.pinv", a.shape)
        half = np.tril(a)
        a = half + transposed(np.tril(a, -1))
    data = _pseudo_inverse(a, atol, rcond if rtol is None else rtol)

    def of_a(g: Tensor) -> Tensor:
        y = pinv(A, atol=atol, rtol=rtol, hermitian=hermitian) if mode._enabled else wrap(data)
        return _of_pseudo_inverse(g, y, A)

    return recorded("LinalgPinvBackward0", data, (A, of_a, A))


def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """`torch.linalg.pinv` with an older default. Follows `torch.pinverse`."""
    return pinv(input, rcond=rcond)


def _pseudo_inverse(a: Array, atol: Any, rtol: Any) -> Array:
    if not a.size:
        return np.zeros((*a.shape[:-2], a.shape[-1], a.shape[-2]), a.dtype)
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    kept = s > tolerance(s, a, atol, rtol)
    inverted = np.divide(1, s, out=np.zeros_like(s), where=kept)
    return np.ascontiguousarray(transposed(vh) * inverted[..., None, :] @ transposed(u))


def tolerance(s: Array, a: Array, atol: Any, rtol: Any) -> Array:
    """Below what singular values `s` of `a` count as zero, with a last dimension of one."""
    if rtol is None and atol is None:
        rtol = max(a.shape[-2:]) * np.finfo(s.dtype).eps
    largest: Array = s.max(-1, keepdims=True, initial=0)
    limit: Array = np.maximum(_limits(atol, s), _limits(rtol, s) * largest)
    return limit


def _limits(given: Any, s: Array) -> Array:
    data = getattr(given, "_data", given)
    return np.asarray(0 if data is None else data, s.dtype)[..., None]


def _of_pseudo_inverse(g: Tensor, y: Tensor, a: Tensor) -> Tensor:
    """The gradient of a pseudo-inverse y (Golub and Pereyra 1973), in the cheaper order."""
    gh, yh = adjoint(g), adjoint(y)
    if a._data.shape[-2] <= a._data.shape[-1]:
        k = matmul(gh, y)
        kyh = matmul(k, yh)
        back = -adjoint(matmul(y, k)) + kyh - matmul(matmul(a, y), kyh)
        return back + matmul(matmul(yh, y), gh - matmul(k, a))
    k = matmul(y, gh)
    yhk = matmul(yh, k)
    back = -adjoint(matmul(k, y)) + matmul(matmul(gh - matmul(a, k), y), yh)
    return back + yhk - matmul(matmul(yhk, y), a)


# ----- determinants -----------------------------------------------------------------------------


def det(A: Tensor) -> Tensor:
    """By how much A makes volumes larger; 0 where it is singular. Follows `torch.linalg.det`.

    >>> torch.linalg.det(torch.tensor([[1., 2.], [3., 4.]]))
    tensor(-2.)
    """
    a = matrices("linalg.det", A, square=True)
    data = np.asarray(np.linalg.det(a))

    def of_a(g: Tensor) -> Tensor:
        if not (np.abs(data) > np.finfo(data.dtype).eps).all():
            return g.unsqueeze(-1).unsqueeze(-1) * _cofactors(A)
        y = det(A) if mode._enabled else wrap(data)
        return (g * y.conj()).unsqueeze(-1).unsqueeze(-1) * adjoint(inv(A))

    return recorded("LinalgDetBackward0", data, (A, of_a, A))


def _cofactors(A: Tensor) -> Tensor:
    """A determinant's gradient also where it is 0: the cofactors, each a smaller determinant."""
    n = A._data.shape[-1]
    if n == 1:
        return A * 0 + 1
    lines = []
    for i in range(n):
        rows = [r for r in range(n) if r != i]
        for j in range(n):
            columns = [c for c in range(n) if c != j]
            minor = A[..., rows, :][..., columns]
            lines.append(det(minor) * (-1) ** (i + j))
    from tensorlab.ops.joining import stack

    return stack(lines, -1).reshape(A._data.shape).conj()


def slogdet(A: Tensor) -> Any:
    """The determinant's sign, and the logarithm of its size: no overflow.

    Follows `torch.linalg.slogdet`.

    >>> torch.linalg.slogdet(torch.tensor([[1., 2.], [3., 4.]]))
    torch.return_types.linalg_slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(0.6931))
    """
    return return_types.named("linalg_slogdet", *_slogdet(A))


def slogdet_alias(input: Tensor) -> Any:
    """Another name for `torch.linalg.slogdet`. Follows `torch.slogdet`."""
    return return_types.named("slogdet", *_slogdet(input))


def _slogdet(A: Tensor) -> tuple[Tensor, Tensor]:
    a = matrices("linalg.slogdet", A, square=True)
    with quiet(all="ignore"):
        sign, size = np.linalg.slogdet(a)
    node = "LinalgSlogdetBackward0"

    def of_sign(g: Tensor) -> Tensor:
        if not A.is_complex():
            return A * 0
        turn = (g.conj() * _slogdet(A)[0]).imag
        return (turn * -1j).unsqueeze(-1).unsqueeze(-1) * adjoint(inv(A))  # type: ignore[no-any-return]

    def of_size(g: Tensor) -> Tensor:
        return g.unsqueeze(-1).unsqueeze(-1) * adjoint(inv(A))

    signed = recorded(node, np.asarray(sign), (A, of_sign, A))
    return signed, recorded(node, np.asarray(size), (A, of_size, A))


def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant; nan where that is negative. Follows `torch.logdet`.

    >>> torch.logdet(torch.eye(2) * 2)
    tensor(1.3863)
    """
    matrices("logdet", input, square=True)
    sign, size = _slogdet(input)
    if input.is_complex():
        return sign.log() + size
    return where(sign == -1.0, float("nan"), size)  # type: ignore[no-any-return]


# ----- least squares ----------------------------------------------------------------------------

_DRIVERS = ("gels", "gelsy", "gelsd", "gelss")


def lstsq(
    input: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None
) -> Any:
    """X with the least sum of squares of A X − B. Follows `torch.linalg.lstsq`.

    Beside the solution: residuals (empty with the usual driver, "gelsy"), A's rank, and its
    singular values (empty but for "gelsd" and "gelss").

    >>> A = torch.tensor([[1., 0.], [1., 1.], [1., 2.]])
    >>> torch.linalg.lstsq(A, torch.tensor([1., 3., 5.])).solution
    tensor([1.0000, 2.0000])
    """
    a = matrices("torch.linalg.lstsq", input, "input")
    driver = "gelsy" if driver is None else driver
    if driver not in _DRIVERS:
        raise RuntimeError(
            "torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)"
        )
    vector = _is_vector((*a.shape[:-1], a.shape[-2]), B._data.shape)
    rows = B._data.shape[-1] if vector else B._data.shape[-2]
    if rows != a.shape[-2]:
        place = -1 if vector else -2
        raise RuntimeError(f"torch.linalg.lstsq: input.size(-2) should match other.size({place})")
    s = np.linalg.svd(a, compute_uv=False)
    limit = np.finfo(s.dtype).eps * max(a.shape[-2:]) if rcond is None else rcond
    rank = np.asarray(np.sum(s > limit * s.max(-1, keepdims=True, initial=0), -1, dtype=np.int64))
    right = B.unsqueeze(-1) if vector else B
    x = matmul(pinv(input, rtol=limit), right)
    laid = _in_taller(x._data, a.shape[-2])
    solution = recorded("LinalgLstsqBackward0", laid[..., 0] if vector else laid, (
        x, lambda g: g.unsqueeze(-1) if vector else g))  # fmt: skip
    empty = wrap(np.zeros(0, s.dtype))
    residuals = empty
    if driver != "gelsy" and a.shape[-2] > a.shape[-1] and (rank == a.shape[-1]).all():
        off = binary(np.subtract, a @ x._data, right._data)
        residuals = wrap(np.sum(np.abs(off) ** 2, -2, s.dtype))
        residuals = residuals.squeeze(-1) if vector else residuals
    return return_types.named(
        "linalg_lstsq",
        solution,
        residuals,
        wrap(rank) if driver != "gels" else wrap(np.zeros(0, np.int64)),
        wrap(s) if driver in ("gelsd", "gelss") else empty,
    )


def _in_taller(x: Array, rows: int) -> Array:
    """x as LAPACK leaves it: in columns as long as those of the right side were."""
    room = np.zeros((*x.shape[:-2], x.shape[-1], max(rows, x.shape[-2])), x.dtype)
    window: Array = room[..., : x.shape[-2]].swapaxes(-1, -2)
    window[...] = x
    return window


def _renamed(name: str, x: Tensor) -> Tensor:
    return recorded(name, x._data, (x, lambda g: g))


def tensorinv(A: Tensor, ind: int = 2) -> Tensor:
    """The inverse of A seen as a matrix of its first `ind` and its other dimensions.

    Follows `torch.linalg.tensorinv`.
    """
    shape = A._data.shape
    side = math.prod(shape[:ind])
    if ind <= 0:
        raise RuntimeError("Expected a strictly positive integer for 'ind'")
    if side != math.prod(shape[ind:]):
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == "
            f"prod(self.shape[:ind]), but got {math.prod(shape[ind:])} != {side}"
        )
    return inv(A.reshape(side, side)).reshape(*shape[ind:], *shape[:ind])


def tensorsolve(A: Tensor, B: Tensor, dims: Any = None) -> Tensor:
    """X with tensordot(A, X, X.ndim) = B. Follows `torch.linalg.tensorsolve`."""
    if dims is not None:
        last = [d % A._data.ndim for d in dims]
        A = A.permute([d for d in range(A._data.ndim) if d not in last] + last)
    shape = A._data.shape[B._data.ndim :]
    if math.prod(shape) != B._data.size:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == "
            f"prod(self.shape[:other.ndim]), but got {math.prod(shape)} != {B._data.size}"
        )
    return solve(A.reshape(B._data.size, -1), B.flatten()).reshape(shape)


__all__ = [
    "det", "inv", "inv_ex", "inverse", "logdet", "lstsq", "pinv", "pinverse", "slogdet",
    "solve", "solve_ex", "solve_triangular", "tensorinv", "tensorsolve",
]  # fmt: skip
