"""Backward hooks of modules: what sees the gradients that leave and enter a module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorlab.autograd import Function
from tensorlab.tensor import Tensor


class _Watch:
    """One call of a module whose backward is watched."""

    def __init__(self, module: Any, hooks: list[tuple[Callable[..., Any], bool]]) -> None:
        self.module = module
        self.before = [hook for hook, early in hooks if early]
        self.after = [hook for hook, early in hooks if not early]
        self.count = 0  # of the call's arguments
        self.places: list[int] = []  # of those with a gradient
        self.outputs: tuple[Any, ...] = ()

    def arriving(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        """The outputs' gradients, as the hooks before the module have them."""
        for hook in self.before:
            answer = hook(self.module, gradients)
            if answer is not None:
                gradients = answer if isinstance(answer, tuple) else (answer,)
        self.outputs = gradients
        if not self.places:
            for hook in self.after:
                hook(self.module, (None,) * self.count, gradients)
        return gradients

    def leaving(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        """The inputs' gradients, as the hooks behind the module have them."""
        whole: list[Any] = [None] * self.count
        for place, gradient in zip(self.places, gradients, strict=True):
            whole[place] = gradient
        seen = tuple(whole)
        for hook in self.after:
            answer = hook(self.module, seen, self.outputs)
            if answer is not None:
                seen = answer if isinstance(answer, tuple) else (answer,)
        return tuple(seen[place] for place in self.places)


class BackwardHookFunction(Function):
    """Gives its tensors on, and shows their gradients to a function."""

    @staticmethod
    def forward(ctx: Any, show: Any, *tensors: Any) -> Any:
        ctx.show = show
        ctx.set_materialize_grads(False)
        same = tuple(each.view_as(each) for each in tensors)
        return same if len(same) > 1 else same[0]

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return (None, *ctx.show(gradients))


def watched(
    module: Any, hooks: list[tuple[Callable[..., Any], bool]], args: tuple[Any, ...]
) -> tuple[_Watch, tuple[Any, ...]]:
    """A watch on one call, and the arguments to call the module with."""
    watch = _Watch(module, hooks)
    watch.count = len(args)
    watch.places = [
        place for place, x in enumerate(args) if isinstance(x, Tensor) and x.requires_grad
    ]
    if not watch.places or not watch.after:
        watch.places = [] if not watch.places else watch.places
        return watch, args
    shown = BackwardHookFunction.apply(watch.leaving, *[args[place] for place in watch.places])
    parts = shown if isinstance(shown, tuple) else (shown,)
    changed = list(args)
    for place, part in zip(watch.places, parts, strict=True):
        changed[place] = part
    return watch, tuple(changed)


def finished(watch: _Watch, result: Any) -> Any:
    """The module's result, its gradients watched."""
    several = isinstance(result, (tuple, list))
    parts = list(result) if several else [result]
    places = [i for i, x in enumerate(parts) if isinstance(x, Tensor) and x.requires_grad]
    if not places:
        return result
    shown = BackwardHookFunction.apply(watch.arriving, *[parts[i] for i in places])
    for i, part in zip(places, shown if isinstance(shown, tuple) else (shown,), strict=True):
        parts[i] = part
    return type(result)(parts) if several else parts[0]
