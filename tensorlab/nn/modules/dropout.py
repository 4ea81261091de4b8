"""Dropout as layers: they drop in training, and do nothing in evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.nn import functional as F
from tensorlab.nn.functional.dropping import require_probability
from tensorlab.nn.modules.module import Module

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class _DropoutNd(Module):
    """What all of them have in common: the probability `p`."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        require_probability(p)
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        """The arguments."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_DropoutNd):
    """In training, set each number to 0 with probability `p`. Follows `torch.nn.Dropout`.

    >>> layer = nn.Dropout(0.2)
    >>> layer
    Dropout(p=0.2, inplace=False)
    >>> layer.eval()(torch.ones(2))
    tensor([1., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input, with zeros in it while `training`."""
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_DropoutNd):
    """In training, set whole channels of sequences to 0. Follows `torch.nn.Dropout1d`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input, with channels of zeros while `training`."""
        return F.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_DropoutNd):
    """In training, set whole channels of images to 0. Follows `torch.nn.Dropout2d`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input, with channels of zeros while `training`."""
        return F.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(_DropoutNd):
    """In training, set whole channels of volumes to 0. Follows `torch.nn.Dropout3d`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input, with channels of zeros while `training`."""
        return F.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_DropoutNd):
    """Dropout for SELU, which keeps mean and variance. Follows `torch.nn.AlphaDropout`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input, with its lowest value in places while `training`."""
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_DropoutNd):
    """AlphaDropout of whole channels. Follows `torch.nn.FeatureAlphaDropout`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input, with channels of its lowest value while `training`."""
        return F.feature_alpha_dropout(input, self.p, self.training)
