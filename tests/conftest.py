"""What all tests share: how to ask for something that may not be installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import oracle and needs

from needs import REQUIRED, find

# Programs for torch, which are read and not imported.
collect_ignore_glob = ["scripts/*.py", "data/*.py"]


@pytest.fixture
def require() -> Callable[..., Any]:
    """`require("torch")` gives the module (or a program's path), or skips the test without it."""
    return find


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "require(*names): skip (or fail) where one is not installed")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("require"):
        for name in mark.args:
            find(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With TENSORLAB_REQUIRE=all nothing at all is skipped, however the skip was written."""
    report = yield
    if "all" in REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and TENSORLAB_REQUIRE=all: {report.longrepr}"
    return report
