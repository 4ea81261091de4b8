"""Random tensors: the same seed gives the numbers that torch gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes, random
from tensorlab.core import Array, TensorBase, record, wrap
from tensorlab.device import only_cpu
from tensorlab.errors import noted
from tensorlab.ops.creation import checked_dtype, empty_like, finished, size_of
from tensorlab.ops.indexing import overwrite
from tensorlab.ops.operands import require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "bernoulli",
    "multinomial",
    "normal",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
]


def _random_dtype(operation: str, dtype: Any) -> dtypes.dtype:
    found = checked_dtype(operation, dtype) or dtypes.get_default_dtype()
    if found.category < dtypes.FLOATING:
        kernel = {"rand": "uniform", "randn": "normal"}.get(operation, operation)
        name = f'"check_{kernel}_bounds"' if kernel == "uniform" else f'"{kernel}_kernel_cpu"'
        raise NotImplementedError(f"{name} not implemented for '{found.legacy}'")
    return found


def rand(
    *size: Any,
    generator: random.Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """Random numbers, evenly spread over [0, 1). Follows `torch.rand`, number for number.

    >>> _ = torch.manual_seed(0)
    >>> torch.rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    only_cpu(device)
    dtype = _random_dtype("rand", dtype)
    data = _pairs(random.uniform, size_of("rand", size), dtype, generator=generator)
    return finished(data, dtype, requires_grad)


def _pairs(
    draw: Callable[..., Array], shape: tuple[int, ...], dtype: dtypes.dtype, **options: Any
) -> Array:
    """Numbers drawn in a type; of a complex number the real part, then the imaginary one."""
    if not dtype.is_complex:
        return draw(shape, dtype.numpy, **options)
    parts = draw((*shape, 2), np.float32 if dtype is dtypes.complex64 else np.float64, **options)
    return parts.view(dtype.numpy)[..., 0]


