"""The reference: a page of directives for each family of public names."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import tensorlab
from tensorlab.dtypes import dtype
from tensorlab.tensor import Tensor
from tensorlab_course.site.docstrings import as_rst
from tensorlab_course.site.names import (
    NAMESPACES,
    NOT_SHOWN,
    Name,
    data_types,
    home,
    methods,
    public,
    twin_of,
)

# A namespace with more names than these gets a page for each of its files.
MANY = 60

# Files whose names would make poor titles.
TITLES = {
    "arithmetic": "Arithmetic",
    "asking": "Questions",
    "dtypes": "Data types",
    "limits": "Limits of types",
    "lu": "LU",
    "batchnorm": "Batch normalization",
    "bags": "Bags of embeddings",
    "building": "Building",
    "complexes": "Complex numbers",
    "conv": "Convolution",
    "dropping": "Dropout",
    "fold": "Folding",
    "gathering": "Gathering and scattering",
    "instancenorm": "Instance normalization",
    "loss": "Losses",
    "matmul": "Matrix multiplication",
    "memory": "Memory",
    "mode": "Recording for gradients",
    "more_pooling": "More pooling",
    "pixelshuffle": "Pixel shuffle",
    "placing": "Placing",
    "pointwise": "Number by number",
    "products": "More products",
    "rnn": "Recurrence",
    "running": "Along a dimension",
    "special": "Special functions",
    "volumes": "One and three dimensions",
}


def families() -> Iterator[tuple[str, str, str]]:
    """Each namespace: as it is called, its page, and what its file says it is."""
    for namespace in NAMESPACES:
        words = (inspect.getdoc(importlib.import_module(namespace)) or "").partition("\n")[0]
        yield _shown(namespace), _slug(namespace), words.replace("_", "\\_")
        if namespace == "tensorlab":
            words = (inspect.getdoc(Tensor) or "").partition("\n")[0]
            yield "torch.Tensor", "tensor", words


def _shown(namespace: str) -> str:
    """As students call it; what PyTorch has not keeps its name."""
    if namespace == "tensorlab.widgets":
        return namespace
    return namespace.replace("tensorlab", "torch", 1)


def _slug(namespace: str) -> str:
    return _shown(namespace).replace(".", "-")


def write_reference() -> dict[str, str]:
    """The pages of the reference, as reStructuredText, by their path in the book."""
    pages: dict[str, str] = {"reference/tensor.rst": _tensor_page()}
    for namespace in NAMESPACES:
        pages |= _namespace_pages(namespace)
    return pages


def _namespace_pages(namespace: str) -> dict[str, str]:
    shown, slug = _shown(namespace), _slug(namespace)
    module = importlib.import_module(namespace)
    names = [name for name in public(namespace) if name.what is not Tensor]
    by_title: dict[str, list[Name]] = {}
    elsewhere = []
    for name in names:
        if home(name) == name:
            by_title.setdefault(_title(name.file), []).append(name)
        else:
            elsewhere.append(name)
    pages: dict[str, str] = {}
    inside: dict[str, str] = {}
    parts = [_heading(shown, "="), _words(module)]
    for title, members in sorted(by_title.items(), key=lambda one: one[0].lower()):
        entries = "\n".join(_entry(name) for name in members)
        leads = [_words(importlib.import_module(f)) for f in sorted({one.file for one in members})]
        body = "\n".join([*leads, entries])
        if title == TITLES["dtypes"]:
            body += "\n".join(_data_type(*one) for one in data_types().items())
        if len(names) > MANY:
            page = f"{slug}-{title.lower().replace(' ', '-')}"
            inside[page] = leads[0].partition("\n")[0]
            pages[f"reference/{page}.rst"] = f"{_heading(title, '=')}\n{body}\n"
        elif len(by_title) > 1:
            parts.append(f"{_heading(title, '-')}\n{body}\n")
        else:
            parts.append(entries)
    if elsewhere:
        parts.append(f"{_heading('Also here', '-')}\n{_links(home(name) for name in elsewhere)}\n")
    if inside:
        parts.insert(2, _toctree(inside))
    pages[f"reference/{slug}.rst"] = "\n".join(parts)
    return pages


def _tensor_page() -> str:
    properties, own, twins, in_place = [], [], [], []
    for name, what in methods().items():
        twin = twin_of(name, what)
        if not inspect.isfunction(what):
            properties.append(_attribute(name, what))
        elif not twin:
            own.append(f".. automethod:: tensorlab.Tensor.{name}\n")
        elif twin == name:
            twins.append(Name("tensorlab", name, getattr(tensorlab, name)))
        else:
            in_place.append(f":py:func:`{name} <tensorlab.{twin}>`")
    also = "Each of these is a method, too: ``x.reshape(2, 3)`` is ``torch.reshape(x, (2, 3))``."
    change = "With an underscore, the numbers of the tensor itself change: ``x.add_(1)``."
    return "\n".join(
        [
            _heading("torch.Tensor", "="),
            ".. autoclass:: tensorlab.Tensor\n",
            _heading("Attributes", "-"),
            *properties,
            _heading("Functions that are methods", "-"),
            f"{also}\n\n{_links(home(name) for name in twins)}\n",
            _heading("In place", "-"),
            f"{change}\n\n{_line(in_place)}\n",
            _heading("Methods", "-"),
            *own,
        ]
    )


def _entry(name: Name) -> str:
    """The directive that documents a name."""
    if name.original != name.name and hasattr(tensorlab, name.original):
        original = f":py:func:`~{name.namespace}.{name.original}`"
        return f".. py:function:: {name.full}\n\n   Another name of {original}.\n"
    if inspect.isfunction(name.what):
        return f".. autofunction:: {name.full}\n"
    return (
        f".. autoclass:: {name.full}\n   :members:\n   :exclude-members: {', '.join(NOT_SHOWN)}\n"
    )


def _data_type(name: str, what: dtype) -> str:
    if name != what.name:
        said = f"Another name of :py:data:`~tensorlab.{what.name}`."
    else:
        kind = ("true or false", "whole numbers", "floating point", "complex numbers")[
            what.category
        ]
        said = f"{kind[0].upper()}{kind[1:]}, in {8 * what.itemsize} bits."
    return f".. py:data:: tensorlab.{name}\n\n   {said}\n"


def _attribute(name: str, what: Any) -> str:
    words = _indented(as_rst((inspect.getdoc(what) or "").splitlines()))
    return f".. py:attribute:: tensorlab.Tensor.{name}\n\n{words}\n"


def _links(names: Iterator[Name]) -> str:
    return _line([f":py:obj:`{name.name} <{name.full}>`" for name in names])


def _line(links: list[str]) -> str:
    return ".. rst-class:: tl-names\n\n" + " ".join(links) + "\n"


def _toctree(pages: dict[str, str]) -> str:
    """The list of pages that a reader sees, each with what it is about; and sphinx's own."""
    shown = "\n".join(f":doc:`{page}`\n   {words}\n" for page, words in pages.items())
    return shown + "\n.. toctree::\n   :hidden:\n\n" + "".join(f"   {page}\n" for page in pages)


def _title(file: str) -> str:
    last = file.rpartition(".")[2]
    return TITLES.get(last) or last.replace("_", " ").capitalize()


def _words(module: ModuleType) -> str:
    return "\n".join(as_rst((inspect.getdoc(module) or "").splitlines())) + "\n"


def _heading(text: str, rule: str) -> str:
    return f"{text}\n{rule * len(text)}\n"


def _indented(lines: list[str]) -> str:
    return "".join(f"   {line}\n" if line else "\n" for line in lines)
