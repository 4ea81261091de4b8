"""Losses: one number that says how far a prediction is from what was wanted."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, record, wrap
from tensorlab.errors import lined_up, noted
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.ops.operands import operands
from tensorlab.ops.shaping import broadcast_to

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

# ----- what is made of the losses of single numbers ---------------------------------------------


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


def _require_reduction(reduction: str) -> None:
    if reduction not in ("none", "mean", "sum"):
        raise noted(
            ValueError(f"{reduction} is not a valid value for reduction"),
            "Write reduction='mean', 'sum' or 'none'.",
        )


def _reduced(losses: Array, reduction: str) -> Any:
    if reduction == "none":
        return losses
    with np.errstate(all="ignore"):
        total = losses.sum(dtype=losses.dtype if losses.dtype != np.float16 else np.float32)
        if reduction == "mean":
            total = total / losses.size if losses.size else np.full((), np.nan)
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
    _require_reduction(reduction)
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
    _require_reduction(reduction)
    differences = (x - y).abs()
    if reduction == "none":
        return differences
    return differences.mean() if reduction == "mean" else differences.sum()


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
    _require_reduction(reduction)
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
    _require_reduction(reduction)
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


# ----- of classes -------------------------------------------------------------------------------


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """How surprising the right classes are: -log of the softmax's share for each.

    `input` holds a number for each class, (N, C), (C,) or (N, C, …); `target` the right classes,
    int64, (N,), () or (N, …), or a probability for each class, in the input's shape. Raises
    IndexError for a class that there is not. Follows `torch.nn.functional.cross_entropy`.

    >>> F.cross_entropy(torch.tensor([[0., 0., 0.]]), torch.tensor([1]))
    tensor(1.0986)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    _require_reduction(reduction)
    require_tensor("cross_entropy_loss", input)
    axis = 0 if input.ndim == 1 else 1
    if target.shape == input.shape:
        return _of_probabilities(input, target, weight, reduction, label_smoothing, axis)
    logs = input.log_softmax(axis)
    loss = nll_loss(logs, target, weight, ignore_index=ignore_index, reduction=reduction)
    if not label_smoothing:
        return loss
    return _smoothed(loss, logs, target, weight, ignore_index, reduction, label_smoothing, axis)


def _of_probabilities(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: str,
    label_smoothing: float,
    axis: int,
) -> Tensor:
    if not target.dtype.is_floating_point:
        raise noted(
            RuntimeError(
                "Expected floating point type for target with class probabilities, got "
                f"{target.dtype.legacy}"
            ),
            "A target in the input's shape gives each class a probability. For the number of the "
            "right class, leave the class axis out.",
        )
    classes = input.shape[axis]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    products = input.log_softmax(axis) * target
    if weight is not None:
        products = products * weight.reshape(-1, *[1] * (input.ndim - 1 - axis))
    if reduction == "none":
        return -products.sum(axis)
    total = -products.sum()
    if reduction == "sum":
        return total
    rows = input.numel() // classes
    return record("DivBackward1", total._data / rows, (total, lambda g: g / rows))


