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
from typing import Any

import pytest
import write_fixtures

pytest.importorskip("anywidget")

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
