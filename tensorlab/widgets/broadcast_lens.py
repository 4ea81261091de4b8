"""BroadcastLens: two tensors and the operator between them, with what is stretched as ghosts."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

import tensorlab
from tensorlab.widgets.base import Widget
from tensorlab.widgets.fitting import OPS, evaluate, failure, misfit, repairs
from tensorlab.widgets.picture import BLUE, GREEN, ORANGE, Drawing, Planes, Words, beside
from tensorlab.widgets.traits import MOST_CELLS, Setting
from tensorlab.widgets.typed import Place, Typed, kind

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor
    from tensorlab.widgets.picture import Array


class BroadcastLens(Widget):
    """`x op y`, cell by cell: how the shapes line up, what is stretched, where a number comes from.

    `x` and `y` are tensors (or lists) of up to 4 dimensions; `op` is one of Python's operators of
    arithmetic or comparison, or `@`. Operands that do not fit are shown too: `output` raises what
    torch raises, `repairs` says what would fit. What was given stays as it is.

    >>> w = BroadcastLens([[1], [2]], [10, 20, 30])
    >>> w
    BroadcastLens(x + y, x: (2, 1) int64, y: (3,) int64, output: (2, 3) int64)
    >>> w.output
    tensor([[11, 21, 31],
            [12, 22, 32]])
    >>> w.change(y=[1, 2, 3, 4], x=[1, 2, 3], op="*")
    >>> w.repairs
    ['x * y[:, None]', 'x[:, None] * y', 'x * y[:3]']
    """

    _own = ("x", "y", "op", "cell")

    x = Typed()
    y = Typed()
    op = Setting("+")
    cell = Place()

    def __init__(self, x: Any, y: Any, op: str = "+", *, cell: Any = ()) -> None:
        super().__init__(x=x, y=y, op=op, cell=cell)

    @traitlets.validate("x", "y", "op")
    def _fits(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def _problem(self, state: dict[str, Any]) -> str:
        return problem(state)

    @property
    def output(self) -> Tensor:
        """The result, as a tensor; raises what torch raises where there is none."""
        return evaluate(self.code, self.x, self.y)

    @property
    def code(self) -> str:
        """What is computed, as in Python."""
        return f"x {self.op} y"

    @property
    def failure(self) -> str:
        """Why there is no result, in torch's words; empty where there is one."""
        return failure(self.code, self.x, self.y)

    @property
    def repairs(self) -> list[str]:
        """What would fit in place of `code`; empty where that fits."""
        return repairs(self.op, self.x, self.y)

    @property
    def text(self) -> str:
        """What the widget shows, in words."""
        shown = f"{self.code}: x is {kind(self.x)}, y is {kind(self.y)}"
        if self.failure:
            words = f"{shown}. There is no result: {self.failure.rstrip('.')}."
            return words + (f" This would fit: {' or '.join(self.repairs)}." * bool(self.repairs))
        output = self.output
        stretched = [
            f" {name} is stretched to {full}."
            for name, full in zip("xy", _stretched(self.op, self.x, self.y), strict=True)
            if full != tuple(getattr(self, name).shape)
        ]
        cell = within(self.cell, output)
        place = f"[{', '.join(map(str, cell))}]" if cell else ""
        return (
            f"{shown}, the result {kind(output)}.{''.join(stretched)} "
            f"out{place} is {output[cell].item():.6g}."
        )

    def __repr__(self) -> str:
        output = "none, they do not fit" if self.failure else kind(self.output)
        return f"BroadcastLens({self.code}, x: {kind(self.x)}, y: {kind(self.y)}, output: {output})"

    def _picture(self) -> Drawing:
        return picture(self)


def within(cell: tuple[int, ...], output: Tensor) -> tuple[int, ...]:
    """The cell, lined up from the right, or the nearest that the output has."""
    filled = (0,) * output.ndim + cell
    last = filled[len(filled) - output.ndim :]
    return tuple(min(at, size - 1) for at, size in zip(last, output.shape, strict=True))


def _stretched(op: str, x: Tensor, y: Tensor) -> list[tuple[int, ...]]:
    """The shapes that x and y are stretched to; by `@`, not along their rows and columns."""
    kept = 2 if op == "@" else 0
    shapes = [tuple(t.shape) for t in (x, y)]
    lead = np.broadcast_shapes(*(shape[: max(0, len(shape) - kept)] for shape in shapes))
    full = [(*lead, *shape[len(shape) - kept :]) if kept else lead for shape in shapes]
    return [own if len(own) < kept else one for own, one in zip(shapes, full, strict=True)]


