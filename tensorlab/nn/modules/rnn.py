"""Recurrent layers: RNN, LSTM and GRU over sequences, and the cells that do one step."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from tensorlab.core import view
from tensorlab.errors import noted
from tensorlab.nn import functional as F
from tensorlab.nn import init
from tensorlab.nn.functional import recurrence
from tensorlab.nn.modules.module import Module
from tensorlab.nn.parameter import Parameter
from tensorlab.nn.utils.rnn import PackedSequence, pad_packed_sequence
from tensorlab.ops import creation
from tensorlab.ops.joining import cat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.tensor import Tensor

_GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}


class RNNBase(Module):
    """What the recurrent layers have in common: weights, checks, and the walk over the layers."""

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        _check_arguments(self, dropout)
        self._names: list[list[str]] = []
        directions = 2 if bidirectional else 1
        gates = _GATES[mode] * hidden_size
        for layer in range(num_layers):
            width = hidden_size * directions if layer else input_size
            for suffix in ("", "_reverse")[:directions]:
                shapes: dict[str, tuple[int, ...]] = {
                    "weight_ih": (gates, width),
                    "weight_hh": (gates, hidden_size),
                }
                if bias:
                    shapes |= {"bias_ih": (gates,), "bias_hh": (gates,)}
                names = {f"{name}_l{layer}{suffix}": shape for name, shape in shapes.items()}
                for name, shape in names.items():
                    setattr(self, name, Parameter(creation.empty(shape, dtype=dtype)))
                self._names.append(list(names))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew, evenly from ±1 / √hidden_size."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: it is for graphics cards."""

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._names]

    def _run(self, input: Tensor, hidden: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """The outputs and last states of a batch, (T, N, I) or (N, T, I)."""
        weights = [[*own, None, None] if len(own) == 2 else [*own] for own in self.all_weights]

        def dropped(x: Tensor) -> Tensor:
            return F.dropout(x, self.dropout, self.training and self.dropout > 0)

        x = input.transpose(0, 1) if self.batch_first else input
        directions = 2 if self.bidirectional else 1
        out, final = recurrence.recurrent_layers(self.mode, x, hidden, weights, directions, dropped)
        if not self.batch_first:
            return out, final
        if self.mode == "LSTM":
            return out.transpose(0, 1), final
        # The same, under the name that torch's node has here.
        return view(
            "TransposeBackward1",
            out,
            lambda array: array.swapaxes(0, 1),
            lambda g: g.transpose(0, 1),
        ), final

    def _packed(
        self, input: PackedSequence, hx: Sequence[Tensor] | None
    ) -> tuple[PackedSequence, list[Tensor]]:
        """The same for packed sequences: those of one length together, as a batch."""
        self._check_input(input.data.unsqueeze(0))
        sizes = input.batch_sizes.tolist()
        plain = PackedSequence(input.data, input.batch_sizes)
        padded, lengths = pad_packed_sequence(plain)
        batch = sizes[0]
        width = self.num_layers * (2 if self.bidirectional else 1)
        if hx is None:
            count = 2 if self.mode == "LSTM" else 1
            start = [padded.new_zeros((width, batch, self.hidden_size)) for _ in range(count)]
        elif input.sorted_indices is None:
            start = list(hx)
        else:
            start = [state.index_select(1, input.sorted_indices) for state in hx]
        outputs: list[Tensor] = []
        finals: list[list[Tensor]] = []
        first = 0
        while first < batch:
            length = int(lengths[first])
            last = next((n for n in range(first, batch) if int(lengths[n]) != length), batch)
            part = padded[:length, first:last]
            before, self.batch_first = self.batch_first, False
            try:
                out, final = self._run(part, [state[:, first:last] for state in start])
            finally:
                self.batch_first = before
            rest = out.new_zeros((len(sizes) - length, last - first, out.shape[-1]))
            outputs.append(cat([out, rest]) if len(rest) else out)
            finals.append(final)
            first = last
        whole = cat(outputs, 1)
        data = cat([whole[step, :count] for step, count in enumerate(sizes)])
        states = [cat([final[i] for final in finals], 1) for i in range(len(finals[0]))]
        if input.unsorted_indices is not None:
            states = [state.index_select(1, input.unsorted_indices) for state in states]
        return PackedSequence(data, *input[1:]), states

    def _zeros(self, input: Tensor) -> Tensor:
        return input.new_zeros(self._state_shape(input))

    def _state_shape(self, input: Tensor) -> tuple[int, int, int]:
        batch = input.shape[0] if self.batch_first else input.shape[1]
        layers = self.num_layers * (2 if self.bidirectional else 1)
        return layers, batch, self.hidden_size

    def _check_input(self, input: Tensor) -> None:
        own = getattr(self, self._names[0][0]).dtype
        if input.dtype is not own:
            raise noted(
                ValueError(
                    f"RNN input dtype ({input.dtype}) does not match weight dtype ({own}). "
                    f"Convert input: input.to({own}), or convert model: model.to({input.dtype})"
                ),
            )
        if input.shape[-1] != self.input_size:
            raise noted(
                RuntimeError(
                    "input.size(-1) must be equal to input_size. Expected "
                    f"{self.input_size}, got {input.shape[-1]}"
                ),
                f"The last axis of the input, {list(input.shape)}, holds the features of a step.",
            )

    def _check_state(self, input: Tensor, state: Tensor, name: str) -> None:
        expected = self._state_shape(input)
        if tuple(state.shape) != expected:
            raise noted(
                RuntimeError(f"Expected {name} size {expected}, got {list(state.shape)}"),
                "The axes are (layers times directions, batch, hidden_size), with batch_first too.",
            )

    def extra_repr(self) -> str:
        """The arguments; of those that have a default, the ones that differ."""
        parts = [f"{self.input_size}, {self.hidden_size}"]
        if self.proj_size:
            parts.append(f"proj_size={self.proj_size}")
        if self.num_layers != 1:
            parts.append(f"num_layers={self.num_layers}")
        if self.bias is not True:
            parts.append(f"bias={self.bias}")
        if self.batch_first is not False:
            parts.append(f"batch_first={self.batch_first}")
        if self.dropout:
            parts.append(f"dropout={self.dropout}")
        if self.bidirectional is not False:
            parts.append(f"bidirectional={self.bidirectional}")
        return ", ".join(parts)


def _check_arguments(layer: RNNBase, dropout: Any) -> None:
    if type(dropout) not in (int, float) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element "
            "being zeroed"
        )
    if dropout > 0 and layer.num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout "
            f"expects num_layers greater than 1, but got dropout={dropout} and "
            f"num_layers={layer.num_layers}",
            stacklevel=4,
        )
    for name, kind in (
        ("bias", bool), ("batch_first", bool), ("input_size", int), ("hidden_size", int)
    ):  # fmt: skip
        value = getattr(layer, name)
        if not isinstance(value, kind):
            raise TypeError(
                f"{name} should be of type {kind.__name__}, got: {type(value).__name__}"
            )
        if kind is int and value <= 0:
            raise ValueError(f"{name} must be greater than zero")
    if layer.num_layers <= 0:
        raise ValueError("num_layers must be greater than zero")
    if layer.proj_size:
        raise NotImplementedError(
            "tensorlab's LSTM has no proj_size: put a Linear layer behind it."
        )


