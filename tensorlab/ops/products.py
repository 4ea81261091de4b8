"""Products of matrices added to what is there: addbmm, addr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.ops.matmul import bmm, outer, weighted_sum

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def addbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1
) -> Tensor:
    """`beta * input + alpha * ` the sum of a batch of products. Follows `torch.addbmm`.

    >>> torch.addbmm(torch.zeros(1, 1), torch.ones(3, 1, 2), torch.ones(3, 2, 1))
    tensor([[6.]])
    """
    product = bmm(batch1, batch2)
    product = product.sum(0, dtype=product.dtype)
    return weighted_sum("AddbmmBackward0", input, product, beta, alpha)


def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta * input + alpha * outer(vec1, vec2)`. Follows `torch.addr`.

    >>> torch.addr(torch.zeros(1, 2), torch.ones(1), torch.tensor([1., 2.]))
    tensor([[1., 2.]])
    """
    return weighted_sum("AddrBackward0", input, outer(vec1, vec2), beta, alpha)
