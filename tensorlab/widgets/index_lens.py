"""IndexLens: an index expression, the cells that it picks, and what comes out."""

from __future__ import annotations

import keyword
import re
from typing import Any

import numpy as np
import traitlets

import tensorlab
from tensorlab.core import storage_of
from tensorlab.tensor import Tensor
from tensorlab.widgets.base import Widget
from tensorlab.widgets.index_syntax import IndexSyntaxError, plain
from tensorlab.widgets.index_values import pick, read, sentence
from tensorlab.widgets.picture import (
    BLUE,
    GREEN,
    GREY,
    SPACE,
    TOP,
    Drawing,
    Planes,
    Texts,
    Words,
    beside,
    numbers_as_text,
)
from tensorlab.widgets.traits import MOST_CELLS, Text, WidgetError
from tensorlab.widgets.whole_tensor import Whole, whole

# More numbers than these are not told one by one.
MOST_LISTED = 12


class IndexLens(Widget):
    """A tensor as cells, and an index expression: what it picks lights up, what it makes is beside.

    `x` has up to 4 dimensions and any real type. `index` is as in a program, `x[:, 0]`, or only
    what stands in the brackets, `:, 0`. `name` is what the tensor is called. Raises ValueError,
    with torch's words and what to do, where the index is wrong.

    >>> w = IndexLens(torch.arange(12).reshape(3, 2, 2), "x[:, 0, 0]")
    >>> w
    IndexLens(x[:, 0, 0], x: [3, 2, 2] int64, output: [3], a view)
    >>> w.output
    tensor([0, 4, 8])
    >>> w.index = "x > 8"
    >>> w.code, w.output, w.is_view
    ('x[x > 8]', tensor([ 9, 10, 11]), False)
    """

    _own = ("x", "index", "name")
    _height = 420

    x = Whole()
    index = Text()
    name = Text("x")

    def __init__(self, x: Any, index: str | None = None, *, name: str = "x") -> None:
        if index is None:
            index = f"{name}[:]" if whole(x).ndim else name
        elif not isinstance(index, str):
            raise WidgetError(f"index is {index!r}: give it as text, such as ':, 0'.")
        super().__init__(x=x, index=index, name=name)

    @traitlets.validate("x", "index", "name")
    def _fits(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def _problem(self, state: dict[str, Any]) -> str:
        return problem(state)

    @property
    def code(self) -> str:
        """The whole expression, as it would stand in a program."""
        return read(self.index, self.name)[1]

    @property
    def output(self) -> Tensor:
        """What the expression makes of x: a part of its memory, or a copy."""
        return pick(read(self.index, self.name)[0], self.x)

    @property
    def sources(self) -> Tensor:
        """Where each number of the output lies in x, counted row by row, as int64."""
        places = tensorlab.arange(self.x.numel()).reshape(self.x.shape)
        return pick(read(self.index, self.name)[0], self.x, places)

    @property
    def is_view(self) -> bool:
        """Whether the output shares the memory of x."""
        return storage_of(self.output) is storage_of(self.x)

    @property
    def text(self) -> str:
        """What the widget shows, in words."""
        output, total = self.output, self.x.numel()
        picked = len(set(self.sources.flatten().tolist()))
        listed = ", ".join(_texts(output.detach().numpy()).ravel()[:MOST_LISTED])
        if output.numel() > MOST_LISTED:
            listed += " …"
        numbers = f": {listed}" if listed else ", and no numbers"
        return (
            f"{self.code} picks {picked} of the {total} numbers of {self.name}, which has the "
            f"shape {list(self.x.shape)}. The result has the shape {list(output.shape)}{numbers}. "
            f"It is {self._kind()} of {self.name}."
        )

    def _kind(self) -> str:
        return "a view" if self.is_view else "a copy"

    def __repr__(self) -> str:
        dtype = str(self.x.dtype).removeprefix("torch.")
        return (
            f"IndexLens({self.code}, {self.name}: {list(self.x.shape)} {dtype}, "
            f"output: {list(self.output.shape)}, {self._kind()})"
        )

    def _picture(self) -> Drawing:
        output, sources = self.output, set(self.sources.flatten().tolist())
        rows, columns = _sides(self.x)
        x = _planes(self.name, self.x)
        x.marked = lambda c, i, j: (c * rows + i) * columns + j in sources
        shown = [x]
        if output.numel():
            shown.append(_planes("y", output))
        drawing = beside(f"y = {self.code}", shown, self.text)
        if not output.numel():
            words = f"y, {list(output.shape)}: no numbers"
            drawing.add(Words(drawing.width + SPACE - 8, TOP - 10, words, ink=GREY))
        drawing.add(Words(8, drawing.height + 14, f"y is {self._kind()} of {self.name}.", ink=GREY))
        return drawing


def problem(state: dict[str, Any]) -> str:
    """What is wrong with an index, and what to do; the page says the same."""
    x, index, name = state["x"], state["index"], state["name"]
    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) or keyword.iskeyword(name):
        return f"“{name}” is no name for a tensor. Take a word, such as x."
    try:
        count = pick(read(index, name)[0], x).numel()
    except IndexSyntaxError as error:
        place = " " * error.start + "^" * max(1, error.end - error.start)
        return f"SyntaxError: {error}\n  {plain(index)}\n  {place}"
    except (
        IndexError,
        NotImplementedError,
        OverflowError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as e:
        return sentence(e)
    if count > MOST_CELLS:
        return f"The result has {count} numbers, more than can be read. Pick fewer."
    return ""


def _sides(x: Tensor) -> tuple[int, int]:
    """How many rows and columns a plane has."""
    rows, columns = (1, 1, *x.shape)[-2:]
    return rows, columns


def _planes(name: str, x: Tensor) -> Planes:
    """The tensor as planes, each with the index that gives it."""
    above = tuple(x.shape)[:-2]
    values = x.detach().reshape(-1, *_sides(x))
    places = list(np.ndindex(*above)) if above else []
    return Planes(
        f"{name}, {list(x.shape)}",
        values,
        BLUE if name != "y" else GREEN,
        texts=_texts(values.numpy()),
        captions=[f"{name}[{', '.join(map(str, place))}]" for place in places],
        across=above[-1] if len(above) > 1 else 1,
    )


def _texts(values: Any) -> Texts:
    """What the cells show: True and False, whole numbers, or as many decimals as are needed."""
    if values.dtype.kind == "f":
        return numbers_as_text(values)
    texts: Texts = np.vectorize(lambda n: str(n).replace("-", "−"), otypes=[object])(values)
    return texts
