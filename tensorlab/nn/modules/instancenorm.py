"""Instance normalization as layers: each channel of each example by itself."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from tensorlab.nn import functional as F
from tensorlab.nn.modules.batchnorm import _NormBase, expect_dimensions

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class _InstanceNorm(_NormBase):
    _spatial: int  # how many dimensions an example has beside its channels

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )

    def _check_input_dim(self, input: Tensor) -> None:
        axes = "(batch, channels, " + ", ".join(("depth", "height", "width")[-self._spatial :])
        expect_dimensions(input, self._spatial + 1, self._spatial + 2, axes=axes + ")")

    def forward(self, input: Tensor) -> Tensor:
        """The input, each channel of each example normalized."""
        self._check_input_dim(input)
        place = input.ndim - self._spatial - 1
        if input.shape[place] != self.num_features:
            if self.affine:
                raise ValueError(
                    f"expected input's size at dim={place} to match num_features "
                    f"({self.num_features}), but got: {input.shape[place]}."
                )
            warnings.warn(
                f"input's size at dim={place} does not match num_features. You can silence this "
                "warning by not passing in num_features, which is not used because affine=False",
                stacklevel=2,
            )
        if not place:
            return self._normalized(input.unsqueeze(0)).squeeze(0)
        return self._normalized(input)

    def _normalized(self, input: Tensor) -> Tensor:
        return F.instance_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )


class InstanceNorm1d(_InstanceNorm):
    """Normalize each channel of each sequence, (N, C, L). Follows `torch.nn.InstanceNorm1d`."""

    _spatial = 1


class InstanceNorm2d(_InstanceNorm):
    """Normalize each channel of each image, (N, C, H, W). Follows `torch.nn.InstanceNorm2d`.

    >>> nn.InstanceNorm2d(1)(torch.tensor([[[[1., 3.]]]]))
    tensor([[[[-1.0000,  1.0000]]]])
    """

    _spatial = 2


class InstanceNorm3d(_InstanceNorm):
    """Normalize each channel of each volume. Follows `torch.nn.InstanceNorm3d`."""

    _spatial = 3
