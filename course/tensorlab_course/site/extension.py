"""What the book asks of sphinx beyond its extensions: anchors of cells, links to source files."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import make_refnode

from tensorlab_course.site.docstrings import as_rst

# As a lesson names a file of the engine: "read `tensorlab/ops/indexing.py`".
FILE = re.compile(r"^(?:tensorlab/)?((?:\w+/)*\w+)\.py$")

EMPTY_HEADING = re.compile(r'<th class="head[^"]*">(<p>)?\s*(</p>)?</th>')

BACK_LINK = re.compile(r'(?P<page>reference/[\w-]+)\.html#(?P<name>[\w.]+)"')


class NameCells(SphinxTransform):
    """Give the container of each code cell the id that `notebooks.py` chose."""

    default_priority = 300

    def apply(self, **kwargs: Any) -> None:
        for node in self.document.findall(nodes.container):
            wanted = (node.get("cell_metadata") or {}).get("tensorlab")
            if wanted:
                node["ids"].append(nodes.make_id(wanted["id"]))


def as_torch(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Show what is documented under the name that the course imports it by: `torch.cat`."""
    for name in doctree.findall(addnodes.desc_addname):
        text = name.astext()
        if text.startswith("tensorlab.") and not text.startswith("tensorlab.widgets"):
            name.children = [nodes.Text(text.replace("tensorlab.", "torch.", 1))]


def link_files(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Make the names of the engine's files lead to their source pages."""
    modules = getattr(app.env, "_viewcode_modules", {})
    for literal in list(doctree.findall(nodes.literal)):
        found = FILE.match(literal.astext())
        if not found or isinstance(literal.parent, nodes.reference):
            continue
        module = "tensorlab." + found[1].replace("/", ".").removesuffix(".__init__")
        if modules.get(module):
            target = f"_modules/{module.replace('.', '/')}"
            link = make_refnode(app.builder, page, target, None, literal.deepcopy())
            literal.replace_self(link)


def read_docstring(
    app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """A docstring in plain words, as sphinx reads it."""
    lines[:] = as_rst(lines)


def mend_tables(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """A heading cell without words heads nothing."""
    if "body" in context:
        context["body"] = EMPTY_HEADING.sub("<td></td>", context["body"])


def mend_back_links(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let a source page lead to what documents it, where that is in another namespace.

    viewcode takes it that all names of a file are documented in one: `torch.svd` is in `linalg`.
    """
    if not page.startswith("_modules/") or "body" not in context:
        return
    places: dict[str, dict[str, str]] = {}
    for name, entry in app.env.get_domain("py").data["objects"].items():
        places.setdefault(entry.docname, {})[name] = entry.node_id

    def mended(found: re.Match[str]) -> str:
        there = places.get(found["page"], {})
        tail = found["name"]
        while tail:
            for name in sorted(there):
                if name == found["name"] or name.endswith(f".{tail}"):
                    return found[0].replace(found["name"], there[name])
            tail = tail.partition(".")[2]
        return found[0]

    context["body"] = BACK_LINK.sub(mended, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by sphinx."""
    app.add_transform(NameCells)
    app.add_lexer("csv", TextLexer)  # a table is a language to those who write documents
    app.connect("autodoc-process-docstring", read_docstring)
    app.connect("doctree-resolved", as_torch)
    app.connect("doctree-resolved", link_files)
    app.connect("html-page-context", mend_tables)
    app.connect("html-page-context", mend_back_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
