"""Picking parts of a tensor: `x[0]`, `x[:, 1:]`, `x[[0, 2]]`, `x[x > 5]`, and writing to them.

Integers, slices, None and `...` make a view: a window on the same memory. Lists, index tensors and
masks make a copy. Where both meet, the view is taken first, and then the lists pick from it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.autograd import mode
from tensorlab.core import (
    Array,
    TensorBase,
    forbid_overlap,
    frozen,
    record,
    require_room,
    storage_of,
    view,
    wrap,
    write,
)
from tensorlab.errors import each_once, normal_dim, noted
from tensorlab.ops.casting import cast
from tensorlab.ops.creation import same_layout, to_array
from tensorlab.ops.operands import (
    broadcastable,
    kind_of,
    shapes_do_not_broadcast,
    stored,
)
from tensorlab.ops.shaping import _sizes, _with_one, expand, reshape

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "flip",
    "index_select",
    "narrow",
    "select",
]


class _Index:
    """An index taken apart: a basic part, which makes a view, and lists that pick from it."""

    __slots__ = ("basic", "new_axes", "picks", "last")

    def __init__(self) -> None:
        self.basic: list[int | slice] = []  # an integer or slice for each dimension
        # Where None puts a size of 1: in the result's dimensions, and in `basic`.
        self.new_axes: list[tuple[int, int]] = []
        self.picks: dict[int, Array] = {}  # by dimension of the view: integers or a mask
        self.last = "AliasBackward0"  # the node of the last view that torch would have made

    def is_whole(self, shape: tuple[int, ...]) -> bool:
        """Whether the basic part takes all there is: torch then makes no view."""
        full = [slice(0, size, 1) for size in shape]
        pairs = zip(self.basic, full, strict=False)
        return not self.new_axes and all(a in (b, slice(None)) for a, b in pairs)

    def window(self, array: Array) -> Array:
        """The view of an array that the basic part makes, from left to right as in torch."""
        out, done, start = array, 0, 0
        for place, before in self.new_axes:
            whole = (slice(None),) * start
            out = _with_one(out[(*whole, *self.basic[done:before], ...)], place)
            done, start = before, place + 1
        return out[(*(slice(None),) * start, *self.basic[done:], ...)]


def _parsed(input: TensorBase, key: Any) -> _Index:
    """The index taken apart. Raises torch's IndexError, ValueError or TypeError."""
    shape = input._data.shape
    parts = _parts(key)
    consumed = sum(_consumes(part) for part in parts)
    _forbid_more_after_two_dots(parts, len(shape))
    if not shape and not isinstance(key, tuple):
        _refuse_for_a_number(key)
    if consumed > len(shape):
        raise noted(
            IndexError(f"too many indices for tensor of dimension {len(shape)}"),
            f"The shape is {tuple(shape)}: there is room for {len(shape)} of them, not {consumed}."
            if shape
            else "A tensor without dimensions is one number: x.item().",
        )
    index = _Index()
    dim = 0  # the dimension of the input that comes next
    place = 0  # the dimension of the view that comes next
    for position, part in enumerate(parts):
        item = _item(part)
        if item is Ellipsis:
            skipped = len(shape) - consumed
            index.basic += [slice(None)] * skipped
            dim, place = dim + skipped, place + skipped
            consumed = len(shape)  # a second one skips nothing
        elif item is None:
            index.new_axes.append((place, len(index.basic)))
            index.last = "UnsqueezeBackward0"
            place += 1
        elif isinstance(item, slice):
            cut = _slice(item, shape[dim])
            if len(parts) == 1 or cut != slice(0, shape[dim], 1):
                index.last = "SliceBackward0"
            index.basic.append(cut)
            dim, place = dim + 1, place + 1
        elif isinstance(item, int) and not isinstance(item, bool):
            index.basic.append(_within(item, position, shape[dim], dim))
            index.last = "SelectBackward0"
            dim += 1
        else:
            pick = np.asarray(item)
            if pick.dtype.kind == "b" and not pick.ndim:
                index.new_axes.append((place, len(index.basic)))
                index.last = "UnsqueezeBackward0"
                index.picks[place] = pick[None]
                place += 1
                continue
            index.picks[place] = pick
            count = pick.ndim if pick.dtype.kind == "b" else 1
            index.basic += [slice(None)] * count
            dim, place = dim + count, place + count
    return index


