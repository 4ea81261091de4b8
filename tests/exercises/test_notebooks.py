"""What every exercise notebook has: a lesson that it belongs to, exercises, tests that explain."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exercises import fast
from tensorlab_course.exercises.students import students_files

ROOT = Path(__file__).parents[2]
LESSONS = {path.stem: path for path in sorted((ROOT / "lessons").glob("[0-9]*.ipynb"))}
CHAPTERS = {
    "tensors": range(1, 6),
    "operations": range(6, 11),
    "convolution": range(11, 14),
    "pooling": range(14, 15),
    "models": range(15, 19),
}
LINK = re.compile(r"\]\(([^)#]+)\)")

each = pytest.mark.parametrize("notebook", fast.NOTEBOOKS)


def cells(notebook: str, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in fast.read(notebook)["cells"] if cell["cell_type"] == kind]


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def grades(notebook: str) -> list[dict[str, Any]]:
    metadata = (cell["metadata"].get("nbgrader") for cell in fast.read(notebook)["cells"])
    return [meta for meta in metadata if meta]


def test_every_section_of_the_tutorial_has_exercises_in_the_assignment_of_its_chapter() -> None:
    chapter = {number: name for name, numbers in CHAPTERS.items() for number in numbers}
    wanted = {
        f"exercises-{name}": chapter[n] for name in LESSONS if (n := int(name[:2])) in chapter
    }
    assert {name: path.parent.name for name, path in fast.NOTEBOOKS.items()} == wanted


@each
def test_opens_with_its_lessons_title_and_what_it_practises(notebook: str) -> None:
    lesson = json.loads(LESSONS[notebook.removeprefix("exercises-")].read_text(encoding="utf-8"))
    title = text(lesson["cells"][0]).splitlines()[0].removeprefix("# ")
    opening = text(cells(notebook, "markdown")[0])
    assert opening.startswith(f"# Exercises {title}\n\nYou practise ")
    assert f"The lesson: [{title}](../../{notebook.removeprefix('exercises-')}.ipynb)" in opening


def test_every_link_leads_to_a_file_in_a_students_folder(tmp_path: Path) -> None:
    there = {(tmp_path / path.name).resolve() for path in (ROOT / "lessons").iterdir()}
    files = {(tmp_path / name).resolve(): content for name, content in students_files().items()}
    for path, content in files.items():
        written = content.decode()
        if path.suffix == ".ipynb":
            markdown = (c for c in json.loads(written)["cells"] if c["cell_type"] == "markdown")
            written = "\n".join(map(text, markdown))
        links = [link for link in LINK.findall(written) if "://" not in link]
        assert links, path.name
        assert [
            link for link in links if (path.parent / link).resolve() not in there | set(files)
        ] == []


def test_the_page_of_exercises_lists_them_all_and_the_lessons_lead_to_it() -> None:
    files = students_files()
    links = LINK.findall(files["exercises/index.md"].decode())
    notebooks = [name for name in files if name.endswith(".ipynb")]
    listed = [f"exercises/{link}" for link in links if link.endswith(".ipynb")]
    assert Counter(listed) == Counter(notebooks)
    index = (ROOT / "lessons" / "index.md").read_text(encoding="utf-8")
    assert "exercises/index.md" in LINK.findall(index)


@each
def test_has_three_exercises_or_more_each_with_visible_and_hidden_tests(notebook: str) -> None:
    exercises = fast.exercises(notebook)
    assert len(exercises) >= 3
    tests = {name: source for name, meta, source in fast.code_cells(notebook) if meta.get("grade")}
    for exercise in exercises:
        own = [tests[name] for name in fast.tests_of(notebook, exercise)]
        assert any("### BEGIN HIDDEN TESTS" in source for source in own), exercise
        assert all("assert" in fast.visible(source) for source in own), exercise
    assert {name.rpartition("-")[0] for name in tests} == set(exercises)


@each
def test_the_tests_that_a_student_sees_explain_what_they_want(notebook: str) -> None:
    """Each exercise has a comment, or a message in words, that says more than the numbers do."""
    for exercise in fast.exercises(notebook):
        seen = "\n".join(
            fast.visible(source)
            for name, _, source in fast.code_cells(notebook)
            if name in fast.tests_of(notebook, exercise)
        )
        assert re.search(r"^# \w|^assert .*, \(?\s*f?[\"']", seen, re.M), exercise


@each
def test_an_exercise_has_an_id_that_says_which_it_is(notebook: str) -> None:
    solutions = fast.exercises(notebook)
    prefix = solutions[0].rpartition("-")[0]
    assert solutions == [f"{prefix}-{number:02}" for number in range(1, len(solutions) + 1)]
    for cell in fast.read(notebook)["cells"]:
        meta = cell["metadata"].get("nbgrader")
        assert meta is None or cell["id"] == meta["grade_id"]


def test_no_id_stands_twice_in_the_course() -> None:
    names = Counter(meta["grade_id"] for name in fast.NOTEBOOKS for meta in grades(name))
    assert [name for name, count in names.items() if count > 1] == []


def test_each_chapter_asks_for_one_answer_in_words() -> None:
    written = Counter(
        fast.NOTEBOOKS[notebook].parent.name
        for notebook in fast.NOTEBOOKS
        for meta in grades(notebook)
        if meta["grade"] and meta["solution"]
    )
    assert written == dict.fromkeys(CHAPTERS, 1)


def test_partial_credit_is_given_in_each_chapter() -> None:
    partial = {
        fast.NOTEBOOKS[notebook].parent.name
        for notebook in fast.NOTEBOOKS
        for name, meta, _ in fast.code_cells(notebook)
        if meta.get("grade") and name.endswith("-cases")
    }
    assert partial == set(CHAPTERS)


@each
def test_the_metadata_is_of_the_third_schema_and_complete(notebook: str) -> None:
    keys = {"grade", "grade_id", "locked", "schema_version", "solution", "task"}
    for meta in grades(notebook):
        assert meta.keys() == keys | ({"points"} if meta["grade"] else set())
        assert meta["schema_version"] == 3
        assert not meta["task"]
        assert meta["locked"] == (meta["grade"] and not meta["solution"])
        assert meta.get("points", 1) > 0


@each
def test_the_first_line_is_all_that_real_torch_would_change(notebook: str) -> None:
    imports = [
        line
        for cell in cells(notebook, "code")
        for line in text(cell).splitlines()
        if re.match(r"(import|from) ", line)
    ]
    assert "import tensorlab as torch" in imports
    assert {line for line in imports if "tensorlab" in line} == {"import tensorlab as torch"}


@each
def test_hidden_tests_look_at_behaviour_alone(notebook: str) -> None:
    """They run in another process than the answer: nothing there to look into."""
    for _, meta, source in fast.code_cells(notebook):
        if meta.get("grade"):
            looks = r"\b(inspect|globals|locals|isinstance|id\(|__\w+__)"
            assert re.findall(looks, source) == []


@each
def test_is_written_as_nbformat_writes_it_with_no_outputs(
    notebook: str, require: Callable[[str], Any]
) -> None:
    nbformat = require("nbformat")
    written = fast.NOTEBOOKS[notebook].read_text(encoding="utf-8")
    content = nbformat.reads(written, as_version=4)
    nbformat.validate(content)
    assert written == nbformat.writes(content) + "\n"
    for cell in content.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


@each
def test_no_line_is_too_long_to_read(notebook: str) -> None:
    for cell in fast.read(notebook)["cells"]:
        limit = 100 if cell["cell_type"] == "code" else 125
        assert [line for line in text(cell).splitlines() if len(line) > limit] == []
