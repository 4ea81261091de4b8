"""Convolution and pooling in random configurations, answered by torch and by tensorlab."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

import oracle
import tensorlab


def _convolution(pick: random.Random) -> str:
    groups = pick.choice([1, 1, 2, 3])
    channels, filters = groups * pick.randint(1, 3), groups * pick.randint(1, 3)
    padding = pick.choice(["0", "1", "(2, 1)", "'same'", "'valid'"])
    stride = "1" if padding == "'same'" else pick.choice(["1", "2", "(1, 3)"])
    size = f"{pick.randint(2, 3)}, {channels}, {pick.randint(1, 9)}, {pick.randint(1, 9)}"
    return f"""
layer = nn.Conv2d({channels}, {filters}, ({pick.randint(1, 3)}, {pick.randint(1, 3)}),
    stride={stride}, padding={padding}, dilation={pick.choice([1, 1, 2])}, groups={groups},
    bias={pick.choice([True, False])})
print(layer)
x = torch.rand({size}).requires_grad_()
layer(x)"""


def _pooling(pick: random.Random) -> str:
    kernel = pick.choice(["1", "2", "3", "(2, 3)"])
    size = f"{pick.randint(1, 2)}, 2, {pick.randint(1, 9)}, {pick.randint(1, 9)}"
    # Where a dilated window sees the padding alone, torch writes outside its memory.
    dilation, padding = pick.choice([(1, 0), (1, 1), (2, 0)])
    options = f"stride={pick.choice([None, 1, 2, 3])}, padding={padding}"
    ceil_mode = pick.choice([True, False])
    largest = f"nn.MaxPool2d({kernel}, {options}, ceil_mode={ceil_mode}"
    largest += f", dilation={dilation}, return_indices={pick.choice([True, False])})"
    mean = f"nn.AvgPool2d({kernel}, {options}, ceil_mode={ceil_mode}"
    mean += f", count_include_pad={pick.choice([True, False])})"
    return f"""
layer = {pick.choice([largest, mean])}
print(layer)
x = torch.randint(-5, 5, ({size})).float().requires_grad_()
layer(x)"""


@pytest.mark.parametrize("program", [_convolution, _pooling])
def test_random_configurations(program: Callable[[random.Random], str], require: Any) -> None:
    torch = require("torch")
    pick = random.Random(0)
    for seed in range(150):
        text = program(pick)
        case = oracle.Case(text, seed=seed, rtol=1e-5, atol=2e-6, text=False)
        expected = oracle.answer(text, torch, seed=seed)
        got = oracle.answer(text, tensorlab, seed=seed)
        assert oracle.compare(expected, got, case) == [], text
