"""The report's pictures: SVG to stand in a page, in the page's own colours and letters."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import matplotlib
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Stand-ins for the page's colours, which differ by day and by night.
_BAR, _INK, _SOFT, _LINE, _WARN = "#010203", "#010204", "#010205", "#010206", "#010207"
_NAMES = {_BAR: "bar", _INK: "ink", _SOFT: "soft", _LINE: "line", _WARN: "warn"}
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # letters stay letters
    "svg.hashsalt": "tensorlab",  # the same picture is the same text
    "font.size": 11,
    "text.color": _INK,
    "axes.labelcolor": _SOFT,
    "axes.edgecolor": _LINE,
    "xtick.color": _LINE,
    "ytick.color": _LINE,
    "xtick.labelcolor": _SOFT,
    "ytick.labelcolor": _SOFT,
    "grid.color": _LINE,
}
BINS = 10


def bins_of(scores: Sequence[float], most: float) -> list[tuple[float, float, int]]:
    """How many scores lie in each tenth of the points: from, to (itself in the last only), count.

    >>> bins_of([0, 5, 10], 10)[0], bins_of([0, 5, 10], 10)[-1]
    ((0.0, 1.0, 1), (9.0, 10.0, 1))
    """
    low = min(0.0, *scores, 0.0)
    high = max([most, *scores]) or 1.0
    width = (high - low) / BINS
    counts = [0] * BINS
    for score in scores:
        counts[min(int((score - low) / width), BINS - 1)] += 1
    return [(low + i * width, low + (i + 1) * width, count) for i, count in enumerate(counts)]


def draw_scores(scores: Sequence[float], most: float, mean: float, median: float) -> str:
    """A histogram of the scores, with their mean and their median."""
    with matplotlib.rc_context(_SETTINGS):
        figure, axes = _axes()
        for low, high, count in bins_of(scores, most):
            gap = (high - low) * 0.04
            axes.bar(low + gap, count, high - low - 2 * gap, align="edge", color=_BAR)
        top = max(count for _, _, count in bins_of(scores, most)) * 1.2
        for value, other, label in ((mean, median, "mean"), (median, mean, "median")):
            dashed = "-" if label == "mean" else (0, (2, 2))
            axes.axvline(value, color=_INK, linewidth=1.4, linestyle=dashed)
            left = value < other or (value == other and label == "mean")
            _label(axes, label, value, top, left=left)
        axes.set_ylim(0, top)
        axes.set_xlabel("points")
        axes.set_ylabel("students")
        return _svg(figure, "scores")


def draw_hand_ins(times: Sequence[datetime], due: datetime | None) -> str:
    """How many had handed in by when, with the day when it was due."""
    with matplotlib.rc_context(_SETTINGS):
        figure, axes = _axes()
        ends = [*times, *([due] if due else [])]
        margin = max((max(ends) - min(ends)) * 0.04, timedelta(minutes=30))
        first, last = min(ends) - margin, max(ends) + margin
        x = [first, *times, last]
        y = [0, *range(1, len(times) + 1), len(times)]
        axes.fill_between(x, y, step="post", color=_BAR, alpha=0.35, linewidth=0)  # type: ignore[arg-type]
        axes.step(x, y, where="post", color=_BAR, linewidth=2)  # type: ignore[arg-type]
        axes.set_xlim(first, last)  # type: ignore[arg-type]
        axes.set_ylim(0, len(times) * 1.12)
        if due:
            axes.axvline(due, color=_WARN, linewidth=1.6)  # type: ignore[arg-type]
            late_half = (due - first) > (last - first) / 2
            _label(axes, "due", float(mdates.date2num(due)), len(times) * 1.12, left=late_half)
        locator = mdates.AutoDateLocator(minticks=3)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
        axes.set_ylabel("handed in")
        return _svg(figure, "hand-ins")


def _axes() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7.2, 2.9), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    axes.yaxis.grid(visible=True, linewidth=0.6)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    return figure, axes


def _label(axes: Axes, text: str, x: float, top: float, *, left: bool) -> None:
    """A word beside the upper end of an upright line."""
    axes.annotate(
        text,
        (x, top),
        xytext=(-5 if left else 5, -1),
        textcoords="offset points",
        ha="right" if left else "left",
        va="top",
    )


def _svg(figure: Figure, name: str) -> str:
    """The drawing as an element of a page: no address in it, ids of its own, the page's colours."""
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None})
    text = written.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r'\sxmlns(?::\w+)?="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\1{name}-", text)
    for colour, variable in _NAMES.items():
        text = text.replace(colour, f"var(--{variable})")
    text = re.sub(r"font-family: [^;\"]*;? ?", "", text)
    text = re.sub(r"\s*\n\s*", "\n", text)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    assert size, "matplotlib gives each drawing a size"
    width, height = math.ceil(float(size[1])), math.ceil(float(size[2]))
    head = f'<svg viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">'
    return head + text[text.index(">") + 1 :]
