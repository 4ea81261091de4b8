"""A still picture of planes of numbers, as SVG: for print, and where no script may run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from tensorlab.tensor import Tensor

CELL, GAP, CHANNEL, SPACE, TOP = 30, 2, 12, 40, 56
INK, GREY, PLAIN = "#1f1f1f", "#5f5f5f", "#f2f2f2"
FONT = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"


Array = np.ndarray[Any, np.dtype[Any]]
Texts = np.ndarray[Any, np.dtype[np.object_]]


@dataclass
class Planes:
    """A tensor of three dimensions, the look of its cells, and what stands above it."""

    title: str
    values: Tensor
    fill: str = PLAIN
    marked: Callable[[int, int, int], bool] = field(default=lambda c, i, j: False)


def svg(title: str, tensors: list[Planes], words: str) -> str:
    """The tensors beside each other, each with its channels below each other."""
    parts: list[str] = []
    x, bottom = 8, 0
    for tensor in tensors:
        texts = _texts(tensor.values.detach().numpy())
        cell = max(CELL, 8 * max(len(text) for text in texts.ravel()) + 8)
        parts.append(f"<text x='{x}' y='{TOP - 10}' fill='{GREY}'>{escape(tensor.title)}</text>")
        parts.append(_cells(tensor, texts, x, cell))
        channels, rows, columns = texts.shape
        x += max(columns * (cell + GAP), 8 * len(tensor.title)) + SPACE
        bottom = max(bottom, TOP + channels * (rows * (CELL + GAP) + CHANNEL))
    width, height = max(x - SPACE + 8, 9 * len(title) + 16), bottom
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' "
        f"viewBox='0 0 {width} {height}' role='img' font-family='{FONT}' font-size='13'>"
        f"<title>{escape(words)}</title><rect width='{width}' height='{height}' fill='#fff'/>"
        f"<text x='8' y='22' font-size='14' fill='{INK}'>{escape(title)}</text>"
        f"{''.join(parts)}</svg>"
    )


def _texts(values: Array) -> Texts:
    """Each number with as many decimals as any of them needs, two at most."""
    rounded = np.round(values.astype(np.float64), 2)
    most = 0 if (rounded == np.round(rounded)).all() else 2
    if most and (np.abs(rounded * 10 - np.round(rounded * 10)) < 1e-6).all():
        most = 1
    write = np.vectorize(lambda n: f"{n + 0.0:.{most}f}".replace("-", "−"), otypes=[object])
    texts: Texts = write(rounded)
    return texts


def _cells(tensor: Planes, texts: Texts, left: int, width: int) -> str:
    """The cells of one tensor, then their numbers."""
    boxes, words = [], []
    for (c, i, j), text in np.ndenumerate(texts):
        x, y = left + j * (width + GAP), TOP + c * CHANNEL + (c * texts.shape[1] + i) * (CELL + GAP)
        look = f" fill='{tensor.fill}' stroke='{INK}'" if tensor.marked(c, i, j) else ""
        boxes.append(f"<rect x='{x}' y='{y}' width='{width}' height='{CELL}'{look}/>")
        words.append(f"<text x='{x + width // 2}' y='{y + CELL // 2 + 4}'>{text}</text>")
    return (
        f"<g fill='{PLAIN}' stroke-width='2'>{''.join(boxes)}</g>"
        f"<g fill='{INK}' text-anchor='middle'>{''.join(words)}</g>"
    )
