"""IndexLens takes any tensor, works an index out as the engine does, and runs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tensorlab as torch

pytest.importorskip("anywidget")

from tensorlab.widgets import IndexLens
from tensorlab.widgets.index_syntax import IndexSyntaxError, check
from tensorlab.widgets.index_values import read

X = torch.arange(12).reshape(3, 2, 2)


def lens(index: str = ":, 0, 0") -> IndexLens:
    return IndexLens(X, index)


@pytest.mark.parametrize(
    "index",
    [
        "x[:, 0, ::2]",
        "x[[2, 0]]",
        "x[x > 5]",
        "x[x[..., 0] % 4 == 0]",
        "x[0][:, 1]",
        "x[[0, 1], :, [1, 0]]",
        "x[:, None, ..., -1]",
        "x[torch.tensor([0, 2]), 1]",
        "x[(x > 2) & ~(x > 7)]",
        "x[x[0, 0, 1]]",
        "x[5:]",
        "x",
    ],
)
def test_the_output_is_what_the_expression_gives(index: str) -> None:
    widget = lens(index)
    wanted = eval(index, {"x": X, "torch": torch})
    assert torch.equal(widget.output, wanted)
    assert widget.output.dtype == X.dtype
    assert torch.equal(X.flatten()[widget.sources], wanted)


def test_what_stands_in_the_brackets_is_enough() -> None:
    for inside, whole in {":, 0": "x[:, 0]", "x > 5": "x[x > 5]", "[0, 2]": "x[[0, 2]]"}.items():
        widget = lens(inside)
        assert widget.code == whole
        assert torch.equal(widget.output, lens(whole).output)
    assert lens("x[0]").code == "x[0]"
    assert lens("…, 0").code == "x[..., 0]"


def test_the_tensor_may_have_another_name() -> None:
    widget = IndexLens(X, "image[image > 5]", name="image")
    assert widget.output.tolist() == [6, 7, 8, 9, 10, 11]
    assert IndexLens(X, name="image").code == "image[:]"
    with pytest.raises(ValueError, match="“x” is not known here: the tensor is called image"):
        widget.index = "x[0]"
    with pytest.raises(ValueError, match="“for” is no name for a tensor"):
        IndexLens(X, "0", name="for")


@pytest.mark.parametrize(
    ("index", "view"),
    [
        ("x[0]", True),
        ("x[:, None]", True),
        ("x", True),
        ("x[...]", True),
        ("x[1:][0]", True),
        ("x[[0]]", False),
        ("x[x > 0]", False),
        ("x[[0, 2]][0]", False),
        ("x[True]", False),
    ],
)
def test_a_view_shares_memory_and_a_copy_does_not(index: str, view: bool) -> None:
    widget = lens(index)
    assert widget.is_view == view
    widget.output[...] = 77
    assert (77 in widget.x.flatten().tolist()) == view
    assert 77 not in X.flatten().tolist()


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int32", "float16", "float64"])
def test_the_type_stays_and_survives_the_way_to_the_page(dtype: str) -> None:
    kind = getattr(torch, dtype)
    widget = IndexLens(torch.tensor([1, 0, 2]).to(kind), "1:")
    assert widget.output.dtype == kind
    told = widget.get_state()["x"]
    assert told["dtype"] == dtype
    widget.set_state({"x": told})
    assert widget.x.dtype == kind
    assert torch.equal(widget.x, torch.tensor([1, 0, 2]).to(kind))


def test_what_json_has_no_number_for_survives_too() -> None:
    for values in ([float("nan"), float("inf"), -float("inf"), 0.5], [2**62 + 1, -(2**60), 3]):
        widget = IndexLens(values, "0")
        widget.set_state({"x": widget.get_state()["x"]})
        assert np.array_equal(widget.x.numpy(), torch.tensor(values).numpy(), equal_nan=True)
    assert IndexLens([float("nan"), 1.0])._state()["x"]["values"] == ["NaN", 1.0]


def test_an_edit_in_the_page_reaches_python() -> None:
    widget = lens()
    widget.set_state({"index": "x[1]"})
    assert widget.output.tolist() == [[4, 5], [6, 7]]


def test_lists_arrays_and_tensors_are_taken_alike() -> None:
    for x in (X.tolist(), X.numpy(), X, X.float().requires_grad_()):
        assert IndexLens(x, ":, 0, 0").output.tolist() == [0, 4, 8]
    assert IndexLens([0.5, 1.5]).x.dtype == torch.float32
    assert IndexLens(3).output.tolist() == 3


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "five dimensions": (lambda: IndexLens(torch.ones(1, 1, 1, 1, 2)), r"give 4 at most.* x\[0\]"),
    "ten thousand cells": (
        lambda: IndexLens(torch.ones(100, 100)),
        r"10,000 cells.*such as x\[\.\.\., :16, :16\]",
    ),
    "nothing": (lambda: IndexLens(torch.ones(0, 2)), r"is empty, its shape is \(0, 2\)"),
    "text": (lambda: IndexLens("abc"), "no table of numbers"),
    "ragged rows": (lambda: IndexLens([[1, 2], [3]]), "rows have one length"),
    "complex numbers": (lambda: IndexLens([1j]), r"complex numbers: give real ones, .*x\.real"),
    "an index of another kind": (lambda: IndexLens(X, 0), "give it as text"),  # type: ignore[arg-type]
    "out of bounds": (
        lambda: lens("5"),
        "^IndexError: index 5 is out of bounds for dimension 0 with size 3. It has the indices",
    ),
    "too many": (lambda: lens("0, 0, 0, 0"), "too many indices for tensor of dimension 3"),
    "backwards": (lambda: lens("::-1"), r"step must be greater than zero.*x\.flip"),
    "a mask that does not fit": (lambda: lens("x[0] > 1"), "The shape of the mask"),
    "and": (lambda: lens("x > 1 and x < 5"), "Boolean value of Tensor.*combine masks"),
    "more than can be read": (
        lambda: IndexLens(torch.ones(32, 32), "x[None][[0, 0, 0]]"),
        "The result has 3072 numbers, more than can be read. Pick fewer.",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_makes_no_sense_gets_a_sentence(wrong: str) -> None:
    make, words = WRONG[wrong]
    with pytest.raises(ValueError, match=words) as caught:
        make()
    assert str(caught.value).endswith(".")


def test_a_syntax_error_points_at_the_place() -> None:
    with pytest.raises(ValueError) as caught:
        lens("x[0 1]")
    assert str(caught.value).split("\n")[1:] == ["  x[0 1]", "      ^"]


def test_a_widget_goes_on_after_a_wrong_index() -> None:
    widget = lens()
    for index in ("5", "x[", "x[[0, 1], [0, 1, 1]]"):
        with pytest.raises(ValueError):
            widget.index = index
        assert widget.index == ":, 0, 0"
    with pytest.raises(ValueError, match="too many indices"):
        widget.x = torch.arange(3)
    widget.change(x=torch.arange(3), index="1:")
    assert widget.output.tolist() == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "x.__class__",
        "x[0].numpy()",
        "(lambda: 0)()",
        "[i for i in x]",
        "x if x else 0",
        "open('a')",
        "torch.load('a')",
        "f'{x}'",
        "x := 1",
        "0] + y[0",
        "x[0]; y",
        "x @ x",
        "x << 99",
        "*x",
        "{}",
        "torch.tensor(x.data)",
        "x\\\n.T",
        "`x`",
        "x[0]#",
        "await x",
        "x**9**9",
        "ｘ",
        "x\u00a0.T",
    ],
)
def test_nothing_but_an_index_is_ever_run(text: str) -> None:
    with pytest.raises(IndexSyntaxError):
        check(text, "x")
    with pytest.raises(ValueError):
        lens(text)


@pytest.mark.parametrize(
    "text",
    [
        "x[:, None, None] + x[None, :, None] + x[None, None, :] > 0",
        "x[[0] * 9]",
        "-" * 200 + "1",
        "(" * 200,
        "x" + "[0:]" * 200,
        "x[[" + "0, " * 400 + "]]",
        "x" + "[None][[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]" * 20,
        "x[" + "None, " * 20 + "]",
    ],
)
def test_what_would_take_for_ever_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError):
        IndexLens(torch.arange(1024), text)


def test_what_the_check_lets_through_python_can_read() -> None:
    pieces = [
        "x",
        "0",
        "1",
        "-",
        "~",
        "(",
        ")",
        "[",
        "]",
        ",",
        ":",
        "+",
        ">",
        "&",
        "not",
        "and",
        "None",
        "...",
        "torch.tensor",
        "1.5",
        "==",
    ]
    random = np.random.RandomState(0)
    read_ones = 0
    for _ in range(20_000):
        text = " ".join(random.choice(pieces, random.randint(1, 9)))
        try:
            check(text, "x")
        except IndexSyntaxError:
            continue
        read(text, "x")
        read_ones += 1
    assert read_ones > 500
