"""`tensorlab lab`: lessons and exercises in a folder of the student's, and JupyterLab on them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tensorlab_course import paths
from tensorlab_course.exercises import students
from tensorlab_course.lab.copying import Copied, copy_files, read_files
from tensorlab_course.lab.server import PortTaken, serve

DEFAULT = Path("tensorlab-course")


def lab(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="Where your copy of the lessons is, or is made. "
            "Without it: ./tensorlab-course, or in a clone its own lessons/.",
        ),
    ] = None,
    browser: Annotated[
        bool,
        typer.Option("--browser/--no-browser", help="Open a browser, or only say the address."),
    ] = True,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="The port of JupyterLab: without it, a free one."),
    ] = None,
) -> None:
    """Work through the lessons in JupyterLab.

    Lessons and exercises are copied to a folder of yours, never over your own changes, and
    JupyterLab opens on the page that lists them. Run it again whenever you like: your work is kept.
    """
    console = Console(highlight=False, soft_wrap=True)
    if find_spec("jupyterlab") is None or find_spec("ipykernel") is None:
        _stop('JupyterLab is not installed. To install it: pip install "tensorlab[course]"')
    try:
        source = paths.lessons_dir()
        files = students.students_files()
    except FileNotFoundError as error:
        _stop(
            f"The installation is broken: {error}. "
            "To repair it: pip install --force-reinstall tensorlab"
        )

    folder = _folder(directory, source)
    if folder != source:
        files = _lessons(source) | files
    try:
        copied = copy_files(files, folder)
    except OSError as error:
        _stop(f"{folder} cannot hold the lessons: {error.strerror or error}.")
    sentences = _in_words(copied, folder)
    if folder == source:
        own = f"The lessons are the clone's own, in [bold]{_shown(folder)}[/]"
        sentences[0] = f"{own}; your exercises are beside them, in {students.FOLDER}/."
    for sentence in sentences:
        console.print(sentence)

    def announce(address: str) -> None:
        console.print(f"JupyterLab is at [bold]{address}[/]")
        console.print("Ctrl-C stops it. Save what you are working on first.", style="dim")

    console.print("Starting JupyterLab…", style="dim")
    try:
        serve(folder, browser=browser, port=port, announce=announce)
    except PortTaken:
        _stop(f"Port {port} is taken by another program. Choose another, or leave --port out.")
    console.print("JupyterLab has stopped. To go on: tensorlab lab", style="dim")


def _folder(directory: Path | None, source: Path) -> Path:
    if directory is not None:
        return directory.expanduser().resolve()
    return source if paths.clone_root() else DEFAULT.resolve()


def _lessons(source: Path) -> dict[str, bytes]:
    """The lessons' files, but for the exercises that somebody works on in a clone's own lessons."""
    work = f"{students.FOLDER}/"
    return {n: content for n, content in read_files(source).items() if not n.startswith(work)}


def _in_words(copied: Copied, folder: Path) -> list[str]:
    """What the student should know about what was copied, a sentence each."""
    notebooks = [name for name in copied.added if name.endswith(".ipynb")]
    exercises = sum(name.startswith(f"{students.FOLDER}/") for name in notebooks)
    counts = {"lessons": len(notebooks) - exercises, "exercise notebooks": exercises}
    added = " and ".join(f"{count} {what}" for what, count in counts.items() if count)
    where = f"[bold]{_shown(folder)}[/]"
    said = [f"{added} are now in {where}." if added else f"Your lessons are in {where}."]
    if copied.updated:
        said.append(f"Brought up to date: {_listed(copied.updated)}.")
    unchanged = [name for name, beside in copied.kept.items() if beside is None]
    if unchanged:
        said.append(f"With your changes, as you left them: {_listed(unchanged)}.")
    for name, beside in copied.kept.items():
        if beside is not None:
            said.append(f"{name} has your changes and was kept; the new version is {beside}.")
    return said


def _listed(names: list[str]) -> str:
    return (
        ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"
    )


def _shown(path: Path) -> str:
    """A path as a person would type it, from here."""
    here = Path.cwd()
    inside = path != here and path.is_relative_to(here)
    return escape(f"./{path.relative_to(here)}" if inside else str(path))


def _stop(sentence: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(sentence, markup=False)
    raise typer.Exit(1)
