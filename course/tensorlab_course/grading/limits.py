"""What one notebook of a submission may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds for a student's code; sizes in bytes, times in seconds."""

    timeout: float = 30.0  # for a cell, or for all the calls of one test cell
    memory: int = 1024 * MEGABYTE  # for all processes of the notebook together
    processes: int = 64
    output: int = MEGABYTE  # that a notebook keeps, of all that it prints and shows
    file_size: int = 64 * MEGABYTE
    message: int = 64 * MEGABYTE  # that may cross at a time
    cells: int = 10  # times `timeout` that all cells, and again all tests, of a notebook may take
    stuck_cells: int = 3  # cells that may run out of time or end the process before all is stopped

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for a job that travels."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Limits:
        """The inverse of `to_dict`."""
        return cls(**values)
