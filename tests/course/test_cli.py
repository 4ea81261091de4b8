"""The frame of the command: every way in, with all of the course installed and with none."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tensorlab_course.cli import app

# Runs the command as `python -m tensorlab` does, where some modules are not installed.
WITHOUT = """
import runpy, sys
for name in sys.argv.pop(1).split(","):
    sys.modules[name] = None
runpy.run_module("tensorlab", run_name="__main__", alter_sys=True)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "tensorlab"],
        ["-m", "tensorlab_course"],
        [str(Path(sys.executable).with_name("tensorlab"))],
    ],
    ids=["python -m tensorlab", "python -m tensorlab_course", "tensorlab"],
)
def test_each_way_in_is_the_same_command(command: list[str]) -> None:
    assert run(*command, "--version").stdout.startswith(f"tensorlab {version('tensorlab')} (Python")


def test_the_help_names_every_command_in_a_sentence() -> None:
    said = CliRunner().invoke(app, ["--help"]).output
    for name in ("lab", "check", "grade", "export", "report", "site", "doctor"):
        assert f" {name} " in said
    assert CliRunner().invoke(app, []).output.split() == said.split()


@pytest.mark.parametrize("name", ["lab", "check", "grade", "export", "report", "site", "doctor"])
def test_each_command_has_help(name: str) -> None:
    helped = CliRunner().invoke(app, [name, "-h"])
    assert helped.exit_code == 0
    assert f"tensorlab {name}" in helped.output or f"root {name}" in helped.output


@pytest.mark.parametrize("missing", ["typer", "rich", "typer,rich"])
def test_with_the_engine_alone_it_says_how_to_get_the_course(missing: str) -> None:
    ran = run("-c", WITHOUT, missing, "lab")
    assert ran.returncode == 1
    assert 'pip install "tensorlab[course]"' in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_with_no_course_at_all_it_says_that_this_is_the_engine() -> None:
    ran = run("-c", WITHOUT, "tensorlab_course")
    assert ran.returncode == 1
    assert "import tensorlab as torch" in ran.stderr


def test_a_command_whose_package_is_missing_says_which() -> None:
    ran = run("-c", WITHOUT, "nbval,nbformat", "check", "--update")
    assert ran.returncode == 1
    assert "nbval is missing" in ran.stderr or "nbformat is missing" in ran.stderr
    assert 'pip install "tensorlab[course]"' in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_missing_package_of_one_command_leaves_the_others() -> None:
    assert run("-c", WITHOUT, "nbval,nbformat", "--version").returncode == 0


def test_the_command_starts_without_what_only_its_subcommands_need() -> None:
    program = (
        "import sys; import tensorlab_course.cli; "
        "print(*({'jupyterlab', 'matplotlib', 'torch'} & set(sys.modules)))"
    )
    assert run("-c", program).stdout.strip() == ""
