"""What a convolution refuses, in torch's words, with a note that lines the shapes up."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tensorlab import dtypes
from tensorlab.core import TensorBase
from tensorlab.errors import lined_up, noted
from tensorlab.nn.functional.arguments import are_sizes, is_whole, whole_numbers
from tensorlab.ops.operands import kind_of

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Window = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]

_Operation = TypeVar("_Operation", bound=Callable[..., Any])


# ----- types ------------------------------------------------------------------------------------

_SIGNATURES = """\
 * (Tensor input, Tensor weight, Tensor bias = None, tuple of ints stride = 1, \
tuple of ints padding = 0, tuple of ints dilation = 1, int groups = 1)
{why} * (Tensor input, Tensor weight, Tensor bias = None, tuple of ints stride = 1, \
str padding = "valid", tuple of ints dilation = 1, int groups = 1)
{why}"""


def of_types(operation: _Operation) -> _Operation:
    """`operation`, a convolution, with torch's TypeError for arguments of other types."""

    @functools.wraps(operation)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            fit = _fit(*args, **kwargs)
        except TypeError:  # too few, too many, or unknown
            fit = False
        if not fit:
            raise _no_such_call(operation.__name__, args, kwargs)
        return operation(*args, **kwargs)

    return checked  # type: ignore[return-value]


def _fit(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: Any = 1,
) -> bool:
    return (
        isinstance(input, TensorBase)
        and isinstance(weight, TensorBase)
        and (bias is None or isinstance(bias, TensorBase))
        and are_sizes(stride)
        and (isinstance(padding, str) or are_sizes(padding))
        and are_sizes(dilation)
        and is_whole(groups)
    )


def _no_such_call(operation: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TypeError:
    kinds = [kind_of(x) for x in args] + [f"{name}={kind_of(x)}" for name, x in kwargs.items()]
    why = ""
    if len(args) == 7:
        marked = ["Tensor" if kind_of(x) == "Tensor" else f"!{_spelled(x)}!" for x in args]
        why = (
            "      didn't match because some of the arguments have invalid types: "
            f"({', '.join(marked)})\n"
        )
    error = TypeError(
        f"{operation}() received an invalid combination of arguments - got ({', '.join(kinds)}), "
        "but expected one of:\n" + _SIGNATURES.format(why=why)
    )
    if args and not isinstance(args[0], TensorBase):
        return noted(error, "The input must be a tensor: torch.tensor(…), torch.from_numpy(array)…")
    return noted(error, "Sizes are whole numbers: stride=2, or stride=(2, 1) for height and width.")


def _spelled(x: Any) -> str:
    """x's type, with its elements' types if it is a tuple or a list."""
    if isinstance(x, tuple):
        return f"tuple of ({', '.join(map(kind_of, x))}{',' * (len(x) == 1)})"
    if isinstance(x, list):
        return f"list of [{', '.join(map(kind_of, x))}]"
    return kind_of(x)


# ----- sizes ------------------------------------------------------------------------------------


def check_input(operation: str, count: int, input: Tensor, bias: Tensor | None) -> None:
    """Raise torch's RuntimeError where the bias has another type, or the input too many axes."""
    if bias is not None and bias.dtype is not input.dtype:
        raise _types_differ(input, bias)
    if input.ndim not in (count + 1, count + 2):
        raise _wrong_dimensions(operation, count, input)


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


def each_dim(operation: str, name: str, value: Any, count: int, wanted: int) -> tuple[int, ...]:
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


def check_shapes(x: Tensor, weight: Tensor, bias: Tensor | None, window: Window) -> None:
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


def check_computable(x: Tensor, weight: Tensor, window: Window) -> None:
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
