"""Pictures of the student's own tensors: cells with their numbers, memory, arrows, curves, layers.

Every function returns a `Picture`. It shows itself in a notebook when it is a cell's last line, and
its words (`picture.words`) say the same to those who cannot see it. Pictures that are made of cells
stand beside each other in a `row`, below each other in a `column`, and are joined by `arrows`.

Tensors of tensorlab and of PyTorch are drawn alike; so are arrays, numbers and lists.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

# matplotlib is imported where it draws: a lesson starts without it, and can do without it.
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which colour-blind eyes tell apart, in the order of use.
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#0072B2")
# The second sign of a mark, for print and for eyes that see no colour: how its border is drawn.
STYLES = ("solid", "dashed", "dotted", "dashdot", "solid", "dashed", "dotted")
INK = "#1a1a1a"
GREY = "#767676"
PAPER = "#ffffff"
PLAIN = "#f4f4f4"
CELL = 0.46  # inches a cell
LARGEST = 400  # cells that are drawn; more is a grey smear


@dataclass
class Picture:
    """A drawing with its size in cells, what it says in words, and where its cells are."""

    width: float
    height: float
    words: str
    draw: Callable[[Axes, float, float], None]
    places: Mapping[tuple[int, ...], tuple[float, float]] = field(default_factory=dict)

    def png(self) -> bytes:
        """The picture as a PNG image. ImportError where matplotlib is not installed."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        margin = 0.15
        width, height = self.width + 2 * margin, self.height + 2 * margin
        figure = Figure(figsize=(width * CELL, height * CELL), dpi=100, facecolor=PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(-margin, self.width + margin), ylim=(self.height + margin, -margin))
        axes.axis("off")
        self.draw(axes, 0, 0)
        return _png(figure)

    def __repr__(self) -> str:
        return "Picture: " + self.words

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        try:
            image = self.png()
        except ModuleNotFoundError as error:
            told = f"{error.name} is not here to draw this, so here it is in words. {self.words}."
            return {"text/html": f"<p>{escape(told)}</p>", "text/plain": repr(self)}, {}
        return {"image/png": image, "text/plain": repr(self)}, {"image/png": {"alt": self.words}}


