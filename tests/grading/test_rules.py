"""The rules that are written again for speed give what nbgrader's and nbformat's own give."""

from __future__ import annotations

import copy
from typing import Any

import nbformat
import pytest
from courses import check, code, notebook, solution, text
from nbgrader import utils
from nbgrader.preprocessors import IgnorePattern, LimitOutput

from tensorlab_course.grading import rules

STREAM = {"output_type": "stream", "name": "stdout", "text": "a\nb\n"}
NOISE = {"output_type": "stream", "name": "stderr", "text": "FutureWarning: x"}
ERROR = {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["x"] * 9}


def result(shown: str) -> dict[str, Any]:
    """What a cell's last expression shows."""
    data = {"text/plain": shown, "image/png": "AAAA"}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [STREAM],
        [NOISE],
        [ERROR],
        [STREAM, ERROR],
        [result("1.5")],
        [result("0")],
        [result("True")],
        [result("np.float64(1.0)")],
        [result("-1")],
        [result("nan")],
        [result("1"), ERROR],
        [ERROR, result("1")],
    ],
    ids=str,
)
def test_a_score_is_nbgraders(outputs: list[dict[str, Any]]) -> None:
    cell = check("t", 2, "")
    cell.outputs = [nbformat.from_dict(output) for output in outputs]
    assert rules.points_of(outputs, 2.0) == utils.determine_grade(cell)[0]


def test_more_points_than_there_are_raise_as_in_nbgrader() -> None:
    with pytest.raises(ValueError, match="greater than maximum points"):
        rules.points_of([result("3")], 2.0)


@pytest.mark.parametrize(
    "cell", [check("t", 2, "x"), solution("s", "é"), text("words", "w", 3)], ids=lambda c: c.source
)
def test_a_checksum_is_nbgraders(cell: Any) -> None:
    ours = rules.checksum(cell.cell_type, cell.source, dict(cell.metadata.nbgrader))
    assert ours == utils.compute_checksum(cell)


@pytest.mark.parametrize("most", [(1000, 100), (3, 4), (1, 2), (-1, -1)])
def test_outputs_are_cut_as_nbgrader_cuts_them(most: tuple[int, int]) -> None:
    outputs = [STREAM, ERROR, STREAM | {"text": "x\n" * 10}, STREAM]
    cell = code("")
    cell.outputs = [nbformat.from_dict(output) for output in copy.deepcopy(outputs)]
    theirs, _ = LimitOutput(max_lines=most[0], max_traceback=most[1]).preprocess_cell(cell, {}, 0)
    assert rules.limited(outputs, *most) == theirs.outputs


def test_noise_is_ignored_as_nbgrader_does() -> None:
    cell = code("")
    cell.outputs = [nbformat.from_dict(output) for output in (STREAM, NOISE)]
    theirs, _ = IgnorePattern(pattern="FutureWarning").preprocess_cell(cell, {}, 0)
    assert rules.without_ignored([STREAM, NOISE], "FutureWarning") == theirs.outputs
    assert rules.without_ignored([STREAM, NOISE], "") == [STREAM, NOISE]


def test_a_notebook_is_written_as_nbformat_writes_it() -> None:
    cell = code("a = 1\nb = 2")
    cell.outputs = [nbformat.from_dict(output) for output in (STREAM, ERROR, result("é\n1"))]
    book = notebook(text("# One\n\ntwo"), cell, code(""))
    assert rules.written(dict(book)) == nbformat.writes(book)
