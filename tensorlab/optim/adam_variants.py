"""Adam's kin: Adamax, NAdam, RAdam."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array
from tensorlab.ops import creation
from tensorlab.optim.adam import check_betas
from tensorlab.optim.optimizer import Optimizer, check_range, step_counted

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor


def _check(lr: float, betas: tuple[float, float], eps: float, weight_decay: float) -> None:
    check_range("learning rate", lr)
    check_range("epsilon value", eps)
    check_betas(betas)
    check_range("weight_decay value", weight_decay)


def _decayed(values: Array, grad: Array, group: dict[str, Any], lr: float) -> Array:
    """The gradient with the weight decay in it; or the weights decayed on their own."""
    decay = group["weight_decay"]
    if not decay:
        return grad
    if group.get("decoupled_weight_decay"):
        values *= 1 - lr * decay
        return grad
    whole: Array = grad + decay * values
    return whole


def _means(memory: dict[str, Any], grad: Array, betas: tuple[float, float]) -> tuple[Array, Array]:
    """The running means of the gradient and of its square, one step on."""
    mean: Array = memory["exp_avg"]._data
    square: Array = memory["exp_avg_sq"]._data
    mean += (1 - betas[0]) * (grad - mean)
    square *= betas[1]
    square += (1 - betas[1]) * grad * grad
    return mean, square


class Adamax(Optimizer):
    """Adam with the largest gradient in place of the mean square (Kingma and Ba 2014).

    Follows `torch.optim.Adamax`.

    >>> w = nn.Parameter(torch.tensor([3.]))
    >>> optimizer = torch.optim.Adamax([w], lr=0.1)
    >>> ((w - 1) ** 2).sum().backward()
    >>> optimizer.step()
    >>> w
    Parameter containing:
    tensor([2.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        _check(lr, betas, eps, weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        slow, slower = group["betas"]
        lr = float(group["lr"])
        values, memory = param._data, self.state[param]
        steps = step_counted(memory)
        if steps == 1:
            memory["exp_avg"] = creation.zeros_like(param)
            memory["exp_inf"] = creation.zeros_like(param)
        grad = _decayed(values, grad, group, lr)
        mean, largest = memory["exp_avg"]._data, memory["exp_inf"]._data
        mean += (1 - slow) * (grad - mean)
        np.maximum(largest * slower, np.abs(grad) + group["eps"], out=largest)
        values -= (lr / (1 - slow**steps)) * mean / largest


class NAdam(Optimizer):
    """Adam that looks a step ahead, with Nesterov's momentum (Dozat 2016).

    Follows `torch.optim.NAdam`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        _check(lr, betas, eps, weight_decay)
        check_range("momentum_decay value", momentum_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        betas, lr, decay = group["betas"], float(group["lr"]), group["momentum_decay"]
        values, memory = param._data, self.state[param]
        steps = step_counted(memory)
        if steps == 1:
            memory["mu_product"] = creation.tensor(1.0)
            memory["exp_avg"] = creation.zeros_like(param)
            memory["exp_avg_sq"] = creation.zeros_like(param)
        grad = _decayed(values, grad, group, lr)
        now = betas[0] * (1.0 - 0.5 * 0.96 ** (steps * decay))
        ahead = betas[0] * (1.0 - 0.5 * 0.96 ** ((steps + 1) * decay))
        memory["mu_product"]._data *= np.float32(now)
        product = float(memory["mu_product"]._data)
        mean, square = _means(memory, grad, betas)
        root = np.sqrt(square / (1 - betas[1] ** steps)) + group["eps"]
        values -= (lr * (1.0 - now) / (1.0 - product)) * grad / root
        values -= (lr * ahead / (1.0 - product * ahead)) * mean / root


class RAdam(Optimizer):
    """Adam that takes plain steps until it has seen enough squares (Liu et al. 2019).

    Follows `torch.optim.RAdam`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        _check(lr, betas, eps, weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        betas, lr = group["betas"], float(group["lr"])
        values, memory = param._data, self.state[param]
        steps = step_counted(memory)
        if steps == 1:
            memory["exp_avg"] = creation.zeros_like(param)
            memory["exp_avg_sq"] = creation.zeros_like(param)
        grad = _decayed(values, grad, group, lr)
        mean, square = _means(memory, grad, betas)
        whole = 1 - betas[1] ** steps
        longest = 2 / (1 - betas[1]) - 1
        length = longest - 2 * steps * betas[1] ** steps / whole  # of the mean of squares
        step = lr / (1 - betas[0] ** steps) * mean
        if length > 5.0:
            trust = math.sqrt(
                (length - 4) * (length - 2) * longest
                / ((longest - 4) * (longest - 2) * length)
            )  # fmt: skip
            step *= trust * math.sqrt(whole) / (np.sqrt(square) + group["eps"])
        values -= step
