"""Modules: what is found in them, and what survives copying, saving and converting."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import tensorlab as torch
from tensorlab import nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU())
        self.head = nn.Linear(2, 3)
        self.register_buffer("mean", torch.zeros(2))

    def forward(self, x: Any) -> Any:
        return self.head(self.features(x).mean((2, 3)) - self.mean)


X = torch.arange(16.0).reshape(1, 1, 4, 4)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_computes_the_same_and_shares_nothing(copied: Any) -> None:
    net = Net()
    other = copied(net)
    assert torch.equal(net(X), other(X))
    assert repr(net) == repr(other)
    other.head.weight.data.zero_()
    other.mean.fill_(1.0)
    assert net.head.weight.abs().sum() > 0
    assert net.mean.sum() == 0


def test_a_copy_of_a_shared_parameter_is_shared_too() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    other = copy.deepcopy(net)
    assert other[0].weight is other[1].weight
    assert other[0].weight is not net[0].weight


def test_a_parameter_stays_a_parameter_when_pickled() -> None:
    p = pickle.loads(pickle.dumps(nn.Parameter(torch.ones(2), requires_grad=False)))
    assert isinstance(p, nn.Parameter)
    assert not p.requires_grad


def test_converting_keeps_the_parameter_objects_so_that_an_optimizer_still_knows_them() -> None:
    layer = nn.Linear(2, 1)
    weight = layer.weight
    layer(torch.ones(1, 2)).sum().backward()
    layer.double()
    assert layer.weight is weight
    assert weight.dtype is torch.float64
    assert weight.grad is not None
    assert weight.grad.dtype is torch.float64


def test_loading_copies_the_numbers_and_not_the_memory() -> None:
    a, b = nn.Linear(2, 1), nn.Linear(2, 1)
    b.load_state_dict(a.state_dict())
    a.weight.data.zero_()
    assert b.weight.abs().sum() > 0


def test_a_state_dict_shares_memory_and_has_no_graph() -> None:
    layer = nn.Linear(2, 1)
    state = layer.state_dict()
    state["bias"][0] = 7.0
    assert layer.bias is not None
    assert layer.bias.item() == 7.0
    assert not state["weight"].requires_grad


def test_hooks_run_in_order_and_may_replace_what_passes() -> None:
    heard: list[str] = []
    layer = nn.Identity()
    layer.register_forward_pre_hook(lambda module, args: (args[0] + 1,))
    layer.register_forward_hook(lambda module, args, output: heard.append("second"))
    layer.register_forward_hook(lambda module, args, output: output * 10)
    layer.register_forward_hook(lambda module, args, output: heard.append("first"), prepend=True)
    assert layer(torch.tensor(1.0)).item() == 20.0
    assert heard == ["first", "second"]


def test_a_hook_that_is_always_called_hears_of_a_failed_forward() -> None:
    class Failing(nn.Module):
        def forward(self, x: Any) -> Any:
            raise ValueError("no")

    heard: list[Any] = []
    module = Failing()
    module.register_forward_hook(lambda m, args, out: heard.append(out), always_call=True)
    module.register_forward_hook(lambda m, args, out: heard.append("not this"))
    with pytest.raises(ValueError, match="no"):
        module(1)
    assert heard == [None]


def test_completion_offers_parameters_and_layers_but_no_numbers() -> None:
    net = Net()
    assert {"features", "head", "mean", "forward"} <= set(dir(net))
    assert {"weight", "bias"} <= set(dir(net.head))
    assert not [name for name in dir(net.features) if name[0].isdigit()]


def test_dropout_drops_in_training_alone() -> None:
    torch.manual_seed(0)
    layer = nn.Dropout(0.5)
    dropped = layer(torch.ones(1000))
    assert 400 < (dropped == 0).sum() < 600
    assert ((dropped == 0) | (dropped == 2)).all()
    assert torch.equal(layer.eval()(torch.ones(1000)), torch.ones(1000))


def test_max_pooling_refuses_a_backward_after_its_input_was_changed() -> None:
    x = torch.rand(1, 1, 4, 4, requires_grad=True) * 1
    y = nn.MaxPool2d(2)(x)
    x += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
