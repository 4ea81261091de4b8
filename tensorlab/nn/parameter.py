"""Parameter: a tensor that a module learns."""

from __future__ import annotations

from typing import Any

from tensorlab import printing
from tensorlab.core import alias, differentiable
from tensorlab.errors import noted
from tensorlab.ops import creation
from tensorlab.ops.operands import kind_of
from tensorlab.tensor import Tensor


class Parameter(Tensor):
    """A tensor that, set as a module's attribute, is among its `parameters()`.

    It shares memory with `data`, and has a gradient unless `requires_grad` is False. Raises
    AttributeError where `data` is no tensor, RuntimeError where it holds integers.
    Follows `torch.nn.Parameter`.

    >>> nn.Parameter(torch.tensor([1., 2.]))
    Parameter containing:
    tensor([1., 2.], requires_grad=True)

    It is the tensor's own memory, not a copy:

    >>> w = torch.ones(1)
    >>> p = nn.Parameter(w)
    >>> w[0] = 5.
    >>> p.item()
    5.0

    What is computed from it is a tensor:

    >>> p * 2
    tensor([10.], grad_fn=<MulBackward0>)
    """

    __slots__ = ()

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Parameter:
        if data is None:
            data = creation.empty(0)
        if not isinstance(data, Tensor):
            raise noted(
                AttributeError(f"'{kind_of(data)}' object has no attribute 'detach'"),
                "A Parameter is made of a tensor: nn.Parameter(torch.tensor([1., 2.])).",
            )
        if requires_grad and not differentiable(data.dtype):
            raise noted(
                RuntimeError(
                    "Only Tensors of floating point and complex dtype can require gradients"
                ),
                f"This tensor holds {data.dtype}. Convert it first: nn.Parameter(w.float()).",
            )
        parameter = alias(data)
        parameter.__class__ = cls
        parameter._requires_grad = bool(requires_grad)
        return parameter  # type: ignore[return-value]

    def __repr__(self) -> str:
        node = self.grad_fn
        return printing.format_parameter(
            self._data,
            self.dtype,
            requires_grad=self.requires_grad,
            grad_fn=None if node is None else node.name(),
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        copied: Parameter | None = memo.get(id(self))
        if copied is None:
            copied = memo[id(self)] = type(self)(self.detach().clone(), self.requires_grad)
        return copied

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.detach(), self.requires_grad)


class Buffer(Tensor):
    """A tensor that, set as a module's attribute, is among its `buffers()`: not learned.

    Follows `torch.nn.Buffer`.

    >>> net = nn.Module()
    >>> net.mean = nn.Buffer(torch.zeros(2))
    >>> [name for name, _ in net.named_buffers()]
    ['mean']
    """

    __slots__ = ()

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Buffer:
        made = alias(creation.empty(0) if data is None else data)
        made.__class__ = cls
        made.persistent = persistent  # type: ignore[attr-defined]
        return made  # type: ignore[return-value]
