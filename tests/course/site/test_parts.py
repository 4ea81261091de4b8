"""The browser edition brings what its lessons and exercises import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from tensorlab_course.site.browser.wheels import COURSE

ROOT = Path(__file__).parents[3]
BOOKS = sorted([*(ROOT / "lessons").glob("*.ipynb"), *(ROOT / "course/source").glob("*/*.ipynb")])


def parts(code: str) -> Iterator[str]:
    """The parts of tensorlab_course that this code imports."""
    for node in ast.walk(ast.parse(code)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            first, _, rest = name.partition(".")
            if first == "tensorlab_course" and rest:
                yield rest.partition(".")[0]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_it_has_all_that_a_notebook_imports(path: Path) -> None:
    brought = {Path(name).stem for name in COURSE}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "tensorlab_course" in cell.source:
            assert set(parts(cell.source)) <= brought


def test_parts_are_found() -> None:
    code = "from tensorlab_course.digits import digits\nfrom tensorlab_course import pictures"
    assert set(parts(code)) == {"digits", "pictures"}
