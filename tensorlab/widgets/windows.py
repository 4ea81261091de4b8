"""Where a sliding window lies on its input: for the pictures of ConvWindow and PoolWindow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tensorlab.widgets.picture import Planes


@dataclass(frozen=True)
class Axis:
    """A window along one axis: `count` places, `stride` apart, the first in the padding."""

    kernel: int
    stride: int
    dilation: int
    padding: int
    count: int

    def sees(self, place: int, at: int) -> bool:
        """Whether the window at a place covers the cell `at`, below 0 in the padding.

        >>> [at for at in range(-1, 6) if Axis(3, 2, 1, 1, 3).sees(1, at)]
        [1, 2, 3]
        """
        steps, rest = divmod(at + self.padding - place * self.stride, self.dilation)
        return rest == 0 and 0 <= steps < self.kernel

    def visits(self, at: int) -> bool:
        """Whether any window covers the cell `at`."""
        return any(self.sees(place, at) for place in range(self.count))


def axes(kernel: Iterable[int], *rest: Iterable[int]) -> tuple[Axis, Axis]:
    """Down and across, from pairs: kernel, stride, dilation, padding, and the output's size."""
    down, across = (Axis(*sizes) for sizes in zip(kernel, *rest, strict=True))
    return down, across


def unvisited(windows: tuple[Axis, Axis], planes: Planes) -> Planes:
    """The same planes, hatched where no window comes."""
    down, across = windows
    rows, columns = planes.values.shape[1:]
    used = (
        [i for i in range(rows) if down.visits(i)],
        [j for j in range(columns) if across.visits(j)],
    )
    planes.hatched = lambda _, i, j: i not in used[0] or j not in used[1]
    return planes
