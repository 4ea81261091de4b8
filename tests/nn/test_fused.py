"""What is computed by a kernel or under one name has the derivatives of its formula, twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tensorlab as torch
import tensorlab.nn.functional as F
from tensorlab import nn
from tensorlab.nn.functional import recurrence

Function = Callable[..., Any]


def _slopes(function: Function, x: Any, graph: bool) -> Any:
    y = (function(x) ** 3).sum()
    return torch.autograd.grad(y, x, create_graph=graph)[0]


def _twice(function: Function, x: Any) -> Any:
    return torch.autograd.grad((_slopes(function, x, True) ** 2).sum(), x)[0]


def _recurrent(mode: str) -> Function:
    gates = {"LSTM": 4, "GRU": 3}.get(mode, 1)
    torch.manual_seed(1)
    weights = [torch.randn(gates * 2, n, dtype=torch.float64) for n in (3, 2)]
    biases = [torch.randn(gates * 2, dtype=torch.float64) for _ in range(2)]
    hidden = [torch.zeros(4, 2, dtype=torch.float64)] * (1 + (mode == "LSTM"))
    return lambda x: recurrence.recurrent_layer(
        mode, x.reshape(2, 4, 3), hidden, [*weights, *biases], False
    )[0]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: F.layer_norm(x, (3,)),
        lambda x: F.group_norm(x.reshape(4, 6), 2),
        lambda x: F.batch_norm(x.reshape(8, 3), None, None, training=True),
        F.silu,
        F.mish,
        F.softplus,
        F.elu,
        F.logsigmoid,
        lambda x: F.unfold(x.reshape(1, 1, 4, 6), 2),
        lambda x: F.conv_transpose1d(x.reshape(2, 2, 6), x.reshape(2, 3, 4)),
        lambda x: F.interpolate(x.reshape(1, 1, 4, 6), size=(5, 3), mode="bilinear"),
        lambda x: F.scaled_dot_product_attention(*[x.reshape(1, 2, 4, 3)] * 3),
        _recurrent("LSTM"),
        _recurrent("GRU"),
        _recurrent("RNN_TANH"),
    ],
)
def test_slopes_are_those_of_nearby_values(function: Function) -> None:
    torch.manual_seed(0)
    x = torch.randn(8, 3, dtype=torch.float64, requires_grad=True)
    way = torch.randn(8, 3, dtype=torch.float64)
    step = 1e-5
    ends = [(x.detach() + sign * step * way).requires_grad_() for sign in (1, -1)]
    for slope, value in (
        (_slopes(function, x, False), lambda p: (function(p) ** 3).sum()),
        (_slopes(function, x, True).detach(), lambda p: (function(p) ** 3).sum()),
        (_twice(function, x), lambda p: (_slopes(function, p, True) ** 2).sum()),
    ):
        found = (value(ends[0]) - value(ends[1])).item() / (2 * step)
        assert (slope * way).sum().item() == pytest.approx(found, rel=1e-5, abs=1e-6)


def test_a_gradient_leaves_the_graph_below_the_inputs_alone() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    F.silu(y).sum().backward(retain_graph=True)
    F.silu(y).sum().backward()
    assert x.grad is not None


def test_a_batch_norm_counts_its_batches_in_training_alone() -> None:
    norm = nn.BatchNorm1d(2)
    norm(torch.ones(3, 2))
    norm.eval()(torch.ones(3, 2))
    assert norm.num_batches_tracked.item() == 1
