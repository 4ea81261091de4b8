"""`tensorlab doctor`: what is installed, what is missing, and what that means."""

from __future__ import annotations

import importlib
import importlib.util
import platform
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from tensorlab_course import paths

# What each package does for a student, in the order in which it is missed.
PURPOSES = {
    "numpy": "the arithmetic under every tensor",
    "jupyterlab": "where you work through the lessons",
    "ipykernel": "runs the code of a lesson",
    "anywidget": "the widgets, and the forms for your predictions",
    "pillow": "the widgets' pictures for paper",
    "matplotlib": "the pictures in the lessons",
    "nbformat": "reads the lessons, for tensorlab check",
    "nbval": "compares outputs, for tensorlab check",
    "pytest": "runs nbval, for tensorlab check",
    "typer": "this command",
    "rich": "its tables",
}
# What is imported by another name than it is installed by.
MODULES = {"pillow": "PIL"}
INSTALL = 'pip install "tensorlab[course]"'


@dataclass
class Finding:
    """One line of the table: `repair` is empty where nothing has to be done."""

    what: str
    found: str
    meaning: str
    repair: str = ""
    required: bool = True


def doctor() -> None:
    """Say what is installed, what is missing, and what that means.

    The exit status is 1 where something is missing that the lessons need.
    """
    findings = [_python(), *_packages(), _widgets_in_lab(), _lessons(), *_optional()]
    console = Console(highlight=False)
    console.print(_table(findings))
    repairs = [finding for finding in findings if finding.repair]
    console.print()
    for finding in repairs:
        console.print(f"{finding.what}: ", end="", style="bold" if finding.required else "dim")
        console.print(finding.repair, markup=False, soft_wrap=True)
    broken = [finding.what for finding in repairs if finding.required]
    if broken:
        console.print(f"[red]Not ready for the lessons:[/] {', '.join(broken)}.")
        raise typer.Exit(1)
    console.print("[green]Ready for the lessons:[/] tensorlab lab")


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("", "what", "found", "what it is for"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        mark = "[green]✓[/]" if not finding.repair else "[red]✗[/]" if finding.required else "–"
        table.add_row(mark, finding.what, finding.found, finding.meaning)
    return table


def _python() -> Finding:
    return Finding("python", platform.python_version(), sys.executable)


def _packages() -> Iterator[Finding]:
    """tensorlab itself, and a finding for each package that it requires for the course."""
    try:
        installed = metadata.distribution("tensorlab")
    except metadata.PackageNotFoundError:
        yield Finding("tensorlab", "missing", "this course", INSTALL)
        return
    root = paths.clone_root()
    yield Finding("tensorlab", installed.version, f"this course, from {root or 'a wheel'}")
    bounds = _bounds(installed.requires or [])
    for name, purpose in PURPOSES.items():
        yield _package(name, bounds[name], purpose)


def _bounds(requirements: list[str]) -> dict[str, str]:
    """The lower bound of each requirement: `numpy>=1.26` and `rich>=13.7; extra == "course"`."""
    found = (re.match(r"([\w.-]+)>=([\d.]+)", requirement) for requirement in requirements)
    return {match[1]: match[2] for match in found if match}


def _package(name: str, bound: str, purpose: str) -> Finding:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", purpose, INSTALL)
    if _numbers(version) < _numbers(bound):
        return Finding(
            name, f"{version}, too old", purpose, f'pip install --upgrade "{name}>={bound}"'
        )
    try:
        with warnings.catch_warnings(action="ignore"):
            importlib.import_module(MODULES.get(name, name))
    except Exception as error:  # a broken package may raise anything
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Finding(
            name,
            f"{version}, broken",
            f"{purpose} ({reason})",
            f"pip install --force-reinstall {name}",
        )
    return Finding(name, version, purpose)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _widgets_in_lab() -> Finding:
    """What brings widgets into JupyterLab, which must lie where this JupyterLab looks."""
    meaning = "shows the widgets in JupyterLab"
    repair = "pip install --force-reinstall jupyterlab_widgets"
    try:
        from jupyter_core.paths import jupyter_path
    except ModuleNotFoundError:
        return Finding("widgets in JupyterLab", "missing", meaning, INSTALL)
    for folder in jupyter_path("labextensions"):
        if (Path(folder) / "@jupyter-widgets" / "jupyterlab-manager" / "package.json").is_file():
            return Finding("widgets in JupyterLab", "yes", meaning)
    return Finding("widgets in JupyterLab", "missing", meaning, repair)


def _lessons() -> Finding:
    meaning = "what you work through"
    try:
        lessons = paths.lessons_dir()
    except FileNotFoundError:
        repair = "pip install --force-reinstall tensorlab"
        return Finding("lessons", "missing", meaning, repair)
    return Finding("lessons", str(len(list(lessons.glob("[0-9]*.ipynb")))), meaning)


def _optional() -> Iterator[Finding]:
    """What no lesson needs."""
    yield _extra("torch", "runs the lessons under the real PyTorch as well", "torch")
    yield _extra("nbgrader", "hands exercises out, and collects them", '"tensorlab[grade]"')
    yield _extra("sphinx", "makes a web site of the course", '"tensorlab[site]"')
    browsers = ("chromium", "chromium-browser", "google-chrome")
    yield _program("chromium", browsers, "the tests that drive a browser")
    yield _program("bubblewrap", ("bwrap",), "a sandbox for code that you do not trust (Linux)")


def _extra(package: str, meaning: str, install: str) -> Finding:
    found = importlib.util.find_spec(package) is not None
    version = metadata.version(package) if found else "not installed"
    repair = "" if found else f"pip install {install}"
    return Finding(package, version, meaning, repair, required=False)


def _program(package: str, commands: tuple[str, ...], meaning: str) -> Finding:
    found = next(filter(None, map(shutil.which, commands)), None)
    repair = "" if found else f"on Debian and Ubuntu: sudo apt install {package}"
    return Finding(package, found or "not installed", meaning, repair, required=False)
