"""Tensors, dtypes and the library's own layers, of tensorlab and torch, apart and together."""

from __future__ import annotations

import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

import tensorlab
import tensorlab.nn
import tensorlab.optim

_TENSORLAB = "tensorlab"
_TORCH = "torch"


def libraries() -> list[tuple[str, Any]]:
    """The tensor libraries of this process; torch where something has imported it already."""
    found = [(_TENSORLAB, tensorlab)]
    torch = sys.modules.get(_TORCH)
    if torch is not None and hasattr(torch, "Tensor") and torch is not tensorlab:
        found.append((_TORCH, torch))
    return found


def classes() -> tuple[type, ...]:
    """The tensor classes."""
    return tuple(library.Tensor for _, library in libraries())


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor, of whatever subclass."""
    return isinstance(value, classes())


def is_exact(value: Any) -> bool:
    """Whether it is a Tensor or a Parameter, and of no other class."""
    kind = type(value)
    return any(kind is lib.Tensor or kind is lib.nn.Parameter for _, lib in libraries())


def _library_of(value: Any) -> tuple[str, Any]:
    return next((name, lib) for name, lib in libraries() if isinstance(value, lib.Tensor))


def array_of(tensor: Any) -> Any:
    """Its numbers, by the base class alone; the memory is shared where that is possible."""
    name, library = _library_of(tensor)
    if name == _TENSORLAB:
        return np.asarray(library.Tensor._data.__get__(tensor))
    plain = library.Tensor.detach(tensor).as_subclass(library.Tensor)
    if plain.dtype == getattr(library, "bfloat16", None):
        plain = plain.float()
    return plain.cpu().resolve_conj().numpy()


def plain(tensor: Any) -> Any:
    """A Tensor with the numbers of a tensor of a subclass."""
    _, library = _library_of(tensor)
    return library.from_numpy(np.array(array_of(tensor)))


def grad_of(tensor: Any) -> Any:
    """The gradient of a leaf; None for what was computed."""
    return tensor.grad if tensor.is_leaf else None


def is_leaf_description(description: list[Any]) -> bool:
    """Whether a tensor that `describe` described was computed from no other."""
    return description[1] != "Grown"


def describe(tensor: Any) -> list[Any]:
    """The library, the kind, the dtype and whether it has a gradient."""
    name, library = _library_of(tensor)
    kind = "Parameter" if isinstance(tensor, library.nn.Parameter) else "Tensor"
    if not tensor.is_leaf:
        kind = "Grown"
    return [name, kind, str(tensor.dtype).rpartition(".")[2], bool(tensor.requires_grad)]


def make(description: list[Any], array: Any) -> Any:
    """The tensor that `describe` described."""
    name, kind, dtype, requires_grad = description
    library = dict(libraries())[name]
    if kind not in ("Tensor", "Parameter", "Grown") or not isinstance(array, np.ndarray):
        raise ValueError("no tensor")
    tensor = library.from_numpy(array.copy()).to(_dtype(library, dtype))
    if kind == "Parameter":
        return library.nn.Parameter(tensor, requires_grad=bool(requires_grad))
    if requires_grad:
        tensor.requires_grad_()
    return tensor


def assign(target: Any, fresh: Any) -> None:
    """Give a tensor the numbers, and the gradient, of another."""
    if tuple(target.shape) == tuple(fresh.shape) and target.dtype == fresh.dtype:
        target.data.copy_(fresh.data)
    else:
        target.data = fresh.data
    if target.is_leaf:
        target.grad = fresh.grad


def _dtype(library: Any, name: Any) -> Any:
    found = getattr(library, name) if isinstance(name, str) else None
    if not isinstance(found, library.dtype):
        raise ValueError("no dtype")
    return found


def write_special(value: Any, write: Callable[[Any], Any]) -> list[Any] | None:
    """A dtype, a Size, or a layer of the library's own; None for anything else."""
    for name, library in libraries():
        if type(value) is library.dtype:
            return ["torch.dtype", name, str(value).rpartition(".")[2]]
        if type(value) is library.Size:
            return ["torch.Size", name, [int(n) for n in tuple.__iter__(value)]]
        if _is_layer(type(value), name, library):
            parts = value.__dict__
            if _only_data(parts, name, library):
                return ["layer", name, type(value).__name__, write(dict(parts))]
        if _is_optimizer(type(value), library):
            parts = {k: v for k, v in value.__dict__.items() if not k.endswith("hooks")}
            if all(map(_simple, parts.values())):
                return ["optimizer", name, type(value).__name__, write(parts)]
    return None


