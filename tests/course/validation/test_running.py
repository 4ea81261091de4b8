"""Notebooks are run for real: what is right passes, and each way of being wrong is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from notebooks import cell, edit, printed, read, write

from tensorlab_course.validation import NotebookResult, save_outputs, validate
from tensorlab_course.validation.runner import open_notebook, run_notebooks

PRINTS, RESULT, RAISES, PLOT, WIDGET, CAUGHT, CLEARED, FILE, SILENT, PYTHON, DISPLAY = range(1, 12)

SOURCES = {
    PRINTS: cell("print([1, 2])\nprint('two')"),
    RESULT: cell("{'a': 1}"),
    RAISES: cell(
        "error = ValueError('wrong')\nerror.add_note('try this')\nraise error", "raises-exception"
    ),
    PLOT: cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
    WIDGET: cell("import ipywidgets\nipywidgets.IntSlider(value=3)"),
    CAUGHT: cell("caught = ipywidgets.Output()\nwith caught:\n    print('inside')\ncaught"),
    CLEARED: cell(
        "from IPython.display import clear_output\nprint('a')\nclear_output(wait=True)\nprint('b')"
    ),
    FILE: cell("open('beside.txt').read()"),
    SILENT: cell("3;"),
    PYTHON: cell("import sys, os\nprint(sys.executable)\nprint(os.environ['MPLBACKEND'])"),
    DISPLAY: cell("shown = display('one', display_id='d')\nshown.update('two')"),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that was run and saved, in surroundings that are not ours."""
    folder = tmp_path_factory.mktemp("lessons [draft]")
    (folder / "beside.txt").write_text("read")
    path = write(folder / "good.ipynb", *SOURCES.values())
    result = save_outputs(path)
    assert result.problem is None
    return path


@pytest.fixture(scope="module", autouse=True)
def hostile_surroundings(tmp_path_factory: pytest.TempPathFactory):
    """Another python3 kernel, a backend that draws nothing, and options for another pytest."""
    folder = tmp_path_factory.mktemp("elsewhere")
    other = folder / "kernels" / "python3"
    other.mkdir(parents=True)
    spec = {"argv": ["/nowhere/python"], "display_name": "other", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(spec))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        patch.setenv("MPLBACKEND", "agg")
        patch.setenv("PYTEST_ADDOPTS", "--no-such-option")
        patch.setenv("HOME", str(folder))
        yield


@pytest.fixture(scope="module")
def results(saved: Path) -> dict[str, NotebookResult]:
    """All that is wrong in one way or another, run together, by the names of the notebooks."""
    folder = saved.parent

    def traceback(node):
        node.outputs[0].traceback[-1] = "try that"

    def as_display(node):
        node.outputs = [printed("{'a': 1}")]

    changed = {
        PRINTS: lambda node: node.outputs[0].update(text="[1,2]\ntwo\n"),
        RESULT: as_display,
        RAISES: traceback,
        PLOT: lambda node: node.outputs[0].data.pop("image/png"),
        WIDGET: lambda node: node.outputs.clear(),
        FILE: lambda node: node.outputs[0].data.update({"text/plain": "'written'"}),
    }
    paths = [
        saved,
        edit(saved, folder / "changed.ipynb", changed),
        write(folder / "raises.ipynb", cell("1"), cell("1 / 0\nprint('never')")),
        write(folder / "dies.ipynb", cell("import os"), cell("os._exit(3)"), cell("1;")),
        write(folder / "asks.ipynb", cell("input()")),
    ]
    return {result.path.stem: result for result in validate(paths, workers=2)}


def outcomes(result: NotebookResult) -> dict[int, str]:
    return {cell.number: cell.outcome for cell in result.cells if not cell.ok}


def test_a_notebook_passes_that_prints_what_it_saved(results):
    good = results["good"]
    assert (good.problem, outcomes(good), len(good.cells)) == (None, {}, len(SOURCES))
    assert good.ok
    assert good.seconds > 0


def test_every_change_of_a_saved_output_is_noticed(results):
    cells = (PRINTS, RESULT, RAISES, PLOT, WIDGET, FILE)
    assert outcomes(results["changed"]) == dict.fromkeys(cells, "differs")


def test_a_missing_space_is_shown_as_it_was_and_as_it_came(results):
    difference = results["changed"].cells[PRINTS - 1]
    assert difference.saved == "[1,2]\ntwo"
    assert difference.fresh == "[1, 2]\ntwo"


