"""Many numbers to one: sum, mean, max, argmax, any, all, and running sums.

Without `dim` all numbers count. With `dim`, those along that dimension do, one result for each
place of the others; the dimension is gone, or has size 1 with `keepdim=True`.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes, return_types
from tensorlab.autograd import mode
from tensorlab.core import Array, TensorBase, record, wrap
from tensorlab.errors import normal_dim, noted
from tensorlab.kernels.quiet import quietly_one
from tensorlab.kernels.summation import total, total_of_all, total_of_squares
from tensorlab.ops.logic import where
from tensorlab.ops.operands import (
    Number,
    floating,
    in_double,
    in_place,
    keep,
    kind_of,
    no_such_call,
    not_implemented,
    quiet,
    require_tensor,
    truth,
)
from tensorlab.ops.pointwise import exp, isnan, maximum, minimum, sgn
from tensorlab.ops.shaping import expand
from tensorlab.ops.sorting import along, indices_of, nth
from tensorlab.ops.swift import swift_one

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "all", "amax", "amin", "aminmax", "any", "argmax", "argmin", "count_nonzero", "cumprod",
    "cumsum", "logsumexp", "max", "mean", "median", "min", "nanmean", "nansum", "norm", "prod",
    "std", "std_mean", "sum", "var", "var_mean",
]  # fmt: skip

Dims = int | Sequence[int] | None

_unset: Any = object()


# ----- which dimensions -------------------------------------------------------------------------


def _axes(operation: str, dim: Any, ndim: int, keepdim: Any = False) -> tuple[int, ...]:
    """The dimensions that are reduced, from the front; all of them for None and ()."""
    if not isinstance(keepdim, (bool, np.bool_)):
        kind = kind_of(keepdim)
        raise noted(
            TypeError(f"{operation}(): argument 'keepdim' (position 3) must be bool, not {kind}"),
            "Several dimensions go into one tuple: dim=(0, 1).",
        )
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return tuple(range(ndim))
    dims = dim if isinstance(dim, (tuple, list)) else (dim,)
    if not builtins.all(isinstance(d, (int, np.integer)) and not isinstance(d, bool) for d in dims):
        raise noted(
            no_such_call(
                operation,
                (TensorBase(), dim),
                "(Tensor input, *, torch.dtype dtype = None)",
                "(Tensor input, tuple of ints dim, bool keepdim = False, *, "
                "torch.dtype dtype = None, Tensor out = None)",
            ),
            "dim is the number of a dimension, or a tuple of them.",
        )
    axes = [normal_dim(int(d), ndim) for d in dims]
    for axis in axes:
        if axes.count(axis) > 1:
            raise RuntimeError(f"dim {axis} appears multiple times in the list of dims")
    return tuple(axes) if ndim else ()


def _shape(shape: tuple[int, ...], axes: tuple[int, ...], keepdim: bool) -> tuple[int, ...]:
    """The shape of what is left."""
    if keepdim:
        return tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def _left(y: Any, x: Array, axes: tuple[int, ...], keepdim: bool) -> Array:
    """A result in the shape of what is left of x, contiguous, as torch's are."""
    return np.ascontiguousarray(y).reshape(_shape(x.shape, axes, keepdim))


def _spread(g: Tensor, shape: tuple[int, ...], axes: tuple[int, ...]) -> Tensor:
    """A result's gradient at each of the places that it came from."""
    return g.reshape(_shape(shape, axes, True)).expand(shape)


def _count(shape: tuple[int, ...], axes: tuple[int, ...]) -> int:
    """How many numbers become one."""
    return math.prod(shape[axis] for axis in axes)


def _one_dim(operation: str, dim: Any, ndim: int) -> int:
    if not isinstance(dim, (int, np.integer)) or isinstance(dim, bool):
        raise TypeError(
            f"{operation}(): argument 'dim' (position 2) must be int, not {kind_of(dim)}"
        )
    return normal_dim(int(dim), ndim)


# ----- sums and means ---------------------------------------------------------------------------


def _all_added(x: Array) -> Any:
    if x.flags.c_contiguous:
        return total_of_all(x)
    return total(x, range(x.ndim))


def _mean_of_all(x: Array) -> Any:
    return _all_added(x) / x.dtype.type(x.size)


@swift_one(_all_added)
def sum(
    input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None
) -> Tensor:
    """The sum; of integers and of True (1) and False (0) an int64. Follows `torch.sum`.

    float32 numbers are added in torch's order, which decides the last digit: kernels/summation.py.

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    >>> torch.sum(x), x.sum(dim=0), x.sum(1, keepdim=True)
    (tensor(21), tensor([5, 7, 9]), tensor([[ 6],
            [15]]))
    >>> (torch.tensor([3, -1, 2]) > 0).sum()
    tensor(2)
    """
    require_tensor("sum", "input", 1, input)
    if dim is None and dtype is None and keepdim is False and input._data.dtype.char in "fd":
        shape = input._data.shape
        y = quietly_one(_all_added, input._data)
        return record("SumBackward0", y, (input, lambda g: _to_all(g, shape)))
    axes = _axes("sum", dim, input._data.ndim, keepdim)
    if dtype is not None and dtype.category < dtypes.FLOATING and input.requires_grad:
        raise RuntimeError(f"Autograd not support dtype: {dtype.legacy}")
    x = input._data if dtype is None else input._data.astype(dtype.numpy)
    shape = input._data.shape
    return record(
        "SumBackward0" if dim is None and not keepdim else "SumBackward1",
        _added(x, axes, keepdim, dtype),
        (input, lambda g: _spread(g, shape, axes)),
    )


