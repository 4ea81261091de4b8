"""Creating tensors: from numbers, from numpy, or filled with zeros, ones, ranges."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, TensorBase, as_bfloat16, differentiable, record, wrap
from tensorlab.device import only_cpu
from tensorlab.dialect import rules
from tensorlab.errors import noted
from tensorlab.kernels.quiet import quietly
from tensorlab.ops.formats import laid_out
from tensorlab.ops.operands import is_number, kind_of, require_tensor, stored

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "arange",
    "as_tensor",
    "asarray",
    "clone",
    "complex",
    "empty",
    "empty_like",
    "eye",
    "from_numpy",
    "full",
    "full_like",
    "linspace",
    "logspace",
    "ones",
    "ones_like",
    "scalar_tensor",
    "strided",
    "tensor",
    "tril_indices",
    "triu_indices",
    "zeros",
    "zeros_like",
]

_unset: Any = object()

# Python's own types, where a dtype is asked for.
OF_PYTHON: dict[Any, dtypes.dtype] = {
    builtins.float: dtypes.float64,
    builtins.int: dtypes.int64,
    builtins.bool: dtypes.bool,
    builtins.complex: dtypes.complex128,
}


def finished(data: Array, dtype: dtypes.dtype | None, requires_grad: bool) -> Tensor:
    """A tensor around a new array, a leaf that may ask for a gradient."""
    out = as_bfloat16(wrap(data)) if dtype is dtypes.bfloat16 else wrap(data, dtype)
    if requires_grad:
        if not differentiable(out.dtype):
            raise noted(
                RuntimeError(
                    "Only Tensors of floating point and complex dtype can require gradients"
                ),
                "Give floats: [1., 2.] in place of [1, 2], or dtype=torch.float32.",
            )
        out._requires_grad = True
    return out


def checked_dtype(operation: str, dtype: Any) -> dtypes.dtype | None:
    """`dtype`, one of ours or Python's `float`, `int`, `bool`. Raises TypeError else."""
    if dtype is None or isinstance(dtype, dtypes.dtype):
        return dtype
    if isinstance(dtype, type) and dtype in OF_PYTHON:
        return OF_PYTHON[dtype]
    raise noted(
        TypeError(f"{operation}(): argument 'dtype' must be torch.dtype, not {kind_of(dtype)}"),
        "Write dtype=torch.float32, torch.int64, torch.bool…",
    )


# ----- from numbers -----------------------------------------------------------------------------


