"""The frame of the `tensorlab` command: its subcommands, `--version` and the help."""

from __future__ import annotations

import importlib
import platform
from importlib.metadata import version
from typing import Annotated

import typer

app = typer.Typer(
    help="Learn PyTorch's tensors, convolution and modules by running, seeing and doing.",
    epilog="Start with: tensorlab lab",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tensorlab {version('tensorlab')} (Python {platform.python_version()})")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


def _mount(name: str, summary: str) -> None:
    """Add a subcommand; where a package that it needs is missing, one that says so."""
    try:
        module = importlib.import_module(f"tensorlab_course.commands.{name}")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("tensorlab"):
            raise
        missing = error.name

        @app.command(
            name,
            help=summary,
            context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        )
        def explain() -> None:
            typer.echo(
                f"tensorlab {name} needs {missing}, which is not installed. "
                'To install what the course needs: pip install "tensorlab[course]"',
                err=True,
            )
            raise typer.Exit(1)

    else:
        app.command(name)(getattr(module, name))


_mount("lab", "Work through the lessons in JupyterLab.")
_mount("check", "Run the lessons and compare every printed output.")
_mount("doctor", "Say what is installed, what is missing, and what that means.")
