"""Walks through a page of the documentation: its commands are run in order, its files written.

A block that opens with `sh` is run in the course's folder, with `sh student` in a student's, and
with a language and a name it is a file. A block `text` is what the command before it prints, in
which … stands for anything.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# Imports nbgrader and tensorlab once, then runs each command in a fork of its own.
KITCHEN = """
import json, os, runpy, sys
import nbgrader.apps.nbgraderapp, nbgrader.converters, nbgrader.plugins, tensorlab_course.cli
import tensorlab_course.grading.run, tensorlab_course.reporting.page
for line in sys.stdin:
    command = json.loads(line)
    child = os.fork()
    if not child:
        out = os.open(command["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for fd, target in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (out, 2)):
            os.dup2(fd, target)
        os.chdir(command["folder"])
        module, sys.argv = command["argv"][0], command["argv"]
        status = 0
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
PROGRAMS = {"nbgrader": "nbgrader", "tensorlab": "tensorlab_course"}


@dataclass
class Walk:
    """One walk: where it is, and what the last command printed."""

    folder: Path
    student: Path
    home: Path
    instead: dict[str, Callable[[], None]]  # of a command that a test can't run, or before one
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    printed: str = ""
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_"))}
        programs = str(Path(sys.executable).parent)
        self.environment = kept | {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([programs, kept.get("PATH", "")]),
            "PYTHONWARNINGS": "ignore",
            "COLUMNS": "200",
        }
        self._kitchen = subprocess.Popen(
            [sys.executable, "-c", KITCHEN],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End the process that runs the commands."""
        assert self._kitchen.stdin
        assert self._kitchen.stdout
        self._kitchen.stdin.close()
        self._kitchen.stdout.close()
        self._kitchen.wait()

    def through(self, page: str) -> None:
        """Go through all blocks of a page."""
        for info, content in BLOCK.findall(page):
            kind, _, name = info.partition(" ")
            if kind == "sh":
                for command in content.splitlines():
                    self.run(command, self.student if name == "student" else self.folder)
            elif kind == "text":
                expect(content, self.printed, self.done[-1])
            elif name:
                there = self.folder / name
                old = there.read_text(encoding="utf-8") if there.exists() else ""
                there.write_text(old + content, encoding="utf-8")
            else:
                raise AssertionError(f"nobody can tell what this block is for: ```{info}")

    def run(self, command: str, folder: Path) -> None:
        """Run one command; it must succeed."""
        self.done.append(command)
        if command in self.instead:
            self.instead[command]()
            return
        if command in self.before:
            self.before[command]()
        words = self._expanded(command)
        if words[0] == "cd":
            self.folder = folder / words[1]
            assert self.folder.is_dir()
        elif words[0] in PROGRAMS:
            self._cook([PROGRAMS[words[0]], *words[1:]], folder, command)
        else:
            subprocess.run(["sh", "-c", command], cwd=folder, env=self.environment, check=True)

    def _expanded(self, command: str) -> list[str]:
        """The words of a command, as a shell would give them to it."""
        program = f"printf '%s\\0' {command}"
        words = subprocess.check_output(["sh", "-c", program], env=self.environment, text=True)
        return words.split("\0")[:-1]

    def _cook(self, argv: list[str], folder: Path, command: str) -> None:
        assert self._kitchen.stdin
        assert self._kitchen.stdout
        output = self.home / "printed.txt"
        order = {"argv": argv, "folder": str(folder), "output": str(output)}
        self._kitchen.stdin.write(json.dumps(order) + "\n")
        self._kitchen.stdin.flush()
        status = self._kitchen.stdout.readline().strip()
        self.printed = output.read_text(encoding="utf-8")
        assert status == "0", f"{command}\n{self.printed[-4000:]}"


def expect(wanted: str, printed: str, command: str) -> None:
    """Hold what was printed to what the page says: spaces count as one, and … as anything."""
    parts = [re.escape(" ".join(part.split())) for part in wanted.split("…")]
    pattern = r"\s*.*?\s*".join(part.replace(r"\ ", r"\s+") for part in parts)
    assert re.fullmatch(rf"\s*{pattern}\s*", printed, re.DOTALL), (
        f"{command} prints:\n{printed}\nand the page says:\n{wanted}"
    )
