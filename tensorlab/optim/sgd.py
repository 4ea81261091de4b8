"""SGD: a step against the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.core import Array, wrap
from tensorlab.optim.optimizer import Optimizer, check_range

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor


class SGD(Optimizer):
    """Subtract `lr` times the gradient; with `momentum`, keep some of the speed.

    `weight_decay` pulls every parameter towards zero. Follows `torch.optim.SGD`.

    >>> w = nn.Parameter(torch.tensor([3.]))
    >>> optimizer = torch.optim.SGD([w], lr=0.1)
    >>> for _ in range(20):
    ...     optimizer.zero_grad()
    ...     ((w - 1) ** 2).sum().backward()
    ...     optimizer.step()
    >>> w
    Parameter containing:
    tensor([1.0231], requires_grad=True)
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_range("learning rate", lr)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        values = param._data
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * values
        if group["momentum"]:
            memory = self.state[param]
            if memory.get("momentum_buffer") is None:
                memory["momentum_buffer"] = wrap(grad.copy())
                speed = memory["momentum_buffer"]._data
            else:
                speed = memory["momentum_buffer"]._data
                speed *= group["momentum"]
                speed += (1 - group["dampening"]) * grad
            grad = grad + group["momentum"] * speed if group["nesterov"] else speed
        values -= float(group["lr"]) * grad
