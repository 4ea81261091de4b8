"""What all tests share: how to ask for something that may not be installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import oracle and needs

from needs import PYODIDE, REQUIRED, find

# Programs for torch, which are read and not imported.
collect_ignore_glob = ["scripts/*.py", "data/*.py"]


@pytest.fixture
def require() -> Callable[..., Any]:
    """`require("torch")` gives the module (or a program's path), or skips the test without it."""
    return find


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "require(*names): skip (or fail) where one is not installed")
    config.addinivalue_line(
        "markers", "pyodide: skip where TENSORLAB_PYODIDE names no distribution"
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("require"):
        for name in mark.args:
            find(name)
    if item.get_closest_marker("pyodide") and not PYODIDE:
        pytest.skip("TENSORLAB_PYODIDE names no folder with Pyodide, which CI cannot have either")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With TENSORLAB_REQUIRE=all nothing is skipped, however the skip was written.

    But for what needs Pyodide: a distribution of it comes with no package that CI installs.
    """
    report = yield
    may_be_skipped = item.get_closest_marker("pyodide") and not PYODIDE
    if may_be_skipped or hasattr(report, "wasxfail"):
        return report
    if "all" in REQUIRED and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, and TENSORLAB_REQUIRE=all: {report.longrepr}"
    return report
