"""Which functions the lessons teach: found in the code of their cells, and listed with it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tensorlab_course.site.sources import Source

LIBRARIES = {"tensorlab": "torch", "torch": "torch"}


@dataclass(frozen=True)
class Use:
    """A cell in which a name is used: its page, its anchor, and the line of code."""

    page: str
    title: str
    anchor: str
    line: str


@dataclass
class Seen:
    """What a notebook's names stand for, as far as its cells tell."""

    modules: dict[str, str] = field(default_factory=dict)
    models: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)


def find_uses(sources: list[Source], known: Mapping[str, str]) -> dict[str, list[Use]]:
    """By each documented name, the cells of the lessons that use it.

    `known` says where a name is documented, as `reference.targets` gives it.
    """
    found: dict[str, list[Use]] = {}
    for source in sources:
        if source.is_notebook and source.page.startswith("lessons/"):
            for name, use in _uses_in(source, known):
                found.setdefault(known[name], []).append(use)
    return found


def _uses_in(source: Source, known: Mapping[str, str]) -> Iterator[tuple[str, Use]]:
    cells = json.loads(source.content)["cells"]
    title = _title(cells)
    seen = Seen()
    for cell in cells:
        code = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        try:
            tree = ast.parse(code)
        except SyntaxError:  # a magic, or a gap that the student fills
            continue
        lines = code.splitlines()
        names: dict[str, int] = {}
        for name, line in _names_in(tree, seen, known):
            names.setdefault(name, line)
        for name, line in names.items():
            anchor = f"cell-{cell['id']}"
            yield name, Use(source.page, title, anchor, lines[line - 1].strip())


def _title(cells: list[dict[str, object]]) -> str:
    first = "".join(cells[0]["source"]) if cells else ""  # type: ignore[arg-type]
    heading = re.match(r"#\s+(.+)", first)
    return heading[1].strip() if heading else ""


def _names_in(tree: ast.Module, seen: Seen, known: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Every known name that the code uses, as `torch.cat` or `Tensor.view`, and the line."""
    for statement in ast.walk(tree):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            _import(statement, seen)
        elif isinstance(statement, ast.ClassDef):
            if any((_dotted(base, seen) or "").startswith("torch.nn.") for base in statement.bases):
                seen.models.add(statement.name)
        elif isinstance(statement, ast.Assign):
            _learn(statement, seen)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = _dotted(node, seen) or _method(node, seen, known)
            if name in known:
                yield name, node.end_lineno or node.lineno
        elif isinstance(node, ast.Name) and seen.modules.get(node.id) in known:
            yield seen.modules[node.id], node.lineno


def _import(statement: ast.Import | ast.ImportFrom, seen: Seen) -> None:
    """Note what an import gives a name to."""
    for one in statement.names:
        called = one.asname or one.name.partition(".")[0]
        if isinstance(statement, ast.ImportFrom):
            full = f"{statement.module}.{one.name}"
        else:
            full = one.name if one.asname else called
        root, _, rest = full.partition(".")
        if root in LIBRARIES:
            seen.modules[called] = "torch" + (f".{rest}" if rest else "")
        else:
            seen.foreign.add(called)


def _learn(statement: ast.Assign, seen: Seen) -> None:
    """Note which names hold a model, and which what another library made."""
    value = statement.value
    made_by = _dotted(value.func, seen) or "" if isinstance(value, ast.Call) else ""
    alias = _dotted(value, seen)
    is_model = made_by.startswith("torch.nn.") and made_by.rpartition(".")[2][0].isupper()
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        is_model |= value.func.id in seen.models
    for target in statement.targets:
        if isinstance(target, ast.Name):
            if alias:  # nn = torch.nn
                seen.modules[target.id] = alias
            elif is_model:
                seen.models.add(target.id)
            elif _root(value) in seen.foreign:
                seen.foreign.add(target.id)


def _dotted(node: ast.expr, seen: Seen) -> str | None:
    """`nn.Conv2d` as `torch.nn.Conv2d`, where the name before the dot is a module of ours."""
    if isinstance(node, ast.Name):
        return seen.modules.get(node.id)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, seen)
        return f"{before}.{node.attr}" if before else None
    return None


def _method(node: ast.Attribute, seen: Seen, known: Mapping[str, str]) -> str:
    """The name of a method, by what its owner is taken for: a model, or else a tensor."""
    root = _root(node.value)
    if root in seen.foreign or isinstance(node.value, ast.Constant):
        return ""
    if isinstance(node.value, ast.Name) and (root in seen.models or root == "self"):
        return f"Module.{node.attr}"
    name = f"Tensor.{node.attr}"
    return name if name in known else f"Module.{node.attr}"


def _root(node: ast.expr) -> str:
    """The name that an expression begins with: `x` of `x[0].t().sum()`."""
    while True:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return ""
