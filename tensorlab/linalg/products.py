"""Products of several matrices: powers, chains, the exponential."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.autograd import mode
from tensorlab.core import Array, wrap
from tensorlab.linalg.checks import by_columns, matrices, recorded, transposed
from tensorlab.linalg.solving import inv
from tensorlab.ops.matmul import cross as _cross
from tensorlab.ops.matmul import matmul

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def matrix_power(A: Tensor, n: int) -> Tensor:
    """A times itself, n times; its inverse for n below 0. Follows `torch.linalg.matrix_power`.

    >>> torch.linalg.matrix_power(torch.tensor([[1., 1.], [0., 1.]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    if A._data.ndim < 2:
        raise RuntimeError(
            "linalg.matrix_power: The input tensor A must have at least 2 dimensions."
        )
    rows, columns = A._data.shape[-2:]
    if rows != columns:
        raise RuntimeError(
            "linalg.matrix_power: A must be batches of square matrices, but they are "
            f"{rows} by {columns} matrices"
        )
    if n < 0:
        return matrix_power(inv(A), -n)
    if n == 0:
        ones = np.zeros(A._data.shape, A._data.dtype)
        ones[..., range(rows), range(rows)] = 1
        return recorded("CopyBackwards", ones, (A, lambda g: g * 0))
    if n == 1:
        return A.clone()
    # Squares, multiplied where n has a one in base 2.
    power: Any = None
    square = A
    while n:
        if n % 2:
            power = square if power is None else matmul(square, power)
        n //= 2
        square = matmul(square, square) if n else square
    return power  # type: ignore[no-any-return]


def multi_dot(tensors: Any) -> Tensor:
    """The product of a chain of matrices, in the cheapest order. Follows `torch.linalg.multi_dot`.

    The first and the last may be vectors.

    >>> torch.linalg.multi_dot([torch.ones(2, 3), torch.ones(3, 4), torch.ones(4)])
    tensor([12., 12.])
    """
    chain = list(tensors)
    last = len(chain) - 1
    if last < 1:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(chain)}")
    for place, x in enumerate(chain):
        if x._data.ndim != 2 and not (place in (0, last) and x._data.ndim == 1):
            wanted = "1D or 2D" if place in (0, last) else "2D"
            raise RuntimeError(
                f"multi_dot(): tensor {place} must be {wanted} but got {x._data.ndim}D"
            )
    from_vector, to_vector = chain[0]._data.ndim == 1, chain[-1]._data.ndim == 1
    if from_vector:
        chain[0] = chain[0].unsqueeze(0)
    if to_vector:
        chain[-1] = chain[-1].unsqueeze(-1)
    for place in range(last):
        a, b = chain[place]._data.shape, chain[place + 1]._data.shape
        if a[1] != b[0]:
            raise RuntimeError(
                f"multi_dot(): tensors {place} and {place + 1} with shapes {list(a)} and {list(b)} "
                "cannot be multiplied"
            )
    out = _cheapest(chain)
    shape = out._data.shape[int(from_vector) : 2 - int(to_vector)]
    return out.view(shape)


def _cheapest(chain: list[Tensor]) -> Tensor:
    """The product, by the order with the fewest multiplications (Cormen et al., ch. 15.2)."""
    sizes = [x._data.shape[0] for x in chain] + [chain[-1]._data.shape[1]]
    count = len(chain)
    cost: dict[tuple[int, int], tuple[int, int]] = {(i, i): (0, i) for i in range(count)}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            cost[i, j] = min(
                (cost[i, k][0] + cost[k + 1, j][0] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            )

    def product(i: int, j: int) -> Tensor:
        if i == j:
            return chain[i]
        k = cost[i, j][1]
        return matmul(product(i, k), product(k + 1, j))

    return product(0, count - 1)


def chain_matmul(*matrices: Tensor) -> Tensor:
    """`torch.linalg.multi_dot` of its arguments. Follows `torch.chain_matmul`."""
    return multi_dot(matrices)


def matrix_exp(A: Tensor) -> Tensor:
    """1 + A + A²/2 + A³/6 + …, of square matrices. Follows `torch.linalg.matrix_exp`.

    >>> torch.linalg.matrix_exp(torch.zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    a = matrices("linalg.matrix_exp", A, square=True)

    def of_a(g: Tensor) -> Tensor:
        # exp of [[A^H, G], [0, A^H]] has the derivative in its upper right corner.
        n = a.shape[-1]
        from tensorlab.ops.joining import cat

        turned = A.mT.conj() if mode._enabled else wrap(transposed(a))
        upper = cat([turned, g], -1)
        lower = cat([wrap(np.zeros_like(a)), turned], -1)
        return matrix_exp(cat([upper, lower], -2))[..., :n, n:]

    return recorded("LinalgMatrixExpBackward0", _exponential(a), (A, of_a, A))


def _exponential(a: Array) -> Array:
    """Scaled down by a power of 2, summed in double precision, and squared back up."""
    wide = a.astype(np.result_type(a.dtype, np.float64))
    largest = float(np.abs(wide).sum(-1).max(initial=0))
    halvings = max(0, math.ceil(math.log2(largest)) + 2) if 0 < largest < math.inf else 0
    wide = wide / 2.0**halvings
    term = np.zeros_like(wide)
    term[..., range(a.shape[-1]), range(a.shape[-1])] = 1
    total = term
    for k in range(1, 20):
        term = term @ wide / k
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return np.ascontiguousarray(total.astype(a.dtype))


def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The cross product of vectors with three numbers. Follows `torch.linalg.cross`.

    >>> torch.linalg.cross(torch.tensor([1., 0., 0.]), torch.tensor([0., 1., 0.]))
    tensor([0., 0., 1.])
    """
    if input._data.ndim != other._data.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    return _cross(input, other, dim)


def householder_product(A: Tensor, tau: Tensor) -> Tensor:
    """The first columns of a product of reflections. Follows `torch.linalg.householder_product`."""
    a = matrices("torch.linalg.householder_product", A)
    rows, columns = a.shape[-2:]
    q = wrap(np.broadcast_to(np.eye(rows, dtype=a.dtype), (*a.shape[:-1], rows)).copy())
    unit = wrap(np.eye(rows, columns, dtype=a.dtype))
    vectors = A.tril(-1) + unit
    for i in range(tau._data.shape[-1]):
        v = vectors[..., :, i : i + 1]
        q = q - matmul(matmul(q, v), v.mT.conj()) * tau[..., i : i + 1].unsqueeze(-1)
    return wrap(by_columns(q._data[..., :columns])) if not q.requires_grad else q[..., :columns]


__all__ = [
    "chain_matmul", "cross", "householder_product", "matmul", "matrix_exp", "matrix_power",
    "multi_dot",
]  # fmt: skip
