"""Connectionist temporal classification: the loss of a sequence whose alignment is not known.

Follows Graves et al., "Connectionist temporal classification" (2006), sections 4.1 and 4.2, in
logarithms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.core import Array, record, wrap
from tensorlab.ops.operands import quiet

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """−log of the probability of all ways to spell a target, with blanks and repetitions.

    `log_probs` is (T, N, C), or (T, C), of a log_softmax; `targets` (N, S), or all targets in a
    row. Follows `torch.nn.functional.ctc_loss`.

    >>> x = torch.zeros(2, 1, 2).log_softmax(2)
    >>> F.ctc_loss(x, torch.tensor([[1]]), torch.tensor([2]), torch.tensor([1]))
    tensor(0.2877)
    """
    alone = log_probs.ndim == 2
    x = log_probs.unsqueeze(1) if alone else log_probs
    steps = _lengths(input_lengths, x.shape[1])
    spelled = _lengths(target_lengths, x.shape[1])
    _check(x, steps, spelled, blank)
    words = _words(targets._data, spelled, alone)
    losses = np.empty(x.shape[1], x._data.dtype)
    grads = np.zeros_like(x._data)
    for n, (word, length) in enumerate(zip(words, steps, strict=True)):
        wide = x._data[:length, n].astype(np.float64)
        losses[n], grads[:length, n] = _of_one(wide, word, blank)
    if zero_infinity:
        lost = np.isinf(losses)
        losses[lost] = 0
        grads[:, lost] = 0

    def of_input(g: Tensor) -> Tensor:
        return g.reshape(1, -1, 1) * wrap(grads)

    each = record("CtcLossBackward0", losses, (x, of_input))
    if reduction == "none":
        return each.squeeze(0) if alone else each
    if reduction == "sum":
        return each.sum()
    if reduction != "mean":
        raise ValueError(f"{reduction} is not a valid value for reduction")
    sizes = wrap(np.maximum(spelled, 1).astype(x._data.dtype))
    return (each / sizes).mean()


def _lengths(given: Any, batch: int) -> Array:
    data = getattr(given, "_data", given)
    return np.broadcast_to(np.asarray(data, np.int64), (batch,))


def _check(x: Tensor, steps: Array, spelled: Array, blank: int) -> None:
    classes = x.shape[2]
    if not 0 <= blank < classes:
        raise RuntimeError("blank must be in label range")
    for n, length in enumerate(steps):
        if length > x.shape[0]:
            raise RuntimeError(
                f"Expected input_lengths to have value at most {x.shape[0]}, but got value "
                f"{length} (while checking arguments for ctc_loss_allocate_outputs)"
            )
        if length < 0 or spelled[n] < 0:
            raise RuntimeError("ctc_loss: lengths must not be negative")


def _words(targets: Array, spelled: Array, alone: bool) -> list[Array]:
    if targets.ndim == 1 and not alone:
        ends = np.cumsum(spelled, dtype=np.int64)
        starts = ends - spelled
        return [targets[a:b] for a, b in zip(starts, ends, strict=True)]
    rows = targets.reshape(1, -1) if targets.ndim == 1 else targets
    return [row[:length] for row, length in zip(rows, spelled, strict=True)]


def _of_one(x: Array, word: Array, blank: int) -> tuple[float, Array]:
    """The loss of one sequence, and its gradient for log-probabilities of a log_softmax."""
    letters = np.full(2 * len(word) + 1, blank, np.int64)  # blank, first, blank, second, …
    letters[1::2] = word
    # A letter may follow the one before the blank, unless it is the same letter.
    skips = np.zeros(len(letters), np.bool_)
    skips[3::2] = word[1:] != word[:-1]
    with quiet(all="ignore"):
        forward = _walk(x[:, letters], skips)
        backward_skips = np.zeros(len(letters), np.bool_)
        backward_skips[3::2] = (word[1:] != word[:-1])[::-1]
        backward = _walk(x[::-1][:, letters[::-1]], backward_skips)[::-1, ::-1]
        total = np.logaddexp.reduce(forward[-1, -2:]) if len(x) else (
            0.0 if not len(word) else -np.inf)  # fmt: skip
        both = forward + backward - x[:, letters]
        occupied = np.full(x.shape, -np.inf, np.float64)
        for place, letter in enumerate(letters):
            occupied[:, letter] = np.logaddexp(occupied[:, letter], both[:, place])
        grad = np.exp(x) - np.exp(occupied - total)
    return -float(total), grad


def _walk(x: Array, skips: Array) -> Array:
    """log of the probability of all ways to each letter at each step."""
    ways = np.full(x.shape, -np.inf, np.float64)
    if not len(x):
        return ways
    ways[0, :2] = x[0, :2]
    for t in range(1, len(x)):
        before = ways[t - 1]
        now = before.copy()
        now[1:] = np.logaddexp(now[1:], before[:-1])
        jumps = np.where(skips[2:], before[:-2], -np.inf)
        now[2:] = np.logaddexp(now[2:], jumps)
        ways[t] = now + x[t]
    return ways
