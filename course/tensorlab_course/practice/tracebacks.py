"""Errors in a notebook show the student's own lines, not the inside of the engine."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import tensorlab
import tensorlab_course

# PyTorch's own frames are compiled code, which no traceback shows: ours read as PyTorch's.
HIDDEN = tuple(package.__path__[0] for package in (tensorlab, tensorlab_course))


def show_only_own_lines() -> None:
    """Leave the engine's frames out of the tracebacks of this notebook.

    `%tb` shows the last error with all of them. Outside IPython there is nothing to do.
    """
    shell = _shell()
    if shell is not None:
        shell.set_custom_exc((Exception,), _show)


def own_lines(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback without the frames that lie in the engine or the course's tools."""
    if traceback is None:
        return None
    rest = own_lines(traceback.tb_next)
    if traceback.tb_frame.f_code.co_filename.startswith(HIDDEN):
        return rest
    return TracebackType(rest, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)


def _show(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str]:
    lines: list[str] = shell.InteractiveTB.structured_traceback(
        kind, error, own_lines(traceback), tb_offset=tb_offset
    )
    shell._showtraceback(kind, error, lines)
    return lines


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()
