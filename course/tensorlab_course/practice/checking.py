"""Checking a student's function: it is called, and what is wrong with it is said in words."""

from __future__ import annotations

import dis
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tensorlab_course.practice.model import Exercise

GAP = "____"
FILL = f"fill the gap `{GAP}`, then run this cell again."
WRITE = "write its body, then run this cell again."
LONGEST = 70
STUMBLES = (Exception, SystemExit)


class Refused(Exception):
    """The answer is not right; the message says why."""


def refuse(message: str) -> None:
    """Refuse the answer, and say what is wrong and why it tempted."""
    raise Refused(message)


def expect(condition: object, message: str) -> None:
    """Refuse with the message unless the condition holds."""
    if not condition:
        raise Refused(message)


def expect_tensor(got: object) -> None:
    """Refuse what is not a tensor."""
    if got is None:
        refuse("It returned None. Does the function end with `return`?")
    if not is_tensor(got):
        refuse(f"It returned {a_kind(got)}, and a tensor is wanted.")


def expect_same(got: Any, want: Any) -> None:
    """Refuse what is not the same thing as `want`: type, then dtype, shape and values.

    `want` is a tensor, a plain Python value, or a tuple or list of them. Numbers with a decimal
    point may differ by rounding.
    """
    if is_tensor(want):
        expect_tensor(got)
        _expect_same_tensor(got, want)
    elif isinstance(want, (tuple, list)):
        expect(got is not None, "It returned None. Does the function end with `return`?")
        fits = isinstance(got, type(want)) or (isinstance(got, tuple) and isinstance(want, tuple))
        expect(fits, f"It returned {a_kind(got)}, and {a_kind(want)} is wanted.")
        count = f"It returned {len(got)} of them, and {len(want)} are wanted."
        expect(len(got) == len(want), count)
        for one, other in zip(got, want, strict=True):
            expect_same(one, other)
    else:
        _expect_same_value(got, want)


def _expect_same_tensor(got: Any, want: Any) -> None:
    if tuple(got.shape) != tuple(want.shape):
        refuse(f"The shape is {tuple(got.shape)}, and {tuple(want.shape)} is wanted.")
    if got.dtype != want.dtype:
        refuse(f"The dtype is {got.dtype}, and {want.dtype} is wanted.")
    mine, theirs = as_array(got), as_array(want)
    if mine.dtype.kind in "fc":
        same = np.allclose(mine, theirs, rtol=1e-5, atol=1e-6, equal_nan=True)
    else:
        same = np.array_equal(mine, theirs)
    if not same:
        refuse(f"The values are not the right ones: {short(want)} is wanted.")


def _expect_same_value(got: Any, want: Any) -> None:
    if got is None and want is not None:
        refuse("It returned None. Does the function end with `return`?")
    if is_tensor(got):
        refuse("It returned a tensor, and a plain Python value is wanted: `.item()` takes it out.")
    if isinstance(want, float) and isinstance(got, (int, float)) and not isinstance(got, bool):
        same = bool(np.isclose(got, want, rtol=1e-5, atol=1e-6, equal_nan=True))
    else:
        if type(got) is not type(want):
            refuse(f"It returned {a_kind(got)}, and {a_kind(want)} is wanted.")
        same = bool(got == want)
    expect(same, f"{short(want)} is wanted.")


def is_tensor(value: object) -> bool:
    """Is it a tensor, of whichever library?"""
    return all(hasattr(value, name) for name in ("detach", "dtype", "stride", "numel"))


def as_array(tensor: Any) -> Any:
    """The tensor's numbers as a numpy array."""
    return tensor.detach().numpy()


def a_kind(value: object) -> str:
    """The value's type, with its article: `a list`, `an int`."""
    kind = "tensor" if is_tensor(value) else type(value).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def short(value: object) -> str:
    """The value as it prints, on one line, cut where it is long."""
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def frozen(value: Any) -> Any:
    """Something to compare by: it is equal as long as the value has not changed."""
    if is_tensor(value):
        array = as_array(value)
        return "tensor", str(value.dtype), tuple(array.shape), array.tobytes()
    if isinstance(value, np.ndarray):
        return "array", str(value.dtype), value.shape, value.tobytes()
    if isinstance(value, (list, tuple)):
        return type(value).__name__, tuple(frozen(part) for part in value)
    if isinstance(value, dict):
        return "dict", tuple((key, frozen(part)) for key, part in value.items())
    if hasattr(value, "state_dict") and not isinstance(value, type):
        return "module", frozen(dict(value.state_dict()))
    return id(value)


