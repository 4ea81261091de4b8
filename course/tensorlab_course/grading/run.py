"""Grades an assignment: what was graded is kept, the rest goes to workers, one writer writes."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tensorlab_course.grading import autograded, pool, store
from tensorlab_course.grading.course import Course
from tensorlab_course.grading.errors import CourseError
from tensorlab_course.grading.gradebook import Gradebook, UnknownStudent
from tensorlab_course.grading.job import Job
from tensorlab_course.grading.limits import Limits
from tensorlab_course.grading.preparing import read_source
from tensorlab_course.grading.sandbox.holder import NoSandbox
from tensorlab_course.grading.submission import (
    Submission,
    Vanished,
    bad_name,
    read_files,
    read_submission,
)

Runner = Callable[[Iterator["Task"], int], Iterator[tuple["Task", dict[str, Any]]]]


@dataclass
class Outcome:
    """What became of one submission: graded, kept (as it was), refused or failed."""

    student: str
    status: str
    score: float = 0.0
    max_score: float = 0.0
    notes: list[str] = field(default_factory=list)


@dataclass
class Options:
    """How to grade."""

    student: str = "*"
    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    sandbox: bool = True
    force: bool = False
    runner: Runner | None = None
    started: list[pool.Worker] = field(default_factory=list)  # workers that are there already


@dataclass
class Task:
    """A notebook that a worker grades."""

    whole: Whole
    name: str
    key: str
    job: Job

    def encode(self) -> bytes:
        """The job as bytes."""
        return self.job.encode()

    @property
    def longest(self) -> float:
        """Seconds after which something must be wrong with the worker."""
        limits = self.job.limits
        return limits.timeout * (limits.cells * (limits.stuck_cells + 2) + 10)


@dataclass
class Whole:
    """A submission on its way: the results that it has, and how many it waits for."""

    submission: Submission
    folder: Path
    keys: dict[str, str]
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: int = 0
    fresh: bool = False
    problem: str = ""


class Run:
    """One run over an assignment."""

    def __init__(self, course: Course, assignment: str, options: Options) -> None:
        self.course = course
        self.assignment = assignment
        self.options = options
        self.settings = course.autograde_settings()
        self.sources = {source.name: source for source in read_source(course, assignment)}
        folder = course.source_folder(assignment)
        self.source_files = read_files(folder, self.settings["ignore"])
        self.state = course.root / ".tensorlab" / "grading" / assignment
        self.store = store.Store(self.state / "results")
        (self.state / "written").mkdir(exist_ok=True)
        self._common = store.digest(
            store.digest_files(self.source_files),
            self.settings,
            options.limits.to_dict(),
            options.sandbox,
            _versions(),
        )
        self._digests = {name: source.digest() for name, source in self.sources.items()}
        self.submitted = course.submitted(assignment, options.student)

    def outcomes(self) -> Iterator[Outcome]:
        """Grade; each submission's outcome as soon as it is written."""
        with _locked(self.state), contextlib.closing(self._open_gradebook()) as book:
            written = book.scores()
            done: list[Outcome] = []
            tasks = self._tasks(book, written, done)
            for task, result in self._results(tasks):
                yield from _drained(done)
                whole = task.whole
                if "problem" in result:
                    if result.get("sandbox") is False:
                        raise NoSandbox(result["problem"])
                    whole.problem = result["problem"]
                else:
                    self.store.put(task.key, result)
                    whole.results[task.name] = result
                whole.left -= 1
                if whole.left == 0:
                    yield self._write(whole, book)
            yield from _drained(done)

    def _results(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, dict[str, Any]]]:
        """What the workers make of the tasks, here or on a cluster."""
        options = self.options
        if options.runner:
            return options.runner(tasks, options.workers)
        return pool.run(tasks, options.workers, options.started)

    def _open_gradebook(self) -> Gradebook:
        book = Gradebook(self.course, self.assignment)
        try:
            book.check(list(self.sources.values()))
        except BaseException:
            book.close()
            raise
        return book

    # ----- what there is to do --------------------------------------------------------------------

    def _tasks(
        self,
        book: Gradebook,
        written: dict[str, dict[tuple[str, str], float | None]],
        done: list[Outcome],
    ) -> Iterator[Task]:
        """The notebooks that need a worker; submissions that need none go to `done`."""
        for student, folder in self.submitted.items():
            problem = bad_name(student)
            if problem:
                done.append(Outcome(_printable(student), "refused", notes=[problem]))
                continue
            try:
                submission = read_submission(student, folder, self.settings["ignore"])
            except Vanished:
                note = "the submission went away while the class was graded"
                done.append(Outcome(student, "refused", notes=[note]))
                continue
            whole = self._whole(submission)
            if not whole.keys:
                note = "none of its files is a notebook of this assignment"
                notes = [*submission.notes, note]
                done.append(self._nothing(whole, book, notes))
                continue
            tasks = self._missing(whole)
            whole.left = len(tasks)
            if tasks:
                yield from tasks
            elif self._is_written(whole, written):
                done.append(self._outcome(whole, "kept", self._score(whole)))
            else:
                done.append(self._write(whole, book))

    def _whole(self, submission: Submission) -> Whole:
        """The submission with the key of each of its notebooks."""
        folder = self.course.folder(
            self.course.directory.autograded_directory, submission.student, self.assignment
        )
        files = store.digest_files(self._visible_files(submission))
        keys = {
            name: store.digest(self._common, self._digests[name], files, content)
            for name, content in submission.notebooks.items()
            if name in self.sources
        }
        return Whole(submission, folder, keys)

    def _visible_files(self, submission: Submission) -> dict[str, bytes]:
        """The files that the student's code finds: its own, but for those of the instructor."""
        kept = set(self.settings["exclude_overwriting"].get(self.assignment, ()))
        masters = {n: c for n, c in self.source_files.items() if n not in kept}
        return submission.files | masters

    def _missing(self, whole: Whole) -> list[Task]:
        tasks = []
        for name, key in whole.keys.items():
            found = None if self.options.force else self.store.get(key)
            if found is not None:
                whole.results[name] = found
                continue
            job = Job(
                student=whole.submission.student,
                source=self.sources[name],
                submitted=whole.submission.notebooks[name],
                files=self._visible_files(whole.submission),
                source_files=self.source_files,
                limits=self.options.limits,
                settings=self.settings,
                sandbox=self.options.sandbox,
            )
            tasks.append(Task(whole, name, key, job))
        whole.fresh = bool(tasks)
        return tasks

    # ----- writing --------------------------------------------------------------------------------

    def _write(self, whole: Whole, book: Gradebook) -> Outcome:
        """Put a submission's results where nbgrader looks for them."""
        if whole.problem:
            return Outcome(whole.submission.student, "failed", notes=[whole.problem])
        student = whole.submission.student
        stamp = whole.submission.timestamp
        autograded.write_autograded(
            whole.folder,
            autograded.notebooks_of(whole.results),
            self._visible_files(whole.submission),
            self.settings["permissions"],
            self.settings["groupshared"],
        )
        try:
            score = book.record(student, stamp, whole.results)
        except UnknownStudent:
            note = "the gradebook has no such student, and nbgrader_config.py says to add none"
            return Outcome(student, "refused", notes=[note])
        mark = {"keys": whole.keys, "timestamp": str(stamp), "score": score}
        store.write_whole(self._mark(student), json.dumps(mark).encode())
        return self._outcome(whole, "graded", score, book.max_score)

    def _nothing(self, whole: Whole, book: Gradebook, notes: list[str]) -> Outcome:
        """A submission without a notebook of the assignment: nothing to show, and no points."""
        try:
            book.record(whole.submission.student, whole.submission.timestamp, {})
        except UnknownStudent:
            notes.append("the gradebook has no such student")
        return Outcome(whole.submission.student, "refused", 0.0, book.max_score, notes)

    def _outcome(
        self, whole: Whole, status: str, score: float, max_score: float | None = None
    ) -> Outcome:
        notes = list(whole.submission.notes)
        for name in sorted(set(whole.submission.notebooks) - set(self.sources)):
            notes.append(f"{name}.ipynb is not of this assignment, and was left out")
        for name in sorted(set(self.sources) - set(whole.submission.notebooks)):
            notes.append(f"{name}.ipynb was not handed in")
        for name in sorted(whole.results):
            notes += whole.results[name]["notes"]
        most = max_score if max_score is not None else self._max_score()
        return Outcome(whole.submission.student, status, score, most, notes[:100])

    def _max_score(self) -> float:
        cells = [cell for source in self.sources.values() for cell in source.cells]
        return sum(float(cell.metadata.get("points", 0.0)) for cell in cells)

    def _is_written(
        self, whole: Whole, written: dict[str, dict[tuple[str, str], float | None]]
    ) -> bool:
        """Whether folder and gradebook show these very results already."""
        mark = self._read_mark(whole.submission.student)
        stamp = str(whole.submission.timestamp)
        if mark.get("keys") != whole.keys or mark.get("timestamp") != stamp:
            return False
        if not autograded.is_written(whole.folder, list(whole.keys)):
            return False
        found = written.get(whole.submission.student, {})
        return all(
            (name, cell) in found and found[name, cell] == score
            for name, result in whole.results.items()
            for cell, score in result["scores"].items()
        )

    def _score(self, whole: Whole) -> float:
        return float(self._read_mark(whole.submission.student).get("score", 0.0))

    def _read_mark(self, student: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._mark(student).read_bytes())
        except (OSError, ValueError):
            return {}
        return found

    def _mark(self, student: str) -> Path:
        return self.state / "written" / f"{store.digest(student)[:40]}.json"


def _drained(done: list[Outcome]) -> Iterator[Outcome]:
    while done:
        yield done.pop(0)


def _printable(name: str) -> str:
    return name.encode("ascii", "replace").decode()[:60].translate(dict.fromkeys(range(32), "?"))


def _versions() -> list[str]:
    packages = ("tensorlab", "nbgrader", "numpy", "ipython", "nbformat")
    return [str(store.VERSION), platform.python_version(), *map(version, packages)]


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second run on the same assignment out."""
    with (folder / "lock").open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                "Another `tensorlab grade` is at work on this assignment. Wait until it is done."
            ) from None
        yield


def explain(error: OSError, course: Path) -> str:
    """In words, why the disk would not take what was written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk that holds {course} is full. What is graded so far is kept: make room, "
            "then start this again."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename or course} can't be written: {os.strerror(error.errno)}."
    return f"{error.filename or course}: {error.strerror or error}"
