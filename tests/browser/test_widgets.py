"""The widgets in a real JupyterLab, a real Notebook 7, and an exported page with no network."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tensorlab" / "widgets" / "js" / "node_modules" / "axe-core" / "axe.min.js"
# Pictures of every widget, for whoever wants to look.
SCREENSHOTS = Path(os.environ.get("TENSORLAB_SCREENSHOTS", ROOT / "build" / "widgets"))

pytestmark = pytest.mark.require(
    "chromium", "playwright.sync_api", "jupyterlab", "notebook", "anywidget", "nbconvert"
)

# An edit in the page is written to a file; when it is 42, Python changes the padding in answer.
CELLS = (
    """\
import json
import tensorlab as torch
from tensorlab import nn
from tensorlab.widgets import ConvWindow, PoolWindow
""",
    """\
x = torch.arange(36.).reshape(6, 6) % 7
conv = ConvWindow([[1, 0, -1], [2, 0, -2], [1, 0, -1]], x, bias=[0.5])

def tell(change):
    with open("edited.json", "w") as file:
        json.dump({"x": conv.x.tolist(), "y": conv.output.tolist()}, file)
    if conv.x[0, 0, 0].item() == 42:
        conv.padding = 1

conv.observe(tell, "x")
conv
""",
    """\
PoolWindow(nn.MaxPool2d(2, stride=1, padding=1, return_indices=True),
           [[1, 5, -3, -1], [2, 4, -6, -2], [7, 0, 3, 1], [1, 6, 3, 3]], cell=(0, 4, 3))
""",
    """\
