"""What running a notebook brought: a result for each code cell, or one problem for them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

OUTPUTS_DIFFER = "the outputs differ"

Outcome = Literal["passed", "differs", "raises", "timeout", "died", "not run"]


@dataclass(frozen=True)
class CellResult:
    """One code cell, counted from 1; `saved` and `fresh` are set where the outputs differ."""

    number: int
    outcome: Outcome
    seconds: float = 0.0
    message: str = ""
    saved: str = ""
    fresh: str = ""

    @property
    def ok(self) -> bool:
        return self.outcome == "passed"


@dataclass
class NotebookResult:
    """One notebook; `problem` says in one line why it was not, or not wholly, run."""

    path: Path
    cells: list[CellResult] = field(default_factory=list)
    seconds: float = 0.0
    problem: str | None = None
    changed: bool = False  # whether saving its outputs changed the file

    @property
    def ok(self) -> bool:
        return self.problem is None and all(cell.ok for cell in self.cells)
