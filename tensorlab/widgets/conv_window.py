"""ConvWindow: a convolution that one can step through, with every number open to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from tensorlab import nn
from tensorlab.nn import functional as F
from tensorlab.widgets.base import Widget, both, by, within
from tensorlab.widgets.picture import BLUE, GREEN, ORANGE, Drawing, Planes, beside
from tensorlab.widgets.traits import (
    MOST_CELLS,
    MOST_CHANNELS,
    Cell,
    Numbers,
    Pair,
    Setting,
    WidgetError,
    image,
    numbers,
    pair,
)
from tensorlab.widgets.windows import axes, unvisited

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def filters(value: Any, name: str = "weight") -> Tensor:
    """(output channels, channels of a group, height, width), from 2 to 4 dimensions."""
    weight = numbers(value, name)
    if not 2 <= weight.ndim <= 4:
        raise WidgetError(
            f"{name} has {weight.ndim} dimensions: give a kernel, (height, width), or filters, "
            "(output channels, channels of a group, height, width)."
        )
    while weight.ndim < 4:
        weight = weight[None]
    if weight.shape[0] > MOST_CHANNELS:
        raise WidgetError(
            f"{name} has {weight.shape[0]} filters: give {MOST_CHANNELS} at most, such as "
            f"{name}[:{MOST_CHANNELS}]."
        )
    return weight


def shift(value: Any, name: str = "bias") -> Tensor | None:
    """One number for each output channel, or None."""
    return None if value is None else numbers(value, name).reshape(-1)


class ConvWindow(Widget):
    """A convolution of `x`, window by window; its numbers can be changed in the page and here.

    `conv` is an `nn.Conv2d`, or its weight as numbers: a kernel (height, width) or filters
    (output channels, channels of a group, height, width); then `bias`, `stride`, `padding`,
    `dilation` and `groups` may be given too. `x` is one image, of up to 8 channels: (height,
    width) or (channels, height, width). A layer that is given stays as it is: the widget works on
    copies. Raises ValueError, with what to do, where they do not fit.

    >>> w = ConvWindow([[1, 0], [0, -1]], [[1, 2, 3], [4, 5, 6], [7, 8, 10]])
    >>> w
    ConvWindow(nn.Conv2d(1, 1, kernel_size=2, bias=False), x: 1 × 3 × 3, output: 1 × 2 × 2)
    >>> w.output
    tensor([[[-4., -4.],
             [-4., -5.]]])
    >>> w.stride = 2
    >>> w.output
    tensor([[[-4.]]])
    """

    _own = ("x", "weight", "bias", "stride", "padding", "dilation", "groups", "cell")

    x = Numbers(image)
    weight = Numbers(filters)
    bias = Numbers(shift, allow_none=True, default_value=None)
    stride = Pair(1, least=1)
    padding = Pair(0, least=0)
    dilation = Pair(1, least=1)
    groups = Setting(1)
    cell = Cell()

    def __init__(
        self,
        conv: nn.Conv2d | Any,
        x: Any,
        *,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        cell: Any = (0, 0, 0),
    ) -> None:
        weight = conv
        if isinstance(conv, nn.Module):
            if not isinstance(conv, nn.Conv2d):
                raise WidgetError(
                    f"{type(conv).__name__} is no nn.Conv2d: give one, or its weight."
                )
            if conv.padding_mode != "zeros":
                raise WidgetError(
                    f"padding_mode={conv.padding_mode!r} is not shown here: give a layer with "
                    "padding_mode='zeros'."
                )
            weight, bias, groups = conv.weight, conv.bias, conv.groups
            stride, padding, dilation = conv.stride, conv.padding, conv.dilation
        weight = filters(weight)
        padding = _margins(padding, weight.shape[2:], pair(dilation, "dilation", 1))
        super().__init__(
            x=x,
            weight=weight,
            bias=bias,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            cell=cell,
        )

    @traitlets.validate(*_own[:-1])
    def _fits(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def _problem(self, state: dict[str, Any]) -> str:
        return problem(state)

    @property
    def output(self) -> Tensor:
        """The convolution of `x`: (output channels, height, width)."""
        # A stride beyond the input makes one step, as one of its size does.
        sides = zip(self.stride, self.x.shape[1:], self.padding, strict=True)
        stride = tuple(min(step, size + 2 * around) for step, size, around in sides)
        window = (stride, self.padding, self.dilation, self.groups)
        return F.conv2d(self.x[None], self.weight, self.bias, *window)[0]

    @property
    def code(self) -> str:
        """The layer, as it is made in PyTorch."""
        parts = [self.x.shape[0], self.weight.shape[0]]
        parts.append(f"kernel_size={both(self.weight.shape[2:])}")
        for name, usual in (("stride", 1), ("padding", 0), ("dilation", 1)):
            if getattr(self, name) != (usual, usual):
                parts.append(f"{name}={both(getattr(self, name))}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        return f"nn.Conv2d({', '.join(map(str, parts))})"

    @property
    def text(self) -> str:
        """What the widget shows, in words."""
        output = self.output
        o, i, j = within(self.cell, output)
        return (
            f"{self.code} slides over x, {by(self.x)}, and gives y, {by(output)}. "
            f"y[{o}, {i}, {j}] is {output[o, i, j].item():.4g}."
        )

    def __repr__(self) -> str:
        return f"ConvWindow({self.code}, x: {by(self.x)}, output: {by(self.output)})"

    def _picture(self) -> Drawing:
        output = self.output
        o, i, j = within(self.cell, output)
        bias = "" if self.bias is None else f", bias {self.bias[o].item():.4g}"
        each = self.x.shape[0] // self.groups
        first = o // (output.shape[0] // self.groups) * each
        windows = down, across = axes(
            self.weight.shape[2:], self.stride, self.dilation, self.padding, output.shape[1:]
        )

        def marked(c: int, row: int, column: int) -> bool:
            return first <= c < first + each and down.sees(i, row) and across.sees(j, column)

        x = Planes(f"x, {by(self.x)}", self.x, BLUE, marked, padding=self.padding)
        tensors = [
            unvisited(windows, x),
            Planes(f"weight[{o}]{bias}", self.weight[o], ORANGE, lambda *_: True),
            Planes(f"y, {by(output)}", output, GREEN, lambda *at: at == (o, i, j)),
        ]
        return beside(self.code, tensors, self.text)


def problem(state: dict[str, Any]) -> str:
    """What is wrong with a convolution, and what to do; the page says the same."""
    x, weight, bias, groups = (state[name] for name in ("x", "weight", "bias", "groups"))
    if isinstance(groups, bool) or not isinstance(groups, int) or groups < 1:
        return f"groups is {groups!r}: give a whole number from 1 on."
    for count, name in ((x.shape[0], "input"), (weight.shape[0], "output")):
        if count % groups:
            return (
                f"{groups} groups do not divide {count} {name} channel{'s' if count > 1 else ''}. "
                f"Choose a divisor of {count}."
            )
    each = x.shape[0] // groups
    if weight.shape[1] != each:
        return (
            f"A filter has planes for {weight.shape[1]} channels, but sees {each} of x. Give it "
            f"{each}; change(…) sets weight, groups and x together."
        )
    if bias is not None and len(bias) != weight.shape[0]:
        return f"bias has {len(bias)} numbers for {weight.shape[0]} filters: give one for each."
    cells = weight.shape[0]
    for n, name in enumerate(("high", "wide")):
        span = state["dilation"][n] * (weight.shape[2 + n] - 1) + 1
        room = x.shape[1 + n] + 2 * state["padding"][n]
        if span > room:
            return (
                f"The kernel is {span} cells {name}, the input with its padding only {room}. "
                "Make the kernel or its dilation smaller, or the padding larger."
            )
        cells *= (room - span) // state["stride"][n] + 1
    if cells > MOST_CELLS:
        return (
            f"The output would have {cells} cells, more than the {MOST_CELLS} that fit here. "
            "Make the padding smaller, or the stride larger."
        )
    return ""


def _margins(padding: Any, kernel: Any, dilation: tuple[int, int]) -> Any:
    """The padding in numbers, where it is given in a word."""
    if padding == "valid":
        return 0
    if padding == "same":
        totals = [gap * (size - 1) for gap, size in zip(dilation, kernel, strict=True)]
        if any(total % 2 for total in totals):
            raise WidgetError(
                "padding='same' pads one side more than the other here, which is not shown: give "
                "an odd kernel, or the padding in numbers."
            )
        return tuple(total // 2 for total in totals)
    return padding
