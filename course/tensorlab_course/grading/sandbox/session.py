"""The student's side: runs the cells of one notebook, and answers for what they defined.

Everything here shares a process with the student's code, which can change any of it. So nothing
that it says is believed outside: an answer is data, and the student's own claim.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import copy
import gc
import importlib
import inspect
import os
import re
import signal
import socket
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tensorlab_course.grading.crossing import chance
from tensorlab_course.grading.crossing.channel import Channel, Closed
from tensorlab_course.grading.crossing.shell import (
    Shell,
    joined,
    no_input,
    recording,
    run_cell,
)
from tensorlab_course.grading.crossing.values import Unfit, Values
from tensorlab_course.grading.sandbox import files, objects
from tensorlab_course.grading.sandbox.patched import DELETED, Patched

_MOST_WARNINGS = 100


class Session:
    """The requests of one channel, answered one after another."""

    def __init__(self, channel: Channel, shell: Shell, output: int) -> None:
        self.channel = channel
        self.shell = shell
        self.output = output
        self.fds = _catch_files()
        self.objects = objects.StudentObjects(self._call_back, shell.user_ns)
        self.patched = Patched(shell.user_ns)
        self.exchange = files.Exchange()
        self.told: dict[str, Any] = {}  # what the test at hand knows names to mean
        self.values = Values(self.objects, first=1)

    def serve(self) -> None:
        """Answer until the other side is gone."""
        while True:
            header, block, fds = self.channel.receive_fds(1)
            if header.get("do") == "snapshot":
                self._snapshot(fds[0])
            elif header.get("do") == "run":
                outputs = run_cell(
                    self.shell, header["source"], header["output"], self.fds, header["count"]
                )
                self._show(outputs)
            elif header.get("do") == "files":
                files.unpack(header["files"], block)
                self.channel.send({"done": True})
            elif header.get("do") in ("chance", "world", "put"):
                self._take(header, block)
            else:
                self._answer(header, block)

    def _take(self, header: Any, block: bytes) -> None:
        """Take what the other side says of its world, without an answer."""
        found = self.values.read(header, block)["values"]
        if header["do"] == "chance":
            chance.set_state(found)
            return
        if header["do"] == "put":
            self.exchange.put(found)
            return
        self.objects.known = set(found["classes"])
        patches = {(module, name): value for module, name, value in found["patches"]}
        self.patched.apply(patches | {("__main__", name): DELETED for name in found["deleted"]})

    def _show(self, outputs: list[Any]) -> None:
        """Send the outputs of a cell, or say that they can't be sent."""
        try:
            self.channel.send({"outputs": joined(outputs)})
        except (ValueError, TypeError) as error:
            text = f"this cell's outputs can't be kept: {error}"
            output = {"output_type": "stream", "name": "stderr", "text": text}
            self.channel.send({"outputs": [output]})

    def _snapshot(self, fd: int) -> None:
        """Leave a copy of this process that answers on a channel of its own."""
        gc.disable()
        pid = os.fork()
        gc.enable()
        if pid:
            os.close(fd)
            self.channel.send({"done": True})
            return
        self.channel.close()
        self.channel = Channel(socket.socket(fileno=fd), self.channel.largest)
        self.fds = _catch_files()
        try:
            self.serve()
        finally:
            os._exit(0)

    # ----- answers --------------------------------------------------------------------------------

    def _answer(self, header: Any, block: bytes) -> None:
        reply: dict[str, Any]
        with recording(self.shell, self.output, self.fds) as recorder, _warned() as warned:
            try:
                request = self.values.read(header, block)
                reply = {"values": self._do(request["do"], request)}
            except Unfit as error:
                reply = {"error": ["TypeError", "TypeError", str(error), ""]}
            except Closed:
                raise
            except BaseException as error:
                reply = {"error": [*objects.error_of(error), _where(error)]}
                reply["values"] = self._held(error)
        renamed = self._renamed()
        if renamed:
            reply["names"] = renamed
        if warned:
            reply["warnings"] = [_warning(one) for one in warned[:_MOST_WARNINGS]]
        outputs = joined(recorder.take())
        if outputs:
            reply["outputs"] = outputs
        self._reply(reply | {"number": header.get("number")})

    def _renamed(self) -> dict[str, Any]:
        """Names that mean something else than the test was told: `global` in a function does it."""
        space = self.shell.user_ns
        found = {n: space[n] for n, v in self.told.items() if n in space and space[n] is not v}
        self.told.update(found)
        return found

    def _held(self, error: BaseException) -> Any:
        """The attributes of an error that are data."""
        held = {"args": error.args} | {str(k): v for k, v in vars(error).items() if k[:1] != "_"}
        kept = {}
        for name, value in list(held.items())[:20]:
            with contextlib.suppress(Exception):
                self.values.write({"values": value})
                kept[name] = value
        return kept

    def _reply(self, reply: dict[str, Any]) -> None:
        try:
            message, block = self.values.write(reply)
            self.channel.send(message, block)
        except (Unfit, ValueError, RecursionError, TypeError) as problem:
            text = f"this value can't leave the sandbox: {problem or type(problem).__name__}"
            error = ["TypeError", "TypeError", text, ""]
            self.channel.send({"error": error, "number": reply["number"]})

    def _do(self, what: str, request: dict[str, Any]) -> Any:
        names = self.shell.user_ns
        values: Any = request.get("values")
        match what:
            case "fetch":
                found = {name: names[name] for name in values if name in names}
                self.told.update(found)
                return found
            case "special":
                number, name, args, kwargs = values
                return objects.special(self.objects.get(number), name, args, kwargs)
            case "get":
                return getattr(self.objects.get(values[0]), values[1])
            case "set":
                setattr(self.objects.get(values[0]), values[1], values[2])
            case "delete":
                delattr(self.objects.get(values[0]), values[1])
            case "dir":
                return [str(name) for name in dir(self.objects.get(values[0]))]
            case "copy":
                return copy.deepcopy(self.objects.get(values[0]))
            case "signature":
                return _signature(self.objects.get(values[0]))
            case "isinstance":
                return isinstance(values[0], self.objects.get(values[1]))
            case "import":
                return importlib.import_module(values[0])
            case "apply":
                module, name, args, kwargs = values
                return getattr(importlib.import_module(module), name)(*args, **kwargs)
            case "magic":
                self.shell.run_line_magic(*values)
            case "await":
                return asyncio.new_event_loop().run_until_complete(self.objects.get(values[0]))
            case "backward":
                return self._backward(*values)
            case "pull":
                return self.exchange.changes(*values)
            case "programs":
                return self.exchange.programs()
            case "program":
                return files.program(*values)
        return None

    def _backward(self, tensor: Any, gradient: Any) -> list[Any]:
        """Take a gradient further back; what it is for the tensors that the test had computed."""
        tensor.backward(gradient, retain_graph=True)
        found = []
        for fed in self.objects.fed:
            if fed.grad is not None:
                found.append((fed, fed.grad))
                fed.grad = None
        return found

    def _call_back(self, number: int, name: str, args: Any, kwargs: Any) -> Any:
        """Have the other side call an instructor's function, and wait for what it gives."""
        message, block = self.values.write(
            {"callback": number, "name": name, "values": [list(args), dict(kwargs)]}
        )
        self.channel.send(message, block)
        while True:
            header, block, _ = self.channel.receive_fds(0)
            if header.get("do") in ("chance", "world", "put"):
                self._take(header, block)
                continue
            if "do" in header:  # the instructor's function asks for something of the student's
                self._answer(header, block)
                continue
            answer = self.values.read(header, block)
            if "error" in answer:
                name, text = answer["error"]
                kind = getattr(builtins, name, Exception)
                raise kind(text)
            return answer.get("values")


