"""The trusted end of the line to one snapshot of a student's process."""

from __future__ import annotations

import builtins
import contextlib
import secrets
import socket
import sys
import time
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tensorlab_course.grading.crossing import chance
from tensorlab_course.grading.crossing.channel import Channel, Closed, Garbled, Late
from tensorlab_course.grading.crossing.shell import Recorder
from tensorlab_course.grading.crossing.values import Unfit, Values
from tensorlab_course.grading.trusted import offering, standins
from tensorlab_course.grading.trusted.files import Files
from tensorlab_course.grading.trusted.patches import Patches
from tensorlab_course.grading.trusted.policy import Policy
from tensorlab_course.grading.trusted.standins import Link

_MOST_CALLBACKS = 100_000
_WRITING = ("special", "program", "import", "await")  # what may write files
_LIBRARIES = ("numpy", "tensorlab", "torch", "math", "builtins", "operator", "statistics", "cmath")


class Gone(Exception):
    """The submission's process answers no more; the text says why."""


class Clock:
    """When the cell that runs has to be done, and which functions have used up such a time."""

    def __init__(self) -> None:
        self.deadline = float("inf")
        self.seconds = 0.0
        self.stuck: set[str] = set()

    def start(self, seconds: float) -> None:
        """Give the next cell this long."""
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds


