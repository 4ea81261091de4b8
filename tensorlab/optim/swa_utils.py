"""Averages of a model's weights over the steps of its training. Follows `torch.optim.swa_utils`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import chain
from typing import Any

from tensorlab.autograd import no_grad
from tensorlab.nn.modules.batchnorm import _BatchNorm
from tensorlab.nn.modules.module import Module
from tensorlab.ops import creation
from tensorlab.optim.lr_scheduler import LRScheduler
from tensorlab.optim.optimizer import Optimizer
from tensorlab.tensor import Tensor

__all__ = [
    "AveragedModel",
    "SWALR",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]

_Average = Callable[[Tensor, Tensor, Any], Tensor]
_Averages = Callable[[list[Tensor], list[Tensor], Any], None]


def get_ema_avg_fn(decay: float = 0.999) -> _Average:
    """For `avg_fn`: a mean that forgets. Follows `torch.optim.swa_utils.get_ema_avg_fn`."""
    _require_share(decay)
    return no_grad()(lambda mean, new, count: decay * mean + (1 - decay) * new)


def get_swa_avg_fn() -> _Average:
    """For `avg_fn`: a plain mean. Follows `torch.optim.swa_utils.get_swa_avg_fn`."""
    return no_grad()(lambda mean, new, count: mean + (new - mean) / (count + 1))


def get_ema_multi_avg_fn(decay: float = 0.999) -> _Averages:
    """For `multi_avg_fn`: means that forget, in place.

    Follows `torch.optim.swa_utils.get_ema_multi_avg_fn`.
    """
    _require_share(decay)
    return _all_moved(lambda count: 1 - decay)


def get_swa_multi_avg_fn() -> _Averages:
    """For `multi_avg_fn`: plain means, in place.

    Follows `torch.optim.swa_utils.get_swa_multi_avg_fn`.
    """
    return _all_moved(lambda count: 1 / (int(count) + 1))


def _require_share(decay: float) -> None:
    if not 0.0 <= decay <= 1.0:
        raise ValueError(
            f"Invalid decay value {decay} provided. Please provide a value in [0,1] range."
        )


def _all_moved(share: Callable[[Any], float]) -> _Averages:
    """Each mean a share of the way towards what is new."""

    @no_grad()
    def update(means: list[Tensor], new: list[Tensor], count: Any) -> None:
        for mean, value in zip(means, new, strict=True):
            if mean.is_floating_point() or mean.is_complex():
                mean.lerp_(value, share(count))
            else:
                mean.copy_(mean + (value - mean) * share(count))

    return update


class AveragedModel(Module):
    """A copy of a model that holds the mean of its weights over training.

    `update_parameters(model)` takes in the weights as they are. `avg_fn(mean, new, count)` or
    `multi_avg_fn` say what the mean is; with `use_buffers`, buffers are averaged, too, and copied
    otherwise. Follows `torch.optim.swa_utils.AveragedModel`.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> averaged = torch.optim.swa_utils.AveragedModel(model)
    >>> for value in (1., 2., 6.):
    ...     _ = nn.init.constant_(model.weight, value)
    ...     averaged.update_parameters(model)
    >>> averaged.module.weight.item(), averaged.n_averaged
    (3.0, tensor(3))
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: _Average | None = None,
        multi_avg_fn: _Averages | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", creation.tensor(0))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the averaged model gives."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the weights of `model` into the mean; the first time, copy them."""
        means = [x.detach() for x in self._averaged(self.module)]
        new = [x.detach() for x in self._averaged(model)]
        if not self.n_averaged:
            for mean, value in zip(means, new, strict=False):
                mean.copy_(value)
        elif self.avg_fn is not None:
            for mean, value in zip(means, new, strict=True):
                mean.copy_(self.avg_fn(mean, value, self.n_averaged))
        elif means:
            (self.multi_avg_fn or get_swa_multi_avg_fn())(means, new, self.n_averaged)
        if not self.use_buffers:
            for mine, theirs in zip(self.module.buffers(), model.buffers(), strict=True):
                mine.detach().copy_(theirs.detach())
        self.n_averaged += 1

    def _averaged(self, model: Module) -> Iterable[Tensor]:
        if self.use_buffers:
            return chain(model.parameters(), model.buffers())
        return model.parameters()


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Count the batch norms' statistics anew, in one pass over the data.

    Each batch is a tensor, or a tuple or list whose first part is what the model takes.
    Follows `torch.optim.swa_utils.update_bn`.
    """
    norms = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    was_training = model.training
    model.train()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    for batch in loader:
        model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """Lead the learning rates to `swa_lr` in `anneal_epochs`, and keep them there.

    `anneal_strategy` is "cos" or "linear". Follows `torch.optim.swa_utils.SWALR`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float] | tuple[float, ...],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        groups = optimizer.param_groups
        rates = swa_lr if isinstance(swa_lr, (list, tuple)) else [swa_lr] * len(groups)
        if len(rates) != len(groups):
            raise ValueError(
                f"swa_lr must have the same length as optimizer.param_groups. swa_lr has "
                f"{len(rates)} values, param_groups has {len(groups)}."
            )
        for group, rate in zip(groups, rates, strict=True):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy = anneal_strategy
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _share(self, epoch: int) -> float:
        """How much of the way is gone."""
        t = max(0.0, min(1.0, epoch / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * t)) / 2 if self._anneal_strategy == "cos" else t

    def get_lr(self) -> list[float]:
        """The rates for `last_epoch`, one a group."""
        self._warn_outside_step()
        epoch = self._step_count - 1
        if self.anneal_epochs == 0:
            epoch = max(1, epoch)
        before, share = self._share(epoch - 1), self._share(epoch)
        rates = []
        for group in self.optimizer.param_groups:
            goal = group["swa_lr"]
            start = goal if before == 1 else (group["lr"] - before * goal) / (1 - before)
            rates.append(goal * share + start * (1 - share))
        return rates
