"""What every tensor has, below all operations: numbers, a type, memory, and a place in the graph.

`wrap` makes a tensor of a result, `view` one that shares memory with another, `record` notes how
a result was made, and `write` changes a tensor in place. Every operation in `ops/` is built on
these four.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from tensorlab import dtypes
from tensorlab.autograd import mode
from tensorlab.autograd.graph import Edge, Node, make_node, versions_of
from tensorlab.errors import noted
from tensorlab.kernels.brain import rounded
from tensorlab.size import Size

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor

Array = np.ndarray[Any, np.dtype[Any]]

_of_numpy = dtypes._FROM_NUMPY


if TYPE_CHECKING:
    readonly = property
else:

    class readonly(property):
        """A property that refuses to be set in torch's words: `x.shape = (3, 2)`."""

        def __set__(self, owner: Any, value: Any) -> None:
            raise noted(
                AttributeError(
                    f"attribute '{self.fget.__name__}' of 'torch._C.TensorBase' objects is not "
                    "writable"
                ),
                "It follows from the tensor. x.reshape(…) and x.to(…) give another tensor.",
            )


class Storage:
    """The memory under one or more tensors, and how often it was changed in place."""

    __slots__ = ("array", "version")

    def __init__(self, array: Array) -> None:
        self.array = array  # its first element is offset 0
        self.version = 0


