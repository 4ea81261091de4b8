"""SparseAdam: Adam that leaves the rows alone that a batch has not touched."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array
from tensorlab.ops import creation
from tensorlab.optim.adam import check_betas
from tensorlab.optim.optimizer import Optimizer, require_one

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor


class SparseAdam(Optimizer):
    """Adam, for the rows of an embedding whose gradient is not zero; the others rest.

    Gradients are dense here: a row of zeros counts as one that was not looked up. Follows
    `torch.optim.SparseAdam`, which takes sparse gradients alone.

    >>> table = nn.Embedding(3, 1, sparse=True, _weight=torch.ones(3, 1))
    >>> optimizer = torch.optim.SparseAdam(table.parameters(), lr=0.1)
    >>> table(torch.tensor([1])).sum().backward()
    >>> optimizer.step()
    >>> table.weight.detach().flatten()
    tensor([1.0000, 0.9000, 1.0000])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:
        require_one(lr)
        if not lr > 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not eps > 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        check_betas(betas)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "maximize": maximize})

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        slow, slower = group["betas"]
        memory = self.state[param]
        if not memory:
            memory["step"] = 0
            memory["exp_avg"] = creation.zeros_like(param)
            memory["exp_avg_sq"] = creation.zeros_like(param)
        memory["step"] += 1
        rows = (
            np.flatnonzero(grad.reshape(len(grad), -1).any(1)).astype(np.int64)
            if grad.ndim
            else ...
        )
        part = grad[rows]
        mean, square = memory["exp_avg"]._data, memory["exp_avg_sq"]._data
        mean[rows] += (1 - slow) * (part - mean[rows])
        square[rows] += (1 - slower) * (part * part - square[rows])
        steps = memory["step"]
        size = float(group["lr"]) * math.sqrt(1 - slower**steps) / (1 - slow**steps)
        param._data[rows] -= size * mean[rows] / (np.sqrt(square[rows]) + group["eps"])
