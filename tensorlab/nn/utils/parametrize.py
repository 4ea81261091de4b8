"""Parameters that are computed from others whenever they are read.

Follows `torch.nn.utils.parametrize`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tensorlab.autograd import no_grad
from tensorlab.nn.modules.container import ModuleDict, ModuleList
from tensorlab.nn.modules.module import Module
from tensorlab.nn.parameter import Buffer, Parameter
from tensorlab.tensor import Tensor

_cache: dict[tuple[int, str], Tensor] | None = None


@contextmanager
def cached() -> Iterator[None]:
    """Within the block, a parametrized tensor is computed once. Follows `parametrize.cached`."""
    global _cache
    before, _cache = _cache, {}
    try:
        yield
    finally:
        _cache = before


class ParametrizationList(ModuleList):
    """What a parameter is made of: `original`, and the modules that it passes through."""

    def __init__(self, modules: list[Module], original: Any, unsafe: bool = False) -> None:
        super().__init__(modules)
        self.unsafe = unsafe
        new: Any = original.detach()
        with no_grad():
            for module in reversed(modules):
                if hasattr(module, "right_inverse"):
                    new = module.right_inverse(new)
        self.is_tensor = isinstance(new, Tensor)
        if isinstance(new, Tensor):
            self.original = _kept(new, original)
        else:
            self.ntensors = len(new)
            for place, part in enumerate(new):
                setattr(self, f"original{place}", _kept(part, original))

    def originals(self) -> tuple[Any, ...]:
        """The tensors that are learned."""
        if self.is_tensor:
            return (self.original,)
        return tuple(getattr(self, f"original{place}") for place in range(self.ntensors))

    def right_inverse(self, value: Any) -> None:
        """Set the originals so that the parameter becomes `value`."""
        with no_grad():
            for module in reversed(list(self._modules.values())):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        f"parametrization {type(module).__name__} does not implement right_inverse."
                    )
                value = module.right_inverse(value)
            for original, part in zip(
                self.originals(), (value,) if self.is_tensor else value, strict=True
            ):
                original.copy_(part)

    def forward(self) -> Tensor:
        """The parameter."""
        modules: Any = list(self._modules.values())
        x = modules[0](*self.originals())
        for module in modules[1:]:
            x = module(x)
        return x  # type: ignore[no-any-return]


def _kept(new: Tensor, original: Any) -> Any:
    if isinstance(original, Parameter):
        return Parameter(new.detach(), original.requires_grad)
    return Buffer(new.detach())


def _property(name: str) -> property:
    def get(self: Any) -> Tensor:
        made = self.parametrizations[name]
        if _cache is None:
            return made()  # type: ignore[no-any-return]
        key = (id(self), name)
        if key not in _cache:
            _cache[key] = made()
        return _cache[key]

    def put(self: Any, value: Any) -> None:
        self.parametrizations[name].right_inverse(value)

    return property(get, put)


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Let a module's parameter be what `parametrization` makes of the one that is learned.

    Follows `torch.nn.utils.parametrize.register_parametrization`.

    >>> class Symmetric(nn.Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).t()
    >>> layer = nn.Linear(2, 2)
    >>> _ = torch.nn.utils.parametrize.register_parametrization(layer, "weight", Symmetric())
    >>> torch.equal(layer.weight, layer.weight.t())
    True
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        made: Any = module.parametrizations[tensor_name]
        made.append(parametrization)
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element "
            f"with name '{tensor_name}'"
        )
    original = getattr(module, tensor_name)
    found = ParametrizationList([parametrization], original, unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        kind = type(module)
        module.__class__ = type(
            f"Parametrized{kind.__name__}", (kind,), {"__module__": kind.__module__}
        )
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, _property(tensor_name))
    module.parametrizations[tensor_name] = found
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a module has such parameters. Follows `parametrize.is_parametrized`."""
    made = module.__dict__.get("_modules", {}).get("parametrizations")
    if made is None:
        return False
    return len(made) > 0 if tensor_name is None else tensor_name in made


def remove_parametrizations(
    module: Module, tensor_name: str, leave_parametrized: bool = True
) -> Module:
    """Make the parameter a plain one again. Follows `parametrize.remove_parametrizations`."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    made: Any = module.parametrizations[tensor_name]
    original = made.originals()[0]
    with no_grad():
        value = getattr(module, tensor_name) if leave_parametrized else original
    delattr(type(module), tensor_name)
    table: Any = module.parametrizations
    del table[tensor_name]
    requires_grad = any(each.requires_grad for each in made.originals())
    if isinstance(original, Parameter):
        module.register_parameter(tensor_name, Parameter(value.detach(), requires_grad))
    else:
        module.register_buffer(tensor_name, value.detach())
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module: Module) -> type:
    """The module's class, without what parametrizing made of it."""
    return type(module).__bases__[0] if is_parametrized(module) else type(module)


__all__ = [
    "ParametrizationList", "cached", "is_parametrized", "register_parametrization",
    "remove_parametrizations", "type_before_parametrizations",
]  # fmt: skip
