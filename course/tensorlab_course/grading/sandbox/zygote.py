"""A warm process: numpy, IPython and tensorlab are loaded, and each fork of it runs one notebook.

It holds nothing but libraries: a fork that becomes a student's process can read all of its memory.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import signal
import socket
import sys
import warnings
from typing import Any

from tensorlab_course.grading.crossing.channel import Channel, Closed
from tensorlab_course.grading.crossing.shell import Shell, run_cell, start_shell
from tensorlab_course.grading.sandbox import entering, session

_LARGEST = 64 << 20
_SEED = 20_240_229


def main() -> None:
    """Serve requests for forks, on the socket that is standard input, until it closes."""
    channel = Channel(socket.socket(fileno=os.dup(0)), _LARGEST)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    shell = _warm()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ends is forgotten
    entering.adopt_orphans()
    channel.send({"ready": True})
    with contextlib.suppress(Closed):
        while True:
            settings, _, fds = channel.receive_fds(2)
            if "preload" in settings:
                _load(settings["preload"])
                channel.send({"done": True})
                continue
            _fork(settings, fds, channel, shell)


def _warm() -> Shell:
    """Load what notebooks use, and let it do once what is slow the first time."""
    filters = warnings.filters[:]
    warnings.simplefilter("ignore")
    _load(["numpy", "numpy.random", "numpy.ma", "tensorlab", "tensorlab.nn"])
    importlib.import_module("tensorlab_course.grading.trusted.tester")
    shell = start_shell()
    warnings.filters[:] = filters  # type: ignore[index]
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
    for magic in ("run", "cd", "who"):  # IPython loads each kind when it is first asked for
        shell.find_line_magic(magic)
    for cell in ("1", "def f():\n    1 / 0\nf()", "x = ["):  # errors are slow the first time
        run_cell(shell, cell, 100_000)
    shell.reset(new_session=True)
    gc.collect()
    gc.freeze()
    return shell


def _load(names: list[str]) -> None:
    """Import libraries, where they can be."""
    if any(name.partition(".")[0] == "matplotlib" for name in names):
        names = [*names, "matplotlib.pyplot", "matplotlib_inline.backend_inline"]
    for name in names:
        with contextlib.suppress(Exception), warnings.catch_warnings(action="ignore"):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _fork(settings: dict[str, Any], fds: list[int], channel: Channel, shell: Shell) -> None:
    """Fork a process for one notebook, and tell its number."""
    told, teller = os.pipe()
    if settings.get("holder"):
        fds.append(os.pidfd_open(settings["holder"]))
    joins = bool(settings.get("user_namespace"))  # then it takes one more fork to be in it
    settings["inside"] = not joins
    first = entering.fork_into(fds[1]) if settings.get("holder") and not joins else os.fork()
    if first == 0:
        status = 1
        try:
            os.close(told)
            channel.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _become(settings, fds, teller, shell)
            status = 0
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.write(teller, f"! {type(error).__name__}: {error}".encode())
        finally:
            os._exit(status)
    os.close(teller)
    for fd in fds:
        os.close(fd)
    text = b""
    while part := os.read(told, 4096):
        text += part
    os.close(told)
    word, _, rest = (text.decode(errors="replace") or str(first)).partition(" ")
    channel.send({"pid": int(word)} if word.isdigit() else {"problem": rest or "no process"})


def _become(settings: dict[str, Any], fds: list[int], teller: int, shell: Shell) -> None:
    if settings["role"] == "tester":
        entering.die_with_parent()
        _tell(teller, os.getpid())
        _seed()
        from tensorlab_course.grading.trusted import tester

        os.setsid()
        tester.begin(socket.socket(fileno=fds[0]), shell, settings)
        return
    if settings["holder"]:
        entering.enter(fds[1], settings["user_namespace"])
        os.close(fds[1])
    if not settings["inside"]:
        child = os.fork()
        if child:
            _tell(teller, child)
            return
    os.close(teller)
    with contextlib.suppress(OSError):
        if not settings["holder"]:
            entering.die_with_parent()
    os.setsid()
    os.chdir(settings["folder"])
    entering.limit(
        settings["memory"], settings["processes"], settings["file_size"], settings["cpu"]
    )
    if settings["holder"]:
        entering.give_up_privileges(settings["uid"])
    _seed()
    session.begin(socket.socket(fileno=fds[0]), shell, settings)


def _tell(teller: int, pid: int) -> None:
    os.write(teller, str(pid).encode())
    os.close(teller)


def _seed() -> None:
    """The same random numbers for student and test, where the notebook sets no seed."""
    import numpy as np

    import tensorlab.random

    random.seed(_SEED)
    np.random.seed(_SEED)
    tensorlab.random.manual_seed(_SEED)
    torch = sys.modules.get("torch")
    if torch is not None and torch is not tensorlab:
        torch.manual_seed(_SEED)


if __name__ == "__main__":
    main()