def problem(state: dict[str, Any]) -> str:
    """What cannot be shown, and what to do; the page says the same."""
    op, x, y = (state[name] for name in ("op", "x", "y"))
    if op not in OPS:
        return f"op is {op!r}: give one of {' '.join(OPS)}."
    if misfit(op, x, y):
        return ""  # each is drawn as it is
    for name, array in zip(("x", "y", f"x {op} y"), drawn(op, x, y), strict=True):
        if array.size > MOST_CELLS:
            return (
                f"{name} would be drawn with {array.size} cells, more than the {MOST_CELLS} that "
                "can be read. Make a shape smaller."
            )
    return ""


def drawn(op: str, x: Tensor, y: Tensor) -> list[Array]:
    """Where each cell of x, y and the result comes from in its tensor, counted row by row.

    All have two axes at least; what is stretched counts on from the cell that it repeats.
    """
    a, b = _counted(x), _counted(y)
    if op != "@":
        full = np.atleast_2d(np.zeros(np.broadcast_shapes(a.shape, b.shape), np.int64)).shape
        out = np.arange(math.prod(full), dtype=np.int64).reshape(full)
        return [np.broadcast_to(a, full), np.broadcast_to(b, full), out]
    a, b = np.atleast_2d(a), b[:, None] if b.ndim == 1 else b
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    full = (*lead, a.shape[-2], b.shape[-1])
    out = np.arange(math.prod(full), dtype=np.int64).reshape(full)
    return [*(np.broadcast_to(t, (*lead, *t.shape[-2:])) for t in (a, b)), out]


def picture(lens: BroadcastLens) -> Drawing:
    """x, y and the result beside each other; ghosts are dashed, what makes up a cell is marked."""
    op, x, y = lens.op, lens.x, lens.y
    tensors = [("x", x, BLUE), ("y", y, ORANGE)]
    if misfit(op, x, y):
        sources = [np.atleast_2d(_counted(t)) for t in (x, y)]
    else:
        sources = drawn(op, x, y)
    at = None
    if not lens.failure:
        output = lens.output
        tensors.append(("out", output, GREEN))
        at = _place(within(lens.cell, output), output, sources[2])
    planes = [
        _planes(f"{name} {kind(t)}", t, source, fill, _marked(op, name, at))
        for (name, t, fill), source in zip(tensors, sources, strict=False)
    ]
    drawing = beside(lens.code, planes, lens.text)
    for line in textwrap.wrap(lens.failure, 64):
        drawing.add(Words(8, drawing.height + 14, line, bold=True))
    return drawing


def _counted(t: Tensor) -> Array:
    return np.arange(t.numel(), dtype=np.int64).reshape(tuple(t.shape))


def _place(cell: tuple[int, ...], output: Tensor, drawn: Array) -> tuple[int, ...]:
    """The plane, row and column in which a cell of the result is drawn."""
    count = int(np.ravel_multi_index(cell, tuple(output.shape))) if cell else 0
    planes = drawn.size // (drawn.shape[-2] * drawn.shape[-1])
    return tuple(map(int, np.unravel_index(count, (planes, *drawn.shape[-2:]))))


def _marked(op: str, name: str, cell: tuple[int, ...] | None) -> Callable[[int, int, int], bool]:
    """Which cells take part in a cell of the result: its own place, or its row and its column."""
    if cell is None:
        return lambda *at: False
    free = {"x": 2, "y": 1}.get(name) if op == "@" else None
    return lambda *at: all(axis == free or at[axis] == cell[axis] for axis in range(3))


def _planes(
    title: str, t: Tensor, source: Array, fill: str, marked: Callable[[int, int, int], bool]
) -> Planes:
    rows, columns = source.shape[-2:]
    cells = source.reshape(-1, rows, columns)
    # Where each cell is drawn first; anywhere else, it is only repeated.
    _, first = np.unique(cells, return_index=True)
    firsts = set(first.tolist())

    def repeated(c: int, i: int, j: int) -> bool:
        return (c * rows + i) * columns + j not in firsts

    values = tensorlab.from_numpy(t.detach().numpy().reshape(-1)[cells])
    return Planes(title, values, fill, marked, repeated=repeated)
