"""A trace as JSON, for the page: small tensors whole, of larger ones a slice."""

from __future__ import annotations

import math
from base64 import b64encode
from typing import Any

import numpy as np

from tensorlab import dtypes, nn
from tensorlab.tensor import Tensor
from tensorlab.widgets.flow_trace import Box, Trace
from tensorlab.widgets.traits import MOST_CELLS

Array = np.ndarray[Any, np.dtype[Any]]
Json = dict[str, Any]

# All numbers of a page together: they stand in every saved output, in 5 letters each.
MOST_NUMBERS = 16_384
LEAST_CELLS = 16
# No plane that is cut is larger than this, both ways.
SIDE = 12
# What a window has, for height and width.
SIZES = ("stride", "padding", "dilation")


def state_of(trace: Trace) -> Json:
    """All that the page draws of a trace."""
    most = _most(trace)
    values = [
        {
            "name": value.name,
            "box": value.box,
            "tensor": packed(value.tensor, most, exact=value.box < 0),
            "grad": None if value.grad is None else packed(value.grad, most),
        }
        for value in trace.values
    ]
    parameters = {
        name: {
            "tensor": packed(p, most, exact=True),
            "grad": None if p.grad is None else packed(p.grad, most),
            "frozen": not p.requires_grad,
        }
        for name, p in trace.parameters.items()
    }
    return {
        "kind": trace.kind,
        "count": sum(p.numel() for p in trace.parameters.values()),
        "values": values,
        "boxes": [_box(trace, box) for box in trace.boxes],
        "groups": [vars(group) for group in trace.groups],
        "parameters": parameters,
        "outputs": trace.outputs,
        "stuck": trace.no_way_back,
        "error": _error(trace),
    }


def packed(tensor: Tensor, most: int = MOST_CELLS, *, exact: bool = False) -> Json:
    """Shape, dtype, numbers (float32, base64), and of a slice its sizes and what it was cut from.

    What was computed is rounded to 6 digits, unless `exact`: the last ones differ from one
    processor to another, and a saved page should not.

    >>> packed(torch.zeros(2, 3), exact=True)["shape"], packed(torch.zeros(4, 99), most=64)["cut"]
    ([2, 3], [4, 8])
    """
    array = as_array(tensor)
    sizes = kept(array.shape, most)
    cut = sizes != array.shape
    part = array[tuple(slice(size) for size in sizes)]
    state: Json = {
        "shape": list(array.shape),
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "numbers": _base64(part if exact else rounded(part)),
    }
    if cut:
        real = array.real.astype(np.float64)
        stats = np.array([real.min(), real.mean(), real.max()], np.float64)
        state |= {"cut": list(sizes), "stats": _base64(rounded(stats))}
    return state


def as_array(tensor: Tensor) -> Array:
    """The numbers for numpy, which knows no bfloat16.

    >>> as_array(torch.ones(1, dtype=torch.bfloat16))
    array([1.], dtype=float32)
    """
    tensor = tensor.detach()
    return np.asarray(tensor.float() if tensor.dtype is dtypes.bfloat16 else tensor)


def kept(shape: tuple[int, ...], most: int) -> tuple[int, ...]:
    """The sizes of the slice that is shown: all, where that is no more than `most` numbers.

    >>> kept((2, 3), 64), kept((8, 16, 40, 40), 2048), kept((5000,), 64)
    ((2, 3), (1, 14, 12, 12), (64,))
    """
    if math.prod(shape) <= most:
        return tuple(shape)
    sizes, room = [], most
    for axis in range(len(shape) - 1, -1, -1):
        # A plane is as square as its place; a tensor of one dimension may be a long row.
        side = room if len(shape) == 1 or axis < len(shape) - 2 else min(SIDE, int(most**0.5))
        sizes.append(max(1, min(shape[axis], side)))
        room //= sizes[-1]
    return tuple(reversed(sizes))


def rounded(array: Array, digits: int = 6) -> Array:
    """The numbers in so many digits each.

    >>> rounded(np.array([1 / 3, 123456.7, 0.0])).tolist()
    [0.333333, 123457.0, 0.0]
    """
    wide = array.real.astype(np.float64)
    with np.errstate(all="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(wide))) + 1 - digits)
        short = np.round(wide / unit) * unit
    return np.where(np.isfinite(short) & (wide != 0), short, wide)


def _base64(array: Array) -> str:
    return b64encode(np.ascontiguousarray(array.real, "<f4").tobytes()).decode()


def _most(trace: Trace) -> int:
    """How many numbers of a tensor are sent, so that all together are not too many."""
    shapes = [v.tensor.shape for v in trace.values for _ in range(2)]
    shapes += [p.shape for p in trace.parameters.values() for _ in range(2)]
    most = MOST_CELLS
    while most > LEAST_CELLS:
        if sum(math.prod(kept(shape, most)) for shape in shapes) <= MOST_NUMBERS:
            break
        most //= 2
    return most


def _box(trace: Trace, box: Box) -> Json:
    state = {name: value for name, value in vars(box).items() if name != "module"}
    count = sum(trace.parameters[name].numel() for name in box.parameters)
    return {**state, "count": count, "how": how(box.module)}


def how(module: nn.Module | None) -> Json | None:
    """The settings of a layer that is so simple that the page can write out its arithmetic."""
    if type(module) is nn.Linear:
        return {"op": "linear"}
    if type(module) is nn.ReLU:
        return {"op": "relu"}
    if type(module) is nn.Conv2d and module.padding_mode == "zeros":
        if isinstance(module.padding, str):
            return None
        sizes = {name: list(_pair(getattr(module, name))) for name in SIZES}
        return {"op": "conv2d", **sizes, "groups": module.groups}
    if type(module) is nn.MaxPool2d:
        sizes = {name: list(_pair(getattr(module, name))) for name in SIZES}
        return {"op": "max_pool2d", "kernel": list(_pair(module.kernel_size)), **sizes}
    return None


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else tuple(size)


def _error(trace: Trace) -> Json | None:
    if trace.error is None:
        return None
    failed = [at for at, box in enumerate(trace.boxes) if box.state == "failed"]
    notes = [str(note) for note in getattr(trace.error, "__notes__", [])]
    words = f"{type(trace.error).__name__}: {trace.error}"
    box = failed[0] if failed else -1
    met = _met(trace, trace.boxes[box]) if failed else ""
    return {"box": box, "words": words, "notes": notes, "met": met}


def _met(trace: Trace, box: Box) -> str:
    """The shapes that met where forward failed."""
    given = " and ".join(times(trace.values[at].tensor.shape) for at in box.inputs)
    names = [f"{n.rpartition('.')[2]} {times(trace.parameters[n].shape)}" for n in box.parameters]
    met = f"{box.name} ({box.type}) was given {given or 'no tensor'}"
    if box.module is None:
        return f"It happened in {box.type}; the last tensor before it was {given}."
    return f"{met}{'; its ' + ', its '.join(names) if names else ''}."


def times(shape: Any) -> str:
    """A shape in words: 2 × 3, or "one number".

    >>> times((2, 3)), times(())
    ('2 × 3', 'one number')
    """
    return " × ".join(map(str, shape)) or "one number"
