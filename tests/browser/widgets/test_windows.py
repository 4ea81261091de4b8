"""ConvWindow and PoolWindow in a real JupyterLab and a real Notebook 7."""

from __future__ import annotations

import pytest
from driving import NEEDS, Opened, arithmetic, cell, marked, overflow

pytestmark = pytest.mark.require(*NEEDS)

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
WIDGETS = 3


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


def test_an_edit_reaches_python_and_python_answers(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    cell(widget, "x", 0, 0, 0).dblclick()
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "field => field.value === '1'",
        arg=widget.get_by_label("padding height", exact=True).element_handle(),
    )
    told = opened.read("edited.json")
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
    assert overflow(widget) <= 0
    opened.shoot(widget, "groups")


def test_the_console_has_nothing_to_complain_of(opened: Opened) -> None:
    assert opened.errors == []