torch.manual_seed(0)
ConvWindow(nn.Conv2d(4, 4, 3, padding=1, groups=2), torch.randn(4, 16, 16))
""",
)
FOLDER = {"JupyterLab": "lab/tree", "Notebook 7": "notebooks"}


@dataclass
class Opened:
    """The notebook, run in one of the two, and what the console said of it."""

    name: str
    page: Any
    errors: list[str]
    notebook: Path

    def widget(self, number: int) -> Any:
        found = self.page.locator(".jp-OutputArea-output .tl").nth(number)
        found.scroll_into_view_if_needed()
        return found

    def shoot(self, locator: Any, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        locator.screenshot(path=SCREENSHOTS / f"{name}-{self.name.lower().replace(' ', '-')}.png")


def write_notebook(path: Path) -> None:
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "source": source.rstrip("\n"),
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4}
    path.write_text(json.dumps(content | {"nbformat_minor": 5}), encoding="utf-8")


@pytest.fixture(scope="module", params=FOLDER)
def opened(request: Any, lab: Any, open_page: Any) -> Iterator[Opened]:
    notebook = lab.folder / f"widgets-{request.param.split()[0].lower()}.ipynb"
    write_notebook(notebook)
    (lab.folder / "edited.json").unlink(missing_ok=True)
    address = lab.address.replace("/?", f"/{FOLDER[request.param]}/{notebook.name}?")
    with open_page(address) as watched:
        page = watched.page
        wait_for_kernel(page, notebook.name)
        watched.errors.clear()  # of Notebook's own parts, before there is a widget
        page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
        wait_for_widgets(page)
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']")
        page.wait_for_timeout(500)  # the end of a run moves the focus
        yield Opened(request.param, page, watched.errors, notebook)
    notebook.unlink()


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
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']")
    page.wait_for_timeout(500)


def wait_for_widgets(page: Any) -> None:
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output .tl').length >= 3")


def cell(widget: Any, tensor: str, plane: int, row: int, column: int) -> Any:
    grid = widget.locator(f"[data-tensor='{tensor}'] [role=grid]").nth(plane)
    return grid.locator("[role=row]").nth(row).locator("[role=gridcell]").nth(column)


def marked(widget: Any, tensor: str) -> list[str]:
    """What the marked cells of a tensor show, in order."""
    texts: list[str] = widget.locator(
        f".tl-tensor[data-tensor='{tensor}'] > .tl-planes [data-mark]"
    ).all_inner_texts()
    return texts


def arithmetic(widget: Any) -> str:
    return str(widget.locator(".tl-sum-title").inner_text())


def test_the_pointer_on_one_cell_shows_the_two_others(opened: Opened) -> None:
    widget = opened.widget(0)
    cell(widget, "y", 0, 1, 1).hover()
    assert arithmetic(widget) == "y[0, 1, 1] = 13.5"
    assert widget.locator(".tl-status").inner_text().startswith("y[0, 1, 1] is 13.5: rows 1, 2, 3")
    assert marked(widget, "x") == ["0", "1", "2", "6", "0", "1", "5", "6", "0"]
    assert marked(widget, "weight") == ["1", "0", "−1", "2", "0", "−2", "1", "0", "−1"]
    terms = widget.locator(".tl-terms").first.inner_text()
    assert terms.startswith("0·1 + 1·0 + 2·(−1) + 6·2")
    opened.shoot(widget, "conv")
    cell(widget, "x", 0, 0, 1).hover()
    assert arithmetic(widget) == "x[0, 0, 1] = 1 lies in 2 windows"
    assert len(marked(widget, "weight")) == len(marked(widget, "y")) == 2
    cell(widget, "weight", 0, 0, 0).hover()
    assert len(marked(widget, "x")) == len(marked(widget, "y")) == 16


def test_the_keyboard_alone_moves_edits_and_leaves(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    cell(widget, "y", 0, 0, 0).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "End", "Home"):
        page.keyboard.press(key)
    assert arithmetic(widget).startswith("y[0, 1, 0] = ")
    assert "rows 1, 2, 3, columns 0, 1, 2" in widget.locator(".tl-status").inner_text()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"

    cell(widget, "x", 0, 0, 0).focus()
    page.keyboard.press("Enter")
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    assert "“abc” is not a number. Type one" in widget.locator(".tl-status").inner_text()
    page.keyboard.press("Escape")
    assert cell(widget, "x", 0, 0, 0).inner_text() == "0"
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    assert cell(widget, "x", 0, 0, 0).inner_text() == "7"

    # Every stop in turn, and out again at the end: no trap, and no stop that cannot be seen.
    widget.locator("input").first.focus()
    stops = []
    for _ in range(30):
        if not widget.evaluate("widget => widget.contains(document.activeElement)"):
            break
        stops.append(
            page.evaluate(
                "document.activeElement.closest('[data-tensor]')?.dataset.tensor"
                " ?? document.activeElement.getAttribute('aria-label')"
            )
        )
        page.keyboard.press("Tab")
    assert stops[:4] == ["kernel height", "kernel width", "stride height", "stride width"]
    assert stops[-4:] == ["x", "weight", "bias", "y"]


def test_arrows_in_a_field_change_its_number_and_nothing_else(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    stride = widget.get_by_label("stride height", exact=True)
    stride.focus()
    page.keyboard.press("ArrowUp")
    assert stride.input_value() == "2"
    assert "stride=(2, 1)" in widget.locator(".tl-code").inner_text()
    page.keyboard.press("ArrowDown")
    kernel = widget.get_by_label("kernel height", exact=True)
    kernel.fill("9")
    assert "The kernel is 9 cells high" in widget.locator(".tl-status").inner_text()
    kernel.fill("3")
    assert "9 cells" not in widget.locator(".tl-status").inner_text()
    widget.get_by_role("spinbutton", name="groups").fill("2")
    assert "2 groups do not divide 1 input channel" in widget.locator(".tl-status").inner_text()
    assert widget.locator("[aria-invalid=true]").count() == 1
    widget.get_by_role("spinbutton", name="groups").fill("1")
    assert widget.locator("[aria-invalid=true]").count() == 0


def test_an_edit_reaches_python_and_python_answers(opened: Opened, lab: Any) -> None:
    widget, page = opened.widget(0), opened.page
    cell(widget, "x", 0, 0, 0).dblclick()
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "field => field.value === '1'",
        arg=widget.get_by_label("padding height", exact=True).element_handle(),
    )
    told = json.loads((lab.folder / "edited.json").read_text())
    assert told["x"][0][0][0] == 42
    shown = widget.locator("[data-tensor=y] [role=gridcell]").nth(7).inner_text()
    assert float(shown.replace("−", "-")) == told["y"][0][0][0]  # one further in, with the padding
    widget.get_by_role("button", name="Back to the numbers").click()
    assert widget.get_by_label("padding height", exact=True).input_value() == "0"


def test_it_plays_and_stops(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    widget.get_by_role("button", name="First cell").focus()
    page.keyboard.press("Enter")
    assert widget.locator(".tl-place").inner_text() == "1 of 16"
    widget.get_by_label("speed", exact=True).fill("10")
    widget.get_by_role("button", name="Play").focus()
    page.keyboard.press("Space")
    page.wait_for_function(
        "place => parseInt(place.textContent) >= 3",
        arg=widget.locator(".tl-place").element_handle(),
    )
    page.keyboard.press("Space")
    stopped = widget.locator(".tl-place").inner_text()
    page.wait_for_timeout(250)
    assert widget.locator(".tl-place").inner_text() == stopped
    widget.get_by_role("button", name="Step forward").click()
    assert int(widget.locator(".tl-place").inner_text().split()[0]) == int(stopped.split()[0]) + 1


def test_pooling_names_its_winner_its_ties_and_its_padding(opened: Opened) -> None:
    widget, page = opened.widget(1), opened.page
    opened.shoot(widget, "pool")
    facts = widget.locator(".tl-facts").inner_text()
    assert "a 4×4 input has room for 5×5 windows" in facts
    said = widget.locator(".tl-status").inner_text()
    assert "2 cells tie: x[0, 3, 2], x[0, 3, 3]; the first counts. 2 of 4 cells are padding" in said
    assert sorted(marked(widget, "x")) == ["3", "3", "−∞", "−∞"]
    assert marked(widget, "indices") == ["14"]
    cell(widget, "x", 0, 0, 0).focus()
    page.keyboard.press("Enter")
    assert "cannot be edited" in widget.locator(".tl-status").inner_text()
    widget.get_by_label("keep", exact=True).select_option("the mean")
    assert "nn.AvgPool2d" in widget.locator(".tl-code").inner_text()
    widget.get_by_role("button", name="Back to the numbers").click()


def test_groups_set_the_other_channels_aside(opened: Opened) -> None:
    widget, page = opened.widget(2), opened.page
    widget.get_by_label("filter", exact=True).select_option("3")
    aside = widget.locator("[data-tensor=x] .tl-plane").evaluate_all(
        "planes => planes.map(plane => plane.classList.contains('tl-aside'))"
    )
    assert aside == [True, True, False, False]
    cell(widget, "y", 1, 0, 0).focus()
    page.keyboard.press("PageDown")
    assert arithmetic(widget).startswith("y[2, 0, 0] = ")
    assert widget.evaluate("widget => widget.scrollWidth - widget.clientWidth") <= 0
    opened.shoot(widget, "groups")


def violations(page: Any) -> list[str]:
    """What axe-core finds wrong with the widgets, by WCAG 2.2 AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(
        "tags => axe.run('.tl', { runOnly: tags, resultTypes: ['violations'] })", tags
    )
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.require("node_modules")
def test_axe_finds_nothing_in_the_light_nor_in_the_dark(opened: Opened) -> None:
    page = opened.page
    cell(opened.widget(0), "y", 0, 2, 2).focus()
    assert violations(page) == []
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Settings$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Theme$")).hover()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^JupyterLab Dark$")).click()
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    for number, name in enumerate(("conv-dark", "pool-dark", "groups-dark")):
        opened.shoot(opened.widget(number), name)
    assert violations(page) == []
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Settings$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Theme$")).hover()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^JupyterLab Light$")).click()
    page.wait_for_selector("body[data-jp-theme-light=true]", state="attached")


