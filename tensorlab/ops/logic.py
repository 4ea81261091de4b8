"""Asking questions of numbers: comparisons, and, or, not; and choosing by the answers with where.

A comparison gives a mask: a tensor of True and False in the shape of what was compared. Masks are
combined with `&`, `|`, `^` and `~`, and say what `where`, `masked_select` and `nonzero` choose.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, TensorBase, record, wrap
from tensorlab.dialect import rules
from tensorlab.errors import noted
from tensorlab.kernels import many
from tensorlab.ops.operands import (
    Number,
    binary,
    in_place,
    is_number,
    meeting_type,
    no_such_call,
    not_implemented,
    number,
    operands,
    require_fit,
    require_tensor,
    stored,
    truth,
)
from tensorlab.ops.swift import swift_question

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "allclose",
    "argwhere",
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "eq",
    "equal",
    "ge",
    "greater",
    "greater_equal",
    "gt",
    "isclose",
    "isin",
    "le",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lt",
    "masked_fill",
    "masked_select",
    "ne",
    "nonzero",
    "not_equal",
    "where",
]


# ----- comparing --------------------------------------------------------------------------------


def _compared(operation: str, function: Any, input: Tensor, other: Tensor | Number) -> Tensor:
    if not isinstance(input, TensorBase) or not (isinstance(other, TensorBase) or is_number(other)):
        raise no_such_call(
            operation,
            (input, other),
            "(Tensor input, Tensor other, *, Tensor out = None)",
            "(Tensor input, Number other, *, Tensor out = None)",
        )
    a, b = operands(operation, input, other)
    return truth(binary(function, a, b))


def _ordered(operation: str, function: Any, input: Tensor, other: Tensor | Number) -> Tensor:
    if any(isinstance(x, TensorBase) and x.dtype.is_complex for x in (input, other)) or isinstance(
        other, complex
    ):
        a, b = operands(operation, input, other)
        require_fit(a, b)
        raise not_implemented(
            f"{operation}_cpu",
            dtypes._FROM_NUMPY[a.dtype],
            "Complex numbers have no order: compare x.abs().",
        )
    return _compared(operation, function, input, other)


@swift_question(np.equal)
def eq(input: Tensor, other: Tensor | Number) -> Tensor:
    """Where two tensors are equal, as a mask. Follows `torch.eq`.

    >>> torch.tensor([1, 2, 3]) == torch.tensor([1, 5, 3])
    tensor([ True, False,  True])
    """
    return _compared("eq", np.equal, input, other)


@swift_question(np.not_equal)
def ne(input: Tensor, other: Tensor | Number) -> Tensor:
    """Where two tensors differ, as a mask. Follows `torch.ne`.

    >>> torch.tensor([1, 2, 3]) != 2
    tensor([ True, False,  True])
    """
    return _compared("ne", np.not_equal, input, other)


@swift_question(np.less)
def lt(input: Tensor, other: Tensor | Number) -> Tensor:
    """Where `input` is less, as a mask. Follows `torch.lt`.

    >>> torch.tensor([1, 2, 3]) < 2
    tensor([ True, False, False])
    """
    return _ordered("lt", np.less, input, other)


@swift_question(np.less_equal)
def le(input: Tensor, other: Tensor | Number) -> Tensor:
    """Where `input` is less or equal, as a mask. Follows `torch.le`.

    >>> torch.tensor([1, 2, 3]) <= 2
    tensor([ True,  True, False])
    """
    return _ordered("le", np.less_equal, input, other)


@swift_question(np.greater)
def gt(input: Tensor, other: Tensor | Number) -> Tensor:
    """Where `input` is greater, as a mask. Follows `torch.gt`.

    >>> torch.tensor([1, 2, 3]) > torch.tensor([[0], [2]])
    tensor([[ True,  True,  True],
            [False, False,  True]])
    """
    return _ordered("gt", np.greater, input, other)


@swift_question(np.greater_equal)
def ge(input: Tensor, other: Tensor | Number) -> Tensor:
    """Where `input` is greater or equal, as a mask. Follows `torch.ge`.

    >>> torch.tensor([1, 2, 3]) >= 2
    tensor([False,  True,  True])
    """
    return _ordered("ge", np.greater_equal, input, other)


def equal(input: Tensor, other: Tensor) -> builtins.bool:
    """Whether two tensors have one shape and equal numbers throughout. Follows `torch.equal`.

    >>> torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))
    True
    """
    require_tensor("equal", "input", 1, input)
    require_tensor("equal", "other", 2, other)
    return builtins.bool(np.array_equal(input._data, other._data))


def isclose(
    input: Tensor,
    other: Tensor,
    rtol: builtins.float = 1e-05,
    atol: builtins.float = 1e-08,
    equal_nan: builtins.bool = False,
) -> Tensor:
    """Where `|input - other| <= atol + rtol * |other|`, as a mask. Follows `torch.isclose`.

    >>> torch.isclose(torch.tensor([0.3, 0.3]), torch.tensor([0.1 + 0.2, 0.31]))
    tensor([ True, False])
    """
    require_tensor("isclose", "input", 1, input)
    require_tensor("isclose", "other", 2, other)
    if input.dtype is not other.dtype:
        raise noted(
            RuntimeError(f"{input.dtype.legacy} did not match {other.dtype.legacy}"),
            f"Both must have one type: other.to({input.dtype}).",
        )
    for name, value in (("rtol", rtol), ("atol", atol)):
        if value < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {value:g}")

    def close(a: Any, b: Any) -> Any:
        same = a == b
        if equal_nan:
            same = same | (np.isnan(a) & np.isnan(b))
        if a.dtype.kind in "biu":
            a, b = a.astype(np.float64), b.astype(np.float64)
        distance = np.abs(a - b)
        return same | (np.isfinite(distance) & (distance <= atol + np.abs(rtol * b)))

    return truth(binary(close, input._data, other._data))


def allclose(
    input: Tensor,
    other: Tensor,
    rtol: builtins.float = 1e-05,
    atol: builtins.float = 1e-08,
    equal_nan: builtins.bool = False,
) -> builtins.bool:
    """Whether all numbers are as close as `isclose` asks. Follows `torch.allclose`.

    >>> torch.allclose(torch.tensor([0.3]), torch.tensor([0.1 + 0.2]))
    True
    """
    require_tensor("allclose", "input", 1, input)
    require_tensor("allclose", "other", 2, other)
    return builtins.bool(isclose(input, other, rtol, atol, equal_nan)._data.all())


def isin(
    elements: Tensor | Number,
    test_elements: Tensor | Number,
    *,
    assume_unique: builtins.bool = False,
    invert: builtins.bool = False,
) -> Tensor:
    """Where the numbers are among `test_elements`, as a mask. Follows `torch.isin`.

    >>> torch.isin(torch.tensor([1, 2, 3]), torch.tensor([2, 3]))
    tensor([False,  True,  True])
    """
    if not isinstance(elements, TensorBase) and not isinstance(test_elements, TensorBase):
        raise no_such_call(
            "isin",
            (elements, test_elements),
            "(Tensor elements, Tensor test_elements, *, bool assume_unique = False, "
            "bool invert = False, Tensor out = None)",
            "(Number element, Tensor test_elements, *, bool assume_unique = False, "
            "bool invert = False, Tensor out = None)",
            "(Tensor elements, Number test_element, *, bool assume_unique = False, "
            "bool invert = False, Tensor out = None)",
        )
    for x in (elements, test_elements):
        if isinstance(x, TensorBase) and x.dtype.category in (dtypes.BOOLEAN, dtypes.COMPLEX):
            raise RuntimeError(f"Unsupported input type encountered for isin(): {x.dtype.legacy}")
    a, b = operands("isin", elements, test_elements)
    return truth(np.isin(a, b, invert=invert))


# ----- and, or, not -----------------------------------------------------------------------------


def logical_and(input: Tensor, other: Tensor) -> Tensor:
    """Where both are true (not zero), as a mask. Follows `torch.logical_and`.

    >>> torch.logical_and(torch.tensor([2, 2, 0]), torch.tensor([1, 0, 0]))
    tensor([ True, False, False])
    """
    return _logical("logical_and", np.logical_and, input, other)


def logical_or(input: Tensor, other: Tensor) -> Tensor:
    """Where one or both are true (not zero), as a mask. Follows `torch.logical_or`.

    >>> torch.logical_or(torch.tensor([2, 2, 0]), torch.tensor([1, 0, 0]))
    tensor([ True,  True, False])
    """
    return _logical("logical_or", np.logical_or, input, other)


def logical_xor(input: Tensor, other: Tensor) -> Tensor:
    """Where one is true (not zero) and not the other, as a mask. Follows `torch.logical_xor`.

    >>> torch.logical_xor(torch.tensor([2, 2, 0]), torch.tensor([1, 0, 0]))
    tensor([False,  True, False])
    """
    return _logical("logical_xor", np.logical_xor, input, other)


def _logical(operation: str, function: Any, input: Tensor, other: Tensor) -> Tensor:
    require_tensor(operation, "input", 1, input)
    require_tensor(operation, "other", 2, other)
    return truth(binary(function, input._data, other._data))


def logical_not(input: Tensor) -> Tensor:
    """Where the numbers are zero, as a mask. Follows `torch.logical_not`.

    >>> torch.logical_not(torch.tensor([2, 0]))
    tensor([False,  True])
    """
    require_tensor("logical_not", "input", 1, input)
    return truth(np.logical_not(input._data))


# ----- bit by bit: & | ^ ~ << >> ----------------------------------------------------------------

_MASKS = (
    "& | ^ ~ combine masks and whole numbers. Compare first, in parentheses: (x > 0) & (x < 2)."
)


def _bits(kernel: str, function: Any, input: Tensor | Number, other: Tensor | Number) -> Tensor:
    a, b = operands(kernel.removesuffix("_cpu"), input, other)
    if a.dtype.kind not in "biu" or (a.dtype.kind == "b" and "shift" in kernel):
        require_fit(a, b)
        raise not_implemented(kernel, dtypes._FROM_NUMPY[a.dtype], _MASKS)
    return wrap(binary(function, a, b))


def bitwise_and(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """Bits that both have; of masks, where both are True. Follows `torch.bitwise_and`.

    >>> x = torch.tensor([0, 1, 2, 3])
    >>> (x > 0) & (x < 3)
    tensor([False,  True,  True, False])
    """
    return _bits("bitwise_and_cpu", np.bitwise_and, input, other)


def bitwise_or(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """Bits that one or both have; of masks, where one or both are True. Follows `torch.bitwise_or`.

    >>> x = torch.tensor([0, 1, 2, 3])
    >>> (x < 1) | (x > 2)
    tensor([ True, False, False,  True])
    """
    return _bits("bitwise_or_cpu", np.bitwise_or, input, other)


def bitwise_xor(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """Bits that only one has; of masks, where they differ. Follows `torch.bitwise_xor`.

    >>> torch.tensor([True, True, False]) ^ torch.tensor([True, False, False])
    tensor([False,  True, False])
    """
    return _bits("bitwise_xor_cpu", np.bitwise_xor, input, other)


def bitwise_not(input: Tensor) -> Tensor:
    """Every bit turned; of a mask, True for False and False for True. Follows `torch.bitwise_not`.

    >>> ~torch.tensor([True, False])
    tensor([False,  True])
    >>> ~torch.tensor([0, 1])
    tensor([-1, -2])
    """
    require_tensor("bitwise_not", "input", 1, input)
    if rules().booleans_are_uint8:  # PyTorch 1.1 turned 0 and 1, and nothing else
        if input.dtype is not dtypes.uint8:
            raise TypeError("~ (operator.invert) is only implemented on byte tensors")
        return wrap(1 - input._data)
    if input.dtype.category > dtypes.INTEGRAL:
        raise not_implemented("bitwise_not_cpu", input.dtype, _MASKS)
    return wrap(np.invert(input._data))


def invert(input: Tensor) -> Tensor:
    """The operator `~`: bitwise_not, with an error of its own.

    >>> ~torch.tensor([True, False])
    tensor([False,  True])
    """
    if input.dtype.category > dtypes.INTEGRAL and not rules().booleans_are_uint8:
        raise noted(
            TypeError(
                "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
            ),
            _MASKS,
        )
    return bitwise_not(input)


def bitwise_left_shift(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """Bits moved to the left: doubled `other` times. Follows `torch.bitwise_left_shift`.

    >>> torch.tensor([1, 3]) << 2
    tensor([ 4, 12])
    """
    return _bits("lshift_cpu", np.left_shift, input, other)


def bitwise_right_shift(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """Bits moved to the right: halved and rounded down. Follows `torch.bitwise_right_shift`.

    >>> torch.tensor([8, -5]) >> 1
    tensor([ 4, -3])
    """
    return _bits("rshift_cpu", np.right_shift, input, other)


def rlshift(input: Tensor, other: Number) -> Tensor:
    """The operator `<<` with a number on the left.

    >>> 1 << torch.tensor([2, 3])
    tensor([4, 8])
    """
    return bitwise_left_shift(other, input)


def rrshift(input: Tensor, other: Number) -> Tensor:
    """The operator `>>` with a number on the left.

    >>> 8 >> torch.tensor([1, 2])
    tensor([4, 2])
    """
    return bitwise_right_shift(other, input)


# ----- choosing ---------------------------------------------------------------------------------


def where(
    condition: Tensor, input: Tensor | Number | None = None, other: Tensor | Number | None = None
) -> Any:
    """`input` where the condition holds, `other` elsewhere. Follows `torch.where`.

    The three broadcast; `input` and `other` meet in one type. With the condition alone: the
    indices where it holds, a tensor for each dimension.

    >>> x = torch.tensor([3, -1, 2])
    >>> torch.where(x > 0, x, 0)
    tensor([3, 0, 2])
    >>> torch.where(x > 0)
    (tensor([0, 2]),)
    """
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if not isinstance(condition, TensorBase) or input is None or other is None:
        given = (condition, *(x for x in (input, other) if x is not None))
        raise noted(
            no_such_call(
                "where",
                given,
                "(Tensor condition)",
                "(Tensor condition, Tensor input, Tensor other, *, Tensor out = None)",
                "(Tensor condition, Number self, Tensor other)",
                "(Tensor condition, Tensor input, Number other)",
                "(Tensor condition, Number self, Number other)",
            ),
            "where(condition, a, b) wants a mask, and what to take where it is True and False.",
        )
    dtype = meeting_type(input, other)
    mask = _choice(
        condition,
        lambda: RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.legacy}"
        ),
        old=True,
    )
    return record(
        "WhereBackward0",
        binary(_chosen, mask, _as(input, dtype), _as(other, dtype)),
        (input, lambda g: where(condition, g, 0), condition),
        (other, lambda g: where(condition, 0, g), condition),
    )


def _chosen(mask: Array, a: Array, b: Array) -> Array:
    return many.where(mask, a, b) if many.can_choose(mask, a, b) else np.where(mask, a, b)


def where_method(input: Tensor, condition: Tensor, other: Tensor | Number) -> Tensor:
    """The number where the condition holds, `other` elsewhere. Follows `torch.Tensor.where`.

    >>> x = torch.tensor([3, -1])
    >>> x.where(x > 0, 0)
    tensor([3, 0])
    """
    return where(condition, input, other)  # type: ignore[no-any-return]


def _as(x: Any, dtype: dtypes.dtype) -> Array:
    if isinstance(x, TensorBase):
        return x._data.astype(dtype.numpy, copy=False)
    return number(x, dtype)


def _choice(mask: Tensor, refusal: Callable[[], Exception], old: builtins.bool = False) -> Array:
    """A mask as a boolean array. uint8 counts where `old` says so, and in PyTorch 1.1."""
    if mask.dtype is dtypes.bool:
        return mask._data
    if mask.dtype is dtypes.uint8 and (old or rules().booleans_are_uint8):
        return np.not_equal(mask._data, 0)
    raise noted(refusal(), "A mask is a comparison's result: x > 0, or x != 0, or x.bool().")


def nonzero(input: Tensor, *, as_tuple: builtins.bool = False) -> Any:
    """The indices of the numbers that are not zero, one a row. Follows `torch.nonzero`.

    `as_tuple` gives a tensor for each dimension instead, with which one can index.

    >>> x = torch.tensor([[5, 0], [0, 7]])
    >>> torch.nonzero(x)
    tensor([[0, 0],
            [1, 1]])
    >>> torch.nonzero(x, as_tuple=True)
    (tensor([0, 1]), tensor([0, 1]))
    >>> x[torch.nonzero(x, as_tuple=True)]
    tensor([5, 7])
    """
    require_tensor("nonzero", "input", 1, input)
    if as_tuple:
        listed = nonzero(input if input._data.ndim else input.reshape(1))
        return listed.unbind(1)  # each a column of the one list, as in torch
    data = input._data
    if not data.ndim:
        return wrap(np.empty((int(data != 0), 0), np.int64))
    # torch lays the indices of a dimension side by side, too.
    return wrap(np.array(np.nonzero(data), np.int64).T)


def argwhere(input: Tensor) -> Tensor:
    """The indices of the numbers that are not zero, one a row. Follows `torch.argwhere`.

    >>> torch.argwhere(torch.tensor([0, 3, 4]))
    tensor([[1],
            [2]])
    """
    require_tensor("argwhere", "input", 1, input)
    return nonzero(input)  # type: ignore[no-any-return]


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The numbers where the mask is True, in one dimension. Follows `torch.masked_select`.

    >>> x = torch.tensor([[1, 2], [3, 4]])
    >>> torch.masked_select(x, x > 2)
    tensor([3, 4])
    """
    require_tensor("masked_select", "input", 1, input)
    require_tensor("masked_select", "mask", 2, mask)
    chosen = _choice(mask, lambda: RuntimeError("masked_select: expected BoolTensor for mask"))
    places, data = binary(np.broadcast_arrays, chosen, input._data)
    return record(
        "MaskedSelectBackward0",
        data[places],
        (input, lambda g: _put_at(g, mask, places), mask),
    )


