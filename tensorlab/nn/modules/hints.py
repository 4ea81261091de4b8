"""What goes wrong with modules, in torch's words, and under them what to try."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tensorlab import dtypes
from tensorlab.core import TensorBase
from tensorlab.errors import noted
from tensorlab.nn.naming import typename

if TYPE_CHECKING:
    from tensorlab.nn.modules.module import Module

_BEGIN_WITH_SUPER = (
    "Every __init__ of a module begins with super().__init__(): it makes the tables into which "
    "layers and parameters are sorted."
)


def no_forward(self: Module, *input: Any) -> None:
    """What a module without a forward does when it is called: it raises."""
    kind = type(self)
    error = NotImplementedError(
        f'Module [{kind.__name__}] is missing the required "forward" function'
    )
    near = closest("forward", kind.__dict__)
    if near:
        raise noted(error, f"{kind.__name__} has {near[0]}: is that to be forward?")
    raise noted(
        error, "Calling a module runs its forward: write def forward(self, x): … in the class."
    )


def require_init(tables: dict[str, Any], table: str, kind: str) -> None:
    """Raise torch's AttributeError unless Module.__init__ has made its tables."""
    if table not in tables:
        raise noted(
            AttributeError(f"cannot assign {kind} before Module.__init__() call"), _BEGIN_WITH_SUPER
        )


def no_attribute(module: Module, name: str) -> AttributeError:
    """Python's error for a missing attribute, with a hint to where one of that name is."""
    error = AttributeError(f"'{type(module).__name__}' object has no attribute '{name}'")
    defined = type(module).__dict__
    for misspelt in ("_init_", "__int__", "__init_", "_init__", "init"):
        if misspelt in defined and "__init__" not in defined:
            return noted(error, f"The class has {misspelt}; Python calls __init__ alone.")
    members = module.__dict__.get("_modules")
    if members is None:
        return noted(error, _BEGIN_WITH_SUPER) if name.startswith("_") else error
    for key, child in members.items():
        if child is not None and any(name in own for own in (child._parameters, child._modules)):
            where = f"[{key}]" if key.isdigit() else f".{key}"
            return noted(error, f"One of its parts has it: net{where}.{name}.")
    near = [] if name.startswith("_") else closest(name, dir(module))
    return noted(error, f"Did you mean {near[0]}?") if near else error


def closest(word: str, names: Iterable[str]) -> list[str]:
    """The name that is most like `word`, if one is; difflib is not loaded before it is needed."""
    import difflib

    return difflib.get_close_matches(word, list(names), n=1, cutoff=0.7)


def how_to_assign(name: str, value: object) -> str:
    """What to write in place of `layer.weight = value`."""
    if not isinstance(value, TensorBase):
        return f"Make a parameter of a tensor: layer.{name} = nn.Parameter(torch.tensor(…))."
    cast = "" if value.dtype.category >= dtypes.FLOATING else ".float()"
    return f"Wrap the tensor: layer.{name} = nn.Parameter(w{cast})."


def no_module(x: object) -> TypeError:
    """torch's error for what is no layer where one is wanted."""
    from tensorlab.nn.modules.module import Module

    error = TypeError(f"{typename(x)} is not a Module subclass")
    if isinstance(x, (list, tuple)):
        return noted(
            error, "Give the layers one by one: nn.Sequential(a, b), or with a star: *layers."
        )
    if isinstance(x, type) and issubclass(x, Module):
        return noted(error, f"{x.__name__} is the class; {x.__name__}(…) makes a layer of it.")
    if isinstance(x, dict):
        return noted(
            error, "For named layers give an OrderedDict: nn.Sequential(OrderedDict(layers))."
        )
    if callable(x):
        return noted(
            error,
            "A function is no layer. Many have one (nn.ReLU() for torch.relu); or write a Module.",
        )
    return error
