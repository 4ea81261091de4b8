"""Function: an operation of your own, with its forward and its backward. Follows `torch.autograd`.

The node in the graph is the `ctx` that both are given. Where there are several outputs, each has
a node of its own in front of that one, so that backward is called once with all gradients.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tensorlab.autograd import mode
from tensorlab.autograd.engine import changed_since
from tensorlab.autograd.graph import Edge, Node, released_twice
from tensorlab.errors import noted

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class FunctionCtx(Node):
    """What forward tells backward: `ctx`. You may set attributes of any name on it, too."""

    custom = True
    _function: type[Function]

    def __init__(self, inputs: tuple[Any, ...]) -> None:
        super().__init__([])
        self.needs_input_grad = tuple(_is_tensor(x) and x.requires_grad for x in inputs)
        self.to_save: tuple[Any, ...] = ()
        self.dirty_tensors: tuple[Any, ...] = ()
        self.non_differentiable: tuple[Any, ...] = ()
        self.materialize_grads = True
        self._kept: list[Any] | None = []
        self._outputs: list[tuple[Any, Any] | None] = []  # shape and a sample of each

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for backward, where they are `ctx.saved_tensors`."""
        for position, tensor in enumerate(tensors):
            if tensor is not None and not _is_tensor(tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {position} is of "
                    f"type {type(tensor).__name__}"
                )
        self.to_save = tensors

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Say which inputs forward changed in place."""
        self.dirty_tensors = tensors

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Say which outputs have no gradient, such as indices."""
        self.non_differentiable = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward is given zeros, not None, for an output that nothing was made of."""
        self.materialize_grads = value

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What forward gave to `save_for_backward`."""
        if self._kept is None:
            raise released_twice()
        saved: list[Tensor | None] = []
        for kept in self._kept:
            if kept is None:
                saved.append(None)
                continue
            tensor, version, place = kept
            if tensor._version != version:
                raise changed_since(tensor, version, self)
            saved.append(tensor if place is None else self._output(tensor, place))
        return tuple(saved)

    def _output(self, tensor: Tensor, place: int) -> Tensor:
        """An output that was saved, in its place in the graph again."""
        output = tensor.detach()
        if self.edges and self._outputs[place] is not None:
            output._requires_grad = True
            output._grad_fn = self._node_of(place)
        return output

    def _node_of(self, place: int) -> Node:
        return self if len(self._outputs) == 1 else self._function._output_cls(self, place)

    def _finish(self, outputs: tuple[Any, ...], inputs: tuple[Any, ...], recorded: bool) -> Any:
        """Put the outputs into the graph, and keep what was saved."""
        if recorded:
            self.edges = [
                Edge(x, _unused, ()) if needed else None
                for x, needed in zip(inputs, self.needs_input_grad, strict=True)
            ]
        given = {id(x) for x in inputs}
        dirty = {id(x) for x in self.dirty_tensors}
        fixed = {id(x) for x in self.non_differentiable}
        differentiable = [
            _is_tensor(x) and id(x) not in fixed and (x.is_floating_point() or x.is_complex())
            for x in outputs
        ]
        self._outputs = [
            (x.shape, x.detach()) if yes else None
            for x, yes in zip(outputs, differentiable, strict=True)
        ]
        made = []
        for place, output in enumerate(outputs):
            result = output
            if _is_tensor(output) and id(output) not in dirty:
                if id(output) in given or output._base is not None:
                    result = output.detach()
                elif id(output) in fixed:
                    output._grad_fn, output._requires_grad = None, False
            if recorded and differentiable[place]:
                result._grad_fn = self._node_of(place)
                result._requires_grad = True
            made.append(result)
        places = {id(output): place for place, output in enumerate(outputs)}
        self._kept = []
        for tensor in self.to_save:
            saved_as = None if id(tensor) in given else places.get(id(tensor))
            if tensor is None:
                self._kept.append(None)
            elif saved_as is None:
                self._kept.append((tensor, tensor._version, None))
            else:  # without its node, which is this one: no circle
                self._kept.append((tensor.detach(), tensor._version, saved_as))
        self.to_save = self.dirty_tensors = self.non_differentiable = ()
        return tuple(made)

    def spread(self, gradient: Any, retain_graph: bool) -> list[tuple[Node | Tensor, Tensor]]:
        """Call backward, and say what goes where."""
        given = gradient.parts if isinstance(gradient, _Parts) else {0: gradient}
        gradients = []
        for place, described in enumerate(self._outputs):
            part = given.get(place)
            if part is None and self.materialize_grads and described is not None:
                shape, sample = described
                part = sample.new_zeros(shape)
            gradients.append(part)
        answers = self._function._backward_of()(self, *gradients)
        if not isinstance(answers, tuple):
            answers = (answers,)
        spare = answers[len(self.edges) :]
        if len(answers) < len(self.edges) or any(x is not None for x in spare):
            raise noted(
                RuntimeError(
                    f"function {self.name()} returned an incorrect number of gradients "
                    f"(expected {len(self.edges)}, got {len(answers)})"
                ),
                "backward gives one for each argument of forward after ctx: None where there is "
                "nothing to differentiate.",
            )
        if not retain_graph:
            self._kept = None
        sent = []
        for place, (edge, answer) in enumerate(zip(self.edges, answers, strict=False)):
            if answer is not None and not _is_tensor(answer):
                raise RuntimeError(f"expected Variable or None (got {type(answer).__name__})")
            if edge is not None and answer is not None:
                sent.append((edge.target, self._fitted(place, edge, answer)))
        return sent

    def _fitted(self, place: int, edge: Edge, answer: Tensor) -> Tensor:
        """The gradient in its input's shape and type."""
        shape, dtype = edge.shape, edge.dtype
        if answer.shape != shape:
            try:
                answer = answer.sum_to_size(shape)
            except RuntimeError:
                raise noted(
                    RuntimeError(
                        f"Function {self.name()} returned an invalid gradient at index {place} - "
                        f"got {list(answer.shape)} but expected shape compatible with "
                        f"{list(shape)}"
                    ),
                    "A gradient has the shape of the input that it is the gradient of.",
                ) from None
        return answer if answer.dtype is dtype else answer.to(dtype)

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{self.name()} object at {id(self):#x}>"


class _Output(Node):
    """The node of one output among several: it hands its gradient on to the Function's."""

    custom = True

    def __init__(self, source: FunctionCtx, place: int) -> None:
        super().__init__([])
        self.source = source
        self.place = place

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        return self.source.next_functions

    def spread(self, gradient: Any, retain_graph: bool) -> list[tuple[Node | Tensor, Any]]:
        """The gradient goes to the Function's node, with its place."""
        return [(self.source, _Parts({self.place: gradient}))]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    def __repr__(self) -> str:
        return repr(self.source)


class _Parts:
    """The gradients of several outputs, on their way to one node: they add up place by place."""

    def __init__(self, parts: dict[int, Tensor]) -> None:
        self.parts = parts

    def __add__(self, other: _Parts) -> _Parts:
        both = dict(self.parts)
        for place, part in other.parts.items():
            both[place] = both[place] + part if place in both else part
        return _Parts(both)

    def __ne__(self, other: object) -> Any:  # anomalies are looked for in the parts' own nodes
        return next(iter(self.parts.values())) != next(iter(self.parts.values()))


class Function:
    """The base class of your own operations: a subclass has static `forward` and `backward`.

    `forward(ctx, *inputs)` computes with no graph; `backward(ctx, *gradients)` gives, for each
    input, its gradient or None. Call `apply`. Or part forward in two: `forward(*inputs)` and
    `setup_context(ctx, inputs, output)`. Follows `torch.autograd.Function`.

    >>> class Square(torch.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x
    ...     @staticmethod
    ...     def backward(ctx, gradient):
    ...         (x,) = ctx.saved_tensors
    ...         return 2 * x * gradient
    >>> x = torch.tensor([1., 2.], requires_grad=True)
    >>> y = Square.apply(x)
    >>> y
    tensor([1., 4.], grad_fn=<SquareBackward>)
    >>> y.sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    _backward_cls: type[FunctionCtx]
    _output_cls: type[_Output]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = f"{cls.__name__}Backward"
        cls._backward_cls = type(name, (FunctionCtx,), {"_function": cls})
        cls._output_cls = type(name, (_Output,), {})

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the result. To be defined by you."""
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function."
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Keep for backward what `forward(*inputs)`, without ctx, does not."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Compute the gradients of the inputs. To be defined by you, under this name or vjp."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD."
        )

    vjp = backward

    @classmethod
    def _backward_of(cls) -> Callable[..., Any]:
        return cls.backward if cls.backward is not Function.backward else cls.vjp

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Compute the result, and record how. Follows `torch.autograd.Function.apply`."""
        parted = cls.setup_context is not Function.setup_context
        ctx = cls._backward_cls(args)
        recorded = mode.is_grad_enabled() and any(ctx.needs_input_grad)
        with mode.no_grad():
            if parted:
                output = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, output)
            else:
                output = cls.forward(ctx, *args, **kwargs)
        several = isinstance(output, tuple)
        outputs = ctx._finish(output if several else (output,), args, recorded)
        return outputs if several else outputs[0]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise noted(
            RuntimeError(
                "Legacy autograd function with non-static forward method is deprecated. Please "
                "use new-style autograd function with static forward method. (Example: "
                "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
            ),
            f"Write {type(self).__name__}.apply(…).",
        )


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Of a backward whose own result cannot be differentiated: it runs with no graph.

    Follows `torch.autograd.function.once_differentiable`.
    """

    @functools.wraps(backward)
    def without_graph(ctx: Any, *gradients: Any) -> Any:
        with mode.no_grad():
            return backward(ctx, *gradients)

    return without_graph


def _unused(gradient: Tensor) -> Tensor:
    """An edge of a Function has no gradient function: `spread` computes all at once."""
    return gradient


def _is_tensor(x: object) -> bool:
    return hasattr(x, "_grad_fn")
