"""Optimizers: they change a model's parameters by their gradients. Follows `torch.optim`."""

from typing import NoReturn

from tensorlab.absent import absent_in
from tensorlab.optim import lr_scheduler, swa_utils
from tensorlab.optim.adafactor import Adafactor
from tensorlab.optim.adagrad import Adadelta, Adagrad
from tensorlab.optim.adam import Adam, AdamW
from tensorlab.optim.adam_variants import Adamax, NAdam, RAdam
from tensorlab.optim.lbfgs import LBFGS
from tensorlab.optim.optimizer import Optimizer
from tensorlab.optim.rmsprop import RMSprop
from tensorlab.optim.rprop import ASGD, Rprop
from tensorlab.optim.sgd import SGD
from tensorlab.optim.sparse_adam import SparseAdam

__all__ = [
    "ASGD",
    "Adadelta",
    "Adafactor",
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
    "SparseAdam",
    "lr_scheduler",
    "swa_utils",
]


def __getattr__(name: str) -> NoReturn:
    """Raise torch's error for a name that is not here, with a sentence on what to use."""
    raise absent_in("optim", name, __all__)
