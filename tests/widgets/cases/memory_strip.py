"""Memories and views: every method, chains of them drawn by lot, dtypes, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tensorlab as torch
from cases.common import Case
from tensorlab.widgets import MemoryStrip
from tensorlab.widgets.layouts import DTYPES
from tensorlab.widgets.traits import WidgetError

X = torch.arange(24.0).reshape(2, 3, 4)

# Of X, unless another tensor stands before the colon.
VIEWS = """\
x.view(6, 4); x.view(4, -1); x.view((2, 12)); x.view(-1); x.view(x.size(0), -1); x.view(24, 1)
x.view(x.shape[1], x.shape[-1], 2); x.view([3, 8]); x.view(x.numel()); x.view(1, 24, 1)
x.reshape(6, 4); x.reshape((3, 8)); x.reshape(-1); x.transpose(0, 1).reshape(6, 4)
x.transpose(0, 2); x.permute(2, 0, 1); x.permute((1, -1, 0))
x.movedim(0, -1); x.movedim(2, -3); x.T; x.mT; x[0].t(); x[0].T
x[0, 0].t(); x.flatten(); x.flatten(1); x.flatten(0, 1); x.ravel()
x.flatten(1, -1); x.mT.flatten(1); x.mT.flatten(0, 1); x.T.ravel()
x.unsqueeze(0); x.unsqueeze(-1); x.unsqueeze(2).squeeze(); x[:1].squeeze(0)
x[:, :1].squeeze(); x[:1, :1].squeeze(0).squeeze(0); x.squeeze(1); x.expand(2, 2, 3, 4)
x.expand(1, -1, -1, 4); x[:, :1].expand(2, 5, 4); x[0, 0, 0].expand(2, 3)
x[:, :, 1:2].expand(-1, -1, 6); x.narrow(1, 1, 2); x.narrow(2, -2, 2); x.select(1, 2)
x.select(-1, -1); x.unbind()[1]; x.unbind(1)[-1]; x.unbind(2)[3]; x.contiguous()
x.mT.contiguous(); x[1].contiguous(); x.clone(); x.mT.clone(); x[:, ::2, 1:].clone()
x.permute(2, 0, 1)[::2].clone(); x.T.clone(); x[:, :1].expand(2, 5, 4).clone()
x[0, 0].mT; x[0]; x[-1]; x[1, 2, 3]; x[:, 1]
x[..., 0]; x[0, ..., 0]; x[:, None]; x[None, :, 0]; x[...]; x[:, ::2]; x[:, :, 1::2]; x[:, -2:]
x[:, :, :-1]; x[0:1]; x[0:1, 0:1, 0:1]; x[1:, 1:, 1:].view(2, 3); x[:, [0, 2]]; x[[1, 0, 1]]
x[..., [3, -1]]; x[0, :, [1, 2]]; x.T[[0, 2]]; x[(1, 2)]; x[(0, 1), ]; x[x.size(0) :]; x[:, 5:1]
x[:, 1:2].view(2, 4); x[()]; (x).T; x [0] . t ( ); x[0,][1,]; x.double(); x.mT.to(torch.float64)
x.half(); x.int(); x.short(); x.long(); x.byte(); x.char(); x.bool(); x.float()
x.to(torch.float32); x.to(torch.half).mT.int(); x.double().T[::2]; x.expand(2, 2, 3, 4).double()
"""

REFUSED = """\
x.t(); x.mT.view(24); x.T.view(4, 6); x.permute(1, 0, 2).view(2, 12); x[:, ::2].view(-1)
x.mT.view(-1, 3); x[:, :2].view(2, 8).view(4, 4).T.view(16); x.unsqueeze(1).mT.view(24); x.view(5)
x.view(5, -1); x.view(-1, -1); x.view(-2, 12); x.view(); x.view(()); x.view(24.0); x.view(size=24)
x.view("a"); x.view(2, None); x.reshape(7); x.permute(0, 1); x.permute(0, 0, 1)
x.permute(0, 1, 5); x.movedim(0); x.movedim((0, 1), 0); x.movedim((0, 0), (0, 1))
x.movedim((0, 1), (1, 1)); x[0, 0].mT; x.transpose(0); x.transpose(0, 3); x.transpose(0, 1, 2)
x.transpose(0, dim0=1); x.transpose(axis=0, b=1); x.flatten(2, 1); x.flatten(0, 9); x.squeeze(9)
x.squeeze((0, 0)); x.squeeze(None); x.unsqueeze(); x.unsqueeze(9); x.expand(4); x.int().expand(2)
x.bool().expand(()); x.expand(2, 3, 5); x.expand(-1, 2, 3, 4); x.expand(2, 3, -2)
x.expand(-5, 2, 3, 4); x.expand(50, 2, 3, 4); x.expand(0, 2, 3, 4); x.narrow(0, 3, 1)
x.narrow(0, -3, 1); x.narrow(0, 1, 5); x.narrow(0, 1, -1); x.narrow(0, 2, 0); x.narrow(0, 1)
x[0, 0, 0].narrow(0, 0, 1); x.select(0, 5); x.select(5, 0); x[0, 0, 0].select(0, 0); x.unbind()
x.unbind()[2]; x.unbind()[-3]; x.unbind()[:1]; x.unbind(5)[0]; x[0, 0, 0].unbind()[0]; x.repeat(2)
x.squeeze(dim=0); x.clone(1); x.to(); x.to(torch.complex64); x.to(int)
x.view(torch.qint8); x[5]; x[0, 0, 0, 0]; x[None, 5]; x[:, 0, 9]; x[0, 0, 0][0]; x[0, 0, 0][1]
x[0, 0, 0][1:]; x[::-1]; x[::0]; x[2:]; x[:, [0, 7]]; x[[0], [1]]; x[..., ..., 0]
x[torch.float32]; x[x]; x[[]]; x[(0, None), 1]; x[True]; x[1.5]; x[None:]; x[]; x["a"]; x[0; x.t(
x +; x + 1; x.; ; y; y.t(); x.foo(); x.flip(0); x.foo; x.T(); x.view; x.t; x.shape; x.shape[0]
x.numel(); x.size(1)
x.size(4); x[0, 0, 0].size(0); [x][0]; (x, x)[0].t(); lambda: x; x if x else x; x.t()(1); x(1)
torch.float32; torch.t(x); f(x); x.view(*(2, 12)); x.view(01); x.view(9999999999); x.view(1_0); -x
x.view(--1); x.view(1, 1, 1, 24, 1); x.view(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 24)
x.transpose(dim0=0, dim1=1); x.view(torch.int32); x.view(torch.uint8, 1); 1 2; x.1; x..t()
x.shape.t(); (1, 2).T; x.view(x); x.expand(x.shape).T.shape
x.permute(2, 1, 0).view(4, 3, 2).view(8, 3); x=; x == x; torch = x.T; x; x = x.T
"""

STEPS = """\
t(); T; mT; transpose(0, 1); transpose(-1, 0); permute(1, 0); permute(2, 0, 1); view(-1)
view(6, 4); view(2, -1); view(4, -1); view(3, 2, -1); reshape(-1); reshape(4, 6)
reshape(2, 2, -1); flatten(); flatten(1); flatten(0, 1); squeeze(); unsqueeze(0); unsqueeze(1)
unsqueeze(-1); squeeze(0); expand(2, -1, -1); expand(3, 2, 3, 4); contiguous(); clone(); double()
int(); movedim(0, -1); movedim(-1, 0); narrow(0, 1, 1); select(0, 0); select(-1, 1); unbind()[0]
"""

INDICES = """\
0; 1; -1; ...; None; :; 1:; :-1; ::2; 1::2; [0, 1]; 0, 1; :, 0; ..., 1; :, None; None, 0; :, ::2
..., 1:; 0:1; :, :1; [1]; 0, ..., None; :, [1, 0]
"""


def example() -> MemoryStrip:
    x = torch.arange(12.0).reshape(3, 4)
    return MemoryStrip(x, {"x.t()": x.t()}, "x[:, 1]", "x.t().reshape(12)", cell=6)


def cases() -> dict[str, Iterator[Case]]:
    return {"evaluated": evaluated(), "cast": casts(), "nearest": nearest(), "shown": shown()}


def nearest() -> Iterator[Case]:
    """Floats that are short, of numbers between two of them, at their ends, and beside them."""
    for dtype, digits, largest in ((torch.float16, 10, 15), (torch.bfloat16, 7, 127)):
        step = 2.0**-digits
        values = [
            0.1,
            -0.1,
            1 / 3,
            1 + step / 2,
            1 + 3 * step / 2,
            1 + step / 2 + 2.0**-20,
            2 - step / 2,
        ]
        values += [
            -1 - step / 2,
            1 - step / 4,
            1 - 3 * step / 4,
            0.0,
            2.0**-largest,
            2.0 ** (1 - largest),
        ]
        values += [k / 2 * 2.0 ** (1 - largest - digits) for k in range(1, 8)]
        greatest = (2 - step) * 2.0**largest
        values += [greatest, greatest * (1 + step / 8), greatest * (1 + step), -2.0 * greatest]
        values += np.random.RandomState(0).randn(40).tolist()
        given = torch.tensor(values, dtype=torch.float32)
        given = given[torch.isfinite(given)]
        found = given.to(dtype).float().tolist()
        yield {
            "dtype": str(dtype).removeprefix("torch."),
            "digits": digits,
            "largest": largest,
            "values": given.tolist(),
            "found": [x if np.isfinite(x) else None for x in found],
        }


def split(lines: str) -> list[str]:
    return [code.strip() for line in lines.splitlines() for code in line.split("; ")]


def chains() -> Iterator[str]:
    """Chains of operations drawn by lot: most end in a refusal, which counts as much."""
    lot = np.random.RandomState(0)
    steps, indices = split(STEPS), split(INDICES)
    for _ in range(900):
        code = "x"
        for _ in range(lot.randint(2, 5)):
            if lot.rand() < 0.35:
                code += f"[{indices[lot.randint(len(indices))]}]"
            else:
                code += f".{steps[lot.randint(len(steps))]}"
        yield code


def evaluated() -> Iterator[Case]:
    """What each expression adds to X, or the sentence that refuses it."""
    base = MemoryStrip(X)
    for code in dict.fromkeys([*split(VIEWS), *split(REFUSED), *chains()]):
        yield {"code": code, **outcome(base, code)}
    # A part of a memory, out of order, and whole numbers.
    part = torch.arange(30).reshape(5, 6)[1:, 2:].t()
    for code in ("x.view(-1)", "x.reshape(8, 2)", "x.clone()", "x[1:, ::2]", "x.int()"):
        yield {"x": part_state(part), "code": code, **outcome(MemoryStrip(part), code)}


def part_state(x: torch.Tensor) -> Any:
    return MemoryStrip(x)._state()


def outcome(base: MemoryStrip, code: str) -> Case:
    """The layout that an expression gives, with its numbers where they are a copy's."""
    widget = MemoryStrip(base.x)
    try:
        widget.add(code)
    except WidgetError as error:
        return {"problem": str(error)}
    layout = widget.layouts[-1]
    found = {key: layout[key] for key in ("memory", "size", "stride", "offset")}
    return {**found, **(widget.memory[1] if layout["memory"] else {})}


def casts() -> Iterator[Case]:
    """Numbers in each type, cast to each other."""
    numbers = [0.0, 1.0, -1.0, 2.5, -2.5, 3.7, 127.6, 128.0, -129.0, 255.0, 256.5, 300.0, 4e4]
    numbers += [65519.0, 7e4, 3e9, -3e9, 1e-3, 6e-8, 2e-8, 0.1, 1 / 3, 1e15, 2048.5, 2049.5, 1e-7]
    for source in DTYPES.values():
        x = torch.tensor(numbers, dtype=torch.float64).to(source)
        for target in DTYPES.values():
            values = [None if not np.isfinite(n) else n for n in x.to(target).double().tolist()]
            given = [None if not np.isfinite(n) else n for n in x.double().tolist()]
            yield {"from": source.name, "to": target.name, "values": given, "cast": values}


def shown() -> Iterator[Case]:
    """Whole widgets: their code, which elements lie in the cell, and what is a copy."""
    x = torch.arange(12.0).reshape(3, 4)
    widgets = [
        example(),
        MemoryStrip(x[1:], "x.T", "y = x.clone()", "y[0]", cell=(0, 2)),
        MemoryStrip(x, "x[:, 0]", "x[:, 1:3].double()", "x.expand(2, 3, 4)", cell=5),
        MemoryStrip(x > 5, "x.t()", "x.byte()", cell=(0, 99)),
        MemoryStrip(torch.tensor(5), "x.expand(3)"),
        MemoryStrip(x, {"y": x.t(), "z": x.clone()}, cell=(1, 3)),
    ]
    for widget in widgets:
        held = [
            [widget.layouts.index(one), [list(i) for i in all_]]
            for one, all_ in widget._holders()
        ]  # fmt: skip
        kinds = repr(widget).partition("; ")[2].rstrip(")").split("; ")
        values = [view.flatten().tolist() for view in (widget.x, *widget.views.values())]
        yield {
            "state": widget._state(),
            "code": widget.code,
            "held": held,
            "kinds": [kind.rpartition(": ")[2] for kind in kinds],
            "values": [[float(n) if np.isfinite(n) else None for n in one] for one in values],
        }
