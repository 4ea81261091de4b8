"""Optimizers: their steps, worked out by hand."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import tensorlab as torch
from tensorlab import nn, optim


def _run(make: Any, steps: int = 3) -> list[float]:
    """Where a parameter that begins at 1 is, when its gradient is 2 at every step."""
    p = nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    optimizer = make([p])
    path = []
    for _ in range(steps):
        optimizer.zero_grad()
        (2 * p).sum().backward()
        optimizer.step()
        path.append(p.item())
    return path


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda p: optim.SGD(p, lr=0.1), [0.8, 0.6, 0.4]),
        (lambda p: optim.SGD(p, lr=0.1, maximize=True), [1.2, 1.4, 1.6]),
        # The speed is 2, then 0.5 * 2 + 2 = 3, then 0.5 * 3 + 2 = 3.5.
        (lambda p: optim.SGD(p, lr=0.1, momentum=0.5), [0.8, 0.5, 0.15]),
        (lambda p: optim.SGD(p, lr=0.1, momentum=0.5, nesterov=True), [0.7, 0.35, -0.025]),
        (lambda p: optim.SGD(p, lr=0.1, weight_decay=1.0), [0.7, 0.43, 0.187]),
        # A constant gradient over the root of its square is 1, whatever the means forget.
        (lambda p: optim.Adam(p, lr=0.1), [0.9, 0.8, 0.7]),
        (lambda p: optim.AdamW(p, lr=0.1, weight_decay=1.0), [0.8, 0.62, 0.458]),
    ],
)
def test_steps(make: Any, path: list[float]) -> None:
    assert _run(make) == pytest.approx(path, abs=1e-7)


def test_a_parameter_without_a_gradient_stays() -> None:
    p = nn.Parameter(torch.ones(1))
    optim.Adam([p], lr=1.0).step()
    assert p.item() == 1.0


def test_a_loaded_state_goes_on_where_the_saved_one_stopped() -> None:
    def begun() -> tuple[nn.Parameter, optim.SGD]:
        p = nn.Parameter(torch.ones(1))
        return p, optim.SGD([p], lr=0.1, momentum=0.9)

    def step(p: nn.Parameter, optimizer: optim.Optimizer) -> None:
        optimizer.zero_grad()
        (p**2).sum().backward()
        optimizer.step()

    p, optimizer = begun()
    step(p, optimizer)
    q, other = begun()
    q.data.copy_(p.data)
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))  # else both share a memory
    step(p, optimizer)
    step(q, other)
    assert p.item() == q.item()


def test_groups_have_settings_of_their_own() -> None:
    slow, fast = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
    optimizer = optim.SGD([{"params": [slow]}, {"params": [fast], "lr": 1.0}], lr=0.1)
    (slow + fast).sum().backward()
    optimizer.step()
    assert (slow.item(), fast.item()) == pytest.approx((0.9, 0.0))


def test_an_exhausted_generator_of_parameters_is_refused_with_the_reason() -> None:
    parameters = nn.Linear(1, 1).parameters()
    list(parameters)
    with pytest.raises(ValueError, match="empty parameter list") as caught:
        optim.SGD(parameters)
    assert "second pass" in caught.value.__notes__[0]
