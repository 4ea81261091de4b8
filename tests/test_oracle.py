"""The oracle notices each thing that it compares, and its tables can be read."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import oracle

# What torch answers to: x = torch.tensor([[1., 2.]], requires_grad=True); x.t() * 2
TENSOR: oracle.Answer = {
    "kind": "Tensor",
    "dtype": "torch.float32",
    "shape": [2, 1],
    "stride": [1, 2],
    "values": [2.0, 4.0],
    "text": "tensor([[2.],\n        [4.]], grad_fn=<MulBackward0>)",
    "requires_grad": True,
    "is_leaf": False,
    "grad_fn": "MulBackward0",
    "gradients": {
        "x": {
            "kind": "gradient",
            "dtype": "torch.float32",
            "shape": [1, 2],
            "values": [1.0806046, -0.8322937],
        }
    },
}
RAISED: oracle.Answer = {
    "kind": "exception",
    "type": "IndexError",
    "words": "index 3 is out of bounds for dimension 0 with size 3",
}
MODULE: oracle.Answer = {
    "kind": "module",
    "type": "Linear",
    "text": "Linear(in_features=1, out_features=1, bias=True)",
    "training": True,
    "parameters": ["weight", "bias"],
    "pairs": [["weight", {"kind": "int", "value": 1}], ["bias", {"kind": "int", "value": 2}]],
}


def changed(answer: oracle.Answer, path: str, value: object) -> oracle.Answer:
    """A copy of `answer` with another value at `path`, its keys joined by dots."""
    result = copy.deepcopy(answer)
    target: Any = result
    *way, last = path.split(".")
    for key in way:
        target = target[int(key) if isinstance(target, list) else key]
    if value is None:
        del target[last]
    else:
        target[int(last) if isinstance(target, list) else last] = value
    return result


def test_an_answer_is_like_itself() -> None:
    for answer in (TENSOR, RAISED, MODULE):
        assert oracle.compare(answer, copy.deepcopy(answer)) == []


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("kind", "Parameter", "kind"),
        ("dtype", "torch.float64", "dtype"),
        ("shape", [2], "shape"),
        ("stride", [2, 2], "stride"),
        ("values", [2.0, 5.0], "values[1]"),
        ("values", [2.0, 4.00002], "values[1]"),
        ("values", [2.0, "nan"], "values[1]"),
        ("values", [2.0, 4], "values[1]"),
        ("values", [2.0], "values"),
        ("text", "tensor([[2.],\n       [4.]], grad_fn=<MulBackward0>)", "text"),
        ("str", "tensor([[2.]])", "str"),
        ("offset", 1, "offset"),
        ("requires_grad", None, "requires_grad"),
        ("is_leaf", None, "is_leaf"),
        ("grad_fn", "MulBackward", "grad_fn"),
        ("grad_fn", None, "grad_fn"),
        ("stdout", "hello\n", "stdout"),
        ("gradients", None, "gradient of x"),
        ("gradients.x.values", [1.0806046, 0.8322937], "gradient of x: values[1]"),
        ("gradients.x.dtype", "torch.float64", "gradient of x: dtype"),
        ("gradients.x.shape", [2], "gradient of x: shape"),
        ("gradients.x", {"kind": "None"}, "gradient of x: kind"),
        ("gradients.y", {"kind": "None"}, "gradient of y"),
    ],
)
def test_a_wrong_tensor_is_noticed(path: str, value: object, field: str) -> None:
    differences = oracle.compare(TENSOR, changed(TENSOR, path, value))
    assert len(differences) == 1
    assert differences[0].startswith(field + ":")


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("type", "ValueError", "type"),
        ("words", "index 3 is out of bounds for dimension 1 with size 3", "words"),
        ("words", "index 3 is out of bounds for dimension 0 with size 3.", "words"),
        ("kind", "None", "kind"),
        ("stdout", "before it failed\n", "stdout"),
    ],
)
def test_a_wrong_exception_is_noticed(path: str, value: object, field: str) -> None:
    differences = oracle.compare(RAISED, changed(RAISED, path, value))
    assert [d.split(":")[0] for d in differences] == [field]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("type", "Conv2d", "type"),
        ("text", "Linear(in_features=1,out_features=1, bias=True)", "text"),
        ("training", False, "training"),
        ("parameters", ["weight"], "parameters"),
        ("pairs.1.1.value", 3, "bias"),
        ("pairs.0.0", "w", "weight"),
    ],
)
def test_a_wrong_module_is_noticed(path: str, value: object, field: str) -> None:
    differences = oracle.compare(MODULE, changed(MODULE, path, value))
    assert differences[0].startswith(field + ":")


def test_a_wrong_part_is_noticed_by_its_place() -> None:
    pair = {"kind": "tuple", "items": [TENSOR, {"kind": "int", "value": 1}]}
    assert oracle.compare(pair, copy.deepcopy(pair)) == []
    assert oracle.compare(pair, changed(pair, "items.1.value", 2)) == [
        "[1].value: expected 1, got 2"
    ]
    assert oracle.compare(pair, changed(pair, "items", [TENSOR]))[0].startswith("length:")
    assert oracle.compare(pair, changed(pair, "kind", "list"))[0].startswith("kind:")


def test_an_options_allowance_is_kept() -> None:
    near = changed(TENSOR, "values", [2.0, 4.02])
    assert oracle.compare(TENSOR, near)
    assert oracle.compare(TENSOR, near, oracle.Case("", rtol=0.01)) == []
    assert oracle.compare(TENSOR, near, oracle.Case("", values=False)) == []
    spaced = changed(TENSOR, "text", "tensor")
    assert oracle.compare(TENSOR, spaced, oracle.Case("", text=False)) == []
    longer = changed(RAISED, "words", RAISED["words"] + "\nmore")
    assert oracle.compare(RAISED, longer, oracle.Case("", words="first line")) == []
    assert oracle.compare(RAISED, changed(RAISED, "type", "E"), oracle.Case("", words="type"))
    absent = {"kind": "exception", "type": "AttributeError", "words": "torch has no attribute 'x'"}
    assert oracle.compare(TENSOR, absent)
    assert oracle.compare(TENSOR, absent, oracle.Case("", optional=True)) == []
    assert oracle.compare(TENSOR, near, oracle.Case("", optional=True))


def test_whole_numbers_and_truths_are_compared_exactly() -> None:
    whole = {"kind": "Tensor", "dtype": "torch.int64", "shape": [1], "values": [10**15]}
    assert oracle.compare(whole, changed(whole, "values", [10**15 + 1]), oracle.Case("", rtol=0.1))
    truth = {"kind": "Tensor", "dtype": "torch.bool", "shape": [1], "values": [True]}
    assert oracle.compare(truth, changed(truth, "values", [1]))


def test_zero_and_minus_zero_are_two_things() -> None:
    zero = {"kind": "Tensor", "dtype": "torch.float32", "shape": [1], "values": [0.0]}
    assert oracle.compare(zero, changed(zero, "values", [-0.0]))
    gradient = changed(zero, "kind", "gradient")
    assert oracle.compare(gradient, changed(gradient, "values", [-0.0])) == []


def test_a_stride_over_one_element_does_not_matter() -> None:
    assert oracle.compare(TENSOR, changed(TENSOR, "stride", [1, 1])) == []


class _Foreign(Exception):
    pass


def test_the_place_of_nothing_does_not_matter() -> None:
    empty = {"kind": "Tensor", "shape": [0, 2], "stride": [2, 1], "offset": 6}
    assert oracle.compare(empty, changed(changed(empty, "stride", [1, 1]), "offset", None)) == []


def test_the_tail_of_a_cpp_error_is_cut() -> None:
    import numpy

    error = _Foreign("bad size\nException raised from check at a.cpp:1\nframe #0: main")
    assert oracle._raised(error, numpy)["words"] == "bad size"
    error = _Foreign("f() received an invalid combination of arguments - got ()\n * (Tensor x)")
    assert oracle._raised(error, numpy)["words"].endswith("got ()")
    assert oracle._raised(_Foreign("<f at 0x7f00>"), numpy)["words"] == "<f at 0x…>"
    assert oracle._raised(_Foreign("module 'numpy.x' has none"), numpy)["words"].startswith(
        "module 'torch.x'"
    )


def test_numbers_survive_json() -> None:
    import numpy as np

    floats = np.array([0.1, -0.0, 1e-45, 3.4e38, np.nan, np.inf, -np.inf], dtype=np.float32)
    kept = json.loads(json.dumps(oracle._values(floats), allow_nan=False))
    back = np.array([float(number) for number in kept], dtype=np.float32)
    assert np.array_equal(back, floats, equal_nan=True)
    assert np.array_equal(np.signbit(back[:4]), np.signbit(floats[:4]))
    assert oracle._values(np.array([1 + 2j])) == [[1.0, 2.0]]
    assert oracle._values(np.array([2**62 + 1])) == [2**62 + 1]


def test_a_table_is_read_with_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "EXPRESSIONS", tmp_path)
    (tmp_path / "small.toml").write_text(
        'cases = ["1 + 1"]\n'
        '[[case]]\nprogram = "2"\nrtol = 0.1\n'
        '[[product]]\nprogram = "{a} {op} {a}"\na = ["1", "2"]\nop = ["+", "-"]\nseed = 7\n',
        "utf-8",
    )
    assert oracle.sections() == ["small"]
    assert [(c.program, c.seed, c.rtol) for c in oracle.cases("small")] == [
        ("1 + 1", 0, None),
        ("2", 0, 0.1),
        ("1 + 1", 7, None),
        ("1 - 1", 7, None),
        ("2 + 2", 7, None),
        ("2 - 2", 7, None),
    ]
    (tmp_path / "small.toml").write_text('optional = true\ncases = ["1"]\n', "utf-8")
    assert oracle.cases("small") == [oracle.Case("1", optional=True)]
    (tmp_path / "small.toml").write_text('casse = ["1"]\n', "utf-8")
    with pytest.raises(ValueError, match="unknown casse"):
        oracle.cases("small")


def test_the_reference_itself_answers(require: Callable[..., Any]) -> None:
    torch = require("torch")
    program = "x = torch.tensor([[1., 2.]], requires_grad=True); x.t() * 2"
    assert oracle.compare(TENSOR, oracle.answer(program, torch)) == []
    assert oracle.answer("torch.arange(3)[3]", torch) == RAISED
    assert oracle.answer("print(torch.ones(1))", torch)["stdout"] == "tensor([1.])\n"


def test_what_a_program_sets_is_taken_back(require: Callable[..., Any]) -> None:
    torch = require("torch")
    plain = oracle.answer("torch.tensor([0.123456])", torch)
    oracle.answer("torch.set_printoptions(precision=1)", torch)
    oracle.answer("torch.set_default_dtype(torch.float64); 1 / 0", torch)
    oracle.answer("torch.set_grad_enabled(False); raise ValueError", torch)
    assert oracle.answer("torch.tensor([0.123456])", torch) == plain
    assert torch.is_grad_enabled()


def test_each_name_in_the_records_is_a_section() -> None:
    assert sorted(path.stem for path in oracle.RECORDED.glob("*.json")) == oracle.sections()


def test_the_command_shows_differences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import numpy

    torch = type(numpy)("torch")
    tensorlab = type(numpy)("tensorlab")
    for library, three in ((torch, 3), (tensorlab, 4)):
        library.Tensor = library.Size = type(f"Nothing{three}", (), {})  # type: ignore[attr-defined]
        library.three = three  # type: ignore[attr-defined]
    monkeypatch.setattr(oracle, "_import", {"torch": torch, "tensorlab": tensorlab}.get)
    assert oracle.main(["1 + 1"]) == 0
    assert "The same." in capsys.readouterr().out
    assert oracle.main(["torch.three"]) == 1
    assert "! value: expected 3, got 4" in capsys.readouterr().out
