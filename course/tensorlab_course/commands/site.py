"""`tensorlab site`: the course as a web site, that any web host serves."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab_course import paths
from tensorlab_course.commands.terminal import open_console, refuse

if TYPE_CHECKING:
    from rich.console import Console

    from tensorlab_course.site.building import Watch

DEFAULT = Path("tensorlab-site")
NEEDED = ("sphinx", "myst_nb", "pydata_sphinx_theme")


def site(
    out: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUT",
            help="The folder of the site. Without it: ./tensorlab-site, or in a clone build/site.",
        ),
    ] = None,
    pyodide: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|URL",
            help="A Pyodide distribution to put into the site, or the address of one. "
            "Without it, the browser edition loads Pyodide from its public host.",
        ),
    ] = None,
    book_only: Annotated[
        bool, typer.Option("--book-only", help="Leave the browser edition out.")
    ] = False,
) -> None:
    """Build the course as a web site: the book, and the edition that runs in the browser.

    Any web host serves it, and so does `python -m http.server`. Of what lies in OUT, only an older
    site is replaced.
    """
    from tensorlab_course.site.publishing import NotOurs, check_folder, publish

    if book_only and pyodide:
        refuse("--pyodide is for the browser edition, which --book-only leaves out. Drop one.")
    missing = [name.replace("_", "-") for name in NEEDED if find_spec(name) is None]
    if missing:
        refuse(
            f"To build a site needs {' and '.join(missing)}. "
            'To install what is missing: pip install "tensorlab[site]"'
        )
    root = paths.clone_root()
    folder = out or (root / "build" / "site" if root else DEFAULT)
    console = open_console()
    try:
        check_folder(folder)
        with tempfile.TemporaryDirectory(prefix="tensorlab-site-") as scratch:
            made = Path(scratch, "site")
            complaints = _build(console, Path(scratch), made, pyodide, book_only)
            count = publish(made, folder)
    except NotOurs as error:
        refuse(str(error))
    except FileNotFoundError as error:
        refuse(f"The installation is broken: {error}. Install tensorlab anew.")
    except OSError as error:
        refuse(f"{folder} cannot hold the site: {error.strerror or error}.")
    except KeyboardInterrupt:
        console.print("Stopped. To build the site: the same again.")
        raise typer.Exit(130) from None
    for complaint in complaints:
        console.print(complaint)
    console.print(f"The site is in {folder}: {count} files, beginning with index.html.")
    console.print(f"To look at it: python -m http.server --directory {folder}", style="dim")
    if complaints:
        console.print("Something on its pages is wrong: see the lines above.", style="red")
        raise typer.Exit(1)


def _build(
    console: Console, scratch: Path, made: Path, pyodide: str | None, book_only: bool
) -> list[str]:
    """Build everything into `made`; what there is to complain of in the book."""
    from tensorlab_course.site.building import build_book

    with _progress(console) as watch:
        if not book_only:
            _build_browser_edition(console, made / "lite", pyodide, watch)
        return build_book(scratch, made, browser=not book_only, watch=watch)


def _build_browser_edition(console: Console, out: Path, pyodide: str | None, watch: Watch) -> None:
    """What the page can do without, and would like to have, is said; what it needs, refused."""
    edition = import_module("tensorlab_course.site.browser")
    try:
        built = edition.build(out, pyodide, say=lambda sentence: watch(sentence, 0))
    except edition.SiteError as error:
        refuse(str(error))
    for warning in built.warnings:
        console.print(warning)


@contextmanager
def _progress(console: Console) -> Iterator[Watch]:
    """A bar of what is done; without a terminal, a line for each step."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    said: list[str] = []
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("starting", total=1.0)

        def watch(step: str, share: float) -> None:
            bar.update(task, completed=share, description=step)
            if step not in said and not console.is_terminal:
                console.print(step if step.endswith(".") else f"{step}…")
            said.append(step)

        yield watch
