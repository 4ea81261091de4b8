"""Losses of margins: what is right must beat what is wrong by so much, else it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tensorlab.core import wrap
from tensorlab.errors import noted
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.nn.functional.distances import pairwise_distance
from tensorlab.nn.functional.fused import fused
from tensorlab.nn.functional.losses import named_reduction, reduced, require_reduction
from tensorlab.nn.functional.smooth import logsigmoid
from tensorlab.ops.logic import where
from tensorlab.ops.pointwise import minimum

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Where the target is 1, input1 must be larger than input2, by `margin`; where -1, smaller.

    Follows `torch.nn.functional.margin_ranking_loss`.

    >>> x, y = torch.tensor([1., 5.]), torch.tensor([2., 2.])
    >>> F.margin_ranking_loss(x, y, torch.tensor([1., 1.]), reduction="none")
    tensor([1., 0.])
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.shape}, input2: {input2.shape}, target: {target.shape} "
        )
    return reduced((-target * (input1 - input2) + margin).clamp_min(0), reduction)


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Distances: where the target is 1 they cost, where -1 what they lack of `margin`.

    Follows `torch.nn.functional.hinge_embedding_loss`.

    >>> F.hinge_embedding_loss(torch.tensor([0.2, 0.2]), torch.tensor([1, -1]), reduction="none")
    tensor([0.2000, 0.8000])
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    apart = where(target != 1, (margin - input).clamp_min(0), 0.0)
    near = where(target != -1, input, 0.0)
    return reduced(apart + near, reduction)


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """1 - the cosine where the target is 1; where it is -1, what the cosine is above `margin`.

    Follows `torch.nn.functional.cosine_embedding_loss`.

    >>> x, y = torch.tensor([[1., 0.]]), torch.tensor([[3., 4.]])
    >>> F.cosine_embedding_loss(x, y, torch.tensor([1]))
    tensor(0.4000)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    if target.ndim not in (0, 1):
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    wanted = target.ndim + 1
    if input1.ndim != wanted or input2.ndim != wanted:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {wanted}D input tensors, but found inputs with "
            f"sizes {list(input1.shape)} and {list(input2.shape)}."
        )
    dim = target.ndim
    tiny = 1e-12
    product = (input1 * input2).sum(dim)
    squares = ((input1 * input1).sum(dim) + tiny) * ((input2 * input2).sum(dim) + tiny)
    cosine = product / squares.sqrt()
    alike = where(target == 1, 1 - cosine, 0.0)
    unlike = where(target == -1, (cosine - margin).clamp_min(0), 0.0)
    return reduced(alike + unlike, reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The positive must be nearer to the anchor than the negative, by `margin`.

    With `swap`, the negative's distance from the positive counts where that is smaller.
    Follows `torch.nn.functional.triplet_margin_loss`.

    >>> anchor, positive, negative = torch.zeros(1, 2), torch.ones(1, 2), torch.ones(1, 2) * 2
    >>> F.triplet_margin_loss(anchor, positive, negative, margin=2.)
    tensor(0.5858)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of "
            f"dimensions, but got: anchor {anchor.ndim}D, positive {positive.ndim}D, and negative "
            f"{negative.ndim}D inputs"
        )

    def distance(x: Tensor, y: Tensor) -> Tensor:
        return pairwise_distance(x, y, p, eps)

    return _triplets(anchor, positive, negative, distance, margin, swap, reduction)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with a distance of your own.

    Follows `torch.nn.functional.triplet_margin_with_distance_loss`.
    """
    require_reduction(reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of "
            f"dimensions, but got: anchor {anchor.ndim}D, positive {positive.ndim}D, and negative "
            f"{negative.ndim}D inputs"
        )
    distance = distance_function or pairwise_distance
    return _triplets(anchor, positive, negative, distance, margin, swap, reduction)


def _triplets(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    distance: Callable[[Tensor, Tensor], Tensor],
    margin: float,
    swap: bool,
    reduction: str,
) -> Tensor:
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = minimum(far, distance(positive, negative))
    return reduced((margin + near - far).clamp_min(0), reduction)


def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """log(1 + e^(-target · input)), of targets 1 and -1.

    Follows `torch.nn.functional.soft_margin_loss`.

    >>> F.soft_margin_loss(torch.tensor([0.]), torch.tensor([1.]))
    tensor(0.6931)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    require_tensor("soft_margin_loss", input)

    def formula(x: Tensor, y: Tensor) -> Tensor:
        return reduced(-logsigmoid(y * x), reduction)

    return fused("SoftMarginLossBackward0", formula, input, target)


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The right class must beat every other, by `margin`; what it lacks costs, to the power `p`.

    (N, C) and (N,), or (C,) and (). Follows `torch.nn.functional.multi_margin_loss`.

    >>> F.multi_margin_loss(torch.tensor([[0.1, 0.2, 0.4, 0.8]]), torch.tensor([3]))
    tensor(0.3250)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    input = input if input.ndim else input.reshape(1)
    rows = 1 if input.ndim < 2 else input.shape[0]
    if input.ndim not in (1, 2) or not input.numel():
        raise RuntimeError(
            "Expected non-empty vector or matrix with optional 0-dim batch size, but got: "
            f"{list(input.shape)}"
        )
    if target.ndim > 1 or target.numel() != rows:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input "
            f"samples (batch size). Expected target size [{rows}], but got {list(target.shape)}. "
            f"Input has shape {list(input.shape)}."
        )
    classes = input.shape[-1]
    index = target._data.reshape(-1)
    if ((index < 0) | (index >= classes)).any():
        raise noted(
            RuntimeError("target out of range"),
            f"There are {classes} classes, numbered 0 to {classes - 1}.",
        )
    right = wrap(index[:, None] == np.arange(classes, dtype=np.int64))
    counts = None if weight is None else wrap(weight._data[index][:, None])

    def formula(x: Tensor) -> Tensor:
        x = x.reshape(rows, classes)
        mine = where(right, x, 0.0).sum(1, keepdim=True)
        lacks = (margin - mine + x).clamp_min(0)
        lacks = lacks if p == 1 else lacks * lacks
        lacks = lacks if counts is None else lacks * counts
        losses = where(right, 0.0, lacks).sum(1) / classes
        if reduction == "none" and not target.ndim:
            return losses.reshape(())  # type: ignore[no-any-return]
        return reduced(losses, reduction)

    return fused("MultiMarginLossBackward0", formula, input)


