"""What torch's error messages call a thing."""

from __future__ import annotations

from tensorlab.core import TensorBase


def typename(x: object) -> str:
    """The type of x, or the name of a class or function, in full. Follows `torch.typename`.

    >>> typename(torch.ones(1)), typename([1]), typename(nn.ReLU)
    ('torch.FloatTensor', 'list', 'torch.nn.modules.activation.ReLU')
    """
    if isinstance(x, TensorBase):
        return f"torch.{x.dtype.legacy}Tensor"
    named = x if hasattr(x, "__qualname__") else type(x)
    name: str = named.__qualname__
    module = named.__module__ or ""
    if module in ("", "builtins"):
        return name
    if module.startswith("tensorlab.nn.functional"):
        module = "torch.nn.functional"
    elif module.startswith("tensorlab."):
        module = "torch." + module.removeprefix("tensorlab.")
    return f"{module}.{name}"


def spelled(kind: type) -> str:
    """A class as torch prints it.

    >>> spelled(nn.ReLU)
    "<class 'torch.nn.modules.activation.ReLU'>"
    """
    return f"<class '{typename(kind)}'>"
