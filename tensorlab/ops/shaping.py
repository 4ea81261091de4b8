"""Other shapes for the same numbers: reshape, view, squeeze, transpose, permute, expand…

A tensor is a run of memory and, for each dimension, a size and a stride: how far apart in memory
two neighbours lie. Most operations here make a *view*: new sizes and strides over the same memory.
Only where strides cannot describe the result is there a copy.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.autograd import mode
from tensorlab.autograd.graph import make_node
from tensorlab.core import Array, TensorBase, alias, forbid_leaf, record, storage_of, wrap
from tensorlab.core import view as window
from tensorlab.errors import each_once, lined_up, normal_dim, noted
from tensorlab.ops.operands import kind_of, require_tensor
from tensorlab.size import Size

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "adjoint",
    "as_strided",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_shapes",
    "broadcast_tensors",
    "broadcast_to",
    "diag",
    "diagonal",
    "flatten",
    "fliplr",
    "flipud",
    "meshgrid",
    "moveaxis",
    "movedim",
    "mT",
    "permute",
    "ravel",
    "repeat_interleave",
    "reshape",
    "rot90",
    "squeeze",
    "swapaxes",
    "swapdims",
    "t",
    "tile",
    "trace",
    "transpose",
    "tril",
    "triu",
    "unflatten",
    "unsqueeze",
]


def _sizes(operation: str, name: str, given: tuple[Any, ...], keyword: Any) -> tuple[int, ...]:
    """The integers in `x.view(2, 3)`, `x.view((2, 3))`, `x.view(x.shape)` or `view(size=…)`."""
    if keyword is not None:
        given = (keyword,)
    if not given and operation == "view":
        raise TypeError(
            "view() received an invalid combination of arguments - got (), but expected one of:\n"
            " * (torch.dtype dtype)\n * (tuple of ints size)\n"
        )
    if not given:
        raise TypeError(f'{operation}() missing 1 required positional arguments: "{name}"')
    listed = len(given) == 1 and isinstance(given[0], (tuple, list))
    sizes: Sequence[Any] = given[0] if listed else given
    for size in sizes:
        if type(size) is not int:
            break
    else:
        return tuple(sizes)
    checked = []
    for position, size in enumerate(sizes):
        if isinstance(size, TensorBase) and not size._data.ndim and size.dtype.category == 1:
            size = int(size._data)
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)):
            if position == 0 and not listed:
                words = f"(position 1) must be tuple of ints, not {kind_of(size)}"
            else:
                words = (
                    f"failed to unpack the object at pos {position + 1} with error "
                    f'"type must be tuple of ints,but got {kind_of(size)}"'
                )
            raise TypeError(f"{operation}(): argument '{name}' {words}")
        checked.append(int(size))
    return tuple(checked)


def _inferred(sizes: tuple[int, ...], numel: int) -> tuple[int, ...]:
    """`sizes` with the one -1 in it worked out."""
    if math.prod(sizes) == numel and (not sizes or min(sizes) >= 0):
        return sizes
    unknown = [dim for dim, size in enumerate(sizes) if size == -1]
    known = math.prod(size for size in sizes if size != -1)
    for position, size in enumerate(sizes):
        if size < -1:
            raise RuntimeError(
                f"invalid shape dimension {size} at index {position} of shape {list(sizes)}"
            )
    if len(unknown) > 1:
        raise noted(RuntimeError("only one dimension can be inferred"), "Leave one -1, no more.")
    if unknown and known == 0 and numel == 0:
        raise RuntimeError(
            f"cannot reshape tensor of 0 elements into shape {list(sizes)} because the unspecified "
            "dimension size -1 can be any value and is ambiguous"
        )
    fits = known != 0 and numel % known == 0 if unknown else known == numel
    if not fits:
        given = [str(size) for size in sizes if size != -1]
        product = " x ".join(given) + (f" = {known}" if len(given) > 1 else "")
        raise noted(
            RuntimeError(f"shape '{list(sizes)}' is invalid for input of size {numel}"),
            f"The {numel} elements of the tensor do not divide by {product}."
            if unknown
            else f"The shape wants {product or 1} elements; the tensor has {numel}.",
        )
    return tuple(numel // known if size == -1 else size for size in sizes)


def _strides_for(array: Array, sizes: tuple[int, ...]) -> tuple[int, ...] | None:
    """The strides, in bytes, of a view of other sizes on array's memory; None if there is none.

    Neighbouring dimensions that lie without a gap form one run; each run is cut anew.
    """
    if array.size == 0:
        return tuple(array.itemsize for _ in sizes)
    strides = [0] * len(sizes)
    new = len(sizes) - 1
    run, step = 1, array.itemsize
    for dim in range(array.ndim - 1, -1, -1):
        if run == 1:
            step = array.strides[dim]
        run *= array.shape[dim]
        more = dim and array.shape[dim - 1] != 1
        if dim and (not more or array.strides[dim - 1] == run * step):
            continue  # the dimension before continues this run
        size = 1
        while new >= 0 and (size < run or sizes[new] == 1):
            strides[new] = size * step
            size *= sizes[new]
            new -= 1
        if size != run:
            return None
        run = 1
    while new >= 0:
        strides[new] = strides[new + 1] if new + 1 < len(sizes) else array.itemsize
        new -= 1
    return tuple(strides)


def _as_view(name: str, input: Tensor, sizes: tuple[int, ...]) -> Tensor | None:
    if not input._data.flags.c_contiguous and _strides_for(input._data, sizes) is None:
        return None

    def replay(array: Array) -> Array:
        if array.flags.c_contiguous:
            return array.reshape(sizes)
        steps = _strides_for(array, sizes)
        assert steps is not None
        return np.lib.stride_tricks.as_strided(array, sizes, steps)

    before = input._data.shape
    return window(name, input, replay, lambda g: reshape(g, before))


def view(input: Tensor, *size: Any, dtype: Any = None) -> Tensor:
    """The same memory with other sizes; -1 stands for what is left. Never copies.

    Raises RuntimeError where the memory does not allow it. Follows `torch.Tensor.view`.

    >>> torch.arange(6).view(2, 3)
    tensor([[0, 1, 2],
            [3, 4, 5]])
    >>> torch.arange(6).view(-1, 2).shape
    torch.Size([3, 2])
    """
    if size and isinstance(size[0], dtypes.dtype):
        dtype = size[0]
    if dtype is not None:
        return _reinterpreted(input, dtype)
    sizes = _inferred(_sizes("view", "size", size, None), input._data.size)
    out = _as_view("ViewBackward0", input, sizes)
    if out is None:
        raise noted(
            RuntimeError(
                "view size is not compatible with input tensor's size and stride (at least one "
                "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
            ),
            f"  size   {tuple(input.shape)}, stride {input.stride()}, wanted {sizes}",
            "In this order the numbers do not lie evenly in memory, as after t() or permute(): "
            "reshape copies them.",
        )
    return out


def _reinterpreted(input: Tensor, dtype: dtypes.dtype) -> Tensor:
    """The same bytes, read as another type; of another size where the last dimension allows it."""
    _require_rereadable(input, dtype)
    return alias(input, input._data.view(dtype.numpy), dtype)


def _require_rereadable(input: Tensor, dtype: dtypes.dtype) -> None:
    """Raise torch's RuntimeError where elements of another size cannot be laid over these."""
    size, wanted = input.dtype.itemsize, dtype.itemsize
    if size == wanted:
        return
    end = f" to view {input.dtype.legacy} as {dtype.legacy} (different element sizes)"
    if not input._data.ndim:
        raise RuntimeError(f"self.dim() cannot be 0{end}")
    strides = input.stride()
    if strides[-1] != 1:
        raise RuntimeError(f"self.stride(-1) must be 1{end}, but got {strides[-1]}")
    ratio = wanted // size
    if ratio < 2:
        return
    counts = {"size(-1)": input._data.shape[-1], "storage_offset()": input.storage_offset()}
    counts |= {f"stride({dim})": step for dim, step in enumerate(strides[:-1])}
    for name, count in counts.items():
        if count % ratio:
            raise RuntimeError(f"self.{name} must be divisible by {ratio}{end}, but got {count}")


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """A view with the sizes of `other`. Follows `torch.Tensor.view_as`."""
    return view(input, tuple(other.shape))


