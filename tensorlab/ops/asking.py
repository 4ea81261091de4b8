"""Questions about tensors and types, as functions: is_tensor, numel, result_type…"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab import dtypes
from tensorlab.core import TensorBase
from tensorlab.ops.operands import meeting_type, require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = ["is_complex", "is_floating_point", "is_nonzero", "is_tensor", "numel", "result_type"]


def is_tensor(obj: object) -> bool:
    """Whether something is a tensor. Follows `torch.is_tensor`.

    >>> torch.is_tensor(torch.zeros(2)), torch.is_tensor([0, 0])
    (True, False)
    """
    return isinstance(obj, TensorBase)


def numel(input: Tensor) -> int:
    """How many elements there are. Follows `torch.numel`."""
    require_tensor("numel", "input", 1, input)
    return int(input._data.size)


def is_floating_point(input: Tensor) -> bool:
    """Whether the type is a floating point one. Follows `torch.is_floating_point`."""
    require_tensor("is_floating_point", "input", 1, input)
    return input.dtype.is_floating_point


def is_complex(input: Tensor) -> bool:
    """Whether the type is a complex one. Follows `torch.is_complex`."""
    require_tensor("is_complex", "input", 1, input)
    return input.dtype.is_complex


def is_nonzero(input: Tensor) -> bool:
    """Whether the one number is not zero. Follows `torch.is_nonzero`."""
    if input._data.size != 1:
        raise RuntimeError(
            "Boolean value of Tensor with "
            f"{'more than one value' if input._data.size else 'no values'} is ambiguous"
        )
    return bool(input._data.item())


def result_type(tensor1: Any, tensor2: Any) -> dtypes.dtype:
    """The type in which two operands meet. Follows `torch.result_type`.

    >>> torch.result_type(torch.tensor([1, 2]), 1.0)
    torch.float32
    """
    return meeting_type(tensor1, tensor2)
