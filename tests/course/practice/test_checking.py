"""A check answers whatever a student hands in, and cannot be fooled by it."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tensorlab as torch
from tensorlab_course.practice import Exercise, Lesson, Prediction, expect_same, lesson, refuse
from tensorlab_course.practice.checking import Refused, judge
from tensorlab_course.practice.session import Practice
from tensorlab_course.practice.shown import Shown, Summary


def exercise(check, starter="def double(x): ...", name="double", **kwargs):
    return Exercise(name, "easy", starter, ("one", "two"), "", (), check, **kwargs)


def twice(double, torch):
    x = torch.tensor([1.0, 2.0])
    expect_same(double(x), torch.tensor([2.0, 4.0]))
    expect_same(double(x), torch.tensor([2.0, 4.0]))


def test_a_right_answer_is_right():
    def double(x):
        return x + x

    assert judge(exercise(twice), double, torch).right


def test_an_answer_that_changes_its_argument_is_refused():
    def double(x):
        x *= 2
        return x

    verdict = judge(exercise(twice), double, torch)
    assert "It changed what it was given" in verdict.message


def test_a_list_that_is_changed_is_noticed_too():
    def double(x):
        x.append(1)
        return x

    def check(double, torch):
        double([1])

    assert "It changed what it was given" in judge(exercise(check), double, torch).message


def test_an_in_place_exercise_may_change_its_argument():
    def double(x):
        x *= 2
        return x

    def check(double, torch):
        x = torch.tensor([1.0])
        double(x)
        expect_same(x, torch.tensor([2.0]))

    assert judge(exercise(check, may_change_arguments=True), double, torch).right


def test_the_call_and_what_it_gave_are_said():
    def double(x):
        return x

    message = judge(exercise(twice), double, torch).message
    assert "`double(tensor([1., 2.]))` gave `tensor([1., 2.])`" in message


def test_an_exception_in_the_answer_is_put_in_words():
    def double(x):
        return x @ "two"

    message = judge(exercise(twice), double, torch).message
    assert "`double(tensor([1., 2.]))`" in message
    assert "It raised TypeError: " in message


def test_a_thing_that_cannot_even_print_is_refused_in_words():
    class Odd:
        def __repr__(self):
            raise RuntimeError("no words for me")

    verdict = judge(exercise(twice), lambda x: Odd(), torch)
    assert verdict.status == "wrong"


def test_an_open_gap_is_not_written_yet_wherever_it_stands():
    def double(x):
        y = x + x
        return ____ if y is None else y  # noqa: F821

    def other(x):
        return ____ + x  # noqa: F821

    assert judge(exercise(twice), double, torch).right
    assert "fill the gap" in judge(exercise(twice), other, torch).message


@pytest.mark.parametrize("body", ["...", "pass", "'''Its docstring.'''", "return None"])
def test_an_empty_body_is_not_written_yet(body):
    names = {}
    exec(f"def double(x):\n    {body}", names)
    verdict = judge(exercise(twice), names["double"], torch)
    assert verdict.message == (
        "`double` is not written yet: write its body, then run this cell again."
    )


NET = """
class Net:
    def __init__(self):
        self.size = 3

    def forward(self, x):
        ...
