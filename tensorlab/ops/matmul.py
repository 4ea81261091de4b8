"""Matrix products: mm, mv, dot, bmm, outer, matmul (`@`).

An element of the product is a row of the first times a column of the second, summed. So the first
must be as wide as the second is tall: (n, k) times (k, m) gives (n, m).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.autograd import mode
from tensorlab.core import Array, is_recorded, record, wrap
from tensorlab.errors import lined_up, no_dimensions, normal_dim, noted
from tensorlab.kernels.quiet import quietly_one, quietly_two
from tensorlab.ops.operands import quiet, require_tensor, shapes_do_not_broadcast
from tensorlab.ops.shaping import expand
from tensorlab.ops.swift import FLOATS, swift_by

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

__all__ = [
    "addmm",
    "addmv",
    "baddbmm",
    "bmm",
    "cross",
    "dot",
    "ger",
    "inner",
    "kron",
    "matmul",
    "mm",
    "mv",
    "outer",
    "tensordot",
    "vdot",
]


def _product(a: Array, b: Array) -> Any:
    if a.dtype.kind == "b":
        raise NotImplementedError("\"addmm_impl_cpu_\" not implemented for 'Bool'")
    if a.dtype == np.float16:  # numpy adds them up in float16
        return quietly_two(_wide_product, a, b)
    if a.ndim <= 2 and b.ndim <= 2 and a.dtype.kind == "f":
        return quietly_one(a.dot, b)  # np.matmul takes 0.5 us more
    return quietly_two(np.matmul, a, b)


def _wide_product(a: Array, b: Array) -> Any:
    return np.matmul(a, b, dtype=np.float32).astype(a.dtype)


def _same_type(input: Tensor, other: Tensor, words: str | None = None) -> None:
    if input.dtype is not other.dtype:
        raise noted(
            RuntimeError(
                words
                or "expected m1 and m2 to have the same dtype, but got: "
                f"{input.dtype.spoken} != {other.dtype.spoken}"
            ),
            "Products of matrices do not promote. Cast one: "
            f".to({dtypes.promote_types(input.dtype, other.dtype)!r}).",
        )


def _do_not_fit(a: tuple[int, ...], b: tuple[int, ...]) -> RuntimeError:
    lines = [
        f"({a[0]}, {a[1]}) @ ({b[0]}, {b[1]}): the inner sizes, {a[1]} and {b[0]}, must be equal.",
    ]
    if a[1] == b[1]:
        lines.append(f"Turn the second: a @ b.t() is ({a[0]}, {a[1]}) @ ({b[1]}, {b[0]}).")
    elif a[0] == b[0]:
        lines.append(f"Turn the first: a.t() @ b is ({a[1]}, {a[0]}) @ ({b[0]}, {b[1]}).")
    return noted(
        RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({a[0]}x{a[1]} and {b[0]}x{b[1]})"
        ),
        *lines,
    )


def _swift_product(long: Any) -> Any:
    """The short way of a product of vectors or matrices, outside the graph."""

    def short(input: Tensor, other: Any) -> Any:
        try:
            a, b = input._data, other._data
            dtype = input._dtype
            fits = (
                other._dtype is dtype
                and dtype.plain == FLOATS
                and 0 < a.ndim < 3
                and 0 < b.ndim < 3
                and a.shape[-1] == b.shape[0]
                and not (mode._enabled and (is_recorded(input) or is_recorded(other)))
            )
        except AttributeError:
            fits = False
        if not fits:
            return long(input, other)
        return wrap(quietly_one(a.dot, b), dtype)  # np.matmul takes 0.5 us more

    return short


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices, (n, k) and (k, m): (n, m). Never broadcasts.

    Follows `torch.mm`.

    >>> x, y = torch.tensor([[1, 2, 3]]), torch.tensor([[2, 2, 2]])
    >>> x.mm(y.t())
    tensor([[12]])
    >>> x.t().mm(y).shape
    torch.Size([3, 3])
    """
    require_tensor("mm", "input", 1, input)
    require_tensor("mm", "mat2", 2, mat2)
    hint = "mm takes two matrices. matmul (or @) also takes vectors and batches."
    if input._data.ndim != 2:
        raise noted(RuntimeError("self must be a matrix"), hint)
    if mat2._data.ndim != 2:
        raise noted(RuntimeError("mat2 must be a matrix"), hint)
    if input._data.shape[1] != mat2._data.shape[0]:
        raise _do_not_fit(input._data.shape, mat2._data.shape)
    _same_type(input, mat2)
    return record(
        "MmBackward0",
        _product(input._data, mat2._data),
        (input, lambda g: mm(g, mat2.t()), mat2),
        (mat2, lambda g: _right_of_mm(g, input, mat2), input),
    )


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """A matrix (n, k) times a vector (k,): (n,). Follows `torch.mv`.

    >>> torch.mv(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 1]))
    tensor([3, 7])
    """
    require_tensor("mv", "input", 1, input)
    require_tensor("mv", "vec", 2, vec)
    a, v = input._data, vec._data
    if not a.ndim or not v.ndim:
        raise no_dimensions()
    if a.ndim != 2 or v.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {a.ndim}, {v.ndim}")
    if a.shape[1] != v.shape[0]:
        raise noted(
            RuntimeError(
                f"size mismatch, got input ({a.shape[0]}), mat ({a.shape[0]}x{a.shape[1]}), "
                f"vec ({v.shape[0]})"
            ),
            f"Each row has {a.shape[1]} numbers, the vector {v.shape[0]}.",
        )
    _same_type(
        input,
        vec,
        "addmv input tensors must have the same dtype, but got "
        f"{vec.dtype.legacy}, {input.dtype.legacy}, and {vec.dtype.legacy}",
    )
    return record(
        "MvBackward0",
        _product(a, v),
        (input, lambda g: outer(g, vec), vec),
        (vec, lambda g: mv(input.t(), g), input),
    )


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The sum of the products of two vectors' elements: a 0-d tensor. Follows `torch.dot`.

    >>> torch.dot(torch.tensor([1, 2, 3]), torch.tensor([2, 2, 2]))
    tensor(12)
    """
    require_tensor("dot", "input", 1, input)
    require_tensor("dot", "tensor", 2, tensor)
    a, b = input._data, tensor._data
    if a.ndim != 1 or b.ndim != 1:
        raise noted(
            RuntimeError(f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors"),
            "torch.dot takes vectors alone, unlike numpy's. For matrices use mm or @.",
        )
    if a.shape != b.shape:
        raise noted(
            RuntimeError(
                "inconsistent tensor size, expected tensor "
                f"[{a.shape[0]}] and src [{b.shape[0]}] to have the same number of elements, but "
                f"got {a.shape[0]} and {b.shape[0]} elements respectively"
            ),
            lined_up(a.shape, b.shape),
        )
    _same_type(
        input,
        tensor,
        f"dot : expected both vectors to have same dtype, but found {input.dtype.legacy} and "
        f"{tensor.dtype.legacy}",
    )
    if a.dtype.kind == "b":
        raise NotImplementedError("\"dot\" not implemented for 'Bool'")
    return record(
        "DotBackward0",
        _product(a, b),
        (input, lambda g: g * tensor, tensor),
        (tensor, lambda g: g * input, input),
    )


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """Every element of one vector times every one of another: (n, m). Follows `torch.outer`.

    >>> torch.outer(torch.tensor([1, 2]), torch.tensor([1, 10]))
    tensor([[ 1, 10],
            [ 2, 20]])
    """
    require_tensor("outer", "input", 1, input)
    require_tensor("outer", "vec2", 2, vec2)
    for name, x in (("self", input), ("vec2", vec2)):
        if x._data.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {x._data.ndim}-D")
    return input.reshape(-1, 1) * vec2


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """Products of matrices, pair by pair of a batch: (b, n, k) and (b, k, m). Follows `torch.bmm`.

    >>> torch.bmm(torch.ones(2, 1, 3), torch.ones(2, 3, 1)).shape
    torch.Size([2, 1, 1])
    """
    require_tensor("bmm", "input", 1, input)
    require_tensor("bmm", "mat2", 2, mat2)
    a, b = input._data.shape, mat2._data.shape
    if len(a) != 3 or len(b) != 3:
        raise RuntimeError(f"batch{1 if len(a) != 3 else 2} must be a 3D tensor")
    if a[0] != b[0] or a[2] != b[1]:
        raise noted(
            RuntimeError(
                "Expected size for first two dimensions of batch2 tensor to be: "
                f"[{a[0]}, {a[2]}] but got: [{b[0]}, {b[1]}]."
            ),
            lined_up(a, b, names=("input", "mat2")),
        )
    _same_type(
        input,
        mat2,
        f"expected scalar type {input.dtype.legacy} but found {mat2.dtype.legacy}",
    )
    return record(
        "BmmBackward0",
        _product(input._data, mat2._data),
        (input, lambda g: bmm(g, mat2.transpose(1, 2)), mat2),
        (mat2, lambda g: bmm(input.transpose(1, 2), g), input),
    )


@swift_by(_swift_product)
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product, `input @ other`, of vectors, matrices or batches of them.

    Vector and vector: `dot`. Matrix and vector: `mv`. Two matrices: `mm`. With more dimensions,
    the last two are the matrices, and the others broadcast. Follows `torch.matmul`.

    >>> torch.matmul(torch.tensor([1, 2, 3]), torch.tensor([2, 2, 2]))
    tensor(12)
    >>> (torch.ones(5, 2, 3) @ torch.ones(3, 4)).shape
    torch.Size([5, 2, 4])
    """
    require_tensor("matmul", "input", 1, input)
    require_tensor("matmul", "other", 2, other)
    a, b = input._data.ndim, other._data.ndim
    if not a or not b:
        raise noted(
            RuntimeError(
                f"both arguments to matmul need to be at least 1D, but they are {a}D and {b}D"
            ),
            "A number multiplies with *.",
        )
    if a == 1 and b == 1:
        return dot(input, other)
    if a == 2 and b == 1:
        return mv(input, other)
    if a == 1 and b == 2:
        return _vector_times_matrix(input, other)
    if a == 2 and b == 2:
        return mm(input, other)
    return _batched(input, other)


