"""Activations without a kink: SiLU, Mish, softplus and their kin, and the gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tensorlab import random
from tensorlab.core import wrap
from tensorlab.errors import normal_dim, noted
from tensorlab.kernels import many
from tensorlab.kernels.many import are_many
from tensorlab.kernels.quiet import quietly_one, quietly_two
from tensorlab.nn.functional.activations import _implicit_dim
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.nn.functional.fused import fused
from tensorlab.nn.functional.rectifiers import require_floats
from tensorlab.ops.logic import where
from tensorlab.ops.operands import in_place

if TYPE_CHECKING:
    from typing import Any

    from tensorlab.tensor import Tensor


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x · sigmoid(x). Follows `torch.nn.functional.silu`.

    >>> F.silu(torch.tensor([-1., 2.]))
    tensor([-0.2689,  1.7616])
    """
    require_tensor("silu", input)
    require_floats("silu_cpu", input)
    if inplace:
        return in_place(silu)(input)
    x = input._data
    if not are_many(x):
        return fused("SiluBackward0", lambda x: x * x.sigmoid(), input)
    return fused(
        "SiluBackward0",
        lambda x: x * x.sigmoid(),
        input,
        value=quietly_one(many.silu, x),
        gradients=lambda g: [quietly_two(many.silu_gradient, g, x)],
    )


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x · tanh(softplus(x)). Follows `torch.nn.functional.mish`.

    >>> F.mish(torch.tensor([-1., 2.]))
    tensor([-0.3034,  1.9440])
    """
    require_tensor("mish", input)
    require_floats("mish_cpu", input)
    if inplace:
        return in_place(mish)(input)
    return fused("MishBackward0", lambda x: x * (0 - _log_sigmoid(-x)).tanh(), input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + e^(beta · x)) / beta: a smooth ReLU; x itself where beta · x is above `threshold`.

    Follows `torch.nn.functional.softplus`.

    >>> F.softplus(torch.tensor([-1., 2., 30.]))
    tensor([ 0.3133,  2.1269, 30.0000])
    """
    require_tensor("softplus", input)
    require_floats("softplus_cpu", input)

    def formula(x: Tensor) -> Tensor:
        scaled = x * beta
        # Of a large number e^x would be infinite, and its slope no number.
        curve = where(scaled > threshold, 0.0, scaled).exp().log1p() / beta
        return where(scaled > threshold, x, curve)  # type: ignore[no-any-return]

    return fused("SoftplusBackward0", formula, input)


def _log_sigmoid(x: Tensor) -> Tensor:
    """log(sigmoid(x)), without e^x of a large number."""
    below = where(x < 0, x, 0.0)
    return below - where(x < 0, x, -x).exp().log1p()  # type: ignore[no-any-return]


def logsigmoid(input: Tensor) -> Tensor:
    """log(sigmoid(x)), precise also where that is small. Follows `torch.nn.functional.logsigmoid`.

    >>> F.logsigmoid(torch.tensor([-100., 0.]))
    tensor([-100.0000,   -0.6931])
    """
    require_tensor("log_sigmoid_forward", input)
    require_floats("log_sigmoid_cpu", input)
    return fused("LogSigmoidBackward0", _log_sigmoid, input)


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|). Follows `torch.nn.functional.softsign`.

    >>> F.softsign(torch.tensor([-1., 3.]))
    tensor([-0.5000,  0.7500])
    """
    return input / (input.abs() + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x). Follows `torch.nn.functional.tanhshrink`.

    >>> F.tanhshrink(torch.tensor([-1., 3.]))
    tensor([-0.2384,  2.0049])
    """
    return input - input.tanh()


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """One half of `dim` times the sigmoid of the other: a gate. Follows `torch.nn.functional.glu`.

    >>> F.glu(torch.tensor([1., 2., 0., 0.]))
    tensor([0.5000, 1.0000])
    """
    require_tensor("glu", input)
    if not input.ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    place = normal_dim(dim, input.ndim)
    size = input.shape[place]
    if size % 2:
        raise noted(
            RuntimeError(f"Halving dimension must be even, but dimension {place} is size {size}"),
            "One half is the value, the other the gate.",
        )
    require_floats("glu_cpu", input)

    def formula(x: Tensor) -> Tensor:
        value, gate = x.chunk(2, place)
        return value * gate.sigmoid()

    return fused("GluBackward0", formula, input)


def softmin(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """The softmax of -x. Follows `torch.nn.functional.softmin`.

    >>> F.softmin(torch.tensor([0., 1.]), dim=0)
    tensor([0.7311, 0.2689])
    """
    if dim is None:
        dim = _implicit_dim("softmin", input, _stacklevel)
    return (-input).softmax(dim, dtype=dtype)


def gumbel_softmax(
    logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """A choice drawn by softmax's shares, soft or (`hard`) one-hot, through which gradients pass.

    Follows `torch.nn.functional.gumbel_softmax`.
    """
    noise = random.exponential(tuple(logits.shape), logits._data.dtype)
    gumbels = wrap(-np.log(noise))
    soft = ((logits + gumbels) / tau).softmax(dim)
    if not hard:
        return soft
    index = soft.max(dim, keepdim=True)[1]
    one = logits.new_zeros(logits.shape).scatter_(dim, index, 1.0)
    return one - soft.detach() + soft
