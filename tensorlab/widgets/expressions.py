"""Shape expressions as text, such as `x.t().reshape(3, 4)`: read, checked, and done by the engine.

Only what is listed here can be written: nothing else of Python is ever run. The page reads the same
expressions, in js/core/expression.js and operations.js, and refuses with the same words.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tensorlab import dtypes
from tensorlab.tensor import Tensor
from tensorlab.widgets.traits import WidgetError

# More cells and dimensions than these cannot be shown; on the way there may be more dimensions.
MOST = 1024
MOST_DIMENSIONS = 4
DIMENSIONS_BETWEEN = 16

# How each method is called. `*` takes what is left, one by one or in one tuple; all others are
# whole numbers.
METHODS = {
    "view": "*size",
    "reshape": "*shape",
    "t": "",
    "transpose": "dim0, dim1",
    "permute": "*dims",
    "movedim": "source, destination",
    "flatten": "start_dim=0, end_dim=-1",
    "ravel": "",
    "squeeze": "dim=None",
    "unsqueeze": "dim",
    "expand": "*size",
    "narrow": "dim, start, length",
    "select": "dim, index",
    "unbind": "dim=0",
    "contiguous": "",
    "clone": "",
    "to": "dtype",
}
CASTS = ("bool", "byte", "char", "short", "int", "long", "half", "float", "double")
NUMBERS = {"size": "dim=None", "numel": "", "dim": ""}
PROPERTIES = ("T", "mT", "shape")

_METHODS = {**METHODS, **dict.fromkeys(CASTS, ""), **NUMBERS}
_NAMED = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.*)", re.DOTALL)
# What Python would read, and the page does not: comments, lines, numbers such as 0x10.
_ODD = re.compile(r"[\n#]|\b\d+[A-Za-z_.]")
_DTYPES = {
    name: value
    for name, value in vars(dtypes).items()
    if isinstance(value, dtypes.dtype) and not value.is_complex and value is not dtypes.bfloat16
}
# What is longer, or larger, has nothing to do with what can be shown.
_LONGEST = 200
_LARGEST = 2**31


def named(text: str) -> tuple[str, str]:
    """The name and the expression of `y = x.t()`; without a name, the expression is its own.

    >>> named("y = x.t()"), named(" x[0] ")
    (('y', 'x.t()'), ('x[0]', 'x[0]'))
    """
    found = _NAMED.fullmatch(text)
    code = (found[2] if found else text).strip()
    return (found[1] if found else code), code


def evaluate(code: str, names: Mapping[str, Tensor]) -> Tensor:
    """The tensor that an expression gives, by the engine; `names` are the tensors that it knows.

    Raises WidgetError, in torch's words where torch would refuse it.

    >>> import tensorlab as torch
    >>> evaluate("x.t()[0]", {"x": torch.arange(6).reshape(2, 3)})
    tensor([0, 3])
    >>> evaluate("x.t()", {"x": torch.zeros(2, 3, 4)})
    Traceback (most recent call last):
    tensorlab.widgets.traits.WidgetError: x.t() is refused: t() expects a tensor with <= 2 \
