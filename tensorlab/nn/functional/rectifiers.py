"""Activations made of straight pieces, and the exponential ones: kin of the ReLU."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tensorlab import dtypes, random
from tensorlab.core import wrap
from tensorlab.errors import noted
from tensorlab.limits import finfo
from tensorlab.nn.functional.activations import leaky_relu
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.nn.functional.fused import fused
from tensorlab.ops.logic import where
from tensorlab.ops.operands import in_place, not_implemented

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def require_floats(kernel: str, input: Tensor) -> None:
    """Raise torch's error, which names its `kernel`, unless the input holds floats."""
    if not input.dtype.is_floating_point:
        raise not_implemented(kernel, input.dtype, "Convert it first: x.float().")


# ----- straight pieces --------------------------------------------------------------------------


def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """Numbers below `min_val` become it, numbers above `max_val` too.

    Follows `torch.nn.functional.hardtanh`.

    >>> F.hardtanh(torch.tensor([-3., 0.5, 3.]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    require_tensor("hardtanh", input)
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    if input.dtype is dtypes.bool:
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if inplace:
        return in_place(hardtanh)(input, min_val, max_val)

    def formula(x: Tensor) -> Tensor:
        outside = (x <= min_val) | (x >= max_val)
        return where(outside, x.detach().clamp(min_val, max_val), x)  # type: ignore[no-any-return]

    if not input.dtype.is_floating_point:
        return input.clamp(int(min_val), int(max_val))
    return fused("HardtanhBackward0", formula, input)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """ReLU, and 6 at most. Follows `torch.nn.functional.relu6`.

    >>> F.relu6(torch.tensor([-1., 3., 9.]))
    tensor([0., 3., 6.])
    """
    return hardtanh(input, 0.0, 6.0, inplace)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """Numbers up to `threshold` become `value`. Follows `torch.nn.functional.threshold`.

    >>> F.threshold(torch.tensor([0.5, 2.]), 1, 20)
    tensor([20.,  2.])
    """
    require_tensor("threshold", input)
    if inplace:
        return in_place(_threshold)(input, threshold, value)
    return _threshold(input, threshold, value)


def _threshold(input: Tensor, limit: float, value: float) -> Tensor:
    constant = input.new_tensor(value)
    return fused("ThresholdBackward0", lambda x: where(x <= limit, constant, x), input)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """A sigmoid of three straight pieces: (x + 3) / 6, between 0 and 1.

    Follows `torch.nn.functional.hardsigmoid`.

    >>> F.hardsigmoid(torch.tensor([-4., 0., 4.]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    require_tensor("hardsigmoid", input)
    require_floats("hardsigmoid_cpu", input)
    if inplace:
        return in_place(hardsigmoid)(input)

    def formula(x: Tensor) -> Tensor:
        line = (x + 3) / 6
        return where((x > -3) & (x < 3), line, line.detach().clamp(0, 1))  # type: ignore[no-any-return]

    return fused("HardsigmoidBackward0", formula, input)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x · hardsigmoid(x). Follows `torch.nn.functional.hardswish`.

    >>> F.hardswish(torch.tensor([-4., 1., 4.]))
    tensor([-0.0000, 0.6667, 4.0000])
    """
    require_tensor("hardswish", input)
    require_floats("hardswish_cpu", input)
    if inplace:
        return in_place(hardswish)(input)

    def formula(x: Tensor) -> Tensor:
        inside = where((x > -3) & (x < 3), x, 0.0)  # of infinity, the slope would be no number
        curve = inside * (inside + 3) / 6
        return where(x <= -3, x.detach() * 0, where(x < 3, curve, x))  # type: ignore[no-any-return]

    return fused("HardswishBackward0", formula, input)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Numbers from -lambd to lambd become 0. Follows `torch.nn.functional.hardshrink`.

    >>> F.hardshrink(torch.tensor([-0.4, 2.]))
    tensor([0., 2.])
    """
    require_tensor("hardshrink", input)
    require_floats("hardshrink_cpu", input)
    return fused(
        "HardshrinkBackward0", lambda x: where((x >= -lambd) & (x <= lambd), 0.0, x), input
    )


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Numbers move `lambd` towards 0, and stop there. Follows `torch.nn.functional.softshrink`.

    >>> F.softshrink(torch.tensor([0.4, 2.]))
    tensor([0.0000, 1.5000])
    """
    require_tensor("softshrink", input)
    if not input.dtype.is_floating_point:
        raise not_implemented("softshrink_check", input.dtype, "Convert it first: x.float().")
    if lambd < 0:
        most = finfo(input.dtype).max
        raise RuntimeError(
            f"lambda must be in range [0, {most:g}] for input dtype {input.dtype.legacy}, "
            f"but found {lambd:g}"
        )

    def formula(x: Tensor) -> Tensor:
        near = (x >= -lambd) & (x <= lambd)
        far = where(x > 0, x - lambd, x + lambd)
        return where(near, x.detach() * 0, far)  # type: ignore[no-any-return]

    return fused("SoftshrinkBackward0", formula, input)


# ----- below zero, another slope ----------------------------------------------------------------


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Negative numbers times a slope that is learned: one, or one a channel.

    Follows `torch.nn.functional.prelu`.

    >>> F.prelu(torch.tensor([-2., 3.]), torch.tensor([0.1]))
    tensor([-0.2000,  3.0000])
    """
    require_tensor("prelu", input)
    if input.dtype is not weight.dtype:
        raise RuntimeError(
            "prelu: Type promoting not supported. Got "
            f"{input.dtype.legacy} and {weight.dtype.legacy}"
        )
    if weight.numel() != 1:
        if not input.ndim:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = input.shape[1] if input.ndim > 1 else 1
        if channels != weight.numel():
            raise noted(
                RuntimeError(
                    "Mismatch of parameter numbers and input channel size. Found parameter numbers "
                    f"= {weight.numel()} and channel size = {channels}."
                ),
                "There is one slope for all channels, or one for each.",
            )
    if weight.ndim > 1:
        raise RuntimeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}"
        )
    if input.ndim > 1 and weight.ndim:
        weight = weight.reshape(1, -1, *[1] * (input.ndim - 2))
    elif weight.ndim and not input.ndim:
        weight = weight.reshape(())
    return fused("PreluKernelBackward0", lambda x, w: where(x > 0, x, x * w), input, weight)


