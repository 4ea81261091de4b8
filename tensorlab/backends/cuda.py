"""Graphics cards: not here. Follows `torch.backends.cuda`."""


class matmul:
    """Settings of products on a card, which are kept and change nothing."""

    allow_tf32 = False


def is_built() -> bool:
    """False. Follows `torch.backends.cuda.is_built`."""
    return False