def _forbid_more_after_two_dots(parts: Sequence[Any], ndim: int) -> None:
    """Raise torch's IndexError where a second `...` leaves no dimension for what follows."""
    if sum(part is Ellipsis for part in parts) < 2:
        return
    dots = [place for place, part in enumerate(parts) if part is Ellipsis]
    for place, part in enumerate(parts[dots[1] + 1 :], dots[1] + 1):
        if _consumes(part):
            index = part if isinstance(part, int) else 0
            raise noted(
                IndexError(f"index {index} is out of bounds for dimension {place} with size 0"),
                "One `...` stands for all the dimensions that are not written: take one away.",
            )


def _refuse_for_a_number(key: Any) -> None:
    """Raise torch's error for `x[0]` and `x[1:]` of a tensor without dimensions."""
    if isinstance(key, slice):
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    if isinstance(key, (int, np.integer)) and not isinstance(key, bool):
        raise noted(
            IndexError(
                f"index {key} is out of bounds for dimension 0 with size 0"
                if key
                else "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
                "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number"
            ),
            "A tensor without dimensions is one number: x.item().",
        )


def _parts(key: Any) -> Sequence[Any]:
    """The parts of an index, as they were given."""
    if isinstance(key, tuple):
        return key
    if isinstance(key, list) and any(_opens_tuple(item) for item in key):
        return key  # a list with lists or slices inside is read as a tuple
    return [key]


def _opens_tuple(item: Any) -> bool:
    if isinstance(item, TensorBase):
        return bool(item._data.ndim)
    return item is None or item is Ellipsis or isinstance(item, (list, tuple, slice, np.ndarray))


def _item(part: Any) -> Any:
    """A part of an index as an integer, a slice, None, Ellipsis, or an array to pick with."""
    if part is None or part is Ellipsis or isinstance(part, (slice, bool)):
        return part
    if isinstance(part, (int, np.integer)):
        if not -(2**63) <= part < 2**63:
            raise ValueError("Overflow when unpacking long long")
        return int(part)
    if isinstance(part, TensorBase):
        return _array(part._data)
    if isinstance(part, str):
        raise TypeError("new(): invalid data type 'str'")
    if isinstance(part, (list, tuple, range, np.ndarray)):
        if isinstance(part, np.ndarray):
            return _array(part)
        data = to_array(part, None)
        return _array(data.astype(np.int64) if data.dtype.kind == "f" else data)
    raise noted(
        IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are "
            f"valid indices (got {kind_of(part)})"
        ),
        "An index counts: x[1], x[1:3], x[[0, 2]].",
    )


def _array(data: Array) -> Any:
    """An index array; one whole number of it counts as a Python integer."""
    if data.dtype == np.uint8:
        return data.astype(np.bool_)  # a byte tensor is a mask
    return int(data) if not data.ndim and data.dtype.kind in "iu" else data


def _consumes(part: Any) -> int:
    """How many dimensions of the tensor a part of the index stands for."""
    if part is None or part is Ellipsis or isinstance(part, bool):
        return 0
    if isinstance(part, TensorBase) and part.dtype in (dtypes.bool, dtypes.uint8):
        return part._data.ndim
    return np.ndim(part) if isinstance(part, np.ndarray) and part.dtype.kind == "b" else 1


def _slice(item: slice, size: int) -> slice:
    """A slice with its ends inside the dimension."""
    start, stop, step = (_bound(end) for end in (item.start, item.stop, item.step))
    if step is not None and step < 1:
        if step == 0:
            raise ValueError("slice step cannot be zero")
        raise noted(
            ValueError("step must be greater than zero"),
            "A tensor cannot be walked backwards. x.flip(0) gives the reversed copy.",
        )
    start, stop, step = slice(start, stop, step).indices(size)
    return slice(start, max(start, stop), step)


def _bound(end: Any) -> int | None:
    if isinstance(end, TensorBase):
        return end.__index__()  # type: ignore[attr-defined,no-any-return]
    if end is None or isinstance(end, int):
        return end
    if hasattr(end, "__index__"):
        return int(end.__index__())
    raise TypeError("slice indices must be integers or None or have an __index__ method")


def _within(item: int, position: int, size: int, dim: int) -> int:
    """`item`, where the dimension has it. torch's words count the parts of the index."""
    if not -size <= item < size:
        raise noted(
            IndexError(f"index {item} is out of bounds for dimension {position} with size {size}"),
            f"Dimension {dim} has the indices 0 to {size - 1}, or -{size} to -1 from its end."
            if size
            else f"Dimension {dim} is empty.",
        )
    return item


