"""Runs notebooks in worker processes, several at a time, and tells of each cell as it ends."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tensorlab_course.validation.environment import kernel_environment, prepare_matplotlib
from tensorlab_course.validation.notebook import Notebook, Unreadable, find_problem, read_notebook
from tensorlab_course.validation.results import CellResult, NotebookResult

Task = Literal["check", "save"]

CELL_SECONDS = 120.0
GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Progress:
    """What happened: a notebook began (`started`), a cell ended, or a notebook ended."""

    path: Path
    started: bool = False
    cell: int | None = None
    result: NotebookResult | None = None


Watcher = Callable[[Progress], None]


def validate(
    paths: Sequence[Path],
    *,
    workers: int | None = None,
    timeout: float = CELL_SECONDS,
    watch: Watcher = lambda progress: None,
) -> list[NotebookResult]:
    """Run notebooks in fresh kernels, and compare every output with what was saved.

    One that is corrupt, was never run, or was saved with an error is not run: its `problem` says
    so. `timeout` is for each cell, in seconds.
    """
    results: dict[Path, NotebookResult] = {}
    notebooks = []
    for path in paths:
        notebook, problem = open_notebook(path)
        if notebook is None or problem:
            results[path] = NotebookResult(path, problem=problem)
        else:
            notebooks.append(notebook)
    for result in run_notebooks("check", notebooks, workers=workers, timeout=timeout, watch=watch):
        results[result.path] = result
    return [results[path] for path in paths]


def save_outputs(path: Path, *, timeout: float = CELL_SECONDS) -> NotebookResult:
    """Execute a notebook, and write what it prints into it; on a problem leave it alone."""
    notebook = read_notebook(path)
    return run_notebooks("save", [notebook], workers=1, timeout=timeout)[0]


def open_notebook(path: Path) -> tuple[Notebook | None, str | None]:
    """The notebook, if the file is one, and why it is not to be run, if it is not."""
    try:
        notebook = read_notebook(path)
    except Unreadable as error:
        return None, str(error)
    return notebook, find_problem(notebook)


def run_notebooks(
    task: Task,
    notebooks: Sequence[Notebook],
    *,
    workers: int | None = None,
    timeout: float = CELL_SECONDS,
    watch: Watcher = lambda progress: None,
) -> list[NotebookResult]:
    """Do the task on each notebook; results in the order of the notebooks."""
    results: dict[Path, NotebookResult] = {}
    waiting: queue.SimpleQueue[Notebook] = queue.SimpleQueue()
    for notebook in notebooks:
        if task == "check" and not any(cell.source.strip() for cell in notebook.code_cells):
            results[notebook.path] = NotebookResult(notebook.path)  # words alone
        else:
            waiting.put(notebook)
    events: queue.SimpleQueue[Progress | BaseException] = queue.SimpleQueue()
    count = min(workers or available_cores(), waiting.qsize())
    with _started_workers(count) as crew:
        for worker in crew:
            worker.begin(_keep_busy, worker, task, waiting, timeout, events)
        while len(results) < len(notebooks):
            event = events.get()
            if isinstance(event, BaseException):
                raise event
            if event.result:
                results[event.path] = event.result
            watch(event)
    return [results[notebook.path] for notebook in notebooks]


def available_cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Worker:
    """A worker process; one that dies is replaced for the next notebook."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        own = dict.fromkeys(("IPYTHONDIR", "TMPDIR", "TEMP", "TMP"), str(folder))
        self.environment = environment | own
        self.process = self._start()
        self.thread: threading.Thread | None = None
        self.stopping = False

    def events(self, task: Task, path: Path, timeout: float) -> Iterator[dict[str, Any]]:
        """Do the task on one notebook; the last event is `end`."""
        if self.process.poll() is not None:
            self._close_pipes()
            self.process = self._start()
        requests, answers = self.process.stdin, self.process.stdout
        if requests is None or answers is None:
            raise AssertionError("a worker is started with pipes")
        request = {"task": task, "path": str(path.resolve()), "timeout": timeout}
        with contextlib.suppress(OSError):
            requests.write(json.dumps(request) + "\n")
            requests.flush()
        for line in answers:
            event = json.loads(line)
            yield event
            if event["event"] == "end":
                return
        status = self.process.wait()
        yield {"event": "end", "problem": f"can't be run: {self._last_words(status)}"}

    def begin(self, work: Callable[..., None], *arguments: object) -> None:
        """Start the thread that gives the process its work."""
        self.thread = threading.Thread(target=work, args=arguments, daemon=True)
        self.thread.start()

    def ask_to_stop(self) -> None:
        """Close its input, which it takes for the end."""
        self.stopping = True
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def stop(self, deadline: float) -> None:
        """Wait for its end until the deadline, and make an end of it then."""
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.thread:
            self.thread.join(timeout=1)  # what it reads has ended
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _start(self) -> subprocess.Popen[str]:
        with (self.folder / "log.txt").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tensorlab_course.validation.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C comes to us alone, and we end it in order
            )

    def _last_words(self, status: int) -> str:
        log = (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        lines = log.strip().splitlines()
        return f"its process ended with status {status}" + (f": {lines[-1]}" if lines else "")


@contextlib.contextmanager
def _started_workers(count: int) -> Iterator[list[Worker]]:
    """Worker processes with a folder for all that they write; both are gone in the end."""
    if count == 0:
        yield []
        return
    with tempfile.TemporaryDirectory(prefix="tensorlab-", ignore_cleanup_errors=True) as name:
        shared = Path(name)
        environment = kernel_environment(shared)
        folders = [shared / f"worker-{i}" for i in range(count)]
        for folder in folders:
            folder.mkdir()
        crew = [Worker(folder, environment) for folder in folders]
        try:
            prepare_matplotlib(shared)
            yield crew
        finally:
            deadline = time.monotonic() + GRACE_SECONDS
            for worker in crew:
                worker.ask_to_stop()
            for worker in crew:
                worker.stop(deadline)


def _keep_busy(
    worker: Worker,
    task: Task,
    waiting: queue.SimpleQueue[Notebook],
    timeout: float,
    events: queue.SimpleQueue[Progress | BaseException],
) -> None:
    """A thread's work: give the worker one notebook after another, and pass on what it tells."""
    try:
        while not worker.stopping:
            try:
                notebook = waiting.get_nowait()
            except queue.Empty:
                return
            events.put(Progress(notebook.path, started=True))
            began = time.perf_counter()
            result = NotebookResult(notebook.path)
            for event in worker.events(task, notebook.path, timeout):
                _record(event, result)
                if event["event"] == "cell":
                    events.put(Progress(notebook.path, cell=event["number"]))
            result.seconds = time.perf_counter() - began
            done = {cell.number for cell in result.cells}
            for cell in notebook.code_cells:
                if cell.number not in done and cell.source.strip():
                    result.cells.append(CellResult(cell.number, "not run"))
            events.put(Progress(notebook.path, result=result))
    except BaseException as error:  # the main thread waits for events: it has to hear of this
        events.put(error)


def _record(event: dict[str, Any], result: NotebookResult) -> None:
    match event:
        case {"event": "cell", **cell}:
            result.cells.append(CellResult(**cell))
        case {"event": "saved"}:
            result.changed = event["changed"]
        case {"event": "end"}:
            result.problem = event["problem"]