def test_the_console_has_nothing_to_complain_of(opened: Opened) -> None:
    assert opened.errors == []


@pytest.fixture(scope="module")
def saved(opened: Opened) -> Path:
    """The notebook as the course saves it: no widget state, and no view that asks for it."""
    import nbformat

    from tensorlab_course.validation.saving import normalise

    before = opened.notebook.stat().st_mtime_ns
    opened.page.keyboard.press("Control+s")
    deadline = time.monotonic() + 10
    while opened.notebook.stat().st_mtime_ns == before and time.monotonic() < deadline:
        opened.page.wait_for_timeout(100)
    node = normalise(nbformat.read(opened.notebook, as_version=4))
    assert "widget" not in json.dumps(node.metadata)
    path = opened.notebook.with_name("saved.ipynb")
    nbformat.write(node, path)
    return path


def test_an_exported_page_works_with_the_network_off(
    opened: Opened, saved: Path, browser: Any
) -> None:
    from nbconvert import HTMLExporter

    if opened.name != "JupyterLab":
        return  # the same file
    html, _ = HTMLExporter().from_filename(str(saved))
    exported = saved.with_suffix(".html")
    exported.write_text(html, encoding="utf-8")
    page = browser.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.route("**/*", lambda r: r.continue_() if r.request.url.startswith("file:") else r.abort())
    try:
        page.goto(exported.as_uri())
        frames = page.locator("iframe.tensorlab")
        frames.first.wait_for()
        assert frames.count() == 3
        widget = page.frame_locator("iframe.tensorlab").first.locator(".tl")
        widget.wait_for()
        cell(widget, "y", 0, 1, 1).hover()
        assert arithmetic(widget) == "y[0, 1, 1] = 13.5"
        cell(widget, "x", 0, 1, 1).dblclick()
        page.keyboard.type("10")
        page.keyboard.press("Enter")
        cell(widget, "y", 0, 1, 1).hover()
        assert arithmetic(widget) == "y[0, 1, 1] = 23.5"
        opened.shoot(page, "exported")
        # As high as what it shows: nothing is cut off, nothing scrolls.
        inside = widget.evaluate("widget => widget.getBoundingClientRect().height")
        outside = frames.first.evaluate("frame => frame.getBoundingClientRect().height")
        assert 0 <= outside - inside < 12
        page.set_viewport_size({"width": 320, "height": 800})
        page.wait_for_timeout(200)
        assert widget.evaluate("widget => widget.scrollWidth - widget.clientWidth") <= 0
        opened.shoot(page, "narrow")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(media="print")
        assert not widget.locator(".tl-controls").is_visible()
        assert widget.locator(".tl-sums").is_visible()
        page.emulate_media(media="screen", forced_colors="active", reduced_motion="reduce")
        opened.shoot(page, "forced-colours")
        here = widget.locator("[data-tensor=y] [data-mark~=here]")
        assert here.evaluate("cell => getComputedStyle(cell).borderTopWidth") == "3px"
        assert here.evaluate("cell => getComputedStyle(cell).transitionDuration") in ("", "0s")
    finally:
        page.close()
    assert [one for one in failures if "require" not in one and "MathJax" not in one] == []


