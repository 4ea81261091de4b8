"""Work on a Dask cluster: a job's bytes travel to a worker, and its result comes back."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from tensorlab_course.grading.crossing.channel import Closed, Garbled, Late
from tensorlab_course.grading.errors import CourseError
from tensorlab_course.grading.pool import Worker

CONNECT_SECONDS = 20  # a scheduler that has just been started needs some
_RETRIES = 3
_PER_THREAD = 4  # jobs that wait at the scheduler for each thread

_workers = threading.local()


class _Task:
    """The job as the worker process of this machine is given it."""

    def __init__(self, content: bytes, longest: float) -> None:
        self._content = content
        self.longest = longest

    def encode(self) -> bytes:
        """The job as bytes."""
        return self._content


def grade_there(content: bytes, longest: float) -> bytes:
    """Grade on a Dask worker, in a process of our own beside it."""
    worker: Worker | None = getattr(_workers, "worker", None)
    if worker is None or worker.process.poll() is not None:
        worker = _workers.worker = Worker()
        worker.finish()
    try:
        worker.begin(_Task(content, longest), 1)
        _, answer = worker.channel.receive(worker.deadline)
    except (Closed, Garbled, Late):
        worker.close()
        _workers.worker = None
        raise RuntimeError("the process that graded has ended") from None
    return answer


def runner(address: str) -> Callable[[Iterator[Any], int], Iterator[tuple[Any, dict[str, Any]]]]:
    """What hands tasks to the cluster at this address."""
    try:
        import distributed
    except ModuleNotFoundError:
        raise CourseError(
            'A cluster needs dask.distributed. Install it: pip install "tensorlab[grade]"'
        ) from None

    def run(tasks: Iterator[Any], workers: int) -> Iterator[tuple[Any, dict[str, Any]]]:
        try:
            client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(f"There is no Dask scheduler at {address}: {error}") from None
        with client:
            yield from _run(client, tasks)

    return run


def _run(client: Any, tasks: Iterator[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    import distributed

    pending: dict[Any, Any] = {}
    results = distributed.as_completed(loop=client.loop)
    dry = False
    while True:
        most = max(sum(client.nthreads().values()), 1) * _PER_THREAD
        while not dry and len(pending) < most:
            task = next(tasks, None)
            if task is None:
                dry = True
                break
            future = client.submit(
                grade_there,
                task.encode(),
                task.longest,
                key=f"tensorlab-{uuid.uuid4().hex}",
                retries=_RETRIES,
                pure=False,
            )
            pending[future.key] = task
            results.add(future)
        if not pending:
            return
        future = next(results)
        task = pending.pop(future.key)
        try:
            result: dict[str, Any] = json.loads(future.result())
        except Exception as error:
            result = {"problem": f"the cluster could not grade it: {error}"}
        future.release()
        yield task, result
