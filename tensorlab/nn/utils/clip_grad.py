"""Clipping: gradients that are too large are made smaller before the optimizer's step."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from tensorlab.autograd import no_grad
from tensorlab.core import TensorBase
from tensorlab.ops import creation, joining, pointwise, reduction

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

    Tensors = Tensor | Iterable[Tensor]


@no_grad()
def get_total_norm(
    tensors: Tensors,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all numbers of several tensors. Follows `torch.nn.utils.get_total_norm`.

    >>> torch.nn.utils.get_total_norm([torch.tensor([3.]), torch.tensor([0., 4.])])
    tensor(5.)
    """
    listed = _listed(tensors)
    kind = float(norm_type)
    if not listed:
        return creation.tensor(0.0)
    norms = [reduction.norm(tensor, kind) for tensor in listed]
    total = reduction.norm(joining.stack(norms), kind)
    if error_if_nonfinite and not bool(pointwise.isfinite(total)):
        raise RuntimeError(
            f"The total norm of order {kind} for gradients from `parameters` is non-finite, so it "
            "cannot be clipped. To disable this error and scale the gradients by the non-finite "
            "norm anyway, set `error_if_nonfinite=False`"
        )
    return total


@no_grad()
def clip_grads_with_norm_(
    parameters: Tensors, max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Scale the gradients by `max_norm / total_norm`, where that makes them smaller.

    Follows `torch.nn.utils.clip_grads_with_norm_`.
    """
    factor = (float(max_norm) / (total_norm + 1e-6)).clamp(max=1.0)
    for gradient in _gradients(parameters):
        gradient.mul_(factor)


@no_grad()
def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients so that their norm together is at most `max_norm`; gives what it was.

    Follows `torch.nn.utils.clip_grad_norm_`.

    >>> w = nn.Parameter(torch.tensor([3., 4.]))
    >>> (w ** 2 / 2).sum().backward()
    >>> torch.nn.utils.clip_grad_norm_([w], max_norm=1.0)
    tensor(5.)
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    listed = _listed(parameters)
    if not listed and isinstance(parameters, GeneratorType):
        warnings.warn(
            "`parameters` is an empty generator, no gradient clipping will occur.", stacklevel=3
        )
    total = get_total_norm(_gradients(listed), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(listed, max_norm, total)
    return total


@no_grad()
def clip_grad_value_(parameters: Tensors, clip_value: float, foreach: bool | None = None) -> None:
    """Bring every number of the gradients between `-clip_value` and `clip_value`.

    Follows `torch.nn.utils.clip_grad_value_`.

    >>> w = nn.Parameter(torch.tensor([3., -0.5]))
    >>> (w ** 2).sum().backward()
    >>> torch.nn.utils.clip_grad_value_(w, 2.0)
    >>> w.grad
    tensor([ 2., -1.])
    """
    limit = float(clip_value)
    for gradient in _gradients(parameters):
        gradient.clamp_(min=-limit, max=limit)


def _listed(tensors: Any) -> list[Tensor]:
    return [tensors] if isinstance(tensors, TensorBase) else list(tensors)  # type: ignore[list-item]


def _gradients(parameters: Tensors) -> list[Tensor]:
    return [each.grad for each in _listed(parameters) if each.grad is not None]
