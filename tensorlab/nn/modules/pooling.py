"""Pooling layers: images made smaller, by the largest number of each window or by its mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.nn import functional as F
from tensorlab.nn.modules.conv import repeated
from tensorlab.nn.modules.module import Module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.tensor import Tensor

    Sizes = int | Sequence[int]


class _MaxPoolNd(Module):
    """What the max pooling layers have in common."""

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool2d(_MaxPoolNd):
    """Keep the largest number of each window. Follows `torch.nn.MaxPool2d`.

    The stride is the kernel's size unless given. The padding is of -∞ and never wins. What does
    not fill a window is dropped, unless `ceil_mode`.

    >>> pool = nn.MaxPool2d(kernel_size=2)
    >>> pool
    MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    >>> pool(torch.arange(25.).reshape(1, 5, 5))
    tensor([[[ 6.,  8.],
             [16., 18.]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The largest numbers; and their places, with `return_indices`."""
        return F.max_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )


class AvgPool2d(Module):
    """Keep the mean of each window. Follows `torch.nn.AvgPool2d`.

    >>> nn.AvgPool2d(2)(torch.arange(16.).reshape(1, 4, 4))
    tensor([[[ 2.5000,  4.5000],
             [10.5000, 12.5000]]])
    """

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        """The means."""
        return F.avg_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        """The arguments."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool2d(Module):
    """Make every image `output_size` large, by means. Follows `torch.nn.AdaptiveAvgPool2d`.

    >>> nn.AdaptiveAvgPool2d((2, 1))(torch.ones(8, 3, 5, 7)).shape
    torch.Size([8, 3, 2, 1])
    """

    def __init__(self, output_size: int | Sequence[int | None] | None) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """The means."""
        return F.adaptive_avg_pool2d(input, self.output_size)

    def extra_repr(self) -> str:
        """The argument."""
        return f"output_size={self.output_size}"


class MaxPool1d(_MaxPoolNd):
    """Keep the largest number of each window of sequences. Follows `torch.nn.MaxPool1d`.

    >>> nn.MaxPool1d(2)(torch.tensor([[[1., 3., 2., 4.]]]))
    tensor([[[3., 4.]]])
    """

    def forward(self, input: Tensor) -> Any:
        """The largest numbers; and their places, with `return_indices`."""
        return F.max_pool1d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )


class AvgPool1d(Module):
    """Keep the mean of each window of sequences. Follows `torch.nn.AvgPool1d`.

    >>> nn.AvgPool1d(2)(torch.tensor([[[1., 3., 2., 4.]]]))
    tensor([[[2., 3.]]])
    """

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = repeated(kernel_size, 1)
        self.stride = repeated(kernel_size if stride is None else stride, 1)
        self.padding = repeated(padding, 1)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        """The means."""
        window = (self.kernel_size, self.stride, self.padding)
        return F.avg_pool1d(input, *window, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _AdaptiveMaxPoolNd(Module):
    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices

    def extra_repr(self) -> str:
        """The argument."""
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(_AdaptiveMaxPoolNd):
    """Make every sequence `output_size` long, by the largest. Follows `torch.nn.AdaptiveMaxPool1d`.

    >>> nn.AdaptiveMaxPool1d(2)(torch.tensor([[[1., 3., 2., 4.]]]))
    tensor([[[3., 4.]]])
    """

    def forward(self, input: Tensor) -> Any:
        """The largest numbers."""
        return F.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_AdaptiveMaxPoolNd):
    """Make every image `output_size` large, by the largest. Follows `torch.nn.AdaptiveMaxPool2d`.

    >>> nn.AdaptiveMaxPool2d(2)(torch.ones(8, 3, 5, 7)).shape
    torch.Size([8, 3, 2, 2])
    """

    def forward(self, input: Tensor) -> Any:
        """The largest numbers."""
        return F.adaptive_max_pool2d(input, self.output_size, self.return_indices)


class AdaptiveAvgPool1d(Module):
    """Make every sequence `output_size` long, by means. Follows `torch.nn.AdaptiveAvgPool1d`.

    >>> nn.AdaptiveAvgPool1d(1)(torch.ones(8, 3, 5)).shape
    torch.Size([8, 3, 1])
    """

    def __init__(self, output_size: Sizes) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """The means."""
        return F.adaptive_avg_pool1d(input, self.output_size)

    def extra_repr(self) -> str:
        """The argument."""
        return f"output_size={self.output_size}"


class _LPPoolNd(Module):
    def __init__(
        self,
        norm_type: float,
        kernel_size: Any,
        stride: Any = None,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPoolNd):
    """Keep the p-norm of each window of sequences. Follows `torch.nn.LPPool1d`."""

    def forward(self, input: Tensor) -> Tensor:
        """The norms."""
        window = (self.kernel_size, self.stride)
        return F.lp_pool1d(input, float(self.norm_type), *window, self.ceil_mode)


class LPPool2d(_LPPoolNd):
    """Keep the p-norm of each window. Follows `torch.nn.LPPool2d`."""

    def forward(self, input: Tensor) -> Tensor:
        """The norms."""
        window = (self.kernel_size, self.stride)
        return F.lp_pool2d(input, float(self.norm_type), *window, self.ceil_mode)


class _MaxUnpoolNd(Module):
    _dimensions: int

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> None:
        super().__init__()
        count = self._dimensions
        self.kernel_size = repeated(kernel_size, count)
        self.stride = repeated(kernel_size if stride is None else stride, count)
        self.padding = repeated(padding, count)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpoolNd):
    """MaxPool1d's way back. Follows `torch.nn.MaxUnpool1d`."""

    _dimensions = 1

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None
    ) -> Tensor:
        """The numbers in the places that they came from."""
        window = (self.kernel_size, self.stride, self.padding)
        return F.max_unpool1d(input, indices, *window, output_size)


class MaxUnpool2d(_MaxUnpoolNd):
    """MaxPool2d's way back. Follows `torch.nn.MaxUnpool2d`."""

    _dimensions = 2

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None
    ) -> Tensor:
        """The numbers in the places that they came from."""
        window = (self.kernel_size, self.stride, self.padding)
        return F.max_unpool2d(input, indices, *window, output_size)
