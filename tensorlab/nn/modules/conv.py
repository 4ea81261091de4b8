"""Convolution layers: filters that are learned."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tensorlab.errors import noted
from tensorlab.nn import functional as F
from tensorlab.nn import init
from tensorlab.nn.modules.module import Module
from tensorlab.nn.parameter import Parameter
from tensorlab.ops import creation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]


def repeated(x: Any, count: int) -> tuple[Any, ...]:
    """`x` as a tuple: itself, if it is a sequence, else `count` times."""
    return tuple(x) if isinstance(x, Iterable) else (x,) * count


class _ConvNd(Module):
    """What the convolution layers have in common."""

    in_channels: int
    out_channels: int
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...] | str
    dilation: tuple[int, ...]
    groups: int
    padding_mode: str
    output_padding: tuple[int, ...] = ()  # of transposed convolutions alone
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, ...],
        stride: tuple[int, ...],
        padding: tuple[int, ...] | str,
        dilation: tuple[int, ...],
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: Any,
    ) -> None:
        super().__init__()
        _check_channels(in_channels, out_channels, groups)
        _check_padding(padding, stride, padding_mode)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
        self.padding_mode = padding_mode
        shape = self._weight_shape()
        self.weight = Parameter(creation.empty(shape, dtype=dtype))
        self.register_parameter(
            "bias", Parameter(creation.empty(out_channels, dtype=dtype)) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, evenly from ±1 / √(numbers that an output is made of)."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = math.prod(self.weight.shape[1:])
            bound = 1 / math.sqrt(fan_in) if fan_in else 0
            init.uniform_(self.bias, -bound, bound)

    def _weight_shape(self) -> tuple[int, ...]:
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    def _borders(self) -> list[int]:
        """How much `F.pad` is to add, from the last dimension backwards."""
        if self.padding == "valid":
            return [0, 0] * len(self.kernel_size)
        if isinstance(self.padding, str):
            totals = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
            return [n for total in reversed(totals) for n in (total // 2, total - total // 2)]
        return [n for margin in reversed(self.padding) for n in (margin, margin)]

    def extra_repr(self) -> str:
        """The arguments; of those that have a default, the ones that differ."""
        parts = [f"{self.in_channels}, {self.out_channels}"]
        parts += [f"kernel_size={self.kernel_size}", f"stride={self.stride}"]
        if self.padding != (0,) * len(self.padding):
            parts.append(f"padding={self.padding}")
        if self.dilation != (1,) * len(self.dilation):
            parts.append(f"dilation={self.dilation}")
        if any(self.output_padding):
            parts.append(f"output_padding={self.output_padding}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class Conv2d(_ConvNd):
    """Slide learned filters over images. Follows `torch.nn.Conv2d`.

    Takes (N, in_channels, H, W), or one image without N; gives (N, out_channels, H', W'). The
    weight is (out_channels, in_channels / groups, kH, kW), the bias (out_channels,). Sizes are an
    int, or a tuple for height and width; `padding` may be "same" or "valid". Raises ValueError
    where `groups` does not divide the channels.

    >>> conv = nn.Conv2d(in_channels=3, out_channels=8, kernel_size=5)
    >>> conv
    Conv2d(3, 8, kernel_size=(5, 5), stride=(1, 1))
    >>> conv.weight.shape, conv.bias.shape
    (torch.Size([8, 3, 5, 5]), torch.Size([8]))
    >>> conv(torch.ones(10, 3, 32, 32)).shape
    torch.Size([10, 8, 28, 28])

    With groups, each filter sees its share of the channels:

    >>> nn.Conv2d(4, 8, 3, groups=2).weight.shape
    torch.Size([8, 2, 3, 3])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            repeated(kernel_size, 2),
            repeated(stride, 2),
            padding if isinstance(padding, str) else repeated(padding, 2),
            repeated(dilation, 2),
            groups,
            bias,
            padding_mode,
            dtype,
        )

    def forward(self, input: Tensor) -> Tensor:
        """The filters' outputs, one channel each."""
        x, padding = input, self.padding
        if self.padding_mode != "zeros":
            x, padding = F.pad(input, self._borders(), self.padding_mode), (0, 0)
        return F.conv2d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class Conv1d(_ConvNd):
    """Slide learned filters over sequences: (N, in_channels, L). Follows `torch.nn.Conv1d`.

    >>> nn.Conv1d(16, 33, 3, stride=2)(torch.ones(20, 16, 50)).shape
    torch.Size([20, 33, 24])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            repeated(kernel_size, 1),
            repeated(stride, 1),
            padding if isinstance(padding, str) else repeated(padding, 1),
            repeated(dilation, 1),
            groups,
            bias,
            padding_mode,
            dtype,
        )

    def forward(self, input: Tensor) -> Tensor:
        """The filters' outputs, one channel each."""
        x, padding = input, self.padding
        if self.padding_mode != "zeros":
            x, padding = F.pad(input, self._borders(), self.padding_mode), (0,)
        return F.conv1d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class Conv3d(_ConvNd):
    """Slide learned filters over volumes: (N, in_channels, D, H, W). Follows `torch.nn.Conv3d`.

    >>> nn.Conv3d(2, 4, 3)(torch.ones(1, 2, 5, 6, 7)).shape
    torch.Size([1, 4, 3, 4, 5])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            repeated(kernel_size, 3),
            repeated(stride, 3),
            padding if isinstance(padding, str) else repeated(padding, 3),
            repeated(dilation, 3),
            groups,
            bias,
            padding_mode,
            dtype,
        )

    def forward(self, input: Tensor) -> Tensor:
        """The filters' outputs, one channel each."""
        x, padding = input, self.padding
        if self.padding_mode != "zeros":
            x, padding = F.pad(input, self._borders(), self.padding_mode), (0, 0, 0)
        return F.conv3d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class _ConvTransposeNd(_ConvNd):
    """What the transposed convolutions have in common."""

    _dimensions: int
    padding: tuple[int, ...]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        count = self._dimensions
        super().__init__(
            in_channels,
            out_channels,
            repeated(kernel_size, count),
            repeated(stride, count),
            repeated(padding, count),
            repeated(dilation, count),
            groups,
            bias,
            padding_mode,
            dtype,
        )
        self.output_padding = repeated(output_padding, count)

    def _weight_shape(self) -> tuple[int, ...]:
        return (self.in_channels, self.out_channels // self.groups, *self.kernel_size)

    def _extra(self, input: Tensor, output_size: Sequence[int] | None) -> tuple[int, ...]:
        """How much is added at one end, so that the output has the size that is asked for."""
        if output_size is None:
            return self.output_padding
        count = self._dimensions
        lead = 2 if input.ndim == count + 2 else 1
        asked = list(output_size)
        if len(asked) == lead + count:
            asked = asked[lead:]
        if len(asked) != count:
            raise ValueError(
                f"ConvTranspose{count}D: for {input.ndim}D input, output_size must have {count} or "
                f"{lead + count} elements (got {len(asked)})"
            )
        least = [
            (n - 1) * step - 2 * margin + gap * (k - 1) + 1
            for n, step, margin, gap, k in zip(
                input.shape[lead:], self.stride, self.padding, self.dilation, self.kernel_size,
                strict=True,
            )
        ]  # fmt: skip
        most = [n + step - 1 for n, step in zip(least, self.stride, strict=True)]
        if any(not low <= n <= high for low, n, high in zip(least, asked, most, strict=True)):
            shown = type(output_size)(asked) if isinstance(output_size, list) else output_size
            raise noted(
                ValueError(
                    f"requested an output size of {shown}, but valid sizes range from {least} to "
                    f"{most} (for an input of {input.shape[2:]})"
                ),
                "A stride of s leaves open which of s sizes there was.",
            )
        return tuple(n - low for n, low in zip(asked, least, strict=True))


class ConvTranspose1d(_ConvTransposeNd):
    """Spread each number over a learned window: (N, in_channels, L).

    Follows `torch.nn.ConvTranspose1d`.
    """

    _dimensions = 1

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """The sums of the windows."""
        extra = self._extra(input, output_size)
        options = (self.stride, self.padding, extra, self.groups, self.dilation)
        return F.conv_transpose1d(input, self.weight, self.bias, *options)


class ConvTranspose2d(_ConvTransposeNd):
    """Spread each number over a learned window, as in a decoder that makes images larger.

    Follows `torch.nn.ConvTranspose2d`.

    >>> up = nn.ConvTranspose2d(16, 8, kernel_size=2, stride=2)
    >>> up
    ConvTranspose2d(16, 8, kernel_size=(2, 2), stride=(2, 2))
    >>> up(torch.ones(1, 16, 7, 7)).shape
    torch.Size([1, 8, 14, 14])
    """

    _dimensions = 2

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """The sums of the windows."""
        extra = self._extra(input, output_size)
        options = (self.stride, self.padding, extra, self.groups, self.dilation)
        return F.conv_transpose2d(input, self.weight, self.bias, *options)


def _check_channels(in_channels: int, out_channels: int, groups: int) -> None:
    if groups <= 0:
        raise ValueError("groups must be a positive integer")
    for name, count in (("in_channels", in_channels), ("out_channels", out_channels)):
        if count % groups:
            raise noted(
                ValueError(f"{name} must be divisible by groups"),
                f"{count} channels cannot be dealt into {groups} equal groups.",
            )


def _check_padding(padding: Any, stride: tuple[int, ...], padding_mode: str) -> None:
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ValueError(
                f"Invalid padding string {padding!r}, should be one of {{'same', 'valid'}}"
            )
        if padding == "same" and any(step != 1 for step in stride):
            raise noted(
                ValueError("padding='same' is not supported for strided convolutions"),
                "A stride above 1 makes the image smaller, whatever the padding.",
            )
    modes = ("zeros", "reflect", "replicate", "circular")
    if padding_mode not in modes:
        raise ValueError(
            f"padding_mode must be one of {{{', '.join(map(repr, modes))}}}, but got "
            f"padding_mode='{padding_mode}'"
        )