def _smoothed(
    loss: Tensor,
    logs: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    smoothing: float,
    axis: int,
) -> Tensor:
    """The loss, mixed with that of a target that gives all classes the same probability."""
    classes = logs.shape[axis]
    shares = logs if weight is None else logs * weight.reshape(-1, *[1] * (logs.ndim - 1 - axis))
    even = -shares.sum(axis).masked_fill(target == ignore_index, 0.0)
    if reduction == "sum":
        even = even.sum()
    elif reduction == "mean":
        even = even.sum() / _total_weight(target._data, weight, ignore_index, logs._data.dtype)
    return loss * (1 - smoothing) + even * (smoothing / classes)


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The negative of the number at the right class; `input` holds logarithms of probabilities.

    Shapes as in `cross_entropy`. Follows `torch.nn.functional.nll_loss`.

    >>> F.nll_loss(torch.tensor([[-1., -2.]]), torch.tensor([1]))
    tensor(2.)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    _require_reduction(reduction)
    require_tensor("nll_loss_nd", input)
    classes = _check_classes(input, target, weight)
    one = input.ndim == 1  # one example, without a batch
    x = input._data[None] if one else input._data
    t = target._data.reshape(1) if one else target._data
    ignored = t == ignore_index
    _check_range(t, ignored, classes)

    # What each number counts: minus the weight at the right class, zero elsewhere.
    right = np.expand_dims(np.where(ignored, 0, t).astype(np.int64), 1)
    weights = np.ones(classes, x.dtype) if weight is None else weight._data
    at_right = np.where(ignored[:, None], 0, -weights[right]).astype(x.dtype)
    counts = np.zeros(x.shape, x.dtype)
    np.put_along_axis(counts, right, at_right, 1)
    with np.errstate(all="ignore"):
        picked = np.take_along_axis(x, right, 1)
        losses = np.where(ignored[:, None], 0, picked * at_right).astype(x.dtype)[:, 0]

    node = "NllLossBackward0" if input.ndim < 3 else "NllLoss2DBackward0"
    shape = input.shape
    if reduction == "none":
        data = losses[0] if one else losses
        each = wrap(counts.reshape(shape))
        out = record(node, data, (input, lambda g: (g if one else g.unsqueeze(1)) * each))
        return out if input.ndim in (1, 2, 4) else out.view(out.shape)
    total = _total_weight(t, weight, ignore_index, x.dtype) if reduction == "mean" else 1
    with np.errstate(all="ignore"):
        data = np.asarray(losses.sum(dtype=x.dtype) / x.dtype.type(total))
        each = wrap((counts / x.dtype.type(total or 1)).reshape(shape))  # 0 of 0: nan, but no slope
    return record(node, data, (input, lambda g: g * each))


def _total_weight(target: Array, weight: Tensor | None, ignore_index: int, dtype: Any) -> float:
    """The weights of all targets together: their number, where all count the same."""
    kept = target[target != ignore_index]
    return float(kept.size if weight is None else weight._data[kept].sum(dtype=dtype))


def _check_classes(input: Tensor, target: Tensor, weight: Tensor | None) -> int:
    """The number of classes. Raises torch's errors where the shapes or types do not fit."""
    if not input.ndim:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    if (input.ndim == 1 and target.ndim <= 1) or input.ndim == 2:
        if target.ndim > 1:
            raise noted(
                RuntimeError("0D or 1D target tensor expected, multi-target not supported"),
                f"The target gives one class a row: its shape is ({input.shape[0]},).",
            )
        if input.ndim == 1 and target.shape not in ((), (1,)):
            raise ValueError(
                f"For 1D input, 1D target must have size 1, but got target size: {target.shape[0]}"
            )
        if input.ndim == 2 and (target.ndim != 1 or target.shape[0] != input.shape[0]):
            got = target.shape[0] if target.ndim else 0
            raise noted(
                ValueError(
                    f"Expected input batch_size ({input.shape[0]}) to match target batch_size "
                    f"({got})."
                ),
                "The input has a row, the target a class, for each example.",
            )
    elif target.shape != (input.shape[0], *input.shape[2:]):
        raise RuntimeError(
            f"Expected target size {[input.shape[0], *input.shape[2:]]}, got {list(target.shape)}"
        )
    if target.dtype not in (dtypes.int64, dtypes.uint8):
        raise noted(
            RuntimeError(
                f"expected target dtype to be Long or Byte, but got {target.dtype.legacy}"
            ),
            "The target is the number of the right class: target.long().",
        )
    classes = input.shape[0 if input.ndim == 1 else 1]
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but "
            f"got weight tensor of shape: {list(weight.shape)}"
        )
    return classes


def _check_range(target: Array, ignored: Array, classes: int) -> None:
    wrong = target[~ignored & ((target < 0) | (target >= classes))]
    if wrong.size:
        raise noted(
            IndexError(f"Target {int(wrong[0])} is out of bounds."),
            f"There are {classes} classes, numbered 0 to {classes - 1}.",
        )
