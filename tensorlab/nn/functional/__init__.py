"""The functions behind the layers, with the weights as arguments. Follows `torch.nn.functional`.

Imported as `F` by custom: `import tensorlab.nn.functional as F`.
"""

from typing import NoReturn

from tensorlab.absent import absent_in
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
from tensorlab.nn.functional.affine import bilinear, linear
from tensorlab.nn.functional.alignment import ctc_loss
from tensorlab.nn.functional.attention import scaled_dot_product_attention
from tensorlab.nn.functional.bags import embedding_bag
from tensorlab.nn.functional.class_losses import cross_entropy, nll_loss
from tensorlab.nn.functional.convolution import conv1d, conv2d
from tensorlab.nn.functional.distances import cosine_similarity, pairwise_distance, pdist
from tensorlab.nn.functional.dropping import (
    alpha_dropout,
    dropout,
    dropout1d,
    dropout2d,
    dropout3d,
    feature_alpha_dropout,
)
from tensorlab.nn.functional.embeddings import embedding, one_hot
from tensorlab.nn.functional.folding import fold, pixel_shuffle, pixel_unshuffle, unfold
from tensorlab.nn.functional.grids import affine_grid, channel_shuffle, grid_sample
from tensorlab.nn.functional.likelihoods import gaussian_nll_loss, kl_div, poisson_nll_loss
from tensorlab.nn.functional.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber_loss,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)
from tensorlab.nn.functional.margin_losses import (
    cosine_embedding_loss,
    hinge_embedding_loss,
    margin_ranking_loss,
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
    soft_margin_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)
from tensorlab.nn.functional.more_pooling import (
    adaptive_avg_pool1d,
    adaptive_max_pool1d,
    adaptive_max_pool2d,
    avg_pool1d,
    lp_pool1d,
    lp_pool2d,
    max_pool1d,
    max_unpool1d,
    max_unpool2d,
)
from tensorlab.nn.functional.normalization import (
    batch_norm,
    group_norm,
    instance_norm,
    layer_norm,
    local_response_norm,
    normalize,
    rms_norm,
)
from tensorlab.nn.functional.padding import pad
from tensorlab.nn.functional.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d
from tensorlab.nn.functional.rectifiers import (
    celu,
    celu_,
    elu,
    elu_,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    hardtanh_,
    leaky_relu_,
    prelu,
    relu6,
    rrelu,
    rrelu_,
    selu,
    selu_,
    softshrink,
    threshold,
    threshold_,
)
from tensorlab.nn.functional.resampling import (
    interpolate,
    upsample,
    upsample_bilinear,
    upsample_nearest,
)
from tensorlab.nn.functional.smooth import (
    glu,
    gumbel_softmax,
    logsigmoid,
    mish,
    silu,
    softmin,
    softplus,
    softsign,
    tanhshrink,
)
from tensorlab.nn.functional.transposed import conv3d, conv_transpose1d, conv_transpose2d
from tensorlab.nn.functional.volumes import (
    adaptive_avg_pool3d,
    adaptive_max_pool3d,
    avg_pool3d,
    conv_transpose3d,
    lp_pool3d,
    max_pool3d,
    max_unpool3d,
)

__all__ = [
    "conv1d", "conv2d", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "linear", "pad",
    "relu", "relu_", "leaky_relu", "leaky_relu_", "gelu", "sigmoid", "tanh", "softmax",
    "log_softmax", "hardtanh", "hardtanh_", "relu6", "threshold", "threshold_", "hardsigmoid",
    "hardswish", "hardshrink", "softshrink", "prelu", "rrelu", "rrelu_", "elu", "elu_", "selu",
    "selu_", "celu", "celu_", "silu", "mish", "softplus", "logsigmoid", "softsign", "tanhshrink",
    "glu", "softmin", "gumbel_softmax", "embedding", "one_hot",
    "batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm", "local_response_norm",
    "normalize", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
    "feature_alpha_dropout",
    "mse_loss", "l1_loss", "cross_entropy", "nll_loss", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "smooth_l1_loss", "huber_loss", "kl_div",
    "poisson_nll_loss", "gaussian_nll_loss", "margin_ranking_loss", "hinge_embedding_loss",
    "cosine_embedding_loss", "triplet_margin_loss", "triplet_margin_with_distance_loss",
    "soft_margin_loss", "multi_margin_loss", "multilabel_margin_loss",
    "multilabel_soft_margin_loss", "cosine_similarity", "pairwise_distance",
    "scaled_dot_product_attention", "bilinear", "conv3d", "conv_transpose1d", "conv_transpose2d",
    "unfold", "fold", "pixel_shuffle", "pixel_unshuffle", "interpolate", "upsample",
    "max_pool1d", "avg_pool1d", "adaptive_avg_pool1d", "adaptive_max_pool1d",
    "adaptive_max_pool2d", "lp_pool1d", "lp_pool2d", "max_unpool1d", "max_unpool2d",
    "max_pool3d", "avg_pool3d", "adaptive_avg_pool3d", "adaptive_max_pool3d", "lp_pool3d",
    "max_unpool3d", "conv_transpose3d", "affine_grid", "grid_sample", "channel_shuffle",
    "ctc_loss", "embedding_bag", "upsample_bilinear", "upsample_nearest", "pdist",
]  # fmt: skip


def __getattr__(name: str) -> NoReturn:
    """Raise torch's error for a name that is not here, with a sentence on what to use."""
    raise absent_in("nn.functional", name, __all__)
