"""Losses of numbers: how far a prediction is from what was wanted, in one number."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, record, wrap
from tensorlab.errors import lined_up, noted
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.nn.functional.fused import fused
from tensorlab.ops.logic import where
from tensorlab.ops.operands import operands
from tensorlab.ops.shaping import broadcast_to

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

# ----- from the losses of single numbers to one --------------------------------------------------


def named_reduction(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction that the old arguments `size_average` and `reduce` ask for, with a warning."""
    if size_average is None and reduce is None:
        return reduction
    asked = "none" if reduce is False else "sum" if size_average is False else "mean"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction='{asked}' instead.",
        stacklevel=4,
    )
    return asked


def require_reduction(reduction: str) -> None:
    """Raise torch's ValueError unless there is such a reduction."""
    if reduction not in ("none", "mean", "sum"):
        raise noted(
            ValueError(f"{reduction} is not a valid value for reduction"),
            "Write reduction='mean', 'sum' or 'none'.",
        )


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """Single losses as they are, or their sum, or their mean."""
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def _reduced(losses: Array, reduction: str) -> Any:
    if reduction == "none":
        return losses
    with np.errstate(all="ignore"):
        total = losses.sum(dtype=losses.dtype if losses.dtype != np.float16 else np.float32)
        if reduction == "mean":
            total = total / losses.size if losses.size else np.full((), np.nan, losses.dtype)
    return np.asarray(total, losses.dtype)


def _spread(gradient: Tensor, reduction: str, count: int) -> Tensor:
    """The gradient of each single loss, from that of the reduced one."""
    return gradient / count if reduction == "mean" else gradient


def _loss(
    node: str,
    losses: Array,
    reduction: str,
    *edges: tuple[Tensor, Callable[[], Tensor], Tensor, Tensor],
) -> Tensor:
    """Single losses, reduced. An edge gives an input, its slope, and what the slope reads."""
    count = losses.size
    return record(
        node,
        _reduced(losses, reduction),
        *[
            (x, lambda g, slope=slope: _spread(g, reduction, count) * slope(), *saved)
            for x, slope, *saved in edges
        ],
    )


# ----- of numbers -------------------------------------------------------------------------------


