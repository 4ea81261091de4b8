"""ModuleFlow in a real JupyterLab and a real Notebook 7: stepped, opened, edited, trained."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from driving import NEEDS, Opened, arithmetic, cell, said, violations

pytestmark = pytest.mark.require(*NEEDS)

# An edit in the page is written to a file. The last cell trains: 4,000 steps, 2 curves.
CELLS = (
    """\
import json
import time
import tensorlab as torch
from tensorlab import nn
from tensorlab.widgets import ModuleFlow
""",
    """\
double = nn.Conv2d(1, 1, 1, bias=False)
nn.init.constant_(double.weight, 2.0)
net = nn.Sequential(double, nn.MaxPool2d(2, 2))
flow = ModuleFlow(net, torch.tensor([[[[1.0, 2.0], [3.0, 1.0]]]]))

def tell(change):
    with open("flowed.json", "w") as file:
        json.dump({"y": flow.output.tolist(), "model": double.weight.item()}, file)

flow.observe(tell, "trace")
flow
""",
    """\
class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
        self.fc = nn.Linear(8, 8)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = self.features(x).view(-1, 8)
        return self.head(x + self.fc(x))

torch.manual_seed(0)
ModuleFlow(Residual(), torch.randn(2, 1, 4, 4), opened="fc")
""",
    """\
ModuleFlow(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(8, 3), nn.ReLU()), torch.ones(1, 1, 4, 4))
""",
    """\
trained = nn.Linear(1, 1)
line = ModuleFlow(trained, [[1.0]])
line
""",
    """\
for step in range(4000):
    line.log(train=1 / (step + 1))
    if step % 100 == 99:
        line.log(test=2 / (step + 1))
    time.sleep(0.0002)
""",
)
WIDGETS = 4


def row(widget: Any, name: str) -> Any:
    """A row of the model's map."""
    return widget.locator(f".tl-map [data-name='{name}']")


def press(widget: Any, name: str, times: int = 1) -> None:
    for _ in range(times):
        widget.get_by_role("button", name=name, exact=True).click()


def test_forward_shows_a_tensor_after_each_layer(opened: Opened) -> None:
    widget = opened.widget(0)
    assert said(widget) == "x is 1 × 1 × 2 × 2: [[1, 2], [3, 1]]."
    assert not row(widget, "0()").locator(".tl-numbers").is_visible()
    opened.shoot(widget, "flow-start")
    press(widget, "Step forward")
    assert row(widget, "0()").locator(".tl-numbers").inner_text() == "[[2, 4], [6, 2]]"
    press(widget, "Step forward")
    assert said(widget) == ("Forward 2 of 2: 1 (MaxPool2d) takes 0(). 1() is 1 × 1 × 1 × 1: 6.")
    assert row(widget, "1()").locator(".tl-numbers").inner_text() == "6"
    row(widget, "1()").click()
    assert arithmetic(widget) == "1()[0, 0, 0, 0] = 6"
    assert widget.locator(".tl-terms").inner_text() == "max(2, 4, 6, 2)"
    press(widget, "To the start")
    assert "is not computed yet" in widget.locator(".tl-panel").inner_text()
    opened.page.wait_for_timeout(100)
    press(widget, "Step forward", 2)
    assert arithmetic(widget) == "1()[0, 0, 0, 0] = 6"


def test_backward_shows_the_gradients(opened: Opened) -> None:
    widget = opened.widget(0)
    row(widget, "0").click()
    assert "0.weight.grad comes on the way back." in widget.locator(".tl-facts").inner_text()
    press(widget, "All of forward: y = model(x)")
    press(widget, "Step forward", 2)
    gradient = row(widget, "0()").locator(".tl-gradient")
    assert gradient.inner_text() == "grad [[0, 0], [1, 0]]"
    assert not row(widget, "x").locator(".tl-gradient").is_visible()
    press(widget, "All of backward: y.sum().backward()")
    assert row(widget, "x").locator(".tl-gradient").inner_text() == "grad [[0, 0], [2, 0]]"
    assert cell(widget, "0.weight.grad", 0, 0, 0).inner_text() == "3"
    assert "the gradient of 0.weight is 3" in said(widget)
    opened.shoot(widget, "flow-back")
    press(widget, "To the start")
    assert not gradient.is_visible()


