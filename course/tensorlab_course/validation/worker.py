"""A process that runs notebooks for the check, one after another: requests in, events out.

It reads a request a line from standard input, and writes events a line to standard output, as
JSON. It lives as long as its standard input is open, so it ends when the check does, however
that ends, and takes its kernel with it.
"""

from __future__ import annotations

import _thread
import contextlib
import json
import os
import queue
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import nbval.plugin
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tensorlab_course.frames import FRAME
from tensorlab_course.validation.channels import Manager
from tensorlab_course.validation.environment import KERNEL_NAME
from tensorlab_course.validation.frontend import LessonKernel
from tensorlab_course.validation.notebook import read_notebook
from tensorlab_course.validation.reporter import NO_KERNEL, Emit, Reporter
from tensorlab_course.validation.saving import normalise, write_notebook

Request = dict[str, Any]


def check(request: Request, emit: Emit) -> str | None:
    """Run nbval on a copy of the notebook, with the kernel where the notebook is."""
    problem = _run_nbval(request, emit)
    if problem == NO_KERNEL:  # two kernels that start at once can be after one port
        problem = _run_nbval(request, emit)
    return problem


def _run_nbval(request: Request, emit: Emit) -> str | None:
    path = Path(request["path"])
    reporter = Reporter(emit)
    LessonKernel.folder = str(path.parent)
    nbval.plugin.RunningKernel = LessonKernel
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        # A copy, so that nothing is left beside the lesson, and pytest, to which `[` and `::`
        # in a path mean something, sees a plain one.
        copy = shutil.copy(path, Path(folder, "notebook.ipynb"))
        settings = Path(folder, "pytest.ini")
        settings.write_text("[pytest]\n", encoding="utf-8")
        widgets = Path(folder, "widgets.cfg")
        widgets.write_text(f"[page]\nregex: {FRAME}\nreplace: (a widget)\n", encoding="utf-8")
        arguments = [str(copy), f"--rootdir={folder}", f"-c{settings}", "--noconftest"]
        arguments += ["-pno:cacheprovider", "--color=no", "-q"]
        arguments += ["--nbval", f"--nbval-kernel-name={KERNEL_NAME}"]
        arguments += [f"--nbval-sanitize-with={widgets}"]
        arguments += [f"--nbval-cell-timeout={request['timeout']}"]
        code = pytest.main(arguments, plugins=[nbval.plugin, reporter])
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        return f"can't be run: nbval failed ({pytest.ExitCode(code).name})"
    return reporter.problem


def save(request: Request, emit: Emit) -> str | None:
    """Execute the notebook, and write it back with what it printed."""
    path = Path(request["path"])
    notebook = read_notebook(path)
    numbers = {id(cell.node): cell.number for cell in notebook.code_cells}
    running = 0

    def begin(cell: Any, **_: Any) -> None:
        nonlocal running
        running = numbers[id(cell)]
        emit({"event": "running", "number": running})

    def end(**_: Any) -> None:
        emit({"event": "cell", "number": running, "seconds": 0.0, "outcome": "passed"})

    client = NotebookClient(
        notebook.node,
        kernel_manager_class=Manager,
        kernel_name=KERNEL_NAME,
        timeout=int(request["timeout"]),
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        skip_cells_with_tag="",
        shutdown_kernel="immediate",
        on_cell_execute=begin,
        on_cell_executed=end,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return f"was not saved: cell {running} raised {error.ename}: {error.evalue}"
    except CellTimeoutError:
        return f"was not saved: cell {running} ran for more than {request['timeout']:g} s"
    except DeadKernelError:
        return f"was not saved: the kernel died in cell {running}"
    written = write_notebook(path, normalise(notebook.node))
    emit({"event": "saved", "changed": written})
    return None


TASKS = {"check": check, "save": save}


def main() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    emit = _take_standard_output()
    requests: queue.Queue[Request | None] = queue.Queue()
    asked = os.dup(0)  # pytest puts another file in the place of standard input
    threading.Thread(target=_read_requests, args=(asked, requests), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        while (request := requests.get()) is not None:
            try:
                problem = TASKS[request["task"]](request, emit)
            except Exception as error:  # one notebook's trouble must not end the others' worker
                problem = f"can't be run: {type(error).__name__}: {error}".splitlines()[0]
            emit({"event": "end", "problem": problem})
    sys.stderr.flush()
    os._exit(0)  # at once: the thread that reads the requests may be waiting for one


def _take_standard_output() -> Emit:
    """Keep standard output for events; whatever else is printed there goes nowhere."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)

    def emit(event: dict[str, Any]) -> None:
        events.write(json.dumps(event) + "\n")
        events.flush()

    return emit


def _read_requests(asked: int, requests: queue.Queue[Request | None]) -> None:
    """Queue the requests; at the end of the input, interrupt what is running."""
    with os.fdopen(asked, "rb", buffering=0) as lines:
        for line in lines:
            requests.put(json.loads(line))
    requests.put(None)
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()


if __name__ == "__main__":
    main()
