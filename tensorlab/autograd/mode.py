"""Whether operations are being recorded for `backward`: no_grad, enable_grad, set_grad_enabled."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

_enabled = True
_inference = False
anomalies = False  # whether backward looks for nan, see `detect_anomaly`


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

    def __call__(self, function: _Function) -> _Function:
        global _enabled
        _enabled = self._before  # as a decorator it changes nothing here
        return _inside(lambda: set_grad_enabled(self._mode), function)


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

    def _anew(self) -> _Switch:
        return type(self)()

    def __call__(self, function: _Function) -> _Function:
        return _inside(self._anew, function)


def _inside(switch: Callable[[], Any], function: _Function) -> _Function:
    """`function`, run inside a new `switch()` whenever it is called."""
    code = getattr(function, "__code__", None)
    if code is not None and code.co_flags & 0x20:  # a generator's body runs piece by piece

        @functools.wraps(function)
        def pieces(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            while True:
                with switch():
                    try:
                        piece = next(generator)
                    except StopIteration as end:
                        return end.value
                yield piece

        return pieces  # type: ignore[return-value]

    @functools.wraps(function)
    def inside(*args: Any, **kwargs: Any) -> Any:
        with switch():
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


class inference_mode(_Switch):
    """Do not record operations, as in `no_grad`. Follows `torch.inference_mode`.

    Here its tensors are like others: torch forbids some uses of them afterwards.

    >>> x = torch.ones(2, requires_grad=True)
    >>> with torch.inference_mode():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    def __new__(cls, mode: Any = True) -> Any:
        made = super().__new__(cls)
        if isinstance(mode, bool):
            return made
        return _inside(inference_mode, mode)  # a bare decorator: @torch.inference_mode

    def __init__(self, mode: bool = True) -> None:
        super().__init__()
        self._on = mode
        self._outer: list[bool] = []

    def _anew(self) -> inference_mode:
        return inference_mode(self._on)

    def __enter__(self) -> None:
        global _enabled, _inference
        self._before.append(_enabled)
        self._outer.append(_inference)
        _inference = self._on
        _enabled = _enabled and not self._on

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        global _inference
        super().__exit__(kind, error, traceback)
        _inference = self._outer.pop()


def is_inference_mode_enabled() -> bool:
    """Whether `inference_mode` is on. Follows `torch.is_inference_mode_enabled`."""
    return _inference


class set_detect_anomaly:
    """Let backward raise where a gradient becomes nan, and name the operation.

    From here on, or inside a block. Follows `torch.autograd.set_detect_anomaly`.
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        global anomalies
        self._before = anomalies
        anomalies = bool(mode) and check_nan

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        global anomalies
        anomalies = self._before


class detect_anomaly(set_detect_anomaly):
    """A block in which backward looks for nan. Follows `torch.autograd.detect_anomaly`.

    >>> x = torch.zeros(1, requires_grad=True)
    >>> with torch.autograd.detect_anomaly():
    ...     (x.sqrt() * 0).backward()
    Traceback (most recent call last):
    RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.
    ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__(True, check_nan)
