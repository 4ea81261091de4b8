"""What a test has replaced in this process, and how it was before."""

from __future__ import annotations

import importlib
from typing import Any

_ABSENT = object()
DELETED = object()  # in place of what a name is to be, where it is not to be


class Patched:
    """The names that a test has replaced."""

    def __init__(self, space: dict[str, Any]) -> None:
        self.space = space
        self._before: dict[tuple[str, str], Any] = {}

    def apply(self, wanted: dict[tuple[str, str], Any]) -> None:
        """Let these names, and no others, be replaced."""
        for key in [key for key in self._before if key not in wanted]:
            before, names = self._before.pop(key), self._names(key[0])
            if before is _ABSENT:
                names.pop(key[1], None)
            else:
                names[key[1]] = before
        for key, value in wanted.items():
            try:
                names = self._names(key[0])
            except ImportError:
                continue
            self._before.setdefault(key, names.get(key[1], _ABSENT))
            if value is DELETED:
                names.pop(key[1], None)
            else:
                names[key[1]] = value

    def _names(self, module: str) -> dict[str, Any]:
        return self.space if module == "__main__" else vars(importlib.import_module(module))
