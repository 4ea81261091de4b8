"""Generated programs, answered by tensorlab and by torch: shapes, types and layouts nobody chose.

hypothesis writes a program; tests/oracle.py runs it on both, and compares the values, the type,
the strides, the gradients, the printed text, and the errors with their words.
"""

from __future__ import annotations

import importlib.util
import os
from typing import Any

import pytest

import oracle
import tensorlab

if importlib.util.find_spec("torch") is None and "all" not in os.environ.get(
    "TENSORLAB_REQUIRE", ""
):
    pytest.skip("torch is not installed", allow_module_level=True)

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies

FLOATS = ["float32", "float64"]
VIEWS = "plain turned stepped expanded"
ALL = [*FLOATS, "int64", "int32", "uint8", "bool", "float16", "complex64"]
REAL = [each for each in ALL if each != "complex64"]
MANY = hypothesis.settings(
    max_examples=int(os.environ.get("TENSORLAB_EXAMPLES", "150")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


def agree(program: str, **options: Any) -> None:
    """Fail unless both libraries answer the program alike."""
    import torch

    case = oracle.Case(program, **options)
    expected = oracle.answer(program, torch, gradient=case.gradient)
    got = oracle.answer(program, tensorlab, gradient=case.gradient)
    differences = oracle.compare(expected, got, case)
    assert not differences, "\n".join([program, *differences])


# ----- tensors ------------------------------------------------------------------------------------


@st.composite
def shapes(draw: Any, least: int = 0, most: int = 3) -> tuple[int, ...]:
    """A few small sizes; a size of zero now and then."""
    sizes = st.sampled_from([1, 2, 3, 3, 2, 4, 0])
    return tuple(draw(st.lists(sizes, min_size=least, max_size=most)))


def numbers(dtype: str, special: bool) -> Any:
    """A number that both can write down exactly."""
    if dtype == "bool":
        return st.sampled_from(["True", "False"])
    if dtype == "uint8":
        return st.integers(0, 20).map(str)
    if dtype.startswith("int"):
        return st.integers(-9, 9).map(str)
    plain = st.integers(-24, 24).map(lambda n: str(n / 8))
    if dtype == "complex64":
        return st.tuples(plain, plain).map(lambda z: f"complex({z[0]}, {z[1]})")
    odd = st.sampled_from(["float('nan')", "float('inf')", "-float('inf')", "-0.0", "0.0"])
    return st.one_of(plain, plain, odd) if special else plain


@st.composite
def tensors(
    draw: Any,
    dtypes: list[str],
    shape: tuple[int, ...] | None = None,
    special: bool = False,
    grad: bool = True,
    layouts: str = "plain plain turned stepped",
) -> str:
    """A tensor as a program writes it, contiguous or not.

    Of an expanded one numpy lays out some results otherwise than torch: those are asked for alone.
    """
    dtype = draw(st.sampled_from(dtypes))
    sizes = draw(shapes()) if shape is None else shape
    layout = draw(st.sampled_from(layouts.split()))
    stored = list(sizes)
    tail = ""
    if layout == "turned" and len(sizes) > 1:
        stored, tail = stored[::-1], f".permute({', '.join(map(str, reversed(range(len(sizes)))))})"
    elif layout == "stepped" and sizes:
        stored[-1] *= 2
        tail = "[..., ::2]"
    elif layout == "expanded" and sizes and sizes[0] > 0:
        stored[0] = 1
        tail = f".expand({', '.join(map(str, sizes))})"
    count = 1
    for size in stored:
        count *= size
    listed = draw(st.lists(numbers(dtype, special), min_size=count, max_size=count))
    made = f"torch.tensor([{', '.join(listed)}], dtype=torch.{dtype})"
    made += f".reshape({tuple(stored)}).clone()"
    asks = grad and dtype in (*FLOATS, "float16", "complex64") and draw(st.booleans())
    return made + (".requires_grad_()" if asks else "") + "\nX" + tail


def named(name: str, tensor: str) -> str:
    """The statements that make a tensor under a name; a leaf keeps one of its own."""
    made, tail = tensor.split("\nX")
    return f"{name}0 = {made}\n{name} = {name}0{tail}\n"


# ----- what is done with them ---------------------------------------------------------------------

EXACT_UNARY = [
    "abs", "neg", "sign", "floor", "ceil", "trunc", "round", "frac", "relu", "square", "isnan",
    "isinf", "isfinite", "logical_not", "clone", "conj_physical", "signbit", "positive",
    "nan_to_num", "isreal", "isposinf", "isneginf", "bitwise_not", "contiguous", "ravel", "t",
    "tril", "triu", "float", "double", "long", "bool", "int", "half", "bfloat16",
]  # fmt: skip
UNARY = [
    "exp", "log", "sin", "cos", "tanh", "sqrt", "rsqrt", "sigmoid", "reciprocal", "expm1",
    "log1p", "atan", "asinh", "exp2", "log2", "erf", "erfc", "sinc", "deg2rad", "sinh", "cosh",
]  # fmt: skip
BINARY = [
    "+", "-", "*", "/", "//", "%", "**", "<", ">=", "==", "!=", "&", "|", "^",
]  # fmt: skip
TWO = [
    "maximum", "minimum", "fmax", "fmin", "logical_and", "logical_or", "logical_xor", "eq", "fmod",
    "remainder", "copysign", "atan2", "hypot", "floor_divide", "where", "xlogy", "gcd", "lcm",
]  # fmt: skip
REDUCE = [
    "sum", "mean", "prod", "amax", "amin", "any", "all", "argmax", "argmin", "max", "min", "var",
    "std", "nansum", "logsumexp", "median", "nanmedian", "count_nonzero", "norm", "cumsum",
    "cumprod", "cummax", "cummin", "sort", "argsort", "softmax", "log_softmax", "mode", "nanmean",
    "aminmax",
]  # fmt: skip
SHAPING = [
    "x.reshape(-1)", "x.view(-1)", "x.flatten()", "x.squeeze()", "x.unsqueeze(0)",
    "x.unsqueeze(-1)", "x.transpose(0, -1)", "x.t()", "x.permute(*reversed(range(x.dim())))",
    "x.expand(2, *x.shape)", "x[0]", "x[-1]", "x[1:]", "x[..., ::2]", "x[None]", "x[..., 0]",
    "x.flip(0)", "x.roll(1)", "x.repeat(2, *[1] * x.dim())", "x.diagonal()", "x.movedim(0, -1)",
    "x.narrow(0, 0, 1)", "x.unfold(0, 2, 1)", "x.chunk(2)", "x.split(2)", "x.unbind()",
    "x.select(0, 0)", "x.mT", "x.T", "x.index_select(0, torch.tensor([0]))",
    "x[torch.tensor([0, 0])]", "x[x == x]", "x.tile(2)", "x.rot90()", "torch.cat([x, x])",
    "torch.stack([x, x], -1)", "x.view_as(x)", "x.numpy().shape", "x.as_strided((1,), (1,))",
    "x.real", "x.swapaxes(0, -1)", "x.fliplr()", "x.tril()", "x.tolist()",
    "x.broadcast_to(3, *x.shape)", "x.unflatten(0, (1, -1))", "x.diag()", "x.nonzero()",
    "x.unique()",
]  # fmt: skip
IN_PLACE = [
    "x.add_(1)", "x.mul_(2)", "x.fill_(3)", "x.zero_()", "x[0] = 5", "x[..., 0] = 1", "x += 1",
    "x.clamp_(-1, 1)", "x.copy_(x * 2)", "x.neg_()", "x[x > 0] = 0", "x.t_()", "x.squeeze_()",
    "x.exp_()", "x.sub_(x)", "x.div_(2)", "x.pow_(2)", "x.masked_fill_(x > 0, 1)", "x /= 2",
]  # fmt: skip


@MANY
@hypothesis.given(tensors(ALL, special=True), st.sampled_from(EXACT_UNARY))
def test_functions_of_one_that_round_nothing(tensor: str, name: str) -> None:
    agree(named("x", tensor) + f"x.{name}()", words="first line")


@MANY
@hypothesis.given(tensors(FLOATS, special=True), st.sampled_from(UNARY))
def test_functions_of_one(tensor: str, name: str) -> None:
    agree(named("x", tensor) + f"torch.{name}(x)", rtol=3e-6, text=False, words="first line")


@st.composite
def pairs(draw: Any, dtypes: list[str]) -> tuple[str, str]:
    """Two tensors that mostly broadcast; now and then they do not.

    numpy lays out a result of two layouts in C order: strides are not compared.
    """
    shape = draw(shapes())
    other = tuple(1 if draw(st.booleans()) else size for size in shape)
    other = other[draw(st.integers(0, len(other))) :]
    if draw(st.integers(0, 9)) == 0:
        other = draw(shapes())
    return draw(tensors(dtypes, shape)), draw(tensors(dtypes, other))


@MANY
@hypothesis.given(
    pairs(["float32", "float64", "int64", "int32", "uint8", "bool"]), st.sampled_from(BINARY)
)
def test_operators(both: tuple[str, str], operator: str) -> None:
    program = named("x", both[0]) + named("y", both[1]) + f"x {operator} y"
    agree(program, rtol=3e-6, text=False, stride=False, words="first line")


@MANY
@hypothesis.given(tensors(REAL), st.sampled_from(BINARY), st.sampled_from(["2", "-1.5", "True"]))
def test_operators_with_a_number(tensor: str, operator: str, number: str) -> None:
    program = named("x", tensor) + f"x {operator} {number}"
    agree(program, rtol=3e-6, text=False, words="first line")


@MANY
@hypothesis.given(pairs(["float32", "float64", "int64", "bool"]), st.sampled_from(TWO))
def test_functions_of_two(both: tuple[str, str], name: str) -> None:
    call = "torch.where(x > 0, x, y)" if name == "where" else f"torch.{name}(x, y)"
    program = named("x", both[0]) + named("y", both[1]) + call
    agree(program, rtol=3e-6, text=False, stride=False, words="first line")


@MANY
@hypothesis.given(
    tensors(["float32", "float64", "int64", "bool"], special=False),
    st.sampled_from(REDUCE),
    st.sampled_from(["", "0", "-1", "1", "0, keepdim=True", "dim=2"]),
)
def test_reductions(tensor: str, name: str, arguments: str) -> None:
    if "keepdim" in arguments and name in ("cumsum", "cumprod", "cummax", "cummin", "sort",
                                           "argsort", "softmax", "log_softmax"):  # fmt: skip
        arguments = "0"
    if name == "count_nonzero":
        arguments = arguments.partition(",")[0]
    if "softmax" in name or name.startswith("cum"):  # which torch lets pass where nothing is in it
        hypothesis.assume("reshape((0" not in tensor and ", 0" not in tensor)
    program = named("x", tensor) + f"x.{name}({arguments})"
    agree(program, rtol=1e-5, atol=1e-6, text=False, words="first line")


@MANY
@hypothesis.given(tensors(ALL, layouts=VIEWS), st.sampled_from(SHAPING))
def test_shapes_and_parts(tensor: str, call: str) -> None:
    agree(named("x", tensor) + call, words="first line")


@MANY
@hypothesis.given(
    tensors(["float32", "int64"], grad=False, layouts=VIEWS), st.sampled_from(SHAPING)
)
def test_which_results_share_memory(tensor: str, call: str) -> None:
    program = (
        named("x", tensor)
        + f"y = {call}\n"
        + "for part in (y if isinstance(y, tuple) else (y,)):\n"
        + "    if isinstance(part, torch.Tensor): part.detach().reshape(-1)[:1].fill_(77)\n"
        + "x0"
    )
    agree(program, words="type")


@MANY
@hypothesis.given(tensors(["float32", "int64"]), st.sampled_from(IN_PLACE))
def test_changes_in_place(tensor: str, change: str) -> None:
    agree(named("x", tensor) + change + "\nx0, x, x._version", words="first line", rtol=3e-6,
          text=False)  # fmt: skip


@MANY
@hypothesis.given(tensors([*ALL, "bfloat16"], special=True))
def test_printed_text(tensor: str) -> None:
    agree(named("x", tensor) + "print(x); repr(x), str(x.shape)", words="first line")
