"""BroadcastLens takes what a student has, gives what the engine gives, and says what would fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensorlab as torch

pytest.importorskip("anywidget")

from tensorlab.widgets import BroadcastLens
from tensorlab.widgets.broadcast_lens import drawn
from tensorlab.widgets.fitting import OPS, evaluate
from tensorlab.widgets.typed import typed


def lens(op: str = "+") -> BroadcastLens:
    return BroadcastLens([[0], [10], [20]], [1, 2, 3, 4], op)


def arange(*shape: int) -> torch.Tensor:
    return torch.arange(int(np.prod(shape))).reshape(shape)


@pytest.mark.parametrize("op", OPS)
def test_the_output_is_the_engines(op: str) -> None:
    x, y = arange(2, 3) - 2, torch.tensor([1, -2, 3])
    wanted = eval(f"x {op} y", {"x": x, "y": y})
    got = BroadcastLens(x, y, op).output
    assert got.dtype is wanted.dtype
    assert torch.equal(got, wanted)


def test_tensors_arrays_numbers_and_lists_keep_their_dtypes() -> None:
    for given, dtype in (
        (torch.tensor([1], dtype=torch.uint8), torch.uint8),
        (np.array([1], np.int32), torch.int32),
        (np.array([1.0]), torch.float64),
        ([1], torch.int64),
        ([1.5], torch.float32),
        ([True], torch.bool),
        (3, torch.int64),
        (torch.ones(1, requires_grad=True), torch.float32),
    ):
        assert BroadcastLens(given, 1).x.dtype is dtype, given


def test_what_was_given_stays_as_it_is() -> None:
    x = torch.tensor([1, 2, 3])
    widget = BroadcastLens(x, 1)
    widget.x[0] = 99
    assert x.tolist() == [1, 2, 3]


def test_a_turned_tensor_is_shown_as_it_reads_and_not_as_it_lies() -> None:
    widget = BroadcastLens(arange(2, 3).t(), 0)
    assert widget._state()["x"] == {
        "dtype": "int64",
        "shape": [3, 2],
        "numbers": [0, 3, 1, 4, 2, 5],
    }


def test_what_the_page_sends_is_a_tensor_again() -> None:
    widget = lens()
    widget.set_state({"y": {"dtype": "float32", "shape": [1, 2], "numbers": [0.5, -1]}})
    assert torch.equal(widget.y, torch.tensor([[0.5, -1.0]]))
    assert widget.output.shape == (3, 2)
    widget.set_state({"op": "@", "x": {"dtype": "float32", "shape": [1], "numbers": [2]}})
    assert widget.output.tolist() == [1, -2]


def test_operands_that_do_not_fit_are_shown_and_the_output_raises_as_torch() -> None:
    widget = BroadcastLens([1, 2, 3], [1, 2, 3, 4])
    words = "The size of tensor a (3) must match the size of tensor b (4) at non-singleton"
    assert widget.failure == f"{words} dimension 0"
    with pytest.raises(RuntimeError, match="non-singleton dimension 0"):
        _ = widget.output
    assert "output: none, they do not fit" in repr(widget)
    assert f"{words} dimension 0" in widget.text
    assert "x + y[:, None] or x[:, None] + y" in widget.text
    assert widget._picture().svg().count("<rect") > 7


@pytest.mark.parametrize(
    ("op", "x", "y", "repairs"),
    [
        ("+", (3,), (4,), ["x + y[:, None]", "x[:, None] + y", "x + y[:3]"]),
        ("*", (2, 3), (3, 2), ["x * y.t()", "x.t() * y", "x @ y", "x * y.reshape(2, 3)"]),
        ("@", (2, 3), (2, 3), ["x @ y.t()", "x.t() @ y", "x * y", "x[:, :2] @ y"]),
        ("@", (3,), (4,), ["x @ y[:3]", "x[:, None] @ y[None]"]),
        ("@", (), (3,), ["x * y"]),
        ("@", (2, 2, 3), (3, 3, 2), ["x @ y[:, None]", "x[:, None] @ y"]),
        ("-", (5, 4, 3), (7, 2), []),
    ],
)
def test_repairs_are_offered_that_fit(
    op: str, x: tuple[int, ...], y: tuple[int, ...], repairs: list[str]
) -> None:
    widget = BroadcastLens(torch.ones(x), torch.ones(y), op)
    for code in widget.repairs:
        evaluate(code, widget.x, widget.y)
    assert widget.repairs == repairs


def test_dtypes_that_do_not_fit_are_mended_too() -> None:
    assert BroadcastLens([[1, 2]], [[0.5], [1]], "@").repairs == ["x.float() @ y"]
    assert BroadcastLens([1], [0], "//").repairs == ["x / y", "x.float() // y"]
    assert BroadcastLens([True], [True], "-").repairs == ["x.long() - y.long()"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"x": torch.ones(1, 1, 1, 1, 1, 1)}, "x has 6 dimensions: give 4 at most, such as x[0]"),
        ({"x": torch.ones(100, 100)}, "x has 10,000 numbers: give 1 to 2,048"),
        ({"y": torch.ones(0)}, "y has 0 numbers: give 1 to 2,048"),
        ({"y": [1.0, float("nan")]}, "y[1] is nan, which cannot be shown exactly"),
        ({"y": [[1], [2, 3]]}, "y is no tensor, and none can be made of it"),
        ({"y": "abc"}, "y is no tensor"),
        ({"y": torch.ones(2).to(torch.complex64)}, "y is complex64, which is not shown"),
        ({"y": 2**60}, "y is 1152921504606846976, which cannot be shown exactly"),
        ({"op": "&"}, "op is '&': give one of + - *"),
        ({"op": "+ 1 +"}, "op is '+ 1 +': give one of"),
        ({"cell": (-1,)}, "cell is (-1,): give an index"),
        ({"cell": "a"}, "cell is 'a': give an index"),
        ({"x": torch.ones(50, 1), "y": torch.ones(50)}, "x would be drawn with 2500 cells"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_nothing_changes(
    wrong: dict[str, Any], said: str
) -> None:
    widget = lens()
    before = widget._state()
    with pytest.raises(ValueError) as caught:
        widget.change(**wrong)
    assert said in str(caught.value)
    assert widget._state() == before
    assert widget.output.shape == (3, 4)


def test_the_cell_stays_within_the_result() -> None:
    widget = BroadcastLens([[0], [10], [20]], [1, 2, 3, 4], cell=(2, 3))
    assert "out[2, 3] is 24." in widget.text
    widget.y = [1, 2]
    assert "out[2, 1] is 22." in widget.text
    widget.change(x=1, y=2)
    assert "out is 3." in widget.text


def test_the_text_tells_what_is_stretched() -> None:
    assert "x is stretched to (3, 4). y is stretched to (3, 4)." in lens().text
    assert "stretched" not in BroadcastLens(arange(2, 3), arange(3), "@").text
    batch = BroadcastLens(arange(2, 1, 2, 3), arange(2, 3, 2), "@")
    assert "x is stretched to (2, 2, 2, 3). y is stretched to (2, 2, 3, 2)." in batch.text


def test_every_cell_is_drawn_where_the_engine_reads_it() -> None:
    for op, x, y in (("*", arange(2, 1, 3), arange(2, 1)), ("@", arange(2, 1, 2, 3), arange(3))):
        left, right, out = drawn(op, x, y)
        a, b = x.reshape(-1).numpy()[left], y.reshape(-1).numpy()[right]
        wanted = a * b if op == "*" else a @ b
        assert wanted.reshape(-1).tolist() == evaluate(f"x {op} y", x, y).reshape(-1).tolist()
        assert out.reshape(-1).tolist() == list(range(out.size))


def test_ghosts_are_dashed_in_the_picture() -> None:
    dashed = [part for part in lens()._picture().parts if getattr(part, "dashed", False)]
    assert len(dashed) == 3 * 3 + 2 * 4  # of x three columns more, of y two rows


def test_half_precision_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"x is float16, which is not shown: give x.float\(\)"):
        typed(torch.ones(2).half(), "x")
