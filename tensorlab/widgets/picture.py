"""A still picture, as SVG and as PNG: for print, and where no script may run."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from tensorlab.tensor import Tensor

CELL, GAP, CHANNEL, CAPTION, SPACE, TOP = 30, 2, 12, 20, 40, 56
INK, GREY, PLAIN = "#1f1f1f", "#5f5f5f", "#f2f2f2"
# Okabe and Ito's: what goes in, what it is worked with, what comes out.
BLUE, ORANGE, GREEN = "#56b4e9", "#e69f00", "#2bb38a"
FONT = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
# A letter of that font is so wide, at 13 pixels.
LETTER = 8

Array = np.ndarray[Any, np.dtype[Any]]
Texts = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True)
class Box:
    """A rectangle; `dashed` is for what is not really there, `hatched` for what is not used."""

    x: float
    y: float
    width: float
    height: float
    fill: str = PLAIN
    edge: str = ""
    dashed: bool = False
    hatched: bool = False


@dataclass(frozen=True)
class Words:
    """Text whose baseline begins, or has its middle, at (x, y)."""

    x: float
    y: float
    text: str
    size: int = 13
    ink: str = INK
    middle: bool = False
    bold: bool = False


@dataclass(frozen=True)
class Line:
    """A straight line, with an arrow's head at its end if `arrow`."""

    x1: float
    y1: float
    x2: float
    y2: float
    ink: str = GREY
    arrow: bool = False
    dashed: bool = False


@dataclass
class Drawing:
    """Boxes, words and lines, in the order in which they are drawn; units are CSS pixels.

    >>> drawing = Drawing("A cell that holds 3.")
    >>> drawing.add(Box(0, 0, 30, 30), Words(15, 19, "3", middle=True))
    >>> drawing.width, drawing.height
    (38, 38)
    """

    words: str
    parts: list[Box | Words | Line] = field(default_factory=list)

    def add(self, *parts: Box | Words | Line) -> None:
        """Draw these on top of what there is."""
        self.parts.extend(parts)

    @property
    def width(self) -> int:
        """From the left edge to a margin beyond whatever reaches farthest."""
        return int(max(map(_right, self.parts), default=0)) + 8

    @property
    def height(self) -> int:
        """The same from the top."""
        return int(max(map(_bottom, self.parts), default=0)) + 8

    def svg(self) -> str:
        """The picture as SVG; what it shows is told in its title."""
        width, height = self.width, self.height
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' "
            f"viewBox='0 0 {width} {height}' role='img' font-family='{FONT}' font-size='13'>"
            f"<title>{escape(self.words)}</title><defs>{_DEFINITIONS}</defs>"
            f"<rect width='{width}' height='{height}' fill='#fff'/>"
            f"{''.join(map(_svg, self.parts))}</svg>"
        )

    def png(self) -> bytes:
        """The picture as PNG, two dots a pixel; raises ImportError without matplotlib."""
        import PIL.Image  # matplotlib's own
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=144)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, self.width), ylim=(self.height, 0))
        axes.axis("off")
        for part in self.parts:
            _paint(axes, part)
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        file = io.BytesIO()
        # Few colours: a fourth of the bytes, and they stand in every saved notebook.
        PIL.Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").quantize(32).save(
            file, "png", optimize=True
        )
        return file.getvalue()


def printed(drawing: Drawing) -> dict[str, str]:
    """The picture for what takes no HTML, by MIME type: PNG, which any program can print.

    LaTeX takes no SVG, and stops where no program is there to turn it into PDF.
    """
    try:
        return {"image/png": b64encode(drawing.png()).decode()}
    except ImportError:
        return {"image/svg+xml": drawing.svg()}


@dataclass
class Planes:
    """A tensor of three dimensions, the look of its cells, and what stands above it.

    `texts` are what the cells show, where it is not plain numbers; `captions` stand above the
    planes, of which so many stand `across`, and the others below.
    `padding` cells lie around each plane, and show `filler`; `marked` and `hatched` are asked for
    (plane, row, column), of the padding too, whose rows and columns begin below 0. Cells that are
    `repeated` only stand for another one.
    """

    title: str
    values: Tensor
    fill: str = PLAIN
    marked: Callable[[int, int, int], bool] = field(default=lambda c, i, j: False)
    hatched: Callable[[int, int, int], bool] = field(default=lambda c, i, j: False)
    repeated: Callable[[int, int, int], bool] = field(default=lambda c, i, j: False)
    padding: tuple[int, int] = (0, 0)
    filler: str = "0"
    texts: Texts | None = None
    captions: Sequence[str] = ()
    across: int = 1


def beside(title: str, tensors: Iterable[Planes], words: str) -> Drawing:
    """The tensors beside each other, each with its channels below each other."""
    drawing = Drawing(words)
    drawing.add(Words(8, 22, title, size=14))
    x = 8.0
    for tensor in tensors:
        drawing.add(Words(x, TOP - 10, tensor.title, ink=GREY))
        width = _draw(drawing, tensor, x)
        x += max(width, LETTER * len(tensor.title)) + SPACE
    return drawing


def numbers_as_text(values: Array) -> Texts:
    """Each number with as many decimals as any of them needs, two at most."""
    if values.dtype.kind == "b":
        return values.astype(str).astype(object)
    rounded = np.round(values.astype(np.float64), 2)
    finite = rounded[np.isfinite(rounded)]
    most = 0 if (finite == np.round(finite)).all() else 2
    if most and (np.abs(finite * 10 - np.round(finite * 10)) < 1e-6).all():
        most = 1

    def write(n: float) -> str:
        return f"{n + 0.0:.{most}f}".replace("-", "−").replace("inf", "∞")

    texts: Texts = np.vectorize(write, otypes=[object])(rounded)
    return texts


