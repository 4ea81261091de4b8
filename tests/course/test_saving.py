"""A notebook is saved without live widgets: by JupyterLab, and by what saves the lessons."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tensorlab.widgets import Predict
from tensorlab_course.lab.saving import leave_out_views
from tensorlab_course.validation.saving import normalise

VIEW = "application/vnd.jupyter.widget-view+json"
LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("*.ipynb"))


def notebook(*bundles):
    outputs = [nbformat.v4.new_output("display_data", data=bundle) for bundle in bundles]
    cell = nbformat.v4.new_code_cell("x", outputs=outputs)
    state = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}}}
    return nbformat.v4.new_notebook(cells=[cell], metadata=state)


def shown():
    """What a widget of ours shows."""
    data, _ = Predict("1 + 1", {"2": None}, namespace={})._repr_mimebundle_()
    assert VIEW in data
    return data


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_lesson_holds_a_live_widget(path):
    text = path.read_text(encoding="utf-8")
    assert VIEW not in text
    assert "widget-state" not in text


def test_what_saves_the_lessons_leaves_them_out():
    node = normalise(notebook(shown(), {"text/plain": "1"}))
    assert "widgets" not in node.metadata
    assert [set(output.data) for output in node.cells[0].outputs] == [
        {"text/plain", "text/html"},
        {"text/plain"},
    ]


def test_jupyterlab_leaves_out_ours_and_no_others():
    slider = {VIEW: {"model_id": "1"}, "text/plain": "IntSlider()"}
    model = {"type": "notebook", "content": notebook(shown(), slider)}
    leave_out_views(model)
    ours, other = model["content"].cells[0].outputs
    assert set(ours.data) == {"text/plain", "text/html"}
    assert dict(other.data) == slider


@pytest.mark.parametrize("model", [{"type": "file", "content": "x"}, {"type": "notebook"}, {}])
def test_what_is_no_notebook_is_left_as_it_is(model):
    before = dict(model)
    leave_out_views(model)
    assert model == before
