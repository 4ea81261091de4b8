"""Normalization: numbers moved and scaled so that their mean is 0 and their variance 1.

The functions differ in what they take together: a layer norm the features of one example, a group
norm a group of its channels, a batch norm a channel in all examples of the batch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.autograd import no_grad
from tensorlab.core import Array
from tensorlab.errors import lined_up, noted
from tensorlab.kernels import normalization as kernels
from tensorlab.kernels.quiet import quietly, quietly_one
from tensorlab.limits import finfo
from tensorlab.nn.functional.arguments import in_layout_of, require_tensor
from tensorlab.nn.functional.fused import fused
from tensorlab.nn.functional.padding import pad
from tensorlab.nn.functional.rectifiers import require_floats

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


# ----- by example -------------------------------------------------------------------------------


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalize over the last dimensions, which are `normalized_shape`.

    Then every place is multiplied by its `weight`, and its `bias` added.
    Follows `torch.nn.functional.layer_norm`.

    >>> F.layer_norm(torch.tensor([[1., 3.], [10., 30.]]), (2,))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """
    require_tensor("layer_norm", input)
    shape = tuple(normalized_shape)
    _check_shape("layer_norm", input, shape, weight, bias)
    require_floats("LayerNormKernelImpl", input)
    dims = tuple(range(-len(shape), 0))

    def formula(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
        return _affine(_formula(x, dims, eps), weight, bias)

    rows = input._data.reshape(math.prod(input.shape[: -len(shape)]), math.prod(shape))
    flat = [None if t is None else t._data.reshape(1, -1) for t in (weight, bias)]
    return _normalized(
        "NativeLayerNormBackward0", formula, (input, weight, bias), rows, (1,), flat, eps
    )


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Deal the channels into groups, and normalize each group of each example.

    (N, C, …); weight and bias are one a channel. Follows `torch.nn.functional.group_norm`.

    >>> F.group_norm(torch.tensor([[1., 3., 10., 30.]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    require_tensor("group_norm", input)
    if input.ndim < 2:
        raise RuntimeError(
            f"Expected at least 2 dimensions for input tensor but received {input.ndim}"
        )
    _check_more_than_one(
        [input.shape[0] * input.shape[1] // max(num_groups, 1), num_groups, *input.shape[2:]]
    )
    channels = input.shape[1]
    if channels % num_groups:
        raise noted(
            RuntimeError(
                "Expected number of channels in input to be divisible by num_groups, but got input "
                f"of shape {list(input.shape)} and num_groups={num_groups}"
            ),
            f"{channels} channels cannot be dealt into {num_groups} equal groups.",
        )
    for name, one in (("weight", weight), ("bias", bias)):
        if one is not None and one.shape != (channels,):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, "
                f"but got {name} of shape {list(one.shape)} and input of shape {list(input.shape)}"
            )
    require_floats("GroupNormKernelImpl", input)
    beside = (1, channels, *[1] * (input.ndim - 2))

    def formula(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
        groups = x.reshape(x.shape[0], num_groups, -1)
        normal = _formula(groups, (-1,), eps).reshape(x.shape)
        return _affine(
            normal,
            None if weight is None else weight.reshape(beside),
            None if bias is None else bias.reshape(beside),
        )

    count = input.shape[0]
    rows = input._data.reshape(
        count, num_groups, channels // num_groups, math.prod(input.shape[2:])
    )
    split = (1, num_groups, channels // num_groups, 1)
    flat = [None if t is None else t._data.reshape(split) for t in (weight, bias)]
    return _normalized(
        "NativeGroupNormBackward0", formula, (input, weight, bias), rows, (2, 3), flat, eps
    )


def rms_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Tensor:
    """Divide by the root of the mean square of the last dimensions.

    Follows `torch.nn.functional.rms_norm`.

    >>> F.rms_norm(torch.tensor([3., 4.]), (2,))
    tensor([0.8485, 1.1314])
    """
    require_tensor("rms_norm", input)
    shape = tuple(normalized_shape)
    _check_shape("rms_norm", input, shape, weight, None)
    least = finfo(input.dtype).eps if eps is None else eps
    dims = tuple(range(-len(shape), 0))
    x = input.float() if input._data.dtype == np.float16 else input
    out = x * ((x * x).mean(dims, keepdim=True) + least).rsqrt()
    out = out if x is input else out.to(input.dtype)
    return out if weight is None else out * weight


# ----- by channel -------------------------------------------------------------------------------


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalize each channel over the batch; or, out of training, by the running statistics.

    (N, C, …). In training, the running statistics move towards the batch's, by the share
    `momentum`. Raises ValueError where a channel has one value only.
    Follows `torch.nn.functional.batch_norm`.

    >>> mean, variance = torch.zeros(1), torch.ones(1)
    >>> F.batch_norm(torch.tensor([[1.], [3.]]), mean, variance, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    >>> mean
    tensor([0.2000])
    """
    require_tensor("batch_norm", input)
    if training:
        _check_more_than_one(input.shape)
    channels = input.shape[1] if input.ndim > 1 else 0
    for name, one in (
        ("running_mean", running_mean),
        ("running_var", running_var),
        ("weight", weight),
        ("bias", bias),
    ):
        if one is not None and one.numel() != channels:
            raise noted(
                RuntimeError(f"{name} should contain {channels} elements not {one.numel()}"),
                f"The layer was made for {one.numel()} channels; the input, {list(input.shape)}, "
                f"has {channels}.",
            )
        if one is None and not training and name.startswith("running"):
            raise RuntimeError(f"{name} must be defined in evaluation mode")
    require_floats("batch_norm", input)
    x = input._data.reshape(input.shape[0], channels, math.prod(input.shape[2:]))
    flat = [None if t is None else t._data.reshape(1, -1, 1) for t in (weight, bias)]
    beside = (1, -1, *[1] * (input.ndim - 2))
    dims = (0, *range(2, input.ndim))

    if not training:
        assert running_mean is not None
        assert running_var is not None
        return _by_statistics(input, x, running_mean, running_var, weight, bias, eps)

    def formula(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
        return _affine(
            _formula(x, dims, eps),
            None if weight is None else weight.reshape(beside),
            None if bias is None else bias.reshape(beside),
        )

    found: list[Array] = []
    out = _normalized(
        "NativeBatchNormBackward0", formula, (input, weight, bias), x, (0, 2), flat, eps, found
    )
    count = x.shape[0] * x.shape[2]
    with no_grad(), np.errstate(all="ignore"):
        for running, now in (
            (running_mean, found[0]),
            (running_var, found[1] * (count / (count - 1)) if count > 1 else found[1] * np.nan),
        ):
            if running is not None:
                moved = now.reshape(-1) * momentum + (1 - momentum) * running._data
                running.copy_(running.new_tensor(moved))
    return out


def _by_statistics(
    input: Tensor,
    x: Array,
    mean: Tensor,
    variance: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    eps: float,
) -> Tensor:
    """Out of training each channel is moved and scaled by fixed numbers."""
    beside = (1, -1, *[1] * (input.ndim - 2))
    center = mean.detach().clone().reshape(beside)
    scale = (variance.detach() + eps).rsqrt().reshape(beside)

    def formula(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
        return _affine(
            (x - center) * scale,
            None if weight is None else weight.reshape(beside),
            None if bias is None else bias.reshape(beside),
        )

    out = fused("NativeBatchNormBackward0", formula, input, weight, bias)
    out._data = in_layout_of(input, out._data.astype(input._data.dtype, copy=False))
    return out


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalize each channel of each example: a batch norm that takes every one as a channel.

    Follows `torch.nn.functional.instance_norm`.

    >>> F.instance_norm(torch.tensor([[[1., 3.], [10., 30.]]]))
    tensor([[[-1.0000,  1.0000],
             [-1.0000,  1.0000]]])
    """
    require_tensor("instance_norm", input)
    if use_input_stats:
        sizes = input.shape[2:]
        if math.prod(sizes) == 1:
            raise noted(
                ValueError(
                    "Expected more than 1 spatial element when training, got input size "
                    f"{input.shape}"
                ),
                "One number has no spread to be divided by.",
            )
    if not use_input_stats and (running_mean is None or running_var is None):
        raise RuntimeError(
            "Expected running_mean and running_var to be defined when use_input_stats is false"
        )
    count, channels = input.shape[:2]
    mean, variance, w, b = (
        None if one is None else one.repeat(count)
        for one in (running_mean, running_var, weight, bias)
    )
    rows = input.contiguous().view(1, count * channels, *input.shape[2:])
    out = batch_norm(rows, mean, variance, w, b, use_input_stats, momentum, eps)
    with no_grad():
        for running, moved in ((running_mean, mean), (running_var, variance)):
            if running is not None and moved is not None and use_input_stats:
                running.copy_(moved.view(count, channels).mean(0))
    return out.view(*input.shape)


def local_response_norm(
    input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """Divide each number by what `size` neighbouring channels hold in its place.

    Follows `torch.nn.functional.local_response_norm`.
    """
    if input.ndim < 3:
        raise ValueError(
            "Expected 3D or higher dimensionality"
            f"                          input (got {input.ndim} dimensions)"
        )
    if not input.numel():
        return input
    squares = input * input
    beside = (*[0] * (2 * (input.ndim - 2)), size // 2, (size - 1) // 2)
    near = pad(squares, beside).unfold(1, size, 1).mean(-1)
    return input / (near * alpha + k) ** beta


# ----- what they share --------------------------------------------------------------------------


def _formula(x: Tensor, dims: tuple[int, ...], eps: float) -> Tensor:
    """(x - mean) / √(variance + eps), in recorded operations."""
    apart = x - x.mean(dims, keepdim=True)
    variance = (apart * apart).mean(dims, keepdim=True)
    return apart * (variance + eps).rsqrt()


def _affine(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    x = x if weight is None else x * weight
    return x if bias is None else x + bias


def _normalized(
    node: str,
    formula: Any,
    inputs: tuple[Tensor, Tensor | None, Tensor | None],
    rows: Array,
    axes: tuple[int, ...],
    flat: list[Array | None],
    eps: float,
    found: list[Array] | None = None,
) -> Tensor:
    """The formula's value and first gradients, from the kernel.

    `rows` is the input so shaped that `axes` are what is normalized together, and `flat` weight
    and bias, shaped to fit. The moments are put into `found`.
    """
    input, weight, bias = inputs
    dtype, shape = input._data.dtype, input._data.shape
    x = rows.astype(np.float32) if dtype == np.float16 else rows
    times, plus = flat
    out, normal, mean, variance, scale = quietly(kernels.normalized, x, axes, times, plus, eps)
    if found is not None:
        found += [mean, variance]

    def gradients(g: Array) -> tuple[Array | None, ...]:
        g = g.reshape(rows.shape).astype(normal.dtype, copy=False)
        along = _stretched(flat, rows.ndim)
        of_x = of_weight = of_bias = None
        if weight is not None and weight.requires_grad:
            of_weight = kernels.total_of_products(g, normal, along)
        if bias is not None and bias.requires_grad:
            of_bias = kernels.total(g, along)
        if not input.requires_grad:
            pass
        elif times is None:
            of_x = kernels.normalized_gradient(g, normal, scale, axes)
        elif along == axes and of_weight is not None and of_bias is not None:
            # A weight for each row: its gradients are the sums that this one needs.
            of_x = kernels.given_totals(g, normal, scale * times, axes, of_bias, of_weight)
        else:
            of_x = kernels.normalized_gradient(g * times, normal, scale, axes)
        return (
            None if of_x is None else of_x.reshape(shape),
            None if of_weight is None or weight is None else of_weight.reshape(weight.shape),
            None if of_bias is None or bias is None else of_bias.reshape(bias.shape),
        )

    value = in_layout_of(input, out.reshape(shape).astype(dtype, copy=False))
    return fused(
        node,
        formula,
        input,
        weight,
        bias,
        value=value,
        gradients=lambda g: quietly_one(gradients, g),
    )


def _stretched(flat: list[Array | None], ndim: int) -> tuple[int, ...]:
    """The axes along which weight and bias are the same everywhere; none where there are none."""
    shape = next((one.shape for one in flat if one is not None), ())
    return {2: (0,), 3: (0, 2), 4: (0, 3)}[ndim] if len(shape) == ndim else ()


def _check_shape(
    operation: str, input: Tensor, shape: tuple[int, ...], weight: Any, bias: Any
) -> None:
    if not shape:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one "
            "element, but got normalized_shape = []"
        )
    for name, one in (("weight", weight), ("bias", bias)):
        if one is not None and one.shape != shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{list(one.shape)} and normalized_shape = {list(shape)}"
            )
    if tuple(input.shape[-len(shape) :]) != shape:
        comma = "" if operation == "rms_norm" else ", "
        raise noted(
            RuntimeError(
                f"Given normalized_shape={list(shape)}, expected input with shape "
                f"[*{comma}{', '.join(map(str, shape))}], but got input of size"
                f"{list(input.shape)}"
            ),
            lined_up(input.shape, shape, names=("input", "layer")),
            "The input's last dimensions must be the layer's.",
        )


def _check_more_than_one(shape: Sequence[int]) -> None:
    if math.prod(shape[:1]) * math.prod(shape[2:]) == 1:
        raise noted(
            ValueError(
                f"Expected more than 1 value per channel when training, got input size {shape}"
            ),
            "One number has no spread to be divided by. Take a larger batch, or drop the last, "
            "smaller one (DataLoader's drop_last=True); for a prediction, call net.eval() first.",
        )


def normalize(
    input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Any = None
) -> Tensor:
    """Divide by the length along `dim`, so that it becomes 1.

    Follows `torch.nn.functional.normalize`.

    >>> F.normalize(torch.tensor([[3., 4.]]))
    tensor([[0.6000, 0.8000]])
    """
    length = input.norm(p, dim, keepdim=True).clamp_min(eps).expand_as(input)
    return input / length
