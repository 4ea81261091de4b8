"""Layers for volumes, (N, C, D, H, W): pooling, and transposed convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.nn import functional as F
from tensorlab.nn.modules.conv import _ConvTransposeNd
from tensorlab.nn.modules.module import Module
from tensorlab.nn.modules.pooling import (
    AvgPool2d,
    _AdaptiveMaxPoolNd,
    _LPPoolNd,
    _MaxPoolNd,
    _MaxUnpoolNd,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.tensor import Tensor


class MaxPool3d(_MaxPoolNd):
    """Keep the largest number of each window of volumes. Follows `torch.nn.MaxPool3d`.

    >>> nn.MaxPool3d(2)(torch.arange(8.).reshape(1, 2, 2, 2))
    tensor([[[[7.]]]])
    """

    def forward(self, input: Tensor) -> Any:
        """The largest numbers; and their places, with `return_indices`."""
        return F.max_pool3d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )


class AvgPool3d(AvgPool2d):
    """Keep the mean of each window of volumes. Follows `torch.nn.AvgPool3d`.

    >>> nn.AvgPool3d(2)(torch.arange(8.).reshape(1, 2, 2, 2))
    tensor([[[[3.5000]]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The means."""
        return F.avg_pool3d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class AdaptiveAvgPool3d(Module):
    """Make every volume `output_size` large, by means. Follows `torch.nn.AdaptiveAvgPool3d`.

    >>> nn.AdaptiveAvgPool3d(1)(torch.ones(8, 3, 5, 7, 2)).shape
    torch.Size([8, 3, 1, 1, 1])
    """

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """The means."""
        return F.adaptive_avg_pool3d(input, self.output_size)

    def extra_repr(self) -> str:
        """The argument."""
        return f"output_size={self.output_size}"


class AdaptiveMaxPool3d(_AdaptiveMaxPoolNd):
    """Make every volume `output_size` large, by the largest.

    Follows `torch.nn.AdaptiveMaxPool3d`.
    """

    def forward(self, input: Tensor) -> Any:
        """The largest numbers."""
        return F.adaptive_max_pool3d(input, self.output_size, self.return_indices)


class LPPool3d(_LPPoolNd):
    """Keep the p-norm of each window of volumes. Follows `torch.nn.LPPool3d`."""

    def forward(self, input: Tensor) -> Tensor:
        """The norms."""
        window = (self.kernel_size, self.stride)
        return F.lp_pool3d(input, float(self.norm_type), *window, self.ceil_mode)


class MaxUnpool3d(_MaxUnpoolNd):
    """MaxPool3d's way back. Follows `torch.nn.MaxUnpool3d`."""

    _dimensions = 3

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None
    ) -> Tensor:
        """The numbers in the places that they came from."""
        window = (self.kernel_size, self.stride, self.padding)
        return F.max_unpool3d(input, indices, *window, output_size)


class ConvTranspose3d(_ConvTransposeNd):
    """Spread each number of a volume over a learned window. Follows `torch.nn.ConvTranspose3d`.

    >>> nn.ConvTranspose3d(16, 8, 2, stride=2)(torch.ones(1, 16, 2, 3, 4)).shape
    torch.Size([1, 8, 4, 6, 8])
    """

    _dimensions = 3

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """The sums of the windows."""
        extra = self._extra(input, output_size)
        options = (self.stride, self.padding, extra, self.groups, self.dilation)
        return F.conv_transpose3d(input, self.weight, self.bias, *options)