def cells(
    values: Any,
    title: str = "",
    *,
    mark: Any = None,
    window: Sequence[int] | None = None,
    source: Any = None,
    stretch: Sequence[int] | None = None,
    pad: int = 0,
    pad_value: Any = 0,
    shade: bool = False,
    index: bool = False,
    title_below: bool = False,
) -> Picture:
    """A tensor as cells with their numbers; three and four axes as planes, side by side.

    values   a tensor, an array, a list, or words
    mark     what is highlighted: an index (`np.s_[:, 0]`), a mask, or `{"a name": index, ...}`
    window   (top, left, height, width): a thick frame around it, in every plane
    source   for each cell the name of what it comes from: a colour and a letter each
    stretch  a shape to which broadcasting stretches it; cells that are not stored are dashed
    pad      cells around each plane that are not the tensor's own, holding `pad_value`
    shade    the larger the number, the darker the cell
    index    the positions along both axes
    title_below   the title stands below, out of the way of arrows that come from above
    """
    array = as_array(values)
    stored = array.shape
    if stretch is not None:
        array = np.broadcast_to(array, tuple(stretch))
    if array.size > LARGEST:
        raise ValueError(
            f"{array.size} cells are too many to read; draw a part, of {LARGEST} at most"
        )
    ghost = _ghosts(stored, array.shape)
    marks = _marks(mark, array.shape)
    names = None if source is None else np.broadcast_to(np.asarray(source, object), array.shape)
    looks = _Looks(array, ghost, marks, names, shade)
    planes = _planes(array.shape)
    rows, columns = _plane_size(array.shape)
    top = 0.75 if title and not title_below else 0.0
    bottom = 0.7 if title and title_below else 0.0
    legend = [*marks] if marks and "" not in marks else []
    label = 0.6 if len(planes) > 1 else 0.0
    side = 0.55 if index else 0.0
    head = 0.5 if index and array.ndim else 0.0
    lines = max((line for _, (line, _), _ in planes), default=0) + 1
    across = max((place for _, (_, place), _ in planes), default=0) + 1
    step_x, step_y = columns + 2 * pad + 0.6, rows + 2 * pad + label + head + 0.35
    width = side + across * step_x - 0.6
    height = top + lines * step_y - 0.35 + (0.6 if legend else 0) + bottom
    places: dict[tuple[int, ...], tuple[float, float]] = {}
    corners = []
    for lead, (line, place), name in planes:
        x0, y0 = side + place * step_x + pad, top + line * step_y + label + head + pad
        corners.append((lead, x0, y0, name))
        for r in range(rows):
            for c in range(columns):
                places[_position(lead, r, c, array.ndim)] = (x0 + c + 0.5, y0 + r + 0.5)
    needed = max(width, _text_width(title), sum(_text_width(n) + 1.2 for n in legend))

    def draw(axes: Axes, x: float, y: float) -> None:
        if title:
            line = height - 0.32 if title_below else 0.32
            _text(axes, x, y + line, title, ha="left", weight="bold")
        for lead, x0, y0, name in corners:
            if name and len(planes) > 1:
                _text(axes, x + x0 - pad, y + y0 - pad - head - 0.28, name, ha="left", colour=GREY)
            if index:
                for c in range(columns):
                    _text(axes, x + x0 + c + 0.5, y + y0 - 0.25, str(c), size=8, colour=GREY)
                for r in range(rows if array.ndim > 1 else 0):
                    _text(axes, x + x0 - 0.3, y + y0 + r + 0.5, str(r), size=8, colour=GREY)
            for r in range(-pad, rows + pad):
                for c in range(-pad, columns + pad):
                    if 0 <= r < rows and 0 <= c < columns:
                        looks.draw(axes, x + x0 + c, y + y0 + r, _position(lead, r, c, array.ndim))
                    else:
                        _cell(axes, x + x0 + c, y + y0 + r, number(pad_value), ghost=True)
            for r in range(rows):  # borders of marks above their neighbours
                for c in range(columns):
                    looks.border(axes, x + x0 + c, y + y0 + r, _position(lead, r, c, array.ndim))
            if window is not None:
                t, left, high, wide = window
                _frame(axes, x + x0 + left, y + y0 + t, wide, high)
        _legend(axes, x + side, y + height - bottom - 0.3, legend)

    words = _in_words(title, array, stored, marks, names, window)
    return Picture(needed, height, words, draw, places)


def row(*parts: Any, gap: float = 0.5) -> Picture:
    """Pictures beside each other; a string between them is a sign: `row(a, "+", b, "=", c)`."""
    return _together(parts, across=True, gap=gap)


def column(*parts: Any, gap: float = 0.4) -> Picture:
    """Pictures below each other; a string is a line of words."""
    return _together(parts, across=False, gap=gap)


def arrows(
    start: Picture,
    end: Picture,
    links: Iterable[tuple[Any, Any]],
    *,
    below: bool = True,
    gap: float = 1.1,
) -> Picture:
    """Two pictures of cells, and an arrow for each pair (cell of `start`, cell of `end`).

    A cell is given by its index: `2`, or `(0, 1)`. `below=False` puts `end` at the right.
    """
    pairs = [(_index(a), _index(b)) for a, b in links]
    both = column(start, end, gap=gap) if below else row(start, end, gap=gap + 0.8)
    dx, dy = (0.0, start.height + gap) if below else (start.width + gap + 0.8, 0.0)
    sy, ey = _middle(start, end, below)

    def draw(axes: Axes, x: float, y: float) -> None:
        from matplotlib.patches import FancyArrowPatch

        both.draw(axes, x, y)
        for number_, (a, b) in enumerate(pairs):
            (xa, ya), (xb, yb) = start.places[a], end.places[b]
            if below:
                tail, tip = (xa, ya + 0.5), (xb + dx, yb - 0.5 + dy)
            else:
                tail, tip = (xa + 0.5, ya + sy), (xb - 0.5 + dx, yb + ey)
            colour, style = _sign(number_)
            axes.add_patch(
                FancyArrowPatch(
                    (x + tail[0], y + tail[1]),
                    (x + tip[0], y + tip[1]),
                    arrowstyle="-|>",
                    mutation_scale=11,
                    linewidth=1.6,
                    linestyle=style,
                    color=_darker(colour),
                    shrinkA=1,
                    shrinkB=1,
                )
            )

    said = "; ".join(f"{_say(a)} to {_say(b)}" for a, b in pairs)
    return Picture(both.width, both.height, f"{both.words}. Arrows: {said}", draw, {})


