"""Fourier transforms: fft, rfft and their kin, in one, two or more dimensions.

Follows `torch.fft`. Three transforms do all the work: of complex numbers to complex ones, of real
ones to half of their (symmetric) spectrum, and of such a half to real ones. Each is linear, so its
gradient is a transform again. They compute in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tensorlab import dtypes
from tensorlab.absent import absent_in
from tensorlab.autograd import no_grad
from tensorlab.core import Array, record
from tensorlab.errors import normal_dim, noted
from tensorlab.ops import creation, gathering
from tensorlab.ops.casting import cast
from tensorlab.ops.complexes import conj
from tensorlab.ops.operands import require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fft2", "ifft2", "rfft2", "irfft2", "hfft2",
    "ihfft2", "fftn", "ifftn", "rfftn", "irfftn", "hfftn", "ihfftn", "fftfreq", "rfftfreq",
    "fftshift", "ifftshift",
]  # fmt: skip


# ----- the three transforms -----------------------------------------------------------------------


def _transformed(data: Array, dims: Sequence[int], forward: bool) -> Array:
    for dim in dims:
        data = (
            np.fft.fft(data, axis=dim) if forward else np.fft.ifft(data, axis=dim, norm="forward")
        )
    return data


def _complex(input: Tensor, dims: Sequence[int], forward: bool, scale: float) -> Tensor:
    """Complex numbers to complex ones."""
    wide = input._data.astype(np.complex128)
    data = (_transformed(wide, dims, forward) * scale).astype(input._data.dtype)
    return record("FftC2CBackward0", data, (input, lambda g: _complex(g, dims, forward, scale)))


def _real(input: Tensor, dims: Sequence[int], forward: bool, scale: float, half: bool) -> Tensor:
    """Real numbers to their spectrum; with `half`, to its first half along the last of `dims`."""
    *others, last = dims
    size = input._data.shape[last]
    wide = input._data.astype(np.float64)
    if half:
        first = np.fft.rfft(wide, axis=last)
        first = first if forward else first.conj()
    else:
        first = _transformed(wide, [last], forward)
    data = (_transformed(first, others, forward) * scale).astype(_complex_type(input).numpy)
    return record(
        "FftR2CBackward0",
        data,
        (input, lambda g: _complex(_sized(g, last, size), dims, forward, scale)),
    )


def _doubled(input: Tensor, dims: Sequence[int], size: int, forward: bool, scale: float) -> Tensor:
    """Half of a symmetric spectrum along the last of `dims` to `size` real numbers."""
    *others, last = dims
    half = _transformed(input._data.astype(np.complex128), others, forward)
    half = half.conj() if forward else half
    real = np.float32 if input._data.dtype == np.complex64 else np.float64
    data = (np.fft.irfft(half, size, axis=last, norm="forward") * scale).astype(real)

    def gradient(g: Tensor) -> Tensor:
        found = _real(g, dims, not forward, scale, half=True)
        twice = np.ones(found._data.shape[last], data.dtype)
        twice[1 : 1 + size - len(twice)] = 2  # those that stand for their mirror image, too
        shape = [-1 if d == last else 1 for d in range(g._data.ndim)]
        return conj(found * creation.as_tensor(twice.reshape(shape).astype(data.dtype)))

    return record("FftC2RBackward0", data, (input, gradient))


# ----- reading the arguments ----------------------------------------------------------------------


def _complex_type(input: Tensor) -> dtypes.dtype:
    return dtypes.complex128 if input.dtype is dtypes.float64 else dtypes.complex64


def _prepared(input: Tensor, to_complex: bool = False) -> Tensor:
    """The input as floats, or as complex numbers."""
    if input.dtype in (dtypes.float16, dtypes.bfloat16):
        raise noted(
            RuntimeError(f"Unsupported dtype {input.dtype.legacy}"), "Convert it first: x.float()."
        )
    if input.dtype.category < dtypes.FLOATING:
        input = cast(input, dtypes.get_default_dtype())
    if to_complex and input.dtype.category != dtypes.COMPLEX:
        input = cast(input, _complex_type(input))
    return input


def _require_real(name: str, input: Tensor) -> None:
    if input.dtype.category == dtypes.COMPLEX:
        raise noted(
            RuntimeError(f"{name} expects a real input tensor, but got {input.dtype.legacy}"),
            f"{name.replace('r', '').replace('ih', 'i')} takes complex numbers.",
        )


def _dim(input: Tensor, dim: int) -> int:
    if not input._data.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return normal_dim(dim, input._data.ndim)


def _require_points(size: int) -> None:
    if size < 1:
        raise RuntimeError(f"Invalid number of data points ({size}) specified")


def _scale(norm: str | None, forward: bool, count: int) -> float:
    """What a transform of `count` points is multiplied by. Each way has its own habit."""
    if norm not in (None, "backward", "forward", "ortho"):
        raise noted(
            RuntimeError(f'Invalid normalization mode: "{norm}"'),
            'norm is "backward" (1/n on the way back), "forward" (on the way there) or "ortho" '
            "(1/√n both ways).",
        )
    if norm == "ortho":
        return 1 / math.sqrt(count)
    return 1 / count if forward == (norm == "forward") else 1.0


def _sized(input: Tensor, dim: int, size: int) -> Tensor:
    """The input cut, or lengthened by zeros, to `size` along a dimension."""
    now = input._data.shape[dim]
    if now == size:
        return input
    if size < now:
        return input.narrow(dim, 0, size)
    width = [(0, size - now if d == dim else 0) for d in range(input._data.ndim)]
    return record(
        "ConstantPadNdBackward0",
        np.pad(input._data, width),
        (input, lambda g: g.narrow(dim, 0, now)),
    )


def _plan(input: Tensor, s: Any, dim: Any) -> tuple[list[int], list[int]]:
    """The dimensions to transform, and their sizes. Raises torch's RuntimeError."""
    ndim = input._data.ndim
    s = [s] if isinstance(s, int) else s
    if dim is not None:
        dims = [_dim(input, d) for d in ([dim] if isinstance(dim, int) else dim)]
        if len(set(dims)) < len(dims):
            raise RuntimeError("FFT dims must be unique")
    elif s is not None:
        if len(s) > ndim:
            raise RuntimeError(
                f"Got shape with {len(s)} values but input tensor only has {ndim} dimensions."
            )
        dims = list(range(ndim - len(s), ndim))
    else:
        dims = list(range(ndim))
    if s is not None and len(s) != len(dims):
        raise RuntimeError("When given, dim and shape arguments must have the same length")
    sizes = (
        [input._data.shape[d] if n == -1 else n for d, n in zip(dims, s, strict=True)]
        if s is not None
        else [input._data.shape[d] for d in dims]
    )
    for size in sizes:
        _require_points(size)
    return dims, sizes


