"""The subcommand `tensorlab check`: run the lessons, and hold every output to what it should be."""

from __future__ import annotations

import difflib
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab_course.commands.terminal import open_console, refuse
from tensorlab_course.paths import lessons_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from tensorlab_course.validation import Notebook, NotebookResult
    from tensorlab_course.validation.report import Report
    from tensorlab_course.validation.runner import Task, Watcher


def check(
    notebooks: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Notebooks, or folders of them. All lessons, where none is given.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", "-n", min=1, help="Notebooks at a time; as many as cores, if not given."
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that a cell may run.")] = 120,
    junitxml: Annotated[
        Path | None, typer.Option(help="Write the results as JUnit XML, for CI.", metavar="FILE")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Run the notebooks and save what they print now.")
    ] = False,
) -> None:
    """Run the lessons and compare every printed output.

    Each notebook runs in a fresh kernel. What it prints must be what was saved, and what was
    saved must be what the tutorial says. The exit status is 1 if anything is not.
    """
    paths, complete = _choose(notebooks or [])
    if junitxml and not junitxml.resolve().parent.is_dir():
        refuse(f"The folder of {junitxml} does not exist. Make it first.")
    console = open_console()
    try:
        report = _check(console, paths, complete, "save" if update else "check", workers, timeout)
    except KeyboardInterrupt:
        console.print("Stopped; nothing is left running.")
        raise typer.Exit(130) from None
    if junitxml:
        from tensorlab_course.validation.junit import write_junit

        write_junit(junitxml, report)
    raise typer.Exit(0 if report.ok else 1)


def _check(
    console: Console,
    paths: list[Path],
    complete: bool,
    task: Task,
    workers: int | None,
    timeout: float,
) -> Report:
    from tensorlab_course.claims import hold_claims
    from tensorlab_course.validation.report import make_report, print_failures, print_table
    from tensorlab_course.validation.results import NotebookResult
    from tensorlab_course.validation.runner import open_notebook, run_notebooks

    began = time.perf_counter()
    notebooks: dict[Path, Notebook | None] = {}
    results: dict[Path, NotebookResult] = {}
    for path in paths:
        notebooks[path], problem = open_notebook(path)
        # A notebook that was never run can't be compared, but it can be run and saved.
        if problem and (task == "check" or notebooks[path] is None):
            results[path] = NotebookResult(path, problem=problem)
    to_run = [book for path, book in notebooks.items() if book and path not in results]
    with _progress(console, to_run) as watch:
        for result in run_notebooks(task, to_run, workers=workers, timeout=timeout, watch=watch):
            results[result.path] = result
    if task == "save":
        _print_saved(console, results.values())
        notebooks = {path: open_notebook(path)[0] for path in paths}
    changed = {(r.path, cell.number) for r in results.values() for cell in r.cells if not cell.ok}
    readable = {
        path: None if results[path].problem and not results[path].cells else notebooks[path]
        for path in paths
    }
    claims = hold_claims(readable, complete=complete, changed=changed)
    seconds = time.perf_counter() - began
    report = make_report(notebooks, [results[path] for path in paths], claims, seconds)
    print_table(console, report)
    print_failures(console, report)
    return report


def _choose(arguments: Sequence[Path]) -> tuple[list[Path], bool]:
    """The notebooks to check, and whether these are all the lessons."""
    try:
        lessons = [path.resolve() for path in _notebooks_in(lessons_dir())]
    except FileNotFoundError as error:
        if not arguments:
            refuse(f"{str(error).capitalize()}. Give the path of a notebook.")
        lessons = []
    chosen: list[Path] = []
    for argument in arguments:
        if argument.is_dir():
            inside = _notebooks_in(argument)
            if not inside:
                refuse(f"There is no notebook in {argument}.")
            chosen += inside
        elif not argument.exists():
            refuse(f"{argument} does not exist. {_advice(argument, lessons)}")
        elif argument.suffix != ".ipynb":
            refuse(f"{argument} is not a notebook: its name does not end in .ipynb.")
        else:
            chosen.append(argument)
    paths = list(dict.fromkeys(path.resolve() for path in chosen)) or lessons
    return paths, bool(lessons) and set(lessons) <= set(paths)


def _notebooks_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))


def _advice(argument: Path, lessons: list[Path]) -> str:
    names = {path.stem: path for path in lessons}
    near = difflib.get_close_matches(argument.stem, names, n=1, cutoff=0.5)
    if not near:
        return "Give the path of a notebook, or nothing to check all lessons."
    path = os.path.relpath(names[near[0]])
    return f"Did you mean {path if len(path) < len(str(names[near[0]])) else names[near[0]]}?"


@contextmanager
def _progress(console: Console, notebooks: Sequence[Notebook]) -> Iterator[Watcher]:
    """A bar of the cells done, with the lessons that run; without a terminal, a line for each."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from tensorlab_course.validation import Progress

    cells = {
        book.path: [c.number for c in book.code_cells if c.source.strip()] for book in notebooks
    }
    total = sum(len(numbers) for numbers in cells.values())
    names = TextColumn("{task.description}", markup=False)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("cells"), TimeElapsedColumn(), names)
    running: list[str] = []
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=total)

        def watch(event: Progress) -> None:
            if event.started:
                running.append(event.path.stem)
            elif event.cell in cells[event.path]:
                cells[event.path].remove(event.cell)
                bar.advance(task)
            if event.result:
                running.remove(event.path.stem)
                bar.advance(task, len(cells[event.path]))
                if not console.is_terminal:
                    word = "ok" if event.result.ok else "failed"
                    console.print(f"{event.path.stem}: {word} ({event.result.seconds:.1f} s)")
            bar.update(task, description=", ".join(running))

        yield watch


def _print_saved(console: Console, results: Iterable[NotebookResult]) -> None:
    for result in results:
        if not result.problem:
            words = "saved" if result.changed else "saved already, as it prints now"
            console.print(f"{result.path.stem}: {words}")
