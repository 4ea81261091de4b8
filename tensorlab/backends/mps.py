"""Apple's graphics cards: not here. Follows `torch.backends.mps`."""


def is_available() -> bool:
    """False. Follows `torch.backends.mps.is_available`."""
    return False


def is_built() -> bool:
    """False. Follows `torch.backends.mps.is_built`."""
    return False