def memory(base: Any, view: Any = None, title: str = "", *, by_bytes: bool = False) -> Picture:
    """The numbers as they lie in memory, in one strip, and which of them a view reads.

    `view` is a tensor over the same memory: the cells that it reads are marked, in its order, and
    its shape, stride and offset stand below. `by_bytes` draws a cell as wide as its bytes.
    """
    array = as_array(base)
    flat = array.reshape(-1)
    if flat.size > 48:
        raise ValueError(f"{flat.size} numbers are too long a strip; draw 48 at most")
    wide = max(array.dtype.itemsize / 4, 0.3) if by_bytes else 1.0
    seen = view if view is not None else (base if hasattr(base, "stride") else None)
    order: dict[int, list[int]] = {}
    if view is not None:
        begin = view.storage_offset() - base.storage_offset()
        for turn, position in enumerate(np.ndindex(*view.shape)):
            steps = zip(position, view.stride(), strict=True)
            order.setdefault(begin + sum(i * s for i, s in steps), []).append(turn)
    facts = ""
    if seen is not None:
        facts = f"shape {tuple(seen.shape)}   stride {tuple(seen.stride())}"
        facts += f"   offset {seen.storage_offset()}"
    if by_bytes:
        size = array.dtype.itemsize
        facts += f"   {size} byte{'s' * (size > 1)} each"
    top = 0.75 if title else 0.0
    height = top + 1.45 + (0.75 if view is not None else 0) + (0.6 if facts else 0)
    beside = 0.25 + _text_width("place in memory", 8) if view is not None else 0
    width = max(flat.size * wide + beside, _text_width(title), _text_width(facts, 9))
    places: dict[tuple[int, ...], tuple[float, float]] = {
        (i,): ((i + 0.5) * wide, top + 0.5) for i in range(flat.size)
    }

    def draw(axes: Axes, x: float, y: float) -> None:
        if title:
            _text(axes, x, y + 0.32, title, ha="left", weight="bold")
        for i, value in enumerate(flat):
            colour = COLOURS[0] if i in order else PLAIN
            left = x + i * wide
            _cell(axes, left, y + top, number(value), colour=colour, wide=wide)
            below = y + top + 1.25
            if i in order:
                _frame(axes, left, y + top, wide, 1, width=2)
                turns = ",".join(map(str, order[i]))
                _text(axes, left + wide / 2, below, turns, size=9, weight="bold")
            if wide >= 0.6:
                place = below + (0.55 if view is not None else 0)
                _text(axes, left + wide / 2, place, str(i), size=8, colour=GREY)
        if view is not None:
            right = x + flat.size * wide + 0.25
            _text(axes, right, y + top + 1.25, "its turn", ha="left", size=9, weight="bold")
            _text(axes, right, y + top + 1.8, "place in memory", ha="left", size=8, colour=GREY)
        _text(axes, x, y + height - 0.28, facts, ha="left", size=9)

    said = f"{title + ': ' if title else ''}memory holds {_list(flat)}"
    if order:
        reads = sorted((turn, place) for place, turns in order.items() for turn in turns)
        said += "; the view reads places " + ", ".join(str(place) for _, place in reads)
    return Picture(width, height, said + (f"; {facts}" if facts else ""), draw, places)


