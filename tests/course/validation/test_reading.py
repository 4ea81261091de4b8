"""A notebook that is not worth running is refused in one line that says why."""

from __future__ import annotations

import json

import pytest
from notebooks import cell, printed, raised, write

from tensorlab_course.validation import validate
from tensorlab_course.validation.runner import open_notebook


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"cells": [', "is corrupt: not JSON (Expecting value, line 1, column 12)"),
        ("", "is corrupt: not JSON"),
        ('{"cells": []}', "is not a notebook"),
        ("[1, 2]", "is not a notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "is corrupt: "),
        ('{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}', "is corrupt: "),
    ],
)
def test_what_is_no_notebook(tmp_path, content, words):
    path = tmp_path / "bad.ipynb"
    path.write_text(content)
    notebook, problem = open_notebook(path)
    assert notebook is None
    assert problem is not None
    assert problem.startswith(words)
    assert "\n" not in problem


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "bad.ipynb"
    path.write_bytes(b"\xff\xfe\x00")
    assert "can't be read" in str(open_notebook(path)[1])


def test_a_cell_of_an_unknown_kind(tmp_path):
    path = write(tmp_path / "bad.ipynb", cell("1"))
    content = json.loads(path.read_text())
    content["cells"][0]["cell_type"] = "poem"
    path.write_text(json.dumps(content))
    assert open_notebook(path)[1] == "is corrupt: not a valid notebook at cells.0"


def problem_of(tmp_path, *cells) -> str | None:
    return open_notebook(write(tmp_path / "some.ipynb", *cells))[1]


def test_a_notebook_that_was_never_run(tmp_path):
    assert str(problem_of(tmp_path, cell("1", run=False))).startswith("was never run: ")
    partly = problem_of(tmp_path, cell("1"), cell("2", run=False))
    assert str(partly).startswith("was not run to its end, cell 2 never was: ")


def test_an_empty_cell_need_not_have_been_run(tmp_path):
    assert problem_of(tmp_path, cell("1"), cell(" \n", run=False)) is None


def test_a_saved_error_needs_the_tag(tmp_path):
    outputs = [printed("before"), raised("ValueError", "first\nsecond")]
    problem = problem_of(tmp_path, cell("f()", outputs=outputs))
    assert str(problem).endswith("no raises-exception tag: ValueError: first …")
    assert problem_of(tmp_path, cell("f()", "raises-exception", outputs=outputs)) is None


@pytest.mark.parametrize(
    "hidden",
    [
        cell("print(1)", "nbval-skip"),
        cell("print(1)", "nbval-ignore-output"),
        cell("# NBVAL_IGNORE_OUTPUT\nprint(1)"),
        cell("print(1)  \n  #NBVAL_SKIP"),
    ],
)
def test_no_output_can_be_kept_from_the_check(tmp_path, hidden):
    assert "here every output is compared" in str(problem_of(tmp_path, hidden))


def test_a_notebook_for_another_language(tmp_path):
    path = write(tmp_path / "other.ipynb", cell("1"))
    content = json.loads(path.read_text())
    kernel = {"name": "ir", "display_name": "R", "language": "R"}
    content["metadata"]["kernelspec"] = kernel
    path.write_text(json.dumps(content))
    assert open_notebook(path)[1] == "is a notebook for R, not for Python"


def test_validating_tells_the_problem_and_starts_no_kernel(tmp_path):
    path = tmp_path / "bad.ipynb"
    path.write_text("nothing")
    (result,) = validate([path])
    assert not result.ok
    assert result.cells == []
    assert str(result.problem).startswith("is corrupt")
