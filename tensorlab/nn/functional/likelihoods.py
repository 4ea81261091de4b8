"""Losses of distributions: how unlikely what came is, to a model that gives a distribution."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from tensorlab.core import wrap
from tensorlab.nn.functional.losses import named_reduction, reduced, require_reduction
from tensorlab.ops.logic import where

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """How far the distribution `input`, in logarithms, is from `target`.

    `reduction` "batchmean" is the divergence as mathematics has it: the sum, divided by the rows.
    `log_target` tells that the target, too, is in logarithms. Follows `torch.nn.functional.kl_div`.

    >>> p, q = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.25, 0.75]])
    >>> F.kl_div(q.log(), p, reduction="batchmean")
    tensor(0.1438)
    """
    if size_average is None and reduce is None and reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math "
            "definition.'mean' will be changed to behave the same as 'batchmean' in the next major "
            "release.",
            stacklevel=2,
        )
    reduction = named_reduction(size_average, reduce, reduction)
    how = "sum" if reduction == "batchmean" else reduction
    require_reduction(how)
    if log_target:
        losses = target.exp() * (target - input)
    else:
        entropy = where(target == 0, 0.0, target * where(target == 0, 1.0, target).log())
        losses = entropy - target * input
    out = reduced(losses, how)
    return out / input.shape[0] if reduction == "batchmean" and input.ndim else out


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-log of the probability of a count, of a Poisson distribution with mean e^input.

    Or with mean `input`, if not `log_input`. `full` adds what does not depend on the input.
    Follows `torch.nn.functional.poisson_nll_loss`.

    >>> F.poisson_nll_loss(torch.tensor([0.]), torch.tensor([2.]))
    tensor(1.)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    if log_input:
        losses = input.exp() - target * input
    else:
        losses = input - target * (input + eps).log()
    if full:  # Stirling's approximation of log(target!)
        many = where(target > 1, target, 1.0)
        stirling = many * many.log() - many + 0.5 * (2 * math.pi * many).log()
        losses = losses + where(target > 1, stirling, 0.0)
    return reduced(losses, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """-log of the density of a normal distribution with mean `input` and variance `var`.

    The variance counts as `eps` at least. Follows `torch.nn.functional.gaussian_nll_loss`.

    >>> F.gaussian_nll_loss(torch.tensor([1.]), torch.tensor([3.]), torch.tensor([1.]))
    tensor(2.)
    """
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = wrap(np.full(input.shape, var, input._data.dtype))
    elif (var < 0).any():
        raise ValueError("var has negative entry/entries")
    if var.shape != input.shape:
        if input.shape[:-1] == var.shape:
            var = var.unsqueeze(-1)
        else:
            unlike = [n for n, m in zip(input.shape, var.shape, strict=False) if n != m]
            ones = [m for n, m in zip(input.shape, var.shape, strict=False) if n != m]
            if input.ndim != var.ndim or len(unlike) != 1 or ones != [1]:
                raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    # Below eps the value is eps; the slope stays what it would be there.
    var = var + (var.detach().clamp(min=eps) - var.detach())
    losses = 0.5 * (var.log() + (input - target) ** 2 / var)
    if full:
        losses = losses + 0.5 * math.log(2 * math.pi)
    return reduced(losses, reduction)
