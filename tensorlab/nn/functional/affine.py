"""The linear layer's function: every output a weighted sum of all inputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tensorlab.errors import noted
from tensorlab.nn.functional.arguments import require_tensor
from tensorlab.ops.matmul import addmm, matmul

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`input @ weight.T + bias`: (…, in) with a weight (out, in) gives (…, out).

    Follows `torch.nn.functional.linear`.

    >>> F.linear(torch.tensor([1., 2.]), torch.tensor([[1., 1.], [0., 10.]]))
    tensor([ 3., 20.])
    """
    require_tensor("linear", input)
    if not input.ndim or not weight.ndim:
        raise RuntimeError(
            f"both arguments to linear need to be at least 1D, but they are {input.ndim}D and "
            f"{weight.ndim}D"
        )
    if bias is not None and input.dtype is not weight.dtype:
        raise noted(
            RuntimeError(
                f"mat1 and mat2 must have the same dtype, but got {input.dtype.legacy} and "
                f"{weight.dtype.legacy}"
            ),
            f"The layer computes in {weight.dtype}. Convert the input: x.to({weight.dtype}).",
        )
    if weight.ndim == 2 and input.shape[-1] != weight.shape[1]:
        raise _do_not_fit(input, weight)
    if bias is None:
        return matmul(input, weight.t())
    rows = input if input.ndim == 2 else input.reshape(math.prod(input.shape[:-1]), input.shape[-1])
    out = addmm(bias, rows, weight.t())
    return out if input.ndim == 2 else out.view(*input.shape[:-1], weight.shape[0])


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """For each output o, `input1 @ weight[o] @ input2`, and the bias.

    (…, in1) and (…, in2) with a weight (out, in1, in2) give (…, out).
    Follows `torch.nn.functional.bilinear`.

    >>> F.bilinear(torch.tensor([[1., 2.]]), torch.tensor([[3.]]), torch.ones(1, 2, 1))
    tensor([[9.]])
    """
    require_tensor("bilinear", input1)
    if input1.ndim != input2.ndim:
        raise RuntimeError(
            f"bilinear(): input dimensions do not match: got {input1.ndim} and {input2.ndim}"
        )
    for place, (left, right) in enumerate(zip(input1.shape[:-1], input2.shape[:-1], strict=True)):
        if left != right:
            raise RuntimeError(
                f"bilinear(): input batch dimensions do not match at dim {place}: got {left} and "
                f"{right}"
            )
    for number, (x, axis) in enumerate(((input1, 1), (input2, 2)), 1):
        if x.shape[-1] != weight.shape[axis]:
            raise RuntimeError(
                f"bilinear(): input{number} size does not match weight size: got {x.shape[-1]} but "
                f"expected {weight.shape[axis]}"
            )
    lead = input1.shape[:-1]
    one, two = input1.reshape(-1, input1.shape[-1]), input2.reshape(-1, input2.shape[-1])
    # (out, batch, in2): what the first input makes of each matrix.
    half = matmul(one.unsqueeze(0), weight)
    out = (half * two).sum(-1).t()
    out = out.reshape(*lead, weight.shape[0]) if bias is None else out + bias
    return out.view(*lead, weight.shape[0])


def _do_not_fit(input: Tensor, weight: Tensor) -> RuntimeError:
    wanted, got = weight.shape[1], input.shape[-1]
    rows = math.prod(input.shape[:-1])
    lines = [f"The layer wants {wanted} numbers a row; the input, {list(input.shape)}, has {got}."]
    if input.ndim > 2:
        count = math.prod(input.shape[1:])
        lines.append(f"nn.Flatten() before the layer makes {count} of each row of the batch.")
        if count != wanted:
            lines.append(f"Then the layer must be made for them: nn.Linear({count}, …).")
    return noted(
        RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({rows}x{got} and {wanted}x"
            f"{weight.shape[0]})"
        ),
        *lines,
    )
