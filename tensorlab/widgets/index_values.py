"""Working out an index expression with the engine, and nothing but an index expression."""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import tensorlab
from tensorlab import dtypes
from tensorlab.tensor import Tensor
from tensorlab.widgets.index_syntax import IndexSyntaxError, check, plain

# No step on the way may make more numbers than these, nor more dimensions.
MOST_NUMBERS = 16_384
MOST_DIMENSIONS = 8

_ARITHMETIC: dict[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
}
_BITS: dict[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.BitAnd: ("&", operator.and_),
    ast.BitOr: ("|", operator.or_),
    ast.BitXor: ("^", operator.xor),
}
_COMPARISONS: dict[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
}

# For those of torch's errors under which the engine has no note that fits here.
_ADVICE = {
    "slice step cannot be zero": "A step says how far to walk: 2 takes every second.",
    "slice() cannot be": "A tensor without dimensions is one number: x.item().",
    "index is out of bounds for dimension with": "The dimension is empty: it has nothing to pick.",
    "slice indices must be integers": "Write whole numbers around the colons.",
    "only integer tensors of a single": "Write whole numbers around the colons.",
    "The size of tensor a": "Sizes are lined up from the right: two are equal, or one is 1.",
    "Boolean value of Tensor": (
        "& | ^ ~ combine masks and whole numbers. Compare first, in parentheses: (x > 0) & (x < 2)."
    ),
}


def read(text: str, name: str) -> tuple[ast.expr, str]:
    """An expression, parsed, and as it would stand in a program. Raises IndexSyntaxError.

    Where the text does not begin with the tensor, it is what stands in the brackets.

    >>> [read(text, "x")[1] for text in ("0, ::2", "x[0][1]", "x > 2")]
    ['x[0, ::2]', 'x[0][1]', 'x[x > 2]']
    """
    check(text, name)
    text = plain(text).strip().replace("…", "...")
    written = f"{name}[{text}]"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # None[0] is odd, and refused later
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            tree = ast.parse(written, mode="eval").body
        except (SyntaxError, RecursionError, MemoryError):
            words = "Python cannot read this. Write it with fewer brackets."
            raise IndexSyntaxError(words, 0, len(text)) from None
    assert isinstance(tree, ast.Subscript)
    return (tree.slice, text) if _is_chain(tree.slice, name) else (tree, written)


def _is_chain(tree: ast.expr, name: str) -> bool:
    """Whether it is the tensor, with any number of indices after it."""
    while isinstance(tree, ast.Subscript):
        tree = tree.value
    return isinstance(tree, ast.Name) and tree.id == name


def pick(tree: ast.expr, x: Tensor, picked: Tensor | None = None) -> Tensor:
    """What the expression makes of `x`; with `picked`, what it picks there, by the masks of `x`.

    Raises torch's errors.

    >>> x = torch.tensor([3, 1, 2])
    >>> tree, _ = read("x > 1", "x")
    >>> pick(tree, x), pick(tree, x, torch.arange(3))
    (tensor([3, 2]), tensor([0, 2]))
    """
    values = _Values(x)
    if not isinstance(tree, ast.Subscript):
        return x if picked is None else picked
    before = pick(tree.value, x, picked)
    return values.item(before, tree.slice)


def sentence(error: BaseException) -> str:
    """torch's words, and what to do."""
    said = str(error)
    note = " ".join(getattr(error, "__notes__", ())).replace("\n", " ")
    # torch's number counts the parts of the index, or its lists: another would confuse.
    note = re.sub(r"^Dimension \d+ (is|has the indices)", r"It \1", note)
    for start, advice in _ADVICE.items():
        if said.startswith(start):
            note = advice
    stop = "" if said.endswith((".", "!", "?")) else "."
    return f"{type(error).__name__}: {said}{stop} {note}".strip()


