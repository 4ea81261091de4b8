"""What tensorlab prints, against what torch 2.13 printed for the same values.

    python tests/test_printing.py --record      write down what torch prints (needs torch 2.13)

Torch's texts stand in tests/data/printing.json, so that the tests need no torch.
"""

from __future__ import annotations

import contextlib
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import needs
from tensorlab import dtypes, printing

RECORD = Path(__file__).parent / "data" / "printing.json"
TORCH = "2.13"


class Case(NamedTuple):
    """A tensor and the circumstances in which it is printed."""

    values: str  # a numpy expression
    dtype: str = "float32"
    tensor: dict[str, Any] = {}  # arguments of format_tensor  # noqa: RUF012
    options: dict[str, Any] = {}  # of set_printoptions  # noqa: RUF012
    default: str = "float32"  # the default dtype
    parameter: bool = False

    def __str__(self) -> str:
        said = [f"{name}={value!r}" for name, value in {**self.tensor, **self.options}.items()]
        if self.default != "float32":
            said.append(f"default {self.default}")
        if self.parameter:
            said.append("a parameter")
        return ", ".join([f"{self.values} as {self.dtype}", *said])

    def array(self) -> np.ndarray[Any, Any]:
        values = np.asarray(eval(self.values, {"np": np, "nan": math.nan, "inf": math.inf}))
        with np.errstate(over="ignore", under="ignore"):
            return values.astype(getattr(dtypes, self.dtype).numpy)


# ---- The cases


def shapes() -> Iterator[Case]:
    for shape in [
        (),
        (1,),
        (4,),
        (40,),
        (2, 3),
        (3, 1),
        (2, 50),
        (2, 2, 3),
        (2, 1, 2, 2),
        (1,) * 5,
    ]:
        count = math.prod(shape)
        for dtype in ("float32", "int64", "bool", "complex64"):
            yield Case(f"np.arange({count}).reshape({shape}) % 3", dtype)
    yield Case("np.arange(32).reshape(2, 2, 2, 2, 2) / 4")
    yield Case("np.arange(6).reshape(2, 3).T")
    yield Case("np.arange(20)[::-3]", "int64")


def types() -> Iterator[Case]:
    # What bfloat16 prints stands in expressions/bfloat16.toml: numpy has no such type.
    for dtype in (d.name for d in dtypes.ALL if d is not dtypes.bfloat16):
        yield Case("1", dtype)
        yield Case("[0, 1, 12]", dtype)
        yield Case("[[0.5, 1], [2.25, 100]]", dtype)
        yield Case("[]", dtype)
        if dtype != "float32":
            yield Case("[0.5, 1]", dtype, default="float64")
            yield Case("[]", dtype, default="float64")
    yield Case("[0.5]", "float16", default="float16")
    yield Case("[0.5]", "complex64", default="float16")
    yield Case("[0.5]", default="float64")
    for dtype, largest in [("int8", 2**7), ("int16", 2**15), ("int32", 2**31), ("int64", 2**63)]:
        yield Case(f"[{-largest}, {largest - 1}, 0]", dtype)


def empties() -> Iterator[Case]:
    for shape in [(0, 3), (3, 0), (2, 0, 3), (0, 0, 0, 0)]:
        yield Case(f"np.empty({shape})")
        yield Case(f"np.empty({shape})", "int64")
    yield Case("np.empty((0, 3))", tensor={"requires_grad": True})
    yield Case("np.empty(0)", "float64", tensor={"grad_fn": "AddBackward0"})


# Each list is at or about a place where torch's choice between 1., 1.0000 and 1.0000e+00 turns.
NUMBERS = [
    "[0.]", "[-0.]", "[0., -0., 0.5]", "[0., -0., 3.]", "[nan]", "[inf, -inf]", "[nan, 1.]",
    "[inf, 2.5]", "[nan, -inf, 123.]", "[nan, 0., 1e-5]", "[-1., 1.]", "[-10., 5.]",
    "[1., 1000.]", "[1., 1001.]", "[0.5, 500.]", "[0.5, 501.]", "[-0.5, 501.]", "[1e8]",
    "[1.00000008e8]", "[1e9, 2e9]", "[99999.5]", "[123456.789]", "[1e-4]", "[1.01e-4, 1e-3]",
    "[9.9e-5]", "[0.1, 0.2, 0.3]", "[0.99995]", "[0.99994]", "[9.99995, 1.]", "[2.5, 0.125]",
    "[16777216., 16777217.]", "[1e-3, 1.]", "[1., 0.0005]", "[1/3, 2/3, 100.]", "[1e20]",
    "[1e-20, 1.]", "[3.4028235e38]", "[1e-40]", "[1e-45, 1.]", "[1e-45, 3e38]", "[7, 0.1, nan]",
    "np.zeros(30)", "[nan] * 30", "[inf] + [0.] * 29", "np.arange(30) * 1e7", "np.arange(30) / 8",
]  # fmt: skip