def curves(x: Any, points: Any = None, /, **functions: Any) -> Picture:
    """Curves over `x`: `curves(x, cos=torch.cos(x), sin=torch.sin(x))`.

    `points` are values of x at which each curve gets a dot and its value (the nearest of x is
    taken). Each curve has a colour, a line style and its name at its end.
    """
    across = as_array(x).astype(float)
    lines = {name: as_array(y).astype(float) for name, y in functions.items()}
    at = [] if points is None else [int(np.abs(across - p).argmin()) for p in as_array(points)]

    def draw(axes: Axes, left: float, top: float) -> None:
        corners = [(left + 1.2, top + 7.3), (left + 12.0, top + 0.1)]
        to_figure = axes.transData + axes.figure.transFigure.inverted()
        (x0, y0), (x1, y1) = to_figure.transform(corners)
        inset = axes.figure.add_axes((x0, y0, x1 - x0, y1 - y0))
        inset.axhline(0, color=GREY, linewidth=0.8)
        for turn, (name, y) in enumerate(lines.items()):
            colour, style = _sign(turn)
            inset.plot(across, y, color=_darker(colour), linestyle=style, linewidth=2, label=name)
            for i in at:
                inset.plot(across[i], y[i], "o", color=_darker(colour), markersize=5)
                note = f"({_near(across[i])}, {_near(y[i])})"
                inset.annotate(
                    note, (across[i], y[i]), (4, 5), textcoords="offset points", fontsize=8
                )
        inset.legend(frameon=False, fontsize=9)
        inset.tick_params(labelsize=8)
        inset.spines[["top", "right"]].set_visible(False)

    said = []
    for name, y in lines.items():
        values = [f"{_near(y[i])} at {_near(across[i])}" for i in at]
        ends = f"from {_near(y[0])} at {_near(across[0])} to {_near(y[-1])} at {_near(across[-1])}"
        said.append(f"{name} {ends}" + (f", passing {', '.join(values)}" if values else ""))
    return Picture(12.3, 8.0, "curves: " + "; ".join(said), draw, {})


def pipeline(x: Any, *layers: Any) -> Picture:
    """`x` on its way through layers: a box for each, and the shape between them."""
    stages = [("x", tuple(x.shape))]
    for layer in layers:
        x = layer(x)
        stages.append((_layer_name(layer), tuple(x.shape)))
    names = [name for name, _ in stages[1:]]
    shapes = [_shape_text(shape) for _, shape in stages]
    widths = [max(_text_width(name) + 0.6, 2.0) for name in names]
    between = [max(_text_width(shape, 9) + 0.4, 1.6) for shape in shapes]
    width = sum(widths) + sum(between)

    def draw(axes: Axes, left: float, top: float) -> None:
        from matplotlib.patches import Rectangle

        for turn, gap in enumerate(between):
            _text(axes, left + gap / 2, top + 0.45, shapes[turn], size=9)
            _arrow(axes, (left + 0.15, top + 0.9), (left + gap - 0.1, top + 0.9), INK)
            left += gap
            if turn < len(names):
                box = Rectangle((left, top + 0.35), widths[turn], 1.1, facecolor="#dcecf7")
                box.set(edgecolor=INK, linewidth=1.2)
                axes.add_patch(box)
                _text(axes, left + widths[turn] / 2, top + 0.9, names[turn])
                left += widths[turn]

    said = f"x of shape {stages[0][1]}"
    for name, shape in stages[1:]:
        said += f", through {name}: shape {shape}"
    return Picture(width, 1.8, said, draw, {})


