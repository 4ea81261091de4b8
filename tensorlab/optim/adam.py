"""Adam: steps of about one size, whatever the size of the gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array
from tensorlab.ops import creation
from tensorlab.optim.optimizer import Optimizer, check_range, step_counted

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor


class Adam(Optimizer):
    """Divide a running mean of the gradient by the root of one of its square.

    `betas` say how slowly the two means forget. Follows `torch.optim.Adam`.

    >>> w = nn.Parameter(torch.tensor([3.]))
    >>> optimizer = torch.optim.Adam([w], lr=0.1)
    >>> ((w - 1) ** 2).sum().backward()
    >>> optimizer.step()
    >>> w
    Parameter containing:
    tensor([2.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        check_range("learning rate", lr)
        check_range("epsilon value", eps)
        check_betas(betas)
        check_range("weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
            "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        slow, slower = group["betas"]
        lr, decay = float(group["lr"]), group["weight_decay"]
        values, memory = param._data, self.state[param]
        steps = step_counted(memory)
        if steps == 1:
            memory["exp_avg"] = creation.zeros_like(param)
            memory["exp_avg_sq"] = creation.zeros_like(param)
            if group["amsgrad"]:
                memory["max_exp_avg_sq"] = creation.zeros_like(param)
        if decay and group["decoupled_weight_decay"]:
            values *= 1 - lr * decay
        elif decay:
            grad = grad + decay * values

        mean, square = memory["exp_avg"]._data, memory["exp_avg_sq"]._data
        mean += (1 - slow) * (grad - mean)
        square *= slower
        square += (1 - slower) * grad * grad
        if group["amsgrad"]:
            largest = memory["max_exp_avg_sq"]._data
            square = np.maximum(largest, square, out=largest)

        # Both means began at zero: at first they are too small by these factors.
        root = np.sqrt(square)
        root /= (1 - slower**steps) ** 0.5
        root += group["eps"]
        step = (lr / (1 - slow**steps)) * mean
        step /= root
        values -= step


class AdamW(Adam):
    """Adam whose `weight_decay` acts on the parameter alone, past the two means.

    Follows `torch.optim.AdamW`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )


def check_betas(betas: tuple[float, float]) -> None:
    """Raise torch's ValueError where a running mean would keep all, or less than nothing."""
    for i, beta in enumerate(betas):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
