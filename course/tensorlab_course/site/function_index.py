"""The page that lists every function of the lessons: how it is called first, and where else."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from html import escape

from tensorlab_course.site.names import data_types
from tensorlab_course.site.teaching import Use

# How the groups are told apart by the full name; the first that fits takes it.
GROUPS: dict[str, str | tuple[str, ...]] = {
    "Widgets": "tensorlab.widgets.",
    "Functions of layers": "tensorlab.nn.functional.",
    "Initial weights": "tensorlab.nn.init.",
    "Layers and models": "tensorlab.nn.",
    "Training": ("tensorlab.optim.", "tensorlab.utils."),
    "Gradients and linear algebra": ("tensorlab.autograd.", "tensorlab.linalg."),
    "What a tensor has": "tensorlab.Tensor.",
    "Functions": "tensorlab.",
}
ORDER = (
    "Functions",
    "What a tensor has",
    "Data types",
    "Layers and models",
    "Functions of layers",
    "Initial weights",
    "Training",
    "Gradients and linear algebra",
    "Widgets",
)
INTRODUCTION = """# Every function of the lessons

What the lessons call, with the line that calls it first, and a link to every cell where it stands.
A function that is a method, too, is listed once: `torch.reshape(x, (2, 3))` is `x.reshape(2, 3)`.
"""


def write_index(uses: Mapping[str, list[Use]], page: str) -> str:
    """The page, as Markdown; `page` is its path in the book."""
    grouped: dict[str, list[str]] = {}
    for name in uses:
        grouped.setdefault(_group(name), []).append(name)
    parts = [INTRODUCTION]
    for group in ORDER:
        names = grouped.get(group, [])
        if names:
            names.sort(key=lambda name: (_short(name).lower(), name))
            entries = "\n\n".join(_entry(name, uses[name], page) for name in names)
            parts.append(f"## {group}\n\n::::{{container}} tl-index\n{entries}\n\n::::\n")
    return "\n".join(parts)


def _group(name: str) -> str:
    if _short(name) in data_types():
        return "Data types"
    return next(group for group, beginning in GROUPS.items() if name.startswith(beginning))


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _shown(name: str) -> str:
    if name.startswith("tensorlab.Tensor."):
        return f"x.{_short(name)}"
    if name.startswith("tensorlab.widgets."):
        return _short(name)
    if name.startswith("tensorlab.nn."):
        return name.removeprefix("tensorlab.")
    return name.replace("tensorlab.", "torch.", 1)


def _entry(name: str, uses: list[Use], page: str) -> str:
    lessons: dict[str, list[Use]] = {}
    for use in uses:
        lessons.setdefault(use.page, []).append(use)
    items = "".join(f"<li>{_lesson(cells, page)}</li>" for cells in lessons.values())
    fence = "``" if "`" in uses[0].line else "`"
    code = f"{fence}{uses[0].line}{fence}"
    return f'{{py:obj}}`{_shown(name)} <{name}>`\n: {code}\n  <ul class="tl-where">{items}</ul>'


def _lesson(cells: list[Use], page: str) -> str:
    """A link to the first cell of a lesson, and numbers that lead to the others."""
    title = escape(cells[0].title)
    links = [f'<a href="{_address(cells[0], page)}">{title}</a>']
    links += [
        f'<a href="{_address(use, page)}" aria-label="{title}, place {number}">{number}</a>'
        for number, use in enumerate(cells[1:], start=2)
    ]
    return " ".join(links)


def _address(use: Use, page: str) -> str:
    there = posixpath.relpath(use.page, posixpath.dirname(page)).removesuffix(".ipynb")
    return f"{there}.html#{use.anchor}"
