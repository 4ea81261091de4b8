"""Several threads for many numbers: while numpy computes in one, Python runs in another.

The caller works, too, and takes pieces as long as there are any. A thread that gets no processor
takes none, and so holds nobody up. With one thread, as on Pyodide, nothing here is used.

This is for functions that cost more than fetching their numbers, such as exp. Sums and products of
numbers wait for the memory: two threads gain little there, and on a busy machine they lose.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from queue import SimpleQueue

    Array = np.ndarray[Any, np.dtype[Any]]

# Fewer numbers are done before a second thread has woken up.
ENOUGH = 2**18
# As many as stay in a core's cache; of fewer, passing Python from thread to thread would count.
_PIECE = 2**16


def _allowed() -> int:
    """The threads that the environment allows: as many as there are cores, or what is set there."""
    if sys.platform == "emscripten":
        return 1
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        said = os.environ.get(name, "")
        if said.isdigit() and int(said) > 0:
            return int(said)
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


count = _allowed()  # threads, the caller's among them


def set_count(threads: int) -> None:
    """Use so many threads from now on."""
    global count
    count = threads


class _Job:
    """Pieces of work that several threads take from, until there are none."""

    def __init__(self, work: Callable[[slice], Any], pieces: Iterable[slice]) -> None:
        from threading import Event

        self.work = work
        self.left = deque(pieces)
        self.open = deque(self.left)  # one is dropped for each that is done
        self.failed: list[BaseException] = []
        self.done = Event()

    def take_part(self) -> None:
        """Work until no piece is left to take."""
        while True:
            try:
                piece = self.left.popleft()
            except IndexError:
                return
            try:
                self.work(piece)
            except BaseException as error:
                self.failed.append(error)
            self.open.popleft()
            if not self.open:
                self.done.set()


_jobs: SimpleQueue[_Job] | None = None
_helpers = 0


def _help(jobs: SimpleQueue[_Job]) -> None:
    np.seterr(all="ignore")  # of this thread alone
    while True:
        jobs.get().take_part()


def _forget() -> None:
    """In a process that has been forked, the threads are gone."""
    global _jobs, _helpers
    _jobs, _helpers = None, 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def each(work: Callable[[slice], Any], size: int, piece: int = _PIECE) -> None:
    """Call `work` for slices that make up `range(size)`, on all threads.

    >>> total = np.zeros(3)
    >>> each(lambda part: total[part].fill(1), 3, 2)
    >>> total
    array([1., 1., 1.])
    """
    pieces = [slice(start, min(start + piece, size)) for start in range(0, size, piece)]
    helpers = min(count, len(pieces)) - 1
    if helpers < 1:
        for one in pieces:
            work(one)
        return
    job = _Job(work, pieces)
    jobs = _started(helpers)
    for _ in range(helpers):
        jobs.put(job)
    job.take_part()
    job.done.wait()
    if job.failed:
        raise job.failed[0]


def _started(helpers: int) -> SimpleQueue[_Job]:
    """The queue that at least so many threads wait at."""
    from queue import SimpleQueue
    from threading import Thread

    global _jobs, _helpers
    if _jobs is None:
        _jobs = SimpleQueue()
    while _helpers < helpers:
        Thread(target=_help, args=(_jobs,), daemon=True, name="tensorlab").start()
        _helpers += 1
    return _jobs


def mapped(function: Callable[..., Any], x: Array) -> Any:
    """`function(x)`, element by element: a ufunc whose result is of the array's type.

    >>> mapped(np.sqrt, np.ones(2, np.float32))
    array([1., 1.], dtype=float32)
    """
    if count == 1 or x.size < ENOUGH or not x.flags.c_contiguous:
        return function(x)
    out = np.empty_like(x)
    into, given = out.reshape(-1), x.reshape(-1)
    each(lambda part: function(given[part], out=into[part]), x.size)
    return out
