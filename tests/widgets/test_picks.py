"""PickLens takes what a student has, gives what torch would, and refuses in torch's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tensorlab as torch

pytest.importorskip("anywidget")

from tensorlab.widgets import PickLens

X = torch.tensor([[1, 5, 2], [7, 0, 4]])
LARGE = X > 3
A, B = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[10, 20], [30, 40]])

SAME: list[tuple[PickLens, Any]] = [
    (PickLens("mask", X, LARGE), X[LARGE]),
    (PickLens("mask", X, [True, False]), X[torch.tensor([True, False])]),
    (PickLens("mask", X, X > 9), X[X > 9]),
    (PickLens("where", LARGE, X, 0), torch.where(LARGE, X, 0)),
    (PickLens("where", X, -X, compare="<=", threshold=2), torch.where(X <= 2, X, -X)),
    (PickLens("nonzero", X), torch.nonzero(X)),
    (PickLens("argsort", X), torch.argsort(X)),
    (PickLens("argsort", X, dim=0, descending=True), torch.argsort(X, 0, True)),
    (PickLens("sort", X.float()), torch.sort(X.float()).values),
    (
        PickLens("gather", X, [[0, 2], [1, 1]], dim=1),
        torch.gather(X, 1, torch.tensor([[0, 2], [1, 1]])),
    ),
    (PickLens("take", X, [[0, -1], [4, 3]]), torch.take(X, torch.tensor([[0, -1], [4, 3]]))),
    (PickLens("cat", A, B, dim=-1), torch.cat([A, B], -1)),
    (PickLens("stack", [A, B, A], dim=-1), torch.stack([A, B, A], -1)),
]


def lens() -> PickLens:
    return PickLens("mask", X, LARGE)


@pytest.mark.parametrize(("widget", "wanted"), SAME, ids=[one.code for one, _ in SAME])
def test_the_output_is_what_the_code_gives(widget: PickLens, wanted: Any) -> None:
    assert torch.equal(widget.output, wanted)
    assert widget.output.dtype is wanted.dtype


def test_a_tuple_of_nonzero_is_a_tuple() -> None:
    widget = PickLens("nonzero", X, as_tuple=True)
    wanted = torch.nonzero(X, as_tuple=True)
    assert all(torch.equal(one, other) for one, other in zip(widget.output, wanted, strict=True))
    assert widget.source(0, 3) == widget.source(1, 3) == "x[1, 0]"


def test_every_cell_of_the_output_is_the_one_that_it_names() -> None:
    for widget, _ in SAME:
        if widget.op == "nonzero":
            continue
        tensors = dict(zip(widget.names or ("x",), widget.tensors, strict=False))
        names = {**dict(zip("abcd", widget.tensors, strict=False)), **tensors}
        shown = widget.values if widget.op == "argsort" else widget.output
        for index in np.ndindex(*shown.shape):
            assert eval(widget.source(*index), names).item() == shown[index].item()


def test_sorting_gives_both_halves() -> None:
    widget = PickLens("sort", torch.tensor([3, 1, 3, 1]), descending=True)
    assert widget.values is not None
    assert widget.indices is not None
    assert widget.values.tolist() == [3, 3, 1, 1]
    assert widget.indices.tolist() == [0, 2, 1, 3]
    assert lens().values is None


def test_tensors_keep_their_dtype_and_stay_as_they_are() -> None:
    x = torch.tensor([1, 2], dtype=torch.int16)
    widget = PickLens("cat", x, np.array([3.0]), [True])
    assert [one.dtype for one in widget.tensors] == [torch.int16, torch.float64, torch.bool]
    assert widget.output.dtype is torch.float64
    widget.tensors[0][0] = 9
    assert x.tolist() == [1, 2]
    assert PickLens("sort", torch.ones(2, requires_grad=True)).output.requires_grad is False


def test_the_mask_is_bool_and_can_be_given_anew() -> None:
    widget = PickLens("mask", X)
    assert widget.mask.dtype is torch.bool
    assert torch.equal(widget.mask, X > 0)
    widget.mask = [[True, False, False], [False, False, True]]
    assert widget.output.tolist() == [1, 4]
    assert widget.compare == ""
    widget.change(tensors=[torch.arange(3)], mask=[False, True, True])
    assert widget.output.tolist() == [1, 2]


def test_an_edit_in_the_page_reaches_python() -> None:
    widget = lens()
    state = widget.get_state()
    state["tensors"][0]["values"][0][0] = 100
    state["drawn"][0][0] = True
    widget.set_state({"tensors": state["tensors"], "drawn": state["drawn"]})
    assert widget.output.tolist() == [100, 5, 7, 4]
    assert widget.output.dtype is torch.int64
    widget.set_state({"op": "sort", "dim": 0, "descending": True})
    assert widget.output.tolist() == [[100, 5, 4], [7, 0, 2]]


def test_names_are_those_of_the_code() -> None:
    widget = PickLens("stack", A, B, names=("count", "twos"))
    assert widget.code == "torch.stack([count, twos], dim=0)"
    assert widget.source(1, 0, 1) == "twos[0, 1]"


def test_a_result_is_never_called_as_a_tensor_is() -> None:
    assert PickLens("cat", A, B, names=("x", "y")).text.endswith("z is 4 × 2. z[0, 0] is x[0, 0].")
    assert PickLens("nonzero", X, names="y").text.startswith("torch.nonzero(y): y is 2 × 3, z is 5")
    assert PickLens("sort", X, names="values").text.endswith("y[0, 0] is values[0, 0].")
    assert PickLens("mask", X, LARGE, names="mask").code == "mask[keep]"
    assert PickLens("where", LARGE, X, X, names=("condition", "mask")).code == (
        "torch.where(keep, condition, mask)"
    )


def test_it_says_what_it_shows() -> None:
    assert lens().text == "x[mask]: x is 2 × 3, y is 3. y[0] is x[0, 1]."
    assert PickLens("mask", X, X > 9).text.endswith("y is 0. No cell is picked.")
    assert PickLens("argsort", X[0], cell=(2,)).text.endswith("y[2] points at x[1].")
    assert PickLens("nonzero", X, cell=(99, 0)).text.endswith("y[4] points at x[1, 2].")


ONES = torch.ones
# What torch says too, and the code that makes it say so.
TORCHS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "a mask of another length": (lambda: PickLens("mask", X, [True]), lambda: X[[True]]),
    "a mask of another width": (
        lambda: PickLens("mask", X, ONES(2, 2) > 0),
        lambda: X[ONES(2, 2) > 0],
    ),
    "a mask of more dimensions": (
        lambda: PickLens("mask", X, ONES(2, 3, 1) > 0),
        lambda: X[ONES(2, 3, 1) > 0],
    ),
    "a condition of numbers": (
        lambda: PickLens("where", [0, 1, 0], X, X),
        lambda: torch.where(torch.tensor([0, 1, 0]), X, X),
    ),
    "a condition of floats": (
        lambda: PickLens("where", X.float(), X, X),
        lambda: torch.where(X.float(), X, X),
    ),
    "a condition that cannot be stretched": (
        lambda: PickLens("where", ONES(3, 3) > 0, X, 0),
        lambda: torch.where(ONES(3, 3) > 0, X, 0),
    ),
    "two that cannot be stretched": (
        lambda: PickLens("where", LARGE, X, A),
        lambda: torch.where(LARGE, X, A),
    ),
    "one of more dimensions": (
        lambda: PickLens("where", LARGE, ONES(2, 4, 3), 0),
        lambda: torch.where(LARGE, ONES(2, 4, 3), 0),
    ),
    "gather beyond the end": (
        lambda: PickLens("gather", X, [[3]], dim=1),
        lambda: torch.gather(X, 1, torch.tensor([[3]])),
    ),
    "gather from the end": (
        lambda: PickLens("gather", X, [[-1]]),
        lambda: torch.gather(X, 0, torch.tensor([[-1]])),
    ),
    "gather by floats": (
        lambda: PickLens("gather", X, [[0.0]]),
        lambda: torch.gather(X, 0, torch.tensor([[0.0]])),
    ),
    "gather by an index that is too wide": (
        lambda: PickLens("gather", X, [[0, 0, 0, 0]]),
        lambda: torch.gather(X, 0, torch.tensor([[0, 0, 0, 0]])),
    ),
    "gather by a line": (
        lambda: PickLens("gather", X, [0]),
        lambda: torch.gather(X, 0, torch.tensor([0])),
    ),
    "gather beyond the last dim": (
        lambda: PickLens("gather", X, [[0]], dim=2),
        lambda: torch.gather(X, 2, torch.tensor([[0]])),
    ),
    "take beyond the end": (
        lambda: PickLens("take", X, [6]),
        lambda: torch.take(X, torch.tensor([6])),
    ),
    "take by floats": (
        lambda: PickLens("take", X, [0.5]),
        lambda: torch.take(X, torch.tensor([0.5])),
    ),
    "cat of other sizes": (lambda: PickLens("cat", A, A, X), lambda: torch.cat([A, A, X])),
    "cat of other dimensions": (lambda: PickLens("cat", A, A[0]), lambda: torch.cat([A, A[0]])),
    "cat of numbers alone": (
        lambda: PickLens("cat", 1, 2),
        lambda: torch.cat([torch.tensor(1), torch.tensor(2)]),
    ),
    "cat beyond the last dim": (
        lambda: PickLens("cat", A, B, dim=2),
        lambda: torch.cat([A, B], 2),
    ),
    "stack of other sizes": (
        lambda: PickLens("stack", A, X, dim=1),
        lambda: torch.stack([A, X], 1),
    ),
    "stack before the first dim": (
        lambda: PickLens("stack", A, B, dim=-4),
        lambda: torch.stack([A, B], -4),
    ),
    "sort beyond the last dim": (lambda: PickLens("sort", X, dim=2), lambda: torch.sort(X, dim=2)),
}


@pytest.mark.parametrize("wrong", TORCHS)
def test_what_torch_refuses_is_refused_in_its_words_and_with_advice(wrong: str) -> None:
    make, call = TORCHS[wrong]
    with pytest.raises((IndexError, RuntimeError)) as engine:
        call()
    words = str(engine.value).rstrip(".")
    with pytest.raises(ValueError) as caught:
        make()
    said = str(caught.value)
    assert said.startswith(words)
    assert len(said) > len(words) + 20
    assert said.endswith(".")


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "six dimensions": (
        lambda: PickLens("sort", ONES(1, 1, 1, 1, 2, 2)),
        r"x has 6 dimensions: give 3 at most, such as x\[0, 0, 0\]",
    ),
    "ten thousand cells": (
        lambda: PickLens("nonzero", ONES(100, 100)),
        r"x has 10,000 cells \(100 × 100\).* such as x\[:22, :22\]",
    ),
    "a result too large": (
        lambda: PickLens("where", ONES(60, 1) > 0, ONES(1, 60), 0),
        "would have 3600 cells",
    ),
    "five tensors": (lambda: PickLens("cat", A, A, A, A, A), "no list of 1 to 4"),
    "no tensor": (lambda: PickLens("cat"), "no list of 1 to 4"),
    "two to sort": (lambda: PickLens("sort", A, B), "sort looks at one tensor, and here are 2"),
    "no index": (lambda: PickLens("take", A), "takes a tensor and an index, and here is one"),
    "one to choose from": (lambda: PickLens("where", A), "where picks from two tensors, and here"),
    "a number alone": (lambda: PickLens("nonzero", 3), "a number alone, with no cells to pick"),
    "a mask of one number": (lambda: PickLens("mask", X, True), "Give it the shape of x"),
    "a mask of numbers": (lambda: PickLens("mask", X, X), "is of int64, a mask of bool. Compare"),
    "a mask and a comparison": (
        lambda: PickLens("mask", X, LARGE, compare=">"),
        "give one of the two",
    ),
    "another op": (lambda: PickLens("topk", X), "op is 'topk': choose mask, where"),
    "another comparison": (lambda: PickLens("mask", X, compare="=>"), "compare is '=>': choose >"),
    "a threshold in words": (lambda: PickLens("mask", X, threshold="3"), "threshold is '3': give"),  # type: ignore[arg-type]
    "no finite threshold": (lambda: PickLens("mask", X, threshold=float("nan")), "finite number"),
    "half a dim": (lambda: PickLens("cat", A, B, dim=0.5), "dim is 0.5: give a whole number"),  # type: ignore[arg-type]
    "nan": (lambda: PickLens("sort", [1.0, float("nan")]), r"x\[1\] is nan.* finite number"),
    "text": (lambda: PickLens("sort", ["a"]), "no numbers: give real numbers"),
    "ragged rows": (lambda: PickLens("cat", [1], [[1, 2], [3]]), "b is no table of numbers"),
    "a cell before the first": (lambda: PickLens("sort", X, cell=(-1,)), "cell is .*from 0 on"),
    "a name that is none": (lambda: PickLens("sort", X, names="1x"), "'1x' is no name of a tensor"),
    "a name too many": (lambda: PickLens("sort", X, names=("x", "y")), "give a name for each"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_makes_no_sense_gets_a_sentence(wrong: str) -> None:
    make, words = WRONG[wrong]
    with pytest.raises(ValueError, match=words) as caught:
        make()
    assert str(caught.value).endswith(".")


def test_a_widget_goes_on_after_a_wrong_value() -> None:
    widget = lens()
    wrong = {"op": "cat_", "tensors": [A, A, A], "drawn": [True], "compare": "?", "dim": None}
    for name, value in wrong.items():
        before = widget.get_state(name)
        with pytest.raises(ValueError):
            setattr(widget, name, value)
        assert widget.get_state(name) == before
    with pytest.raises(ValueError):
        widget.change(op="argsort", dim=5)
    assert widget.output.tolist() == [5, 7, 4]
