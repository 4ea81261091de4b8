"""gradcheck: gradients against what small changes of the inputs do to the outputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.errors import noted

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class GradcheckError(RuntimeError):
    """A gradient is not what small changes say. Follows `torch.autograd.gradcheck`."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    **options: Any,
) -> bool:
    """Whether backward and small changes of the inputs agree on the gradients of `func`.

    `inputs`, a tensor or a tuple, should be float64. Raises GradcheckError where they do not, or
    gives False with `raise_exception=False`. Follows `torch.autograd.gradcheck`.

    >>> x = torch.tensor([0.5, 2.], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradcheck(torch.sin, x)
    True
    """
    arguments = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    try:
        _check_inputs(arguments)
        _compare(func, arguments, eps, atol, rtol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any], inputs: Any, grad_outputs: Any = None, **options: Any
) -> bool:
    """As `gradcheck`, of the gradients themselves. Follows `torch.autograd.gradgradcheck`.

    >>> x = torch.tensor([0.5, 2.], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradgradcheck(torch.exp, x)
    True
    """
    from tensorlab.autograd import grad

    arguments = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    if grad_outputs is None:
        generator = np.random.default_rng(0)
        weights = []
        for output in _outputs(func, arguments):
            weight = output.detach().clone()
            weight._data[...] = generator.standard_normal(weight.shape)
            weights.append(weight.requires_grad_())
    else:
        weights = list(grad_outputs) if isinstance(grad_outputs, (tuple, list)) else [grad_outputs]
    count = len(arguments)

    def gradients(*both: Any) -> tuple[Any, ...]:
        wanted = [x for x in both[:count] if _wants(x)]
        outputs = _outputs(func, both[:count])
        found = grad(outputs, wanted, both[count:], create_graph=True, allow_unused=True)
        return tuple(x for x in found if x is not None)

    return gradcheck(gradients, (*arguments, *weights), **options)


def _wants(x: Any) -> bool:
    return hasattr(x, "_data") and bool(x.requires_grad)


def _outputs(func: Callable[..., Any], arguments: tuple[Any, ...]) -> list[Tensor]:
    result = func(*arguments)
    listed = result if isinstance(result, (tuple, list)) else (result,)
    return [x for x in listed if _wants(x)]


def _check_inputs(arguments: tuple[Any, ...]) -> None:
    if not any(map(_wants, arguments)):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them "
            "have requires_grad=True."
        )
    for i, x in enumerate(arguments):
        if _wants(x) and x._data.dtype not in (np.float64, np.complex128):
            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or "
                "complex. This check will likely fail if all the inputs are not of double "
                "precision floating point or complex. ",
                stacklevel=4,
            )


def _compare(
    func: Callable[..., Any], arguments: tuple[Any, ...], eps: float, atol: float, rtol: float
) -> None:
    outputs = _outputs(func, arguments)
    wanted = [(i, x) for i, x in enumerate(arguments) if _wants(x)]
    analytical = [_by_backward(output, [x for _, x in wanted]) for output in outputs]
    for position, (i, x) in enumerate(wanted):
        numerical = _by_changes(func, arguments, x, len(outputs), eps)
        for j, steps in enumerate(numerical):
            slopes = analytical[j][position]
            if not np.allclose(slopes, steps, rtol=rtol, atol=atol, equal_nan=True):
                raise noted(
                    GradcheckError(
                        f"Jacobian mismatch for output {j} with respect to input {i},\n"
                        f"numerical:{x.new_tensor(steps)}\nanalytical:{x.new_tensor(slopes)}\n"
                    ),
                    "A row for each number of the input, a column for each of the output.",
                )


def _by_backward(output: Tensor, wanted: list[Tensor]) -> list[Any]:
    """For each input, what each number of the output has for a gradient, a column each."""
    from tensorlab.autograd import grad

    tables = [np.zeros((x.numel(), output.numel()), x._data.dtype) for x in wanted]
    for column in range(output.numel()):
        one = output.detach().new_zeros(output.shape)
        one._data.reshape(-1)[column] = 1
        found = grad(output, wanted, one, retain_graph=True, allow_unused=True)
        for table, gradient in zip(tables, found, strict=True):
            if gradient is not None:
                table[:, column] = gradient._data.reshape(-1)
    return tables


def _by_changes(
    func: Callable[..., Any], arguments: tuple[Any, ...], x: Tensor, count: int, eps: float
) -> list[Any]:
    """For each output, how it changes with each number of `x`, a row each."""
    rows: list[list[Any]] = [[] for _ in range(count)]
    for place in np.ndindex(*x.shape):
        before = x._data[place]
        sides = []
        for step in (-eps, eps):
            x._data[place] = before + step
            values = [output._data.astype(np.float64) for output in _outputs(func, arguments)]
            sides.append([value.reshape(-1) for value in values])
        x._data[place] = before
        for row, low, high in zip(rows, *sides, strict=True):
            row.append((high - low) / (2 * eps))
    return [np.array(row).reshape(x.numel(), -1) for row in rows]