def _matched(operation: str, input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Both in one shape; a warning where they were not."""
    require_tensor(operation, input)
    if target.shape != input.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=3,
        )
        shape = (input.detach() + target.detach()).shape
        return broadcast_to(input, shape), broadcast_to(target, shape)
    return input, target


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean squared difference. Follows `torch.nn.functional.mse_loss`.

    `reduction` "sum" gives the sum, "none" each number's loss.

    >>> F.mse_loss(torch.tensor([1., 2.]), torch.tensor([1., 4.]))
    tensor(2.)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    x, y = _matched("mse_loss", input, target)
    require_reduction(reduction)
    a, b = operands("mse_loss", x, y)
    if a.dtype.kind not in "fc":
        dtype = dtypes.from_numpy(a.dtype)
        raise noted(
            NotImplementedError(f"\"mse_cpu\" not implemented for '{dtype and dtype.legacy}'"),
            "A loss is of floats: convert with x.float().",
        )
    return _loss(
        "MseLossBackward0",
        np.square(a - b),
        reduction,
        (x, lambda: (x - y) * 2, x, y),
        (y, lambda: (y - x) * 2, x, y),
    )


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean absolute difference. Follows `torch.nn.functional.l1_loss`.

    >>> F.l1_loss(torch.tensor([1., 2.]), torch.tensor([1., 4.]))
    tensor(1.)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    x, y = _matched("l1_loss", input, target)
    require_reduction(reduction)
    differences = (x - y).abs()
    if reduction == "none":
        return differences
    return differences.mean() if reduction == "mean" else differences.sum()


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Squared near zero, absolute from `beta` on: half of d²/beta, then |d| - beta/2.

    Follows `torch.nn.functional.smooth_l1_loss`.

    >>> F.smooth_l1_loss(torch.tensor([1., 2.]), torch.tensor([1.5, 5.]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    x, y = _matched("smooth_l1_loss", input, target)
    reduction = named_reduction(size_average, reduce, reduction)
    if beta == 0:
        return l1_loss(x, y, reduction=reduction)
    require_reduction(reduction)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")

    def formula(x: Tensor, y: Tensor) -> Tensor:
        size = (x - y).abs()
        return reduced(where(size < beta, size * size * (0.5 / beta), size - 0.5 * beta), reduction)

    return fused("SmoothL1LossBackward0", formula, x, y)


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Squared near zero, absolute from `delta` on: d²/2, then delta · (|d| - delta/2).

    Follows `torch.nn.functional.huber_loss`.

    >>> F.huber_loss(torch.tensor([1., 2.]), torch.tensor([1.5, 5.]), reduction="none", delta=2.)
    tensor([0.1250, 4.0000])
    """
    x, y = _matched("huber_loss", input, target)
    if weight is not None:
        if weight.shape != input.shape:
            raise ValueError("Weights and input must have the same size.")
        return reduced(huber_loss(x, y, "none", delta) * weight, reduction)
    require_reduction(reduction)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")

    def formula(x: Tensor, y: Tensor) -> Tensor:
        size = (x - y).abs()
        near, far = size * size * 0.5, (size - 0.5 * delta) * delta
        return reduced(where(size < delta, near, far), reduction)

    return fused("HuberLossBackward0", formula, x, y)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-log of the probability given to what was true, of yes or no: `input` is that of yes.

    A logarithm is at least -100. Follows `torch.nn.functional.binary_cross_entropy`.

    >>> F.binary_cross_entropy(torch.tensor([0.5]), torch.tensor([1.]))
    tensor(0.6931)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    if target.shape != input.shape:
        raise noted(
            ValueError(
                f"Using a target size ({target.shape}) that is different to the input size "
                f"({input.shape}) is deprecated. Please ensure they have the same size."
            ),
            lined_up(input.shape, target.shape, names=("input", "target")),
        )
    _same_type(input, target)
    p, t = input._data, target._data
    if ((p < 0) | (p > 1)).any():
        raise noted(
            RuntimeError("all elements of input should be between 0 and 1"),
            "The input is a probability: x.sigmoid() makes it one, or take "
            "binary_cross_entropy_with_logits.",
        )
    with np.errstate(divide="ignore"):
        least = p.dtype.type(-100)
        losses = (t - 1) * np.maximum(np.log1p(-p), least) - t * np.maximum(np.log(p), least)
    scale = wrap(np.ones((), p.dtype)) if weight is None else weight
    return _loss(
        "BinaryCrossEntropyBackward0",
        losses * scale._data,
        reduction,
        (
            input,
            lambda: (input - target) / (input * (1 - input)).clamp(min=1e-12) * scale,
            input,
            target,
        ),
        (target, lambda: ((1 - input).log() - input.log()) * scale, input, target),
    )


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """`binary_cross_entropy` of `input.sigmoid()`, computed more exactly.

    Follows `torch.nn.functional.binary_cross_entropy_with_logits`.

    >>> F.binary_cross_entropy_with_logits(torch.tensor([0.]), torch.tensor([1.]))
    tensor(0.6931)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    if target.shape != input.shape:
        raise noted(
            ValueError(
                f"Target size ({target.shape}) must be the same as input size ({input.shape})"
            ),
            lined_up(input.shape, target.shape, names=("input", "target")),
        )
    if target.dtype.category < dtypes.FLOATING:
        raise noted(
            RuntimeError(
                f"result type Float can't be cast to the desired output type {target.dtype.legacy}"
            ),
            "The target is a float, too: y.float().",
        )
    x, t = input._data, target._data
    scale = wrap(np.ones((), x.dtype)) if weight is None else weight
    yes = wrap(np.ones((), x.dtype)) if pos_weight is None else pos_weight
    # -log(1 - sigmoid(x)) is x + softplus(-x), and -log(sigmoid(x)) is softplus(-x).
    softplus = np.log1p(np.exp(-np.abs(x))) + np.maximum(-x, 0)
    losses = (1 - t) * x + (1 + (yes._data - 1) * t) * softplus
    return _loss(
        "BinaryCrossEntropyWithLogitsBackward0",
        losses * scale._data,
        reduction,
        (
            input,
            lambda: (((yes - 1) * target + 1) * (input.sigmoid() - 1) + (1 - target)) * scale,
            input,
            target,
        ),
        (target, lambda: ((yes - 1) * _softplus(-input) - input) * scale, input, target),
    )


def _softplus(x: Tensor) -> Tensor:
    return x.clamp(min=0) + ((-x.abs()).exp() + 1).log()


def _same_type(input: Tensor, target: Tensor) -> None:
    if target.dtype is not input.dtype:
        raise noted(
            RuntimeError(f"Found dtype {target.dtype.legacy} but expected {input.dtype.legacy}"),
            f"The target must be {input.dtype}, as the input.",
        )
