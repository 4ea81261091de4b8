"""Optimizers: they change a model's parameters by their gradients. Follows `torch.optim`."""

from tensorlab.optim.adam import Adam, AdamW
from tensorlab.optim.optimizer import Optimizer
from tensorlab.optim.sgd import SGD

__all__ = ["Adam", "AdamW", "Optimizer", "SGD"]
