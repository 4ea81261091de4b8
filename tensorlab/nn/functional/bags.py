"""Embedding bags: the sum, mean or maximum of several rows of a table."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array, record, wrap
from tensorlab.nn.functional.embeddings import _shorten, embedding
from tensorlab.ops.joining import stack

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """For each bag of row numbers, the rows' mean, "sum" or "max".

    `input` is (bags, numbers), or all numbers in a row with `offsets`, where each bag starts.
    Follows `torch.nn.functional.embedding_bag`.

    >>> table = torch.tensor([[0., 0.], [1., 10.], [2., 20.]])
    >>> F.embedding_bag(torch.tensor([[1, 2]]), table, mode="sum")
    tensor([[ 3., 30.]])
    """
    if input.ndim == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch "
                "of fixed length sequences. However, found offsets of type <class 'torch.Tensor'>"
            )
        starts = np.arange(input.shape[0], dtype=np.int64) * input.shape[1]
        numbers = input._data.reshape(-1)
        weights = None if per_sample_weights is None else per_sample_weights.reshape(-1)
    elif input.ndim == 1:
        if offsets is None:
            raise ValueError("offsets has to be a 1D Tensor but got None")
        if offsets.ndim != 1:
            raise ValueError("offsets has to be a 1D Tensor")
        starts, numbers, weights = offsets._data, input._data, per_sample_weights
        if include_last_offset:
            starts = starts[:-1]
        if starts.size and starts[0] != 0:
            raise RuntimeError(
                "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start "
                f"from position 0. However, got {starts[0]}"
            )
    else:
        raise ValueError(
            f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}"
        )
    if mode not in ("sum", "mean", "max"):
        raise ValueError("mode has to be one of sum, mean or max")
    if weights is not None and mode != "sum":
        raise NotImplementedError(
            "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported "
            f"for mode='sum' (got mode='{mode}'). Please open a feature request on GitHub."
        )
    if max_norm is not None:
        _shorten(weight, numbers, max_norm, norm_type)
    last = offsets._data[-1] if include_last_offset and offsets is not None else len(numbers)
    return _bags(weight, numbers, [*starts, last], weights, mode, padding_idx, scale_grad_by_freq)


def _bags(
    weight: Tensor,
    numbers: Array,
    ends: list[Any],
    weights: Tensor | None,
    mode: str,
    padding_idx: int | None,
    by_frequency: bool,
) -> Tensor:
    rows = embedding(wrap(numbers), weight, None, None, 2.0, by_frequency)
    if padding_idx is not None:
        padding_idx %= weight.shape[0]
    found: list[Any] = []
    for start, end in pairwise(ends):
        places = np.arange(start, end, dtype=np.int64)
        if padding_idx is not None:
            places = places[numbers[start:end] != padding_idx]
        if not len(places):
            found.append(wrap(np.zeros(weight.shape[1], weight._data.dtype)))
            continue
        part = rows[wrap(places)]
        if weights is not None:
            part = part * weights[wrap(places)].unsqueeze(1)
        found.append(
            part.sum(0) if mode == "sum" else part.mean(0) if mode == "mean" else part.max(0)[0]
        )
    if not found:
        return wrap(np.zeros((0, weight.shape[1]), weight._data.dtype))
    out = stack(found)
    return record("EmbeddingBagBackward0", out._data, (out, lambda g: g))
