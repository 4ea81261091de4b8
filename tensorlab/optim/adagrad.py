"""Adagrad and Adadelta: steps that the squares of all, or of the latest, gradients shrink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array
from tensorlab.ops import creation
from tensorlab.optim.optimizer import Optimizer, check_range, step_counted

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor


class Adagrad(Optimizer):
    """Divide the gradient by the root of the sum of all its squares so far.

    Follows `torch.optim.Adagrad`.

    >>> w = nn.Parameter(torch.tensor([3.]))
    >>> optimizer = torch.optim.Adagrad([w], lr=0.1)
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
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_range("learning rate", lr)
        check_range("lr_decay value", lr_decay)
        check_range("weight_decay value", weight_decay)
        check_range("initial_accumulator_value value", initial_accumulator_value)
        check_range("epsilon value", eps)
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for param in group["params"]:
                begun = creation.full_like(param, initial_accumulator_value)
                self.state[param] = {"step": creation.tensor(0.0), "sum": begun.detach()}

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        values, memory = param._data, self.state[param]
        if not memory:  # of a group that came later
            begun = creation.full_like(param, group["initial_accumulator_value"])
            memory.update(step=creation.tensor(0.0), sum=begun.detach())
        steps = step_counted(memory)
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * values
        total = memory["sum"]._data
        total += grad * grad
        root = np.sqrt(total)
        root += group["eps"]
        lr = float(group["lr"]) / (1 + (steps - 1) * group["lr_decay"])
        values -= lr * grad / root


class Adadelta(Optimizer):
    """Steps as large as the latest ones were, for the size that the gradients had.

    Follows `torch.optim.Adadelta`.

    >>> w = nn.Parameter(torch.tensor([3.]))
    >>> optimizer = torch.optim.Adadelta([w])
    >>> ((w - 1) ** 2).sum().backward()
    >>> optimizer.step()
    >>> w
    Parameter containing:
    tensor([2.9968], requires_grad=True)
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_range("learning rate", lr)
        check_range("rho value", rho, 1.0)
        check_range("epsilon value", eps)
        check_range("weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "capturable": capturable,
            "foreach": foreach,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        rho, eps = group["rho"], group["eps"]
        values, memory = param._data, self.state[param]
        if step_counted(memory) == 1:
            memory["square_avg"] = creation.zeros_like(param)
            memory["acc_delta"] = creation.zeros_like(param)
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * values
        square, steps = memory["square_avg"]._data, memory["acc_delta"]._data
        square *= rho
        square += (1 - rho) * grad * grad
        step = np.sqrt(steps + eps) / np.sqrt(square + eps) * grad
        steps *= rho
        steps += (1 - rho) * step * step
        values -= float(group["lr"]) * step
