"""Says whether two results are alike, and if not, how they differ. Follows `torch.testing`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tensorlab import dtypes
from tensorlab.errors import noted
from tensorlab.ops import creation, logic
from tensorlab.tensor import Tensor

__all__ = ["assert_close"]

# How far apart two numbers of a type may be: relative to the expected one, and at all.
_TOLERANCES = {
    dtypes.float16: (1e-3, 1e-5),
    dtypes.float32: (1.3e-6, 1e-5),
    dtypes.float64: (1e-7, 1e-7),
    dtypes.complex64: (1.3e-6, 1e-5),
    dtypes.complex128: (1e-7, 1e-7),
}
_OF_NUMBERS = {float: (1e-7, 1e-7), complex: (1e-7, 1e-7)}


@dataclass(frozen=True)
class _Rules:
    """What counts as close; a tolerance of None is the one of the types that are compared."""

    rtol: float | None
    atol: float | None
    equal_nan: bool
    check_dtype: bool
    check_stride: bool

    def within(self, *defaults: tuple[float, float]) -> _Rules:
        """These rules with the largest of the `defaults`, where no tolerance was given."""
        if self.rtol is not None:
            return self
        return replace(self, rtol=max(r for r, _ in defaults), atol=max(a for _, a in defaults))


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """Raise AssertionError unless `actual` is `expected`, but for rounding.

    Both are tensors, arrays, numbers, or sequences and mappings of them. Shape and dtype have to
    agree; each number may be `atol + rtol * abs(expected)` away. `msg` is what the error says
    instead, or a function that makes it of what the error would have said. Follows
    `torch.testing.assert_close`.

    >>> torch.testing.assert_close(torch.tensor([0.1]) + 0.2, torch.tensor([0.3]))
    >>> torch.testing.assert_close(torch.tensor([1, 2]), torch.tensor([1, 3]))
    Traceback (most recent call last):
    AssertionError: Tensor-likes are not equal!
    <BLANKLINE>
    Mismatched elements: 1 / 2 (50.0%)
    Greatest absolute difference: 1 at index (1,)
    Greatest relative difference: 0.3333333432674408 at index (1,)
    given:    tensor([1, 2])
    expected: tensor([1, 3])
    """
    if (rtol is None) != (atol is None):
        missing = "rtol" if rtol is None else "atol"
        raise ValueError(
            f"Both 'rtol' and 'atol' must be either specified or omitted, but got no {missing}."
        )
    rules = _Rules(rtol, atol, equal_nan, check_dtype, check_stride)
    for said, note in _differences(actual, expected, rules, ""):
        words = msg(said) if callable(msg) else msg if msg is not None else said
        error = AssertionError(words)
        raise noted(error, note) if note else error


# What is wrong, in torch's words, and a note for whoever reads it: the first of them is raised.
_Found = Iterator[tuple[str, str]]


def _differences(actual: Any, expected: Any, rules: _Rules, item: str) -> _Found:
    """Compare two things of any kind; `item` is the place that they have in what holds them."""
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        yield from _in_mappings(actual, expected, rules, item)
    elif _is_sequence(actual) and _is_sequence(expected):
        yield from _in_sequences(actual, expected, rules, item)
    else:
        where = f"\n\nThe failure occurred for item {item}" if item else ""
        for said, note in _in_leaves(actual, expected, rules):
            yield said + where, note


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _in_mappings(actual: Any, expected: Any, rules: _Rules, item: str) -> _Found:
    if actual.keys() != expected.keys():
        missing = sorted(expected.keys() - actual.keys())
        additional = sorted(actual.keys() - expected.keys())
        said = (
            "The keys of the mappings do not match:\n"
            f"Missing keys in the actual mapping: {missing}\n"
            f"Additional keys in the actual mapping: {additional}"
        )
        yield said, ""
        return
    for key in expected:
        yield from _differences(actual[key], expected[key], rules, f"{item}[{key!r}]")


def _in_sequences(actual: Any, expected: Any, rules: _Rules, item: str) -> _Found:
    if len(actual) != len(expected):
        lengths = f"{len(actual)} != {len(expected)}"
        yield f"The length of the sequences mismatch: {lengths}", ""
        return
    for i, (one, other) in enumerate(zip(actual, expected, strict=True)):
        yield from _differences(one, other, rules, f"{item}[{i}]")


def _in_leaves(actual: Any, expected: Any, rules: _Rules) -> _Found:
    both = (actual, expected)
    if actual is None or expected is None:
        if actual is not expected:
            note = "A function without `return` gives None." if actual is None else ""
            yield f"None mismatch: {actual} is not {expected}", note
    elif all(isinstance(one, bool | np.bool_) for one in both):
        if actual != expected:
            yield f"Booleans mismatch: {actual} is not {expected}", ""
    elif all(isinstance(one, int | float | complex) for one in both):
        yield from _in_numbers(actual, expected, rules)
    elif all(isinstance(one, Tensor) for one in both):
        yield from _in_tensors(actual, expected, rules)
    elif all(isinstance(one, np.ndarray | np.generic) for one in both):
        yield from _in_tensors(creation.tensor(actual), creation.tensor(expected), rules)
    else:
        kinds = f"{type(actual)} and {type(expected)}"
        error = TypeError(f"No comparison pair was able to handle inputs of type {kinds}.")
        raise noted(error, "A tensor is compared with a tensor, and a number with a number.")


def _in_numbers(actual: Any, expected: Any, rules: _Rules) -> _Found:
    if rules.check_dtype and type(actual) is not type(expected):
        yield f"The (d)types do not match: {type(actual)} != {type(expected)}.", ""
        return
    rules = rules.within(*(_OF_NUMBERS.get(type(one), (0.0, 0.0)) for one in (actual, expected)))
    if not _is_close(creation.tensor(actual), creation.tensor(expected), rules).item():
        yield _unlike_numbers(actual, expected, rules), ""


def _in_tensors(actual: Tensor, expected: Tensor, rules: _Rules) -> _Found:
    if actual.shape != expected.shape:
        yield _unlike_attribute("shape", actual.shape, expected.shape), _GOT_FIRST
        return
    if rules.check_stride and actual.stride() != expected.stride():
        yield _unlike_attribute("stride()", actual.stride(), expected.stride()), _GOT_FIRST
        return
    if rules.check_dtype and actual.dtype != expected.dtype:
        yield _unlike_attribute("dtype", actual.dtype, expected.dtype), _GOT_FIRST
        return
    rules = rules.within(*(_TOLERANCES.get(one.dtype, (0.0, 0.0)) for one in (actual, expected)))
    actual, expected = actual.detach(), expected.detach()
    note = _beside(actual, expected)
    if actual.dtype != expected.dtype:
        common = dtypes.promote_types(actual.dtype, expected.dtype)
        actual, expected = actual.to(common), expected.to(common)
    close = _is_close(actual, expected, rules)
    if not close.all().item():
        yield _unlike_tensors(actual, expected, close, rules), note


_GOT_FIRST = "What was given stands first, what was expected second."


def _beside(actual: Tensor, expected: Tensor) -> str:
    """Both tensors, where they are small enough to be read."""
    if not actual.ndim or actual.numel() > 30:
        return ""
    lines = {"given:    ": actual, "expected: ": expected}
    return "\n".join(
        label + str(one).replace("\n", "\n" + " " * len(label)) for label, one in lines.items()
    )


def _is_close(actual: Tensor, expected: Tensor, rules: _Rules) -> Tensor:
    assert rules.rtol is not None
    assert rules.atol is not None
    return logic.isclose(
        actual, expected, rtol=rules.rtol, atol=rules.atol, equal_nan=rules.equal_nan
    )


def _unlike_attribute(name: str, actual: Any, expected: Any) -> str:
    return f"The values for attribute '{name}' do not match: {actual} != {expected}."


def _unlike_numbers(actual: Any, expected: Any, rules: _Rules) -> str:
    distance = abs(actual - expected)
    relative = float("inf") if expected == 0 else distance / abs(expected)
    return (
        f"Scalars are not {_closeness(rules)}!\n\n"
        f"Expected {expected} but got {actual}.\n"
        f"Absolute difference: {distance}{_allowed(rules, rules.atol)}\n"
        f"Relative difference: {relative}{_allowed(rules, rules.rtol)}"
    )


def _unlike_tensors(actual: Tensor, expected: Tensor, close: Tensor, rules: _Rules) -> str:
    if not actual.ndim:
        return _unlike_numbers(actual.item(), expected.item(), rules)
    if not (actual.dtype.is_floating_point or actual.dtype.is_complex):
        actual, expected = actual.long(), expected.long()
    distance = abs(actual - expected)
    distance[close] = 0
    relative = distance / abs(expected)
    relative[close] = 0
    total, wrong = close.numel(), int((~close).sum().item())
    return (
        f"Tensor-likes are not {_closeness(rules)}!\n\n"
        f"Mismatched elements: {wrong} / {total} ({wrong / total:.1%})\n"
        f"Greatest absolute difference: {_greatest(distance)}{_allowed(rules, rules.atol)}\n"
        f"Greatest relative difference: {_greatest(relative)}{_allowed(rules, rules.rtol)}"
    )


def _greatest(differences: Tensor) -> str:
    flat = int(differences.argmax().item())
    place = tuple(int(i) for i in np.unravel_index(flat, tuple(differences.shape)))
    return f"{differences[place].item()} at index {place}"


def _closeness(rules: _Rules) -> str:
    return "close" if rules.rtol or rules.atol else "equal"


def _allowed(rules: _Rules, tolerance: float | None) -> str:
    return f" (up to {tolerance} allowed)" if rules.rtol or rules.atol else ""
