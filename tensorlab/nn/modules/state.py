"""Saving a module's parameters and buffers, and loading them again, in torch's words."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tensorlab.autograd import no_grad
from tensorlab.errors import noted
from tensorlab.nn.parameter import Parameter
from tensorlab.tensor import Tensor

if TYPE_CHECKING:
    from tensorlab.nn.modules.module import Module


class IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What `load_state_dict` gives: the names that one side lacked."""

    __slots__ = ()

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"_IncompatibleKeys(missing_keys={self.missing_keys}, "
            f"unexpected_keys={self.unexpected_keys})"
        )

    __str__ = __repr__


def _own_state(module: Module) -> dict[str, Tensor]:
    """The module's own parameters and persistent buffers by name."""
    own: dict[str, Tensor | None] = {**module._parameters}
    for name, buffer in module._buffers.items():
        if name not in module._non_persistent_buffers_set:
            own[name] = buffer
    return {name: tensor for name, tensor in own.items() if tensor is not None}


def save(module: Module, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
    """Put the module's own tensors, not those of its parts, into `destination`."""
    for name, tensor in _own_state(module).items():
        destination[prefix + name] = tensor if keep_vars else tensor.detach()
    if _has_extra(module):
        destination[prefix + _EXTRA] = module.get_extra_state()


_EXTRA = "_extra_state"


def _has_extra(module: Module) -> bool:
    """Whether a class of the user's own says what else belongs to the state."""
    return any("get_extra_state" in vars(each) for each in type(module).__mro__[:-2])


def load(
    module: Module, state_dict: Mapping[str, Any], strict: bool, assign: bool
) -> IncompatibleKeys:
    """Copy the tensors of `state_dict` into the module, or put them in their place (`assign`)."""
    if not isinstance(state_dict, Mapping):
        raise noted(
            TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}."),
            "It is what another module's state_dict() gave.",
        )
    missing: list[str] = []
    unexpected: list[str] = []
    wrong: list[str] = []
    for path, part in module.named_modules(remove_duplicate=False):
        prefix = path + "." if path else ""
        for hook in part._hooks_of("_load_state_dict_pre_hooks"):
            hook(part, state_dict, prefix, {}, strict, missing, unexpected, wrong)
        own: dict[str, Any] = {**_own_state(part)}
        if _has_extra(part):
            if prefix + _EXTRA in state_dict:
                part.set_extra_state(state_dict[prefix + _EXTRA])
            else:
                missing.append(prefix + _EXTRA)
        for name, tensor in own.items():
            key = prefix + name
            if key not in state_dict:
                missing.append(key)
                continue
            problem = _load_one(part, name, tensor, key, state_dict[key], assign)
            if problem:
                wrong.append(problem)
        for key in state_dict:
            if key.startswith(prefix):
                first, dot, _ = key[len(prefix) :].partition(".")
                extra = first == _EXTRA and _has_extra(part)
                if first not in (part._modules if dot else own) and not extra:
                    unexpected.append(key)
    told = IncompatibleKeys(missing, unexpected)
    for _, part in module.named_modules():
        for hook in part._hooks_of("_load_state_dict_post_hooks"):
            hook(part, told)
    if strict:
        for kind, keys in (("Unexpected", unexpected), ("Missing", missing)):
            if keys:
                quoted = ", ".join(f'"{key}"' for key in keys)
                wrong.insert(0, f"{kind} key(s) in state_dict: {quoted}. ")
    if wrong:
        shapes = [f"{key} {list(t.shape)}" for key, t in module.state_dict().items()]
        raise noted(
            RuntimeError(
                f"Error(s) in loading state_dict for {type(module).__name__}:\n\t"
                + "\n\t".join(wrong)
            ),
            "The names and shapes must be those of a module built in the same way.",
            f"Here: {', '.join(shapes)}.",
        )
    return told


def _load_one(
    module: Module, name: str, tensor: Tensor, key: str, value: object, assign: bool
) -> str | None:
    """Load one tensor; gives what was wrong with it."""
    if not isinstance(value, Tensor):
        return (
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like '
            f"object from checkpoint but received {type(value)}"
        )
    if not tensor.shape and value.shape == (1,):  # scalars were saved so, long ago
        value = value[0]
    if value.shape != tensor.shape:
        return (
            f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, "
            f"the shape in current model is {tensor.shape}."
        )
    if not assign:
        with no_grad():
            tensor.copy_(value)
    elif isinstance(tensor, Parameter) and not isinstance(value, Parameter):
        setattr(module, name, Parameter(value, tensor.requires_grad))
    else:
        setattr(module, name, value)
    return None