class Remote:
    """Asks a snapshot of the student's process, and makes values of its answers."""

    def __init__(
        self,
        end: socket.socket,
        largest: int,
        policy: Policy,
        clock: Clock,
        recorder: Recorder,
        patches: Patches,
        classes: dict[str, type],
        files: Files,
    ) -> None:
        self.files = files
        self._sent = files.new_remote()
        self.patches = patches
        self.classes = classes  # of the instructor's, that the student's process has as well
        self._world: tuple[Any, ...] = ({}, [], [])
        self.channel = Channel(end, largest)
        self.policy = policy
        self.clock = clock
        self.recorder = recorder
        self.values = Values(self, first=2)
        self._gone = ""
        self._asked = 0
        self._chance: Any = (chance.mark(), chance.seeded())
        self._stand_ins: dict[int, Any] = {}
        self._callbacks: list[Any] = []
        self._told: dict[str, Any] = {}  # the values of the student's names
        self._registry: dict[Any, Any] = {}  # of warnings that were shown
        self._callback_of: dict[int, int] = {}
        self._imitations: dict[Any, Any] = {}
        self._exceptions: dict[tuple[str, str], type[BaseException]] = {}

    @property
    def is_gone(self) -> bool:
        """Whether it answers no more."""
        return bool(self._gone)

    # ----- asking ---------------------------------------------------------------------------------

    def fetch(self, names: list[str]) -> dict[str, Any]:
        """The values of those of the names that the student's code has defined."""
        found = self.ask("fetch", names)
        if not isinstance(found, dict):
            raise Gone("the submission's process does not answer as it should")
        kept = {name: found[name] for name in names if name in found}
        self._told.update(kept)
        self.patches.given.update(kept)
        return kept

    def _rename(self, names: Any) -> None:
        """Give names of the student's new values, where the test has not taken them over."""
        space = self.patches.space
        for name, value in names.items() if isinstance(names, dict) else ():
            if name in self._told and space.get(name) is self._told[name]:
                self._told[name] = self.patches.given[name] = space[name] = value

    def special(self, link: Link, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Apply an operator to the submission's object."""
        self.policy.require(link, name, args[0] if args else None)
        called = str(link.about.get("name") or link.type_name)
        if called in self.clock.stuck:
            raise TimeoutError(f"{called} was called before, and ran out of time")
        try:
            found = self.ask("special", [link.number, name, list(args), kwargs])
        except TimeoutError:
            self.clock.stuck.add(called)
            raise
        if name == "__eq__" and found is True:
            self._check_honest(link)
        return found

    def _check_honest(self, link: Link) -> None:
        """Raise TypeError for an object that equals what it can't equal."""
        for nothing in (secrets.randbits(100), secrets.token_hex(20)):
            try:
                equal = self.ask("special", [link.number, "__eq__", [nothing], {}])
            except (Gone, TimeoutError):
                raise
            except Exception:
                continue
            if equal is True:
                raise TypeError(f"an object of the class {link.type_name} equals everything")

    def ask(self, what: str, values: Any) -> Any:
        """Send a request, serve what it calls back, and give the answer."""
        self._alive()
        if what == "special":
            values = [values[0], values[1], tuple(values[2]), values[3]]
        self._asked += 1
        self._send_world()
        self._send_chance()
        self._send_files()
        number = self._asked  # an answer tells it again: what was sent ahead of it is none
        message, block = self._write({"do": what, "values": values, "number": number})
        self._send(message, block)
        for _ in range(_MOST_CALLBACKS):
            header, block = self._receive()
            try:
                answer = self.values.read(header, block)
            except Unfit as error:
                raise TypeError(
                    f"the submission sent a value that can't be read: {error}"
                ) from None
            self._deliver(answer.get("outputs"))
            self._warn(answer.get("warnings"))
            self._rename(answer.get("names"))
            if "callback" in answer:
                self._serve(answer)
                continue
            if answer.get("number") != number:
                self._ended()
            break
        else:
            self._gone = "the submission's code called back without end"
            self._alive()
        if what in _WRITING:
            self.take_files()
        if "error" in answer:
            raise self._error(answer["error"], answer.get("values"))
        return answer.get("values")

    def _send_world(self) -> None:
        """Let what a test has replaced be replaced for the student's code as well."""
        patches, classes = self.patches.now(), sorted(self.classes)
        deleted = self.patches.deleted()
        before, *others = self._world
        same = patches.keys() == before.keys() and [classes, deleted] == others
        if same and all(patches[key] is value for key, value in before.items()):
            return
        self._world = patches, classes, deleted
        listed = [(module, name, value) for (module, name), value in patches.items()]
        world = {"patches": listed, "deleted": deleted, "classes": classes}
        self._send(*self._write({"do": "world", "values": world}))

    def _send_files(self) -> None:
        """Let the student's code find what a test has written."""
        changes = self._sent.changes() if self.files.shared else None
        if changes:
            self._send(*self._write({"do": "put", "values": changes}))

    def take_files(self, fresh: bool = False) -> None:
        """Let the test find what the student's code has written."""
        if self.files.shared:
            self.files.take(self.ask("pull", [str(self.files.home), fresh]))
            self._sent.taken()

    def _send_chance(self) -> None:
        """Let a seed that a test has set hold for the student's code as well."""
        now = (chance.mark(), chance.seeded())
        if now != self._chance:
            self._chance = now
            message, block = self._write({"do": "chance", "values": chance.state()})
            self._send(message, block)

    def _write(self, header: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            return self.values.write(header)
        except Unfit as error:
            raise TypeError(f"this can't be handed to the submission: {error}") from None

    def _alive(self) -> None:
        if self._gone:
            raise Gone(self._gone)

    def _send(self, message: Any, block: bytes) -> None:
        self.channel.end.settimeout(max(self.clock.deadline - time.monotonic(), 0.001))
        try:
            self.channel.send(message, block)
        except Late:
            self._late()
        except Closed:
            self._ended()

    def _receive(self) -> tuple[Any, bytes]:
        try:
            return self.channel.receive(self.clock.deadline)
        except Late:
            self._late()
        except (Closed, Garbled):
            self._ended()
        raise AssertionError

    def _late(self) -> None:
        self._gone = "an earlier call of the submission's code ran out of time"
        raise TimeoutError(f"the submission's code ran for more than {self.clock.seconds:g} s")

    def _ended(self) -> None:
        self._gone = (
            "the submission's process has ended: its code ended it, or used more than it may"
        )
        self._alive()

    def _error(self, error: Any, held: Any = None) -> BaseException:
        known, name, text, where = (str(part)[:10_000] for part in error)
        kind = self._exceptions.get((known, name)) or self._own_error(name)
        if kind is None:
            kind = self._exceptions[known, name] = standins.exception_class(known, name)
        try:
            made = kind(text)
        except Exception:
            made = RuntimeError(f"{name}: {text}")
        if where:
            made.add_note(where)
        for attribute, value in held.items() if isinstance(held, dict) else ():
            if isinstance(attribute, str) and not hasattr(type(made), attribute):
                with contextlib.suppress(Exception):
                    setattr(made, attribute, value)
        return made

    def _own_error(self, name: str) -> type[BaseException] | None:
        found = self.classes.get(name)
        return found if found is not None and issubclass(found, BaseException) else None

    def _deliver(self, outputs: Any) -> None:
        """Let what the student's code printed appear here, as text and pictures only."""
        for output in outputs if isinstance(outputs, list) else ():
            match output:
                case {"output_type": "stream", "name": "stdout", "text": str(text)}:
                    sys.stdout.write(text)
                case {"output_type": "stream", "name": "stderr", "text": str(text)}:
                    sys.stderr.write(text)
                case {"output_type": "display_data", "data": dict(data)}:
                    shown = {"output_type": "display_data", "data": data, "metadata": {}}
                    self.recorder.add(shown)

    def _warn(self, warned: Any) -> None:
        """Give the warnings of the student's code to the filters of the test."""
        for one in warned if isinstance(warned, list) else ():
            match one:
                case [str(known), str(text), str(file), int(line), str(module)]:
                    kind = getattr(builtins, known, None)
                    if isinstance(kind, type) and issubclass(kind, Warning):
                        warnings.warn_explicit(
                            text, kind, file, line, module, registry=self._registry
                        )

    # ----- calling back ---------------------------------------------------------------------------

    def _serve(self, request: dict[str, Any]) -> None:
        """Call a function of the instructor's with data of the student's."""
        reply: dict[str, Any]
        try:
            target = self._callbacks[int(request["callback"])]
            args, kwargs = request["values"]
            reply = {"values": _apply(target, str(request["name"]), args, kwargs)}
        except (Gone, TimeoutError):
            raise
        except Exception as error:
            known = next(k.__name__ for k in type(error).__mro__ if k.__module__ == "builtins")
            reply = {"error": [known, str(error)]}
        try:
            message, block = self.values.write(reply)
        except Unfit as error:
            message, block = {"error": ["TypeError", str(error)]}, b""
        self._send(message, block)

    # ----- references -----------------------------------------------------------------------------

    def refer(self, value: Any, write: Callable[[Any], Any]) -> list[Any]:
        """How the student's process is told of an object of this side."""
        if standins.is_stand_in(value):
            link = standins.link_of(value)
            if link.remote is not self:
                raise Unfit("an object that was made by an earlier state of the submission")
            return ["object", link.number]
        if isinstance(value, BaseException):
            known = next(k.__name__ for k in type(value).__mro__ if k.__module__ == "builtins")
            return ["exception", known, str(value)]
        library = _library_name(value)
        if library:
            return ["library", *library]
        number = self._callback_of.get(id(value))
        if number is None:
            number = self._callback_of[id(value)] = len(self._callbacks)
            self._callbacks.append(value)
        name = getattr(value, "__name__", None)
        name = name if isinstance(name, str) else type(value).__name__
        return ["callback", number, name, offering.methods(value)]

    def class_name(self, kind: type) -> str | None:
        """The name of a class that the instructor's cells have defined on both sides."""
        return kind.__name__ if self.classes.get(kind.__name__) is kind else None

    def class_of(self, name: str) -> type:
        """The inverse."""
        return self.classes[name]

    def grow(self, tensor: Any, number: int) -> Any:
        """A tensor that the submission computed: backward goes on there."""

        def back(gradient: Any) -> None:
            shared = self.values.shared(number)
            for fed, more in self.ask("backward", [shared, gradient]):
                fed.backward(more, retain_graph=True)

        tensor.register_hook(back)
        return tensor.clone()

    def resolve(self, reference: list[Any], read: Callable[[Any], Any]) -> Any:
        """What stands here for an object of the student's process."""
        match reference:
            case ["object", int(number), dict(about)]:
                if number not in self._stand_ins:
                    self._stand_ins[number] = self._stand_in(number, about)
                return self._stand_ins[number]
            case ["callback", int(number)]:
                return self._callbacks[number]
            case ["exception", str(known), str(name), str(text)]:
                return self._error([known, name, text, ""])
            case ["code", node]:
                return types.SimpleNamespace(**read(node))
        raise Unfit("no reference")

    def _stand_in(self, number: int, about: dict[str, Any]) -> Any:
        if about.get("kind") == "class":
            found = standins.library_class(*map(str, about.get("bases", [["", ""]])[0]))
            if found is not None:
                return found
        if about.get("kind") == "class" and "error" in about:
            key = str(about["error"]), str(about.get("name"))
            if key not in self._exceptions:
                self._exceptions[key] = standins.exception_class(*key)
            return self._exceptions[key]
        return standins.make(self, number, about)

    def imitation(self, link: Link) -> Any:
        """A class for `isinstance`, derived from the library's that the object's comes from."""
        if link.kind != "instance":
            if link.kind == "iterator":
                return standins.ITERATORS.get(link.type_name)
            return {"function": types.FunctionType, "module": types.ModuleType}.get(link.kind, type)
        if link.type_name in standins.ITERATORS:
            return standins.ITERATORS[link.type_name]
        bases = standins.bases_of(link.about, self.classes)
        if not bases:
            return None
        key = (link.type_name, bases)
        if key not in self._imitations:
            made = None
            with contextlib.suppress(Exception):
                made = types.new_class(link.type_name, bases)
            self._imitations[key] = made
        return self._imitations[key]


def _apply(target: Any, name: str, args: Any, kwargs: Any) -> Any:
    """Call an instructor's function, or a public method or attribute of an instructor's object."""
    if name == "":
        if not callable(target):
            raise TypeError(f"'{type(target).__name__}' object is not callable")
        offering.check_drawing(target, args, kwargs)
        return target(*args, **kwargs)
    if name == "__getattribute__":
        (attribute,) = args
        if type(attribute) is not str or not offering.offers(target, attribute):
            raise AttributeError(f"'{type(target).__name__}' object has no attribute '{attribute}'")
        return getattr(target, attribute)
    if name == "__setattr__":
        attribute, value = args
        if type(attribute) is not str or not offering.may_set(target, attribute):
            raise AttributeError(f"{attribute} of a {type(target).__name__} can't be set")
        return setattr(target, attribute, value)
    if name not in offering.methods(target):
        raise TypeError(f"'{type(target).__name__}' object does not support {name}")
    return getattr(type(target), name)(target, *args, **kwargs)


def _library_name(value: Any) -> tuple[str, str] | None:
    """Where a function or class of a library is found by name, if this is one."""
    if isinstance(value, types.ModuleType):
        return (value.__name__, "") if value.__name__.split(".")[0] in _LIBRARIES else None
    if isinstance(value, np.ufunc):
        return "numpy", value.__name__
    if not isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return None
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
    if not isinstance(module, str) or module.split(".")[0] not in _LIBRARIES:
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is value else None
