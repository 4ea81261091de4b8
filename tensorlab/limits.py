"""What a type of number can hold: `torch.finfo(torch.float32).max` and its kin."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorlab import dtypes


class finfo:
    """The limits of a floating point type, the default one's if none is named.

    Raises TypeError for other types. Follows `torch.finfo`.

    >>> torch.finfo(torch.float32).eps
    1.1920928955078125e-07
    """

    __slots__ = ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution", "dtype")

    def __init__(self, dtype: dtypes.dtype | None = None) -> None:
        dtype = dtype or dtypes.get_default_dtype()
        if dtype.category < dtypes.FLOATING:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle "
                "'torch.finfo'"
            )
        if dtype is dtypes.bfloat16:
            self.bits, self.eps, self.resolution, self.dtype = 16, 2.0**-7, 0.01, "bfloat16"
            self.max = (2 - 2.0**-7) * 2.0**127
            self.min, self.tiny = -self.max, 2.0**-126
            self.smallest_normal = self.tiny
            return
        info: Any = np.finfo(dtype.numpy)
        self.bits = info.bits
        self.eps, self.max, self.min = float(info.eps), float(info.max), float(info.min)
        self.tiny = self.smallest_normal = float(info.tiny)
        self.resolution = 10.0**-info.precision
        self.dtype = info.dtype.name

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, "
            f"eps={self.eps:g}, smallest_normal={self.tiny:g}, tiny={self.tiny:g}, "
            f"dtype={self.dtype})"
        )


class iinfo:
    """The limits of an integer type. Raises TypeError for other types. Follows `torch.iinfo`.

    >>> torch.iinfo(torch.uint8).max
    255
    """

    __slots__ = ("bits", "max", "min", "dtype")

    def __init__(self, dtype: dtypes.dtype) -> None:
        if dtype.category != dtypes.INTEGRAL:
            raise TypeError(
                "torch.iinfo() requires an integer input type. Use torch.finfo to handle "
                "'torch.iinfo'"
            )
        info: Any = np.iinfo(dtype.numpy)
        self.bits, self.max, self.min = info.bits, int(info.max), int(info.min)
        self.dtype = info.dtype.name

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