class TensorBase:
    """Numbers, a type, memory, and a place in the graph. `Tensor` adds the operations."""

    __slots__ = (
        "_data",  # the numpy array, a window on the storage
        "_dtype",
        "_grad",
        "_storage",  # made when it is first shared or written to
        "_requires_grad",
        "_grad_fn",
        "_base",  # the tensor that this one is a view of
        "_replay",  # how to take the same view of another array
        "_seen",  # the storage's version for which a view's _grad_fn holds
        "_creation",  # of a view that must not be changed in place: why, and its place in a tuple
        "_hooks",
        "__dict__",
        "__weakref__",
    )

    _data: Array
    _dtype: dtypes.dtype
    _grad: Tensor | None
    _storage: Storage | None
    _requires_grad: bool
    _grad_fn: Node | None
    _base: Tensor | None
    _replay: Callable[[Array], Array] | None
    _seen: int
    _creation: tuple[str, int] | None
    _hooks: dict[int, Callable[[Tensor], Tensor | None]] | None

    @readonly
    def dtype(self) -> dtypes.dtype:
        """The type of the numbers. `to` and `type` give a tensor of another."""
        return self._dtype

    @readonly
    def shape(self) -> Size:
        """The size of each dimension, a `torch.Size`."""
        return tuple.__new__(Size, self._data.shape)

    @property
    def _version(self) -> int:
        """How often the memory was changed in place."""
        return 0 if self._storage is None else self._storage.version

    @readonly
    def grad_fn(self) -> Node | None:
        """The node of the operation that made this tensor; None for a leaf."""
        base = self._base
        if base is not None and self._seen != self._version and base._grad_fn is not None:
            # The memory was changed through the base or another view: the history is new.
            replay = self._replay
            assert replay is not None
            blank = layout(base._data)
            edge = Edge(base, lambda g: _embed(g, blank, replay), ())
            self._grad_fn = make_node("AsStridedBackward0", [edge])
            self._requires_grad = True
            self._seen = self._version
        return self._grad_fn

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward` has added up; None before."""
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            _check_grad(self, value)
        self._grad = value

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient will be computed for this tensor."""
        if self._requires_grad:
            return True
        return self._base is not None and self.grad_fn is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise RuntimeError("requires_grad must be a bool")
        if self.grad_fn is not None:
            raise noted(
                RuntimeError(
                    "you can only change requires_grad flags of leaf variables."
                    + (
                        ""
                        if value
                        else " If you want to use a computed variable in a subgraph that doesn't "
                        "require differentiation use var_no_grad = var.detach()."
                    )
                ),
                "Only a tensor that you made yourself (a leaf) can be switched.",
            )
        if value and not differentiable(self.dtype):
            raise only_floating_point()
        self._requires_grad = value


def _check_grad(tensor: TensorBase, value: Tensor) -> None:
    """Raise torch's error for what cannot be a tensor's gradient."""
    if not isinstance(value, TensorBase):
        raise TypeError(
            "assigned grad expected to be a Tensor or None but got grad of type "
            f"{type(value).__name__}"
        )
    if value._data.shape != tensor._data.shape:
        raise RuntimeError(
            f"attempting to assign a gradient of size '{list(value._data.shape)}' to a tensor of "
            f"size '{list(tensor._data.shape)}'. Please ensure that the gradient and the tensor "
            "are the same size"
        )
    if value.dtype is not tensor.dtype:
        raise RuntimeError(
            f"attempting to assign a gradient with dtype '{value.dtype.spoken}' to a tensor with "
            f"grad_dtype '{tensor.dtype.legacy}'. The gradient must match the tensor's grad_dtype "
            "(defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute with "
            "a specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging "
            "the dtypes of a tensor and its gradient may break downstream systems that assume they "
            "match."
        )


def only_floating_point() -> RuntimeError:
    """torch's error for an integer or boolean tensor that is asked to have a gradient."""
    return noted(
        RuntimeError("only Tensors of floating point and complex dtype can require gradients"),
        "Convert it first: x.float().",
    )


def differentiable(dtype: dtypes.dtype) -> bool:
    """Whether tensors of this type can have gradients: floating point and complex ones."""
    return dtype.category >= dtypes.FLOATING


_class: type[Tensor]


def enrol(cls: type[Tensor]) -> type[Tensor]:
    """Make `cls` what `wrap` gives. `Tensor` stands above the operations, so it enrols itself."""
    global _class, _behind
    _class = cls
    meta: Any = type(cls)
    _behind = meta("Tensor", (_Behind, cls), {"__slots__": ()})
    return cls


class _Behind:
    """What a tensor is that stays with the gradient function of its own node."""

    __slots__ = ()

    @property
    def grad_fn(self) -> Node | None:
        return self._grad_fn()  # type: ignore[attr-defined,no-any-return]


_behind: type[Tensor]


def stay_behind(out: Tensor, node: Node) -> None:
    """Let `out` hold its node by a weak reference: the node's gradient function holds `out`.

    Whoever calls that function holds the node, too.
    """
    out._grad_fn = ref(node)  # type: ignore[assignment]
    out.__class__ = _behind


_new = object.__new__


def instance(cls: type[Tensor], data: Array, dtype: dtypes.dtype | None = None) -> Tensor:
    """A tensor of a class (Tensor, or a Parameter) around a numpy array, without history."""
    tensor = _new(cls)
    tensor._data = data
    tensor._dtype = _of_numpy[data.dtype] if dtype is None else dtype
    tensor._requires_grad = False
    tensor._grad = tensor._storage = tensor._grad_fn = tensor._base = tensor._hooks = None
    return tensor


def wrap(data: Any, dtype: dtypes.dtype | None = None) -> Tensor:
    """A new tensor around a numpy array or scalar, without history."""
    if type(data) is not np.ndarray:
        data = np.asarray(data)
    # As in `instance`, without the call: 0.1 us less.
    tensor = _new(_class)
    tensor._data = data
    tensor._dtype = _of_numpy[data.dtype] if dtype is None else dtype
    tensor._requires_grad = False
    tensor._grad = tensor._storage = tensor._grad_fn = tensor._base = tensor._hooks = None
    return tensor


_narrow = False  # whether there has been a bfloat16 tensor: until then, none is looked for


def as_bfloat16(tensor: Tensor) -> Tensor:
    """A new tensor of float32 numbers, rounded to bfloat16 and called so."""
    global _narrow
    _narrow = True
    return _narrowed(tensor)


def _narrowed(tensor: Tensor) -> Tensor:
    tensor._data, tensor._dtype = rounded(tensor._data), dtypes.bfloat16
    return tensor


def _all_bfloat16(edges: tuple[tuple[Any, ...], ...]) -> bool:
    """Whether a result is bfloat16: no floating input with as many dimensions is another type."""
    found: dict[bool, set[dtypes.dtype]] = {True: set(), False: set()}
    for edge in edges:
        x = edge[0]
        if isinstance(x, TensorBase) and x._dtype.category == dtypes.FLOATING:
            found[x._data.ndim > 0].add(x._dtype)
    return (found[True] or found[False]) == {dtypes.bfloat16}


def storage_of(tensor: TensorBase) -> Storage:
    """The tensor's storage, made now where nothing has asked for it before."""
    storage = tensor._storage
    if storage is None:
        storage = tensor._storage = Storage(tensor._data)
    return storage


def alias(
    tensor: TensorBase, data: Array | None = None, dtype: dtypes.dtype | None = None
) -> Tensor:
    """A tensor on the same memory, outside the graph; `data` is another window on it."""
    same = wrap(tensor._data, tensor._dtype) if data is None else wrap(data, dtype)
    same._storage = storage_of(tensor)
    return same


def record(name: str, data: Any, *edges: tuple[Any, ...]) -> Tensor:
    """A tensor around `data`, with the node `name` behind it where an input needs a gradient.

    An edge is `(input, gradient)` or `(input, gradient, *saved)`: an input (what is no tensor is
    passed over), the function from the result's gradient to the input's, and what this function
    reads. The gradient may come in the result's shape or type: the engine sums it
    down to the input's shape and casts it.
    """
    out = wrap(data)
    if _narrow and out._dtype is dtypes.float32 and _all_bfloat16(edges):
        _narrowed(out)
    if mode._enabled:
        for edge in edges:
            if is_recorded(edge[0]):
                into_graph(name, out, edges)
                break
    return out


def record_own(
    name: str, data: Any, input: Tensor, gradient: Callable[[Tensor, Tensor], Tensor]
) -> Tensor:
    """A tensor around `data`, made of an input that needs a gradient, with the node `name` behind.

    `gradient(g, out)` is made of the result itself. For this a second tensor stands for it, on the
    same memory, which knows the node by a weak reference: so no circle holds the memory.
    """
    out = wrap(data)
    data, dtype = out._data, out._dtype
    kept = instance(_behind, data, dtype)
    kept._storage = out._storage = Storage(data)
    out._requires_grad = kept._requires_grad = True

    def of_result(g: Tensor) -> Tensor:
        return gradient(g, kept)

    plain = dtype.category != dtypes.COMPLEX and input._dtype.category != dtypes.COMPLEX
    back = of_result if plain else conjugated(of_result, input._dtype)
    out._grad_fn = node = make_node(name, [Edge(input, back, (kept,))])
    kept._grad_fn = ref(node)  # type: ignore[assignment]
    return out


def is_recorded(x: Any) -> bool:
    """Whether `x` is a tensor with a gradient: its `requires_grad`, in a third of the time."""
    if not isinstance(x, TensorBase):
        return False
    return x._requires_grad or (x._base is not None and x.grad_fn is not None)


def into_graph(name: str, out: Tensor, edges: tuple[tuple[Any, ...], ...]) -> None:
    """Put the node `name` behind a result, with an edge to each input that has a gradient."""
    out._requires_grad = True
    complex_result = out._dtype.category == dtypes.COMPLEX
    made: list[Edge | None] = []
    for each in edges:
        input = each[0]
        if not is_recorded(input):
            made.append(None)
            continue
        # As `Edge(input, gradient, saved)` does, without the call: 0.2 us less.
        edge = _new(Edge)
        node = input._grad_fn
        if input._base is not None or type(node) is ref:
            node = input.grad_fn
        edge.target = input if node is None else node
        edge.gradient = each[1]
        edge.shape = input._data.shape
        edge.dtype = dtype = input._dtype
        if complex_result or dtype.category == dtypes.COMPLEX:
            edge.gradient = conjugated(each[1], dtype)
        if len(each) == 2:
            edge.saved = edge.versions = ()
        else:
            edge.saved = saved = each[2:]
            edge.versions = versions_of(saved)
        made.append(edge)
    out._grad_fn = make_node(name, made)


def conjugated(
    gradient: Callable[[Tensor], Tensor], dtype: dtypes.dtype
) -> Callable[[Tensor], Tensor]:
    """A gradient function as complex numbers need it, from one that is written as for real ones.

    The gradient of a complex number is the conjugate of the derivative, so that a step against it
    goes downhill. A rule g · f'(x) becomes g · conj(f'(x)): both ends are conjugated.
    """

    def turned(g: Tensor) -> Tensor:
        found = gradient(g.conj())
        if not found.is_complex():
            return found
        return found.conj() if dtype.category == dtypes.COMPLEX else found.real

    return turned


def view(
    name: str,
    input: Tensor,
    replay: Callable[[Array], Array],
    gradient: Callable[[Tensor], Tensor] | None = None,
    place: int | None = None,
) -> Tensor:
    """A tensor that shares memory with `input`: the window `replay(array)` on its array.

    Where no gradient is given, the result's is laid into zeros, at the places that it came from.
    `place` is its place where a function gives several views: such ones stay as they are.
    """
    out = wrap(replay(input._data), input._dtype)
    storage = input._storage
    if storage is None:
        storage = input._storage = Storage(input._data)
    out._storage = storage
    out._seen = storage.version
    recording = mode._enabled
    if not recording:
        out._creation = ("no_grad", 0)
    else:
        out._creation = None if place is None else ("multiple", place)
    base = input._base
    if base is None:
        out._base, out._replay = input, replay
    else:
        before = input._replay
        assert before is not None
        out._base, out._replay = base, lambda array: replay(before(array))
        if input._creation is not None:
            out._creation = (input._creation[0], 0)
    if recording and is_recorded(input):
        if gradient is None:
            blank = layout(input._data)
            gradient = lambda g: _embed(g, blank, replay)  # noqa: E731
        out._requires_grad = True
        out._grad_fn = make_node(name, [Edge(input, gradient, ())])
    return out


Layout = tuple[tuple[int, ...], tuple[int, ...] | None]


def layout(array: Array) -> Layout:
    """The shape of an array, and its strides unless it is contiguous: how to lay out its gradient.

    A view may only be replayed on memory laid out as the original was (numpy would copy).
    """
    return array.shape, None if array.flags.c_contiguous else array.strides


def _blank(laid: Layout, dtype: np.dtype[Any]) -> Array:
    """Zeros, laid out so."""
    shape, strides = laid
    if strides is None or 0 in strides:
        return np.zeros(shape, dtype)
    like = np.lib.stride_tricks.as_strided(np.zeros((), np.int8), shape, strides)
    return np.zeros_like(like, dtype=dtype)


def _embed(gradient: Tensor, blank: Layout, window: Callable[[Array], Array]) -> Tensor:
    """Zeros laid out as `blank`, with `gradient` in the window."""
    whole = _blank(blank, gradient._data.dtype)
    window(whole)[...] = gradient._data
    return record("AsStridedBackward0", whole, (gradient, lambda g: _window(g, blank, window)))


def _window(gradient: Tensor, blank: Layout, window: Callable[[Array], Array]) -> Tensor:
    """The part of `gradient` that a window shows, as a tensor of its own."""
    whole = _blank(blank, gradient._data.dtype)
    whole[...] = gradient._data
    return record(
        "AsStridedBackward0",
        window(whole).copy(),
        (gradient, lambda g: _embed(g, blank, window)),
    )


def _outside(gradient: Tensor, blank: Layout, window: Callable[[Array], Array]) -> Tensor:
    """`gradient`, with zeros in the window."""
    rest = _blank(blank, gradient._data.dtype)
    rest[...] = gradient._data
    window(rest)[...] = 0
    return record("CopySlices", rest, (gradient, lambda g: _outside(g, blank, window)))


def write(target: Tensor, new: Tensor) -> Tensor:
    """Change `target` in place to the values of `new`, which becomes its history. Gives `target`.

    `new` is the result of the same operation out of place, computed from `frozen(target)`.
    """
    require_room(target._data.shape, new._data.shape)
    if not dtypes.can_cast(new.dtype, target.dtype):
        raise noted(
            RuntimeError(
                f"result type {new.dtype.legacy} can't be cast to the desired output type "
                f"{target.dtype.legacy}"
            ),
            f"In place, the result must fit the tensor's own type, {target.dtype}.",
            "Write x = x / 2 for a new tensor, or convert first: x = x.float().",
        )
    tracked = mode._enabled and (new.requires_grad or target.requires_grad)
    if tracked:
        forbid_leaf(target)
    forbid_overlap(target)
    narrow = target._dtype is dtypes.bfloat16
    target._data[...] = rounded(new._data) if narrow else new._data
    storage_of(target).version += 1
    if tracked:
        _rebase(target, new)
    return target


def forbid_overlap(target: Tensor) -> None:
    """Raise torch's error for a tensor that has one number under several places."""
    if (
        target._data.size
        and 0 in target._data.strides
        and any(
            stride == 0 and size > 1
            for stride, size in zip(target._data.strides, target._data.shape, strict=True)
        )
    ):
        raise noted(
            RuntimeError(
                "unsupported operation: more than one element of the written-to tensor refers to "
                "a single memory location. Please clone() the tensor before performing the "
                "operation."
            ),
            "An expanded tensor has one number under many places: x.clone() gives each its own.",
        )


def require_room(shape: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    """Raise torch's error where what is written to has not the shape that all meet in."""
    met = np.broadcast_shapes(shape, wanted)
    if met != shape:
        raise noted(
            RuntimeError(
                f"output with shape {list(shape)} doesn't match the broadcast shape {list(met)}"
            ),
            "In place, a tensor cannot grow. Write x = x + y for a new one.",
        )


def _rebase(target: Tensor, new: Tensor) -> None:
    """Make the history of `new` that of `target`, and of what it is a view of."""
    base, replay = target._base, target._replay if target._base is not None else None
    if base is None:
        target._grad_fn = new.grad_fn
        target._requires_grad = new.requires_grad
        return
    assert replay is not None
    blank = layout(base._data)
    edges = []
    if base.requires_grad:
        edges.append(Edge(base, lambda g: _outside(g, blank, replay), ()))
    if new.requires_grad:
        edges.append(Edge(new, lambda g: _window(g, blank, replay), ()))
    base._grad_fn = make_node("CopySlices", edges)
    base._requires_grad = True


def forbid_leaf(target: TensorBase) -> None:
    """Raise torch's error for an in-place change of a leaf, or of a view that must not change."""
    base = target._base
    if base is not None and target._creation is not None:
        raise _fixed_view(target, *target._creation)
    if target._requires_grad and target.grad_fn is None:
        words = "a leaf Variable that requires grad is being used in an in-place operation."
    elif base is not None and base._requires_grad and base._grad_fn is None:
        words = (
            "a view of a leaf Variable that requires grad is being used in an in-place operation."
        )
    else:
        return
    raise noted(
        RuntimeError(words),
        "Its history would be lost. Change it without recording:",
        "  with torch.no_grad():",
        "      w[0] = 1.",
        "or give the layer a new one: layer.weight = nn.Parameter(w).",
    )


def _base_requires_grad(tensor: TensorBase) -> bool:
    """Whether a view that was made in no_grad is one of something in the graph."""
    return tensor._base is not None and tensor._creation is not None and tensor._base.requires_grad


def _fixed_view(target: TensorBase, why: str, place: int) -> RuntimeError:
    node = target.grad_fn
    name = node.name().partition("Backward")[0] if node else ""
    if why == "multiple":
        return noted(
            RuntimeError(
                f"Output {place} of {name} is a view and is being modified inplace. This view is "
                "the output of a function that returns multiple views. Such functions do not allow "
                "the output views to be modified inplace. You should replace the inplace operation "
                "by an out-of-place one."
            ),
            "Loops over a tensor, split, chunk and unbind give such views. Write x[i] in place of "
            "row, or change row.clone().",
        )
    prefix = f"Output {place} of {name} is a view of a view which was" if node else "A view was"
    return RuntimeError(
        f"{prefix} created in no_grad mode and is being modified inplace with grad mode enabled. "
        "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify "
        "your code by moving both the view and the inplace either both inside the no_grad block "
        "(if you don't want the inplace to be tracked) or both outside (if you want the inplace to "
        "be tracked)."
    )


def frozen(tensor: Tensor) -> Tensor:
    """A stand-in for `tensor` as it is now: same memory, same place in the graph.

    An in-place operation computes its result from this, so that the result's node points at the
    history that the tensor had before.
    """
    if mode._enabled and (tensor.requires_grad or _base_requires_grad(tensor)):
        forbid_leaf(tensor)
    before = alias(tensor)
    before._grad_fn = tensor.grad_fn
    before._requires_grad = tensor.requires_grad
    return before
