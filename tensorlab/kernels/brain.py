"""bfloat16: the upper half of a float32, 8 bits of exponent and 8 digits of significand.

numpy has no such type. A bfloat16 tensor holds float32 numbers whose lower 16 bits are zero, and
the result of each operation is rounded to such numbers again. So every operation there is works
on it as it stands, computes in float32 as torch does, and its views share memory. Held as 16-bit
integers, it would take half the memory, and every operation would have to unpack and pack it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]


def rounded(array: Array) -> Array:
    """The nearest numbers that bfloat16 has, ties to the even one, as a new float32 array.

    >>> rounded(np.array([1.0, 1.00390625, 1.01171875, 0.1], np.float32))
    array([1.        , 1.        , 1.015625  , 0.10009766], dtype=float32)
    """
    whole = np.array(array, np.float32, order="K")
    bits = whole.view(np.uint32)
    odd = (bits >> np.uint32(16)) & np.uint32(1)
    nan = np.isnan(whole)
    bits += np.uint32(0x7FFF) + odd
    bits &= np.uint32(0xFFFF0000)
    whole[nan] = np.nan
    return whole


def packed(array: Array) -> Array:
    """The upper halves, as 16-bit integers: how files hold bfloat16."""
    return (np.ascontiguousarray(array).view(np.uint32) >> np.uint32(16)).astype(np.uint16)


def unpacked(halves: Array) -> Array:
    """The float32 numbers of `packed`."""
    return (halves.astype(np.uint32) << np.uint32(16)).view(np.float32)
