"""Convolution: a window slides over the input; each output is the sum of the products under it.

Three functions make a circle: an output is made of input times weight, an input's gradient of the
output's gradient times weight, a weight's of the output's gradient times input. The gradient of
each is the other two, so that derivatives of any order come for free.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tensorlab import dtypes
from tensorlab.core import Array, TensorBase, record
from tensorlab.errors import lined_up, noted
from tensorlab.kernels import convolution as kernels
from tensorlab.nn.functional.arguments import (
    are_sizes,
    in_layout_of,
    is_whole,
    whole_numbers,
)
from tensorlab.nn.functional.padding import pad
from tensorlab.ops.operands import kind_of

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]


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
    _check_types(operation, (input, weight, bias, stride, padding, dilation, groups))
    if bias is not None and bias.dtype is not input.dtype:
        raise _types_differ(input, bias)
    if input.ndim not in (count + 1, count + 2):
        raise _wrong_dimensions(operation, count, input)
    x = input if input.ndim == count + 2 else input.unsqueeze(0)

    kernel = weight.shape[2:]
    if not kernel:
        raise RuntimeError("weight should have at least three dimensions")
    if groups < 1:
        raise RuntimeError("non-positive groups is not supported")
    steps = _each_dim(operation, "stride", stride, count, len(kernel))
    gaps = _each_dim(operation, "dilation", dilation, count, len(kernel))
    if isinstance(padding, str):
        x, margins = _padded(x, kernel, steps, padding, gaps)
    else:
        margins = _each_dim(operation, "padding", padding, count, len(kernel))

    window = (steps, margins, gaps, int(groups))
    _check_shapes(x, weight, bias, window)
    _check_computable(x, weight, window)
    out = _convolve(x, weight, bias, window)
    return out if x.ndim == input.ndim else out.squeeze(0)


# ----- the three functions and their gradients --------------------------------------------------

_Window = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None, window: _Window) -> Tensor:
    """The outputs: each the sum of the products of the inputs under the window and the weight."""
    data = _call(kernels.conv2d, x._data, weight._data, window)
    if bias is not None:
        data = data + bias._data.reshape(-1, *[1] * (data.ndim - 2))
    places = (0, *range(2, data.ndim))
    return record(
        "ConvolutionBackward0",
        in_layout_of(x, data),
        (x, lambda g: _input_gradient(g, weight, x.shape, window), weight),
        (weight, lambda g: _weight_gradient(g, x, weight.shape, window), x),
        (bias, lambda g: g.sum(places)),
    )


def _input_gradient(g: Tensor, weight: Tensor, shape: Sequence[int], window: _Window) -> Tensor:
    """What an input gets back from every output that it went into: g times the weight."""
    return record(
        "ConvolutionBackwardBackward0",
        _call(kernels.conv2d_input_gradient, g._data, weight._data, window, tuple(shape)),
        (g, lambda gg: _convolve(gg, weight, None, window), weight),
        (weight, lambda gg: _weight_gradient(g, gg, weight.shape, window), g),
    )


def _weight_gradient(g: Tensor, x: Tensor, shape: Sequence[int], window: _Window) -> Tensor:
    """What a weight gets back from every place that the window was at: g times the input."""
    return record(
        "ConvolutionBackwardBackward0",
        _call(kernels.conv2d_weight_gradient, g._data, x._data, window, tuple(shape)),
        (g, lambda gg: _convolve(x, gg, None, window), x),
        (x, lambda gg: _input_gradient(g, gg, x.shape, window), g),
    )


def _call(kernel: Any, a: Array, b: Array, window: _Window, *shape: tuple[int, ...]) -> Array:
    """Run a kernel; a sequence is given as an image of one row."""
    stride, padding, dilation, groups = window
    if a.ndim == 4:
        return kernel(a, b, *shape, stride, padding, dilation, groups)  # type: ignore[no-any-return]
    flat = [(*sizes[:2], 1, *sizes[2:]) for sizes in shape]
    out = kernel(
        a[:, :, None], b[:, :, None], *flat, (1, *stride), (0, *padding), (1, *dilation), groups
    )
    return out[:, :, 0]  # type: ignore[no-any-return]


# ----- arguments --------------------------------------------------------------------------------


def _each_dim(operation: str, name: str, value: Any, count: int, wanted: int) -> tuple[int, ...]:
    """One number for each dimension of the window."""
    numbers = whole_numbers(operation, name, value, count)
    if len(numbers) == 1:
        return numbers * wanted
    if len(numbers) != wanted:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {wanted} values to match "
            f"the convolution dimensions, but got {name}={list(numbers)}"
        )
    return numbers


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


_SIGNATURES = """\
 * (Tensor input, Tensor weight, Tensor bias = None, tuple of ints stride = 1, \
tuple of ints padding = 0, tuple of ints dilation = 1, int groups = 1)
{why} * (Tensor input, Tensor weight, Tensor bias = None, tuple of ints stride = 1, \
str padding = "valid", tuple of ints dilation = 1, int groups = 1)
{why}"""


def _check_types(operation: str, given: tuple[Any, ...]) -> None:
    """Raise torch's TypeError where an argument is of the wrong type."""
    input, weight, bias, stride, padding, dilation, groups = given
    if (
        isinstance(input, TensorBase)
        and isinstance(weight, TensorBase)
        and (bias is None or isinstance(bias, TensorBase))
        and are_sizes(stride)
        and (isinstance(padding, str) or are_sizes(padding))
        and are_sizes(dilation)
        and is_whole(groups)
    ):
        return
    why = ""
    if all(isinstance(sizes, tuple) for sizes in (stride, dilation)):  # as a layer calls it
        kinds = [kind_of(x) for x in given]
        marked = ", ".join(
            "Tensor" if kind_of(x) == "Tensor" else f"!{_spelled(x)}!" for x in given
        )
        why = "      didn't match because some of the arguments have invalid types: "
        why += f"({marked})\n"
    else:
        kinds = [kind_of(x) for x in (given[:2] if bias is None else given[:3])]
        named = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        usual = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
        kinds += [f"{name}={kind_of(x)}" for name, x in named.items() if x is not usual[name]]
    error = TypeError(
        f"{operation}() received an invalid combination of arguments - got ({', '.join(kinds)}), "
        "but expected one of:\n" + _SIGNATURES.format(why=why)
    )
    if not isinstance(input, TensorBase):
        raise noted(error, "The input must be a tensor: torch.tensor(…), torch.from_numpy(array)…")
    raise noted(error, "Sizes are whole numbers: stride=2, or stride=(2, 1) for height and width.")


