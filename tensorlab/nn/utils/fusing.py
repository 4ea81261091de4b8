"""A convolution and the batch norm behind it as one layer, for use after training."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tensorlab.nn.parameter import Parameter
from tensorlab.ops.creation import zeros_like

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """One convolution that does both. Follows `torch.nn.utils.fusion.fuse_conv_bn_eval`.

    >>> conv, norm = nn.Conv2d(1, 2, 3).eval(), nn.BatchNorm2d(2).eval()
    >>> fused = torch.nn.utils.fuse_conv_bn_eval(conv, norm)
    >>> x = torch.ones(1, 1, 4, 4)
    >>> torch.allclose(fused(x), norm(conv(x)), atol=1e-6)
    True
    """
    if conv.training or bn.training:
        raise AssertionError("Fusion only for eval!")
    fused = copy.deepcopy(conv)
    fused.weight, fused.bias = fuse_conv_bn_weights(
        fused.weight, fused.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias,
        transpose,
    )  # fmt: skip
    return fused


def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """The weight and bias that do both. Follows `torch.nn.utils.fusion.fuse_conv_bn_weights`."""
    bias = zeros_like(bn_rm) if conv_b is None else conv_b
    scale = (bn_rv + bn_eps).rsqrt()
    scale = scale if bn_w is None else bn_w * scale
    shift: Any = 0 if bn_b is None else bn_b
    shape = [1, -1] if transpose else [-1, 1]
    weight = conv_w * scale.reshape(*shape, *[1] * (conv_w.ndim - 2))
    whole = (bias - bn_rm) * scale + shift
    return (
        Parameter(weight.detach(), conv_w.requires_grad),
        Parameter(whole.detach(), bias.requires_grad),
    )