def _require_index_type(pick: Array) -> None:
    if pick.dtype not in (np.int64, np.int32, np.bool_):
        raise noted(
            IndexError("tensors used as indices must be long, int, byte or bool tensors"),
            "Cast it: x[index.long()].",
        )


def _require_mask_fits(mask: Array, dim: int, shape: tuple[int, ...]) -> None:
    covered = shape[dim : dim + mask.ndim]
    if mask.shape != covered:
        wrong = next(
            i for i, size in enumerate(mask.shape) if i >= len(covered) or size != covered[i]
        )
        raise noted(
            IndexError(
                f"The shape of the mask {list(mask.shape)} at index {wrong} does not match "
                f"the shape of the indexed tensor {list(shape)} at index {dim + wrong}"
            ),
            "A mask says yes or no to every element: it has the shape of what it picks from.",
        )


def _require_within(key: list[Any], shape: tuple[int, ...]) -> None:
    """Raise torch's IndexError for the first place that lies outside the tensor."""
    lists = [(dim, part) for dim, part in enumerate(key) if not isinstance(part, slice)]
    places = np.broadcast_shapes(*[part.shape for _, part in lists])
    if 0 not in places and any(not shape[dim] for dim, _ in lists):
        raise IndexError("index is out of bounds for dimension with size 0")
    if 0 in places:
        return  # an empty list picks nothing: torch looks at none of the others
    outside = [(part < -shape[dim]) | (part >= shape[dim]) for dim, part in lists]
    if not any(wrong.any() for wrong in outside):
        return
    first = np.unravel_index(int(np.argmax(functools.reduce(np.logical_or, outside))), places)
    for order, ((dim, part), wrong) in enumerate(zip(lists, outside, strict=True)):
        if np.broadcast_to(wrong, places)[first]:
            _within(int(np.broadcast_to(part, places)[first]), order, shape[dim], dim)


# ----- reading ----------------------------------------------------------------------------------


def getitem(input: Tensor, key: Any) -> Tensor:
    """`x[key]`: a view for integers, slices, None, `...`; a copy for lists, tensors and masks.

    Follows torch's indexing.

    >>> x = torch.arange(12).reshape(3, 2, 2)
    >>> x[:, 0, 0]
    tensor([0, 4, 8])
    >>> x[[0, 2]].shape, x[x > 8]
    (torch.Size([2, 2, 2]), tensor([ 9, 10, 11]))
    """
    kind = type(key)
    shape = input._data.shape
    # One integer or a plain slice, as in most calls, in a third of the time.
    if kind is int and shape and -shape[0] <= key < shape[0]:
        return view("SelectBackward0", input, lambda array: array[key, ...])
    if kind is slice and shape and _is_plain(key):
        return view("SliceBackward0", input, lambda array: array[key])
    index = _parsed(input, key)
    name = index.last
    out = input
    if not index.picks or name != "AliasBackward0":
        out = view(name, input, index.window)
    return _picked(out, index.picks) if index.picks else out


def _is_plain(key: slice) -> bool:
    """Whether a slice has no step, and for ends integers or none: numpy reads it as torch does."""
    return key.step is None and type(key.start) in _ENDS and type(key.stop) in _ENDS


_ENDS = (int, type(None))


def _picked(input: Tensor, picks: dict[int, Array]) -> Tensor:
    return take_key("IndexBackward0", input, _pick_key(picks, input._data.shape))


def _pick_key(picks: dict[int, Array], shape: tuple[int, ...]) -> tuple[Any, ...]:
    """numpy's key for what is picked, a mask as the positions where it is true."""
    key: list[Any] = []
    for each in picks.values():
        _require_index_type(each)
    while len(key) < len(shape):
        pick = picks.get(len(key))
        if pick is None:
            key.append(slice(None))
        elif pick.dtype.kind == "b":
            _require_mask_fits(pick, len(key), shape)
            key += pick.nonzero()
        else:
            key.append(pick.astype(np.intp, copy=False))
    try:
        np.broadcast_shapes(*[part.shape for part in key if not isinstance(part, slice)])
    except ValueError:
        sizes = ", ".join(str(list(p.shape)) for p in key if not isinstance(p, slice))
        raise noted(
            IndexError(
                "shape mismatch: indexing tensors could not be broadcast together with shapes "
                + sizes
            ),
            "Several lists are paired up, first with first, second with second…: "
            "they have one length.",
        ) from None
    _require_within(key, shape)
    return tuple(key)


