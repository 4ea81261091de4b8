"""Versions: that of tensorlab, and None for what it has not. Follows `torch.version`."""

__version__ = "0.1.0"
cuda = None
hip = None
xpu = None
git_version = "Unknown"
debug = False