def _vector_times_matrix(input: Tensor, other: Tensor) -> Tensor:
    if input._data.shape[0] != other._data.shape[0]:
        raise _do_not_fit((1, input._data.shape[0]), other._data.shape)
    _same_type(input, other)
    return record(
        "SqueezeBackward4",
        _product(input._data, other._data),
        (input, lambda g: mv(other, g), other),
        (other, lambda g: outer(input, g), input),
    )


def _batched(input: Tensor, other: Tensor) -> Tensor:
    """Products of matrices whose leading dimensions broadcast; a vector gets a second one."""
    a = input._data if input._data.ndim > 1 else input._data[None, :]
    b = other._data if other._data.ndim > 1 else other._data[:, None]
    _require_batches(input, other, a.shape, b.shape)
    product = _product(input._data, other._data)
    # One matrix on the left that needs a gradient is multiplied the other way round.
    alone = input._data.ndim > 1 and math.prod(a.shape[:-2]) == 1 and math.prod(b.shape[:-2]) > 1
    name = "CloneBackward0" if alone and input.requires_grad else "UnsafeViewBackward0"
    return record(
        name,
        product,
        (input, lambda g: _left_gradient(g, input, other), other),
        (other, lambda g: _right_gradient(g, input, other), input),
    )


def _left_gradient(g: Tensor, input: Tensor, other: Tensor) -> Tensor:
    if other._data.ndim == 1:
        return g.unsqueeze(-1) * other
    if input._data.ndim == 1:
        return _batched(other, g.unsqueeze(-1)).squeeze(-1)
    return _batched(g, other.transpose(-1, -2))


