"""Arguments of windows that slide (sizes, strides, paddings), checked in torch's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, TensorBase
from tensorlab.errors import noted
from tensorlab.ops.operands import kind_of

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]


def require_tensor(operation: str, x: object) -> None:
    """Raise torch's TypeError unless x, the operation's input, is a Tensor."""
    if isinstance(x, TensorBase):
        return
    hint = "Make a tensor of it first: torch.tensor(…)"
    if isinstance(x, np.ndarray):
        hint = "Make a tensor of the array first: torch.from_numpy(array).float()"
    raise noted(
        TypeError(f"{operation}(): argument 'input' (position 1) must be Tensor, not {kind_of(x)}"),
        hint + ".",
    )


def adaptive_sizes(operation: str, input: Tensor, given: Any, count: int) -> list[int]:
    """The sizes that an adaptive pool gives: None is the input's own. Raises in torch's words."""
    sizes = [*given] if isinstance(given, (tuple, list)) else [given] * count
    average = "avg" in operation
    if isinstance(given, (tuple, list)) and input.ndim <= len(sizes):
        raise ValueError(f"Input dimension should be at least {len(sizes) + 1}")
    if len(sizes) != count:
        raise RuntimeError(
            f"{operation}: output_size must be {count}"
            if average
            else f"{operation}(): internal error: output_size.size() must be {count}"
        )
    own = input.shape[-count:]
    sizes = [n if size is None else int(size) for n, size in zip(own, sizes, strict=False)]
    if min(sizes, default=0) < 0:
        shown = ", ".join(map(str, sizes))
        whole = [*input.shape[:-count], *sizes]
        raise RuntimeError(
            f"{operation}: elements of output_size must be greater than or equal to 0 but received "
            f"{{{shown}}}"
            if average
            else "Trying to create tensor with negative dimension "
            f"{next(n for n in sizes if n < 0)}: {whole}"
        )
    return sizes


def is_whole(x: object) -> bool:
    """Whether x counts as an int: numpy's do, and tensors of one integer; True and False do not."""
    if isinstance(x, TensorBase):
        return not x._data.ndim and x.dtype.category == dtypes.INTEGRAL
    return isinstance(x, (int, np.integer)) and not isinstance(x, bool)


def are_sizes(x: object) -> bool:
    """Whether x is an int, or a sequence that begins with one."""
    if isinstance(x, (tuple, list)):
        return not x or is_whole(x[0])
    return is_whole(x)


def whole_numbers(operation: str, name: str, x: Any, count: int) -> tuple[int, ...]:
    """The ints of a sequence, or one int `count` times."""
    if is_whole(x):
        return (int(x),) * count
    for place, one in enumerate(x, 1):
        if not is_whole(one):
            raise TypeError(
                f"{operation}(): argument '{name}' failed to unpack the object at pos {place} with "
                f'error "type must be tuple of ints,but got {kind_of(one)}"'
            )
    return tuple(int(one) for one in x)


def pair(operation: str, name: str, position: int, x: Any, words: str) -> tuple[int, int]:
    """The height's and the width's number of an argument: an int, or a sequence of one or two."""
    if not are_sizes(x):
        raise noted(
            TypeError(
                f"{operation}(): argument '{name}' (position {position}) must be tuple of ints, "
                f"not {kind_of(x)}"
            ),
            f"Write {name}=2, or {name}=(2, 3) for height and width.",
        )
    numbers = whole_numbers(operation, name, x, 2)
    if len(numbers) not in (1, 2):
        raise noted(
            RuntimeError(f"{operation}: {name} must {words}, or a tuple of two ints"),
            "The two are for height and width.",
        )
    return numbers[0], numbers[-1]


def channels_last(input: Tensor) -> bool:
    """Whether a batch of images lies in memory as (batch, height, width, channels).

    So it does after `x.permute(0, 3, 1, 2)`. Where it is both, it is not.
    """
    if input._data.ndim != 4 or 0 in input.shape:
        return False
    sizes, strides = input.shape, input.stride()
    least = 0
    for dim in (1, 3, 2, 0):
        if strides[dim] < least or not strides[1]:
            return False
        if dim == 0 and least == strides[1]:
            return False
        least = strides[dim] * max(sizes[dim], 1)
    return True


def in_layout_of(input: Tensor, out: Array) -> Array:
    """`out` laid out in memory as torch lays out a result of `input`."""
    if input._data.flags.c_contiguous:  # in the usual order, then: 2 us less
        return np.ascontiguousarray(out)
    if channels_last(input):
        return np.ascontiguousarray(out.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    return np.ascontiguousarray(out)
