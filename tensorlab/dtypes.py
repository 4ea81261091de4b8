"""The types of a tensor's numbers, under torch's names, and the rule by which two of them meet.

Follows `torch.dtype`, `torch.promote_types`, and torch's page on tensor attributes.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable

import numpy as np

# What a type can hold, from least to most: a result takes the highest category among its inputs.
BOOLEAN, INTEGRAL, FLOATING, COMPLEX = range(4)


class dtype:
    """A type of number, as torch names it: `torch.float32`, `torch.int64`, `torch.bool`…

    `numpy` is the numpy dtype that stores it, `itemsize` its size in bytes.

    >>> float32
    torch.float32
    >>> float32.itemsize, float32.is_floating_point, int8.is_signed
    (4, True, True)
    >>> double is float64
    True
    """

    __slots__ = ("name", "numpy", "category", "itemsize", "legacy", "spoken", "plain")

    def __init__(
        self, name: str, numpy: object, category: builtins.int, legacy: str, spoken: str
    ) -> None:
        self.name = name
        self.numpy: np.dtype[np.generic] = np.dtype(numpy)  # type: ignore[call-overload]
        self.category: builtins.int = category
        self.itemsize: builtins.int = self.numpy.itemsize
        self.legacy = legacy  # the C++ name in error messages and types: Float, Long…
        self.spoken = spoken  # the C name in a few error messages: float, long int…
        self.plain = 0  # whether operations may take a short way, see ops/swift.py

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __call__(self, *args: object) -> None:
        error = TypeError("'torch.dtype' object is not callable")
        error.add_note(f"A dtype is a name, no function: torch.tensor([1, 2], dtype={self!r}).")
        raise error

    def __reduce__(self) -> str:
        return self.name  # pickled by name, so that it stays a singleton

    def __copy__(self) -> dtype:
        return self

    def __deepcopy__(self, memo: object) -> dtype:
        return self

    @property
    def is_floating_point(self) -> builtins.bool:
        return self.category == FLOATING

    @property
    def is_complex(self) -> builtins.bool:
        return self.category == COMPLEX

    @property
    def is_signed(self) -> builtins.bool:
        return self is not uint8 and self is not bool


float32 = float = dtype("float32", np.float32, FLOATING, "Float", "float")
float64 = double = dtype("float64", np.float64, FLOATING, "Double", "double")
float16 = half = dtype("float16", np.float16, FLOATING, "Half", "c10::Half")
# numpy has no such type: float32 numbers stand for it, see kernels/brain.py.
bfloat16 = dtype("bfloat16", np.float32, FLOATING, "BFloat16", "c10::BFloat16")
bfloat16.itemsize = 2
uint8 = dtype("uint8", np.uint8, INTEGRAL, "Byte", "unsigned char")
int8 = dtype("int8", np.int8, INTEGRAL, "Char", "signed char")
int16 = short = dtype("int16", np.int16, INTEGRAL, "Short", "short int")
int32 = int = dtype("int32", np.int32, INTEGRAL, "Int", "int")
int64 = long = dtype("int64", np.int64, INTEGRAL, "Long", "long int")
bool = dtype("bool", np.bool_, BOOLEAN, "Bool", "bool")
complex64 = cfloat = dtype(
    "complex64", np.complex64, COMPLEX, "ComplexFloat", "c10::complex<float>"
)
complex128 = cdouble = dtype(
    "complex128", np.complex128, COMPLEX, "ComplexDouble", "c10::complex<double>"
)

ALL = (
    float32, float64, float16, bfloat16, uint8, int8, int16, int32, int64, bool, complex64,
    complex128,
)  # fmt: skip

int32.plain = int64.plain = 1
float32.plain = float64.plain = 2

_FROM_NUMPY = {d.numpy: d for d in ALL if d is not bfloat16}

_default = float32


def from_numpy(numpy: np.dtype[np.generic]) -> dtype | None:
    """The dtype that stores numpy's, or None where torch has none (strings, objects, uint16…)."""
    found = _FROM_NUMPY.get(numpy)
    # Another byte order, or C's long under its other name, is equal but hashes apart.
    return found or _FROM_NUMPY.get(numpy.newbyteorder("="))


