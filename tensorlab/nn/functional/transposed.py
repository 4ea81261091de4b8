"""Transposed convolution, which spreads each number over a window, and convolution of volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import record
from tensorlab.errors import noted
from tensorlab.kernels import convolution as kernels
from tensorlab.nn.functional import convolution_checks as checks
from tensorlab.nn.functional.arguments import in_layout_of, require_tensor
from tensorlab.nn.functional.convolution import _call, _convolve, _weight_gradient, conv2d
from tensorlab.nn.functional.padding import pad

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """As `conv_transpose2d`, along one dimension. Follows `torch.nn.functional.conv_transpose1d`.

    >>> F.conv_transpose1d(torch.tensor([[[1., 2.]]]), torch.tensor([[[1., 10.]]]))
    tensor([[[ 1., 12., 20.]]])
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _transposed("conv_transpose1d", 1, input, weight, bias, options)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Spread each number over a window, weighted, and sum where windows overlap.

    It is a convolution's way back: (N, in, H, W) with a weight (in, out / groups, kH, kW) gives
    (N, out, H', W') with H' = (H - 1)·stride - 2·padding + dilation·(kH - 1) + output_padding + 1.
    Follows `torch.nn.functional.conv_transpose2d`.

    >>> F.conv_transpose2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2))
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _transposed("conv_transpose2d", 2, input, weight, bias, options)


def _transposed(
    operation: str,
    count: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    options: tuple[Any, Any, Any, Any, int],
) -> Tensor:
    require_tensor(operation, input)
    checks.check_input(operation, count, input, bias)
    names = ("stride", "padding", "output_padding", "dilation")
    steps, margins, extra, gaps = (
        checks.each_dim(operation, name, value, count, count)
        for name, value in zip(names, options[:4], strict=True)
    )
    groups = options[4]
    x = input if input.ndim == count + 2 else input.unsqueeze(0)
    _check(x, weight, bias, steps, margins, extra, gaps, groups)
    sizes = [
        (n - 1) * step - 2 * margin + gap * (k - 1) + more + 1
        for n, step, margin, gap, k, more in zip(
            x.shape[2:], steps, margins, gaps, weight.shape[2:], extra, strict=True
        )
    ]
    if min(sizes) < 1:
        flat = "1 x " * (count == 1)  # torch takes a sequence for an image of one row
        before, after = (flat + " x ".join(map(str, one)) for one in (x.shape[2:], sizes))
        raise noted(
            RuntimeError(
                f"Given input size per channel: ({before}). Calculated output size per channel: "
                f"({after}). Output size is too small"
            ),
            "The padding cuts off more than there is.",
        )
    if any(more >= step for more, step in zip(extra, steps, strict=True)):
        out = _spread_far(x, weight, bias, (steps, margins, gaps, groups), extra)
        return out if x.ndim == input.ndim else out.squeeze(0)
    out = _spread(x, weight, bias, (steps, margins, gaps, groups), tuple(sizes))
    return out if x.ndim == input.ndim else out.squeeze(0)


def _spread_far(
    x: Tensor, weight: Tensor, bias: Tensor | None, window: Any, extra: Sequence[int]
) -> Tensor:
    """With output_padding as large as the stride: all there is, then cut, and lengthened by 0."""
    steps, margins, gaps, groups = window
    full = [
        (n - 1) * step + gap * (k - 1) + 1
        for n, step, gap, k in zip(x.shape[2:], steps, gaps, weight.shape[2:], strict=True)
    ]
    whole = _spread(x, weight, None, (steps, (0,) * len(steps), gaps, groups), tuple(full))
    cuts = [n for m, more in zip(margins[::-1], extra[::-1], strict=True) for n in (-m, more - m)]
    out = pad(whole, cuts)
    data = out._data if bias is None else out._data + bias._data.reshape(-1, *[1] * len(steps))
    places = (0, *range(2, data.ndim))
    return record("ConvolutionBackward0", data, (out, lambda g: g), (bias, lambda g: g.sum(places)))


def _spread(x: Tensor, weight: Tensor, bias: Tensor | None, window: Any, sizes: Any) -> Tensor:
    shape = (x.shape[0], weight.shape[1] * window[3], *sizes)
    data = _call(kernels.conv2d_input_gradient, x._data, weight._data, window, shape)
    if bias is not None:
        data = data + bias._data.reshape(-1, *[1] * (data.ndim - 2))
    places = (0, *range(2, data.ndim))
    return record(
        "ConvolutionBackward0",
        in_layout_of(x, data),
        (x, lambda g: _convolve(g, weight, None, window), weight),
        (weight, lambda g: _weight_gradient(x, g, weight.shape, window), x),
        (bias, lambda g: g.sum(places)),
    )


