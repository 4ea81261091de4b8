"""Runs in the browser as soon as Python is there, before any cell: imports what lessons need."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

# The student's files are looked through last: each look at them asks the page.
with contextlib.suppress(ValueError):
    sys.path.remove("")
for name in ("pyodide_kernel", "tensorlab.widgets", "tensorlab_course.practice"):
    importlib.import_module(name)
sys.path.append("")

from pyodide.ffi import jsnull  # type: ignore[import-not-found]  # noqa: E402
from pyodide_kernel import comm, ipython_shell, kernel  # type: ignore[import-not-found]  # noqa: E402

# Names complete without jedi, which would take a second of each start.
ipython_shell.Completer.use_jedi = importlib.util.find_spec("jedi") is not None

_load_packages = kernel._load_packages_from_imports
_publish = comm.Comm.publish_msg


async def _with_drawings(code: str) -> None:
    """Load what a cell imports; and for drawings, which can do without it, matplotlib."""
    await _load_packages(code)
    if "pictures." in code and "matplotlib" not in sys.modules:
        with contextlib.suppress(Exception):
            await _load_packages("import matplotlib")


def _with_nulls(value: Any) -> Any:
    """None is JSON's null for a widget's page; Pyodide would make undefined of it."""
    if value is None:
        return jsnull
    if isinstance(value, dict):
        return {key: _with_nulls(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_nulls(one) for one in value]
    return value


def _publish_with_nulls(self: Any, kind: str, data: Any = None, *more: Any, **keys: Any) -> None:
    _publish(self, kind, _with_nulls(data or {}), *more, **keys)


def _as_elsewhere(make: Callable[..., Any]) -> Callable[..., Any]:
    """Whole numbers of Python's become int64 in numpy, as on a student's own machine.

    Pyodide's numpy makes 32 bits of them.
    """

    def made(*given: Any, **how: Any) -> Any:
        array = make(*given, **how)
        if array.dtype == np.int32 and len(given) == 1 and not how and _is_plain(given[0]):
            return make(*given, dtype=np.int64)
        return array

    made.__name__, made.__doc__ = make.__name__, make.__doc__
    return made


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, (int, range))


def _show_traceback(kind: type[BaseException], error: BaseException, lines: list[str]) -> None:
    """What a cell raised, by its name: Jupyter's kernels say TypeError, not <class 'TypeError'>."""
    ipython_shell._last_traceback = {
        "ename": kind.__name__,
        "evalue": str(error),
        "traceback": lines,
    }


ipython_shell._showtraceback = _show_traceback
kernel._load_packages_from_imports = _with_drawings
comm.Comm.publish_msg = _publish_with_nulls
np.array, np.asarray, np.arange = (
    _as_elsewhere(make) for make in (np.array, np.asarray, np.arange)
)
