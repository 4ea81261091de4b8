"""What a script sets for the whole library: device, threads, determinism, the random state.

Most of it changes nothing here: one CPU computes, always in the same way.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from tensorlab import random
from tensorlab.core import wrap
from tensorlab.device import CPU, device, only_cpu
from tensorlab.dtypes import float16, float32, float64, set_default_dtype
from tensorlab.kernels import parallel
from tensorlab.tensor import Tensor

_deterministic = False
_precision = "highest"


def compile(model: Any = None, **options: Any) -> Any:
    """The model or function itself, with a warning: there is no compiler here.

    Follows `torch.compile`.
    """
    warnings.warn("tensorlab has no compiler: torch.compile gives back the same", stacklevel=2)
    return model if model is not None else lambda decorated: decorated


def get_default_device() -> device:
    """The CPU. Follows `torch.get_default_device`."""
    return CPU


def set_default_device(device: Any) -> None:
    """Nothing, for the CPU; an error for others. Follows `torch.set_default_device`."""
    only_cpu(device)


def set_default_tensor_type(t: Any) -> None:
    """Set the default type by a tensor class or its name. Follows torch's."""
    name = t if isinstance(t, str) else t.__name__
    legacy = name.rpartition(".")[2].removesuffix("Tensor")
    kinds = {each.legacy: each for each in (float16, float32, float64)}
    if legacy not in kinds:
        raise TypeError("only floating-point types are supported as the default type")
    set_default_dtype(kinds[legacy])


def get_num_threads() -> int:
    """What `set_num_threads` was given, or the number of cores. Follows `torch.get_num_threads`.

    OMP_NUM_THREADS and OPENBLAS_NUM_THREADS may say otherwise.
    """
    return parallel.count


def set_num_threads(count: int) -> None:
    """Compute what is done number by number on so many threads, where there are many numbers.

    Products of matrices are numpy's: it takes its threads from OPENBLAS_NUM_THREADS, at the start.
    Follows `torch.set_num_threads`.
    """
    if count <= 0:
        raise RuntimeError("set_num_threads expects a positive integer")
    parallel.set_count(count)


def set_num_interop_threads(count: int) -> None:
    """Nothing. Follows `torch.set_num_interop_threads`."""


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Keep a flag: everything here is deterministic. Follows torch's."""
    global _deterministic
    _deterministic = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """The flag of `use_deterministic_algorithms`. Follows torch's."""
    return _deterministic


def get_float32_matmul_precision() -> str:
    """What `set_float32_matmul_precision` was given. Follows torch's."""
    return _precision


def set_float32_matmul_precision(precision: str) -> None:
    """Keep a word: products are always computed in full. Follows torch's."""
    global _precision
    _precision = precision


def set_flush_denormal(mode: bool) -> bool:
    """False: not here. Follows `torch.set_flush_denormal`."""
    return False


def is_autocast_enabled(device_type: str = "cpu") -> bool:
    """False. Follows `torch.is_autocast_enabled`."""
    return False


def get_rng_state() -> Tensor:
    """All that determines the next random numbers, 5056 bytes. Follows `torch.get_rng_state`.

    >>> state = torch.get_rng_state()
    >>> first = torch.rand(2)
    >>> torch.set_rng_state(state)
    >>> torch.equal(torch.rand(2), first)
    True
    """
    return wrap(random.default_generator.get_state())


def set_rng_state(new_state: Tensor) -> None:
    """Go back to what `get_rng_state` gave. Follows `torch.set_rng_state`."""
    random.default_generator.set_state(np.asarray(new_state))


@contextmanager
def fork_rng(devices: Any = None, enabled: bool = True, **options: Any) -> Iterator[None]:
    """A block after which random numbers go on as if it had not been.

    Follows `torch.random.fork_rng`.
    """
    state = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)
