"""Optimizer: what changes parameters by their gradients, and what all kinds of it share."""

from __future__ import annotations

import functools
import math
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tensorlab import dtypes
from tensorlab.autograd import enable_grad
from tensorlab.core import Array, storage_of
from tensorlab.errors import noted
from tensorlab.kernels.brain import rounded
from tensorlab.nn.naming import typename
from tensorlab.ops import creation
from tensorlab.tensor import Tensor

if TYPE_CHECKING:
    Parameters = Iterable[Tensor] | Iterable[dict[str, Any]] | Iterable[tuple[str, Tensor]]


class Optimizer:
    """The base class: it holds the parameters in groups, each with its settings.

    `params` are tensors, or dicts with "params" and what differs from `defaults` for them. A kind
    of optimizer says in `_update` what one step does to one parameter.
    Follows `torch.optim.Optimizer`.
    """

    _opt_called = False

    def __init__(self, params: Parameters, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise noted(
                TypeError(
                    "params argument given to the optimizer should be an iterable of Tensors or "
                    f"dicts, but got {typename(params)}"
                ),
                "Give a list, or a model's parameters: model.parameters().",
            )
        groups: list[Any] = list(params)
        if not groups:
            raise noted(
                ValueError("optimizer got an empty parameter list"),
                "model.parameters() gives each parameter once: a second pass over the same "
                "generator is empty, and so is a model whose layers stand in a Python list.",
            )
        self.defaults = defaults
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Take more parameters, with settings of their own.

        Follows `torch.optim.Optimizer.add_param_group`.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the "
                "ordering of tensors in sets will change between runs. Please use a list instead."
            )
        params = [params] if isinstance(params, Tensor) else list(params)
        group = {**param_group}
        named = [isinstance(param, tuple) for param in params]  # of named_parameters()
        if any(named) and not all(named):
            raise ValueError(
                "all optimizer params should be with/without names. Some param names are missing"
            )
        if self.param_groups and any(named) != ("param_names" in self.param_groups[0]):
            raise ValueError(
                "all optimizer param groups should be with/without names. cannot add param group "
                f"{'with' if any(named) else 'without'} names to the optimizer"
            )
        if any(named):
            group["param_names"] = [name for name, _ in params]
            params = [param for _, param in params]
        group["params"] = params
        for name, value in self.defaults.items():
            group.setdefault(name, value)
        for param in params:
            _check_parameter(param)
        if len({id(param) for param in params}) < len(params):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this "
                "will cause an error; see github.com/pytorch/pytorch/issues/40967 for more "
                "information",
                stacklevel=3,
            )
        taken = {id(param) for other in self.param_groups for param in other["params"]}
        if taken.intersection(map(id, params)):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, before the next backward.

        Follows `torch.optim.Optimizer.zero_grad`.
        """
        for group in self.param_groups:
            for param in group["params"]:
                if set_to_none:
                    param.grad = None
                elif param.grad is not None:
                    param.grad = param.grad.detach().zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient by one step.

        `closure`, if given, computes the loss anew first; it is given back.
        Follows `torch.optim.Optimizer.step`.
        """
        self._opt_called = True
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    grad = param.grad._data
                    self._update(param, -grad if group["maximize"] else grad, group)
                    if param.dtype is dtypes.bfloat16:
                        param._data[...] = rounded(param._data)
                    storage_of(param).version += 1
        return loss

    def _update(self, param: Tensor, grad: Array, group: dict[str, Any]) -> None:
        """Change the numbers of `param`, in place. `grad` is not to be changed."""
        raise NotImplementedError

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let every `step` note that it was called: a scheduler asks."""
        super().__init_subclass__(**kwargs)
        if "step" in vars(cls):
            cls.step = _noting(cls.step)  # type: ignore[method-assign]

    def state_dict(self) -> dict[str, Any]:
        """Settings and memory, with numbers in the parameters' place: what to save.

        Follows `torch.optim.Optimizer.state_dict`.
        """
        numbers: dict[int, int] = {}
        groups = []
        for group in self.param_groups:
            for param in group["params"]:
                numbers.setdefault(id(param), len(numbers))
            packed = {name: value for name, value in group.items() if name != "params"}
            groups.append({**packed, "params": [numbers[id(p)] for p in group["params"]]})
        state = {
            numbers[id(key)] if isinstance(key, Tensor) else key: memory
            for key, memory in self.state.items()
        }
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take settings and memory from what `state_dict()` gave.

        Follows `torch.optim.Optimizer.load_state_dict`.
        """
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        by_number: dict[int, Tensor] = {}
        for mine, theirs in zip(self.param_groups, saved, strict=True):
            if len(mine["params"]) != len(theirs["params"]):
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match the size of "
                    "optimizer's group"
                )
            by_number.update(zip(theirs["params"], mine["params"], strict=True))
        for mine, theirs in zip(self.param_groups, saved, strict=True):
            mine.update({name: value for name, value in theirs.items() if name != "params"})
        self.state = defaultdict(dict)
        for number, memory in state_dict["state"].items():
            param = by_number.get(number)
            if param is None:
                self.state[number] = memory
            else:
                self.state[param] = {
                    name: _restored(name, value, param) for name, value in memory.items()
                }

    def __repr__(self) -> str:
        groups = []
        for i, group in enumerate(self.param_groups):
            settings = [
                f"    {name}: {group[name]}\n" for name in sorted(group) if name != "params"
            ]
            groups.append(f"\nParameter Group {i}\n" + "".join(settings))
        return f"{type(self).__name__} ({''.join(groups)})"


def _noting(step: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(step)
    def noted_step(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        self._opt_called = True
        return step(self, *args, **kwargs)

    return noted_step


def _restored(name: str, value: Any, param: Tensor) -> Any:
    """What was saved, in the parameter's type; the count of steps keeps its own."""
    if not isinstance(value, Tensor) or name == "step" or not param.is_floating_point():
        return value
    return value.to(param.dtype)


def _check_parameter(param: object) -> None:
    if not isinstance(param, Tensor):
        raise TypeError(
            f"optimizer can only optimize Tensors, but one of the params is {typename(param)}"
        )
    if not (param.is_leaf or param.retains_grad):
        raise noted(
            ValueError("can't optimize a non-leaf Tensor"),
            "It is computed from others: optimise those, or x.detach().requires_grad_().",
        )


def check_range(name: str, value: float, most: float = math.inf) -> None:
    """Raise torch's ValueError where a setting is negative, or larger than `most`."""
    require_one(value)
    if not 0.0 <= value <= most:
        raise ValueError(f"Invalid {name}: {value}")


def require_one(lr: Any) -> None:
    """Raise torch's ValueError for a learning rate that is a tensor of several numbers."""
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")


def step_counted(memory: dict[str, Any]) -> int:
    """One step more in a parameter's memory; gives how many there were."""
    steps = memory.setdefault("step", creation.tensor(0.0))
    steps._data += 1
    return int(steps._data)