def _fitted(input: Tensor, dims: Sequence[int], sizes: Sequence[int]) -> Tensor:
    for dim, size in zip(dims, sizes, strict=True):
        input = _sized(input, dim, size)
    return input


# ----- one dimension ------------------------------------------------------------------------------


def fft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The spectrum of `n` numbers along a dimension: complex ones. Follows `torch.fft.fft`.

    `n` cuts the input, or lengthens it by zeros. float32 gives complex64. Raises RuntimeError for
    float16.

    >>> torch.fft.fft(torch.tensor([1., 0., 0., 0.]))
    tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])
    """
    return _one("fft", input, n, dim, norm, True)


def ifft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The numbers that have this spectrum. Follows `torch.fft.ifft`.

    >>> torch.fft.ifft(torch.fft.fft(torch.tensor([1., 2.]))).real
    tensor([1., 2.])
    """
    return _one("ifft", input, n, dim, norm, False)


def rfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The first half of a real signal's spectrum: the rest mirrors it. Follows `torch.fft.rfft`.

    Raises RuntimeError for complex numbers.

    >>> torch.fft.rfft(torch.tensor([1., 2., 3., 4.]))
    tensor([10.+0.j, -2.+2.j, -2.+0.j])
    """
    return _to_half("rfft", input, n, dim, norm, True)


def irfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The `n` real numbers whose spectrum begins so. Follows `torch.fft.irfft`.

    `n` is an even number by default: give it where the signal was odd.

    >>> torch.fft.irfft(torch.fft.rfft(torch.tensor([1., 2., 3.])), n=3)
    tensor([1., 2., 3.])
    """
    return _from_half("irfft", input, n, dim, norm, False)


def hfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The real spectrum of a signal that mirrors itself. Follows `torch.fft.hfft`."""
    return _from_half("hfft", input, n, dim, norm, True)


def ihfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The inverse of `hfft`: half of a signal that mirrors itself. Follows `torch.fft.ihfft`."""
    return _to_half("ihfft", input, n, dim, norm, False)


def _one(
    name: str, input: Tensor, n: int | None, dim: int, norm: str | None, forward: bool
) -> Tensor:
    require_tensor(f"fft_{name}", "input", 1, input)
    input = _prepared(input)
    dim = _dim(input, dim)
    size = input._data.shape[dim] if n is None else n
    _require_points(size)
    scale = _scale(norm, forward, size)
    if input.dtype.category == dtypes.COMPLEX:
        return _complex(_sized(input, dim, size), [dim], forward, scale)
    return _real(_sized(input, dim, size), [dim], forward, scale, half=False)


def _to_half(
    name: str, input: Tensor, n: int | None, dim: int, norm: str | None, forward: bool
) -> Tensor:
    require_tensor(f"fft_{name}", "input", 1, input)
    _require_real(name, input)
    input = _prepared(input)
    dim = _dim(input, dim)
    size = input._data.shape[dim] if n is None else n
    _require_points(size)
    scale = _scale(norm, forward, size)
    return _real(_sized(input, dim, size), [dim], forward, scale, half=True)


