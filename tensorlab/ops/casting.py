"""From one type of number to another: type, to, float, double, long, int, bool…

A cast gives a new tensor; the old one stays as it is. Floats are cut toward zero.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tensorlab import dtypes
from tensorlab.core import TensorBase, as_bfloat16, record
from tensorlab.device import device, only_cpu
from tensorlab.errors import noted
from tensorlab.ops import tensor_types
from tensorlab.ops.creation import OF_PYTHON, cast_numbers, checked_dtype
from tensorlab.ops.operands import kind_of

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def cast(input: Tensor, dtype: dtypes.dtype, copy: builtins.bool = False) -> Tensor:
    """`input` in another type; itself, where it has that type and no copy is asked for."""
    if input.dtype is dtype and not copy:
        return input
    data = cast_numbers(input._data, dtype)
    if dtype.category == dtypes.FLOATING:
        out = record("ToCopyBackward0", data, (input, lambda g: g))
        out._dtype = dtypes.from_numpy(data.dtype) or dtype
        return as_bfloat16(out) if dtype is dtypes.bfloat16 else out
    if dtype.category < dtypes.FLOATING:
        return record("ToCopyBackward0", data)
    return record("ToCopyBackward0", data, (input, lambda g: g))


def type(input: Tensor, dtype: Any = None, non_blocking: builtins.bool = False) -> Any:
    """The name of the tensor's type; or, given a type, the tensor cast to it.

    `dtype` is a `torch.dtype`, a type such as `torch.FloatTensor`, or its name.
    Follows `torch.Tensor.type`.

    >>> x = torch.tensor([1, 2])
    >>> x.type()
    'torch.LongTensor'
    >>> x.type(torch.FloatTensor)
    tensor([1., 2.])
    >>> x.type(torch.float64)
    tensor([1., 2.], dtype=torch.float64)
    """
    if dtype is None:
        return f"torch.{input.dtype.legacy}Tensor"
    if isinstance(dtype, str):
        found = tensor_types.by_name(dtype)
    elif isinstance(dtype, tensor_types.TensorType):
        found = dtype.dtype
    elif isinstance(dtype, builtins.type) and issubclass(dtype, TensorBase):
        found = dtypes.get_default_dtype()
    else:
        if not isinstance(dtype, dtypes.dtype):
            named = dtype.__name__ if isinstance(dtype, builtins.type) else dtype
            raise noted(
                ValueError(f"invalid type: '{named}'"),
                "Give a dtype (torch.float32) or a tensor type (torch.FloatTensor).",
            )
        found = dtype
    return cast(input, found)


def to(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """The tensor in another type, or on another device (there is one: the CPU).

    `x.to(dtype)`, `x.to(device)`, `x.to(device, dtype)`, `x.to(other)`. Follows `torch.Tensor.to`.

    >>> torch.tensor([1, 2]).to(torch.float32)
    tensor([1., 2.])
    """
    dtype = kwargs.pop("dtype", None)
    copy = kwargs.pop("copy", False)
    only_cpu(kwargs.pop("device", None))
    other = kwargs.pop("other", None)
    kwargs.pop("non_blocking", None)
    memory_format = kwargs.pop("memory_format", None)
    if kwargs:
        raise TypeError(f"to() got an unexpected keyword argument '{next(iter(kwargs))}'")
    for arg in (*args, other):
        if isinstance(arg, TensorBase):
            dtype = arg.dtype
        elif isinstance(arg, (str, device)):
            only_cpu(arg)
        elif isinstance(arg, dtypes.dtype) or arg in OF_PYTHON:
            dtype = checked_dtype("to", arg)
        elif arg is not None and not isinstance(arg, builtins.bool):
            raise noted(
                TypeError(
                    "to() received an invalid combination of arguments - got "
                    f"({kind_of(arg)}), but expected one of:\n"
                    " * (torch.device device, torch.dtype dtype = None, bool non_blocking = False, "
                    "bool copy = False, *, torch.memory_format memory_format = None)\n"
                    " * (torch.dtype dtype, bool non_blocking = False, bool copy = False, *, "
                    "torch.memory_format memory_format = None)\n"
                    " * (Tensor tensor, bool non_blocking = False, bool copy = False, *, "
                    "torch.memory_format memory_format = None)\n"
                ),
                "Write x.to(torch.float32).",
            )
    out = cast(input, dtype or input.dtype, copy)
    if getattr(memory_format, "ndim", None) is not None:
        return out.contiguous(memory_format=memory_format)
    return out


def type_as(input: Tensor, other: Tensor) -> Tensor:
    """`input` in the type of `other`. Follows `torch.Tensor.type_as`."""
    return cast(input, other.dtype)


def _caster(name: str, dtype: dtypes.dtype) -> Callable[[Tensor], Tensor]:
    def change(input: Tensor, *, memory_format: Any = None) -> Tensor:
        return cast(input, dtype)

    change.__name__ = change.__qualname__ = name
    change.__doc__ = f"The tensor as {dtype!r}. Follows `torch.Tensor.{name}`."
    return change


float = _caster("float", dtypes.float32)
double = _caster("double", dtypes.float64)
half = _caster("half", dtypes.float16)
bfloat16 = _caster("bfloat16", dtypes.bfloat16)
byte = _caster("byte", dtypes.uint8)
char = _caster("char", dtypes.int8)
short = _caster("short", dtypes.int16)
int = _caster("int", dtypes.int32)
long = _caster("long", dtypes.int64)
bool = _caster("bool", dtypes.bool)
cfloat = _caster("cfloat", dtypes.complex64)
cdouble = _caster("cdouble", dtypes.complex128)
