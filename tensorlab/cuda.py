"""Graphics cards: there are none here, and a script that asks first goes on without them.

Follows `torch.cuda` of a PyTorch without CUDA.
"""

from __future__ import annotations

from typing import Any, NoReturn

from tensorlab import amp as amp
from tensorlab.errors import noted


def is_available() -> bool:
    """False. Follows `torch.cuda.is_available`.

    >>> torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device(type='cpu')
    """
    return False


def is_initialized() -> bool:
    """False. Follows `torch.cuda.is_initialized`."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """False. Follows `torch.cuda.is_bf16_supported`."""
    return False


def device_count() -> int:
    """0. Follows `torch.cuda.device_count`."""
    return 0


def memory_allocated(device: Any = None) -> int:
    """0. Follows `torch.cuda.memory_allocated`."""
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated


def manual_seed(seed: int) -> None:
    """Nothing: there is no card to seed. Follows `torch.cuda.manual_seed`."""


manual_seed_all = manual_seed


def empty_cache() -> None:
    """Nothing. Follows `torch.cuda.empty_cache`."""


def init(*args: Any, **kwargs: Any) -> NoReturn:
    """Raise torch's error for a card that is not there."""
    raise noted(
        AssertionError("Torch not compiled with CUDA enabled"),
        'There is only the CPU: ask first, "cuda" if torch.cuda.is_available() else "cpu".',
    )


current_device = get_device_name = get_device_properties = get_device_capability = init
synchronize = set_device = mem_get_info = init
