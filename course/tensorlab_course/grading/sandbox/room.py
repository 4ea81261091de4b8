"""A worker's warm process, and its forks: students' processes and testers, which it watches."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tensorlab_course.grading.crossing.channel import Channel, Closed, Late
from tensorlab_course.grading.limits import Limits
from tensorlab_course.grading.sandbox.holder import WORKPLACE, Holder, student_uid

_STARTING = 120.0
_WATCH_EVERY = 0.2


class Broken(Exception):
    """The grader's own processes failed; the submission is not to blame."""


class Overdue(Exception):
    """No answer came in time."""


class Outgrown(Exception):
    """The student's processes used more memory than they may."""


class Zygote:
    """A warm process, and the forks that it makes."""

    def __init__(self) -> None:
        self._loaded: set[str] = set()
        ours, theirs = socket.socketpair()
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": "/tmp",
            "IPYTHONDIR": "/tmp/.ipython",
            "MPLCONFIGDIR": "/tmp/.matplotlib",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "TENSORLAB_ZYGOTE": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tensorlab_course.grading.sandbox.zygote"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
        theirs.close()
        self._channel = Channel(ours, 64 << 20)
        self._ready = False

    def preload(self, modules: set[str]) -> None:
        """Load libraries that notebooks import, once for all."""
        self._wait()
        if modules - self._loaded:
            self._loaded |= modules
            self._ask({"preload": sorted(modules)})

    def _wait(self) -> None:
        if not self._ready:
            try:
                self._channel.receive(time.monotonic() + _STARTING)
            except (Closed, Late):
                self.close()
                raise Broken("the process that is forked for each notebook did not start") from None
            self._ready = True

    def fork(self, settings: dict[str, Any], end: socket.socket) -> int:
        """Fork a process that has `end`; its number."""
        self._wait()
        answer = self._ask(settings, (end.fileno(),))
        if "pid" not in answer:
            raise Broken(f"no process for the notebook: {answer.get('problem')}")
        return int(answer["pid"])

    def _ask(self, request: dict[str, Any], fds: tuple[int, ...] = ()) -> Any:
        try:
            self._channel.send(request, fds=fds)
            return self._channel.receive(time.monotonic() + _STARTING)[0]
        except (Closed, Late):
            raise Broken("the process that is forked for each notebook has ended") from None

    def close(self) -> None:
        """End it; its forks outside a sandbox end with it."""
        self._channel.close()
        self._process.kill()
        self._process.wait()


class Fork:
    """A process that was forked for one notebook, and the line to it."""

    def __init__(self, zygote: Zygote, settings: dict[str, Any], limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.pid = zygote.fork(settings, theirs)
        self.channel = Channel(ours, limits.message)
        self.holder: Holder | None = None
        self.memory = 0
        self.receive(_STARTING)

    def receive(self, seconds: float) -> tuple[Any, bytes]:
        """The next message; raises Overdue, Outgrown, or Closed where the process has ended."""
        deadline = time.monotonic() + seconds
        while True:
            if self._readable(min(deadline - time.monotonic(), _WATCH_EVERY)):
                try:
                    return self.channel.receive(max(deadline, time.monotonic() + 5))
                except Late:
                    raise Overdue from None
            if time.monotonic() >= deadline:
                raise Overdue
            self.watch()

    def _readable(self, seconds: float) -> bool:
        import select

        poll = select.poll()
        poll.register(self.channel.end, select.POLLIN)
        return bool(poll.poll(max(seconds, 0) * 1000))

    def watch(self) -> None:
        """Raise Outgrown where the sandbox uses too much memory."""
        if self.holder and self.memory and used_memory(self.holder.pid) > self.memory:
            raise Outgrown

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGINT)

    def close(self) -> None:
        """End it, and all that it started."""
        self.channel.close()
        if self.holder:
            self.holder.close()
            return
        for end in (os.killpg, os.kill):
            with contextlib.suppress(OSError):
                end(self.pid, signal.SIGKILL)


def start_session(
    zygote: Zygote, limits: Limits, snapshots: int, sandbox: bool, hidden: Path | None, folder: str
) -> Fork:
    """A student's process, in a fresh sandbox."""
    holder = Holder(limits, (hidden,) if hidden else ()) if sandbox else None
    settings = {
        "role": "session",
        "holder": holder.pid if holder else 0,
        "user_namespace": bool(holder and holder.user_namespace),
        "uid": student_uid(),
        "folder": WORKPLACE if holder else folder,
        "memory": limits.memory,
        "processes": limits.processes + snapshots if holder else 1 << 20,
        "file_size": limits.file_size,
        "cpu": int(limits.timeout * 10 + 60),
        "message": limits.message,
        "output": limits.output,
    }
    try:
        session = Fork(zygote, settings, limits)
    except (Broken, Closed, Overdue):
        if holder:
            holder.close()
        raise
    session.holder = holder
    session.memory = limits.memory + (128 << 20)
    return session


def start_tester(zygote: Zygote, limits: Limits, asked: dict[str, Any]) -> Fork:
    """The trusted process that runs the instructor's cells, with what it has to know."""
    settings = {
        **asked,
        "role": "tester",
        "memory": max(limits.memory, 2 << 30),
        "message": limits.message,
    }
    return Fork(zygote, settings, limits)


def used_memory(holder: int) -> int:
    """Bytes that the processes of a sandbox use, what they share counted once."""
    try:
        space = Path(f"/proc/{holder}/ns/pid").readlink()
    except OSError:
        return 0
    members = []
    private = 0
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if Path(entry.path, "ns/pid").readlink() == space:
                members.append(entry.path)
                private += _field(Path(entry.path, "status"), "RssAnon:")
                private += _field(Path(entry.path, "status"), "RssShmem:")
    if private < 256 << 20:
        return private  # no need to look closer
    total = 0
    for path in members:
        with contextlib.suppress(OSError):
            total += _field(Path(path, "smaps_rollup"), "Pss_Anon:")
            total += _field(Path(path, "smaps_rollup"), "Pss_Shmem:")
    return total


def _field(path: Path, name: str) -> int:
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    return 0
