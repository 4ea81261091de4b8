"""Operations that are one node of the graph, and are defined by a formula of many.

The formula is what a book says, in operations that record their gradients. A fused operation gives
its value under torch's name for the node; on the way back, the formula is differentiated. So all
derivatives are right, of any order. Where speed matters, arrays for the value and for the first
gradients come from a kernel, and the formula is only asked for second derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import autograd, core
from tensorlab.autograd import enable_grad, is_grad_enabled, no_grad
from tensorlab.autograd.graph import Edge, make_node
from tensorlab.core import Array, is_recorded, record, wrap
from tensorlab.ops.operands import quiet

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Formula = Callable[..., Tensor]
    Gradients = Callable[[Array], Sequence[Array | None]]


def fused(
    node: str,
    formula: Formula,
    *inputs: Tensor | None,
    value: Array | None = None,
    gradients: Gradients | None = None,
) -> Tensor:
    """`formula(*inputs)` as one operation, called `node`.

    `value` is its value, if a kernel has computed that already; `gradients` gives the gradient of
    each input from that of the result, as arrays.

    >>> x = torch.tensor([1., 2.], requires_grad=True)
    >>> y = fused("CubeBackward0", lambda x: x * x * x, x)
    >>> y
    tensor([1., 8.], grad_fn=<CubeBackward0>)
    >>> y.sum().backward()
    >>> x.grad
    tensor([ 3., 12.])
    """
    if value is None:
        with no_grad(), quiet(all="ignore"):
            value = _widened(formula, inputs)
    if not (is_grad_enabled() and any(map(is_recorded, inputs))) and not core._narrow:
        return wrap(value)
    waiting: dict[int, tuple[Tensor, list[Any]]] = {}  # the gradients not yet fetched

    def gradient(g: Tensor, place: int) -> Any:
        if not waiting or waiting[0][0] is not g:
            waiting[0] = (g, list(_gradients_of(formula, inputs, g, gradients)))
        found = waiting[0][1]
        mine, found[place] = found[place], None
        if all(each is None for each in found):
            waiting.clear()
        return mine

    either = any(x is not None and x.dtype.is_complex for x in inputs)

    def rule(g: Tensor, place: int) -> Any:
        """What `record` makes the gradient of, by conjugating both ends."""
        if not either:
            return gradient(g, place)
        found = gradient(g.conj(), place)
        return found if found is None else found.conj()

    return record(
        node,
        value,
        *[
            (x, lambda g, place=place: rule(g, place), x)
            for place, x in enumerate(inputs)
            if x is not None
        ],
    )


def _widened(formula: Formula, inputs: Sequence[Tensor | None]) -> Array:
    """The formula's value; of float16 numbers, computed in float32 and rounded once."""
    half = np.dtype(np.float16)
    if not any(x is not None and x._data.dtype == half for x in inputs):
        return formula(*inputs)._data
    return formula(*[x.float() if _is_half(x) else x for x in inputs])._data.astype(half)  # type: ignore[union-attr]


def _is_half(x: Tensor | None) -> bool:
    return x is not None and x._data.dtype == np.float16


def _gradients_of(
    formula: Formula, inputs: Sequence[Tensor | None], g: Tensor, gradients: Gradients | None
) -> list[Any]:
    """The gradient of each input that needs one, in the order of the tensors among the inputs."""
    if gradients is not None and not is_grad_enabled():
        found = gradients(g._data)
        return [
            wrap(each) if x is not None and x.requires_grad and each is not None else None
            for x, each in zip(inputs, found, strict=True)
        ]
    # The formula is computed once more, on stand-ins: so the way back ends at the inputs.
    stands = [None if x is None else _stand_in(x) for x in inputs]
    wanted = [x for x in stands if x is not None and x.requires_grad]
    graph = is_grad_enabled()
    with enable_grad(), quiet(all="ignore"):
        result = formula(*stands)
    rest = iter(autograd.grad(result, wanted, g, create_graph=graph, allow_unused=True))
    out: list[Any] = []
    for x, stand in zip(inputs, stands, strict=True):
        if stand is None or not stand.requires_grad:
            out.append(None)
            continue
        if graph:  # from here on, what depends on the stand-in depends on the input
            assert x is not None
            assert stand._grad_fn is not None
            stand._grad_fn.edges = [Edge(x, lambda g: g, ())]
        one = next(rest)
        out.append(wrap(np.zeros(stand.shape, stand._data.dtype)) if one is None else one)
    return out


def _stand_in(x: Tensor) -> Tensor:
    """The numbers of `x`, at the end of a graph of their own."""
    stand = wrap(x._data)
    if x.requires_grad:
        stand._grad_fn = make_node("AliasBackward0", [])
        stand._requires_grad = True
    return stand