def reshape(input: Tensor, *shape: Any, **keyword: Any) -> Tensor:
    """The same numbers in the same order, in other sizes: a view if possible, else a copy.

    Raises RuntimeError where the sizes do not multiply to the number of elements.
    Follows `torch.reshape`.

    >>> torch.arange(12).reshape(3, 2, 2).shape
    torch.Size([3, 2, 2])
    >>> torch.reshape(torch.arange(4), (2, -1))
    tensor([[0, 1],
            [2, 3]])
    """
    require_tensor("reshape", "input", 1, input)
    given = _sizes("reshape", "shape", shape, keyword.get("shape"))
    sizes = _inferred(given, input._data.size)
    whole = input._data.flags.c_contiguous
    out = _as_view("ViewBackward0" if whole else "ReshapeAliasBackward0", input, sizes)
    if out is None:
        before = input._data.shape
        data = np.reshape(input._data, sizes).copy()
        return record("UnsafeViewBackward0", data, (input, lambda g: reshape(g, before)))
    return out


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """`input` in the sizes of `other`. Follows `torch.Tensor.reshape_as`."""
    return reshape(input, tuple(other.shape))


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """One dimension in place of those from `start_dim` to `end_dim`. Follows `torch.flatten`.

    >>> torch.zeros(2, 3, 4).flatten().shape, torch.zeros(2, 3, 4).flatten(1).shape
    (torch.Size([24]), torch.Size([2, 12]))
    """
    require_tensor("flatten", "input", 1, input)
    shape = input._data.shape
    start, end = normal_dim(start_dim, len(shape)), normal_dim(end_dim, len(shape))
    if not shape:
        return reshape(input, 1)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end:
        return input
    merged = math.prod(shape[start : end + 1])
    return reshape(input, (*shape[:start], merged, *shape[end + 1 :]))


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Several dimensions in place of one. Follows `torch.unflatten`.

    >>> torch.arange(6).unflatten(0, (2, 3)).shape
    torch.Size([2, 3])
    """
    shape = input._data.shape
    if not shape:
        raise RuntimeError(
            "unflatten got an unexpected error:\nDimension specified as 0 but tensor has no "
            "dimensions"
        )
    dim = normal_dim(dim, len(shape))
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    try:
        inside = _inferred(tuple(sizes), shape[dim])
    except RuntimeError:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {dim} "
            f"({shape[dim]}) in the input tensor"
        ) from None
    return view(input, shape[:dim] + inside + shape[dim + 1 :])


def ravel(input: Tensor) -> Tensor:
    """All numbers in one dimension. Follows `torch.ravel`."""
    return reshape(input, -1)


# ----- dimensions of size one -------------------------------------------------------------------


def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """Without the dimensions of size 1: all of them, or those named. A view.

    A named dimension of another size stays, without a word. Follows `torch.squeeze`.

    >>> torch.zeros(1, 3, 1, 2).squeeze().shape, torch.zeros(1, 3, 1, 2).squeeze(0).shape
    (torch.Size([3, 2]), torch.Size([3, 1, 2]))
    """
    require_tensor("squeeze", "input", 1, input)
    shape = input._data.shape
    if dim is None:
        dims, name = tuple(range(len(shape))), "SqueezeBackward0"
    elif isinstance(dim, (tuple, list)):
        dims, name = each_once(dim, len(shape)), "SqueezeBackward2"
    else:
        dims, name = (normal_dim(_whole("squeeze", "dim", dim), len(shape)),), "SqueezeBackward1"
    gone = tuple(d for d in dims if d < len(shape) and shape[d] == 1)
    return window(name, input, lambda a: np.squeeze(a, gone), lambda g: reshape(g, shape))


def unsqueeze(input: Tensor, dim: Any = None) -> Tensor:
    """With a dimension of size 1 put in at `dim`. A view. Follows `torch.unsqueeze`.

    >>> torch.zeros(3, 2).unsqueeze(0).shape, torch.zeros(3, 2).unsqueeze(-1).shape
    (torch.Size([1, 3, 2]), torch.Size([3, 2, 1]))
    """
    require_tensor("unsqueeze", "input", 1, input)
    if dim is None:
        raise noted(
            TypeError('unsqueeze() missing 1 required positional arguments: "dim"'),
            "Say where: x.unsqueeze(0) puts the new dimension in front.",
        )
    place = normal_dim(_whole("unsqueeze", "dim", dim), input._data.ndim + 1)
    shape = input._data.shape
    return window(
        "UnsqueezeBackward0",
        input,
        lambda a: _with_one(a, place),
        lambda g: reshape(g, shape),
    )


def _with_one(array: Array, place: int) -> Array:
    """`array` with a size of 1 at `place`; its stride is that of what follows, as in torch."""
    shape = array.shape
    if array.flags.c_contiguous and 1 not in shape:  # a tenth of the time
        return array.reshape((*shape[:place], 1, *shape[place:]))
    strides = array.strides
    step = shape[place] * strides[place] if place < array.ndim else array.itemsize
    return np.lib.stride_tricks.as_strided(
        array, (*shape[:place], 1, *shape[place:]), (*strides[:place], step, *strides[place:])
    )


def _whole(operation: str, name: str, value: Any) -> int:
    if isinstance(value, TensorBase) and not value._data.ndim:
        value = value._data[()]
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(
            f"{operation}(): argument '{name}' (position 1) must be int, not {kind_of(value)}"
        )
    return int(value)


# ----- the order of dimensions ------------------------------------------------------------------


def t(input: Tensor) -> Tensor:
    """Rows as columns, of a matrix; a vector stays as it is. A view. Follows `torch.t`.

    >>> torch.arange(6).reshape(2, 3).t()
    tensor([[0, 3],
            [1, 4],
            [2, 5]])
    """
    require_tensor("t", "input", 1, input)
    ndim = input._data.ndim
    if ndim > 2:
        raise noted(
            RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {ndim}D"),
            "Name the two dimensions: x.transpose(-2, -1), or the new order: x.permute(…).",
        )
    return window("TBackward0", input, lambda a: a.T, lambda g: t(g))


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """With two dimensions exchanged. A view. Follows `torch.transpose`.

    >>> torch.zeros(2, 3, 4).transpose(0, 2).shape
    torch.Size([4, 3, 2])
    """
    require_tensor("transpose", "input", 1, input)
    ndim = input._data.ndim
    a, b = normal_dim(dim0, ndim), normal_dim(dim1, ndim)
    return window(
        "TransposeBackward0",
        input,
        lambda array: array.swapaxes(a, b) if ndim else array[...],
        lambda g: transpose(g, a, b),
    )


def permute(input: Tensor, *dims: Any, **keyword: Any) -> Tensor:
    """With the dimensions in another order. A view. Follows `torch.permute`.

    >>> torch.zeros(2, 3, 4).permute(2, 0, 1).shape
    torch.Size([4, 2, 3])
    """
    require_tensor("permute", "input", 1, input)
    given = _sizes("permute", "dims", dims, keyword.get("dims"))
    ndim = input._data.ndim
    if len(given) != ndim:
        raise noted(
            RuntimeError(
                "permute(sparse_coo): number of dimensions in the tensor input does not match the "
                "length of the desired ordering of dimensions i.e. "
                f"input.dim() = {ndim} is not equal to len(dims) = {len(given)}"
            ),
            "Name every dimension once, in the new order.",
        )
    order = tuple(normal_dim(dim, ndim) for dim in given)
    if len(set(order)) != ndim:
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    back = tuple(sorted(range(ndim), key=order.__getitem__))
    return window(
        "PermuteBackward0", input, lambda a: a.transpose(order), lambda g: permute(g, back)
    )


def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """With one dimension, or several, at other places. A view. Follows `torch.movedim`.

    >>> torch.zeros(2, 3, 4).movedim(0, -1).shape
    torch.Size([3, 4, 2])
    """
    ndim = input._data.ndim
    sources, places = (
        tuple(d) if isinstance(d, (tuple, list)) else (d,) for d in (source, destination)
    )
    if len(sources) != len(places):
        raise RuntimeError(
            "movedim: Invalid source or destination dims: source "
            f"({list(sources)} dims) should contain the same number of dims as destination "
            f"({list(places)} dims)"
        )
    moved = [normal_dim(d, ndim) for d in sources]
    rest = [d for d in range(ndim) if d not in moved]
    order = dict(zip((normal_dim(d, ndim) for d in places), moved, strict=True))
    if len(set(moved)) < len(moved) or len(order) < len(moved):
        which, dims = (
            ("source", sources) if len(set(moved)) < len(moved) else ("destination", places)
        )
        raise RuntimeError(f"movedim: repeated dim in `{which}` ({list(dims)})")
    left = iter(rest)
    return permute(input, [order[d] if d in order else next(left) for d in range(ndim)])


def T(input: Tensor) -> Tensor:
    """With the order of all dimensions reversed. Follows `torch.Tensor.T`."""
    return permute(input, tuple(range(input._data.ndim))[::-1])


def mT(input: Tensor) -> Tensor:
    """With the last two dimensions exchanged. Follows `torch.Tensor.mT`."""
    if not input._data.ndim:
        return permute(input, ())
    if input._data.ndim < 2:
        raise RuntimeError(
            "tensor.mT is only supported on matrices or batches of matrices. Got "
            f"{input._data.ndim}-D tensor."
        )
    return transpose(input, -2, -1)


# ----- larger without memory --------------------------------------------------------------------


def expand(input: Tensor, *size: Any) -> Tensor:
    """Sizes of 1 stretched, without a copy: their stride is 0. -1 keeps a size. A view.

    Follows `torch.Tensor.expand`.

    >>> torch.tensor([[1], [2]]).expand(2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    require_tensor("expand", "input", 1, input)
    sizes = _sizes("expand", "size", size, None) if size and size != ((),) else ()
    shape = input._data.shape
    target = _expanded(input.dtype, shape, sizes)
    return window(
        "ExpandBackward0",
        input,
        lambda a: _stretched(a, target),
        lambda g: g.sum_to_size(shape),
    )


def _stretched(array: Array, target: tuple[int, ...]) -> Array:
    """`array` in the sizes `target`: stride 0 wherever one number stands for many."""
    strides: list[int] = []
    for back in range(1, len(target) + 1):
        if back <= array.ndim:
            size, step = array.shape[-back], array.strides[-back]
        else:
            size, step = 1, target[-back + 1] * strides[-1] if strides else array.itemsize
        strides.append(step if size == target[-back] else 0)
    return np.lib.stride_tricks.as_strided(array, target, strides[::-1])


def _expanded(
    dtype: dtypes.dtype, shape: tuple[int, ...], sizes: tuple[int, ...]
) -> tuple[int, ...]:
    extra = len(sizes) - len(shape)
    if extra < 0:
        raise noted(
            RuntimeError(
                f"expand({_spelled(dtype, shape)}, size={list(sizes)}): the number of sizes "
                f"provided ({len(sizes)}) must be greater or equal to the number of dimensions in "
                f"the tensor ({len(shape)})"
            )
        )
    target = []
    for dim, size in reversed(list(enumerate(sizes))):
        old = shape[dim - extra] if dim >= extra else None
        if size == -1:
            if old is None:
                raise RuntimeError(
                    f"The expanded size of the tensor ({size}) isn't allowed in a leading, "
                    f"non-existing dimension {dim}"
                )
            target.append(old)
        elif old in (None, 1, size):
            target.append(size)
        else:
            raise noted(
                RuntimeError(
                    f"The expanded size of the tensor ({size}) must match the existing size "
                    f"({old}) at non-singleton dimension {dim}.  Target sizes: {list(sizes)}.  "
                    f"Tensor sizes: {list(shape)}"
                ),
                "Only a size of 1 can be stretched.",
            )
    if min(target, default=0) < 0:
        raise noted(
            RuntimeError("numel: integer multiplication overflow"),
            "No size is negative; -1 keeps the size that there is.",
        )
    return tuple(target[::-1])


def _spelled(dtype: dtypes.dtype, shape: tuple[int, ...]) -> str:
    old = dtype.category in (dtypes.INTEGRAL, dtypes.FLOATING)
    name = f"torch.{dtype.legacy}Tensor" if old else f"CPU{dtype.legacy}Type"
    return f"{name}{{{list(shape)}}}"


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`input` stretched to the sizes of `other`. Follows `torch.Tensor.expand_as`."""
    return expand(input, tuple(other.shape))


def broadcast_to(input: Tensor, *size: Any) -> Tensor:
    """`input` stretched to `size`. Follows `torch.broadcast_to`."""
    return expand(input, _sizes("broadcast_to", "size", size, None))


def broadcast_shapes(*shapes: Sequence[int]) -> Size:
    """The shape in which shapes meet. Follows `torch.broadcast_shapes`.

    >>> torch.broadcast_shapes((2, 1), (3,))
    torch.Size([2, 3])
    """
    met: tuple[int, ...] = ()
    for index, shape in enumerate(shapes):
        try:
            met = np.broadcast_shapes(met, tuple(shape))
        except ValueError:
            raise _does_not_meet(met, tuple(shape), index) from None
    return Size(met)


def _does_not_meet(met: tuple[int, ...], shape: tuple[int, ...], index: int) -> RuntimeError:
    dim = next(
        d
        for d in range(-1, -len(shape) - 1, -1)
        if shape[d] != 1 and -d <= len(met) and met[d] not in (1, shape[d])
    )
    return noted(
        RuntimeError(
            f"Attempting to broadcast a dimension of length {shape[dim]} at {dim}! Mismatching "
            f"argument at index {index} had {shape}; but expected shape should be broadcastable to "
            f"{list(met)}"
        ),
        lined_up(met, shape, names=("so far", "this one")),
    )


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Views of one shape, in which all meet. Follows `torch.broadcast_tensors`."""
    shape = broadcast_shapes(*[tuple(x.shape) for x in tensors])
    return tuple(expand(x, shape) for x in tensors)


def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """The tensor several times over, along each dimension; a copy. Follows `torch.Tensor.repeat`.

    >>> torch.tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    times = _sizes("repeat", "repeats", repeats, None)
    shape = input._data.shape
    if len(times) < len(shape):
        raise noted(
            RuntimeError(
                "Number of dimensions of repeat dims can not be smaller than number of dimensions "
                "of tensor"
            ),
            f"Say how often for each of the {len(shape)} dimensions: 1 leaves one as it is.",
        )
    full = (1,) * (len(times) - len(shape)) + shape
    repeated = [n * size for n, size in zip(times, full, strict=True)]
    if min(repeated, default=0) < 0:
        wrong = next(size for size in repeated if size < 0)
        raise RuntimeError(f"Trying to create tensor with negative dimension {wrong}: {repeated}")

    def gradient(g: Tensor) -> Tensor:
        split = [n for pair in zip(times, full, strict=True) for n in pair]
        return reshape(reshape(g, split).sum(tuple(range(0, len(split), 2))), shape)

    return record("RepeatBackward0", np.tile(input._data, times), (input, gradient))


def tile(input: Tensor, *dims: Any) -> Tensor:
    """As `repeat`; dimensions not spoken of stay as they are. Follows `torch.tile`."""
    times = _sizes("tile", "dims", dims, None)
    return repeat(input, (1,) * (input._data.ndim - len(times)) + times)


def repeat_interleave(
    input: Tensor, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element several times in a row. Follows `torch.repeat_interleave`.

    Given counts alone, it gives each one's place as often as the count says.

    >>> torch.tensor([1, 2]).repeat_interleave(2)
    tensor([1, 1, 2, 2])
    """
    if repeats is None:
        places = np.repeat(np.arange(input._data.size, dtype=np.int64), input._data.astype(np.intp))
        return wrap(places)
    if dim is None:
        input, dim = reshape(input, -1), 0
    dim = normal_dim(dim, input._data.ndim)
    size = input._data.shape[dim] if input._data.ndim else 1
    if isinstance(repeats, TensorBase) and repeats._data.size not in (1, size):
        raise RuntimeError(
            "repeats must have the same size as input along dim, but got repeats.size(0) = "
            f"{repeats._data.size} and input.size({dim}) = {size}"
        )
    times = repeats._data if isinstance(repeats, TensorBase) else np.full(size, repeats, np.int64)
    index = np.repeat(np.arange(size, dtype=np.intp), times.astype(np.intp))
    return input.index_select(dim, wrap(index.astype(np.int64)))


def as_strided(
    input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """A view with sizes and strides of your own choice. Follows `torch.as_strided`.

    Raises RuntimeError where it would leave the memory.

    >>> torch.arange(6).as_strided((2, 2), (3, 1))
    tensor([[0, 1],
            [3, 4]])
    """
    sizes, steps = tuple(size), tuple(stride)
    root = storage_of(input).array
    scattered = not input._data.flags.c_contiguous and root.flags.c_contiguous
    start = input.storage_offset() if storage_offset is None else storage_offset
    if len(sizes) != len(steps):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(step < 0 for step in steps):
        raise RuntimeError(
            "as_strided: Negative strides are not supported at the moment, got strides: "
            f"{list(steps)}"
        )
    if any(n < 0 for n in sizes):
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={list(sizes)} and "
            f"strides={list(steps)}"
        )
    if start < 0:
        raise RuntimeError(f"Tensor: invalid storage offset {start}")
    needed = start + 1 + sum((n - 1) * s for n, s in zip(sizes, steps, strict=True))
    if 0 not in sizes and needed > root.size:
        raise RuntimeError(
            f"setStorage: sizes {list(sizes)}, strides {list(steps)}, storage offset {start}, and "
            f"itemsize {root.itemsize} requiring a storage size of {needed * root.itemsize} are "
            f"out of bounds for storage of size {root.nbytes}"
        )

    if scattered and not input.requires_grad:  # what it shows is of the memory, not of the input
        flat = root.reshape(-1)[start:]
        steps_in_bytes = tuple(s * root.itemsize for s in steps)
        return alias(input, np.lib.stride_tricks.as_strided(flat, sizes, steps_in_bytes))

    def replay(array: Array) -> Array:
        flat = array.reshape(-1)
        offset = start if array is not input._data else start - input.storage_offset()
        byte = tuple(s * array.itemsize for s in steps)
        return np.lib.stride_tricks.as_strided(flat[offset:], sizes, byte)

    return window("AsStridedBackward0", input, replay)


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """All windows of a size along a dimension, as a last dimension. A view.

    Follows `torch.Tensor.unfold`.

    >>> torch.arange(5).unfold(0, 3, 1)
    tensor([[0, 1, 2],
            [1, 2, 3],
            [2, 3, 4]])
    """
    if not input._data.ndim:
        normal_dim(dimension, 0)
        return unfold(view(input, 1), 0, size, step)[0]
    dim = normal_dim(dimension, input._data.ndim)
    have = input._data.shape[dim]
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > have:
        raise RuntimeError(
            f"maximum size for tensor at dimension {dim} is {have} but size is {size}"
        )
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")

    def windows(array: Array) -> Array:
        shape = [*list(array.shape), size]
        shape[dim] = (have - size) // step + 1
        strides = [*list(array.strides), array.strides[dim]]
        strides[dim] *= step
        return np.lib.stride_tricks.as_strided(array, shape, strides)

    shape = input._data.shape

    def gradient(g: Tensor) -> Tensor:
        whole = np.zeros(shape, g._data.dtype)
        _add_windows(windows(whole), g._data)
        return record("UnfoldBackward0", whole, (g, lambda h: unfold(h, dim, size, step)))

    return window("UnfoldBackward0", input, windows, gradient)


def _add_windows(windows: Array, gradient: Array) -> None:
    """Add to overlapping windows, one place in the window after the other."""
    for place in range(windows.shape[-1]):
        windows[..., place] += gradient[..., place]


# ----- diagonals and triangles ------------------------------------------------------------------


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The elements whose two indices are equal, or `offset` apart. A view.

    Follows `torch.diagonal`.

    >>> torch.arange(9).reshape(3, 3).diagonal()
    tensor([0, 4, 8])
    """
    require_tensor("diagonal", "input", 1, input)
    a, b = (normal_dim(dim, input._data.ndim) for dim in (dim1, dim2))
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")

    def along(array: Array) -> Array:
        rows, columns = array.shape[a], array.shape[b]
        count = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
        first: list[Any] = [slice(None)] * array.ndim
        if count:
            first[a], first[b] = slice(max(-offset, 0), None), slice(max(offset, 0), None)
        start = array[tuple(first)]
        rest = [d for d in range(array.ndim) if d not in (a, b)]
        return np.lib.stride_tricks.as_strided(
            start,
            [array.shape[d] for d in rest] + [count],
            [array.strides[d] for d in rest] + [array.strides[a] + array.strides[b]],
        )

    return window("DiagonalBackward0", input, along)


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """The diagonal of a matrix; of a vector, the matrix with that diagonal. Follows `torch.diag`.

    >>> torch.diag(torch.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    require_tensor("diag", "input", 1, input)
    if input._data.ndim == 2:
        part = _diagonal(input, diagonal)
        return record("DiagonalBackward0_copy", part._data.copy(), (part, lambda g: g))
    if input._data.ndim != 1:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input._data.ndim}D")
    return record(
        "DiagEmbedBackward0",
        np.diag(input._data, diagonal),
        (input, lambda g: _diagonal(g, diagonal)),
    )


_diagonal = diagonal


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """A matrix with zeros above the diagonal. Follows `torch.tril`.

    >>> torch.ones(2, 2).tril()
    tensor([[1., 0.],
            [1., 1.]])
    """
    return _triangle("tril", np.tril, input, diagonal)


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """A matrix with zeros below the diagonal. Follows `torch.triu`."""
    return _triangle("triu", np.triu, input, diagonal)


def _triangle(name: str, function: Callable[..., Any], input: Tensor, diagonal: int) -> Tensor:
    require_tensor(name, "input", 1, input)
    if input._data.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
    return record(
        f"{name.capitalize()}Backward0",
        function(input._data, diagonal),
        (input, lambda g: _triangle(name, function, g, diagonal)),
    )


def trace(input: Tensor) -> Tensor:
    """The sum of a matrix' diagonal. Follows `torch.trace`.

    >>> torch.trace(torch.eye(3))
    tensor(3.)
    """
    require_tensor("trace", "input", 1, input)
    if input._data.ndim != 2:
        raise RuntimeError("trace: expected a matrix, but got tensor with dim "
                           f"{input._data.ndim}")  # fmt: skip
    shape = input._data.shape
    wide = np.int64 if input.dtype.category < dtypes.FLOATING else input._data.dtype
    total = np.asarray(np.trace(input._data, dtype=wide))
    return record(
        "TraceBackward0",
        total,
        (input, lambda g: g * wrap(np.eye(*shape, dtype=g._data.dtype))),
    )


def fliplr(input: Tensor) -> Tensor:
    """With the order of the columns reversed. Follows `torch.fliplr`."""
    if input._data.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return input.flip(1)


def flipud(input: Tensor) -> Tensor:
    """With the order of the rows reversed. Follows `torch.flipud`."""
    if not input._data.ndim:
        raise RuntimeError("Input must be >= 1-d.")
    return input.flip(0)


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """Turned by k quarters of a circle, from the first of two dimensions to the second.

    Follows `torch.rot90`.

    >>> torch.rot90(torch.arange(4).reshape(2, 2))
    tensor([[1, 3],
            [0, 2]])
    """
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if input._data.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input._data.ndim}")
    a, b = (normal_dim(dim, input._data.ndim) for dim in dims)
    if a == b:
        raise RuntimeError(
            f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}"
        )
    if k % 2:  # flipped, and turned as a view: laid out in memory so
        flipped = np.flip(input._data, b if k % 4 == 1 else a).copy(order="K")
        data = np.swapaxes(flipped, a, b)
    else:
        data = np.rot90(input._data, k, (a, b)).copy(order="K")
    return record("Rot90Backward0", data, (input, lambda g: rot90(g, -k, (a, b))))


