"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tensorlab.core import TensorBase
from tensorlab.errors import noted
from tensorlab.nn.naming import typename
from tensorlab.ops import joining

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The numbers of all parameters, one after another.

    Follows `torch.nn.utils.parameters_to_vector`.

    >>> torch.nn.utils.parameters_to_vector([torch.ones(2, 1), torch.zeros(2)])
    tensor([1., 1., 0., 0.])
    """
    return joining.cat([param.view(-1) for param in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give the parameters the numbers of a vector; they share its memory.

    Follows `torch.nn.utils.vector_to_parameters`.

    >>> layer = nn.Linear(2, 1)
    >>> torch.nn.utils.vector_to_parameters(torch.tensor([1., 2., 3.]), layer.parameters())
    >>> layer.weight.tolist(), layer.bias.tolist()
    ([[1.0, 2.0]], [3.0])
    """
    if not isinstance(vec, TensorBase):
        raise noted(
            TypeError(f"expected torch.Tensor, but got: {typename(vec)}"),
            "Make a tensor of it first: torch.tensor(…).",
        )
    start = 0
    for param in parameters:
        count = param.numel()
        param.data = vec[start : start + count].view_as(param).data
        start += count
