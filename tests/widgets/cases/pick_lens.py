"""Every way to pick, in one to three dimensions, of every dtype; and what the page refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tensorlab as torch
from cases.common import Case, image, refused, state
from tensorlab.widgets import PickLens

SHAPES = ((5,), (1,), (3, 4), (2, 3, 4))


def example() -> PickLens:
    return PickLens("mask", torch.tensor([[1, 5, 2], [7, 0, 4]]), compare=">", threshold=3)


def cases() -> dict[str, Iterator[Case]]:
    return {"right": map(right, lenses()), "refused": wrong()}


def right(lens: PickLens) -> Case:
    """What the engine gives, and which cell each number of it is."""
    output = lens.output
    tensors = output if isinstance(output, tuple) else (output,)
    return {
        "state": state(lens),
        "output": [x.tolist() for x in tensors],
        "dtype": str(tensors[0].dtype).removeprefix("torch."),
        "places": lens.places.flatten().tolist(),
        "mask": lens.mask.tolist() if lens.op in ("mask", "where") else None,
        "values": None if lens.values is None else lens.values.tolist(),
        "indices": None if lens.indices is None else lens.indices.tolist(),
        "code": lens.code,
        "text": lens.text,
    }


def whole(*shape: int, seed: int = 0, dtype: Any = torch.int64) -> torch.Tensor:
    """Whole numbers, some of them 0 and some of them equal."""
    return torch.tensor(np.random.RandomState(seed).randint(0, 4, shape), dtype=dtype)


def lenses() -> Iterator[PickLens]:
    for n, shape in enumerate(SHAPES):
        for x in (image(*shape, seed=n), whole(*shape, seed=n), whole(*shape, seed=n) > 1):
            yield from alone(x, whole(*shape, seed=n + 1) > 1)
        x, y = image(*shape, seed=n), whole(*shape, seed=n + 7)
        for dim in range(-len(shape), len(shape)):
            yield PickLens("cat", x, y, x, dim=dim)
        for dim in range(-len(shape) - 1, len(shape) + 1):
            yield PickLens("stack", y, x, dim=dim, names=("first", "second"))
        yield PickLens("where", whole(*shape, seed=n) > 1, x, y)
        yield PickLens("where", x, 0, threshold=-0.5, compare=">=")
    yield from looked_up()
    yield from joined_unlike()
    yield from stretched()
    yield from types()


def alone(x: torch.Tensor, mask: torch.Tensor) -> Iterator[PickLens]:
    yield PickLens("mask", x, mask)
    yield PickLens("mask", x, mask[..., 0] if x.ndim > 1 else ~mask)
    for threshold, compare in enumerate((">", ">=", "<", "<=", "==", "!=")):
        yield PickLens("mask", x, compare=compare, threshold=threshold / 2)
    yield PickLens("nonzero", x)
    yield PickLens("nonzero", x, as_tuple=True)
    for dim in range(-x.ndim, x.ndim):
        yield PickLens("argsort", x, dim=dim, descending=dim % 2 == 0)
        yield PickLens("sort", x, dim=dim, descending=dim % 2 == 1)


def looked_up() -> Iterator[PickLens]:
    """By an index, which is smaller or longer than what it looks into."""
    for shape in SHAPES[:1] + SHAPES[2:]:
        x = image(*shape, seed=3)
        for dim in range(-x.ndim, x.ndim):
            sides = [*shape]
            sides[dim] = 2 if dim else 5
            index = torch.tensor(np.random.RandomState(dim + 9).randint(0, shape[dim], sides))
            yield PickLens("gather", x, index, dim=dim)
        places = np.random.RandomState(0).randint(-x.numel(), x.numel(), (2, 3))
        yield PickLens("take", x > 0, places[0], names=("y", "index"))
        yield PickLens("take", x, places, names=("x", "places"))
    yield PickLens("cat", whole(2), whole(3), names=("x", "y"))
    yield PickLens("sort", whole(4), names=("values",))
    yield PickLens("mask", whole(2, 2), whole(2, 2) > 1, names=("mask",))


def joined_unlike() -> Iterator[PickLens]:
    yield PickLens("cat", image(2, 3), image(2, 1), image(2, 2), image(2, 4), dim=1)
    yield PickLens("cat", image(2, 1, 3), image(2, 4, 3), dim=-2)
    yield PickLens("stack", 1, 2.5, True)
    yield PickLens("cat", [[1, 2], [3, 4]])


def stretched() -> Iterator[PickLens]:
    yield PickLens("where", [[True], [False]], image(3), whole(2, 1))
    yield PickLens("where", True, image(2, 3), 0)
    yield PickLens("where", whole(3) > 1, 1, 0.0)
    yield PickLens("where", whole(2, 3) > 1, True, whole(2, 1, 3))
    yield PickLens("where", 5, whole(4), threshold=9)


def types() -> Iterator[PickLens]:
    """A result's type is torch's, and so is what a comparison takes for equal."""
    kinds = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
    for one in kinds:
        for other in kinds:
            a, b = (whole(2, dtype=getattr(torch, kind)) for kind in (one, other))
            yield PickLens("cat", a, b)
            yield PickLens("where", [True, False], a, b[0])
    for kind in ("float16", "float32", "float64"):
        x = torch.tensor([0.1, 0.2, 0.7], dtype=getattr(torch, kind))
        yield PickLens("mask", x, compare="==", threshold=0.1)


def wrong() -> Iterator[Case]:
    yield refused(PickLens("cat", image(2, 3), image(2, 2), dim=1), {"dim": 0})
    yield refused(PickLens("cat", image(2, 3), image(2, 2), dim=1), {"op": "stack"})
    yield refused(PickLens("cat", image(2, 3), image(2, 2), dim=1), {"op": "where"})
    yield refused(PickLens("cat", image(2, 3, 4), image(2, 3, 1), dim=-1), {"dim": -2})
    yield refused(PickLens("where", whole(2, 3) > 1, image(3), 0), {"op": "cat"})
    yield refused(PickLens("where", image(2, 3), image(3)), {"op": "cat", "dim": 0})
    yield refused(PickLens("where", image(2, 3), image(3)), {"op": "stack"})
    yield refused(PickLens("stack", 1, 2), {"op": "cat"})
    lens = PickLens("gather", image(2, 3), [[0, 1, 1]])
    long = {"dtype": "int64", "values": [[0, 1, 2]]}
    x = lens.get_state("tensors")["tensors"][0]
    for wrong in (
        {"dim": 1, "tensors": [x, {**long, "values": [[3]]}]},
        {"dim": -1, "tensors": [x, {**long, "values": [[-1]]}]},
        {"tensors": [x, {**long, "dtype": "float32"}]},
        {"tensors": [x, {**long, "values": [0]}]},
        {"tensors": [x, long]},
        {"op": "take", "tensors": [x, {**long, "values": [6]}]},
        {"op": "take", "tensors": [x, {**long, "dtype": "int32"}]},
        {"op": "take", "tensors": [{**long, "values": 1}, long]},
    ):
        yield refused(lens, wrong)
    yield refused(
        PickLens("gather", image(2, 3), [[0], [1]], dim=1),
        {
            "dim": 0,
            "tensors": [
                {"dtype": "int64", "values": [[1, 2, 3]]},
                {"dtype": "int64", "values": [[0, 0, 0, 0]]},
            ],
        },
    )
    yield refused(PickLens("cat", image(60, 1), image(50, 1)), {"op": "stack"})
    sides = [{"dtype": "float32", "values": image(*sides).tolist()} for sides in ((1, 60), (60, 1))]
    yield refused(PickLens("stack", image(3), image(3)), {"tensors": sides, "op": "where"})