def _from_half(
    name: str, input: Tensor, n: int | None, dim: int, norm: str | None, forward: bool
) -> Tensor:
    require_tensor(f"fft_{name}", "input", 1, input)
    input = _prepared(input, to_complex=True)
    dim = _dim(input, dim)
    size = 2 * (input._data.shape[dim] - 1) if n is None else n
    _require_points(size)
    half = _sized(input, dim, size // 2 + 1)
    return _doubled(half, [dim], size, forward, _scale(norm, forward, size))


# ----- several dimensions -------------------------------------------------------------------------


def fftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The spectrum along several dimensions, or all. Follows `torch.fft.fftn`.

    `s` are the sizes to cut or lengthen them to.
    """
    return _several("fftn", input, s, dim, norm, True)


def ifftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `fftn`. Follows `torch.fft.ifftn`."""
    return _several("ifftn", input, s, dim, norm, False)


def rfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """`fftn` of real numbers, half of it along the last dimension. Follows `torch.fft.rfftn`."""
    return _several_to_half("rfftn", input, s, dim, norm, True)


def irfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `rfftn`: real numbers. Follows `torch.fft.irfftn`."""
    return _several_from_half("irfftn", input, s, dim, norm, False)


def hfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """`hfft` along several dimensions. Follows `torch.fft.hfftn`."""
    return _several_from_half("hfftn", input, s, dim, norm, True)


def ihfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `hfftn`. Follows `torch.fft.ihfftn`."""
    return _several_to_half("ihfftn", input, s, dim, norm, False)


def fft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The spectrum of an image: along two dimensions. Follows `torch.fft.fft2`.

    >>> torch.fft.fft2(torch.ones(2, 2))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """
    return fftn(input, s, dim, norm)


def ifft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The inverse of `fft2`. Follows `torch.fft.ifft2`."""
    return ifftn(input, s, dim, norm)


def rfft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`fft2` of real numbers, half of it along the last. Follows `torch.fft.rfft2`."""
    return rfftn(input, s, dim, norm)


def irfft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The inverse of `rfft2`: real numbers. Follows `torch.fft.irfft2`."""
    return irfftn(input, s, dim, norm)


def hfft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`hfft` along two dimensions. Follows `torch.fft.hfft2`."""
    return hfftn(input, s, dim, norm)


def ihfft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The inverse of `hfft2`. Follows `torch.fft.ihfft2`."""
    return ihfftn(input, s, dim, norm)


def _several(name: str, input: Tensor, s: Any, dim: Any, norm: str | None, forward: bool) -> Tensor:
    require_tensor(f"fft_{name}", "input", 1, input)
    dims, sizes = _plan(input, s, dim)
    whole = _fitted(_prepared(input, to_complex=True), dims, sizes)
    return _complex(whole, dims, forward, _scale(norm, forward, math.prod(sizes)))


def _several_to_half(
    name: str, input: Tensor, s: Any, dim: Any, norm: str | None, forward: bool
) -> Tensor:
    require_tensor(f"fft_{name}", "input", 1, input)
    _require_real(name, input)
    dims, sizes = _plan(input, s, dim)
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")
    whole = _fitted(_prepared(input), dims, sizes)
    return _real(whole, dims, forward, _scale(norm, forward, math.prod(sizes)), half=True)


def _several_from_half(
    name: str, input: Tensor, s: Any, dim: Any, norm: str | None, forward: bool
) -> Tensor:
    require_tensor(f"fft_{name}", "input", 1, input)
    dims, sizes = _plan(input, s, dim)
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")
    last = sizes[-1]
    if s is None or (s if isinstance(s, int) else s[-1]) == -1:
        last = 2 * (input._data.shape[dims[-1]] - 1)
    _require_points(last)
    half = _fitted(_prepared(input, to_complex=True), dims, [*sizes[:-1], last // 2 + 1])
    scale = _scale(norm, forward, math.prod([*sizes[:-1], last]))
    return _doubled(half, dims, last, forward, scale)


# ----- frequencies --------------------------------------------------------------------------------


def fftfreq(n: int, d: float = 1.0, **kwargs: Any) -> Tensor:
    """The frequencies of the places in `fft`'s result, for samples `d` apart: cycles a unit.

    Follows `torch.fft.fftfreq`.

    >>> torch.fft.fftfreq(5)
    tensor([ 0.0000,  0.2000,  0.4000, -0.4000, -0.2000])
    """
    places = np.fft.ifftshift(np.arange(-(n // 2), n - n // 2, dtype=np.int64))
    return _frequencies(places, n, d, kwargs)


def rfftfreq(n: int, d: float = 1.0, **kwargs: Any) -> Tensor:
    """The frequencies of the places in `rfft`'s result. Follows `torch.fft.rfftfreq`.

    >>> torch.fft.rfftfreq(5)
    tensor([0.0000, 0.2000, 0.4000])
    """
    return _frequencies(np.arange(n // 2 + 1, dtype=np.int64), n, d, kwargs)


def _frequencies(places: Array, n: int, d: float, kwargs: dict[str, Any]) -> Tensor:
    kind = kwargs.setdefault("dtype", None) or dtypes.get_default_dtype()
    out = kwargs.pop("out", None)
    made = (
        creation.tensor(places, **{**kwargs, "dtype": kind}) if n else creation.zeros(0, **kwargs)
    )
    with no_grad():
        made.mul_(1.0 / (n * d)) if n else None
    return made if out is None else out.copy_(made)


def fftshift(input: Tensor, dim: Any = None) -> Tensor:
    """The zero frequency moved to the middle. Follows `torch.fft.fftshift`.

    >>> torch.fft.fftshift(torch.fft.fftfreq(4))
    tensor([-0.5000, -0.2500,  0.0000,  0.2500])
    """
    dims = _shifted_dims(input, dim)
    return gathering.roll(input, [input._data.shape[d] // 2 for d in dims], dims)


def ifftshift(input: Tensor, dim: Any = None) -> Tensor:
    """The inverse of `fftshift`. Follows `torch.fft.ifftshift`."""
    dims = _shifted_dims(input, dim)
    return gathering.roll(input, [(input._data.shape[d] + 1) // 2 for d in dims], dims)


def _shifted_dims(input: Tensor, dim: Any) -> list[int]:
    ndim = input._data.ndim
    if dim is None:
        return list(range(ndim))
    return [normal_dim(d, ndim) for d in ([dim] if isinstance(dim, int) else dim)]


def __getattr__(name: str) -> NoReturn:
    """Raise torch's error for a name that is not here, with a sentence on what to use."""
    raise absent_in("fft", name, __all__)
