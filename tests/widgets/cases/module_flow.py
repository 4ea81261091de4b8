"""Models: the layers whose arithmetic the page writes out, and every way in which tensors run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tensorlab as torch
from cases.common import Case, image, refused, state
from tensorlab import nn
from tensorlab.nn import functional as F
from tensorlab.widgets import ModuleFlow
from tensorlab.widgets.module_flow import last_step


class Residual(nn.Module):
    """x goes past a layer that is called twice; operations stand between the calls."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.ReLU(), nn.Identity()))
        self.fc = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.features(x).view(-1, 8)
        return F.relu(self.fc(self.fc(x))) + x


def known(model: nn.Module) -> nn.Module:
    """The model with quarters as parameters, which every processor adds up alike."""
    with torch.no_grad():
        for seed, parameter in enumerate(model.parameters()):
            parameter.copy_(image(*parameter.shape, seed=seed))
    return model


def example() -> ModuleFlow:
    net = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.MaxPool2d(2))
    nn.init.constant_(net[0].weight, 2.0)
    return ModuleFlow(net, torch.tensor([[[[1.0, 2.0], [3.0, 1.0]]]]), step=3)


def cases() -> dict[str, Iterator[Case]]:
    return {"right": right(), "refused": wrong()}


def models() -> Iterator[tuple[nn.Module, Any]]:
    yield nn.Linear(3, 2), image(2, 2, 3)
    yield nn.Linear(3, 2, bias=False), image(3)
    yield nn.ReLU(), image(2, 3)
    yield nn.Conv2d(4, 4, (3, 2), (2, 1), (1, 0), (1, 2), groups=2), image(2, 4, 5, 6)
    yield nn.Conv2d(2, 3, 2, bias=False), image(2, 4, 4)
    yield nn.MaxPool2d(2, stride=1, padding=1), image(2, 2, 3, 3)
    yield nn.MaxPool2d(2, ceil_mode=True), image(1, 1, 5, 5)
    yield Residual(), image(2, 1, 4, 4)
    yield nn.Sequential(nn.Linear(80, 80), nn.ReLU()), image(1, 80)
    yield nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(8, 3), nn.ReLU()), image(1, 1, 4, 4)
    yield nn.Sequential(nn.Embedding(4, 2)), torch.tensor([[0, 3]])


def right() -> Iterator[Case]:
    yield {"state": state(example()), "last": 5}
    for model, x in models():
        widget = ModuleFlow(known(model), x)
        yield {"state": state(widget), "last": last_step(widget.trace)}


def wrong() -> Iterator[Case]:
    widget = example()
    yield refused(widget, {"step": 6})
    yield refused(widget, {"step": -1})
    yield refused(widget, {"opened": "fc"})
