"""Plain data, written as JSON and bytes and read again: the only values that cross the boundary.

A value of a type listed here is written exactly, by what its base type holds, whatever a subclass
says of it. A list, dict, set, array or tensor that crosses is *shared*: it has a number, and a
change that one side makes in place is sent with that side's next message. All else is a reference
to an object that stays where it is.
"""

from __future__ import annotations

import collections
import enum
import itertools
import struct
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from tensorlab_course.grading.crossing import chance, tensors

MOST_VALUES = 2_000_000  # in one message
DEEPEST = 60
_VALUES = {"values", "names"}  # the keys of a message that hold values
_LIVE = 128  # objects that are watched for changes
_LARGEST_WATCHED = 4 << 20

_STDLIB: dict[Any, str] = {
    collections.OrderedDict: "OrderedDict",
    collections.Counter: "Counter",
    collections.deque: "deque",
}
_TYPES: dict[str, type] = {
    t.__name__: t
    for t in (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)
} | {t.__name__: t for t in (range, slice, object, type(None), np.ndarray)}
_TYPE_NAMES = {t: name for name, t in _TYPES.items()}


class Unfit(Exception):
    """A value that can't cross, or a message that holds none; the text says why."""


class Objects(Protocol):
    """What a side does with an object that is no plain data."""

    def refer(self, value: Any, write: Callable[[Any], Any]) -> list[Any]:
        """The reference that stands for the object."""
        ...

    def resolve(self, reference: list[Any], read: Callable[[Any], Any]) -> Any:
        """The object, or a stand-in, that a reference means."""
        ...

    def class_name(self, kind: type) -> str | None:
        """The name of a class that the instructor's cells define on both sides."""
        ...

    def class_of(self, name: str) -> type:
        """The inverse; raises KeyError."""
        ...

    def grow(self, tensor: Any, number: int) -> Any:
        """The tensor as it is shared, where a graph of the other side led to it."""
        ...