def get_default_dtype() -> dtype:
    """The type of a float given without one: float32, or what `set_default_dtype` said.

    >>> get_default_dtype()
    torch.float32
    """
    return _default


def set_default_dtype(d: dtype) -> None:
    """Make `d`, a floating point type, the type of floats given without one.

    Raises TypeError where `d` is not floating point.
    """
    global _default
    if not isinstance(d, dtype) or not d.is_floating_point:
        raise TypeError(
            "only floating-point types are supported as the default type"
            if isinstance(d, dtype)
            else "invalid dtype object: only floating-point types are supported as the default type"
        )
    _default = d


def default_of(category: builtins.int) -> dtype:
    """The type that a Python number of this category takes: bool, int64, the default float…"""
    if category == FLOATING:
        return _default
    if category == COMPLEX:
        return complex128 if _default is float64 else complex64
    return int64 if category == INTEGRAL else bool


def category_of_number(number: object) -> builtins.int:
    """The category of a Python (or numpy) number.

    Raises TypeError for what is none.

    >>> category_of_number(True), category_of_number(2), category_of_number(2.0)
    (0, 1, 2)
    """
    if isinstance(number, (builtins.bool, np.bool_)):
        return BOOLEAN
    if isinstance(number, (builtins.int, np.integer)):
        return INTEGRAL
    if isinstance(number, (builtins.float, np.floating)):
        return FLOATING
    if isinstance(number, (complex, np.complexfloating)):
        return COMPLEX
    raise TypeError(f"{type(number).__name__} is not a number")


def promote_types(type1: dtype, type2: dtype) -> dtype:
    """The smallest type that both turn into. Follows `torch.promote_types`.

    Unlike numpy, an integer never widens a float: int64 and float32 meet in float32.

    >>> promote_types(int64, float32), promote_types(uint8, int8), promote_types(bool, uint8)
    (torch.float32, torch.int16, torch.uint8)
    """
    if type1 is type2:
        return type1
    if type1.category != type2.category:
        low, high = sorted((type1, type2), key=lambda d: d.category)
        if high is complex64 and low is float64:
            return complex128
        return high
    return _FROM_NUMPY[np.promote_types(type1.numpy, type2.numpy)]


def promote_ranked(
    dimensioned: Iterable[dtype], zero_dim: Iterable[dtype], numbers: Iterable[builtins.int]
) -> dtype:
    """The type of a result, from the three ranks of operands that torch tells apart.

    A tensor with dimensions decides; a zero-dimensional one, and after it a Python number (given
    by its category), counts only where its category is higher.
    """
    result: dtype | None = None
    for group in (dimensioned, zero_dim, [default_of(category) for category in numbers]):
        merged: dtype | None = None
        for d in group:
            merged = d if merged is None else promote_types(merged, d)
        if merged is None:
            continue
        if result is None:
            result = merged
        elif merged.category > result.category:
            # A complex number beside float64 keeps the precision.
            result = promote_types(result, merged) if merged.category == COMPLEX else merged
    assert result is not None, "an operation has at least one operand"
    return result


def can_cast(from_: dtype, to: dtype) -> builtins.bool:
    """Whether a result of type `from_` may be stored in `to` in place. Follows `torch.can_cast`.

    >>> can_cast(int64, float32), can_cast(float32, int64), can_cast(float64, float32)
    (True, False, True)
    """
    if from_.category == COMPLEX and to.category != COMPLEX:
        return False
    if from_.category == FLOATING and to.category in (INTEGRAL, BOOLEAN):
        return False
    return not (from_.category == INTEGRAL and to.category == BOOLEAN)
