"""How the tests drive a widget: its notebook, its cells, what it says, and what axe-core says."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[3]
AXE = ROOT / "tensorlab" / "widgets" / "js" / "node_modules" / "axe-core" / "axe.min.js"
# Pictures of every widget, for whoever wants to look.
SCREENSHOTS = Path(os.environ.get("TENSORLAB_SCREENSHOTS", ROOT / "build" / "widgets"))
# The two that a student may use, and where each of them opens a notebook.
FRONT_ENDS = {"JupyterLab": "lab/tree", "Notebook 7": "notebooks"}
# Where the notebook that is seen says that its kernel rests; others may lie behind it.
IDLE = ".jp-Notebook-ExecutionIndicator[data-status='idle']:visible"
NEEDS = ("chromium", "playwright.sync_api", "jupyterlab", "notebook", "anywidget")


@dataclass
class Opened:
    """A notebook, run in one of the two, and what the console said of it."""

    name: str
    page: Any
    errors: list[str]
    notebook: Path

    @property
    def folder(self) -> Path:
        """Where the kernel writes."""
        return self.notebook.parent

    def widget(self, number: int) -> Any:
        """The widget of that number, from the top, in view."""
        found = self.page.locator(".jp-OutputArea-output .tl").nth(number)
        found.scroll_into_view_if_needed()
        return found

    def shoot(self, locator: Any, name: str) -> None:
        """Keep a picture of it."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        locator.screenshot(path=SCREENSHOTS / f"{name}-{self.name.lower().replace(' ', '-')}.png")

    def saved(self) -> Any:
        """Save the notebook, and read it when it is there whole."""
        before = self.notebook.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            self.page.wait_for_timeout(100)
            if self.notebook.stat().st_mtime_ns == before:
                continue
            try:
                return nbformat.reads(self.notebook.read_text(encoding="utf-8"), as_version=4)
            except (nbformat.reader.NotJSONError, json.JSONDecodeError):
                continue  # it is being written
        raise AssertionError(f"{self.notebook.name} was not saved")

    def read(self, file: str) -> Any:
        """JSON that the kernel writes, when it is there whole."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
            try:
                return json.loads((self.folder / file).read_text(encoding="utf-8"))
            except (FileNotFoundError, json.JSONDecodeError):
                continue
        raise AssertionError(f"{file} was not written")

    def theme(self, name: str) -> None:
        """Choose JupyterLab's theme: "Light" or "Dark"."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Settings$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Theme$")).hover()
        theme = re.compile(f"^JupyterLab {name}$")
        self.page.locator(".lm-Menu-itemLabel", has_text=theme).click()
        light = str(name == "Light").lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")


def write_notebook(path: Path, cells: tuple[str, ...]) -> None:
    """A notebook with these code cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source.strip("\n")) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, path)


def wait_for_kernel(page: Any, notebook: str) -> None:
    """Wait until the page has its kernel: before, it would open a dialog that waits for ever."""
    page.wait_for_function(
        """async (name) => {
            const sessions = await (await fetch("/api/sessions")).json();
            const kernel = sessions.find(one => one.name === name)?.kernel;
            return kernel?.execution_state === "idle" && kernel.connections > 0;
        }""",
        arg=notebook,
        polling=200,
    )
    page.wait_for_selector(IDLE)
    page.wait_for_timeout(500)


def run_all(page: Any, widgets: int) -> None:
    """Run every cell, and wait until so many widgets are there."""
    for _ in range(5):
        page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
        page.wait_for_timeout(2000)
        # On a busy machine, what is run before the page has its session is dropped.
        if page.locator(".jp-InputArea-prompt", has_text=re.compile(r"\[[*\d]+\]")).count():
            break
    page.wait_for_function(
        "count => document.querySelectorAll('.jp-OutputArea-output .tl').length >= count",
        arg=widgets,
    )
    page.wait_for_selector(IDLE)
    page.wait_for_timeout(500)  # the end of a run moves the focus


def cell(widget: Any, tensor: str, plane: int, row: int, column: int) -> Any:
    """A cell of a widget's tensor; its padding counts."""
    grid = widget.locator(f"[data-tensor='{tensor}'] [role=grid]").nth(plane)
    return grid.locator("[role=row]").nth(row).locator("[role=gridcell]").nth(column)


def marked(widget: Any, tensor: str, mark: str = "") -> list[str]:
    """What the marked cells of a tensor show, in order."""
    wanted = f"[data-mark~='{mark}']" if mark else "[data-mark]"
    texts: list[str] = widget.locator(
        f".tl-tensor[data-tensor='{tensor}'] > .tl-planes {wanted}"
    ).all_inner_texts()
    return texts


def arithmetic(widget: Any) -> str:
    """The line above the arithmetic."""
    return str(widget.locator(".tl-sum-title").inner_text())


def said(widget: Any) -> str:
    """What the widget says last."""
    return str(widget.locator(".tl-status").inner_text())


def overflow(widget: Any) -> int:
    """How many pixels a widget is too wide, once it has had a frame to fit itself."""
    return widget.evaluate(
        """async widget => {
            for (const frame of [1, 2]) await new Promise(requestAnimationFrame);
            return widget.scrollWidth - widget.clientWidth;
        }"""
    )


def violations(page: Any) -> list[str]:
    """What axe-core finds wrong with the widgets, by WCAG 2.2 AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # What is out of sight is drawn a moment later, and axe-core finds nothing focusable there.
    page.wait_for_selector("[data-drawn=later]", state="detached")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(
        "tags => axe.run('.tl', { runOnly: tags, resultTypes: ['violations'] })", tags
    )
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
