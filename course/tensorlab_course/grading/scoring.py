"""What a test cell's outputs are worth, by nbgrader's rules, and what of a hidden test may be told."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import nbformat
from nbgrader import utils

from tensorlab_course.grading.source import SourceCell

Outputs = list[dict[str, Any]]


@dataclass
class Reached:
    """The score of a test cell, and a word where it is not plain."""

    score: float
    note: str = ""


def grade(cell: SourceCell, outputs: Outputs | None, ignored: str = "") -> Reached:
    """The score that nbgrader gives a test cell with these outputs; nothing for one that did not run."""
    points = float(cell.metadata["points"])
    if outputs is None:
        return Reached(0.0)
    if ignored:
        outputs = [o for o in outputs if not _is_ignored(o, ignored)]
    for output in outputs:
        if _failed(output):
            break
        if output["output_type"] == "execute_result":
            value = _number(output)
            if value is not None and not (math.isfinite(value) and 0 <= value <= points):
                note = f"the test {cell.grade_id} gave {value:g} of {points:g} points, taken as 0"
                return Reached(0.0, note)
            break
    node = nbformat.v4.new_code_cell(
        outputs=[nbformat.from_dict(output) for output in outputs],
        metadata={"nbgrader": cell.metadata},
    )
    score, _ = utils.determine_grade(node)
    return Reached(float(score or 0.0))


def _is_ignored(output: dict[str, Any], pattern: str) -> bool:
    return output.get("name") == "stderr" and bool(re.search(pattern, output["text"]))


def _failed(output: dict[str, Any]) -> bool:
    kind = output["output_type"]
    return kind == "error" or (kind == "stream" and output.get("name") == "stderr")


def _number(output: dict[str, Any]) -> float | None:
    try:
        return float(output["data"]["text/plain"])
    except (KeyError, ValueError, TypeError):
        return None


def shown(visible: Outputs, scored: Outputs | None, reached: Reached) -> Outputs:
    """The outputs of a test with hidden parts: those of the visible parts, and whether all passed."""
    failed_hidden = scored is None or any(map(_failed, scored))
    failed_visible = any(map(_failed, visible))
    if failed_hidden:
        return visible if failed_visible else [*visible, _hidden_failed()]
    if failed_visible:  # it was luck: what counts passed
        visible = [output for output in visible if not _failed(output)]
    kept = [output for output in visible if output["output_type"] != "execute_result"]
    for output in scored or ():
        if output["output_type"] == "execute_result" and _number(output) is not None:
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
