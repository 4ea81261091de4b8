"""The gallery of the widgets: as a page with no network, in a notebook, and with its keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from driving import (
    IDLE,
    NEEDS,
    SCREENSHOTS,
    arithmetic,
    cell,
    overflow,
    run_all,
    said,
    wait_for_kernel,
)

from tensorlab import widgets

GALLERY = Path(__file__).parents[3] / "lessons" / "gallery.ipynb"
CELLS = nbformat.read(GALLERY, as_version=4).cells
SHOWN = [
    name
    for one in CELLS
    if one.cell_type == "code"
    for name in re.findall(r"^from tensorlab\.widgets import (\w+)$", one.source, re.MULTILINE)
]
CONV = SHOWN.index("ConvWindow")

pytestmark = pytest.mark.require(*NEEDS, "nbconvert")


class Exported:
    """The gallery as a page on its own, and what went wrong on it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route("**/*", lambda r: r.continue_() if r.request.url[:5] == "file:" else r.abort())

    def frame(self, number: int) -> Any:
        found = self.page.locator("iframe.tensorlab").nth(number)
        found.scroll_into_view_if_needed()
        return found

    def widget(self, number: int) -> Any:
        self.frame(number)
        return self.page.frame_locator("iframe.tensorlab").nth(number).locator(".tl").first

    def shoot(self, locator: Any, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        locator.screenshot(path=SCREENSHOTS / f"gallery-{name}.png")


@pytest.fixture(scope="module")
def exported(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    """The saved notebook, made a page by nbconvert and opened from its file."""
    from nbconvert import HTMLExporter

    html, _ = HTMLExporter().from_filename(str(GALLERY))
    path = tmp_path_factory.mktemp("exported") / "gallery.html"
    path.write_text(html, encoding="utf-8")
    opened = Exported(browser.new_page())
    opened.page.goto(path.as_uri())
    yield opened
    opened.page.close()


@pytest.fixture
def wide(exported: Exported) -> Iterator[Exported]:
    """Afterwards the page is as it was, whatever failed."""
    yield exported
    exported.page.set_viewport_size({"width": 1280, "height": 900})
    exported.page.emulate_media(
        media="screen", forced_colors="none", reduced_motion="no-preference"
    )


def test_every_widget_is_in_the_gallery_once() -> None:
    assert sorted(SHOWN) == sorted(widgets.__all__)


def test_an_exported_page_shows_every_widget_with_the_network_off(exported: Exported) -> None:
    frames = exported.page.locator("iframe.tensorlab")
    frames.first.wait_for()
    assert frames.count() == len(SHOWN)
    for number, name in enumerate(SHOWN):
        exported.widget(number).wait_for()
        exported.shoot(exported.frame(number), name)


def test_what_is_shown_on_it_can_be_changed_with_no_kernel(exported: Exported) -> None:
    widget, page = exported.widget(CONV), exported.page
    cell(widget, "y", 0, 1, 1).hover()
    before = arithmetic(widget)
    assert before == "y[0, 1, 1] = −35.5"
    cell(widget, "x", 0, 1, 1).dblclick()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    cell(widget, "y", 0, 1, 1).hover()
    assert arithmetic(widget) == "y[0, 1, 1] = −25.5"


def test_a_tap_chooses_a_cell_and_another_one_edits_it(exported: Exported) -> None:
    widget = exported.widget(CONV)
    tapped = cell(widget, "x", 0, 0, 1)
    tap = """(cell) => ["pointerdown", "focus", "click"].forEach((name) => name === "focus" ?
        cell.focus() :
        cell.dispatchEvent(new PointerEvent(name, { bubbles: true, pointerType: "touch" })))"""
    tapped.evaluate(tap)
    assert said(widget).startswith("x[0, 0, 1] is 0")
    assert tapped.locator("input").count() == 0
    tapped.evaluate(tap)
    assert tapped.locator("input").count() == 1
    exported.page.keyboard.press("Escape")


# The page takes 46 pixels for its margins.
@pytest.mark.parametrize("width", [1920, 320])
def test_nothing_is_cut_off(wide: Exported, width: int) -> None:
    wide.page.set_viewport_size({"width": width, "height": 900})
    wide.page.wait_for_timeout(300)
    for number, name in enumerate(SHOWN):
        widget, frame = wide.widget(number), wide.frame(number)
        widget.wait_for()
        wide.shoot(frame, f"{name}-{width}")
        inside = widget.evaluate("widget => widget.getBoundingClientRect().height")
        outside = frame.evaluate("frame => frame.getBoundingClientRect().height")
        assert 0 <= outside - inside < 12, name
        assert overflow(widget) <= 0, name
        assert frame.evaluate("f => f.getBoundingClientRect().right - innerWidth") <= 0, name


def test_on_paper_there_is_nothing_to_press(wide: Exported) -> None:
    wide.page.emulate_media(media="print")
    for number, name in enumerate(SHOWN):
        widget = wide.widget(number)
        assert widget.locator("button:visible").count() == 0, name
        assert widget.evaluate("widget => widget.innerText.trim().length") > 40, name
        wide.shoot(wide.frame(number), f"{name}-print")


def test_forced_colours_are_respected(wide: Exported) -> None:
    """A cell that is looked at has the system's own colours of what is selected, in full."""
    wide.page.emulate_media(forced_colors="active")
    pages = (frame for frame in wide.page.frames if frame.query_selector(".tl"))
    for page, name in zip(pages, SHOWN, strict=True):
        wide.shoot(page.frame_element(), f"{name}-forced")
        wrong = page.evaluate(
            """() => {
                const probe = document.body.appendChild(document.createElement("i"));
                const named = (color) => {
                    probe.style.cssText = `forced-color-adjust: none; color: ${color}`;
                    return getComputedStyle(probe).color;
                };
                const [back, text] = ["Highlight", "HighlightText"].map(named);
                return [...document.querySelectorAll("[data-mark~=here]")].filter((cell) => {
                    const style = getComputedStyle(cell);
                    if (style.forcedColorAdjust !== "none") return style.borderTopStyle === "none";
                    return style.backgroundColor !== back || style.color !== text;
                }).map((cell) => cell.className);
            }"""
        )
        assert wrong == [], name


def test_nothing_moves_of_itself_where_motion_is_reduced(wide: Exported) -> None:
    wide.page.emulate_media(reduced_motion="reduce")
    for page in filter(lambda frame: frame.query_selector(".tl"), wide.page.frames):
        moving = page.evaluate(
            """() => [...document.querySelectorAll(".tl *")].filter((one) => {
                const { transitionDuration, animationName } = getComputedStyle(one);
                return parseFloat(transitionDuration) > 0 || animationName !== "none";
            }).length"""
        )
        assert moving == 0


def test_nothing_went_wrong_on_the_page(exported: Exported) -> None:
    # Two parts of nbconvert's page come from the network, which is off.
    assert [one for one in exported.errors if "require" not in one and "MathJax" not in one] == []


@pytest.fixture(scope="module")
def notebook(own_lab: Any, open_page: Any) -> Iterator[Any]:
    """The gallery in JupyterLab, as a student has it: never run, and not trusted."""
    name = GALLERY.name
    assert (own_lab.folder / name).is_file()
    with open_page(own_lab.address.replace("/?", f"/lab/tree/{name}?reset&")) as watched:
        watched.page.locator(".jp-NotebookPanel:visible .jp-OutputArea-output").first.wait_for()
        wait_for_kernel(watched.page, name)
        yield watched


def test_a_notebook_that_is_not_trusted_shows_pictures_in_words_too(notebook: Any) -> None:
    page = notebook.page
    pictures = page.locator(".jp-NotebookPanel:visible .jp-OutputArea-output img")
    pictures.first.wait_for()
    assert pictures.count() == len(SHOWN) - SHOWN.count("Predict")
    for number in range(pictures.count()):
        picture = pictures.nth(number)
        assert picture.evaluate("image => image.complete && image.naturalWidth > 200")
        assert len(picture.get_attribute("alt")) > 40
    assert "model not found" not in page.inner_text("body").lower()


def test_once_it_is_trusted_its_widgets_work_with_nothing_run(notebook: Any) -> None:
    page = notebook.page
    page.locator(".jp-NotebookPanel:visible h1").first.click()
    page.keyboard.press("Control+Shift+c")
    page.keyboard.type("Trust Notebook")
    page.keyboard.press("Enter")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator("iframe.tensorlab").first.wait_for()
    assert page.locator("iframe.tensorlab").count() == len(SHOWN)
    page.locator("iframe.tensorlab").nth(CONV).scroll_into_view_if_needed()
    widget = page.frame_locator("iframe.tensorlab").nth(CONV).locator(".tl").first
    cell(widget, "y", 0, 1, 1).hover()
    assert arithmetic(widget) == "y[0, 1, 1] = −35.5"
    assert "model not found" not in page.inner_text("body").lower()


def test_run_in_jupyterlab_every_widget_is_there_and_the_keys_lead_to_it(notebook: Any) -> None:
    page = notebook.page
    notebook.errors.clear()  # of pages that were asked for before
    run_all(page, len(SHOWN))
    page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").nth(1 + CONV).click()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(IDLE)
    page.wait_for_timeout(1000)
    widget = page.locator(".jp-OutputArea-output .tl").nth(CONV)
    for _ in range(40):
        page.keyboard.press("Tab")
        if widget.evaluate(
            "widget => document.activeElement.closest('[data-tensor=y] [role=gridcell]') && "
            "widget.contains(document.activeElement)"
        ):
            break
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert said(widget).startswith("y[0, 2, 0] is −35.5")
    assert notebook.errors == []