def images(batch: Any, titles: Iterable[Any] = (), *, across: int = 10) -> Picture:
    """Grey images beside each other, of shape (images, 1, height, width), with a title under each.

    0 is drawn white, as paper, and 1 black, as ink.
    """
    shown = as_array(batch).astype(float)
    if shown.ndim != 4 or shown.shape[1] != 1:
        raise ValueError(f"images takes a shape (images, 1, height, width), not {shown.shape}")
    names = [str(title) for title in titles]
    side, step = 1.7, 1.9 + 0.7 * bool(names)
    rows = -(-len(shown) // across)

    def draw(axes: Axes, left: float, top: float) -> None:
        for at, image in enumerate(shown[:, 0]):
            x, y = left + 1.9 * (at % across), top + step * (at // across)
            axes.imshow(image, cmap="Greys", vmin=0, vmax=1, extent=(x, x + side, y + side, y))
            if at < len(names):
                _text(axes, x + side / 2, y + side + 0.35, names[at])
        axes.set(xlim=(left - 0.15, left + width + 0.15), ylim=(top + height + 0.15, top - 0.15))

    width, height = 1.9 * min(len(shown), across) - 0.2, step * rows - 0.2
    said = f"{len(shown)} images of {shown.shape[2]} × {shown.shape[3]}"
    return Picture(width, height, said + (f": {', '.join(names)}" if names else ""), draw, {})


def tree(model: Any, name: str = "model") -> Picture:
    """A module and what is in it, as a tree: names, classes, and the shapes of their parameters."""
    lines = list(_branches(model, name, 0))
    texts = [f"{label}: {kind}" for _, label, kind, _ in lines]
    notes = [note for *_, note in lines]
    indent = 1.1
    starts = [depth * indent for depth, *_ in lines]
    ends = [start + _text_width(text) + 0.7 for start, text in zip(starts, texts, strict=True)]
    aside = max(ends) + 0.3
    width = aside + max((_text_width(note, 9) for note in notes), default=0)

    def draw(axes: Axes, left: float, top: float) -> None:
        from matplotlib.patches import Rectangle

        for turn, (depth, *_) in enumerate(lines):
            y = top + turn * 0.95 + 0.45
            if depth:
                parent = max(i for i in range(turn) if lines[i][0] == depth - 1)
                x = left + (depth - 1) * indent + 0.4
                axes.plot([x, x], [top + parent * 0.95 + 0.8, y], color=GREY, linewidth=1)
                axes.plot([x, left + depth * indent], [y, y], color=GREY, linewidth=1)
            has_own = bool(notes[turn])
            box = Rectangle((left + starts[turn], y - 0.35), ends[turn] - starts[turn], 0.7)
            box.set(facecolor=COLOURS[1] if has_own else PLAIN, edgecolor=INK, linewidth=1)
            axes.add_patch(box)
            _text(axes, left + starts[turn] + 0.3, y, texts[turn], ha="left")
            _text(axes, left + aside, y, notes[turn], ha="left", size=9)

    said = "; ".join(
        f"{'level ' + str(depth) + ', ' if depth else ''}{text}{' with ' + note if note else ''}"
        for (depth, *_), text, note in zip(lines, texts, notes, strict=True)
    )
    return Picture(width, len(lines) * 0.95 + 0.1, "tree: " + said, draw, {})


def as_array(values: Any) -> Any:
    """The numbers of a tensor, of any library, or of whatever numpy makes an array of."""
    if hasattr(values, "detach"):
        return np.asarray(values.detach().numpy())
    array = np.asarray(values)
    return np.asarray(values, dtype=object) if array.dtype.kind in "US" else array


def number(value: Any) -> str:
    """A number as short as it can be read: `1.`, `0.25`, `-inf`, `True`."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, str):
        return value
    text = str(value)
    if isinstance(value, (float, np.floating)) and math.isfinite(value):
        plain = float(value)
        text = f"{plain:.0f}." if plain.is_integer() and abs(plain) < 1e5 else f"{plain:.3g}"
    return text.replace("-", "−")


def _near(value: float) -> str:
    """A value as one reads it off a curve: what is rounding alone is 0."""
    return f"{value:.3g}" if abs(value) > 1e-6 else "0"


class _Looks:
    """From a cell's index to its look."""

    def __init__(self, array: Any, ghost: Any, marks: Any, names: Any, shade: bool) -> None:
        self.array, self.ghost, self.marks, self.names = array, ghost, marks, names
        order = [] if names is None else list(dict.fromkeys(names.reshape(-1).tolist()))
        self.colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(order)}
        self.shades = None
        if shade and array.dtype.kind in "biuf" and array.size:
            finite = np.where(np.isfinite(array.astype(float)), array.astype(float), np.nan)
            low, high = np.nanmin(finite), np.nanmax(finite)
            self.shades = (finite - low) / ((high - low) or 1)

    def draw(self, axes: Axes, x: float, y: float, at: tuple[int, ...]) -> None:
        colour = PLAIN
        if self.shades is not None and not np.isnan(self.shades[at]):
            colour = _between("#f7fbff", "#08306b", float(self.shades[at]))
        corner = ""
        if self.names is not None:
            corner = str(self.names[at])
            colour = self.colours[self.names[at]]
        for turn, hit in enumerate(self.marks.values()):
            if hit[at] and self.names is None and self.shades is None:
                colour = COLOURS[turn % len(COLOURS)]
        ghost = bool(self.ghost[at])
        _cell(axes, x, y, number(self.array[at]), colour=colour, ghost=ghost, corner=corner)

    def border(self, axes: Axes, x: float, y: float, at: tuple[int, ...]) -> None:
        inset = 0.05
        for turn, hit in enumerate(self.marks.values()):
            if hit[at]:
                style = STYLES[turn % len(STYLES)]
                _frame(axes, x + inset, y + inset, 1 - 2 * inset, 1 - 2 * inset, style, 2)
                inset += 0.1  # a second mark of the same cell stands inside the first


def _cell(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    colour: str = PLAIN,
    ghost: bool = False,
    corner: str = "",
    wide: float = 1.0,
) -> None:
    from matplotlib.patches import Rectangle

    box = Rectangle((x, y), wide, 1, linewidth=0.8)
    if ghost:
        box.set(
            facecolor=PAPER if colour == PLAIN else colour, edgecolor=GREY, linestyle=(0, (2, 2))
        )
    else:
        box.set(facecolor=colour, edgecolor="#5a5a5a")
    axes.add_patch(box)
    size = min(11.0, 11.0 * 3.6 * wide / max(len(text), 1))
    ink = GREY if ghost and colour == PLAIN else _ink_on(colour)
    style = "italic" if ghost else "normal"
    _text(
        axes, x + wide / 2, y + (0.56 if corner else 0.5), text, size=size, colour=ink, style=style
    )
    if corner:
        _text(axes, x + 0.07, y + 0.17, corner, size=7, colour=ink, ha="left")


def _text(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = 10,
    colour: str = INK,
    ha: str = "center",
    weight: str = "normal",
    style: str = "normal",
) -> None:
    if text:
        look: dict[str, Any] = {"fontsize": size, "color": colour, "weight": weight, "style": style}
        axes.text(x, y, text, ha=ha, va="center", family="DejaVu Sans", parse_math=False, **look)


def _frame(
    axes: Axes, x: float, y: float, wide: float, high: float, style: str = "solid", width: float = 3
) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((x, y), wide, high, fill=False, edgecolor=INK, linewidth=width, linestyle=style)
    )


