"""What a test may need and a machine may lack: skipped without it, or failed."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# What TENSORLAB_REQUIRE names ("torch,chromium", or "all") must be there: its tests fail where
# they would be skipped.
REQUIRED = {name.strip() for name in os.environ.get("TENSORLAB_REQUIRE", "").split(",")} - {""}


# A folder with a distribution of Pyodide, for the tests of what runs in a browser.
PYODIDE = os.environ.get("TENSORLAB_PYODIDE")


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


# What `make widgets` installs to bundle and to check the browser half of the widgets.
NODE_MODULES = Path(__file__).parents[1] / "tensorlab" / "widgets" / "js" / "node_modules"

# How to find what is no Python module.
PROGRAMS: dict[str, Callable[[], str | None]] = {
    "bwrap": lambda: shutil.which("bwrap"),
    "node": lambda: shutil.which("node"),
    "node_modules": lambda: str(NODE_MODULES) if NODE_MODULES.is_dir() else None,
    "chromium": _chromium,
}


def find(name: str, version: str = "") -> Any:
    """The module, or the path of the program; the test is skipped without it, or fails."""
    if name in PROGRAMS:
        found: Any = PROGRAMS[name]()
    else:
        try:
            found = importlib.import_module(name)
        except ImportError:
            found = None
    if found is None:
        missing(name, f"{name} is not installed")
    if not getattr(found, "__version__", "").startswith(version):
        missing(name, f"{name} {found.__version__} is installed, not {version}")
    return found


def missing(name: str, reason: str) -> None:
    """Skip this test for the lack of `name`, or fail it where `name` is required."""
    if REQUIRED & {name, "all"}:
        pytest.fail(f"{reason}, and TENSORLAB_REQUIRE asks for it", pytrace=False)
    pytest.skip(reason)
