"""The student's objects, which stay in the sandbox: what is said of each, and done to it."""

from __future__ import annotations

import builtins
import functools
import inspect
import operator
import types
from collections.abc import Callable
from typing import Any

from tensorlab_course.grading.crossing.values import Unfit

# What a class of a student's may define, and a stand-in outside then offers.
SPECIAL = [
    "__call__",
    "__len__",
    "__getitem__",
    "__setitem__",
    "__delitem__",
    "__contains__",
    "__iter__",
    "__next__",
    "__reversed__",
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__hash__",
    "__bool__",
    "__int__",
    "__float__",
    "__complex__",
    "__index__",
    "__abs__",
    "__round__",
    "__neg__",
    "__pos__",
    "__invert__",
    "__trunc__",
    "__floor__",
    "__ceil__",
    "__add__",
    "__radd__",
    "__iadd__",
    "__sub__",
    "__rsub__",
    "__isub__",
    "__mul__",
    "__rmul__",
    "__imul__",
    "__matmul__",
    "__rmatmul__",
    "__truediv__",
    "__rtruediv__",
    "__itruediv__",
    "__floordiv__",
    "__rfloordiv__",
    "__mod__",
    "__rmod__",
    "__divmod__",
    "__pow__",
    "__rpow__",
    "__and__",
    "__rand__",
    "__or__",
    "__ror__",
    "__xor__",
    "__rxor__",
    "__lshift__",
    "__rshift__",
    "__enter__",
    "__exit__",
    "__str__",
    "__repr__",
    "__format__",
    "__bytes__",
    "__await__",
]

_CALLS: dict[str, Callable[..., Any]] = {
    "__len__": len,
    "__iter__": iter,
    "__next__": next,
    "__reversed__": reversed,
    "__str__": str,
    "__repr__": repr,
    "__format__": format,
    "__bool__": bool,
    "__int__": int,
    "__float__": float,
    "__complex__": complex,
    "__index__": operator.index,
    "__hash__": hash,
    "__abs__": abs,
    "__round__": round,
    "__bytes__": bytes,
    "__divmod__": divmod,
    "__eq__": operator.eq,
    "__ne__": operator.ne,
    "__lt__": operator.lt,
    "__le__": operator.le,
    "__gt__": operator.gt,
    "__ge__": operator.ge,
    "__contains__": operator.contains,
    "__getitem__": operator.getitem,
}


class StudentObjects:
    """Numbers for the objects that were asked for; the other side knows them by these alone."""

    def __init__(self, call_back: Callable[..., Any], space: dict[str, Any]) -> None:
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._call_back = call_back
        self._space = space
        self.known: set[str] = set()  # classes that the instructor's cells define
        self.fed: list[Any] = []  # tensors that a test computed

    def refer(self, value: Any, write: Callable[[Any], Any]) -> list[Any]:
        """A reference, with what a stand-in has to know."""
        if isinstance(value, Callback):
            return ["callback", value._number]
        if isinstance(value, BaseException):
            return ["exception", *error_of(value)]
        if isinstance(value, types.CodeType):
            return ["code", write(_code(value))]
        about = _description(value)
        if about["kind"] == "instance" and type(value).__module__ == "__main__":
            kind = type(value)
            about["class"] = ["object", self._number(kind), _description(kind)]
        return ["object", self._number(value), about]

    def _number(self, value: Any) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = len(self._objects)
            self._objects.append(value)
            self._numbers[id(value)] = number
        return number

    def class_name(self, kind: type) -> str | None:
        """The name of a class that the instructor's cells have defined here."""
        name = kind.__name__
        if name in self.known and self._space.get(name) is kind:
            return name
        return None

    def class_of(self, name: str) -> type:
        """The inverse."""
        found = self._space[name]
        if not isinstance(found, type):
            raise KeyError(name)
        return found

    def grow(self, tensor: Any, number: int) -> Any:
        """A tensor that a test computed: its gradient is asked for later."""
        self.fed.append(tensor)
        return tensor

    def resolve(self, reference: list[Any], read: Callable[[Any], Any]) -> Any:
        """The object of a reference, or a callback for one of the instructor's functions."""
        match reference:
            case ["object", int(number)]:
                return self._objects[number]
            case ["callback", int(number), str(name), list(methods)]:
                return _callback(number, name, methods, self._call_back, self._space)
            case ["library", str(module), str(name)]:
                return _from_library(module, name)
            case ["exception", str(name), str(text)]:
                kind = getattr(builtins, name, None)
                if isinstance(kind, type) and issubclass(kind, BaseException):
                    return kind(text)
        raise Unfit(f"no object: {reference[:1]}")

    def get(self, number: int) -> Any:
        """The object of a number."""
        return self._objects[number]


