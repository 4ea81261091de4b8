"""Functions that a module calls before or after its forward."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

_made = 0


class Hook:
    """A function, and how it wants to be called."""

    __slots__ = ("function", "with_kwargs", "always_call")

    def __init__(
        self, function: Callable[..., Any], with_kwargs: bool = False, always_call: bool = False
    ) -> None:
        self.function = function
        self.with_kwargs = with_kwargs
        self.always_call = always_call


Hooks = OrderedDict[int, Hook]


class RemovableHandle:
    """What registering a hook gives: `remove()` takes it away again.

    Follows `torch.utils.hooks.RemovableHandle`.
    """

    def __init__(self, hooks: OrderedDict[int, Any]) -> None:
        global _made
        self._hooks = hooks
        self.id = _made
        _made += 1

    def remove(self) -> None:
        """Call the hook no more."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()


def add(hooks: Hooks, hook: Hook, prepend: bool = False) -> RemovableHandle:
    """Put `hook` behind the others, or before them, and give its handle."""
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    if prepend:
        hooks.move_to_end(handle.id, last=False)
    return handle
