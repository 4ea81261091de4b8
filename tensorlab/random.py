"""Random numbers as torch draws them on a CPU: the same seed gives the same numbers.

The generator is the Mersenne Twister MT19937, as numpy has it; what follows is how torch makes
uniforms, normals, integers… of its 32-bit draws. Everything here gives numpy arrays.
"""

from __future__ import annotations

import math
import os
import struct
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from .device import CPU, device
from .kernels.rounding import log1p, multiply_add, polar

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray[Any, np.dtype[Any]]

_DEFAULT_SEED = 67280421310721

# torch's picture of a generator, in 5056 bytes: the seed, the draws left before the next twist,
# whether it is seeded, the next word to hand out, 624 words of 8 bytes; then a normal that is
# waiting (a place of its cosine, its value, a radius, a flag), and the same in float32, unused.
_STATE = struct.Struct("<Q i i Q 4992s d d d i 4x f ? 3x")


class Generator:
    """A source of random numbers, which a seed determines.

    A new one has torch's seed for new generators, 67280421310721. Follows `torch.Generator`.

    >>> generator = Generator()
    >>> generator.initial_seed()
    67280421310721
    >>> generator.manual_seed(0) is generator
    True
    >>> uniform((3,), generator=generator)
    array([0.4962566 , 0.7682218 , 0.08847743], dtype=float32)
    """

    __slots__ = ("_fresh", "_next_normal", "_seed", "_twister")

    _seed: int
    _twister: np.random.MT19937 | None
    _fresh: bool
    _next_normal: float | None

    def __init__(self, device: object = "cpu") -> None:
        if str(device) != "cpu":
            raise RuntimeError(f"Device type {device} is not supported for torch.Generator() api.")
        self._reset(_DEFAULT_SEED)

    def _reset(self, seed: int) -> None:
        self._seed = seed
        self._twister = None  # made at the first draw: numpy.random takes 15 ms to import
        self._fresh = True  # nothing was drawn since the seed
        self._next_normal = None  # the second of a pair of normals, for the next call

    def manual_seed(self, seed: int) -> Generator:
        """Start anew from `seed`, a whole number from -2**63 to 2**64 - 1; gives the generator.

        A negative seed counts from 2**64 downwards. Raises RuntimeError where `seed` is not an
        int, ValueError where it is out of range. Follows `torch.Generator.manual_seed`.

        >>> Generator().manual_seed(-1).initial_seed()
        18446744073709551615
        """
        if isinstance(seed, bool) or not isinstance(seed, int):
            error = RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
            error.add_note("A generator's seed is a whole number, such as 42.")
            raise error
        if not -(2**63) <= seed < 2**64:
            overflow = ValueError("Overflow when unpacking long long")
            overflow.add_note("A seed has 64 bits: it lies from -2**63 to 2**64 - 1.")
            raise overflow
        self._reset(seed % 2**64)
        return self

    @property
    def device(self) -> device:
        """Where it draws: the CPU. Follows `torch.Generator.device`."""
        return CPU

    def seed(self) -> int:
        """Start anew from a seed that the system picks, and give it. Follows `Generator.seed`."""
        self._reset(int.from_bytes(os.urandom(8), "little"))
        return self._seed

    def initial_seed(self) -> int:
        """The seed that it started from. Follows `torch.Generator.initial_seed`."""
        return self._seed

    def get_state(self) -> Array:
        """All that determines the next draws: 5056 bytes, laid out as torch lays them out.

        Follows `torch.Generator.get_state`, with an array of uint8.

        >>> generator = Generator()
        >>> state = generator.get_state()
        >>> first = uniform((2,), generator=generator)
        >>> generator.set_state(state) is generator
        True
        >>> bool((uniform((2,), generator=generator) == first).all())
        True
        """
        words = self._words().state["state"]
        taken = 0 if self._fresh else int(words["pos"])
        left = 1 if self._fresh else 625 - taken
        waiting = self._next_normal is not None
        state = _STATE.pack(
            self._seed, left, 1, taken, words["key"].astype("<u8").tobytes(),
            0.0, self._next_normal or 0.0, 0.0, waiting, 0.0, False,
        )  # fmt: skip
        return np.frombuffer(bytearray(state), np.uint8)

    def set_state(self, state: Array) -> Generator:
        """Go back to what `get_state` gave, here or in torch; gives the generator.

        Raises TypeError where `state` is not an array of uint8, RuntimeError where it is not a
        generator's state. Follows `torch.Generator.set_state`.
        """
        if not isinstance(state, np.ndarray) or state.dtype != np.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        if state.size != _STATE.size:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {_STATE.size} "
                f"but found the input RNG state size to be {state.size}"
            )
        seed, left, seeded, taken, words, _, normal, _, waiting, _, _ = _STATE.unpack(
            state.tobytes()
        )
        if seeded != 1 or not 0 < left <= 624 or taken > 624:
            raise RuntimeError("Invalid mt19937 state")
        self._reset(seed)
        key = np.frombuffer(words, "<u8").astype(np.uint32)
        position = 624 if left == 1 else taken
        state_for_numpy: Any = {"bit_generator": "MT19937", "state": {"key": key, "pos": position}}
        self._words().state = state_for_numpy
        self._fresh = taken == 0
        self._next_normal = normal if waiting else None
        return self

    def clone_state(self) -> Generator:
        """Another generator that will draw the same. Follows `torch.Generator.clone_state`."""
        return Generator().set_state(self.get_state())

    def _words(self) -> np.random.MT19937:
        """numpy's twister, seeded as torch seeds its own: by the seed's lower 32 bits."""
        if self._twister is None:
            self._twister = np.random.MT19937(0)
            seeded: Any = np.random.RandomState(self._seed % 2**32).get_state(legacy=False)
            self._twister.state = seeded
        return self._twister

    def draw32(self, count: int) -> Array:
        """The next `count` draws of 32 bits, as uint64."""
        self._fresh = self._fresh and count == 0
        # 0.8 µs and 2.6 ns a draw; RandomState.randint takes 5.3 µs and 3.8 ns.
        return (self._twister or self._words()).random_raw(count)

    def draw64(self, count: int) -> Array:
        """The next `count` draws of 64 bits, as uint64: two of 32 bits each, the high one first."""
        draws = self.draw32(2 * count)
        high, low = draws[0::2], draws[1::2]
        high <<= np.uint64(32)
        high |= low
        return high


