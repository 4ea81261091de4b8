"""What `engine.py` times: the rows of its table, each as a job on tensorlab or on torch.

A job is called again and again. What it returns is compared with torch's before it is timed: a
tensor, a text, or a list of tensors such as gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

Job = Callable[[], Any]


class Row(NamedTuple):
    """A job, the group that it belongs to, and the most that it may take of torch's time."""

    group: str
    name: str
    aim: float
    make: Callable[[ModuleType], Job]


def rows() -> list[Row]:
    """All rows of the table, group by group."""
    found = [
        *_small(),
        *_elementwise(),
        *_products(),
        *_pooling(),
        *_convolutions(),
        *_by_row(),
        *_training(),
        *_printing(),
    ]
    order = list(dict.fromkeys(row.group for row in found))
    return sorted(found, key=lambda row: order.index(row.group))


def numbers(*shape: int, seed: int = 0, low: float = -2.0, high: float = 2.0) -> Any:
    """The same float32 numbers for every library."""
    drawn = np.random.default_rng(seed).uniform(low, high, shape)
    return drawn.astype(np.float32)


def _of(lib: ModuleType, *shape: int, grad: bool = False, **options: Any) -> Any:
    return lib.from_numpy(numbers(*shape, **options)).requires_grad_(grad)


# ----- a few numbers ----------------------------------------------------------------------------

_FEW: dict[str, Callable[[ModuleType, Any, Any], Job]] = {
    "a + b": lambda lib, a, b: lambda: a + b,
    "a * b": lambda lib, a, b: lambda: a * b,
    "a - b": lambda lib, a, b: lambda: a - b,
    "a / b": lambda lib, a, b: lambda: a / b,
    "a * 2": lambda lib, a, b: lambda: a * 2,
    "a ** 2": lambda lib, a, b: lambda: a**2,
    "-a": lambda lib, a, b: lambda: -a,
    "torch.add(a, b)": lambda lib, a, b: lambda: lib.add(a, b),
    "a.mul(b)": lambda lib, a, b: lambda: a.mul(b),
    "exp": lambda lib, a, b: lambda: a.exp(),
    "tanh": lambda lib, a, b: lambda: lib.tanh(a),
    "relu": lambda lib, a, b: lambda: lib.relu(a),
    "sum": lambda lib, a, b: lambda: a.sum(),
    "mean": lambda lib, a, b: lambda: a.mean(),
    "a[1]": lambda lib, a, b: lambda: a[1],
    "a[1:]": lambda lib, a, b: lambda: a[1:],
    "view": lambda lib, a, b: lambda: a.view(3, 1),
    "unsqueeze": lambda lib, a, b: lambda: a.unsqueeze(0),
    "dot": lambda lib, a, b: lambda: a @ b,
    "stack": lambda lib, a, b: lambda: lib.stack([a, b]),
}


def _small() -> list[Row]:
    def of(make: Any, grad: bool) -> Callable[[ModuleType], Job]:
        def made(lib: ModuleType) -> Job:
            a, b = (_of(lib, 3, seed=s, low=0.5, grad=grad) for s in (1, 2))
            job: Job = make(lib, a, b)
            return job

        return made

    def matrices(grad: bool) -> Callable[[ModuleType], Job]:
        def made(lib: ModuleType) -> Job:
            a, b = (_of(lib, 3, 3, seed=s, grad=grad) for s in (1, 2))
            return lambda: a @ b

        return made

    out = []
    for grad, aim in ((False, 0.6), (True, 0.7)):
        group = "3 elements, recording a graph" if grad else "3 elements, forward"
        out += [Row(group, name, aim, of(make, grad)) for name, make in _FEW.items()]
        out.append(Row(group, "matmul, 3 × 3", aim, matrices(grad)))
    asking = {
        "a > b": lambda lib, a, b: lambda: a > b,
        "a.add_(0)": lambda lib, a, b: lambda: a.add_(0.0),
        "a.item()": lambda lib, a, b: lambda: a[0].item(),
        "torch.tensor([1., 2., 3.])": lambda lib, a, b: lambda: lib.tensor([1.0, 2.0, 3.0]),
        "torch.zeros(3)": lambda lib, a, b: lambda: lib.zeros(3),
    }
    out += [Row("3 elements, forward", name, 0.6, of(make, False)) for name, make in asking.items()]

    def chain(lib: ModuleType) -> Job:
        a, b = (_of(lib, 3, seed=s, grad=True) for s in (1, 2))

        def job() -> Any:
            a.grad = b.grad = None
            (a * b + a).sum().backward()
            return [a.grad, b.grad]

        return job

    return [*out, Row("3 elements, recording a graph", "(a * b + a).sum().backward()", 0.7, chain)]


