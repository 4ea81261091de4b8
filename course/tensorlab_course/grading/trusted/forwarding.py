"""Questions about a student's function or class that only its own process can answer.

`inspect.getsource(f)` and their like are sent there. What comes back is the submission's own claim;
a source text has to stand in the notebook, where a person can read it.
"""

from __future__ import annotations

import builtins
import functools
import importlib
from typing import Any

from tensorlab_course.grading.trusted.standins import is_stand_in, link_of

_FORWARDED = {
    "inspect": (
        *("getsource", "getsourcelines", "getdoc", "getmembers", "isabstract", "isgenerator"),
        *("isgeneratorfunction", "iscoroutinefunction", "iscoroutine", "getfullargspec"),
        *("isasyncgenfunction", "isdatadescriptor", "getattr_static", "getgeneratorstate"),
    ),
    "dataclasses": ("fields", "asdict", "astuple", "is_dataclass", "replace"),
    "typing": ("get_type_hints",),
    "types": (),
}


def forward_questions(cells: list[str]) -> None:
    """Let these functions ask the sandbox about what is the student's; `cells` is their text."""
    text = _flat("\n".join(cells))
    for module, names in _FORWARDED.items():
        found = importlib.import_module(module)
        for name in names:
            setattr(found, name, _forwarding(module, name, getattr(found, name), text))


def _forwarding(module: str, name: str, original: Any, text: str) -> Any:
    @functools.wraps(original)
    def ask(*args: Any, **kwargs: Any) -> Any:
        if not args or not is_stand_in(args[0]):
            return original(*args, **kwargs)
        link = link_of(args[0])
        answer = link.remote.ask("apply", [module, name, args, kwargs])
        if name in ("getsource", "getsourcelines"):
            source = answer if name == "getsource" else "".join(answer[0])
            if _flat(source) not in text:
                raise OSError("could not get source code: it is not in the submission's cells")
        return answer

    return ask


def _flat(text: str) -> str:
    return "".join(text.split())


class _Kinds(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, builtins.type)

    def __subclasscheck__(cls, kind: Any) -> bool:
        return issubclass(kind, builtins.type)

    def __eq__(cls, other: Any) -> bool:
        return other is cls or other is builtins.type

    __hash__ = type.__hash__


class Type(builtins.type, metaclass=_Kinds):
    """`type` for the tests: of an object of the submission, it gives the submission's class."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """What `type` gives."""
        if len(args) == 1 and is_stand_in(args[0]):
            return link_of(args[0]).kind_of()
        return builtins.type(*args, **kwargs)


Type.__name__ = Type.__qualname__ = "type"
