"""Questions in a real JupyterLab and a real Notebook 7: picked, typed, saved, opened again."""

from __future__ import annotations

from typing import Any

import pytest
from driving import FRONT_ENDS, NEEDS, Opened, violations, wait_for_kernel

pytestmark = pytest.mark.require(*NEEDS)

CELLS = (
    """\
import json
import tensorlab as torch
from tensorlab.widgets import Predict

def tell(question):
    with open("answered.json", "w") as file:
        json.dump({"chosen": question.chosen, "correct": question.correct}, file)

x = torch.tensor([[0, 1, 2], [3, 4, 5]])
""",
    """\
first = Predict(
    "x.reshape(3, 2)",
    {
        "tensor([[0, 1], [2, 3], [4, 5]])": None,
        "tensor([[0, 3], [1, 4], [2, 5]])": "That is turning: `x.t()`. `reshape` keeps the order.",
        "RuntimeError: shape '[3, 2]' is invalid": "Six numbers fit any shape of six.",
    },
    question="Two rows of three become three rows of two. Where does each number go?",
    because="`reshape` reads the numbers row by row, and fills the new shape row by row.",
    on_answer=tell,
)
first
""",
    """\
Predict("x.sum()", {"tensor(15)": None, "15": "A tensor of no dimensions, and not a number."})
""",
    """\
Predict("x.t().shape", {"torch.Size([3, 2])": None, "(3, 2)": "The same numbers, another type."})
""",
)
WIDGETS = 3


def test_the_truth_shows_only_after_the_answer(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    assert "Python says" not in widget.inner_text()
    assert not widget.get_by_role("button", name="Show me").is_visible()
    opened.shoot(widget, "predict-asked")
    widget.get_by_role("button", name="Check my answer").click()
    assert "Pick an answer first" in widget.get_by_role("status").first.inner_text()
    widget.get_by_role("radio").nth(0).focus()
    page.keyboard.press("ArrowDown")
    assert widget.get_by_role("radio").nth(1).is_checked()
    wrong = widget.locator("label", has_text="[0, 3]")
    page.keyboard.press(wrong.locator(".tl-letter").inner_text().lower())
    assert wrong.get_by_role("radio").is_checked()
    page.keyboard.press("Enter")
    verdict = widget.get_by_role("status").first.inner_text()
    assert verdict.startswith("✗ Not this time. You said tensor([[0, 3], [1, 4], [2, 5]])")
    assert "That is turning: x.t()." in verdict
    assert "row by row" in verdict
    assert widget.locator(".tl-right").inner_text().startswith("✓")
    assert opened.read("answered.json")["correct"] is False
    why = widget.get_by_text("Why not")
    assert why.count() == 1
    why.focus()
    page.keyboard.press("Enter")
    assert widget.get_by_text("Six numbers fit any shape of six.").is_visible()
    opened.shoot(widget, "predict-wrong")


def test_show_me_runs_the_code(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    show = widget.get_by_role("button", name="Show me")
    show.focus()
    page.keyboard.press("Space")
    widget.get_by_text("Run here, just now:").wait_for()
    assert "[2, 3]" in widget.locator(".tl-output").inner_text()
    opened.shoot(widget, "predict-run")


def test_an_answer_can_be_typed(opened: Opened) -> None:
    widget, page = opened.widget(1), opened.page
    widget.get_by_label("or type it").focus()
    page.keyboard.type("tensor( 15 )")
    page.keyboard.press("Enter")
    assert widget.get_by_role("status").first.inner_text().startswith("✓ Right.")
    assert page.evaluate("document.activeElement.textContent") == "Show me"
    other = opened.widget(2)
    other.get_by_label("or type it").fill("torch.Size([2, 3])")
    other.get_by_role("button", name="Check my answer").click()
    verdict = other.get_by_role("status").first.inner_text()
    assert verdict.startswith("✗ Not this time. You said torch.Size([2, 3]); Python says:")
    opened.shoot(other, "predict-typed")


def test_axe_finds_nothing_in_the_light_nor_in_the_dark(opened: Opened, require: Any) -> None:
    require("node_modules")
    assert violations(opened.page) == []
    if opened.name == "JupyterLab":
        opened.theme("Dark")
        opened.shoot(opened.widget(0), "predict-dark")
        assert violations(opened.page) == []
        opened.theme("Light")


def test_the_console_has_nothing_to_complain_of(opened: Opened) -> None:
    assert opened.errors == []


def test_saved_by_a_student_and_opened_again_it_still_asks(
    opened: Opened, own_lab: Any, open_page: Any
) -> None:
    """With another kernel, which knows nothing of the widget."""
    assert "widget-view" not in str(opened.saved())
    again = opened.notebook.with_stem(opened.notebook.stem + "-again")
    again.write_bytes(opened.notebook.read_bytes())
    address = f"/{FRONT_ENDS[opened.name]}/{again.name}?"
    try:
        with open_page(own_lab.address.replace("/?", address)) as watched:
            wait_for_kernel(watched.page, again.name)
            text = watched.page.inner_text("body")
            assert "Error displaying widget" not in text
            assert "model not found" not in text.lower()
            still = watched.page.locator(
                ".jp-OutputArea-output:visible", has_text="Predict, then run."
            )
            frames = watched.page.locator(".jp-OutputArea-output iframe.tensorlab:visible")
            assert still.count() + frames.count() == 3
            opened.shoot(watched.page, "predict-again")
    finally:
        again.unlink()
