"""Predict shows a question, takes one answer, and finds the truth by running the code."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import tensorlab as torch
from tensorlab.widgets import Predict
from tensorlab.widgets import predict as module
from tensorlab.widgets.predict import matches, run

CHOICES = {"6": None, "5": "A sum, where a product is asked.", "23": "Text joins; numbers do not."}


def question(**kwargs):
    return Predict("a * b", CHOICES, setup="a = 2\nb = 3", namespace={}, **kwargs)


def test_nothing_is_run_before_the_answer():
    asked = Predict("touched.append(1)", {"None": None, "1": "No."}, namespace={"touched": []})
    repr(asked)
    asked._repr_mimebundle_()
    assert asked._result is None
    assert asked.correct is None
    assert asked.chosen is None
    assert asked.feedback == ""


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


def test_a_letter_answers_too_and_what_is_no_choice_is_refused():
    asked = question()
    letter = "ABC"[asked.order.index("6")]
    assert asked.answer(letter)
    with pytest.raises(ValueError, match="none of the choices"):
        question().answer("7")


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


def test_a_saved_notebook_shows_the_question_and_no_answer():
    asked = question(question="What is `a * b`?", because="A star multiplies.")
    bundle = asked._repr_mimebundle_()
    for text in (bundle["text/plain"], bundle["text/html"]):
        assert all(choice in text for choice in CHOICES)
        assert "a = 2" in text
        assert "Run this lesson to answer." in text
        assert "A sum" not in text
        assert "A star" not in text
    assert "<code>a * b</code>" in bundle["text/html"]
    assert bundle["text/html"] == question(question="What is `a * b`?")._html()


def test_words_and_code_cannot_become_markup():
    asked = Predict("1 < 2", {"<b>": None, "a & b": "x"}, "Is 1 < 2?", namespace={})
    text = asked._html()
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    assert "1 &lt; 2" in text


def test_without_ipywidgets_the_question_shows_and_can_be_answered(monkeypatch):
    monkeypatch.setattr(module, "ipywidgets", None)
    asked = question()
    assert set(asked._repr_mimebundle_()) == {"text/plain", "text/html"}
    assert asked.answer("6")


def test_the_form_opens_step_by_step():
    asked = question()
    bundle = asked._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    form = asked._form
    assert form.check.disabled
    assert form.show.disabled
    assert form.chosen is None
    form.choices["6"].value = True
    form.choices["5"].value = True
    assert [button.value for button in form.choices.values()].count(True) == 1
    assert not form.check.disabled
    assert form.show.disabled
    assert asked.correct is None
    form.choices["5"].value = False  # pressed again: it stays chosen
    assert form.choices["5"].value
    form.check.click()
    assert asked.correct is False
    assert form.choices["6"].description.startswith("✓")
    assert form.choices["5"].description.startswith("✗")
    assert all(button.disabled for button in form.choices.values())
    assert form.check.description == "Checked"
    assert not form.show.disabled
    assert "Not this time" in form.said.value
    assert "A sum" in form.said.value
    form.show.click()
    assert "<pre>6</pre>" in form.shown.value


def test_an_answer_given_by_name_settles_the_form():
    asked = question()
    asked._repr_mimebundle_()
    asked.answer("6")
    assert asked._form.choices["6"].value
    assert "Right." in asked._form.said.value


def test_the_file_needs_nothing_of_the_engine():
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert "import tensorlab" not in source
    assert "from tensorlab" not in source
    assert "Output(" not in source
    assert "torch" not in sys.modules[Predict.__module__].__dict__
