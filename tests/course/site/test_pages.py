"""What the book's pages are made of: links, uses of functions, docstrings."""

from __future__ import annotations

import json

import pytest

from tensorlab_course.site.command_page import write_command_page
from tensorlab_course.site.docstrings import as_rst
from tensorlab_course.site.names import public, targets
from tensorlab_course.site.sources import Source, collect, relinker
from tensorlab_course.site.teaching import find_uses

KNOWN = targets()


def notebook(*cells: str) -> Source:
    """A lesson with these cells of code under its title."""
    title = {"cell_type": "markdown", "source": "# 7 · A lesson"}
    code = [{"cell_type": "code", "id": f"c{i}", "source": text} for i, text in enumerate(cells)]
    content = json.dumps({"cells": [title, *code]}).encode()
    return Source("lessons/07-x.ipynb", "lessons/07-x.ipynb", content)


def used(*cells: str) -> dict[str, str]:
    """Each name that the cells use, and the line that is shown for it."""
    found = find_uses([notebook("import tensorlab as torch", *cells)], KNOWN)
    return {name: uses[0].line for name, uses in found.items()}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("torch.cat([x, y])", ["tensorlab.cat"]),
        ("torch.concat([x, y])", ["tensorlab.concat"]),
        ("x.reshape(2, 3).sum()", ["tensorlab.reshape", "tensorlab.sum"]),
        ("x.add_(1)", ["tensorlab.add"]),
        ("x.shape", ["tensorlab.Tensor.shape"]),
        ("nn = torch.nn\nnn.Conv2d(1, 1, 3)", ["tensorlab.nn.Conv2d"]),
        ("from torch import nn\nnn.Linear(1, 1)", ["tensorlab.nn.Linear"]),
        ("import torch.nn.functional as F\nF.relu(x)", ["tensorlab.nn.functional.relu"]),
        ("torch.conv2d(x, w)", ["tensorlab.nn.functional.conv2d"]),
        ("with torch.no_grad():\n    y = 1", ["tensorlab.no_grad"]),
        ("torch.ones(2, dtype=torch.float64)", ["tensorlab.float64", "tensorlab.ones"]),
        ("import numpy as np\na = np.ones(3)\na.reshape(3).sum()", []),
        ("', '.join(names); print(len(names))", []),
        ("%matplotlib inline", []),
        ("def f(x):\n    return ____ +", []),
    ],
)
def test_finds_what_code_uses(code: str, names: list[str]) -> None:
    assert sorted(used(code)) == names


def test_a_method_of_a_model_is_not_taken_for_a_tensors() -> None:
    model = "net = torch.nn.Sequential()\nnet.float()\nfor p in net.parameters():\n    p.float()"
    found = used(model)
    assert found["tensorlab.nn.Module.float"] == "net.float()"
    assert found["tensorlab.Tensor.float"] == "p.float()"
    assert "tensorlab.nn.Module.parameters" in found


def test_each_cell_is_named_once_with_the_line_that_uses_it_first() -> None:
    uses = find_uses([notebook("import tensorlab as torch\ntorch.ones(1)", "torch.ones(2)")], KNOWN)
    found = [(use.anchor, use.title, use.line) for use in uses["tensorlab.ones"]]
    title = "7 · A lesson"
    assert found == [("cell-c0", title, "torch.ones(1)"), ("cell-c1", title, "torch.ones(2)")]


def test_links_lead_to_pages_and_elsewhere_to_nothing() -> None:
    pages = [
        Source("docs/a.md", "docs/a.md", b""),
        Source("course/X.md", "docs/x.md", b""),
        Source("lessons/exercises/t/e.ipynb", "exercises/t/e.ipynb", b""),
    ]
    relinked = relinker(pages)
    a, e = pages[0], pages[2]
    assert relinked(a, "[x](../course/X.md#part)") == "[x](x.md#part)"
    assert relinked(e, "[a](../../../docs/a.md)") == "[a](../../docs/a.md)"
    assert relinked(a, "[the code](../setup.py), [all](https://example.org)") == (
        "the code, [all](https://example.org)"
    )
    assert relinked(a, "```\n[x](../course/X.md)\n```\n") == "```\n[x](../course/X.md)\n```\n"


def test_every_page_is_collected_once() -> None:
    pages = [source.page for source in collect()]
    assert len(set(pages)) == len(pages)
    wanted = {"lessons/gallery.ipynb", "exercises/index.md", "docs/security.md"}
    assert {*wanted, "docs/contributors.md", "docs/contributing.md"} <= set(pages)


def test_docstrings_keep_their_signs_and_their_code() -> None:
    assert (
        as_rst(["fill_ and |x| of *args, *so* `a_`"])[0] == r"fill\_ and \|x\| of \*args, *so* `a_`"
    )
    assert as_rst([">>> x_ | y_", "3", "", "x_"])[:4] == [">>> x_ | y_", "3", "", r"x\_"]


def test_every_public_name_has_a_place_in_the_reference() -> None:
    for namespace in ("tensorlab", "tensorlab.nn", "tensorlab.optim"):
        for name in public(namespace):
            assert name.full.replace("tensorlab", "torch", 1) in KNOWN


def test_the_page_of_the_command_names_every_part_of_it() -> None:
    page = write_command_page()
    for part in ("lab", "check", "grade", "export", "report", "site", "doctor"):
        assert f"## tensorlab {part}\n" in page
    assert "--book-only" in page
