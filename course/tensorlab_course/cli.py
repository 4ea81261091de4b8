"""The frame of the `tensorlab` command: its subcommands, `--version` and the help."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Annotated

import typer

from tensorlab_course.commands.check import check
from tensorlab_course.commands.doctor import doctor
from tensorlab_course.commands.export import export
from tensorlab_course.commands.grade import grade
from tensorlab_course.commands.lab import lab
from tensorlab_course.commands.report import report
from tensorlab_course.commands.site import site

app = typer.Typer(
    help="Learn PyTorch's tensors, convolution and modules by running, seeing and doing.",
    epilog="Start with: tensorlab lab",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (lab, check, grade, export, report, site, doctor):
    app.command()(command)


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
