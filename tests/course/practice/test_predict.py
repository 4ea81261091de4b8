"""Predict shows a question, takes one answer, and finds the truth by running the code."""

from __future__ import annotations

import html
import json
import re

import pytest

import tensorlab as torch
from tensorlab.widgets import Predict
from tensorlab.widgets.asking import matches, run

CHOICES = {"6": None, "5": "A sum, where a product is asked.", "23": "Text joins; numbers do not."}


def question(**kwargs):
    return Predict("a * b", CHOICES, setup="a = 2\nb = 3", namespace={}, **kwargs)


def test_nothing_is_run_before_the_question_shows():
    asked = Predict("touched.append(1)", {"None": None, "1": "No."}, namespace={"touched": []})
    repr(asked)
    assert asked.came == ""
    assert asked.correct is None
    assert asked.chosen is None
    assert asked.feedback == ""
    asked._repr_mimebundle_()
    assert asked.came == "None"
    assert asked.correct is None


def test_the_right_answer_is_right():
    asked = question()
    assert asked.answer("6") is True
    assert asked.correct
    assert asked.truth == "6"
    assert asked.feedback == "Right. Python says 6."
    assert asked.misconception is None


def test_a_wrong_answer_is_answered_by_its_misconception():
    asked = question(because="A star multiplies.")
    assert asked.answer("5") is False
    assert asked.feedback.splitlines() == [
        "Not this time. You said 5; Python says 6.",
        "A sum, where a product is asked.",
        "A star multiplies.",
    ]


def test_the_first_answer_counts():
    asked = question()
    asked.answer("5")
    assert asked.answer("6") is False
    assert asked.chosen == "5"


def test_a_letter_answers_too():
    asked = question()
    assert asked.answer("ABC"[asked.order.index("6")])
    assert asked.chosen == "6"


def test_an_answer_in_words_of_ones_own_counts():
    asked = question(because="A star multiplies.")
    assert asked.answer("7") is False
    assert asked.misconception is None
    assert asked.feedback == "Not this time. You said 7; Python says 6.\nA star multiplies."
    assert Predict("[1, 2]", {"1": "x"}, namespace={}).answer("[1,2]")


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_an_empty_answer_is_refused_and_costs_nothing(empty):
    asked = question()
    with pytest.raises(ValueError, match="The answer is empty: pick one, or type"):
        asked.answer(empty)
    assert asked.correct is None
    assert asked.answer("6")


def test_a_question_without_choices_is_refused():
    with pytest.raises(ValueError, match="give choices"):
        Predict("1", {})


def test_the_page_answers_as_python_does():
    told = []
    asked = question(on_answer=told.append)
    asked.set_state({"chosen": "5"})
    assert asked.correct is False
    assert asked.misconception == "A sum, where a product is asked."
    asked.set_state({"chosen": "6"})
    assert asked.chosen == "5"
    assert told == [asked]


def test_the_page_can_have_the_code_run_again():
    names = {"a": [1]}
    asked = Predict("a", {"[1]": None}, namespace=names)
    assert asked.truth == "[1]"
    names["a"] = [2]
    asked.set_state({"asked": 1})
    assert asked.ran == 1
    assert asked.output == "[2]"


def test_whoever_waits_for_the_answer_is_told_once():
    told = []
    asked = question(on_answer=told.append)
    asked.answer("5")
    asked.answer("6")
    assert told == [asked]


def test_the_order_is_shuffled_and_always_the_same():
    orders = [
        Predict(f"{n} + 1", {"right": None, "wrong": "a", "worse": "b"}, namespace={}).order
        for n in range(20)
    ]
    again = Predict("0 + 1", {"worse": "b", "wrong": "a", "right": None}, namespace={}).order
    assert orders[0] == again
    assert len({order.index("right") for order in orders}) == 3


def test_the_callers_names_are_used_and_left_as_they_are():
    x = torch.tensor([1, 2])
    items = [1]
    names = {"x": x, "items": items}
    asked = Predict("x += 1; items.append(2); y = 3; x", {"a": None}, namespace=names)
    assert asked.truth == "tensor([2, 3])"
    assert x.tolist() == [1, 2]
    assert items == [1]
    assert set(names) == {"x", "items"}


def test_without_a_namespace_it_is_the_callers():
    assert Predict("LIMIT + 1", {"a": None}).truth == "8"


LIMIT = 7


def test_an_exception_is_the_truth_by_its_type_and_message():
    short, full = run("", "int('a')", {})
    assert short == full == "ValueError: invalid literal for int() with base 10: 'a'"
    assert run("", "raise KeyError", {})[0] == "KeyError"


def test_the_notes_of_an_exception_show_on_demand():
    code = "error = TypeError('no')\nerror.add_note('try a list')\nraise error"
    assert run("", code, {}) == ("TypeError: no", "TypeError: no\ntry a list")


def test_what_is_printed_comes_before_what_is_given():
    assert run("", "print('a')\n1", {})[0] == "a\n1"
    assert run("", "print('a')", {})[0] == "a"
    assert run("", "x = 1", {})[0] == "None"


@pytest.mark.parametrize(
    ("choice", "truth"),
    [
        ("tensor([[1.],[1.]])", "tensor([[1.],\n        [1.]])"),
        ("RuntimeError: view size", "RuntimeError: view size is not compatible"),
        ("RuntimeError: view size…", "RuntimeError: view size is not compatible"),
        ("RuntimeError: view size...", "RuntimeError: view size is not compatible"),
        ("RuntimeError", "RuntimeError: view size is not compatible"),
    ],
)
def test_a_choice_that_says_the_same_matches(choice, truth):
    assert matches(choice, truth)


@pytest.mark.parametrize(
    ("choice", "truth"),
    [
        ("tensor([1])", "tensor([1, 2])"),
        ("tensor([1", "tensor([1, 2])"),
        ("", "RuntimeError: no"),
        ("…", "RuntimeError: no"),
        ("R", "RuntimeError: no"),
        ("RuntimeError: yes", "RuntimeError: no"),
        ("RuntimeError: no", "tensor(1)"),
        ("1", "1."),
    ],
)
def test_a_choice_that_says_something_else_does_not(choice, truth):
    assert not matches(choice, truth)


def shown(asked):
    """What shows with no script, and the state that the page would have with them."""
    bundle = asked._repr_mimebundle_()[0]
    (still,) = re.findall(r"<noscript>(.*?)</noscript>", bundle["text/html"], re.DOTALL)
    (page,) = re.findall(r'srcdoc="([^"]*)"', bundle["text/html"])
    (state,) = re.findall(r'id="tensorlab-state">(.*?)</script>', html.unescape(page))
    return bundle["text/plain"], still, json.loads(state)


def test_a_saved_notebook_shows_the_question_and_no_answer():
    asked = question(question="What is `a * b`?", because="A star multiplies.")
    plain, still, state = shown(asked)
    for text in (plain, still):
        assert all(choice in text for choice in CHOICES)
        assert "a = 2" in text
        assert "Run this lesson to answer." in text
        assert "A sum" not in text
        assert "A star" not in text
    assert "<code>a * b</code>" in still
    assert state["came"] == "6"
    assert "6" not in asked.text


def test_words_and_code_cannot_become_markup():
    asked = Predict("1 < 2", {"<b>": None, "a & b": "x"}, "Is 1 < 2?", namespace={})
    _, still, state = shown(asked)
    assert "<b>" not in still
    assert "&lt;b&gt;" in still
    assert "1 &lt; 2" in still
    assert state["listing"] == "1 < 2"