dimensions, but self is 3D.
    """
    try:
        tree = ast.parse(code, mode="eval").body
    except (SyntaxError, ValueError):
        raise _unread(code) from None
    if len(code) > _LONGEST or _ODD.search(code) or not _readable(tree):
        raise _unread(code)
    try:
        value = _value(tree, names)
    except _Refused as refused:
        raise WidgetError(f"{code} is refused: {_sentence(str(refused))}") from None
    if isinstance(value, tuple) and value and isinstance(value[0], Tensor):
        raise WidgetError(f"{code} gives {len(value)} tensors: choose one, such as {code}[0].")
    if not isinstance(value, Tensor):
        raise WidgetError(f"{code} gives no tensor: end with a shape operation, such as x.t().")
    if value.ndim > MOST_DIMENSIONS:
        raise WidgetError(f"{code} {too_many_dimensions(value.ndim)}")
    return value


def too_many_dimensions(count: int) -> str:
    """What to do with a tensor that has so many."""
    return (
        f"has {count} dimensions, and {MOST_DIMENSIONS} at most can be shown: choose a part, such "
        "as x[0]."
    )


def why_no_view(size: Sequence[int], stride: Sequence[int], wanted: Sequence[int]) -> str:
    """Which axes of a tensor do not line up for a view of other sizes; empty where they do.

    >>> why_no_view((4, 3), (1, 4), (12,))
    'Axis 0 of (12,) would run across axes 0 and 1 of a tensor of size (4, 3), stride (1, 4). One \
stride can serve both only if the stride of axis 0 is 3 × 4 = 12; it is 1.'
    """
    new = len(wanted) - 1
    run, step, inner = 1, 1, 0
    for dim in range(len(size) - 1, -1, -1):
        if run == 1:
            step = stride[dim]
        if size[dim] != 1:
            inner = dim
        run *= size[dim]
        if dim and (size[dim - 1] == 1 or stride[dim - 1] == run * step):
            continue
        part = 1
        while new >= 0 and (part < run or wanted[new] == 1):
            part *= wanted[new]
            new -= 1
        if part != run:
            return (
                f"Axis {new + 1} of {tuple(wanted)} would run across axes {dim - 1} and {inner} of "
                f"a tensor of size {tuple(size)}, stride {tuple(stride)}. One stride can serve "
                f"both only if the stride of axis {dim - 1} is {run} × {step} = {run * step}; "
                f"it is {stride[dim - 1]}."
            )
        run = 1
    return ""


class _Refused(Exception):
    """What torch says of an operation that cannot be done, or what we say."""


def _unread(code: str) -> WidgetError:
    return WidgetError(
        f"“{code}” cannot be read here. Write shape operations on x, one after another, such as "
        "x.t().reshape(3, 4) or x[:, 0]."
    )


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _readable(node: ast.AST, inside: bool = False) -> bool:
    """Whether an expression has only parts that are known here; `inside` an index, a few more."""
    match node:
        case ast.Name():
            return True
        case ast.Constant(value=value) if value is None or value is Ellipsis:
            return inside
        case ast.Constant(value=value):
            return type(value) is int and value < _LARGEST
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as operand):
            return _readable(operand)
        case ast.Tuple(elts=parts):
            return all(_readable(part, inside) for part in parts)
        case ast.List(elts=parts):
            return all(_readable(part) for part in parts)
        case ast.Slice(lower=lower, upper=upper, step=step):
            return inside and all(_readable(n) for n in (lower, upper, step) if n is not None)
        case ast.Attribute(value=value):
            return _readable(value)
        case ast.Subscript(value=value, slice=index):
            return _readable(value) and _readable(index, True)
        case ast.Call(func=ast.Attribute() as function, args=args, keywords=[]):
            return _readable(function) and all(map(_readable, args))
    return False


def _value(node: Any, names: Mapping[str, Tensor]) -> Any:
    """What a part of an expression stands for. Raises _Refused."""
    match node:
        case ast.Name(id=name):
            if name not in names:
                known = ", ".join(n for n in names if n.isidentifier())
                raise _Refused(f"{name} is not known here, only {known}.")
            return names[name]
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(operand=ast.Constant(value=value)):
            return -value  # type: ignore[operator]
        case ast.Tuple(elts=parts):
            return tuple(_value(part, names) for part in parts)
        case ast.List(elts=parts):
            return [_value(part, names) for part in parts]
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(n and _number(_value(n, names)) for n in (lower, upper, step)))
        case ast.Attribute(value=ast.Name(id="torch"), attr=name):
            if name not in _DTYPES:
                raise _Refused(f"torch.{name} is no dtype that is known here.")
            return _DTYPES[name]
        case ast.Attribute(value=value, attr=name):
            return _attribute(_value(value, names), name)
        case ast.Subscript(value=value, slice=index):
            return _item(_value(value, names), _value(index, names))
    function = node.func
    tensor = _value(function.value, names)
    if not isinstance(tensor, Tensor):
        raise _Refused(f"{function.attr}() is for a tensor.")
    if function.attr not in _METHODS:
        raise _unknown(function.attr)
    return _called(tensor, function.attr, [_value(arg, names) for arg in node.args])


def _attribute(tensor: Any, name: str) -> Any:
    if not isinstance(tensor, Tensor):
        raise _Refused(f"{name} is for a tensor.")
    if name == "shape":
        return tuple(tensor.shape)
    if name not in PROPERTIES:
        raise _unknown(name)
    return _done(lambda: getattr(tensor, name))


def _unknown(name: str) -> _Refused:
    if name in _METHODS:
        return _Refused(f"{name} is called with brackets: {name}({_METHODS[name]}).")
    if name in PROPERTIES:
        return _Refused(f"{name} is no method: write it without brackets.")
    known = ", ".join(["T", "mT", *METHODS, *CASTS])
    return _Refused(f"{name} is not known here. Known are {known}.")


def _called(tensor: Tensor, name: str, args: list[Any]) -> Any:
    bound = _bound(name, args)
    if name == "size":
        shape = tuple(tensor.shape)
        return shape if not bound else _done(lambda: tensor.size(bound[0]))
    if name in NUMBERS:
        return getattr(tensor, name)()
    if name == "view":
        return _viewed(tensor, bound[0])
    return _done(lambda: getattr(tensor, name)(*bound))


def _viewed(tensor: Tensor, size: tuple[int, ...]) -> Any:
    try:
        return _done(lambda: tensor.view(size))
    except _Refused as refused:
        if "not compatible" not in str(refused):
            raise
        left = math.prod(n for n in size if n != -1)
        wanted = [tensor.numel() // left if n == -1 else n for n in size]
        why = why_no_view(tensor.shape, tensor.stride(), wanted)
        raise _Refused(f"{refused} {why}") from None


def _bound(name: str, args: list[Any]) -> list[Any]:
    """The arguments in order, as the method's line in the table has them."""
    line = _METHODS[name]
    wrong = _Refused(f"it is called as {name}({_METHODS[name]}).")
    if line.startswith("*"):
        listed = len(args) == 1 and isinstance(args[0], tuple | list)
        sizes = args[0] if listed else args
        if not (listed or args) or not _whole(sizes):
            raise wrong
        return [tuple(sizes)]
    bound: list[Any] = []
    parameters = line.split(", ") if line else []
    if len(args) > len(parameters):
        raise wrong
    for place, parameter in enumerate(parameters):
        label, _, default = parameter.partition("=")
        if place < len(args):
            value = args[place]
        elif default == "None":
            break
        elif default:
            value = int(default)
        else:
            raise wrong
        if not (isinstance(value, dtypes.dtype) if label == "dtype" else type(value) is int):
            raise wrong
        bound.append(value)
    return bound