def _right_gradient(g: Tensor, input: Tensor, other: Tensor) -> Tensor:
    if input._data.ndim == 1:
        return input.unsqueeze(-1) * g.unsqueeze(-2)
    if other._data.ndim == 1:
        return _batched(input.transpose(-1, -2), g.unsqueeze(-1)).squeeze(-1)
    return _batched(input.transpose(-1, -2), g)


def _require_batches(input: Tensor, other: Tensor, a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Raise the error of the product that torch folds a batch into: mv, mm or bmm."""
    if (input._data.ndim == 1 or other._data.ndim == 1) and _folds(input, other):
        many, vector = (other, input) if input._data.ndim == 1 else (input, other)
        rows = (*b[:-2], b[-1], b[-2]) if input._data.ndim == 1 else a
        count = math.prod(rows[:-1])
        if rows[-1] != vector._data.size:
            raise noted(
                RuntimeError(
                    f"size mismatch, got input ({count}), mat ({count}x{rows[-1]}), vec "
                    f"({vector._data.size})"
                ),
                lined_up(input.shape, other.shape, names=("input", "other")),
            )
        _same_type(
            many,
            vector,
            "addmv input tensors must have the same dtype, but got "
            f"{vector.dtype.legacy}, {many.dtype.legacy}, and {vector.dtype.legacy}",
        )
        return
    _check_batches(a, b)
    folded = len(a) == 2 or len(b) == 2
    _same_type(
        input,
        other,
        None
        if folded
        else f"expected scalar type {input.dtype.legacy} but found {other.dtype.legacy}",
    )


def _folds(input: Tensor, other: Tensor) -> bool:
    """Whether the rows of a batch of matrices lie in memory as those of one long matrix."""
    many = np.swapaxes(other._data, -1, -2) if input._data.ndim == 1 else input._data
    shape, strides = many.shape, many.strides
    return all(strides[i] == strides[i + 1] * shape[i + 1] for i in range(many.ndim - 2))


def _check_batches(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Raise torch's error where a batch of matrices cannot be multiplied with another."""
    try:
        batch = np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError:
        raise shapes_do_not_broadcast(a[:-2], b[:-2]) from None
    if a[-1] == b[-2]:
        return
    if len(b) == 2:
        raise _do_not_fit((math.prod(a[:-1]), a[-1]), b)
    size = math.prod(batch)
    raise noted(
        RuntimeError(
            "Expected size for first two dimensions of batch2 tensor to be: "
            f"[{size}, {a[-1]}] but got: [{size}, {b[-2]}]."
        ),
        lined_up(a, b, names=("input", "other")),
        f"The inner sizes, {a[-1]} and {b[-2]}, must be equal.",
    )


def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta * input + alpha * (mat1 @ mat2)`. Follows `torch.addmm`.

    >>> torch.addmm(torch.ones(2), torch.eye(2), torch.eye(2))
    tensor([[2., 1.],
            [1., 2.]])
    """
    if mat1._data.ndim != 2 or mat2._data.ndim != 2:
        which = ("mat1", mat1) if mat1._data.ndim != 2 else ("mat2", mat2)
        raise RuntimeError(f"{which[0]} must be a matrix, got {which[1]._data.ndim}-D tensor")
    if mat1._data.shape[1] != mat2._data.shape[0]:
        raise _do_not_fit(mat1._data.shape, mat2._data.shape)
    _same_type(mat1, mat2)
    _same_type(
        mat1,
        input,
        "self and mat2 must have the same dtype, but got "
        f"{input.dtype.legacy} and {mat2.dtype.legacy}",
    )
    product = _product(mat1._data, mat2._data)
    if input._data.shape != product.shape[1:]:
        expand(input, product.shape)  # raises where it does not fit
    if alpha == 1 and beta == 1:
        product += input._data
    else:
        product = _weighted_data(input._data, product, beta, alpha)
    return record(
        "AddmmBackward0",
        product,
        (input, lambda g: g if beta == 1 else g * beta),
        (mat1, lambda g: _scaled(mm(g, mat2.t()), alpha), mat2),
        (mat2, lambda g: _scaled(_right_of_mm(g, mat1, mat2), alpha), mat1),
    )


def _scaled(x: Tensor, factor: Any) -> Tensor:
    return x if factor == 1 else x * factor


def _right_of_mm(g: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """The gradient of the right one of two matrices, laid out as that is."""
    flags = right._data.flags
    if flags.f_contiguous and not flags.c_contiguous:  # such as a layer's weight, turned
        return mm(g.t(), left).t()
    return mm(left.t(), g)


def baddbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1
) -> Tensor:
    """`beta * input + alpha * bmm(batch1, batch2)`. Follows `torch.baddbmm`."""
    return weighted_sum("BaddbmmBackward0", input, bmm(batch1, batch2), beta, alpha)


def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta * input + alpha * mv(mat, vec)`. Follows `torch.addmv`."""
    return weighted_sum("AddmvBackward0", input, mv(mat, vec), beta, alpha)


def weighted_sum(name: str, input: Tensor, product: Tensor, beta: Any, alpha: Any) -> Tensor:
    """`beta * input + alpha * product` in the product's type, as one node."""
    expand(input, product._data.shape)  # raises where it does not fit
    return record(
        name,
        _weighted_data(input._data, product._data, beta, alpha),
        (input, lambda g: g if beta == 1 else g * beta),
        (product, lambda g: g if alpha == 1 else g * alpha),
    )


def _weighted_data(input: Array, product: Array, beta: Any, alpha: Any) -> Array:
    """`beta * input + alpha * product` in the product's type: whole numbers take whole weights."""
    kind = product.dtype
    wide = np.dtype(np.float32) if kind == np.float16 else kind
    with quiet(all="ignore"):
        share, weight = (np.asarray(w).astype(wide) for w in (beta, alpha))
        out = product.astype(wide) * weight
        if beta != 0:  # else what is there is not looked at: it may be nan
            out = input.astype(wide) * share + out
        return np.asarray(out).astype(kind)


def _named(name: str, out: Tensor) -> Tensor:
    """A result of several steps, as one node."""
    return record(name, out._data, (out, lambda g: g))


def inner(input: Tensor, other: Tensor) -> Tensor:
    """Products of vectors along the last dimensions of both. Follows `torch.inner`.

    >>> torch.inner(torch.tensor([1, 2]), torch.tensor([3, 4]))
    tensor(11)
    """
    require_tensor("inner", "input", 1, input)
    require_tensor("inner", "other", 2, other)
    a, b = input._data.shape, other._data.shape
    if not a or not b:
        return input * other
    if a[-1] != b[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(a)} and {list(b)}"
        )
    return tensordot(input, other, ([-1], [-1]))