def _check(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    steps: tuple[int, ...],
    margins: tuple[int, ...],
    extra: tuple[int, ...],
    gaps: tuple[int, ...],
    groups: int,
) -> None:
    """Raise torch's errors where input, weight and window do not fit together."""
    if groups < 1:
        raise RuntimeError("non-positive groups is not supported")
    if min(margins) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(steps) < 1:
        raise RuntimeError("non-positive stride is not supported")
    if weight.ndim != x.ndim:
        raise RuntimeError(
            f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight "
            f"{list(weight.shape)}, but got {x.ndim}-dimensional input of size {list(x.shape)} "
            "instead"
        )
    if x.shape[1] != weight.shape[0]:
        raise noted(
            RuntimeError(
                f"Given transposed=1, weight of size {list(weight.shape)}, expected input"
                f"{list(x.shape)} to have {weight.shape[0]} channels, but got {x.shape[1]} "
                "channels instead"
            ),
            "Axis 1 of the input counts its channels; axis 0 of the weight must be as large.",
        )
    if bias is not None and bias.shape != (weight.shape[1] * groups,):
        raise RuntimeError(
            f"Given transposed=1, weight of size {list(weight.shape)}, expected bias to be "
            f"1-dimensional with {weight.shape[1] * groups} elements, but got bias of size "
            f"{list(bias.shape)} instead"
        )
    if any(more >= max(step, gap) for more, step, gap in zip(extra, steps, gaps, strict=True)):
        shown = (1,) * (2 - len(steps))
        height, width = (*(0,) * (2 - len(extra)), *extra)
        tall, wide = (*shown, *steps)
        far, apart = (*shown, *gaps)
        raise RuntimeError(
            "output padding must be smaller than either stride or dilation, but got "
            f"output_padding_height: {height} output_padding_width: {width} stride_height: {tall} "
            f"stride_width: {wide} dilation_height: {far} dilation_width: {apart}"
        )
    checks.check_computable(x, weight, (steps, margins, gaps, groups))


# ----- volumes ----------------------------------------------------------------------------------


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """As `conv2d`, of volumes (N, C, D, H, W). Follows `torch.nn.functional.conv3d`.

    What the window sees in its depth counts as channels more, so that `conv2d` can do it.

    >>> F.conv3d(torch.ones(1, 1, 2, 2, 2), torch.ones(1, 1, 2, 2, 2))
    tensor([[[[[8.]]]]])
    """
    require_tensor("conv3d", input)
    checks.check_input("conv3d", 3, input, bias)
    x = input if input.ndim == 5 else input.unsqueeze(0)
    steps = checks.each_dim("conv3d", "stride", stride, 3, 3)
    gaps = checks.each_dim("conv3d", "dilation", dilation, 3, 3)
    kernel = weight.shape[2:]
    if isinstance(padding, str):
        if padding == "same" and max(steps) > 1:
            raise RuntimeError("padding='same' is not supported for strided convolutions")
        total = [gap * (k - 1) * (padding == "same") for k, gap in zip(kernel, gaps, strict=True)]
        around = [n for both in reversed(total) for n in (both // 2, both - both // 2)]
        x, margins = pad(x, around), (0, 0, 0)
    else:
        margins = checks.each_dim("conv3d", "padding", padding, 3, 3)  # type: ignore[assignment]
    checks.check_shapes(x, weight, bias, (steps, margins, gaps, groups))
    if margins[0]:
        x = pad(x, (0, 0, 0, 0, margins[0], margins[0]))
    deep = x.unfold(2, gaps[0] * (kernel[0] - 1) + 1, steps[0])[..., :: gaps[0]]
    count, depth = deep.shape[0], deep.shape[2]
    images = deep.permute(0, 2, 1, 5, 3, 4).reshape(count * depth, -1, *x.shape[3:])
    filters = weight.reshape(weight.shape[0], -1, *kernel[1:])
    flat = conv2d(images, filters, bias, steps[1:], margins[1:], gaps[1:], groups)
    out = flat.reshape(count, depth, *flat.shape[1:]).permute(0, 2, 1, 3, 4)
    data = np.ascontiguousarray(out._data)
    out = record("ConvolutionBackward0", data, (out, lambda g: g))
    return out if x.ndim == input.ndim else out.squeeze(0)
