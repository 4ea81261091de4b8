"""Writes saved.pt, a file as PyTorch makes it: run it where torch is installed."""

from collections import OrderedDict
from pathlib import Path

import torch

x = torch.arange(6.0).reshape(2, 3)
torch.save(
    {
        "whole": x,
        "turned": x.t(),
        "row": x[1],
        "state": OrderedDict(weight=torch.ones(2, dtype=torch.float64), steps=torch.tensor(7)),
        "parameter": torch.nn.Parameter(torch.tensor([0.5])),
        "half": torch.tensor([1.5], dtype=torch.float16),
        "mask": torch.tensor([True, False]),
        "empty": torch.empty(0, 3),
        "plain": [1, 2.5, "é", None, (True, b"ab"), {3}, 2**70, 1j],
        "kinds": [torch.float32, torch.Size([2, 3]), torch.device("cpu")],
    },
    Path(__file__).with_name("saved.pt"),
)
