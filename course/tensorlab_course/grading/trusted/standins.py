"""Stand-ins: what tests hold in place of a student's functions, classes and objects.

A stand-in asks the sandbox, and gets plain data or another stand-in. What it offers is bounded: the
attributes that a test names, and the operators of classes that the exercise asks for. An object of
any other class can't pass for a number by what its `__eq__` says.
"""

from __future__ import annotations

import builtins
import inspect
import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tensorlab_course.grading.sandbox.objects import SPECIAL

if TYPE_CHECKING:
    from tensorlab_course.grading.trusted.remote import Remote

_READABLE = (
    *("__doc__", "__annotations__", "__defaults__", "__kwdefaults__", "__closure__", "__code__"),
    *("__mro__", "__flags__", "__abstractmethods__", "__dataclass_fields__", "__members__"),
    *("__wrapped__", "__self__", "__func__", "__match_args__", "__slots__", "__isabstractmethod__"),
)
ITERATORS: dict[str, type] = {
    "generator": types.GeneratorType,
    "coroutine": types.CoroutineType,
    "map": map,
    "zip": zip,
    "filter": filter,
    "enumerate": enumerate,
}


class Link:
    """Where the real object is, and what is known of it."""

    __slots__ = ("remote", "number", "about")

    def __init__(self, remote: Remote, number: int, about: dict[str, Any]) -> None:
        self.remote = remote
        self.number = number
        self.about = about

    @property
    def type_name(self) -> str:
        """The name of the object's class, as the submission tells it."""
        return str(self.about.get("type"))

    @property
    def kind(self) -> str:
        """`function`, `class`, `module`, `iterator` or `instance`."""
        return str(self.about.get("kind"))

    def kind_of(self) -> Any:
        """The object's class: a stand-in, or the library's own."""
        if self.kind == "function":
            return types.FunctionType
        if self.kind in ("class", "module"):
            return type if self.kind == "class" else types.ModuleType
        reference = self.about.get("class")
        if isinstance(reference, list) and len(reference) == 3:
            return self.remote.resolve(reference, lambda node: node)
        return type(self)


class StandIn:
    """An object of the submission."""

    __slots__ = ("_tensorlab_link", "__weakref__")
    if TYPE_CHECKING:
        _tensorlab_link: Link

    def __init__(self, link: Link) -> None:
        object.__setattr__(self, "_tensorlab_link", link)

    def __getattr__(self, name: str) -> Any:
        link = link_of(self)
        if name.startswith("__") and name.endswith("__"):
            return _dunder(link, name)
        link.remote.policy.require(link, "." + name)
        return link.remote.ask("get", [link.number, name])

    def __setattr__(self, name: str, value: Any) -> None:
        link = link_of(self)
        link.remote.policy.require(link, "." + name)
        link.remote.ask("set", [link.number, name, value])

    def __delattr__(self, name: str) -> None:
        link = link_of(self)
        link.remote.policy.require(link, "." + name)
        link.remote.ask("delete", [link.number, name])

    def __dir__(self) -> list[str]:
        link = link_of(self)
        found = link.remote.ask("dir", [link.number])
        return [name for name in found if isinstance(name, str)]

    def __repr__(self) -> str:
        link = link_of(self)
        name = link.about.get("name")
        return f"<{link.kind} {name}>" if name else f"<{link.type_name} object>"

    def __deepcopy__(self, memo: Any) -> Any:
        link = link_of(self)
        return link.remote.ask("copy", [link.number])

    def __copy__(self) -> Any:
        return self.__deepcopy__(None)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"a {link_of(self).type_name} of the submission can't be pickled")

    @property
    def __class__(self) -> Any:
        link = link_of(self)
        found = link.remote.imitation(link)
        return link.kind_of() if found is None else found

    @__class__.setter
    def __class__(self, value: Any) -> None:
        raise TypeError("the class of an object of the submission can't be set")


class _FunctionStandIn(StandIn):
    """A function of the submission."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        link = link_of(self)
        return link.remote.special(link, "__call__", args, kwargs)


class _ClassStandIn(_FunctionStandIn):
    """A class of the submission: it can be called, and asked whether an object is of it."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        link = link_of(self)
        return link.remote.special(link, "__call__", args, kwargs)

    def __mro_entries__(self, bases: Any) -> Any:
        raise TypeError(
            "a test can't derive a class from the submission's class "
            f"{link_of(self).about.get('name')}"
        )

    def __iter__(self) -> Any:
        link = link_of(self)
        return link.remote.special(link, "__iter__", (), {})

    def __getitem__(self, key: Any) -> Any:
        link = link_of(self)
        return link.remote.special(link, "__getitem__", (key,), {})

    def __len__(self) -> int:
        link = link_of(self)
        return int(link.remote.special(link, "__len__", (), {}))

    def __bool__(self) -> bool:
        return True

    def __instancecheck__(self, value: Any) -> bool:
        if isinstance(value, tuple) and hasattr(type(value), "_fields"):
            return bool(type(value).__name__ == link_of(self).about.get("name"))
        if not isinstance(value, StandIn) and type(value).__mro__[1] is not StandIn:
            return False
        return link_of(self).about.get("bases", [[]])[0] in link_of(value).about.get("bases", [])

    def __subclasscheck__(self, kind: Any) -> bool:
        if not issubclass(type(kind), StandIn):
            return False
        return link_of(self).about.get("bases", [[]])[0] in link_of(kind).about.get("bases", [])

    @property
    def __bases__(self) -> tuple[Any, ...]:
        link = link_of(self)
        found = link.remote.ask("get", [link.number, "__bases__"])
        return found if type(found) is tuple else (object,)


