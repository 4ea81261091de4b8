"""Runs in the browser as soon as Python is there: imports what a lesson needs, before it asks."""

import contextlib
import sys

# The student's files are looked through last: each look at them asks the page.
with contextlib.suppress(ValueError):
    sys.path.remove("")

import pyodide_kernel.kernel  # noqa: E402

import tensorlab.widgets  # noqa: E402
import tensorlab_course.practice  # noqa: E402, F401

sys.path.append("")

_load_packages = pyodide_kernel.kernel._load_packages_from_imports


async def _with_drawings(code: str) -> None:
    """Load what a cell imports; and for the drawings, which do without it, matplotlib."""
    await _load_packages(code)
    if "pictures" in code and "matplotlib" not in sys.modules:
        with contextlib.suppress(Exception):
            await _load_packages("import matplotlib")


pyodide_kernel.kernel._load_packages_from_imports = _with_drawings