def _put_back(gradient: Tensor, shape: tuple[int, ...], key: tuple[Any, ...]) -> Tensor:
    """Zeros, with the gradient added at the places that were picked, some perhaps twice."""
    whole = np.zeros(shape, gradient._data.dtype)
    np.add.at(whole, key, gradient._data)

    again = functools.partial(take_key, "IndexBackward0", key=key)
    return record("IndexPutBackward0", whole, (gradient, again))


# ----- writing ----------------------------------------------------------------------------------


def setitem(input: Tensor, key: Any, value: Any) -> None:
    """`x[key] = value`: writes a number, or a tensor that broadcasts, into a part of x.

    The value takes x's type. Raises TypeError for lists: make a tensor of them first.

    >>> x = torch.zeros(2, 3)
    >>> x[0] = torch.tensor([1., 2., 3.])
    >>> x[x == 0] = 9.
    >>> x
    tensor([[1., 2., 3.],
            [9., 9., 9.]])
    """
    if isinstance(value, TensorBase):
        source: Tensor = value  # type: ignore[assignment]
    elif isinstance(value, (int, float, complex, np.integer)):
        source = wrap(stored(value, input.dtype))
    else:
        name = "numpy.ndarray" if isinstance(value, np.ndarray) else kind_of(value)
        raise noted(
            TypeError(f"can't assign a {name} to a {input.type()}"),
            "Make a tensor of it first: x[…] = torch.tensor(…).",
        )
    index = _parsed(input, key)
    part = input
    if not index.is_whole(input._data.shape):
        part = view(index.last, input, index.window)
    if index.picks:
        _put(part, _pick_key(index.picks, part._data.shape), source, list(index.picks.values()))
    else:
        name = "CopyBackwards" if source._data.ndim else "FillBackward3"
        source = _without_leading_ones(source, part._data.ndim)
        written(name, part, expand(source, part._data.shape))


def _without_leading_ones(value: Tensor, ndim: int) -> Tensor:
    shape = value._data.shape
    extra = len(shape) - ndim
    if extra > 0 and shape[:extra] == (1,) * extra:
        return reshape(value, shape[extra:])
    return value


