"""PoolWindow: pooling that one can step through, with its winners, its ties and its padding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from tensorlab import nn
from tensorlab.nn import functional as F
from tensorlab.widgets.base import Widget, both, by, within
from tensorlab.widgets.picture import BLUE, GREEN, Drawing, Planes, beside
from tensorlab.widgets.traits import Cell, Flag, Numbers, Pair, Text, WidgetError, image
from tensorlab.widgets.windows import axes, unvisited

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class PoolWindow(Widget):
    """Pooling of `x`, window by window: which cell wins, which tie with it, what the padding does.

    `pool` is an `nn.MaxPool2d` or `nn.AvgPool2d`, or the size of a window for the largest number:
    a whole number, or two. `x` is one image, of up to 8 channels: (height, width) or (channels,
    height, width). Raises ValueError, with what to do, where they do not fit.

    >>> w = PoolWindow(nn.MaxPool2d(2, stride=1, padding=1), torch.arange(16.).reshape(4, 4))
    >>> w
    PoolWindow(nn.MaxPool2d(kernel_size=2, stride=1, padding=1), x: 1 × 4 × 4, output: 1 × 5 × 5)
    >>> w.output[0, 0]
    tensor([0., 1., 2., 3., 3.])
    >>> w.indices[0, 0]
    tensor([0, 1, 2, 3, 3])
    """

    _own = (
        "x",
        "mode",
        "kernel",
        "stride",
        "padding",
        "dilation",
        "ceil_mode",
        "count_include_pad",
        "return_indices",
        "cell",
    )

    x = Numbers(image)
    mode = Text("max", ("max", "avg"))
    kernel = Pair(2, least=1)
    stride = Pair(2, least=1)
    padding = Pair(0, least=0)
    dilation = Pair(1, least=1)
    ceil_mode = Flag(False)
    count_include_pad = Flag(True)
    return_indices = Flag(False)
    cell = Cell()

    def __init__(self, pool: nn.MaxPool2d | nn.AvgPool2d | Any, x: Any, *, cell: Any = (0, 0, 0)):
        layer: Any = pool
        if not isinstance(layer, nn.Module):
            layer = nn.MaxPool2d(layer)
        if not isinstance(layer, nn.MaxPool2d | nn.AvgPool2d):
            raise WidgetError(
                f"{type(layer).__name__} is no pooling of images: give an nn.MaxPool2d, an "
                "nn.AvgPool2d, or the size of a window."
            )
        values = {name: getattr(layer, name) for name in ("stride", "padding", "ceil_mode")}
        if isinstance(layer, nn.MaxPool2d):
            values |= {"dilation": layer.dilation, "return_indices": layer.return_indices}
        else:
            if layer.divisor_override is not None:
                raise WidgetError(
                    "divisor_override is not shown here: give an nn.AvgPool2d without it."
                )
            values |= {"mode": "avg", "count_include_pad": layer.count_include_pad}
        super().__init__(x=x, kernel=layer.kernel_size, cell=cell, **values)

    @traitlets.validate("x", "mode", "kernel", "stride", "padding", "dilation", "ceil_mode")
    def _fits(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def _problem(self, state: dict[str, Any]) -> str:
        return problem(state)

    @property
    def output(self) -> Tensor:
        """The pooled image: (channels, height, width)."""
        if self.mode == "avg":
            window = (self.kernel, self.stride, self.padding, self.ceil_mode)
            return F.avg_pool2d(self.x, *window, self.count_include_pad)
        return self._winners()[0]

    @property
    def indices(self) -> Tensor | None:
        """Where each winner lies in its channel, counted row by row, as int64; None for a mean."""
        return None if self.mode == "avg" else self._winners()[1]

    def _winners(self) -> tuple[Tensor, Tensor]:
        window = (self.kernel, self.stride, self.padding, self.dilation, self.ceil_mode)
        largest, places = F.max_pool2d(self.x, *window, return_indices=True)
        return largest, places

    @property
    def code(self) -> str:
        """The layer, as it is made in PyTorch."""
        parts = [f"kernel_size={both(self.kernel)}", f"stride={both(self.stride)}"]
        for name, usual in (("padding", 0), ("dilation", 1)):
            if getattr(self, name) != (usual, usual):
                parts.append(f"{name}={both(getattr(self, name))}")
        if self.return_indices and self.mode == "max":
            parts.append("return_indices=True")
        if self.ceil_mode:
            parts.append("ceil_mode=True")
        if self.mode == "avg" and not self.count_include_pad:
            parts.append("count_include_pad=False")
        return f"nn.{'MaxPool2d' if self.mode == 'max' else 'AvgPool2d'}({', '.join(parts)})"

    @property
    def text(self) -> str:
        """What the widget shows, in words."""
        output = self.output
        c, i, j = within(self.cell, output)
        return (
            f"{self.code} slides over x, {by(self.x)}, and gives y, {by(output)}. "
            f"y[{c}, {i}, {j}] is {output[c, i, j].item():.4g}."
        )

    def __repr__(self) -> str:
        return f"PoolWindow({self.code}, x: {by(self.x)}, output: {by(self.output)})"

    def _picture(self) -> Drawing:
        output = self.output
        c, i, j = within(self.cell, output)
        windows = down, across = axes(
            self.kernel, self.stride, self.dilation, self.padding, output.shape[1:]
        )

        def marked(channel: int, row: int, column: int) -> bool:
            return channel == c and down.sees(i, row) and across.sees(j, column)

        filler = "−∞" if self.mode == "max" else "0"
        x = Planes(f"x, {by(self.x)}", self.x, BLUE, marked, padding=self.padding, filler=filler)
        tensors = [
            unvisited(windows, x),
            Planes(f"y, {by(output)}", output, GREEN, lambda *at: at == (c, i, j)),
        ]
        return beside(self.code, tensors, self.text)


def problem(state: dict[str, Any]) -> str:
    """What is wrong with a pooling, and what to do; the page says the same."""
    if state["mode"] == "avg" and state["dilation"] != (1, 1):
        return "A mean has no dilation. Set dilation to 1."
    for n, name in enumerate(("high", "wide")):
        kernel, padding = state["kernel"][n], state["padding"][n]
        if padding * 2 > kernel:
            return (
                f"A padding of {padding} is more than half of a kernel {kernel} {name}: a window "
                "could lie in the padding alone. Make the padding smaller, or the kernel larger."
            )
        span = state["dilation"][n] * (kernel - 1) + 1
        room = state["x"].shape[1 + n] + 2 * padding
        if span > room:
            return (
                f"The window is {span} cells {name}, the input with its padding only {room}. "
                "Make the kernel or its dilation smaller, or the padding larger."
            )
    return ""
