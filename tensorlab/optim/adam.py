"""Adam: steps of about one size, whatever the size of the gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.ops import creation, pointwise
from tensorlab.optim.optimizer import Optimizer, check_range

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
        for i, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
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

    def _update(self, param: Tensor, grad: Tensor, group: dict[str, Any]) -> None:
        slow, slower = group["betas"]
        memory = self.state[param]
        if not memory:
            memory["step"] = creation.tensor(0.0)
            memory["exp_avg"] = creation.zeros_like(param)
            memory["exp_avg_sq"] = creation.zeros_like(param)
            if group["amsgrad"]:
                memory["max_exp_avg_sq"] = creation.zeros_like(param)
        memory["step"] += 1
        if group["weight_decay"]:
            if group["decoupled_weight_decay"]:
                param.mul_(1 - group["lr"] * group["weight_decay"])
            else:
                grad = grad.add(param, alpha=group["weight_decay"])

        mean, square = memory["exp_avg"], memory["exp_avg_sq"]
        mean.add_(grad - mean, alpha=1 - slow)
        square.mul_(slower).add_(grad * grad, alpha=1 - slower)
        if group["amsgrad"]:
            largest = memory["max_exp_avg_sq"]
            square = largest.copy_(pointwise.maximum(largest, square))

        # Both means began at zero: at first they are too small by these factors.
        steps = memory["step"].item()
        size = group["lr"] / (1 - slow**steps)
        root = square.sqrt() / (1 - slower**steps) ** 0.5
        param.add_(mean / (root + group["eps"]), alpha=-size)


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
