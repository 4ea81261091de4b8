"""The old names of tensor types, `torch.FloatTensor` and its kin: to cast with, to create with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import TensorBase
from tensorlab.ops import creation

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class TensorType(type):
    """The type of the types: `isinstance(x, torch.FloatTensor)` asks for x's dtype."""

    dtype: dtypes.dtype

    def __new__(cls, name: str, dtype: dtypes.dtype) -> TensorType:
        made = super().__new__(cls, name, (), {"__module__": "torch", "dtype": dtype})
        made.__doc__ = f"Tensors of {dtype!r}: `x.type(torch.{name})` casts, a call creates."
        return made

    def __init__(cls, name: str, dtype: dtypes.dtype) -> None:
        super().__init__(name, (), {})

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, TensorBase) and x.dtype is cls.dtype

    def __call__(cls, *args: Any) -> Tensor:
        return new(cls.dtype, *args)

    def __repr__(cls) -> str:
        return f"<class 'torch.{cls.__name__}'>"


def new(dtype: dtypes.dtype, *args: Any) -> Tensor:
    """What the capital constructors make: a tensor of a *size*, or of the numbers in one list.

    `Tensor(3)` and `Tensor(2, 3)` are sizes, and their memory is as it was; `Tensor([3])` is a
    number. Always of one type. Follows `torch.Tensor`, the constructor.
    """
    if not args:
        return creation.empty(0, dtype=dtype)
    data = args[0]
    if len(args) == 1 and isinstance(data, TensorBase):
        if data.dtype is not dtype:
            raise TypeError(f"expected {_named(dtype)} (got {_named(data.dtype)})")
        return data.detach()  # type: ignore[attr-defined,no-any-return]
    if len(args) == 1 and isinstance(data, np.ndarray):
        return creation.tensor(data, dtype=dtype)
    if all(isinstance(size, (int, np.integer)) for size in args) or (
        len(args) == 1 and type(data).__name__ == "Size"
    ):
        sizes = args if type(data).__name__ != "Size" else tuple(data)
        if any(size < 0 for size in sizes):
            negative = next(size for size in sizes if size < 0)
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {negative}: {list(sizes)}"
            )
        return creation.zeros(tuple(sizes), dtype=dtype)
    if len(args) > 1:
        given = ", ".join(type(arg).__name__ for arg in args)
        invalid = ", ".join(f"!{_spelled(arg)}!" for arg in args)
        raise TypeError(
            f"new() received an invalid combination of arguments - got ({given}), but expected "
            "one of:\n"
            " * (*, torch.device device = None)\n"
            "      didn't match because some of the arguments have invalid types: "
            f"({invalid})\n"
            " * (torch.Storage storage)\n * (Tensor other)\n"
            " * (tuple of ints size, *, torch.device device = None)\n"
            " * (object data, *, torch.device device = None)\n"
        )
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str'")
    if isinstance(data, (float, complex)) or not hasattr(data, "__len__"):
        raise TypeError(f"new(): data must be a sequence (got {type(data).__name__})")
    return creation.tensor(data, dtype=dtype)


def _spelled(arg: Any) -> str:
    if isinstance(arg, list):
        return f"list of [{', '.join(type(item).__name__ for item in arg)}]"
    return type(arg).__name__


def _named(dtype: dtypes.dtype) -> str:
    return f"{dtype.legacy} (got {dtype.legacy})"


FloatTensor = TensorType("FloatTensor", dtypes.float32)
DoubleTensor = TensorType("DoubleTensor", dtypes.float64)
HalfTensor = TensorType("HalfTensor", dtypes.float16)
BFloat16Tensor = TensorType("BFloat16Tensor", dtypes.bfloat16)
ByteTensor = TensorType("ByteTensor", dtypes.uint8)
CharTensor = TensorType("CharTensor", dtypes.int8)
ShortTensor = TensorType("ShortTensor", dtypes.int16)
IntTensor = TensorType("IntTensor", dtypes.int32)
LongTensor = TensorType("LongTensor", dtypes.int64)
BoolTensor = TensorType("BoolTensor", dtypes.bool)

TYPES = (
    FloatTensor, DoubleTensor, HalfTensor, BFloat16Tensor, ByteTensor, CharTensor, ShortTensor,
    IntTensor, LongTensor, BoolTensor,
)  # fmt: skip


def by_name(name: str) -> dtypes.dtype:
    """The dtype behind "torch.FloatTensor". Raises ValueError for any other text."""
    for kind in TYPES:
        if name == f"torch.{kind.__name__}":
            return kind.dtype
    raise ValueError(f"invalid type: '{name}'")
