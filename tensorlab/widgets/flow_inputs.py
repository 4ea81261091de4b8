"""What ModuleFlow takes: a model or its layers, tensors or numbers, and edits of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

import tensorlab
from tensorlab import nn
from tensorlab.autograd import no_grad
from tensorlab.nn.modules.lazy import UninitializedParameter
from tensorlab.tensor import Tensor
from tensorlab.widgets.traits import WidgetError

# The name of a tensor, the place of a number in it (as if it were flat), and the number.
Edit = tuple[str, int, float]


def module_of(model: Any) -> nn.Module:
    """The model itself; of a list of layers, a Sequential."""
    if isinstance(model, nn.Module):
        if any(isinstance(p, UninitializedParameter) for p in model.parameters()):
            name = type(model).__name__
            raise WidgetError(
                f"{name} has lazy layers, whose sizes are not known yet: call it once, as in "
                "model(x), and give it then."
            )
        return model
    layers = list(model) if isinstance(model, Sequence) and not isinstance(model, str) else []
    if layers and all(isinstance(layer, nn.Module) for layer in layers):
        return module_of(nn.Sequential(*layers))
    if isinstance(model, type) and issubclass(model, nn.Module):
        name = model.__name__
        raise WidgetError(f"{name} is a class: give a model made by it, such as {name}().")
    raise WidgetError(
        f"{type(model).__name__} is no nn.Module: give a model, or a list of its layers."
    )


def inputs_of(model: nn.Module, x: Any) -> dict[str, Tensor]:
    """The inputs by the names that forward gives them."""
    given = x if isinstance(x, tuple) and x and all(isinstance(t, Tensor) for t in x) else (x,)
    names = list(_names_in_forward(model))[: len(given)]
    names += [f"input {n}" for n in range(len(names), len(given))]
    if len(given) == 1:
        names = ["x"]
    return {name: _tensor(model, t, name) for name, t in zip(names, given, strict=True)}


def _names_in_forward(model: nn.Module) -> Iterator[str]:
    try:
        for name, parameter in inspect.signature(model.forward).parameters.items():
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
                yield name
    except (TypeError, ValueError):
        return


def _tensor(model: nn.Module, x: Any, name: str) -> Tensor:
    """x as it is; of plain numbers a tensor, as decimal numbers where no layer wants whole ones."""
    if isinstance(x, Tensor):
        tensor = x.detach().clone()
    else:
        try:
            array = np.asarray(x.detach() if hasattr(x, "detach") else x)
        except ValueError:
            raise WidgetError(
                f"{name} is no table of numbers: give every row the same length."
            ) from None
        if array.dtype.kind not in "biufc":
            raise WidgetError(
                f"{name} holds things that are no numbers: give a tensor or nested lists."
            )
        whole = array.dtype.kind in "bi" and any(
            isinstance(m, nn.Embedding) for m in model.modules()
        )
        tensor = tensorlab.tensor(np.array(array, np.int64 if whole else np.float32))
    if tensor.numel() == 0:
        raise WidgetError(
            f"{name} is empty, its shape is {tuple(tensor.shape)}: give it a number at least."
        )
    return tensor


def put(tensors: Mapping[str, Tensor], edits: Sequence[Edit]) -> None:
    """Write the numbers into those of the tensors that they are for."""
    with no_grad():
        for name, at, value in edits:
            if name in tensors:
                index = np.unravel_index(at, tuple(tensors[name].shape))
                tensors[name][tuple(int(i) for i in index)] = value
