"""A notebook is saved without live widgets: by any Jupyter, by what only runs it, by the course."""

from __future__ import annotations

import copy
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from tensorlab.widgets import Predict
from tensorlab_course.lab import extension
from tensorlab_course.lab.saving import leave_out_of, leave_out_views
from tensorlab_course.lab.server import DEFAULTS
from tensorlab_course.validation.saving import normalise

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
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


def live(model_id, *named, ours=True):
    """What Jupyter keeps of a live widget."""
    state = {"children": [f"IPY_MODEL_{one}" for one in named]}
    return {model_id: {"state": state | ({"_anywidget_id": "tensorlab.widgets.X"} if ours else {})}}


def test_the_saved_state_of_ours_is_left_out_with_all_that_only_they_name():
    view = shown()
    slider = {VIEW: {"model_id": "slider"}, "text/plain": "IntSlider()"}
    models = live(view[VIEW]["model_id"], "layout") | live("layout", ours=False)
    saved = notebook(view)
    saved.metadata.widgets[STATE].state = dict(models)
    leave_out_of(saved)
    assert "widgets" not in saved.metadata
    saved = notebook(view, slider)
    box = live("slider", "style", "inside", ours=False) | live("inside") | live("style", ours=False)
    saved.metadata.widgets[STATE].state = models | box
    leave_out_of(saved)
    assert set(saved.metadata.widgets[STATE].state) == {"slider", "style", "inside"}


def test_a_notebook_with_no_widget_of_ours_keeps_its_state():
    slider = {VIEW: {"model_id": "1"}, "text/plain": "IntSlider()"}
    saved = notebook(slider)
    before = copy.deepcopy(saved)
    leave_out_of(saved)
    assert saved == before


def test_every_server_saves_without_them_beside_a_hook_of_the_users_own(tmp_path):
    manager = pytest.importorskip("jupyter_server.services.contents.largefilemanager")
    called = []
    contents = manager.LargeFileManager(root_dir=str(tmp_path))
    contents.pre_save_hook = lambda **given: called.append(given["path"])
    extension._load_jupyter_server_extension(SimpleNamespace(contents_manager=contents))
    contents.save({"type": "notebook", "content": notebook(shown())}, "/saved.ipynb")
    text = (tmp_path / "saved.ipynb").read_text(encoding="utf-8")
    assert called == ["saved.ipynb"]
    assert "tensorlab-state" in text
    assert VIEW not in text
    assert STATE not in text


@pytest.mark.parametrize("own", [None, lambda **given: given["model"]["content"].update(seen=1)])
def test_a_server_that_knows_one_hook_only_has_both(own):
    contents = SimpleNamespace(pre_save_hook=own)
    extension.register(contents, leave_out_views)
    model = {"type": "notebook", "content": notebook(shown())}
    contents.pre_save_hook(model=model, path="a.ipynb", contents_manager=contents)
    assert VIEW not in model["content"].cells[0].outputs[0].data
    assert ("seen" in model["content"]) == bool(own)


def test_jupyter_finds_the_extension_by_the_file_that_the_wheel_carries():
    config = pytest.importorskip("jupyter_server.extension.config")
    manager = pytest.importorskip("jupyter_server.extension.manager")
    enabled = config.ExtensionConfigManager(read_config_path=[str(DEFAULTS)])
    (name,) = enabled.get_jpserver_extensions()
    assert manager.ExtensionPackage(name=name, enabled=True).validate()


def test_a_notebook_that_is_only_run_has_nothing_live_in_it():
    """As by nbconvert --execute or papermill: what they save, nobody may be there to reopen."""
    nbclient = pytest.importorskip("nbclient")
    code = """\
from tensorlab.widgets import ConvWindow, ModuleFlow
import ipywidgets, tensorlab as torch
window = ConvWindow(torch.nn.Conv2d(1, 1, 2), torch.ones(1, 3, 3))
window.stride = 2
window"""
    inside = "ipywidgets.VBox([window])"
    made = [nbformat.v4.new_code_cell(source) for source in (code, inside)]
    node = nbformat.v4.new_notebook(cells=made[:1])
    nbclient.NotebookClient(node, kernel_name="python3").execute()
    (output,) = node.cells[0].outputs
    assert "widgets" not in node.metadata
    assert set(output.data) == {"text/plain", "text/html", "image/png"}
    node = nbformat.v4.new_notebook(cells=made)
    nbclient.NotebookClient(node, kernel_name="python3").execute()
    (boxed,) = node.cells[1].outputs
    assert VIEW in boxed.data
    assert boxed.data[VIEW]["model_id"] in node.metadata.widgets[STATE].state
