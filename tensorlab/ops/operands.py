"""What operations share: checking arguments in torch's words, promoting types, in-place forms."""

from __future__ import annotations

import builtins
import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tensorlab import core, dtypes
from tensorlab.autograd import mode
from tensorlab.core import (
    Array,
    Storage,
    TensorBase,
    frozen,
    is_recorded,
    record,
    record_own,
    stay_behind,
    storage_of,
    wrap,
    write,
)
from tensorlab.dialect import rules
from tensorlab.errors import lined_up, noted
from tensorlab.kernels import elementary
from tensorlab.kernels.brain import rounded
from tensorlab.kernels.quiet import quietly, quietly_one, quietly_two
from tensorlab.ops.swift import shortened, shortened_in_place

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

Number = bool | int | float | complex
_Operation = TypeVar("_Operation", bound=Callable[..., Any])

# Overflow and 0/0 give inf and nan without a word, as in torch.
quiet = np.errstate


def is_number(x: object) -> bool:
    """Whether x counts as a Python number: numpy's scalars do."""
    return isinstance(x, (int, float, complex, np.number, np.bool_))


_OF_TORCH = {
    "dtype": "torch.dtype", "Size": "torch.Size", "device": "torch.device",
    "Generator": "torch._C.Generator", "TensorType": "torch.tensortype",
}  # fmt: skip


def kind_of(x: object) -> str:
    """The name of x's type in an error message."""
    kind = type(x)
    if kind.__module__ == "numpy":
        return f"numpy.{kind.__name__}"
    return _OF_TORCH.get(kind.__name__, kind.__name__)


def require_tensor(operation: str, name: str, position: int, x: object) -> None:
    """Raise torch's TypeError unless x is a Tensor."""
    if isinstance(x, TensorBase):
        return
    error = TypeError(
        f"{operation}(): argument '{name}' (position {position}) must be Tensor, not {kind_of(x)}"
    )
    raise noted(error, f"Make a tensor of it first: torch.{operation}(torch.tensor(…)).")


def operands(operation: str, input: Any, other: Any) -> tuple[Array, Array]:
    """Two operands as numpy arrays of the type in which they meet.

    A tensor with dimensions decides the type; a zero-dimensional one, and after it a Python
    number, counts only where its category (bool, integer, float, complex) is higher.
    """
    if isinstance(input, TensorBase):
        a = input._data
        if isinstance(other, TensorBase):
            b = other._data
            if input.dtype is other.dtype:  # the common case, before all others
                return a, b
            dtype = meeting_type(input, other)
            return a.astype(dtype.numpy, copy=False), b.astype(dtype.numpy, copy=False)
        if not is_number(other):
            require_tensor(operation, "other", 2, other)
        dtype = meeting_type(input, other)
        return a.astype(dtype.numpy, copy=False), number(other, dtype)
    if isinstance(other, TensorBase) and is_number(input):
        dtype = meeting_type(input, other)
        return number(input, dtype), other._data.astype(dtype.numpy, copy=False)
    if operation in _OF_NUMBERS and is_number(input) and is_number(other):
        return operands(operation, wrap(number(input, meeting_type(input))), other)
    require_tensor(operation, "input", 1, input)
    raise AssertionError("unreachable")


# torch.add(1, 2) is a tensor; torch.pow(2, 3) is refused.
_OF_NUMBERS = ("add", "sub", "mul", "div")


def number(value: Any, dtype: dtypes.dtype) -> Array:
    """A Python number as a 0-d array: integers wrap around, as in torch."""
    if dtype.category == dtypes.INTEGRAL:
        value = int(value)
        if not -(2**63) <= value < 2**64:
            raise OverflowError("Overflow when unpacking long long")
        bits = 8 * dtype.itemsize
        value &= (1 << bits) - 1
        return np.asarray(value, np.dtype(f"u{dtype.itemsize}")).view(dtype.numpy)
    with quiet(all="ignore"):
        return np.asarray(value).astype(dtype.numpy)


