"""Padding as layers: a border of zeros, of a constant, of a mirror image, of what is near."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tensorlab.nn import functional as F
from tensorlab.nn.modules.module import Module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.tensor import Tensor


class _PadNd(Module):
    """What all have in common: how much is put before and after each of the last dimensions."""

    _dimensions: int
    _mode = "constant"

    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__()
        count = 2 * self._dimensions
        self.padding = tuple(padding) if isinstance(padding, Iterable) else (padding,) * count

    def forward(self, input: Tensor) -> Tensor:
        """The input, with a border."""
        return F.pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        """The argument."""
        return f"{self.padding}"


class _ConstantPadNd(_PadNd):
    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        """The input, with a border of the constant."""
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"padding={self.padding}, value={self.value}"


class _ZeroPadNd(_ConstantPadNd):
    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        """The argument."""
        return f"{self.padding}"


class _ReflectionPadNd(_PadNd):
    _mode = "reflect"


class _ReplicationPadNd(_PadNd):
    _mode = "replicate"


class _CircularPadNd(_PadNd):
    _mode = "circular"


class ZeroPad1d(_ZeroPadNd):
    """A border of zeros around sequences. Follows `torch.nn.ZeroPad1d`."""

    _dimensions = 1


class ZeroPad2d(_ZeroPadNd):
    """A border of zeros around images. Follows `torch.nn.ZeroPad2d`.

    >>> nn.ZeroPad2d(1)(torch.ones(1, 1, 1, 1))
    tensor([[[[0., 0., 0.],
              [0., 1., 0.],
              [0., 0., 0.]]]])
    """

    _dimensions = 2


class ZeroPad3d(_ZeroPadNd):
    """A border of zeros around volumes. Follows `torch.nn.ZeroPad3d`."""

    _dimensions = 3


class ConstantPad1d(_ConstantPadNd):
    """A border of one number around sequences. Follows `torch.nn.ConstantPad1d`."""

    _dimensions = 1


class ConstantPad2d(_ConstantPadNd):
    """A border of one number around images. Follows `torch.nn.ConstantPad2d`."""

    _dimensions = 2


class ConstantPad3d(_ConstantPadNd):
    """A border of one number around volumes. Follows `torch.nn.ConstantPad3d`."""

    _dimensions = 3


class ReflectionPad1d(_ReflectionPadNd):
    """A mirrored border around sequences. Follows `torch.nn.ReflectionPad1d`."""

    _dimensions = 1


class ReflectionPad2d(_ReflectionPadNd):
    """A mirrored border around images. Follows `torch.nn.ReflectionPad2d`."""

    _dimensions = 2


class ReflectionPad3d(_ReflectionPadNd):
    """A mirrored border around volumes. Follows `torch.nn.ReflectionPad3d`."""

    _dimensions = 3


class ReplicationPad1d(_ReplicationPadNd):
    """A border of the outermost numbers around sequences. Follows `torch.nn.ReplicationPad1d`."""

    _dimensions = 1


class ReplicationPad2d(_ReplicationPadNd):
    """A border of the outermost numbers around images. Follows `torch.nn.ReplicationPad2d`."""

    _dimensions = 2


class ReplicationPad3d(_ReplicationPadNd):
    """A border of the outermost numbers around volumes. Follows `torch.nn.ReplicationPad3d`."""

    _dimensions = 3


class CircularPad1d(_CircularPadNd):
    """A border from the other side around sequences. Follows `torch.nn.CircularPad1d`."""

    _dimensions = 1


class CircularPad2d(_CircularPadNd):
    """A border from the other side around images. Follows `torch.nn.CircularPad2d`."""

    _dimensions = 2


class CircularPad3d(_CircularPadNd):
    """A border from the other side around volumes. Follows `torch.nn.CircularPad3d`."""

    _dimensions = 3
