"""Adaptive softmax: frequent classes at once, rare ones by clusters, each with less detail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.core import record
from tensorlab.nn import functional as F
from tensorlab.nn.modules.container import ModuleList, Sequential
from tensorlab.nn.modules.linear import Linear
from tensorlab.nn.modules.module import Module
from tensorlab.ops import creation

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class _ASMoutput(NamedTuple):
    """What `AdaptiveLogSoftmaxWithLoss` gives."""

    output: Any
    loss: Any


class AdaptiveLogSoftmaxWithLoss(Module):
    """log_softmax over many classes (Grave et al. 2017), and its loss.

    `cutoffs` part the classes, which are ordered by frequency, into clusters.
    Follows `torch.nn.AdaptiveLogSoftmaxWithLoss`.

    >>> layer = nn.AdaptiveLogSoftmaxWithLoss(16, 20, [5, 10])
    >>> layer(torch.ones(3, 16), torch.tensor([0, 6, 15])).output.shape
    torch.Size([3])
    """

    head: Linear
    tail: ModuleList

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        ends = list(cutoffs)
        if not ends:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if (
            ends != sorted(ends) or min(ends) <= 0 or max(ends) > n_classes - 1
            or len(set(ends)) != len(ends) or any(int(c) != c for c in ends)
        ):  # fmt: skip
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing "
                "order, where each value is between 1 and n_classes-1"
            )
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*ends, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias, dtype=dtype)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            width = int(in_features // (div_value ** (i + 1)))
            size = self.cutoffs[i + 1] - self.cutoffs[i]
            self.tail.append(
                Sequential(
                    Linear(in_features, width, bias=False, dtype=dtype),
                    Linear(width, size, bias=False, dtype=dtype),
                )
            )

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        self.head.reset_parameters()
        for cluster in self.tail:
            for layer in cluster.children():
                layer.reset_parameters()

    def forward(self, input_: Tensor, target_: Tensor) -> _ASMoutput:
        """The log-probability of each target, and their negative mean."""
        alone = target_.ndim == 0
        x = input_.unsqueeze(0) if alone else input_
        target = target_.unsqueeze(0) if alone else target_
        if x.shape[0] != target.shape[0]:
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        if ((target < 0) | (target >= self.n_classes)).any():
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range "
                f"[{target.min().item()}, {target.max().item()}] were found. "
            )
        found = self.log_prob(x).gather(1, target.unsqueeze(1)).squeeze(1)
        output = record("AddBackward0", found._data, (found, lambda g: g))
        loss = (-output).mean()
        return _ASMoutput(output.squeeze(0) if alone else output, loss)

    def log_prob(self, input: Tensor) -> Tensor:
        """The log-probabilities of all classes, (N, n_classes)."""
        head = F.log_softmax(self.head(input), dim=1)
        out = creation.empty((head.shape[0], self.n_classes), dtype=input.dtype)
        out[:, : self.shortlist_size] = head[:, : self.shortlist_size]
        for i, (start, end) in enumerate(zip(self.cutoffs, self.cutoffs[1:], strict=False)):
            inside = F.log_softmax(self.tail[i](input), dim=1)
            out[:, start:end] = inside + head[:, self.shortlist_size + i].unsqueeze(1)
        return out

    def predict(self, input: Tensor) -> Tensor:
        """The most likely class of each row."""
        return self.log_prob(input).argmax(1)
