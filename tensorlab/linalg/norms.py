"""How large vectors and matrices are, and what follows from it: norm, cond, matrix_rank, cdist…"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import record, wrap
from tensorlab.errors import normal_dim
from tensorlab.linalg.checks import matrices, require_square
from tensorlab.linalg.decompositions import svdvals
from tensorlab.linalg.solving import inv_ex, tolerance
from tensorlab.ops import reduction
from tensorlab.ops.logic import where
from tensorlab.ops.operands import require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


# ----- of vectors -------------------------------------------------------------------------------


def vector_norm(
    x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """(Σ |x|^ord)^(1/ord) over some dimensions, or all. Follows `torch.linalg.vector_norm`.

    ord may be inf (the largest), -inf (the smallest), or 0 (how many are not zero).

    >>> torch.linalg.vector_norm(torch.tensor([[3., 4.], [6., 8.]]), dim=1)
    tensor([ 5., 10.])
    """
    require_tensor("linalg_vector_norm", "x", 1, x)
    x = x if dtype is None else x.to(dtype)
    if isinstance(dim, int):
        dim = (dim,)
    return reduction.norm(x, ord, None if dim is None or not len(dim) else dim, keepdim)


def norm(
    A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """The norm of vectors or of matrices, by the number of dimensions. Follows `torch.linalg.norm`.

    >>> torch.linalg.norm(torch.tensor([3., 4.]))
    tensor(5.)
    >>> torch.linalg.norm(torch.tensor([[3., 0.], [0., 4.]]), "nuc")
    tensor(7.)
    """
    require_tensor("linalg_norm", "A", 1, A)
    dims = (dim,) if isinstance(dim, int) else dim
    if dims is not None and len(dims) not in (1, 2):
        raise RuntimeError(
            f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {list(dims)}"
        )
    if dims is None and ord is not None and A._data.ndim not in (1, 2):
        raise RuntimeError(
            "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got "
            f"{A._data.ndim}D."
        )
    several = (A._data.ndim if dims is None else len(dims)) == 2
    if ord is not None and several:
        axes = (-2, -1) if dims is None else dims
        return matrix_norm(A, ord, axes, keepdim, dtype=dtype)
    if isinstance(ord, str):
        raise RuntimeError(f"linalg.norm: Order {ord} not supported for vectors.")
    return vector_norm(A, 2 if ord is None else ord, dims, keepdim, dtype=dtype)


# ----- of matrices ------------------------------------------------------------------------------


def matrix_norm(
    A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """The size of matrices. Follows `torch.linalg.matrix_norm`.

    ord is "fro" (the root of the sum of squares), "nuc" (the sum of the singular values), 2 and
    -2 (the largest and smallest of them), inf and -inf (of the sums of rows), 1 and -1 (of
    columns).

    >>> torch.linalg.matrix_norm(torch.tensor([[3., 0.], [0., 4.]]), 2)
    tensor(4.)
    """
    matrices("linalg.matrix_norm", A, low=ord not in ("nuc", 2, -2))
    A = A if dtype is None else A.to(dtype)
    if len(dim) != 2:
        raise RuntimeError(
            "linalg.matrix_norm: dim must be a 2-tuple. Got " + " ".join(map(str, dim))
        )
    rows, columns = (normal_dim(d, A._data.ndim) for d in dim)
    if rows == columns:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({dim[0]}, {dim[1]})")
    if ord == "fro":
        return vector_norm(A, 2, (rows, columns), keepdim)
    if isinstance(ord, str) and ord != "nuc":
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    if ord != "nuc" and abs(ord) not in (1, 2, math.inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord:g} not supported.")
    if ord == "nuc" or abs(ord) == 2:
        s = svdvals(A.movedim((rows, columns), (-2, -1)))
        out = s.sum(-1) if ord == "nuc" else s.amax(-1) if ord > 0 else s.amin(-1)
        return _kept(out, (rows, columns)) if keepdim else out
    summed, picked = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = vector_norm(A, 1, summed, True)
    out = sums.amax(picked, True) if ord > 0 else sums.amin(picked, True)
    return out if keepdim else _dropped(out, (rows, columns))


def _kept(x: Tensor, dims: tuple[int, int]) -> Tensor:
    shape, whole = x._data.shape, list(x._data.shape)
    for dim in sorted(dims):
        whole.insert(dim, 1)
    return record("PermuteBackward0", x._data.reshape(whole), (x, lambda g: g.reshape(shape)))


def _dropped(x: Tensor, dims: tuple[int, int]) -> Tensor:
    """Without these dimensions, of one element each, under the name of the node before."""
    shape = tuple(size for dim, size in enumerate(x._data.shape) if dim not in dims)
    name = x.grad_fn.name() if x.grad_fn else ""
    return record(name, x._data.reshape(shape), (x, lambda g: g.reshape(x._data.shape)))


def norm_alias(
    input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    """`torch.norm` where p is "nuc": the sum of the singular values."""
    axes = (-2, -1) if dim is None else dim
    return matrix_norm(input, "nuc", axes, keepdim, dtype=dtype)


def cond(A: Tensor, p: Any = None) -> Tensor:
    """How much a system with A may magnify errors: norm(A) norm(A⁻¹). Follows `torch.linalg.cond`.

    >>> torch.linalg.cond(torch.tensor([[1., 0.], [0., 100.]]))
    tensor(100.)
    """
    if A._data.ndim < 2:
        raise RuntimeError("linalg.cond: The input tensor must have at least 2 dimensions.")
    if p is None or (not isinstance(p, str) and abs(p) == 2):
        s = svdvals(A)
        ratio = s[..., 0] / s[..., -1] if p != -2 else s[..., -1] / s[..., 0]
        return record("SqueezeBackward1", ratio._data, (ratio, lambda g: g))
    if isinstance(p, str) and p not in ("fro", "nuc"):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}")
    if not isinstance(p, str) and abs(p) not in (1, math.inf):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {float(p):g}")
    require_square(f"linalg.cond(ord={p})", A._data.shape)
    back, info = inv_ex(A)
    whole = matrix_norm(A, p) * matrix_norm(back, p)
    bad = wrap(info._data != 0)
    whole = where(bad, math.inf, whole) if bad._data.any() else whole
    return whole if p == "nuc" else whole.nan_to_num(math.inf, math.inf, -math.inf)


def matrix_rank(
    A: Tensor, *, atol: Any = None, rtol: Any = None, tol: Any = None, hermitian: bool = False
) -> Tensor:
    """How many singular values are not zero. Follows `torch.linalg.matrix_rank`.

    >>> torch.linalg.matrix_rank(torch.tensor([[1., 2.], [2., 4.]]))
    tensor(1)
    """
    if A._data.ndim < 2:
        raise RuntimeError(
            "torch.linalg.matrix_rank: The input tensor input must have at least 2 dimensions."
        )
    a = matrices("linalg.matrix_rank", A, square=hermitian)
    s = np.linalg.svd(a, compute_uv=False)
    above = s > tolerance(s, a, tol if atol is None else atol, rtol)
    return wrap(np.asarray(np.sum(above, -1, dtype=np.int64)))


# ----- distances --------------------------------------------------------------------------------


def cdist(
    x1: Tensor,
    x2: Tensor,
    p: float = 2.0,
    compute_mode: str = "use_mm_for_euclid_dist_if_necessary",
) -> Tensor:
    """The distance of each row of x1 from each of x2: (…, n, m). Follows `torch.cdist`.

    >>> torch.cdist(torch.tensor([[0., 0.], [3., 4.]]), torch.tensor([[0., 0.]]))
    tensor([[0.],
            [5.]])
    """
    for name, x in (("X1", x1), ("X2", x2)):
        if x.dtype.category != dtypes.FLOATING:
            raise RuntimeError(
                f"cdist only supports floating-point dtypes, {name} got: {x.dtype.legacy}"
            )
    for name, x in (("X1", x1), ("X2", x2)):
        if x._data.ndim < 2:
            raise RuntimeError(
                f"cdist only supports at least 2D tensors, {name} got: {x._data.ndim}D"
            )
    if x1._data.shape[-1] != x2._data.shape[-1]:
        raise RuntimeError(
            f"X1 and X2 must have the same number of columns. X1: {x1._data.shape[-1]} X2: "
            f"{x2._data.shape[-1]}"
        )
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    out = reduction.norm(x1.unsqueeze(-2) - x2.unsqueeze(-3), p, (-1,))
    return record("CdistBackward0", out._data, (out, lambda g: g))


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The distance of every two rows, each pair once. Follows `torch.nn.functional.pdist`.

    >>> torch.pdist(torch.tensor([[0.], [1.], [3.]]))
    tensor([1., 3., 2.])
    """
    if input._data.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input._data.ndim}D")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    rows, columns = np.triu_indices(input._data.shape[0], 1)
    first, second = (wrap(each.astype(np.int64)) for each in (rows, columns))
    out = reduction.norm(input[first] - input[second], p, (-1,))
    return record("PdistBackward0", out._data, (out, lambda g: g))