def adjoint(input: Tensor) -> Tensor:
    """The last two dimensions exchanged, of the complex conjugate. Follows `torch.adjoint`."""
    return transpose(input, -2, -1).conj()


def H(input: Tensor) -> Tensor:
    """A matrix' complex conjugate, rows as columns. Follows `torch.Tensor.H`."""
    if input._data.ndim not in (0, 2):
        raise RuntimeError(
            "tensor.H is only supported on matrices (2-D tensors). Got "
            f"{input._data.ndim}-D tensor."
            + (" For batches of matrices, consider using tensor.mH" if input._data.ndim > 2 else "")
        )
    return adjoint(input) if input._data.ndim else input


def _at_least(ndim: int, dims: tuple[int, ...], tensors: tuple[Any, ...]) -> Any:
    """Each tensor with dimensions of size 1 put in at `dims`, as far as it lacks them."""
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        return tuple(_at_least(ndim, dims, (one,)) for one in tensors[0])
    if len(tensors) != 1:
        return tuple(_at_least(ndim, dims, (one,)) for one in tensors)
    out = tensors[0]
    require_tensor(f"atleast_{ndim}d", "tensors", 1, out)
    for dim in dims[out._data.ndim :]:
        out = unsqueeze(out, dim)
    return out


def atleast_1d(*tensors: Any) -> Any:
    """With one dimension or more. Follows `torch.atleast_1d`."""
    return _at_least(1, (0,), tensors)