# ----- a million numbers ------------------------------------------------------------------------


def _elementwise() -> list[Row]:
    jobs: dict[str, Callable[[ModuleType, Any, Any], Job]] = {
        "add": lambda lib, a, b: lambda: a + b,
        "mul": lambda lib, a, b: lambda: a * b,
        "div": lambda lib, a, b: lambda: a / b,
        "exp": lambda lib, a, b: lambda: a.exp(),
        "log": lambda lib, a, b: lambda: b.log(),
        "sin": lambda lib, a, b: lambda: a.sin(),
        "tanh": lambda lib, a, b: lambda: a.tanh(),
        "sigmoid": lambda lib, a, b: lambda: a.sigmoid(),
        "sqrt": lambda lib, a, b: lambda: b.sqrt(),
        "relu": lambda lib, a, b: lambda: a.relu(),
        "gelu": lambda lib, a, b: lambda: lib.nn.functional.gelu(a),
        "silu": lambda lib, a, b: lambda: lib.nn.functional.silu(a),
        "where": lambda lib, a, b: lambda: lib.where(a > 0, a, b),
        "a > b": lambda lib, a, b: lambda: a > b,
        "pow 2": lambda lib, a, b: lambda: a**2,
        "clamp": lambda lib, a, b: lambda: a.clamp(-1, 1),
        "abs": lambda lib, a, b: lambda: a.abs(),
        "sum": lambda lib, a, b: lambda: a.sum(),
        "mean": lambda lib, a, b: lambda: a.mean(),
        "max": lambda lib, a, b: lambda: a.max(),
        "sum of rows": lambda lib, a, b: lambda: a.view(1000, 1000).sum(1),
        "sum of columns": lambda lib, a, b: lambda: a.view(1000, 1000).sum(0),
    }

    def of(make: Any) -> Callable[[ModuleType], Job]:
        def made(lib: ModuleType) -> Job:
            a, b = _of(lib, 10**6, seed=1), _of(lib, 10**6, seed=2, low=0.1)
            job: Job = make(lib, a, b)
            return job

        return made

    return [Row("elementwise, 10⁶ elements", name, 1.1, of(make)) for name, make in jobs.items()]


def _products() -> list[Row]:
    def of(size: int) -> Callable[[ModuleType], Job]:
        def made(lib: ModuleType) -> Job:
            a, b = (_of(lib, size, size, seed=s) for s in (1, 2))
            return lambda: a @ b

        return made

    return [Row("matmul", f"{size} × {size}", 1.1, of(size)) for size in (256, 1024)]


# ----- images -----------------------------------------------------------------------------------


def _through(
    call: Callable[[ModuleType, Any], Any], *shapes: tuple[int, ...], backward: bool
) -> Callable[[ModuleType], Job]:
    """A function of tensors of some shapes; or it, and its gradients."""

    def made(lib: ModuleType) -> Job:
        xs = [_of(lib, *shape, seed=i, grad=backward) for i, shape in enumerate(shapes)]
        if not backward:
            return lambda: call(lib, xs)

        first = call(lib, xs)
        back = _of(lib, *first.shape, seed=9)

        def job() -> Any:
            for x in xs:
                x.grad = None
            call(lib, xs).backward(back)
            return [x.grad for x in xs]

        return job

    return made


def _both(
    group: str, name: str, aims: tuple[float, float], call: Any, *shapes: tuple[int, ...]
) -> list[Row]:
    return [
        Row(f"{group}, forward", name, aims[0], _through(call, *shapes, backward=False)),
        Row(f"{group}, with backward", name, aims[1], _through(call, *shapes, backward=True)),
    ]


def _pooling() -> list[Row]:
    return _both(
        "max_pool2d",
        "N32 C32 28×28",
        (0.3, 0.8),
        lambda lib, xs: lib.nn.functional.max_pool2d(xs[0], 2),
        (32, 32, 28, 28),
    )


