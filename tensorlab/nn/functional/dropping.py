"""Dropout: in training, some numbers are set to zero at random, so that none is relied on."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from tensorlab import random
from tensorlab.core import Array, wrap
from tensorlab.errors import noted
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.ops.casting import cast

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Set each number to 0 with probability `p`; the others grow by 1 / (1 - p).

    So the sum stays the same on average. Not in training, the input is given back as it is.
    Follows `torch.nn.functional.dropout`.

    >>> _ = torch.manual_seed(0)
    >>> F.dropout(torch.ones(6))
    tensor([0., 0., 2., 0., 0., 0.])
    """
    require_probability(p)
    require_tensor("dropout", input)
    if not training or p == 0 or not input.numel():
        return input
    if p == 1:
        nothing = wrap(np.zeros((), input._data.dtype))
        return input.mul_(nothing) if inplace else input * nothing
    if not input.dtype.is_floating_point:
        raise noted(
            RuntimeError(
                f"result type Float can't be cast to the desired output type {input.dtype.legacy}"
            ),
            "The numbers that stay grow by a fraction. Convert first: x.float().",
        )
    kept = _kept(input, p)
    scale = cast(wrap(kept / kept.dtype.type(1 - p)), input.dtype)
    return input.mul_(scale) if inplace else input * scale


def _kept(input: Tensor, p: float) -> Array:
    """1 for what stays, 0 for what goes."""
    drawn = random.in_memory_order(input._data, lambda shape: random.bernoulli_scalar(shape, 1 - p))
    return drawn.astype(input._data.dtype)


def require_probability(p: float) -> None:
    """Raise torch's ValueError unless `p` is between 0 and 1."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def dropout1d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Set whole channels of sequences (N, C, L) to 0. Follows `torch.nn.functional.dropout1d`."""
    require_probability(p)
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input. Note that "
            "dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, "
            "a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs)."
        )
    if input.ndim == 3:
        return _channels_dropped(input, p, training, inplace)
    return _channels_dropped(input.unsqueeze(0), p, training, inplace).squeeze(0)


def dropout2d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Set whole channels of images (N, C, H, W) to 0. Follows `torch.nn.functional.dropout2d`.

    >>> _ = torch.manual_seed(0)
    >>> F.dropout2d(torch.ones(1, 3, 1, 2)).tolist()
    [[[[0.0, 0.0]], [[0.0, 0.0]], [[2.0, 2.0]]]]
    """
    require_probability(p)
    if input.ndim not in (3, 4):
        _warn_of_dimensions("dropout2d", input.ndim, "2", "3D or 4D")
    if input.ndim == 3:
        warnings.warn(
            "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout "
            "behavior is desired - input is interpreted as shape (N, C, L), where C is the channel "
            "dim. This behavior will change in a future release to interpret the input as one "
            "without a batch dimension, i.e. shape (C, H, W). To maintain the 1D channel-wise "
            "dropout behavior, please switch to using dropout1d instead.",
            stacklevel=2,
        )
    return _channels_dropped(input, p, training, inplace)


def dropout3d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Set whole channels of volumes (N, C, D, H, W) to 0.

    Follows `torch.nn.functional.dropout3d`.
    """
    require_probability(p)
    if input.ndim not in (4, 5):
        _warn_of_dimensions("dropout3d", input.ndim, "3", "4D or 5D")
    if input.ndim == 4:
        return _channels_dropped(input.unsqueeze(0), p, training, inplace).squeeze(0)
    return _channels_dropped(input, p, training, inplace)


def _warn_of_dimensions(operation: str, ndim: int, count: str, expected: str) -> None:
    warnings.warn(
        f"{operation}: Received a {ndim}-D input to {operation}, which is deprecated and will "
        "result in an error in a future release. To retain the behavior and silence this warning, "
        f"please use dropout instead. Note that {operation} exists to provide channel-wise dropout "
        f"on inputs with {count} spatial dimensions, a channel dimension, and an optional batch "
        f"dimension (i.e. {expected} inputs).",
        stacklevel=3,
    )


def _channels_dropped(input: Tensor, p: float, training: bool, inplace: bool) -> Tensor:
    """Each channel of each example stays, or becomes 0 as a whole."""
    if not training or p == 0 or not input.numel():
        return input
    if input.ndim < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    if p == 1:
        return dropout(input, 1.0, True, inplace)
    shape = (*input.shape[:2], *[1] * (input.ndim - 2))
    kept = random.bernoulli_scalar(shape, 1 - p).astype(input._data.dtype)
    scale = cast(wrap(kept / kept.dtype.type(1 - p)), input.dtype)
    return input.mul_(scale) if inplace else input * scale


# What SELU tends to far below zero.
_SATURATED = 1.7580993408473766


def alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Dropout for SELU: what is dropped takes its lowest value; mean and variance stay.

    Follows `torch.nn.functional.alpha_dropout`.
    """
    require_probability(p)
    return _alpha_dropped(input, p, training, inplace, None)


def feature_alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """`alpha_dropout` of whole channels. Follows `torch.nn.functional.feature_alpha_dropout`."""
    require_probability(p)
    shape = (*input.shape[:2], *[1] * (input.ndim - 2))
    return _alpha_dropped(input, p, training, inplace, shape)


def _alpha_dropped(
    input: Tensor, p: float, training: bool, inplace: bool, shape: tuple[int, ...] | None
) -> Tensor:
    if not training or p == 0 or not input.numel():
        return input
    if p == 1:
        return dropout(input, 1.0, True, inplace)
    if shape is None:
        kept = _kept(input, p)
    else:
        kept = random.bernoulli_scalar(shape, 1 - p).astype(input._data.dtype)
    scale = 1.0 / math.sqrt((_SATURATED * _SATURATED * p + 1) * (1 - p))
    floor = wrap((kept - 1) * (_SATURATED * scale) + _SATURATED * scale * p)
    factor = wrap(kept * kept.dtype.type(scale))
    return input.mul_(factor).add_(floor) if inplace else input * factor + floor