def vdot(input: Tensor, other: Tensor) -> Tensor:
    """`dot`, of the first one's complex conjugate. Follows `torch.vdot`."""
    return _named("VdotBackward0", dot(input.conj(), other))


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """The sum of products over some dimensions of both. Follows `torch.tensordot`.

    `dims` is how many (the last of a, the first of b), or a list of each's.

    >>> torch.tensordot(torch.ones(2, 3), torch.ones(3, 4), 1).shape
    torch.Size([2, 4])
    """
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a._data.ndim, b._data.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        left, right = list(range(a._data.ndim - dims, a._data.ndim)), list(range(dims))
    else:
        left = [normal_dim(d, a._data.ndim) for d in dims[0]]
        right = [normal_dim(d, b._data.ndim) for d in dims[1]]
    for i, j in zip(left, right, strict=True):  # a size of 1 stands for as many as the other has
        if b._data.shape[j] == 1 != a._data.shape[i]:
            a = a.sum(i, keepdim=True)
        elif a._data.shape[i] == 1 != b._data.shape[j]:
            b = b.sum(j, keepdim=True)
    for i, j in zip(left, right, strict=True):
        if a._data.shape[i] != b._data.shape[j]:
            raise RuntimeError(
                "contracted dimensions need to match, but first has size "
                f"{a._data.shape[i]} in dim {i} and second has size {b._data.shape[j]} in dim {j}"
            )
    rows = [d for d in range(a._data.ndim) if d not in left]
    columns = [d for d in range(b._data.ndim) if d not in right]
    summed = math.prod(a._data.shape[d] for d in left)
    first = a.permute(rows + left).reshape(math.prod(a._data.shape[d] for d in rows), summed)
    second = b.permute(right + columns).reshape(
        summed, math.prod(b._data.shape[d] for d in columns)
    )
    shape = [a._data.shape[d] for d in rows] + [b._data.shape[d] for d in columns]
    return mm(first, second).reshape(shape)


