"""What arguments torch takes: a table of signatures, and the check of a call against it.

torch reads a call from left to right, and complains about the first argument that is missing or
of the wrong kind. Where a function has several signatures, it complains about an argument only
if one of them alone has the right number of parameters; else it lists them all.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tensorlab import dtypes
from tensorlab.core import TensorBase
from tensorlab.ops.operands import is_number, spoken_kind

# As torch writes them; `;` parts the signatures of one function. What follows `*` is given by
# name. "Factory" stands for what all functions that create take.
_FACTORY = "dtype? dtype=None, any layout=None, any device=None, bool? requires_grad=False, bool? pin_memory=False"  # noqa: E501
_TABLE = {
    # creation
    "eye": f"int n, *, any out=None, {_FACTORY}; int n, int m, *, any out=None, {_FACTORY}",
    "linspace": f"Number start, Number end, int steps, *, any out=None, {_FACTORY}; "
    f"Tensor start, Number end, int steps, *, any out=None, {_FACTORY}; "
    f"Number start, Tensor end, int steps, *, any out=None, {_FACTORY}; "
    f"Tensor start, Tensor end, int steps, *, any out=None, {_FACTORY}",
    "full": f"ints size, Number fill_value, *, any out=None, {_FACTORY}",
    "zeros_like": f"Tensor input, *, any memory_format=None, {_FACTORY}",
    "ones_like": f"Tensor input, *, any memory_format=None, {_FACTORY}",
    "empty_like": f"Tensor input, *, any memory_format=None, {_FACTORY}",
    "full_like": f"Tensor input, Number fill_value, *, any memory_format=None, {_FACTORY}",
    "clone": "Tensor input, *, any memory_format=None",
    # sampling
    "randint": f"int high, ints size, *, any generator=None, {_FACTORY}; "
    f"int low, int high, ints size, *, any generator=None, {_FACTORY}",
    "randint_like": f"Tensor input, int high, *, any memory_format=None, {_FACTORY}; "
    f"Tensor input, int low, int high, *, any memory_format=None, {_FACTORY}",
    "randperm": f"int n, *, any generator=None, {_FACTORY}; "
    f"int n, *, any generator, any out=None, {_FACTORY}",
    "uniform_": "Tensor input, float from=0, float to=1, *, any generator=None",
    "normal_": "Tensor input, float mean=0, float std=1, *, any generator=None",
    "exponential_": "Tensor input, float lambd=1, *, any generator=None",
    "random_": "Tensor input, *, any generator=None; Tensor input, int from, int? to, *, "
    "any generator=None; Tensor input, int to, *, any generator=None",
    "multinomial": "Tensor input, int num_samples, bool replacement=False, *, any generator=None",
    # indexing and gathering
    "select": "Tensor input, int dim, int index",
    "narrow": "Tensor input, int dim, int start, int length",
    "index_select": "Tensor input, int dim, Tensor index, *, any out=None",
    "gather": "Tensor input, int dim, Tensor index, *, bool sparse_grad=False, any out=None",
    "scatter": "Tensor input, int dim, Tensor index, Tensor src, *, any out=None; "
    "Tensor input, int dim, Tensor index, Tensor src, *, str reduce, any out=None; "
    "Tensor input, int dim, Tensor index, Number value, *, any out=None; "
    "Tensor input, int dim, Tensor index, Number value, *, str reduce, any out=None",
    "scatter_add": "Tensor input, int dim, Tensor index, Tensor src, *, any out=None",
    "take": "Tensor input, Tensor index, *, any out=None",
    "take_along_dim": "Tensor input, Tensor indices, int? dim=None, *, any out=None",
    "index_add": "Tensor input, int dim, Tensor index, Tensor source, *, Number alpha=1, "
    "any out=None",
    "index_copy": "Tensor input, int dim, Tensor index, Tensor source, *, any out=None",
    "index_fill": "Tensor input, int dim, Tensor index, Tensor value; "
    "Tensor input, int dim, Tensor index, Number value",
    "masked_fill": "Tensor input, Tensor mask, Tensor value; "
    "Tensor input, Tensor mask, Number value",
    # shaping
    "flatten": "Tensor input, int start_dim=0, int end_dim=-1",
    "unsqueeze": "Tensor input, int dim",
    "transpose": "Tensor input, int dim0, int dim1",
    "swapaxes": "Tensor input, int axis0, int axis1",
    "swapdims": "Tensor input, int dim0, int dim1",
    "movedim": "Tensor input, int source, int destination; "
    "Tensor input, ints source, ints destination",
    "roll": "Tensor input, ints shifts, ints dims=()",
    "unfold": "Tensor input, int dimension, int size, int step",
    # joining
    "stack": "Tensors tensors, int dim=0, *, any out=None",
    "cat": "Tensors tensors, int dim=0, *, any out=None",
    "hstack": "Tensors tensors, *, any out=None",
    "chunk": "Tensor input, int chunks, int dim=0",
    "unbind": "Tensor input, int dim=0",
}
_TABLE["logspace"] = _TABLE["linspace"].replace("steps", "steps, float base=10")
_TABLE["concat"] = _TABLE["concatenate"] = _TABLE["cat"]
_TABLE["vstack"] = _TABLE["dstack"] = _TABLE["column_stack"] = _TABLE["hstack"]
_TABLE["moveaxis"] = _TABLE["movedim"]
for _name in (
    "scatter", "scatter_add", "index_add", "index_copy", "index_fill", "masked_fill", "unsqueeze",
    "transpose", "swapaxes", "swapdims",
):  # fmt: skip
    _TABLE[_name + "_"] = _TABLE[_name].replace(", any out=None", "")

_NUMPY_NAMES = {"dim": ("axis",), "input": ("x", "x1"), "other": ("x2",)}


class Parameter(NamedTuple):
    """One parameter of a signature."""

    kind: str
    name: str
    optional: bool
    by_name: bool


class Misfit(Exception):
    """Why a call does not fit a signature."""


def refuse(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], method: bool) -> str | None:
    """torch's words for a call that fits none of the function's signatures; None if one fits."""
    signatures = _signatures(name, method)
    given = args[1:] if method else args
    told = None
    for signature in signatures:
        try:
            _fit(name, signature, given, kwargs)
        except Misfit as misfit:
            told = str(misfit)
        else:
            return None
    count = len(given) + len(kwargs)
    plausible = [
        s for s in signatures if sum(not p.optional for p in s) <= count <= len(s)
    ]  # fmt: skip
    if len(signatures) == 1:
        return told
    if len(plausible) == 1:
        try:
            _fit(name, plausible[0], given, kwargs)
        except Misfit as misfit:
            return str(misfit)
    lines = "\n".join(f" * ({_TABLE[name].split('; ')[i]})" for i in range(len(signatures)))
    kinds = [spoken_kind(x) for x in given]
    kinds += [f"{key}={spoken_kind(value)}" for key, value in kwargs.items()]
    listed = ", ".join(kinds) + (", " if kwargs else "")
    return (
        f"{name}() received an invalid combination of arguments - got ({listed}), but expected "
        f"one of:\n{lines}\n"
    )


def shown(name: str) -> str:
    """How a function is called, for the note under an error."""
    calls = [text.partition(", *")[0] for text in _TABLE[name].split("; ")]
    return "\n".join(f"It is called so: {name}({call})" for call in dict.fromkeys(calls))


def known(name: str) -> bool:
    """Whether the table has the function."""
    return name in _TABLE


_DECIDED = (int, float, str, bool, type(None))


def decided_by_types(name: str, args: tuple[Any, ...]) -> bool:
    """Whether the types of the arguments decide that a call fits: whatever values they have.

    A tensor may stand for a number, and a list holds what it holds: they come first, or values
    count.
    """
    first = isinstance(args[0], TensorBase) if args else False
    listed = (
        _TABLE[name].startswith("Tensors") and bool(args) and isinstance(args[0], (list, tuple))
    )
    return (first or listed) and all(type(each) in _DECIDED for each in args[1:])


@functools.cache
def _signatures(name: str, method: bool) -> list[list[Parameter]]:
    read = []
    for text in _TABLE[name].split("; "):
        parameters, by_name = [], False
        for part in text.split(", "):
            if part == "*":
                by_name = True
                continue
            kind, _, rest = part.partition(" ")
            label, _, default = rest.partition("=")
            kind = kind + "?" if default == "None" and kind[-1] != "?" else kind
            parameters.append(Parameter(kind, label, bool(default), by_name))
        read.append(parameters[1:] if method else parameters)
    return read


def _fit(
    name: str, signature: Sequence[Parameter], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Raise Misfit with torch's words at the first argument that does not fit."""
    positional = [p for p in signature if not p.by_name]
    spread = len(positional) == 1 and positional[0].kind == "ints"
    if len(args) > len(positional) and not spread:
        least = sum(not p.optional for p in positional)
        span = f"from {least} to {len(positional)}" if least < len(positional) else f"{least}"
        plural = "" if span == "1" else "s"
        verb = "was" if len(args) == 1 else "were"
        raise Misfit(
            f"{name}() takes {span} positional argument{plural} but {len(args)} {verb} given"
        )
    left = dict(kwargs)
    for place, parameter in enumerate(signature):
        label = parameter.name
        if place < len(args) and not parameter.by_name:
            value, where = args[place], f" (position {place + 1})"
        else:
            found = next((n for n in (label, *_NUMPY_NAMES.get(label, ())) if n in left), None)
            if found is None:
                if parameter.optional:
                    continue
                required = [p.name for p in signature[place:] if not p.optional]
                missing = [f'"{name}"' for name in required if name not in left]
                plural = "s" if len(missing) == 1 else ""  # the wrong way round, as in torch
                raise Misfit(
                    f"{name}() missing {len(missing)} required positional argument{plural}: "
                    + ", ".join(missing)
                )
            value, where = left.pop(found), ""
        wrong = _wrong(parameter.kind, value)
        if wrong:
            raise Misfit(f"{name}(): argument '{label}'{where} must be {wrong}")
    for key in left:
        if any(p.name == key for p in positional[: len(args)]):
            raise Misfit(f"{name}() got multiple values for argument '{key}'")
        raise Misfit(f"{name}() got an unexpected keyword argument '{key}'")


