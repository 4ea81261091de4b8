"""Activations as layers: they have no parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.nn import functional as F
from tensorlab.nn.modules.module import Module
from tensorlab.ops import pointwise

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class ReLU(Module):
    """Negative numbers become 0. Follows `torch.nn.ReLU`.

    >>> nn.ReLU()(torch.tensor([-1., 2.]))
    tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """max(0, x)"""
        return F.relu(input, inplace=self.inplace)

    def extra_repr(self) -> str:
        """The argument, if it differs from the default."""
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """Negative numbers are multiplied by a small slope. Follows `torch.nn.LeakyReLU`.

    >>> nn.LeakyReLU(0.1)(torch.tensor([-1., 2.]))
    tensor([-0.1000,  2.0000])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x, or negative_slope · x where it is negative."""
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"negative_slope={self.negative_slope}" + ", inplace=True" * self.inplace


class GELU(Module):
    """x times the share of normally distributed numbers below x. Follows `torch.nn.GELU`."""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """x · Φ(x)"""
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        """The argument."""
        return f"approximate={self.approximate!r}"


class Sigmoid(Module):
    """Between 0 and 1: 1 / (1 + e^-x). Follows `torch.nn.Sigmoid`.

    >>> nn.Sigmoid()(torch.tensor([0.]))
    tensor([0.5000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """1 / (1 + e^-x)"""
        return pointwise.sigmoid(input)


class Tanh(Module):
    """Between -1 and 1: the hyperbolic tangent. Follows `torch.nn.Tanh`."""

    def forward(self, input: Tensor) -> Tensor:
        """tanh(x)"""
        return pointwise.tanh(input)


class Softmax(Module):
    """Positive numbers along `dim` that sum to 1. Follows `torch.nn.Softmax`.

    >>> nn.Softmax(dim=1)(torch.zeros(1, 4))
    tensor([[0.2500, 0.2500, 0.2500, 0.2500]])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """e^x, divided by the sum along dim."""
        return F.softmax(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        """The argument."""
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """The logarithm of the softmax. Follows `torch.nn.LogSoftmax`."""

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """log(softmax(x))"""
        return F.log_softmax(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        """The argument."""
        return f"dim={self.dim}"