def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Slices along `dim` scaled down to a norm of at most `maxnorm`. Follows `torch.renorm`.

    >>> torch.renorm(torch.tensor([[3., 4.], [0., 1.]]), 2, 0, 1.)
    tensor([[0.6000, 0.8000],
            [0.0000, 1.0000]])
    """
    if p <= 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm:g}")
    if input._data.ndim < 2:
        raise RuntimeError(
            f"renorm: input needs at least 2 dimensions, got {input._data.ndim} dimensions"
        )
    dim = normal_dim(dim, input._data.ndim)
    others = tuple(d for d in range(input._data.ndim) if d != dim)
    length = reduction.norm(input, p, others, True)
    factor = where(length > maxnorm, maxnorm / (length + 1e-7), wrap(np.ones_like(length._data)))
    out = input * factor
    return record("RenormBackward0", out._data, (out, lambda g: g))


def nuclear_norm(input: Tensor, dim: Any = (-2, -1), keepdim: bool = False) -> Tensor:
    """The sum of the singular values. Follows `torch.nuclear_norm`."""
    return matrix_norm(input, "nuc", dim, keepdim)


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """Products of vectors along one dimension. Follows `torch.linalg.vecdot`.

    >>> torch.linalg.vecdot(torch.ones(2, 3), torch.ones(2, 3))
    tensor([3., 3.])
    """
    return (x.conj() * y).sum(dim)


__all__ = [
    "cdist", "cond", "matrix_norm", "matrix_rank", "norm", "nuclear_norm", "pdist", "renorm",
    "vecdot", "vector_norm",
]  # fmt: skip
