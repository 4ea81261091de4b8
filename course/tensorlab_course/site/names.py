"""Which public names there are, and where each is documented."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import tensorlab
from tensorlab.dtypes import dtype
from tensorlab.tensor import Tensor

# The namespaces, in the order of the book.
NAMESPACES = (
    "tensorlab",
    "tensorlab.nn",
    "tensorlab.nn.functional",
    "tensorlab.nn.init",
    "tensorlab.nn.utils",
    "tensorlab.optim",
    "tensorlab.optim.lr_scheduler",
    "tensorlab.utils.data",
    "tensorlab.autograd",
    "tensorlab.linalg",
    "tensorlab.testing",
    "tensorlab.widgets",
)
# What every module has, and its own page of PyTorch's documentation does not repeat either.
NOT_SHOWN = ("forward", "extra_repr", "reset_parameters")


@dataclass(frozen=True)
class Name:
    """A public name: where it is found, what it is, and the file that defines it."""

    namespace: str
    name: str
    what: Any

    @property
    def full(self) -> str:
        """As the reference calls it: `tensorlab.nn.Conv2d`."""
        return f"{self.namespace}.{self.name}"

    @property
    def file(self) -> str:
        """The module that defines it, by name."""
        return str(self.what.__module__)

    @property
    def original(self) -> str:
        """The name that it was defined by: that of `concat` is `cat`."""
        return str(self.what.__name__)


def public(namespace: str) -> list[Name]:
    """The functions and classes of a namespace that are this library's, by name."""
    module = importlib.import_module(namespace)
    listed = getattr(module, "__all__", None)
    names = (n for n in dir(module) if n[0] != "_") if listed is None else listed
    found = [Name(namespace, name, getattr(module, name, None)) for name in sorted(names)]
    ours = [name for name in found if _is_ours(name.what)]
    if listed is None and namespace != "tensorlab":  # what it imports is not what it offers
        return [name for name in ours if name.file == namespace]
    return ours


def _is_ours(what: Any) -> bool:
    is_code = inspect.isfunction(what) or inspect.isclass(what)
    return is_code and str(what.__module__).startswith("tensorlab")


def methods() -> dict[str, Any]:
    """What a tensor has, by name: functions, and properties."""
    names = (name for name in dir(Tensor) if name[0] != "_" and hasattr(Tensor, name))
    return {name: inspect.getattr_static(Tensor, name) for name in names}


def data_types() -> dict[str, Any]:
    """The types of numbers, by name; some have two."""
    names = (name for name in dir(tensorlab) if isinstance(getattr(tensorlab, name, None), dtype))
    return {name: getattr(tensorlab, name) for name in names}


def targets() -> dict[str, str]:
    """Where each public name is documented: `torch.cat`, `Tensor.cat` → `tensorlab.cat`."""
    found = {}
    for namespace in NAMESPACES:
        for name in public(namespace):
            shown = name.full.replace("tensorlab", "torch", 1)
            found[shown] = home(name).full
    found |= {f"torch.{name}": f"tensorlab.{name}" for name in data_types()}
    for called, method in methods().items():
        twin = twin_of(called, method)
        found[f"Tensor.{called}"] = found[f"torch.{twin}"] if twin else f"tensorlab.Tensor.{called}"
    for called in _members(tensorlab.nn.Module):
        found[f"Module.{called}"] = f"tensorlab.nn.Module.{called}"
    return found


def _members(what: type) -> list[str]:
    """The public methods of a class that say what they do."""
    return [
        name
        for name, member in inspect.getmembers(what)
        if name[0] != "_" and name not in NOT_SHOWN and inspect.getdoc(member)
    ]


@cache
def _homes() -> dict[int, Name]:
    """By the identity of a thing, the name under which it is documented.

    `torch.conv2d` is at home in `torch.nn.functional`, and `torch.autograd.no_grad` in `torch`.
    """
    found: dict[int, list[Name]] = {}
    for namespace in NAMESPACES:
        for name in public(namespace):
            found.setdefault(id(name.what), []).append(name)
    return {key: min(names, key=_foreignness) for key, names in found.items()}


def _foreignness(name: Name) -> tuple[bool, bool, int]:
    """How little a name is where its thing belongs: in the deepest namespace of its file."""
    layers = name.file.startswith(("tensorlab.nn", "tensorlab.linalg"))
    is_alias = name.original != name.name
    if name.namespace == "tensorlab":
        return layers, is_alias, -99
    return not name.file.startswith(name.namespace), is_alias, -len(name.namespace)


def home(name: Name) -> Name:
    """The name under which a thing is documented, if it has another than this one."""
    home = _homes()[id(name.what)]
    return name if home.namespace == name.namespace else home


def twin_of(name: str, method: Any) -> str:
    """The function that a method is, too, or that it is the in-place form of; else empty."""
    doc = inspect.getdoc(method) or ""
    in_place = re.match(r"In-place form of `(\w+)`", doc)
    twin = in_place[1] if in_place else name
    function = getattr(tensorlab, twin, None)
    if not inspect.isfunction(function) or not function.__module__.startswith("tensorlab"):
        return ""
    return twin if in_place or inspect.getdoc(function) == doc else ""