DOUBLES = [
    "[1e8]", "[1e8 + 1]", "[1e-4]", "[1., 1000.0000001]", "[5e-324]", "[5e-324, 1.7e308]",
    "[1.7976931348623157e308]", "[0.1 + 0.2]", "[1e-100, 1e100]", "[nan, 1e100, -0.]",
]  # fmt: skip

HALVES = ["[65504.]", "[6e-8]", "[0.1, 1000.]", "[1., 1001.]", "[1/3]", "[nan, inf, -0., 1.]"]

COMPLEX = [
    "1+2j", "0.5-0.25j", "[1+2j, -3.5-4j]", "[1j, -1j]", "[-0., 5e-5j]", "[complex(nan, nan), 1]",
    "[complex(0., -0.), 2.5]", "[complex(inf, -inf), 1+1j]", "[1e9+1j, 1-1e-9j]",
    "np.arange(20) - 7.5j * np.arange(20)", "np.arange(6).reshape(2, 3) * (1 - 10j)",
    "[100+1j, 1+100j]", "np.arange(30) * 1j",
]  # fmt: skip


def numbers() -> Iterator[Case]:
    for values in NUMBERS:
        yield Case(values)
    for values in DOUBLES:
        yield Case(values, "float64")
    for values in HALVES:
        yield Case(values, "float16")
    for values in COMPLEX:
        yield Case(values, "complex64")
    yield Case("[1e-200+1e200j, 1]", "complex128")


def summaries() -> Iterator[Case]:
    for shape in [
        "1000",
        "1001",
        "3, 400",
        "400, 3",
        "7, 200",
        "6, 6, 40",
        "2, 2, 300",
        "11, 3, 60",
    ]:
        count = math.prod(map(int, shape.split(",")))
        yield Case(f"np.arange({count}).reshape({shape})", "int64")
    yield Case("np.arange(2000).reshape(40, 50) / 7")
    yield Case("np.arange(1500).reshape(2, 3, 1, 250) / 7", "float64", {"grad_fn": "MulBackward0"})
    yield Case("np.arange(1001)", "complex64")
    yield Case("np.arange(1024).reshape((2,) * 10) % 2", "bool", options={"linewidth": 60})
    # The form is that of the values shown: what is left out does not widen it.
    yield Case("np.where(np.arange(2000) == 1000, 1e9, np.arange(2000) % 4)")
    yield Case("np.where(np.arange(2000) == 1000, 0.5, np.arange(2000) % 4)")
    yield Case("np.where(np.arange(2000) == 1000, 10**9, 1).reshape(2, 1000)", "int32")


def options() -> Iterator[Case]:
    long, matrix = "np.arange(50) / 7", "np.arange(120).reshape(10, 12) - 60.5"
    for precision in (0, 1, 2, 8):
        yield Case("[1/3, 20., -0.05]", options={"precision": precision})
        yield Case("[1e-9, 12345.678]", "float64", options={"precision": precision})
        yield Case("[1., 2.]", options={"precision": precision})
    for threshold, edgeitems in [(0, 1), (10, 2), (50, 3), (1e9, 1), (5, 30), (math.inf, 2)]:
        yield Case(long, options={"threshold": threshold, "edgeitems": edgeitems})
    for edgeitems in (0, 1, 2, 5):
        yield Case(matrix, options={"threshold": 100, "edgeitems": edgeitems})
    for values in ("1.5", "[1, 2]", "np.arange(20)"):
        yield Case(values, options={"threshold": 10, "edgeitems": 0})
    yield Case("2", "int64", options={"threshold": 0})
    for linewidth in (1, 20, 78, 79, 81, 200):
        yield Case(long, options={"linewidth": linewidth})
        yield Case("np.arange(30).reshape(2, 15)", "int16", options={"linewidth": linewidth})
    for profile in ("default", "short", "full"):
        yield Case("np.arange(1001) % 7 / 3", options={"profile": profile})
    yield Case("[1/3]", options={"profile": "short", "precision": 3})
    for sci_mode in (True, False):
        for values in ("[1., 2.]", "[0.5, -20.]", "[0., nan]", "[1e-9, 1e9, 0.5]", "[1e30]"):
            yield Case(values, options={"sci_mode": sci_mode})