class _OneState(RNNBase):
    """A layer whose state is one tensor: RNN and GRU."""

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        """The outputs of all steps, and the last state of every layer."""
        if isinstance(input, PackedSequence):
            packed, states = self._packed(input, None if hx is None else [hx])
            return packed, states[0]
        kind = type(self).__name__
        if input.ndim not in (2, 3):
            what = " tensor" if kind == "RNN" else ""
            raise ValueError(
                f"{kind}: Expected input to be 2D or 3D, got {input.ndim}D{what} instead"
            )
        alone = input.ndim == 2
        axis = 0 if self.batch_first else 1
        if hx is not None and hx.ndim != input.ndim:
            batched = "unbatched 2-D" if alone else "batched 3-D"
            raise RuntimeError(
                f"For {batched} input, hx should also be {input.ndim}-D but got {hx.ndim}-D tensor"
            )
        x = input.unsqueeze(axis) if alone else input
        if hx is None:
            hx = self._zeros(x)
        elif alone:
            hx = hx.unsqueeze(1)
        self._check_input(x)
        self._check_state(x, hx, "hidden")
        out, (last,) = self._run(x, [hx])
        return (out.squeeze(axis), last.squeeze(1)) if alone else (out, last)


class RNN(_OneState):
    """In each step, the state becomes the tanh of input and state, weighted.

    Takes (T, N, input_size), with `batch_first` (N, T, input_size), or one sequence without N, and
    maybe a state (num_layers · directions, N, hidden_size). Gives the topmost layer's outputs, and
    the last state. Follows `torch.nn.RNN`.

    >>> layer = nn.RNN(10, 20, num_layers=2)
    >>> layer
    RNN(10, 20, num_layers=2)
    >>> output, state = layer(torch.ones(5, 3, 10))
    >>> output.shape, state.shape
    (torch.Size([5, 3, 20]), torch.Size([2, 3, 20]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if len(args) > 3:
            nonlinearity = args[3]
            args = args[:3] + args[4:]
        else:
            nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        super().__init__(f"RNN_{nonlinearity.upper()}", *args, **kwargs)
        self.nonlinearity = nonlinearity


class GRU(_OneState):
    """A gated recurrent unit: shapes as in RNN. Follows `torch.nn.GRU`.

    >>> output, state = nn.GRU(10, 20, batch_first=True)(torch.ones(3, 5, 10))
    >>> output.shape, state.shape
    (torch.Size([3, 5, 20]), torch.Size([1, 3, 20]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)


class LSTM(RNNBase):
    """Long short-term memory: shapes as in RNN, and the state is two, (h, c).

    Follows `torch.nn.LSTM`.

    >>> output, (h, c) = nn.LSTM(10, 20, 2)(torch.ones(5, 3, 10))
    >>> output.shape, h.shape, c.shape
    (torch.Size([5, 3, 20]), torch.Size([2, 3, 20]), torch.Size([2, 3, 20]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def forward(
        self, input: Any, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Any, tuple[Tensor, Tensor]]:
        """The outputs of all steps, and the last state and cell of every layer."""
        if isinstance(input, PackedSequence):
            packed, states = self._packed(input, hx)
            return packed, (states[0], states[1])
        if input.ndim not in (2, 3):
            raise ValueError(f"LSTM: Expected input to be 2D or 3D, got {input.ndim}D instead")
        alone = input.ndim == 2
        axis = 0 if self.batch_first else 1
        x = input.unsqueeze(axis) if alone else input
        if hx is None:
            hx = (self._zeros(x), self._zeros(x))
        else:
            if hx[0].ndim != input.ndim or hx[1].ndim != input.ndim:
                batched = "unbatched 2-D" if alone else "batched 3-D"
                raise RuntimeError(
                    f"For {batched} input, hx and cx should also be {input.ndim}-D but got "
                    f"({hx[0].ndim}-D, {hx[1].ndim}-D) tensors"
                )
            if alone:
                hx = (hx[0].unsqueeze(1), hx[1].unsqueeze(1))
        self._check_input(x)
        self._check_state(x, hx[0], "hidden[0]")
        self._check_state(x, hx[1], "hidden[1]")
        out, (h, c) = self._run(x, hx)
        if alone:
            return out.squeeze(axis), (h.squeeze(1), c.squeeze(1))
        return out, (h, c)


# ----- cells ------------------------------------------------------------------------------------


class RNNCellBase(Module):
    """What the cells have in common: the weights of one step."""

    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        gates = num_chunks * hidden_size
        self.weight_ih = Parameter(creation.empty((gates, input_size), dtype=dtype))
        self.weight_hh = Parameter(creation.empty((gates, hidden_size), dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            one = Parameter(creation.empty(gates, dtype=dtype)) if bias else None
            self.register_parameter(name, one)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew, evenly from ±1 / √hidden_size."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _weights(self) -> list[Tensor | None]:
        return [self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh]

    def _start(self, input: Tensor, states: Sequence[Tensor] | None, count: int) -> list[Tensor]:
        """The state before this step, as a batch; zeros where none is given."""
        if states is None:
            x = input if input.ndim == 2 else input.unsqueeze(0)
            return [x.new_zeros((x.shape[0], self.hidden_size)) for _ in range(count)]
        own = list(states) if input.ndim == 2 else [state.unsqueeze(0) for state in states]
        for state in own:
            if input.ndim == 2 and state.shape[0] != input.shape[0]:
                raise RuntimeError(
                    f"Input batch size {input.shape[0]} doesn't match hidden0 batch size "
                    f"{state.shape[0]}"
                )
            if state.shape[-1] != self.hidden_size:
                raise RuntimeError(
                    f"hidden0 has inconsistent hidden_size: got {state.shape[-1]}, expected "
                    f"{self.hidden_size}"
                )
        return own

    def _check(self, input: Tensor, states: Sequence[Tensor] | None, label: str) -> None:
        kind = type(self).__name__
        if input.ndim not in (1, 2):
            raise ValueError(f"{kind}: Expected input to be 1D or 2D, got {input.ndim}D instead")
        for place, state in enumerate(states or ()):
            if state.ndim not in (1, 2):
                name = label.format(place)
                raise ValueError(
                    f"{kind}: Expected {name} to be 1D or 2D, got {state.ndim}D instead"
                )
        if input.shape[-1] != self.input_size:
            raise noted(
                RuntimeError(
                    f"input has inconsistent input_size: got {input.shape[-1]} expected "
                    f"{self.input_size}"
                ),
                f"The cell was made for {self.input_size} numbers a step.",
            )

    def extra_repr(self) -> str:
        """The arguments; of those that have a default, the ones that differ."""
        out = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            out += f", bias={self.bias}"
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            out += f", nonlinearity={self.nonlinearity}"
        return out


class RNNCell(RNNCellBase):
    """One step of an RNN: (N, input_size) and a state (N, hidden_size) give the next state.

    Follows `torch.nn.RNNCell`.

    >>> nn.RNNCell(10, 20)(torch.ones(3, 10)).shape
    torch.Size([3, 20])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The next state."""
        states = None if hx is None else [hx]
        self._check(input, states, "hidden")
        (h,) = self._start(input, states, 1)
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        x = input if input.ndim == 2 else input.unsqueeze(0)
        out = recurrence.rnn_cell(x, h, self._weights(), self.nonlinearity == "relu")
        return out if input.ndim == 2 else out.squeeze(0)


class GRUCell(RNNCellBase):
    """One step of a GRU. Follows `torch.nn.GRUCell`.

    >>> nn.GRUCell(10, 20)(torch.ones(3, 10)).shape
    torch.Size([3, 20])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The next state."""
        states = None if hx is None else [hx]
        self._check(input, states, "hidden")
        (h,) = self._start(input, states, 1)
        x = input if input.ndim == 2 else input.unsqueeze(0)
        out = recurrence.gru_cell(x, h, self._weights())
        return out if input.ndim == 2 else out.squeeze(0)


class LSTMCell(RNNCellBase):
    """One step of an LSTM: the state is two, (h, c). Follows `torch.nn.LSTMCell`.

    >>> h, c = nn.LSTMCell(10, 20)(torch.ones(3, 10))
    >>> h.shape, c.shape
    (torch.Size([3, 20]), torch.Size([3, 20]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """The next state and cell."""
        self._check(input, hx, "hx[{}]")
        h, c = self._start(input, hx, 2)
        x = input if input.ndim == 2 else input.unsqueeze(0)
        h, c = recurrence.lstm_cell(x, h, c, self._weights())
        return (h, c) if input.ndim == 2 else (h.squeeze(0), c.squeeze(0))
