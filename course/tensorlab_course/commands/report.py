"""The subcommand `tensorlab report`: how a class did in an assignment, as a page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tensorlab_course.commands.terminal import refuse


def report(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    course: Annotated[
        Path, typer.Option(help="The course's folder, with nbgrader_config.py.")
    ] = Path(),
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file to write, or - to print; ASSIGNMENT-report.html, if not given.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Write a page on how the class did: scores, the hardest exercises, the commonest errors.

    It needs a gradebook, whether `tensorlab grade` or `nbgrader autograde` wrote it. The page
    stands alone, loads nothing, and names no student.
    """
    try:
        from tensorlab_course.grading.course import Course
        from tensorlab_course.grading.errors import CourseError
        from tensorlab_course.reporting.page import make_report
        from tensorlab_course.reporting.writing import write_file
    except ModuleNotFoundError as error:
        refuse(
            f'A report needs {error.name}, which is not installed: pip install "tensorlab[grade]"'
        )
    target = output or Path(f"{assignment}-report.html")
    try:
        page = make_report(Course(course), assignment)
        if str(target) == "-":
            sys.stdout.write(page)
            return
        write_file(target, page.encode("utf-8", "replace"))
    except CourseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{target}: {assignment}. Open it in a browser.")
