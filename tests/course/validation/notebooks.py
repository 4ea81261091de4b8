"""Makes small notebooks for the tests, as a person would save them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4


def cell(source: str, *tags: str, outputs: list[Any] | None = None, run: bool = True) -> Any:
    """A code cell; `outputs` are what it saved."""
    node = v4.new_code_cell(source, outputs=outputs or [], execution_count=1 if run else None)
    node.metadata = nbformat.from_dict({"tags": list(tags)} if tags else {})
    return node


def printed(text: str) -> Any:
    return v4.new_output("stream", name="stdout", text=text)


def raised(name: str, message: str, *notes: str) -> Any:
    trace = ["Traceback (most recent call last)", f"{name}: {message}", *notes]
    return v4.new_output("error", ename=name, evalue=message, traceback=trace)


def write(path: Path, *cells: Any) -> Path:
    """Write a notebook whose cells are counted as JupyterLab counts them."""
    notebook = v4.new_notebook(cells=list(cells))
    for number, node in enumerate(notebook.cells, start=1):
        node["id"] = f"cell-{number}"
        if node.execution_count:
            node.execution_count = number
    nbformat.write(notebook, path)
    return path


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def edit(source: Path, target: Path, changes: dict[int, Any]) -> Path:
    """A copy of a notebook; each change is a function of the cell of that number, from 1."""
    notebook = read(source)
    for number, change in changes.items():
        change(notebook.cells[number - 1])
    nbformat.write(notebook, target)
    return target
