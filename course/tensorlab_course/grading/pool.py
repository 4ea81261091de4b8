"""Worker processes on this machine: jobs in, results out, and a worker that dies is replaced."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from tensorlab_course.grading.crossing.channel import Channel, Closed, Garbled, Late
from tensorlab_course.grading.errors import CourseError
from tensorlab_course.grading.worker import LARGEST

_ATTEMPTS = 3
_STARTING = 180.0
_GRACE = 300.0


class Unstartable(CourseError):
    """There is no worker to be had."""


class Pending(Protocol):
    """Something to be graded: the bytes of its job, and how long that may take at most."""

    def encode(self) -> bytes:
        """The job as bytes."""
        ...

    @property
    def longest(self) -> float:
        """Seconds after which a worker that has not answered is given up."""
        ...


class Worker:
    """A worker process, and what it works on."""

    def __init__(self, starts: int = 1) -> None:
        self.starts = starts
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tensorlab_course.grading.worker"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        theirs.close()
        self.channel = Channel(ours, LARGEST)
        self.task: Any = None
        self.attempts = 0
        self.deadline = time.monotonic() + _STARTING
        self.ready = False

    def begin(self, task: Any, attempts: int) -> None:
        """Give it a job."""
        self.task, self.attempts = task, attempts
        self.deadline = time.monotonic() + task.longest + _GRACE
        self.channel.send({"job": 1}, task.encode())

    def finish(self) -> dict[str, Any] | None:
        """The result, once it is there; None for the word that it is ready."""
        header, content = self.channel.receive(time.monotonic() + _STARTING)
        if "ready" in header:
            self.ready = True
            return None
        result: dict[str, Any] = json.loads(content)
        return result

    def close(self) -> None:
        """End it at once, with all that it started."""
        self.channel.close()
        self.process.kill()
        self.process.wait()


def run(
    tasks: Iterable[Any], workers: int, started: Sequence[Worker] = ()
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each task with its result, as they are done; tasks are taken only when a worker is free."""
    source = iter(tasks)
    waiting: deque[tuple[Any, int]] = deque()
    crew = list(started)
    dry = False
    try:
        while True:
            while not dry and len(waiting) + sum(w.task is not None for w in crew) < workers:
                task = next(source, None)
                if task is None:
                    dry = True
                    break
                waiting.append((task, 1))
            while len(crew) < workers and len(crew) < len(waiting) + sum(
                w.task is not None for w in crew
            ):
                crew.append(Worker())
            busy = [w for w in crew if w.task is not None or not w.ready]
            if not waiting and not any(w.task is not None for w in crew):
                return
            for worker in [w for w in crew if w.ready and w.task is None]:
                if waiting:
                    with contextlib.suppress(Closed):
                        worker.begin(*waiting.popleft())
                        busy.append(worker)
            yield from _collect(crew, busy, waiting)
    finally:
        for worker in crew:
            worker.close()


def _collect(
    crew: list[Worker], busy: list[Worker], waiting: deque[tuple[Any, int]]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """What the workers have done by now; waits until there is something."""
    poll = select.poll()
    by_fd = {worker.channel.end.fileno(): worker for worker in busy}
    for fd in by_fd:
        poll.register(fd, select.POLLIN)
    ready = [by_fd[fd] for fd, _ in poll.poll(1000)]
    late = [worker for worker in busy if time.monotonic() > worker.deadline]
    for worker in dict.fromkeys([*ready, *late]):
        try:
            if worker in late and worker not in ready:
                raise Late
            result = worker.finish()
        except (Closed, Garbled, Late) as error:
            crew.remove(worker)
            worker.close()
            if worker.task is None:
                if not worker.ready and worker.starts >= _ATTEMPTS:
                    raise Unstartable("a worker process ends as soon as it is started") from None
                crew.append(Worker(worker.starts + 1))
                continue
            if worker.attempts >= _ATTEMPTS or isinstance(error, Late):
                yield worker.task, {"problem": "the worker that graded it ended, each time"}
            else:
                waiting.append((worker.task, worker.attempts + 1))
            continue
        if result is not None:
            task, worker.task = worker.task, None
            yield task, result