def rrelu(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Tensor:
    """A leaky ReLU whose slope is drawn for each number; out of training it is the mean.

    Follows `torch.nn.functional.rrelu`.
    """
    require_tensor("rrelu", input)
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    negative = input._data <= 0
    slopes = np.ones(input._data.shape, input._data.dtype)
    drawn = random.uniform((int(negative.sum()),), "float64", lower, upper)  # type: ignore[arg-type]
    slopes[negative] = drawn
    noise = wrap(slopes)
    if inplace:
        return input.mul_(noise)
    return fused("RreluWithNoiseBackward0", lambda x: x * noise, input)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Negative numbers become alpha · (e^x - 1). Follows `torch.nn.functional.elu`.

    >>> F.elu(torch.tensor([-1., 2.]))
    tensor([-0.6321,  2.0000])
    """
    require_tensor("elu", input)
    return _elu("EluBackward0", input, alpha, 1.0, 1.0, inplace)


_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """An elu, scaled so that means stay 0 and variances 1. Follows `torch.nn.functional.selu`.

    >>> F.selu(torch.tensor([-1., 2.]))
    tensor([-1.1113,  2.1014])
    """
    require_tensor("selu", input)
    return _elu("EluBackward0", input, _SELU_ALPHA, _SELU_SCALE, 1.0, inplace)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Negative numbers become alpha · (e^(x / alpha) - 1). Follows `torch.nn.functional.celu`.

    >>> F.celu(torch.tensor([-1., 2.]), alpha=2.)
    tensor([-0.7869,  2.0000])
    """
    require_tensor("celu", input)
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return _elu("CeluBackward0", input, alpha, 1.0, 1.0 / alpha, inplace)


def _elu(
    node: str, input: Tensor, alpha: float, scale: float, input_scale: float, inplace: bool = False
) -> Tensor:
    require_floats("elu_cpu", input)

    def formula(x: Tensor) -> Tensor:
        # Of the negative numbers alone: e^x of a large one would be infinite, its slope no number.
        below = (where(x <= 0, x, 0.0) * input_scale).expm1() * (alpha * scale)
        return where(x <= 0, below, x * scale)  # type: ignore[no-any-return]

    if inplace:
        return in_place(lambda x: fused(node, formula, x))(input)
    return fused(node, formula, input)


# ----- in-place forms ---------------------------------------------------------------------------


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """In-place form of `elu`."""
    return elu(input, alpha, inplace=True)


def selu_(input: Tensor) -> Tensor:
    """In-place form of `selu`."""
    return selu(input, inplace=True)


def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """In-place form of `celu`."""
    return celu(input, alpha, inplace=True)


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """In-place form of `leaky_relu`."""
    return leaky_relu(input, negative_slope, inplace=True)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """In-place form of `hardtanh`."""
    return hardtanh(input, min_val, max_val, inplace=True)


def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    """In-place form of `threshold`."""
    return in_place(_threshold)(input, threshold, value)


def rrelu_(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False
) -> Tensor:
    """In-place form of `rrelu`."""
    return rrelu(input, lower, upper, training, inplace=True)
