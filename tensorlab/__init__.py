"""PyTorch's tensors and modules on numpy alone: `import tensorlab as torch`."""

from __future__ import annotations

from importlib import import_module
from math import e, inf, nan, pi
from typing import TYPE_CHECKING, Any

# The class first: the modules `tensor`, `device` and `dialect` then give way to what they define.
from tensorlab.tensor import Tensor  # isort: skip
from tensorlab import autograd, ops, return_types
from tensorlab.autograd import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    no_grad,
    set_grad_enabled,
)
from tensorlab.autograd.mode import is_inference_mode_enabled
from tensorlab.device import device
from tensorlab.dialect import dialect
from tensorlab.dtypes import (
    bfloat16,
    bool,
    can_cast,
    cdouble,
    cfloat,
    complex64,
    complex128,
    double,
    dtype,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    set_default_dtype,
    short,
    uint8,
)
from tensorlab.limits import finfo, iinfo
from tensorlab.ops import later
from tensorlab.ops.arithmetic import *  # noqa: F403
from tensorlab.ops.asking import *  # noqa: F403
from tensorlab.ops.complexes import *  # noqa: F403
from tensorlab.ops.creation import *  # noqa: F403
from tensorlab.ops.formats import *  # noqa: F403
from tensorlab.ops.gathering import *  # noqa: F403
from tensorlab.ops.indexing import *  # noqa: F403
from tensorlab.ops.joining import *  # noqa: F403
from tensorlab.ops.logic import *  # noqa: F403
from tensorlab.ops.matmul import *  # noqa: F403
from tensorlab.ops.pointwise import *  # noqa: F403
from tensorlab.ops.reduction import *  # noqa: F403
from tensorlab.ops.sampling import *  # noqa: F403
from tensorlab.ops.shaping import *  # noqa: F403
from tensorlab.ops.sorting import *  # noqa: F403
from tensorlab.ops.tensor_types import (
    BFloat16Tensor,
    BoolTensor,
    ByteTensor,
    CharTensor,
    DoubleTensor,
    FloatTensor,
    HalfTensor,
    IntTensor,
    LongTensor,
    ShortTensor,
)
from tensorlab.printing import set_printoptions
from tensorlab.random import Generator, default_generator, initial_seed, manual_seed, seed
from tensorlab.size import Size

if TYPE_CHECKING:
    from tensorlab import (
        accelerator,
        amp,
        backends,
        cuda,
        fft,
        linalg,
        nn,
        optim,
        serialization,
        special,
        utils,
        version,
        xpu,
    )
    from tensorlab.amp import autocast
    from tensorlab.nn.functional import conv1d, conv2d, max_pool2d
    from tensorlab.serialization import load, save
    from tensorlab.settings import (
        are_deterministic_algorithms_enabled,
        compile,
        get_default_device,
        get_float32_matmul_precision,
        get_num_threads,
        get_rng_state,
        is_autocast_enabled,
        set_default_device,
        set_default_tensor_type,
        set_float32_matmul_precision,
        set_flush_denormal,
        set_num_interop_threads,
        set_num_threads,
        set_rng_state,
        use_deterministic_algorithms,
    )

__version__ = "0.1.0"

# Layers are two fifths of the code: they, and what is rare, are imported when first asked for.
_LATER = {
    "fft": "tensorlab.fft",
    "linalg": "tensorlab.linalg",
    "nn": "tensorlab.nn",
    "optim": "tensorlab.optim",
    "utils": "tensorlab.utils",
    "special": "tensorlab.special",
    "testing": "tensorlab.testing",
    "serialization": "tensorlab.serialization",
    "load": "tensorlab.serialization",
    "save": "tensorlab.serialization",
    "accelerator": "tensorlab.accelerator",
    "amp": "tensorlab.amp",
    "autocast": "tensorlab.amp",
    "backends": "tensorlab.backends",
    "cuda": "tensorlab.cuda",
    "mps": "tensorlab.backends.mps",
    "typename": "tensorlab.nn.naming",
    "version": "tensorlab.version",
    "xpu": "tensorlab.xpu",
    **dict.fromkeys(
        (
            "are_deterministic_algorithms_enabled",
            "compile",
            "get_default_device",
            "get_float32_matmul_precision",
            "get_num_threads",
            "get_rng_state",
            "is_autocast_enabled",
            "set_default_device",
            "set_default_tensor_type",
            "set_float32_matmul_precision",
            "set_flush_denormal",
            "set_num_interop_threads",
            "set_num_threads",
            "set_rng_state",
            "use_deterministic_algorithms",
        ),
        "tensorlab.settings",
    ),
    **dict.fromkeys(
        """adaptive_avg_pool1d adaptive_max_pool1d alpha_dropout avg_pool1d bilinear
        binary_cross_entropy_with_logits celu celu_ channel_shuffle conv1d conv2d conv3d
        conv_transpose1d conv_transpose2d conv_transpose3d cosine_embedding_loss cosine_similarity
        dropout grid_sample group_norm hardshrink hinge_embedding_loss kl_div layer_norm
        margin_ranking_loss max_pool1d max_pool2d max_pool3d pairwise_distance pixel_shuffle
        pixel_unshuffle poisson_nll_loss prelu rms_norm rrelu rrelu_ selu selu_ threshold
        threshold_ triplet_margin_loss""".split(),  # noqa: SIM905 a list of words reads better
        "tensorlab.nn.functional",
    ),
}


def __getattr__(name: str) -> Any:
    if name in later.FUNCTIONS:
        globals()[name] = later.load(name)
        return globals()[name]
    if name in later.IN_PLACE:
        return getattr(Tensor, name)
    if name not in _LATER:
        raise import_module("tensorlab.absent").absent(name, __dir__())
    module = import_module(_LATER[name])
    is_module = _LATER[name].endswith(f".{name}")
    globals()[name] = module if is_module else getattr(module, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER, *later.FUNCTIONS, *later.IN_PLACE})


# Every operation tells in torch's words what is wrong with a call (see ops/calling.py).
ops.speak_in(globals())
