"""Intel's graphics cards: not here. Follows `torch.xpu`."""


def is_available() -> bool:
    """False. Follows `torch.xpu.is_available`."""
    return False


def device_count() -> int:
    """0. Follows `torch.xpu.device_count`."""
    return 0
