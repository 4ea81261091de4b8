"""What a training loop needs beside tensors and modules: `data`. Follows `torch.utils`."""

from tensorlab.utils import data

__all__ = ["data"]
