"""What goes along a dimension step by step: cummax, logcumsumexp, trapezoid, gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes, return_types
from tensorlab.core import Array, TensorBase, record
from tensorlab.errors import normal_dim
from tensorlab.ops.joining import cat
from tensorlab.ops.logic import where
from tensorlab.ops.operands import keep, not_implemented, quiet, require_tensor
from tensorlab.ops.pointwise import exp
from tensorlab.ops.sorting import indices_of

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


# ----- the largest so far -----------------------------------------------------------------------


def cummax(input: Tensor, dim: int) -> Any:
    """The largest number up to each, and where it was last met. Follows `torch.cummax`.

    >>> torch.cummax(torch.tensor([1, 3, 2]), dim=0)
    torch.return_types.cummax(
    values=tensor([1, 3, 3]),
    indices=tensor([0, 1, 1]))
    """
    return _extremes("cummax", np.maximum, input, dim)


def cummin(input: Tensor, dim: int) -> Any:
    """The smallest number up to each, and where it was last met. Follows `torch.cummin`.

    >>> torch.cummin(torch.tensor([2, 3, 1]), dim=0).values
    tensor([2, 2, 1])
    """
    return _extremes("cummin", np.minimum, input, dim)


def _extremes(operation: str, function: np.ufunc, input: Tensor, dim: int) -> Any:
    require_tensor(operation, "input", 1, input)
    if not input._data.ndim and dim not in (0, -1):
        raise IndexError(f"{operation}(): Expected reduction dim -1 or 0 for scalar but got {dim}")
    dim = normal_dim(dim, input._data.ndim)
    if input.dtype.is_complex:
        raise not_implemented(f"{operation}_cpu", input.dtype)
    x = np.ascontiguousarray(input._data).reshape(input._data.shape or (1,))
    so_far = function.accumulate(x, dim)
    shape = [1] * x.ndim
    shape[dim] = -1
    steps = np.arange(x.shape[dim], dtype=np.int64).reshape(shape)
    met = np.where((x == so_far) | (x != x), steps, np.int64(0))
    indices = np.maximum.accumulate(met, dim)

    def of_input(g: Tensor) -> Tensor:
        if not input._data.ndim:
            return g
        places = indices_of(indices, input, dim)
        return (g.new_zeros(g.shape)).scatter_add(dim, places, g)

    name = f"{operation.capitalize()}Backward0"
    values = record(name, so_far.reshape(input._data.shape), (input, of_input))
    return return_types.named(operation, values, indices_of(indices, input, dim))


# ----- sums of exponentials ---------------------------------------------------------------------


def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """log(exp(x0) + … + exp(xi)) for each i. Follows `torch.logcumsumexp`.

    >>> torch.logcumsumexp(torch.zeros(3), 0)
    tensor([0.0000, 0.6931, 1.0986])
    """
    require_tensor("logcumsumexp", "input", 1, input)
    dim = normal_dim(dim, input._data.ndim)
    if input.dtype.category < dtypes.FLOATING:
        raise not_implemented("logcumsumexp_out_cpu", input.dtype)
    out: Tensor = record(
        "LogcumsumexpBackward0",
        _accumulated(input._data, dim),
        (input, lambda g: _of_logcumsumexp(g, input, out, dim), input),
    )
    return keep(out)


def _accumulated(x: Array, dim: int) -> Array:
    if not x.ndim:
        return x.copy()
    with quiet(all="ignore"):
        wide = np.logaddexp.accumulate(x.astype(np.result_type(x.dtype, np.float64)), dim)
    return wide.astype(x.dtype)


def _of_logcumsumexp(g: Tensor, x: Tensor, out: Tensor, dim: int) -> Tensor:
    """Σ over later i of g_i exp(x − out_i), by logarithms, so that nothing overflows."""
    if not x._data.ndim:
        return g

    def part(weight: Tensor) -> Tensor:
        there = weight > 0
        size = where(there, where(there, weight, 1.0).log() - out, -np.inf)
        return exp(logcumsumexp(size.flip(dim), dim).flip(dim) + x)

    return part(g) - part(-g)


# ----- integrals and slopes ---------------------------------------------------------------------


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The integral of y along a dimension, by the trapezoidal rule. Follows `torch.trapezoid`.

    `x` holds where y was taken; else the points are `dx` (1) apart.

    >>> torch.trapezoid(torch.tensor([0., 1., 2.]))
    tensor(2.)
    """
    pieces, step = _pieces("trapezoid", y, x, dx, dim)
    return _halved(pieces.sum(dim), x, step)