class Callback:
    """An instructor's function, as the student's code has it: it can be called."""

    def __init__(self, number: int, name: str, call: Callable[..., Any]) -> None:
        self._number = number
        self.__name__ = self.__qualname__ = name
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(self._number, "", args, kwargs)

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"


def _code(code: types.CodeType) -> dict[str, Any]:
    """What a code object tells of its function."""
    found = {
        name: getattr(code, name)
        for name in dir(code)
        if name.startswith("co_") and not callable(getattr(code, name)) and name != "co_lnotab"
    }
    return found


def _callback(
    number: int,
    name: str,
    methods: list[Any],
    call: Callable[..., Any],
    space: dict[str, Any],
) -> Any:
    """A Callback, with the methods that the instructor's object has."""
    if not methods:
        return Callback(number, name, call)

    def make(method: str) -> Any:
        def special(self: Any, *args: Any, **kwargs: Any) -> Any:
            return call(number, method, args, kwargs)

        special.__name__ = method
        return special

    members: dict[str, Any] = {method: make(method) for method in methods if "__" in method}

    def attribute(self: Any, attribute_name: str) -> Any:
        if attribute_name.startswith("_"):
            raise AttributeError(attribute_name)
        return call(number, "__getattribute__", (attribute_name,), {})

    def change(self: Any, attribute_name: str, value: Any) -> None:
        call(number, "__setattr__", (attribute_name, value), {})

    if "attributes" in methods:
        members["__getattr__"] = attribute
    own = space.get(name)
    if isinstance(own, type):  # the instructor's class, as the student's process has it
        members["__class__"] = property(lambda self: own)
    made = type(name, (Callback,), members)(number, name, call)
    if "attributes" in methods:
        type(made).__setattr__ = change  # type: ignore[assignment]
    return made


def _from_library(module: str, name: str) -> Any:
    import importlib

    found: Any = importlib.import_module(module)
    return functools.reduce(getattr, name.split("."), found) if name else found


def error_of(error: BaseException) -> list[str]:
    """An exception's type and text, with the name of the nearest type that Python has."""
    try:
        text = str(error)
    except Exception:
        text = ""
    known = next(
        (k.__name__ for k in type(error).__mro__ if getattr(builtins, k.__name__, None) is k),
        "Exception",
    )
    return [known, str(type(error).__name__)[:200], text[:10_000]]


def _description(value: Any) -> dict[str, Any]:
    """What a stand-in has to know of an object, without a line of the student's code run."""
    kind = type(value)
    found: dict[str, Any] = {"type": str(kind.__name__), "kind": _kind(value)}
    if not isinstance(value, type):
        lookup = {name for cls in kind.__mro__[:-1] for name in cls.__dict__}
        found["special"] = [name for name in SPECIAL if name in lookup]
    if isinstance(value, type):
        found["bases"] = _bases(value)
        found["special"] = ["__call__"]
        found["own"] = [n for n in SPECIAL if any(n in c.__dict__ for c in value.__mro__[:-1])]
        if issubclass(value, BaseException):
            found["error"] = error_of(value.__new__(value))[0]
    else:
        found["bases"] = _bases(kind)
    name = getattr(value, "__name__", None) if found["kind"] != "instance" else None
    if isinstance(name, str):
        found["name"] = name[:200]
    return found


def _kind(value: Any) -> str:
    if isinstance(value, type):
        return "class"
    if isinstance(value, types.ModuleType):
        return "module"
    functions = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial)
    if isinstance(value, functions) or inspect.ismethoddescriptor(value):
        return "function"
    iterators = (types.GeneratorType, zip, map, filter, enumerate, reversed)
    if isinstance(value, iterators) or _is_own_iterator(type(value)):
        return "iterator"
    return "instance"


def _is_own_iterator(kind: type) -> bool:
    """Whether a class is an iterator of Python's own: a dict's keys, a list's iterator…"""
    return kind.__module__ in ("builtins", "itertools", "collections") and hasattr(kind, "__iter__")


def _bases(kind: type) -> list[list[str]]:
    """The classes it comes from, the nearest first, with where each was defined."""
    return [[str(cls.__module__), str(cls.__qualname__)] for cls in kind.__mro__[:-1]][:30]


def special(value: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the operator of this name makes of the object."""
    if name not in SPECIAL:
        raise AttributeError(name)
    if name == "__call__":
        return value(*args, **kwargs)
    if name in _CALLS:
        return _CALLS[name](value, *args, **kwargs)
    return getattr(type(value), name)(value, *args, **kwargs)
