"""The functions behind the layers, with the weights as arguments. Follows `torch.nn.functional`.

Imported as `F` by custom: `import tensorlab.nn.functional as F`.
"""

from tensorlab.nn.functional.activations import (
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    relu_,
    sigmoid,
    softmax,
    tanh,
)
from tensorlab.nn.functional.affine import linear
from tensorlab.nn.functional.class_losses import cross_entropy, nll_loss
from tensorlab.nn.functional.convolution import conv1d, conv2d
from tensorlab.nn.functional.dropping import dropout
from tensorlab.nn.functional.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    l1_loss,
    mse_loss,
)
from tensorlab.nn.functional.padding import pad
from tensorlab.nn.functional.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d

__all__ = [
    "conv1d", "conv2d", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "linear", "pad",
    "relu", "relu_", "leaky_relu", "gelu", "sigmoid", "tanh", "softmax", "log_softmax", "dropout",
    "mse_loss", "l1_loss", "cross_entropy", "nll_loss", "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
]  # fmt: skip
