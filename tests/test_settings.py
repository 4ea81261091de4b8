"""Words of PyTorch that change nothing here, or are not here: each says so."""

from __future__ import annotations

from typing import Any

import pytest

import tensorlab as torch
from tensorlab import nn


def test_compile_gives_the_same_and_says_so() -> None:
    net = nn.Linear(1, 1)
    with pytest.warns(UserWarning, match="no compiler"):
        assert torch.compile(net) is net
    with pytest.warns(UserWarning, match="no compiler"):

        @torch.compile(mode="max-autotune")
        def double(x: torch.Tensor) -> torch.Tensor:
            return x * 2

    assert double(torch.tensor(2)).item() == 4


def test_autocast_says_that_it_changes_nothing() -> None:
    with pytest.warns(UserWarning, match="no mixed precision"), torch.autocast("cpu"):
        assert (torch.ones(1) + 1).dtype is torch.float32


def test_workers_are_said_to_be_none() -> None:
    with pytest.warns(UserWarning, match="no workers"):
        loader = torch.utils.data.DataLoader(range(3), num_workers=2)
    assert [batch.item() for batch in loader] == [0, 1, 2]


def test_a_card_cannot_be_the_default_device() -> None:
    with pytest.raises(AssertionError, match="not compiled with CUDA"):
        torch.set_default_device("cuda")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stft", "numpy and scipy have it"),
        ("jit", "not compiled"),
        ("linear", "tensorlab has what courses use"),
        ("zeross", "Did you mean torch.zeros?"),
        ("long_", "Did you mean torch.long?"),
        ("tensorr", "Did you mean torch.tensor?"),
        ("floattensor", "torch.FloatTensor"),
    ],
)
def test_a_name_that_is_not_here_is_answered_with_a_sentence(name: str, words: str) -> None:
    with pytest.raises(AttributeError, match=name) as caught:
        getattr(torch, name)
    assert any(words in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("module", "name", "words"),
    [
        (nn, "SyncBatchNorm", "There is one process"),
        (nn, "Lineer", "Did you mean nn.Linear?"),
        (nn, "relu", "Capitals count: nn.ReLU."),
        (nn.functional, "fractional_max_pool2d", "F.adaptive_max_pool2d"),
        (torch.optim, "Muon", "torch.optim.AdamW"),
        (torch.optim, "Adamm", "Did you mean optim.Adam?"),
        (torch.linalg, "ldl_solve", "torch.linalg.solve"),
    ],
)
def test_so_is_one_that_a_module_has_not(module: Any, name: str, words: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(module, name)
    assert any(words in note for note in caught.value.__notes__)