def tensor(
    data: Any = _unset,
    *extra: Any,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor with a copy of `data`: a number, nested lists, a numpy array, a tensor.

    The type follows the numbers: float32 for floats, int64 for integers, bool. Raises ValueError
    where the lists are ragged. Follows `torch.tensor`.

    >>> torch.tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    >>> torch.tensor([1, 2.5]).dtype, torch.tensor(3).shape
    (torch.float32, torch.Size([]))
    """
    if data is _unset:
        raise TypeError('tensor() missing 1 required positional arguments: "data"')
    if extra:
        raise noted(
            TypeError(f"tensor() takes 1 positional argument but {1 + len(extra)} were given"),
            "Put the numbers into one list: torch.tensor([1, 2, 3]).",
        )
    only_cpu(device)
    dtype = checked_dtype("tensor", dtype)
    if dtype is None and isinstance(data, TensorBase):
        dtype = data.dtype
    array = to_array(data, dtype)
    if dtype is None and dtypes.get_default_dtype() is dtypes.bfloat16:
        floats = array.dtype == np.float32 and not isinstance(data, np.ndarray)
        dtype = dtypes.bfloat16 if floats else None
    return finished(array, dtype, requires_grad)


def to_array(data: Any, dtype: dtypes.dtype | None) -> Array:
    """A new numpy array of `data` in the type that torch would give it."""
    if isinstance(data, TensorBase):
        array = data._data
    elif isinstance(data, np.ndarray):
        array = _of_torch(data)
    else:
        array = _from_sequence(data, dtype)
    if dtype is not None:
        return cast_numbers(array, dtype)
    return array.astype(array.dtype.newbyteorder("="), copy=True)


def cast_numbers(array: Array, dtype: dtypes.dtype) -> Array:
    """A copy of `array` in another type; floats are cut toward zero, integers wrap around."""
    # What was stretched has no order of strides to keep.
    order: Any = "C" if 0 in array.strides else "K"
    with np.errstate(all="ignore"):
        if array.dtype.kind == "c" and dtype.category != dtypes.COMPLEX:
            if dtype is dtypes.bool:
                return array.astype(np.bool_)
            array = array.real
        if array.dtype.kind == "f" and dtype is dtypes.int32:
            # What does not fit is the least number, as processors have it.
            fits = (array > -(2.0**31) - 1) & (array < 2.0**31)
            return np.where(fits, array, -(2.0**31)).astype(np.int32)
        if array.dtype.kind == "f" and dtype.category == dtypes.INTEGRAL and dtype.itemsize < 8:
            # Through int64, as torch does: -1. becomes 255 in uint8 on every machine.
            array = array.astype(np.int64, order=order)
        return array.astype(dtype.numpy, order=order)


def _of_torch(array: Array) -> Array:
    """`array`, where torch has its type. Raises TypeError else."""
    if dtypes.from_numpy(array.dtype) is None:
        raise _no_such_type(array)
    return array


def _no_such_type(array: Array) -> TypeError:
    name = array.dtype.type.__name__ if array.dtype.kind in "OUSMmV" else array.dtype.name
    return noted(
        TypeError(
            f"can't convert np.ndarray of type numpy.{name}. The only supported types are: "
            "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, "
            "uint32, uint16, uint8, and bool."
        ),
        "Convert the array first, for example array.astype(np.float32).",
    )


def _from_sequence(data: Any, dtype: dtypes.dtype | None) -> Array:
    """An array of nested sequences of numbers, in the type that torch infers."""
    plain = _from_plain_lists(data, dtype)
    if plain is not None:
        return plain
    shape = _shape_of(data)
    leaves: list[Any] = []
    _collect(data, shape, 0, leaves)
    inferred = dtype or _inferred(leaves)
    flat = np.empty(len(leaves), dtype=inferred.numpy)
    for i, leaf in enumerate(leaves):
        flat[i] = _stored(leaf, inferred)
    return flat.reshape(shape)


def _from_plain_lists(data: Any, dtype: dtypes.dtype | None) -> Array | None:
    """An array of lists of Python's floats and ints, all at once; None where there is more to ask.

    Asking number by number takes 4 us each.
    """
    shape: list[int] = []
    level = [data]
    while (kinds := set(map(type, level))) == {list}:
        if len(set(map(len, level))) != 1:
            return None
        shape.append(len(level[0]))
        level = [each for row in level for each in row]
    if not kinds or not kinds <= _PLAIN_KINDS:
        return None
    if dtype is None:
        dtype = dtypes.get_default_dtype() if builtins.float in kinds else dtypes.int64
    elif dtype.category < (dtypes.FLOATING if builtins.float in kinds else dtypes.INTEGRAL):
        return None
    try:
        return quietly(np.array, level, dtype.numpy).reshape(shape)  # type: ignore[no-any-return]
    except OverflowError:
        return None


_PLAIN_KINDS = {builtins.float, builtins.int}


def _is_sequence(x: object) -> bool:
    if isinstance(x, (str, bytes, dict, set, frozenset, TensorBase)) or is_number(x):
        return False
    if isinstance(x, np.ndarray):
        return bool(x.ndim)
    return hasattr(x, "__len__") and hasattr(x, "__getitem__")


def _shape_of(data: Any) -> list[int]:
    """The sizes that the first elements, all the way down, lead one to expect."""
    shape: list[int] = []
    while _is_sequence(data):
        shape.append(len(data))
        if isinstance(data, np.ndarray):
            return shape[:-1] + list(data.shape)
        if not len(data):
            break
        data = data[0]
    if shape and isinstance(data, str):
        raise noted(ValueError("too many dimensions 'str'"), _NO_TEXT)
    return shape


_NO_TEXT = "Text is no number. Turn it into one first: float(text)."


def _collect(data: Any, shape: list[int], depth: int, leaves: list[Any]) -> None:
    if depth == len(shape):
        if _is_sequence(data):
            raise noted(
                TypeError(f"'{kind_of(data)}' object cannot be interpreted as an integer")
                if shape
                else ValueError("too many dimensions"),
                "The first element is a number, a later one a list: all must have one depth.",
            )
        leaves.append(data)
        return
    if not _is_sequence(data):
        raise noted(
            TypeError("not a sequence"),
            "The first element is a list, a later one a number: all must have one depth.",
        )
    if len(data) != shape[depth]:
        raise noted(
            ValueError(
                f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})"
            ),
            "The rows of a tensor have one length. Fill the short ones up, or make two tensors.",
        )
    for item in data:
        _collect(item, shape, depth + 1, leaves)


def _inferred(leaves: list[Any]) -> dtypes.dtype:
    result: dtypes.dtype | None = None
    for leaf in leaves:
        found = _dtype_of(leaf)
        result = found if result is None else dtypes.promote_types(result, found)
    return dtypes.get_default_dtype() if result is None else result


def _dtype_of(leaf: Any) -> dtypes.dtype:
    if isinstance(leaf, TensorBase):
        return leaf.dtype
    if isinstance(leaf, (np.ndarray, np.generic)):
        found = dtypes.from_numpy(leaf.dtype)
        if found is not None:
            return found
    if is_number(leaf):
        category = dtypes.category_of_number(leaf)
        if category == dtypes.BOOLEAN and rules().booleans_are_uint8:
            return dtypes.uint8
        return dtypes.default_of(category)
    if isinstance(leaf, str):
        raise noted(TypeError("new(): invalid data type 'str'"), _NO_TEXT)
    raise RuntimeError(f"Could not infer dtype of {kind_of(leaf)}")


def _stored(leaf: Any, dtype: dtypes.dtype) -> Any:
    if isinstance(leaf, TensorBase):
        leaf = _one_number(leaf)
    if dtype.category < dtypes.COMPLEX and not is_number(leaf) and not isinstance(leaf, np.ndarray):
        if isinstance(leaf, str):
            raise noted(TypeError("new(): invalid data type 'str'"), _NO_TEXT)
        raise TypeError(f"must be real number, not {kind_of(leaf)}")
    if dtype.category < dtypes.COMPLEX and isinstance(leaf, builtins.complex):
        raise noted(TypeError("must be real number, not complex"), "Its real part: z.real.")
    if dtype.category == dtypes.INTEGRAL:
        whole = int(leaf)
        if not -(2**63) <= whole < 2**63:
            raise ValueError("Overflow when unpacking long long")
        limits: Any = np.iinfo(dtype.numpy)
        if dtype is dtypes.uint8 and -(2**8) < whole < 0:
            return whole % 2**8
        if not limits.min <= whole <= limits.max:
            raise noted(
                RuntimeError(f"value cannot be converted to type {dtype.name} without overflow"),
                f"{dtype} holds {limits.min} to {limits.max}.",
            )
        return whole
    with np.errstate(all="ignore"):
        return np.asarray(leaf).astype(dtype.numpy)


def _one_number(tensor: TensorBase) -> Any:
    """The number of a tensor that stands in a list of numbers."""
    if tensor._data.size != 1:
        words = (
            TypeError("only integer tensors of a single element can be converted to an index")
            if tensor.dtype.category < dtypes.FLOATING
            else ValueError("only one element tensors can be converted to Python scalars")
        )
        raise noted(words, "To put tensors side by side: torch.stack([a, b]).")
    return tensor._data.item()


def as_tensor(data: Any, dtype: dtypes.dtype | None = None, device: Any = None) -> Tensor:
    """A tensor of `data`, without a copy where none is needed. Follows `torch.as_tensor`.

    >>> array = np.array([1., 2.])
    >>> x = torch.as_tensor(array)
    >>> array[0] = 9.
    >>> x
    tensor([9., 2.], dtype=torch.float64)
    """
    only_cpu(device)
    dtype = checked_dtype("as_tensor", dtype)
    if isinstance(data, TensorBase):
        return data if dtype in (None, data.dtype) else data.to(dtype)  # type: ignore[return-value,attr-defined]
    if isinstance(data, np.ndarray):
        shared = from_numpy(data)
        return shared if dtype in (None, shared.dtype) else shared.to(dtype)
    return tensor(data, dtype=dtype)


def asarray(
    obj: Any,
    *,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of `obj`, sharing memory where that can be. Follows `torch.asarray`."""
    only_cpu(device)
    if isinstance(obj, TensorBase):
        same: Any = as_tensor(obj, dtype=dtype)
        same = clone(same.detach()) if copy else same
        return same.requires_grad_() if requires_grad else same  # type: ignore[no-any-return]
    made = tensor(obj, dtype=dtype) if copy else as_tensor(obj, dtype=dtype)
    return made.requires_grad_() if requires_grad else made


def from_numpy(ndarray: Array) -> Tensor:
    """A tensor that shares memory and type with a numpy array. Follows `torch.from_numpy`.

    Raises TypeError for anything but an array, or an array of a type that torch does not have.

    >>> y = np.array([0., 1., 2.])
    >>> x = torch.from_numpy(y)
    >>> y[0] = 5.
    >>> x
    tensor([5., 1., 2.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise noted(
            TypeError(f"expected np.ndarray (got {kind_of(ndarray)})"),
            "For a list, use torch.tensor(…), which copies.",
        )
    array = _of_torch(ndarray)
    if array.dtype.byteorder == ">" or not array.dtype.isnative:
        raise ValueError(
            "given numpy array has byte order different from the native byte order. Conversion "
            "between byte orders is currently not supported."
        )
    if any(stride < 0 for stride in array.strides):
        raise noted(
            ValueError(
                "At least one stride in the given numpy array is negative, and tensors with "
                "negative strides are not currently supported. (You can probably work around this "
                "by making a copy of your array  with array.copy().) "
            ),
            "A reversed view, as array[::-1], has one.",
        )
    if array.dtype not in dtypes._FROM_NUMPY:
        array = array.view(array.dtype.newbyteorder("="))
    return wrap(np.ndarray.view(array, np.ndarray))


# ----- filled -----------------------------------------------------------------------------------


def size_of(operation: str, size: Sequence[Any]) -> tuple[int, ...]:
    """The sizes in `zeros(2, 3)`, `zeros((2, 3))` or `zeros(x.shape)`."""
    if len(size) == 1 and isinstance(size[0], (tuple, list)):
        sizes: Sequence[Any] = size[0]
    else:
        sizes = size
    for one in sizes:
        if type(one) is not builtins.int or one < 0:
            break
    else:
        if size:
            return tuple(sizes)
    if not size and operation in ("zeros", "ones", "empty"):
        raise TypeError(f'{operation}() missing 1 required positional arguments: "size"')
    checked = []
    for position, one in enumerate(sizes, 1):
        if isinstance(one, TensorBase) and not one._data.ndim and one.dtype.category < 2:
            one = int(one._data)
        if isinstance(one, bool) or not isinstance(one, (int, np.integer)):
            raise _no_size(operation, size, one, position)
        if one < 0:
            raise noted(
                RuntimeError(
                    "zeros: Dimension size must be non-negative."
                    if operation == "zeros"
                    else f"Trying to create tensor with negative dimension {one}: {list(sizes)}"
                ),
                "A size counts elements: zero or more.",
            )
        checked.append(int(one))
    return tuple(checked)


def _no_size(operation: str, size: Sequence[Any], one: Any, position: int) -> TypeError:
    if position == 1 and len(size) == 1 and isinstance(size[0], (tuple, list)):
        words = (
            f"{operation}(): argument 'size' (position 1) must be tuple of ints, but found element "
            f"of type {kind_of(one)} at pos 0"
        )
    elif position == 1:
        words = (
            f"{operation}(): argument 'size' (position 1) must be tuple of ints, not {kind_of(one)}"
        )
    else:
        words = (
            f"{operation}(): argument 'size' failed to unpack the object at pos {position} with "
            f'error "type must be tuple of ints,but got {kind_of(one)}"'
        )
    return noted(TypeError(words), f"Give whole numbers: torch.{operation}(2, 3).")


def _filled(
    operation: str, size: Sequence[Any], value: Any, dtype: Any, requires_grad: bool
) -> Tensor:
    dtype = checked_dtype(operation, dtype) or dtypes.get_default_dtype()
    shape = size_of(operation, size)
    make = np.ones if value == 1 else np.zeros if value == 0 else None
    data = make(shape, dtype.numpy) if make else np.full(shape, value, dtype=dtype.numpy)
    return finished(data, dtype, requires_grad)


def zeros(
    *shape: Any,
    size: Any = None,
    dtype: dtypes.dtype | None = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Zeros of a shape, float32 unless said otherwise. Follows `torch.zeros`.

    >>> torch.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    only_cpu(device)
    return _filled("zeros", _given(shape, size), 0, dtype, requires_grad)


def ones(
    *shape: Any,
    size: Any = None,
    dtype: dtypes.dtype | None = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Ones of a shape, float32 unless said otherwise. Follows `torch.ones`.

    >>> torch.ones(2, 1)
    tensor([[1.],
            [1.]])
    """
    only_cpu(device)
    return _filled("ones", _given(shape, size), 1, dtype, requires_grad)


def empty(
    *shape: Any,
    size: Any = None,
    dtype: dtypes.dtype | None = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor whose numbers are whatever the memory held. Follows `torch.empty`.

    >>> torch.empty(2, 3).shape
    torch.Size([2, 3])
    """
    only_cpu(device)
    dtype = checked_dtype("empty", dtype) or dtypes.get_default_dtype()
    data = np.empty(size_of("empty", _given(shape, size)), dtype.numpy)
    if memory_format is not None:
        data = laid_out(data, memory_format)
    return finished(data, dtype, requires_grad)


def _given(shape: Sequence[Any], size: Any) -> Sequence[Any]:
    return shape if size is None else (tuple(size),)


def full(
    size: Sequence[int],
    fill_value: Any,
    *,
    dtype: dtypes.dtype | None = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of one number, whose kind gives the type. Follows `torch.full`.

    >>> torch.full((2, 2), 7)
    tensor([[7, 7],
            [7, 7]])
    """
    only_cpu(device)
    if isinstance(size, (int, np.integer)):
        raise noted(
            TypeError(
                f"full(): argument 'size' (position 1) must be tuple of ints, not {kind_of(size)}"
            ),
            f"Write torch.full(({size},), …).",
        )
    if isinstance(fill_value, TensorBase):
        dtype = dtype or fill_value.dtype
        fill_value = _plain(fill_value)
    dtype = checked_dtype("full", dtype) or _dtype_of(fill_value)
    number = stored(fill_value, dtype)
    return _filled("full", (tuple(size),), number, dtype, requires_grad)


def _like(operation: str, input: Any, dtype: Any, device: Any) -> dtypes.dtype:
    require_tensor(operation, "input", 1, input)
    only_cpu(device)
    return checked_dtype(operation, dtype) or input.dtype


def same_layout(input: Tensor, dtype: dtypes.dtype) -> Array:
    """An empty array of input's shape, its strides in the same order."""
    data = input._data
    order: Any = "C" if 0 in data.strides else "K"
    return np.empty_like(data, dtype=dtype.numpy, order=order, subok=False)


def zeros_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **_: Any
) -> Tensor:
    """Zeros of another tensor's shape and type. Follows `torch.zeros_like`.

    >>> torch.zeros_like(torch.tensor([1, 2, 3]))
    tensor([0, 0, 0])
    """
    return full_like(
        input, 0, dtype=_like("zeros_like", input, dtype, device), requires_grad=requires_grad
    )


def ones_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **_: Any
) -> Tensor:
    """Ones of another tensor's shape and type. Follows `torch.ones_like`."""
    return full_like(
        input, 1, dtype=_like("ones_like", input, dtype, device), requires_grad=requires_grad
    )