def suffixes() -> Iterator[Case]:
    # The last line grows column by column, past where the suffix has to move to the next line.
    for count in (15, 16, 17, 18):
        yield Case(f"np.arange({count}) % 10", tensor={"requires_grad": True})
        yield Case(f"np.arange({count}) % 10", tensor={"grad_fn": "SumBackward0"})
        yield Case(f"np.arange({count})", "uint8")
    for length in range(49, 54):
        yield Case("[1.5]", tensor={"grad_fn": "N" * length})
    for length in range(21, 25):
        yield Case("[1.5, 2]", "float64", {"grad_fn": "N" * length})
    for length in range(41, 45):
        yield Case("np.arange(14)", "float64", {"grad_fn": "N" * length})
    yield Case("[[1.5, 2]] * 3", "float64", {"grad_fn": "N" * 60})
    yield Case("[1.5]", "float64", {"grad_fn": "N" * 100})
    yield Case("[1.5]", "float64", {"requires_grad": True}, {"linewidth": 20})
    yield Case("6", tensor={"grad_fn": "SumBackward0", "requires_grad": True})
    yield Case("np.arange(16).reshape(2, 2, 2, 2)", tensor={"grad_fn": "ConvolutionBackward0"})
    yield Case("np.ones((2, 15))", "complex128", {"requires_grad": True})
    yield Case("np.arange(60).reshape(3, 20)", tensor={"name": "Image", "requires_grad": True})
    yield Case("np.arange(60).reshape(3, 20)", "int32", {"name": "MaskedTensorOfAnother"})


def parameters() -> Iterator[Case]:
    yield Case("np.arange(4).reshape(2, 2) / 4", parameter=True)
    yield Case("np.arange(19)", parameter=True)
    yield Case("np.arange(4)", "float64", {"requires_grad": False}, parameter=True)


CASES = [
    *shapes(), *types(), *empties(), *numbers(), *summaries(), *options(), *suffixes(),
    *parameters(),
]  # fmt: skip


# ---- What tensorlab prints, and what torch prints


def ours(case: Case) -> str:
    """The text by tensorlab."""
    dtype = getattr(dtypes, case.dtype)
    form = printing.format_parameter if case.parameter else printing.format_tensor
    dtypes.set_default_dtype(getattr(dtypes, case.default))
    printing.set_printoptions(**case.options)
    try:
        return form(case.array(), dtype, **case.tensor)
    finally:
        printing.set_printoptions(profile="default")
        dtypes.set_default_dtype(dtypes.float32)


def theirs(case: Case, torch: Any) -> str:
    """The text by torch."""
    torch.set_default_dtype(getattr(torch, case.default))
    torch.set_printoptions(**case.options)
    try:
        return repr(_torch_tensor(case, torch))
    finally:
        torch.set_printoptions(profile="default")
        torch.set_default_dtype(torch.float32)


def _torch_tensor(case: Case, torch: Any) -> Any:
    tensor = torch.from_numpy(case.array())
    if case.parameter:
        return torch.nn.Parameter(tensor, **case.tensor)
    if "name" in case.tensor:
        tensor = tensor.as_subclass(type(case.tensor["name"], (torch.Tensor,), {}))
    tensor.requires_grad_("grad_fn" in case.tensor or case.tensor.get("requires_grad", False))
    if "grad_fn" in case.tensor:
        tensor = _identity(torch).apply(tensor)
        type(tensor.grad_fn).__name__ = case.tensor["grad_fn"]
    return tensor


def _identity(torch: Any) -> Any:
    """An operation of ours, so that its name can be any."""

    class Identity(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, input: Any) -> Any:
            return input.clone()

    return Identity


def record() -> None:
    """Write down what torch prints, a case a line."""
    import torch

    if not torch.__version__.startswith(TORCH):
        raise SystemExit(f"--record needs torch {TORCH}")
    texts = [f"{json.dumps(str(case))}: {json.dumps(theirs(case, torch))}" for case in CASES]
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text("{\n" + ",\n".join(texts) + "\n}\n", "utf-8", newline="\n")
    print(f"{len(texts)} cases")


RECORDED: dict[str, str] = {}
with contextlib.suppress(FileNotFoundError):
    RECORDED = json.loads(RECORD.read_text("utf-8"))


# ---- The tests


