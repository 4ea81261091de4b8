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

from tensorlab_course.grading.crossing import chance
from tensorlab_course.grading.crossing.channel import Channel, Closed
from tensorlab_course.grading.crossing.shell import Shell, joined, no_input, run_cell
from tensorlab_course.grading.trusted.figures import Figures
from tensorlab_course.grading.trusted.files import Files, StudentModules
from tensorlab_course.grading.trusted.forwarding import Type, forward_questions
from tensorlab_course.grading.trusted.patches import Patches
from tensorlab_course.grading.trusted.policy import Policy
from tensorlab_course.grading.trusted.programs import Programs
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
        self.patches = Patches(shell.user_ns)
        self.classes: dict[str, type] = {}
        folder = Path(settings["folder"])
        self.files = Files(folder / "cwd", folder / "tmp", set(settings["own"]))
        self.modules = StudentModules(lambda: self.remote)
        sys.meta_path.append(self.modules)
        self.programs = Programs(lambda: self.remote, shell)
        self.figures = Figures(lambda: self.remote)
        forward_questions(settings["cells"])

    def serve(self) -> None:
        """Run what the worker sends, until it is gone."""
        while True:
            header, _, fds = self.channel.receive_fds(1)
            if fds:
                end = socket.socket(fileno=fds[0])
                self.remote = Remote(
                    end,
                    self.largest,
                    self.policy,
                    self.clock,
                    self.shell.recorder,
                    self.patches,
                    self.classes,
                    self.files,
                )
                self.modules.forget()
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
        self.patches.globals.update(request["binds"])
        self.files.start(request["files"])
        self.programs.names = request["names"]
        if self.remote is not None and not self.remote.is_gone:
            with contextlib.suppress(Exception):
                self.remote.take_files(fresh=True)
        self.figures.watch()
        outputs = joined(
            run_cell(self.shell, request["source"], request["output"], count=request["count"])
        )
        with contextlib.suppress(Exception):
            self.figures.end()
        if not request["test"]:
            self._keep_classes()
        return self._answer(outputs)

    def _keep_classes(self) -> None:
        """Keep the instructor's classes that the student's process has too."""
        for name, value in self.shell.user_ns.items():
            if not isinstance(value, type) or is_stand_in(value) or name in self.policy.asked:
                continue
            own = value.__module__ == "__main__" and name == value.__name__
            if own and _is_plain_class(value):
                self.classes[name] = value

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


def _is_plain_class(kind: type) -> bool:
    """Whether its objects are made of their attributes, or it is an Enum or an exception."""
    if issubclass(kind, BaseException):
        return True
    for base in kind.__mro__[:-1]:
        library = base.__module__.partition(".")[0]
        if "__slots__" in vars(base) and base.__module__ == "__main__":
            return False
        if library not in ("__main__", "abc", "enum", "tensorlab", "torch", "typing"):
            return False
    return True


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
    os.chdir(Path(settings["folder"], "cwd"))
    sys.path.insert(0, str(Path(settings["folder"], "lib")))
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    entering.limit_memory(settings["memory"])
    _trim_errors(shell)
    chance.count_seeds()
    channel = Channel(end, settings["message"])
    channel.send({"ready": os.getpid()})
    tester = Tester(channel, shell, settings)
    shell.user_ns["type"] = Type
    with contextlib.suppress(Closed):
        tester.serve()
