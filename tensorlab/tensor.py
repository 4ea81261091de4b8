"""The Tensor: numbers of one type in memory, with sizes and strides, and every operation on them.

This class is a table. Each operation is a function in `ops/`, in the file of its section, and is
bound here as the method of the same name: `torch.add(x, y)` and `x.add(y)` are one thing.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from tensorlab import dtypes, printing
from tensorlab.absent import METHODS as ABSENT
from tensorlab.absent import AbsentMethod
from tensorlab.autograd import RemovableHandle
from tensorlab.autograd import backward as _backward
from tensorlab.core import (
    Array,
    Storage,
    TensorBase,
    alias,
    enrol,
    instance,
    readonly,
    storage_of,
)
from tensorlab.device import CPU, device
from tensorlab.errors import no_dimensions, normal_dim, noted
from tensorlab.ops import (
    arithmetic,
    casting,
    complexes,
    creation,
    formats,
    gathering,
    indexing,
    joining,
    logic,
    matmul,
    pointwise,
    reduction,
    sampling,
    shaping,
    sorting,
    tensor_types,
)
from tensorlab.ops.calling import spoken
from tensorlab.ops.later import METHODS, Later
from tensorlab.ops.operands import (
    equality,
    is_number,
    operator,
    own,
    reflected,
    stored,
    tensor_operator,
)

if TYPE_CHECKING:
    from tensorlab.autograd.graph import Node


class _TensorMeta(type):
    """`torch.Tensor(…)` creates as torch's constructor does: float32, from sizes or a list."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Tensor:
            return super().__call__(*args, **kwargs)
        if len(args) == 1 and isinstance(args[0], TensorBase):
            return alias(args[0])
        return tensor_types.new(dtypes.get_default_dtype(), *args)


def _speak(cls: type[Tensor]) -> type[Tensor]:
    """Let every method that is an operation refuse a call in torch's words."""
    for name, value in list(vars(cls).items()):
        is_operation = getattr(value, "__module__", "").startswith("tensorlab.ops")
        if callable(value) and is_operation and not name.startswith("__"):
            setattr(cls, name, spoken(value, name, method=True))
    for name in ABSENT:
        setattr(cls, name, AbsentMethod(name))
    for name in METHODS:
        method = Later(name)
        method.__set_name__(cls, name)
        setattr(cls, name, method)
    return cls


