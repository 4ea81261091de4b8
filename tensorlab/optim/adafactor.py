"""Adafactor: Adam's squares kept as one number a row and one a column, for large matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array
from tensorlab.ops import creation
from tensorlab.optim.optimizer import Optimizer, require_one, step_counted

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor


class Adafactor(Optimizer):
    """Steps relative to the size of the weights, by factored squares (Shazeer and Stern 2018).

    `beta2_decay` says how fast the memory of the squares grows, `eps` the least square and the
    least size of the weights, `d` from which size on an update is shrunk. Raises RuntimeError for
    complex parameters. Follows `torch.optim.Adafactor`.

    >>> w = nn.Parameter(torch.tensor([3.]))
    >>> optimizer = torch.optim.Adafactor([w], lr=0.1)
    >>> ((w - 1) ** 2).sum().backward()
    >>> optimizer.step()
    >>> w
    Parameter containing:
    tensor([2.7000], requires_grad=True)
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        require_one(lr)
        _require("Learning rate", ">= 0", lr, lr >= 0)
        _require("beta2_decay", "<= 0", beta2_decay, beta2_decay <= 0)
        _require("epsilon1", ">= 0", eps[0], eps[0] is None or eps[0] >= 0)
        _require("epsilon2", ">= 0", eps[1], eps[1] >= 0)
        _require("Clipping threshold d", ">= 1", d, d >= 1)
        _require("weight_decay", ">= 0", weight_decay, weight_decay >= 0)
        defaults = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        if param.is_complex():
            raise RuntimeError("Adafactor does not support complex parameters")
        least, smallest = group["eps"]
        if least is None:
            least = float(np.finfo(param._data.dtype).eps)
        values, memory, lr = param._data, self.state[param], float(group["lr"])
        steps = step_counted(memory)
        new = float(steps) ** group["beta2_decay"]
        size = max(smallest, _root_mean_square(values)) * min(lr, steps**-0.5)
        values *= 1 - lr * group["weight_decay"]
        square = _factored(memory, grad, new, least) if grad.ndim > 1 else _whole(memory, grad, new)
        update = grad / np.sqrt(np.maximum(square, least * least))
        values -= size / max(1.0, _root_mean_square(update) / group["d"]) * update


def _require(name: str, bound: str, value: Any, holds: bool) -> None:
    if not holds:
        raise ValueError(f"{name} should be {bound} but is: {value}")


def _root_mean_square(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def _factored(memory: dict[str, Any], grad: Array, new: float, least: float) -> Array:
    """The running mean of the squares, as a product of a column of rows' means and a row."""
    squares = np.square(grad)
    for name, axis in (("row_var", -1), ("col_var", -2)):
        mean = squares.mean(axis, keepdims=True)
        if name not in memory:
            memory[name] = creation.from_numpy(np.zeros_like(mean))
        memory[name]._data[...] += new * (mean - memory[name]._data)
    row, column = memory["row_var"]._data, memory["col_var"]._data
    product: Array = (row @ column) / np.maximum(row.mean(-2, keepdims=True), least)
    return product


def _whole(memory: dict[str, Any], grad: Array, new: float) -> Array:
    if "variance" not in memory:
        memory["variance"] = creation.from_numpy(np.zeros_like(grad))
    square: Array = memory["variance"]._data
    square += new * (grad * grad - square)
    return square