"""


def test_a_class_as_its_starter_has_it_is_not_written_yet():
    def check(Net, torch):
        expect_same(Net().forward(2), 6)

    task = exercise(check, NET, "Net")
    names = {}
    exec(NET, names)
    assert judge(task, names["Net"], torch).status == "unwritten"
    exec(NET.replace("...", "return x * self.size"), names)
    assert judge(task, names["Net"], torch).right
    exec(NET.replace("...", "return x + self.size"), names)
    assert "6 is wanted" in judge(task, names["Net"], torch).message


@pytest.mark.parametrize(
    ("got", "want", "says"),
    [
        (None, torch.tensor([1]), "returned None"),
        ([1], torch.tensor([1]), "a list, and a tensor is wanted"),
        (np.array([1]), torch.tensor([1]), "a ndarray, and a tensor is wanted"),
        (torch.tensor([[1]]), torch.tensor([1]), "shape is (1, 1), and (1,) is wanted"),
        (torch.tensor([1.0]), torch.tensor([1]), "dtype is torch.float32, and torch.int64"),
        (torch.tensor([2]), torch.tensor([1]), "values are not the right ones"),
        (torch.tensor([10**9]), torch.tensor([10**9 + 1]), "values are not the right ones"),
        (torch.tensor(1), 1, "plain Python value"),
        (True, 1, "a bool, and an int is wanted"),
        (1, True, "an int, and a bool is wanted"),
        (2, 1, "1 is wanted"),
        ([1, 2], [1], "2 of them, and 1 are wanted"),
        ([1, 3], [1, 2], "2 is wanted"),
        ([[0, 1]], [(0, 1)], "a list, and a tuple is wanted"),
        (None, (1, 2), "returned None"),
        (3, (1, 2), "an int, and a tuple is wanted"),
        ("a", 1.0, "a str, and a float is wanted"),
    ],
)
def test_what_is_not_the_same_is_said(got, want, says):
    with pytest.raises(Refused) as refused:
        expect_same(got, want)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (torch.tensor([0.1 + 0.2]), torch.tensor([0.3])),
        (torch.tensor([float("nan")]), torch.tensor([float("nan")])),
        (torch.tensor([True]), torch.tensor([True])),
        (0.1 + 0.2, 0.3),
        (torch.Size([2, 3]), (2, 3)),
        (None, None),
        ([(0, 1)], [(0, 1)]),
    ],
)
def test_what_is_the_same_passes(got, want):
    expect_same(got, want)


ASKS = Lesson(
    predictions=(
        Prediction(
            "sum", "1 + 1", {"2": None, "11": "Text joins; numbers add."}, "So it is.", "Sums"
        ),
    ),
    exercises=(exercise(twice),),
)


def practice_summary(practice):
    return Summary(practice.parts, practice.answered, practice.verdicts)


def test_the_summary_says_what_was_answered_and_where_to_read_again():
    practice = Practice("sums", ASKS, {"torch": torch})
    assert "0 of 1 made" in repr(practice_summary(practice))
    practice.question("sum").answer("11")

    def double(x):
        return x + x

    practice.judge(double)
    text = repr(practice_summary(practice))
    assert "Predictions: 1 of 1 made, 0 right." in text
    assert "You said 11. Text joins; numbers add. Read again: Sums." in text
    assert "Exercises: 1 of 1 solved." in text
    assert "You have done all that this lesson asks." in text
    html = practice_summary(practice)._repr_mimebundle_()["text/html"]
    assert 'Read again: <a href="#Sums">Sums</a>.' in html


def test_an_exercise_once_solved_stays_solved():
    practice = Practice("sums", ASKS, {"torch": torch})

    def double(x):
        return x + x

    practice.judge(double)

    def double(x):
        return x

    assert not practice.judge(double).right
    assert "1 of 1 solved" in repr(practice_summary(practice))


def test_what_is_no_exercise_is_answered_with_the_names_that_are():
    practice = Practice("sums", ASKS, {"torch": torch})
    with pytest.raises(ValueError, match=r"practice.check\(double\)"):
        practice.check(torch.tensor([1]))


def test_the_help_opens_one_after_the_other():
    def double(x):
        refuse("no")

    task = exercise(twice)
    html = Shown(judge(task, double, torch), task)._repr_mimebundle_()["text/html"]
    opened = re.split("<details>", html)
    assert [part.split("</summary>")[0].rpartition(">")[2] for part in opened[1:]] == [
        "Hint 1",
        "Hint 2",
        "Solution",
    ]
    assert html.index("</details>") > html.index("Solution")  # each lies in the one before
    assert "one" in opened[1]
    assert "two" in opened[2]
    assert html.count("data-lm-suppress-shortcuts") == 3


def test_what_is_right_gets_no_hints():
    def double(x):
        return x + x

    task = exercise(twice)
    html = Shown(judge(task, double, torch), task)._repr_mimebundle_()["text/html"]
    assert html.count("<details>") == 1
    assert "A solution of ours" in html


def test_a_lesson_opened_again_keeps_what_was_answered():
    names = {"torch": torch}
    first = lesson("creating-a-tensor", names)
    first.question("two-dtypes").answer("A")
    assert lesson("creating-a-tensor", names).answered
    assert not lesson("creating-a-tensor", {"torch": torch}).answered


def test_a_lesson_without_torch_or_without_a_name_is_answered_in_words():
    with pytest.raises(ValueError, match="import tensorlab as torch"):
        lesson("creating-a-tensor", {})
    with pytest.raises(ValueError, match=r"there are .*creating-a-tensor"):
        lesson("creating", {"torch": torch})
