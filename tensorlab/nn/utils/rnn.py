"""Sequences of different lengths: padded to one length, or packed without the padding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tensorlab.core import wrap
from tensorlab.ops.joining import cat, stack

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "PackedSequence", "invert_permutation", "pack_padded_sequence", "pack_sequence",
    "pad_packed_sequence", "pad_sequence", "unpack_sequence", "unpad_sequence",
]  # fmt: skip


class _Fields(NamedTuple):
    data: Any
    batch_sizes: Any
    sorted_indices: Any
    unsorted_indices: Any


class PackedSequence(_Fields):
    """All steps of a batch of sequences, step after step, without padding.

    `batch_sizes` says how many sequences have each step; `sorted_indices` which sequence comes
    first, the longest. Follows `torch.nn.utils.rnn.PackedSequence`.
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Any,
        batch_sizes: Any = None,
        sorted_indices: Any = None,
        unsorted_indices: Any = None,
    ) -> PackedSequence:
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The numbers in another type."""
        return type(self)(self.data.to(*args, **kwargs), *self[1:])

    def float(self) -> PackedSequence:
        """The numbers as float32."""
        return type(self)(self.data.float(), *self[1:])

    def double(self) -> PackedSequence:
        """The numbers as float64."""
        return type(self)(self.data.double(), *self[1:])

    def cpu(self) -> PackedSequence:
        """Itself: it is on the CPU."""
        return self

    @property
    def is_cuda(self) -> bool:
        """False: there is only the CPU."""
        return False


PackedSequence.__name__ = PackedSequence.__qualname__ = "PackedSequence"


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The order that takes a permutation back.

    >>> torch.nn.utils.rnn.invert_permutation(torch.tensor([2, 0, 1]))
    tensor([1, 2, 0])
    """
    if permutation is None:
        return None
    inverse = np.empty_like(permutation._data)
    inverse[permutation._data] = np.arange(permutation._data.size, dtype=np.int64)
    return wrap(inverse)


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Sequences without their padding. Follows `torch.nn.utils.rnn.pack_padded_sequence`.

    `input` is (T, N, …), with `batch_first` (N, T, …). With `enforce_sorted`, the longest must
    come first.

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 0]])
    >>> torch.nn.utils.rnn.pack_padded_sequence(x, [3, 2], batch_first=True).data
    tensor([1, 4, 2, 5, 3])
    """
    sizes = np.asarray(getattr(lengths, "_data", lengths), np.int64)
    order = None
    if not enforce_sorted:
        order = np.argsort(-sizes, kind="stable").astype(np.int64)
        sizes = sizes[order]
    x = input.transpose(0, 1) if batch_first else input
    if order is not None:
        x = x.index_select(1, wrap(order))
    if sizes.size != x.shape[1]:
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {sizes.size} (batch_size="
            f"{x.shape[1]})"
        )
    if sizes.size and sizes.min() <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' "
            "that is <= 0"
        )
    if (np.diff(sizes) > 0).any():
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You "
            "can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to "
            "sidestep this requirement if you do not need ONNX exportability."
        )
    counts = [int((sizes > step).sum()) for step in range(int(sizes.max(initial=0)))]
    data = cat([x[step, :count] for step, count in enumerate(counts)])
    batch_sizes = wrap(np.array(counts, np.int64))
    return PackedSequence(data, batch_sizes, None if order is None else wrap(order))


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Packed sequences with padding again, and their lengths.

    Follows `torch.nn.utils.rnn.pad_packed_sequence`.

    >>> packed = torch.nn.utils.rnn.pack_sequence([torch.tensor([1., 2.]), torch.tensor([3.])])
    >>> torch.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
    (tensor([[1., 2.],
            [3., 0.]]), tensor([2, 1]))
    """
    counts = [int(count) for count in sequence.batch_sizes._data]
    steps, batch = len(counts), counts[0]
    if total_length is not None:
        if total_length < steps:
            raise ValueError(
                "Expected total_length to be at least the length of the longest sequence in input, "
                f"but got total_length={total_length} and max sequence length being {steps}"
            )
        steps = total_length
    shape = tuple(sequence.data.shape[1:])
    kind = sequence.data._data.dtype
    rows, start = [], 0
    for count in counts:
        step = sequence.data[start : start + count]
        start += count
        if count < batch:
            filler = np.full((batch - count, *shape), padding_value, kind)
            step = cat([step, wrap(filler)])
        rows.append(step)
    rows += [wrap(np.full((batch, *shape), padding_value, kind))] * (steps - len(counts))
    padded = stack(rows)
    lengths = np.array([sum(count > n for count in counts) for n in range(batch)], np.int64)
    padded = padded.transpose(0, 1) if batch_first else padded
    if sequence.unsorted_indices is not None:
        padded = padded.index_select(0 if batch_first else 1, sequence.unsorted_indices)
        lengths = lengths[sequence.unsorted_indices._data]
    return padded, wrap(lengths)


def pad_sequence(
    sequences: Sequence[Tensor] | Tensor,
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Sequences (L, …) of different lengths in one tensor (T, N, …).

    Follows `torch.nn.utils.rnn.pad_sequence`.

    >>> rows = [torch.tensor([1., 2.]), torch.tensor([3.])]
    >>> torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    tensor([[1., 2.],
            [3., 0.]])
    """
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            "pad_sequence: Expected iterable for input sequences, but got arg of type: "
            f"{type(sequences)}"
        )
    rows = list(sequences)
    if not rows:
        raise RuntimeError("received an empty list of sequences")
    longest = max(row.shape[0] for row in rows)
    padded = []
    for row in rows:
        size = (longest - row.shape[0], *row.shape[1:])
        filler = wrap(np.full(size, padding_value, row._data.dtype))
        padded.append(cat([row, filler] if padding_side == "right" else [filler, row]))
    return stack(padded, 0 if batch_first else 1)


def unpad_sequence(
    padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False
) -> list[Tensor]:
    """`pad_sequence` undone. Follows `torch.nn.utils.rnn.unpad_sequence`."""
    x = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[: int(length)].clone().contiguous() for row, length in zip(x, lengths, strict=True)]


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences of different lengths, packed. Follows `torch.nn.utils.rnn.pack_sequence`."""
    lengths = [row.shape[0] for row in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """`pack_sequence` undone. Follows `torch.nn.utils.rnn.unpack_sequence`."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
