"""Losses of classes: how surprising the right classes are, to a model that gives each a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, record, wrap
from tensorlab.errors import noted
from tensorlab.kernels.quiet import quietly_one
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.nn.functional.losses import named_reduction, require_reduction

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


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
    require_reduction(reduction)
    require_tensor("cross_entropy_loss", input)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
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
    require_reduction(reduction)
    require_tensor("nll_loss_nd", input)
    classes = _check_classes(input, target, weight)
    if weight is None and input.ndim == 2 and reduction != "none" and ignore_index < 0:
        found = _of_rows(input, target, reduction)
        if found is not None:
            return found
    one = input.ndim == 1  # one example, without a batch
    x = input._data[None] if one else input._data
    t = target._data.reshape(1) if one else target._data
    ignored = t == ignore_index
    _check_range(t, ignored, classes)

    node = "NllLossBackward0" if input.ndim < 3 else "NllLoss2DBackward0"
    shape, dtype = input.shape, x.dtype
    right = np.expand_dims(np.where(ignored, 0, t).astype(np.int64), 1)
    if weight is None and not ignored.any():
        at_right = np.broadcast_to(np.array(-1, dtype), right.shape)
    else:
        weights = np.ones(classes, dtype) if weight is None else weight._data
        at_right = np.where(ignored[:, None], 0, -weights[right]).astype(dtype)
    with np.errstate(all="ignore"):
        picked = _at(x, right) * at_right
        losses = np.where(ignored[:, None], 0, picked).astype(dtype, copy=False)[:, 0]

    def counts(total: float) -> Tensor:
        """What each number counts: minus the weight at the right class, zero elsewhere."""
        each = np.zeros(x.shape, dtype)
        with np.errstate(all="ignore"):
            np.put_along_axis(each, right, at_right / dtype.type(total), 1)
        return wrap(each.reshape(shape))

    if reduction == "none":
        data = losses[0] if one else losses
        out = record(node, data, (input, lambda g: (g if one else g.unsqueeze(1)) * counts(1.0)))
        return out if input.ndim in (1, 2, 4) else out.view(out.shape)
    total = _total_weight(t, weight, ignore_index, dtype) if reduction == "mean" else 1
    with np.errstate(all="ignore"):
        data = np.asarray(losses.sum(dtype=dtype) / dtype.type(total))
    # 0 of 0 is nan, but has no slope.
    return record(node, data, (input, lambda g: g * counts(total or 1)))


def _of_rows(input: Tensor, target: Tensor, reduction: str) -> Tensor | None:
    """The loss of rows that all count the same; None where one does not, or where there are none.

    As `nll_loss` has it, in half the time.
    """
    x, t = input._data, target._data.astype(np.int64)
    if not t.size or t.min() < 0:
        return None
    rows = np.arange(len(t), dtype=np.intp)
    try:
        picked = x[rows, t]
    except IndexError:
        return None
    dtype, shape = x.dtype, x.shape
    total = dtype.type(len(t) if reduction == "mean" else 1)
    data = quietly_one(lambda y: np.add.reduce(-y, dtype=dtype) / total, picked)

    def gradient(g: Tensor) -> Tensor:
        each = np.zeros(shape, dtype)
        each[rows, t] = -1 / total
        return g * wrap(each)

    return record("NllLossBackward0", data, (input, gradient))


def _at(x: Array, right: Array) -> Array:
    """The number at the right class of each row, with an axis of size 1 for the class."""
    if x.ndim == 2:
        return x[np.arange(len(x), dtype=np.intp), right[:, 0]][:, None]  # a third of the time
    return np.take_along_axis(x, right, 1)


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
