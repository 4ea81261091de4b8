"""What describes many numbers: mode, quantile, nanmedian, cov, corrcoef, histc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes, return_types
from tensorlab.core import Array, TensorBase, record, wrap
from tensorlab.errors import normal_dim
from tensorlab.ops.gathering import gather
from tensorlab.ops.operands import keep, no_such_call, not_implemented, require_tensor, spoken_kind
from tensorlab.ops.pointwise import clamp, lerp
from tensorlab.ops.reduction import _evenly
from tensorlab.ops.sorting import along, indices_of, ordered, sort

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


# ----- the most frequent, and the middle --------------------------------------------------------


def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent number along a dimension, of several the smallest. Follows `torch.mode`.

    >>> torch.mode(torch.tensor([3, 1, 3, 2]))
    torch.return_types.mode(
    values=tensor(3),
    indices=tensor(2))
    """
    require_tensor("mode", "input", 1, input)
    dim = normal_dim(dim, input._data.ndim)
    x = input._data.reshape(input._data.shape or (1,))
    if not x.shape[dim]:
        raise IndexError(f"mode(): Expected reduction dim {dim} to have non-zero size.")
    rows = np.moveaxis(x, dim, -1)
    places = np.zeros((*rows.shape[:-1], 1), np.int64)
    for row in np.ndindex(rows.shape[:-1]):
        values, counts = np.unique(rows[row], return_counts=True)
        places[row] = np.flatnonzero(rows[row] == values[np.argmax(counts)])[-1]
    indices = np.ascontiguousarray(np.moveaxis(places, -1, dim))
    return return_types.named(
        "mode",
        along("ModeBackward0", input, indices, dim, keepdim),
        indices_of(indices, input, dim, keepdim),
    )