_C_NAMES = {"Byte": "uint8_t", "Char": "int8_t", "Short": "int16_t", "Long": "int64_t"}


def stored(value: Any, dtype: dtypes.dtype) -> Array:
    """A Python number as a tensor of `dtype` stores it, as a 0-d array.

    Raises torch's RuntimeError where the type cannot hold it: unlike `number`, which wraps around.
    """
    real, imaginary = (value.real, value.imag) if isinstance(value, complex) else (value, 0)
    fits = True
    if dtype is dtypes.bool:
        return np.asarray(bool(value))
    if dtype.category == dtypes.INTEGRAL:
        limits: Any = np.iinfo(dtype.numpy)
        least = -limits.max if dtype is dtypes.uint8 else limits.min  # torch wraps small ones
        fits = not imaginary and bool(np.isfinite(float(real))) and least <= real <= limits.max
    elif dtype.category == dtypes.FLOATING and dtype is not dtypes.float16:
        largest: Any = np.finfo(dtype.numpy).max  # type: ignore[type-var]
        size = abs(float(real)) if abs(real) < 2**1023 else math.inf
        fits = not imaginary and not (largest < size < math.inf)
    if not fits:
        raise noted(
            RuntimeError(
                f"value cannot be converted to type {_C_NAMES.get(dtype.legacy, dtype.spoken)} "
                "without overflow"
            ),
            f"{dtype} does not hold {value}.",
        )
    stored_so = number(value if dtype.category == dtypes.COMPLEX else real, dtype)
    return rounded(stored_so) if dtype is dtypes.bfloat16 else stored_so


def meeting_type(*operands: Any) -> dtypes.dtype:
    """The type in which tensors and Python numbers meet. Follows `torch.result_type`."""
    dimensioned, zero_dim, numbers = [], [], []
    for x in operands:
        if not isinstance(x, TensorBase):
            numbers.append(dtypes.category_of_number(x))
        elif x._data.ndim:
            dimensioned.append(x.dtype)
        else:
            zero_dim.append(x.dtype)
    return dtypes.promote_ranked(dimensioned, zero_dim, numbers)


def floating(dtype: dtypes.dtype) -> dtypes.dtype:
    """The type in which a function with real values computes: the default float for integers."""
    return dtype if dtype.category >= dtypes.FLOATING else dtypes.get_default_dtype()


def shapes_do_not_broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> RuntimeError:
    """torch's error for two shapes that do not broadcast, with the shapes lined up."""
    ndim = builtins.max(len(a), len(b))
    for dim in range(ndim - 1, -1, -1):
        left = a[dim - ndim] if ndim - dim <= len(a) else 1
        right = b[dim - ndim] if ndim - dim <= len(b) else 1
        if left != right and left != 1 and right != 1:
            break
    arrow = "Sizes are lined up from the right; a pair must be equal, or one of them 1 or absent."
    hint = ""
    if len(a) > len(b) and b and b[-1] in a[:-1]:
        hint = f"For one number of b a row, give b a last axis: b.unsqueeze(-1), ({b[-1]}, 1)."
    elif len(b) > len(a) and a and a[-1] in b[:-1]:
        hint = f"For one number of a a row, give a a last axis: a.unsqueeze(-1), ({a[-1]}, 1)."
    lines = [arrow, lined_up(a, b)] + ([hint] if hint else [])
    return noted(
        RuntimeError(
            f"The size of tensor a ({left}) must match the size of tensor b ({right}) "
            f"at non-singleton dimension {dim}"
        ),
        *lines,
    )


def binary(function: Callable[..., Any], a: Array, b: Array, *more: Array) -> Any:
    """`function(a, b)` with broadcasting, in torch's words where the shapes do not fit."""
    try:
        if more:
            return quietly(function, a, b, *more)
        return quietly_two(function, a, b)
    except ValueError:
        require_fit(a, b, *more)
        raise


