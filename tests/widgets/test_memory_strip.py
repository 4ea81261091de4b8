"""MemoryStrip takes what a student has, keeps together what shares memory, says what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensorlab as torch

pytest.importorskip("anywidget")

from tensorlab import nn
from tensorlab.core import storage_of
from tensorlab.widgets import MemoryStrip
from tensorlab.widgets.expressions import evaluate

X = torch.arange(12.0).reshape(3, 4)


def strip() -> MemoryStrip:
    return MemoryStrip(X, {"x.t()": X.t()}, "x[:, 1]", "y = x.t().reshape(12)", cell=6)


def test_views_share_memory_with_x_and_copies_do_not() -> None:
    w = strip()
    memory = storage_of(w.x)
    assert [storage_of(view) is memory for view in w.views.values()] == [True, True, False]
    assert storage_of(w.x) is not storage_of(X)
    assert w.views["x.t()"].stride() == (1, 4)
    assert torch.equal(w.views["x[:, 1]"], X[:, 1])
    assert torch.equal(w.output, X.t().reshape(12))


def test_a_tensor_that_was_given_is_recognised_in_its_name() -> None:
    w = MemoryStrip(X, {"x.t()": X.t(), "mine": X.t(), "x.T": X})
    assert [layout["code"] for layout in w.layouts] == ["", "x.t()", "", ""]
    assert {layout["memory"] for layout in w.layouts} == {0}


def test_tensors_without_a_name_get_a_letter() -> None:
    w = MemoryStrip(X, X[1], X.clone(), "b[0]")
    assert list(w.views) == ["a", "b", "b[0]"]
    assert repr(w) == ("MemoryStrip(x: 3 × 4 float32, 48 bytes; a: view; b: copy; b[0]: view of b)")


def test_what_was_given_stays_as_it_is() -> None:
    before = X.clone()
    w = strip()
    w.views["x.t()"][0, 0] = 99
    w.x = X * 2
    assert torch.equal(X, before)


@pytest.mark.parametrize(
    "x",
    [X, X.numpy(), X.tolist(), X.t(), X[1:, ::2], X > 3, X.to(torch.int8), torch.tensor(3), [7]],
    ids=str,
)
def test_any_small_tensor_is_taken_as_it_lies(x: Any) -> None:
    w = MemoryStrip(x)
    wanted = torch.as_tensor(x)
    assert torch.equal(w.x, wanted)
    assert w.x.dtype is wanted.dtype
    assert (w.x.stride(), w.x.storage_offset()) == (wanted.stride(), wanted.storage_offset())


def test_a_parameter_is_taken_without_its_graph() -> None:
    weight = nn.Linear(3, 2).weight
    assert not MemoryStrip(weight, "x.t()").output.requires_grad


def test_a_part_shows_all_of_its_memory() -> None:
    w = MemoryStrip(X[1:, 2:])
    assert w.memory == [{"dtype": "float32", "values": X.flatten().tolist()}]
    assert w.layouts[0]["offset"] == 6


def test_bytes_read_as_another_type_are_taken_as_a_copy() -> None:
    w = MemoryStrip(X, {"bits": X.view(torch.int32)})
    assert w.layouts[1]["memory"] == 1
    assert torch.equal(w.views["bits"], X.view(torch.int32))


def test_an_edit_in_the_page_changes_views_and_no_copy() -> None:
    w = strip()
    seen = []
    w.observe(lambda change: seen.append(change.new[1, 2].item()), "x")
    memory = [dict(one, values=list(one["values"])) for one in w.memory]
    memory[0]["values"][6] = 42.0
    w.set_state({"memory": memory})
    assert seen == [42]
    assert w.views["x.t()"][2, 1] == 42
    assert storage_of(w.views["x.t()"]) is storage_of(w.x)
    assert 42 not in w.views["y"].tolist()
    assert w.x[1, 2] == 42


def test_a_view_that_the_page_adds_is_a_tensor_here() -> None:
    w = strip()
    view = {"name": "z", "code": "x[1]", "memory": 0, "size": [4], "stride": [1], "offset": 4}
    w.set_state({"layouts": [*w.layouts, view]})
    assert torch.equal(w.output, X[1])


def test_x_and_views_change_from_here() -> None:
    w = strip()
    w.x = torch.arange(12).reshape(4, 3)
    assert w.views["x.t()"].shape == (3, 4)
    assert w.memory[0]["dtype"] == "int64"
    w.add("z = y[::2]")
    assert torch.equal(w.output, w.views["y"][::2])
    w.remove("x.t()")
    assert list(w.views) == ["x[:, 1]", "y", "z"]
    w.change(x=X, cell=3)
    assert w.code == "x[0, 3].storage_offset() == 3"


def test_its_code_is_true() -> None:
    w = strip()
    for offset in range(12):
        w.cell = offset
        assert eval(w.code, {"x": w.x})
    w.cell = (1, 99)
    assert w.code == "y[11].storage_offset() == 11"


def test_what_it_shows_is_told_in_words() -> None:
    assert strip().text == (
        "x, 3 × 4 float32, lies in 48 bytes, with stride (4, 1). x.t() is a view, 4 × 3, with "
        "stride (1, 4). x[:, 1] is a view, 3, with stride (4,). y is a copy, 12, with stride (1,). "
        "Cell 6, from byte 24 on, holds 6: x[1, 2] and x.t()[2, 1]."
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((torch.zeros(2, 2, 1, 1, 1, 3),), "x has 6 dimensions, and 4 at most can be shown"),
        ((torch.zeros(100, 100),), r"10,000 cells.* such as x\[:8, :8\]\.clone\(\)"),
        ((torch.zeros(100, 100)[:2, :2],), r"The memory of x has 10,000 cells.*x\.clone\(\)"),
        ((torch.zeros(0, 3),), r"x is empty, its shape is \(0, 3\)"),
        (([1.0, float("nan")],), "The memory of x holds nan"),
        (([[1, 2], [3]],), "x is no table of numbers"),
        (("hello",), "x is no table of numbers"),
        ((torch.tensor([1j]),), "x holds complex numbers"),
        ((torch.tensor([2**60]),), "a number beyond 2\\*\\*53"),
        ((X, "x.t().view(12)"), "view size is not compatible.*stride of axis 0 is 3 × 4 = 12; it"),
        ((X, "x.sort()"), "sort is not known here. Known are T, mT, view"),
        ((X, "__import__('os').getcwd()"), "cannot be read here"),
        ((X, "x.__class__"), "__class__ is not known here"),
        ((X, "x.t()", "x.t()"), "x.t\\(\\) is shown already"),
        ((X, {"x": X}), "x is shown already"),
        ((X, *(f"x[{i}:]" for i in range(3)), *(f"x[:, {i}:]" for i in range(4)), "x.t()", "x.T"),
         "x.T would be view 9, and 8 can be shown at most"),
        ((X, "x.expand(100, 3, 4)"), "it has 1,200 cells, more than the 1,024 that fit here"),
        ((torch.tensor([1e6]), "x.half()"), "A number that is not finite"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_in_words(given: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        MemoryStrip(*given)


def test_it_goes_on_with_its_old_values() -> None:
    w = strip()
    state = w._state()
    for wrong in (
        lambda: w.add("x.view(5)"),
        lambda: w.remove("x"),
        lambda: setattr(w, "x", torch.zeros(2, 2, 2)),
        lambda: setattr(w, "x", "text"),
        lambda: setattr(w, "cell", (1, 2, 3)),
        lambda: setattr(w, "memory", []),
        lambda: setattr(w, "layouts", [{**w.layouts[0], "offset": 1}]),
        lambda: setattr(w, "layouts", [{"name": "x"}]),
    ):
        with pytest.raises(ValueError):
            wrong()
        assert w._state() == state
    assert torch.equal(w.x, X)


def test_an_expression_never_reaches_beyond_its_memory() -> None:
    w = strip()
    for layout in (
        {"size": [13]},
        {"offset": -1},
        {"stride": [-1, 1]},
        {"memory": 7},
        {"size": [600]},
    ):
        with pytest.raises(ValueError):
            w.layouts = [{**w.layouts[0], **layout}]


def test_a_copy_by_expression_is_what_the_engine_gives() -> None:
    x = torch.from_numpy(np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    for code in ("x.permute(2, 0, 1).clone()", "x.mT.double()", "x[:, [2, 0]]", "x.mT.flatten()"):
        assert torch.equal(MemoryStrip(x, code).output, evaluate(code, {"x": x}))