class Answer:
    """A student's function, as a check sees it: each call is watched.

    Whatever it raises is turned into words, and so is a change that it makes to its arguments, so
    that a check may use an argument again, and may tell by `answer.last` what it was asking.
    """

    def __init__(self, function: Callable[..., Any], exercise: Exercise) -> None:
        self.function = function
        self.exercise = exercise
        self.calls = 0
        self.last = ""
        self.gave = ""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        before = frozen((args, kwargs))
        given = [short(arg) for arg in args] + [f"{k}={short(v)}" for k, v in kwargs.items()]
        self.last = f"{self.exercise.name}({', '.join(given)})"
        self.gave = ""
        self.calls += 1
        try:
            got = self.function(*args, **kwargs)
        except STUMBLES as error:
            if is_gap(error):
                raise
            raise Refused(in_words(error)) from error
        self.gave = short(got)
        if not self.exercise.may_change_arguments and frozen((args, kwargs)) != before:
            refuse(
                "It changed what it was given. Whoever calls a function rarely expects that: "
                "leave the argument as it is, and return something new."
            )
        return got

    @property
    def seen(self) -> str:
        """The last call and what it gave, as a line."""
        if not self.last:
            return ""
        return f"`{self.last}` gave `{self.gave}`.\n" if self.gave else f"I called `{self.last}`.\n"


@dataclass(frozen=True)
class Verdict:
    """What came of a check."""

    status: Literal["right", "wrong", "unwritten"]
    message: str

    @property
    def right(self) -> bool:
        """Is the answer accepted?"""
        return self.status == "right"


def judge(exercise: Exercise, function: Any, torch: Any) -> Verdict:
    """Check what a student wrote: right, wrong and why, or not written yet."""
    name = exercise.name
    todo = unwritten(function, exercise, torch)
    if todo:
        return Verdict("unwritten", f"`{name}` is not written yet: {todo}")
    answer = Answer(function, exercise)
    try:
        exercise.check(answer, torch)
    except Refused as refused:
        return Verdict("wrong", f"Not yet. {answer.seen}{refused}")
    except STUMBLES as error:
        if is_gap(error):
            return Verdict("unwritten", f"`{name}` is not written yet: {FILL}")
        return Verdict("wrong", f"Not yet. {answer.seen}{in_words(error)}")
    return Verdict("right", f"`{name}` is right: it passed every check.")


def scope(torch: Any) -> dict[str, Any]:
    """The names that a lesson's questions, starters, solutions and wrong answers may use."""
    found: dict[str, Any] = {"torch": torch, "np": np}
    nn = getattr(torch, "nn", None)
    if nn is not None:
        found["nn"] = nn
        found["F"] = getattr(nn, "functional", None)
    return found


def in_words(error: BaseException) -> str:
    """What was raised, as a sentence."""
    text = " ".join(str(error).split())
    words = f"It raised {type(error).__name__}" + (f": {text}" if text else "")
    return words if words.endswith((".", "!", "?")) else words + "."


def is_gap(error: BaseException) -> bool:
    """Did Python stumble over a gap that is still open?"""
    return isinstance(error, NameError) and error.name == GAP


def unwritten(function: Any, exercise: Exercise, torch: Any) -> str:
    """What is to do, where it is the starter still or has no body; empty where it is written."""
    names = scope(torch)
    exec("def blank(): ...\n" + exercise.starter, names)
    if body(function) == body(names[exercise.name]):
        return FILL if GAP in exercise.starter else WRITE
    return WRITE if body(function) == body(names["blank"]) else ""


def body(thing: Any) -> Any:
    """What a function or a class does, whatever its docstring: something to compare by."""
    if isinstance(thing, type):
        parts = sorted(vars(thing).items())
        return [(name, body(part)) for name, part in parts if isinstance(part, types.FunctionType)]
    if isinstance(thing, types.FunctionType):
        return steps(thing.__code__)
    return id(thing)


def steps(code: types.CodeType) -> list[Any]:
    """The steps of Python's bytecode, each with what it works on."""
    found = []
    for step in dis.get_instructions(code):
        inner = step.argval if isinstance(step.argval, types.CodeType) else None
        found.append((step.opname, steps(inner) if inner else step.argrepr))
    return found
