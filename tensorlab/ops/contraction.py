"""einsum: sums of products over named dimensions, as a chain of batched matrix products."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from tensorlab.core import TensorBase
from tensorlab.ops.matmul import bmm
from tensorlab.ops.operands import shapes_do_not_broadcast

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def einsum(equation: Any, *operands: Any) -> Tensor:
    """Sums of products, the dimensions named by letters: `"ij,jk->ik"`. Follows `torch.einsum`.

    A letter that is missing on the right is summed over; `...` stands for what has no name.
    Tensors and lists of numbers may take turns, too: `einsum(x, [0, 1], y, [1, 2], [0, 2])`.

    >>> torch.einsum("ij,j->i", torch.eye(2), torch.tensor([3., 4.]))
    tensor([3., 4.])
    """
    if isinstance(equation, TensorBase):
        equation, operands = _from_lists([equation, *operands])
    if len(operands) == 1 and isinstance(operands[0], (tuple, list)):
        operands = tuple(operands[0])
    if not operands:
        raise ValueError("einsum(): must provide at least one operand")
    terms, output, named = _parsed(equation, operands)
    order = output + "".join(sorted({*"".join(terms)} - {*output}))
    placed = [_in_order(x, term, order) for term, x in zip(terms, operands, strict=True)]
    _require_sizes(placed, named, order)
    return _contracted(placed, len(output), len(order))


# ----- reading the equation -----------------------------------------------------------------------


def _from_lists(given: list[Any]) -> tuple[str, tuple[Any, ...]]:
    """The equation that lists of numbers spell, and the operands."""
    output = [given.pop()] if len(given) % 2 else []
    lists = given[1::2] + output
    words = ["".join(map(_letter, each)) for each in lists]
    arrow = "->" + words.pop() if output else ""
    return ",".join(words) + arrow, tuple(given[::2])


def _letter(number: int | EllipsisType) -> str:
    if number is Ellipsis:
        return "..."
    if not 0 <= number < 52:
        raise ValueError("einsum(): expected subscripts to be within range [0, 52)")
    return chr(ord("A") + number) if number < 26 else chr(ord("a") + number - 26)


def _parsed(equation: str, operands: Sequence[Tensor]) -> tuple[list[str], str, str]:
    """A letter for each dimension of each operand, and of the output. `...` becomes digits."""
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands):
        raise RuntimeError(
            f"einsum(): {'more' if len(terms) < len(operands) else 'fewer'} operands were provided "
            "than specified in the equation"
        )
    for letter in inputs.replace(",", "").replace("...", ""):
        if not letter.isalpha():
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {equation.index(letter)} in the "
                "equation string, subscripts must be in [a-zA-Z]"
            )
    pairs = list(zip(terms, operands, strict=True))
    spread = max((x._data.ndim - len(t) + 3 for t, x in pairs if "..." in t), default=0)
    dots = "".join(chr(ord("0") + i) for i in range(spread))
    spelled = [_spelled_out(term, dots, x, i) for i, (term, x) in enumerate(pairs)]
    letters = "".join(spelled)
    if not arrow:
        once = sorted(x for x in {*letters} - {*dots} if letters.count(x) == 1)
        output = dots + "".join(once)
    output = output.replace("...", dots)
    for letter in output:
        if output.count(letter) > 1:
            raise RuntimeError(
                f"einsum(): output subscript {letter} appears more than once in the output"
            )
        if letter not in letters and letter not in dots:
            raise RuntimeError(
                f"einsum(): output subscript {letter} does not appear in the equation for any "
                "input operand"
            )
    return spelled, output, letters


def _spelled_out(term: str, dots: str, x: Tensor, place: int) -> str:
    """A term of the equation with a letter for each dimension."""
    given, ndim = len(term.replace("...", "")), x._data.ndim
    if "..." in term and given <= ndim:
        return term.replace("...", dots[len(dots) - (ndim - given) :] if ndim > given else "")
    if given == ndim:
        return term
    more = "more" if given > ndim else "fewer"
    raise RuntimeError(
        f"einsum(): the number of subscripts in the equation ({given}) is {more} than the number "
        f"of dimensions ({ndim}) for operand {place}"
        if "..." in term
        else f"einsum(): the number of subscripts in the equation ({given}) does not match the "
        f"number of dimensions ({ndim}) for operand {place} and no ellipsis was given"
    )


def _in_order(x: Tensor, term: str, order: str) -> Tensor:
    """x with its dimensions in the order of the letters, and a size of 1 for those it lacks."""
    for letter in term:
        while term.count(letter) > 1:  # a letter twice: the diagonal
            first, second = term.index(letter), term.rindex(letter)
            x = x.diagonal(0, first, second).movedim(-1, first)
            term = term[:second] + term[second + 1 :]
    for letter in order:
        if letter not in term:
            x, term = x.unsqueeze(-1), term + letter
    return x.permute([term.index(letter) for letter in order])


def _require_sizes(operands: Sequence[Tensor], letters: str, order: str) -> None:
    """Raise torch's error where a letter stands for two sizes."""
    for dim, letter in enumerate(order):
        sizes = [x._data.shape[dim] for x in operands]
        large = {size for size in sizes if size != 1}
        if len(large) < 2:
            continue
        if letter.isdigit():
            a, b = (operands[sizes.index(size)]._data.shape for size in sorted(large)[:2])
            raise shapes_do_not_broadcast(a, b)
        seen = next(size for size in sizes if size != 1)
        place = next(i for i, size in enumerate(sizes) if size not in (1, seen))
        raise RuntimeError(
            f"einsum(): subscript {letter} has size {sizes[place]} for operand {place} which does "
            f"not broadcast with previously seen size {seen}"
        )


