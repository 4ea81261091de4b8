"""Layers that learn how wide their input is from the first one that they see."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import instance
from tensorlab.nn.modules.batchnorm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from tensorlab.nn.modules.conv import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
)
from tensorlab.nn.modules.instancenorm import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d
from tensorlab.nn.modules.linear import Linear
from tensorlab.nn.modules.module import Module
from tensorlab.nn.modules.volumes import ConvTranspose3d
from tensorlab.nn.parameter import Parameter


class UninitializedParameter(Parameter):
    """A parameter whose shape is not known yet. Follows `torch.nn.UninitializedParameter`.

    >>> nn.LazyLinear(2).weight
    <UninitializedParameter>
    """

    __slots__ = ()

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Any:
        made: Any = instance(cls, np.zeros(0, np.float32))
        made._requires_grad = requires_grad
        return made

    @property
    def shape(self) -> Any:
        """Raises RuntimeError: it is not known yet."""
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually "
            "happens in `load_state_dict` when trying to load an uninitialized parameter into an "
            "initialized one. Call `forward` to initialize the parameters before accessing their "
            "attributes."
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> UninitializedParameter:
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.requires_grad)
        return memo[id(self)]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@contextmanager
def _by_default(dtype: dtypes.dtype | None) -> Iterator[None]:
    """Numbers are of this type while it lasts: the one that the layer was converted to."""
    usual = dtypes.get_default_dtype()
    dtypes.set_default_dtype(dtype or usual)
    try:
        yield
    finally:
        dtypes.set_default_dtype(usual)


class _Lazy(Module):
    """The first call makes the parameters, and turns the layer into the one it stands for."""

    cls_to_become: type[Module]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.initialize_parameters(*args, **kwargs)
        return self(*args, **kwargs)  # as what it has become

    def has_uninitialized_params(self) -> bool:
        """Whether there has been no input yet."""
        return any(isinstance(each, UninitializedParameter) for each in self._parameters.values())

    def initialize_parameters(self, *inputs: Any) -> None:
        """Make the parameters for inputs like this one. An optimizer's own become them."""
        kept = {name: self.__dict__[name] for name in _KEPT}
        before = dict(self._parameters)
        args, kwargs = self._arguments(inputs[0])
        with _by_default(next((x.dtype for x in before.values() if x is not None), None)):
            self.cls_to_become.__init__(self, *args, **kwargs)
        self.__dict__.update(kept)
        for name, old in before.items():
            new = self._parameters[name]
            if isinstance(old, UninitializedParameter) and new is not None:
                made: Any = old
                made.__class__ = Parameter
                old.data = new.data
                self._parameters[name] = old
        become: Any = type(self).cls_to_become
        self.__class__ = become

    def _arguments(self, input: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What the constructor is called with, once the input's width is known."""
        raise NotImplementedError

    def _wait(self, bias: bool) -> None:
        self.weight = UninitializedParameter()
        if bias:
            self.bias = UninitializedParameter()


_KEPT = ("training", "_forward_hooks", "_forward_pre_hooks", "_backward_hooks")


def _channels(layer: Module, input: Any, dimensions: int) -> int:
    kind = type(layer).__name__
    if input.ndim not in (dimensions + 1, dimensions + 2):
        raise RuntimeError(
            f"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input to "
            f"{kind}, but got input of size: {input.shape}"
        )
    return int(input.shape[-dimensions - 1])


class LazyLinear(_Lazy, Linear):
    """A Linear layer that finds out `in_features`. Follows `torch.nn.LazyLinear`.

    >>> layer = nn.LazyLinear(2)
    >>> layer
    LazyLinear(in_features=0, out_features=2, bias=True)
    >>> layer(torch.ones(1, 5)).shape, layer
    (torch.Size([1, 2]), Linear(in_features=5, out_features=2, bias=True))
    """

    cls_to_become = Linear

    def __init__(
        self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # there is nothing to draw yet
            super().__init__(0, 0, False)
        self.out_features = out_features
        self._options = (out_features, bias, device, dtype)
        self._wait(bias)

    def _arguments(self, input: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (input.shape[-1], *self._options), {}


class _LazyConv(_Lazy):
    _dimensions: int

    def __init__(self, out_channels: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        alone = {name: value for name, value in kwargs.items() if name != "groups"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # there is nothing to draw yet
            super().__init__(0, 0, kernel_size, *args, **alone)
        layer: Any = self
        layer.groups = kwargs.get("groups", layer.groups)
        layer.out_channels = out_channels
        self._options = ((out_channels, kernel_size, *args), kwargs)
        self._wait(layer.bias is not None)

    def _arguments(self, input: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, kwargs = self._options
        return (_channels(self, input, self._dimensions), *args), kwargs


class LazyConv1d(_LazyConv, Conv1d):
    """A Conv1d that finds out `in_channels`. Follows `torch.nn.LazyConv1d`."""

    cls_to_become, _dimensions = Conv1d, 1


class LazyConv2d(_LazyConv, Conv2d):
    """A Conv2d that finds out `in_channels`. Follows `torch.nn.LazyConv2d`.

    >>> layer = nn.LazyConv2d(8, 3)
    >>> _ = layer(torch.ones(1, 4, 5, 5))
    >>> layer
    Conv2d(4, 8, kernel_size=(3, 3), stride=(1, 1))
    """

    cls_to_become, _dimensions = Conv2d, 2


class LazyConv3d(_LazyConv, Conv3d):
    """A Conv3d that finds out `in_channels`. Follows `torch.nn.LazyConv3d`."""

    cls_to_become, _dimensions = Conv3d, 3


class LazyConvTranspose1d(_LazyConv, ConvTranspose1d):
    """A ConvTranspose1d that finds out `in_channels`. Follows `torch.nn.LazyConvTranspose1d`."""

    cls_to_become, _dimensions = ConvTranspose1d, 1


class LazyConvTranspose2d(_LazyConv, ConvTranspose2d):
    """A ConvTranspose2d that finds out `in_channels`. Follows `torch.nn.LazyConvTranspose2d`."""

    cls_to_become, _dimensions = ConvTranspose2d, 2


class LazyConvTranspose3d(_LazyConv, ConvTranspose3d):
    """A ConvTranspose3d that finds out `in_channels`. Follows `torch.nn.LazyConvTranspose3d`."""

    cls_to_become, _dimensions = ConvTranspose3d, 3


class _LazyNorm(_Lazy):
    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        **kwargs: Any,
    ) -> None:
        args = (eps, momentum, affine, track_running_stats)
        super().__init__(0, *args, **kwargs)
        self._options = (args, kwargs)
        layer: Any = self
        if layer.weight is not None:
            self._wait(layer.bias is not None)

    def _arguments(self, input: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args, kwargs = self._options
        return (int(input.shape[1]), *args), kwargs


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """A BatchNorm1d that finds out `num_features`. Follows `torch.nn.LazyBatchNorm1d`."""

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """A BatchNorm2d that finds out `num_features`. Follows `torch.nn.LazyBatchNorm2d`."""

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """A BatchNorm3d that finds out `num_features`. Follows `torch.nn.LazyBatchNorm3d`."""

    cls_to_become = BatchNorm3d


class LazyInstanceNorm1d(_LazyNorm, InstanceNorm1d):
    """An InstanceNorm1d that finds out `num_features`. Follows `torch.nn.LazyInstanceNorm1d`."""

    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNorm, InstanceNorm2d):
    """An InstanceNorm2d that finds out `num_features`. Follows `torch.nn.LazyInstanceNorm2d`."""

    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNorm, InstanceNorm3d):
    """An InstanceNorm3d that finds out `num_features`. Follows `torch.nn.LazyInstanceNorm3d`."""

    cls_to_become = InstanceNorm3d
