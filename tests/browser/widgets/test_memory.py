"""MemoryStrip in a real JupyterLab and a real Notebook 7."""

from __future__ import annotations

import pytest
from driving import NEEDS, Opened, arithmetic, cell, marked, overflow, said, violations

pytestmark = pytest.mark.require(*NEEDS)

# An edit in the page is written to a file; when it is 42, Python adds a view in answer.
CELLS = (
    """\
import json
import tensorlab as torch
from tensorlab.widgets import MemoryStrip
""",
    """\
x = torch.arange(12.).reshape(3, 4)
w = MemoryStrip(x, {"x.t()": x.t()}, "x[:, 1]", "x.t().reshape(12)")

def tell(change):
    with open("memory.json", "w") as file:
        views = {name: view.tolist() for name, view in w.views.items()}
        json.dump({"x": w.x.tolist(), "given": x.tolist(), **views}, file)
    if w.x[0, 1].item() == 42 and "x[0]" not in w.views:
        w.add("x[0]")

w.observe(tell, "x")
w
""",
    """\
y = ((torch.arange(256.).double() - 20) / 7).reshape(4, 8, 8)
MemoryStrip(y, "x.permute(2, 0, 1)", "x.transpose(0, 1)", "x.mT")
""",
    """\
MemoryStrip(torch.arange(20)[4:].reshape(2, 2, 2, 2).mT, "y = x.bool()", "y[0]", cell=9)
""",
)
WIDGETS = 3
BADGE = ".tl-view[data-tensor='{}'] .tl-badge"


def strip(widget: object, memory: int = 0) -> list[str]:
    """What the marked cells of a strip say."""
    found: list[str] = (
        widget.locator(".tl-strip").nth(memory).locator("[data-mark]").all_inner_texts()  # type: ignore[attr-defined]
    )
    return found


def type_view(opened: Opened, widget: object, text: str) -> None:
    field = widget.get_by_label("another view")  # type: ignore[attr-defined]
    field.focus()
    opened.page.keyboard.press("Control+a")
    opened.page.keyboard.type(text)
    opened.page.keyboard.press("Enter")


def test_a_cell_lights_up_wherever_it_lies(opened: Opened) -> None:
    widget = opened.widget(0)
    cell(widget, "x", 0, 2, 1).hover()
    assert marked(widget, "x") == marked(widget, "x.t()") == marked(widget, "x[:, 1]") == ["9"]
    assert marked(widget, "x.t().reshape(12)") == []
    assert strip(widget) == ["9"]
    assert arithmetic(widget) == "offset 9 × 4 bytes = byte 36, in the memory of x"
    terms = widget.locator(".tl-terms").all_inner_texts()
    assert terms[1:] == [
        "2·4 + 1·1 + 0 = 9",
        "1·1 + 2·4 + 0 = 9",
        "2·4 + 1 = 9",
        "lies in another memory",
    ]
    assert widget.locator(".tl-code").inner_text() == "x[2, 1].storage_offset() == 9"
    assert said(widget) == (
        "Offset 9, bytes 36 to 39, holds 9: x[2, 1], x.t()[1, 2], x[:, 1][2] are one cell."
    )
    opened.shoot(widget, "memory")
    # A view that has a part of the memory shows which part.
    cell(widget, "x[:, 1]", 0, 0, 1).hover()
    assert strip(widget) == ["1", "5", "9"]
    assert widget.locator(".tl-code").inner_text() == "x[:, 1][1].storage_offset() == 5"
    opened.shoot(widget, "memory-part")
    cell(widget, "x.t().reshape(12)", 0, 0, 1).hover()
    assert strip(widget) == []
    assert strip(widget, 1) == ["4"]


def test_a_badge_says_view_or_copy_and_why(opened: Opened) -> None:
    widget = opened.widget(0)
    assert widget.locator(BADGE.format("x.t()")).inner_text() == "view"
    assert widget.locator(BADGE.format("x.t().reshape(12)")).inner_text() == "copy"
    why = widget.locator(".tl-view[data-tensor='x.t().reshape(12)'] .tl-why").inner_text()
    assert why.startswith("A view cannot do it. Axis 0 of (12,) would run across axes 0 and 1")
    facts = widget.locator(".tl-view[data-tensor='x.t()'] .tl-layout tr").all_inner_texts()
    assert [" ".join(fact.split()) for fact in facts] == [
        "size (4, 3) not contiguous",
        "stride (1, 4) (4, 16) bytes",
        "offset 0 byte 0",
    ]
    of_copy = opened.widget(2)
    assert of_copy.locator(BADGE.format("y[0]")).inner_text() == "view of y"