def atleast_2d(*tensors: Any) -> Any:
    """With two dimensions or more; a vector is a row. Follows `torch.atleast_2d`.

    >>> torch.atleast_2d(torch.arange(3)).shape
    torch.Size([1, 3])
    """
    return _at_least(2, (0, 0), tensors)


def atleast_3d(*tensors: Any) -> Any:
    """With three dimensions or more. Follows `torch.atleast_3d`."""
    return _at_least(3, (0, 0, -1), tensors)


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """The coordinates of a grid's points, from those along its axes. Follows `torch.meshgrid`.

    >>> torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij")[1]
    tensor([[0, 1, 2],
            [0, 1, 2]])
    """
    listed = len(tensors) == 1 and isinstance(tensors[0], (tuple, list))
    axes = list(tensors[0] if listed else tensors)
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(
            'torch.meshgrid: indexing must be one of "xy" or "ij", but received: ' + indexing
        )
    if not axes:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    for axis in axes:
        if axis._data.ndim > 1:
            raise RuntimeError(
                f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {axis!r}"
            )
        if axis.dtype is not axes[0].dtype:
            raise RuntimeError("torch.meshgrid expects all tensors to have the same dtype")
    swapped = indexing == "xy" and len(axes) > 1
    if swapped:
        axes[0], axes[1] = axes[1], axes[0]
    shape = tuple(axis._data.size for axis in axes)
    grids = [
        expand(view(axis, (1,) * i + (-1,) + (1,) * (len(axes) - i - 1)), shape)
        for i, axis in enumerate(axes)
    ]
    if swapped:
        grids[0], grids[1] = grids[1], grids[0]
    return tuple(grids)