def _added(
    x: Array, axes: tuple[int, ...], keepdim: bool, dtype: dtypes.dtype | None = None
) -> Array:
    """The sum of numbers over some axes, in torch's order and torch's type."""
    kind = x.dtype.kind
    out: Any
    with quiet(all="ignore"):
        if kind == "f":
            wide = x.astype(np.float32) if x.dtype.itemsize == 2 else x
            out = total(wide, axes).astype(x.dtype, copy=False)
        elif kind == "c":
            out = np.sum(x, axes, x.dtype)
        elif dtype is dtypes.bool:
            out = np.any(x, axis=axes)
        else:
            out = np.sum(x, axis=axes, dtype=np.int64 if dtype is None else dtype.numpy)
    return _left(out, x, axes, keepdim)


def _to_all(g: Tensor, shape: tuple[int, ...]) -> Tensor:
    """One number, in every place of a shape."""
    if mode._enabled:
        return expand(g, shape)
    return wrap(np.ndarray(shape, g._data.dtype, g._data, 0, (0,) * len(shape)), g._dtype)


def _shared(g: Tensor, shape: tuple[int, ...], size: int) -> Tensor:
    """One number, shared out to every place of a shape."""
    return expand(g, shape) / size if mode._enabled else _to_all(g / size, shape)


@swift_one(_mean_of_all)
def mean(
    input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None
) -> Tensor:
    """The mean. Follows `torch.mean`.

    Raises RuntimeError for integers: their mean is none.

    >>> torch.mean(torch.tensor([1., 2., 6.]))
    tensor(3.)
    >>> torch.tensor([[1., 2.], [3., 4.]]).mean(dim=0)
    tensor([2., 3.])
    """
    require_tensor("mean", "input", 1, input)
    if dim is None and dtype is None and keepdim is False and input._data.dtype.char in "fd":
        shape, size = input._data.shape, input._data.size
        y = quietly_one(_mean_of_all, input._data)
        return record("MeanBackward0", y, (input, lambda g: _shared(g, shape, size)))
    kind = dtype or input.dtype
    if kind.category < dtypes.FLOATING:
        which = "Input" if dtype is None else "Optional"
        raise noted(
            RuntimeError(
                f"mean(): could not infer output dtype. {which} dtype must be either a floating "
                f"point or complex dtype. Got: {kind.legacy}"
            ),
            "Convert to floats first: x.float().mean().",
        )
    axes = _axes("mean", dim, input._data.ndim, keepdim)
    shape = input._data.shape
    n = _count(shape, axes)
    x = input._data.astype(kind.numpy, copy=False)
    with quiet(all="ignore"):
        y = _added(x, axes, keepdim) / x.dtype.type(n)
    return record(
        "MeanBackward0" if dim is None and not keepdim else "MeanBackward1",
        y,
        (input, lambda g: _spread(g, shape, axes) / n),
    )


def sum_to_size(input: Tensor, *size: Any) -> Tensor:
    """The sum over the dimensions that broadcasting stretched. Follows `torch.Tensor.sum_to_size`.

    >>> torch.ones(2, 3).sum_to_size(1, 3)
    tensor([[2., 2., 2.]])
    """
    shape = tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    have = input._data.shape
    extra = len(have) - len(shape)
    if extra < 0 or builtins.any(
        want not in (1, is_) for want, is_ in zip(shape, have[extra:], strict=False)
    ):
        raise RuntimeError(f"size {{{list(shape)}}} is not expandable to size {{{list(have)}}}.")
    axes = tuple(
        axis
        for axis, size_ in enumerate(have)
        if axis < extra or (shape[axis - extra] == 1 and size_ != 1)
    )
    if not shape:
        return sum(input)
    if not axes:
        return input
    out = sum(input, axes, keepdim=True)
    return out.reshape(shape) if extra else out


def nansum(
    input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None
) -> Tensor:
    """The sum of the numbers that are not nan. Follows `torch.nansum`.

    >>> torch.nansum(torch.tensor([1., np.nan, 2.]))
    tensor(3.)
    """
    require_tensor("nansum", "input", 1, input)
    if input.dtype.is_complex:
        raise RuntimeError("nansum does not support complex inputs")
    if input.dtype.category < dtypes.FLOATING:
        return sum(input, dim, keepdim, dtype=dtype)
    axes = _axes("nansum", dim, input._data.ndim, keepdim)
    x = input._data if dtype is None else input._data.astype(dtype.numpy)
    shape = input._data.shape
    return record(
        "NansumBackward0",
        _added(np.where(np.isnan(x), x.dtype.type(0), x), axes, keepdim, dtype),
        (input, lambda g: where(isnan(input), 0, _spread(g, shape, axes)), input),
    )