def test_outputs_of_another_kind_are_told_apart(results):
    difference = results["changed"].cells[RESULT - 1]
    assert difference.saved == "[stdout]\n{'a': 1}"
    assert difference.fresh == "[text/plain]\n{'a': 1}"


def test_a_picture_that_was_not_saved_and_a_note_that_changed_are_named(results):
    assert results["changed"].cells[PLOT - 1].message == "saved no picture, came a picture"
    assert results["changed"].cells[RAISES - 1].message == "the note under the error changed"


def test_an_error_is_one_line_and_the_other_cells_run(results):
    raising = results["raises"]
    assert outcomes(raising) == {1: "differs", 2: "raises"}
    assert raising.cells[1].message == "raised ZeroDivisionError: division by zero"


def test_a_kernel_that_dies_is_told_at_once_and_ends_the_notebook(results):
    assert outcomes(results["dies"]) == {2: "died", 3: "not run"}
    assert results["dies"].cells[1].message == "ended its kernel (exit status 3)"
    assert results["dies"].seconds < 60


def test_a_question_to_the_student_is_an_error(results):
    assert results["asks"].cells[0].message.startswith("raised StdinNotImplementedError")


def test_nothing_is_left_beside_the_lessons(results, saved):
    names = {path.name for path in saved.parent.iterdir()}
    assert names == {f"{name}.ipynb" for name in results} | {"beside.txt"}


def test_a_cell_that_takes_too_long_is_stopped(tmp_path):
    path = write(tmp_path / "slow.ipynb", cell("import time\ntime.sleep(99)"), cell("1;"))
    (result,) = validate([path], timeout=1)
    assert outcomes(result) == {1: "timeout", 2: "not run"}
    assert result.cells[0].message == "ran for more than 1 s and was stopped"


class TestSaving:
    def test_the_kernel_is_this_interpreter_and_draws_inline(self, saved):
        text = read(saved).cells[PYTHON - 1].outputs[0].text
        assert text == f"{sys.executable}\nmodule://matplotlib_inline.backend_inline\n"

    def test_only_tags_and_the_kernel_are_kept_as_metadata(self, saved):
        notebook = read(saved)
        kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
        language = {"name": "python"}
        assert notebook.metadata == {"kernelspec": kernel, "language_info": language}
        tags = [dict(node.metadata) for node in notebook.cells]
        assert [tag for tag in tags if tag] == [{"tags": ["raises-exception"]}]

    def test_ids_and_counts_are_kept(self, saved):
        cells = read(saved).cells
        assert [node.id for node in cells] == [f"cell-{i}" for i in SOURCES]
        assert [node.execution_count for node in cells] == list(SOURCES)

    def test_a_picture_is_kept_and_a_widget_is_its_text(self, saved):
        cells = read(saved).cells
        assert set(cells[PLOT - 1].outputs[-1].data) == {"image/png", "text/plain"}
        assert dict(cells[WIDGET - 1].outputs[0].data) == {"text/plain": "IntSlider(value=3)"}
        assert "model" not in saved.read_text()

    def test_outputs_are_what_the_page_would_show(self, saved):
        cells = read(saved).cells
        assert [output.data for output in cells[CAUGHT - 1].outputs] == [{"text/plain": "Output()"}]
        assert [output.text for output in cells[CLEARED - 1].outputs] == ["b\n"]
        assert cells[SILENT - 1].outputs == []
        assert cells[DISPLAY - 1].outputs[0].data == {"text/plain": "'two'"}

    def test_a_traceback_names_the_cell_and_no_path(self, saved):
        (error,) = read(saved).cells[RAISES - 1].outputs
        assert error.traceback[-2:] == ["ValueError: wrong", "try this"]
        assert error.traceback[2].startswith("Cell In[3], line 3\n")
        assert "\x1b" not in "".join(error.traceback)

    def test_saving_again_changes_no_byte_and_a_raising_notebook_not_at_all(self, saved, tmp_path):
        bad = write(tmp_path / "bad.ipynb", cell("print(1)"), cell("import json\njson.loads('')"))
        before = saved.read_bytes(), bad.read_bytes()
        books = [open_notebook(path)[0] for path in (saved, bad)]
        again, failed = run_notebooks("save", [book for book in books if book])
        assert (again.problem, again.changed) == (None, False)
        assert failed.problem is not None
        assert failed.problem.startswith("was not saved: cell 2 raised JSONDecodeError")
        assert (saved.read_bytes(), bad.read_bytes()) == before
        assert list(tmp_path.iterdir()) == [bad]
