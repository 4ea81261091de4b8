"""What PickLens may be asked, in torch's words where it may not, and the code of each question."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import tensorlab as torch
from tensorlab.tensor import Tensor
from tensorlab.widgets.traits import MOST_CELLS

ALONE = ("mask", "nonzero", "argsort", "sort")
JOINED = ("cat", "stack")
# These take a tensor and whole numbers that say where in it to look.
LOOKED_UP = ("gather", "take")
OPS = ("mask", "where", "nonzero", "argsort", "sort", *LOOKED_UP, *JOINED)
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
MOST_TENSORS = 4

State = dict[str, Any]
Shape = Sequence[int]


def called(state: State) -> tuple[str, ...]:
    """What the tensors are called: x for one, a, b, c and d for several, unless names are given.

    >>> called({"op": "cat", "names": (), "tensors": [0, 1]})
    ('a', 'b')
    """
    count = len(state["tensors"])
    if state["op"] in LOOKED_UP and count == 2:
        return tuple(state["names"]) or ("x", "index")
    return tuple(state["names"]) or (("x",) if count == 1 else tuple("abcd"[:count]))


def result(state: State) -> str:
    """What the result is called: y, unless a tensor is.

    >>> result({"op": "cat", "names": ("x", "y"), "tensors": [0, 1]})
    'z'
    """
    first = ("values",) if state["op"] == "sort" else ()
    return _free((*first, "y", "z", "out", "result", "picked"), state)


def beside(state: State) -> str:
    """What the other half of a sort is called."""
    wanted = ("indices", "places") if state["op"] == "sort" else ("values", "sorted")
    return _free(wanted, state)


def mask_name(state: State) -> str:
    """What the mask is called."""
    wanted = ("condition",) if state["op"] == "where" else ()
    return _free((*wanted, "mask", "keep", "chosen"), state)


def _free(wanted: Sequence[str], state: State) -> str:
    """The first of these that no tensor is called."""
    taken = called(state)
    return next(name for name in wanted if name not in taken)


def mask(state: State) -> Tensor:
    """The mask as it is drawn by hand, or as the comparison makes it from the first tensor."""
    if not state["compare"]:
        drawn: Tensor = state["drawn"]
        return drawn
    made: Tensor = COMPARISONS[state["compare"]](state["tensors"][0], state["threshold"])
    return made


def code(state: State) -> str:
    """The call, as it is written in PyTorch."""
    op, names = state["op"], called(state)
    first = names[0]
    asked = f"{first} {state['compare']} {_number(state['threshold'])}"
    if op == "mask":
        return f"{first}[{asked if state['compare'] else mask_name(state)}]"
    if op == "where":
        a, b = (
            # A number alone stands as itself, but for the one that is compared.
            name if x.ndim or (k == 0 and state["compare"]) else _scalar(x)
            for k, (name, x) in enumerate(zip(names, state["tensors"], strict=True))
        )
        return f"torch.where({asked if state['compare'] else mask_name(state)}, {a}, {b})"
    if op == "nonzero":
        return f"torch.nonzero({first}{', as_tuple=True' if state['as_tuple'] else ''})"
    if op in JOINED:
        return f"torch.{op}([{', '.join(names)}], dim={state['dim']})"
    if op == "take":
        return f"torch.take({first}, {names[1]})"
    if op == "gather":
        return f"torch.gather({first}, {state['dim']}, {names[1]})"
    down = ", descending=True" if state["descending"] else ""
    return f"torch.{op}({first}, dim={state['dim']}{down}, stable=True)"


def problem(state: State) -> str:
    """What is wrong with a state, and what to do; the page says the same."""
    for check in (_settings, _numbers_of_tensors, _shapes):
        if said := check(state):
            return said
    return ""


def _settings(state: State) -> str:
    op, dim, threshold = state["op"], state["dim"], state["threshold"]
    if op not in OPS:
        return f"op is {op!r}: choose {', '.join(OPS[:-1])} or {OPS[-1]}."
    if state["compare"] not in ("", *COMPARISONS):
        return f"compare is {state['compare']!r}: choose {', '.join(COMPARISONS)}."
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)):
        return f"threshold is {threshold!r}: give a number."
    if not math.isfinite(threshold):
        return f"threshold is {threshold}: give a finite number."
    if isinstance(dim, bool) or not isinstance(dim, int):
        return f"dim is {dim!r}: give a whole number, such as 0 or -1."
    return ""


def _numbers_of_tensors(state: State) -> str:
    op, count = state["op"], len(state["tensors"])
    if op in ALONE and count != 1:
        return f"{op} looks at one tensor, and here are {count}: give one, or choose cat or stack."
    if op in LOOKED_UP and count != 2:
        return f"{op} takes a tensor and an index, and here {_are(count)}: give x and index."
    if op == "where" and count != 2:
        return f"where picks from two tensors, and here {_are(count)}: give a condition, a and b."
    if state["names"] and len(state["names"]) != count:
        return f"names are {len(state['names'])}, the tensors {count}: give a name for each."
    if op in ("mask", "where") and not state["compare"] and state["drawn"] is None:
        return f"{op} has no mask: give one, or a comparison, such as compare='>'."
    return ""


def _shapes(state: State) -> str:
    op = state["op"]
    shapes = [list(x.shape) for x in state["tensors"]]
    if op in (*ALONE, *LOOKED_UP) and not shapes[0]:
        return (
            f"{called(state)[0]} is a number alone, with no cells to pick from: give a tensor of 1 "
            "to 3 dimensions."
        )
    if op == "mask":
        return _mask(list(mask(state).shape), shapes[0], called(state)[0])
    if op == "where":
        return _where([list(mask(state).shape), *shapes])
    if op in JOINED:
        return (_cat if op == "cat" else _stack)(shapes, state["dim"])
    if op in LOOKED_UP:
        return (_gather if op == "gather" else _take)(state, shapes)
    return _dimension(state["dim"], len(shapes[0])) if op != "nonzero" else ""


def _mask(mask: list[int], x: list[int], name: str) -> str:
    if not mask:
        return (
            "A mask of no dimensions adds an axis, which is not shown here. Give it the shape of "
            f"{name}, {x}."
        )
    if len(mask) > len(x):
        return (
            f"too many indices for tensor of dimension {len(x)}. The mask has {len(mask)} "
            f"dimensions: give it the shape of {name}, {x}."
        )
    for axis, size in enumerate(mask):
        if size != x[axis]:
            return (
                f"The shape of the mask {mask} at index {axis} does not match the shape of the "
                f"indexed tensor {x} at index {axis}. Give it the shape of {name}, or only the "
                "first axes of it."
            )
    return ""


def _where(shapes: list[list[int]]) -> str:
    whole: list[int] = []
    for shape in shapes:
        most = max(len(whole), len(shape))
        first, second = ([1] * (most - len(one)) + one for one in (whole, shape))
        # Torch looks from the right.
        for axis in reversed(range(most)):
            if first[axis] != second[axis] and 1 not in (first[axis], second[axis]):
                return (
                    f"The size of tensor a ({first[axis]}) must match the size of tensor b "
                    f"({second[axis]}) at non-singleton dimension {axis}. Line the shapes up from "
                    f"the right, {', '.join(map(str, shapes))}: every axis has one size, or 1."
                )
        whole = [max(sizes) for sizes in zip(first, second, strict=True)]
    return _too_large(math.prod(whole))


def _cat(shapes: list[list[int]], dim: int) -> str:
    for place, shape in enumerate(shapes):
        if not shape:
            return (
                f"zero-dimensional tensor (at position {place}) cannot be concatenated. A number "
                "alone has no axis that could grow: choose stack, which makes one."
            )
    first = shapes[0]
    if wrong := _dimension(dim, len(first)):
        return wrong
    dim %= len(first)
    for place, shape in enumerate(shapes):
        if len(shape) != len(first):
            return (
                f"Tensors must have same number of dimensions: got {len(first)} and {len(shape)}. "
                "Give each as many: unsqueeze adds one."
            )
        for axis, size in enumerate(shape):
            if axis != dim and size != first[axis]:
                return (
                    f"Sizes of tensors must match except in dimension {dim}. Expected size "
                    f"{first[axis]} but got size {size} for tensor number {place} in the list. "
                    "Choose the dim in which they differ, or give equal sizes."
                )
    return _too_large(sum(map(math.prod, shapes)))


def _stack(shapes: list[list[int]], dim: int) -> str:
    first = shapes[0]
    for place, shape in enumerate(shapes):
        if shape != first:
            return (
                f"stack expects each tensor to be equal size, but got {first} at entry 0 and "
                f"{shape} at entry {place}. Give equal shapes, or choose cat, which lets one axis "
                "differ."
            )
    return _dimension(dim, len(first) + 1) or _too_large(sum(map(math.prod, shapes)))


def _gather(state: State, shapes: list[list[int]]) -> str:
    x, chosen = shapes
    name, called_index = called(state)
    index, dim = state["tensors"][1], state["dim"]
    if str(index.dtype) not in ("torch.int32", "torch.int64"):
        return (
            f"gather(): Expected dtype int32/int64 for index. {called_index} is of "
            f"{str(index.dtype).removeprefix('torch.')}: give whole numbers."
        )
    if len(chosen) != len(x):
        return (
            "Index tensor must have the same number of dimensions as input tensor: "
            f"{called_index} has {len(chosen)}, {name} {len(x)}. Give as many: unsqueeze adds one."
        )
    if wrong := _dimension(dim, len(x)):
        return wrong
    dim %= len(x)
    for axis, (size, wanted) in enumerate(zip(x, chosen, strict=True)):
        if axis != dim and wanted > size:
            return (
                f"Size does not match at dimension {axis} expected index {chosen} to be no larger "
                f"than self {x} apart from dimension {dim}. Choose another dim, or a smaller index."
            )
    for at in index.flatten().tolist():
        if not 0 <= at < x[dim]:
            return (
                f"index {at} is out of bounds for dimension {dim} with size {x[dim]}. Give numbers "
                f"from 0 to {x[dim] - 1}."
            )
    return ""


def _take(state: State, shapes: list[list[int]]) -> str:
    index, size = state["tensors"][1], math.prod(shapes[0])
    if str(index.dtype) != "torch.int64":
        return (
            f"take(): Expected a long tensor for index, but got {index.dtype.legacy}. Give whole "
            "numbers of int64: long() makes them."
        )
    for at in index.flatten().tolist():
        if not -size <= at < size:
            return (
                f"out of range: tried to access index {at} on a tensor of {size} elements. Give "
                f"numbers from {-size} to {size - 1}."
            )
    return ""


def _dimension(dim: int, count: int) -> str:
    if -count <= dim < count:
        return ""
    return (
        f"Dimension out of range (expected to be in range of [{-count}, {count - 1}], but got "
        f"{dim}). Choose a dim of that range."
    )


def _too_large(cells: int) -> str:
    if cells <= MOST_CELLS:
        return ""
    return (
        f"The result would have {cells} cells, more than the {MOST_CELLS} that fit here. Give "
        "smaller tensors."
    )


def _are(count: int) -> str:
    return "is one" if count == 1 else f"are {count}"


def _number(value: float) -> str:
    """A number as it is typed: whole ones with no point."""
    return str(int(value)) if value == int(value) else f"{value:.7g}"


def _scalar(x: Tensor) -> str:
    value = x.item()
    if isinstance(value, bool) or not x.dtype.is_floating_point:
        return str(value)
    text = _number(value)
    return f"{text}.0" if value == int(value) else text


def places(state: State) -> Tensor:
    """From which cell each cell of the result comes, int64; the tensors' cells numbered through.

    The same question, asked of the cells' numbers, gives the answer.

    >>> a, b = torch.zeros(2), torch.zeros(1)
    >>> places({"op": "cat", "tensors": [a, b, a], "dim": 0, "names": ()})
    tensor([0, 1, 2, 3, 4])
    """
    numbered, start = [], 0
    for x in state["tensors"]:
        count = x.numel()
        numbered.append(torch.arange(start, start + count).reshape(x.shape))
        start += count
    x = state["tensors"][0]
    if state["op"] in ("argsort", "sort"):
        return numbered[0].gather(state["dim"], ordered(state).indices)
    if state["op"] == "nonzero":
        found = numbered[0][x != 0]
        if state["as_tuple"]:
            return found.expand(x.ndim, len(found))
        return found[:, None].expand(len(found), x.ndim)
    return picked(state, numbered)


def ordered(state: State) -> Any:
    """The values and the indices of a sort, in which equal numbers keep their order."""
    x, dim, down = (state[name] for name in ("tensors", "dim", "descending"))
    return torch.sort(x[0], dim=dim, descending=down, stable=True)


def picked(state: State, tensors: Sequence[Tensor]) -> Tensor:
    """What the question gives that only moves cells, asked of these tensors."""
    op = state["op"]
    if op == "mask":
        chosen: Tensor = tensors[0][mask(state)]
        return chosen
    if op == "where":
        either: Tensor = torch.where(mask(state), *tensors)
        return either
    if op == "cat":
        return torch.cat(list(tensors), state["dim"])
    if op == "gather":
        return torch.gather(tensors[0], state["dim"], state["tensors"][1])
    if op == "take":
        return torch.take(tensors[0], state["tensors"][1])
    return torch.stack(list(tensors), state["dim"])
