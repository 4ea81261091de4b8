"""What every lesson asks: one right answer a question, and nothing but right ones an exercise."""

from __future__ import annotations

import importlib
import importlib.util

import pytest

import tensorlab
from tensorlab.widgets.asking import matches, squash
from tensorlab_course.practice import lesson, names
from tensorlab_course.practice.checking import GAP, judge, scope
from tensorlab_course.practice.model import Lesson

LIBRARIES = ["tensorlab"] + (["torch"] if importlib.util.find_spec("torch") else [])


@pytest.fixture(params=LIBRARIES)
def torch(request):
    return importlib.import_module(request.param)


def _all(kind: str):
    found = []
    for name in names():
        parts: Lesson = lesson(name, {"torch": tensorlab}).parts
        found += [
            pytest.param(name, part, id=f"{name}-{part.name}") for part in getattr(parts, kind)
        ]
    return found


predictions = pytest.mark.parametrize(("name", "part"), _all("predictions"))
exercises = pytest.mark.parametrize(("name", "part"), _all("exercises"))


def written(source: str, name: str, torch):
    """The function or class that a student's cell makes."""
    names = scope(torch)
    exec(source, names)
    return names[name]


@pytest.mark.parametrize("name", names())
def test_a_lesson_has_3_to_5_predictions_and_3_exercises_under_names_of_their_own(name):
    parts = lesson(name, {"torch": tensorlab}).parts
    assert 3 <= len(parts.predictions) <= 5
    assert [part.level for part in parts.exercises] == ["easy", "middle", "thinking"]
    every = [part.name for part in (*parts.predictions, *parts.exercises)]
    assert len(set(every)) == len(every)


@predictions
def test_exactly_one_choice_is_what_python_gives(name, part, torch):
    question = lesson(name, {"torch": torch}).question(part.name)
    right = [choice for choice in part.choices if matches(choice, question.truth)]
    assert len(right) == 1, f"true is {question.truth}; matching: {right}"
    assert part.choices[right[0]] is None


@predictions
def test_every_wrong_choice_is_answered_by_its_misconception(name, part):
    wrong = [why for why in part.choices.values() if why is not None]
    assert len(wrong) == len(part.choices) - 1 >= 1
    assert all(len(why.split()) >= 5 for why in wrong)
    assert len(set(wrong)) == len(wrong)
    assert len({squash(choice) for choice in part.choices}) == len(part.choices)
    assert part.because
    assert part.read


@exercises
def test_two_hints_and_neither_is_the_solution(name, part):
    assert len(part.hints) == 2
    last = part.solution.strip().splitlines()[-1].strip()
    assert all(hint and last not in hint for hint in part.hints)


@exercises
def test_the_starter_fits_its_level(name, part):
    assert part.starter.count(GAP) == (1 if part.level == "easy" else 0)
    if part.level == "thinking":
        assert '"""' not in part.starter


@exercises
def test_the_solution_is_accepted(name, part, torch):
    verdict = judge(part, written(part.solution, part.name, torch), torch)
    assert verdict.right, verdict.message


@exercises
def test_the_starter_is_not_written_yet(name, part, torch):
    assert judge(part, written(part.starter, part.name, torch), torch).status == "unwritten"


@exercises
def test_each_known_wrong_answer_is_refused_in_its_own_words(name, part, torch):
    assert len(part.wrong) >= 2
    messages = []
    for wrong in part.wrong:
        verdict = judge(part, written(wrong.source, part.name, torch), torch)
        assert verdict.status == "wrong", wrong.source
        assert squash(wrong.says) in squash(verdict.message), (wrong.source, verdict.message)
        messages.append(verdict.message)
    for wrong, mine in zip(part.wrong, messages, strict=True):
        assert all(wrong.says not in other for other in messages if other is not mine)


JUNK = [
    "return None if args else 0",
    "return [1, 2]",
    "return (1, 2)",
    "return 3",
    "return 'tensor'",
    "return object()",
    "return torch.zeros(0)",
    "return torch.tensor(float('nan'))",
    "return args[0] if args else None",
    "return torch.tensor",
    "1 / 0",
    "raise SystemExit",
    "raise KeyError",
    "return undefined",
    "return blank(*args)",
]


@exercises
@pytest.mark.parametrize("body", JUNK)
def test_any_wrong_answer_is_refused_in_words(name, part, torch, body):
    source = f"def {part.name}(*args, **kwargs):\n    {body}"
    verdict = judge(part, written(source, part.name, torch), torch)
    assert verdict.status == "wrong"
    assert verdict.message.startswith("Not yet. ")
    assert len(verdict.message) > 20