# ----- in place: the same tensor under another shape --------------------------------------------


_IN_PLACE = {"SqueezeBackward0": "3", "SqueezeBackward1": "4", "SqueezeBackward2": "5"}


def _reshaped(operation: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The form of a view operation that changes the tensor itself: `t_` of `t`."""

    @functools.wraps(operation)
    def changed(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        if mode._enabled and input.requires_grad:
            forbid_leaf(input)
        new = operation(input, *args, **kwargs)
        input._data = new._data
        storage_of(input).version += 1
        if new._grad_fn is not None:
            name = new._grad_fn.name()
            input._grad_fn = make_node(name[:-1] + _IN_PLACE.get(name, "1"), new._grad_fn.edges)
        return input

    changed.__doc__ = f"In-place form of `{operation.__name__}`."
    return changed


squeeze_ = _reshaped(squeeze)
unsqueeze_ = _reshaped(unsqueeze)
_t_ = _reshaped(t)


def t_(input: Tensor) -> Tensor:
    """Turn a matrix in place. Follows `torch.Tensor.t_`."""
    if input._data.ndim > 2:
        raise RuntimeError(
            f"t_() expects a tensor with <= 2 dimensions, but self is {input._data.ndim}D"
        )
    return _t_(input)


transpose_ = _reshaped(transpose)

swapaxes = swapdims = transpose
moveaxis = movedim
