"""Module: a layer, or a model made of layers, that knows its parameters.

What is set as an attribute is sorted: a Parameter into `_parameters`, a Module into `_modules`; all
else stays a plain attribute. Everything that a module can do for its parts (list them, convert
them, save them, print them) is a walk through these two tables and `_buffers`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from tensorlab import dtypes
from tensorlab.autograd import RemovableHandle, no_grad
from tensorlab.device import only_cpu
from tensorlab.errors import noted
from tensorlab.nn.modules import hooks, state
from tensorlab.nn.modules.hints import (
    how_to_assign,
    no_attribute,
    no_forward,
    no_module,
    require_init,
)
from tensorlab.nn.naming import typename
from tensorlab.nn.parameter import Buffer, Parameter
from tensorlab.tensor import Tensor

if TYPE_CHECKING:
    from typing import Self

_Member = TypeVar("_Member")


class Module:
    """A layer, or a model made of layers: the base class of all. Follows `torch.nn.Module`.

    A class of your own says in `__init__` what it is made of, in `forward` what it computes.

    >>> class Scale(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.k = nn.Parameter(torch.tensor(2.))
    ...     def forward(self, x):
    ...         return x * self.k
    >>> scale = Scale()
    >>> scale(torch.ones(2))
    tensor([2., 2.], grad_fn=<MulBackward0>)
    >>> [name for name, _ in scale.named_parameters()]
    ['k']
    """

    training: bool
    forward: Callable[..., Any] = no_forward

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]
    _non_persistent_buffers_set: set[str]
    _forward_hooks: OrderedDict[int, Any]
    _forward_pre_hooks: OrderedDict[int, Any]
    _backward_hooks: OrderedDict[int, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kind = type(self).__name__
        if kwargs:
            name = next(iter(kwargs))
            raise TypeError(f"{kind}.__init__() got an unexpected keyword argument '{name}'")
        if args:
            raise TypeError(
                f"{kind}.__init__() takes 1 positional argument but {len(args) + 1} were given"
            )
        tables = self.__dict__  # past __setattr__, which needs them
        tables["training"] = True
        tables["_parameters"] = {}
        tables["_buffers"] = {}
        tables["_non_persistent_buffers_set"] = set()
        tables["_backward_hooks"] = OrderedDict()  # none yet; torch, too, looks for these first
        tables["_forward_hooks"] = OrderedDict()
        tables["_forward_pre_hooks"] = OrderedDict()
        tables["_modules"] = {}

    # ----- attributes -----------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:  # asked only for what is no plain attribute
        for table in ("_parameters", "_buffers", "_modules"):
            members = self.__dict__.get(table)
            if members is not None and name in members:
                return members[name]
        raise no_attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        tables = self.__dict__
        if isinstance(value, Parameter):
            require_init(tables, "_parameters", "parameters")
            self._forget(name, "_buffers", "_modules")
            self.register_parameter(name, value)
        elif isinstance(value, Buffer):
            require_init(tables, "_buffers", "buffers")
            self._forget(name, "_parameters", "_modules")
            self.register_buffer(name, value, value.__dict__["persistent"])
        elif name in tables.get("_parameters", ()):
            if value is not None:
                raise noted(
                    TypeError(
                        f"cannot assign '{typename(value)}' as parameter '{name}' "
                        "(torch.nn.Parameter or None expected)"
                    ),
                    how_to_assign(name, value),
                )
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            require_init(tables, "_modules", "module")
            self._forget(name, "_buffers")
            self._modules[name] = value
        elif name in tables.get("_modules", ()):
            if value is not None:
                raise TypeError(
                    f"cannot assign '{typename(value)}' as child module '{name}' "
                    "(torch.nn.Module or None expected)"
                )
            self._modules[name] = value
        elif name in tables.get("_buffers", ()):
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(
                    f"cannot assign '{typename(value)}' as buffer '{name}' "
                    "(torch.nn.Buffer, torch.Tensor or None expected)"
                )
            self._buffers[name] = value
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        for members in (self._parameters, self._buffers, self._modules):
            if name in members:
                del members[name]
                self._non_persistent_buffers_set.discard(name)
                return
        super().__delattr__(name)

    def _forget(self, name: str, *tables: str) -> None:
        """Drop the plain attribute or the member of `tables` that `name` was."""
        self.__dict__.pop(name, None)
        for table in tables:
            self.__dict__[table].pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __dir__(self) -> list[str]:
        members = (*self._parameters, *self._modules, *self._buffers)
        names = (*dir(type(self)), *self.__dict__, *members)
        return sorted(name for name in names if not name[0].isdigit())

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter, or None for a place that could have one, under `name`.

        Follows `torch.nn.Module.register_parameter`.
        """
        require_init(self.__dict__, "_parameters", "parameter")
        self._check_name("parameter", name, self._parameters)
        if param is not None:
            if not isinstance(param, Parameter):
                raise noted(
                    TypeError(
                        f"cannot assign '{typename(param)}' object to parameter '{name}' "
                        "(torch.nn.Parameter or None required)"
                    ),
                    how_to_assign(name, param),
                )
            if param.grad_fn:
                raise ValueError(
                    f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must "
                    f"be created explicitly. To express '{name}' as a function of another Tensor, "
                    "compute the value in the forward() method."
                )
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor that belongs to the state and is not learned, such as a running mean.

        It is saved in `state_dict()` where it is `persistent`.
        Follows `torch.nn.Module.register_buffer`.
        """
        require_init(self.__dict__, "_buffers", "buffer")
        self._check_name("buffer", name, self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{typename(tensor)}' object to buffer '{name}' "
                "(torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Add a layer under `name`. Follows `torch.nn.Module.add_module`.

        >>> net = nn.Module()
        >>> net.add_module("first", nn.ReLU())
        >>> net.first
        ReLU()
        """
        if not isinstance(module, Module) and module is not None:
            raise no_module(module)
        self._check_name("module", name, self._modules)
        self._modules[name] = module

    register_module = add_module

    def _check_name(self, kind: str, name: object, members: Mapping[str, Any]) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {typename(name)}")
        taken = name in self.__dict__ or hasattr(type(self), name) or self._has_member(name)
        if taken and name not in members:
            raise KeyError(f"attribute '{name}' already exists")
        if "." in name:
            got = f", got: {name}" if kind == "module" else ""
            raise KeyError(f'{kind} name can\'t contain "."{got}')
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')

    def _has_member(self, name: str) -> bool:
        return any(name in table for table in (self._parameters, self._buffers, self._modules))

    # ----- calling --------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not (self._backward_hooks or self._forward_hooks or self._forward_pre_hooks):
            return self.forward(*args, **kwargs)
        return self._call_with_hooks(args, kwargs)

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        after = list(self._forward_hooks.values())
        try:
            for hook, with_kwargs in list(self._forward_pre_hooks.values()):
                if with_kwargs:
                    args, kwargs = _replaced(hook(self, args, kwargs), args, kwargs)
                    continue
                changed = hook(self, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
            watch = None
            if self._backward_hooks:
                watch, args = hooks.watched(self, list(self._backward_hooks.values()), args)
            result = self.forward(*args, **kwargs)
            if watch is not None:
                result = hooks.finished(watch, result)
            while after:
                hook, with_kwargs, _ = after.pop(0)
                arguments = (args, kwargs) if with_kwargs else (args,)
                changed = hook(self, *arguments, result)
                result = result if changed is None else changed
        except Exception:
            for hook, with_kwargs, always in after:
                if always:
                    hook(self, *((args, kwargs) if with_kwargs else (args,)), None)
            raise
        return result

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before every forward; what it returns replaces the arguments.

        Follows `torch.nn.Module.register_forward_pre_hook`.
        """
        return _add_hook(self._forward_pre_hooks, (hook, with_kwargs), prepend)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after every forward; what it returns is the new output.

        Hooks run when the module is called, not when its `forward` is.
        Follows `torch.nn.Module.register_forward_hook`.

        >>> layer = nn.ReLU()
        >>> handle = layer.register_forward_hook(lambda module, args, output: print(output.shape))
        >>> y = layer(torch.ones(2, 3))
        torch.Size([2, 3])
        >>> handle.remove()
        >>> y = layer(torch.ones(2, 3))
        """
        return _add_hook(self._forward_hooks, (hook, with_kwargs, always_call), prepend)

    def register_full_backward_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` in backward; it may replace the first.

        Both are tuples. Follows `torch.nn.Module.register_full_backward_hook`.

        >>> layer = nn.ReLU()
        >>> _ = layer.register_full_backward_hook(lambda module, into, out: print(into, out))
        >>> layer(torch.ones(1, requires_grad=True)).backward()
        (tensor([1.]),) (tensor([1.]),)
        """
        return _add_hook(self._backward_hooks, (hook, False), prepend)

    register_backward_hook = register_full_backward_hook

    def register_full_backward_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_output)` in backward, before the module's own; it may replace it.

        Follows `torch.nn.Module.register_full_backward_pre_hook`.
        """
        return _add_hook(self._backward_hooks, (hook, True), prepend)

    # ----- walking through the parts --------------------------------------------------------------

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """The module itself, then all inside it, at any depth, each with its dotted name.

        A module that stands in two places is listed once.
        Follows `torch.nn.Module.named_modules`.

        >>> net = nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh()))
        >>> [name for name, _ in net.named_modules()]
        ['', '0', '1', '1.0']
        """
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                path = f"{prefix}.{name}" if prefix else name
                yield from module.named_modules(memo, path, remove_duplicate)

    def modules(self) -> Iterator[Module]:
        """The module itself, then all inside it, at any depth. Follows `torch.nn.Module.modules`.

        >>> net = nn.Sequential(nn.Conv2d(1, 2, 1), nn.Sequential(nn.ReLU(), nn.MaxPool2d(2)))
        >>> len(list(net.modules())), len(list(net.children()))
        (5, 2)
        """
        for _, module in self.named_modules():
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules one level down, each with its name.

        Follows `torch.nn.Module.named_children`.
        """
        seen = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Module]:
        """The modules one level down. Follows `torch.nn.Module.children`."""
        for _, module in self.named_children():
            yield module

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters, each with its dotted name. Follows `torch.nn.Module.named_parameters`.

        >>> net = nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU())
        >>> [name for name, _ in net.named_parameters()]
        ['0.weight', '0.bias']
        """
        yield from self._named_members(
            lambda module: module._parameters, prefix, recurse, remove_duplicate
        )

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters: what training changes. Follows `torch.nn.Module.parameters`.

        >>> sum(p.numel() for p in nn.Conv2d(2, 3, 4).parameters())
        99
        """
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """All buffers, each with its dotted name. Follows `torch.nn.Module.named_buffers`."""
        yield from self._named_members(
            lambda module: module._buffers, prefix, recurse, remove_duplicate
        )

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers. Follows `torch.nn.Module.buffers`."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def _named_members(
        self,
        members_of: Callable[[Module], Mapping[str, _Member | None]],
        prefix: str,
        recurse: bool,
        remove_duplicate: bool,
    ) -> Iterator[tuple[str, _Member]]:
        modules: Iterable[tuple[str, Module]] = [(prefix, self)]
        if recurse:
            modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
        seen = set()
        for path, module in modules:
            for name, member in members_of(module).items():
                if member is None or id(member) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(member))
                yield f"{path}.{name}" if path else name, member

    def get_submodule(self, target: str) -> Module:
        """The module at a dotted name, such as "features.0".

        Follows `torch.nn.Module.get_submodule`.
        """
        found = self
        for name in target.split(".") if target else ():
            if not hasattr(found, name):
                raise AttributeError(f"{found._get_name()} has no attribute `{name}`")
            found = getattr(found, name)
            if not isinstance(found, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        return found

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a dotted name. Follows `torch.nn.Module.get_parameter`.

        >>> nn.Sequential(nn.Conv2d(3, 8, 5)).get_parameter("0.weight").shape
        torch.Size([8, 3, 5, 5])
        """
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{module._get_name()} has no attribute `{name}`")
        parameter = getattr(module, name)
        if not isinstance(parameter, Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return parameter

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a dotted name. Follows `torch.nn.Module.get_buffer`."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{module._get_name()} has no attribute `{name}`")
        if name not in module._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        return getattr(module, name)  # type: ignore[no-any-return]

    def apply(self, fn: Callable[[Module], object]) -> Self:
        """Call `fn` with every module inside, then the module itself.

        Follows `torch.nn.Module.apply`.

        >>> def init(module):
        ...     if isinstance(module, nn.Linear):
        ...         nn.init.ones_(module.weight)
        >>> nn.Sequential(nn.Linear(2, 1), nn.ReLU()).apply(init)[0].weight
        Parameter containing:
        tensor([[1., 1.]], requires_grad=True)
        """
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    # ----- modes and types ------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Set training mode, in which dropout drops. Follows `torch.nn.Module.train`."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        """Set evaluation mode: `train(False)`. Follows `torch.nn.Module.eval`."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Whether the parameters are to be learned. Follows `torch.nn.Module.requires_grad_`."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, before the next backward. Follows `torch.nn.Module.zero_grad`."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad = parameter.grad.detach().zero_()

    def _apply(self, fn: Callable[[Tensor], Tensor]) -> Self:
        """Convert all parameters, their gradients and all buffers by `fn`."""
        for module in self.children():
            module._apply(fn)
        for parameter in self._parameters.values():
            if parameter is not None:
                with no_grad():
                    parameter.data = fn(parameter.data)
                    if parameter.grad is not None:
                        parameter.grad = fn(parameter.grad)
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert floating point parameters to a dtype: `to(torch.float64)`.

        A device may be given, too; there is one. Follows `torch.nn.Module.to`.
        """
        only_cpu(kwargs.get("device"))
        dtype = kwargs.get("dtype")
        for arg in args:
            if isinstance(arg, Tensor):
                dtype = arg.dtype
            elif isinstance(arg, dtypes.dtype):
                dtype = arg
            elif not isinstance(arg, bool):
                only_cpu(arg)
        format: Any = kwargs.get("memory_format")
        if dtype is None and format is None:
            return self
        if dtype is None:
            return self._apply(lambda t: t.to(memory_format=format) if t.ndim == format.ndim else t)
        if dtype.category < dtypes.FLOATING:
            raise TypeError(
                "nn.Module.to only accepts floating point or complex dtypes, but got desired "
                f"dtype={dtype}"
            )
        return self._apply(lambda t: t.to(dtype) if t.dtype.category >= dtypes.FLOATING else t)

    def type(self, dst_type: Any) -> Self:
        """Convert all parameters and buffers. Follows `torch.nn.Module.type`."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self) -> Self:
        """Convert floating point parameters to float32. Follows `torch.nn.Module.float`."""
        return self._apply(lambda t: t.float() if t.is_floating_point() else t)

    def double(self) -> Self:
        """Convert floating point parameters to float64. Follows `torch.nn.Module.double`."""
        return self._apply(lambda t: t.double() if t.is_floating_point() else t)

    def half(self) -> Self:
        """Convert floating point parameters to float16. Follows `torch.nn.Module.half`."""
        return self._apply(lambda t: t.half() if t.is_floating_point() else t)

    def bfloat16(self) -> Self:
        """Convert floating point parameters to bfloat16. Follows `torch.nn.Module.bfloat16`."""
        return self._apply(lambda t: t.bfloat16() if t.is_floating_point() else t)

    def cpu(self) -> Self:
        """The module itself: it is on the CPU. Follows `torch.nn.Module.cpu`."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """Raises RuntimeError: there is only the CPU here."""
        only_cpu("cuda")
        return self

    # ----- saving ---------------------------------------------------------------------------------

    def state_dict(
        self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Any]:
        """All parameters and buffers by dotted name; they share the module's memory.

        Follows `torch.nn.Module.state_dict`.

        >>> list(nn.Sequential(nn.Linear(2, 1)).state_dict())
        ['0.weight', '0.bias']
        """
        if destination is None:
            destination = OrderedDict()
        for hook in self._hooks_of("_state_dict_pre_hooks"):
            hook(self, prefix, keep_vars)
        state.save(self, destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(
                    destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars
                )
        for hook in self._hooks_of("_state_dict_hooks"):
            hook(self, destination, prefix, {})
        return destination  # type: ignore[no-any-return]

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> state.IncompatibleKeys:
        """Copy into the parameters and buffers what `state_dict()` of such a module gave.

        Raises RuntimeError where a shape differs or, if `strict`, a name.
        Follows `torch.nn.Module.load_state_dict`.

        >>> net, other = nn.Linear(2, 1), nn.Linear(2, 1)
        >>> other.load_state_dict(net.state_dict())
        <All keys matched successfully>
        """
        return state.load(self, state_dict, strict, assign)

    def get_extra_state(self) -> Any:
        """What else belongs to the state: for classes of your own that define it.

        Follows `torch.nn.Module.get_extra_state`.
        """
        raise RuntimeError(
            "Reached a code path in Module.get_extra_state() that should never be called."
        )

    def set_extra_state(self, state: Any) -> None:
        """Take what `get_extra_state` gave. Follows `torch.nn.Module.set_extra_state`."""
        raise RuntimeError(
            "Reached a code path in Module.set_extra_state() that should never be called."
        )

    def _hooks_of(self, name: str) -> list[Any]:
        return list(self.__dict__.get(name, {}).values())

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before `state_dict`.

        Follows `torch.nn.Module.register_state_dict_pre_hook`.
        """
        return RemovableHandle(self.__dict__.setdefault("_state_dict_pre_hooks", {}), hook)

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` after `state_dict`.

        Follows `torch.nn.Module.register_state_dict_post_hook`.
        """
        return RemovableHandle(self.__dict__.setdefault("_state_dict_hooks", {}), hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, …)` before `load_state_dict`.

        Follows `torch.nn.Module.register_load_state_dict_pre_hook`.
        """
        return RemovableHandle(self.__dict__.setdefault("_load_state_dict_pre_hooks", {}), hook)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after `load_state_dict`.

        Follows `torch.nn.Module.register_load_state_dict_post_hook`.
        """
        return RemovableHandle(self.__dict__.setdefault("_load_state_dict_post_hooks", {}), hook)

    def share_memory(self) -> Self:
        """The module itself: one process computes. Follows `torch.nn.Module.share_memory`."""
        return self

    def to_empty(self, *, device: Any, recurse: bool = True) -> Self:
        """Parameters and buffers of new memory. Follows `torch.nn.Module.to_empty`."""
        only_cpu(device)
        return self._apply(lambda t: t.new_empty(t.shape))

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put a module at a dotted name. Follows `torch.nn.Module.set_submodule`.

        >>> net = nn.Sequential(nn.ReLU())
        >>> net.set_submodule("0", nn.Tanh())
        >>> net[0]
        Tanh()
        """
        if target == "":
            raise ValueError("Cannot set the submodule without a target name!")
        path, _, name = target.rpartition(".")
        setattr(self.get_submodule(path), name, module)

    # ----- printing -------------------------------------------------------------------------------

    def _get_name(self) -> str:
        return self.__class__.__name__

    def extra_repr(self) -> str:
        """What stands between the parentheses when the module is printed."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        if len(lines) == 1 and not self._modules:
            return f"{self._get_name()}({extra})"
        lines += [f"({name}): {indented(repr(module))}" for name, module in self._modules.items()]
        return in_parentheses(self._get_name(), lines)


def indented(text: str) -> str:
    """`text` with every line but the first two columns to the right."""
    first, *rest = text.split("\n")
    return "\n".join([first, *("  " + line if line.strip() else "" for line in rest)])


def in_parentheses(name: str, lines: list[str]) -> str:
    """`name(…)`, each line on its own, as torch prints what has parts."""
    return f"{name}(" + "".join("\n  " + line for line in lines) + ("\n)" if lines else ")")


def _add_hook(hooks: OrderedDict[int, Any], hook: Any, prepend: bool) -> RemovableHandle:
    handle = RemovableHandle(hooks, hook)
    if prepend:
        hooks.move_to_end(handle.id, last=False)
    return handle


def _replaced(answer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The arguments that a pre-hook gave in place of these, if it did."""
    if answer is None:
        return args, kwargs
    if isinstance(answer, tuple) and len(answer) == 2:
        return answer
    raise RuntimeError(
        f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {answer}."
    )
