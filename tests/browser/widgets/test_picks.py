"""PickLens in a real JupyterLab and a real Notebook 7."""

from __future__ import annotations

import pytest
from driving import NEEDS, Opened, cell, marked, overflow, said, violations

pytestmark = pytest.mark.require(*NEEDS)

# An edit in the page is written to a file; when it is 42, Python chooses another comparison.
CELLS = (
    """\
import json
import tensorlab as torch
from tensorlab.widgets import PickLens
""",
    """\
x = torch.tensor([[1, 5, 2], [7, 0, 4]])
lens = PickLens("mask", x, compare=">", threshold=3)

def tell(change):
    with open("picked.json", "w") as file:
        json.dump({"y": lens.output.tolist(), "mask": lens.mask.tolist(),
                   "dtype": str(lens.output.dtype)}, file)
    if lens.tensors[0][0, 0].item() == 42:
        lens.compare = "<="

lens.observe(tell, ["tensors", "drawn", "compare", "threshold"])
lens
""",
    """\
PickLens("cat", [[1, 2], [3, 4]], [[10., 20]])
""",
    """\
PickLens("where", x > 3, x, 0)
""",
    """\
PickLens("argsort", torch.tensor([30, 10, 20, 10]))
""",
    """\
PickLens("mask", torch.randn(4, 16, 16, generator=torch.Generator().manual_seed(0)))
""",
)
WIDGETS = 5


def test_an_output_cell_points_at_its_source_and_a_source_at_where_it_went(opened: Opened) -> None:
    widget = opened.widget(0)
    cell(widget, "y", 0, 0, 2).hover()
    assert said(widget) == "y[2] is x[1, 2], 4: mask[1, 2] is True, after 2 others."
    assert marked(widget, "a", "here") == ["4"]
    assert marked(widget, "mask") == ["True"]
    opened.page.wait_for_function(
        "line => line.getAttribute('d')",
        arg=widget.locator(".tl-arrow-line").element_handle(),
    )
    opened.shoot(widget, "pick-mask")
    cell(widget, "a", 0, 0, 0).hover()
    assert said(widget).startswith("x[0, 0] is 1; it is left out, as mask[0, 0] is False.")
    assert marked(widget, "y") == []
    assert "tl-unseen" in cell(widget, "a", 0, 0, 0).get_attribute("class")
    cell(widget, "a", 0, 1, 0).hover()
    assert marked(widget, "y") == ["7"]


