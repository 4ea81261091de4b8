"""Samplers: in which order the numbers of the samples come, and in which batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from tensorlab import dtypes, random
from tensorlab.ops import creation

_Number = TypeVar("_Number", covariant=True)


def drawn_seed(generator: random.Generator | None = None) -> int:
    """A seed for another generator: a whole number of 63 bits, by one draw."""
    source = generator or random.default_generator
    return int(source.draw64(1)[0]) % 2**63


class Sampler(Generic[_Number]):
    """The base class: a subclass has `__iter__`, which gives numbers of samples.

    Follows `torch.utils.data.Sampler`.
    """

    def __iter__(self) -> Iterator[_Number]:
        raise NotImplementedError


class SequentialSampler(Sampler[int]):
    """One after another. Follows `torch.utils.data.SequentialSampler`."""

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """By chance: all of them shuffled or, with `replacement`, each drawn from all.

    Each run draws a seed from the default generator, and its order from that; with `generator`,
    its order from that one. Follows `torch.utils.data.RandomSampler`.

    >>> _ = torch.manual_seed(0)
    >>> list(torch.utils.data.RandomSampler(range(5)))
    [1, 3, 4, 2, 0]
    """

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: random.Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(
                f"replacement should be a boolean value, but got replacement={replacement}"
            )
        _require_positive("num_samples", self.num_samples)

    @property
    def num_samples(self) -> int:
        """How many numbers one run gives: those of the dataset, if nothing else was asked for."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        generator = self.generator
        if generator is None:
            generator = random.Generator().manual_seed(drawn_seed())
        count, total = len(self.data_source), self.num_samples
        if self.replacement:
            for start in range(0, total, 32):
                size = min(32, total - start)
                yield from random.randint((size,), 0, count, generator=generator).tolist()
            return
        for _ in range(total // count):
            yield from random.permutation(count, generator).tolist()
        yield from random.permutation(count, generator).tolist()[: total % count]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """The given numbers, shuffled. Follows `torch.utils.data.SubsetRandomSampler`."""

    def __init__(self, indices: Sequence[int], generator: random.Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        for i in random.permutation(len(self.indices), self.generator).tolist():
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Numbers drawn by weight, so that rare samples come as often as others.

    Follows `torch.utils.data.WeightedRandomSampler`.

    >>> _ = torch.manual_seed(0)
    >>> list(torch.utils.data.WeightedRandomSampler([0.0, 1.0, 0.0], 2))
    [1, 1]
    """

    def __init__(
        self,
        weights: Sequence[float],
        num_samples: int,
        replacement: bool = True,
        generator: random.Generator | None = None,
    ) -> None:
        _require_positive("num_samples", num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(
                f"replacement should be a boolean value, but got replacement={replacement}"
            )
        self.weights = creation.as_tensor(weights, dtype=dtypes.float64)
        if self.weights.ndim != 1:
            raise ValueError(
                "weights should be a 1d sequence but given weights have shape "
                f"{tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        weights = self.weights._data
        if not self.replacement and self.num_samples > weights.size:
            raise RuntimeError(
                "cannot sample n_sample > prob_dist.size(-1) samples without replacement"
            )
        if self.replacement and self.num_samples > 1:
            reached = np.cumsum(weights, dtype=np.float64) / weights.sum()
            spots = random.uniform((self.num_samples,), np.float64, generator=self.generator)
            yield from np.searchsorted(reached, spots).tolist()
        else:  # a race: the heavier, the sooner
            times = random.exponential(weights.shape, np.float64, generator=self.generator)
            order = np.argsort(-(weights / times), kind="stable").tolist()
            yield from order[: self.num_samples]

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Another sampler's numbers in lists of `batch_size`; a short last one may be dropped.

    Follows `torch.utils.data.BatchSampler`.

    >>> list(torch.utils.data.BatchSampler(range(5), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        _require_positive("batch_size", batch_size)
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler: Any = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        numbers = iter(self.sampler)
        while batch := list(itertools.islice(numbers, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield batch

    def __len__(self) -> int:
        count = len(self.sampler)
        spare = 0 if self.drop_last else self.batch_size - 1
        return int((count + spare) // self.batch_size)


def _require_positive(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} should be a positive integer value, but got {name}={value}")
