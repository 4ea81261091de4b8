"""Recurrent layers over a whole sequence: one direction of one layer, forwards and backwards.

What an input adds to the gates does not depend on the step before, so it is one product for all
steps; in the loop there is one product a step, of the state alone. On the way back the weights'
gradients are one product for all steps, too.

A sequence of 35 steps, batch 20, 64 numbers in and out, takes 0.25 (LSTM, GRU) or 0.1
(RNN) of the time that recorded operations take, step by step, with gradients (float32, one core).

x is (T, N, I), a state (N, H). Biases may be None. `keep` holds what the way back reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.kernels.exponential import sigmoid

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Weights = tuple[Array, Array, Array | None, Array | None]  # of the input, of the state; biases


def _inputs(x: Array, weights: Weights) -> Array:
    """What the input adds to the gates, in every step."""
    of_input, _, bias, _ = weights
    out: Array = x.reshape(-1, x.shape[2]) @ of_input.T
    if bias is not None:
        out += bias
    return out.reshape(*x.shape[:2], -1)


def _state(h: Array, weights: Weights) -> Array:
    """What the state adds to the gates."""
    out: Array = h @ weights[1].T
    if weights[3] is not None:
        out += weights[3]
    return out


def _of_weights(
    x: Array, states: Array, of_inputs: Array, of_states: Array, weights: Weights
) -> tuple[Array | None, ...]:
    """The gradients of the input, of the weights and of the biases, from those of the gates."""
    steps, count, gates = of_inputs.shape
    a, b = of_inputs.reshape(-1, gates), of_states.reshape(-1, gates)
    return (
        (a @ weights[0]).reshape(x.shape),
        a.T @ x.reshape(steps * count, -1),
        b.T @ states.reshape(steps * count, -1),
        None if weights[2] is None else a.sum(0, dtype=a.dtype),
        None if weights[3] is None else b.sum(0, dtype=b.dtype),
    )


# ----- the simple one ---------------------------------------------------------------------------


def rnn(x: Array, h: Array, weights: Weights, relu: bool, keep: list[Any]) -> Array:
    """The states (T, N, H): each the tanh, or the ReLU, of input and state before, weighted."""
    gates = _inputs(x, weights)
    states = np.empty((len(x) + 1, *h.shape), x.dtype)
    states[0] = h
    for step in range(len(x)):
        total = gates[step] + _state(states[step], weights)
        states[step + 1] = np.maximum(total, 0) if relu else np.tanh(total)
    keep.append(states)
    return states[1:]


def rnn_gradient(
    g: Array, x: Array, weights: Weights, relu: bool, keep: list[Any]
) -> tuple[Array | None, ...]:
    """The gradients of x, h, the weights and the biases, from that of the states."""
    (states,) = keep
    back = np.empty(g.shape, g.dtype)
    of_state = np.zeros_like(states[0])
    for step in reversed(range(len(x))):
        y = states[step + 1]
        total = g[step] + of_state
        back[step] = np.where(y > 0, total, 0) if relu else total * (1 - y * y)
        of_state = back[step] @ weights[1]
    of_x, *rest = _of_weights(x, states[:-1], back, back, weights)
    return of_x, of_state, *rest


# ----- long short-term memory -------------------------------------------------------------------


def lstm(x: Array, h: Array, c: Array, weights: Weights, keep: list[Any]) -> Array:
    """The states (T, N, H), and behind them the last cell: (T + 1, N, H)."""
    size = h.shape[1]
    gates = _inputs(x, weights)  # in, forget, cell, out: become what the gates let through
    states = np.empty((len(x) + 1, *h.shape), x.dtype)
    cells = np.empty_like(states)
    curves = np.empty((len(x), *h.shape), x.dtype)
    states[0], cells[0] = h, c
    for step in range(len(x)):
        gate = gates[step]
        gate += _state(states[step], weights)
        gate[:, : 2 * size] = sigmoid(gate[:, : 2 * size])
        gate[:, 2 * size : 3 * size] = np.tanh(gate[:, 2 * size : 3 * size])
        gate[:, 3 * size :] = sigmoid(gate[:, 3 * size :])
        enter, forget, new, leave = _split(gate, size)
        cells[step + 1] = forget * cells[step] + enter * new
        curves[step] = np.tanh(cells[step + 1])
        states[step + 1] = leave * curves[step]
    keep += [states, cells, gates, curves]
    return np.concatenate([states[1:], cells[-1:]])


def lstm_gradient(
    g: Array, x: Array, weights: Weights, keep: list[Any]
) -> tuple[Array | None, ...]:
    """The gradients of x, h, c, the weights and the biases, from that of `lstm`'s result."""
    states, cells, gates, curves = keep
    size = states.shape[2]
    back = np.empty_like(gates)
    of_state, of_cell = np.zeros_like(states[0]), g[-1]
    for step in reversed(range(len(x))):
        enter, forget, new, leave = _split(gates[step], size)
        total = g[step] + of_state
        of_cell = of_cell + total * leave * (1 - curves[step] * curves[step])
        one = back[step]
        one[:, :size] = of_cell * new * enter * (1 - enter)
        one[:, size : 2 * size] = of_cell * cells[step] * forget * (1 - forget)
        one[:, 2 * size : 3 * size] = of_cell * enter * (1 - new * new)
        one[:, 3 * size :] = total * curves[step] * leave * (1 - leave)
        of_state = one @ weights[1]
        of_cell = of_cell * forget
    of_x, *rest = _of_weights(x, states[:-1], back, back, weights)
    return of_x, of_state, of_cell, *rest


