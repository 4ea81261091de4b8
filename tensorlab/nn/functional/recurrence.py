"""Recurrent cells, and a layer of them: a state goes from step to step.

The cells say what a step does. A layer is the same cell in every step; a kernel runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.core import Array, record
from tensorlab.kernels import recurrence as kernels
from tensorlab.nn.functional.affine import linear
from tensorlab.nn.functional.fused import fused
from tensorlab.ops.joining import cat, stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.tensor import Tensor

    Weights = Sequence[Tensor | None]  # of the input, of the state, and both biases


# ----- one step ---------------------------------------------------------------------------------


def rnn_cell(x: Tensor, h: Tensor, weights: Weights, relu: bool = False) -> Tensor:
    """The next state: tanh (or ReLU) of input and state, weighted and added."""
    of_x, of_h = _both(x, h, weights)
    total = of_x + of_h
    return total.relu() if relu else total.tanh()


def lstm_cell(x: Tensor, h: Tensor, c: Tensor, weights: Weights) -> tuple[Tensor, Tensor]:
    """The next state and cell: the cell forgets a part and takes in a part of what is new."""
    of_x, of_h = _both(x, h, weights)
    enter, forget, new, leave = (of_x + of_h).chunk(4, 1)
    c = forget.sigmoid() * c + enter.sigmoid() * new.tanh()
    return leave.sigmoid() * c.tanh(), c


def gru_cell(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """The next state: by the update gate, between the state and what is new."""
    of_x, of_h = (both.chunk(3, 1) for both in _both(x, h, weights))
    reset = (of_x[0] + of_h[0]).sigmoid()
    update = (of_x[1] + of_h[1]).sigmoid()
    new = (of_x[2] + reset * of_h[2]).tanh()
    return (h - new) * update + new


def _both(x: Tensor, h: Tensor, weights: Weights) -> tuple[Tensor, Tensor]:
    of_input, of_state, bias_input, bias_state = weights
    assert of_input is not None
    assert of_state is not None
    return linear(x, of_input, bias_input), linear(h, of_state, bias_state)


# ----- one direction of one layer ---------------------------------------------------------------


def recurrent_layer(
    mode: str, x: Tensor, hidden: Sequence[Tensor], weights: Weights, reverse: bool
) -> tuple[Tensor, list[Tensor]]:
    """The outputs (T, N, H) of all steps, and the state after the last: h, of an LSTM h and c.

    `mode` is "LSTM", "GRU", "RNN_TANH" or "RNN_RELU"; `reverse` goes from the end to the start.
    """
    if reverse:
        x = x.flip(0)
    steps, states = x.shape[0], len(hidden)

    def formula(x: Tensor, *rest: Any) -> Tensor:
        now, own = list(rest[:states]), rest[states:]
        outputs = []
        for step in x.unbind(0):
            if mode == "LSTM":
                now = [*lstm_cell(step, now[0], now[1], own)]
            elif mode == "GRU":
                now = [gru_cell(step, now[0], own)]
            else:
                now = [rnn_cell(step, now[0], own, mode == "RNN_RELU")]
            outputs.append(now[0])
        return stack(outputs + now[1:])

    keep: list[Array] = []
    arrays: Any = tuple(None if w is None else w._data for w in weights)
    start = [h._data for h in hidden]
    if mode == "LSTM":
        value = kernels.lstm(x._data, start[0], start[1], arrays, keep)
    elif mode == "GRU":
        value = kernels.gru(x._data, start[0], arrays, keep)
    else:
        value = kernels.rnn(x._data, start[0], arrays, mode == "RNN_RELU", keep)

    def gradients(g: Array) -> Any:
        if mode == "LSTM":
            return kernels.lstm_gradient(g, x._data, arrays, keep)
        if mode == "GRU":
            return kernels.gru_gradient(g, x._data, arrays, keep)
        return kernels.rnn_gradient(g, x._data, arrays, mode == "RNN_RELU", keep)

    whole = fused("RnnBackward0", formula, x, *hidden, *weights, value=value, gradients=gradients)
    outputs = whole[:steps]
    last = [outputs[-1], whole[steps]] if states == 2 else [outputs[-1]]
    if reverse:
        outputs = outputs.flip(0)
    oneDNN = mode == "LSTM" and str(x.dtype) == "torch.float32"  # torch leaves it to a library
    name = "MkldnnRnnLayerBackward0" if oneDNN else "StackBackward0"
    return record(name, outputs._data, (outputs, lambda g: g)), last


def recurrent_layers(
    mode: str,
    x: Tensor,
    hidden: Sequence[Tensor],
    weights: Sequence[Weights],
    directions: int,
    dropped: Any,
) -> tuple[Tensor, list[Tensor]]:
    """Layer upon layer: the outputs of the topmost, and the last states of all, stacked.

    `dropped` is what is done to the outputs between two layers.
    """
    final: list[list[Tensor]] = [[] for _ in hidden]
    for place in range(0, len(weights), directions):
        if place:
            x = dropped(x)
        sides = []
        for direction in range(directions):
            one = place + direction
            start = [state[one] for state in hidden]
            out, last = recurrent_layer(mode, x, start, weights[one], direction == 1)
            sides.append(out)
            for states, state in zip(final, last, strict=True):
                states.append(state)
        x = sides[0] if directions == 1 else cat(sides, 2)
    return x, [stack(states) for states in final]
