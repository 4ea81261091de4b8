"""Accelerators of any kind: none is here. Follows `torch.accelerator`."""

from __future__ import annotations


def is_available() -> bool:
    """False. Follows `torch.accelerator.is_available`."""
    return False


def current_accelerator(check_available: bool = False) -> None:
    """None. Follows `torch.accelerator.current_accelerator`."""


def device_count() -> int:
    """0. Follows `torch.accelerator.device_count`."""
    return 0
