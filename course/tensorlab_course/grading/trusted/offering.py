"""What of an instructor's object a student's function may use, when a test hands it over."""

from __future__ import annotations

import io
import sys
from typing import Any
from unittest import mock

from tensorlab_course.grading.sandbox.objects import SPECIAL

# What gives data, and changes nothing but the object itself.
_GIVING = ("__iter__", "__next__", "__len__", "__getitem__", "__contains__")
_FILES = {
    *("read", "readline", "readlines", "write", "writelines", "close", "closed", "flush", "seek"),
    *("tell", "getvalue", "name", "mode", "truncate", "readable", "writable", "encoding"),
}
# What a mock tells the test, and so the student's code may not touch.
_MOCKS = frozenset(dir(mock.MagicMock())) | {"mock_calls", "method_calls"}
_DRAWING = {
    *("plot", "scatter", "bar", "barh", "hist", "step", "stem", "fill_between", "errorbar"),
    *("axhline", "axvline", "boxplot", "pie", "imshow", "semilogx", "semilogy", "loglog"),
    *("set_title", "set_xlabel", "set_ylabel", "set_xlim", "set_ylim", "set_xticks", "set_yticks"),
    *("set", "grid", "legend", "text", "annotate", "set_xscale", "set_yscale", "set_aspect"),
    *("axis", "get_title", "get_xlabel", "get_ylabel", "get_xlim", "get_ylim", "invert_yaxis"),
    *("add_subplot", "suptitle", "gca", "tight_layout", "set_axis_off", "set_xticklabels"),
}


def is_own(value: Any) -> bool:
    """Whether it is an object of a class that the instructor's cells define."""
    return type(value).__module__ == "__main__"


def methods(value: Any) -> list[str]:
    """The operators that it offers beside being called; `attributes` where it has any."""
    if isinstance(value, type):
        return []
    names = {name for kind in type(value).__mro__[:-1] for name in kind.__dict__}
    if is_own(value) or _is_mock(value):
        offered = [n for n in SPECIAL if n in names and n not in ("__hash__", "__repr__")]
        return [*offered, "attributes"]
    if isinstance(value, io.IOBase):
        return [*_GIVING[:2], "__enter__", "__exit__", "attributes"]
    if _is_drawing(value):
        return ["attributes"]
    return [name for name in _GIVING if name in names]


def offers(value: Any, name: str) -> bool:
    """Whether the student's code may get this attribute of it."""
    if name.startswith("_"):
        return False
    if is_own(value):
        return True
    if _is_mock(value):
        return name not in _MOCKS and not name.startswith(("assert", "mock_"))
    if isinstance(value, io.IOBase):
        return name in _FILES
    return _is_drawing(value) and name in _DRAWING


def may_set(value: Any, name: str) -> bool:
    """Whether the student's code may set this attribute: no method, and nothing private."""
    if name.startswith("__") or not is_own(value):
        return False
    return not callable(getattr(type(value), name, None))


def _is_mock(value: Any) -> bool:
    return isinstance(value, mock.NonCallableMock)


def _is_drawing(value: Any) -> bool:
    for module, name in (("matplotlib.axes", "Axes"), ("matplotlib.figure", "Figure")):
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, type) and isinstance(value, found):
            return True
    return False


def check_drawing(target: Any, args: Any, kwargs: dict[str, Any]) -> None:
    """Raise TypeError for what would let a drawing's text run TeX, or its parts call anything."""
    owner = getattr(target, "__self__", None)
    if not _is_drawing(owner):
        return
    for name, value in kwargs.items():
        if name == "usetex" or name in ("picker", "agg_filter", "path_effects", "url"):
            raise TypeError(f"{name} can't be set on an Axes of a test's")
        if callable(value):
            raise TypeError(f"{name} can't be a function on an Axes of a test's")
    if any(callable(value) for value in args):
        raise TypeError("an Axes of a test's takes plain data only")
