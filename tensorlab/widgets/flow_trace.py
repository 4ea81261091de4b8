"""What happens when a model is called: its layers in order, every tensor between them, and back.

Hooks see what goes into each module and what comes out. Where a tensor arrives that no module gave,
the graph behind it tells which operations made it, and of what.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tensorlab
from tensorlab.autograd import enable_grad
from tensorlab.autograd.graph import AccumulateGrad, Node
from tensorlab.nn import Module
from tensorlab.tensor import Tensor

MOST_BOXES = 60

# Where torch calls an operation otherwise than the node that it leaves in the graph.
_CALLED = {
    "addmm": "linear",
    "convolution": "conv2d",
    "max_pool2dwith_indices": "max_pool2d",
    "mkldnn_convolution": "conv2d",
    "unsafe_view": "view",
}


@dataclass
class Value:
    """A tensor on its way: a copy of its numbers, and of the gradient that came back to it."""

    name: str
    box: int  # which box gave it, or -1
    tensor: Tensor
    node: Node | None = None
    grad: Tensor | None = None


@dataclass
class Box:
    """A call of a module that calls no other, or the operations between two such calls."""

    name: str
    type: str
    text: str
    inputs: list[int]
    module: Module | None = None  # None for operations
    outputs: list[int] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    state: str = "done"  # or "failed", or "waiting" behind one that failed


@dataclass
class Group:
    """A call of a module that calls others: the boxes from `first` to `last`."""

    name: str
    type: str
    depth: int
    parameters: list[str]
    first: int
    last: int = -1


@dataclass
class Trace:
    """A call from its inputs to its outputs, and what the gradients are on the way back."""

    kind: str
    values: list[Value] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    result: Any = None
    error: Exception | None = None
    no_way_back: str = ""  # why there are no gradients
    parameters: dict[str, Tensor] = field(default_factory=dict)

    @property
    def inputs(self) -> list[int]:
        """The values that no box gave."""
        return [at for at, value in enumerate(self.values) if value.box < 0]


class TooManyBoxes(Exception):
    """A model of more than `MOST_BOXES` boxes."""


def trace(model: Module, inputs: Mapping[str, Tensor]) -> Trace:
    """Call `model` on copies of the inputs, and go back from the sum of what it gives.

    The model's parameters keep their gradients, and its buffers may change: give a copy.
    """
    found = _record(model, inputs, differentiate=True)
    if found.error and not isinstance(found.error, TooManyBoxes):
        # It may be that only our wish for gradients was refused, as by x.numpy().
        plain = _record(model, inputs, differentiate=False)
        found = found if plain.error and type(plain.error) is type(found.error) else plain
    if isinstance(found.error, TooManyBoxes):
        raise found.error
    if not found.error:
        _go_back(model, found)
    return found


def called(node: str) -> str:
    """What torch calls the operation that a node of the graph stands for.

    >>> [called(name) for name in ("ReluBackward0", "LogSoftmaxBackward0", "AddmmBackward0")]
    ['relu', 'log_softmax', 'linear']
    """
    name = re.sub(r"Backward\d*$", "", node)
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return _CALLED.get(name, name)


def tensors_in(given: Any) -> Iterator[Tensor]:
    """The tensors in nested tuples, lists and dicts, in order."""
    if isinstance(given, Tensor):
        yield given
    elif isinstance(given, Mapping):
        for each in given.values():
            yield from tensors_in(each)
    elif isinstance(given, Sequence) and not isinstance(given, str | bytes):
        for each in given:
            yield from tensors_in(each)


def _record(model: Module, inputs: Mapping[str, Tensor], *, differentiate: bool) -> Trace:
    recorder = _Recorder(model)
    found = recorder.trace
    with enable_grad(), contextlib.redirect_stdout(io.StringIO()):
        given = []
        for name, x in inputs.items():
            wants = differentiate and x.dtype.is_floating_point
            # A copy of the leaf, which the model may change in place.
            x = x.detach().clone().requires_grad_(wants).clone()
            recorder.add(name, -1, x)
            given.append(x)
        hooks = recorder.hang_on(model)
        try:
            found.result = model(*given)
        except Exception as error:
            found.error = error
            recorder.stop()
        finally:
            for hook in hooks:
                hook.remove()
    return found


def _go_back(model: Module, found: Trace) -> None:
    """The gradients of the sum of the outputs, for every value and every parameter."""
    results = [t for t in tensors_in(found.result) if t.requires_grad]
    if not results:
        found.no_way_back = _why_not(found.result)
        return
    for parameter in model.parameters():
        parameter.grad = None
    for value in found.values:
        if value.node is not None:
            value.node.register_prehook(_keeps(value))
    try:
        with enable_grad():
            total = results[0].sum()
            for result in results[1:]:
                total = total + result.sum()
        total.backward()
    except Exception as error:
        found.no_way_back = f"Backward stopped: {type(error).__name__}: {error}"


def _keeps(value: Value) -> Any:
    def keep(gradients: tuple[Tensor, ...]) -> None:
        value.grad = gradients[0].detach().clone()

    return keep


def _why_not(result: Any) -> str:
    tensors = list(tensors_in(result))
    if not tensors:
        return f"forward gave {result!r:.40}, and no tensor: end it with return."
    if not any(t.dtype.is_floating_point for t in tensors):
        return f"The output holds {tensors[0].dtype}: only decimal numbers have gradients."
    return (
        "The output has no grad_fn: nothing in it asks for a gradient, or it was computed under "
        "no_grad() or detached."
    )


@dataclass
class _Call:
    """A call that has begun and not ended."""

    module: Module
    name: str
    inputs: list[int]
    group: Group | None
    boxes: int  # so many were there when it began
    node_ids: set[Any]


class _Recorder:
    def __init__(self, model: Module) -> None:
        self.trace = Trace(type(model).__name__, parameters=dict(model.named_parameters()))
        self.model = model
        self.paths = {module: path for path, module in model.named_modules()}
        self.owned = {id(p): name for name, p in self.trace.parameters.items()}
        self.known: dict[Any, int] = {}  # from the key of a tensor to its value
        self.kept: list[Any] = []  # so that no id is given twice
        self.names: dict[str, int] = {}
        self.calls: list[_Call] = []

    def hang_on(self, model: Module) -> list[Any]:
        """Hooks before and after every module."""
        return [
            hook
            for module in model.modules()
            for hook in (
                module.register_forward_pre_hook(self.enter, with_kwargs=True),
                module.register_forward_hook(self.leave),
            )
        ]

    # ----- the events -----

    def enter(self, module: Module, args: Any, kwargs: Any) -> None:
        """A module is called."""
        given = list(tensors_in((args, kwargs)))
        inputs = [self.find(t) for t in given]
        name = self.named(self.paths[module] or "model")
        group = None
        if any(child is not None for child in module._modules.values()):
            depth = sum(call.group is not None for call in self.calls)
            parameters = self.parameters_of(module)
            kind = type(module).__name__
            group = Group(name, kind, depth, parameters, len(self.trace.boxes))
            self.trace.groups.append(group)
        keys = {self.key(t) for t in given}
        self.calls.append(_Call(module, name, inputs, group, len(self.trace.boxes), keys))

    def leave(self, module: Module, args: Any, output: Any) -> Any:
        """A module has given its output; gives what is to go on in its place, if anything."""
        call = self.calls.pop()
        given = list(tensors_in(output))
        if call.group and len(self.trace.boxes) > call.boxes:
            found = [self.find(t) for t in given]
            call.group.last = len(self.trace.boxes) - 1
            if not self.calls:
                self.trace.outputs = found
            return None
        if call.group:  # it has parts, and called none
            self.trace.groups.remove(call.group)
        box = self.box_of(call)
        changed = None
        # What gives its input back, as Dropout may, gives a tensor of its own here: else the
        # gradients before it and behind it would be one.
        if isinstance(output, Tensor) and self.key(output) in call.node_ids:
            changed = output.clone()
            given = [changed]
        self.give(box, given)
        if not self.calls:
            self.trace.outputs = self.trace.boxes[box].outputs
        return changed

    def stop(self) -> None:
        """Forward has failed: mark where, and what would have come next."""
        if not self.calls:
            return
        open_calls, innermost = list(self.calls), self.calls[-1]
        if innermost.group and len(self.trace.boxes) > innermost.boxes:
            last = [len(self.trace.values) - 1]
            name = self.named("forward")
            text = f"the forward of {type(innermost.module).__name__}"
            self.trace.boxes.append(Box(name, text, "", last, state="failed"))
        else:
            if innermost.group:
                self.trace.groups.remove(innermost.group)
                open_calls.pop()
            self.trace.boxes[self.box_of(innermost)].state = "failed"
        inner = innermost.module
        for call in reversed(open_calls):
            if call.module is not inner:
                self.wait(call.module, inner)
                inner = call.module
            if call.group:
                call.group.last = len(self.trace.boxes) - 1

    def wait(self, around: Module, failed: Module) -> None:
        """The layers that a Sequential would have called next."""
        if not isinstance(around, tensorlab.nn.Sequential):
            return
        children = [child for child in around._modules.values() if child is not None]
        for child in children[children.index(failed) + 1 :][:MOST_BOXES]:
            name = self.named(self.paths[child])
            text = repr(child) if not child._modules else ""
            box = Box(name, type(child).__name__, text, [], child, state="waiting")
            box.parameters = self.parameters_of(child)
            self.trace.boxes.append(box)

    # ----- what they add -----

    def box_of(self, call: _Call) -> int:
        """A box for a call."""
        module = call.module
        parameters = [name for m in module.modules() for name in self.parameters_of(m)]
        text = repr(module) if not module._modules else ""
        box = Box(call.name, type(module).__name__, text, call.inputs, module)
        box.parameters = parameters
        return self.add_box(box)

    def add_box(self, box: Box) -> int:
        if len(self.trace.boxes) == MOST_BOXES:
            raise TooManyBoxes
        self.trace.boxes.append(box)
        return len(self.trace.boxes) - 1

    def give(self, box: int, tensors: list[Tensor]) -> None:
        """Note what a box gave."""
        name = f"{self.trace.boxes[box].name}()"
        for n, tensor in enumerate(tensors):
            each = f"{name}[{n}]" if len(tensors) > 1 else name
            self.trace.boxes[box].outputs.append(self.add(each, box, tensor))

    def add(self, name: str, box: int, tensor: Tensor) -> int:
        """Note a tensor as it is now, and give its number."""
        copied = tensor.detach().clone()
        self.trace.values.append(Value(name, box, copied, tensor.grad_fn))
        self.known[self.key(tensor)] = len(self.trace.values) - 1
        return len(self.trace.values) - 1

    def key(self, tensor: Tensor) -> Any:
        """What tells a tensor from what it is after a change in place, and from every other."""
        node = tensor.grad_fn
        self.kept.append(node or tensor)
        return id(node) if node else (id(tensor), tensor._version)

    def find(self, tensor: Tensor) -> int:
        """The value that this tensor is; where no module gave it, a box of operations first."""
        at = self.known.get(self.key(tensor))
        if at is not None:
            return at
        name = self.owned.get(id(tensor))
        if name is not None:
            return self.add(name, -1, tensor)
        operations, inputs, parameters = self.behind(tensor)
        if operations:
            names = list(dict.fromkeys(called(node.name()) for node in operations))
            label = ", ".join([*names[:3], *(["…"] if len(names) > 3 else [])])
            text = ", ".join(node.name() for node in operations[:12])
        else:  # no graph: all that is known is what came before
            label, text = "not recorded", ""
            inputs = [len(self.trace.values) - 1]
        box = self.add_box(Box(self.named(label), "", text, inputs, parameters=parameters))
        self.give(box, [tensor])
        return self.trace.boxes[box].outputs[0]

    def behind(self, tensor: Tensor) -> tuple[list[Node], list[int], list[str]]:
        """The operations between a tensor and the values that are known, oldest first."""
        operations: dict[int, Node] = {}
        inputs: set[int] = set()
        parameters: list[str] = []
        waiting = [tensor.grad_fn] if tensor.grad_fn else []
        while waiting:
            node = waiting.pop()
            self.kept.append(node)
            if id(node) in self.known:
                inputs.add(self.known[id(node)])
            elif isinstance(node, AccumulateGrad):
                name = self.owned.get(id(node.variable))
                if name is not None and name not in parameters:
                    parameters.append(name)
            elif id(node) not in operations:
                operations[id(node)] = node
                waiting += [before for before, _ in node.next_functions if before]
        ordered = sorted(operations.values(), key=lambda node: node.number)
        return ordered, sorted(inputs), parameters

    def parameters_of(self, module: Module) -> list[str]:
        """The names of a module's own parameters."""
        own = [p for p in module._parameters.values() if p is not None]
        return [self.owned[id(p)] for p in own if id(p) in self.owned]

    def named(self, name: str) -> str:
        """The name, with a number from the second time on."""
        count = self.names[name] = self.names.get(name, 0) + 1
        return name if count == 1 else f"{name} #{count}"
