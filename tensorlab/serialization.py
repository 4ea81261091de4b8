"""save and load: tensors and what holds them, in PyTorch's own files. Follows `torch.save`.

A file is a zip archive: `data.pkl` has the structure, as a pickle, and `data/0`, `data/1`… the
numbers, one for each memory that tensors share. A pickle can call any function of a program that
reads it; here only those below are called, which make tensors and containers.
"""

from __future__ import annotations

import codecs
import io
import pickle
import sys
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import IO, Any, ClassVar, Literal

import numpy as np

from tensorlab import dtypes
from tensorlab.core import Array, Storage, as_bfloat16, instance, storage_of
from tensorlab.device import device
from tensorlab.errors import noted
from tensorlab.kernels.brain import packed, unpacked
from tensorlab.nn.naming import typename
from tensorlab.nn.parameter import Parameter
from tensorlab.size import Size
from tensorlab.tensor import Tensor

_STORAGES = {
    "FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool", "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128", "BFloat16Storage": "bfloat16",
}  # fmt: skip
_DTYPES = {
    str(each).removeprefix("torch."): each
    for each in vars(dtypes).values()
    if isinstance(each, dtypes.dtype)
}


def save(
    obj: Any,
    f: str | Path | IO[bytes],
    pickle_module: Any = None,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Write tensors, and dicts, lists, tuples, numbers and strings around them, to a file.

    `f` is a path or a file open for writing. PyTorch reads it, too. Raises PicklingError for
    objects of other kinds: of a module, save its `state_dict()`. Follows `torch.save`.

    >>> import io
    >>> file = io.BytesIO()
    >>> torch.save({"weight": torch.ones(2), "epoch": 3}, file)
    >>> _ = file.seek(0)
    >>> torch.load(file)
    {'weight': tensor([1., 1.]), 'epoch': 3}
    """
    structure = io.BytesIO()
    pickler = _Pickler(structure)
    pickler.dump(obj)
    name = Path(f).stem if isinstance(f, (str, Path)) else "archive"
    with zipfile.ZipFile(f, "w") as archive:
        archive.writestr(f"{name}/data.pkl", structure.getvalue())
        archive.writestr(f"{name}/byteorder", sys.byteorder)
        for key, array in enumerate(pickler.arrays):
            archive.writestr(f"{name}/data/{key}", array.tobytes())
        archive.writestr(f"{name}/version", "3\n")


def load(
    f: str | Path | IO[bytes],
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """Read what `save` wrote, here or in PyTorch; every tensor comes to the CPU.

    Nothing but tensors, containers, numbers and strings is read, whatever `weights_only` says:
    raises UnpicklingError for all else. Follows `torch.load`.
    """
    try:
        archive = zipfile.ZipFile(f)
    except zipfile.BadZipFile:
        raise noted(
            pickle.UnpicklingError("Weights only load failed. This is no file of torch.save's."),
            "Files of PyTorch before 1.6 are not read here: load and save them with a newer one.",
        ) from None
    with archive:
        structure = next((n for n in archive.namelist() if n.endswith("/data.pkl")), None)
        if structure is None:
            raise pickle.UnpicklingError("Weights only load failed. There is no data.pkl in it.")
        return _Unpickler(archive, structure.removesuffix("data.pkl")).load()


class _Name:
    """A function or class of PyTorch's, by its name: what a file says instead of having it."""

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def __call__(self) -> None:
        """pickle asks that what rebuilds an object can be called."""


_TENSOR = _Name("torch._utils", "_rebuild_tensor_v2")
_PARAMETER = _Name("torch._utils", "_rebuild_parameter")
_SIZE = _Name("torch", "Size")
_DEVICE = _Name("torch", "device")
_OF_STORAGE = {dtype: _Name("torch", name) for name, dtype in _STORAGES.items()}
_OF_DTYPE = {name: _Name("torch", name) for name in _DTYPES}


# Python's own, in Python: of the other one, one cannot say which operations it has.
_PythonPickler: Any = vars(pickle)["_Pickler"]
_PythonUnpickler: Any = vars(pickle)["_Unpickler"]

_CONTAINERS = (OrderedDict, Counter, set, complex)


class _Pickler(_PythonPickler):  # type: ignore[misc]
    """Writes the structure; the memories to write beside it are `arrays`."""

    dispatch: ClassVar[dict[Any, Any]] = _PythonPickler.dispatch.copy()

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, 2)
        self.arrays: list[Array] = []
        self._keys: dict[int, str] = {}  # by the id of a storage
        self._held: list[Storage] = []  # so that no other gets the same id

    def persistent_id(self, obj: Any) -> Any:
        if not isinstance(obj, Storage):
            return None
        key = self._keys.get(id(obj))
        if key is None:
            key = self._keys[id(obj)] = str(len(self.arrays))
            self.arrays.append(obj.array)
            self._held.append(obj)
        found = dtypes.from_numpy(obj.array.dtype) or dtypes.bfloat16  # as 16-bit integers
        kind = _OF_STORAGE[str(found).removeprefix("torch.")]
        return ("storage", kind, key, "cpu", obj.array.size)

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Parameter):
            plain = instance(Tensor, obj._data, obj.dtype)
            plain._storage = storage_of(obj)
            return _PARAMETER, (plain, obj.requires_grad, OrderedDict())
        if isinstance(obj, Tensor):
            return _TENSOR, _described(obj)
        if isinstance(obj, Size):
            return _SIZE, (tuple(obj),)
        if isinstance(obj, device):
            return _DEVICE, (obj.type,) if obj.index is None else (obj.type, obj.index)
        if isinstance(obj, (type, FunctionType)):
            plain_kind = any(obj is each for each in _CONTAINERS)
        else:
            plain_kind = type(obj) in self.dispatch or isinstance(obj, _CONTAINERS)
        if plain_kind or obj is codecs.encode:  # which stands before bytes
            return NotImplemented
        raise noted(
            pickle.PicklingError(f"torch.save cannot save a {typename(obj)} here"),
            "A file holds tensors, dicts, lists, tuples, numbers and strings, so that reading one "
            "is safe.",
            "Of a module or an optimizer, save x.state_dict(), and load it with "
            "x.load_state_dict(torch.load(…)).",
        )

    def _save_name(self, obj: _Name) -> None:
        self.write(f"c{obj.module}\n{obj.name}\n".encode())
        self.memoize(obj)

    def _save_dtype(self, obj: dtypes.dtype) -> None:
        self.save(_OF_DTYPE[str(obj).removeprefix("torch.")])

    def _save_number(self, obj: np.generic) -> None:
        self.save(obj.item())

    dispatch[_Name] = _save_name
    dispatch[dtypes.dtype] = _save_dtype
    for _kind in (np.float64, np.float32, np.int64, np.int32, np.bool_):
        dispatch[_kind] = _save_number