@contextlib.contextmanager
def _warned() -> Iterator[list[warnings.WarningMessage]]:
    """Keep warnings, for the test's own filters."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", ResourceWarning)
        yield found


def _warning(found: warnings.WarningMessage) -> list[Any]:
    """Its kind and text, and where it was given: in a cell, or in which module."""
    own = found.filename.startswith("<")
    module = "__main__" if own else Path(found.filename).stem
    return [
        found.category.__name__,
        str(found.message),
        str(found.filename),
        int(found.lineno),
        module,
    ]


def _catch_files() -> tuple[int, int]:
    """Let what programs print to the files 1 and 2 go where it can be read."""
    fds = []
    for fd, name in ((1, "stdout"), (2, "stderr")):
        memory = os.memfd_create(name)
        os.set_inheritable(memory, False)
        os.dup2(memory, fd)
        os.close(memory)
        fds.append(fd)
    return fds[0], fds[1]


def _where(error: BaseException) -> str:
    """The lines of the student's code that an error went through."""
    ours = str(Path(__file__).parents[1])
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(ours) or "site-packages" in frame.filename:
            continue
        cell = re.match(r"<ipython-input-(\d+)", frame.filename)
        place = f"Cell In[{cell[1]}]" if cell else Path(frame.filename).name
        lines.append(f"{place}, line {frame.lineno}, in {frame.name}: {frame.line or ''}")
    return "\n".join(["In the submission:", *lines[-10:]]) if lines else ""


def _signature(value: Any) -> list[Any]:
    found = inspect.signature(value)

    def held(one: Any) -> list[Any]:
        return [] if one is found.empty else [one]

    parameters = [
        [p.name, int(p.kind), held(p.default), held(p.annotation)]
        for p in found.parameters.values()
    ]
    return [parameters, held(found.return_annotation)]


def begin(end: socket.socket, shell: Shell, settings: dict[str, Any]) -> None:
    """Be the student's process, from here to its end."""
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    builtins.input = no_input
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.excepthook = lambda _: None
    channel = Channel(end, settings["message"])
    session = Session(channel, shell, settings["output"])
    sys.path.insert(0, "")
    channel.send({"ready": os.getpid()})
    session.serve()
