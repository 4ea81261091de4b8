"""Threads in loops: not here. Follows `torch.backends.openmp`."""


def is_available() -> bool:
    """False. Follows `torch.backends.openmp.is_available`."""
    return False
