"""`opened`: the cells of a test module, run in JupyterLab and in Notebook 7."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import driving

from driving import FRONT_ENDS, Opened, run_all, wait_for_kernel, write_notebook


@pytest.fixture(scope="module", params=FRONT_ENDS)
def opened(request: Any, own_lab: Any, open_page: Any) -> Iterator[Opened]:
    """The notebook of the module's CELLS, of which the last WIDGETS show one each."""
    name = f"{request.module.__name__}-{request.param.split()[0].lower()}.ipynb"
    notebook = own_lab.folder / name
    write_notebook(notebook, request.module.CELLS)
    address = own_lab.address.replace("/?", f"/{FRONT_ENDS[request.param]}/{name}?reset&")
    with open_page(address) as watched:
        wait_for_kernel(watched.page, name)
        watched.errors.clear()  # of Notebook's own parts, before there is a widget
        run_all(watched.page, request.module.WIDGETS)
        yield Opened(request.param, watched.page, watched.errors, notebook)
    notebook.unlink()
