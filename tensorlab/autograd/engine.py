"""The backward pass: from a result to its leaves, newest node first.

Every edge leads to a node that was made earlier, so taking the newest node first means that all
gradients that flow into a node have arrived when its turn comes. No recursion: a chain of any
length works.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tensorlab.autograd import mode
from tensorlab.autograd.graph import Edge, Node, released_twice, versions_of

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def run_backward(
    roots: Sequence[Tensor],
    gradients: Sequence[Tensor],
    *,
    retain_graph: bool,
    create_graph: bool,
    inputs: Sequence[Tensor] | None = None,
    accumulate: bool = False,
) -> dict[int, Tensor]:
    """The gradients of the roots with respect to what they were made from.

    Gives a dict from `id` of a tensor to its gradient: the leaves that were reached, or, where
    `inputs` are given, those of them that were. `accumulate` also adds them to `.grad`.
    """
    wanted = None if inputs is None else {id(x.grad_fn or x): x for x in inputs}
    arrived: dict[int, Tensor] = {}  # by id of a node or a leaf
    leaves: dict[int, Tensor] = {}
    found: dict[int, Tensor] = {}
    queue: list[tuple[int, Node]] = []

    def send(target: Node | Tensor, gradient: Tensor) -> None:
        before = arrived.get(id(target))
        if before is not None:
            arrived[id(target)] = before + gradient
            return
        arrived[id(target)] = gradient
        if isinstance(target, Node):
            heapq.heappush(queue, (-target.number, target))
        else:
            leaves[id(target)] = target

    with mode.set_grad_enabled(create_graph):
        for root, gradient in zip(roots, gradients, strict=True):
            send(root.grad_fn or root, gradient)
        while queue:
            node = heapq.heappop(queue)[1]
            gradient = arrived.pop(id(node))
            if node.hooks or node.retained is not None:
                gradient = _through_hooks(node, gradient)
            if wanted is not None and id(node) in wanted:
                found[id(wanted[id(node)])] = gradient
            if node.custom or node.after or mode.anomalies:
                for target, part in _observed(node, gradient, retain_graph):
                    send(target, part)
                continue
            for edge in node.edges:
                if edge is None:
                    continue
                send(edge.target, _along(edge, node, gradient))
                if not retain_graph and edge.saved:
                    edge.gradient, edge.saved = None, ()
        for key, leaf in leaves.items():
            gradient = arrived.pop(key)
            if leaf._hooks:
                for hook in list(leaf._hooks.values()):
                    gradient = _replaced(hook(gradient), gradient)
            if wanted is not None:
                if key in wanted:
                    found[key] = gradient
            elif accumulate:
                _accumulate(leaf, gradient, create_graph)
            else:
                found[key] = gradient
        if accumulate and wanted is not None:
            targets = {id(x): x for x in wanted.values()}
            for key, gradient in found.items():
                _accumulate(targets[key], gradient, create_graph)
    return found


def _accumulate(leaf: Tensor, gradient: Tensor, create_graph: bool) -> None:
    """Add a gradient to a leaf's own, and tell the hooks."""
    before = leaf._grad
    if before is not None:
        if create_graph:
            leaf._grad = before + gradient
        else:
            before.add_(gradient)
    elif create_graph:
        # A copy: the same tensor may be another leaf's gradient, or the user's own.
        leaf._grad = gradient.new_empty(gradient.shape).copy_(gradient)
    else:
        # A copy, too, 3 µs faster.
        leaf._grad = made = gradient.detach()
        made._storage = None
        made._data = gradient._data.copy()
    if leaf.__dict__:
        for hook in list(leaf.__dict__.get("_after_grad", {}).values()):
            hook(leaf)


def _along(edge: Edge, node: Node, gradient: Tensor) -> Tensor:
    """The gradient of one input, in its shape and dtype."""
    if edge.gradient is None:
        raise released_twice()
    if edge.versions and versions_of(edge.saved) != edge.versions:
        for saved, version in zip(edge.saved, edge.versions, strict=True):
            if version != getattr(saved, "_version", 0):
                raise changed_since(saved, version, node)
    result = edge.gradient(gradient)
    if result._data.shape != edge.shape:
        result = result.sum_to_size(edge.shape)
    return result if result._dtype is edge.dtype else result.to(edge.dtype)


def _through_hooks(node: Node, gradient: Tensor) -> Tensor:
    if node.hooks:
        for hook in list(node.hooks.values()):
            gradient = _replaced(hook(gradient), gradient)
    retained = None if node.retained is None else node.retained()
    if retained is not None:
        kept = retained.grad
        retained.grad = gradient.contiguous() if kept is None else kept + gradient
    return gradient


def _observed(
    node: Node, gradient: Tensor, retain_graph: bool
) -> list[tuple[Node | Tensor, Tensor]]:
    """What a node sends where, if it is a Function's, has hooks, or anomalies are looked for."""
    sent: list[tuple[Node | Tensor, Tensor]] = []
    if node.custom:
        sent = node.spread(gradient, retain_graph)
    else:
        for edge in node.edges:
            if edge is not None:
                sent.append((edge.target, _along(edge, node, gradient)))
                if not retain_graph and edge.saved:
                    edge.gradient, edge.saved = None, ()
    if node.after:
        parts = iter([part for _, part in sent])
        inputs = tuple(None if edge is None else next(parts, None) for edge in node.edges)
        for hook in list(node.after.values()):
            answer = hook(inputs, (gradient,))
            inputs = inputs if answer is None else tuple(answer)
        replaced = [part for part in inputs if part is not None]
        sent = [(target, part) for (target, _), part in zip(sent, replaced, strict=True)]
    if mode.anomalies:
        for place, (_, part) in enumerate(sent):
            if bool((part != part).any()):
                raise _not_a_number(node, place)
    return sent


def _not_a_number(node: Node, place: int) -> RuntimeError:
    error = RuntimeError(f"Function '{node.name()}' returned nan values in its {place}th output.")
    error.add_note("Its input was finite: look at the forward pass for 0 / 0, sqrt(0), log(0).")
    return error


def _replaced(answer: Tensor | None, gradient: Tensor) -> Tensor:
    return gradient if answer is None else answer


def _made_by(tensor: Tensor) -> str:
    maker = tensor.grad_fn
    return f", which is output 0 of {maker.name().partition('Backward')[0]}," if maker else ""


def changed_since(saved: Tensor, version: int, node: Node) -> RuntimeError:
    """torch's error for a tensor that was needed for backward and changed in place since."""
    error = RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace "
        f"operation: [{saved.type()} {list(saved.shape)}]{_made_by(saved)} is at version "
        f"{saved._version}; "
        f"expected version {version} instead. Hint: enable anomaly detection to find the "
        "operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )
    error.add_note(
        f"{node.name()} needs the values as they were in the forward pass. "
        "Use the form without the underscore (x = x + 1 in place of x += 1), or change a clone."
    )
    return error
