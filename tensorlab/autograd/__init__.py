"""Gradients: `backward` and `grad`, and the switches for recording. Follows `torch.autograd`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.autograd.hooks import RemovableHandle
from tensorlab.autograd.mode import (
    detect_anomaly,
    enable_grad,
    inference_mode,
    is_grad_enabled,
    no_grad,
    set_detect_anomaly,
    set_grad_enabled,
)
from tensorlab.errors import noted

if TYPE_CHECKING:
    from tensorlab.autograd import function as function
    from tensorlab.autograd import functional as functional
    from tensorlab.autograd.checking import gradcheck, gradgradcheck
    from tensorlab.autograd.function import Function
    from tensorlab.tensor import Tensor

__all__ = [
    "Function",
    "RemovableHandle",
    "Variable",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "function",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "inference_mode",
    "is_grad_enabled",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]

# What a first course has no need of is imported when it is first asked for.
_LATER = {
    "Function": "function",
    "function": "function",
    "functional": "functional",
    "gradcheck": "checking",
    "gradgradcheck": "checking",
    "graph": "graph",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'tensorlab.autograd' has no attribute '{name}'")
    module = import_module(f"tensorlab.autograd.{_LATER[name]}")
    globals()[name] = found = module if _LATER[name] == name else getattr(module, name)
    return found


def _started(outputs: Sequence[Tensor], gradients: Sequence[Tensor | None]) -> list[Tensor]:
    """The gradient to start from for each output: 1 for a single number."""
    started = []
    for position, (output, gradient) in enumerate(zip(outputs, gradients, strict=True)):
        if not output.requires_grad:
            raise noted(
                RuntimeError(
                    f"element {position} of tensors does not require grad and does not have a "
                    "grad_fn"
                ),
                "No input of this result asked for a gradient: make one with requires_grad=True, "
                "and outside no_grad().",
            )
        if gradient is None:
            if output._data.size != 1:
                raise noted(
                    RuntimeError("grad can be implicitly created only for scalar outputs"),
                    f"This result has {output._data.size} numbers. Sum them first "
                    "(y.sum().backward()), or say how each counts: y.backward(gradient=…).",
                )
            gradient = output.detach()
            gradient._data, gradient._storage = np.ones_like(output._data), None
        elif gradient.shape != output.shape:
            raise noted(
                RuntimeError(
                    f"Mismatch in shape: grad_output[{position}] has a shape of {gradient.shape} "
                    f"and output[{position}] has a shape of {output.shape}."
                ),
                "A gradient has the shape of what it is the gradient of.",
            )
        started.append(gradient)
    return started


def _sequence(x: Any) -> list[Any]:
    return [x] if hasattr(x, "_data") else list(x)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add to `.grad` of every leaf the sum of its gradients. Follows `torch.autograd.backward`.

    >>> x = torch.tensor([1., 2.], requires_grad=True)
    >>> torch.autograd.backward((x * x).sum())
    >>> x.grad
    tensor([2., 4.])
    """
    from tensorlab.autograd.engine import run_backward

    if inputs is not None and not hasattr(inputs, "_data") and not len(inputs):
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    outputs = _sequence(tensors)
    gradients = [None] * len(outputs) if grad_tensors is None else _sequence(grad_tensors)
    wanted = None if inputs is None else _sequence(inputs)
    retain = create_graph if retain_graph is None else retain_graph
    run_backward(
        outputs,
        _started(outputs, gradients),
        retain_graph=retain,
        create_graph=create_graph,
        inputs=wanted,
        accumulate=True,
    )


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    **_: Any,
) -> tuple[Tensor | None, ...]:
    """The gradients of outputs with respect to inputs; `.grad` is left alone.

    Follows `torch.autograd.grad`.

    >>> x = torch.tensor(3., requires_grad=True)
    >>> (slope,) = torch.autograd.grad(x ** 2, x, create_graph=True)
    >>> torch.autograd.grad(slope, x)
    (tensor(2.),)
    """
    from tensorlab.autograd.engine import run_backward

    results, wanted = _sequence(outputs), _sequence(inputs)
    gradients = [None] * len(results) if grad_outputs is None else _sequence(grad_outputs)
    starts = _started(results, gradients)
    if not all(x.requires_grad for x in wanted):
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    found = run_backward(
        results,
        starts,
        retain_graph=create_graph if retain_graph is None else retain_graph,
        create_graph=create_graph,
        inputs=wanted,
    )
    answers = [found.get(id(x)) for x in wanted]
    for position, answer in enumerate(answers):
        if answer is None and not allow_unused:
            raise noted(
                RuntimeError(
                    f"The differentiated Tensor at index {position} appears to not have been used "
                    "in the graph. Set allow_unused=True if this is the desired behavior."
                ),
                "With allow_unused=True its gradient is None.",
            )
    return tuple(answers)


def Variable(data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Tensor:
    """The tensor itself, with its flag set: before PyTorch 0.4, only Variables had gradients.

    Follows `torch.autograd.Variable`.
    """
    return data.detach().requires_grad_(requires_grad) if not data.requires_grad else data