def randn(
    *size: Any,
    generator: random.Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """Random numbers, normally distributed (mean 0, variance 1). Follows `torch.randn`.

    >>> _ = torch.manual_seed(0)
    >>> torch.randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    only_cpu(device)
    dtype = _random_dtype("randn", dtype)
    spread = {"std": math.sqrt(0.5)} if dtype.is_complex else {}  # of each part
    data = _pairs(random.normal, size_of("randn", size), dtype, generator=generator, **spread)
    return finished(data, dtype, requires_grad)


def rand_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False, **_: Any) -> Tensor:
    """As `rand`, in another tensor's shape and type. Follows `torch.rand_like`."""
    if input._data.flags.c_contiguous:
        return rand(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)
    return uniform_(empty_like(input, dtype=dtype)).requires_grad_(requires_grad)


def randn_like(
    input: Tensor, *, dtype: Any = None, requires_grad: bool = False, **_: Any
) -> Tensor:
    """As `randn`, in another tensor's shape and type. Follows `torch.randn_like`."""
    if input._data.flags.c_contiguous:
        return randn(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)
    return normal_(empty_like(input, dtype=dtype)).requires_grad_(requires_grad)


def randint(
    low: int = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: random.Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """Random integers from low up to, and without, high. int64. Follows `torch.randint`.

    Raises RuntimeError where there is no such integer.

    >>> _ = torch.manual_seed(0)
    >>> torch.randint(10, (5,))
    tensor([4, 9, 3, 0, 3])
    """
    only_cpu(device)
    if size is None:
        low, high, size = 0, low, high  # randint(5, (2,)): torch's first signature
    elif high is None:
        low, high = 0, low
    dtype = checked_dtype("randint", dtype) or dtypes.int64
    _check_range(low, high)
    data = random.randint(size_of("randint", (tuple(size),)), low, high, generator=generator)
    return finished(data.astype(dtype.numpy), dtype, requires_grad)


def _check_range(low: int, high: int) -> None:
    if low >= high:
        raise noted(
            RuntimeError(
                f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
            ),
            "high itself is never drawn: randint(0, 2, …) gives 0 and 1.",
        )


def randint_like(input: Tensor, low: int = 0, high: int | None = None, **kwargs: Any) -> Tensor:
    """As `randint`, in another tensor's shape and type. Follows `torch.randint_like`."""
    kwargs["dtype"] = kwargs.get("dtype") or input.dtype
    if high is None:
        low, high = 0, low
    if input._data.flags.c_contiguous:
        return randint(low, high, input.shape, **kwargs)
    return random_(empty_like(input, dtype=kwargs["dtype"]), low, high)


def randperm(
    n: int,
    *,
    generator: random.Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """The integers 0 to n - 1 in random order. int64. Follows `torch.randperm`.

    >>> _ = torch.manual_seed(0)
    >>> torch.randperm(5)
    tensor([4, 0, 1, 3, 2])
    """
    only_cpu(device)
    if n < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {n}: [{n}]")
    dtype = checked_dtype("randperm", dtype) or dtypes.int64
    data = random.permutation(n, generator=generator)
    return finished(data.astype(dtype.numpy), dtype, requires_grad)


def bernoulli(input: Tensor, *, generator: random.Generator | None = None) -> Tensor:
    """1 with the probability that each element gives, else 0. Follows `torch.bernoulli`."""
    require_tensor("bernoulli", "input", 1, input)
    if input.dtype.category < dtypes.FLOATING:
        raise NotImplementedError(
            f"\"bernoulli_tensor_cpu_self_\" not implemented for '{input.dtype.legacy}'"
        )
    if not np.all((input._data >= 0) & (input._data <= 1)):
        raise RuntimeError(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message "
            "be improved?  If so, please report an enhancement request to PyTorch.)"
        )
    drawn = random.bernoulli(input._data, generator=generator).astype(input._data.dtype)
    return record("BernoulliBackward0", drawn, (input, lambda g: g * 0))


def normal(
    mean: Any,
    std: Any = 1.0,
    size: Sequence[int] | None = None,
    *,
    generator: random.Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """Normally distributed numbers of a mean and standard deviation. Follows `torch.normal`.

    >>> _ = torch.manual_seed(0)
    >>> torch.normal(0., 1., (3,))
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    only_cpu(device)
    if isinstance(mean, TensorBase) or isinstance(std, TensorBase):
        shape = np.broadcast_shapes(
            *[x._data.shape for x in (mean, std) if isinstance(x, TensorBase)]
        )
        kind = (mean if isinstance(mean, TensorBase) else std)._data.dtype
        low, deep = (x._data if isinstance(x, TensorBase) else x for x in (mean, std))
        if np.any(np.asarray(deep) < 0):
            raise RuntimeError("normal expects all elements of std >= 0.0")
        drawn = random.normal(shape, kind, generator=generator)
        number = 3 if isinstance(low, np.ndarray) and isinstance(deep, np.ndarray) else (
            1 if isinstance(low, np.ndarray) else 2)  # fmt: skip
        return record(
            f"NormalBackward{number}",
            np.asarray(drawn * deep + low).astype(kind),
            (mean, lambda g: g * 0),
            (std, lambda g: g * 0),
        )
    if size is None:
        raise TypeError("normal() with numbers for mean and std needs a size")
    dtype = _random_dtype("normal", dtype)
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    shape = size_of("normal", (tuple(size),))
    data = random.normal(shape, dtype.numpy, mean, std, generator=generator)
    return finished(data, dtype, requires_grad)


def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: random.Generator | None = None,
) -> Tensor:
    """Indices drawn with the weights that each row gives. int64. Follows `torch.multinomial`.

    >>> torch.multinomial(torch.tensor([0., 1.]), 1)
    tensor([1])
    """
    require_tensor("multinomial", "input", 1, input)
    if input.dtype.category != dtypes.FLOATING:
        raise RuntimeError(
            f"multinomial only supports floating-point dtypes for input, got: {input.dtype.legacy}"
        )
    weights = input._data
    if weights.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError(
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement"
        )
    if not np.all(np.isfinite(weights)) or np.any(weights < 0):
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if np.any(weights.sum(-1) <= 0):
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    if not replacement or num_samples == 1:
        waiting = random.exponential(weights.shape, weights.dtype, 1, generator=generator)
        first = np.argsort(-(weights / waiting), axis=-1, kind="stable").astype(np.int64)
        return wrap(first[..., :num_samples].copy())
    rows = np.atleast_2d(weights).astype(np.float64)
    reached = np.cumsum(rows, -1, np.float64) / rows.sum(-1, keepdims=True)
    drawn = random.uniform((len(rows), num_samples), np.dtype(np.float64), generator=generator)
    found = [np.searchsorted(r, d).astype(np.int64) for r, d in zip(reached, drawn, strict=True)]
    return wrap(np.stack(found).reshape(*weights.shape[:-1], num_samples))


# ----- filling a tensor in place ----------------------------------------------------------------


def _floating(name: str, input: Tensor) -> np.dtype[Any]:
    if input.dtype.category < dtypes.FLOATING:
        raise NotImplementedError(f"{name} not implemented for '{input.dtype.legacy}'")
    return input._data.dtype


def uniform_(
    input: Tensor,
    from_: float = 0,
    to: float = 1,
    *,
    generator: random.Generator | None = None,
    **kwargs: Any,
) -> Tensor:
    """Fill with numbers evenly spread over [from, to). Follows `torch.Tensor.uniform_`."""
    from_ = kwargs.get("from", from_)
    dtype = _floating('"check_uniform_bounds"', input)
    if from_ > to:
        raise RuntimeError(
            f"uniform_ expects to return a [from, to) range, but found from={from_} > to={to}"
        )
    return overwrite(
        "UniformBackward0",
        input,
        random.in_memory_order(
            input._data, lambda shape: random.uniform(shape, dtype, from_, to, generator=generator)
        ),
    )


def normal_(
    input: Tensor, mean: float = 0, std: float = 1, *, generator: random.Generator | None = None
) -> Tensor:
    """Fill with normally distributed numbers. Follows `torch.Tensor.normal_`."""
    dtype = _floating('"normal_kernel_cpu"', input)
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    strided = not input._data.flags.c_contiguous

    def draw(shape: tuple[int, ...]) -> Array:
        return random.normal(shape, dtype, mean, std, generator, one_by_one=strided)

    return overwrite("NormalBackward0", input, random.in_memory_order(input._data, draw))


def bernoulli_(input: Tensor, p: Any = 0.5, *, generator: random.Generator | None = None) -> Tensor:
    """Fill with 1 with probability p, else 0. Follows `torch.Tensor.bernoulli_`."""
    shape = input._data.shape
    if not isinstance(p, TensorBase) and not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
    if isinstance(p, TensorBase):
        drawn = random.bernoulli(np.broadcast_to(p._data, shape), generator=generator)
    else:
        drawn = random.in_memory_order(
            input._data, lambda shape: random.bernoulli_scalar(shape, p, generator=generator)
        )
    return overwrite("BernoulliBackward0", input, drawn.astype(input._data.dtype))


def random_(
    input: Tensor,
    from_: int = 0,
    to: int | None = None,
    *,
    generator: random.Generator | None = None,
) -> Tensor:
    """Fill with random integers of [from_, to). Follows `torch.Tensor.random_`."""
    low, high = (0, from_) if to is None else (from_, to)
    if to is None and not from_:
        high = 2**24 + 1 if input.dtype is dtypes.float32 else 2**53 + 1
        if input.dtype.category == dtypes.INTEGRAL:
            high = int(np.iinfo(input._data.dtype).max) + 1
    _check_range(low, high)

    def draw(shape: tuple[int, ...]) -> Array:
        if high == 2**31:  # one draw of 32 bits has them
            draws = (generator or random.default_generator).draw32(input.numel())
            return (draws % np.uint64(high)).reshape(shape)
        return random.randint(shape, low, high, generator=generator)

    data = random.in_memory_order(input._data, draw)
    return overwrite("RandomBackward0", input, data.astype(input._data.dtype))


def exponential_(
    input: Tensor, lambd: float = 1, *, generator: random.Generator | None = None
) -> Tensor:
    """Fill with exponentially distributed numbers. Follows `torch.Tensor.exponential_`."""
    if input.dtype.category < dtypes.FLOATING and input._data.size:
        raise RuntimeError(
            "Exponential distribution is a continuous probability distribution. dtype must be a "
            f"floating point but you specified {input.dtype.legacy}"
        )
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd:g}")
    dtype = input._data.dtype
    data = random.in_memory_order(
        input._data, lambda shape: random.exponential(shape, dtype, lambd, generator=generator)
    )
    return overwrite("ExponentialBackward0", input, data)


def _doubles(input: Tensor, generator: random.Generator | None) -> Array:
    """Numbers evenly spread from 0 to 1, one for each place of a tensor."""
    return random.in_memory_order(
        input._data, lambda shape: random.uniform(shape, np.float64, generator=generator)
    )


def cauchy_(
    input: Tensor, median: float = 0, sigma: float = 1, *, generator: random.Generator | None = None
) -> Tensor:
    """Numbers of Cauchy's distribution, in place. Follows `torch.Tensor.cauchy_`."""
    if sigma <= 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
    u = _doubles(input, generator)
    data = median + sigma * np.tan(math.pi * (u - 0.5))
    return overwrite("CauchyBackward0", input, data.astype(_floating("cauchy_", input)))


def geometric_(input: Tensor, p: float, *, generator: random.Generator | None = None) -> Tensor:
    """How many tries until a success of probability p, in place.

    Follows `torch.Tensor.geometric_`.
    """
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p}")
    u = _doubles(input, generator)
    data = np.ceil(np.log(u) / np.log1p(-p))
    return overwrite("GeometricBackward0", input, data.astype(input._data.dtype))


def log_normal_(
    input: Tensor, mean: float = 1, std: float = 2, *, generator: random.Generator | None = None
) -> Tensor:
    """Numbers whose logarithm is normally distributed, in place.

    Follows `torch.Tensor.log_normal_`.
    """
    if std <= 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
    normals = random.in_memory_order(
        input._data,
        lambda shape: random.normal(shape, np.float64, mean, std, generator, one_by_one=True),
    )
    data = np.exp(normals)
    return overwrite("LogNormalBackward0", input, data.astype(_floating("log_normal_", input)))
