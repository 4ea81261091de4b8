"""The work on one submission, pure: what was handed in and what it is held to in, results out."""

from __future__ import annotations

import base64
import json
import platform
from dataclasses import dataclass
from typing import Any

from tensorlab_course.grading import neutral, rules
from tensorlab_course.grading.examine import Examination, Examined, Rooms, execution_counts
from tensorlab_course.grading.limits import Limits
from tensorlab_course.grading.reading import Notebook, Unreadable, read_notebook
from tensorlab_course.grading.repair import Repaired, RepairedCell, repair
from tensorlab_course.grading.source import SourceCell, SourceNotebook

_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}


@dataclass
class Job:
    """A notebook of a submission, with all that is needed to grade it anywhere."""

    student: str
    source: SourceNotebook
    submitted: bytes
    files: dict[str, bytes]
    source_files: dict[str, bytes]
    limits: Limits
    settings: dict[str, Any]
    sandbox: bool = True

    def encode(self) -> bytes:
        """The job as bytes, for a worker on this or another machine."""
        values = {
            "student": self.student,
            "source": self.source.to_dict(),
            "submitted": _text(self.submitted),
            "files": {name: _text(content) for name, content in self.files.items()},
            "source_files": {name: _text(content) for name, content in self.source_files.items()},
            "limits": self.limits.to_dict(),
            "settings": self.settings,
            "sandbox": self.sandbox,
        }
        return json.dumps(values).encode()

    @classmethod
    def decode(cls, content: bytes) -> Job:
        """The inverse of `encode`."""
        values = json.loads(content)
        return cls(
            student=values["student"],
            source=SourceNotebook.from_dict(values["source"]),
            submitted=_bytes(values["submitted"]),
            files={name: _bytes(text) for name, text in values["files"].items()},
            source_files={name: _bytes(text) for name, text in values["source_files"].items()},
            limits=Limits.from_dict(values["limits"]),
            settings=values["settings"],
            sandbox=values["sandbox"],
        )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def grade(job: Job, rooms: Rooms) -> dict[str, Any]:
    """The executed notebook, the score of each cell, and what has to be said: plain data."""
    notes: list[str] = []
    try:
        submitted = read_notebook(job.submitted)
        repaired = repair(submitted, job.source)
        examined = Examination(
            rooms,
            job.source,
            repaired,
            job.files,
            job.source_files,
            job.limits,
            job.settings["ignore_pattern"],
        ).run()
    except Unreadable as error:
        notes.append(f"{job.source.name}.ipynb can't be graded: {error}")
        repaired = repair(Notebook([], 5), job.source)
        repaired.notes = []
        examined = Examined()
    notes += [f"{job.source.name}.ipynb: {note}" for note in [*repaired.notes, *examined.notes]]
    book = _finished(job, repaired, examined)
    return {
        "notebook": rules.written(book),
        "scores": _scores(job, repaired, examined),
        "comments": _comments(job, repaired),
        "notes": list(dict.fromkeys(notes))[:50],
    }


def _scores(job: Job, repaired: Repaired, examined: Examined) -> dict[str, float | None]:
    """Each graded cell's points; None for what a person has to read."""
    scores: dict[str, float | None] = {}
    for cell in repaired.cells:
        original = _original(job, cell)
        if original is None:
            continue
        if original.role == "test":
            scores[original.grade_id] = examined.scores.get(original.grade_id, 0.0)
        elif original.role == "manual":
            scores[original.grade_id] = 0.0 if _is_untouched(cell, original) else None
    return scores


def _comments(job: Job, repaired: Repaired) -> dict[str, str | None]:
    """nbgrader's own word on each answer."""
    comments: dict[str, str | None] = {}
    for cell in repaired.cells:
        original = _original(job, cell)
        if original and (original.metadata.get("solution") or original.role == "task"):
            untouched = original.role != "task" and _is_untouched(cell, original)
            comments[original.grade_id] = "No response." if untouched else None
    return comments


def _original(job: Job, cell: RepairedCell) -> SourceCell | None:
    if cell.at is None or not job.source.cells[cell.at].grade_id:
        return None
    return job.source.cells[cell.at]


def _is_untouched(cell: RepairedCell, original: SourceCell) -> bool:
    found = rules.checksum(original.cell_type, cell.source, original.metadata)
    return bool(original.metadata.get("checksum") == found)


def _finished(job: Job, repaired: Repaired, examined: Examined) -> dict[str, Any]:
    """The notebook for nbgrader's autograded folder."""
    counts = execution_counts(repaired)
    cells = []
    for i, cell in enumerate(repaired.cells):
        original = _original(job, cell)
        node: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "metadata": {**original.lock, "nbgrader": original.metadata} if original else {},
            "source": _shown_source(cell, original),
        }
        if repaired.minor >= 5:
            node["id"] = cell.id
        if cell.attachments:
            node["attachments"] = cell.attachments
        if cell.cell_type == "code":
            node["execution_count"] = counts.get(i)
            node["outputs"] = _kept_outputs(job, examined.outputs.get(i, []), counts.get(i))
        cells.append(node)
    return {
        "cells": cells,
        "metadata": {"kernelspec": job.source.kernelspec, "language_info": _LANGUAGE},
        "nbformat": 4,
        "nbformat_minor": repaired.minor,
    }


def _kept_outputs(job: Job, outputs: Any, count: int | None) -> list[dict[str, Any]]:
    """The outputs of a cell, as the course's settings cut them."""
    for output in outputs:
        if output["output_type"] == "execute_result":
            output["execution_count"] = count
    settings = job.settings
    outputs = rules.without_ignored(outputs, settings["ignore_pattern"])
    return rules.limited(outputs, settings["max_lines"], settings["max_traceback"])


def _shown_source(cell: RepairedCell, original: SourceCell | None) -> str:
    """The text to keep: the instructor's as students have it, a student's made harmless."""
    if original and (original.role in ("test", "locked", "task") or original.metadata["locked"]):
        return original.release
    return cell.source if cell.cell_type == "code" else neutral.markdown(cell.source)