def kron(input: Tensor, other: Tensor) -> Tensor:
    """Each element of the first times all of the second. Follows `torch.kron`.

    >>> torch.kron(torch.eye(2), torch.ones(1, 2))
    tensor([[1., 1., 0., 0.],
            [0., 0., 1., 1.]])
    """
    a, b = input._data.shape, other._data.shape
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    wide = input.reshape([n for size in a for n in (size, 1)])
    product = wide * other.reshape([n for size in b for n in (1, size)])
    return product.reshape([m * n for m, n in zip(a, b, strict=True)])


def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The cross product of vectors with three numbers. Follows `torch.cross`.

    >>> torch.cross(torch.tensor([1., 0., 0.]), torch.tensor([0., 1., 0.]), dim=0)
    tensor([0., 0., 1.])
    """
    if dim is None:
        shape = np.broadcast_shapes(input._data.shape, other._data.shape)
        dim = next((d for d, size in enumerate(shape) if size == 3), None)
        if dim is None:
            raise RuntimeError("no dimension of size 3 in input")
        dim -= len(shape)
    if input.size(dim) != 3 or other.size(dim) != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.size(dim)} and "
            f"{other.size(dim)}"
        )
    (a, b), (c, d) = ((x.roll(-1, dim), x.roll(-2, dim)) for x in (input, other))
    return _named("LinalgCrossBackward0", a * d - b * c)


ger = outer
