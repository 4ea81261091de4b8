"""The trusted side: runs the instructor's cells, with stand-ins for the names of the student."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import signal
import socket
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from tensorlab_course.grading.crossing.channel import Channel, Closed
from tensorlab_course.grading.crossing.shell import Shell, joined, no_input, run_cell
from tensorlab_course.grading.trusted.policy import Policy
from tensorlab_course.grading.trusted.remote import Clock, Gone, Remote
from tensorlab_course.grading.trusted.standins import is_stand_in, link_of

_OURS = str(Path(__file__).resolve().parents[1])


class Tester:
    """The instructor's namespace, and the snapshots that its tests ask."""

    def __init__(self, channel: Channel, shell: Shell, settings: dict[str, Any]) -> None:
        self.channel = channel
        self.shell = shell
        self.policy = Policy(set(settings["asked"]))
        self.clock = Clock()
        self.clock.stuck.update(settings["stuck"])
        self.remote: Remote | None = None
        self.remotes: list[Remote] = []  # a test may hold what an earlier snapshot gave
        self.largest = settings["message"]
        self.missing: set[str] = set()

    def serve(self) -> None:
        """Run what the worker sends, until it is gone."""
        while True:
            header, _, fds = self.channel.receive_fds(1)
            if fds:
                end = socket.socket(fileno=fds[0])
                self.remote = Remote(
                    end, self.largest, self.policy, self.clock, self.shell.recorder
                )
                self.remotes.append(self.remote)
            self.channel.send(self._run(header))

    def _run(self, request: dict[str, Any]) -> dict[str, Any]:
        self.clock.start(request["timeout"])
        problem = self._take_names(request["names"], request["imports"])
        if problem:
            error = {
                "output_type": "error",
                "ename": type(problem).__name__,
                "evalue": str(problem),
                "traceback": [f"{type(problem).__name__}: {problem}"],
            }
            return self._answer([error])
        self._take_files(request["files"])
        outputs = joined(
            run_cell(self.shell, request["source"], request["output"], count=request["count"])
        )
        return self._answer(outputs)

    def _answer(self, outputs: list[Any]) -> dict[str, Any]:
        gone = self.remote is not None and self.remote.is_gone
        return {"outputs": outputs, "stuck": sorted(self.clock.stuck), "gone": gone}

    def _take_names(self, names: list[str], imports: dict[str, list[str]]) -> BaseException | None:
        """Put the student's names where the tests look for them."""
        if not names or self.remote is None:
            return None
        try:
            found = self.remote.fetch(names)
        except (Gone, TimeoutError, TypeError, Exception) as error:
            found, problem = self._one_by_one(names, error)
            if problem:
                return problem
        space = self.shell.user_ns
        for name in names:
            if name in found:
                space[name] = _imported(found[name], imports.get(name))
            else:
                space.pop(name, None)
        return None

    def _one_by_one(
        self, names: list[str], error: BaseException
    ) -> tuple[dict[str, Any], BaseException | None]:
        """One value that can't cross must not take the others with it."""
        found: dict[str, Any] = {}
        if isinstance(error, (Gone, TimeoutError)) or self.remote is None:
            return found, error
        for name in names:
            try:
                found.update(self.remote.fetch([name]))
            except (Gone, TimeoutError) as worse:
                return found, worse
            except Exception:
                continue
        return found, None

    def _take_files(self, names: list[str]) -> None:
        """Put files that the student's code wrote, and a test names, where the test runs."""
        if not names or self.remote is None:
            return
        try:
            found = self.remote.ask("read", [])
        except Exception:
            return
        for name in names:
            content = found.get(name) if isinstance(found, dict) else None
            if isinstance(content, bytes) and "/" not in name:
                Path(name).write_bytes(content)


def _imported(value: Any, origin: list[str] | None) -> Any:
    """The library's own module or function, where the student imported it as the solution does."""
    if origin is None or not is_stand_in(value):
        return value
    module, attribute = origin
    name = link_of(value).about.get("name")
    if name != (attribute or module):
        return value
    try:
        found = importlib.import_module(module)
        return getattr(found, attribute) if attribute else found
    except (ImportError, AttributeError):
        return value


class _Show:
    """Shows errors without the frames of this package."""

    @staticmethod
    def trimmed(trace: TracebackType | None) -> TracebackType | None:
        frames = []
        while trace is not None:
            if not trace.tb_frame.f_code.co_filename.startswith(_OURS):
                frames.append(trace)
            trace = trace.tb_next
        kept: TracebackType | None = None
        for frame in reversed(frames):
            kept = TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
        return kept


def _trim_errors(shell: Shell) -> None:
    original = shell._get_exc_info

    def trimmed(exc_tuple: Any = None) -> Any:
        kind, value, trace = original(exc_tuple)
        return kind, value, _Show.trimmed(trace) or trace

    shell._get_exc_info = trimmed  # type: ignore[method-assign]


def begin(end: socket.socket, shell: Shell, settings: dict[str, Any]) -> None:
    """Be the trusted process of one notebook, from here to its end."""
    from tensorlab_course.grading.sandbox import entering

    signal.signal(signal.SIGINT, signal.default_int_handler)
    builtins.input = no_input
    os.chdir(settings["folder"])
    sys.path.insert(0, settings["folder"])
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    entering.limit_memory(settings["memory"])
    _trim_errors(shell)
    channel = Channel(end, settings["message"])
    channel.send({"ready": os.getpid()})
    tester = Tester(channel, shell, settings)
    with contextlib.suppress(Closed):
        tester.serve()
