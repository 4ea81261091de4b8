"""Batches: many samples made one, tensors stacked, and lists, tuples and dicts gone through."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from tensorlab import dtypes
from tensorlab.ops import creation, joining
from tensorlab.tensor import Tensor


def default_collate(batch: Any) -> Any:
    """Samples as a batch: tensors, arrays and numbers stacked, along a new first dimension.

    Samples that are tuples give a list of batches, dicts a dict of them; strings stay a list.
    Floats become float64. Raises TypeError for what it cannot stack.
    Follows `torch.utils.data.default_collate`.

    >>> torch.utils.data.default_collate([(torch.zeros(2), 3), (torch.ones(2), 4)])
    [tensor([[0., 0.],
            [1., 1.]]), tensor([3, 4])]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return joining.stack(list(batch), 0)
    if isinstance(first, np.ndarray):
        if first.dtype.kind in "USO":
            raise _no_batch_of(first.dtype)
        return default_collate([creation.as_tensor(array) for array in batch])
    if isinstance(first, (np.bool_, np.number)):
        return creation.as_tensor(np.array(batch))
    if isinstance(first, float):
        return creation.tensor(list(batch), dtype=dtypes.float64)
    if isinstance(first, int):
        return creation.tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return _like_mapping(first, lambda key: default_collate([each[key] for each in batch]))
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*map(default_collate, zip(*batch, strict=False)))
    if isinstance(first, Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        parts = [default_collate(each) for each in zip(*batch, strict=True)]
        return parts if isinstance(first, tuple) else _like_sequence(first, parts)
    raise _no_batch_of(type(first))


def default_convert(data: Any) -> Any:
    """A sample with its numpy arrays and numbers as tensors, and all else as it is.

    Follows `torch.utils.data.default_convert`.
    """
    if isinstance(data, Tensor):
        return data
    if isinstance(data, np.ndarray):
        return data if data.dtype.kind in "USO" else creation.as_tensor(data)
    if isinstance(data, (np.bool_, np.number)):
        return creation.as_tensor(data)
    if isinstance(data, Mapping):
        return _like_mapping(data, lambda key: default_convert(data[key]))
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(default_convert, data))
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        parts = [default_convert(each) for each in data]
        return parts if isinstance(data, tuple) else _like_sequence(data, parts)
    return data


def _like_mapping(like: Mapping[Any, Any], value_of: Callable[[Any], Any]) -> Any:
    """A mapping of the same kind (which may carry more than its items) with other values."""
    made = {key: value_of(key) for key in like}
    try:
        if isinstance(like, MutableMapping):
            clone = copy.copy(like)
            clone.update(made)
            return clone
        return type(like)(made)  # type: ignore[call-arg]
    except TypeError:
        return made


def _like_sequence(like: Sequence[Any], parts: list[Any]) -> Any:
    """A sequence of the same kind with other elements."""
    try:
        if isinstance(like, MutableSequence):
            clone = copy.copy(like)
            for i, part in enumerate(parts):
                clone[i] = part
            return clone
        return type(like)(parts)  # type: ignore[call-arg]
    except TypeError:
        return parts


def _no_batch_of(kind: object) -> TypeError:
    error = TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {kind}"
    )
    error.add_note("Give the DataLoader a collate_fn that makes a batch of a list of samples.")
    return error
