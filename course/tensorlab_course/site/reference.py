"""The reference: which public names there are, and a page of directives for each family of them."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import tensorlab
from tensorlab.dtypes import dtype
from tensorlab_course.site.docstrings import as_rst

# The namespaces, in the order of the book; those with many names get a page for each of their files.
NAMESPACES = (
    "tensorlab",
    "tensorlab.nn",
    "tensorlab.nn.functional",
    "tensorlab.nn.init",
    "tensorlab.nn.utils",
    "tensorlab.optim",
    "tensorlab.optim.lr_scheduler",
    "tensorlab.utils.data",
    "tensorlab.autograd",
    "tensorlab.linalg",
    "tensorlab.testing",
    "tensorlab.widgets",
)
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
# What every module has, and its own page of PyTorch's documentation does not repeat either.
NOT_SHOWN = ("forward", "extra_repr", "reset_parameters")


@dataclass(frozen=True)
class Name:
    """A public name: where it is found, what it is, and the file that defines it."""

    namespace: str
    name: str
    what: Any

    @property
    def full(self) -> str:
        """As the reference calls it: `tensorlab.nn.Conv2d`."""
        return f"{self.namespace}.{self.name}"

    @property
    def file(self) -> str:
        """The module that defines it, by name."""
        return str(self.what.__module__)

    @property
    def original(self) -> str:
        """The name that it was defined by: that of `concat` is `cat`."""
        return str(self.what.__name__)


def public(namespace: str) -> list[Name]:
    """The functions and classes of a namespace that are this library's, by name."""
    module = importlib.import_module(namespace)
    listed = getattr(module, "__all__", None)
    names = (n for n in dir(module) if n[0] != "_") if listed is None else listed
    found = [Name(namespace, name, getattr(module, name, None)) for name in sorted(names)]
    ours = [name for name in found if _is_ours(name.what)]
    if listed is None and namespace != "tensorlab":  # what it imports is not what it offers
        return [name for name in ours if name.file == namespace]
    return ours


def _is_ours(what: Any) -> bool:
    is_code = inspect.isfunction(what) or inspect.isclass(what)
    return is_code and str(what.__module__).startswith("tensorlab")


def methods() -> dict[str, Any]:
    """What a tensor has, by name: functions, and properties."""
    tensor = tensorlab.Tensor
    names = (name for name in dir(tensor) if name[0] != "_" and hasattr(tensor, name))
    return {name: inspect.getattr_static(tensor, name) for name in names}


def data_types() -> dict[str, Any]:
    """The types of numbers, by name; some have two."""
    names = (name for name in dir(tensorlab) if isinstance(getattr(tensorlab, name, None), dtype))
    return {name: getattr(tensorlab, name) for name in names}


def targets() -> dict[str, str]:
    """Where each public name is documented: `torch.cat`, `Tensor.cat` → `tensorlab.cat`."""
    found = {}
    for namespace in NAMESPACES:
        for name in public(namespace):
            shown = name.full.replace("tensorlab", "torch", 1)
            found[shown] = _home(name).full
    found |= {f"torch.{name}": f"tensorlab.{name}" for name in data_types()}
    for name, method in methods().items():
        twin = _twin(name, method)
        found[f"Tensor.{name}"] = found[f"torch.{twin}"] if twin else f"tensorlab.Tensor.{name}"
    for name in _members(tensorlab.nn.Module):
        found[f"Module.{name}"] = f"tensorlab.nn.Module.{name}"
    return found


def _members(what: type) -> list[str]:
    """The public methods of a class that say what they do."""
    return [
        name
        for name, member in inspect.getmembers(what)
        if name[0] != "_" and name not in NOT_SHOWN and inspect.getdoc(member)
    ]


@cache
def _homes() -> dict[int, Name]:
    """By the identity of a thing, the name under which it is documented.

    `torch.conv2d` is at home in `torch.nn.functional`, and `torch.autograd.no_grad` in `torch`.
    """
    found: dict[int, list[Name]] = {}
    for namespace in NAMESPACES:
        for name in public(namespace):
            found.setdefault(id(name.what), []).append(name)
    return {key: min(names, key=_foreignness) for key, names in found.items()}


def _foreignness(name: Name) -> tuple[bool, bool, int]:
    """How little a name is where its thing belongs: in the deepest namespace of its file."""
    layers = name.file.startswith(("tensorlab.nn", "tensorlab.linalg"))
    is_alias = name.original != name.name
    if name.namespace == "tensorlab":
        return layers, is_alias, -99
    return not name.file.startswith(name.namespace), is_alias, -len(name.namespace)


def _home(name: Name) -> Name:
    """The name under which a thing is documented, if it has another than this one."""
    home = _homes()[id(name.what)]
    return name if home.namespace == name.namespace else home


def _twin(name: str, method: Any) -> str:
    """The function that a method is, too, or that it is the in-place form of; else empty."""
    doc = inspect.getdoc(method) or ""
    in_place = re.match(r"In-place form of `(\w+)`", doc)
    twin = in_place[1] if in_place else name
    function = getattr(tensorlab, twin, None)
    if not inspect.isfunction(function) or not function.__module__.startswith("tensorlab"):
        return ""
    return twin if in_place or inspect.getdoc(function) == doc else ""


def families() -> Iterator[tuple[str, str, str]]:
    """Each namespace: as it is called, its page, and what its file says it is."""
    for namespace in NAMESPACES:
        words = (inspect.getdoc(importlib.import_module(namespace)) or "").partition("\n")[0]
        yield _shown(namespace), _slug(namespace), words.replace("_", "\\_")
        if namespace == "tensorlab":
            words = (inspect.getdoc(tensorlab.Tensor) or "").partition("\n")[0]
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
    names = [name for name in public(namespace) if name.what is not tensorlab.Tensor]
    by_title: dict[str, list[Name]] = {}
    elsewhere = []
    for name in names:
        if _home(name) == name:
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
        parts.append(f"{_heading('Also here', '-')}\n{_links(_home(name) for name in elsewhere)}\n")
    if inside:
        parts.insert(2, _toctree(inside))
    pages[f"reference/{slug}.rst"] = "\n".join(parts)
    return pages


def _tensor_page() -> str:
    properties, own, twins, in_place = [], [], [], []
    for name, what in methods().items():
        twin = _twin(name, what)
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
            f"{also}\n\n{_links(_home(name) for name in twins)}\n",
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
    return f".. py:attribute:: tensorlab.Tensor.{name}\n\n{_indented(as_rst((inspect.getdoc(what) or '').splitlines()))}\n"


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
