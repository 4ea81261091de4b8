"""NVIDIA's library for convolutions: not here. Follows `torch.backends.cudnn`."""

enabled = True
benchmark = False
deterministic = False
allow_tf32 = True


def is_available() -> bool:
    """False. Follows `torch.backends.cudnn.is_available`."""
    return False


def version() -> None:
    """None. Follows `torch.backends.cudnn.version`."""
