"""Batch normalization: in training by the batch, in evaluation by what was seen so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.errors import noted
from tensorlab.nn import functional as F
from tensorlab.nn import init
from tensorlab.nn.modules.module import Module
from tensorlab.nn.parameter import Parameter
from tensorlab.ops import creation

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class _NormBase(Module):
    """What batch and instance norms have in common: parameters, and running statistics."""

    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        for name, there in (("weight", affine), ("bias", affine and bias)):
            one = Parameter(creation.empty(num_features, dtype=dtype)) if there else None
            self.register_parameter(name, one)
        tracked = track_running_stats
        self.register_buffer(
            "running_mean", creation.zeros(num_features, dtype=dtype) if tracked else None
        )
        self.register_buffer(
            "running_var", creation.ones(num_features, dtype=dtype) if tracked else None
        )
        self.register_buffer("num_batches_tracked", creation.tensor(0) if tracked else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget what was seen: mean 0, variance 1."""
        if self.running_mean is not None and self.running_var is not None:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            if self.num_batches_tracked is not None:
                self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Start anew: weights 1, biases 0, nothing seen."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def _check_input_dim(self, input: Tensor) -> None:
        raise NotImplementedError

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


def expect_dimensions(input: Tensor, *counts: int, axes: str) -> None:
    """Raise torch's ValueError where the input has another number of dimensions."""
    if input.ndim not in counts:
        expected = " or ".join(f"{count}D" for count in counts)
        raise noted(
            ValueError(f"expected {expected} input (got {input.ndim}D input)"),
            f"The axes are {axes}; the input is {list(input.shape)}.",
        )


class _BatchNorm(_NormBase):
    def forward(self, input: Tensor) -> Tensor:
        """The input, each channel normalized."""
        self._check_input_dim(input)
        share = 0.0 if self.momentum is None else self.momentum
        if self.training and self.track_running_stats and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:  # the mean of all batches so far
                share = 1.0 / float(self.num_batches_tracked)
        kept = not self.training or self.track_running_stats
        return F.batch_norm(
            input,
            self.running_mean if kept else None,
            self.running_var if kept else None,
            self.weight,
            self.bias,
            self.training or (self.running_mean is None and self.running_var is None),
            share,
            self.eps,
        )


class BatchNorm1d(_BatchNorm):
    """Normalize each feature over the batch: (N, C) or (N, C, L). Follows `torch.nn.BatchNorm1d`.

    >>> norm = nn.BatchNorm1d(1)
    >>> norm(torch.tensor([[1.], [3.]]))
    tensor([[-1.0000],
            [ 1.0000]], grad_fn=<NativeBatchNormBackward0>)

    In evaluation it goes by the running statistics, which moved a tenth of the way:

    >>> norm.running_mean, norm.running_var
    (tensor([0.2000]), tensor([1.1000]))
    >>> norm.eval()(torch.tensor([[0.2]])).item()
    0.0
    """

    def _check_input_dim(self, input: Tensor) -> None:
        expect_dimensions(input, 2, 3, axes="(batch, features) or (batch, channels, length)")


class BatchNorm2d(_BatchNorm):
    """Normalize each channel of images over the batch: (N, C, H, W).

    Follows `torch.nn.BatchNorm2d`.

    >>> nn.BatchNorm2d(3)
    BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """

    def _check_input_dim(self, input: Tensor) -> None:
        expect_dimensions(input, 4, axes="(batch, channels, height, width)")


class BatchNorm3d(_BatchNorm):
    """Normalize each channel of volumes: (N, C, D, H, W). Follows `torch.nn.BatchNorm3d`."""

    def _check_input_dim(self, input: Tensor) -> None:
        expect_dimensions(input, 5, axes="(batch, channels, depth, height, width)")