def test_a_saved_notebook_shows_a_picture_and_works_once_it_is_trusted(
    opened: Opened, saved: Path, lab: Any, open_page: Any
) -> None:
    if opened.name != "JupyterLab":
        return  # the same file
    with open_page(lab.address.replace("/?", f"/lab/tree/{saved.name}?")) as watched:
        picture = watched.page.locator(".jp-NotebookPanel:visible .jp-OutputArea-output img").first
        picture.wait_for()
        assert "slides over x" in picture.get_attribute("alt")
        assert picture.evaluate("image => image.complete && image.naturalWidth > 200")
        assert "model not found" not in watched.page.inner_text("body").lower()
        opened.shoot(watched.page, "untrusted")
        wait_for_kernel(watched.page, saved.name)
        watched.page.keyboard.press("Control+Shift+c")
        watched.page.keyboard.type("Trust Notebook")
        watched.page.keyboard.press("Enter")
        watched.page.locator(".jp-Dialog .jp-mod-accept").click()
        widget = watched.page.frame_locator("iframe.tensorlab").first.locator(".tl")
        cell(widget, "y", 0, 1, 1).hover()
        assert arithmetic(widget) == "y[0, 1, 1] = 13.5"
        assert "model not found" not in watched.page.inner_text("body").lower()
    saved.unlink()