def test_the_keyboard_alone_moves_opens_and_edits(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    row(widget, "0").click()
    row(widget, "0").focus()
    for key in ("Home", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.dataset.name") == "0()"
    assert said(widget).startswith("0() is 1 × 1 × 2 × 2")
    page.keyboard.press("Enter")
    assert row(widget, "0()").get_attribute("aria-selected") == "true"
    assert said(widget).endswith("[[2, 4], [6, 2]].")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert arithmetic(widget) == "0()[0, 0, 0, 1] = 4"
    row(widget, "0").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("-")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    row(widget, "0()").locator(".tl-numbers", has_text="[[−1, −2], [−3, −1]]").wait_for()
    assert opened.read("flowed.json") == {"y": [[[[-1.0]]]], "model": 2.0}
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"
    widget.get_by_role("button", name="Back to the numbers").click()
    row(widget, "0()").locator(".tl-numbers", has_text="[[2, 4], [6, 2]]").wait_for(
        state="attached"
    )


def test_what_is_no_number_is_refused(opened: Opened) -> None:
    widget, page = opened.widget(0), opened.page
    row(widget, "0").click()
    cell(widget, "0.weight", 0, 0, 0).dblclick()
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    assert "“two” is not a number" in said(widget)
    page.keyboard.press("Escape")
    assert cell(widget, "0.weight", 0, 0, 0).inner_text() == "2"


def test_groups_operations_and_detours_are_drawn(opened: Opened) -> None:
    widget = opened.widget(1)
    names = widget.locator(".tl-map [role=option]").evaluate_all(
        "rows => rows.map(r => r.dataset.name)"
    )
    assert names[:5] == ["x", "features", "features.0", "features.0()", "features.1"]
    assert names[-7:] == ["view()", "fc", "fc()", "add", "add()", "head", "head()"]
    assert widget.locator(".tl-arc").count() == 1
    assert widget.locator(".tl-frame").count() == 1
    press(widget, "All of backward: y.sum().backward()")
    opened.shoot(widget, "flow-residual")
    row(widget, "add").click()
    assert "recorded as AddBackward0" in widget.locator(".tl-panel").inner_text()


def test_where_forward_fails_is_marked_with_torchs_words(opened: Opened) -> None:
    widget = opened.widget(2)
    trouble = widget.locator(".tl-trouble").inner_text()
    assert trouble.startswith(
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x2 and 8x3)"
    )
    assert "1 (Linear) was given 1 × 2 × 2 × 2; its weight 3 × 8, its bias 3." in trouble
    assert row(widget, "1").locator(".tl-note").inner_text() == "forward stops here"
    assert row(widget, "2").locator(".tl-note").inner_text() == "not reached"
    press(widget, "Step forward")
    assert "Here forward stops." in said(widget)
    opened.shoot(widget, "flow-failed")


def test_the_loss_line_has_every_step(opened: Opened) -> None:
    widget, page = opened.widget(3), opened.page
    page.wait_for_function(
        "line => line.textContent.includes('step 4,000')",
        arg=widget.locator(".tl-loss-title").element_handle(),
    )
    assert said(widget) == "Training: 4,000 steps; train ends at 0.0003; test ends at 0.0005."
    title = widget.locator(".tl-loss-title").inner_text()
    assert "train" in title
    assert widget.locator(".tl-line").count() == 2
    before = widget.locator(".tl-line").first.get_attribute("d")
    height = widget.bounding_box()["height"]
    widget.get_by_label("log scale").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(100)
    assert widget.locator(".tl-line").first.get_attribute("d") != before
    assert widget.bounding_box()["height"] == height
    opened.shoot(widget, "flow-loss")


def test_what_is_saved_steps_with_no_kernel_and_shows_the_loss(
    opened: Opened, open_page: Any
) -> None:
    """The outputs of the saved notebook, each as a page of its own."""
    cells = opened.saved()["cells"]
    pages = []
    for number in (1, 4):
        (output,) = cells[number]["outputs"]
        (source,) = re.findall(r'srcdoc="([^"]*)"', output["data"]["text/html"])
        pages.append(opened.notebook.with_name(f"saved-{number}.html"))
        pages[-1].write_text(html.unescape(source), encoding="utf-8")
    with open_page(pages[0].as_uri()) as watched:
        widget = watched.page.locator(".tl")
        press(widget, "All of backward: y.sum().backward()")
        assert cell(widget, "0.weight.grad", 0, 0, 0).inner_text() == "3"
        cell(widget, "0.weight", 0, 0, 0).dblclick()
        watched.page.keyboard.type("5")
        watched.page.keyboard.press("Enter")
        assert said(widget).startswith("Only Python can run the model again")
        assert row(widget, "0()").locator(".tl-numbers").inner_text() == "[[2, 4], [6, 2]]"
        watched.page.set_viewport_size({"width": 320, "height": 800})
        watched.page.wait_for_timeout(200)
        wide = "document.documentElement.scrollWidth"
        assert watched.page.evaluate(wide) <= 320
        opened.shoot(widget, "flow-narrow")
        assert watched.errors == []
    with open_page(pages[1].as_uri()) as watched:
        assert said(watched.page.locator(".tl")).startswith("Training: 4,000 steps; train ends")
        assert watched.page.locator(".tl-line").count() == 2
        assert watched.errors == []


def test_axe_finds_nothing_in_the_light_nor_in_the_dark(opened: Opened, require: Any) -> None:
    require("node_modules")
    assert violations(opened.page) == []
    if opened.name == "JupyterLab":
        opened.theme("Dark")
        opened.shoot(opened.widget(1), "flow-dark")
        assert violations(opened.page) == []
        opened.theme("Light")


def test_the_console_has_nothing_to_complain_of(opened: Opened) -> None:
    assert opened.errors == []
