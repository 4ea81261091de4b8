"""Distances and likeness of vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import noted
from tensorlab.nn.functional.fused import fused
from tensorlab.ops.logic import where
from tensorlab.ops.shaping import broadcast_tensors

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along `dim`: 1 where they point the same way.

    Follows `torch.nn.functional.cosine_similarity`.

    >>> F.cosine_similarity(torch.tensor([[1., 0.]]), torch.tensor([[3., 4.]]))
    tensor([0.6000])
    """
    if not (x1.dtype.is_floating_point and x2.dtype.is_floating_point):
        at_fault = x1 if not x1.dtype.is_floating_point else x2
        raise noted(
            RuntimeError(
                "expected common dtype to be floating point, yet common dtype is "
                f"{at_fault.dtype.legacy}"
            ),
            "Convert them first: x.float().",
        )
    x1, x2 = broadcast_tensors(x1, x2) if x1.shape != x2.shape else (x1, x2)
    return (_unit(x1, dim, eps) * _unit(x2, dim, eps)).sum(dim)


def _unit(x: Tensor, dim: int, eps: float) -> Tensor:
    """`x`, with length 1 along `dim`; a length below `eps` counts as `eps`."""
    length = x.norm(2, dim, keepdim=True)
    return x / where(length.detach() < eps, eps, length)  # type: ignore[no-any-return]


def pairwise_distance(
    x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """The length of x1 - x2 + eps along the last dimension, in the p-norm.

    Follows `torch.nn.functional.pairwise_distance`.

    >>> F.pairwise_distance(torch.tensor([[0., 0.]]), torch.tensor([[3., 4.]]))
    tensor([5.0000])
    """
    apart = x1 - x2 + eps
    return fused("NormBackward1", lambda x: x.norm(p, -1, keepdim), apart)


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The distance of every two rows, each pair once. Follows `torch.nn.functional.pdist`.

    >>> F.pdist(torch.tensor([[0.], [1.], [3.]]))
    tensor([1., 3., 2.])
    """
    from tensorlab.linalg.norms import pdist as distances  # seldom asked for

    return distances(input, p)