# Without a seed, two runs of a program differ.
default_generator = Generator()
default_generator.seed()


def manual_seed(seed: int) -> Generator:
    """Seed the default generator, and give it. Follows `torch.manual_seed`.

    `seed` is what int() takes, from -2**63 to 2**64 - 1: ValueError where it is out of range.

    >>> generator = manual_seed(0)
    >>> uniform((2,))
    array([0.4962566, 0.7682218], dtype=float32)
    """
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Seed the default generator with a number that the system picks. Follows `torch.seed`."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed that the default generator started from. Follows `torch.initial_seed`.

    >>> _ = manual_seed(42)
    >>> initial_seed()
    42
    """
    return default_generator.initial_seed()


def __getattr__(name: str) -> Any:
    """What stands above this module, and is asked for here all the same: `torch.random`."""
    if name in ("get_rng_state", "set_rng_state", "fork_rng"):
        return getattr(import_module("tensorlab.settings"), name)
    raise AttributeError(f"module 'tensorlab.random' has no attribute '{name}'")


def in_memory_order(like: Array, draw: Callable[[tuple[int, ...]], Array]) -> Array:
    """What `draw` gives for the shape of `like`, dealt out in the order in which that lies.

    torch fills a tensor as it lies in memory: its transpose gets other numbers.
    """
    order = sorted(range(like.ndim), key=lambda d: -like.strides[d])
    if like.flags.c_contiguous or order == list(range(like.ndim)):
        return draw(like.shape)
    drawn = draw(tuple(like.shape[d] for d in order))
    return drawn.transpose(sorted(range(like.ndim), key=order.__getitem__))


def uniform(
    shape: tuple[int, ...],
    dtype: np.dtype[Any] | type = np.float32,
    low: float = 0.0,
    high: float = 1.0,
    generator: Generator | None = None,
) -> Array:
    """Numbers from `low` up to, not including, `high`, all as likely.

    `dtype` is a floating point one. Follows `torch.rand` and `torch.Tensor.uniform_`.

    >>> _ = manual_seed(0)
    >>> uniform((2, 2), np.float64)
    array([[0.970053  , 0.70781986],
           [0.45938294, 0.92074768]])
    """
    dtype = np.dtype(dtype)
    compute = _computing(dtype)
    out = _unit(math.prod(shape), compute, generator or default_generator)
    if low == 0 and high == 1 and dtype == compute:
        return out.reshape(shape)
    bottom, top = compute.type(low), compute.type(high)
    out = multiply_add(out, top - bottom, bottom).astype(dtype, copy=False)
    out[out == dtype.type(top)] = bottom  # rounding can end on the upper bound, which is no result
    return out.reshape(shape)


def normal(
    shape: tuple[int, ...],
    dtype: np.dtype[Any] | type = np.float32,
    mean: float = 0.0,
    std: float = 1.0,
    generator: Generator | None = None,
    one_by_one: bool = False,
) -> Array:
    """Numbers of the normal distribution about `mean`, with standard deviation `std`.

    `dtype` is a floating point one. Follows `torch.randn` and `torch.Tensor.normal_`, which draw
    fewer than 16 numbers in another way than 16 or more; `one_by_one` all as those.

    >>> _ = manual_seed(0)
    >>> normal((3,))
    array([ 1.5409961, -0.2934289, -2.1787894], dtype=float32)
    """
    dtype = np.dtype(dtype)
    count = math.prod(shape)
    draw = _few_normals if count < 16 or one_by_one else _many_normals
    out = draw(count, dtype, mean, std, generator or default_generator)
    return out.astype(dtype, copy=False).reshape(shape)


def randint(
    shape: tuple[int, ...], low: int, high: int, generator: Generator | None = None
) -> Array:
    """Whole numbers, int64, from `low` up to, not including, `high`. Follows `torch.randint`.

    >>> _ = manual_seed(0)
    >>> randint((5,), 0, 10).tolist()
    [4, 9, 3, 0, 3]
    """
    generator = generator or default_generator
    span = high - low
    # The remainder favours small numbers slightly; a wide span has 64 bits to hide it in.
    draw = generator.draw32 if span < 2**28 else generator.draw64
    draws = draw(math.prod(shape))
    draws %= np.uint64(span)
    out: Array = draws.view(np.int64)
    out += np.int64(low)
    return out.reshape(shape)


def permutation(n: int, generator: Generator | None = None) -> Array:
    """The whole numbers from 0 to n - 1, int64, shuffled. Follows `torch.randperm`.

    >>> _ = manual_seed(0)
    >>> permutation(4).tolist()
    [0, 1, 3, 2]
    """
    choices = np.arange(n, 1, -1, dtype=np.uint64)
    steps = (generator or default_generator).draw32(choices.size) % choices
    order = list(range(n))
    for i, step in enumerate(steps.tolist()):
        order[i], order[i + step] = order[i + step], order[i]
    return np.array(order, np.int64)


def bernoulli(p: Array, generator: Generator | None = None) -> Array:
    """A bool for each of the probabilities `p`: True that often. Follows `torch.bernoulli`.

    >>> _ = manual_seed(0)
    >>> bernoulli(np.array([0.0, 0.5, 1.0], np.float32))
    array([False, False,  True])
    """
    compute = _computing(p.dtype)
    unit = _unit(p.size, compute, generator or default_generator)
    hits: Array = unit < p.astype(compute, copy=False).reshape(-1)
    return hits.reshape(p.shape)


def bernoulli_scalar(shape: tuple[int, ...], p: float, generator: Generator | None = None) -> Array:
    """Bools, each True with the probability `p`; dropout's mask is one.

    Follows `torch.Tensor.bernoulli_` with a number, which draws otherwise than with a tensor.

    >>> _ = manual_seed(0)
    >>> bernoulli_scalar((4,), 0.5)
    array([False, False,  True, False])
    """
    unit = _unit(math.prod(shape), np.dtype(np.float64), generator or default_generator)
    hits: Array = unit < p
    return hits.reshape(shape)


def exponential(
    shape: tuple[int, ...],
    dtype: np.dtype[Any] | type = np.float32,
    rate: float = 1.0,
    generator: Generator | None = None,
) -> Array:
    """Numbers of the exponential distribution, whose mean is 1 / `rate`.

    Follows `torch.Tensor.exponential_`.

    >>> _ = manual_seed(0)
    >>> exponential((2,))
    array([3.5083263, 1.2303847], dtype=float32)
    """
    double = np.dtype(np.float64)
    unit = _unit(math.prod(shape), double, generator or default_generator)
    out = (-1.0 / rate) * log1p(-unit)
    return out.astype(_computing(np.dtype(dtype))).astype(dtype, copy=False).reshape(shape)


def _computing(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The type in which numbers of `dtype` are computed: float16 is too coarse."""
    return np.dtype(np.float64 if dtype == np.float64 else np.float32)


