"""Paints a drawing dot by dot, as PNG, with Pillow; the SVG of the same is in picture.py."""

from __future__ import annotations

import importlib.util
import io
from functools import cache
from pathlib import Path
from typing import Any

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

from tensorlab.widgets.picture import GREY, Box, Drawing, Line, Words

# Dots a pixel: sharp on paper.
SCALE = 2


def png(drawing: Drawing) -> bytes:
    """The picture as PNG, two dots a pixel."""
    image = PIL.Image.new("RGB", (drawing.width * SCALE, drawing.height * SCALE), "#fff")
    brush = PIL.ImageDraw.Draw(image)
    for part in drawing.parts:
        if isinstance(part, Box):
            _box(brush, part)
        elif isinstance(part, Line):
            _line(brush, part)
        else:
            _words(brush, part)
    file = io.BytesIO()
    # Few colours: a fourth of the bytes, and they stand in every saved notebook.
    image.quantize(32, method=PIL.Image.Quantize.FASTOCTREE).save(file, "png", optimize=True)
    return file.getvalue()


def _box(brush: Any, box: Box) -> None:
    left, top = box.x * SCALE, box.y * SCALE
    right, bottom = left + box.width * SCALE - 1, top + box.height * SCALE - 1
    brush.rounded_rectangle((left, top, right, bottom), 2 * SCALE, fill=box.fill)
    if box.hatched:
        _hatch(brush, left, top, right, bottom)
    if not box.edge:
        return
    if not box.dashed:
        frame = (left, top, right, bottom)
        brush.rounded_rectangle(frame, 2 * SCALE, outline=box.edge, width=2 * SCALE)
        return
    for x1, y1, x2, y2 in (
        (left, top, right, top),
        (left, bottom, right, bottom),
        (left, top, left, bottom),
        (right, top, right, bottom),
    ):
        _dashes(brush, x1, y1, x2, y2, box.edge, SCALE)


def _hatch(brush: Any, left: float, top: float, right: float, bottom: float) -> None:
    """Lines that rise to the right, cut off at the box."""
    width, height = right - left, bottom - top
    for shift in range(6 * SCALE, int(width + height), 6 * SCALE):
        low, high = max(0, shift - height), min(shift, width)
        brush.line((left + low, top + shift - low, left + high, top + shift - high), GREY, 1)


def _line(brush: Any, line: Line) -> None:
    ends = (line.x1 * SCALE, line.y1 * SCALE, line.x2 * SCALE, line.y2 * SCALE)
    width = round(1.5 * SCALE)
    if line.dashed:
        _dashes(brush, *ends, line.ink, width)
    else:
        brush.line(ends, line.ink, width)
    if line.arrow:
        _head(brush, *ends, line.ink)


def _head(brush: Any, x1: float, y1: float, x2: float, y2: float, ink: str) -> None:
    length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1e-9)
    along, across = (x2 - x1) / length, (y2 - y1) / length
    back, aside = 8 * SCALE, 4 * SCALE
    x, y = x2 - along * back, y2 - across * back
    wing = (across * aside, along * aside)
    brush.polygon([(x2, y2), (x - wing[0], y + wing[1]), (x + wing[0], y - wing[1])], fill=ink)


def _dashes(brush: Any, x1: float, y1: float, x2: float, y2: float, ink: str, width: int) -> None:
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    dash, step = 3 * SCALE, 5 * SCALE
    for start in range(0, max(int(length), 1), step):
        a, b = start / max(length, 1), min(start + dash, length) / max(length, 1)
        brush.line(
            (x1 + (x2 - x1) * a, y1 + (y2 - y1) * a, x1 + (x2 - x1) * b, y1 + (y2 - y1) * b),
            ink,
            width,
        )


def _words(brush: Any, words: Words) -> None:
    place = (words.x * SCALE, words.y * SCALE)
    anchor = "ms" if words.middle else "ls"
    brush.text(place, words.text, words.ink, _font(words.size, words.bold), anchor)


@cache
def _font(size: int, bold: bool) -> Any:
    """The letters of the SVG where matplotlib has brought them, else Pillow's own."""
    found = importlib.util.find_spec("matplotlib")
    for folder in (found and found.submodule_search_locations) or ():
        name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
        file = Path(folder, "mpl-data", "fonts", "ttf", name)
        if file.is_file():
            return PIL.ImageFont.truetype(str(file), size * SCALE)
    return PIL.ImageFont.load_default(size * SCALE)