def _put_at(gradient: Tensor, mask: Tensor, places: Array) -> Tensor:
    """Zeros, with the gradient at the places that the mask chose."""
    whole = np.zeros(places.shape, gradient._data.dtype)
    whole[places] = gradient._data
    return record("MaskedScatterBackward0", whole, (gradient, lambda g: masked_select(g, mask)))


def masked_fill(input: Tensor, mask: Tensor, value: Tensor | Number) -> Tensor:
    """`value` where the mask is True, the number elsewhere. Follows `torch.masked_fill`.

    >>> x = torch.tensor([1., -2., 3.])
    >>> x.masked_fill(x < 0, 0)
    tensor([1., 0., 3.])
    """
    require_tensor("masked_fill", "input", 1, input)
    require_tensor("masked_fill", "mask", 2, mask)
    chosen = _choice(
        mask,
        lambda: RuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype.spoken}"
        ),
    )
    filling = (
        _as(value, input.dtype) if isinstance(value, TensorBase) else stored(value, input.dtype)
    )
    if filling.ndim:
        raise RuntimeError(
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{filling.ndim} dimension(s)."
        )

    def filled(mask: Array, x: Array) -> Array:
        out = np.array(np.broadcast_to(x, np.broadcast_shapes(mask.shape, x.shape)), order="C")
        np.copyto(out, filling, where=mask)
        return out

    # The mask first: its shape is `a` in an error.
    return record(
        "MaskedFillBackward1" if isinstance(value, TensorBase) else "MaskedFillBackward0",
        binary(filled, chosen, input._data),
        (input, lambda g: masked_fill(g, mask, 0), mask),
        (value, lambda g: where(mask, g, 0), mask),
    )


# ----- under other names, and in place ----------------------------------------------------------

not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge

eq_ = in_place(eq)
ne_ = not_equal_ = in_place(ne)
lt_ = less_ = in_place(lt)
le_ = less_equal_ = in_place(le)
gt_ = greater_ = in_place(gt)
ge_ = greater_equal_ = in_place(ge)
logical_and_ = in_place(logical_and)
logical_or_ = in_place(logical_or)
logical_xor_ = in_place(logical_xor)
logical_not_ = in_place(logical_not)
bitwise_and_ = in_place(bitwise_and)
bitwise_or_ = in_place(bitwise_or)
bitwise_xor_ = in_place(bitwise_xor)
bitwise_not_ = in_place(bitwise_not)
bitwise_left_shift_ = in_place(bitwise_left_shift)
bitwise_right_shift_ = in_place(bitwise_right_shift)
masked_fill_ = in_place(masked_fill)