@pytest.fixture
def torch(require: Callable[[str], Any]) -> Any:
    """The torch whose texts are recorded; without it the test is skipped."""
    found = require("torch")
    if not found.__version__.startswith(TORCH):
        needs.missing("torch", f"the record is torch {TORCH}'s, not {found.__version__}'s")
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_tensor_prints_as_torch_prints_it(case: Case) -> None:
    assert ours(case) == RECORDED[str(case)]


def test_the_record_is_of_these_cases() -> None:
    assert list(RECORDED) == [str(case) for case in CASES]


def test_torch_still_prints_what_is_recorded(torch: Any) -> None:
    wrong = [str(case) for case in CASES if theirs(case, torch) != RECORDED[str(case)]]
    assert wrong == []


def test_random_tensors_print_as_torch_prints_them(torch: Any) -> None:
    random = np.random.default_rng(0)
    for _ in range(400):
        shape = tuple(random.choice([1, 2, 3, 8, 17, 60], size=random.integers(0, 4)).tolist())
        scale = random.uniform(0, 6) * random.standard_normal(shape) + random.uniform(-40, 30)
        values = random.choice([-1, 1], shape) * 10 ** np.where(
            random.random() < 0.5, scale, scale / 30
        )
        odd = random.choice([0.0, -0.0, np.nan, np.inf, 1.0, 1e-40], shape)
        values = np.where(random.random(shape) < random.choice([0, 0, 0.2, 1]), odd, values)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for dtype in (dtypes.float32, dtypes.float64, dtypes.float16, dtypes.complex64):
                data = values.astype(dtype.numpy)
                text = printing.format_tensor(data, dtype)
                assert text == repr(torch.from_numpy(data))


@pytest.mark.parametrize("indent", [1, 12, 30])
@pytest.mark.parametrize("count", [1, 5, 30])
def test_an_indented_tensor_is_laid_out_as_after_a_name_as_long(indent: int, count: int) -> None:
    data = np.arange(count, dtype=np.float64)
    name = "N" * indent + "tensor"
    named = printing.format_tensor(data, dtypes.float64, grad_fn="AddBackward0", name=name)
    text = printing.format_tensor(data, dtypes.float64, grad_fn="AddBackward0", indent=indent)
    assert "N" * indent + text == named


def test_what_is_left_out_of_a_summary_is_never_looked_at() -> None:
    # A copy of this one would take 8 GB.
    huge = np.broadcast_to(np.float64(0.5), (10**5, 10**4))
    small = np.broadcast_to(np.float64(0.5), (40, 40))
    text = printing.format_tensor(huge, dtypes.float64)
    assert text == printing.format_tensor(small, dtypes.float64)


def test_printing_does_not_change_the_values() -> None:
    data = np.array([-1.5, np.nan, 0.0, 1e-9])
    before = data.tobytes()
    printing.format_tensor(data, dtypes.float64)
    assert data.tobytes() == before


SETTINGS: list[dict[str, Any]] = [
    {"precision": 2},
    {"sci_mode": True},
    {"linewidth": 100},  # sci_mode, not given, goes back to None
    {"profile": "short", "edgeitems": 5},
    {"threshold": 7},
    {"profile": "no such profile"},
    {"profile": "full"},
    {"precision": 0, "sci_mode": False},
    {"profile": "default"},
]


def test_options_not_given_stay_but_for_sci_mode() -> None:
    try:
        printing.set_printoptions(precision=2, sci_mode=True)
        printing.set_printoptions(linewidth=100)
        options = printing.get_printoptions()
    finally:
        printing.set_printoptions(profile="default")
    assert options == {
        "precision": 2, "threshold": 1000, "edgeitems": 3, "linewidth": 100, "sci_mode": None,
    }  # fmt: skip


def test_options_can_be_kept_and_brought_back() -> None:
    kept = printing.get_printoptions()
    printing.set_printoptions(profile="full", precision=1, sci_mode=True)
    assert printing.get_printoptions() != kept
    printing.set_printoptions(**kept)
    assert printing.get_printoptions() == kept


def test_the_options_given_out_are_a_copy() -> None:
    printing.get_printoptions()["precision"] = 9
    assert printing.get_printoptions()["precision"] == 4


def test_options_change_as_torch_changes_them(torch: Any) -> None:
    try:
        for setting in SETTINGS:
            printing.set_printoptions(**setting)
            torch.set_printoptions(**setting)
            assert printing.get_printoptions() == torch._tensor_str.get_printoptions(), setting
    finally:
        printing.set_printoptions(profile="default")
        torch.set_printoptions(profile="default")


if __name__ == "__main__":
    if sys.argv[1:] != ["--record"]:
        raise SystemExit(__doc__)
    record()
