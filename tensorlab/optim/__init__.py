"""Optimizers: they change a model's parameters by their gradients. Follows `torch.optim`."""

from tensorlab.optim import lr_scheduler
from tensorlab.optim.adagrad import Adadelta, Adagrad
from tensorlab.optim.adam import Adam, AdamW
from tensorlab.optim.adam_variants import Adamax, NAdam, RAdam
from tensorlab.optim.lbfgs import LBFGS
from tensorlab.optim.optimizer import Optimizer
from tensorlab.optim.rmsprop import RMSprop
from tensorlab.optim.rprop import ASGD, Rprop
from tensorlab.optim.sgd import SGD

__all__ = [
    "ASGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "LBFGS",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SGD",
    "lr_scheduler",
]
