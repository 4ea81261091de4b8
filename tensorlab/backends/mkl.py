"""Intel's library for linear algebra: not here. Follows `torch.backends.mkl`."""


def is_available() -> bool:
    """False. Follows `torch.backends.mkl.is_available`."""
    return False
