"""The state of the random generators, which a test may set or hand to the student's code."""

from __future__ import annotations

import functools
import random
import sys
from typing import Any

import numpy as np

import tensorlab
import tensorlab.random


def state() -> list[Any]:
    """The states of Python's, numpy's and the tensor libraries' generators, as plain data."""
    _, keys, position, has_gauss, gauss = np.random.get_state()
    found = [
        random.getstate(),
        (np.asarray(keys), int(position), int(has_gauss), float(gauss)),
        tensorlab.random.default_generator.get_state(),
    ]
    torch = _torch()
    if torch is not None:
        found.append(torch.get_rng_state().numpy())
    return found


def set_state(states: list[Any]) -> None:
    """The inverse of `state`; only the sandbox takes what the trusted side sends."""
    python, numpys, own, *others = states
    random.setstate(python)
    np.random.set_state(("MT19937", *numpys))
    tensorlab.random.default_generator.set_state(own)
    torch = _torch()
    if torch is not None and others:
        torch.set_rng_state(torch.from_numpy(others[0]))


def count_seeds() -> None:
    """Count from now on how often any generator is seeded, be it with the same seed again."""
    libraries = [tensorlab, tensorlab.random, *filter(None, [_torch()])]
    for module, name in [
        (random, "seed"),
        (np.random, "seed"),
        *((m, "manual_seed") for m in libraries),
    ]:
        setattr(module, name, _counted(getattr(module, name)))


def seeded() -> int:
    """How often a generator was seeded."""
    return _seeds


_seeds = 0


def _counted(seed: Any) -> Any:
    @functools.wraps(seed)
    def counted(*args: Any, **kwargs: Any) -> Any:
        global _seeds
        _seeds += 1
        return seed(*args, **kwargs)

    return counted


def _torch() -> Any:
    found = sys.modules.get("torch")
    return found if found is not None and hasattr(found, "get_rng_state") else None


def mark() -> Any:
    """Something that differs when any generator was seeded or drawn from."""
    python, numpys, own, *others = state()
    parts = [hash(python), hash(numpys[0].tobytes()), numpys[1:], hash(own.tobytes())]
    return (*map(str, parts), *(hash(one.tobytes()) for one in others))


_BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def is_generator(value: Any) -> bool:
    """Whether it is a generator that crosses by its state."""
    kind = type(value)
    return kind is random.Random or kind is np.random.RandomState or kind is np.random.Generator


def generator_state(value: Any) -> list[Any]:
    """Which generator it is, and its state, as plain data."""
    if type(value) is random.Random:
        return ["Random", value.getstate()]
    if type(value) is np.random.RandomState:
        return ["RandomState", value.get_state(legacy=False)]
    return ["Generator", value.bit_generator.state]


def make_generator(kind: str, state: Any) -> Any:
    """The generator of this kind and state; raises ValueError for none."""
    if kind == "Random":
        made: Any = random.Random()
    elif kind == "RandomState":
        made = np.random.RandomState()
    else:
        name = state["bit_generator"]
        if kind != "Generator" or name not in _BIT_GENERATORS:
            raise ValueError("no generator")
        made = np.random.Generator(getattr(np.random, name)())
    set_generator(made, state)
    return made


def set_generator(target: Any, state: Any) -> None:
    """Put a generator into this state."""
    if type(target) is random.Random:
        target.setstate(state)
    elif type(target) is np.random.RandomState:
        target.set_state(state)
    else:
        target.bit_generator.state = state