def test_the_keyboard_alone_moves_edits_adds_and_takes_away(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    cell(widget, "memory of x", 0, 0, 0).focus()
    page.keyboard.press("End")
    assert strip(widget) == ["11"]
    line = widget.evaluate(
        "widget => Math.floor(widget.querySelector('.tl-strip .tl-row').clientWidth / 96)"
    )
    page.keyboard.press("ArrowUp")
    assert strip(widget) == [str(11 - line)]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert said(widget).startswith("Offset 10, bytes 40 to 43, holds 10: x[2, 2], x.t()[2, 2]")
    page.keyboard.press("Enter")
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    assert said(widget) == "“abc” is not a number. Type one, such as 0.5."
    page.keyboard.press("Escape")
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    assert cell(widget, "x", 0, 2, 2).inner_text() == "7"
    assert cell(widget, "x.t()", 0, 2, 2).inner_text() == "7"
    assert cell(widget, "x.t().reshape(12)", 0, 0, 8).inner_text() == "10"

    type_view(opened, widget, "x.t().view(12)")
    assert said(widget).startswith(
        "x.t().view(12) is refused: view size is not compatible with input tensor's size and stride"
    )
    assert said(widget).endswith("only if the stride of axis 0 is 3 × 4 = 12; it is 1.")
    opened.shoot(widget, "memory-refused")
    type_view(opened, widget, "z = x[1:, ::2]")
    assert cell(widget, "z", 0, 1, 1).inner_text() == "7"
    remove = widget.get_by_role("button", name="Remove z")
    remove.focus()
    page.keyboard.press("Enter")
    assert widget.locator("[data-tensor=z]").count() == 0
    assert page.evaluate("document.activeElement.classList.contains('tl-expression')")
    widget.get_by_role("button", name="Back to the numbers").click()
    assert cell(widget, "x", 0, 2, 2).inner_text() == "10"


def test_tab_goes_through_all_and_out_again(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    widget.get_by_role("button", name="x as bool").focus()
    stops = []
    for _ in range(40):
        if not widget.evaluate("widget => widget.contains(document.activeElement)"):
            break
        stops.append(
            page.evaluate(
                "document.activeElement.closest('[role=gridcell]')?.closest('[data-tensor]')"
                ".dataset.tensor ?? document.activeElement.textContent"
            )
        )
        page.keyboard.press("Tab")
    assert stops[:2] == ["bool", "uint8"]
    assert stops[9:11] == ["memory of x", "memory of x.t().reshape(12)"]
    assert stops[11:] == [
        "", "add", "reset", "x", "×", "x.t()", "×", "x[:, 1]", "×", "x.t().reshape(12)",
    ]  # fmt: skip


def test_a_dtype_is_as_wide_as_it_has_bytes_and_going_back_loses_nothing(opened: Opened) -> None:
    widget, page = opened.widget(1), opened.page
    first = widget.locator(".tl-strip .tl-cell").first

    def width() -> float:
        return round(first.bounding_box()["width"])

    assert width() == 8 * 24
    for dtype, bytes_ in (("int16", 2), ("uint8", 1), ("float32", 4)):
        widget.get_by_role("button", name=f"x as {dtype}").focus()
        page.keyboard.press("Enter")
        assert width() == bytes_ * 24
        assert "x.to(torch." in said(widget)
    assert first.inner_text() == "−2.857143"
    widget.get_by_role("button", name="x as float64").click()
    assert cell(widget, "x", 0, 0, 0).inner_text() == "−2.86"
    opened.shoot(widget, "memory-double")


def test_an_edit_reaches_python_and_python_answers(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    cell(widget, "x.t()", 0, 1, 0).dblclick()
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    assert cell(widget, "x", 0, 0, 1).inner_text() == "42"
    page.wait_for_function(
        "widget => widget.querySelector('[data-tensor=\"x[0]\"]')", arg=widget.element_handle()
    )
    told = opened.read("memory.json")
    assert told["x"][0][1] == told["x.t()"][1][0] == told["x[:, 1]"][0] == 42
    assert told["x.t().reshape(12)"][3] == told["given"][0][1] == 1
    assert cell(widget, "x[0]", 0, 0, 1).inner_text() == "42"
    assert cell(widget, "x.t().reshape(12)", 0, 0, 3).inner_text() == "1"


def test_an_update_is_fast(opened: Opened) -> None:
    """From event to updated page, for 4 channels of 8 by 8 in 4 views of 256 cells."""
    widget = opened.widget(1)
    times = widget.evaluate(
        """widget => {
            const cells = [...widget.querySelectorAll("[data-tensor='x.mT'] .tl-cell")];
            return cells.slice(0, 100).map(cell => {
                const before = performance.now();
                cell.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
                return performance.now() - before;
            }).sort((a, b) => a - b);
        }"""
    )
    print(f"event to updated page: median {times[50]:.1f} ms, 95 % {times[94]:.1f} ms")
    assert times[50] < 16


def test_nothing_is_wrong_by_axe_and_nothing_overflows(opened: Opened) -> None:
    page = opened.page
    assert violations(page) == []
    for number in range(WIDGETS):
        widget = opened.widget(number)
        assert overflow(widget) <= 0
    if opened.name == "JupyterLab":
        opened.theme("Dark")
        assert violations(page) == []
        opened.shoot(opened.widget(0), "memory-dark")
        opened.shoot(opened.widget(2), "memory-part-dark")
        opened.theme("Light")
    widget = opened.widget(2)
    widget.evaluate("widget => { widget.style.width = '318px'; }")
    page.wait_for_timeout(100)
    assert overflow(widget) <= 0
    opened.shoot(widget, "memory-narrow")


def test_the_console_has_nothing_to_complain_of(opened: Opened) -> None:
    assert opened.errors == []
