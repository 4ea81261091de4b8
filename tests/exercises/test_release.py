"""A student's copy: no solutions and no hidden tests, and a slip of an author's is refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from exercises import fast
from tensorlab_course.exercises.release import release, release_all

RELEASED = release_all(fast.SOURCE)


def notebook(source: str, cell_type: str = "code", **meta: Any) -> str:
    """A notebook of one cell."""
    known = {"grade": False, "solution": False, "locked": False, "grade_id": "one"} | meta
    cell = {"cell_type": cell_type, "source": source, "metadata": {"nbgrader": known}}
    return json.dumps({"cells": [cell], "metadata": {}})


def released(source: str, cell_type: str = "code", **meta: Any) -> dict[str, Any]:
    (cell,) = json.loads(release(notebook(source, cell_type, **meta)))["cells"]
    cell["source"] = "".join(cell["source"])
    assert isinstance(cell, dict)
    return cell


def test_every_exercise_is_released() -> None:
    assert RELEASED.keys() == {f"{p.parent.name}/{p.name}" for p in fast.NOTEBOOKS.values()}


@pytest.mark.parametrize("name", RELEASED)
def test_holds_no_line_of_a_solution_or_of_a_hidden_test(name: str) -> None:
    copy = json.loads(RELEASED[name])
    assert "BEGIN" not in RELEASED[name]
    assert "END" not in RELEASED[name]
    source = json.loads((fast.SOURCE / name).read_text(encoding="utf-8"))
    for before, after in zip(source["cells"], copy["cells"], strict=True):
        kept = "".join(after["source"]).splitlines()
        secret = re.findall(r"### BEGIN (?:.*?)\n(.*?)### END", "".join(before["source"]), re.S)
        if before["metadata"].get("nbgrader", {}).get("solution") and not secret:
            secret = ["".join(before["source"])]
        lines = [line.strip() for region in secret for line in region.splitlines()]
        # A line of few characters, such as a bracket, may well stand outside, too.
        told = [line for line in lines if len(line) > 20 and line in "\n".join(kept)]
        if before["metadata"].get("nbgrader", {}).get("grade"):
            told = [line for line in told if line not in fast.visible("".join(before["source"]))]
        assert told == []


def test_a_solution_becomes_a_stub_as_deep_as_it_was() -> None:
    source = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n\nf"
    cell = released(source, solution=True)
    assert cell["source"] == "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()\n\nf"
    assert cell["metadata"]["deletable"] is False
    assert "editable" not in cell["metadata"]


def test_a_solution_without_markers_goes_as_a_whole() -> None:
    code = released("x = 1", solution=True)["source"]
    assert code == "# YOUR CODE HERE\nraise NotImplementedError()"
    written = released("the answer", "markdown", solution=True, grade=True, points=1)["source"]
    assert written == "YOUR ANSWER HERE"


def test_a_test_can_be_neither_edited_nor_deleted() -> None:
    source = "a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc"
    cell = released(source, grade=True, locked=True, points=1)
    assert cell["source"] == "a\nc"
    assert (cell["metadata"]["deletable"], cell["metadata"]["editable"]) == (False, False)


@pytest.mark.parametrize("what", ["SOLUTION", "HIDDEN TESTS"])
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("### BEGIN {what}\nx", "without an END"),
        ("### BEGIN {what}\n### BEGIN {what}\n### END {what}", "twice"),
    ],
)
def test_a_region_that_never_ends_is_refused(what: str, source: str, said: str) -> None:
    meta: dict[str, Any] = {"grade": True, "solution": what == "SOLUTION", "points": 1}
    with pytest.raises(ValueError, match=f"BEGIN {what}.*{said}"):
        release(notebook(source.format(what=what), **meta))


@pytest.mark.parametrize(
    ("what", "meta"),
    [("SOLUTION", {"grade": True, "points": 1}), ("HIDDEN TESTS", {"locked": True})],
)
def test_a_region_in_a_cell_of_another_kind_is_refused(what: str, meta: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot have one"):
        release(notebook(f"### BEGIN {what}\nx\n### END {what}", **meta))


def test_what_an_author_ran_is_not_shown() -> None:
    content = json.loads(notebook("1 + 1"))
    content["cells"][0] |= {"outputs": [{"output_type": "stream", "text": "2"}]}
    (cell,) = json.loads(release(json.dumps(content)))["cells"]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)
