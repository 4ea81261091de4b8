"""A model's run as a still picture: boxes from top to bottom, with the tensors between them."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from tensorlab.tensor import Tensor
from tensorlab.widgets.curves import Curve, fewer
from tensorlab.widgets.flow_state import as_array, times
from tensorlab.widgets.flow_trace import Trace
from tensorlab.widgets.picture import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LETTER,
    ORANGE,
    PLAIN,
    Box,
    Drawing,
    Line,
    Words,
    numbers_as_text,
)

LEFT, WIDTH, HEIGHT, GAP, INDENT, LANE = 8, 340, 30, 34, 12, 12
# A tensor whose numbers take more letters than these is told by its shape alone.
MOST_LETTERS = 30


def draw(trace: Trace, words: str, failure: str = "") -> Drawing:
    """The picture; what fails, and what waits behind it, is dashed."""
    drawing = Drawing(words)
    drawing.add(Words(LEFT, 22, f"y = model(x)   {trace.kind}", size=14))
    detours = _detours(trace)
    left = LEFT + LANE * min(len(detours), 6)
    middle = left + WIDTH / 2
    y = 44.0
    at_value: dict[int, float] = {}
    at_box: dict[int, float] = {}
    for value in trace.inputs:
        y = _value(drawing, trace, value, middle, y)
        at_value[value] = y - GAP / 2
    starts: dict[int, tuple[float, int]] = {}  # of a group: where, and before which part
    for n, box in enumerate(trace.boxes):
        for g, group in enumerate(trace.groups):
            if group.first == n and group.depth:
                starts[g] = y - 4, len(drawing.parts)
                drawing.add(
                    Words(
                        left + INDENT * group.depth + 8,
                        y + 13,
                        f"{group.name}  {group.type}",
                        ink=GREY,
                    )
                )
                y += 20
        depth = max([g.depth for g in trace.groups if g.first <= n <= g.last], default=0)
        x = left + INDENT * depth * 2
        drawing.add(
            Box(
                x,
                y,
                WIDTH - 2 * (x - left),
                HEIGHT,
                fill=PLAIN if box.state == "done" else "#fff",
                edge=INK if box.type else GREY,
                dashed=box.state != "done" or not box.type,
            ),
            Words(x + 10, y + 19, box.name, bold=True),
            Words(x + 20 + LETTER * len(box.name), y + 19, box.type),
        )
        if box.state == "failed":
            drawing.add(Words(left + WIDTH + 10, y + 19, "✗ forward stops here", bold=True))
        at_box[n] = y + HEIGHT / 2
        y += HEIGHT
        for g, group in reversed(list(enumerate(trace.groups))):
            if group.last == n and g in starts:
                indent = INDENT * group.depth
                y += 7
                start, part = starts[g]
                frame = (left + indent, start, WIDTH - 2 * indent, y - start)
                drawing.parts.insert(part, Box(*frame, "#fff", GREY, dashed=True))
        for value in box.outputs:
            y = _value(drawing, trace, value, middle, y)
            at_value[value] = y - GAP / 2
        if not box.outputs:
            y += 10
    for lane, (value, n) in enumerate(detours):
        x = left - LANE * (lane % 6 + 1) + 4
        start, end = at_value[value], at_box[n]
        drawing.add(Line(x, start, left + WIDTH / 2, start), Line(x, start, x, end))
        drawing.add(Line(x, end, left, end, arrow=True))
    for line in textwrap.wrap(failure, 62):
        y += 18
        drawing.add(Words(LEFT, y, line))
    return drawing


def draw_curves(drawing: Drawing, curves: Mapping[str, Curve]) -> None:
    """The loss line below what is drawn: each curve with its name and its last number."""
    found = {name: fewer(np.array(c.steps), np.array(c.values), 120) for name, c in curves.items()}
    finite = [y[np.isfinite(y)] for _, y in found.values()]
    if not any(map(len, finite)):
        return
    low, high = min(y.min() for y in finite if len(y)), max(y.max() for y in finite if len(y))
    last = max(int(steps[-1]) for steps, _ in found.values())
    top = drawing.height + 24.0
    drawing.add(Words(LEFT, top, f"training, {last:,} steps, from {low:.4g} to {high:.4g}"))
    inks = (INK, ORANGE, GREEN, BLUE)
    ends = []
    for name, ink, (steps, values) in zip(found, inks, found.values(), strict=False):
        x = LEFT + WIDTH * (steps.astype(float) - 1) / max(last - 1, 1)
        y = top + 14 + 80 * (1 - (values.astype(float) - low) / ((high - low) or 1))
        points = [(round(float(a), 1), round(float(b), 1)) for a, b in zip(x, y, strict=True)]
        shown = [point for point in points if math.isfinite(point[1])]
        for (x1, y1), (x2, y2) in pairwise(shown):
            drawing.add(Line(x1, y1, x2, y2, ink=ink))
        ends.append((shown[-1][1] if shown else top, f"{name} {values[-1]:.4g}"))
    below = 0.0
    for end, words in sorted(ends):  # each curve's name at its end, none upon another
        below = max(end + 4, below + 16)
        drawing.add(Words(LEFT + WIDTH + 8, below, words))


def _detours(trace: Trace) -> list[tuple[int, int]]:
    """Which value goes into which box, but not into the next one."""
    order = list(trace.inputs)
    found = []
    for n, box in enumerate(trace.boxes):
        straight = order[-1] if order else -1
        found += [(value, n) for value in dict.fromkeys(box.inputs) if value != straight]
        order += box.outputs
    return found


def _value(drawing: Drawing, trace: Trace, at: int, middle: float, y: float) -> float:
    """A tensor on its way down: its shape, and its numbers where they are few."""
    value = trace.values[at]
    last = at in trace.outputs
    name = "" if value.box >= 0 else f"{value.name}  "
    drawing.add(Line(middle, y + 2, middle, y + GAP - 2, arrow=True))
    text = f"{name}{times(value.tensor.shape)}"
    drawing.add(Words(middle + 10, y + 21, text, ink=INK if last else GREY, bold=last))
    numbers = inline(value.tensor)
    if numbers:
        drawing.add(Words(middle + 24 + LETTER * len(text), y + 21, numbers, ink=INK, bold=last))
    return y + GAP


def inline(tensor: Tensor) -> str:
    """The numbers in brackets, where they are few; axes of size 1 in front are left out.

    >>> inline(torch.tensor([[[[1.0, 2.0], [3.0, 1.0]]]])), inline(torch.ones(1, 1))
    ('[[1, 2], [3, 1]]', '1')
    """
    if tensor.numel() > MOST_LETTERS:
        return ""
    texts = numbers_as_text(as_array(tensor).real)
    shape: Sequence[int] = tensor.shape
    while shape and shape[0] == 1:
        shape = shape[1:]
    text = _bracketed(list(texts.ravel()), shape)
    return text if len(text) <= MOST_LETTERS else ""


def _bracketed(texts: list[str], shape: Sequence[int]) -> str:
    if not shape:
        return texts[0]
    each = len(texts) // shape[0]
    parts = [_bracketed(texts[n * each : (n + 1) * each], shape[1:]) for n in range(shape[0])]
    return f"[{', '.join(parts)}]"
