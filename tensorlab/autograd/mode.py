"""Whether operations are being recorded for `backward`: no_grad, enable_grad, set_grad_enabled."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

_enabled = True


def is_grad_enabled() -> bool:
    """Whether operations are being recorded now. Follows `torch.is_grad_enabled`."""
    return _enabled


class set_grad_enabled:
    """Record operations, or not, from here on or inside a block. Follows `torch.set_grad_enabled`.

    >>> x = torch.ones(2, requires_grad=True)
    >>> with torch.set_grad_enabled(False):
    ...     print((x * 2).requires_grad)
    False
    """

    def __init__(self, mode: bool) -> None:
        global _enabled
        self._before = _enabled
        self._mode = bool(mode)
        _enabled = self._mode

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        global _enabled
        _enabled = self._before


class _Switch:
    """A block, or a decorated function, in which recording is on or off."""

    _mode: bool

    def __init__(self) -> None:
        self._before: list[bool] = []

    def __enter__(self) -> None:
        global _enabled
        self._before.append(_enabled)
        _enabled = self._mode

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        global _enabled
        _enabled = self._before.pop()

    def __call__(self, function: _Function) -> _Function:
        @functools.wraps(function)
        def inside(*args: Any, **kwargs: Any) -> Any:
            with type(self)():
                return function(*args, **kwargs)

        return inside  # type: ignore[return-value]


class no_grad(_Switch):
    """Do not record operations: their results need no gradient. Follows `torch.no_grad`.

    >>> x = torch.ones(2, requires_grad=True)
    >>> with torch.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    _mode = False

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        made = super().__new__(cls)
        if function is None:
            return made
        return _Switch.__call__(made, function)  # a bare decorator: @torch.no_grad

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        super().__init__()


class enable_grad(no_grad):
    """Record operations, also inside `no_grad`. Follows `torch.enable_grad`."""

    _mode = True
