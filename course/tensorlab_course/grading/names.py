"""Whose a name is: what the instructor's cells define is trusted, what solutions define is not."""

from __future__ import annotations

import ast
import builtins
import dis
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

_BUILTINS = frozenset(dir(builtins)) | {"get_ipython", "display", "In", "Out", "exit", "quit"}


@dataclass
class Names:
    """What a cell does with names, as far as its text tells."""

    bound: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)  # in place: `x[0] = 1`, `x.append(1)`
    mentioned: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    readable: bool = False  # whether the text is Python
    calls: bool = False  # whether anything is called when the cell runs


@lru_cache(maxsize=4096)
def names_of(source: str) -> Names:
    """The names of a cell; none for text that is no Python."""
    found = Names()
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    _Visitor(found).visit(tree)
    found.readable = True
    return found


@lru_cache(maxsize=4096)
def globals_of(source: str) -> frozenset[str]:
    """The names that functions of a cell take from the notebook."""
    try:
        code = compile(TransformerManager().transform_cell(source), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(_globals(code, False)) - _BUILTINS


def _globals(code: types.CodeType, inner: bool) -> Iterator[str]:
    if inner:
        for step in dis.get_instructions(code):
            if step.opname == "LOAD_GLOBAL":
                yield str(step.argval)
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from _globals(part, True)


class _Visitor(ast.NodeVisitor):
    def __init__(self, found: Names) -> None:
        self.found = found
        self.depth = 0  # inside functions and classes, where names are local

    def visit_Name(self, node: ast.Name) -> None:
        self.found.mentioned.add(node.id)
        if not isinstance(node.ctx, ast.Load) and self.depth == 0:
            self.found.bound.add(node.id)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and len(node.value) < 200:
            self.found.texts.add(node.value)
            if node.value.isidentifier():
                self.found.mentioned.add(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._define(node.name)
        for part in (*node.decorator_list, node.args, *filter(None, [node.returns])):
            self.visit(part)
        self._inside(node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._inside([node.args, node.body])

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._inside([*node.generators, node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._inside([*node.generators, node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._inside([*node.generators, node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._inside([*node.generators, node.key, node.value])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._define(node.name)
        self.found.classes.add(node.name)
        for part in (*node.bases, *node.keywords, *node.decorator_list):
            self.visit(part)
        self._inside(node.body)

    def visit_Global(self, node: ast.Global) -> None:
        self.found.bound.update(node.names)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._define(name)
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            self.found.imports[name] = (module, "")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._define(alias.asname or alias.name)
            if node.module and node.level == 0:
                self.found.imports[alias.asname or alias.name] = (node.module, alias.name)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        harmless = isinstance(node.func, ast.Name) and node.func.id in ("print", "display")
        if self.depth == 0 and not harmless:
            self.found.calls = True
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._change(node)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._change(node)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        # A method that is called for what it does: `x.append(1)`, `x.add_(1)`, `random.shuffle(x)`.
        if isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Attribute):
                self._change(function)
            if not (isinstance(function, ast.Name) and function.id in ("print", "display")):
                for argument in node.value.args:
                    if isinstance(argument, ast.Name):
                        self._change(argument)
        self.generic_visit(node)

    def _define(self, name: str) -> None:
        self.found.mentioned.add(name)
        if self.depth == 0:
            self.found.bound.add(name)

    def _inside(self, nodes: list[ast.stmt] | list[ast.AST]) -> None:
        self.depth += 1
        for node in nodes:
            self.visit(node)
        self.depth -= 1

    def _change(self, node: ast.expr) -> None:
        while isinstance(node, (ast.Subscript, ast.Attribute)):
            node = node.value
        if isinstance(node, ast.Name):
            self.found.changed.add(node.id)


@dataclass
class Step:
    """What the trusted process does at one cell of the source."""

    index: int
    test: bool
    names: list[str]  # to ask the submission for
    imports: dict[str, tuple[str, str]]


def plan(cells: list[tuple[str, str, str]]) -> tuple[list[Step], set[str]]:
    """The steps for cells given as (role, source, model solution), and the classes asked for.

    A role is `solution`, `test`, `locked` or `plain`; other cells are not given.
    """
    owned: set[str] = set()  # by the student
    trusted: set[str] = set()
    imports: dict[str, tuple[str, str]] = {}
    wanted: set[str] = set()
    asked: set[str] = set()
    steps = []
    needed = _needed(cells)
    for index, (role, source, model) in enumerate(cells):
        if role == "solution":
            names = names_of(model)
            bound = names.bound | (names.changed & (trusted | owned) - set(imports))
            bound -= {
                n for n in names.changed - names.bound if n in trusted and n in _modules(cells)
            }
            owned |= bound
            trusted -= bound
            imports.update({n: m for n, m in names.imports.items() if n in names.bound})
            asked |= names.classes
            continue
        names = names_of(source)
        if role == "plain" and names.mentioned & owned and not names.bound & needed[index]:
            continue  # it shows what a student's function does, and nothing depends on it
        wanted |= names.mentioned
        names_to_ask = (wanted & owned) | (wanted - trusted - _BUILTINS - names.bound)
        found = {n: imports[n] for n in names_to_ask if n in imports}
        steps.append(Step(index, role == "test", sorted(names_to_ask), found))
        owned -= names.bound
        trusted |= names.bound
    # A class without a model is asked for by the tests that name it.
    modelled = {name for role, _, model in cells for name in names_of(model).bound}
    return steps, asked | (wanted - modelled - _BUILTINS)


def _modules(cells: list[tuple[str, str, str]]) -> set[str]:
    """Names of modules: a method of one, called in a solution, does not make it the student's."""
    return {
        name for role, source, _ in cells if role != "solution" for name in names_of(source).imports
    }


def _needed(cells: list[tuple[str, str, str]]) -> list[set[str]]:
    """For each cell, the names that instructor's cells after it mention."""
    needed: list[set[str]] = []
    later: set[str] = set()
    for role, source, _ in reversed(cells):
        needed.append(set(later))
        if role != "solution":
            later |= names_of(source).mentioned
    return needed[::-1]