def _spelled(x: Any) -> str:
    """x's type, with its elements' types if it is a tuple or a list."""
    if isinstance(x, tuple):
        return f"tuple of ({', '.join(map(kind_of, x))}{',' * (len(x) == 1)})"
    if isinstance(x, list):
        return f"list of [{', '.join(map(kind_of, x))}]"
    return kind_of(x)


def _wrong_dimensions(operation: str, count: int, input: Tensor) -> RuntimeError:
    axes = ("channels", "height", "width") if count == 2 else ("channels", "length")
    return noted(
        RuntimeError(
            f"Expected {count + 1}D (unbatched) or {count + 2}D (batched) input to {operation}, "
            f"but got input of size: {list(input.shape)}"
        ),
        f"The axes are (batch, {', '.join(axes)}); the batch may be left out. "
        "x.unsqueeze(0) adds an axis of one, such as the channel of a grey image.",
    )


def _types_differ(input: Tensor, bias: Tensor) -> RuntimeError:
    error = RuntimeError(
        f"Input type ({input.dtype.spoken}) and bias type ({bias.dtype.spoken}) should be the same"
    )
    cast = "x.float()" if bias.dtype is dtypes.float32 else f"x.to({bias.dtype})"
    return noted(
        error,
        f"The layer computes in {bias.dtype}, the input is {input.dtype}. Convert it: {cast}.",
    )