class _Bfloat16(Storage):
    """A file's bfloat16 numbers, unpacked."""

    __slots__ = ()


def _described(tensor: Tensor) -> tuple[Any, ...]:
    """What a tensor is rebuilt from: its memory, and where in it the tensor lies."""
    if not tensor.is_leaf:
        tensor = tensor.detach().requires_grad_()
    storage = storage_of(tensor)
    offset = tensor.storage_offset() if tensor._data.size else 0
    stride = tensor.stride()
    if tensor.dtype is dtypes.bfloat16:
        storage, offset = Storage(packed(tensor._data)), 0
        stride = instance(Tensor, storage.array.reshape(tensor._data.shape), tensor.dtype).stride()
        shape = tuple(tensor._data.shape)
        return storage, offset, shape, stride, tensor.requires_grad, OrderedDict()
    if not storage.array.flags.c_contiguous or storage.array.dtype != tensor._data.dtype:
        data = np.ascontiguousarray(tensor._data).reshape(tensor._data.shape)
        tensor = instance(Tensor, data)
        storage, offset, stride = storage_of(tensor), 0, tensor.stride()
    shape = tuple(tensor._data.shape)
    return storage, offset, shape, stride, tensor.requires_grad, OrderedDict()


class _Unpickler(_PythonUnpickler):  # type: ignore[misc]
    """Reads the structure, with the few operations that plain data takes, and calls `_CALLED`."""

    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        super().__init__(io.BytesIO(archive.read(f"{folder}data.pkl")), encoding="utf-8")
        self._archive = archive
        self._folder = folder
        self._storages: dict[str, Storage] = {}
        names = archive.namelist()
        order = archive.read(f"{folder}byteorder") if f"{folder}byteorder" in names else b"little"
        self._order: Literal["<", ">"] = "<" if order == b"little" else ">"

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _STORAGES:
            return _STORAGES[name]
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        found = _CALLED.get((module, name))
        if found is None:
            raise noted(
                pickle.UnpicklingError(
                    f"Weights only load failed. Unsupported global: GLOBAL {module}.{name} was "
                    "not an allowed global by default."
                ),
                f"The file holds more than tensors and plain data: it would run {name}.",
                "In PyTorch, save model.state_dict() in place of the model.",
            )
        return found

    def persistent_load(self, pid: Any) -> Storage:
        """The memory that a file's tensors share."""
        kind, dtype, key, _, count = pid
        if kind != "storage" or not isinstance(dtype, str) or not isinstance(key, str):
            raise pickle.UnpicklingError(f"Weights only load failed. What is a {kind!r}?")
        if dtype not in _DTYPES:
            raise noted(
                NotImplementedError(f"tensorlab has no torch.{dtype} tensors"),
                "In PyTorch, save them as another type: x.float().",
            )
        if key not in self._storages:
            narrow = dtype == "bfloat16"
            numbers = np.dtype(np.uint16) if narrow else _DTYPES[dtype].numpy
            read = np.frombuffer(
                self._archive.read(f"{self._folder}data/{key}"), numbers.newbyteorder(self._order)
            )
            if read.size != count:
                raise pickle.UnpicklingError(
                    f"Weights only load failed. data/{key} has {read.size} numbers, not {count}."
                )
            array = read.astype(numbers)
            self._storages[key] = _Bfloat16(unpacked(array)) if narrow else Storage(array)
        return self._storages[key]

    def _call(self) -> None:
        arguments = self.stack.pop()
        function = self.stack[-1]
        if function not in _CALLED.values():
            raise pickle.UnpicklingError(f"Weights only load failed. It calls {function!r}.")
        self.stack[-1] = function(*arguments)

    def _set_state(self) -> None:
        state = self.stack.pop()
        holder = self.stack[-1]
        if type(holder) is not OrderedDict or type(state) is not dict or {*state} != {"_metadata"}:
            raise pickle.UnpicklingError("Weights only load failed. It sets attributes.")
        holder.__dict__.update(state)  # what a module's state_dict has beside it

    _PLAIN_OPERATIONS = (
        "PROTO FRAME STOP MARK NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 LONG4 BINFLOAT "
        "BINUNICODE SHORT_BINUNICODE BINBYTES SHORT_BINBYTES BINSTRING SHORT_BINSTRING EMPTY_DICT "
        "EMPTY_LIST EMPTY_SET EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 APPEND APPENDS SETITEM "
        "SETITEMS ADDITEMS BINPUT LONG_BINPUT MEMOIZE BINGET LONG_BINGET GLOBAL STACK_GLOBAL "
        "BINPERSID POP"
    )
    dispatch: ClassVar[dict[int, Any]] = {
        code: _PythonUnpickler.dispatch[code]
        for code in (getattr(pickle, name)[0] for name in _PLAIN_OPERATIONS.split())
    }
    dispatch[pickle.REDUCE[0]] = _call
    dispatch[pickle.BUILD[0]] = _set_state

    def load(self) -> Any:
        try:
            return super().load()
        except (KeyError, IndexError, AttributeError, TypeError, EOFError) as error:
            raise pickle.UnpicklingError(
                f"Weights only load failed. It is broken: {error!r}"
            ) from error


def _tensor(
    storage: Storage,
    offset: int,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    requires_grad: bool = False,
    hooks: Any = None,
    metadata: Any = None,
) -> Tensor:
    """A tensor in a memory; raises UnpicklingError where it would look beyond its ends."""
    last = sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    beyond = 0 not in size and offset + last >= storage.array.size
    if offset < 0 or min((*size, *stride), default=0) < 0 or beyond:
        raise pickle.UnpicklingError(
            f"Weights only load failed. A tensor of size {size}, stride {stride} and offset "
            f"{offset} does not lie in {storage.array.size} numbers."
        )
    item = storage.array.itemsize
    data = np.lib.stride_tricks.as_strided(
        storage.array[offset:], size, tuple(step * item for step in stride)
    )
    if 0 in size:
        data = np.empty(size, storage.array.dtype)
    if isinstance(storage, _Bfloat16):
        made = as_bfloat16(instance(Tensor, data))
        made._data = data
    else:
        made = instance(Tensor, data)
    made._storage = storage
    made._requires_grad = bool(requires_grad)
    return made


def _parameter(data: Tensor, requires_grad: bool, hooks: Any = None) -> Parameter:
    return Parameter(data.detach(), bool(requires_grad))


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode("latin1")


_CALLED: dict[tuple[str, str], Callable[..., Any]] = {
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch", "Size"): Size,
    ("torch", "device"): device,
    ("collections", "OrderedDict"): OrderedDict,
    ("collections", "Counter"): Counter,
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
    ("builtins", "complex"): complex,
    ("__builtin__", "complex"): complex,
    ("_codecs", "encode"): _encoded,
}