def _draw(drawing: Drawing, tensor: Planes, left: float) -> float:
    """Draw the cells of a tensor, and give its width."""
    texts = tensor.texts
    if texts is None:
        texts = numbers_as_text(tensor.values.detach().numpy())
    channels, rows, columns = texts.shape
    down, across = tensor.padding
    cell = max(CELL, LETTER * max(len(text) for text in texts.ravel()) + 8)
    width = (columns + 2 * across) * (cell + GAP)
    height = (rows + 2 * down) * (CELL + GAP) + CHANNEL
    if tensor.captions:
        width = max(width, *(LETTER * len(caption) for caption in tensor.captions))
        height += CAPTION
    for c in range(channels):
        below, right = divmod(c, tensor.across)
        plane, top = left + right * (width + CHANNEL), TOP + below * height
        if tensor.captions:
            drawing.add(Words(plane, top + CAPTION - 8, tensor.captions[c], size=12, ink=GREY))
            top += CAPTION
        for i in range(-down, rows + down):
            for j in range(-across, columns + across):
                inside = 0 <= i < rows and 0 <= j < columns
                x, y = plane + (j + across) * (cell + GAP), top + (i + down) * (CELL + GAP)
                mark = tensor.marked(c, i, j)
                real = inside and not tensor.repeated(c, i, j)
                drawing.add(
                    Box(
                        x,
                        y,
                        cell,
                        CELL,
                        fill=tensor.fill if mark else PLAIN if real else "#fff",
                        edge=INK if mark else "" if real else GREY,
                        dashed=not real,
                        hatched=inside and tensor.hatched(c, i, j),
                    ),
                    Words(
                        x + cell / 2,
                        y + CELL / 2 + 4.5,
                        texts[c, i, j] if inside else tensor.filler,
                        ink=INK if real or mark else GREY,
                        middle=True,
                    ),
                )
    return float((width + CHANNEL) * min(tensor.across, channels) - CHANNEL)


_DEFINITIONS = (
    "<pattern id='tl-hatch' width='6' height='6' patternUnits='userSpaceOnUse'>"
    f"<path d='M0 6L6 0' stroke='{GREY}' stroke-width='0.8'/></pattern>"
    "<marker id='tl-head' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='8' markerHeight='8' "
    f"orient='auto'><path d='M0 0L8 4L0 8Z' fill='{GREY}'/></marker>"
)


def _svg(part: Box | Words | Line) -> str:
    if isinstance(part, Box):
        place = f"x='{part.x:g}' y='{part.y:g}' width='{part.width:g}' height='{part.height:g}'"
        edge = f" stroke='{part.edge}' stroke-width='{1 if part.dashed else 2}'"
        dashes = " stroke-dasharray='3 2'" if part.dashed else ""
        box = f"<rect {place} rx='2' fill='{part.fill}'{edge + dashes if part.edge else ''}/>"
        return box + (f"<rect {place} rx='2' fill='url(#tl-hatch)'/>" if part.hatched else "")
    if isinstance(part, Line):
        ends = f"x1='{part.x1:g}' y1='{part.y1:g}' x2='{part.x2:g}' y2='{part.y2:g}'"
        look = " stroke-dasharray='3 2'" if part.dashed else ""
        head = " marker-end='url(#tl-head)'" if part.arrow else ""
        return f"<line {ends} stroke='{part.ink}' stroke-width='1.5'{look}{head}/>"
    look = " text-anchor='middle'" if part.middle else ""
    look += " font-weight='700'" if part.bold else ""
    size = "" if part.size == 13 else f" font-size='{part.size}'"
    place = f"x='{part.x:g}' y='{part.y:g}' fill='{part.ink}'"
    return f"<text {place}{size}{look} xml:space='preserve'>{escape(part.text)}</text>"


def _paint(axes: Any, part: Box | Words | Line) -> None:
    """Draw a part with matplotlib; a unit of the axes is a pixel."""
    if isinstance(part, Box):
        from matplotlib.patches import Rectangle

        axes.add_patch(
            Rectangle(
                (part.x, part.y),
                part.width,
                part.height,
                facecolor=part.fill,
                edgecolor=part.edge or (GREY if part.hatched else "none"),
                linewidth=0 if not part.edge else 1 if part.dashed else 2,
                linestyle=(0, (3, 2)) if part.dashed else "solid",
                hatch="////" if part.hatched else None,
            )
        )
    elif isinstance(part, Line):
        style = "-|>,head_width=0.3,head_length=0.6" if part.arrow else "-"
        axes.annotate(
            "",
            xy=(part.x2, part.y2),
            xytext=(part.x1, part.y1),
            arrowprops={
                "arrowstyle": style,
                "color": part.ink,
                "linewidth": 1.5,
                "linestyle": "dashed" if part.dashed else "solid",
                "shrinkA": 0,
                "shrinkB": 0,
                "mutation_scale": 1,
            },
        )
    else:
        axes.text(
            part.x,
            part.y,
            part.text,
            size=part.size,
            color=part.ink,
            family="DejaVu Sans Mono",
            weight="bold" if part.bold else "normal",
            ha="center" if part.middle else "left",
            va="baseline",
            parse_math=False,
        )


def _right(part: Box | Words | Line) -> float:
    if isinstance(part, Box):
        return part.x + part.width
    if isinstance(part, Line):
        return max(part.x1, part.x2)
    width = LETTER * len(part.text) * part.size / 13
    return part.x + (width / 2 if part.middle else width)


def _bottom(part: Box | Words | Line) -> float:
    if isinstance(part, Box):
        return part.y + part.height
    return part.y if isinstance(part, Words) else max(part.y1, part.y2)