def read_special(node: list[Any], read: Callable[[Any], Any]) -> Any:
    """The inverse of `write_special`; None where the node is of another kind."""
    match node:
        case ["torch.dtype", str(name), str(dtype)]:
            return _dtype(dict(libraries())[name], dtype)
        case ["torch.Size", str(name), list(sizes)]:
            return dict(libraries())[name].Size([int(n) for n in sizes])
        case ["optimizer", str(name), str(kind), parts]:
            library = dict(libraries())[name]
            cls = getattr(library.optim, kind)
            content = read(parts)
            if not _is_optimizer(cls, library) or not all(map(_simple, content.values())):
                raise ValueError("no optimizer")
            made = object.__new__(cls)
            made.__dict__.update(content)
            made.__dict__["state"] = defaultdict(dict, content["state"])
            for key in [*_HOOKS, *(k for k in vars(cls) if k.endswith("_hooks"))]:
                made.__dict__.setdefault(key, OrderedDict())
            return made
        case ["layer", str(name), str(kind), parts]:
            library = dict(libraries())[name]
            cls = getattr(library.nn, kind)
            content = read(parts)
            if not _is_layer(cls, name, library) or type(content) is not dict:
                raise ValueError("no layer")
            if not _only_data(content, name, library):
                raise ValueError("no layer's parts")
            layer = object.__new__(cls)
            for key, value in content.items():
                layer.__dict__[key] = value
            return layer
    return None


def _is_layer(kind: Any, name: str, library: Any) -> bool:
    """Whether a class is one of the library's own layers, and not just called so."""
    if not isinstance(kind, type) or not issubclass(kind, library.nn.Module):
        return False
    return getattr(library.nn, kind.__name__, None) is kind and kind is not library.nn.Module


_HOOKS = ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks")


def _is_optimizer(kind: Any, library: Any) -> bool:
    """Whether a class is one of the library's own optimizers."""
    if not isinstance(kind, type) or not issubclass(kind, library.optim.Optimizer):
        return False
    return getattr(library.optim, kind.__name__, None) is kind


def _only_data(parts: dict[str, Any], name: str, library: Any) -> bool:
    """Whether a layer is made of data and of such layers: no hook, no method of its own."""
    for key, value in parts.items():
        if not isinstance(key, str) or (key.endswith("_hooks") and value):
            return False
        if key in _METHODS or (hasattr(library.nn.Module, key) and callable(value)):
            return False
    for table in ("_parameters", "_buffers"):
        members = parts.get(table)
        if not isinstance(members, dict):
            return False
        if not all(v is None or is_exact(v) for v in members.values()):
            return False
    modules = parts.get("_modules")
    if not isinstance(modules, dict):
        return False
    for module in modules.values():
        if module is None:
            continue
        if not _is_layer(type(module), name, library):
            return False
        if not _only_data(module.__dict__, name, library):
            return False
    tables = ("_parameters", "_buffers", "_modules")
    return all(_simple(value) for key, value in parts.items() if key not in tables)


_METHODS = {"forward", "__call__", "_call_impl", "parameters", "state_dict"}


def _simple(value: Any) -> bool:
    if value is None or type(value) in (bool, int, float, str):
        return True
    if type(value) in (tuple, list, set, frozenset):
        return all(map(_simple, value))
    if type(value) in (dict, OrderedDict, defaultdict):
        return all(_simple(k) and _simple(v) for k, v in value.items())
    return any(type(value) in (lib.dtype, lib.Size) or is_exact(value) for _, lib in libraries())
