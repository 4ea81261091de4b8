"""Finds whole numbers of numpy's whose width depends on the platform: 64 bits, or Pyodide's 32.

What is made without a dtype, and what numpy counts or points with, has the platform's width. In a
tensor it would print another dtype there; a sum would overflow in silence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# Where the dtype may stand among the arguments without its name, counted from 0.
CREATION = {
    "arange": 3,
    "empty": 1,
    "full": 2,
    "identity": 1,
    "ones": 1,
    "zeros": 1,
    "eye": 3,
    "fromiter": 1,
}
# Made of Python's numbers, these are whole numbers; made of an array, they have its dtype.
COPIES = {"array": 1, "asarray": 1, "ascontiguousarray": 1}
REDUCTIONS = {"cumprod": 2, "cumsum": 2, "nansum": 2, "prod": 2, "sum": 2, "trace": 4}
UFUNC_METHODS = {"accumulate": 2, "reduce": 2}
# Those that give several arrays (nonzero, unravel_index) cannot be cast where they stand.
INDICES = {
    "argmax", "argmin", "argpartition", "argsort", "argwhere", "bincount", "digitize",
    "flatnonzero", "indices", "lexsort", "ravel_multi_index", "searchsorted",
}  # fmt: skip
# Aliases of the platform's own width.
PLATFORM = {"int_", "uint", "long", "ulong", "intc", "uintc"}
WIDTH = "whole numbers get the platform's width"
LITERALS = (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)


def problems(path: Path) -> list[str]:
    """A sentence for each place in a file of the engine."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return [
        f"{path.name}:{node.lineno}: {words}"
        for node in ast.walk(tree)
        for words in _at(node, parents)
    ]


def _at(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and _of_numpy(node) and node.attr in PLATFORM:
        yield f"np.{node.attr} has the platform's width: say np.int64, or np.intp for an index"
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    name = node.func.attr
    if _of_numpy(node.func):
        if name in CREATION and not _says_dtype(node, CREATION[name]):
            yield f"np.{name} without a dtype: {WIDTH}"
        if name in COPIES and not _says_dtype(node, COPIES[name]) and _is_literal(node):
            yield f"np.{name} of Python's numbers without a dtype: {WIDTH}"
        if name in REDUCTIONS and not _says_dtype(node, REDUCTIONS[name]):
            yield f"np.{name} without a dtype: what is small adds up, and {WIDTH}"
        if _is_index(node) and not _is_used_up(node, parents):
            yield f"np.{name} gives indices of the platform's width: add .astype(np.int64)"
    elif name in UFUNC_METHODS and _is_ufunc(node.func) and not _says_dtype(node, 2):
        yield f"{ast.unparse(node.func)} without a dtype: what is small adds up, and {WIDTH}"


def _of_numpy(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Name) and function.value.id == "np"


def _is_ufunc(function: ast.Attribute) -> bool:
    inner = function.value
    return (
        isinstance(inner, ast.Attribute) and _of_numpy(inner) and inner.attr in {"add", "multiply"}
    )


def _says_dtype(call: ast.Call, place: int) -> bool:
    return len(call.args) > place or any(word.arg in ("dtype", None) for word in call.keywords)


def _is_literal(call: ast.Call) -> bool:
    given = call.args[0] if call.args else None
    if isinstance(given, ast.Constant):
        return isinstance(given.value, (int, bool)) and not isinstance(given.value, bool)
    made = isinstance(given, ast.Call) and isinstance(given.func, ast.Name)
    return isinstance(given, LITERALS) or (
        made and given.func.id in {"list", "range", "tuple", "len"}
    )


def _is_index(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    name = call.func.attr
    if name == "where":
        return len(call.args) == 1
    if name == "count_nonzero":
        return len(call.args) > 1 or bool(call.keywords)
    return name in INDICES


def _is_used_up(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Is it cast, or used as an index on the spot, so that its width shows nowhere?"""
    above = parents.get(node)
    while above is not None:
        if isinstance(above, ast.Assign):  # into an array that has its dtype
            return all(isinstance(target, ast.Subscript) for target in above.targets)
        if isinstance(above, ast.stmt):
            return False
        if isinstance(above, ast.Subscript) and above.slice is node:
            return True
        if isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute):
            if above.func.attr in {"astype", "tolist", "take", "take_along_axis", "put_along_axis"}:
                return True
            if _says_dtype(above, 99):
                return True
        if isinstance(above, ast.Call) and getattr(above.func, "id", "") in {"int", "len", "bool"}:
            return True
        node, above = above, parents.get(above)
    return False
