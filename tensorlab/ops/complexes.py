"""Complex numbers: their parts, their angle, their conjugates, and pairs of real numbers for them.

Gradients are written here as all are, as for real numbers: `record` conjugates both ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, record, view, wrap
from tensorlab.ops.creation import complex as complex_of
from tensorlab.ops.indexing import select
from tensorlab.ops.logic import where
from tensorlab.ops.operands import floating, in_place, require_tensor

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "angle", "conj", "conj_physical", "imag", "is_conj", "is_neg", "isreal", "polar", "real",
    "resolve_conj", "resolve_neg", "view_as_complex", "view_as_real",
]  # fmt: skip

_REAL_OF = {dtypes.complex64: dtypes.float32, dtypes.complex128: dtypes.float64}
_COMPLEX_OF = {real: both for both, real in _REAL_OF.items()}


# ----- pairs ------------------------------------------------------------------------------------


def view_as_real(input: Tensor) -> Tensor:
    """The parts of each complex number in a last dimension of two. A view.

    Follows `torch.view_as_real`.

    >>> torch.view_as_real(torch.tensor([1 + 2j]))
    tensor([[1., 2.]])
    """
    require_tensor("view_as_real", "input", 1, input)
    if not input.dtype.is_complex:
        raise RuntimeError("view_as_real is only supported for complex tensors")
    out = view("ViewAsRealBackward0", input, _parts, _joined)
    out._dtype = _REAL_OF[input.dtype]
    return out


def _parts(array: Array) -> Array:
    half = array.itemsize // 2
    return np.lib.stride_tricks.as_strided(array.real, (*array.shape, 2), (*array.strides, half))


def _joined(g: Tensor) -> Tensor:
    return complex_of(g[..., 0], g[..., 1])


def view_as_complex(input: Tensor) -> Tensor:
    """A complex number for each pair in the last dimension. A view.

    Follows `torch.view_as_complex`.

    >>> torch.view_as_complex(torch.tensor([[1., 2.], [3., 4.]]))
    tensor([1.+2.j, 3.+4.j])
    """
    require_tensor("view_as_complex", "input", 1, input)
    if input.dtype not in _COMPLEX_OF:
        raise RuntimeError(
            "view_as_complex is only supported for half, float and double tensors, but got a "
            f"tensor of scalar type: {input.dtype.legacy}"
        )
    data = input._data
    if not data.ndim:
        raise RuntimeError("Input tensor must have one or more dimensions")
    if data.shape[-1] != 2:
        raise RuntimeError("Tensor must have a last dimension of size 2")
    if data.strides[-1] != data.itemsize:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    if any(step % (2 * data.itemsize) for step in data.strides[:-1]):
        raise RuntimeError("Tensor must have a stride divisible by 2 for all but last dimension")
    kind = _COMPLEX_OF[input.dtype]
    out = view("ViewAsComplexBackward0", input, lambda a: a.view(kind.numpy)[..., 0], view_as_real)
    out._dtype = kind
    return out


# ----- parts ------------------------------------------------------------------------------------


def real(input: Tensor) -> Tensor:
    """The real parts, a view; the tensor itself, where it is real. Follows `torch.real`.

    >>> torch.real(torch.tensor([1 + 2j]))
    tensor([1.])
    """
    return select(view_as_real(input), -1, 0) if input.is_complex() else input


def imag(input: Tensor) -> Tensor:
    """The imaginary parts, a view. Follows `torch.imag`.

    >>> torch.imag(torch.tensor([1 + 2j]))
    tensor([2.])
    """
    if not input.is_complex():
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return select(view_as_real(input), -1, 1)


def angle(input: Tensor) -> Tensor:
    """The direction of a complex number, in radians; π for a negative one. Follows `torch.angle`.

    >>> torch.angle(torch.tensor([1j, -1]))
    tensor([1.5708, 3.1416])
    """
    require_tensor("angle", "input", 1, input)
    if not input.is_complex():
        x = input._data.astype(floating(input.dtype).numpy, copy=False)
        data = np.where(np.isnan(x), x, np.where(x < 0, np.pi, 0)).astype(x.dtype)
        return record("AngleBackward0", data, (input, lambda g: g * 0))

    def of_input(g: Tensor) -> Tensor:
        square = input.real * input.real + input.imag * input.imag
        safe = where(square == 0, 1.0, square)
        parts = complex_of(-input.imag / safe, -input.real / safe)
        return g * where(square == 0, wrap(np.zeros((), parts._data.dtype)), parts)  # type: ignore[no-any-return]

    return record("AngleBackward0", np.angle(input._data), (input, of_input, input))


def polar(abs: Tensor, angle: Tensor) -> Tensor:
    """A complex number from its size and direction. Follows `torch.polar`.

    >>> torch.polar(torch.tensor([2.]), torch.tensor([0.]))
    tensor([2.+0.j])
    """
    require_tensor("polar", "abs", 1, abs)
    require_tensor("polar", "angle", 2, angle)
    for x in (abs, angle):
        if x.dtype not in _COMPLEX_OF and x.dtype is not dtypes.float16:
            raise RuntimeError(
                "Expected both inputs to be Half, Float or Double tensors but got "
                f"{abs.dtype.legacy} and {angle.dtype.legacy}"
            )
    if abs.dtype is not angle.dtype:
        raise RuntimeError(
            f"Expected object of scalar type {abs.dtype.legacy} but got scalar type "
            f"{angle.dtype.legacy} for second argument"
        )
    out = complex_of(abs * angle.cos(), abs * angle.sin())
    return record("PolarBackward0", out._data, (out, lambda g: g))


# ----- conjugates -------------------------------------------------------------------------------


def conj(input: Tensor) -> Tensor:
    """The complex conjugate; the tensor itself, where it is real. Follows `torch.conj`.

    >>> torch.conj(torch.tensor([1 + 2j]))
    tensor([1.-2.j])
    """
    if not input.is_complex():
        return input
    return record("ConjBackward0", np.conj(input._data), (input, lambda g: g.conj()))


def conj_physical(input: Tensor) -> Tensor:
    """The complex conjugate, as a new tensor; itself, where it is real.

    Follows `torch.conj_physical`.
    """
    if not input.is_complex():
        return input
    data = np.conj(input._data)
    return record("ConjPhysicalBackward0", data, (input, lambda g: g.conj()))


def resolve_conj(input: Tensor) -> Tensor:
    """The tensor itself: conjugates are computed at once here. Follows `torch.resolve_conj`."""
    return input


def resolve_neg(input: Tensor) -> Tensor:
    """The tensor itself: signs are changed at once here. Follows `torch.resolve_neg`."""
    return input


def is_conj(input: Tensor) -> bool:
    """False: conjugates are computed at once here. Follows `torch.is_conj`."""
    return False


def is_neg(input: Tensor) -> bool:
    """False: signs are changed at once here. Follows `torch.is_neg`."""
    return False


def isreal(input: Tensor) -> Tensor:
    """Where the imaginary part is zero. Follows `torch.isreal`.

    >>> torch.isreal(torch.tensor([1 + 0j, 2j]))
    tensor([ True, False])
    """
    require_tensor("isreal", "input", 1, input)
    return wrap(np.asarray(input._data.imag == 0))


conj_physical_ = in_place(conj_physical)
