"""Every widget shows the same on every run, has a picture in words, and a frame that holds it."""

from __future__ import annotations

import html
import importlib
import json
import re
import struct
import sys
import xml.etree.ElementTree as ET
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import write_fixtures

pytest.importorskip("anywidget")

import tensorlab as torch
from tensorlab import widgets

VIEW = "application/vnd.jupyter.widget-view+json"
SVG = "{http://www.w3.org/2000/svg}"

NAMES = write_fixtures.names()
every = pytest.mark.parametrize("name", NAMES)
# A question is text, and needs no picture.
pictured = pytest.mark.parametrize("name", [name for name in NAMES if name != "predict"])


def example(name: str) -> Any:
    """The widget that its cases show first."""
    return importlib.import_module(f"cases.{name}").example()


def test_every_widget_has_cases() -> None:
    drawn = {type(example(name)).__name__ for name in NAMES}
    assert drawn == set(widgets.__all__)


X = torch.ones(1, 4, 4)
CONV, POOL = torch.nn.Conv2d(1, 1, 2), torch.nn.MaxPool2d(2)
# What makes each widget of what is given in place of a tensor, or of what else it takes.
TAKES: dict[str, Callable[[Any], Any]] = {
    "BroadcastLens": lambda given: widgets.BroadcastLens(given, X),
    "ConvWindow": lambda given: widgets.ConvWindow(CONV, given),
    "ConvWindow's layer": lambda given: widgets.ConvWindow(given, X),
    "IndexLens": widgets.IndexLens,
    "MemoryStrip": widgets.MemoryStrip,
    "ModuleFlow": lambda given: widgets.ModuleFlow(CONV, given),
    "ModuleFlow's model": lambda given: widgets.ModuleFlow(given, X),
    "PickLens": lambda given: widgets.PickLens("sort", given),
    "PickLens's index": lambda given: widgets.PickLens("gather", X, given),
    "PoolWindow": lambda given: widgets.PoolWindow(POOL, given),
    "PoolWindow's layer": lambda given: widgets.PoolWindow(given, X),
    "Predict": lambda given: widgets.Predict(given, {"1": None}, namespace={}),
    "Predict's choices": lambda given: widgets.Predict("1", given, namespace={}),
}
NONSENSE: list[Any] = [None, "?", object(), {}, {"a": 1}, {1}, [[1], [1, 2]], ["a"], torch.ones(0)]
NONSENSE += [
    torch.ones(2, 0),
    torch.ones(1, 1, 1, 1, 2, 2, dtype=torch.complex64),
    np.array([None]),
]


@pytest.mark.parametrize("taker", TAKES)
def test_nonsense_gets_a_sentence(taker: str) -> None:
    for given in NONSENSE:
        if (taker, str(given)) == ("Predict's choices", "{'a': 1}"):
            continue  # these are choices
        if taker == "ModuleFlow" and torch.is_tensor(given) and given.numel():
            continue  # a model may take any
        with pytest.raises(ValueError) as caught:
            TAKES[taker](given)
        assert re.search(r": [a-z].+\.$", str(caught.value), re.DOTALL), str(caught.value)


@every
def test_a_wrong_setting_gets_a_sentence_and_the_widget_goes_on(name: str) -> None:
    if name in ("predict", "module_flow", "memory_strip"):  # whose traits are the page's
        return
    for trait in type(example(name))._own:
        for given in (None, object(), "?", -1, float("nan"), 10**9, (1, -1), {}):
            widget = example(name)
            shown = repr(widget)
            said = ""
            try:
                setattr(widget, trait, given)
            except ValueError as error:
                said = str(error)
            assert not said or ("." in said and repr(widget) == shown), (trait, given)
            assert widget.text
            assert name == "broadcast_lens" or widget.output is not None  # shapes may not fit


@every
def test_shows_the_same_on_every_run(name: str) -> None:
    shown = [example(name)._repr_mimebundle_() for _ in range(2)]
    views = [data.pop(VIEW) for data, _ in shown]
    assert views[0] != views[1]
    assert shown[0] == shown[1]
    assert shown[0][0].keys() - {"image/png"} == {"text/plain", "text/html"}
    assert shown[0][0]["text/plain"] == repr(example(name))


@pictured
def test_the_picture_is_svg_and_has_words(name: str) -> None:
    widget = example(name)
    drawing = widget._picture()
    root = ET.fromstring(drawing.svg())
    assert root.findtext(f"{SVG}title") == widget.text
    assert [text.text for text in root.iter(f"{SVG}text")]
    assert re.search(r"[.?]$", widget.text)


@pictured
def test_what_is_printed_is_the_same_picture(name: str) -> None:
    widget = example(name)
    data, _ = widget._repr_mimebundle_()
    png = b64decode(data["image/png"])
    width, height = struct.unpack(">II", png[16:24])
    assert "\n" not in repr(widget)
    assert (width // 2, height // 2) == (widget._picture().width, widget._picture().height)
    assert len(png) < 100_000


def test_without_pillow_the_picture_is_svg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorlab.widgets.painting", None)
    data, _ = example("conv_window")._repr_mimebundle_()
    assert "image/png" not in data
    assert data["image/svg+xml"].startswith("<svg")


@every
def test_the_frame_holds_the_state_and_nothing_can_break_out_of_it(name: str) -> None:
    widget = example(name)
    data, _ = widget._repr_mimebundle_()
    (source,) = re.findall(r'srcdoc="([^"]*)"', data["text/html"])
    page = html.unescape(source)
    (state,) = re.findall(r'id="tensorlab-state">(.*?)</script>', page)
    assert json.loads(state) == json.loads(json.dumps(widget._state()))
    assert page.count("</script>") == 2
    assert 'sandbox="allow-scripts"' in data["text/html"]
    assert not re.search(r"(?:src|href)=[\"']?(?!data:)\w+:", data["text/html"])
