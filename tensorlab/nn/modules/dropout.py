"""Dropout as a layer: it drops in training, and does nothing in evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.nn import functional as F
from tensorlab.nn.functional.dropping import require_probability
from tensorlab.nn.modules.module import Module

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class Dropout(Module):
    """In training, set each number to 0 with probability `p`. Follows `torch.nn.Dropout`.

    >>> layer = nn.Dropout(0.2)
    >>> layer
    Dropout(p=0.2, inplace=False)
    >>> layer.eval()(torch.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        require_probability(p)
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """The input, with zeros in it while `training`."""
        return F.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"p={self.p}, inplace={self.inplace}"
