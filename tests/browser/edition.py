"""The browser edition as a static site, and what a student does in it."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from needs import missing
from tensorlab_course.site.browser import SiteError, address, build


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as a web host does."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".wasm": "application/wasm",
        ".mjs": "text/javascript",
    }

    def log_message(self, *given: Any) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder as a site; gives its address, which ends in a slash."""
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def built(folder: Path, pyodide: str | None) -> Path:
    """The edition, built there; the test is skipped, or fails, where JupyterLite cannot be had."""
    try:
        return build(folder, pyodide, say=lambda words: None).folder
    except SiteError as error:
        if "could not be installed" in str(error):
            missing("jupyterlite", str(error))
        raise


class Notebook:
    """A notebook that is open in a page."""

    def __init__(self, page: Any, site: str, name: str) -> None:
        self.page = page
        page.goto(site + address(name))
        page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context?.isReady")

    def run_all(self) -> list[dict[str, Any]]:
        """Run every cell; the code cells, as they would be saved."""
        self.page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        return [cell for cell in self.cells() if cell["cell_type"] == "code"]

    def cells(self) -> list[dict[str, Any]]:
        """The cells as they are now."""
        cells: list[dict[str, Any]] = self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.content.model.toJSON().cells"
        )
        return cells

    def write(self, number: int, source: str) -> None:
        """Put a text into a cell."""
        self.page.evaluate(
            "([n, text]) => jupyterapp.shell.currentWidget.content.model.cells.get(n)"
            ".sharedModel.setSource(text)",
            [number, source],
        )

    def save(self) -> None:
        """Save it, as Ctrl-S does."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    def saved(self) -> dict[str, Any]:
        """The notebook as it was saved, which is what a download gives."""
        content: dict[str, Any] = self.page.evaluate(
            "async () => (await jupyterapp.serviceManager.contents.get("
            "jupyterapp.shell.currentWidget.context.path, { content: true })).content"
        )
        return content