def _arrow(axes: Axes, tail: tuple[float, float], tip: tuple[float, float], colour: str) -> None:
    from matplotlib.patches import FancyArrowPatch

    arrow = FancyArrowPatch(tail, tip, arrowstyle="-|>", mutation_scale=10, color=colour)
    arrow.set(linewidth=1.3)
    axes.add_patch(arrow)


def _legend(axes: Axes, x: float, y: float, names: Sequence[str]) -> None:
    from matplotlib.patches import Rectangle

    for turn, name in enumerate(names):
        colour, style = _sign(turn)
        box = Rectangle((x, y - 0.2), 0.5, 0.4, facecolor=colour, edgecolor=INK)
        box.set(linestyle=style, linewidth=1.6)
        axes.add_patch(box)
        _text(axes, x + 0.65, y, name, ha="left", size=9)
        x += _text_width(name, 9) + 1.2


def _together(parts: Sequence[Any], across: bool, gap: float) -> Picture:
    pictures = [_words(part) if isinstance(part, str) else part for part in parts]
    along = [picture.width if across else picture.height for picture in pictures]
    size = sum(along) + gap * (len(pictures) - 1)
    other = max(picture.height if across else picture.width for picture in pictures)
    starts = [sum(along[:i]) + gap * i for i in range(len(pictures))]
    offsets = []
    places: dict[tuple[int, ...], tuple[float, float]] = {}
    for number_, (picture, start) in enumerate(zip(pictures, starts, strict=True)):
        offset = (start, (other - picture.height) / 2) if across else (0.0, start)
        offsets.append(offset)
        for position, (x, y) in picture.places.items():
            places[(number_, *position)] = (x + offset[0], y + offset[1])

    def draw(axes: Axes, x: float, y: float) -> None:
        for picture, (dx, dy) in zip(pictures, offsets, strict=True):
            picture.draw(axes, x + dx, y + dy)

    words = " ".join(picture.words if picture.words else "" for picture in pictures).strip()
    if not any(isinstance(part, str) for part in parts):
        words = "; ".join(picture.words for picture in pictures)
    width, height = (size, other) if across else (other, size)
    return Picture(width, height, words, draw, places)


