"""MemoryStrip: the memory under a tensor, and the views and copies that are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import traitlets

from tensorlab.widgets import memory_picture
from tensorlab.widgets.base import Widget
from tensorlab.widgets.layouts import DTYPES, Family, elements, kind, problem
from tensorlab.widgets.traits import WidgetError

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor
    from tensorlab.widgets.layouts import Layout
    from tensorlab.widgets.picture import Drawing


class Shown(traitlets.TraitType[Any, Any]):
    """x: a tensor, which comes with a new family of views."""

    def validate(self, obj: Any, value: Any) -> Any:
        return obj._taken(value)


class Place(traitlets.TraitType[Any, Any]):
    """A cell of a memory: which memory, and which cell of it; one number means that of x."""

    def __init__(self) -> None:
        super().__init__((0, 0))
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> tuple[int, int]:
        pair = (0, value) if isinstance(value, int) else value
        try:
            memory, offset = (int(n) for n in pair)
        except (TypeError, ValueError):
            memory, offset = -1, -1
        if min(memory, offset) < 0:
            raise WidgetError(
                f"cell is {value!r}: give the offset of a cell in the memory of x, from 0 on, or "
                "(memory, offset)."
            )
        return memory, offset


class MemoryStrip(Widget):
    """The memory under `x` as a strip of cells, and views of it: which cell is where in each.

    `x` is a tensor of up to 4 dimensions and 1,024 cells, or nested lists. `views` are expressions
    (`"x.t()"`, `"y = x[::2]"`), tensors, or dictionaries of names and either. A tensor that shares
    memory with x shares it here, too; a copy has a strip of its own. All that is given stays as it
    is: the widget works on a copy of the memory. Raises ValueError, with what to do, where an
    expression cannot be read or torch would refuse it.

    >>> x = torch.arange(6.).reshape(2, 3)
    >>> w = MemoryStrip(x, {"x.t()": x.t()}, "x.t().reshape(-1)")
    >>> w
    MemoryStrip(x: 2 × 3 float32, 24 bytes; x.t(): view; x.t().reshape(-1): copy)
    >>> w.views["x.t()"].stride(), w.output
    ((1, 3), tensor([0., 3., 1., 4., 2., 5.]))
    >>> w.add("x[:, 1]")
    >>> w.x = [[1, 2], [3, 4]]
    >>> w.output
    tensor([2, 4])
    """

    _own = ("memory", "layouts", "cell")
    _height = 640

    memory: Any = traitlets.List().tag(sync=True)
    layouts: Any = traitlets.List().tag(sync=True)
    cell = Place()
    x = Shown()

    def __init__(self, x: Any, *views: Any, cell: Any = (0, 0)) -> None:
        family = self._family = self._coming = Family.of(x, views)
        super().__init__(
            memory=family.memory, layouts=family.layouts, cell=cell, x=family.tensors["x"]
        )

    @property
    def views(self) -> Mapping[str, Tensor]:
        """The tensors beside x, by name; those that share memory there share it here."""
        return MappingProxyType(dict(list(self._family.tensors.items())[1:]))

    @property
    def output(self) -> Tensor:
        """The last view; x, where there is none."""
        return list(self._family.tensors.values())[-1]

    def add(self, text: str) -> None:
        """Add a view by an expression, such as `"x.t()"` or `"y = x[::2]"`."""
        # Read from what is shown, so that nothing is changed where it is refused.
        family = Family.read(self.memory, self.layouts)
        family.add(text)
        self._show(family)

    def remove(self, name: str) -> None:
        """Take away a view."""
        self._show(self._family.without(name))

    @property
    def code(self) -> str:
        """What is true of the cell, as it is asked in PyTorch."""
        _, offset = self._place()
        for layout, indices in self._holders():
            return f"{_indexed(layout['name'], indices[0])}.storage_offset() == {offset}"
        return f"x.storage_offset() == {self.layouts[0]['offset']}"

    @property
    def text(self) -> str:
        """What the widget shows, in words."""
        return " ".join([*map(self._described, self.layouts), self._of_cell()])

    def _described(self, layout: Layout) -> str:
        stride = tuple(layout["stride"])
        if layout["name"] == "x":
            size, dtype = self._bytes(0), self.memory[0]["dtype"]
            return f"x, {_by(layout)} {dtype}, lies in {size} bytes, with stride {stride}."
        what = f"a {kind(self.layouts, layout)}"
        return f"{layout['name']} is {what}, {_by(layout)}, with stride {stride}."

    def _of_cell(self) -> str:
        place, offset = self._place()
        memory = self.memory[place]
        size = DTYPES[memory["dtype"]].itemsize
        value = _number(memory, offset)
        where = [
            _indexed(layout["name"], index) for layout, all_ in self._holders() for index in all_
        ]
        start = f"Cell {offset}, from byte {offset * size} on, holds {value}"
        return f"{start}: {' and '.join(where)}." if where else f"{start}; no view shows it."

    def __repr__(self) -> str:
        x, *views = self.layouts
        parts = [f"x: {_by(x)} {self.memory[0]['dtype']}, {self._bytes(0)} bytes"]
        parts += [f"{view['name']}: {kind(self.layouts, view)}" for view in views]
        return f"MemoryStrip({'; '.join(parts)})"

    def _picture(self) -> Drawing:
        return memory_picture.draw(self.memory, self.layouts, self._place(), self.code, self.text)

    def _place(self) -> tuple[int, int]:
        """The cell, or the nearest that there is."""
        memory = min(self.cell[0], len(self.memory) - 1)
        return memory, min(self.cell[1], len(self.memory[memory]["values"]) - 1)

    def _holders(self) -> list[tuple[Layout, list[tuple[int, ...]]]]:
        """The layouts that have the cell, each with its indices there."""
        memory, offset = self._place()
        here = [layout for layout in self.layouts if layout["memory"] == memory]
        held = [(layout, elements(layout, offset)) for layout in here]
        return [(layout, indices) for layout, indices in held if indices]

    def _bytes(self, memory: int) -> int:
        one = self.memory[memory]
        return len(one["values"]) * DTYPES[one["dtype"]].itemsize

    # ----- Python and the page change the same ----------------------------------------------------

    def _taken(self, value: Any) -> Any:
        """x as it will be shown; its views are made with it, or refused."""
        if value is not self._coming.tensors["x"]:
            self._coming = self._family.around(value)
        return self._coming.tensors["x"]

    @traitlets.observe("x")
    def _x_is_set(self, change: Any) -> None:
        if self._coming is not self._family:
            self._show(self._coming)

    def _show(self, family: Family) -> None:
        self._family = self._coming = family
        self.change(memory=family.memory, layouts=family.layouts, x=family.tensors["x"])

    @traitlets.observe("memory", "layouts")
    def _page_has_changed(self, change: Any) -> None:
        shown = self._family
        if (self.memory, self.layouts) != (shown.memory, shown.layouts):
            self._family = self._coming = Family.read(self.memory, self.layouts)
            self.x = self._family.tensors["x"]

    @traitlets.validate("memory", "layouts")
    def _fits(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def _problem(self, state: dict[str, Any]) -> str:
        return problem(state["memory"], state["layouts"])


def _indexed(name: str, index: tuple[int, ...]) -> str:
    """An element as code; of a tensor without dimensions it is the tensor."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _by(layout: Layout) -> str:
    return " × ".join(map(str, layout["size"])) or "one number,"


def _number(memory: dict[str, Any], offset: int) -> str:
    value = memory["values"][offset]
    return str(bool(value)) if memory["dtype"] == "bool" else f"{value:.4g}"