def _split(gates: Array, size: int) -> list[Array]:
    return [gates[:, i : i + size] for i in range(0, gates.shape[1], size)]


# ----- gated recurrent unit ---------------------------------------------------------------------


def gru(x: Array, h: Array, weights: Weights, keep: list[Any]) -> Array:
    """The states (T, N, H): each between the state before and a new one."""
    size = h.shape[1]
    gates = _inputs(x, weights)  # reset, update, new
    states = np.empty((len(x) + 1, *h.shape), x.dtype)
    asides = np.empty((len(x), *h.shape), x.dtype)  # what the reset gate is multiplied with
    states[0] = h
    for step in range(len(x)):
        gate, state = gates[step], _state(states[step], weights)
        asides[step] = state[:, 2 * size :]
        gate[:, : 2 * size] = sigmoid(gate[:, : 2 * size] + state[:, : 2 * size])
        reset, update, new = _split(gate, size)
        new += reset * asides[step]
        np.tanh(new, out=new)
        states[step + 1] = new + update * (states[step] - new)
    keep += [states, gates, asides]
    return states[1:]


def gru_gradient(g: Array, x: Array, weights: Weights, keep: list[Any]) -> tuple[Array | None, ...]:
    """The gradients of x, h, the weights and the biases, from that of the states."""
    states, gates, asides = keep
    size = states.shape[2]
    of_inputs, of_states = np.empty_like(gates), np.empty_like(gates)
    of_state = np.zeros_like(states[0])
    for step in reversed(range(len(x))):
        reset, update, new = _split(gates[step], size)
        total = g[step] + of_state
        of_new = total * (1 - update) * (1 - new * new)
        one = of_inputs[step]
        one[:, :size] = of_new * asides[step] * reset * (1 - reset)
        one[:, size : 2 * size] = total * (states[step] - new) * update * (1 - update)
        one[:, 2 * size :] = of_new
        of_states[step] = one
        of_states[step, :, 2 * size :] *= reset
        of_state = total * update + of_states[step] @ weights[1]
    of_x, *rest = _of_weights(x, states[:-1], of_inputs, of_states, weights)
    return of_x, of_state, *rest