def _annotations(self: Any) -> Any:
    return _dunder(link_of(self), "__annotations__")


_DOC = property(lambda self: _dunder(link_of(self), "__doc__"))
for _kind in (_FunctionStandIn, _ClassStandIn):
    _kind.__doc__ = _DOC  # type: ignore[assignment]  # the student's text, not ours
    setattr(_kind, "__annotations__", property(_annotations))  # noqa: B010


def link_of(stand_in: Any) -> Link:
    """The link of a stand-in."""
    return object.__getattribute__(stand_in, "_tensorlab_link")


def is_stand_in(value: Any) -> bool:
    """Whether it stands for an object of the submission, whatever class it shows."""
    return issubclass(type(value), StandIn)


def make(remote: Remote, number: int, about: dict[str, Any]) -> Any:
    """A stand-in for the object of this number."""
    link = Link(remote, number, about)
    if link.kind == "class":
        return _ClassStandIn(link)
    if link.kind == "function":
        return _FunctionStandIn(link)
    offered = [n for n in about.get("special", ()) if isinstance(n, str) and n in SPECIAL]
    members: dict[str, Any] = {name: _forward(name) for name in offered}
    members["__slots__"] = ()
    members["__doc__"] = _DOC
    if link.type_name == "coroutine":
        members["__await__"] = _await
    if "__eq__" in members and "__hash__" not in members:
        members["__hash__"] = None
    name = link.type_name if link.type_name.isidentifier() else "Object"
    return type(name, (StandIn,), members)(link)


def _await(self: Any) -> Any:
    """Run the submission's coroutine to its end, where it is."""
    link = link_of(self)
    yield from ()  # which makes this what `await` takes
    return link.remote.ask("await", [link.number])


def _forward(name: str) -> Callable[..., Any]:
    def special(self: Any, *args: Any, **kwargs: Any) -> Any:
        link = link_of(self)
        return link.remote.special(link, name, args, kwargs)

    special.__name__ = special.__qualname__ = name
    return special


def _dunder(link: Link, name: str) -> Any:
    """What is known of a function or class without asking, and a few things that are asked."""
    if name in ("__name__", "__qualname__") and "name" in link.about:
        return link.about["name"]
    if name == "__module__":
        return "__main__"
    if name == "__signature__" and link.kind in ("function", "class"):
        return _signature(link)
    if name in _READABLE or (name in SPECIAL and link.kind == "class"):
        return link.remote.ask("get", [link.number, name])
    if name == "__dict__" and link.kind in ("instance", "class"):
        link.remote.policy.require(link, ".__dict__")
        found = link.remote.ask("get", [link.number, name])
        return dict(found) if isinstance(found, dict) else {}
    raise AttributeError(f"'{link.type_name}' object has no attribute '{name}'")


def _signature(link: Link) -> inspect.Signature:
    found, returned = link.remote.ask("signature", [link.number])
    empty = inspect.Parameter.empty
    parameters = []
    for name, kind, default, annotation in found:
        parameters.append(
            inspect.Parameter(
                str(name),
                inspect._ParameterKind(kind),
                default=default[0] if default else empty,
                annotation=annotation[0] if annotation else empty,
            )
        )
    return inspect.Signature(parameters, return_annotation=returned[0] if returned else empty)


def bases_of(about: dict[str, Any], classes: dict[str, type]) -> tuple[type, ...]:
    """The nearest class that an object's class comes from: `nn.Module`, `dict`, an instructor's."""
    for module, name in about.get("bases", ()):
        found = library_class(str(module), str(name))
        if module == "__main__":
            found = classes.get(str(name))
        if found is not None and found is not object:
            return (found,)
    return ()


def library_class(module: str, name: str) -> type | None:
    """The class of a library that is loaded here, by where it says that it is from."""
    found: Any = sys.modules.get(module)
    if module.split(".")[0] in ("__main__", "tensorlab_course") or found is None:
        return None
    if hasattr(type(found), "_is_borrowed"):
        return None
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) else None


def exception_class(known: str, name: str) -> type[BaseException]:
    """A class for an exception of the submission: Python's own, or one derived from it."""
    base = getattr(builtins, known, Exception)
    if not (isinstance(base, type) and issubclass(base, (Exception, SystemExit))):
        base = RuntimeError
    if base.__name__ == name:
        return base
    if issubclass(base, (UnicodeError, BaseExceptionGroup)):
        base = ValueError
    return type(name if name.isidentifier() else "Exception", (base,), {"__module__": "__main__"})
