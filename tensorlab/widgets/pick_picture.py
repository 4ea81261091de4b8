"""PickLens's still picture: the tensors, what is left out, and arrows from results to sources."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.widgets import picks
from tensorlab.widgets.picture import (
    BLUE,
    CELL,
    CHANNEL,
    GAP,
    GREEN,
    GREY,
    INK,
    LETTER,
    ORANGE,
    PLAIN,
    SPACE,
    TOP,
    Box,
    Drawing,
    Line,
    Words,
    numbers_as_text,
)

if TYPE_CHECKING:
    from tensorlab.widgets.pick_lens import PickLens

# Okabe and Ito's, one for each tensor; and the same, pale.
FILLS = (BLUE, ORANGE, "#cc79a7", "#f0e442")
PALE = ("#dff1fb", "#fbeccc", "#f6e4ee", "#fcfad9")
# Beyond these, arrows are a tangle.
MOST_ARROWS = 16


@dataclass
class Panel:
    """A tensor in the picture, and the look of its cells, asked for by number."""

    title: str
    texts: np.ndarray[Any, np.dtype[np.object_]]
    fill: Callable[[int], str] = lambda at: PLAIN
    letter: Callable[[int], str] = lambda at: ""
    hatched: Callable[[int], bool] = lambda at: False
    marked: tuple[int, ...] = ()
    corners: dict[int, tuple[float, float]] = field(default_factory=dict)

    @property
    def planes(self) -> np.ndarray[Any, np.dtype[np.object_]]:
        """Three dimensions: planes, rows, columns."""
        shape = self.texts.shape
        rest = (1,) * (2 - len(shape)) + shape[-2:]
        return self.texts.reshape(math.prod(shape[:-2]), *rest)

    @property
    def cell(self) -> int:
        """How wide a cell is."""
        longest = max((len(text) for text in self.texts.ravel()), default=1)
        return max(CELL, LETTER * longest + 8)

    def draw(self, drawing: Drawing, left: float, top: float, width: int) -> tuple[float, float]:
        """Draw the cells, and give the right and the lower edge."""
        right, number = left, 0
        for plane in self.planes:
            for row in plane:
                x = left
                for text in row:
                    self._draw_cell(drawing, number, str(text), x, top, width)
                    x += width + GAP
                    number += 1
                right = max(right, x)
                top += CELL + GAP
            top += CHANNEL
        return right, top - CHANNEL

    def _draw_cell(
        self, drawing: Drawing, number: int, text: str, x: float, y: float, width: int
    ) -> None:
        self.corners[number] = (x, y)
        edge = INK if number in self.marked else ""
        hatched = self.hatched(number)
        drawing.add(
            Box(x, y, width, CELL, fill=self.fill(number), edge=edge, hatched=hatched),
            Words(x + width / 2, y + CELL / 2 + 4.5, text, middle=True),
        )
        if letter := self.letter(number):
            drawing.add(Words(x + 2, y + 9, letter, size=9, ink=GREY))


def drawn(lens: PickLens, place: tuple[int, ...] | None) -> Drawing:
    """The picture of a lens that looks at an output cell."""
    drawing = Drawing(lens.text)
    drawing.add(Words(8, 22, lens.code, size=14))
    panels, sources = _panels(lens, place)
    flat = all(panel.texts.ndim <= 1 for panel in panels)
    (_below if flat else _beside)(drawing, panels)
    if (
        flat
        and lens.op in ("mask", "argsort", "sort", *picks.LOOKED_UP)
        and len(sources) <= MOST_ARROWS
    ):
        results = 2 if lens.op in ("argsort", "sort") else 1
        _arrows(drawing, panels, sources, len(panels) - results)
    last = lens.text.split(". ")[-1]
    drawing.add(Words(8, drawing.height + 14, last, ink=GREY))
    return drawing


def _panels(lens: PickLens, place: tuple[int, ...] | None) -> tuple[list[Panel], list[int]]:
    """The tensors from left to right, the result last; and the sources of the result."""
    state = lens._values()
    places = picks.places(state)
    sources = [int(one) for one in places.numpy().ravel()]
    here = None if place is None else int(np.ravel_multi_index(place, tuple(places.shape)))
    names = picks.called(state)
    given = list(zip(names, lens.tensors, strict=True))
    if lens.op in picks.LOOKED_UP:
        names = names[:1]
    starts = np.cumsum([0, *(x.numel() for x in lens.tensors)], dtype=np.int64)
    several = len(names) > 1
    initials = [name[0] for name in names]
    if len(set(initials)) < len(names):
        initials = [str(k) for k in range(len(names))]

    def owner(number: int) -> int:
        return int(np.searchsorted(starts, number, side="right")) - 1

    panels = []
    if lens.op in ("mask", "where"):
        truth = lens.mask.numpy()
        panels.append(Panel(picks.mask_name(state), _texts(truth), _shades(truth)))
    if lens.op in picks.LOOKED_UP:
        name, index = given.pop()
        looking = () if here is None else (here,)
        panel = Panel(f"{name}, {_by(index.shape)}", _texts(index.numpy()), marked=looking)
        panel.fill = lambda n: ORANGE if n in looking else PLAIN
        panels.append(panel)
    used = set(sources)
    for k, (name, x) in enumerate(given):
        mine = here is not None and owner(sources[here]) == k
        at = (sources[here] - int(starts[k]),) if mine and here is not None else ()
        panel = Panel(f"{name}, {_by(x.shape)}", _texts(x.numpy()), marked=at)
        panel.fill = lambda n, k=k, at=at: FILLS[k] if n in at else PALE[k] if several else PLAIN  # type: ignore[misc]
        panel.hatched = lambda n, k=k: int(starts[k]) + n not in used  # type: ignore[misc]
        panels.append(panel)
    marked = _row(lens, here, places.shape)
    for name, values in _results(lens):
        panel = Panel(f"{name}, {_by(values.shape)}", _texts(values), marked=marked)
        panel.fill = lambda n: (
            GREEN if n in marked else PALE[owner(sources[n])] if several else PLAIN
        )
        panel.letter = lambda n: initials[owner(sources[n])] if several else ""
        panels.append(panel)
    return panels, sources


def _results(lens: PickLens) -> Iterator[tuple[str, Any]]:
    """What comes out, by name: y, and for a sort its other half."""
    state = lens._values()
    name = picks.result(state)
    if lens.op in ("argsort", "sort"):
        assert lens.values is not None
        assert lens.indices is not None
        first, second = lens.values.numpy(), lens.indices.numpy()
        if lens.op == "argsort":
            first, second = second, first
        yield name, first
        yield picks.beside(state), second
        return
    output = lens.output
    yield (
        name,
        np.stack([x.numpy() for x in output])
        if lens.as_tuple and isinstance(output, tuple)
        else output.numpy(),
    )


def _row(lens: PickLens, here: int | None, shape: Any) -> tuple[int, ...]:
    """The output cells that say one thing together: the coordinates of nonzero."""
    if here is None:
        return ()
    if lens.op != "nonzero":
        return (here,)
    rows, columns = shape
    if lens.as_tuple:
        return tuple(here % columns + axis * columns for axis in range(rows))
    return tuple(here // columns * columns + axis for axis in range(columns))


def _below(drawing: Drawing, panels: list[Panel]) -> None:
    """Rows of cells under each other, aligned, their names before them."""
    left = 8 + LETTER * max(len(panel.title) for panel in panels) + 16
    width = max(panel.cell for panel in panels)
    top = float(TOP - 12)
    for panel in panels:
        drawing.add(Words(8, top + CELL / 2 + 4.5, panel.title, ink=GREY))
        panel.draw(drawing, left, top, width)
        top += CELL + 30


def _beside(drawing: Drawing, panels: list[Panel]) -> None:
    x = 8.0
    for panel in panels:
        drawing.add(Words(x, TOP - 10, panel.title, ink=GREY))
        right, _ = panel.draw(drawing, x, TOP, panel.cell)
        x = max(right, x + LETTER * len(panel.title)) + SPACE


def _arrows(drawing: Drawing, panels: list[Panel], sources: list[int], before: int) -> None:
    """From each cell of the first result, with so many panels before it, up to its source."""
    above, result = panels[before - 1], panels[before]
    half = max(panel.cell for panel in panels) / 2
    for number, source in enumerate(sources):
        x1, y1 = result.corners[number]
        x2, y2 = above.corners[source]
        ink = INK if number in result.marked else GREY
        drawing.add(Line(x1 + half, y1 - 1, x2 + half, y2 + CELL + 1, ink=ink, arrow=True))


def _texts(values: Any) -> Any:
    if values.dtype == np.bool_:
        return np.where(values, "True", "False").astype(object)
    if not values.size:
        return values.astype(object)
    return np.asarray(numbers_as_text(values), object).reshape(values.shape)


def _shades(truth: Any) -> Callable[[int], str]:
    """Darker where it is true."""
    return lambda n: "#d4d4d4" if truth.ravel()[n] else PLAIN


def _by(shape: Any) -> str:
    return " × ".join(map(str, shape)) or "a number"
