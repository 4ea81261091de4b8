"""A student's first minutes in a real JupyterLab: the index, a lesson opened from it, run whole."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# A file for a picture of the first lesson, for whoever wants to look.
SCREENSHOT = os.environ.get("TENSORLAB_SCREENSHOT")

pytestmark = pytest.mark.require("chromium", "playwright.sync_api", "jupyterlab")


@pytest.fixture(scope="module")
def index(lab: Any, open_page: Any) -> Iterator[Any]:
    """The page that JupyterLab opens on."""
    with open_page(lab.address) as watched:
        watched.page.wait_for_selector(".jp-MarkdownViewer:visible h1")
        yield watched


@dataclass
class Lesson:
    """A lesson that was opened and run, and its cells as they were saved then."""

    page: Any
    cells: list[dict[str, Any]]


@pytest.fixture(scope="module")
def first_lesson(lab: Any, index: Any) -> Lesson:
    """The first lesson, opened by the link on the index and run from top to bottom."""
    link = index.page.locator(".jp-MarkdownViewer a[href*='01-']")
    name = re.search(r"[\w-]+\.ipynb", link.get_attribute("href") or "")
    assert name, "the index has no link to the first lesson"
    link.click()
    run_all(index.page)
    return Lesson(index.page, save(index.page, lab.folder / name[0]))


def run_all(page: Any) -> None:
    """Run every cell of the notebook in front, and wait until the last one is through."""
    # Before the kernel is there, it would open a dialog that waits for ever.
    page.wait_for_selector(".jp-NotebookPanel:visible")
    page.wait_for_selector("#jp-main-statusbar :text('| Idle')")
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    page.wait_for_function(
        """() => {
            const notebook = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
            const prompts = [...notebook.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
            return prompts.length && prompts.every(one => /\\d/.test(one.textContent));
        }""",
        timeout=240_000,
    )
    page.wait_for_selector("#jp-main-statusbar :text('| Idle')")


def save(page: Any, notebook: Path) -> list[dict[str, Any]]:
    """Save the notebook in front; its cells."""
    before = notebook.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    for _ in range(100):
        if notebook.stat().st_mtime_ns != before:
            break
        page.wait_for_timeout(100)
    cells: list[dict[str, Any]] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return cells


def dialogs(page: Any) -> list[str]:
    """What JupyterLab asks or tells of its own accord."""
    texts: list[str] = page.locator(".jp-Dialog:visible, .Toastify__toast").all_inner_texts()
    return texts


def test_it_opens_on_a_page_that_lists_every_lesson(lab: Any, index: Any) -> None:
    hrefs = index.page.eval_on_selector_all(
        ".jp-MarkdownViewer a", "links => links.map(link => link.getAttribute('href') || '')"
    )
    linked = {name for href in hrefs for name in re.findall(r"[\w-]+\.ipynb", href)}
    assert linked == {path.name for path in lab.folder.glob("*.ipynb")}


def test_it_asks_a_newcomer_nothing(index: Any) -> None:
    index.page.wait_for_timeout(2000)  # the question about news comes late, where it comes
    assert dialogs(index.page) == []


def test_a_lesson_runs_with_no_errors_but_those_it_shows(first_lesson: Lesson) -> None:
    code = [cell for cell in first_lesson.cells if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    for cell in code:
        if "raises-exception" not in cell["metadata"].get("tags", []):
            errors = [out["ename"] for out in cell["outputs"] if out["output_type"] == "error"]
            assert errors == [], "".join(cell["source"])


def test_a_prediction_is_asked_for(first_lesson: Lesson) -> None:
    notebook = first_lesson.page.locator(".jp-NotebookPanel:visible")
    notebook.locator(".jp-WindowedPanel-outer").evaluate("panel => panel.scrollTo(0, 0)")
    forms = notebook.locator(".jp-OutputArea-output .tl-predict:visible")
    forms.first.wait_for()
    choices = forms.locator("input:visible, button:visible")
    assert choices.count() >= 2
    if SCREENSHOT:
        first_lesson.page.screenshot(path=SCREENSHOT)


def test_nothing_is_wrong_in_the_browsers_console(first_lesson: Lesson, index: Any) -> None:
    assert dialogs(first_lesson.page) == []
    assert index.errors == []


def test_the_exercises_are_two_clicks_away_and_lead_back_to_their_lesson(
    lab: Any, open_page: Any
) -> None:
    with open_page(lab.address) as watched:
        page = watched.page
        page.locator(".jp-MarkdownViewer:visible a[href*='exercises/index.md']").click()
        page.locator(".jp-MarkdownViewer:visible a[href*='exercises-03-']").click()
        notebook = page.locator(".jp-NotebookPanel:visible")
        notebook.locator("h1:visible", has_text="Exercises 3 · Indexing").wait_for()
        notebook.locator(".cm-line:visible", has_text="# YOUR CODE HERE").first.wait_for()
        if SCREENSHOT:
            page.screenshot(path=SCREENSHOT.replace(".png", "-exercise.png"))
        notebook.get_by_role("link", name="3 · Indexing").click()
        page.locator(".jp-NotebookPanel:visible h1", has_text="3 · Indexing").wait_for()
        page.wait_for_selector("#jp-main-statusbar :text('| Idle')")
        assert (dialogs(page), watched.errors) == ([], [])


def test_the_kernel_is_the_python_that_runs_the_command(lab: Any, open_page: Any) -> None:
    """Another python3 kernel lies in the student's home, and cannot even start."""
    notebook = lab.folder / "which.ipynb"
    cell = {
        "cell_type": "code",
        "id": "which",
        "source": "import sys, tensorlab; print(sys.prefix)",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    kernel = {"name": "python3", "display_name": "Python 3"}
    content = {"cells": [cell], "metadata": {"kernelspec": kernel}}
    notebook.write_text(json.dumps(content | {"nbformat": 4, "nbformat_minor": 5}))
    try:
        with open_page(lab.address.replace("/?", "/lab/tree/which.ipynb?")) as watched:
            run_all(watched.page)
            (ran,) = save(watched.page, notebook)
    finally:
        notebook.unlink()
    assert "".join(ran["outputs"][0]["text"]).strip() == sys.prefix
