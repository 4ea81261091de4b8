"""Operations of your own, with their gradients: `torch.autograd.Function`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.autograd import mode
from tensorlab.autograd.graph import Edge, Node

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class Function:
    """A class with two static methods, `forward(ctx, …)` and `backward(ctx, gradient)`.

    `apply` calls forward without recording, and makes a node of the class's own name whose
    gradients backward gives: one for each argument, None for what needs none.
    Follows `torch.autograd.Function`, for functions with one result.

    >>> class Double(torch.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return x * 2
    ...     @staticmethod
    ...     def backward(ctx, gradient):
    ...         return gradient * 2
    >>> Double.apply(torch.ones(2, requires_grad=True))
    tensor([2., 2.], grad_fn=<DoubleBackward>)
    """

    saved_tensors: tuple[Tensor, ...]
    needs_input_grad: tuple[bool, ...]

    def __init__(self) -> None:
        self.saved_tensors = ()

    def save_for_backward(self, *tensors: Tensor) -> None:
        """Keep tensors for backward, where they are `ctx.saved_tensors`."""
        self.saved_tensors = tensors

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Say that some results have no gradient: with one result, nothing to do."""

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """What the operation computes, from `ctx` and its arguments."""
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function."
        )

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        """The gradients of the arguments, from `ctx` and that of the result."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD."
        )

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run forward, and record it."""
        ctx = cls()
        ctx.needs_input_grad = tuple(getattr(arg, "requires_grad", False) for arg in args)
        enabled = mode._enabled
        with mode.no_grad():
            out = cls.forward(ctx, *args)
        if not enabled or not any(ctx.needs_input_grad):
            return out
        if any(out is arg for arg in args):
            out = out.view_as(out)
        kind = type(f"{cls.__name__}Backward", (Node,), {"__slots__": ()})
        answered: list[Any] = [None, ()]  # the gradient that backward ran for, and its answers

        def gradient(place: int) -> Any:
            def of_argument(g: Tensor) -> Tensor:
                if answered[0] is not g:  # backward runs once for all arguments
                    answers = cls.backward(ctx, g)
                    answered[:] = g, answers if isinstance(answers, tuple) else (answers,)
                answer = answered[1][place]
                return g.new_zeros(args[place].shape) if answer is None else answer

            return of_argument

        edges = [
            Edge(arg, gradient(place), ()) if needed else None
            for place, (arg, needed) in enumerate(zip(args, ctx.needs_input_grad, strict=True))
        ]
        result = out.detach()
        result._requires_grad, result._grad_fn = True, kind(edges)
        return result
