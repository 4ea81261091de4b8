"""The course in a browser with nothing installed: every lesson runs, and work is kept."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from edition import Notebook, built, served

from needs import PYODIDE
from tensorlab_course import paths
from tensorlab_course.exercises.release import checksum
from tensorlab_course.exercises.students import students_files
from tensorlab_course.frames import WIDGET_VIEW
from tensorlab_course.validation.outputs import shown_text

pytestmark = pytest.mark.require("chromium", "playwright.sync_api")
LESSONS = sorted(path.stem for path in paths.lessons_dir().glob("*.ipynb"))
# Milliseconds: a busy machine is slow, not wrong.
PATIENCE = int(os.environ.get("TENSORLAB_PATIENCE", 180_000))
EXERCISE = "exercises/tensors/exercises-01-creating-a-tensor"


@pytest.fixture(scope="module")
def unreachable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The edition with a Pyodide that nobody serves."""
    folder = built(tmp_path_factory.mktemp("site") / "lite", "http://127.0.0.1:9/pyodide")
    with served(folder) as site:
        yield site


def test_a_page_that_cannot_have_python_says_so_and_what_to_do(
    unreachable: str, browser: Any
) -> None:
    page = browser.new_page()
    page.goto(unreachable + "notebooks/index.html?path=lessons/01-creating-a-tensor.ipynb")
    alert = page.get_by_role("alert")
    alert.wait_for(timeout=60_000)
    words = alert.inner_text()
    assert "Python cannot start here" in words
    assert "http://127.0.0.1:9/pyodide/pyodide.js" in words
    assert "whether you are online" in words
    page.get_by_role("button", name="Read on without Python").click()
    page.locator("h1", has_text="Creating a tensor").wait_for(timeout=120_000)
    page.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The edition with Python in it."""
    with served(built(tmp_path_factory.mktemp("site") / "lite", PYODIDE)) as address:
        yield address


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """A page in which no request may leave this machine."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    foreign: list[str] = []

    def note(request: Any) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            foreign.append(request.url)

    page.on("request", note)
    yield page
    page.close()
    assert foreign == []


@pytest.mark.pyodide
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_runs_from_the_first_cell_to_the_last_with_the_saved_outputs(
    lesson: str, page: Any, site: str
) -> None:
    saved = nbformat.read(paths.lessons_dir() / f"{lesson}.ipynb", as_version=4)
    expected = [cell for cell in saved.cells if cell.cell_type == "code"]
    fresh = Notebook(page, site, lesson).run_all()
    assert page.locator(".jp-Dialog:visible").all_inner_texts() == []
    for one, other in zip(expected, fresh, strict=True):
        assert comparable(other["outputs"]) == comparable(one["outputs"]), one.source


def comparable(outputs: list[Any]) -> str:
    """What is compared: all but pictures, which want matplotlib, and the last decimals."""
    joined: list[Any] = []
    for output in outputs:
        if output["output_type"] == "stream" and joined and "text" in joined[-1]:
            joined[-1] = {**joined[-1], "text": joined[-1]["text"] + output["text"]}
        else:
            joined.append(output)
    text = shown_text(joined)
    text = re.sub(r"\n?\[image/png\]\n\(a picture\)", "", text)
    text = re.sub(r"\n?\[text/html\]\n<p>matplotlib is not here .*", "", text)
    return re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found[0]):.3g}", text)


@pytest.mark.pyodide
def test_an_edit_is_kept_over_a_restart_of_the_page(page: Any, site: str) -> None:
    notebook = Notebook(page, site, "02-data-types-and-casting")
    notebook.write(1, "# my own words")
    notebook.save()
    again = Notebook(page, site, "02-data-types-and-casting")
    assert again.cells()[1]["source"] == "# my own words"


@pytest.mark.pyodide
def test_an_exercise_checks_itself_and_can_be_handed_in_as_it_is(page: Any, site: str) -> None:
    notebook = Notebook(page, site, EXERCISE)
    notebook.write(3, "def count_to(n):\n    return torch.arange(1.0, n + 1)")
    first, second = (notebook.run_all()[n] for n in (2, 4))
    assert first["outputs"] == []  # the test of the answer passes
    assert second["outputs"][0]["ename"] == "NotImplementedError"  # nothing is written there yet
    notebook.save()
    handed_in = notebook.saved()
    assert handed_in["metadata"]["kernelspec"]["name"] == "python3"
    released = json.loads(students_files()[f"{EXERCISE}.ipynb"])
    for one, other in zip(released["cells"], handed_in["cells"], strict=True):
        meta = one["metadata"].get("nbgrader", {})
        assert other["metadata"].get("nbgrader", {}) == meta
        if meta.get("locked") or (meta.get("grade") and not meta.get("solution")):
            assert checksum(other["source"], other["cell_type"], meta) == meta["checksum"]


@pytest.mark.pyodide
def test_a_saved_widget_is_its_page_and_no_live_view(page: Any, site: str) -> None:
    notebook = Notebook(page, site, "01-creating-a-tensor")
    notebook.run_all()
    notebook.save()
    shown = [output for cell in notebook.saved()["cells"] for output in cell.get("outputs", [])]
    widgets = [one["data"] for one in shown if "tl-predict" in str(one.get("data"))]
    assert widgets
    assert all(WIDGET_VIEW not in data for data in widgets)
