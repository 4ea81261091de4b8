"""Initial weights: fill a tensor in place, with a constant or at random. Follows `torch.nn.init`.

A name ends in an underscore, as do all that change a tensor in place; each gives the tensor back.
They leave the graph alone, so that a Parameter can be filled.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import random
from tensorlab.autograd import no_grad
from tensorlab.core import wrap
from tensorlab.errors import noted
from tensorlab.ops import creation, logic

if TYPE_CHECKING:
    from tensorlab.random import Generator
    from tensorlab.tensor import Tensor


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number. Follows `torch.nn.init.constant_`.

    >>> conv = nn.Conv2d(1, 1, 2, bias=False)
    >>> nn.init.constant_(conv.weight, 2.)
    Parameter containing:
    tensor([[[[2., 2.],
              [2., 2.]]]], requires_grad=True)
    """
    with no_grad():
        return _require(tensor, "fill_").fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones. Follows `torch.nn.init.ones_`."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros. Follows `torch.nn.init.zeros_`."""
    with no_grad():
        return _require(tensor, "zero_").zero_()


def _require(tensor: Any, method: str) -> Tensor:
    """`tensor`, with a hint where it has no such method: at None, most often."""
    if not hasattr(tensor, method):
        error = AttributeError(f"'{type(tensor).__name__}' object has no attribute '{method}'")
        if tensor is None:
            raise noted(error, "There is no such parameter: the layer was made with bias=False.")
        raise noted(
            error, "Give a tensor, or a layer's parameter: nn.init.constant_(layer.weight, 1.)."
        )
    return tensor  # type: ignore[no-any-return]


def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Fill with numbers evenly spread over [a, b). Follows `torch.nn.init.uniform_`.

    >>> _ = torch.manual_seed(0)
    >>> nn.init.uniform_(torch.empty(3), -1., 1.)
    tensor([-0.0075,  0.5364, -0.8230])
    """
    with no_grad():
        return _require(tensor, "uniform_").uniform_(a, b, generator=generator)


def normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Fill with normally distributed numbers. Follows `torch.nn.init.normal_`."""
    with no_grad():
        return _require(tensor, "normal_").normal_(mean, std, generator=generator)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Fill with normally distributed numbers between a and b: others are drawn anew.

    Follows `torch.nn.init.trunc_normal_`.
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of "
            "values may be incorrect.",
            stacklevel=2,
        )

    def below(x: float) -> float:
        """The share of normal numbers below x."""
        return (1.0 + math.erf((x - mean) / std / math.sqrt(2.0))) / 2.0

    with no_grad():
        if below(b) - below(a) > 0.3:
            _redraw_outside(tensor, mean, std, a, b, generator)
        else:
            _accept_by_density(tensor, mean, std, a, b, generator)
    return tensor


def _redraw_outside(
    tensor: Tensor, mean: float, std: float, a: float, b: float, generator: Any
) -> None:
    """Draw normals, and those outside [a, b] again, until none is."""
    low, high = tensor.new_tensor(a).item(), tensor.new_tensor(b).item()
    result = tensor.normal_(mean, std, generator=generator)
    outside = (result < low) | (result > high)
    while outside.any():
        again = creation.empty_like(result).normal_(mean, std, generator=generator)
        result = logic.where(outside, again, result)
        outside = (result < low) | (result > high)
    if result is not tensor:
        tensor.copy_(result)


def _accept_by_density(
    tensor: Tensor, mean: float, std: float, a: float, b: float, generator: Any
) -> None:
    """Draw evenly from [a, b), and keep each number as often as the normal density there says."""
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2

    def refused(numbers: Tensor) -> Tensor:
        log_density = ((numbers - mean) / std).pow(2) * -0.5 - peak
        return creation.empty_like(numbers).uniform_(generator=generator).log() > log_density

    result = tensor.uniform_(a, b, generator=generator)
    pending = refused(result)
    while pending.any():
        again = creation.empty_like(tensor).uniform_(a, b, generator=generator)
        result = logic.where(pending, again, result)
        pending = pending & refused(again)
    if result is not tensor:
        tensor.copy_(result)


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with ones on the diagonal, zeros elsewhere. Follows `torch.nn.init.eye_`."""
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    with no_grad():
        return tensor.copy_(creation.eye(*tensor.shape, dtype=tensor.dtype))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill a convolution's weight so that it passes its input through.

    Follows `torch.nn.init.dirac_`.

    >>> nn.init.dirac_(torch.empty(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    if tensor.shape[0] % groups:
        raise ValueError("dim 0 must be divisible by groups")
    size = tensor.shape[0] // groups
    middle = tuple(n // 2 for n in tensor.shape[2:])
    with no_grad():
        tensor.zero_()
        for group in range(groups):
            for channel in range(min(size, tensor.shape[1])):
                tensor[(group * size + channel, channel, *middle)] = 1
    return tensor


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Fill so that the rows (or the columns, where they are fewer) are at right angles.

    What is beyond the first dimension counts as one. Follows `torch.nn.init.orthogonal_`.

    >>> w = nn.init.orthogonal_(torch.empty(2, 3))
    >>> torch.allclose(w @ w.T, torch.eye(2), atol=1e-6)
    True
    """
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if not tensor.numel():
        return tensor
    rows = tensor.shape[0]
    columns = tensor.numel() // rows
    normals = tensor.new_empty((rows, columns)).normal_(0, 1, generator=generator)._data
    across, triangle = np.linalg.qr(normals.T if rows < columns else normals)
    across = across * np.sign(np.diagonal(triangle))  # so that all such matrices are as likely
    across = across.T if rows < columns else across
    with no_grad():
        return tensor.copy_(wrap(across.reshape(tensor.shape))).mul_(gain)


