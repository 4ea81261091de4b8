"""A worker process: jobs come in on its standard input, results go out, one after another."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from typing import Any

from tensorlab_course.grading import names
from tensorlab_course.grading.crossing.channel import Channel, Closed
from tensorlab_course.grading.examine import Rooms
from tensorlab_course.grading.job import Job, grade
from tensorlab_course.grading.sandbox import entering
from tensorlab_course.grading.sandbox.holder import NoSandbox
from tensorlab_course.grading.sandbox.room import Broken, Overdue, Zygote

LARGEST = 512 << 20


class Grader:
    """Grades jobs one after another, with warm processes that last as long as it does."""

    def __init__(self) -> None:
        self._zygote: Zygote | None = None
        self.warm()

    def grade(self, content: bytes) -> dict[str, Any]:
        """The result of a job, or the reason why there is none."""
        job = Job.decode(content)
        for attempt in (1, 2):
            try:
                zygote = self.warm()
                zygote.preload(preloads(job))
                return grade(job, Rooms(zygote, job.sandbox))
            except NoSandbox as error:
                return {"problem": str(error), "sandbox": False}
            except (Broken, Closed, Overdue, OSError) as error:
                self.close()
                if attempt == 2:
                    return {"problem": f"{type(error).__name__}: {error}"}
        raise AssertionError

    def close(self) -> None:
        """End the warm processes."""
        if self._zygote:
            self._zygote.close()
            self._zygote = None

    def warm(self) -> Zygote:
        """The warm process, started if there is none."""
        if self._zygote is None:
            self._zygote = Zygote()
        return self._zygote


def preloads(job: Job) -> set[str]:
    """The libraries that the instructor's cells import, to be loaded once and not per notebook."""
    own = {name.partition(".")[0].partition("/")[0] for name in job.source_files}
    found: set[str] = set()
    for cell in job.source.cells:
        if cell.cell_type == "code":
            for text in (cell.source, cell.model):
                found |= {module for module, _ in names.names_of(text).imports.values()}
    return {name for name in found if name.partition(".")[0] not in own}


def main() -> None:
    """Serve until the other side is gone."""
    entering.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this ends it
    channel = Channel(socket.socket(fileno=os.dup(0)), LARGEST)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    grader = Grader()
    channel.send({"ready": os.getpid()})
    with contextlib.suppress(Closed):
        while True:
            header, content = channel.receive()
            if header.get("job") is None:
                break
            try:
                result = grader.grade(content)
            except Exception as error:  # one submission must not end the others' worker
                result = {"problem": f"{type(error).__name__}: {error}"[:500]}
            channel.send({"job": header["job"]}, json.dumps(result).encode())
    grader.close()
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