def test_a_mask_is_drawn_with_the_pointer_and_with_the_keyboard_alone(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    cell(widget, "mask", 0, 0, 0).click()
    assert widget.locator(".tl-code").inner_text() == "x[mask]"
    assert said(widget).startswith("mask[0, 0] is True: y[0] is x[0, 0].")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert said(widget).startswith("mask[1, 1] is True: y[3] is x[1, 1].")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert widget.locator("[data-tensor=y] .tl-shape").inner_text() == "5"
    told = opened.read("picked.json")
    while told["y"] != [1, 5, 7, 0, 4]:  # the kernel is a little behind
        page.wait_for_timeout(50)
        told = opened.read("picked.json")
    assert told["mask"] == [[True, True, False], [True, True, True]]
    assert told["dtype"] == "torch.int64"
    assert page.evaluate("document.activeElement.textContent") == "True"
    widget.get_by_role("button", name="Back to the numbers").click()
    assert widget.locator(".tl-code").inner_text() == "x[x > 3]"


def test_a_threshold_makes_the_mask(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    widget.get_by_label("threshold, on a scale").focus()
    page.keyboard.press("ArrowRight")
    assert widget.locator(".tl-code").inner_text() == "x[x > 4]"
    widget.get_by_label("threshold", exact=True).last.fill("9")
    assert said(widget) == "y is empty: no cell is picked."
    assert marked(widget, "a") == []
    widget.get_by_label("compare", exact=True).select_option("==")
    widget.get_by_label("threshold", exact=True).last.fill("7")
    assert said(widget) == "y[0] is x[1, 0], 7: mask[1, 0] is True, the first one."
    widget.get_by_label("threshold", exact=True).last.fill("")
    assert "The cell is empty. Type a number" in said(widget)
    widget.get_by_role("button", name="Back to the numbers").click()


def test_an_edit_reaches_python_and_python_answers(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    cell(widget, "a", 0, 0, 0).dblclick()
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    assert "int64 holds whole numbers from" in said(widget)
    cell(widget, "a", 0, 0, 0).focus()
    page.keyboard.press("Enter")
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "code => code.textContent === 'x[x <= 3]'",
        arg=widget.locator(".tl-code code").element_handle(),
    )
    assert opened.read("picked.json")["y"] == [2, 0]
    widget.get_by_role("button", name="Back to the numbers").click()


def test_one_tensor_can_be_asked_in_four_ways(opened: Opened) -> None:
    widget = opened.widget(0)
    op = widget.get_by_label("op", exact=True)
    assert op.locator("option").all_inner_texts() == ["mask", "nonzero", "argsort", "sort"]
    op.select_option("nonzero")
    cell(widget, "y", 0, 3, 1).hover()
    assert said(widget) == "y[3] is [1, 0]: x[1, 0] is 7, not 0."
    assert marked(widget, "y") == ["1", "0"]
    opened.shoot(widget, "pick-nonzero")
    widget.get_by_label("as_tuple").check()
    assert widget.locator("[data-tensor=y] figcaption").all_inner_texts() == ["y[0]", "y[1]"]
    op.select_option("sort")
    widget.get_by_label("dim", exact=True).select_option("0")
    widget.get_by_label("descending").check()
    assert widget.locator(".tl-code").inner_text() == (
        "torch.sort(x, dim=0, descending=True, stable=True)"
    )
    assert marked(widget, "a", "seen") == ["1"]
    op.select_option("mask")
    widget.get_by_role("button", name="Back to the numbers").click()


def test_cat_and_stack_mark_the_axis_and_refuse_in_torchs_words(opened: Opened) -> None:
    widget = opened.widget(1)
    grown = widget.locator(".tl-growth")
    assert grown.inner_text().startswith("2 × 2, 1 × 2 → 3 × 2")
    assert grown.locator("strong").all_inner_texts() == ["2", "1", "3"]
    cell(widget, "y", 0, 2, 1).hover()
    assert said(widget) == "y[2, 1] is b[0, 1], 20: along dim 0, b begins at 2, and 2 − 2 = 0."
    opened.shoot(widget, "pick-cat")
    widget.get_by_label("dim", exact=True).select_option("1")
    assert said(widget).startswith(
        "Sizes of tensors must match except in dimension 1. Expected size 2 but got size 1 for "
        "tensor number 1 in the list."
    )
    assert widget.get_by_label("dim", exact=True).input_value() == "0"
    widget.get_by_label("op", exact=True).select_option("stack")
    assert said(widget).startswith("stack expects each tensor to be equal size, but got [2, 2] at")
    assert widget.get_by_label("op", exact=True).input_value() == "cat"
    widget.get_by_label("dim", exact=True).select_option("-2")
    assert "dim=-2" in widget.locator(".tl-code").inner_text()
    assert "a is int64, b is float32: y is float32." in widget.locator(".tl-facts").inner_text()
    widget.get_by_role("button", name="Back to the numbers").click()


def test_where_takes_from_one_or_the_other(opened: Opened) -> None:
    widget, page = opened.widget(2), opened.page
    cell(widget, "y", 0, 1, 1).focus()
    assert said(widget) == "y[1, 1] is b, 0, as condition[1, 1] is False."
    opened.shoot(widget, "pick-where")
    cell(widget, "b", 0, 0, 0).focus()
    page.keyboard.press("-")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    assert widget.locator(".tl-code").inner_text() == "torch.where(condition, a, -1)"
    assert said(widget).startswith("b is −1; it goes to y[0, 0], y[0, 2], y[1, 1].")
    assert widget.locator("[data-tensor=y] [role=gridcell]").all_inner_texts() == [
        "−1", "5", "−1", "7", "−1", "4",
    ]  # fmt: skip
    widget.get_by_role("button", name="Back to the numbers").click()


def test_an_order_names_its_ties(opened: Opened) -> None:
    widget = opened.widget(3)
    cell(widget, "y", 0, 0, 1).hover()
    assert said(widget) == (
        "y[1] is 3: x[3], 10, comes after 1 of 4. "
        "It ties with x[1]: equal numbers keep their order."
    )
    assert marked(widget, "a", "tied") == ["10"]
    assert widget.locator("[data-tensor=other] [role=gridcell]").all_inner_texts() == [
        "10", "10", "20", "30",
    ]  # fmt: skip
    opened.shoot(widget, "pick-argsort")


def test_every_stop_can_be_reached_and_left(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    widget.locator("select").first.focus()
    stops = []
    for _ in range(15):
        if not widget.evaluate("widget => widget.contains(document.activeElement)"):
            break
        stops.append(
            page.evaluate(
                "document.activeElement.closest('[data-tensor]')?.dataset.tensor"
                " ?? document.activeElement.getAttribute('aria-label')"
                " ?? document.activeElement.labels[0].textContent"
            )
        )
        page.keyboard.press("Tab")
    assert stops == [
        "op", "compare", "threshold", "threshold, on a scale", "Back to the numbers at the start",
        "mask", "a", "y",
    ]  # fmt: skip


def test_many_cells_stay_quick_and_within_the_page(opened: Opened) -> None:
    widget, page = opened.widget(4), opened.page
    assert overflow(widget) <= 0
    assert widget.locator("[data-tensor=y] [role=gridcell]:visible").count() == int(
        widget.locator("[data-tensor=y] .tl-shape").inner_text()
    )
    cell(widget, "mask", 3, 15, 15).scroll_into_view_if_needed()
    times = page.evaluate(
        """async widget => {
            const cells = [...widget.querySelectorAll("[data-tensor=mask] [role=gridcell]")];
            const times = [];
            for (let i = 0; i < 40; i++) {
                const cell = cells[i * 23];
                const begun = performance.now();
                cell.click();
                cell.getBoundingClientRect();
                times.push(performance.now() - begun);
                await new Promise(requestAnimationFrame);
            }
            return times.sort((a, b) => a - b);
        }""",
        widget.element_handle(),
    )
    print(
        f"{opened.name}: a click on the mask of 1,024 cells, ms: {times[20]:.1f}, {times[37]:.1f}"
    )
    assert times[20] < 100  # a busy machine is slow, not wrong
    widget.get_by_role("button", name="Back to the numbers").click()


def test_nothing_stands_in_the_way_of_anybody(opened: Opened) -> None:
    page = opened.page
    for widget in range(WIDGETS):
        opened.widget(widget)
    assert violations(page) == []
    for number in range(WIDGETS):
        widget = opened.widget(number)
        widget.evaluate("widget => { widget.style.width = '320px'; }")
        assert overflow(widget) <= 0
        if number == 3:
            opened.shoot(widget, "pick-narrow")
        widget.evaluate("widget => { widget.style.width = ''; }")
    if opened.name == "JupyterLab":
        opened.theme("Dark")
        for number, name in enumerate(("mask", "cat", "where", "argsort")):
            opened.shoot(opened.widget(number), f"pick-{name}-dark")
        assert violations(page) == []
        opened.theme("Light")


def test_the_console_has_nothing_to_complain_of(opened: Opened) -> None:
    assert opened.errors == []