def _whole(values: Any) -> bool:
    return (
        isinstance(values, tuple | list)
        and len(values) <= DIMENSIONS_BETWEEN
        and all(type(n) is int for n in values)
    )


def _number(value: Any) -> int:
    if type(value) is not int:
        raise _Refused("the ends of a slice are whole numbers.")
    return value


def _item(value: Any, index: Any) -> Any:
    if not isinstance(value, Tensor):
        if not isinstance(value, tuple) or type(index) is not int:
            raise _Refused("an index is for a tensor.")
        return _done(lambda: value[index])
    parts = index if isinstance(index, tuple) else (index,)
    lists = [part for part in parts if isinstance(part, tuple | list)]
    simple = (int, slice, tuple, list, type(None), type(...))
    dots = sum(part is ... for part in parts)
    known = all(isinstance(part, simple) for part in parts) and all(map(_whole, lists))
    if not known or len(lists) > 1 or dots > 1:
        raise _Refused("an index has whole numbers, slices, None, one ..., and one list at most.")
    if not value.ndim and any(part is not None and part is not ... for part in parts):
        raise _Refused("it is one number, without a dimension to index.")
    out = _done(lambda: value[index])
    # A copy by a list has the order of its indices, whatever it was picked from.
    return out.contiguous().clone() if lists else out


def _done(operation: Callable[[], Any]) -> Any:
    """What an operation gives, if it can be shown. Raises _Refused with the engine's words."""
    try:
        out = operation()
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        raise _Refused(str(error)) from None
    if isinstance(out, Tensor):
        _require_room(out.shape)
    return out


def _require_room(sizes: Sequence[int]) -> None:
    """Raise _Refused where so many cells cannot be shown, or there is none."""
    if len(sizes) > DIMENSIONS_BETWEEN:
        raise _Refused(f"{len(sizes)} dimensions are too many.")
    cells = math.prod(sizes)
    if cells > MOST:
        raise _Refused(f"it has {cells:,} cells, more than the {MOST:,} that fit here.")
    if not cells:
        raise _Refused(f"its shape is {tuple(sizes)}: there is no cell to show.")