def sparse_(
    tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None
) -> Tensor:
    """Fill with normals, and set the share `sparsity` of each column to 0.

    Follows `torch.nn.init.sparse_`.
    """
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)
    with no_grad():
        tensor.normal_(0, std, generator=generator)
        for column in range(columns):
            tensor[wrap(random.permutation(rows)[:zeros]), column] = 0
    return tensor


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights must grow so that this nonlinearity does not shrink the signal.

    Follows `torch.nn.init.calculate_gain`.

    >>> nn.init.calculate_gain("relu")
    1.4142135623730951
    """
    convolutions = [f"conv{t}{n}d" for t in ("", "_transpose") for n in (1, 2, 3)]
    if nonlinearity in ("linear", "sigmoid", *convolutions):
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity == "selu":
        return 3.0 / 4
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}")


def _fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs an output is made of, and how many outputs an input goes into."""
    if tensor.ndim < 2:
        raise noted(
            ValueError(
                "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions"
            ),
            "A bias has none; fill it with zeros_ or uniform_.",
        )
    window = math.prod(tensor.shape[2:])
    return tensor.shape[1] * window, tensor.shape[0] * window


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Fill evenly from ±gain·√(6 / (fan_in + fan_out)). Follows `torch.nn.init.xavier_uniform_`."""
    std = gain * math.sqrt(2.0 / float(sum(_fans(tensor))))
    bound = math.sqrt(3.0) * std
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Fill with normals of std gain·√(2 / (fan_in + fan_out)).

    Follows `torch.nn.init.xavier_normal_`.
    """
    std = gain * math.sqrt(2.0 / float(sum(_fans(tensor))))
    return normal_(tensor, 0.0, std, generator)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    modes = ["fan_in", "fan_out"]
    if mode.lower() not in modes:
        raise ValueError(f"Mode {mode.lower()} not supported, please use one of {modes}")
    fan = _fans(tensor)[modes.index(mode.lower())]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def _nothing_to_fill(tensor: Tensor) -> bool:
    if 0 not in tensor.shape:
        return False
    warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
    return True


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Fill evenly from ±gain·√(3 / fan). Follows `torch.nn.init.kaiming_uniform_`.

    `a` is the slope of the leaky ReLU that follows. Layers are initialised so, with a = √5.
    """
    if _nothing_to_fill(tensor):
        return tensor
    bound = math.sqrt(3.0) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Fill with normals of std gain / √fan. Follows `torch.nn.init.kaiming_normal_`."""
    if _nothing_to_fill(tensor):
        return tensor
    return normal_(tensor, 0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def _deprecated(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The old spelling of `function`, without the underscore: it warns."""
    new = function.__name__

    @functools.wraps(function)
    def old(*args: Any, **kwargs: Any) -> Tensor:
        warnings.warn(
            f"`nn.init.{new[:-1]}` is now deprecated in favor of `nn.init.{new}`.",
            FutureWarning,
            stacklevel=2,
        )
        return function(*args, **kwargs)

    old.__name__ = old.__qualname__ = new[:-1]
    old.__doc__ = f"The old spelling of `{new}`."
    return old


uniform = _deprecated(uniform_)
normal = _deprecated(normal_)
constant = _deprecated(constant_)
eye = _deprecated(eye_)
dirac = _deprecated(dirac_)
xavier_uniform = _deprecated(xavier_uniform_)
xavier_normal = _deprecated(xavier_normal_)
kaiming_uniform = _deprecated(kaiming_uniform_)
kaiming_normal = _deprecated(kaiming_normal_)
orthogonal = _deprecated(orthogonal_)
sparse = _deprecated(sparse_)
