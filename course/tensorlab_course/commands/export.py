"""The subcommand `tensorlab export`: nbgrader's grades, as other systems read them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tensorlab_course.commands.terminal import refuse

if TYPE_CHECKING:
    from tensorlab_course.reporting.formats import Choices
    from tensorlab_course.reporting.grades import Grades

DEFAULT_NAMES = {
    "csv": "grades.csv",
    "canvas": "grades-canvas.csv",
    "moodle": "grades-moodle.csv",
}
MOODLES_LARGEST_GRADE = 100  # where its administrator has set nothing else
SHOWN = 10  # names in a warning


def export(
    to: Annotated[
        Literal["canvas", "moodle", "csv"],
        typer.Argument(help="What will read the file.", metavar="canvas|moodle|csv"),
    ],
    course: Annotated[
        Path, typer.Option(help="The course's folder, with nbgrader_config.py.")
    ] = Path(),
    assignment: Annotated[
        list[str] | None,
        typer.Option(
            "--assignment", "-a", help="An assignment; more with the option again. All, if none."
        ),
    ] = None,
    student: Annotated[
        list[str] | None,
        typer.Option(help="Whom: a name, or a pattern as in 'a*'; more with the option again."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write, or - to print.", metavar="FILE"),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="A CSV that Canvas or Moodle exported: it comes back with the grades filled in.",
            metavar="FILE",
        ),
    ] = None,
    match: Annotated[
        str, typer.Option(help="The roster's column that tells students apart.", metavar="TITLE")
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="The roster's column of an assignment, if it is called otherwise there.",
            metavar="NAME=TITLE",
        ),
    ] = None,
    missing: Annotated[
        Literal["blank", "zero"] | None,
        typer.Option(
            help="What to give for what was not handed in; zero for csv, blank for the others.",
            metavar="blank|zero",
        ),
    ] = None,
    no_penalty: Annotated[
        bool, typer.Option("--no-penalty", help="Take nothing off for being late.")
    ] = False,
) -> None:
    """Write the grades of nbgrader's gradebook for Canvas, for Moodle, or as a plain CSV.

    Scores are those that nbgrader shows, with what is taken off for being late. A text that a
    spreadsheet would run as a formula gets an apostrophe before it.
    """
    try:
        from tensorlab_course.grading.errors import CourseError
        from tensorlab_course.reporting.formats import Choices
        from tensorlab_course.reporting.writing import write_file
    except ModuleNotFoundError as error:
        refuse(
            f'Exporting needs {error.name}, which is not installed: pip install "tensorlab[grade]"'
        )
    if not roster and (match or column):
        refuse("--match and --column speak of a roster. Give one with --roster.")
    target = output or Path(DEFAULT_NAMES[to])
    if roster and roster.resolve() == target.resolve():
        refuse(f"{target} is the roster itself. Give another name with --output.")
    choices = Choices(zero_missing=(missing or _usual(to)) == "zero", penalty=not no_penalty)
    try:
        content, summary, warnings = _exported(
            course, to, choices, assignment or [], student or [], roster, match, column or []
        )
        if str(target) == "-":
            sys.stdout.write(content.decode("utf-8"))
            sys.stdout.flush()
        else:
            write_file(target, content)
    except CourseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{target}: {summary}", err=str(target) == "-")
    for warning in warnings:
        typer.echo(f"Note: {warning}.", err=True)


def _usual(to: str) -> str:
    """nbgrader's own export gives a 0; in Canvas and Moodle that is for the instructor to say."""
    return "zero" if to == "csv" else "blank"


def _exported(
    root: Path,
    to: Literal["canvas", "moodle", "csv"],
    choices: Choices,
    assignments: list[str],
    students: list[str],
    roster: Path | None,
    match: str,
    columns: list[str],
) -> tuple[bytes, str, list[str]]:
    """The file, what is in it, and what has to be said."""
    from tensorlab_course.grading.course import Course
    from tensorlab_course.reporting import roster as rosters
    from tensorlab_course.reporting.cells import encode_rows
    from tensorlab_course.reporting.formats import table
    from tensorlab_course.reporting.grades import read_grades

    grades = read_grades(Course(root), assignments, students)
    warnings = [*_open_answers(grades), *_too_large(grades, to, choices)]
    named = ", ".join(one.name for one in grades.assignments)
    if roster is None:
        content = encode_rows(table(grades, to, choices))
        return (
            content,
            f"{_count(len(grades.students), 'student')}, {named}",
            [
                *warnings,
                *_changed(grades, to),
            ],
        )
    titles = dict(_split(one) for one in columns)
    read = rosters.read_roster(roster)
    filled = rosters.fill(read, grades, to, choices, match, titles, {*assignments, *titles})
    summary = f"{filled.filled} of {_count(filled.rows, 'row')} filled in, {named}"
    return filled.content, summary, [*filled.problems, *warnings]


def _split(column: str) -> tuple[str, str]:
    name, sign, title = column.partition("=")
    if not sign or not name or not title:
        refuse(f"--column {column} is not of the form NAME=TITLE.")
    return name, title


def _open_answers(grades: Grades) -> list[str]:
    """For each assignment which answers wait for a person, and whose they are."""
    found = []
    for assignment in grades.assignments:
        waiting = {
            student.id: grades.work[assignment.name, student.id].open_cells
            for student in grades.students
            if (assignment.name, student.id) in grades.work
            and grades.work[assignment.name, student.id].open_cells
        }
        if waiting:
            cells = Counter(cell for one in waiting.values() for cell in one)
            listed = ", ".join(f"{cell} ({times})" for cell, times in sorted(cells.items()))
            found.append(
                f"{assignment.name}: {_count(cells.total(), 'answer')} of "
                f"{_count(len(waiting), 'student')} wait to be graded by hand ({listed}): "
                f"{_names(list(waiting))}"
            )
    return found


def _too_large(grades: Grades, to: str, choices: Choices) -> list[str]:
    if to != "moodle":
        return []
    large = sorted(
        {
            name
            for (name, _), work in grades.work.items()
            if (choices.score(work) or 0.0) > MOODLES_LARGEST_GRADE
        }
    )
    return [f"Moodle takes no grade above 100, unless it is set to: see {_names(large)}"] * (
        bool(large)
    )


def _changed(grades: Grades, to: str) -> list[str]:
    """Students whom Canvas or Moodle would not know by the text that was made safe."""
    from tensorlab_course.reporting.cells import safe

    changed = [s.id for s in grades.students if safe(s.id) != s.id]
    if not changed or to == "csv":
        return []
    note = (
        f"an apostrophe was put before {_names(changed)}, which a spreadsheet would run; "
        "with --roster, what the system calls its students stays as it is"
    )
    return [note]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown
