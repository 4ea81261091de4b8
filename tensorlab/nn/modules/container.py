"""Modules that hold others: one after another (Sequential), in a list, in a dict."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, overload

from tensorlab.errors import noted
from tensorlab.nn.modules.module import Module, in_parentheses, indented
from tensorlab.nn.naming import spelled, typename
from tensorlab.nn.parameter import Parameter
from tensorlab.tensor import Tensor

if TYPE_CHECKING:
    from typing import Self


def _position(idx: Any, size: int) -> int:
    """`idx` counted from the front. Raises torch's IndexError where there is nothing."""
    place = operator.index(idx)
    if not -size <= place < size:
        last = f"there are {size}, numbered 0 to {size - 1}" if size else "it is empty"
        raise noted(IndexError(f"index {place} is out of range"), f"Of layers, {last}.")
    return place % size


class _Numbered(Module):
    """What Sequential and ModuleList have in common: layers in order, under "0", "1", "2"…"""

    _modules: dict[str, Module]  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def _name(self, idx: int) -> str:
        return list(self._modules)[_position(idx, len(self))]

    def __setitem__(self, idx: int, module: Module) -> None:
        setattr(self, self._name(idx), module)

    def __delitem__(self, idx: int | slice) -> None:
        names = list(self._modules)
        for name in names[idx] if isinstance(idx, slice) else [self._name(idx)]:
            delattr(self, name)
        layers = list(self)
        self._modules = {str(i): layer for i, layer in enumerate(layers)}

    def append(self, module: Module) -> Self:
        """Put a layer behind the last."""
        self.add_module(str(len(self)), module)
        return self

    def _make_room(self, index: int) -> None:
        for i in range(len(self._modules), index, -1):
            self._modules[str(i)] = self._modules[str(i - 1)]


class Sequential(_Numbered):
    """Layers run one after another, each on the result of the last. Follows `torch.nn.Sequential`.

    It takes the layers one by one, or an OrderedDict of names and layers. Raises TypeError for what
    is no layer.

    >>> net = nn.Sequential(nn.Linear(2, 1), nn.ReLU())
    >>> net
    Sequential(
      (0): Linear(in_features=2, out_features=1, bias=True)
      (1): ReLU()
    )
    >>> net[1]
    ReLU()
    >>> net(torch.ones(5, 2)).shape
    torch.Size([5, 1])
    """

    @overload
    def __init__(self, *args: Module) -> None: ...
    @overload
    def __init__(self, arg: OrderedDict[str, Module], /) -> None: ...
    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            named = list(args[0].items())
        else:
            named = [(str(i), module) for i, module in enumerate(args)]
        for name, module in named:
            self.add_module(name, module)

    def forward(self, input: Any) -> Any:
        """The last layer's result. Any shape that the first layer takes."""
        for module in self:
            input = module(input)
        return input

    @overload
    def __getitem__(self, idx: int) -> Module: ...
    @overload
    def __getitem__(self, idx: slice) -> Sequential: ...
    def __getitem__(self, idx: int | slice) -> Module:
        if isinstance(idx, slice):
            return type(self)(OrderedDict(list(self._modules.items())[idx]))
        return self._modules[self._name(idx)]

    def insert(self, index: int, module: Module) -> Self:
        """Put a layer before the one that is at `index`. Follows `torch.nn.Sequential.insert`."""
        if not isinstance(module, Module):
            raise AssertionError(f"module should be of type: {spelled(Module)}")
        size = len(self)
        if not -size <= index <= size:
            raise IndexError(f"Index out of range: {index}")
        index += size if index < 0 else 0
        self._make_room(index)
        self._modules[str(index)] = module
        return self

    def extend(self, sequential: Iterable[Module]) -> Self:
        """Put several layers behind the last. Follows `torch.nn.Sequential.extend`."""
        for module in sequential:
            self.append(module)
        return self

    def pop(self, key: int) -> Module:
        """Take a layer out, and give it. Follows `torch.nn.Sequential.pop`."""
        module = self[key]
        del self[key]
        return module

    def __add__(self, other: Sequential) -> Sequential:
        return Sequential(*self, *_layers_to_add(other))

    def __iadd__(self, other: Sequential) -> Self:
        return self.extend(list(_layers_to_add(other)))

    def __mul__(self, other: int) -> Sequential:
        return Sequential(*list(self) * self._times(other))

    __rmul__ = __mul__

    def __imul__(self, other: int) -> Self:
        return self.extend(list(self) * (self._times(other) - 1))

    def _times(self, other: object) -> int:
        if not isinstance(other, int):
            kinds = f"{spelled(type(self))} and {spelled(type(other))}"
            raise TypeError(f"unsupported operand type(s) for *: {kinds}")
        if other <= 0:
            kind = spelled(type(self))
            raise ValueError(f"Non-positive multiplication factor {other} for {kind}")
        return other


def _layers_to_add(other: object) -> Sequential:
    if not isinstance(other, Sequential):
        raise ValueError(
            "add operator supports only objects of Sequential class, but "
            f"{spelled(type(other))} is given."
        )
    return other


class ModuleList(_Numbered):
    """A list of layers that are found: in a Python list they are not.

    Follows `torch.nn.ModuleList`.

    It has no forward; yours says how the layers are used.

    >>> layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
    >>> layers
    ModuleList(
      (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
    )
    >>> len(list(layers.parameters()))
    6
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    @overload
    def __getitem__(self, idx: int) -> Module: ...
    @overload
    def __getitem__(self, idx: slice) -> ModuleList: ...
    def __getitem__(self, idx: int | slice) -> Module:
        if isinstance(idx, slice):
            return type(self)(list(self)[idx])
        return self._modules[self._name(idx)]

    def insert(self, index: int, module: Module) -> None:
        """Put a layer before the one that is at `index`. Follows `torch.nn.ModuleList.insert`."""
        self._make_room(index)
        self._modules[str(index)] = module

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put several layers behind the last. Follows `torch.nn.ModuleList.extend`."""
        if not isinstance(modules, Iterable):
            raise noted(
                TypeError(
                    "ModuleList.extend should be called with an iterable, but got "
                    f"{type(modules).__name__}"
                ),
                "Give a list of layers: nn.ModuleList([layer]).",
            )
        for module in list(modules):
            self.append(module)
        return self

    def pop(self, key: int | slice) -> Module:
        """Take a layer out, and give it. Follows `torch.nn.ModuleList.pop`."""
        module = self[key]
        del self[key]
        return module

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __repr__(self) -> str:
        runs: list[tuple[int, int, str]] = []  # the first and last of equal neighbours, their text
        for i, module in enumerate(self):
            text = repr(module)
            if runs and runs[-1][2] == text:
                runs[-1] = (runs[-1][0], i, text)
            else:
                runs.append((i, i, text))
        lines = [
            f"({first}): {text}"
            if first == last
            else f"({first}-{last}): {last - first + 1} x {text}"
            for first, last, text in runs
        ]
        return in_parentheses(self._get_name(), [indented(line) for line in lines])


class ModuleDict(Module):
    """Layers under names of your own. Follows `torch.nn.ModuleDict`.

    >>> choices = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
    >>> choices["tanh"]
    Tanh()
    """

    _modules: dict[str, Module]  # type: ignore[assignment]

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Module:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._modules.keys()

    def items(self) -> ItemsView[str, Module]:
        """The names and layers."""
        return self._modules.items()

    def values(self) -> ValuesView[Module]:
        """The layers."""
        return self._modules.values()

    def clear(self) -> None:
        """Take all layers out."""
        self._modules.clear()

    def pop(self, key: str) -> Module:
        """Take a layer out, and give it."""
        return self._modules.pop(key)

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Add layers, by name. Follows `torch.nn.ModuleDict.update`."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleDict.update should be called with an iterable of key/value pairs, but got "
                + type(modules).__name__
            )
        pairs = modules.items() if isinstance(modules, (Mapping, ModuleDict)) else modules
        for key, module in pairs:
            self[key] = module


class ParameterList(Module):
    """A list of parameters that are found. A tensor put into it becomes a Parameter.

    Follows `torch.nn.ParameterList`.

    >>> weights = nn.ParameterList([torch.ones(2), torch.ones(2, 3)])
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)([self[i] for i in range(len(self))[idx]])
        return getattr(self, str(_position(idx, len(self))))

    def __setitem__(self, idx: int, param: Any) -> None:
        if isinstance(param, Tensor) and not isinstance(param, Parameter):
            param = Parameter(param)
        setattr(self, str(_position(idx, len(self))), param)

    def append(self, value: Any) -> Self:
        """Put one behind the last."""
        self._size += 1
        self[-1] = value
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Put several behind the last. Follows `torch.nn.ParameterList.extend`."""
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            raise TypeError(
                "ParameterList.extend should be called with an iterable, but got "
                + type(values).__name__
            )
        for value in values:
            self.append(value)
        return self

    def __iadd__(self, parameters: Iterable[Any]) -> Self:
        return self.extend(parameters)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("ParameterList should not be called.")

    def extra_repr(self) -> str:
        """A line for each: what it is, its type and size."""
        lines = []
        for i, value in enumerate(self):
            if isinstance(value, Tensor):
                kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
                size = "x".join(map(str, value.shape))
                lines.append(f"  ({i}): {kind} containing: [{value.dtype} of size {size}]")
            else:
                lines.append(f"  ({i}): Object of type: {type(value).__name__}")
        return "\n".join(lines)


class ParameterDict(Module):
    """A dict of parameters that are found. A tensor put into it becomes a Parameter.

    Follows `torch.nn.ParameterDict`.

    >>> weights = nn.ParameterDict({"left": torch.ones(2), "right": torch.ones(3)})
    >>> [name for name, _ in weights.named_parameters()]
    ['left', 'right']
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self._keys: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        return getattr(self, _checked_key(key))

    def __setitem__(self, key: str, value: Any) -> None:
        self._keys[key] = None
        if isinstance(value, Tensor) and not isinstance(value, Parameter):
            value = Parameter(value)
        setattr(self, _checked_key(key), value)

    def __delitem__(self, key: str) -> None:
        del self._keys[key]
        delattr(self, _checked_key(key))

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._keys.keys()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Each name with its parameter."""
        return ((key, self[key]) for key in self._keys)

    def values(self) -> Iterable[Any]:
        """The parameters."""
        return (self[key] for key in self._keys)

    def copy(self) -> ParameterDict:
        """Another dict of the same parameters."""
        return ParameterDict(OrderedDict(self.items()))

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The parameter of that name; it is `default` from now on, if there was none."""
        if key not in self:
            self[key] = default
        return self[key]

    def get(self, key: str, default: Any = None) -> Any:
        """The parameter of that name, or `default`."""
        return self[key] if key in self else default  # noqa: SIM401

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> ParameterDict:
        """A new dict with `default` for each of the names."""
        return ParameterDict((key, default) for key in keys)

    def clear(self) -> None:
        """Take all out."""
        for key in list(self._keys):
            del self[key]

    def pop(self, key: str) -> Any:
        """Take one out, and give it."""
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Take the last out, and give it with its name."""
        key = next(reversed(self._keys))
        return key, self.pop(key)

    def update(self, parameters: Any) -> None:
        """Put in those of a dict, or of pairs. Follows `torch.nn.ParameterDict.update`."""
        if not isinstance(parameters, Iterable):
            raise TypeError(
                "ParametersDict.update should be called with an iterable of key/value pairs, but "
                f"got {type(parameters).__name__}"
            )
        pairs: Any = parameters
        if isinstance(parameters, (OrderedDict, ParameterDict)):
            pairs = parameters.items()
        elif isinstance(parameters, Mapping):
            pairs = sorted(parameters.items())
        for place, pair in enumerate(pairs):
            if not isinstance(pair, Iterable):
                raise TypeError(
                    f"ParameterDict update sequence element #{place} should be Iterable; is"
                    f"{type(pair).__name__}"
                )
            key, value = _two(place, list(pair))
            self[key] = value

    def __or__(self, other: ParameterDict) -> ParameterDict:
        out = self.copy()
        out.update(other)
        return out

    def __ror__(self, other: ParameterDict) -> ParameterDict:
        out = other.copy()
        out.update(self)
        return out

    def __ior__(self, other: ParameterDict) -> Self:
        self.update(other)
        return self

    def __call__(self, input: Any) -> Any:
        raise RuntimeError("ParameterDict should not be called.")

    def extra_repr(self) -> str:
        """A line for each: what it is, its type and size."""
        lines = []
        for key, value in self.items():
            if isinstance(value, Tensor):
                kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
                size = "x".join(map(str, value.shape))
                lines.append(f"  ({key}): {kind} containing: [{typename(value)} of size {size}]")
            else:
                lines.append(f"  ({key}): Object of type: {type(value).__name__}")
        return "\n".join(lines)


def _checked_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(
            "Index given to ParameterDict cannot be used as a key as it is not a string (type is "
            f"'{type(key).__name__}'). Open an issue on github if you need non-string keys."
        )
    return key


def _two(place: int, pair: list[Any]) -> list[Any]:
    if len(pair) != 2:
        raise ValueError(
            f"ParameterDict update sequence element #{place} has length {len(pair)}; 2 is required"
        )
    return pair