def _words(text: str) -> Picture:
    def draw(axes: Axes, x: float, y: float) -> None:
        size = 15 if len(text) <= 2 else 10
        _text(
            axes,
            x + width / 2 if size == 15 else x,
            y + 0.4,
            text,
            size=size,
            ha="center" if size == 15 else "left",
        )

    width = 0.6 if len(text) <= 2 else _text_width(text)
    return Picture(width, 0.8, text, draw, {})


def _middle(start: Picture, end: Picture, below: bool) -> tuple[float, float]:
    high = max(start.height, end.height)
    return (0.0, 0.0) if below else ((high - start.height) / 2, (high - end.height) / 2)


def _index(position: Any) -> tuple[int, ...]:
    if isinstance(position, (tuple, list)):
        return tuple(int(i) for i in position)
    return (int(position),)


def _say(position: tuple[int, ...]) -> str:
    return str(position[0]) if len(position) == 1 else str(position)


def _ghosts(stored: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """True for the cells that broadcasting shows and memory does not hold."""
    ghost = np.zeros(shape, dtype=bool)
    lead = len(shape) - len(stored)
    for axis, size in enumerate(shape):
        held = stored[axis - lead] if axis >= lead else 1
        if held < size:
            ghost[(slice(None),) * axis + (slice(1, None),)] = True
    return ghost


def _marks(mark: Any, shape: tuple[int, ...]) -> dict[str, Any]:
    """For each mark, which cells it covers."""
    if mark is None:
        return {}
    named = mark if isinstance(mark, Mapping) else {"": mark}
    found = {}
    for name, index in named.items():
        hit = np.zeros(shape, dtype=bool)
        hit[_plain(index)] = True
        found[str(name)] = hit
    return found


def _plain(index: Any) -> Any:
    if isinstance(index, tuple):
        return tuple(_plain(part) for part in index)
    return as_array(index) if hasattr(index, "detach") else index


def _planes(shape: tuple[int, ...]) -> list[tuple[tuple[int, ...], tuple[int, int], str]]:
    """The planes of the last two axes: leading index, (line, place) of drawing, name."""
    if len(shape) <= 2:
        return [((), (0, 0), "")]
    if len(shape) == 3:
        return [((i,), (0, i), f"[{i}]") for i in range(shape[0])]
    if len(shape) == 4:
        both = np.ndindex(shape[0], shape[1])
        return [((i, j), (i, j), f"[{i}, {j}]") for i, j in both]
    raise ValueError(f"{len(shape)} axes cannot be drawn; index some of them away, down to four")


def _plane_size(shape: tuple[int, ...]) -> tuple[int, int]:
    if not shape:
        return 1, 1
    return (1, shape[0]) if len(shape) == 1 else (shape[-2], shape[-1])


def _position(lead: tuple[int, ...], r: int, c: int, ndim: int) -> tuple[int, ...]:
    return () if ndim == 0 else (c,) if ndim == 1 else (*lead, r, c)


def _in_words(
    title: str, array: Any, stored: tuple[int, ...], marks: Any, names: Any, window: Any
) -> str:
    said = f"{title + ', ' if title else ''}shape {tuple(array.shape)}: {_list(array)}"
    if stored != array.shape:
        said += f", stretched from shape {tuple(stored)}"
    for name, hit in marks.items():
        said += f", marked{' ' + name if name else ''}: {_list(array[hit])}"
    if names is not None:
        said += f", coming from {_list(names)}"
    if window is not None:
        top, left, high, wide = window
        said += f", a window of {high} by {wide} at row {top}, column {left}"
    return said


def _list(array: Any) -> str:
    def say(part: Any) -> str:
        if isinstance(part, list):
            return "[" + ", ".join(map(say, part)) + "]"
        return number(part).replace("−", "-")

    return say(array.tolist() if array.dtype.kind != "f" else array.astype(float).tolist())


def _layer_name(layer: Any) -> str:
    kind = type(layer).__name__
    if kind in ("function", "builtin_function_or_method", "method"):
        return str(layer.__name__)
    inside = repr(layer).partition("(")[2].split(",")
    shown = ", ".join(part.strip().rstrip(")") for part in inside[:2] if part.strip().isdigit())
    return f"{kind}({shown})" if shown else kind


def _shape_text(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) if shape else "one number"


def _branches(module: Any, name: str, depth: int) -> Iterable[tuple[int, str, str, str]]:
    own = {n: p for n, p in module.named_parameters() if "." not in n}
    notes = "  ".join(f"{n} {_shape_text(tuple(p.shape))}" for n, p in own.items())
    yield depth, name, type(module).__name__, notes
    for child, part in module.named_children():
        yield from _branches(part, child, depth + 1)


def _sign(turn: int) -> tuple[str, str]:
    return COLOURS[turn % len(COLOURS)], STYLES[turn % len(STYLES)]


def _luminance(colour: str) -> float:
    """How bright a colour is to the eye, from 0 to 1 (WCAG 2)."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ink_on(colour: str) -> str:
    """Black or white, whichever is the easier to read on the colour."""
    return "#000000" if _luminance(colour) > 0.179 else "#ffffff"  # where the contrasts are equal


def _rgb(colour: str) -> tuple[float, ...]:
    """Red, green and blue of "#rrggbb", from 0 to 1."""
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def _darker(colour: str) -> str:
    """The colour, dark enough for a thin line on white."""
    red, green, blue = _rgb(colour)
    share = min(1.0, 0.28 / max(_luminance(colour), 1e-6)) ** 0.5
    return "#" + "".join(f"{round(part * share * 255):02x}" for part in (red, green, blue))


def _between(low: str, high: str, share: float) -> str:
    mixed = [(1 - share) * a + share * b for a, b in zip(_rgb(low), _rgb(high), strict=True)]
    return "#" + "".join(f"{round(part * 255):02x}" for part in mixed)


def _text_width(text: str, size: float = 10) -> float:
    """About how many cells wide a text is."""
    return len(text) * size * 0.62 / 72 / CELL


def _png(figure: Figure) -> bytes:
    """The figure as a small PNG: these drawings have few colours."""
    from PIL import Image

    raw = io.BytesIO()
    figure.savefig(raw, format="png")
    image = Image.open(raw).convert("RGB").quantize(48, dither=Image.Dither.NONE)
    small = io.BytesIO()
    image.save(small, format="png", optimize=True)
    return small.getvalue()
