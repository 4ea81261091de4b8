"""Kernels for many numbers: held to double precision, and to the same with one thread and two."""

from __future__ import annotations

import math
import sys
import threading
from typing import Any

import numpy as np
import pytest

from tensorlab.kernels import many, parallel

no_threads = pytest.mark.skipif(
    sys.platform == "emscripten", reason="on WebAssembly there are no threads"
)
random = np.random.default_rng(0)


def numbers(*shape: int) -> np.ndarray:
    return random.uniform(-9, 9, shape).astype(np.float32)


def normal_share(x: np.ndarray) -> Any:
    return np.vectorize(lambda each: 0.5 * math.erfc(-each / math.sqrt(2)))(x)


def sigmoid(x: np.ndarray) -> Any:
    return 1 / (1 + np.exp(-x))


FUNCTIONS = {
    "sigmoid": sigmoid,
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * normal_share(x),
    "erf": np.vectorize(math.erf),
    "relu": lambda x: np.maximum(x, 0),
}


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(parallel, "count", request.param)
    monkeypatch.setattr(parallel, "ENOUGH", 100)
    monkeypatch.setattr(parallel, "_PIECE", 300)
    return int(request.param)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_value_is_that_of_double_precision(name: str, threads: int) -> None:
    x = numbers(50, 41)
    expected = FUNCTIONS[name](x.astype(np.float64))
    np.testing.assert_allclose(getattr(many, name)(x), expected, rtol=2e-6, atol=6e-7)


@pytest.mark.parametrize("name", ["silu", "gelu"])
def test_the_gradient_is_the_slope(name: str, threads: int) -> None:
    x, g, step = numbers(2000), numbers(2000), 1e-6
    wide = x.astype(np.float64)
    slope = (FUNCTIONS[name](wide + step) - FUNCTIONS[name](wide - step)) / (2 * step)
    got = getattr(many, f"{name}_gradient")(g, x)
    np.testing.assert_allclose(got, g * slope, rtol=1e-5, atol=2e-5)


def test_where_keeps_every_bit(threads: int) -> None:
    a, b, mask = numbers(40, 60), numbers(40, 60), numbers(40, 60) > 0
    a[0, :3], b[1, :3] = (math.nan, -0.0, math.inf), (math.nan, -0.0, -math.inf)
    one = np.array(7, np.float32)
    for x, y in [(a, b), (a.T.copy().T, b), (a, one), (one, b)]:
        assert many.can_choose(mask, x, y)
        expected = np.where(mask, x, y)
        np.testing.assert_array_equal(many.where(mask, x, y).view(int), expected.view(int))
    got = many.where_positive(b, a)
    np.testing.assert_array_equal(got, np.where(a <= 0, 0, b).astype(np.float32))


@pytest.mark.parametrize("axes", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 2)])
def test_a_sum_over_any_axes(axes: tuple[int, ...]) -> None:
    x = numbers(3, 5, 5000)
    exact = x.astype(np.float64).sum(axes)
    got = many.total(x, axes)
    assert got.shape == exact.shape
    np.testing.assert_allclose(got, exact, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("axis", [0, 1])
def test_shares_and_their_gradients(axis: int) -> None:
    x, g = numbers(30, 40), numbers(30, 40)
    exps = np.exp(x.astype(np.float64))
    shares = exps / exps.sum(axis, keepdims=True)
    np.testing.assert_allclose(many.softmax(x, axis), shares, rtol=2e-6)
    np.testing.assert_allclose(many.log_softmax(x, axis), np.log(shares), rtol=2e-6, atol=2e-6)
    back = shares * (g - (shares * g).sum(axis, keepdims=True))
    got = many.softmax_gradient(g, shares.astype(np.float32), axis)
    np.testing.assert_allclose(got, back, rtol=1e-4, atol=1e-5)
    back = g - shares * g.astype(np.float64).sum(axis, keepdims=True)
    got = many.log_softmax_gradient(g, np.log(shares).astype(np.float32), axis)
    np.testing.assert_allclose(got, back, rtol=1e-4, atol=1e-4)


@no_threads
def test_two_threads_share_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "count", 2)
    both = threading.Barrier(2, timeout=30)  # it opens only if two are at work at once
    seen: list[slice] = []

    def work(part: slice) -> None:
        both.wait()
        seen.append(part)

    parallel.each(work, 8, 2)
    assert sorted(part.start for part in seen) == [0, 2, 4, 6]


@no_threads
def test_what_fails_in_a_thread_fails_for_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "count", 2)

    def work(part: slice) -> None:
        if part.start == 6:
            raise ValueError("the last piece")

    with pytest.raises(ValueError, match="the last piece"):
        parallel.each(work, 8, 2)
    parallel.each(lambda part: None, 8, 2)  # and the threads work on
