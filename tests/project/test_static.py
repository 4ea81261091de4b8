"""The tools that read the code without running it, so that one run of pytest is all there is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

# The module that must be there, and the command.
TOOLS = {
    "ruff check": ("ruff", ["-m", "ruff", "check", "--no-cache"]),
    "ruff format": ("ruff", ["-m", "ruff", "format", "--check", "--no-cache"]),
    "mypy": ("mypy", ["-m", "mypy", "--no-error-summary"]),
    "import-linter": (
        "importlinter",
        ["-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
    ),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_has_nothing_to_say(tool: str, require: Callable[[str], Any]) -> None:
    module, arguments = TOOLS[tool]
    require(module)
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    if ran.returncode:
        pytest.fail(f"{ran.stdout}{ran.stderr}", pytrace=False)