def full_like(
    input: Tensor,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """One number in another tensor's shape and type. Follows `torch.full_like`."""
    dtype = _like("full_like", input, dtype, device)
    data = same_layout(input, dtype)
    data[...] = stored(_plain(fill_value), dtype)
    return finished(data, dtype, requires_grad)


def empty_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **_: Any
) -> Tensor:
    """Memory of another tensor's shape and type, as it was. Follows `torch.empty_like`."""
    dtype = _like("empty_like", input, dtype, device)
    return finished(same_layout(input, dtype), dtype, requires_grad)


def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere, (n, m). Follows `torch.eye`.

    >>> torch.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    only_cpu(device)
    for name, value in (("n", n), ("m", m)):
        if value is not None and value < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {value}")
    dtype = checked_dtype("eye", dtype) or dtypes.get_default_dtype()
    return finished(np.eye(n, n if m is None else m, dtype=dtype.numpy), dtype, requires_grad)


# ----- ranges -----------------------------------------------------------------------------------


def _plain(x: Any) -> Any:
    """A Python number, also of a tensor of one."""
    return x._data.item() if isinstance(x, TensorBase) else x


def arange(
    start: Any = None,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from start up to, and without, end. Follows `torch.arange`.

    int64 where start, end and step are integers, else the default float.

    >>> torch.arange(4), torch.arange(1, 2.5, 0.5)
    (tensor([0, 1, 2, 3]), tensor([1.0000, 1.5000, 2.0000]))
    """
    only_cpu(device)
    if start is None and end is None:
        raise TypeError(
            "arange() received an invalid combination of arguments - got (), but expected one of:\n"
            " * (Number end, *, torch.dtype dtype = None, bool requires_grad = False)\n"
            " * (Number start, Number end, Number step = 1, *, torch.dtype dtype = None, "
            "bool requires_grad = False)\n"
        )
    single = end is None or start is None
    if single:
        start, end = 0, start if end is None else end
    start, end, step = map(_plain, (start, end, step))
    for name, position, x in (("start", 1, start), ("end", 2 - single, end), ("step", 3, step)):
        if not is_number(x):
            raise TypeError(
                f"arange(): argument '{name}' (position {position}) must be Number, "
                f"not {kind_of(x)}"
            )
    dtype = checked_dtype("arange", dtype)
    if dtype is None:
        whole = all(isinstance(x, (int, np.integer)) for x in (start, end, step))
        dtype = dtypes.int64 if whole else dtypes.get_default_dtype()
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise noted(
            RuntimeError("upper bound and lower bound inconsistent with step sign"),
            "A positive step needs start <= end, a negative one start >= end.",
        )
    if dtype is dtypes.bool:
        raise NotImplementedError("\"arange_cpu\" not implemented for 'Bool'")
    if dtype.category == dtypes.INTEGRAL:
        start, end, step = int(start), int(end), int(step)
        if step == 0:
            raise RuntimeError("step must be nonzero")
        count = max(0, -((start - end) // step))
        counted = start + step * np.arange(count, dtype=np.int64)
        return finished(counted.astype(dtype.numpy), dtype, requires_grad)
    count = max(0, math.ceil((end - start) / step))
    steps = np.arange(count, dtype=np.float64)
    return finished((start + step * steps).astype(dtype.numpy), dtype, requires_grad)


def linspace(
    start: Any,
    end: Any,
    steps: int | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **_: Any,
) -> Tensor:
    """`steps` numbers, evenly spaced, both ends among them. Follows `torch.linspace`.

    >>> torch.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    only_cpu(device)
    start, end = map(_plain, (start, end))
    dtype = checked_dtype("linspace", dtype) or dtypes.get_default_dtype()
    if steps is None:
        raise TypeError(
            "linspace() received an invalid combination of arguments - got "
            f"({kind_of(start)}, {kind_of(end)}), but expected one of:\n"
            " * (Number start, Number end, int steps, *, torch.dtype dtype = None)\n"
        )
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    # torch counts from both ends, in the result's own type.
    work = dtype.numpy if dtype.category >= dtypes.FLOATING else np.dtype(np.float64)
    if steps == 1:
        return finished(np.full(1, start, work).astype(dtype.numpy), dtype, requires_grad)
    step = (work.type(end) - work.type(start)) / work.type(max(steps - 1, 1))
    i = np.arange(steps, dtype=work)
    data = np.where(
        i < steps // 2, work.type(start) + step * i, work.type(end) - step * (steps - 1 - i)
    )
    return finished(data.astype(dtype.numpy), dtype, requires_grad)


def logspace(start: Any, end: Any, steps: int, base: float = 10.0, **kwargs: Any) -> Tensor:
    """`base` to the powers that `linspace` gives. Follows `torch.logspace`.

    >>> torch.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    dtype = checked_dtype("logspace", kwargs.pop("dtype", None)) or dtypes.get_default_dtype()
    work = dtype if dtype.category >= dtypes.FLOATING else dtypes.float64
    powers = linspace(start, end, steps, dtype=work)._data
    with np.errstate(all="ignore"):
        data = np.power(np.float64(base), powers.astype(np.float64))
    return finished(data.astype(dtype.numpy), dtype, kwargs.get("requires_grad", False))


def _indices(corner: Any, row: int, col: int, offset: int, dtype: Any) -> Tensor:
    kind = np.int64 if dtype is None else dtype.numpy
    return wrap(np.stack(corner(row, offset, col)).astype(kind))


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = None, **_: Any) -> Tensor:
    """The places of a matrix' lower triangle, (2, n). Follows `torch.tril_indices`.

    >>> torch.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return _indices(np.tril_indices, row, col, offset, dtype)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = None, **_: Any) -> Tensor:
    """The places of a matrix' upper triangle, (2, n). Follows `torch.triu_indices`."""
    return _indices(np.triu_indices, row, col, offset, dtype)