def _unit(count: int, dtype: np.dtype[Any], generator: Generator) -> Array:
    """Numbers from 0 up to, not including, 1: a draw's lower bits, as many as `dtype` holds."""
    double = dtype == np.float64
    draws = generator.draw64(count) if double else generator.draw32(count)
    draws &= _BITS64 if double else _BITS32  # in place: half the time, for a million numbers
    unit: Array = draws.astype(dtype)
    unit *= _LAST64 if double else _LAST32
    return unit


# How many bits a number from 0 to 1 has, and what the last one is worth, in double and in float.
_BITS64, _LAST64 = np.uint64(2**53 - 1), np.float64(2.0**-53)
_BITS32, _LAST32 = np.uint64(2**24 - 1), np.float32(2.0**-24)


def _few_normals(
    count: int, dtype: np.dtype[Any], mean: float, std: float, generator: Generator
) -> Array:
    """Normals by pairs, always in double; the odd one waits for the next call."""
    out = [] if generator._next_normal is None else [generator._next_normal]
    pairs = (count - len(out) + 1) // 2
    uniforms = _unit(2 * pairs, np.dtype(np.float64), generator).tolist()
    for turn, height in zip(uniforms[0::2], uniforms[1::2], strict=True):
        radius = math.sqrt(-2.0 * math.log1p(-height))
        angle = 2.0 * math.pi * turn
        out += [radius * math.cos(angle), radius * math.sin(angle)]
    generator._next_normal = out.pop() if len(out) > count else None
    normals = _scale(np.array(out, np.float64), mean, std)
    return normals.astype(_computing(dtype), copy=False)


