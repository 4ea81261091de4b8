"""Programs that a student wrote, run for a test: in the sandbox."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from IPython.utils.text import SList

if TYPE_CHECKING:
    from tensorlab_course.grading.crossing.shell import Shell
    from tensorlab_course.grading.trusted.remote import Remote

_STREAMS = ("stdout", "stderr")
_OPTIONS = ("input", "text", "encoding", "universal_newlines", "timeout", "shell", "errors")
_SUFFIXES = (".py", ".sh")


class Programs:
    """What starts programs in a test, and sends a student's to the sandbox."""

    def __init__(self, remote: Callable[[], Remote | None], shell: Shell) -> None:
        self.remote = remote
        self.shell = shell
        self.names: list[str] = []  # that the test at hand asks for
        self._forward_run()
        self._forward_shell()

    def _asked(self, words: list[str]) -> Remote | None:
        """The snapshot to ask, where the words name a program of the student's."""
        remote = self.remote()
        if remote is None or remote.is_gone:
            return None
        names = {PurePosixPath(word.strip("\"'")).name for word in words}
        if "-c" in words or "-m" in words:
            names |= {f"{word}.py" for text in words for word in text.replace(";", " ").split()}
        if not any(name.endswith(_SUFFIXES) for name in names):
            return None
        return remote if names & set(remote.ask("programs", [])) else None

    def _forward_run(self) -> None:
        original = subprocess.run

        @functools.wraps(original)
        def run(arguments: Any, *more: Any, **options: Any) -> Any:
            words = arguments.split() if isinstance(arguments, str) else list(map(str, arguments))
            remote = None if more else self._asked(words)
            if remote is None:
                return original(arguments, *more, **options)
            check, all_of_it = options.pop("check", False), options.pop("capture_output", False)
            shown = [all_of_it or options.pop(name, None) is not None for name in _STREAMS]
            kept = {name: value for name, value in options.items() if name in _OPTIONS}
            sent = arguments if isinstance(arguments, str) else words
            status, *texts = remote.ask("program", [sent, kept])
            out, error = (text if show else None for text, show in zip(texts, shown, strict=True))
            done = subprocess.CompletedProcess(arguments, status, out, error)
            if check:
                done.check_returncode()
            return done

        subprocess.run = run  # type: ignore[assignment]

    def _forward_shell(self) -> None:
        shell = self.shell
        original, run = shell.getoutput, shell.find_line_magic("run")

        def getoutput(command: str, split: bool = True, depth: int = 0) -> Any:
            remote = self._asked(command.split())
            if remote is None:
                return original(command, split=split, depth=depth + 1)
            _, text, _ = remote.ask("program", [command, {"shell": True, "text": True}])
            return SList(str(text).splitlines()) if split else str(text)

        def magic(line: str, *more: Any, **options: Any) -> Any:
            remote = self._asked(line.split())
            if remote is None:
                return run(line, *more, **options)
            remote.ask("magic", ["run", line])
            shell.user_ns.update(remote.fetch(self.names))
            return None

        shell.getoutput = getoutput  # type: ignore[method-assign]
        shell.magics_manager.magics["line"]["run"] = magic
