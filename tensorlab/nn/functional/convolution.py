"""Convolution: a window slides over the input; each output is the sum of the products under it.

Three functions make a circle: an output is made of input times weight, an input's gradient of the
output's gradient times weight, a weight's of the output's gradient times input. The gradient of
each is the other two, so that derivatives of any order come for free.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array, record
from tensorlab.errors import noted
from tensorlab.kernels import convolution as kernels
from tensorlab.kernels import many
from tensorlab.nn.functional import convolution_checks as checks
from tensorlab.nn.functional.arguments import in_layout_of
from tensorlab.nn.functional.padding import pad

Window = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]


@checks.of_types
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Slide each filter of `weight` over images, and sum the products under it.

    Images (N, C, H, W), or one image (C, H, W); weight (out, C / groups, kH, kW); bias (out,).
    Gives (N, out, H', W') with H' = ⌊(H + 2·padding - dilation·(kH - 1) - 1) / stride⌋ + 1.
    `padding` is of zeros; "same" keeps the size, "valid" is none. With `groups`, the channels are
    dealt into as many groups, and each filter sees one. The filter is not flipped. Raises
    RuntimeError where the sizes or types do not fit. Follows `torch.nn.functional.conv2d`.

    >>> image = torch.tensor([1., 10., 100.]).reshape(1, 3, 1, 1)
    >>> F.conv2d(image, torch.tensor([1., 2., 3.]).reshape(1, 3, 1, 1)).item()
    321.0

    With three groups, each filter sees one channel:

    >>> F.conv2d(image, torch.ones(6, 1, 1, 1), groups=3).flatten()
    tensor([  1.,   1.,  10.,  10., 100., 100.])

    At the border, the window sees zeros:

    >>> F.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 3, 3), padding=1)[0, 0]
    tensor([[4., 6., 4.],
            [6., 9., 6.],
            [4., 6., 4.]])
    """
    return _convolution("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


@checks.of_types
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """As `conv2d`, along one dimension: (N, C, L) or (C, L). Follows `torch.nn.functional.conv1d`.

    >>> F.conv1d(torch.tensor([[[1., 2., 3., 4.]]]), torch.tensor([[[1., -1.]]]))
    tensor([[[-1., -1., -1.]]])
    """
    return _convolution("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def _convolution(
    operation: str,
    count: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
) -> Tensor:
    asked = _asked(operation, input, weight, bias, stride, padding, dilation, groups)
    known = _KNOWN.get(asked)
    if known is not None:
        return _convolve(input, weight, bias, known)
    checks.check_input(operation, count, input, bias)
    x = input if input.ndim == count + 2 else input.unsqueeze(0)

    kernel = weight.shape[2:]
    if not kernel:
        raise RuntimeError("weight should have at least three dimensions")
    if groups < 1:
        raise RuntimeError("non-positive groups is not supported")
    steps = checks.each_dim(operation, "stride", stride, count, len(kernel))
    gaps = checks.each_dim(operation, "dilation", dilation, count, len(kernel))
    if isinstance(padding, str):
        x, margins = _padded(x, kernel, steps, padding, gaps)
    else:
        margins = checks.each_dim(operation, "padding", padding, count, len(kernel))

    window = (steps, margins, gaps, int(groups))
    checks.check_shapes(x, weight, bias, window)
    checks.check_computable(x, weight, window)
    if asked is not None and x is input:
        _KNOWN.clear() if len(_KNOWN) > 1000 else None
        _KNOWN[asked] = window
    out = _convolve(x, weight, bias, window)
    return out if x.ndim == input.ndim else out.squeeze(0)


# The windows of calls that were found to fit: checking takes 20 us, as long as a small convolution.
_KNOWN: dict[Any, Window] = {}
_PLAIN = (int, tuple)


def _asked(
    operation: str, input: Tensor, weight: Tensor, bias: Tensor | None, *window: Any
) -> tuple[Any, ...] | None:
    """All that decides whether a call fits; None where that is not plain integers."""
    for each in window:
        if type(each) not in _PLAIN or (type(each) is tuple and set(map(type, each)) != {int}):
            return None
    kind = None if bias is None else (bias._data.shape, bias._dtype)
    a, b = input._data, weight._data
    return operation, a.shape, input._dtype, b.shape, weight._dtype, kind, window


def _padded(
    x: Tensor, kernel: Sequence[int], stride: Sequence[int], how: str, dilation: Sequence[int]
) -> tuple[Tensor, tuple[int, ...]]:
    """The input and the padding for "same" and "valid"; what is uneven is padded here."""
    if how == "valid":
        return x, (0,) * len(kernel)
    if how != "same":
        raise RuntimeError(f"Invalid padding string: '{how}'")
    if any(step != 1 for step in stride):
        raise noted(
            RuntimeError("padding='same' is not supported for strided convolutions"),
            "A stride above 1 makes the image smaller, whatever the padding.",
        )
    total = [gap * (size - 1) for size, gap in zip(kernel, dilation, strict=True)]
    margins = tuple(both // 2 for both in total)
    odd = [both % 2 for both in total]
    if any(odd):
        x = pad(x, [n for one in reversed(odd) for n in (0, one)])
    return x, margins


# ----- the three functions and their gradients --------------------------------------------------


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None, window: Window) -> Tensor:
    """The outputs: each the sum of the products of the inputs under the window and the weight."""
    data = _call(kernels.conv2d, x._data, weight._data, window)
    if bias is not None:
        data += bias._data.reshape(-1, *[1] * (data.ndim - 2))
    return record(
        "ConvolutionBackward0",
        in_layout_of(x, data),
        (x, lambda g: _input_gradient(g, weight, x.shape, window), weight),
        (weight, lambda g: _weight_gradient(g, x, weight.shape, window), x),
        (bias, _bias_gradient),
    )


def _bias_gradient(g: Tensor) -> Tensor:
    """What a filter's bias gets back: the sum of the gradients in all places."""
    shape = g._data.shape
    beside = (-1, *[1] * (len(shape) - 2))
    return record(
        "SumBackward1",
        many.total(np.ascontiguousarray(g._data), (0, *range(2, len(shape)))),
        (g, lambda gg: gg.reshape(beside).expand(shape)),
    )


def _input_gradient(g: Tensor, weight: Tensor, shape: Sequence[int], window: Window) -> Tensor:
    """What an input gets back from every output that it went into: g times the weight."""
    return record(
        "ConvolutionBackwardBackward0",
        _call(kernels.conv2d_input_gradient, g._data, weight._data, window, tuple(shape)),
        (g, lambda gg: _convolve(gg, weight, None, window), weight),
        (weight, lambda gg: _weight_gradient(g, gg, weight.shape, window), g),
    )


def _weight_gradient(g: Tensor, x: Tensor, shape: Sequence[int], window: Window) -> Tensor:
    """What a weight gets back from every place that the window was at: g times the input."""
    return record(
        "ConvolutionBackwardBackward0",
        _call(kernels.conv2d_weight_gradient, g._data, x._data, window, tuple(shape)),
        (g, lambda gg: _convolve(x, gg, None, window), x),
        (x, lambda gg: _input_gradient(g, gg, x.shape, window), g),
    )


def _call(kernel: Any, a: Array, b: Array, window: Window, *shape: tuple[int, ...]) -> Array:
    """Run a kernel; a sequence is given as an image of one row."""
    stride, padding, dilation, groups = window
    if a.ndim == 4:
        return kernel(a, b, *shape, stride, padding, dilation, groups)  # type: ignore[no-any-return]
    flat = [(*sizes[:2], 1, *sizes[2:]) for sizes in shape]
    out = kernel(
        a[:, :, None], b[:, :, None], *flat, (1, *stride), (0, *padding), (1, *dilation), groups
    )
    return out[:, :, 0]  # type: ignore[no-any-return]