def _many_normals(
    count: int, dtype: np.dtype[Any], mean: float, std: float, generator: Generator
) -> Array:
    """Normals in blocks of 16: 8 radii and 8 angles make 8 cosines and 8 sines."""
    compute = _computing(dtype)
    out = np.empty(count, compute)
    whole = count - count % 16
    # All are drawn, though what the blocks do not use is drawn anew; float16 alone spares that.
    uniforms = _unit(count if dtype == compute else whole, compute, generator)
    # By pieces that stay in cache: 37 ms for a million rather than 62.
    for start in range(0, whole, 32768):
        piece = slice(start, min(start + 32768, whole))
        out[piece] = _blocks_of_normals(uniforms[piece])
    if whole < count:  # the last 16 are drawn anew, over some that were there
        out[-16:] = _blocks_of_normals(_unit(16, compute, generator))
    return _scale(out, mean, std)


def _scale(normals: Array, mean: float, std: float) -> Array:
    number = normals.dtype.type
    if std == 1:  # the same, in a tenth of the time
        normals += number(mean)
        return normals
    return multiply_add(normals, number(std), number(mean))


def _blocks_of_normals(uniforms: Array) -> Array:
    blocks = uniforms.reshape(-1, 2, 8)
    normals: Array = np.stack(polar(blocks[:, 0], blocks[:, 1]), axis=1).reshape(-1)
    return normals