def _convolutions() -> list[Row]:
    def conv(**options: Any) -> Any:
        return lambda lib, xs: lib.nn.functional.conv2d(*xs, **options)

    group = "conv2d"
    return [
        *_both(
            group, "N1 C3 32×32 O16", (1.1, 0.9), conv(), (1, 3, 32, 32), (16, 3, 3, 3), (16,)
        ),
        *_both(
            group, "N8 C16 32×32 O32", (1.7, 1.7), conv(padding=1), (8, 16, 32, 32), (32, 16, 3, 3)
        ),
        *_both(
            group, "N32 C32 28×28 O64", (1.3, 1.3), conv(padding=1),
            (32, 32, 28, 28), (64, 32, 3, 3),
        ),
        *_both(
            f"depthwise {group}", "N8 C32 32×32", (3, 3), conv(padding=1, groups=32),
            (8, 32, 32, 32), (32, 1, 3, 3),
        ),
    ]  # fmt: skip


# ----- rows of a batch --------------------------------------------------------------------------


def _by_row() -> list[Row]:
    def loss(lib: ModuleType, xs: list[Any]) -> Any:
        classes = xs[0].shape[1]
        target = lib.from_numpy(np.arange(len(xs[0]), dtype=np.int64) % classes)
        return lib.nn.functional.cross_entropy(xs[0], target)

    def layer_norm(lib: ModuleType, xs: list[Any]) -> Any:
        return lib.nn.functional.layer_norm(xs[0], xs[0].shape[1:], *xs[1:])

    def batch_norm(lib: ModuleType, xs: list[Any]) -> Any:
        return lib.nn.functional.batch_norm(xs[0], None, None, *xs[1:], training=True)

    group, aims = "rows of a batch of 64", (1.2, 1.2)
    out = []
    for size in (10, 1000):
        out += _both(group, f"softmax, {size}", aims, _softmax, (64, size))
        out += _both(group, f"cross_entropy, {size}", aims, loss, (64, size))
    for size in (64, 512):
        out += _both(group, f"layer_norm, {size}", aims, layer_norm, (64, size), (size,), (size,))
    for shape in ((64, 256), (64, 32, 14, 14)):
        name = " × ".join(map(str, shape[1:]))
        weights = (shape[1],), (shape[1],)
        out += _both(group, f"batch_norm, {name}", aims, batch_norm, shape, *weights)
    return out


def _softmax(lib: ModuleType, xs: list[Any]) -> Any:
    return xs[0].softmax(1)


# ----- models -----------------------------------------------------------------------------------


def lenet(lib: ModuleType) -> Any:
    nn = lib.nn
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def mlp(lib: ModuleType) -> Any:
    return lib.nn.Sequential(lib.nn.Linear(784, 256), lib.nn.ReLU(), lib.nn.Linear(256, 10))


def training_step(
    model: Callable[[ModuleType], Any],
    shape: tuple[int, ...],
    optimizer: Callable[[ModuleType, Any], Any],
) -> Callable[[ModuleType], Job]:
    """Forward, cross-entropy, backward and the optimizer's step; gives the loss."""

    def made(lib: ModuleType) -> Job:
        lib.manual_seed(0)
        net = model(lib)
        x = _of(lib, *shape)
        y = lib.from_numpy(np.arange(shape[0], dtype=np.int64) % 10)
        optim = optimizer(lib, net.parameters())

        def job() -> Any:
            optim.zero_grad()
            loss = lib.nn.functional.cross_entropy(net(x), y)
            loss.backward()
            optim.step()
            return loss

        return job

    return made


def _training() -> list[Row]:
    optimizers: dict[str, Any] = {
        "SGD": lambda lib, params: lib.optim.SGD(params, lr=0.01),
        "Adam": lambda lib, params: lib.optim.Adam(params, lr=0.001),
    }
    out = []
    for name, optimizer in optimizers.items():
        step = training_step(lenet, (64, 1, 28, 28), optimizer)
        out.append(Row("a training step", f"LeNet, batch 64, {name}", 1.3, step))
        step = training_step(mlp, (64, 784), optimizer)
        out.append(Row("a training step", f"MLP 784-256-10, batch 64, {name}", 1.0, step))
    return out


def _printing() -> list[Row]:
    def of(size: int) -> Callable[[ModuleType], Job]:
        def made(lib: ModuleType) -> Job:
            x = _of(lib, size)
            return lambda: repr(x)

        return made

    return [Row("printing", f"{size} elements", 0.6, of(size)) for size in (10, 1000)]
