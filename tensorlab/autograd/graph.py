"""The graph behind a result: one node an operation, an edge to each input that needs a gradient.

Every operation that is recorded makes a `Node`. It knows, for each input, the function from the
gradient of the result to the gradient of that input (the chain rule), and where to send it on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import ref

from tensorlab.autograd.hooks import RemovableHandle
from tensorlab.dialect import ACTIVE

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Gradient = Callable[[Tensor], Tensor]

_next_number = count(1).__next__  # every edge leads to an older node, of a smaller number
_new = object.__new__


class Edge:
    """From a node to where one input's gradient goes: the node that made the input, or a leaf."""

    __slots__ = ("target", "gradient", "shape", "dtype", "saved", "versions")

    def __init__(self, input: Tensor, gradient: Gradient, saved: tuple[Any, ...]) -> None:
        node: Any = input._grad_fn
        if input._base is not None or type(node) is ref:  # else the property, 0.1 us, is spared
            node = input.grad_fn
        self.target: Node | Tensor = input if node is None else node
        self.gradient: Gradient | None = gradient  # None once freed
        self.shape = input._data.shape  # of the input, and so of its gradient
        self.dtype = input._dtype
        self.saved = saved  # what `gradient` reads: tensors must not change before backward
        self.versions = versions_of(saved) if saved else ()


def versions_of(saved: tuple[Any, ...]) -> tuple[int, ...]:
    """How often the memory of each was changed in place; 0 for what is no tensor."""
    if len(saved) == 1:  # as most often: without a loop
        storage = getattr(saved[0], "_storage", None)
        return (0 if storage is None else storage.version,)
    storages = [getattr(each, "_storage", None) for each in saved]
    return tuple([0 if storage is None else storage.version for storage in storages])


class Node:
    """One operation, as `grad_fn` shows it. Follows `torch.autograd.graph.Node`.

    >>> x = torch.ones(2, requires_grad=True)
    >>> y = (x * 3).sum()
    >>> y.grad_fn.name()
    'SumBackward0'
    >>> y.grad_fn.next_functions[0][0].name()
    'MulBackward0'
    """

    __slots__ = ("edges", "number", "hooks", "after", "retained", "__weakref__")

    custom = False  # true of the nodes of a `Function`, see autograd/function.py

    def __init__(self, edges: Sequence[Edge | None]) -> None:
        self.number = _next_number()
        self.edges = edges  # one an input, None for an input that needs no gradient
        self.hooks: dict[int, Callable[[Tensor], Tensor | None]] | None = None
        self.after: dict[int, Callable[..., Any]] | None = None  # hooks on what it gave
        self.retained: ref[Tensor] | None = None  # a result that asked to keep its gradient

    def name(self) -> str:
        """The operation's name, as torch prints it in `grad_fn=<…>`."""
        return type(self).__name__

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """The nodes that this one sends gradients to, with the index of their output."""
        return tuple((node_of(edge.target) if edge else None, 0) for edge in self.edges)

    def register_hook(self, fn: Callable[..., Any]) -> RemovableHandle:
        """Call `fn(grad_inputs, grad_outputs)` in backward, after this node.

        Both are tuples; a tuple that it gives replaces `grad_inputs`.
        Follows `torch.autograd.graph.Node.register_hook`.
        """
        self.after = self.after or {}
        return RemovableHandle(self.after, fn)

    def register_prehook(self, fn: Callable[..., Any]) -> RemovableHandle:
        """Call `fn(grad_outputs)` in backward, before this node; a tuple replaces them.

        Follows `torch.autograd.graph.Node.register_prehook`.
        """

        def before(gradient: Tensor) -> Tensor | None:
            answer = fn((gradient,))
            return None if answer is None else answer[0]

        self.hooks = self.hooks or {}
        return RemovableHandle(self.hooks, before)

    def spread(self, gradient: Any, retain_graph: bool) -> Any:
        """Where a custom node sends what, see autograd/function.py."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{self.name()} object at {id(self):#x}>"


class AccumulateGrad(Node):
    """Where the graph ends: it adds the gradient to `variable.grad`, `variable` being a leaf."""

    __slots__ = ("variable",)

    def __init__(self, variable: Tensor) -> None:
        super().__init__([])
        self.variable = variable


def node_of(target: Node | Tensor) -> Node:
    """The node itself, or the one that stands for a leaf."""
    return target if isinstance(target, Node) else AccumulateGrad(target)


_kinds: dict[str, type[Node]] = {}


def make_node(name: str, edges: Sequence[Edge | None]) -> Node:
    """A node of the kind that today's PyTorch calls `name`, under the active dialect's name."""
    # As `Node.__init__` does, without the call: 0.2 us less.
    node: Node = _new(ACTIVE[0].kinds.get(name) or _kind(name))
    node.number = _next_number()
    node.edges = edges
    node.hooks = node.after = node.retained = None
    return node


def _kind(name: str) -> type[Node]:
    """The class of the nodes that today's PyTorch calls `name`, made when first asked for."""
    rules = ACTIVE[0]
    spoken = rules.node_name(name)
    kind = _kinds.get(spoken)
    if kind is None:
        kind = _kinds[spoken] = type(spoken, (Node,), {"__slots__": ()})
    rules.kinds[name] = kind
    return kind


def released_twice(saved: Any = None) -> RuntimeError:
    """torch's error for a second backward through a graph that the first one freed."""
    error = RuntimeError(
        "Trying to backward through the graph a second time (or directly access saved tensors "
        "after they have already been freed). Saved intermediate values of the graph are freed "
        "when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to "
        "backward through the graph a second time or if you need to access saved tensors after "
        "calling backward."
    )
    error.add_note("Compute the result anew before each backward(), as a training loop does.")
    return error
