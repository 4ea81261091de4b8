"""Dropout: in training, some numbers are set to zero at random, so that none is relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tensorlab import random
from tensorlab.core import wrap
from tensorlab.errors import noted
from tensorlab.nn.functional.arguments import require_tensor

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
    kept = random.bernoulli_scalar(tuple(input.shape), 1 - p).astype(input._data.dtype)
    scale = wrap(kept / kept.dtype.type(1 - p))
    return input.mul_(scale) if inplace else input * scale


def require_probability(p: float) -> None:
    """Raise torch's ValueError unless `p` is between 0 and 1."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
