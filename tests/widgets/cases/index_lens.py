"""Index expressions on tensors of every shape and type: what they pick, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import tensorlab as torch
from cases.common import Case
from tensorlab.widgets import IndexLens
from tensorlab.widgets.traits import WidgetError

# Each runs on each tensor: what one allows, another refuses.
EXPRESSIONS = """
x | x[...] | x[()] | x[:] | 0 | -1 | x[2] | -4 | 5 | True | False | None | 0.5 | 1.0:
1: | :-1 | ::2 | 1::2 | -2: | 5: | 2:1 | -99:99 | ::-1 | ::0 | 3:0:2 | True:2 | : | ::
0, 0 | 0, 5 | :, 0 | :, 0, 0 | 0, :, 1 | ..., 0 | ..., -1, : | 0, ..., 0 | ..., ... | 0, 0, 0, 0
:, None | None, ..., None | 0, None, 1: | :, :, None | 0, None, None, None, None, None, None, None
[0, 2] | [[0, 2]] | [[0, 1], [1, 0]] | [0, -1], | [] | [0, 3] | [-4] | [1, 0, 1], 0 | [0.5, 1.9]
[0, 1], [1, 0] | [0, 1], [0, 1, 1] | [0, 1], :, [1, 0] | :, [0, 1], [1, 0] | 0, [0, 1], [1, 0]
[0, 1], None, [1, 0] | :, [1], : | [1, 0], 0, [0, 1] | [[0], [1]], [0, 1] | 0, :, [0, 5]
(0, 1), 1
[True, False, True] | [True, 2] | [True, False] | :, [True, False] | [[True], [False]], 0
[9], [] | [[1], [2, 3]] | [1, [2]]
[True, False, True], [0, 1] | [True, False, True], 1: | True, [0, 1] | :, True | x[True][0]
torch.tensor([0, 2]) | torch.tensor(1) | torch.tensor([[0], [1]]), 0 | torch.tensor([0., 1.])
torch.tensor([True, False, True]) | torch.tensor([]) | torch.tensor([0, 1])[1]
torch.tensor([2])[0]:
x[0][1] | x[0][0] | x[:, 0][1:] | x[[0, 2]][:, 1] | x[1:][[0]][0] | x[:0][0] | x[:0][[0]]
x[::2][::2]
x > 1 | x[x > 1] | x >= 2 | x == 2 | x != 2 | x < 0 | x <= x | ~(x > 1) | (x > 0) & (x < 4)
(x < 1) | (x > 3) | (x > 0) ^ (x > 2) | x % 2 == 0 | x // 2 == 1 | x * 2 > 5 | x + 1 < 3
2 - x > 0
-x < -2 | x / 2 > 1 | x % 0 == 0 | x // 0 > 1 | 7 // (x + 9) > 0 | x & 1 == 0
(x & 1) == 0 | x & 1.5 | ~x == -2 | x + True > 1 | x > 0.5 | x > 1000 | 3 > x | x > 5 / 2 | 1 < 2
not 1
x[0] > 1 | x[:, 0] > 1 | x[..., 0] % 2 == 0 | x[x[:, 0] > 0, 1] | x[x[0] > 0] | :, x[0] > 1
x[x > 1][0]
x > x[0] | x > x[:, :1] | x[:, None] > x | x.T | x | x[x] | x[0, 0] | x + 1 | x[0] + 1 | -x[0]
:, [0, 1], :, [1, 0] | x // -2 == -1 | x + 0.0009765625 > 2 | 0, [1, 0], :, [1, 0]
0 < x < 3 | x > 1 and x < 3 | x > 2 & x < 8 | not x | x[0] or 1 | None or 0 | 1 and 0 | 0 or 1
not not 1 | x[0, 0, 0]: | x[0]: | x > None | [0] + 1 | ~True | 1 & 1 | 1 / 0 | 1 % 0.0
7 // 2 - 2
(x > 1)[0] | (x > 1) * 2 | -(x > 1) | (0, 1)[0] | None[0] | [x[0]] | [None, 0] | torch.tensor(x)
x[:, None, None] + x[None, :, None, None] > x[:, None, None, None] | x[0 :1 , ]
"""
# These are wrong whatever the tensor is.
WRONG = """
0,,1 ; x[0 ; x[0]] ; (0, 1 ; 0 1 ; x[:::] ; x[0](1) ; x[0].T ; image[0] ; x = 3 ; 'a' ; !x ; 0; 1
1[0]
[0[1] ; [0) ; x[] ; , ; 0, , ; :: : ; x > ; x > 1 and ; -  ; (:, 0) ; [:, 0] ; x[[:]] ; ~ ; * 2
2 *
1 + not x ; ~not x ; torch ; torch.ones(3) ; torch.tensor ; torch.tensor() ; torch.tensor([0], 1)
torch.tensor[0] ; 007 ; 0x10 ; 1_000 ; 00 ; 1.5.2 ; 1e999 ; 99999999999999999999 ; 1.2.3 ; x.T
x in x ; + : ; x[0, - : 1] ; 0 if 1 else 2
lambda: 0 ; x ** 2 ; x[0, ; ( ; [ ; x[1:2:3:4] ; .. ; .... ; @ ; {0} ; x[0]x ; torch.tensor([1]) 2
# ; 1: 2, : 3 : : 4
"""


def tensors() -> dict[str, torch.Tensor]:
    """One of every number of dimensions, and of every kind of number."""
    mixed = [[0.5, -2.0, 3.25], [float("nan"), float("inf"), 2.0]]
    return {
        "cube": torch.arange(12).reshape(3, 2, 2),
        "row": torch.arange(5) - 2,
        "table": torch.tensor(mixed),
        "batch": torch.arange(24, dtype=torch.int32).reshape(2, 3, 2, 2) % 5,
        "number": torch.tensor(3),
        "mask": torch.tensor([[True, False], [False, True], [True, True]]),
        "bytes": torch.tensor([1, 0, 200], dtype=torch.uint8),
        "half": torch.tensor([0.1, 2.0, -1.5], dtype=torch.float16),
        "small": torch.tensor([[1, -2, 100]], dtype=torch.int8),
        "double": torch.tensor([0.1, 1.5, 1e300], dtype=torch.float64),
        "large": torch.tensor([2**62 + 1, 2**53 + 1, -3]),
    }


def expressions() -> list[str]:
    return [one.strip() for line in EXPRESSIONS.splitlines() for one in line.split(" | ") if one]


def example() -> IndexLens:
    return IndexLens(torch.arange(12).reshape(3, 2, 2), "x[:, 0, ::2]")


def cases() -> dict[str, Iterator[Case]]:
    return {"tensors": given(), "right": right(), "wrong": wrong()}


def given() -> Iterator[Case]:
    for name, tensor in tensors().items():
        yield {"name": name, "x": IndexLens(tensor)._state()["x"]}


def right() -> Iterator[Case]:
    for name, tensor in tensors().items():
        widget = IndexLens(tensor)
        for text in expressions():
            yield {"on": name, "index": text, **found(widget, text)}


def found(widget: IndexLens, text: str) -> Case:
    try:
        widget.index = text
    except WidgetError as error:
        return {"problem": str(error)}
    output, sources = widget.output, widget.sources.flatten().tolist()
    assert torch.equal(output.flatten(), widget.x.flatten()[sources]) or output.isnan().any()
    return {
        "code": widget.code,
        "shape": list(output.shape),
        "sources": sources,
        "copied": not widget.is_view,
    }


def wrong() -> Iterator[Case]:
    widget = IndexLens(torch.arange(12).reshape(3, 2, 2))
    texts = [one.strip() for line in WRONG.splitlines() for one in line.split(" ; ")]
    for text in [*texts, "x" * 1001, "-" * 151, "[" * 151]:
        problem = found(widget, text)
        assert "SyntaxError" in problem["problem"], text
        yield {"index": text, **problem}
