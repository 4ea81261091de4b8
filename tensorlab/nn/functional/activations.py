"""Activations: functions of each number, or of each row, that make a model more than linear."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import record
from tensorlab.kernels import many
from tensorlab.kernels.many import are_many
from tensorlab.kernels.quiet import quietly_one, quietly_two
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.nn.functional.fused import fused
from tensorlab.ops import logic, pointwise

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Negative numbers become 0. Follows `torch.nn.functional.relu`.

    >>> F.relu(torch.tensor([-1., 2.]))
    tensor([0., 2.])
    """
    require_tensor("relu", input)
    return pointwise.relu_(input) if inplace else pointwise.relu(input)


def relu_(input: Tensor) -> Tensor:
    """In-place form of `relu`."""
    return relu(input, inplace=True)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + e^-x): between 0 and 1. Follows `torch.nn.functional.sigmoid`."""
    return input.sigmoid()


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent: between -1 and 1. Follows `torch.nn.functional.tanh`."""
    return input.tanh()


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Negative numbers are multiplied by `negative_slope`.

    Follows `torch.nn.functional.leaky_relu`.

    >>> F.leaky_relu(torch.tensor([-1., 2.]))
    tensor([-0.0100,  2.0000])
    """
    require_tensor("leaky_relu", input)
    _floating("leaky_relu_cpu", input)
    if inplace:
        return input.copy_(leaky_relu(input.clone(), negative_slope))
    x = input._data
    return record(
        "LeakyReluBackward0",
        np.where(x > 0, x, x * x.dtype.type(negative_slope)),
        (input, lambda g: logic.where(input > 0, g, g * negative_slope), input),
    )


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x times the share of normally distributed numbers below x.

    Follows `torch.nn.functional.gelu`.

    With `approximate="tanh"`, that share is taken from a tanh.

    >>> F.gelu(torch.tensor([-1., 0., 1.]))
    tensor([-0.1587,  0.0000,  0.8413])
    """
    require_tensor("gelu", input)
    _floating("GeluKernelImpl", input)
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    share, density = (_normal, _bell) if approximate == "none" else (_curve, _curve_slope)
    if approximate == "none" and are_many(input._data):
        return _gelu_of_many(input)
    x = input.detach()
    return record(
        "GeluBackward0",
        (x * share(x))._data,
        (input, lambda g: g * (share(input) + input * density(input)), input),
    )


def _gelu_of_many(input: Tensor) -> Tensor:
    x = input._data
    return fused(
        "GeluBackward0",
        lambda x: x * _normal(x),
        input,
        value=quietly_one(many.gelu, x),
        gradients=lambda g: [quietly_two(many.gelu_gradient, g, x)],
    )


def _normal(x: Tensor) -> Tensor:
    """The share of normally distributed numbers below x."""
    return ((x * math.sqrt(0.5)).erf() + 1) * 0.5


def _bell(x: Tensor) -> Tensor:
    """Its slope."""
    return (x * x * -0.5).exp() * (1 / math.sqrt(2 * math.pi))


def _curve(x: Tensor) -> Tensor:
    """Nearly the same share, from a tanh."""
    return ((x + x**3 * 0.044715) * math.sqrt(2 / math.pi)).tanh() * 0.5 + 0.5


def _curve_slope(x: Tensor) -> Tensor:
    """Its slope."""
    share = _curve(x)
    return share * (1 - share) * 2 * ((1 + x**2 * (3 * 0.044715)) * math.sqrt(2 / math.pi))


def _floating(kernel: str, input: Tensor) -> None:
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype.legacy}'")


def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """Positive numbers along `dim` that sum to 1: e^x, divided by their sum.

    Follows `torch.nn.functional.softmax`.

    >>> F.softmax(torch.tensor([1., 1., 1.]), dim=0)
    tensor([0.3333, 0.3333, 0.3333])
    """
    if dim is None:
        dim = _implicit_dim("softmax", input, _stacklevel)
    return input.softmax(dim, dtype=dtype)


def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """The logarithm of `softmax`, computed more exactly.

    Follows `torch.nn.functional.log_softmax`.
    """
    if dim is None:
        dim = _implicit_dim("log_softmax", input, _stacklevel)
    return input.log_softmax(dim, dtype=dtype)


def _implicit_dim(name: str, input: Tensor, stacklevel: int) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
        "dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if input.ndim in (0, 1, 3) else 1
