"""Windows of images as columns, and columns summed into images again.

Images are (N, C, H, W), columns (N, C · kH · kW, L) for the L places where the window fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Pair = tuple[int, int]
    Window = tuple[Pair, Pair, Pair, Pair]  # kernel, dilation, padding, stride


def places(size: Pair, window: Window) -> Pair:
    """In how many rows and columns of places the window fits.

    >>> places((4, 4), ((2, 2), (1, 1), (0, 0), (1, 1)))
    (3, 3)
    """
    rows, columns = (
        (n + 2 * margin - gap * (k - 1) - 1) // step + 1
        for n, k, gap, margin, step in zip(size, *window, strict=True)
    )
    return rows, columns


def to_columns(x: Array, window: Window) -> Array:
    """The window's numbers in each place, as columns.

    >>> to_columns(np.arange(4.0).reshape(1, 1, 2, 2), ((2, 1), (1, 1), (0, 0), (1, 1)))
    array([[[0., 1.],
            [2., 3.]]])
    """
    count, channels, *size = x.shape
    rows, columns = places((size[0], size[1]), window)
    (down, across) = window[2]
    padded = np.pad(x, ((0, 0), (0, 0), (down, down), (across, across)))
    out = np.empty((count, channels, *window[0], rows, columns), x.dtype)
    for i, j, part in _taps(padded, window, rows, columns):
        out[:, :, i, j] = part
    return out.reshape(count, channels * window[0][0] * window[0][1], rows * columns)


def from_columns(columns: Array, size: Pair, window: Window) -> Array:
    """Images of `size`: in each place, the sum of what the columns hold of it."""
    rows, wide = places(size, window)
    (down, across) = window[2]
    count, channels = len(columns), columns.shape[1] // (window[0][0] * window[0][1])
    parts = columns.reshape(count, channels, *window[0], rows, wide)
    padded = np.zeros((count, channels, size[0] + 2 * down, size[1] + 2 * across), columns.dtype)
    for i, j, part in _taps(padded, window, rows, wide):
        part += parts[:, :, i, j]
    return padded[:, :, down : down + size[0], across : across + size[1]].copy()


def _taps(
    padded: Array, window: Window, rows: int, columns: int
) -> Iterator[tuple[int, int, Array]]:
    """For each of the window's numbers, what it sees in all places."""
    kernel, gap, _, step = window
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * gap[0], j * gap[1]
            down = slice(top, top + step[0] * (rows - 1) + 1, step[0])
            across = slice(left, left + step[1] * (columns - 1) + 1, step[1])
            yield i, j, padded[:, :, down, across]