# ----- computing ----------------------------------------------------------------------------------


def _contracted(operands: list[Tensor], kept: int, ndim: int) -> Tensor:
    """The product of all operands, summed over the dimensions from `kept` on."""
    summed = range(kept, ndim)
    left = [sum(x._data.shape[d] != 1 for x in operands) for d in range(ndim)]
    out, *others = operands
    for other in others:
        together: list[int] = []
        alone: tuple[list[int], list[int]] = ([], [])
        for d in summed:
            mine, theirs = out._data.shape[d] != 1, other._data.shape[d] != 1
            if mine and theirs:
                left[d] -= 1
                if left[d] == 1:
                    together.append(d)
                    left[d] = 0
            elif left[d] == 1 and (mine or theirs):
                alone[theirs].append(d)
                left[d] = 0
        out = out.sum(alone[0], True, dtype=out.dtype) if alone[0] else out
        other = other.sum(alone[1], True, dtype=other.dtype) if alone[1] else other
        out = _pair(out, other, together)
    if not summed:
        return out
    if len(operands) > 1 and not any(left[d] for d in summed):
        return out.view(out._data.shape[:kept])
    return out.sum(tuple(summed))


def _pair(left: Tensor, right: Tensor, summed: list[int]) -> Tensor:
    """The product of two tensors, summed over some dimensions, which keep a size of 1."""
    if not summed:
        return left * right
    a, b = left._data.shape, right._data.shape
    rest = [d for d in range(len(a)) if d not in summed]
    both = [d for d in rest if a[d] != 1 and b[d] != 1]
    mine = [d for d in rest if a[d] != 1 and b[d] == 1]
    theirs = [d for d in rest if a[d] == 1]
    if mine and theirs and theirs[0] < mine[0]:  # then the product lies in memory in order
        left, right, a, b, mine, theirs = right, left, b, a, theirs, mine

    def size(dims: list[int], shape: tuple[int, ...]) -> int:
        return math.prod(shape[d] for d in dims)

    batch, inner = size(both, a), size(summed, a)
    product = bmm(
        left.permute(both + mine + summed + theirs).reshape(batch, size(mine, a), inner),
        right.permute(both + summed + theirs + mine).reshape(batch, inner, size(theirs, b)),
    )
    shape = [a[d] for d in both + mine] + [1] * len(summed) + [b[d] for d in theirs]
    order = both + mine + summed + theirs
    return product.view(shape).permute([order.index(d) for d in range(len(order))])
