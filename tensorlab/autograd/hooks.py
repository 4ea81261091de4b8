"""Hooks: functions of the user that backward calls with the gradients that pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class RemovableHandle:
    """What `register_hook` gives: `remove()` takes the hook away again."""

    _made = 0

    def __init__(self, hooks: dict[int, Any], hook: Callable[..., Any]) -> None:
        RemovableHandle._made += 1
        self.id = RemovableHandle._made
        self._hooks = hooks
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook away."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()