def nanmedian(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The middle number of those that are not nan. Follows `torch.nanmedian`.

    >>> torch.nanmedian(torch.tensor([1., float("nan"), 3., 2.]))
    tensor(2.)
    """
    require_tensor("nanmedian", "input", 1, input)
    if input.dtype is dtypes.bool:
        raise not_implemented("median_cpu" if dim is None else "median_out", input.dtype)
    if dim is None:
        flat = input.reshape(-1)
        if not flat._data.size:
            return wrap(np.asarray(np.nan, input._data.dtype))
        place = _middle_of_numbers(flat._data, 0)
        out: Tensor = record(
            "NanmedianBackward0",
            flat._data[place[0]],
            (flat, lambda g: _evenly(g, out, flat, (0,), nan=True)),
        )
        return keep(out)
    dim = normal_dim(dim, input._data.ndim)
    if input._data.ndim and not input._data.shape[dim]:
        raise IndexError(f"median(): Expected reduction dim {dim} to have non-zero size.")
    indices = _middle_of_numbers(input._data.reshape(input._data.shape or (1,)), dim)
    return return_types.named(
        "nanmedian",
        along("NanmedianBackward1", input, indices, dim, keepdim),
        indices_of(indices, input, dim, keepdim),
    )


def _middle_of_numbers(x: Array, dim: int) -> Array:
    """Where the lower of the middle numbers is; nan comes last in the order."""
    known = x.shape[dim] - np.sum(np.isnan(x), dim, dtype=np.int64, keepdims=True)
    place = np.maximum(known - 1, 0) // 2
    return np.take_along_axis(ordered(x, dim), place, dim)


# ----- quantiles --------------------------------------------------------------------------------

_BETWEEN = ("linear", "lower", "higher", "midpoint", "nearest")


def quantile(
    input: Tensor,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """The number below which a share q of all numbers lies. Follows `torch.quantile`.

    With several q in a tensor, the result has a first dimension for them. Between two numbers,
    `interpolation` is "linear", "lower", "higher", "midpoint" or "nearest". nan gives nan.

    >>> torch.quantile(torch.tensor([1., 2., 3., 4.]), 0.5)
    tensor(2.5000)
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


def nanquantile(
    input: Tensor,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """`quantile` of the numbers that are not nan. Follows `torch.nanquantile`.

    >>> torch.nanquantile(torch.tensor([1., float("nan"), 3.]), 0.5)
    tensor(2.)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


def _quantile(
    operation: str, input: Tensor, q: Any, dim: int | None, keepdim: bool, interpolation: str
) -> Tensor:
    require_tensor(operation, "input", 1, input)
    shares = _shares(operation, input, q, interpolation)
    ndim = input._data.ndim
    if dim is None:
        rows, kept = input.flatten(), (1,) * ndim
    else:
        dim = normal_dim(dim, ndim)
        rows = input.movedim(dim, -1) if ndim else input.reshape(1)
        kept = tuple(1 if d == dim else n for d, n in enumerate(input._data.shape))
    if not rows._data.ndim:
        rows = rows.reshape(1)
    out = _at_shares(operation, rows, shares, interpolation)  # (…, number of q)
    if keepdim:
        out = out.reshape(*kept, shares._data.size)
    many = isinstance(q, TensorBase) and q._data.ndim
    moved = out.movedim(-1, 0) if many else out.squeeze(-1)
    return record("SqueezeBackward4", moved._data, (moved, lambda g: g))


def _shares(operation: str, input: Tensor, q: Any, interpolation: str) -> Tensor:
    """q as a vector of the input's type. Raises torch's errors."""
    said = "quantile()"
    if not isinstance(q, (int, float, TensorBase)):
        raise no_such_call(operation, (input, q), f"(Tensor input, Tensor q) not {spoken_kind(q)}")
    if not input._data.size:
        raise RuntimeError(f"{said} input tensor must be non-empty")
    if input.dtype not in (dtypes.float32, dtypes.float64):
        raise RuntimeError(f"{said} input tensor must be either float or double dtype")
    if isinstance(q, TensorBase):
        if q._data.ndim > 1:
            raise RuntimeError(f"{said} q must be a scalar or 1D tensor")
        if q.dtype is not input.dtype:
            raise RuntimeError(f"{said} q tensor must be same dtype as the input tensor")
        if ((q._data < 0) | (q._data > 1)).any():
            raise RuntimeError(f"{said} q values must be in the range [0, 1]")
    elif not 0 <= q <= 1:
        raise RuntimeError(f"{said} q must be in the range [0, 1] but got {q:g}")
    if interpolation not in _BETWEEN:
        raise RuntimeError(
            f"{said} interpolation must be one of linear, lower, higher, midpoint or nearest, but "
            f"got {interpolation}"
        )
    shares: Any = q if isinstance(q, TensorBase) else wrap(np.asarray(q, input._data.dtype))
    return shares.reshape(-1)  # type: ignore[no-any-return]


def _at_shares(operation: str, rows: Tensor, shares: Tensor, interpolation: str) -> Tensor:
    """The quantiles of each row, in a last dimension."""
    in_order = sort(rows, -1).values
    last = np.asarray(rows._data.shape[-1] - 1, rows._data.dtype)
    missing = np.isnan(rows._data)
    if operation == "nanquantile":
        known = rows._data.shape[-1] - np.sum(missing, -1, dtype=np.int64, keepdims=True)
        last = np.maximum(known - 1, 0).astype(rows._data.dtype)
    ranks = shares * wrap(np.broadcast_to(last, (*rows._data.shape[:-1], 1)).copy())
    if operation == "quantile" and missing.any():  # nan is last in the order
        ranks = ranks.masked_fill(wrap(missing.any(-1, keepdims=True)), float(last))
    if interpolation in ("lower", "higher", "nearest"):
        rounded = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}[interpolation]
        return gather(in_order, -1, wrap(rounded(ranks._data).astype(np.int64)))
    below = np.floor(ranks._data)
    low = gather(in_order, -1, wrap(below.astype(np.int64)))
    high = gather(in_order, -1, wrap(np.ceil(ranks._data).astype(np.int64)))
    weight = wrap(np.full_like(below, 0.5)) if interpolation == "midpoint" else ranks - wrap(below)
    return lerp(low, high, weight)


# ----- how numbers go together ------------------------------------------------------------------


def cov(
    input: Tensor,
    *,
    correction: int = 1,
    fweights: Tensor | None = None,
    aweights: Tensor | None = None,
) -> Tensor:
    """The covariance of variables, one a row; columns are observations. Follows `torch.cov`.

    >>> torch.cov(torch.tensor([[0., 2.], [0., 4.]]))
    tensor([[2., 4.],
            [4., 8.]])
    """
    require_tensor("cov", "input", 1, input)
    if input._data.ndim > 2:
        raise RuntimeError(
            "cov(): expected input to have two or fewer dimensions but got an input with "
            f"{input._data.ndim} dimensions"
        )
    if input.dtype is dtypes.bool:
        raise RuntimeError("cov(): bool dtype is not supported for input")
    x = input if input._data.ndim == 2 else input.reshape(1, -1)
    count = x._data.shape[1]
    weights = _weights(fweights, aweights, count)
    if x.dtype.category < dtypes.FLOATING:
        x = x.to(dtypes.get_default_dtype())
    total: Any = count if weights is None else weights.sum()
    middle = (x if weights is None else x * weights).sum(1) / total
    freedom = total - correction
    if aweights is not None and weights is not None and correction:
        freedom = total - correction * (weights * aweights).sum() / total
    if not isinstance(freedom, TensorBase):
        freedom = max(freedom, 0)
    away = x - middle.unsqueeze(1)
    right = away if weights is None else away * weights
    out = (away @ right.t().conj()) / freedom
    out = out if out._data.size != 1 else out.squeeze()
    return record("SqueezeBackward0", out._data, (out, lambda g: g))


def _weights(fweights: Tensor | None, aweights: Tensor | None, count: int) -> Any:
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is None:
            continue
        wanted = dtypes.INTEGRAL if name == "fweights" else dtypes.FLOATING
        if given._data.ndim > 1:
            raise RuntimeError(
                f"cov(): expected {name} to have one or fewer dimensions but got {name} with "
                f"{given._data.ndim} dimensions"
            )
        if given.dtype.category != wanted:
            word = "integral" if name == "fweights" else "floating point"
            raise RuntimeError(
                f"cov(): expected {name} to have {word} dtype but got {name} with "
                f"{given.dtype.legacy} dtype"
            )
        if given._data.size != count:
            raise RuntimeError(
                f"cov(): expected {name} to have the same numel as there are observations in the "
                f"input but got {given._data.size} != {count}"
            )
    if fweights is None or aweights is None:
        return fweights if aweights is None else aweights
    return fweights * aweights


def corrcoef(input: Tensor) -> Tensor:
    """Covariances divided by both deviations: from -1 to 1. Follows `torch.corrcoef`.

    >>> torch.corrcoef(torch.tensor([[0., 1., 2.], [0., 2., 4.]]))
    tensor([[1., 1.],
            [1., 1.]])
    """
    require_tensor("corrcoef", "input", 1, input)
    if input._data.ndim > 2:
        raise RuntimeError(
            "corrcoef(): expected input to have two or fewer dimensions but got an input with "
            f"{input._data.ndim} dimensions"
        )
    together = cov(input)
    if not together._data.ndim:
        return together / together
    deviation = together.diagonal().sqrt()
    out = together / deviation.unsqueeze(-1) / deviation.unsqueeze(0)
    return out if out.is_complex() else clamp(out, -1, 1)


# ----- counting ---------------------------------------------------------------------------------


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many numbers fall in each of equal intervals. Follows `torch.histc`.

    The intervals span min to max, or all numbers where both are 0. Others are not counted.

    >>> torch.histc(torch.tensor([1., 2., 1.]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    require_tensor("histc", "input", 1, input)
    if input.dtype.category != dtypes.FLOATING:
        raise not_implemented("histogram_cpu", input.dtype)
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    x = input._data.reshape(-1)
    low, high = float(min), float(max)
    if low > high:
        raise RuntimeError("torch.histc: max must be larger than min")
    if low == high and x.size:
        low, high = float(x.min()), float(x.max())
    if low == high:
        low, high = low - 1, high + 1
    if not np.isfinite([low, high]).all():
        raise RuntimeError(f"torch.histc: range of [{low}, {high}] is not finite")
    inside = x[(x >= low) & (x <= high)].astype(np.float64)
    places = np.minimum((inside - low) * (bins / (high - low)), bins - 1).astype(np.intp)
    return wrap(np.bincount(places, minlength=bins).astype(x.dtype))


def histogram(
    input: Tensor,
    bins: Any,
    *,
    range: Any = None,
    weight: Tensor | None = None,
    density: bool = False,
) -> Any:
    """Counts, or sums of weights, in intervals, and the intervals' ends.

    `bins` is how many, or a tensor of their ends. Follows `torch.histogram`.

    >>> torch.histogram(torch.tensor([1., 2., 1.]), bins=4, range=(0., 3.)).hist
    tensor([0., 2., 1., 0.])
    """
    require_tensor("histogram", "input", 1, input)
    if input.dtype.category != dtypes.FLOATING:
        raise not_implemented("histogram_cpu", input.dtype)
    x = input._data.reshape(-1)
    kind = x.dtype
    if isinstance(bins, TensorBase):
        edges = bins._data
    else:
        low, high = range or ((float(x.min()), float(x.max())) if x.size else (0.0, 0.0))
        if low == high:
            low, high = low - 1, high + 1
        edges = np.linspace(low, high, bins + 1).astype(kind)
    weights = None if weight is None else weight._data.reshape(-1)
    counts, _ = np.histogram(x, edges, weights=weights)
    data = counts.astype(kind)
    if density:
        data = (data / data.sum() / np.diff(edges)).astype(kind)
    return return_types.named("histogram", wrap(data), wrap(edges))
