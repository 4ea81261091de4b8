"""A notebook of an assignment, as the instructor wrote it and as students have it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class SourceCell:
    """A cell of the source: its text for the gradebook, for students, and with the solution."""

    role: str  # test, solution, manual, task, locked, plain or text
    grade_id: str
    cell_type: str
    source: str
    release: str
    model: str
    metadata: dict[str, Any]  # what nbgrader keeps in the cell
    has_hidden: bool
    lock: dict[str, bool]  # whether a front end may delete or edit the cell


@dataclass
class SourceNotebook:
    """A notebook of an assignment."""

    name: str
    cells: list[SourceCell]
    kernelspec: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for a job that travels."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> SourceNotebook:
        """The inverse of `to_dict`."""
        cells = [SourceCell(**cell) for cell in values["cells"]]
        return cls(values["name"], cells, values["kernelspec"])

    def digest(self) -> str:
        """What changes when the notebook does."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
