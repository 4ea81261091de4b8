"""Elementary functions of float32: torch's, to the last bit.

What torch answered is in data/elementary.json, so that these tests run without torch. To write it
anew, with a torch that runs on glibc 2.40 or older (cosh and its kin are the C library's):

    python tests/kernels/test_elementary.py
"""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tensorlab.kernels import elementary

RECORD = Path(__file__).parents[1] / "data" / "elementary.json"

LANES = 64  # so many numbers fill lanes of any processor; of 5, none do

# What one meets: whole numbers, tenths, angles, powers, roots; then the ends of ranges.
NUMBERS = np.array(
    [
        *range(-22, 23),
        *(k / 10 for k in range(-12, 33)),
        *(k * math.pi / 12 for k in range(-12, 25)),
        *(math.e**k for k in (*range(-5, 6), math.e, 10)),
        *(10.0**k for k in range(-9, 12)),
        *(2.0**k for k in range(-27, 28, 3)),
        *(math.sqrt(k) for k in range(2, 12)),
        *(k / 7 for k in range(-20, 21)),
        *(math.inf, -math.inf, math.nan, -0.0, 88.5, 88.9, 89, -89, 90, -104, -150, 127.9, 128),
        *(3e38, 1e-38, -1e-38, 1e-40, 0.41421, 0.41422, -0.2928, -0.2929),
    ],
    np.float32,
)
NUMBERS = np.resize(NUMBERS, -(-NUMBERS.size // LANES) * LANES)

FUNCTIONS = ["acosh", "asinh", "atanh", "cosh", "exp2", "expm1", "log", "log1p", "sinh"]
EXPONENTS = [-3, -2, -1.5, -0.5, 0, 0.1, 1 / 3, 1.5, 4, 10]

# The share that is equal, where not all are.
SHARE = {"asinh": 0.99, "log": 0.97, "in lanes atanh": 0.99, "in lanes power": 0.96}


def ours(name: str) -> Any:
    function, _, exponent = name.partition(" ")
    if exponent:
        return partial(elementary.power, exponent=EXPONENTS[int(exponent)])
    return getattr(elementary, function)


NAMES = [*FUNCTIONS, *(f"power {i}" for i in range(len(EXPONENTS)))]


def answers(function: Any, numbers: np.ndarray, size: int) -> np.ndarray:
    """`function`, of `size` numbers at a time."""
    parts = [numbers[i : i + size] for i in range(0, numbers.size, size)]
    return np.concatenate([np.asarray(function(part)) for part in parts])


def bits(y: np.ndarray) -> list[int]:
    """One number for nan."""
    return np.where(np.isnan(y), -1, y.view(np.int32).astype(np.int64)).tolist()


@pytest.fixture(scope="module")
def recorded() -> Any:
    return json.loads(RECORD.read_text())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("where", "size"), [("alone", 5), ("in lanes", LANES)])
def test_float32_has_torchs_last_bit(recorded: Any, name: str, where: str, size: int) -> None:
    got = bits(answers(ours(name), NUMBERS, size))
    expected = recorded[f"{where} {name}"]
    wrong = [i for i, pair in enumerate(zip(got, expected, strict=True)) if pair[0] != pair[1]]
    kind = name.split()[0]
    share = SHARE.get(kind, SHARE.get(f"{where} {kind}", 1))
    assert len(wrong) <= (1 - share) * NUMBERS.size, NUMBERS[wrong]
    # An infinity is one further than the largest float.
    assert all(abs(got[i] - expected[i]) <= 1 for i in wrong), NUMBERS[wrong]


@pytest.mark.parametrize("name", NAMES)
def test_many_numbers_differ_from_few_by_a_unit_in_the_last_place(name: str) -> None:
    numbers = np.linspace(-4, 4, 1500, dtype=np.float32)
    many, few = ours(name)(numbers), answers(ours(name), numbers, 5)
    np.testing.assert_allclose(many, few, rtol=4e-7)


@pytest.mark.parametrize("name", NAMES)
def test_shape_and_type_stay(name: str) -> None:
    for shape in [(), (0,), (3, 1), (3, 4), (40, 2), (3, 5, 70), (100, 100)]:
        for dtype in [np.float32, np.float64]:
            x = np.full(shape, 1.5, dtype)
            y = ours(name)(x)
            assert (np.shape(y), np.asarray(y).dtype) == (shape, dtype)
    transposed = np.linspace(-4, 4, 120, dtype=np.float32).reshape(10, 12).T
    together, by_row = ours(name)(transposed), [ours(name)(row) for row in transposed]
    np.testing.assert_allclose(together, by_row, rtol=4e-7)
    apart = ours(name)(transposed[::2, ::3])
    np.testing.assert_allclose(apart, together[::2, ::3], rtol=4e-7)


def test_blocks_are_put_together_in_order() -> None:
    x = np.arange(50_000.0).reshape(100, 500)
    np.testing.assert_array_equal(elementary.in_blocks(np.sqrt, x), np.sqrt(x))
    np.testing.assert_array_equal(elementary.in_blocks(np.sqrt, x.T), np.sqrt(x.T))


def write() -> None:
    import torch

    def function(name: str) -> Any:
        kind, _, exponent = name.partition(" ")
        if exponent:
            return lambda x: (torch.from_numpy(x.copy()) ** EXPONENTS[int(exponent)]).numpy()
        return lambda x: getattr(torch, kind)(torch.from_numpy(x.copy())).numpy()

    record = {
        f"{where} {name}": bits(answers(function(name), NUMBERS, size))
        for where, size in [("alone", 5), ("in lanes", LANES)]
        for name in NAMES
    }
    rows = [f"{json.dumps(key)}: {json.dumps(row)}" for key, row in record.items()]
    RECORD.write_text("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    write()
