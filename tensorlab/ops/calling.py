"""Calls that do not fit: told in torch's words, and numpy's names for arguments understood.

Every public function and method passes through here. A call that fits costs one Python call more;
all else happens only once Python has refused the arguments.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from tensorlab.core import TensorBase, forbid_leaf
from tensorlab.ops import signatures
from tensorlab.ops.operands import kind_of
from tensorlab.ops.swift import shortened

# torch lets these be called with numpy's names.
_NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "x1": "input", "x2": "other"}

# Functions with several signatures: torch says "expected one of", and lists them.
_OVERLOADED = frozenset(
    """all any arange argsort bmm clamp div eq eye floor_divide fmod ge gt le linspace lt max mean
    median min mm ne normal pow prod rand randint randn randperm remainder sort squeeze std sum to
    var view where""".split()  # noqa: SIM905 a list of words reads better
)

# One signature, which torch spells out.
_SPELLED_OUT = {
    "add": "Tensor other, *, Number alpha = 1",
    "sub": "Tensor other, *, Number alpha = 1",
}

# As functions these take sizes in one tuple; as methods, one by one too.
_ONE_TUPLE = ("reshape", "permute", "tile")

_REFUSED = re.compile(r"(\w+\.)*\w+\(\) (missing|got an unexpected|got multiple|takes) ")


def spoken(operation: Callable[..., Any], name: str, method: bool = False) -> Callable[..., Any]:
    """`operation` as torch has it: `torch.add`, or, as a method, `x.add`."""

    @functools.wraps(operation)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return operation(*args, **kwargs)
        except TypeError as error:
            retry = _understood(error, kwargs)
            if retry is None:
                retold = _retold(error, name, args, kwargs, method)
                if retold is None:
                    raise
                raise retold from None
        if "out" in retry:
            return _into(retry.pop("out"), call(*args, **retry))
        return call(*args, **retry)

    call.__name__ = name
    short = shortened(operation, call)
    if short is not None:
        return _short(short, call)
    if signatures.known(name):
        return _checked(operation, call, name, method)
    return call if method or name not in _ONE_TUPLE else _with_one_tuple(call, name)


def _short(short: Callable[..., Any], call: Callable[..., Any]) -> Callable[..., Any]:
    """A function that goes the short way where the operands are all that is given."""
    count = short.__code__.co_argcount

    @functools.wraps(call)
    def chosen(*args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != count:
            return call(*args, **kwargs)
        return short(*args)

    return chosen


def _checked(
    operation: Callable[..., Any], call: Callable[..., Any], name: str, method: bool
) -> Callable[..., Any]:
    """A function that reads its arguments as torch does, before anything else happens."""

    # Calls that fit, by the types of what was given; of those a type alone decides. 2 us less.
    fitting: set[tuple[type, ...]] = set()

    @functools.wraps(call)
    def checked(*args: Any, **kwargs: Any) -> Any:
        kinds = tuple(map(type, args))
        if not kwargs and kinds in fitting:
            return operation(*args)
        words = signatures.refuse(name, args, kwargs, method)
        if words is None:
            if signatures.decided_by_types(name, args) and not kwargs:
                fitting.add(kinds)
            return call(*args, **kwargs)
        note = signatures.shown(name)
        if args and isinstance(args[0], TensorBase) and "must be tuple of Tensors" in words:
            note = f"Put them into a list: torch.{name}([a, b])."
        raise _noted(words, note)

    return checked


def _with_one_tuple(call: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(call)
    def counted(*args: Any, **kwargs: Any) -> Any:
        if len(args) > 2:
            raise _noted(
                f"{name}() takes 2 positional arguments but {len(args)} were given",
                f"Put the sizes into one tuple: torch.{name}(x, {args[1:]}).",
            )
        return call(*args, **kwargs)

    return counted


def _understood(error: TypeError, kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """The keywords under torch's own names, where the refused ones were numpy's, or `out`."""
    words = str(error)
    if not _REFUSED.match(words):
        return None
    renamed = {_NUMPY_NAMES.get(key, key): value for key, value in kwargs.items()}
    if "out" in kwargs and "'out'" in words:
        return renamed
    return renamed if renamed.keys() != kwargs.keys() else None


def _into(out: Any, result: Any) -> Any:
    """Write a result into the tensor, or tensors, that `out=` names."""
    if isinstance(out, (tuple, list)):
        for one, part in zip(out, result, strict=True):
            _into(one, part)
        return out
    forbid_leaf(out)
    if out.shape != result.shape:
        out._data = out._data.dtype.type(0) * result._data  # torch resizes it, too
    return out.copy_(result.detach())


def _retold(
    error: TypeError, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], method: bool
) -> TypeError | None:
    """The error in torch's words; None where they are torch's already."""
    words = str(error)
    if method and words.startswith(f"{name}()"):
        changed = re.sub(
            r"\(position (\d+)\)", lambda m: f"(position {max(int(m[1]) - 1, 1)})", words
        )
        changed = changed.replace("got (Tensor, ", "got (").replace("got (Tensor)", "got ()")
        if changed != words:
            return _with_notes(TypeError(changed), error)
    if words.startswith("argument '") and name in _OVERLOADED:
        return _unfit(name, args[1:] if method else args, kwargs, error)
    if words.startswith("argument '"):
        return _with_notes(TypeError(f"{name}(): {words}"), error)
    given = args[1:] if method else args
    if name in ("any", "all", "pow") and "must be Tensor" in words:
        return _unfit(name, given, kwargs, error)
    if not _REFUSED.match(words):
        return None
    if name in _SPELLED_OUT and "missing" in words:
        signature = _SPELLED_OUT[name]
        if not method:
            signature = f"Tensor input, {signature}, Tensor out = None"
        return _noted(
            f"{name}() received an invalid combination of arguments - got "
            f"({_listed(given, kwargs)}), but expected ({signature})"
        )
    if name in _OVERLOADED:
        return _unfit(name, given, kwargs, error)
    missing = re.search(r"missing \d+ required [\w-]+(?: [\w-]+)* arguments?: (.*)", words)
    if missing:
        names = re.findall(r"'(\w+)'", missing[1])
        if not names:
            return None
        # torch's plural is the wrong way round; so is ours.
        plural = "s" if len(names) == 1 else ""
        quoted = ", ".join(f'"{each}"' for each in names)
        needed = f"{len(names)} required positional argument{plural}"
        return _noted(f"{name}() missing {needed}: {quoted}")
    unexpected = re.search(r"got an unexpected keyword argument '(\w+)'", words)
    if unexpected:
        return _noted(f"{name}() got an unexpected keyword argument '{unexpected[1]}'")
    takes = re.search(r"takes (?:from (\d+) to )?(\d+) positional arguments? but (\d+)", words)
    if takes:
        low, high, count = (int(n) - method if n else -1 for n in takes.groups())
        span = f"from {low} to {high}" if low >= 0 else f"{high}"
        plural = "" if high == 1 and low < 0 else "s"
        verb = "was" if count == 1 else "were"
        return _noted(f"{name}() takes {span} positional argument{plural} but {count} {verb} given")
    return None


def _kind(x: object) -> str:
    return "Tensor" if isinstance(x, TensorBase) else kind_of(x)


def _unfit(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], error: TypeError) -> TypeError:
    """torch's error where the arguments fit none of several signatures."""
    return _with_notes(
        TypeError(
            f"{name}() received an invalid combination of arguments - got "
            f"({_listed(args, kwargs)}), but expected one of:\n * ({_signature(error)})\n"
        ),
        error,
    )


def _listed(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The kinds of the arguments, as torch lists them: `(Tensor, int, dim=int, )`."""
    kinds = [_kind(x) for x in args] + [f"{key}={_kind(value)}" for key, value in kwargs.items()]
    return ", ".join(kinds) + (", " if kwargs else "")


def _signature(error: TypeError) -> str:
    missing = re.findall(r"'(\w+)'", str(error))
    return ", ".join(["Tensor input", *(name for name in missing if name != "input")])


def _noted(words: str, *notes: str) -> TypeError:
    error = TypeError(words)
    for note in notes:
        error.add_note(note)
    return error


def _with_notes(new: TypeError, old: TypeError) -> TypeError:
    for note in getattr(old, "__notes__", ()):
        new.add_note(note)
    return new
