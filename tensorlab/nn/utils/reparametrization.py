"""Weights made of other weights before each call: weight_norm and spectral_norm, the old way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.autograd import no_grad
from tensorlab.core import record
from tensorlab.nn.functional.normalization import normalize
from tensorlab.nn.parameter import Parameter
from tensorlab.ops.matmul import dot, mv
from tensorlab.ops.reduction import norm
from tensorlab.ops.sampling import randn

if TYPE_CHECKING:
    from tensorlab.nn.modules.module import Module
    from tensorlab.tensor import Tensor


def norm_except_dim(v: Tensor, dim: int) -> Tensor:
    """The length of each slice along `dim`; of the whole where it is -1."""
    if dim == -1:
        return norm(v)
    return norm(v, 2, [d for d in range(v.ndim) if d != dim % v.ndim], True)


def scaled_direction(v: Tensor, g: Tensor, dim: int) -> Tensor:
    """v made as long as g says, slice by slice: what `weight_norm` computes."""
    out = v * (g / norm_except_dim(v, dim))
    return record("WeightNormInterfaceBackward0", out._data, (out, lambda grad: grad))


# ----- weight_norm ------------------------------------------------------------------------------


class WeightNorm:
    """The hook that makes a weight of its length and direction (Salimans and Kingma 2016)."""

    def __init__(self, name: str, dim: int | None) -> None:
        self.name = name
        self.dim = -1 if dim is None else dim

    def compute_weight(self, module: Module) -> Tensor:
        """The weight, from `name_g` and `name_v`."""
        g, v = (getattr(module, f"{self.name}_{part}") for part in "gv")
        return scaled_direction(v, g, self.dim)

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Learn a weight's length and direction apart, as `name_g` and `name_v`.

    Follows `torch.nn.utils.weight_norm`.

    >>> layer = torch.nn.utils.weight_norm(nn.Linear(20, 40))
    >>> layer.weight_g.shape, layer.weight_v.shape
    (torch.Size([40, 1]), torch.Size([40, 20]))
    """
    hook = WeightNorm(name, dim)
    for other, _ in module._forward_pre_hooks.values():
        if isinstance(other, WeightNorm) and other.name == name:
            raise RuntimeError(
                f"Cannot register two weight_norm hooks on the same parameter {name}"
            )
    weight = getattr(module, name)
    del module._parameters[name]
    length = norm_except_dim(weight, hook.dim)
    module.register_parameter(f"{name}_g", Parameter(length.detach()))
    module.register_parameter(f"{name}_v", Parameter(weight.detach()))
    setattr(module, name, hook.compute_weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: Any, name: str = "weight") -> Any:
    """Make the weight a parameter again. Follows `torch.nn.utils.remove_weight_norm`."""
    return _removed(module, name, WeightNorm, ("_g", "_v"), "weight_norm")


def _removed(module: Any, name: str, kind: Any, parts: tuple[str, ...], said: str) -> Any:
    for key, (hook, _) in list(module._forward_pre_hooks.items()):
        if isinstance(hook, kind) and hook.name == name:
            with no_grad():
                weight = hook.compute_weight(module)
            delattr(module, name)
            for part in parts:
                table = module._parameters if name + part in module._parameters else module._buffers
                del table[name + part]
            module.register_parameter(name, Parameter(weight.detach()))
            del module._forward_pre_hooks[key]
            return module
    raise ValueError(f"{said} of '{name}' not found in {module}")


# ----- spectral_norm ----------------------------------------------------------------------------


class SpectralNorm:
    """The hook that divides a weight by its largest singular value (Miyato et al. 2018)."""

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        if n_power_iterations <= 0:
            raise ValueError(
                "Expected n_power_iterations to be positive, but got "
                f"n_power_iterations={n_power_iterations}"
            )
        self.name, self.steps, self.dim, self.eps = name, n_power_iterations, dim, eps

    def as_matrix(self, weight: Tensor) -> Tensor:
        """The weight with `dim` as its rows."""
        if self.dim != 0:
            others = [d for d in range(weight.ndim) if d != self.dim]
            weight = weight.permute(self.dim, *others)
        return weight.reshape(weight.shape[0], -1)

    def compute_weight(self, module: Any, iterate: bool = False) -> Tensor:
        """The weight by its largest singular value, which the power method finds."""
        weight = getattr(module, f"{self.name}_orig")
        u, v = getattr(module, f"{self.name}_u"), getattr(module, f"{self.name}_v")
        matrix = self.as_matrix(weight)
        if iterate:
            with no_grad():
                for _ in range(self.steps):
                    v.copy_(normalize(mv(matrix.t(), u), dim=0, eps=self.eps))
                    u.copy_(normalize(mv(matrix, v), dim=0, eps=self.eps))
                u, v = u.clone(), v.clone()
        return weight / dot(u, mv(matrix, v))  # type: ignore[no-any-return]

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, module.training))


def spectral_norm(
    module: Any,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Any:
    """Keep a weight's largest singular value at 1. Follows `torch.nn.utils.spectral_norm`.

    >>> layer = torch.nn.utils.spectral_norm(nn.Linear(20, 40))
    >>> layer.weight_u.shape
    torch.Size([40])
    """
    for other, _ in module._forward_pre_hooks.values():
        if isinstance(other, SpectralNorm) and other.name == name:
            raise RuntimeError(
                f"Cannot register two spectral_norm hooks on the same parameter {name}"
            )
    if dim is None:
        dim = 1 if type(module).__name__.startswith("ConvTranspose") else 0
    hook = SpectralNorm(name, n_power_iterations, dim, eps)
    weight = module._parameters[name]
    with no_grad():
        rows, columns = hook.as_matrix(weight).shape
        u = normalize(randn(rows, dtype=weight.dtype), dim=0, eps=eps)
        v = normalize(randn(columns, dtype=weight.dtype), dim=0, eps=eps)
    del module._parameters[name]
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.detach())
    module.register_buffer(f"{name}_u", u)
    module.register_buffer(f"{name}_v", v)
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: Any, name: str = "weight") -> Any:
    """Make the weight a parameter again. Follows `torch.nn.utils.remove_spectral_norm`."""
    return _removed(module, name, SpectralNorm, ("_orig", "_u", "_v"), "spectral_norm")