def nanmean(
    input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None
) -> Tensor:
    """The mean of the numbers that are not nan. Follows `torch.nanmean`.

    >>> torch.nanmean(torch.tensor([1., np.nan, 2.]))
    tensor(1.5000)
    """
    require_tensor("nanmean", "input", 1, input)
    if input.dtype.category < dtypes.FLOATING:
        raise RuntimeError(
            "nanmean(): expected input to have floating point or complex dtype but got "
            f"{input.dtype.legacy}"
        )
    there = wrap(~np.isnan(input._data))
    return nansum(input, dim, keepdim, dtype=dtype) / sum(there, dim, keepdim)


# ----- spread -----------------------------------------------------------------------------------


def var(
    input: Tensor,
    dim: Any = None,
    unbiased: Any = _unset,
    keepdim: bool = False,
    *,
    correction: Number | None = _unset,
) -> Tensor:
    """The variance: the mean square distance from the mean. Follows `torch.var`.

    Divides by n - `correction`, which is 1 unless you say otherwise (0 with `unbiased=False`).

    >>> torch.var(torch.tensor([1., 2., 3., 4.]))
    tensor(1.6667)
    >>> torch.var(torch.tensor([1., 2., 3., 4.]), correction=0)
    tensor(1.2500)
    """
    axes, correction = _asked("var", input, dim, unbiased, correction)
    y, _ = _variance(input._data, axes, keepdim, correction)
    return record(
        "VarBackward0",
        y.astype(_real(input)),
        (input, lambda g: _of_variance(g, input, axes, correction), input),
    )


def std(
    input: Tensor,
    dim: Any = None,
    unbiased: Any = _unset,
    keepdim: bool = False,
    *,
    correction: Number | None = _unset,
) -> Tensor:
    """The standard deviation, the root of `var`. Follows `torch.std`.

    >>> torch.std(torch.tensor([1., 2., 3., 4.]))
    tensor(1.2910)
    """
    axes, correction = _asked("std", input, dim, unbiased, correction)
    y, _ = _variance(input._data, axes, keepdim, correction)
    out: Tensor = record(
        "StdBackward0",
        np.sqrt(y).astype(_real(input)),
        (input, lambda g: _of_deviation(g, out, input, axes, correction), input),
    )
    return keep(out)


def var_mean(
    input: Tensor,
    dim: Any = None,
    unbiased: Any = _unset,
    keepdim: bool = False,
    *,
    correction: Number | None = _unset,
) -> tuple[Tensor, Tensor]:
    """The variance and the mean. Follows `torch.var_mean`.

    >>> torch.var_mean(torch.tensor([1., 2., 3.]))
    (tensor(1.), tensor(2.))
    """
    axes, correction = _asked("var_mean", input, dim, unbiased, correction)
    y, middle = _variance(input._data, axes, keepdim, correction)
    out: Tensor = record(
        "VarMeanBackward0",
        y.astype(_real(input)),
        (input, lambda g: _of_variance(g, input, axes, correction), input),
    )
    return out, _mean_beside("VarMeanBackward0", middle, input, axes)


def std_mean(
    input: Tensor,
    dim: Any = None,
    unbiased: Any = _unset,
    keepdim: bool = False,
    *,
    correction: Number | None = _unset,
) -> tuple[Tensor, Tensor]:
    """The standard deviation and the mean. Follows `torch.std_mean`.

    >>> torch.std_mean(torch.tensor([1., 2., 3.]))
    (tensor(1.), tensor(2.))
    """
    axes, correction = _asked("std_mean", input, dim, unbiased, correction)
    y, middle = _variance(input._data, axes, keepdim, correction)
    out: Tensor = record(
        "StdMeanBackward0",
        np.sqrt(y).astype(_real(input)),
        (input, lambda g: _of_deviation(g, out, input, axes, correction), input),
    )
    return keep(out), _mean_beside("StdMeanBackward0", middle, input, axes)


def _mean_beside(node: str, middle: Array, input: Tensor, axes: tuple[int, ...]) -> Tensor:
    shape = input._data.shape
    n = _count(shape, axes)
    y = middle.astype(input._data.dtype)
    return record(node, y, (input, lambda g: _spread(g, shape, axes) / n))


