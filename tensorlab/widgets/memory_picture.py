"""The still picture of a MemoryStrip: its memories as strips, its views as planes below them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorlab.widgets.layouts import DTYPES, Family, elements, kind
from tensorlab.widgets.picture import (
    BLUE,
    CELL,
    GAP,
    GREEN,
    GREY,
    INK,
    LETTER,
    ORANGE,
    PLAIN,
    SPACE,
    Box,
    Drawing,
    Words,
    numbers_as_text,
)

# A byte is so wide, and so many stand in a line.
BYTE, LINE = 20, 32
FILLS = (BLUE, ORANGE, GREEN)
WIDEST = 900
# On paper, so many cells of a memory or a view, in so many columns, say enough.
MOST, COLUMNS = 64, 24


def draw(
    memory: Sequence[dict[str, Any]],
    layouts: Sequence[dict[str, Any]],
    cell: tuple[int, int],
    title: str,
    words: str,
) -> Drawing:
    """Strips, then views; the cell is marked in all of them."""
    drawing = Drawing(words)
    drawing.add(Words(8, 22, title, size=14))
    top = 50.0
    for place, one in enumerate(memory):
        names = [layout["name"] for layout in layouts if layout["memory"] == place]
        top = _strip(drawing, one, place, names[0], cell, top) + 26
    left, lowest = 8.0, top
    family = Family.read(memory, layouts)
    for layout in layouts:
        plane = _View(layouts, layout, family.tensors[layout["name"]].numpy(), memory, cell)
        if left > 8 and left + plane.width > WIDEST:
            left, top = 8.0, lowest + 26
        plane.draw(drawing, left, top)
        left += plane.width + SPACE
        lowest = max(lowest, top + plane.height)
    return drawing


def _strip(
    drawing: Drawing, one: dict[str, Any], place: int, name: str, cell: tuple[int, int], top: float
) -> float:
    """A memory as lines of cells, as wide as they have bytes; gives where it ends."""
    dtype = DTYPES[one["dtype"]]
    values, size = one["values"], dtype.itemsize
    count = f"{len(values)} × {size} byte{'s' if size > 1 else ''} = {len(values) * size}"
    drawing.add(Words(8, top, f"memory of {name}, {dtype.name}: {count}", ink=GREY))
    texts = numbers_as_text(np.array(values[:MOST], np.float64))
    line = LINE // size
    for offset, text in enumerate(texts):
        row, column = divmod(offset, line)
        x, y = 8 + column * size * BYTE, top + 24 + row * (CELL + 22)
        here = cell == (place, offset)
        drawing.add(
            Words(x + 2, y - 4, str(offset), size=10, ink=GREY),
            Box(
                x,
                y,
                size * BYTE - GAP,
                CELL,
                fill=FILLS[place % 3] if here else PLAIN,
                edge=INK if here else "",
            ),
            Words(
                x + size * BYTE / 2 - 1,
                y + CELL / 2 + 4,
                text,
                size=13 if len(text) * LETTER < size * BYTE else 9,
                middle=True,
            ),
        )
    if len(values) > MOST:
        drawing.add(
            Words(8 + LINE * BYTE + 8, top + 24 + (MOST // line - 1) * (CELL + 22) + 20, "…")
        )
    return top + 24 + math.ceil(len(texts) / line) * (CELL + 22)


class _View:
    """A layout as planes of its last two dimensions, with its strides."""

    def __init__(
        self,
        layouts: Sequence[dict[str, Any]],
        layout: dict[str, Any],
        values: Any,
        memory: Sequence[dict[str, Any]],
        cell: tuple[int, int],
    ) -> None:
        self.layout = layout
        rows, columns = (1, 1, *layout["size"])[-2:]
        texts = numbers_as_text(values)
        if memory[layout["memory"]]["dtype"] == "bool":
            texts = np.where(values, "True", "False").astype(object)
        # Where each element stands, and as much of it as is drawn.
        places = np.arange(values.size, dtype=np.int64).reshape(-1, rows, columns)
        planes = max(1, MOST // (rows * columns))
        self.places = places[:planes, : max(1, MOST // columns), :COLUMNS]
        self.texts = texts.reshape(-1)
        self.planes, self.rows, self.columns = self.places.shape
        self.more = "…" if self.places.size < values.size else ""
        self.cell = max(CELL, LETTER * max(map(len, self.texts)) + 8)
        name = layout["name"]
        self.title = name if name == "x" else f"{name}  {kind(layouts, layout)}"
        self.facts = f"stride {tuple(layout['stride'])}, offset {layout['offset']}"
        body = self.columns * (self.cell + GAP)
        self.width = max(body, LETTER * len(self.title), LETTER * len(self.facts) * 11 / 13)
        self.height = 40 + self.planes * (self.rows * (CELL + GAP) + 10)
        self.fill = FILLS[layout["memory"] % 3]
        here = elements(layout, cell[1]) if layout["memory"] == cell[0] else []
        self.here = {
            int(np.ravel_multi_index(index, layout["size"])) if index else 0 for index in here
        }

    def draw(self, drawing: Drawing, left: float, top: float) -> None:
        drawing.add(
            Words(left, top, self.title, bold=True),
            Words(left, top + 18, self.facts, size=11, ink=GREY),
        )
        for (c, i, j), place in np.ndenumerate(self.places):
            x = left + j * (self.cell + GAP)
            y = top + 28 + c * (self.rows * (CELL + GAP) + 10) + i * (CELL + GAP)
            fill, edge = (self.fill, INK) if place in self.here else (PLAIN, "")
            drawing.add(
                Box(x, y, self.cell, CELL, fill=fill, edge=edge),
                Words(x + self.cell / 2, y + CELL / 2 + 4.5, self.texts[place], middle=True),
            )
        if self.more:
            drawing.add(Words(left, top + self.height, self.more))