def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Every right class must beat every other by 1. A row's right classes end at the first -1.

    Follows `torch.nn.functional.multilabel_margin_loss`.

    >>> x, y = torch.tensor([[0.1, 0.2, 0.4, 0.8]]), torch.tensor([[3, 0, -1, 1]])
    >>> F.multilabel_margin_loss(x, y)
    tensor(0.8500)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    require_reduction(reduction)
    if not input.ndim:
        input, target = input.reshape(1), target.reshape(1)
    if input.ndim not in (1, 2) or not input.numel():
        raise RuntimeError(
            "Expected non-empty vector or matrix with optional 0-dim batch size, but got: "
            f"{list(input.shape)}"
        )
    if target.shape != input.shape:
        raise RuntimeError(
            f"inconsistent target size: {list(target.shape)} for input of size: {list(input.shape)}"
        )
    classes = input.shape[-1]
    named = target._data.reshape(-1, classes)
    if (named >= classes).any() or (named < -1).any():
        raise RuntimeError("argument #2 'target' is out of range")
    counted = np.cumsum(named < 0, 1, np.int64) == 0
    rows, places = np.nonzero(counted)
    right = np.zeros(named.shape, np.bool_)
    right[rows, named[rows, places]] = True
    wrong = wrap(~right[:, None, :])
    asked, index = wrap(counted[:, :, None]), wrap(np.where(counted, named, 0))

    def formula(x: Tensor) -> Tensor:
        x = x.reshape(-1, classes)
        mine = x.gather(1, index).unsqueeze(2)
        lacks = where(wrong & asked, (1 - mine + x.unsqueeze(1)).clamp_min(0), 0.0)
        losses = lacks.sum((1, 2)) / classes
        if reduction == "none" and input.ndim == 1:
            return losses.reshape(())  # type: ignore[no-any-return]
        return reduced(losses, reduction)

    return fused("MultilabelMarginLossBackward0", formula, input)


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """For each class by itself yes or no: the mean over the classes of their surprise.

    Follows `torch.nn.functional.multilabel_soft_margin_loss`.

    >>> F.multilabel_soft_margin_loss(torch.zeros(1, 3), torch.tensor([[1., 0., 1.]]))
    tensor(0.6931)
    """
    reduction = named_reduction(size_average, reduce, reduction)
    losses = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if weight is not None:
        losses = losses * weight
    losses = losses.sum(-1) / input.shape[-1]
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    return reduced(losses, reduction)
