"""Pooling kernels: held to loops that cannot be wrong, and to torch bit for bit."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from tensorlab.kernels.pooling import (
    avg_pool2d,
    avg_pool2d_gradient,
    max_pool2d,
    max_pool2d_gradient,
    max_pool2d_gradient_apart,
    max_pool2d_values,
    pool_output_size,
)

random = np.random.RandomState(0)


class Case(NamedTuple):
    size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int] = (0, 0)
    dilation: tuple[int, int] = (1, 1)
    ceil_mode: bool = False


GRID = [
    Case(*options)
    for options in itertools.product(
        [(5, 7), (8, 6)],
        [(2, 2), (3, 2)],
        [(1, 1), (2, 2), (3, 1), (2, 5)],
        [(0, 0), (1, 1)],
        [(1, 1), (2, 1)],
        [False, True],
    )
]
SPECIAL = [
    Case((1, 1), (1, 1), (1, 1)),
    Case((5, 5), (5, 5), (5, 5)),  # one window
    Case((20, 20), (17, 16), (3, 4), (8, 8)),  # more places than 8 bits count
    Case((5, 5), (2, 2), (2, 2), (1, 1), ceil_mode=True),
    Case((3, 3), (2, 2), (5, 5), (1, 1), ceil_mode=True),  # a second window would start beyond
    Case((4, 9), (1, 3), (1, 2), (0, 1)),
]
CASES = GRID + SPECIAL
MEANS = [case._replace(dilation=(1, 1)) for case in CASES if case.dilation == (1, 1)]


def windows(case: Case) -> Iterator[tuple[tuple[int, int], list[tuple[int, int]]]]:
    """Every window, and the places of the image in it."""
    rows, columns = (
        pool_output_size(*axis, case.ceil_mode)
        for axis in zip(*[getattr(case, name) for name in Case._fields[:5]], strict=True)
    )
    for row, column in np.ndindex(rows, columns):
        top = row * case.stride[0] - case.padding[0]
        left = column * case.stride[1] - case.padding[1]
        places = [
            (top + i * case.dilation[0], left + j * case.dilation[1])
            for i, j in np.ndindex(*case.kernel)
        ]
        inside = [(y, x) for y, x in places if 0 <= y < case.size[0] and 0 <= x < case.size[1]]
        yield (row, column), inside


def shape(case: Case) -> tuple[int, int]:
    row, column = list(windows(case))[-1][0]
    return row + 1, column + 1


def images(case: Case, dtype: str = "float64") -> np.ndarray:
    """Two images of two channels, of numbers with many ties."""
    return random.randint(0, 6, (2, 2, *case.size)).astype(dtype)


def with_nan(x: np.ndarray) -> np.ndarray:
    x[random.random_sample(x.shape) < 0.2] = np.nan
    return x


def with_infinity(x: np.ndarray) -> np.ndarray:
    x[random.random_sample(x.shape) < 0.7] = -np.inf
    return x


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("spoil", [lambda x: x, with_infinity], ids=["numbers", "-inf"])
def test_the_largest_is_the_first_of_its_window(case: Case, spoil: Callable[..., Any]) -> None:
    x = spoil(images(case))
    values, indices = max_pool2d(x, *case[1:])
    assert values.shape == indices.shape == (2, 2, *shape(case))
    assert indices.dtype == np.int64
    for (row, column), inside in windows(case):
        for plane in np.ndindex(2, 2):
            expected = max(inside, key=lambda place: x[(*plane, *place)])  # max takes the first
            assert values[(*plane, row, column)] == x[(*plane, *expected)]
            assert indices[(*plane, row, column)] == expected[0] * case.size[1] + expected[1]


@pytest.mark.parametrize("case", CASES[::5] + SPECIAL, ids=str)
def test_nan_is_the_largest_and_the_last_one_counts(case: Case) -> None:
    x = with_nan(images(case))
    values, indices = max_pool2d(x, *case[1:])
    for (row, column), inside in windows(case):
        for plane in np.ndindex(2, 2):
            nans = [place for place in inside if np.isnan(x[(*plane, *place)])]
            assert np.isnan(values[(*plane, row, column)]) == bool(nans)
            if nans:
                assert indices[(*plane, row, column)] == nans[-1][0] * case.size[1] + nans[-1][1]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_values_alone_are_the_same(case: Case) -> None:
    x = with_nan(with_infinity(images(case)))
    np.testing.assert_array_equal(max_pool2d_values(x, *case[1:]), max_pool2d(x, *case[1:])[0])


@pytest.mark.parametrize(
    "dtype", ["uint8", "int8", "int16", "int32", "int64", "float16", "float32"]
)
def test_padding_never_wins_whatever_the_type(dtype: str) -> None:
    lowest = np.finfo(dtype).min if dtype.startswith("f") else np.iinfo(dtype).min
    x = np.full((1, 1, 2, 2), lowest, dtype)
    values, indices = max_pool2d(x, (2, 2), (1, 1), (1, 1))
    assert values.dtype == dtype
    assert (values == lowest).all()
    assert indices.tolist() == [[[[0, 0, 1], [0, 0, 1], [2, 2, 3]]]]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_gradient_goes_to_the_winners(case: Case) -> None:
    x = images(case)
    values, indices = max_pool2d(x, *case[1:])
    grad = random.randint(-9, 10, values.shape).astype(np.float64)
    size = case.size[0] * case.size[1]
    expected = np.zeros((2, 2, size))
    for place in np.ndindex(*values.shape):
        expected[(*place[:2], indices[place])] += grad[place]
    flat = grad.reshape(2, 2, -1), indices.reshape(2, 2, -1)
    np.testing.assert_array_equal(max_pool2d_gradient(*flat, size), expected)


APART = [c for c in CASES if all(map(operator.ge, c.stride, c.kernel)) and c.dilation == (1, 1)]


@pytest.mark.parametrize("case", APART, ids=str)
def test_windows_apart_find_the_same_winners_by_comparing(case: Case) -> None:
    x = random.randint(-2, 2, images(case).shape).astype(np.float32)  # with many ties
    values, indices = max_pool2d(x, *case[1:])
    grad = random.randint(-9, 10, values.shape).astype(np.float32)
    grad[0, 0, 0, 0] = np.inf
    flat = grad.reshape(2, 2, -1), indices.reshape(2, 2, -1)
    expected = max_pool2d_gradient(*flat, math.prod(case.size)).reshape(x.shape)
    rest = case.kernel, case.stride, case.padding, case.ceil_mode
    np.testing.assert_array_equal(max_pool2d_gradient_apart(grad, x, values, *rest), expected)


@pytest.mark.parametrize("case", MEANS, ids=str)
@pytest.mark.parametrize("count_include_pad", [True, False])
@pytest.mark.parametrize("divisor", [None, 3])
def test_the_mean_is_of_what_counts(
    case: Case, count_include_pad: bool, divisor: int | None
) -> None:
    x = images(case)
    kernel, stride, padding, _, ceil_mode = case[1:]
    out = avg_pool2d(x, kernel, stride, padding, ceil_mode, count_include_pad, divisor)
    assert out.shape == (2, 2, *shape(case))
    for (row, column), inside in windows(case):
        total = sum(x[:, :, y, z] for y, z in inside)
        start = row * stride[0] - padding[0], column * stride[1] - padding[1]
        extent = [
            min(a + k, n + p) - a
            for a, k, n, p in zip(start, kernel, case.size, padding, strict=True)
        ]
        count = extent[0] * extent[1] if count_include_pad else len(inside)
        np.testing.assert_allclose(out[:, :, row, column], total / (divisor or count))


@pytest.mark.parametrize("case", MEANS, ids=str)
@pytest.mark.parametrize("count_include_pad", [True, False])
@pytest.mark.parametrize("divisor", [None, 3])
def test_the_gradient_of_the_mean_is_its_adjoint(
    case: Case, count_include_pad: bool, divisor: int | None
) -> None:
    x = images(case)
    kernel, stride, padding, _, ceil_mode = case[1:]
    options = (kernel, stride, padding, ceil_mode, count_include_pad, divisor)
    out = avg_pool2d(x, *options)
    grad = random.standard_normal(out.shape)
    dx = avg_pool2d_gradient(grad, x.shape, *options)
    assert dx.shape == x.shape
    for other in (x, random.standard_normal(x.shape)):
        np.testing.assert_allclose((other * dx).sum(), (avg_pool2d(other, *options) * grad).sum())


def test_the_mean_of_whole_numbers_is_cut_towards_zero() -> None:
    x = np.array([[[[3, 4], [0, 0]]]])
    assert avg_pool2d(x, (2, 2), (2, 2)).tolist() == [[[[1]]]]
    assert avg_pool2d(-x, (2, 2), (2, 2)).tolist() == [[[[-1]]]]
    assert avg_pool2d(x, (2, 2), (2, 2), divisor=-2).tolist() == [[[[-3]]]]
    assert avg_pool2d(x, (2, 2), (2, 2)).dtype == x.dtype


def test_float16_is_summed_in_float32() -> None:
    x = np.full((1, 1, 64, 64), 1.0, np.float16)  # 2048 + 1 = 2048 in float16
    assert avg_pool2d(x, (64, 64), (1, 1)).item() == 1


@pytest.mark.parametrize("function", [max_pool2d_values, avg_pool2d])
def test_the_layout_of_the_memory_does_not_matter(function: Callable[..., np.ndarray]) -> None:
    x = random.standard_normal((2, 3, 6, 7))
    expected = function(x, (3, 2), (2, 1), (1, 1))
    backwards = x[..., ::-1].copy()[..., ::-1]
    for other in (np.asfortranarray(x), backwards):
        np.testing.assert_array_equal(function(other, (3, 2), (2, 1), (1, 1)), expected)
    one = np.broadcast_to(x[:1, :1], (2, 3, 6, 7))
    np.testing.assert_array_equal(
        function(one, (3, 2), (2, 1)), function(one.copy(), (3, 2), (2, 1))
    )


def test_no_images_give_no_results() -> None:
    x = np.zeros((0, 3, 4, 4))
    values, indices = max_pool2d(x, (2, 2), (2, 2))
    assert values.shape == indices.shape == (0, 3, 2, 2)
    assert avg_pool2d(x, (2, 2), (2, 2)).shape == (0, 3, 2, 2)
    assert avg_pool2d_gradient(values, x.shape, (2, 2), (2, 2)).shape == x.shape
    flat = values.reshape(0, 3, 4), indices.reshape(0, 3, 4)
    assert max_pool2d_gradient(*flat, 16).shape == (0, 3, 16)


@pytest.mark.parametrize(
    ("axis", "floor", "ceil"),
    [
        ((5, 2, 2, 0, 1), 2, 3),
        ((5, 2, 2, 1, 1), 3, 3),
        ((6, 3, 2, 1, 1), 3, 4),
        ((4, 2, 3, 0, 1), 1, 2),
        ((3, 2, 5, 1, 1), 1, 1),  # the second window would start in the padding after the image
        ((7, 2, 2, 0, 3), 2, 3),
        ((2, 3, 1, 0, 1), 0, 0),
    ],
)
def test_as_many_windows_as_torch_counts(
    axis: tuple[int, int, int, int, int], floor: int, ceil: int
) -> None:
    assert pool_output_size(*axis, False) == floor
    assert pool_output_size(*axis, True) == ceil


def bits(x: np.ndarray) -> tuple[Any, ...]:
    return x.dtype, x.shape, np.where(np.isnan(x), 0, x).tobytes(), np.isnan(x).tobytes()


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_torch_gives_the_same_bits(case: Case, dtype: str, require: Callable[..., Any]) -> None:
    torch = require("torch")
    x = random.standard_normal((2, 3, *case.size)).astype(dtype)
    kernel, stride, padding, dilation, ceil_mode = case[1:]

    for spoiled in (x, with_nan(x.copy())):
        theirs = torch.from_numpy(spoiled).requires_grad_()
        expected = torch.nn.functional.max_pool2d(theirs, *case[1:], return_indices=True)
        values, indices = max_pool2d(spoiled, *case[1:])
        assert bits(values) == bits(expected[0].detach().numpy())
        assert bits(indices) == bits(expected[1].numpy())
        grad = random.standard_normal(values.shape).astype(dtype)
        expected[0].backward(torch.from_numpy(grad))
        flat = grad.reshape(2, 3, -1), indices.reshape(2, 3, -1)
        dx = max_pool2d_gradient(*flat, x[0, 0].size).reshape(x.shape)
        assert bits(dx) == bits(theirs.grad.numpy())

    if dilation == (1, 1):
        for counting in [(True, None), (False, None), (True, 3)]:
            theirs = torch.from_numpy(x).requires_grad_()
            options = (kernel, stride, padding, ceil_mode, *counting)
            expected = torch.nn.functional.avg_pool2d(theirs, *options)
            means = avg_pool2d(x, *options)
            assert bits(means) == bits(expected.detach().numpy())
            grad = random.standard_normal(means.shape).astype(dtype)
            expected.backward(torch.from_numpy(grad))
            dx = avg_pool2d_gradient(grad, x.shape, *options)
            assert bits(dx) == bits(theirs.grad.numpy())
