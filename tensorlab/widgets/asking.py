"""Runs the code of a question, and holds an answer to what came of it."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import types
import warnings
from collections.abc import Mapping
from typing import Any


def run(setup: str, code: str, namespace: Mapping[str, Any]) -> tuple[str, str]:
    """Run `setup` and `code` in a copy of `namespace`: what came, short and in full.

    >>> run("x = [1, 2]", "x.append(3); x", {})
    ('[1, 2, 3]', '[1, 2, 3]')
    >>> run("", "int('a')", {})[0]
    "ValueError: invalid literal for int() with base 10: 'a'"
    """
    tree = ast.parse(f"{setup}\n{code}", filename="<question>")
    scope = copy_of(namespace, {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})
    last = tree.body[-1]
    asked: ast.Expression | None = None
    if isinstance(last, ast.Expr):
        asked = ast.Expression(last.value)
        tree.body.pop()
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(tree, "<question>", "exec"), scope)
            value = None if asked is None else eval(compile(asked, "<question>", "eval"), scope)
            shown = "" if value is None else repr(value)
    except Exception as error:
        short = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        notes = getattr(error, "__notes__", [])
        return printed.getvalue() + short, "\n".join([printed.getvalue() + short, *notes])
    text = (printed.getvalue() + shown).rstrip("\n") or "None"
    return text, text


def copy_of(namespace: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """The namespace, with copies of the values that the code names, so that it changes none."""
    scope = dict(namespace)
    shared = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
    mine = {n: scope[n] for n in names if n in scope and not isinstance(scope[n], shared)}
    memo: dict[int, Any] = {}
    for name, value in mine.items():
        with contextlib.suppress(Exception):  # what cannot be copied is used as it is
            scope[name] = copy.deepcopy(value, memo)
    return scope


def matches(choice: str, truth: str) -> bool:
    """Is the choice what came? White space aside; an exception may be given by its beginning.

    >>> matches("tensor([[1.],[1.]])", "tensor([[1.],\\n        [1.]])")
    True
    >>> matches("RuntimeError: view size…", "RuntimeError: view size is not compatible")
    True
    """
    wanted, came = squash(choice), squash(truth)
    kind = truth.split(":")[0].strip().split(".")[-1]
    if kind.isidentifier() and kind.endswith(("Error", "Exception", "Warning")):
        wanted = wanted.removesuffix("...").removesuffix("…")
        return wanted.startswith(kind) and came.startswith(wanted)
    return wanted == came


def squash(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())