@enrol
@_speak
class Tensor(TensorBase, metaclass=_TensorMeta):
    """Numbers of one type, in one or more dimensions. Follows `torch.Tensor`.

    Called, it makes a float32 tensor of a list, or one of a *size*; `torch.tensor` is what you
    mostly want.

    >>> torch.Tensor([1, 2, 3])
    tensor([1., 2., 3.])
    >>> torch.Tensor(2, 3).shape
    torch.Size([2, 3])
    """

    __slots__ = ()
    __array_priority__ = 1000  # numpy leaves `array * tensor` to the tensor

    # ----- what it is -----------------------------------------------------------------------------

    @property
    def data(self) -> Tensor:
        """The same memory, outside the graph: backward does not see that it is changed."""
        same = alias(self)
        same._storage = Storage(storage_of(self).array)  # which counts its own changes
        return same

    @data.setter
    def data(self, other: Tensor) -> None:
        self._data, self._dtype = other._data, other.dtype
        kept = Storage(storage_of(other).array)
        kept.version = self._version  # backward sees no change here, either
        self._storage = kept

    @readonly
    def ndim(self) -> int:
        """How many dimensions there are."""
        return self._data.ndim

    @readonly
    def device(self) -> device:
        """Where the numbers are: the CPU."""
        return CPU

    @readonly
    def is_leaf(self) -> builtins.bool:
        """Whether the graph ends here: made by you, or needing no gradient."""
        return self.grad_fn is None

    @readonly
    def layout(self) -> creation.layout:
        """How it lies in memory: `torch.strided`."""
        return creation.strided

    @property
    def is_cpu(self) -> builtins.bool:
        """True: there is only the CPU."""
        return True

    @property
    def is_sparse(self) -> builtins.bool:
        """False: all elements are stored."""
        return False

    @readonly
    def itemsize(self) -> int:
        """Bytes an element takes."""
        return self.dtype.itemsize

    @readonly
    def nbytes(self) -> int:
        """Bytes all elements take."""
        return self.numel() * self.dtype.itemsize

    @readonly
    def is_cuda(self) -> builtins.bool:
        """False: there is only the CPU."""
        return False

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the size of one dimension. Follows `torch.Tensor.size`."""
        return self.shape if dim is None else self._data.shape[self._dim(dim)]

    def stride(self, dim: int | None = None) -> Any:
        """How far apart in memory, in elements, neighbours along each dimension lie.

        Follows `torch.Tensor.stride`.

        >>> torch.zeros(3, 2, 2).stride(), torch.zeros(3, 2).t().stride()
        ((4, 2, 1), (1, 2))
        """
        data = self._data
        if data.size:
            strides = tuple(step // data.itemsize for step in data.strides)
        else:
            strides, step = (), 1
            for size in reversed(data.shape):
                strides = (step, *strides)
                step *= builtins.max(size, 1)
        return strides if dim is None else strides[self._dim(dim)]

    def _dim(self, dim: Any) -> int:
        if not self._data.ndim and isinstance(dim, builtins.int):
            normal_dim(dim, 0)
            raise no_dimensions()
        return normal_dim(dim, self._data.ndim)

    def storage_offset(self) -> int:
        """Where in its memory it begins, in elements. Follows `torch.Tensor.storage_offset`.

        >>> torch.arange(10)[3:].storage_offset()
        3
        """
        start = storage_of(self).array.__array_interface__["data"][0]
        return int((self._data.__array_interface__["data"][0] - start) // self._data.itemsize)

    def data_ptr(self) -> int:
        """The address of the first element. Follows `torch.Tensor.data_ptr`."""
        return int(self._data.__array_interface__["data"][0])

    def numel(self) -> int:
        """How many elements there are. Follows `torch.Tensor.numel`."""
        return int(self._data.size)

    def dim(self) -> int:
        """How many dimensions there are. Follows `torch.Tensor.dim`."""
        return self._data.ndim

    nelement = numel
    ndimension = dim

    def element_size(self) -> int:
        """Bytes an element takes. Follows `torch.Tensor.element_size`."""
        return self.dtype.itemsize

    def is_floating_point(self) -> builtins.bool:
        """Whether the type is a floating point one. Follows `torch.is_floating_point`."""
        return self.dtype.is_floating_point

    def is_complex(self) -> builtins.bool:
        """Whether the type is a complex one. Follows `torch.is_complex`."""
        return self.dtype.is_complex

    def is_signed(self) -> builtins.bool:
        """Whether the type has negative numbers. Follows `torch.Tensor.is_signed`."""
        return self.dtype.is_signed

    # ----- out of the tensor ----------------------------------------------------------------------

    def item(self) -> Any:
        """The one number of a tensor of one element, as Python's. Follows `torch.Tensor.item`.

        >>> torch.tensor([2.5]).item()
        2.5
        """
        if self._data.size != 1:
            raise noted(
                RuntimeError(
                    f"a Tensor with {self._data.size} elements cannot be converted to Scalar"
                ),
                "item() is for one number. For all of them: x.tolist().",
            )
        return self._data.item()

    def tolist(self) -> Any:
        """The numbers as nested lists; one without dimensions as a number."""
        return self._data.tolist()

    def numpy(self, *, force: builtins.bool = False) -> Array:
        """The numbers as a numpy array that shares memory. Follows `torch.Tensor.numpy`.

        Raises RuntimeError where the tensor needs a gradient.

        >>> torch.ones(2).numpy()
        array([1., 1.], dtype=float32)
        """
        if self.requires_grad and not force:
            raise noted(
                RuntimeError(
                    "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() "
                    "instead."
                ),
                "numpy keeps no graph: detach() says that you know.",
            )
        if self.dtype is dtypes.bfloat16:
            raise noted(
                TypeError("Got unsupported ScalarType BFloat16"),
                "numpy has no such type: x.float().numpy().",
            )
        storage_of(self)
        return self._data

    def __array__(self, dtype: Any = None, copy: builtins.bool | None = None) -> Array:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __array_wrap__(
        self, array: Array, context: Any = None, return_scalar: builtins.bool = False
    ) -> Tensor:
        """What numpy's own functions make of a tensor, `np.exp(x)`, is a tensor again."""
        return creation.from_numpy(array.astype(np.uint8) if array.dtype == np.bool_ else array)

    def cpu(self) -> Tensor:
        """The tensor itself: it is on the CPU. Follows `torch.Tensor.cpu`."""
        return self

    def cuda(self, *args: Any, **kwargs: Any) -> Tensor:
        """Raises RuntimeError: there is only the CPU here."""
        return casting.to(self, "cuda")

    # ----- the graph ------------------------------------------------------------------------------

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: builtins.bool | None = None,
        create_graph: builtins.bool = False,
        inputs: Any = None,
    ) -> None:
        """Add to each leaf's `.grad` its gradient of this tensor. Follows `torch.Tensor.backward`.

        >>> x = torch.tensor([1., 2.], requires_grad=True)
        >>> (x ** 2).sum().backward()
        >>> x.grad
        tensor([2., 4.])
        """
        _backward(self, gradient, retain_graph, create_graph, inputs)

    def detach(self) -> Tensor:
        """The same memory, outside the graph. Follows `torch.Tensor.detach`."""
        return alias(self)

    def detach_(self) -> Tensor:
        """Take the tensor itself out of the graph. Follows `torch.Tensor.detach_`."""
        if self._base is not None:
            raise noted(
                RuntimeError(
                    "Can't detach views in-place. Use detach() instead. If you are using "
                    "DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is "
                    "set as True, gradients are views of DDP buckets, and hence detach_() cannot "
                    "be called on these gradients. To fix this error, please refer to the "
                    "Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution."
                ),
                "It shares its memory with another tensor: write y = y.detach().",
            )
        self._grad_fn, self._requires_grad = None, False
        return self

    def requires_grad_(self, requires_grad: builtins.bool = True) -> Tensor:
        """Ask for a gradient, or no more. Follows `torch.Tensor.requires_grad_`."""
        if requires_grad and not self.dtype.is_floating_point and not self.dtype.is_complex:
            raise noted(
                RuntimeError("only Tensors of floating point dtype can require gradients"),
                "Convert it first: x.float().",
            )
        if not (requires_grad and self.requires_grad):
            self.requires_grad = requires_grad
        return self

    def retain_grad(self) -> None:
        """Keep the gradient of a result, too, in `.grad`. Follows `torch.Tensor.retain_grad`."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        node = self.grad_fn
        if node is not None:
            node.retained = ref(self)

    @property
    def retains_grad(self) -> builtins.bool:
        """Whether a result keeps its gradient."""
        node = self.grad_fn
        return node is not None and node.retained is not None and node.retained() is self

    def register_hook(self, hook: Any) -> Any:
        """Call `hook(gradient)` in backward; what it gives replaces the gradient.

        Follows `torch.Tensor.register_hook`.
        """
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        node: Node | None = self.grad_fn
        if node is not None:
            node.hooks = hooks = node.hooks or {}
        else:
            self._hooks = hooks = self._hooks or {}
        return RemovableHandle(hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Any) -> Any:
        """Call `hook(tensor)` in backward, once a leaf's `.grad` has its gradient.

        Follows `torch.Tensor.register_post_accumulate_grad_hook`.
        """
        if not self.is_leaf:
            raise RuntimeError(
                "post accumulate grad hooks cannot be registered on non-leaf tensors"
            )
        return RemovableHandle(self.__dict__.setdefault("_after_grad", {}), hook)

    def zero_(self) -> Tensor:
        """Set all numbers to zero. Follows `torch.Tensor.zero_`."""
        zeros = np.zeros(self._data.shape, self._data.dtype)
        return indexing.overwrite("ZeroBackward0", self, zeros, one=True)

    def fill_(self, value: Any) -> Tensor:
        """Set all numbers to one value. Follows `torch.Tensor.fill_`."""
        if not isinstance(value, TensorBase) and not is_number(value):
            raise TypeError(
                "fill_() received an invalid combination of arguments - got "
                f"({builtins.type(value).__name__}), but expected one of:\n"
                " * (Tensor value)\n * (Number value)\n"
            )
        if not isinstance(value, TensorBase):
            filled = np.full(self._data.shape, stored(value, self.dtype), self._data.dtype)
            return indexing.overwrite("FillBackward2", self, filled, one=True)
        if value._data.ndim:
            raise RuntimeError(
                "fill_ only supports 0-dimension value tensor but got tensor with "
                f"{value._data.ndim} dimensions."
            )
        return indexing.written("FillBackward3", self, value)  # type: ignore[arg-type]

    def is_nonzero(self) -> builtins.bool:
        """Whether the one number is not zero. Follows `torch.is_nonzero`."""
        return builtins.bool(self)

    def is_same_size(self, other: Tensor) -> builtins.bool:
        """Whether another tensor has the same shape. Follows `torch.Tensor.is_same_size`."""
        return self.shape == other.shape

    def apply_(self, callable: Any) -> Tensor:
        """Call a Python function for each number, in place. Follows `torch.Tensor.apply_`."""
        if self.requires_grad:
            raise TypeError("Can't call apply_() on Variable that requires grad. Use "
                            "var.detach().apply_() instead.")  # fmt: skip
        for place in np.ndindex(self._data.shape):
            self._data[place] = callable(self._data[place].item())
        return self

    def new_tensor(
        self, data: Any, *, dtype: Any = None, requires_grad: builtins.bool = False
    ) -> Tensor:
        """A new tensor of this one's type. Follows `torch.Tensor.new_tensor`."""
        return creation.tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)

    def new_zeros(self, *size: Any, dtype: Any = None, **kwargs: Any) -> Tensor:
        """Zeros of this tensor's type. Follows `torch.Tensor.new_zeros`."""
        return creation.zeros(*size, dtype=dtype or self.dtype, **kwargs)

    def new_ones(self, *size: Any, dtype: Any = None, **kwargs: Any) -> Tensor:
        """Ones of this tensor's type. Follows `torch.Tensor.new_ones`."""
        return creation.ones(*size, dtype=dtype or self.dtype, **kwargs)

    def new_full(self, size: Any, fill_value: Any, *, dtype: Any = None, **kwargs: Any) -> Tensor:
        """One number, in this tensor's type. Follows `torch.Tensor.new_full`."""
        return creation.full(size, fill_value, dtype=dtype or self.dtype, **kwargs)

    def new_empty(self, *size: Any, dtype: Any = None, **kwargs: Any) -> Tensor:
        """Memory as it was, of this tensor's type. Follows `torch.Tensor.new_empty`."""
        return creation.empty(*size, dtype=dtype or self.dtype, **kwargs)

    # ----- random ---------------------------------------------------------------------------------
    bernoulli = sampling.bernoulli
    multinomial = sampling.multinomial
    bernoulli_ = sampling.bernoulli_
    exponential_ = sampling.exponential_
    normal_ = sampling.normal_
    random_ = sampling.random_
    uniform_ = sampling.uniform_

    # ----- complex numbers ------------------------------------------------------------------------
    real = property(complexes.real)
    imag = property(complexes.imag)
    angle = complexes.angle
    conj = complexes.conj
    conj_physical = complexes.conj_physical
    conj_physical_ = complexes.conj_physical_
    is_conj = complexes.is_conj
    is_neg = complexes.is_neg
    isreal = complexes.isreal
    resolve_conj = complexes.resolve_conj
    resolve_neg = complexes.resolve_neg

    # ----- casting --------------------------------------------------------------------------------
    type = casting.type
    to = casting.to
    type_as = casting.type_as
    float = casting.float
    double = casting.double
    half = casting.half
    bfloat16 = casting.bfloat16
    byte = casting.byte
    char = casting.char
    short = casting.short
    int = casting.int
    long = casting.long
    bool = casting.bool
    cfloat = casting.cfloat
    cdouble = casting.cdouble
    clone = creation.clone

    # ----- indexing -------------------------------------------------------------------------------
    __getitem__ = indexing.getitem
    __setitem__ = indexing.setitem
    copy_ = indexing.copy_
    select = indexing.select
    narrow = indexing.narrow
    index_select = indexing.index_select
    flip = indexing.flip

    # ----- gathering ------------------------------------------------------------------------------
    gather = gathering.gather
    scatter = gathering.scatter
    scatter_ = gathering.scatter_
    scatter_add = gathering.scatter_add
    scatter_add_ = gathering.scatter_add_
    take = gathering.take
    take_along_dim = gathering.take_along_dim
    index_add = gathering.index_add
    index_add_ = gathering.index_add_
    index_copy = gathering.index_copy
    index_copy_ = gathering.index_copy_
    index_fill = gathering.index_fill
    index_fill_ = gathering.index_fill_
    roll = gathering.roll
    bincount = gathering.bincount

    # ----- shaping --------------------------------------------------------------------------------
    view = shaping.view
    view_as = shaping.view_as
    reshape = shaping.reshape
    reshape_as = shaping.reshape_as
    flatten = shaping.flatten
    unflatten = shaping.unflatten
    ravel = shaping.ravel
    squeeze = shaping.squeeze
    unsqueeze = shaping.unsqueeze
    t = shaping.t
    transpose = swapaxes = swapdims = shaping.transpose
    permute = shaping.permute
    movedim = moveaxis = shaping.movedim
    expand = shaping.expand
    expand_as = shaping.expand_as
    broadcast_to = shaping.broadcast_to
    repeat = shaping.repeat
    tile = shaping.tile
    repeat_interleave = shaping.repeat_interleave
    as_strided = shaping.as_strided
    unfold = shaping.unfold
    squeeze_ = shaping.squeeze_
    unsqueeze_ = shaping.unsqueeze_
    t_ = shaping.t_
    transpose_ = shaping.transpose_
    contiguous = formats.contiguous
    is_contiguous = formats.is_contiguous
    T = readonly(shaping.T)
    H = readonly(shaping.H)
    mH = property(shaping.adjoint)
    adjoint = shaping.adjoint
    diagonal = shaping.diagonal
    diag = shaping.diag
    tril = shaping.tril
    triu = shaping.triu
    trace = shaping.trace
    fliplr = shaping.fliplr
    flipud = shaping.flipud
    rot90 = shaping.rot90
    mT = readonly(shaping.mT)

    # ----- arithmetic -----------------------------------------------------------------------------
    add = arithmetic.add
    sub = subtract = arithmetic.sub
    mul = multiply = arithmetic.mul
    div = divide = true_divide = arithmetic.div
    floor_divide = arithmetic.floor_divide
    remainder = arithmetic.remainder
    fmod = arithmetic.fmod
    pow = arithmetic.pow
    neg = negative = arithmetic.neg
    __neg__ = own(arithmetic.neg)
    positive = __pos__ = arithmetic.positive
    addcmul = arithmetic.addcmul
    addcdiv = arithmetic.addcdiv
    float_power = arithmetic.float_power
    dist = arithmetic.dist
    diff = arithmetic.diff
    addcmul_ = arithmetic.addcmul_
    addcdiv_ = arithmetic.addcdiv_
    add_ = arithmetic.add_
    sub_ = subtract_ = arithmetic.sub_
    mul_ = multiply_ = arithmetic.mul_
    div_ = divide_ = true_divide_ = arithmetic.div_
    floor_divide_ = arithmetic.floor_divide_
    remainder_ = arithmetic.remainder_
    fmod_ = arithmetic.fmod_
    pow_ = arithmetic.pow_
    neg_ = negative_ = arithmetic.neg_
    __add__ = operator(arithmetic.add)
    __sub__ = operator(arithmetic.sub)
    __mul__ = operator(arithmetic.mul)
    __truediv__ = operator(arithmetic.div)
    __floordiv__ = operator(arithmetic.floor_divide)
    __mod__ = operator(arithmetic.remainder)
    __pow__ = operator(arithmetic.pow)
    __radd__ = reflected(arithmetic.add)
    __rsub__ = reflected(arithmetic.rsub)
    __rmul__ = reflected(arithmetic.mul)
    __rtruediv__ = reflected(arithmetic.rdiv)
    __rfloordiv__ = reflected(arithmetic.rfloordiv)
    __rmod__ = reflected(arithmetic.rmod)
    __rpow__ = reflected(arithmetic.rpow)
    __iadd__ = operator(arithmetic.add_)
    __isub__ = operator(arithmetic.sub_)
    __imul__ = operator(arithmetic.mul_)
    __itruediv__ = operator(arithmetic.div_)
    __ifloordiv__ = operator(arithmetic.floor_divide_)
    __imod__ = operator(arithmetic.remainder_)
    __ipow__ = operator(arithmetic.pow_)

    # ----- matrix products ------------------------------------------------------------------------
    mm = matmul.mm
    mv = matmul.mv
    dot = matmul.dot
    outer = matmul.outer
    bmm = matmul.bmm
    addmm = matmul.addmm
    addmv = matmul.addmv
    baddbmm = matmul.baddbmm
    inner = matmul.inner
    vdot = matmul.vdot
    ger = matmul.outer
    kron = matmul.kron
    cross = matmul.cross
    __matmul__ = tensor_operator(matmul.matmul)
    matmul = matmul.matmul

    # ----- pointwise ------------------------------------------------------------------------------
    abs = absolute = pointwise.abs
    __abs__ = own(pointwise.abs)
    acos = arccos = pointwise.acos
    acosh = arccosh = pointwise.acosh
    asin = arcsin = pointwise.asin
    asinh = arcsinh = pointwise.asinh
    atan = arctan = pointwise.atan
    atan2 = arctan2 = pointwise.atan2
    atanh = arctanh = pointwise.atanh
    ceil = pointwise.ceil
    clamp = clip = pointwise.clamp
    clamp_max = pointwise.clamp_max
    clamp_min = pointwise.clamp_min
    cos = pointwise.cos
    cosh = pointwise.cosh
    deg2rad = pointwise.deg2rad
    erf = pointwise.erf
    erfc = pointwise.erfc
    exp = pointwise.exp
    exp2 = pointwise.exp2
    expm1 = pointwise.expm1
    floor = pointwise.floor
    fmax = pointwise.fmax
    fmin = pointwise.fmin
    frac = pointwise.frac
    hypot = pointwise.hypot
    isfinite = pointwise.isfinite
    isinf = pointwise.isinf
    isnan = pointwise.isnan
    lerp = pointwise.lerp
    log = pointwise.log
    log10 = pointwise.log10
    log1p = pointwise.log1p
    log2 = pointwise.log2
    log_softmax = pointwise.log_softmax
    logaddexp = pointwise.logaddexp
    logit = pointwise.logit
    maximum = pointwise.maximum
    minimum = pointwise.minimum
    nan_to_num = pointwise.nan_to_num
    rad2deg = pointwise.rad2deg
    reciprocal = pointwise.reciprocal
    relu = pointwise.relu
    round = pointwise.round
    rsqrt = pointwise.rsqrt
    sigmoid = pointwise.sigmoid
    sgn = pointwise.sgn
    sign = pointwise.sign
    sin = pointwise.sin
    sinh = pointwise.sinh
    softmax = pointwise.softmax
    sqrt = pointwise.sqrt
    square = pointwise.square
    tan = pointwise.tan
    tanh = pointwise.tanh
    trunc = fix = pointwise.trunc
    abs_ = absolute_ = pointwise.abs_
    acos_ = arccos_ = pointwise.acos_
    acosh_ = arccosh_ = pointwise.acosh_
    asin_ = arcsin_ = pointwise.asin_
    asinh_ = arcsinh_ = pointwise.asinh_
    atan_ = arctan_ = pointwise.atan_
    atan2_ = arctan2_ = pointwise.atan2_
    atanh_ = arctanh_ = pointwise.atanh_
    ceil_ = pointwise.ceil_
    clamp_ = clip_ = pointwise.clamp_
    clamp_max_ = pointwise.clamp_max_
    clamp_min_ = pointwise.clamp_min_
    cos_ = pointwise.cos_
    cosh_ = pointwise.cosh_
    deg2rad_ = pointwise.deg2rad_
    erf_ = pointwise.erf_
    erfc_ = pointwise.erfc_
    exp_ = pointwise.exp_
    exp2_ = pointwise.exp2_
    expm1_ = pointwise.expm1_
    floor_ = pointwise.floor_
    frac_ = pointwise.frac_
    hypot_ = pointwise.hypot_
    lerp_ = pointwise.lerp_
    log_ = pointwise.log_
    log10_ = pointwise.log10_
    log1p_ = pointwise.log1p_
    log2_ = pointwise.log2_
    logit_ = pointwise.logit_
    nan_to_num_ = pointwise.nan_to_num_
    rad2deg_ = pointwise.rad2deg_
    reciprocal_ = pointwise.reciprocal_
    relu_ = pointwise.relu_
    round_ = pointwise.round_
    rsqrt_ = pointwise.rsqrt_
    sigmoid_ = pointwise.sigmoid_
    sgn_ = pointwise.sgn_
    sign_ = pointwise.sign_
    sin_ = pointwise.sin_
    sinh_ = pointwise.sinh_
    sqrt_ = pointwise.sqrt_
    square_ = pointwise.square_
    tan_ = pointwise.tan_
    tanh_ = pointwise.tanh_
    trunc_ = fix_ = pointwise.trunc_

    # ----- reduction ------------------------------------------------------------------------------
    all = reduction.all
    amax = reduction.amax
    amin = reduction.amin
    aminmax = reduction.aminmax
    any = reduction.any
    argmax = reduction.argmax
    argmin = reduction.argmin
    count_nonzero = reduction.count_nonzero
    cumprod = reduction.cumprod
    cumsum = reduction.cumsum
    logsumexp = reduction.logsumexp
    max = reduction.max
    mean = reduction.mean
    median = reduction.median
    min = reduction.min
    nanmean = reduction.nanmean
    nansum = reduction.nansum
    norm = reduction.norm
    prod = reduction.prod
    std = reduction.std
    sum = reduction.sum
    sum_to_size = reduction.sum_to_size
    var = reduction.var
    cumprod_ = reduction.cumprod_
    cumsum_ = reduction.cumsum_

    # ----- joining --------------------------------------------------------------------------------
    split = joining.split
    chunk = joining.chunk
    unbind = joining.unbind
    tensor_split = joining.tensor_split
    hsplit = joining.hsplit
    vsplit = joining.vsplit
    dsplit = joining.dsplit

    # ----- logic ----------------------------------------------------------------------------------
    allclose = logic.allclose
    argwhere = logic.argwhere
    bitwise_and = logic.bitwise_and
    bitwise_left_shift = logic.bitwise_left_shift
    bitwise_not = logic.bitwise_not
    bitwise_or = logic.bitwise_or
    bitwise_right_shift = logic.bitwise_right_shift
    bitwise_xor = logic.bitwise_xor
    eq = logic.eq
    equal = logic.equal
    ge = greater_equal = logic.ge
    gt = greater = logic.gt
    isclose = logic.isclose
    isin = logic.isin
    le = less_equal = logic.le
    logical_and = logic.logical_and
    logical_not = logic.logical_not
    logical_or = logic.logical_or
    logical_xor = logic.logical_xor
    lt = less = logic.lt
    masked_fill = logic.masked_fill
    masked_select = logic.masked_select
    ne = not_equal = logic.ne
    nonzero = logic.nonzero
    where = logic.where_method
    bitwise_and_ = logic.bitwise_and_
    bitwise_left_shift_ = logic.bitwise_left_shift_
    bitwise_not_ = logic.bitwise_not_
    bitwise_or_ = logic.bitwise_or_
    bitwise_right_shift_ = logic.bitwise_right_shift_
    bitwise_xor_ = logic.bitwise_xor_
    eq_ = logic.eq_
    ge_ = greater_equal_ = logic.ge_
    gt_ = greater_ = logic.gt_
    le_ = less_equal_ = logic.le_
    logical_and_ = logic.logical_and_
    logical_not_ = logic.logical_not_
    logical_or_ = logic.logical_or_
    logical_xor_ = logic.logical_xor_
    lt_ = less_ = logic.lt_
    masked_fill_ = logic.masked_fill_
    ne_ = not_equal_ = logic.ne_
    __invert__ = logic.invert
    __eq__ = equality(logic.eq)  # type: ignore[assignment]
    __ne__ = equality(logic.ne)  # type: ignore[assignment]
    __lt__ = operator(logic.lt)
    __le__ = operator(logic.le)
    __gt__ = operator(logic.gt)
    __ge__ = operator(logic.ge)
    __and__ = operator(logic.bitwise_and)
    __or__ = operator(logic.bitwise_or)
    __xor__ = operator(logic.bitwise_xor)
    __lshift__ = operator(logic.bitwise_left_shift)
    __rshift__ = operator(logic.bitwise_right_shift)
    __rand__ = reflected(logic.bitwise_and)
    __ror__ = reflected(logic.bitwise_or)
    __rxor__ = reflected(logic.bitwise_xor)
    __rlshift__ = reflected(logic.rlshift)
    __rrshift__ = reflected(logic.rrshift)
    __iand__ = operator(logic.bitwise_and_)
    __ior__ = operator(logic.bitwise_or_)
    __ixor__ = operator(logic.bitwise_xor_)
    __ilshift__ = operator(logic.bitwise_left_shift_)
    __irshift__ = operator(logic.bitwise_right_shift_)

    # ----- sorting --------------------------------------------------------------------------------
    argsort = sorting.argsort
    kthvalue = sorting.kthvalue
    msort = sorting.msort
    sort = sorting.sort
    topk = sorting.topk
    unique = sorting.unique
    unique_consecutive = sorting.unique_consecutive

    # ----- as Python sees it ----------------------------------------------------------------------

    __hash__ = object.__hash__

    def __delitem__(self, key: object) -> None:
        raise TypeError("Tensor does not support deleting items")

    def __len__(self) -> builtins.int:
        if not self._data.ndim:
            raise TypeError("len() of a 0-d tensor")
        return builtins.int(self._data.shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        if not self._data.ndim:
            raise noted(TypeError("iteration over a 0-d tensor"), "One number: x.item().")
        return iter(joining.unbind(self, 0))

    def __contains__(self, element: Any) -> builtins.bool:
        if isinstance(element, TensorBase) or is_number(element):
            return builtins.bool(logic.eq(self, element)._data.any())
        raise RuntimeError(
            "Tensor.__contains__ only supports Tensor or scalar, but you passed in a "
            f"{builtins.type(element)}."
        )

    def __bool__(self) -> builtins.bool:
        size = self._data.size
        if size == 1:
            return builtins.bool(self._data.item())
        if size == 0:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        raise noted(
            RuntimeError("Boolean value of Tensor with more than one value is ambiguous"),
            "`if`, `and`, `or`, `not` and 0 < x < 2 want one answer; the tensor has many.",
            "Combine tensors with & | ~, each comparison in parentheses: (x > 0) & (x < 2).",
            "For one answer say which: .any() or .all().",
        )

    def _one(self) -> Any:
        if self._data.size != 1:
            raise noted(
                ValueError("only one element tensors can be converted to Python scalars"),
                "For all of them: x.tolist().",
            )
        return self._data.item()

    def __float__(self) -> builtins.float:
        return builtins.float(self._one())

    def __int__(self) -> builtins.int:
        return builtins.int(self._one())

    def __complex__(self) -> complex:
        return complex(self._one())

    def __index__(self) -> builtins.int:
        if self._data.size != 1 or self.dtype.category > dtypes.INTEGRAL:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return builtins.int(self._data.item())

    def __reversed__(self) -> Tensor:
        return self if not self._data.ndim else indexing.flip(self, 0)

    def __format__(self, spec: str) -> str:
        if not self._data.ndim and builtins.type(self) is Tensor:
            return format(self._data.item(), spec)
        return object.__format__(self, spec)

    def __repr__(self) -> str:
        node = self.grad_fn
        return printing.format_tensor(
            self._data,
            self.dtype,
            requires_grad=self.requires_grad,
            grad_fn=None if node is None else node.name(),
        )

    def __copy__(self) -> Tensor:
        return _shallow(self)

    def __deepcopy__(self, memo: dict[builtins.int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
                "protocol at the moment.  If you were attempting to deepcopy a module, this may be "
                "because of a torch.nn.utils.weight_norm usage, see "
                "https://github.com/pytorch/pytorch/pull/103001"
            )
        if id(self) in memo:
            return memo[id(self)]  # type: ignore[no-any-return]
        new = _rebuilt(
            builtins.type(self),
            creation.clone(alias(self))._data,
            self.requires_grad,
            None,
            self.dtype,
        )
        memo[id(self)] = new
        if self.grad is not None:
            new.grad = self.grad.__deepcopy__(memo)
        new.__dict__.update(dict(self.__dict__.items()))
        return new

    def __reduce_ex__(self, protocol: Any) -> Any:
        if not self.is_leaf:
            raise noted(
                RuntimeError(
                    "Only Tensors created explicitly by the user (graph leaves) can be pickled"
                ),
                "x.detach() is a leaf.",
            )
        storage = storage_of(self).array
        if storage.flags.c_contiguous and storage.dtype == self._data.dtype:
            place = (self.storage_offset(), self._data.shape, self._data.strides)
        else:
            storage, place = self._data, None
        return _unpickled, (builtins.type(self), storage, place, self.requires_grad, self.__dict__)


def _unpickled(
    cls: type[Tensor],
    storage: Array,
    place: tuple[builtins.int, tuple[builtins.int, ...], tuple[builtins.int, ...]] | None,
    requires_grad: builtins.bool,
    attributes: dict[str, Any],
) -> Tensor:
    """A tensor from its pickled memory, and where in it the tensor lies."""
    data = storage
    if place is not None:
        offset, shape, strides = place
        data = np.lib.stride_tricks.as_strided(storage.reshape(-1)[offset:], shape, strides)
    made = _rebuilt(cls, data, requires_grad, attributes)
    made._storage = Storage(storage)
    return made


def _rebuilt(
    cls: type[Tensor],
    data: Array,
    requires_grad: builtins.bool,
    attributes: dict[str, Any] | None,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """A tensor of a class, from what pickle or deepcopy kept of it."""
    made = instance(cls, data, dtype)
    made._requires_grad = requires_grad
    if attributes:
        made.__dict__.update(attributes)
    return made


def _shallow(tensor: Tensor) -> Tensor:
    made = _rebuilt(type(tensor), tensor._data, tensor.requires_grad, tensor.__dict__, tensor.dtype)
    made._storage = storage_of(tensor)
    return made