class Values:
    """One side's memory of what crossed."""

    def __init__(self, objects: Objects, first: int) -> None:
        self.objects = objects
        self._numbers = itertools.count(first, 2)  # the two sides count odd and even
        self._shared: dict[int, Any] = {}
        self._number_of: dict[int, int] = {}
        self._seen: dict[int, Any] = {}  # each watched object as the other side knows it
        self._records: set[int] = set()  # objects of classes that both sides know

    # ----- writing --------------------------------------------------------------------------------

    def write(self, header: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The message for `header`, whose `values` and `names` are any values, and changes."""
        writer = _Writer(self)
        changed = []
        for number in list(self._seen):
            before = self._seen[number]
            now = self._state(number)
            if now != before:
                self._seen[number] = now
                changed.append([number, writer.content(self._shared[number], 1)])
        message = dict(header)
        for key in sorted(_VALUES & header.keys(), reverse=True):
            message[key] = writer.value(header[key], 1)
        if changed:
            message["changed"] = changed
        for number in writer.fresh:
            self._watch(number)
        return message, bytes(writer.block)

    def _state(self, number: int) -> Any:
        value = self._shared[number]
        return _fingerprint(vars(value) if number in self._records else value, self._number_of)

    def _watch(self, number: int) -> None:
        self._seen.pop(number, None)  # the last one seen comes last
        self._seen[number] = self._state(number)
        while len(self._seen) > _LIVE:
            del self._seen[next(iter(self._seen))]

    def share(self, value: Any, number: int | None = None) -> int:
        """Give a mutable object its number."""
        if number is None:
            number = next(self._numbers)
        self._shared[number] = value
        self._number_of[id(value)] = number
        return number

    def keep_record(self, value: Any) -> None:
        """Remember that this shared object is one of a class that both sides know."""
        self._records.add(self._number_of[id(value)])

    def number_of(self, value: Any) -> int | None:
        """The number under which the other side knows this object."""
        return self._number_of.get(id(value))

    # ----- reading --------------------------------------------------------------------------------

    def read(self, message: Any, block: bytes) -> dict[str, Any]:
        """The header of a message, its values and changes read; raises Unfit for nonsense."""
        if not isinstance(message, dict):
            raise Unfit("no message")
        reader = _Reader(self, block)
        try:
            changes = message.pop("changed", ())
            for number, content in changes:
                reader.change(number, content)
            for key in sorted(_VALUES & message.keys(), reverse=True):
                message[key] = reader.value(message[key], 1)
            for number in itertools.chain(reader.fresh, [number for number, _ in changes]):
                self._watch(number)
        except Unfit:
            raise
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as e:
            raise Unfit(f"a message that means nothing ({type(e).__name__})") from None
        except RecursionError:
            raise Unfit("too deep") from None
        return message

    def shared(self, number: Any) -> Any:
        """The object of a number."""
        return self._shared[number]


def _fingerprint(value: Any, numbers: dict[int, int]) -> Any:
    """Something that differs when the object has changed."""
    kind = type(value)
    if chance.is_generator(value):
        return repr(chance.generator_state(value))
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.str, hash(value.tobytes()) if value.dtype != object else 0)
    if tensors.is_tensor(value):
        grad = tensors.grad_of(value)
        return (
            hash(tensors.array_of(value).tobytes()),
            tuple(value.shape),
            None if grad is None else hash(tensors.array_of(grad).tobytes()),
        )
    if kind is bytearray:
        return bytes(value)
    if isinstance(value, dict):
        items = [(_atom(k, numbers), _atom(v, numbers)) for k, v in value.items()]
        return tuple(items)
    if isinstance(value, (list, collections.deque)):
        return tuple(_atom(item, numbers) for item in value)
    if isinstance(value, set):
        return frozenset(_atom(item, numbers) for item in value)
    return None


def _atom(value: Any, numbers: dict[int, int]) -> Any:
    if type(value) in (int, bool, str, bytes, type(None)):
        return (type(value).__name__, value)
    if type(value) is float:
        return struct.pack("!d", value)
    number = numbers.get(id(value))
    return ("@", id(value) if number is None else number)


class _Writer:
    def __init__(self, memory: Values) -> None:
        self.memory = memory
        self.block = bytearray()
        self.count = 0
        self.fresh: list[int] = []

    def value(self, value: Any, depth: int) -> Any:
        self.count += 1
        if self.count > MOST_VALUES:
            raise Unfit(f"more than {MOST_VALUES} values at once")
        if depth > DEEPEST:
            raise Unfit(f"nested more than {DEEPEST} levels deep")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -(1 << 62) < value < 1 << 62 else ["int", hex(value)]
        if kind is float:
            return ["float", repr(value)] if value != value or abs(value) == float("inf") else value
        number = self.memory.number_of(value)
        if number is not None and self.memory.shared(number) is value:
            return ["@", number]
        return self._composed(value, kind, depth)

    def _composed(self, value: Any, kind: type, depth: int) -> Any:
        deeper = depth + 1
        if kind is tuple:
            return ["tuple", [self.value(item, deeper) for item in value]]
        if kind is frozenset:
            return ["frozenset", [self.value(item, deeper) for item in value]]
        if kind is complex:
            return ["complex", repr(value.real), repr(value.imag)]
        if kind is bytes:
            return ["bytes", *self._bytes(value)]
        if kind is range or kind is slice:
            return [
                kind.__name__,
                *(self.value(x, deeper) for x in (value.start, value.stop, value.step)),
            ]
        if value is Ellipsis or value is NotImplemented:
            return [repr(value)]
        if value in _TYPE_NAMES if isinstance(value, type) else False:
            return ["type", _TYPE_NAMES[value]]
        if kind in (list, dict, set, bytearray) or kind in _STDLIB or kind is np.ndarray:
            return self._new(value, depth)
        if kind is collections.defaultdict:
            return self._new(dict(value), depth)
        if tensors.is_exact(value) or chance.is_generator(value):
            return self._new(value, depth)
        known = self._known(value, kind)
        if known is not None:
            return known if known[0] != "record" else self._new(value, depth)
        if isinstance(value, np.generic):
            array = np.asarray(value)
            if array.dtype.hasobject:
                return self.value(array.item(), deeper)
            return ["scalar", array.dtype.str, *self._bytes(array.tobytes())]
        if isinstance(value, np.dtype) and not value.hasobject and value.names is None:
            return ["dtype", value.str]
        if isinstance(value, type) and issubclass(value, np.generic):
            return ["numpy", value.__name__]
        special = tensors.write_special(value, lambda item: self.value(item, deeper))
        if special is not None and special[0] in ("layer", "optimizer"):
            return ["shared", self.memory.share(value), special]
        if special is not None:
            return special
        return self._inherited(value, kind, deeper)

    def _known(self, value: Any, kind: type) -> list[Any] | None:
        """An object, or a member, of a class that both sides know, or such a class itself."""
        if isinstance(value, type):
            name = self.memory.objects.class_name(value)
            return ["class", name] if name else None
        name = self.memory.objects.class_name(kind)
        if name is None or issubclass(kind, BaseException):
            return None
        if issubclass(kind, enum.Enum):
            return ["member", name, object.__getattribute__(value, "_name_")]
        return ["record", name]

    def _inherited(self, value: Any, kind: type, deeper: int) -> Any:
        """What a subclass of plain data holds, past all that it says of itself."""
        if issubclass(kind, (bool, int)):
            return self.value(int.__int__(value), deeper)
        if issubclass(kind, float):
            return self.value(float.__float__(value), deeper)
        if issubclass(kind, complex):
            return self.value(complex.__complex__(value), deeper)
        if issubclass(kind, str):
            return self.value(str.__str__(value), deeper)
        if issubclass(kind, bytes):
            return self.value(bytes.__getitem__(value, slice(None)), deeper)
        if issubclass(kind, tuple):
            items = [self.value(item, deeper) for item in tuple.__iter__(value)]
            fields = kind.__dict__.get("_fields")
            if type(fields) is tuple and len(fields) == len(items):
                return ["namedtuple", kind.__name__, [str(f) for f in fields], items]
            return ["tuple", items]
        if kind is np.ma.MaskedArray:
            parts = (np.ma.getdata(value), np.ma.getmaskarray(value))
            return ["masked", *(self.value(np.array(part), deeper) for part in parts)]
        if kind is np.matrix:
            return ["matrix", self.value(np.array(np.asarray(value)), deeper)]
        if issubclass(kind, np.ndarray):
            return self.value(np.array(np.ndarray.view(value, np.ndarray)), deeper)
        if issubclass(kind, tensors.classes()):
            return self.value(tensors.plain(value), deeper)
        for base in (dict, list, set) if kind.__module__ != "__main__" else ():
            if issubclass(kind, base):  # a library's: what it holds is all that is asked of it
                return self._new(base(value), deeper)
        return self.memory.objects.refer(value, lambda item: self.value(item, deeper))

    def _new(self, value: Any, depth: int) -> Any:
        number = self.memory.share(value)
        content = self.content(value, depth)
        size = value.nbytes if isinstance(value, np.ndarray) else 0
        if size <= _LARGEST_WATCHED:
            self.fresh.append(number)
        return ["new", number, content]

    def content(self, value: Any, depth: int) -> list[Any]:
        """What a mutable object holds."""
        deeper, kind = depth + 1, type(value)
        if kind is np.ndarray:
            return self._array(value, deeper)
        if tensors.is_tensor(value):
            array = self._array(np.asarray(tensors.array_of(value), order="C"), deeper)
            grad = tensors.grad_of(value)
            grad = None if grad is None else self.value(grad, deeper)
            return ["tensor", *tensors.describe(value), array, grad]
        if kind is bytearray:
            return ["bytearray", *self._bytes(bytes(value))]
        if chance.is_generator(value):
            name, state = chance.generator_state(value)
            return ["generator", name, self.value(state, deeper)]
        known = self.memory.objects.class_name(kind)
        if known is not None:
            self.memory.keep_record(value)
            items = [[key, self.value(v, deeper)] for key, v in list(vars(value).items())]
            return ["record", known, items]
        name = _STDLIB.get(kind, kind.__name__)
        if isinstance(value, dict):
            items = [[self.value(k, deeper), self.value(v, deeper)] for k, v in list(value.items())]
            return [name, items]
        return [name, [self.value(item, deeper) for item in list(value)]]

    def _array(self, array: Any, deeper: int) -> list[Any]:
        if array.dtype.hasobject:
            return ["objects", list(array.shape), [self.value(x, deeper) for x in array.flat]]
        if array.dtype.names is not None:
            parts = [
                [name, self._array(np.ascontiguousarray(array[name]), deeper)]
                for name in array.dtype.names
            ]
            return ["rows", list(array.shape), parts]
        data = np.ascontiguousarray(array).tobytes()
        return ["array", array.dtype.str, list(array.shape), *self._bytes(data)]

    def _bytes(self, data: bytes) -> tuple[int, int]:
        start = len(self.block)
        self.block += data
        return start, len(data)


class _Reader:
    def __init__(self, memory: Values, block: bytes) -> None:
        self.memory = memory
        self.block = block
        self.count = 0
        self.fresh: list[int] = []

    def value(self, node: Any, depth: int) -> Any:
        self.count += 1
        if self.count > MOST_VALUES:
            raise Unfit(f"more than {MOST_VALUES} values at once")
        if depth > DEEPEST:
            raise Unfit(f"nested more than {DEEPEST} levels deep")
        if not isinstance(node, list):
            if node is None or type(node) in (bool, int, float, str):
                return node
            raise Unfit("no value")
        deeper = depth + 1
        match node:
            case ["int", str(digits)]:
                if len(digits) > 1 << 20:
                    raise Unfit("an integer of more than a million digits")
                return int(digits, 16)
            case ["float", str(text)]:
                return float(text)
            case ["complex", str(real), str(imaginary)]:
                return complex(float(real), float(imaginary))
            case ["@", int(number)]:
                return self.memory.shared(number)
            case ["new", int(number), [str(), *_] as content]:
                return self._new(number, content, depth)
            case ["shared", int(number), ["layer" | "optimizer", *_] as layer]:
                made = self.value(layer, deeper)
                self.memory.share(made, self._unused(number))
                return made
            case ["tuple", list(items)]:
                return tuple(self.value(item, deeper) for item in items)
            case ["frozenset", list(items)]:
                return frozenset(self.value(item, deeper) for item in items)
            case ["namedtuple", str(name), list(fields), list(items)]:
                made = _namedtuple(name, fields)
                return made(*(self.value(item, deeper) for item in items))
            case ["bytes", int(start), int(size)]:
                return self._bytes(start, size)
            case ["range", start, stop, step]:
                return range(*(self.value(x, deeper) for x in (start, stop, step)))
            case ["slice", start, stop, step]:
                return slice(*(self.value(x, deeper) for x in (start, stop, step)))
            case ["masked", data, mask]:
                return np.ma.MaskedArray(self.value(data, deeper), self.value(mask, deeper))
            case ["matrix", data]:
                return np.asmatrix(self.value(data, deeper))
            case ["class", str(name)]:
                return self.memory.objects.class_of(name)
            case ["member", str(kind), str(name)]:
                return self.memory.objects.class_of(kind)[name]  # type: ignore[index]
            case ["Ellipsis"]:
                return Ellipsis
            case ["NotImplemented"]:
                return NotImplemented
            case ["type", str(name)]:
                return _TYPES[name]
            case ["scalar", str(dtype), int(start), int(size)]:
                return np.frombuffer(self._bytes(start, size), _dtype(dtype))[0]
            case ["dtype", str(dtype)]:
                return _dtype(dtype)
            case ["numpy", str(name)]:
                kind = getattr(np, name)
                if isinstance(kind, type) and issubclass(kind, np.generic):
                    return kind
                raise Unfit("no numpy type")
        special = tensors.read_special(node, lambda item: self.value(item, deeper))
        if special is not None:
            return special
        return self.memory.objects.resolve(node, lambda item: self.value(item, deeper))

    def _new(self, number: int, content: list[Any], depth: int) -> Any:
        self._unused(number)
        if content[0] in ("array", "rows", "objects", "tensor", "bytearray", "generator"):
            made = self._buffer(content, depth + 1)
            if content[0] == "tensor":
                made = self._grown(made, content, number)
            self.memory.share(made, number)
        elif content[0] == "record":
            kind = self.memory.objects.class_of(content[1])
            if issubclass(kind, (BaseException, enum.Enum)):
                raise Unfit("no record")
            made = object.__new__(kind)
            self.memory.share(made, number)
            self.memory.keep_record(made)
            self._fill_record(made, content, depth + 1)
        else:
            empty: dict[str, Callable[[], Any]] = {
                "list": list,
                "dict": dict,
                "set": set,
                "OrderedDict": collections.OrderedDict,
                "Counter": collections.Counter,
                "deque": collections.deque,
            }
            made = empty[content[0]]()
            self.memory.share(made, number)  # before it is filled: it may hold itself
            self._fill(made, content, depth + 1)
        self.fresh.append(number)
        return made

    def _grown(self, made: Any, content: list[Any], number: int) -> Any:
        leaf = tensors.is_leaf_description(content[1:5])
        return made if leaf else self.memory.objects.grow(made, number)

    def _fill_record(self, target: Any, content: list[Any], depth: int) -> None:
        """Give an object these attributes; none can stand before a method of its class."""
        _, _, items = content
        kind = type(target)
        held = {}
        for key, node in items:
            if not isinstance(key, str) or callable(getattr(kind, key, None)):
                raise Unfit(f"an attribute that is a method of {kind.__name__}")
            held[key] = self.value(node, depth)
        names = vars(target)
        names.clear()
        names.update(held)

    def _unused(self, number: int) -> int:
        if number in self.memory._shared:
            raise Unfit("a number that is taken")
        return number

    def change(self, number: int, content: list[Any]) -> None:
        """Make a shared object what the other side says it is."""
        target = self.memory.shared(number)
        if number in self.memory._records:
            self._fill_record(target, content, 1)
            return
        if isinstance(target, (list, dict, set, collections.deque)):
            self._fill(target, content, 1)
            return
        if chance.is_generator(target):
            chance.set_generator(target, self.value(content[2], 1))
            return
        fresh = self._buffer(content, 1)
        if isinstance(target, bytearray):
            target[:] = fresh
        elif isinstance(target, np.ndarray) and isinstance(fresh, np.ndarray):
            if target.shape != fresh.shape:
                raise Unfit("an array that changed its shape")
            target[...] = fresh
        elif tensors.is_tensor(target) and tensors.is_tensor(fresh):
            tensors.assign(target, fresh)
        else:
            raise Unfit("an object that changed its type")

    def _fill(self, target: Any, content: list[Any], depth: int) -> None:
        _, items = content
        if isinstance(target, dict):
            pairs = [(self.value(k, depth), self.value(v, depth)) for k, v in items]
            target.clear()
            for key, value in pairs:
                target[key] = value
            return
        values = [self.value(item, depth) for item in items]
        target.clear()
        if isinstance(target, set):
            target.update(values)
        else:
            target.extend(values)

    def _buffer(self, content: list[Any], depth: int) -> Any:
        match content:
            case ["bytearray", int(start), int(size)]:
                return bytearray(self._bytes(start, size))
            case ["array", str(dtype), list(shape), int(start), int(size)]:
                data = np.frombuffer(self._bytes(start, size), _dtype(dtype))
                return data.reshape([int(n) for n in shape]).copy()
            case ["generator", str(kind), state]:
                return chance.make_generator(kind, self.value(state, depth))
            case ["rows", list(shape), list(parts)] if len(parts) < 256:
                fields = [(str(name), self._buffer(part, depth)) for name, part in parts]
                kinds = [(name, part.dtype, part.shape[len(shape) :]) for name, part in fields]
                rows = np.empty([int(n) for n in shape], np.dtype(kinds))
                for name, part in fields:
                    rows[name] = part
                return rows
            case ["objects", list(shape), list(items)]:
                array = np.empty(len(items), object)
                for i, item in enumerate(items):
                    array[i] = self.value(item, depth)
                return array.reshape([int(n) for n in shape])
            case ["tensor", *description, [str(), *_] as array, grad]:
                made = tensors.make(description, self._buffer(array, depth))
                if grad is not None:
                    made.grad = self.value(grad, depth)
                return made
        raise Unfit("no array")

    def _bytes(self, start: int, size: int) -> bytes:
        if start < 0 or size < 0 or start + size > len(self.block):
            raise Unfit("bytes that did not come")
        return self.block[start : start + size]


def _dtype(text: str) -> np.dtype[Any]:
    dtype = np.dtype(text[:64])
    if dtype.hasobject or dtype.names is not None or dtype.subdtype is not None:
        raise Unfit("no plain dtype")
    return dtype


def _namedtuple(name: str, fields: list[Any]) -> Any:
    if len(fields) > 100 or not all(isinstance(f, str) and len(f) < 100 for f in fields):
        raise Unfit("no namedtuple")
    made = collections.namedtuple(name, fields)  # type: ignore[misc]
    made.__module__ = "__main__"
    return made