def _asked(
    operation: str, input: Any, dim: Any, unbiased: Any, correction: Any
) -> tuple[tuple[int, ...], float]:
    """The dimensions and the correction, of the several ways to ask for them."""
    require_tensor(operation, "input", 1, input)
    if isinstance(dim, bool):  # std(False) is std(unbiased=False)
        dim, unbiased = None, dim
    if unbiased is not _unset and correction is not _unset:
        raise no_such_call(
            operation,
            (input, correction, unbiased),
            "(Tensor input, tuple of ints dim, bool unbiased = True, bool keepdim = False, *, "
            "Tensor out = None)",
            "(Tensor input, tuple of ints dim = None, *, Number correction = None, "
            "bool keepdim = False, Tensor out = None)",
            "(Tensor input, bool unbiased = True)",
        )
    if input.dtype.category < dtypes.FLOATING:
        raise noted(
            RuntimeError("std and var only support floating point and complex dtypes"),
            "Convert to floats first: x.float().",
        )
    if correction is _unset or correction is None:
        correction = 1 if unbiased is _unset else int(unbiased)
    return _axes(operation, dim, input._data.ndim), correction


def _variance(
    x: Array, axes: tuple[int, ...], keepdim: bool, correction: float
) -> tuple[Array, Array]:
    """The variance and the mean, in double precision, as torch computes them."""
    wide = x.astype(np.complex128 if x.dtype.kind == "c" else np.float64)
    n = _count(x.shape, axes)
    with quiet(all="ignore"):
        middle = np.sum(wide, axes, wide.dtype, keepdims=True) / np.float64(n)
        squares = np.square(np.abs(wide - middle))
        y = np.sum(squares, axes, np.float64, keepdims=True) / np.float64(
            builtins.max(n - correction, 0)
        )
    return _left(y, x, axes, keepdim), _left(middle, x, axes, keepdim)


def _real(input: Tensor) -> np.dtype[Any]:
    return np.empty(0, input._data.dtype).real.dtype


def _of_variance(g: Tensor, x: Tensor, axes: tuple[int, ...], correction: float) -> Tensor:
    shape = x._data.shape
    freedom = _count(shape, axes) - correction
    distance = x - mean(x, axes, keepdim=True)
    if freedom <= 0:
        return _spread(g, shape, axes) * where(distance == 0, math.nan, math.inf)  # type: ignore[no-any-return]
    return _spread(g, shape, axes) * (2 / freedom) * distance.conj()


def _of_deviation(
    g: Tensor, out: Tensor, x: Tensor, axes: tuple[int, ...], correction: float
) -> Tensor:
    slope = (g / (2 * out)).masked_fill(out == 0, 0)
    return _of_variance(slope, x, axes, correction)


# ----- products ---------------------------------------------------------------------------------


