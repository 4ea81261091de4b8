"""What the cases of several widgets share."""

from __future__ import annotations

from typing import Any

import numpy as np

import tensorlab as torch
from tensorlab.widgets.traits import WidgetError

Case = dict[str, Any]


def image(*shape: int, seed: int = 0) -> torch.Tensor:
    """Numbers of float32, some of them equal, so that there are ties."""
    return torch.tensor(np.random.RandomState(seed).randint(-8, 9, shape) / 4, dtype=torch.float32)


def state(widget: Any) -> Case:
    """What the page knows of a widget, but for the cell that is looked at."""
    return {k: v for k, v in widget._state().items() if k != "cell"}


def refused(widget: Any, wrong: Case) -> Case:
    """A change that makes no sense, with the sentence that says so."""
    try:
        widget.change(**wrong)
    except WidgetError as error:
        plain = {
            name: getattr(value, "tolist", lambda v=value: v)() for name, value in wrong.items()
        }
        return {"state": state(widget), "wrong": plain, "problem": str(error)}
    raise AssertionError(f"{wrong} was taken")
