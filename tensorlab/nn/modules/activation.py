"""Activations as layers: they have no parameters."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from tensorlab.nn import functional as F
from tensorlab.nn import init
from tensorlab.nn.modules.module import Module
from tensorlab.nn.parameter import Parameter
from tensorlab.ops import creation, pointwise

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


class Threshold(Module):
    """Numbers up to `threshold` become `value`. Follows `torch.nn.Threshold`.

    >>> nn.Threshold(0.1, 20)(torch.tensor([0., 1.]))
    tensor([20.,  1.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x, or `value` where it is not above `threshold`."""
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        """The arguments."""
        parts = f"threshold={self.threshold}, value={self.value}"
        return parts + ", inplace=True" * self.inplace


class RReLU(Module):
    """A leaky ReLU whose slopes are drawn in training. Follows `torch.nn.RReLU`."""

    def __init__(
        self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False
    ) -> None:
        super().__init__()
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x, or a share of it where it is negative."""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"lower={self.lower}, upper={self.upper}" + ", inplace=True" * self.inplace


class Hardtanh(Module):
    """Numbers beyond `min_val` and `max_val` become those. Follows `torch.nn.Hardtanh`.

    >>> nn.Hardtanh()(torch.tensor([-3., 0.5, 3.]))
    tensor([-1.0000,  0.5000,  1.0000])
    """

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        for old, value in (("min_value", min_value), ("max_value", max_value)):
            if value is not None:
                warnings.warn(
                    f"keyword argument `{old}` is deprecated and rename to `{old[:-2]}`",
                    FutureWarning,
                    stacklevel=2,
                )
        self.min_val = min_val if min_value is None else min_value
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise AssertionError(
                f"max_val ({self.max_val}) must be greater than min_val ({self.min_val})"
            )

    def forward(self, input: Tensor) -> Tensor:
        """x, between the two."""
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"min_val={self.min_val}, max_val={self.max_val}" + ", inplace=True" * self.inplace


class ReLU6(Hardtanh):
    """ReLU, and 6 at most. Follows `torch.nn.ReLU6`.

    >>> nn.ReLU6()(torch.tensor([-1., 9.]))
    tensor([0., 6.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        """The argument, if it differs from the default."""
        return "inplace=True" if self.inplace else ""


class Hardsigmoid(Module):
    """A sigmoid of three straight pieces. Follows `torch.nn.Hardsigmoid`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """(x + 3) / 6, between 0 and 1."""
        return F.hardsigmoid(input, self.inplace)


class Hardswish(Module):
    """x · hardsigmoid(x). Follows `torch.nn.Hardswish`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x · hardsigmoid(x)"""
        return F.hardswish(input, self.inplace)


class SiLU(Module):
    """x · sigmoid(x). Follows `torch.nn.SiLU`.

    >>> nn.SiLU()(torch.tensor([-1., 2.]))
    tensor([-0.2689,  1.7616])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x · sigmoid(x)"""
        return F.silu(input, self.inplace)

    def extra_repr(self) -> str:
        """The argument, if it differs from the default."""
        return "inplace=True" if self.inplace else ""


class Mish(Module):
    """x · tanh(softplus(x)). Follows `torch.nn.Mish`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x · tanh(softplus(x))"""
        return F.mish(input, self.inplace)

    def extra_repr(self) -> str:
        """The argument, if it differs from the default."""
        return "inplace=True" if self.inplace else ""


class ELU(Module):
    """Negative numbers become alpha · (e^x - 1). Follows `torch.nn.ELU`."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x, or alpha · (e^x - 1) where it is negative."""
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"alpha={self.alpha}" + ", inplace=True" * self.inplace


class CELU(Module):
    """Negative numbers become alpha · (e^(x / alpha) - 1). Follows `torch.nn.CELU`."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x, or alpha · (e^(x / alpha) - 1) where it is negative."""
        return F.celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"alpha={self.alpha}" + ", inplace=True" * self.inplace


class SELU(Module):
    """An ELU, scaled so that means stay 0 and variances 1. Follows `torch.nn.SELU`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """scale · elu(x)"""
        return F.selu(input, self.inplace)

    def extra_repr(self) -> str:
        """The argument, if it differs from the default."""
        return "inplace=True" if self.inplace else ""


class GLU(Module):
    """One half times the sigmoid of the other. Follows `torch.nn.GLU`.

    >>> nn.GLU()(torch.tensor([1., 2., 0., 0.]))
    tensor([0.5000, 1.0000])
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """a · sigmoid(b)"""
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        """The argument."""
        return f"dim={self.dim}"


class Hardshrink(Module):
    """Numbers from -lambd to lambd become 0. Follows `torch.nn.Hardshrink`."""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        """x, or 0 where it is small."""
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """The argument."""
        return str(self.lambd)


class Softshrink(Module):
    """Numbers move `lambd` towards 0, and stop there. Follows `torch.nn.Softshrink`."""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        """x, nearer to 0."""
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """The argument."""
        return str(self.lambd)


class LogSigmoid(Module):
    """log(sigmoid(x)). Follows `torch.nn.LogSigmoid`."""

    def forward(self, input: Tensor) -> Tensor:
        """log(sigmoid(x))"""
        return F.logsigmoid(input)


class Softsign(Module):
    """x / (1 + |x|). Follows `torch.nn.Softsign`."""

    def forward(self, input: Tensor) -> Tensor:
        """x / (1 + |x|)"""
        return F.softsign(input)


class Tanhshrink(Module):
    """x - tanh(x). Follows `torch.nn.Tanhshrink`."""

    def forward(self, input: Tensor) -> Tensor:
        """x - tanh(x)"""
        return F.tanhshrink(input)


class Softplus(Module):
    """log(1 + e^(beta · x)) / beta: a smooth ReLU. Follows `torch.nn.Softplus`.

    >>> nn.Softplus()(torch.tensor([0., 30.]))
    tensor([ 0.6931, 30.0000])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """log(1 + e^(beta · x)) / beta"""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"beta={self.beta}, threshold={self.threshold}"


class PReLU(Module):
    """Negative numbers times a slope that is learned: one, or one a channel.

    Follows `torch.nn.PReLU`.

    >>> layer = nn.PReLU()
    >>> layer.weight
    Parameter containing:
    tensor([0.2500], requires_grad=True)
    """

    weight: Parameter

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(creation.empty(num_parameters, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start anew, from `init`."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        """x, or weight · x where it is negative."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """The argument."""
        return f"num_parameters={self.num_parameters}"


class Softmin(Module):
    """The softmax of -x. Follows `torch.nn.Softmin`."""

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """e^-x, divided by the sum along dim."""
        return F.softmin(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        """The argument."""
        return f"dim={self.dim}"


class Softmax2d(Module):
    """A softmax over the channels in each place of an image. Follows `torch.nn.Softmax2d`."""

    def forward(self, input: Tensor) -> Tensor:
        """Shares that sum to 1 in each place."""
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.ndim}D instead")
        return F.softmax(input, -3, _stacklevel=5)
