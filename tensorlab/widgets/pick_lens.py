"""PickLens: masks, where, sorting, gather, cat and such; each cell says where it came from."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

import tensorlab as torch
from tensorlab.tensor import Tensor
from tensorlab.widgets import picks
from tensorlab.widgets.base import Widget
from tensorlab.widgets.pick_picture import drawn
from tensorlab.widgets.pick_traits import Mask, Names, Place, Tensors, size
from tensorlab.widgets.picture import Drawing
from tensorlab.widgets.traits import Flag, Setting, WidgetError


class PickLens(Widget):
    """A result that picks cells of its tensors; each of its cells points at where it came from.

    `op` says what is asked, and the tensors stand as they would in the code:

    | op | tensors | shows |
    |---|---|---|
    | `"mask"` | `x`, `mask` | `x[mask]`; without a mask `x > 0`: `compare`, `threshold` |
    | `"where"` | `condition`, `a`, `b` | `torch.where(condition, a, b)`; without it `a > 0` |
    | `"nonzero"` | `x` | `torch.nonzero(x)`, with `as_tuple` too |
    | `"argsort"`, `"sort"` | `x` | the order along `dim`, `descending` or not, always stable |
    | `"gather"` | `x`, `index` | `torch.gather(x, dim, index)` |
    | `"take"` | `x`, `index` | `torch.take(x, index)`, by the number of a cell |
    | `"cat"`, `"stack"` | up to 4, or a list of them | joined along `dim` |

    A tensor has up to 3 dimensions and keeps its dtype; lists and numbers are taken too. `names`
    says what they are called. `cell` is the index of the output cell that is looked at. What is
    given stays as it is: the widget works on copies. Raises ValueError, in torch's words and with
    what to do, where they do not fit.

    >>> x = torch.tensor([[1, 5, 2], [7, 0, 4]])
    >>> w = PickLens("mask", x, x > 3)
    >>> w
    PickLens(x[mask], x: 2 × 3, output: 3)
    >>> w.output, w.source(2)
    (tensor([5, 7, 4]), 'x[1, 2]')
    >>> w.compare, w.threshold = "<", 2
    >>> w
    PickLens(x[x < 2], x: 2 × 3, output: 2)
    >>> w.mask[1]
    tensor([False,  True, False])
    >>> w.op = "argsort"
    >>> w.output
    tensor([[0, 2, 1],
            [1, 2, 0]])
    >>> PickLens("stack", [1, 2, 3], [4, 5, 6], dim=1)
    PickLens(torch.stack([a, b], dim=1), a: 3, b: 3, output: 3 × 2)
    >>> PickLens("where", x > 3, x, 0)
    PickLens(torch.where(condition, a, 0), a: 2 × 3, b: a number, output: 2 × 3)
    >>> PickLens("gather", x, [[0, 2], [1, 0]], dim=1).source(0, 1)
    'x[0, 2]'
    """

    _own = (
        "op",
        "tensors",
        "names",
        "drawn",
        "compare",
        "threshold",
        "dim",
        "descending",
        "as_tuple",
        "cell",
    )

    op = Setting("mask")
    names = Names()
    compare = Setting(">")
    threshold = Setting(0)
    dim = Setting(0)
    descending = Flag(False)
    as_tuple = Flag(False)

    tensors = Tensors()
    drawn = Mask()
    cell = Place()

    def __init__(
        self,
        op: str,
        *tensors: Any,
        compare: str | None = None,
        threshold: float = 0,
        dim: int | None = None,
        descending: bool = False,
        as_tuple: bool = False,
        names: Any = (),
        cell: Any = (),
    ) -> None:
        mask = None
        if op in picks.JOINED and len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
            tensors = tuple(tensors[0])
        elif op == "mask" and len(tensors) == 2:
            *tensors, mask = tensors  # type: ignore[assignment]
        elif op == "where" and len(tensors) == 3:
            mask, *tensors = tensors  # type: ignore[assignment]
        if mask is not None and compare:
            raise WidgetError("There is a mask and a comparison: give one of the two.")
        if dim is None:
            dim = -1 if op in picks.ALONE else 0
        super().__init__(
            op=op,
            names=names,
            tensors=list(tensors),
            drawn=mask,
            compare=("" if mask is not None else ">") if compare is None else compare,
            threshold=threshold,
            dim=dim,
            descending=descending,
            as_tuple=as_tuple,
            cell=cell,
        )

    @traitlets.validate(*_own[:-1])
    def _fits(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def _problem(self, state: dict[str, Any]) -> str:
        return picks.problem(state)

    def change(self, **values: Any) -> None:
        """Change several traits at once; `mask` is one of them."""
        if "mask" in values:
            values |= {"drawn": values.pop("mask"), "compare": ""}
        super().change(**values)

    @property
    def mask(self) -> Tensor:
        """The mask or the condition, as bool; given anew, it is no comparison any more."""
        return picks.mask(self._values())

    @mask.setter
    def mask(self, value: Any) -> None:
        self.change(mask=value)

    @property
    def output(self) -> Any:
        """What the code gives: a tensor; a tuple of them for `as_tuple`; the values of a sort."""
        state, x = self._values(), self.tensors[0]
        if self.op == "nonzero":
            return torch.nonzero(x, as_tuple=self.as_tuple)
        if self.op == "argsort":
            return torch.argsort(x, dim=self.dim, descending=self.descending, stable=True)
        return self.values if self.op == "sort" else picks.picked(state, self.tensors)

    @property
    def values(self) -> Tensor | None:
        """The sorted numbers, of argsort too; None for what does not sort."""
        values: Tensor | None = self._sorted("values")
        return values

    @property
    def indices(self) -> Tensor | None:
        """Where the sorted numbers come from along `dim`, int64; None for what does not sort."""
        indices: Tensor | None = self._sorted("indices")
        return indices

    def _sorted(self, name: str) -> Any:
        sorts = self.op in ("argsort", "sort")
        return getattr(picks.ordered(self._values()), name) if sorts else None

    @property
    def places(self) -> Tensor:
        """For each cell of the output, that of its source: the tensors' cells numbered through."""
        return picks.places(self._values())

    def source(self, *index: int) -> str:
        """From which cell that of the output comes, as it is written in code: "x[1, 2]".

        For the tuple of nonzero: the place of a number in each of its tensors.
        """
        number = self.places[index].item()
        for name, x in zip(picks.called(self._values()), self.tensors, strict=True):
            if number < x.numel():
                return _named(name, np.unravel_index(int(number), tuple(x.shape)))
            number -= x.numel()
        raise AssertionError("a place beyond the tensors")

    @property
    def code(self) -> str:
        """The call, as it is written in PyTorch."""
        return picks.code(self._values())

    @property
    def text(self) -> str:
        """What the widget shows, in words."""
        shapes = [f"{name} is {by}" for name, by in self._sizes()]
        said = (
            f"{self.code}: {', '.join(shapes)}, {picks.result(self._values())} is {self._size()}. "
        )
        place = self._place()
        if place is None:
            return f"{said}No cell is picked."
        verb = "points at" if self.op in ("nonzero", "argsort") else "is"
        name = picks.result(self._values())
        cell = _named(name, place)
        if self.op == "nonzero":
            cell = f"{name}[0][{place[1]}]" if self.as_tuple else f"{name}[{place[0]}]"
        return f"{said}{cell} {verb} {self.source(*place)}."

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {by}" for name, by in self._sizes())
        return f"PickLens({self.code}, {sizes}, output: {self._size()})"

    def _sizes(self) -> list[tuple[str, str]]:
        names = picks.called(self._values())
        return [(name, size(x.shape)) for name, x in zip(names, self.tensors, strict=True)]

    def _size(self) -> str:
        output = self.output
        if isinstance(output, tuple):
            return f"{len(output)} tensors of {len(output[0])}"
        return size(output.shape)

    def _place(self) -> tuple[int, ...] | None:
        """The output cell that is looked at; within the output, even where that has shrunk."""
        shape = self.places.shape
        if 0 in shape:
            return None
        cell = (*self.cell, *(0,) * len(shape))
        return tuple(min(at, n - 1) for at, n in zip(cell, shape, strict=False))

    def _picture(self) -> Drawing:
        return drawn(self, self._place())


def _named(name: str, index: Any) -> str:
    return f"{name}[{', '.join(str(int(at)) for at in index)}]" if len(index) else name
