"""Right answers to the exercises get every point, and wrong ones do not: run in this process."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from exercises import fast

WRONG = fast.wrong_answers()
RIGHT = fast.right_answers()
EXERCISES = [(notebook, one) for notebook in fast.NOTEBOOKS for one in fast.exercises(notebook)]


def most(notebook: str) -> dict[str, float]:
    """The most that each test cell of the notebook gives."""
    return {
        name: meta["points"] for name, meta, _ in fast.code_cells(notebook) if meta.get("grade")
    }


@pytest.mark.parametrize("notebook", fast.NOTEBOOKS)
def test_the_models_answers_get_every_point(notebook: str) -> None:
    assert fast.scores(notebook) == most(notebook)


@pytest.mark.parametrize(
    ("notebook", "exercise"), [one for one in EXERCISES if one[1] in RIGHT], ids=str
)
def test_another_right_answer_gets_every_point(notebook: str, exercise: str) -> None:
    assert fast.scores(notebook, {exercise: RIGHT[exercise]}) == most(notebook)


def test_every_right_answer_is_to_an_exercise() -> None:
    assert RIGHT.keys() <= {exercise for _, exercise in EXERCISES}


@pytest.mark.parametrize("notebook", fast.NOTEBOOKS)
def test_a_notebook_that_nobody_touched_gets_none(notebook: str) -> None:
    untouched = dict.fromkeys(fast.exercises(notebook), fast.STUB)
    assert set(fast.scores(notebook, untouched).values()) == {0}


@pytest.mark.require("torch")
@pytest.mark.parametrize("notebook", fast.NOTEBOOKS)
def test_the_models_answers_are_right_in_real_torch(notebook: str) -> None:
    assert fast.scores(notebook, library="torch") == most(notebook)


@pytest.mark.require("torch")
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.exercise}: {wrong.believes}")
def test_what_is_wrong_is_as_wrong_in_real_torch(wrong: fast.Wrong) -> None:
    answers = {wrong.exercise: wrong.answer}
    ours = fast.scores(wrong.notebook, answers)
    assert fast.scores(wrong.notebook, answers, library="torch") == ours


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.exercise}: {wrong.believes}")
def test_a_typical_wrong_answer_loses_points_and_costs_nothing_else(wrong: fast.Wrong) -> None:
    given = fast.scores(wrong.notebook, {wrong.exercise: wrong.answer})
    full, tests = most(wrong.notebook), fast.tests_of(wrong.notebook, wrong.exercise)
    assert sum(given[name] for name in tests) < sum(tests.values())
    others = full.keys() - tests.keys()
    assert {name: given[name] for name in others} == {name: full[name] for name in others}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.exercise}: {wrong.believes}")
def test_a_wrong_answer_is_one_that_runs(wrong: fast.Wrong) -> None:
    """It is wrong for its idea, not for a slip of the pen."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for name, meta, text in fast.code_cells(wrong.notebook):
        if name == wrong.exercise:
            fast.run(wrong.answer, names)
        elif not meta.get("grade"):
            fast.run(text, names)


def test_every_exercise_has_two_typical_wrong_answers() -> None:
    counted = Counter((wrong.notebook, wrong.exercise) for wrong in WRONG)
    assert counted.keys() == set(EXERCISES)
    assert [exercise for exercise, count in counted.items() if count < 2] == []
    assert len({(wrong.exercise, wrong.believes) for wrong in WRONG}) == len(WRONG)


@pytest.mark.parametrize("notebook", fast.NOTEBOOKS)
def test_answers_copied_from_the_visible_tests_lose_points(notebook: str) -> None:
    """Whoever writes down what the visible tests want, and no more, gets caught by the hidden."""
    for exercise in fast.exercises(notebook):
        impostor = fast.scores_of_an_impostor(notebook, exercise)
        tests = fast.tests_of(notebook, exercise)
        assert sum(impostor[name] for name in tests) < sum(tests.values()), exercise
