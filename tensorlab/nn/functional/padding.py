"""Padding: a border around the last dimensions, of a constant or of what is near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array, record
from tensorlab.errors import noted
from tensorlab.nn.functional.arguments import in_layout_of, require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def pad(
    input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """A border around the last dimensions. Follows `torch.nn.functional.pad`.

    `pad` gives pairs, from the last dimension backwards: (left, right, top, bottom). A negative
    number cuts off. `mode` is "constant", "reflect", "replicate" or "circular".

    >>> F.pad(torch.ones(1, 2), (1, 2))
    tensor([[0., 1., 1., 0., 0.]])
    >>> F.pad(torch.tensor([[1., 2., 3.]]), (1, 1), mode="circular")
    tensor([[3., 1., 2., 3., 1.]])
    """
    require_tensor("pad", input)
    if len(pad) % 2:
        raise noted(
            RuntimeError("Padding length must be divisible by 2"),
            "Each dimension takes two numbers: (left, right, top, bottom).",
        )
    if len(pad) > 2 * input.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got "
            f"padding length {len(pad)} and input of dimension {input.ndim}"
        )
    pairs = [(pad[i], pad[i + 1]) for i in range(0, len(pad), 2)][::-1]
    if mode == "constant":
        return _constant(input, pairs, 0 if value is None else value)
    if mode not in _MODES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    return _from_near(input, pairs, mode)


def _constant(input: Tensor, pairs: list[tuple[int, int]], value: Any) -> Tensor:
    every = [(0, 0)] * (input.ndim - len(pairs)) + pairs
    cut = tuple(
        slice(max(-before, 0), size - max(-after, 0))
        for size, (before, after) in zip(input.shape, every, strict=True)
    )
    for size, (before, after) in zip(input.shape, every, strict=True):
        if size + before + after < 0 or size + min(before, 0) + min(after, 0) < 0:
            raise RuntimeError("narrow(): length must be non-negative.")
    grown = [(max(before, 0), max(after, 0)) for before, after in every]
    data = in_layout_of(input, np.pad(input._data[cut], grown, constant_values=value))
    back = [(-before, -after) for before, after in pairs]
    return record("ConstantPadNdBackward0", data, (input, lambda g: _constant(g, back, 0)))


# What numpy calls each mode, and how torch names its node.
_MODES = {
    "reflect": ("reflect", "ReflectionPad{}DBackward0"),
    "replicate": ("edge", "ReplicationPad{}DBackward0"),
    "circular": ("wrap", "CopySlices"),
}


def _from_near(input: Tensor, pairs: list[tuple[int, int]], mode: str) -> Tensor:
    """A border of the input's own elements."""
    if not len(pairs) < input.ndim <= len(pairs) + 2:
        raise NotImplementedError(
            f"Padding size {2 * len(pairs)} is not supported for {input.ndim}D input tensor.\n"
            "Supported combinations for non-constant padding:\n"
            "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
            "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
            "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
        )
    first = input.ndim - len(pairs)
    for place, (before, after) in enumerate(reversed(pairs)):
        dim = input.ndim - 1 - place
        size = input.shape[dim]
        if mode == "reflect" and max(before, after) >= size:
            raise noted(
                RuntimeError(
                    f"Argument #{4 + 2 * place}: Padding size should be less than the "
                    f"corresponding input dimension, but got: padding ({before}, {after}) at "
                    f"dimension {dim} of input {list(input.shape)}"
                ),
                "A mirror shows what is beside the edge: at most one less than there is.",
            )
        if mode == "circular" and max(before, after) > size:
            raise RuntimeError("Padding value causes wrapping around more than once.")
    how, node = _MODES[mode]
    sources = [
        _places(size, pair, how) for size, pair in zip(input.shape[first:], pairs, strict=True)
    ]
    return _picked(node.format(len(pairs)), input, (..., *np.ix_(*sources)))


def _places(size: int, pair: tuple[int, int], how: Any) -> Array:
    """Which of `size` elements stand in a line with a border; a negative border cuts."""
    places = np.arange(size, dtype=np.int64)
    grown = [max(n, 0) for n in pair]
    before, after = (max(-n, 0) for n in pair)
    if how == "wrap":  # the border is of what is left
        return np.pad(places[before : size - after], grown, mode=how)
    wide: Array = np.pad(places, grown, mode=how)
    return wide[before : len(wide) - after]


def _picked(node: str, input: Tensor, key: tuple[Any, ...]) -> Tensor:
    """`input` indexed by `key`, where one element may be picked many times."""
    shape = input._data.shape
    data: Array = np.ascontiguousarray(input._data[key])
    return record(node, data, (input, lambda g: _put_back(node, g, shape, key)))


def _put_back(node: str, gradient: Tensor, shape: tuple[int, ...], key: tuple[Any, ...]) -> Tensor:
    """Each element's gradients, summed, where the element was picked."""
    total = np.zeros(shape, gradient._data.dtype)
    np.add.at(total, key, gradient._data)
    name = node.replace("Backward0", "BackwardBackward0")
    return record(name, total, (gradient, lambda g: _picked(name, g, key)))
