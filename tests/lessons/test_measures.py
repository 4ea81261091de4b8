"""Every lesson keeps the course's measures: enough to do, not too much to read."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from tensorlab_course.practice import lesson as open_practice

HERE = Path(__file__).parent
LESSONS = sorted((HERE.parents[1] / "lessons").glob("[0-9]*.ipynb"))
FIXED = ("What goes wrong", "Today's PyTorch", "Exercises", "Where next")


def _load_measure():
    spec = importlib.util.spec_from_file_location("lesson_measure", HERE / "measure.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["lesson_measure"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


measure = _load_measure()


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return measure.Lesson(request.param)


@pytest.fixture
def parts(lesson):
    return open_practice(lesson.slug, {"torch": None}).parts


def test_prose_is_neither_a_stub_nor_a_textbook(lesson):
    assert 350 <= lesson.words <= 600


def test_there_are_8_to_14_code_cells(lesson):
    assert 8 <= len(lesson.code) <= 14


def test_code_cells_come_with_35_to_50_words_each(lesson):
    assert 35 <= lesson.words / len(lesson.code) <= 50


def test_no_block_of_prose_is_over_120_words(lesson):
    assert lesson.longest_block <= 120


def test_something_is_asked_within_100_words(lesson):
    words, _ = lesson.stretches
    assert words[0] <= 100


def test_never_150_words_or_4_cells_without_something_that_can_be_wrong(lesson):
    words, cells = lesson.stretches
    assert max(words) <= 150
    assert max(cells) <= 4


def test_every_question_is_asked_and_there_are_3_to_5(lesson, parts):
    asked = lesson.asked("predict")
    assert sorted(asked) == sorted(part.name for part in parts.predictions)
    assert 3 <= len(asked) <= 5


def test_three_exercises_from_easy_to_thinking_are_checked(lesson, parts):
    assert lesson.asked("check") == [part.name for part in parts.exercises]
    assert [part.level for part in parts.exercises] == ["easy", "middle", "thinking"]


def test_exercise_cells_hold_the_starter_and_its_check_alone(lesson, parts):
    cells = [cell for cell in lesson.code if "practice.check(" in cell.source]
    for cell, part in zip(cells, parts.exercises, strict=True):
        assert cell.source == f"{part.starter.strip()}\n\n\npractice.check({part.name})"


def test_no_solution_stands_in_the_notebook(lesson, parts):
    text = re.sub(r"\s", "", lesson.path.read_text(encoding="utf-8").replace("\\n", ""))
    for part in parts.exercises:
        body = part.solution.strip().partition("\n")[2]
        assert re.sub(r"\s", "", body) not in text, part.name


def test_questions_are_explained_under_a_heading_that_is_there(lesson, parts):
    headings = re.findall(r"^##+ (.+)$", lesson.prose, re.MULTILINE)
    assert {part.read for part in parts.predictions} <= set(headings)


def test_errors_are_raised_and_not_caught(lesson):
    tagged = [cell for cell in lesson.code if "raises-exception" in cell.tags]
    raised = [[output["output_type"] for output in cell.outputs][-1:] for cell in tagged]
    assert 3 <= len(lesson.errors) <= 4  # a claim may be an error, too
    assert raised == [["error"]] * len(lesson.errors)
    assert not any(re.search(r"^\s*except\b", cell.source, re.MULTILINE) for cell in tagged)


def test_the_words_that_matter_are_quoted_from_each_message(lesson):
    where = [i for i, cell in enumerate(lesson.cells) if "raises-exception" in cell.tags]
    for i in where:
        message = _plain(
            lesson.cells[i].outputs[-1]["ename"] + ": " + lesson.cells[i].outputs[-1]["evalue"]
        )
        after = lesson.cells[i + 1]
        assert after.kind == "markdown", "an error is explained right after it"
        quoted = [_plain(words) for words in re.findall(r"\*\*(.+?)\*\*", after.source, re.DOTALL)]
        assert any(words in message for words in quoted), (message, quoted)
        assert "repair" in after.source.lower()


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").replace("\\", "").split()).strip(" .:…")


def test_there_is_a_picture_and_it_is_small(lesson):
    assert lesson.pictures >= 1
    for cell in lesson.code:
        for output in cell.outputs:
            image = output.get("data", {}).get("image/png", "")
            assert len("".join(image)) * 3 / 4 < 40_000
            if image:
                assert output["data"]["text/plain"], "a picture says in words what it shows"


def test_picture_cells_are_at_most_6_lines(lesson):
    for cell in lesson.code:
        if "pictures." in cell.source and "import" not in cell.source:
            assert len([line for line in cell.source.splitlines() if line.strip()]) <= 6


def test_widget_cells_are_at_most_6_lines_and_left_out_on_torch(lesson):
    for cell in lesson.widget_cells:
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= 6
        assert "tensorlab-only" in cell.tags
        assert any("image/png" in output.get("data", {}) for output in cell.outputs)


def test_a_question_stands_next_to_each_widget(lesson):
    for cell in lesson.widget_cells:
        at = lesson.cells.index(cell)
        beside = [lesson.cells[i] for i in (at - 1, at + 1) if lesson.cells[i].kind == "markdown"]
        assert any("?" in text.source for text in beside)


def test_three_links_lead_onward_and_each_gives_its_reason(lesson):
    assert len(lesson.links) == 3
    items = re.split(r"^- ", lesson.section("Where next"), flags=re.MULTILINE)[1:]
    assert sum("](" in item and "because" in item for item in items) == 3


def test_links_to_lessons_lead_to_lessons(lesson):
    known = {path.name for path in LESSONS}
    linked = [link for link in re.findall(r"\]\(([^)]+)\)", lesson.prose) if "://" not in link]
    if len(LESSONS) >= 18:
        assert set(linked) <= known


def test_the_headings_that_every_lesson_has_are_there(lesson):
    headings = re.findall(r"^## (.+)$", lesson.prose, re.MULTILINE)
    assert [heading for heading in headings if heading in FIXED[2:]] == list(FIXED[2:])
    assert set(FIXED) <= set(headings)
    assert "will be able to" in lesson.markdown[0].source


def test_todays_pytorch_is_named(lesson):
    assert "1.1" in lesson.section("Today's PyTorch")


def test_a_file_of_the_engine_is_named_and_there(lesson):
    named = re.findall(r"`(tensorlab/[\w/]+\.py)`", lesson.section("Where next"))
    assert named
    for name in named:
        assert (HERE.parents[1] / name).is_file(), name


def test_the_first_line_imports_tensorlab_as_torch(lesson):
    assert lesson.code[0].source.splitlines()[0] == "import tensorlab as torch"


def test_the_lesson_ends_with_its_summary(lesson):
    assert lesson.cells[-1].source == "practice.summary()"


def test_claims_cells_print_and_show_nothing_else(lesson):
    for cell in lesson.code:
        if any(tag.startswith("claim:") for tag in cell.tags):
            kinds = {output["output_type"] for output in cell.outputs}
            assert kinds <= {"stream", "error"}
            assert len(cell.outputs) == 1


def test_no_minutes_are_promised_and_no_image_is_attached(lesson):
    assert not re.search(r"\b\d+\s*(minutes|min)\b", lesson.prose)
    assert "attachment:" not in lesson.prose


def test_every_code_cell_was_run_and_nothing_of_a_widget_is_saved(lesson):
    text = lesson.path.read_text(encoding="utf-8")
    assert "widget-view+json" not in text
    assert "widget-state+json" not in text
    assert '"execution_count": null' not in text