def cumulative_trapezoid(
    y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1
) -> Tensor:
    """`trapezoid` up to each point but the first. Follows `torch.cumulative_trapezoid`.

    >>> torch.cumulative_trapezoid(torch.tensor([0., 1., 2.]))
    tensor([0.5000, 2.0000])
    """
    pieces, step = _pieces("cumulative_trapezoid", y, x, dx, dim)
    if x is None:
        return (pieces * (0.5 * step)).cumsum(dim)  # type: ignore[no-any-return]
    return _halved(pieces.cumsum(dim), x, step)


def _halved(total: Tensor, x: Tensor | None, step: Any) -> Tensor:
    name, factor = ("MulBackward1", 0.5 * step) if x is None else ("DivBackward1", 0.5)
    out = total * factor
    return record(name, out._data, (total, lambda g: g * factor))


def _pieces(operation: str, y: Tensor, x: Tensor | None, dx: Any, dim: int) -> tuple[Tensor, Any]:
    """The sums of neighbours, times their distance where x tells it; and the step else."""
    dim = normal_dim(dim, y._data.ndim)
    if y.dtype is dtypes.bool:
        raise RuntimeError(f"{operation}: received a bool input for `y`, but bool is not supported")
    count = y._data.shape[dim]
    if x is None:
        return y.narrow(dim, 1, count - 1) + y.narrow(dim, 0, count - 1), 1 if dx is None else dx
    axis = dim if x._data.ndim == y._data.ndim else 0
    if x._data.shape[axis] != count:
        raise RuntimeError(f"{operation}: There must be one `x` value for each sample point")
    width = x.diff(dim=axis)
    if x._data.ndim != y._data.ndim:
        width = width.reshape([-1 if d == dim else 1 for d in range(y._data.ndim)])
    return (y.narrow(dim, 1, count - 1) + y.narrow(dim, 0, count - 1)) * width, 1


def gradient(
    input: Tensor, *, spacing: Any = 1, dim: Any = None, edge_order: int = 1
) -> tuple[Tensor, ...]:
    """The slope along each dimension, by differences of neighbours. Follows `torch.gradient`.

    `spacing` is the distance of two points, a list of one for each dimension, or coordinates.

    >>> torch.gradient(torch.tensor([0., 1., 4., 9.]))
    (tensor([1., 2., 4., 5.]),)
    """
    dims = tuple(range(input._data.ndim)) if dim is None else dim
    dims = (dims,) if isinstance(dims, int) else tuple(dims)
    dims = tuple(normal_dim(d, input._data.ndim) for d in dims)
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    for d in dims:
        if input._data.shape[d] < edge_order + 1:
            raise RuntimeError(
                "torch.gradient expected each dimension size to be at least edge_order+1"
            )
    spread = list(spacing) if isinstance(spacing, (tuple, list)) else [spacing] * len(dims)
    if len(spread) != len(dims):
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim "
            f"arguments to have the same length, but got a spacing argument of length {len(spread)}"
            f" and a dim argument of length {len(dims)}."
        )
    x = input if input.dtype.category >= dtypes.FLOATING else input.to(dtypes.get_default_dtype())
    return tuple(_slope(x, step, d, edge_order) for step, d in zip(spread, dims, strict=True))


def _slope(x: Tensor, spacing: Any, dim: int, edge_order: int) -> Tensor:
    n = x._data.shape[dim]

    def at(start: int, length: int) -> Tensor:
        return x.narrow(dim, start, length)

    if isinstance(spacing, TensorBase):
        points: Any = spacing
        steps = points.diff().reshape([-1 if d == dim else 1 for d in range(x._data.ndim)])
        left, right = steps.narrow(dim, 0, n - 2), steps.narrow(dim, 1, n - 2)
        # The parabola through three points that lie unevenly.
        middle = (
            at(0, n - 2) * (-right / (left * (left + right)))
            + at(1, n - 2) * ((right - left) / (left * right))
            + at(2, n - 2) * (left / (right * (left + right)))
        )
        first_step, last_step = steps.narrow(dim, 0, 1), steps.narrow(dim, n - 2, 1)
    else:
        middle = (at(2, n - 2) - at(0, n - 2)) / (spacing * 2) if n > 2 else at(0, 0)
        first_step = last_step = spacing
    if edge_order == 1:
        first = (at(1, 1) - at(0, 1)) / first_step
        last = (at(n - 1, 1) - at(n - 2, 1)) / last_step
    else:
        first = (at(1, 1) * 4 - at(0, 1) * 3 - at(2, 1)) / (first_step * 2)
        last = (at(n - 1, 1) * 3 - at(n - 2, 1) * 4 + at(n - 3, 1)) / (last_step * 2)
    return cat([first, middle, last], dim)


trapz = trapezoid
