"""Rprop, which reads the gradient's sign alone, and ASGD, which keeps a mean of the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array
from tensorlab.ops import creation
from tensorlab.optim.optimizer import Optimizer, check_range, step_counted

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor


class Rprop(Optimizer):
    """A step for each number that grows while the gradient keeps its sign.

    Follows `torch.optim.Rprop`.

    >>> w = nn.Parameter(torch.tensor([3.]))
    >>> optimizer = torch.optim.Rprop([w], lr=0.1)
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
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_range("learning rate", lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        defaults = {
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        values, memory = param._data, self.state[param]
        if step_counted(memory) == 1:
            memory["prev"] = creation.zeros_like(param)
            memory["step_size"] = creation.full_like(param, float(group["lr"])).detach()
        shrink, grow = group["etas"]
        before, sizes = memory["prev"]._data, memory["step_size"]._data
        kept = np.sign(grad * before)
        sizes *= np.where(kept > 0, grow, np.where(kept < 0, shrink, 1)).astype(sizes.dtype)
        np.clip(sizes, *group["step_sizes"], out=sizes)
        grad = np.where(kept < 0, 0, grad).astype(grad.dtype)  # no step where it turned
        values -= np.sign(grad) * sizes
        before[...] = grad


class ASGD(Optimizer):
    """Gradient descent that also keeps the mean of the weights so far, in `state[p]["ax"]`.

    Follows `torch.optim.ASGD`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_range("learning rate", lr)
        check_range("weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        lr, shrink = float(group["lr"]), group["lambd"]
        values, memory = param._data, self.state[param]
        steps = step_counted(memory)
        if steps == 1:
            memory["eta"] = creation.tensor(lr)
            memory["mu"] = creation.tensor(1.0)
            memory["ax"] = creation.zeros_like(param)
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * values
        eta, weight = float(memory["eta"]._data), float(memory["mu"]._data)
        mean = memory["ax"]._data
        values *= 1 - shrink * eta
        values -= eta * grad
        if weight == 1:
            mean[...] = values
        else:
            mean += (values - mean) * weight
        memory["eta"] = creation.tensor(lr / (1 + shrink * lr * steps) ** group["alpha"])
        memory["mu"] = creation.tensor(1 / max(1, steps - group["t0"]))
