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
from tensorlab.ops.arithmetic import *  # noqa: F403
from tensorlab.ops.asking import *  # noqa: F403
from tensorlab.ops.creation import *  # noqa: F403
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
from tensorlab.random import Generator, initial_seed, manual_seed, seed
from tensorlab.size import Size

if TYPE_CHECKING:
    from tensorlab import nn, optim, serialization, utils
    from tensorlab.nn.functional import conv1d, conv2d, max_pool2d
    from tensorlab.serialization import load, save

__version__ = "0.1.0"

# Layers are two fifths of the code: they are imported when they are first asked for.
_LATER = {
    "nn": "tensorlab.nn",
    "optim": "tensorlab.optim",
    "utils": "tensorlab.utils",
    "serialization": "tensorlab.serialization",
    "load": "tensorlab.serialization",
    "save": "tensorlab.serialization",
    "conv1d": "tensorlab.nn.functional",
    "conv2d": "tensorlab.nn.functional",
    "max_pool2d": "tensorlab.nn.functional",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'tensorlab' has no attribute '{name}'")
    module = import_module(_LATER[name])
    globals()[name] = module if _LATER[name].endswith(name) else getattr(module, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


# Every operation tells in torch's words what is wrong with a call (see ops/calling.py).
ops.speak_in(globals())
