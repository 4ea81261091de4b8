"""RMSprop: each number's step over the size that its gradients had of late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array
from tensorlab.ops import creation
from tensorlab.optim.optimizer import Optimizer, check_range, step_counted

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor


class RMSprop(Optimizer):
    """Divide the gradient by the root of a running mean of its square.

    `alpha` says how slowly the mean forgets; `centered` takes the gradient's mean off first.
    Follows `torch.optim.RMSprop`.

    >>> w = nn.Parameter(torch.tensor([3.]))
    >>> optimizer = torch.optim.RMSprop([w], lr=0.01)
    >>> ((w - 1) ** 2).sum().backward()
    >>> optimizer.step()
    >>> w
    Parameter containing:
    tensor([2.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_range("learning rate", lr)
        check_range("epsilon value", eps)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        check_range("alpha value", alpha)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "capturable": capturable,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        alpha, values, memory = group["alpha"], param._data, self.state[param]
        if step_counted(memory) == 1:
            memory["square_avg"] = creation.zeros_like(param)
            if group["momentum"] > 0:
                memory["momentum_buffer"] = creation.zeros_like(param)
            if group["centered"]:
                memory["grad_avg"] = creation.zeros_like(param)
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * values

        square = memory["square_avg"]._data
        square *= alpha
        square += (1 - alpha) * grad * grad
        if group["centered"]:
            mean = memory["grad_avg"]._data
            mean += (1 - alpha) * (grad - mean)
            square = square - mean * mean
        root = np.sqrt(square)
        root += group["eps"]

        lr = float(group["lr"])
        if group["momentum"] > 0:
            speed = memory["momentum_buffer"]._data
            speed *= group["momentum"]
            speed += grad / root
            values -= lr * speed
        else:
            values -= lr * grad / root