_SPOKEN = {
    "dtype": "torch.dtype", "ints": "tuple of ints", "Tensors": "tuple of Tensors",
}  # fmt: skip


def _wrong(kind: str, value: Any) -> str | None:
    """`int, not str`, where a value is not of a kind; None where it is."""
    if kind[-1] == "?":
        if value is None:
            return None
        kind = kind[:-1]
    if kind == "any" or _is(kind, value):
        return None
    if kind == "ints" and isinstance(value, (tuple, list)):
        return f"tuple of ints, but found element of type {spoken_kind(value[0])} at pos 0"
    return f"{_SPOKEN.get(kind, kind)}, not {spoken_kind(value)}"


def _is(kind: str, value: Any) -> bool:
    if kind == "Tensor":
        return isinstance(value, TensorBase)
    if isinstance(value, TensorBase):  # one number without a gradient counts as a number
        one = not value._data.ndim and not value.requires_grad
        whole = value.dtype.category == dtypes.INTEGRAL
        return one and (kind in ("Number", "float") or (whole and kind in ("int", "ints")))
    if kind == "int":
        return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if kind == "ints":
        if isinstance(value, (tuple, list)):
            return not value or _is("int", value[0])
        return type(value) is int
    if kind == "Number":
        return is_number(value)
    if kind == "float":
        return is_number(value) and not isinstance(value, (complex, np.complexfloating))
    if kind == "bool":
        return isinstance(value, (bool, np.bool_))
    if kind == "dtype":
        return isinstance(value, dtypes.dtype) or value in (int, float, bool, complex)
    if kind == "Tensors":
        return isinstance(value, (tuple, list))
    return isinstance(value, str)
