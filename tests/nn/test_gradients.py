"""Gradients of the layers' functions, held to differences of their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tensorlab as torch
import tensorlab.nn.functional as F

Function = Callable[..., Any]


def _slopes(function: Function, inputs: list[Any], which: int, step: float = 1e-6) -> Any:
    """The gradient of `function(*inputs).sum()` for one input, from pairs of nearby values."""
    values = inputs[which].detach().numpy()
    slopes = np.empty_like(values)
    for place in np.ndindex(values.shape):
        ends = []
        for sign in (1, -1):
            moved = values.copy()
            moved[place] += sign * step
            others = [x.detach() for x in inputs]
            others[which] = torch.from_numpy(moved)
            ends.append(_weighted(function(*others)).item())
        slopes[place] = (ends[0] - ends[1]) / (2 * step)
    return slopes


def _weighted(y: Any) -> Any:
    """A sum in which every element counts differently, so that no error cancels out."""
    return (y * torch.arange(1, y.numel() + 1, dtype=torch.float64).cos().reshape(y.shape)).sum()


def _check(function: Function, *shapes: tuple[int, ...], seed: int = 0) -> None:
    generator = np.random.default_rng(seed)
    inputs = [torch.from_numpy(generator.uniform(0.1, 0.9, shape)) for shape in shapes]
    for x in inputs:
        x.requires_grad_()
    gradients = torch.autograd.grad(_weighted(function(*inputs)), inputs)
    for which, gradient in enumerate(gradients):
        np.testing.assert_allclose(gradient.numpy(), _slopes(function, inputs, which), atol=1e-7)


@pytest.mark.parametrize("stride", [1, (2, 1)])
@pytest.mark.parametrize("padding", [0, (1, 2)])
@pytest.mark.parametrize("dilation", [1, (1, 2)])
@pytest.mark.parametrize("groups", [1, 2])
def test_conv2d(stride: Any, padding: Any, dilation: Any, groups: int) -> None:
    def convolve(x: Any, weight: Any, bias: Any) -> Any:
        return F.conv2d(x, weight, bias, stride, padding, dilation, groups)

    _check(convolve, (2, 2, 4, 5), (4, 2 // groups, 3, 2), (4,))


def _slope_of(function: Function) -> Function:
    """The gradients of `function`, all in one row: so that they can be differentiated again."""

    def slopes(*inputs: Any) -> Any:
        inputs = tuple(x if x.requires_grad else x.clone().requires_grad_() for x in inputs)
        y = (function(*inputs) ** 3).sum()
        gradients = torch.autograd.grad(y, inputs, create_graph=True)
        return torch.cat([gradient.flatten() for gradient in gradients])

    return slopes


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (lambda x, w: F.conv2d(x, w, stride=2, padding=1), [(1, 2, 3, 3), (2, 2, 2, 2)]),
        (lambda x, w: F.conv2d(x, w, dilation=2, groups=2), [(1, 2, 3, 4), (2, 1, 2, 2)]),
        (lambda x, w: F.conv1d(x, w, padding="same"), [(1, 2, 4), (2, 2, 2)]),
        (lambda x: F.max_pool2d(x, 2, 1), [(1, 1, 3, 3)]),
        (lambda x: F.avg_pool2d(x, 2, 1, 1), [(1, 1, 3, 3)]),
        (lambda x: F.adaptive_avg_pool2d(x, 2), [(1, 1, 3, 5)]),
        (lambda x: F.pad(x, (1, 1), mode="reflect"), [(1, 2, 3)]),
        (lambda x: F.gelu(x), [(3,)]),
        (lambda x: F.cross_entropy(x, torch.tensor([1, 0])), [(2, 3)]),
        (lambda x, y: F.mse_loss(x, y), [(3,), (3,)]),
    ],
)
def test_gradients_can_be_differentiated_again(function: Function, shapes: list[Any]) -> None:
    _check(_slope_of(function), *shapes)


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (lambda x: F.max_pool2d(x, 3, 2, 1), [(2, 1, 5, 4)]),
        (lambda x: F.max_pool2d(x, 2, ceil_mode=True), [(1, 1, 3, 5)]),
        (lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), [(1, 1, 5, 4)]),
        (lambda x: F.pad(x, (1, -1, 0, 2), value=3.0), [(2, 3)]),
        (lambda x: F.pad(x, (2, 1), mode="circular"), [(1, 2, 3)]),
        (lambda x: F.pad(x, (2, 1, 1, 0), mode="replicate"), [(1, 2, 3)]),
        (lambda x, w, b: F.linear(x, w, b), [(2, 2, 3), (4, 3), (4,)]),
        (lambda x: F.gelu(x - 0.5, approximate="tanh"), [(4,)]),
        (lambda x: F.leaky_relu(x - 0.5, 0.1), [(4,)]),
        (lambda x, y: F.binary_cross_entropy(x, y), [(4,), (4,)]),
        (lambda x, y: F.binary_cross_entropy_with_logits(x - 0.5, y), [(4,), (4,)]),
        (lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1), [(2, 3), (2, 3)]),
        (lambda x: F.nll_loss(x, torch.tensor([1, 2]), reduction="none"), [(2, 3)]),
    ],
)
def test_the_rest(function: Function, shapes: list[Any]) -> None:
    _check(function, *shapes)
