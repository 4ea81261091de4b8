"""How the commands speak on a terminal: where they print, and how they refuse."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_WITHOUT_TERMINAL = 110


def refuse(message: str) -> NoReturn:
    """Say what is wrong with what was asked for, and end with exit code 2."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


def open_console() -> Console:
    """Where tables and progress go; in a file, lines are wide enough for a table."""
    from rich.console import Console  # takes a moment: only where something is printed

    console = Console(highlight=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH_WITHOUT_TERMINAL
    return console
