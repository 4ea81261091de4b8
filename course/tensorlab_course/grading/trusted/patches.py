"""What a test replaces in Python's modules: the student's code meets it as well.

`unittest.mock.patch("builtins.input", …)` and `time.sleep = …` in a test are meant for the code of
a student, which runs elsewhere. Each name that a test may replace is looked at before a question is
asked; where it is not what it was, the student's process calls what the test put there.
"""

from __future__ import annotations

import sys
import types
from typing import Any
from unittest import mock

_WATCHED = {
    "builtins": ("input", "print", "open"),
    "random": ("random", "randint", "randrange", "choice", "uniform", "shuffle", "sample", "gauss"),
    "time": ("sleep", "time", "perf_counter", "monotonic"),
    "sys": ("stdin", "argv"),
    "os": ("getcwd", "listdir", "system"),
    "getpass": ("getpass",),
}
_ABSENT = object()


class Patches:
    """The names that are watched, with what each was at first."""

    def __init__(self, space: dict[str, Any]) -> None:
        self.space = space  # of the instructor's cells
        self.globals: set[str] = set()  # that tests set, and the model's functions use
        self.given: dict[str, Any] = {}  # the student's names, with what they meant when asked for
        self._first: dict[tuple[str, str], Any] = {}
        for module, names in _WATCHED.items():
            for name in names if module in sys.modules else ():
                self._first[module, name] = getattr(sys.modules[module], name, _ABSENT)
        self._held = {name: space.get(name, _ABSENT) for name in ("input", "print", "open")}
        self._watch_mocks()

    def _watch_mocks(self) -> None:
        """Watch also what `mock.patch` replaces in any module."""
        original = mock._patch.__enter__
        patches = self

        def enter(self: Any) -> Any:
            target = self.getter()
            if isinstance(target, types.ModuleType):
                key = (target.__name__, str(self.attribute))
                patches._first.setdefault(key, vars(target).get(self.attribute, _ABSENT))
            return original(self)

        mock._patch.__enter__ = enter  # type: ignore[method-assign]

    def now(self) -> dict[tuple[str, str], Any]:
        """What is replaced at this moment, by module and name."""
        found = {}
        for (module, name), first in self._first.items():
            value = vars(sys.modules[module]).get(name, _ABSENT) if module in sys.modules else first
            if value is not first and value is not _ABSENT:
                found[module, name] = value
        for name in (*self._held, *self.globals):
            value = self.space.get(name, _ABSENT)
            if value is self._held.get(name, _ABSENT) or value is _ABSENT:
                continue
            if name in self.given and value is self.given[name]:
                continue
            if not isinstance(value, types.ModuleType):
                found["__main__", name] = value
        return found

    def deleted(self) -> list[str]:
        """The student's names that a test has deleted, to see who needs them."""
        return sorted(name for name in self.globals & self.given.keys() if name not in self.space)
