"""ConvWindow and PoolWindow take what a student has, give tensors, and say what is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tensorlab as torch
from tensorlab import nn

pytest.importorskip("anywidget")

from tensorlab.nn import functional as F
from tensorlab.widgets import ConvWindow, PoolWindow

SOBEL = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]
X = torch.arange(25.0).reshape(5, 5)


def conv() -> ConvWindow:
    return ConvWindow(SOBEL, X, bias=[0.5])


def pool() -> PoolWindow:
    return PoolWindow(nn.MaxPool2d(2, stride=1, padding=1), X)


def test_a_layer_gives_what_the_layer_gives() -> None:
    layer = nn.Conv2d(4, 2, (3, 2), stride=(2, 1), padding=(1, 0), dilation=2, groups=2)
    x = torch.randn(1, 4, 8, 7)
    assert torch.equal(ConvWindow(layer, x).output, layer(x)[0].detach())
    assert torch.equal(PoolWindow(nn.MaxPool2d(3), x).output, nn.MaxPool2d(3)(x)[0])
    assert torch.equal(PoolWindow(nn.AvgPool2d(3), x).output, nn.AvgPool2d(3)(x)[0])


def test_tensors_arrays_and_lists_are_taken_alike() -> None:
    given = [X, X.tolist(), X.numpy(), X[None], X[None, None], X.int(), np.asarray(X, np.float16)]
    outputs = [ConvWindow(SOBEL, x).output.tolist() for x in given]
    assert outputs == [outputs[0]] * len(given)


def test_padding_may_be_given_in_words() -> None:
    assert ConvWindow(nn.Conv2d(1, 1, (3, 5), padding="same"), X).padding == (1, 2)
    assert ConvWindow(nn.Conv2d(1, 1, 3, padding="valid"), X).padding == (0, 0)
    with pytest.raises(ValueError, match="give an odd kernel"):
        ConvWindow(nn.Conv2d(1, 1, 2, padding="same"), X)


def test_the_layer_that_was_given_stays_as_it_is() -> None:
    layer = nn.Conv2d(1, 1, 3)
    before = layer.weight.detach().clone()
    widget = ConvWindow(layer, X)
    widget.weight[...] = 7
    widget.weight = torch.zeros(1, 1, 3, 3)
    assert torch.equal(layer.weight.detach(), before)


def test_the_places_of_the_winners_are_torchs() -> None:
    widget = pool()
    values, places = F.max_pool2d(X[None], 2, 1, 1, return_indices=True)
    assert torch.equal(widget.output, values)
    assert widget.indices is not None
    assert torch.equal(widget.indices, places)
    assert widget.indices.dtype == torch.int64
    assert PoolWindow(nn.AvgPool2d(2), X).indices is None


def test_several_traits_can_change_at_once() -> None:
    widget = ConvWindow(torch.ones(2, 4, 3, 3), torch.ones(4, 5, 5))
    widget.change(groups=2, weight=torch.ones(2, 2, 3, 3))
    assert widget.output.shape == (2, 3, 3)
    assert widget.output[0, 0, 0].item() == 18


def test_an_edit_in_the_page_reaches_python() -> None:
    widget = conv()
    state = widget.get_state()
    state["x"][0][0][0] = 100
    widget.set_state({"x": state["x"], "stride": [2, 1]})
    assert widget.stride == (2, 1)
    assert widget.output[0, 0, 0].item() == pytest.approx(94.5 - 2)


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "six dimensions": (
        lambda: ConvWindow(SOBEL, torch.ones(1, 1, 1, 1, 5, 5)),
        r"6 dimensions: give an image, \(height, width\)",
    ),
    "a number alone": (lambda: ConvWindow(SOBEL, 3), "0 dimensions: give an image"),
    "a kernel larger than the input": (
        lambda: ConvWindow(torch.ones(1, 1, 7, 2), X),
        "The kernel is 7 cells high, the input with its padding only 5. Make the kernel",
    ),
    "a window larger than the input": (lambda: PoolWindow(6, X), "The window is 6 cells high"),
    "groups that do not divide": (
        lambda: ConvWindow(torch.ones(2, 1, 3, 3), torch.ones(3, 5, 5), groups=2),
        "2 groups do not divide 3 input channels. Choose a divisor of 3",
    ),
    "groups of no number": (lambda: ConvWindow(SOBEL, X, groups="two"), "groups is 'two'"),  # type: ignore[arg-type]
    "channels that do not fit": (
        lambda: ConvWindow(torch.ones(2, 2, 3, 3), torch.ones(3, 5, 5)),
        "has planes for 2 channels, but sees 3 of x",
    ),
    "a bias that does not fit": (
        lambda: ConvWindow(SOBEL, X, bias=[1, 2]),
        "2 numbers for 1 filters",
    ),
    "nan": (lambda: ConvWindow(SOBEL, [[1.0, float("nan")]]), r"x\[0, 1\] is nan.* finite number"),
    "text": (lambda: ConvWindow(SOBEL, [["a", "b"]]), "no numbers: give real numbers"),
    "complex numbers": (lambda: ConvWindow(SOBEL, [[1j]]), "complex numbers: give real"),
    "ragged rows": (lambda: ConvWindow(SOBEL, [[1, 2], [3]]), "give every row the same length"),
    "nothing": (lambda: ConvWindow(SOBEL, torch.ones(0, 5)), "is empty"),
    "ten thousand cells": (
        lambda: PoolWindow(2, torch.ones(100, 100)),
        r"10,000 cells .*: give a part of it, such as x\[..., :24, :24\]",
    ),
    "nine channels": (lambda: PoolWindow(2, torch.ones(9, 2, 2)), r"9 channels.*x\[:8\]"),
    "a batch": (lambda: PoolWindow(2, torch.ones(2, 1, 4, 4)), r"batch of 2 images: give one"),
    "another layer": (lambda: ConvWindow(nn.Linear(2, 2), X), "Linear is no nn.Conv2d"),
    "another pooling": (lambda: PoolWindow(nn.ReLU(), X), "ReLU is no pooling"),
    "too much padding": (lambda: pool().change(padding=2), "more than half of a kernel 2 high"),
    "a stride of 0": (lambda: ConvWindow(SOBEL, X, stride=0), "stride is 0: give a whole number"),
    "half a stride": (lambda: ConvWindow(SOBEL, X, stride=(1, 0.5)), "give a whole number from 1"),
    "a cell of one number": (
        lambda: ConvWindow(SOBEL, X, cell=3),
        r"give \(channel, row, column\)",
    ),
    "reflected padding": (
        lambda: ConvWindow(nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"), X),
        "padding_mode='zeros'",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_makes_no_sense_gets_a_sentence(wrong: str) -> None:
    make, words = WRONG[wrong]
    with pytest.raises(ValueError, match=words) as caught:
        make()
    assert str(caught.value).endswith(".")


def test_a_widget_goes_on_after_a_wrong_value() -> None:
    widget = conv()
    for name, value in (("stride", -1), ("weight", torch.ones(9, 9)), ("x", "text"), ("groups", 2)):
        before = widget.get_state(name)
        with pytest.raises(ValueError):
            setattr(widget, name, value)
        assert widget.get_state(name) == before
    with pytest.raises(ValueError):
        widget.change(x=torch.ones(4, 4), weight=torch.ones(5, 5))
    assert widget.x.shape == (1, 5, 5)
    assert widget.output[0, 0, 0].item() == -7.5


def test_the_engine_brings_in_no_widget() -> None:
    program = (
        "import sys, tensorlab; assert 'tensorlab.widgets' not in sys.modules\n"
        "import tensorlab.widgets; assert 'anywidget' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
