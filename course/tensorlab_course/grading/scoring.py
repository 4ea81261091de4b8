"""What a test cell's outputs are worth, and what of a hidden test may be told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tensorlab_course.grading import rules
from tensorlab_course.grading.rules import Outputs, failed, number
from tensorlab_course.grading.source import SourceCell


@dataclass
class Reached:
    """The score of a test cell, and a word where it is not plain."""

    score: float
    note: str = ""


def grade(cell: SourceCell, outputs: Outputs | None, ignored: str = "") -> Reached:
    """The score of a test cell with these outputs; nothing for one that did not run.

    nbgrader takes NaN and numbers below 0 for full points, and stops at numbers that are too
    large. Tests compute with what students return, so here all three are worth nothing.
    """
    points = float(cell.metadata["points"])
    if outputs is None:
        return Reached(0.0)
    outputs = rules.without_ignored(outputs, ignored)
    for output in outputs:
        if failed(output):
            break
        if output["output_type"] == "execute_result":
            value = number(output)
            if value is not None and not (math.isfinite(value) and 0 <= value <= points):
                note = f"the test {cell.grade_id} gave {value:g} of {points:g} points, taken as 0"
                return Reached(0.0, note)
            break
    return Reached(rules.points_of(outputs, points))


def shown(visible: Outputs, scored: Outputs | None, reached: Reached) -> Outputs:
    """The outputs of a test with hidden parts: of the visible parts, and whether all passed."""
    failed_hidden = scored is None or any(map(failed, scored))
    failed_visible = any(map(failed, visible))
    if failed_hidden:
        return visible if failed_visible else [*visible, _hidden_failed()]
    if failed_visible:  # it was luck: what counts passed
        visible = [output for output in visible if not failed(output)]
    kept = [output for output in visible if output["output_type"] != "execute_result"]
    for output in scored or ():
        if output["output_type"] == "execute_result" and number(output) is not None:
            data = {"text/plain": f"{reached.score:g}"}
            kept.append({"output_type": "execute_result", "data": data, "metadata": {}})
            break
    return kept


def _hidden_failed() -> dict[str, Any]:
    text = "a hidden test of this cell failed"
    return {
        "output_type": "error",
        "ename": "HiddenTestFailed",
        "evalue": text,
        "traceback": [f"HiddenTestFailed: {text}"],
    }
