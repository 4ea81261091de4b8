"""What PyTorch computes with, of which nothing is here: numpy does it all.

Follows `torch.backends`. What a script sets is kept, and changes nothing.
"""

from tensorlab.backends import cuda, cudnn, mkl, mps, openmp

__all__ = ["cuda", "cudnn", "mkl", "mps", "openmp"]