class _Values:
    """The values of a tree's parts: tensors, numbers, and what an index is made of."""

    def __init__(self, x: Tensor) -> None:
        self.x = x

    def item(self, tensor: Any, index: ast.expr) -> Tensor:
        if not isinstance(tensor, Tensor):
            raise TypeError("Only a tensor has an index here. Put the brackets after one.")
        key = self.of(index)
        _require_key(key)
        out = tensor[key]
        if out.ndim > MOST_DIMENSIONS:
            raise ValueError(
                f"The result has {out.ndim} dimensions, and {MOST_DIMENSIONS} is the most that can "
                "be shown. Leave out some None."
            )
        _require_room(out.numel())
        return out

    def of(self, tree: ast.expr | None) -> Any:
        """The value of one part. Whatever is not of the language is refused."""
        match tree:
            case None:
                return None
            case ast.Constant(value=value) if value is None or value is Ellipsis:
                return value
            case ast.Constant(value=bool() | int() | float() as value):
                return value
            case ast.Name(id="Ellipsis"):
                return Ellipsis
            case ast.Name():
                return self.x
            case ast.Tuple(elts=parts):
                return tuple(self.of(part) for part in parts)
            case ast.List(elts=parts):
                return [self.of(part) for part in parts]
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(_bound(self.of(end)) for end in (lower, upper, step)))
            case ast.Subscript(value=value, slice=index):
                return self.item(self.of(value), index)
            case ast.Call(args=[data], keywords=[]):
                value = self.of(data)
                _require_numbers(value, "torch.tensor")
                return tensorlab.tensor(value)
            case ast.UnaryOp(op=op, operand=operand):
                return _unary(op, self.of(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return _binary(op, self.of(left), self.of(right))
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self.compared(left, ops, others)
            case ast.BoolOp(op=op, values=values):
                return self.joined(isinstance(op, ast.And), values)
        raise TypeError("That is not known here. Write an index, a comparison or arithmetic.")

    def compared(self, left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr]) -> Any:
        """`a < b < c` is `a < b and b < c`, which torch refuses for tensors."""
        value, result = self.of(left), None
        for n, (op, other) in enumerate(zip(ops, others, strict=True)):
            right = self.of(other)
            sign, function = _COMPARISONS[type(op)]
            _require_operands(sign, value, right)
            result = function(value, right)
            if n + 1 < len(ops) and not result:
                return result
            value = right
        return result

    def joined(self, every: bool, parts: list[ast.expr]) -> Any:
        value = None
        for n, part in enumerate(parts):
            value = self.of(part)
            _require_operands("and" if every else "or", value)
            if n + 1 < len(parts) and bool(value) is not every:
                break
        return value


def _unary(op: ast.unaryop, value: Any) -> Any:
    sign = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}[type(op)]
    _require_operands(sign, value)
    if sign == "not":
        return not value
    if sign == "~":
        if not isinstance(value, Tensor):
            raise TypeError("“~” turns a mask round: write it before a tensor.")
        return ~value
    _require_no_mask(sign, value)
    return -value if sign == "-" else +value


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    bits = type(op) in _BITS
    sign, function = (_BITS if bits else _ARITHMETIC)[type(op)]
    _require_operands(sign, left, right)
    if not isinstance(left, Tensor) and not isinstance(right, Tensor):
        raise TypeError(f"“{sign}” needs a tensor beside it. Write the number itself.")
    if not bits:
        _require_no_mask(sign, left, right)
    return function(left, right)


def _require_operands(sign: str, *values: Any) -> None:
    """Tensors and numbers, whose shapes fit and do not make too many numbers."""
    if not all(isinstance(value, bool | int | float | Tensor) for value in values):
        raise TypeError(f"“{sign}” is for tensors and numbers only. Take lists and None out.")
    shapes = [tuple(value.shape) for value in values if isinstance(value, Tensor)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        return  # which the engine refuses, in torch's words
    _require_room(math.prod(shape))


def _require_no_mask(sign: str, *values: Any) -> None:
    if any(isinstance(value, Tensor) and value.dtype is dtypes.bool for value in values):
        raise TypeError(f"“{sign}” is for numbers, and a mask has none. Join masks with & | ~.")


def _require_room(count: int) -> None:
    if count > MOST_NUMBERS:
        raise ValueError(f"This makes {count} numbers, too many to work with here. Pick fewer.")


def _bound(value: Any) -> Any:
    """One of a slice's three numbers."""
    if isinstance(value, Tensor):
        if value.numel() != 1 or value.dtype.category != dtypes.INTEGRAL:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(value.item())
    if value is None or isinstance(value, int):
        return value
    raise TypeError("slice indices must be integers or None or have an __index__ method")


def _require_key(key: Any) -> None:
    parts = key if isinstance(key, tuple) else (key,)
    if sum(part is Ellipsis for part in parts) > 1:
        raise IndexError("“...” stands for all the colons that are needed: once is enough.")
    for part in parts:
        if isinstance(part, list | tuple):
            _require_numbers(part, "A list in an index")
            if any(isinstance(row, list | tuple) and _has_bool(row) for row in part):
                raise TypeError(
                    "A list in an index holds True and False in one row. For a mask of more "
                    "dimensions, write torch.tensor([[True, False]])."
                )


def _has_bool(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_has_bool(one) for one in value)
    return isinstance(value, bool)


def _require_numbers(value: Any, where: str) -> None:
    if isinstance(value, list | tuple):
        for one in value:
            _require_numbers(one, where)
    elif not isinstance(value, bool | int | float) or not math.isfinite(value):
        raise TypeError(f"{where} holds whole numbers, or True and False, and nothing else.")
