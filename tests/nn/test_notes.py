"""The notes under torch's words: they name the cause, and what to try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tensorlab as torch
import tensorlab.nn.functional as F
from tensorlab import nn


class NoSuper(nn.Module):
    def __init__(self) -> None:
        self.conv = nn.Conv2d(1, 1, 1)


class Misspelt(nn.Module):
    def foward(self, x: Any) -> Any:
        return x


class OneUnderscore(nn.Module):
    def _init_(self) -> None:
        self.conv = nn.Conv2d(1, 1, 1)


def _assign(layer: nn.Module, name: str, value: Any) -> None:
    setattr(layer, name, value)


CASES: list[tuple[Callable[[], Any], str]] = [
    (lambda: nn.Conv2d(3, 1, 1)(torch.ones(1, 8, 8, 3)), "x.permute(0, 3, 1, 2)"),
    (lambda: nn.Conv2d(3, 1, 1)(torch.ones(1, 4, 8, 8)), "x[:, :3]"),
    (lambda: nn.Conv2d(3, 1, 1)(torch.ones(1, 1, 8, 8)), "x.expand(-1, 3"),
    (lambda: F.conv2d(torch.ones(1, 3, 2, 2), torch.ones(3, 3, 1, 1), groups=3), "3 in each of 3"),
    (lambda: nn.Conv2d(3, 1, 1)(torch.ones(8, 8)), "x.unsqueeze(0)"),
    (lambda: nn.Conv2d(1, 1, 1)(torch.ones(1, 1, 2, 2).long()), "x.float()"),
    (lambda: nn.Conv2d(1, 1, 2)(torch.ones(1, 1, 1, 1)), "smaller kernel"),
    (lambda: nn.Conv2d(1, 1, 1)(np.ones((1, 1, 2, 2))), "torch.from_numpy(array)"),
    (lambda: nn.Conv2d(3, 4, 1, groups=3), "4 channels cannot be dealt into 3 equal groups"),
    (lambda: nn.MaxPool2d(2, padding=2)(torch.ones(1, 1, 4, 4)), "no largest"),
    (lambda: nn.MaxPool2d(5)(torch.ones(1, 1, 4, 4)), "smaller kernel"),
    (lambda: nn.Linear(8, 1)(torch.ones(1, 2, 2, 2)), "nn.Flatten()"),
    (lambda: nn.Linear(9, 1)(torch.ones(1, 2, 2, 2)), "nn.Linear(8, …)"),
    (lambda: _assign(nn.Conv2d(1, 1, 1), "weight", torch.ones(1)), "nn.Parameter(w)"),
    (lambda: _assign(nn.Conv2d(1, 1, 1), "weight", torch.arange(1)), "nn.Parameter(w.float())"),
    (lambda: nn.Parameter(torch.arange(3)), "w.float()"),
    (lambda: nn.Parameter([1.0]), "nn.Parameter(torch.tensor("),
    (lambda: nn.Sequential([nn.ReLU()]), "with a star"),
    (lambda: nn.Sequential(nn.ReLU), "ReLU(…) makes a layer"),
    (lambda: nn.Sequential(torch.relu), "A function is no layer"),
    (lambda: nn.Sequential(nn.Linear(1, 1)).weight, "net[0].weight"),
    (NoSuper, "super().__init__()"),
    (lambda: Misspelt()(1), "foward"),
    (lambda: OneUnderscore().conv, "_init_"),
    (lambda: nn.init.zeros_(nn.Conv2d(1, 1, 1, bias=False).bias), "bias=False"),
    (lambda: nn.conv2d, "nn.Conv2d"),
    (lambda: nn.Linaer, "Did you mean nn.Linear?"),
    (lambda: nn.Linear(1, 1).wieght, "Did you mean weight?"),
    (lambda: nn.Linear(1, 1).paramters(), "Did you mean parameters?"),
    (lambda: nn.Linear(1, 1).load_state_dict({}), "weight [1, 1], bias [1]"),
    (lambda: F.cross_entropy(torch.ones(1, 3), torch.tensor([3])), "numbered 0 to 2"),
]


@pytest.mark.parametrize(("call", "words"), CASES, ids=[words for _, words in CASES])
def test_the_note_says_what_to_try(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(Exception) as caught:
        call()
    assert words in "\n".join(getattr(caught.value, "__notes__", []))
