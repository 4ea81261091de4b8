"""The graph: as long as one likes, and freed as soon as nobody holds it, without the collector."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tensorlab as torch
from tensorlab import nn

F = nn.functional


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "add": lambda x: x + 1,
    "exp": torch.exp,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "sqrt": torch.sqrt,
    "softmax": lambda x: x.softmax(0),
    "log_softmax": lambda x: x.log_softmax(0),
    "std": lambda x: x.std(),
    "prod": lambda x: x.prod(),
    "norm": lambda x: x.norm(),
    "logsumexp": lambda x: x.logsumexp(0),
    "max": lambda x: x.max(),
    "sort": lambda x: x.sort()[0],
    "cumprod": lambda x: x.cumprod(0),
    "view": lambda x: x.view(3),
    "index": lambda x: x[1:],
    "in place": lambda x: (x * 2).mul_(3).exp_(),
    "into a view": lambda x: _filled(x * 2),
    "retained": lambda x: _retained(x * 2),
    "cat": lambda x: torch.cat([x, x]),
    "matmul": lambda x: x.reshape(1, 3) @ x.reshape(3, 1),
    "dropout": lambda x: F.dropout(x),
    "mse": lambda x: F.mse_loss(x, x.detach() + 1),
    "max_pool": lambda x: F.max_pool2d(x.reshape(1, 1, 1, 3), 1),
    "a function of one's own": lambda x: Doubled.apply(x)[0],
}


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y, z = x * 2, x * 3
        ctx.save_for_backward(y)
        return y, z

    @staticmethod
    def backward(ctx: Any, a: Any, b: Any) -> Any:
        return a * ctx.saved_tensors[0] + b


def _filled(y: Any) -> Any:
    y[0] = 5.0
    return y


def _retained(y: Any) -> Any:
    y.retain_grad()
    return y


@pytest.mark.parametrize("backward", [False, True], ids=["forward alone", "with backward"])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_a_graph_is_freed_with_its_result(operation: Callable[[Any], Any], backward: bool) -> None:
    x = torch.tensor([0.5, 1.0, 2.0], requires_grad=True)
    y = operation(x)
    node, memory = weakref.ref(y.grad_fn), weakref.ref(y)
    if backward:
        y.sum().backward()
    del y
    assert node() is None
    assert memory() is None


def test_a_training_step_leaves_no_garbage() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.LogSoftmax(1))
    optimizer = torch.optim.Adam(net.parameters())

    def step() -> None:
        optimizer.zero_grad()
        F.nll_loss(net(torch.ones(2, 3)), torch.tensor([0, 1])).backward()
        optimizer.step()

    step()
    gc.collect()
    for _ in range(3):
        step()
    assert gc.collect() == 0


@pytest.mark.parametrize("operation", [lambda x: x + 1, torch.sin, torch.tanh])
def test_a_chain_of_100_000_operations_goes_forward_and_back_and_is_freed(operation: Any) -> None:
    x = torch.tensor(0.5, requires_grad=True)
    y = x
    for _ in range(100_000):
        y = operation(y)
    node = weakref.ref(y.grad_fn)
    y.backward()
    assert x.grad is not None
    del y
    assert node() is None


def test_a_chain_that_never_went_back_is_freed() -> None:
    y = x = torch.tensor(0.5, requires_grad=True)
    for _ in range(100_000):
        y = y * x
    node = weakref.ref(y.grad_fn)
    del y
    assert node() is None


def test_a_chain_of_functions_goes_back() -> None:
    y = x = torch.tensor(1.0, requires_grad=True)
    for _ in range(5_000):
        y = Doubled.apply(y / 2)[0]
    y.backward()
    assert x.grad is not None
    del y
