"""Helpers for gradients, parameters and sequences. Follows `torch.nn.utils`."""

from tensorlab.nn.utils import parametrizations, parametrize, rnn
from tensorlab.nn.utils.clip_grad import (
    clip_grad_norm_,
    clip_grad_value_,
    clip_grads_with_norm_,
    get_total_norm,
)
from tensorlab.nn.utils.convert_parameters import parameters_to_vector, vector_to_parameters
from tensorlab.nn.utils.fusing import fuse_conv_bn_eval, fuse_conv_bn_weights
from tensorlab.nn.utils.reparametrization import (
    remove_spectral_norm,
    remove_weight_norm,
    spectral_norm,
    weight_norm,
)

clip_grad_norm = clip_grad_norm_

__all__ = [
    "clip_grad_norm",
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "fuse_conv_bn_eval",
    "fuse_conv_bn_weights",
    "get_total_norm",
    "parameters_to_vector",
    "parametrizations",
    "parametrize",
    "remove_spectral_norm",
    "remove_weight_norm",
    "rnn",
    "spectral_norm",
    "vector_to_parameters",
    "weight_norm",
]