def prod(
    input: Tensor,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The product. Follows `torch.prod`.

    >>> torch.prod(torch.tensor([[1, 2], [3, 4]])), torch.prod(torch.tensor([[1, 2], [3, 4]]), 1)
    (tensor(24), tensor([ 2, 12]))
    """
    require_tensor("prod", "input", 1, input)
    if isinstance(dim, (tuple, list)):
        raise no_such_call(
            "prod",
            (input, dim),
            "(Tensor input, *, torch.dtype dtype = None)",
            "(Tensor input, int dim, bool keepdim = False, *, torch.dtype dtype = None, "
            "Tensor out = None)",
        )
    axes = _axes("prod", dim, input._data.ndim, keepdim)
    x = _widened(input, dtype)
    with quiet(all="ignore"):
        y = np.multiply.reduce(x, axis=axes, dtype=x.dtype)
    out: Tensor = record(
        "ProdBackward0" if dim is None else "ProdBackward1",
        _left(y, x, axes, keepdim),
        (input, lambda g: _of_product(g, out, input, axes), input),
    )
    return keep(out)


def _widened(input: Tensor, dtype: dtypes.dtype | None) -> Array:
    """The numbers in the type of their sum or product: int64 for integers."""
    if dtype is None:
        dtype = dtypes.int64 if input.dtype.category <= dtypes.INTEGRAL else input.dtype
    return input._data.astype(dtype.numpy, copy=False)


def _of_product(g: Tensor, out: Tensor, x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The gradient of a product: for each number, the product of the others."""
    shape = x._data.shape
    g = _spread(g, shape, axes)
    if np.all(x._data):
        return g * _spread(out, shape, axes) / x
    # Division by zero tells nothing. Products of those before, and of those behind, do.
    line = x.reshape(-1) if len(axes) != 1 else x.movedim(axes[0], 0)
    others = _before(line) * _before(line.flip(0)).flip(0)
    return g * (others.reshape(shape) if len(axes) != 1 else others.movedim(0, axes[0]))


def _before(x: Tensor) -> Tensor:
    """The product of all numbers before each, along the first dimension."""
    from tensorlab.ops.joining import cat

    one = wrap(np.ones((1, *x._data.shape[1:]), x._data.dtype))
    return cumprod(cat([one, x[:-1]]), 0)


def cumsum(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The sum of all numbers up to each. Follows `torch.cumsum`.

    >>> torch.cumsum(torch.tensor([1, 2, 3]), dim=0)
    tensor([1, 3, 6])
    """
    require_tensor("cumsum", "input", 1, input)
    dim = _one_dim("cumsum", dim, input._data.ndim)
    return record(
        "CumsumBackward0",
        _running(np.add, _widened(input, dtype), dim),
        (input, lambda g: cumsum(g.flip(dim), dim).flip(dim) if g._data.ndim else g),
    )


def _running(operation: np.ufunc, x: Array, dim: int) -> Array:
    """operation.accumulate; floats in double precision on the way, as in torch."""
    if not x.ndim:
        return x.copy()

    def accumulate(wide: Array) -> Any:
        running = operation.accumulate(wide, axis=dim, dtype=wide.dtype)
        if operation is np.add:
            running = running + 0  # -0. becomes 0.: torch begins with zero
        return np.ascontiguousarray(running)

    if x.dtype.kind == "f":
        return in_double(accumulate, x)  # type: ignore[no-any-return]
    return accumulate(x)  # type: ignore[no-any-return]


def cumprod(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The product of all numbers up to each. Follows `torch.cumprod`.

    >>> torch.cumprod(torch.tensor([1, 2, 3]), dim=0)
    tensor([1, 2, 6])
    """
    require_tensor("cumprod", "input", 1, input)
    dim = _one_dim("cumprod", dim, input._data.ndim)
    with quiet(all="ignore"):
        y = _running(np.multiply, _widened(input, dtype), dim)
    out: Tensor = record(
        "CumprodBackward0", y, (input, lambda g: _of_running_product(g, out, input, dim), input)
    )
    return keep(out)


def _of_running_product(g: Tensor, out: Tensor, x: Tensor, dim: int) -> Tensor:
    if not x._data.ndim or not x._data.size:
        return g
    if np.all(x._data):
        return cumsum((g * out).flip(dim), dim).flip(dim) / x
    # Without division: what is before, times a sum that is built from the end.
    from tensorlab.ops.joining import stack

    lines, slopes = x.unbind(dim), g.unbind(dim)
    tail = slopes[-1]
    tails = [tail]
    for line, slope in zip(lines[:0:-1], slopes[-2::-1], strict=True):
        tail = slope + line * tail
        tails.append(tail)
    before = _before(x.movedim(dim, 0)).movedim(0, dim)
    return before * stack(tails[::-1], dim)


# ----- the largest and the smallest -------------------------------------------------------------


def max(
    input: Tensor, dim: Any = _unset, keepdim: bool = False, *, other: Tensor | None = None
) -> Any:
    """The largest number; along `dim` with its index; or the larger of two tensors.

    Follows `torch.max`. The indices are those of the first largest. nan counts as the largest.

    >>> x = torch.tensor([[3, 7], [5, 5]])
    >>> torch.max(x)
    tensor(7)
    >>> torch.max(x, dim=1)
    torch.return_types.max(
    values=tensor([7, 5]),
    indices=tensor([1, 0]))
    >>> torch.max(x, torch.tensor(4))
    tensor([[4, 7],
            [5, 5]])
    """
    return _extreme("max", input, dim, keepdim, other)


def min(
    input: Tensor, dim: Any = _unset, keepdim: bool = False, *, other: Tensor | None = None
) -> Any:
    """The smallest number; along `dim` with its index; or the smaller of two tensors.

    Follows `torch.min`. The indices are those of the first smallest. nan counts as the smallest.

    >>> x = torch.tensor([[3, 7], [5, 5]])
    >>> torch.min(x)
    tensor(3)
    >>> torch.min(x, dim=1).indices
    tensor([0, 0])
    """
    return _extreme("min", input, dim, keepdim, other)


def _extreme(operation: str, input: Any, dim: Any, keepdim: Any, other: Any) -> Any:
    require_tensor(operation, "input", 1, input)
    if other is None and isinstance(dim, TensorBase):
        dim, other = _unset, dim
    if other is not None:
        return (maximum if operation == "max" else minimum)(input, other)
    odd = not isinstance(dim, (int, np.integer)) or isinstance(dim, bool)
    if odd and (dim is not _unset or keepdim):
        raise noted(
            no_such_call(
                operation,
                (input, dim),
                "(Tensor input, *, Tensor out = None)",
                "(Tensor input, Tensor other, *, Tensor out = None)",
                "(Tensor input, int dim, bool keepdim = False, *, tuple of Tensors out = None)",
            ),
            f"{operation} takes one dim; a{operation} takes several. "
            f"For the larger of a tensor and a number: x.clamp(min=…)."
            if operation == "max"
            else f"{operation} takes one dim; a{operation} takes several.",
        )
    if dim is _unset:
        return _extreme_of_all(operation, input)
    dim = normal_dim(int(dim), input._data.ndim)
    if input.dtype.is_complex:
        raise RuntimeError(f"{operation}(): does not support complex input")
    indices = _place(operation, input._data, dim)
    kind = return_types.max if operation == "max" else return_types.min
    return kind(
        (
            along(f"{operation.capitalize()}Backward0", input, indices, dim, keepdim),
            indices_of(indices, input, dim, keepdim),
        )
    )


def _extreme_of_all(operation: str, input: Tensor) -> Tensor:
    x = input._data
    if not x.size:
        raise noted(
            RuntimeError(
                f"{operation}(): Expected reduction dim to be specified for input.numel() == 0. "
                "Specify the reduction dim with the 'dim' argument."
            ),
            "An empty tensor has no largest and no smallest number.",
        )
    if input.dtype.is_complex:
        raise not_implemented(f"{operation}_all", input.dtype)
    out: Tensor = record(
        f"{operation.capitalize()}Backward1",
        x.max() if operation == "max" else x.min(),
        (input, lambda g: _evenly(g, out, input, tuple(range(x.ndim)), nan=True), input),
    )
    return keep(out)


def _place(operation: str, x: Array, dim: int) -> Array:
    """The index of the first largest or smallest number along a dimension, which keeps size 1."""
    x = x if x.ndim else x.reshape(1)
    if not x.shape[dim]:
        raise _empty(operation, dim)
    function = np.argmax if operation.endswith("max") else np.argmin
    return np.expand_dims(np.asarray(function(x, axis=dim)).astype(np.int64), dim)


def _empty(operation: str, dim: int) -> IndexError:
    return IndexError(f"{operation}(): Expected reduction dim {dim} to have non-zero size.")


def _evenly(g: Tensor, out: Tensor, x: Tensor, axes: tuple[int, ...], nan: bool = False) -> Tensor:
    """The gradient to those numbers that are the result, in equal shares where there are several.

    A nan is found where `nan` says so: torch looks for it in `max()`, and in `amax` does not.
    """
    shape = x._data.shape
    value = out._data.reshape(_shape(shape, axes, True))
    same = x._data == value
    if nan:
        same = same | (np.isnan(x._data) & np.isnan(value))
    with quiet(all="ignore"):
        share = same / np.sum(same, axes, np.int64, keepdims=True)
    return _spread(g, shape, axes) * wrap(share.astype(x._data.dtype))


def amax(input: Tensor, dim: Dims = (), keepdim: bool = False) -> Tensor:
    """The largest number, along one or several dimensions. Follows `torch.amax`.

    Of the gradient, several largest numbers get equal shares.

    >>> torch.amax(torch.tensor([[3, 7], [5, 5]]), dim=(0, 1))
    tensor(7)
    """
    return _extremes("amax", np.max, input, dim, keepdim)


def amin(input: Tensor, dim: Dims = (), keepdim: bool = False) -> Tensor:
    """The smallest number, along one or several dimensions. Follows `torch.amin`.

    >>> torch.amin(torch.tensor([[3, 7], [5, 5]]), dim=0)
    tensor([3, 5])
    """
    return _extremes("amin", np.min, input, dim, keepdim)


def _extremes(operation: str, function: Any, input: Any, dim: Any, keepdim: Any) -> Tensor:
    require_tensor(operation, "input", 1, input)
    axes = _axes(operation, dim, input._data.ndim, keepdim)
    x = input._data
    if not x.size:
        _forbid_empty(operation, x, dim)
    if input.dtype.is_complex:
        kernel = "max_values_cpu" if operation == "amax" else "min_values_cpu"
        raise not_implemented(kernel, input.dtype)
    y = function(x, axis=axes) if x.size else np.empty(_shape(x.shape, axes, False), x.dtype)
    out: Tensor = record(
        f"{operation.capitalize()}Backward0",
        _left(y, x, axes, keepdim),
        (input, lambda g: _evenly(g, out, input, axes), input),
    )
    return keep(out)


def _forbid_empty(operation: str, x: Array, dim: Any) -> None:
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        raise RuntimeError(
            f"{operation}(): Expected reduction dim to be specified for input.numel() == 0. "
            "Specify the reduction dim with the 'dim' argument."
        )
    for given in dim if isinstance(dim, (tuple, list)) else (dim,):
        if not x.shape[given]:
            raise _empty(operation, given)


def aminmax(
    input: Tensor, *, dim: int | None = None, keepdim: bool = False
) -> return_types.aminmax:
    """The smallest and the largest number. Follows `torch.aminmax`.

    >>> torch.aminmax(torch.tensor([3, 7, 5]))
    torch.return_types.aminmax(
    min=tensor(3),
    max=tensor(7))
    """
    require_tensor("aminmax", "input", 1, input)
    x = input._data
    if not x.size and dim is None:
        raise RuntimeError(
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no "
            "identity."
        )
    axes = _axes("aminmax", dim, x.ndim)
    for axis in axes:
        if not x.shape[axis]:
            raise IndexError(f"aminmax: Expected reduction dim {axis} to have non-zero size.")
    if input.dtype.is_complex:
        raise not_implemented("aminmax_cpu", input.dtype)
    return return_types.aminmax(
        _one_end(function, input, axes, keepdim) for function in (np.min, np.max)
    )


def _one_end(function: Any, input: Tensor, axes: tuple[int, ...], keepdim: bool) -> Tensor:
    x = input._data
    y = function(x, axis=axes) if x.size else np.empty(_shape(x.shape, axes, False), x.dtype)
    out: Tensor = record(
        "AminmaxBackward0",
        _left(y, x, axes, keepdim),
        (input, lambda g: _evenly(g, out, input, axes), input),
    )
    return keep(out)


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the (first) largest number; without `dim`, in the flattened tensor.

    Follows `torch.argmax`.

    >>> x = torch.tensor([[3, 7], [8, 5]])
    >>> torch.argmax(x), torch.argmax(x, dim=1)
    (tensor(2), tensor([1, 0]))
    """
    return _arg("argmax", input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the (first) smallest number; without `dim`, in the flattened tensor.

    Follows `torch.argmin`.

    >>> torch.argmin(torch.tensor([[3, 7], [8, 5]]), dim=0)
    tensor([0, 1])
    """
    return _arg("argmin", input, dim, keepdim)


def _arg(operation: str, input: Any, dim: Any, keepdim: Any) -> Tensor:
    require_tensor(operation, "input", 1, input)
    for kind, name in ((dtypes.BOOLEAN, "bool"), (dtypes.COMPLEX, "complex")):
        if input.dtype.category == kind:
            raise RuntimeError(f"{operation}(): does not support {name} input")
    x = input._data
    if dim is None:
        if not x.size:
            raise IndexError(
                f"{operation}(): Expected reduction dim to be specified for input.numel() == 0."
            )
        place = _place(operation, x.reshape(-1), 0)
        return wrap(place.reshape((1,) * x.ndim if keepdim else ()))
    dim = _one_dim(operation, dim, x.ndim)
    return indices_of(_place(operation, x, dim), input, dim, keepdim)


def median(input: Tensor, dim: Any = _unset, keepdim: bool = False) -> Any:
    """The number in the middle of the order, the lower of two; along `dim` with its index.

    Follows `torch.median`. nan, if there is one.

    >>> torch.median(torch.tensor([5., 1., 3., 100.]))
    tensor(3.)
    >>> torch.median(torch.tensor([[5., 1., 3.]]), dim=1)
    torch.return_types.median(
    values=tensor([3.]),
    indices=tensor([2]))
    """
    require_tensor("median", "input", 1, input)
    odd = input.dtype.category in (dtypes.BOOLEAN, dtypes.COMPLEX)
    if dim is _unset:
        if odd:
            raise not_implemented("median_cpu", input.dtype)
        flat = input._data.reshape(-1)
        out: Tensor = record(
            "MedianBackward0",
            _middle(flat, 0)[0] if flat.size else np.asarray(math.nan).astype(flat.dtype),
            (
                input,
                lambda g: _evenly(g, out, input, tuple(range(input._data.ndim)), nan=True),
                input,
            ),
        )
        return keep(out)
    dim = _one_dim("median", dim, input._data.ndim)
    if input._data.ndim and not input._data.shape[dim]:
        raise _empty("median", dim)
    if odd:
        raise not_implemented("median_out", input.dtype)
    indices = _middle_index(input, dim)
    return return_types.median(
        (
            along("MedianBackward1", input, indices, dim, keepdim),
            indices_of(indices, input, dim, keepdim),
        )
    )


def _middle(x: Array, dim: int) -> Array:
    return np.take_along_axis(x, _middle_index(wrap(x), dim), dim)


def _middle_index(input: Tensor, dim: int) -> Array:
    """The index of the lower middle of the order, or of the first nan."""
    x = input._data if input._data.ndim else input._data.reshape(1)
    indices = nth(input, dim, (x.shape[dim] - 1) // 2)
    if x.dtype.kind == "f":
        nan = np.isnan(x)
        first = np.argmax(nan, axis=dim, keepdims=True).astype(np.int64)
        indices = np.where(nan.any(axis=dim, keepdims=True), first, indices)
    return indices


# ----- true or not ------------------------------------------------------------------------------


def any(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Whether at least one is true (not zero). Follows `torch.any`.

    >>> torch.any(torch.tensor([[1, 2], [0, 0]]) > 1)
    tensor(True)
    >>> torch.any(torch.tensor([[1, 2], [0, 0]]) > 1, dim=1)
    tensor([ True, False])
    """
    return _truths("any", np.any, input, dim, keepdim)


def all(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Whether every one is true (not zero); of none, too. Follows `torch.all`.

    >>> torch.all(torch.tensor([1, 2, 3]) > 1)
    tensor(False)
    """
    return _truths("all", np.all, input, dim, keepdim)


def _truths(operation: str, function: Any, input: Any, dim: Any, keepdim: Any) -> Tensor:
    require_tensor(operation, "input", 1, input)
    x = input._data
    # Other than a sum's, an empty tuple means no dimension here.
    axes = () if dim == () or dim == [] else _axes(operation, dim, x.ndim)
    y = _left(function(x, axis=axes), x, axes, keepdim)
    return wrap(y.astype(np.uint8)) if input.dtype is dtypes.uint8 else truth(y)


def count_nonzero(input: Tensor, dim: Dims = None) -> Tensor:
    """How many numbers are not zero. Follows `torch.count_nonzero`.

    >>> torch.count_nonzero(torch.tensor([[1, 0], [2, 3]]), dim=0)
    tensor([2, 1])
    """
    require_tensor("count_nonzero", "input", 1, input)
    axes = _axes("count_nonzero", dim, input._data.ndim)
    counts = np.sum(input._data != 0, axis=axes, dtype=np.int64)
    return wrap(_left(counts, input._data, axes, False))


# ----- norms ------------------------------------------------------------------------------------


def norm(
    input: Tensor,
    p: Any = "fro",
    dim: Dims = None,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The length of a vector: the root of the sum of squares, or another p. Follows `torch.norm`.

    >>> torch.norm(torch.tensor([3., 4.]))
    tensor(5.)
    >>> torch.norm(torch.tensor([3., -4.]), p=1), torch.norm(torch.tensor([3., -4.]), p=np.inf)
    (tensor(7.), tensor(4.))
    """
    require_tensor("norm", "input", 1, input)
    if isinstance(p, str):
        if p == "nuc":
            from importlib import import_module  # from above: linalg builds on this module

            nuclear: Tensor = import_module("tensorlab.linalg.norms").matrix_norm(
                input, "nuc", (-2, -1) if dim is None else dim, keepdim, dtype=dtype
            )
            return nuclear
        if p != "fro":
            raise RuntimeError(f"linalg.matrix_norm: Order {p} not supported.")
    if input.dtype.category < dtypes.FLOATING:
        raise noted(
            RuntimeError(
                "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
                f"{input.dtype.legacy}"
            ),
            "Convert to floats first: x.float().norm().",
        )
    p = 2.0 if p in ("fro", None) else float(p)
    axes = _axes("norm", dim, input._data.ndim, keepdim)
    if (math.isinf(p) or p < 0) and not _count(input._data.shape, axes):
        raise RuntimeError(
            f"linalg.vector_norm cannot compute the {p:g} norm on an empty tensor because the "
            "operation does not have an identity"
        )
    x = input._data if dtype is None else input._data.astype(dtype.numpy)
    out: Tensor = record(
        "LinalgVectorNormBackward0",
        _left(_length(x, p, axes), x, axes, keepdim),
        (input, lambda g: _of_length(g, out, input, p, axes), input),
    )
    return keep(out)


def _length(x: Array, p: float, axes: tuple[int, ...]) -> Array:
    size = np.abs(x)
    kind = size.dtype
    y: Any
    with quiet(all="ignore"):
        if p == 2 and x.dtype == np.float32:
            y = np.sqrt(total_of_squares(x, axes))
        elif p == math.inf:
            y = size.max(axis=axes, initial=0)
        elif p == -math.inf:
            y = size.min(axis=axes, initial=math.inf)
        elif p == 0:
            y = np.sum(size != 0, axes, np.int64)
        else:
            wide = size.astype(np.float64)
            powers = wide if p == 1 else wide * wide if p == 2 else wide**p
            y = np.sum(powers, axes, np.float64)
            y = y if p == 1 else np.sqrt(y) if p == 2 else y ** (1 / p)
    return np.asarray(y).astype(kind)


def _of_length(g: Tensor, out: Tensor, x: Tensor, p: float, axes: tuple[int, ...]) -> Tensor:
    shape = x._data.shape
    if math.isinf(p):
        return _evenly(g, out, x.abs(), axes, nan=True) * sgn(x).conj()
    g, out_ = _spread(g, shape, axes), _spread(out, shape, axes)
    if p == 0:
        return wrap(np.zeros_like(x._data))
    if p == 1:
        return g * sgn(x).conj()
    if p == 2:
        return x.conj() * (g / out_).masked_fill(out_ == 0, 0)
    way = x.conj()
    slope = way * x.abs() ** (p - 2) if p >= 2 else sgn(way) * x.abs() ** (p - 1)
    if p < 2:
        slope = slope.masked_fill(x == 0, 0)
    return slope * (g / out_ ** (p - 1)).masked_fill(out_ == 0, 0)


def logsumexp(input: Tensor, dim: Dims, keepdim: bool = False) -> Tensor:
    """log(sum(exp(x))), also where exp would overflow. Follows `torch.logsumexp`.

    >>> torch.logsumexp(torch.tensor([1000., 1000.]), dim=0)
    tensor(1000.6932)
    """
    require_tensor("logsumexp", "input", 1, input)
    axes = _axes("logsumexp", dim, input._data.ndim, keepdim)
    x = input._data.astype(floating(input.dtype).numpy, copy=False)
    with quiet(all="ignore"):
        top = x.max(axis=axes, keepdims=True, initial=-math.inf)
        top = np.where(np.isfinite(top), top, x.dtype.type(0))
        sums = _added(in_double(np.exp, x - top), axes, True)
        y = in_double(np.log, sums) + top
    shape = x.shape
    out: Tensor = record(
        "LogsumexpBackward0",
        _left(y, x, axes, keepdim),
        (input, lambda g: _spread(g, shape, axes) * exp(input - _spread(out, shape, axes)), input),
    )
    return keep(out)


cumsum_ = in_place(cumsum)
cumprod_ = in_place(cumprod)
