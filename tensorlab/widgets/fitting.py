"""Whether `x op y` has a result, torch's words where it has none, and what would fit instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import tensorlab
from tensorlab import dtypes
from tensorlab.tensor import Tensor

OPS = ("+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "@")


def evaluate(code: str, x: Tensor, y: Tensor) -> Tensor:
    """What the code makes of x and y. All of it is written in this file."""
    made: Tensor = eval(code, {"x": x, "y": y})
    return made


def failure(code: str, x: Tensor, y: Tensor) -> str:
    """Why the code raises, in torch's words; empty where it does not."""
    try:
        evaluate(code, x, y)
    except (RuntimeError, NotImplementedError) as error:
        return str(error)
    return ""


def misfit(op: str, x: Tensor, y: Tensor) -> bool:
    """Whether the shapes do not fit, whatever the tensors hold."""
    return bool(failure(f"x {op} y", tensorlab.ones(x.shape), tensorlab.ones(y.shape)))


def repairs(op: str, x: Tensor, y: Tensor) -> list[str]:
    """At most 4 codes that have a result, where `x op y` has none; each is tried.

    The page has the same in repair.js.
    """
    if not failure(f"x {op} y", x, y):
        return []
    a, b, candidates = x, y, _casts(op, x, y)
    if misfit(op, x, y):  # the shapes come first: what the tensors hold is next
        a, b, candidates = tensorlab.ones(x.shape), tensorlab.ones(y.shape), _steps(op, x, y)
    return [code for code in dict.fromkeys(candidates) if not failure(code, a, b)][:4]


def _steps(op: str, x: Tensor, y: Tensor) -> Iterator[str]:
    """Another shape for one of the two, or another operator."""
    product = op == "@"

    def each(step: Callable[[str, Tensor, Tensor], str]) -> Iterator[str]:
        if right := step("y", y, x):
            yield f"x {op} {right}"
        if left := step("x", x, y):
            yield f"{left} {op} y"

    if not product:
        yield from each(lambda name, t, _: f"{name}[:, None]" if t.ndim == 1 else "")
    yield from each(_turned)
    if op in "*@":
        yield "x @ y" if op == "*" else "x * y"
    if not product:
        yield from each(_relaid)
    least = 2 if product else 1
    yield from each(lambda name, t, _: f"{name}[:, None]" if t.ndim > least else "")
    if not product:
        yield from each(lambda name, t, _: f"{name}[..., None]" if t.ndim > 1 else "")
    yield from each(lambda name, t, other: _cut(op, name, t, other))
    if product and x.ndim == y.ndim == 1:
        yield "x[:, None] @ y[None]"


def _casts(op: str, x: Tensor, y: Tensor) -> Iterator[str]:
    """Another dtype, for one of the two or for both."""
    met = dtypes.promote_types(x.dtype, y.dtype)
    wide = dtypes.int64 if met is dtypes.bool else met
    method = wide.legacy.lower()  # as in x.long()
    cast = [name if t.dtype is wide else f"{name}.{method}()" for name, t in (("x", x), ("y", y))]
    yield f"{cast[0]} {op} {cast[1]}"
    if op == "//":
        yield "x / y"
    if op in ("//", "%"):
        yield f"x.float() {op} y"


def _turned(name: str, t: Tensor, other: Tensor) -> str:
    return "" if t.ndim < 2 else f"{name}.t()" if t.ndim == 2 else f"{name}.transpose(-2, -1)"


def _relaid(name: str, t: Tensor, other: Tensor) -> str:
    if t.numel() != other.numel() or not other.ndim:
        return ""
    return f"{name}.reshape({', '.join(map(str, other.shape))})"


def _cut(op: str, name: str, t: Tensor, other: Tensor) -> str:
    if not t.ndim or not other.ndim:
        return ""
    rows = op == "@" and name == "y" and t.ndim > 1
    if rows and t.ndim > 2:
        return ""
    size = other.shape[-2 if op == "@" and name == "x" and other.ndim > 1 else -1]
    axis = 0 if rows else t.ndim - 1
    if t.shape[axis] <= size or size == 1:
        return ""
    return f"{name}[{('', ':, ', '..., ')[min(axis, 2)]}:{size}]"