def _check_shapes(x: Tensor, weight: Tensor, bias: Tensor | None, window: _Window) -> None:
    """Raise torch's RuntimeError where input, weight, bias and window do not fit together."""
    stride, padding, dilation, groups = window
    if min(padding) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(stride) < 1:
        raise RuntimeError("non-positive stride is not supported")
    if weight.ndim != x.ndim:
        raise RuntimeError(
            f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight "
            f"{list(weight.shape)}, but got {x.ndim}-dimensional input of size {list(x.shape)} "
            "instead"
        )
    out_channels, channels, *kernel = weight.shape
    if out_channels < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but "
            f"got weight of size {list(weight.shape)} instead"
        )
    if out_channels % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, "
            f"but got weight of size [{list(weight.shape)}] instead"
        )
    if x.shape[1] != channels * groups:
        raise _wrong_channels(x, weight, groups)
    if bias is not None and bias.shape != (out_channels,):
        raise noted(
            RuntimeError(
                f"Given weight of size {list(weight.shape)}, expected bias to be 1-dimensional "
                f"with {out_channels} elements, but got bias of size {list(bias.shape)} instead"
            ),
            f"There is one bias for each of the {out_channels} filters.",
        )
    size = [n + 2 * margin for n, margin in zip(x.shape[2:], padding, strict=True)]
    reach = [gap * (n - 1) + 1 for n, gap in zip(kernel, dilation, strict=True)]
    if any(n < r for n, r in zip(size, reach, strict=True)):
        raise noted(
            RuntimeError(
                f"Calculated padded input size per channel: ({' x '.join(map(str, size))}). "
                f"Kernel size: ({' x '.join(map(str, reach))}). Kernel size can't be greater than "
                "actual input size"
            ),
            "The window must fit into the image, padding included. "
            "Pad more, take a smaller kernel, or pool less before it.",
        )


def _wrong_channels(x: Tensor, weight: Tensor, groups: int) -> RuntimeError:
    wanted, got = weight.shape[1] * groups, x.shape[1]
    lines = [
        lined_up(x.shape, weight.shape, names=("input", "weight")),
        f"Axis 1 of the input counts its channels: {got}. The weight wants {wanted}"
        + (f": {weight.shape[1]} in each of {groups} groups." if groups > 1 else "."),
    ]
    if x.ndim == 4 and x.shape[-1] == wanted:
        lines.append("Here they stand last, as in image files: x.permute(0, 3, 1, 2).")
    elif got == 4 and wanted == 3:
        lines.append("The fourth may be an image's transparency: x[:, :3] leaves it out.")
    elif got == 1:
        lines.append(f"x.expand(-1, {wanted}, …) repeats the one channel.")
    return noted(
        RuntimeError(
            f"Given groups={groups}, weight of size {list(weight.shape)}, expected input"
            f"{list(x.shape)} to have {wanted} channels, but got {got} channels instead"
        ),
        *lines,
    )


def _check_computable(x: Tensor, weight: Tensor, window: _Window) -> None:
    """Raise torch's error for types that it does not convolve."""
    if 0 in weight.shape[2:]:
        height, width = (1, *weight.shape[2:])[-2:]
        raise RuntimeError(
            "kernel size should be greater than zero, but got "
            f"kernel_height: {height} kernel_width: {width}"
        )
    if min(window[2]) < 1:
        raise RuntimeError(f"dilation should be greater than zero, but got {list(window[2])}")
    if x.dtype is dtypes.bool:
        plain = max(window[2]) == 1
        kernel = "slow_conv2d_cpu" if plain else "slow_conv_dilated<>"
        raise noted(
            NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'"),
            "Convert it: x.float().",
        )
    if x.dtype is not weight.dtype:
        words = f"expected scalar type {x.dtype.legacy} but found {weight.dtype.legacy}"
        large = window[3] > 1 or x.shape[0] > 1 or x.numel() > 20480 or min(weight.shape[2:]) > 3
        if large and x.dtype is dtypes.float32:  # torch has another library compute it
            words = (
                f"Input type ({x.type()}) and weight type ({weight.type()}) should be the same or "
                "input should be a MKLDNN tensor and weight is a dense tensor"
            )
        raise noted(
            RuntimeError(words),
            f"The input is {x.dtype}, the weight {weight.dtype}. Convert one of them.",
        )