def require_fit(*arrays: Array) -> None:
    """Raise torch's error unless the shapes broadcast."""
    shape = arrays[0].shape
    for array in arrays[1:]:
        if not broadcastable(shape, array.shape):
            raise shapes_do_not_broadcast(shape, array.shape) from None
        shape = np.broadcast_shapes(shape, array.shape)


def broadcastable(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    pairs = zip(reversed(a), reversed(b), strict=False)
    return all(left == right or left == 1 or right == 1 for left, right in pairs)


def unary(
    operation: str,
    node: str,
    function: Callable[[Array], Any],
    input: Tensor,
    of_input: Callable[[Tensor, Tensor], Tensor] | None = None,
    *,
    of_result: Callable[[Tensor, Tensor], Tensor] | None = None,
    double: bool = True,
) -> Tensor:
    """A function with real values, element by element; integers are taken as floats.

    `of_input(g, x)` is the input's gradient from the result's, `g`, and the input. Where the
    result is what the gradient is made of, `of_result(g, y)` is, and the result is kept for it.
    `double` is for functions that are not right to the last digit otherwise.
    """
    require_tensor(operation, "input", 1, input)
    data = input._data
    if input._dtype.category < dtypes.FLOATING:
        data = data.astype(floating_or_refused(operation, input._dtype).numpy)
    if data.dtype.char == "e":
        y = quietly_one(function, data.astype(np.float64)).astype(np.float16)
    elif double:
        y = elementary.in_blocks(lambda piece: in_double(function, piece), data)
    else:
        y = quietly_one(function, data)
    if not core._narrow and not (mode._enabled and is_recorded(input)):
        return wrap(y)
    if of_input is not None:
        gradient = of_input
        return record(node, y, (input, lambda g: gradient(g, input), input))
    assert of_result is not None
    slope = of_result
    if core._narrow:  # the result may have to be rounded first
        out: Tensor = record(node, y, (input, lambda g: slope(g, out)))
        return keep(out)
    return record_own(node, y, input, slope)


def in_double(function: Callable[[Array], Any], data: Array) -> Any:
    """`function(data)`, computed in double precision, in the type of `data`.

    So a float32 result is right to the last digit, and the same on every machine: numpy's own
    float32 functions are off by up to 4 units there, by other ones on other processors.
    """
    return in_wider(function, data, np.float64)


def in_wider(function: Callable[[Array], Any], data: Array, wider: type[np.floating[Any]]) -> Any:
    """`function(data)`, computed in a type at least as wide, in the type of `data`."""
    with quiet(all="ignore"):
        if data.dtype.itemsize >= np.dtype(wider).itemsize:
            return function(data)
        return np.asarray(function(data.astype(wider))).astype(data.dtype)


def keep(out: Tensor) -> Tensor:
    """The result to give for `out`, of which its own gradient is made.

    `out` itself stays with the gradient function, and knows its node by a weak reference: so no
    circle holds the memory. The result must not change before backward.
    """
    node = out._grad_fn
    if node is None:
        return out
    result = wrap(out._data, out._dtype)
    result._storage = storage_of(out)
    result._requires_grad, result._grad_fn = True, node
    stay_behind(out, node)
    for edge in node.edges:
        if edge is not None:
            edge.saved += (out,)
            edge.versions += (out._version,)
    return result


def truth(data: Any) -> Tensor:
    """A tensor of True and False; PyTorch 1.1 had uint8 for it."""
    if rules().booleans_are_uint8:
        return wrap(np.asarray(data, np.uint8))
    return wrap(data)


def not_implemented(kernel: str, dtype: dtypes.dtype, *hint: str) -> NotImplementedError:
    """torch's error for a function that has no kernel for a type."""
    error = NotImplementedError(f"\"{kernel}\" not implemented for '{dtype.legacy}'")
    return noted(error, *hint) if hint else error


def no_such_call(operation: str, got: tuple[object, ...], *signatures: str) -> TypeError:
    """torch's error for arguments that fit none of a function's signatures."""
    given = ", ".join(spoken_kind(x) for x in got)
    lines = "\n".join(f" * {signature}" for signature in signatures)
    return TypeError(
        f"{operation}() received an invalid combination of arguments - got ({given}), "
        f"but expected one of:\n{lines}\n"
    )


def spoken_kind(x: object) -> str:
    """`kind_of`, of a call's arguments: a Parameter is a Tensor, too."""
    return "Tensor" if isinstance(x, TensorBase) else kind_of(x)


def floating_or_refused(operation: str, dtype: dtypes.dtype) -> dtypes.dtype:
    """The float type for an integer tensor; PyTorch 1.1 had no such functions of integers."""

    if rules().integers_have_no_cosine:
        raise noted(
            RuntimeError(f"{operation}_vml_cpu not implemented for '{dtype.legacy}'"),
            f"PyTorch 1.1 takes floats alone here: torch.{operation}(x.float()).",
        )
    return floating(dtype)


def in_place(operation: _Operation) -> _Operation:
    """The in-place form of an operation: `add_` of `add`. Gives the tensor that it changed."""

    short = shortened_in_place(operation)

    @functools.wraps(operation)
    def changed(input: Any, *args: Any, **kwargs: Any) -> Any:
        if short is not None and len(args) == 1 and not kwargs and short(input, args[0]):
            return input
        before = frozen(input)
        out = operation(before, *args, **kwargs)
        if out.requires_grad:
            # Its gradient may be made of what the memory held, or of what it gets.
            before._data = before._data.copy()
            before._storage = Storage(before._data)
            before._storage.version = input._version
        return write(input, out)

    changed.__name__ = changed.__qualname__ = operation.__name__ + "_"
    changed.__doc__ = (
        f"In-place form of `{operation.__name__}`. Follows `torch.Tensor.{operation.__name__}_`."
    )
    return changed  # type: ignore[return-value]


def operator(operation: _Operation) -> _Operation:
    """An operation as Python's operator has it: what is no tensor or number, Python refuses."""

    @functools.wraps(operation)
    def method(input: Any, other: Any) -> Any:
        if not isinstance(other, TensorBase) and not is_number(other):
            return NotImplemented  # a numpy array then computes, and `__array_wrap__` wraps
        return operation(input, other)

    return _shortest(operation, method)


def _shortest(operation: _Operation, method: Callable[..., Any]) -> _Operation:
    """The method with the operation's short way before it, if there is one."""
    short = shortened(operation, method)
    return method if short is None else functools.wraps(method)(short)  # type: ignore[return-value]


def own(operation: _Operation) -> _Operation:
    """An operation of one tensor as Python's operator has it: `-x`."""
    return _shortest(operation, operation)


def equality(operation: _Operation) -> _Operation:
    """`==` and `!=`, which also take a numpy array."""
    compare = operator(operation)

    @functools.wraps(operation)
    def method(input: Any, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            other = wrap(other)
        return compare(input, other)

    return _shortest(operation, method)


def tensor_operator(operation: _Operation) -> _Operation:
    """As `operator`, where a number will not do: `x @ 2`."""

    @functools.wraps(operation)
    def method(input: Any, other: Any) -> Any:
        return operation(input, other) if isinstance(other, TensorBase) else NotImplemented

    return _shortest(operation, method)


def reflected(operation: _Operation) -> _Operation:
    """An operation with a number on the left: `10 - x`. numpy's arrays are refused, as in torch."""

    @functools.wraps(operation)
    def method(input: Any, other: Any) -> Any:
        if not isinstance(other, TensorBase) and not is_number(other):
            return NotImplemented
        return operation(input, other)

    return _shortest(operation, method)


__all__ = [
    "Number", "binary", "floating", "in_place", "is_number", "kind_of", "meeting_type", "number",
    "operands", "quiet", "record", "require_tensor", "unary", "wrap",
]  # fmt: skip