def complex(real: Tensor, imag: Tensor) -> Tensor:
    """Complex numbers of their two parts. Follows `torch.complex`.

    >>> torch.complex(torch.tensor([1.]), torch.tensor([2.]))
    tensor([1.+2.j])
    """
    require_tensor("complex", "real", 1, real)
    require_tensor("complex", "imag", 2, imag)
    if real.dtype is not imag.dtype:
        raise RuntimeError(
            f"Expected object of scalar type {real.dtype.legacy} but got scalar type "
            f"{imag.dtype.legacy} for second argument"
        )
    if real.dtype.category != dtypes.FLOATING:
        raise RuntimeError(
            "Expected both inputs to be Half, Float or Double tensors but got "
            f"{real.dtype.legacy} and {imag.dtype.legacy}"
        )
    shape = np.broadcast_shapes(real._data.shape, imag._data.shape)
    data = np.empty(shape, np.result_type(real._data.dtype, np.complex64))
    data.real, data.imag = real._data, imag._data
    # `record` conjugates: so the imaginary part's gradient has a minus.
    return record("ComplexBackward0", data, (real, lambda g: g.real), (imag, lambda g: -g.imag))


def scalar_tensor(s: Any, *, dtype: Any = None, **kwargs: Any) -> Tensor:
    """One number as a tensor of the default type. Follows `torch.scalar_tensor`."""
    return full((), s, dtype=dtype or dtypes.get_default_dtype(), **kwargs)


class layout:
    """How a tensor lies in memory: there is `torch.strided` alone."""

    def __repr__(self) -> str:
        return "torch.strided"


strided = layout()


def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy with memory of its own, still in the graph. Follows `torch.clone`.

    >>> x = torch.tensor([1, 2])
    >>> y = x.clone()
    >>> y[0] = 9
    >>> x
    tensor([1, 2])
    """
    require_tensor("clone", "input", 1, input)
    if memory_format is not None:
        data = laid_out(input._data, memory_format)
        return record("CloneBackward0", data, (input, lambda g: g))
    data = same_layout(input, input.dtype)
    data[...] = input._data
    return record("CloneBackward0", data, (input, lambda g: g))
