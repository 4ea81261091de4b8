"""Every function that has a gradient, held to small changes of its inputs (gradients.toml)."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tensorlab as torch
from tensorlab import fft, linalg, ops, special
from tensorlab.nn import functional as F
from tensorlab.ops import later

TABLE = tomllib.loads((Path(__file__).parent / "gradients.toml").read_text("utf-8"))
CALLS: dict[str, str] = TABLE["calls"]
ONCE = set(TABLE["once"].split())
NAMED = {*CALLS, *TABLE["none"].split(), *TABLE["same"].split()}


def _functions() -> set[str]:
    """All that computes, by the names that users call it."""
    named = {
        name
        for section in ops.SECTIONS
        for name in section.__all__
        if callable(getattr(section, name))
    }
    methods = {
        name
        for name in dir(torch.Tensor)
        if not name.startswith("_") and callable(getattr(torch.Tensor, name, None))
    }
    in_place = {name for name in methods if name.endswith("_")}
    named |= {*later.FUNCTIONS, *(methods - in_place)}
    named |= {f"F.{name}" for name in F.__all__}
    named |= {f"fft.{name}" for name in fft.__all__}
    named |= {f"special.{name}" for name in special.__all__}
    return named | {f"linalg.{name}" for name in linalg.__all__}


def _leaves() -> dict[str, Any]:
    random = np.random.default_rng(0)

    def leaf(array: Any) -> Any:
        return torch.from_numpy(np.array(array, order="C")).requires_grad_()

    apart = np.array([[-1.7, -0.9, 0.4], [1.3, 0.75, -0.3]])  # no two alike, none at a corner
    square = random.normal(size=(3, 3))
    return {
        "x": leaf(apart),
        "y": leaf(apart[::-1] * 0.8 + 0.11),
        "p": leaf(random.uniform(0.5, 2, (2, 3))),
        "q": leaf(random.uniform(0.5, 2, (2, 3))),
        "u": leaf(random.uniform(0.2, 0.8, (2, 3))),
        "v": leaf(np.array([0.5, -1.2, 0.8])),
        "w": leaf(np.array([1.1, 0.3, -0.6])),
        "s": leaf(np.array(0.7)),
        "m": leaf(np.eye(3) * [1, 2, 3.5] + square / 5),
        "n": leaf(random.normal(size=(3, 3))),
        "d": leaf(square @ square.T + np.eye(3)),
        "b": leaf(random.normal(size=(2, 3, 3))),
        "c": leaf(random.normal(size=(2, 3, 3))),
    }


def _function(program: str) -> tuple[Any, list[Any]]:
    """The program as a function of the leaves that it names, and these."""
    leaves = _leaves()
    fixed = {
        "torch": torch,
        "F": F,
        "i": torch.tensor([0, 2]),
        "j": torch.tensor([[0, 1, 1], [1, 0, 1]]),
        "k": leaves["x"].detach() > 0,
    }
    # Complex numbers are checked by their parts: so are their gradients.
    program = re.sub(r"\bz\b", "torch.complex(m[:2, :2], n[:2, :2])", program)
    code = compile(program, "<gradients.toml>", "eval")
    called = {node.id for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Name)}
    names = [name for name in leaves if name in called]

    def function(*inputs: Any) -> Any:
        out = eval(code, {**fixed, **dict(zip(names, inputs, strict=True))})
        return torch.view_as_real(out) if out.is_complex() else out

    return function, [leaves[name] for name in names]


def test_each_function_stands_in_the_table() -> None:
    missing = _functions() - NAMED
    assert not missing, "put a call for gradcheck into gradients.toml"


def test_the_table_names_nothing_that_is_gone() -> None:
    assert not NAMED - _functions() - {"apply_", "detach_", "index_put_", "share_memory_"}


@pytest.mark.parametrize("name", CALLS)
def test_the_gradient_is_what_small_changes_say(name: str) -> None:
    function, leaves = _function(CALLS[name])
    assert leaves
    assert torch.autograd.gradcheck(function, leaves)


@pytest.mark.parametrize("name", [name for name in CALLS if name not in ONCE])
def test_so_is_the_second_gradient(name: str) -> None:
    function, leaves = _function(CALLS[name])
    assert torch.autograd.gradgradcheck(function, leaves)
