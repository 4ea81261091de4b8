"""Convolution kernels: held to loops that cannot be wrong, and the gradients to the convolution."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from tensorlab.kernels import convolution
from tensorlab.kernels.convolution import (
    conv2d,
    conv2d_input_gradient,
    conv2d_weight_gradient,
)

random = np.random.RandomState(0)


class Case(NamedTuple):
    x: tuple[int, int, int, int]
    weight: tuple[int, int, int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1

    @property
    def rest(self) -> tuple[Any, ...]:
        return self.stride, self.padding, self.dilation, self.groups


GRID = [
    Case((2, 4, 7, 8), (6, 4 // groups, *kernel), stride, padding, dilation, groups)
    for kernel, stride, padding, dilation, groups in itertools.product(
        [(1, 1), (3, 3), (2, 3)],
        [(1, 1), (2, 2), (3, 1)],
        [(0, 0), (1, 2)],
        [(1, 1), (2, 1)],
        [1, 2],
    )
]
SPECIAL = [
    Case((1, 1, 1, 1), (1, 1, 1, 1)),
    Case((1, 3, 5, 5), (2, 3, 5, 5)),  # one window
    Case((3, 2, 4, 4), (2, 2, 3, 3), padding=(4, 5)),  # windows of padding alone
    Case((3, 2, 4, 4), (2, 2, 1, 1), padding=(2, 1)),
    Case((2, 2, 9, 9), (3, 2, 2, 2), stride=(4, 5)),  # numbers that no window sees
    Case((2, 2, 5, 12), (3, 2, 2, 3), stride=(1, 3), dilation=(3, 4)),
    Case((2, 5, 6, 6), (5, 1, 3, 3), padding=(1, 1), groups=5),  # a group a channel
    Case((2, 5, 6, 6), (5, 1, 3, 3), stride=(2, 2), padding=(1, 1), groups=5),
    Case((2, 3, 6, 6), (12, 1, 3, 3), padding=(1, 1), groups=3),
    Case((2, 6, 6, 6), (3, 2, 3, 3), padding=(1, 1), groups=3),
    Case((2, 1, 8, 8), (9, 1, 3, 3)),
    Case((2, 4, 6, 6), (4, 2, 1, 1), stride=(2, 3), groups=2),
    Case((0, 2, 5, 5), (3, 2, 3, 3), padding=(1, 1)),  # no image
    Case((0, 2, 5, 5), (3, 2, 1, 1)),
]


def by_loops(x: np.ndarray, weight: np.ndarray, case: Case) -> np.ndarray:
    (sh, sw), (ph, pw), (dh, dw), groups = case.rest
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    count, _, height, width = x.shape
    filters, per_group, kh, kw = weight.shape
    rows, columns = (height - dh * (kh - 1) - 1) // sh + 1, (width - dw * (kw - 1) - 1) // sw + 1
    out = np.zeros((count, filters, rows, columns), x.dtype)
    for f, row, column in np.ndindex(filters, rows, columns):
        first = f // (filters // groups) * per_group
        for c, i, j in np.ndindex(per_group, kh, kw):
            seen = x[:, first + c, row * sh + i * dh, column * sw + j * dw]
            out[:, f, row, column] += seen * weight[f, c, i, j]
    return out


def integers(*shape: int) -> np.ndarray:
    return random.randint(-9, 10, shape).astype(np.int64)


@pytest.mark.parametrize("case", GRID + SPECIAL, ids=str)
def test_a_convolution_is_what_loops_compute(case: Case) -> None:
    x, weight = integers(*case.x), integers(*case.weight)
    out = conv2d(x, weight, *case.rest)
    assert np.array_equal(out, by_loops(x, weight, case))
    assert out.flags.c_contiguous


@pytest.mark.parametrize("case", GRID + SPECIAL, ids=str)
def test_the_gradients_are_the_adjoints_of_the_convolution(case: Case) -> None:
    # The convolution is linear in either; so <conv(x, w), g> = <x, dx(g)> = <w, dw(g)>, exactly.
    x, weight = integers(*case.x), integers(*case.weight)
    out = conv2d(x, weight, *case.rest)
    grad = integers(*out.shape)
    dx = conv2d_input_gradient(grad, weight, case.x, *case.rest)
    dw = conv2d_weight_gradient(grad, x, case.weight, *case.rest)
    assert dx.shape == case.x
    assert dw.shape == case.weight
    assert (x * dx).sum() == (weight * dw).sum() == (out * grad).sum()
    # …for any other x and w, too.
    other_x, other_weight = integers(*case.x), integers(*case.weight)
    assert (other_x * dx).sum() == (conv2d(other_x, weight, *case.rest) * grad).sum()
    assert (other_weight * dw).sum() == (conv2d(x, other_weight, *case.rest) * grad).sum()


@pytest.mark.parametrize("case", SPECIAL + GRID[::7], ids=str)
def test_many_blocks_give_what_one_gives(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    x, weight = integers(7, *case.x[1:]), integers(*case.weight)
    whole = conv2d(x, weight, *case.rest)
    grad = integers(*whole.shape)
    dx = conv2d_input_gradient(grad, weight, x.shape, *case.rest)
    dw = conv2d_weight_gradient(grad, x, weight.shape, *case.rest)
    for size in [1, 20_000]:
        monkeypatch.setattr(convolution, "_BLOCK_BYTES", size)
        assert np.array_equal(conv2d(x, weight, *case.rest), whole)
        assert np.array_equal(conv2d_input_gradient(grad, weight, x.shape, *case.rest), dx)
        assert np.array_equal(conv2d_weight_gradient(grad, x, weight.shape, *case.rest), dw)


def layouts(x: np.ndarray) -> list[np.ndarray]:
    """The same numbers, laid out in other ways in memory."""
    spaced = np.zeros((*x.shape[:3], 2 * x.shape[3]), x.dtype)[..., ::2]
    spaced[...] = x
    return [
        np.asfortranarray(x), x[..., ::-1].copy()[..., ::-1], spaced,
        np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("case", SPECIAL + GRID[::5], ids=str)
def test_the_layout_of_the_memory_does_not_matter(case: Case) -> None:
    x, weight = integers(*case.x).astype(np.float64), integers(*case.weight).astype(np.float64)
    out = conv2d(x, weight, *case.rest)
    grad = integers(*out.shape).astype(np.float64)
    dx = conv2d_input_gradient(grad, weight, case.x, *case.rest)
    dw = conv2d_weight_gradient(grad, x, case.weight, *case.rest)
    for other_x, other_weight, other_grad in zip(*map(layouts, (x, weight, grad)), strict=True):
        assert np.array_equal(conv2d(other_x, other_weight, *case.rest), out)
        assert np.array_equal(
            conv2d_input_gradient(other_grad, other_weight, case.x, *case.rest), dx
        )
        assert np.array_equal(
            conv2d_weight_gradient(other_grad, other_x, case.weight, *case.rest), dw
        )


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3)])
def test_numbers_that_stand_for_many_are_read_as_many(kernel: tuple[int, int]) -> None:
    x = np.broadcast_to(integers(1, 3, 1, 1), (2, 3, 6, 6))
    weight = np.broadcast_to(integers(1, 1, *kernel), (4, 3, *kernel))
    out = conv2d(x, weight)
    assert np.array_equal(out, conv2d(x.copy(), weight.copy()))
    grad = np.broadcast_to(np.int64(1), out.shape)  # the gradient of a sum
    assert np.array_equal(
        conv2d_input_gradient(grad, weight, x.shape),
        conv2d_input_gradient(grad.copy(), weight.copy(), x.shape),
    )
    assert np.array_equal(
        conv2d_weight_gradient(grad, x, weight.shape),
        conv2d_weight_gradient(grad.copy(), x.copy(), weight.shape),
    )


@pytest.mark.parametrize("case", SPECIAL + GRID[::7], ids=str)
def test_the_inputs_are_left_as_they_were(case: Case) -> None:
    x, weight = integers(*case.x), integers(*case.weight)
    grad = integers(*conv2d(x, weight, *case.rest).shape)
    for array in (x, weight, grad):
        array.flags.writeable = False
    for out in (
        conv2d(x, weight, *case.rest),
        conv2d_input_gradient(grad, weight, case.x, *case.rest),
        conv2d_weight_gradient(grad, x, case.weight, *case.rest),
    ):
        assert out.flags.writeable
        assert not any(np.shares_memory(out, array) for array in (x, weight, grad))


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "complex64"]
)
@pytest.mark.parametrize("kernel", [(1, 1), (2, 3)])
def test_the_type_is_kept(dtype: str, kernel: tuple[int, int]) -> None:
    x, weight = integers(2, 3, 5, 5) % 4, integers(4, 3, *kernel) % 4
    grad = conv2d(x, weight)
    results = [
        (conv2d(x.astype(dtype), weight.astype(dtype)), grad),
        (
            conv2d_input_gradient(grad.astype(dtype), weight.astype(dtype), x.shape),
            conv2d_input_gradient(grad, weight, x.shape),
        ),
        (
            conv2d_weight_gradient(grad.astype(dtype), x.astype(dtype), weight.shape),
            conv2d_weight_gradient(grad, x, weight.shape),
        ),
    ]
    for out, exact in results:
        assert out.dtype == dtype
        assert np.array_equal(out, exact.astype(dtype))  # whole numbers, so even float16 is exact


def test_float16_is_summed_in_float32() -> None:
    x, weight = np.ones((1, 1, 70, 70), np.float16), np.ones((1, 1, 64, 64), np.float16)
    assert conv2d(x, weight)[0, 0, 0, 0] == 4096  # 2048 is where 1 more makes no difference


def test_complex_numbers_are_not_conjugated() -> None:
    x, weight = np.full((1, 1, 2, 2), 1j), np.full((1, 1, 2, 2), 1j)
    assert conv2d(x, weight).item() == -4


def test_what_wraps_around_the_edge_does_not_leak() -> None:
    x = np.zeros((1, 1, 4, 4))
    x[0, 0, :, 3] = np.inf
    weight = np.ones((1, 1, 2, 2))
    assert np.isfinite(conv2d(x, weight)[..., :2]).all()
    assert np.isinf(conv2d(x, weight)[..., 2]).all()


@pytest.mark.parametrize("case", GRID[::3] + SPECIAL, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_gives_the_same(case: Case, dtype: str, require: Callable[..., Any]) -> None:
    torch = require("torch")
    x = random.standard_normal(case.x).astype(dtype)
    weight = random.standard_normal(case.weight).astype(dtype)
    theirs = [torch.from_numpy(x).requires_grad_(), torch.from_numpy(weight).requires_grad_()]
    expected = torch.nn.functional.conv2d(*theirs, None, *case.rest)
    grad = random.standard_normal(expected.shape).astype(dtype)
    expected.backward(torch.from_numpy(grad))
    close = {"rtol": 1e-4, "atol": 1e-4} if dtype == "float32" else {"rtol": 1e-10, "atol": 1e-10}
    np.testing.assert_allclose(conv2d(x, weight, *case.rest), expected.detach(), **close)
    dx = conv2d_input_gradient(grad, weight, case.x, *case.rest)
    np.testing.assert_allclose(dx, theirs[0].grad, **close)
    dw = conv2d_weight_gradient(grad, x, case.weight, *case.rest)
    np.testing.assert_allclose(dw, theirs[1].grad, **close)
