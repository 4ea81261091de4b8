"""The subcommand `tensorlab grade`: grade an assignment of any nbgrader course, in a sandbox."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tensorlab_course.commands.terminal import open_console, refuse

if TYPE_CHECKING:
    from rich.console import Console

    from tensorlab_course.grading.run import Options, Outcome, Run


def grade(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    course: Annotated[
        Path, typer.Option(help="The course's folder, with nbgrader_config.py and source/.")
    ] = Path(),
    student: Annotated[
        str, typer.Option(help="Whom to grade: a name, or a pattern as in 'a*'.")
    ] = "*",
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-n", min=1, help="Notebooks at a time; as many as cores."),
    ] = None,
    scheduler: Annotated[
        str, typer.Option(help="A Dask scheduler, whose workers do the work: tcp://host:8786.")
    ] = "",
    timeout: Annotated[
        float | None,
        typer.Option(min=0.1, help="Seconds that a cell may run; what the course sets, or 30."),
    ] = None,
    memory: Annotated[
        int, typer.Option(min=64, help="Megabytes that the code of a notebook may use.")
    ] = 1024,
    processes: Annotated[
        int, typer.Option(min=1, help="Processes and threads that a notebook may have.")
    ] = 64,
    output_limit: Annotated[
        int, typer.Option(min=1, help="Kilobytes of output that a notebook keeps.")
    ] = 1024,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run students' code with all that you may do.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Grade also what was graded already.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--json", help="Write all outcomes as JSON.", metavar="REPORT")
    ] = None,
) -> None:
    """Grade the submissions of an assignment, by code that no submission can beat.

    Reads source/ and submitted/, writes autograded/ and the gradebook as nbgrader autograde does.
    What was graded already is kept. The exit status is 0 when every submission was dealt with.
    """
    count = workers or _cores()
    started = _start_workers(course, assignment, count if not scheduler else 0)
    try:
        from tensorlab_course.grading.limits import MEGABYTE, Limits
        from tensorlab_course.grading.run import Options
    except ModuleNotFoundError as error:
        refuse(
            f'Grading needs {error.name}, which is not installed: pip install "tensorlab[grade]"'
        )
    if report and not report.resolve().parent.is_dir():
        refuse(f"The folder of {report} does not exist. Make it first.")
    limits = Limits(
        memory=memory * MEGABYTE, processes=processes, output=output_limit * 1024
    ).to_dict()
    options = Options(
        student=student,
        workers=count,
        sandbox=not no_sandbox,
        force=force,
    )
    options.started = started
    try:
        status = _grade(course, assignment, options, limits, timeout, scheduler, report)
    finally:
        for worker in started:
            worker.close()
    raise typer.Exit(status)


def _start_workers(course: Path, assignment: str, count: int) -> list[Any]:
    """Start the workers of a first run, to get ready while nbgrader is imported, for 1 s."""
    if (course / ".tensorlab" / "grading" / assignment).exists() or not course.is_dir():
        return []
    from tensorlab_course.grading.pool import Worker

    return [Worker() for _ in range(count)]


def _grade(
    root: Path,
    assignment: str,
    options: Options,
    limits: dict[str, Any],
    timeout: float | None,
    scheduler: str,
    report: Path | None,
) -> int:
    from tensorlab_course.grading.course import Course
    from tensorlab_course.grading.errors import CourseError
    from tensorlab_course.grading.limits import Limits
    from tensorlab_course.grading.run import Run, explain
    from tensorlab_course.grading.sandbox.holder import NoSandbox, require_sandbox

    console = open_console()
    outcomes: list[Outcome] = []
    began = time.perf_counter()
    complete = False
    try:
        if options.sandbox and not scheduler:
            require_sandbox()
        if not options.sandbox:
            console.print(
                "Without a sandbox, students' code can do all that you can do: read the solutions, "
                "change the gradebook, use the network.",
                style="yellow",
            )
        course = Course(root)
        for words in course.warnings():
            console.print(words, style="yellow")
        options.limits = Limits.from_dict(limits | {"timeout": timeout or course.timeout()})
        if scheduler:
            from tensorlab_course.grading.cluster import runner

            options.runner = runner(scheduler)
        run = Run(course, assignment, options)
        _follow(console, run, outcomes)
        complete = True
    except (CourseError, NoSandbox) as error:
        typer.echo(str(error), err=True)
    except OSError as error:
        typer.echo(explain(error, root), err=True)
    except KeyboardInterrupt:
        console.print("Stopped. What is graded so far is kept; start this again to go on.")
        _write_report(report, assignment, outcomes, complete)
        return 130
    seconds = time.perf_counter() - began
    if outcomes or complete:
        _print_table(console, outcomes, seconds, assignment)
    _write_report(report, assignment, outcomes, complete)
    return 0 if complete and all(o.status != "failed" for o in outcomes) else 1


def _follow(console: Console, run: Run, outcomes: list[Outcome]) -> None:
    """Grade, with a bar of the students done, the rate and the time left."""
    with _progress(console, len(run.submitted)) as advance:
        for outcome in run.outcomes():
            outcomes.append(outcome)
            advance()


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Any]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Students a second."""

        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    columns = (BarColumn(), MofNCompleteColumn(), "students", Rate(), TimeRemainingColumn())
    began = time.monotonic()
    told = began
    done = 0
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=total)

        def advance() -> None:
            nonlocal told, done
            done += 1
            bar.advance(task)
            now = time.monotonic()
            if not console.is_terminal and now - told > 10:
                told = now
                rate = done / (now - began)
                left = (total - done) / rate
                console.print(f"{done} of {total} students, {rate:.1f}/s, {left:.0f} s left")

        yield advance


def _print_table(
    console: Console, outcomes: list[Outcome], seconds: float, assignment: str
) -> None:
    """Who was graded and how, with every word that has to be said."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("student", overflow="fold")
    table.add_column("result")
    table.add_column("points", justify="right")
    table.add_column("what was refused, repaired or cut short", overflow="fold")
    shown = [o for o in outcomes if o.notes or o.status in ("refused", "failed")]
    listed = outcomes if len(outcomes) <= 40 else shown
    for outcome in sorted(listed, key=lambda o: o.student):
        points = f"{outcome.score:g}/{outcome.max_score:g}" if outcome.max_score else ""
        table.add_row(outcome.student, outcome.status, points, "; ".join(outcome.notes))
    if listed:
        console.print(table)
    counts = {
        s: sum(o.status == s for o in outcomes) for s in ("graded", "kept", "refused", "failed")
    }
    words = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    console.print(f"{assignment}: {words or 'nothing was handed in'} in {seconds:.1f} s")


def _write_report(
    path: Path | None, assignment: str, outcomes: list[Outcome], complete: bool
) -> None:
    if path:
        students = [vars(outcome) for outcome in sorted(outcomes, key=lambda o: o.student)]
        content = {"assignment": assignment, "complete": complete, "students": students}
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
