"""make says what it can do, and in words what it cannot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=cwd, capture_output=True, text=True, timeout=60)


def test_without_a_goal_it_helps() -> None:
    assert make().stdout == make("help").stdout
    for goal in ("lab", "test", "lessons"):
        assert f"make {goal}" in make("help").stdout


@pytest.mark.parametrize("python", ["/no/python3", "false"])
def test_without_a_python_it_says_what_to_do(python: str, tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    made = make("lab", f"PYTHON={python}", cwd=tmp_path)
    assert made.returncode != 0
    assert "tensorlab needs Python 3.11 or later" in made.stdout
    assert not (tmp_path / ".venv").exists()


def test_all_tests_run_although_the_lessons_fail() -> None:
    """make test runs the check and pytest, and its status is the worse of the two."""
    recipe = make("--dry-run", "--always-make", "test").stdout
    assert recipe.index("tensorlab check") < recipe.index("-m pytest")
    assert "exit $((lessons || tests))" in recipe