def copy_(input: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """Write the numbers of `src`, broadcast and cast, into `input`. Follows `torch.Tensor.copy_`.

    >>> torch.zeros(2).copy_(torch.tensor([1, 2]))
    tensor([1., 2.])
    """
    return written("CopyBackwards", input, src)


def written(name: str, input: Tensor, src: Tensor) -> Tensor:
    """`copy_`, under the name of its node: one number for all elements is torch's fill."""
    if src._data.shape != input._data.shape:
        if not broadcastable(src._data.shape, input._data.shape):
            raise shapes_do_not_broadcast(input._data.shape, src._data.shape)
        require_room(input._data.shape, src._data.shape)
        src = expand(src, input._data.shape)
    if not mode._enabled or not (input.requires_grad or src.requires_grad):
        forbid_overlap(input)
        input._data[...] = cast(src, input.dtype)._data
        storage_of(input).version += 1
        return input
    before = frozen(input)
    data = cast(src, input.dtype)._data
    new = record(name, data, (before, _nothing), (src, lambda g: g))
    return write(input, new)


def _nothing(gradient: Tensor) -> Tensor:
    """Zeros for a gradient: of what was overwritten, nothing is left."""
    return wrap(np.zeros_like(gradient._data))


def overwrite(name: str, input: Tensor, data: Array, one: bool = False) -> Tensor:
    """Put other numbers in a tensor, whatever they were made of. Its history ends there.

    `one` number for all fits an expanded tensor, too.
    """
    if one and not (mode._enabled and input.requires_grad):
        input._data[...] = data
        storage_of(input).version += 1
        return input
    return write(input, record(name, data, (frozen(input), _nothing)))


def _put(input: Tensor, key: tuple[Any, ...], value: Tensor, picks: list[Array]) -> None:
    """Write into the places that lists or masks pick."""
    if value.dtype is not input.dtype:
        one_mask = len(picks) == 1 and picks[0].dtype.kind == "b"
        if not (one_mask and value._data.size == 1):  # which torch does by masked_fill_
            raise noted(
                RuntimeError(
                    "Index put requires the source and destination dtypes match, got "
                    f"{input.dtype.legacy} for the destination and {value.dtype.legacy} for the "
                    "source."
                ),
                f"Cast the value first: .to({input.dtype!r}).",
            )
        value = cast(value, input.dtype)
    target = np.broadcast_shapes(*[part.shape for part in key if not isinstance(part, slice)])
    shape = input._data[key].shape
    value = _without_leading_ones(value, len(shape))
    try:
        data = np.broadcast_to(value._data, shape)
    except ValueError:
        raise noted(
            RuntimeError(
                f"shape mismatch: value tensor of shape {list(value.shape)} cannot be broadcast "
                f"to indexing result of shape {list(shape)}"
            ),
            f"The index picks {target or shape} places: give one number, or as many.",
        ) from None
    if not mode._enabled or not (input.requires_grad or value.requires_grad):
        input._data[key] = data
        storage_of(input).version += 1
        return
    before = frozen(input)
    whole = before._data.copy()
    whole[key] = data
    new = record(
        "IndexPutBackward0",
        whole,
        (before, lambda g: _zeroed(g, key)),
        (value, lambda g: take_key("IndexBackward0", g, key)),
    )
    write(input, new)


def _zeroed(gradient: Tensor, key: tuple[Any, ...]) -> Tensor:
    rest = gradient._data.copy()
    rest[key] = 0
    return record("IndexPutBackward0", rest, (gradient, lambda g: _zeroed(g, key)))


def take_key(name: str, input: Tensor, key: tuple[Any, ...]) -> Tensor:
    """What numpy's key picks, copied, as a recorded operation."""
    shape = input._data.shape
    data = np.ascontiguousarray(input._data[key])
    return record(name, data, (input, lambda g: _put_back(g, shape, key)))


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """The part of a tensor at one index of a dimension. A view. Follows `torch.select`.

    >>> torch.arange(6).reshape(2, 3).select(1, 0)
    tensor([0, 3])
    """
    dim = normal_dim(dim, input._data.ndim)
    if not input._data.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    size = input._data.shape[dim]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {list(input.shape)} at "
            f"dimension {dim}"
        )
    return getitem(input, (slice(None),) * dim + (index,))


def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """`length` indices of a dimension, from `start` on. A view. Follows `torch.narrow`.

    >>> torch.arange(5).narrow(0, 1, 3)
    tensor([1, 2, 3])
    """
    if not input._data.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    dim = normal_dim(dim, input._data.ndim)
    size = input._data.shape[dim]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but got {start})"
        )
    start %= size + 1 if start >= 0 else size
    if start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return getitem(input, (slice(None),) * dim + (slice(start, start + length),))


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The parts of a tensor at some indices of a dimension, copied. Follows `torch.index_select`.

    >>> torch.arange(6).reshape(2, 3).index_select(1, torch.tensor([2, 0]))
    tensor([[2, 0],
            [5, 3]])
    """
    dim = normal_dim(dim, input._data.ndim)
    if index._data.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if not input._data.ndim and index._data.size != 1:
        raise RuntimeError(
            "index_select(): Index to scalar can have only 1 value, got "
            f"{index._data.size} value(s)"
        )
    if index.dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    size = input._data.shape[dim] if input._data.ndim else 1
    if index._data.size and not (index._data.min() >= 0 and index._data.max() < size):
        raise IndexError("index out of range in self")
    if not input._data.ndim:
        return record("IndexSelectBackward0", input._data.copy(), (input, lambda g: g))
    key = (slice(None),) * dim + (index._data.reshape(-1).astype(np.intp),)
    return take_key("IndexSelectBackward0", input, key)


def flip(input: Tensor, *given: Any, dims: Any = None) -> Tensor:
    """A copy with the order along some dimensions reversed. Follows `torch.flip`.

    >>> torch.arange(4).flip(0)
    tensor([3, 2, 1, 0])
    """
    axes = each_once(_sizes("flip", "dims", given, dims), input._data.ndim)
    data = same_layout(input, input.dtype)
    data[...] = np.flip(input._data, axes) if input._data.ndim else input._data
    return record("FlipBackward0", data, (input, lambda g: flip(g, axes)))
