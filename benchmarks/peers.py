"""The same work in mygrad, autograd and numpygrad, beside tensorlab: `engine.py --others`.

Each says what it can do, and is left out where it is not installed (numpygrad wants Python 3.12).
A job gives an array, which is compared with tensorlab's before it is timed.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from rows import numbers

Jobs = dict[str, Callable[[], Any]]

THREE, SQUARE, MILLION = numbers(3), numbers(256, 256), numbers(10**6)
IMAGE, FILTERS = numbers(1, 3, 32, 32), numbers(16, 3, 3, 3)
BATCH, MORE_FILTERS = numbers(8, 16, 32, 32), numbers(32, 16, 3, 3)
POOLED = numbers(32, 32, 28, 28)
BY_TWO, WITH_GRADIENT = "2 × 2 max pooling, 32 images", "the same with backward"


def _tensorlab() -> Jobs:
    import tensorlab as torch

    three, image, filters = (torch.from_numpy(x) for x in (THREE, IMAGE, FILTERS))
    batch, more, pooled = (torch.from_numpy(x) for x in (BATCH, MORE_FILTERS, POOLED))
    square, million = torch.from_numpy(SQUARE), torch.from_numpy(MILLION)
    conv, pool = torch.nn.functional.conv2d, torch.nn.functional.max_pool2d

    def backward(made: Any, *leaves: Any) -> Any:
        for leaf in leaves:
            leaf.requires_grad_().grad = None
        made(*leaves).sum().backward()
        grad = leaves[0].grad.numpy()
        for leaf in leaves:
            leaf.requires_grad_(False)
        return grad

    return {
        "a + a, 3 numbers": lambda: (three + three).numpy(),
        "(a * a + a), backward": lambda: backward(lambda a: a * a + a, three),
        "exp, 10⁶ numbers": lambda: million.exp().numpy(),
        "tanh, 10⁶ numbers": lambda: million.tanh().numpy(),
        "sum, 10⁶ numbers": lambda: million.sum().numpy(),
        "matmul, 256 × 256": lambda: (square @ square).numpy(),
        "conv, N1 C3 O16": lambda: conv(image, filters).numpy(),
        "conv, N1 C3 O16, backward": lambda: backward(conv, image, filters),
        "conv, N8 C16 O32": lambda: conv(batch, more, padding=1).numpy(),
        BY_TWO: lambda: pool(pooled, 2).numpy(),
        WITH_GRADIENT: lambda: backward(lambda x: pool(x, 2), pooled),
    }


def _mygrad() -> Jobs:
    mg: Any = import_module("mygrad")
    layers: Any = import_module("mygrad.nnet.layers")

    def constant(x: Any) -> Any:
        return mg.tensor(x, constant=True)

    def conv(x: Any, w: Any, padding: int = 0) -> Any:
        return layers.conv_nd(x, w, stride=1, padding=padding)

    def pool(x: Any) -> Any:
        return layers.max_pool(x, (2, 2), 2)

    def backward(made: Any, *arrays: Any) -> Any:
        leaves = [mg.tensor(x) for x in arrays]
        made(*leaves).sum().backward()
        return leaves[0].grad

    three, million, square = constant(THREE), constant(MILLION), constant(SQUARE)
    image, filters, batch, more = map(constant, (IMAGE, FILTERS, BATCH, MORE_FILTERS))
    pooled = constant(POOLED)
    return {
        "a + a, 3 numbers": lambda: (three + three).data,
        "(a * a + a), backward": lambda: backward(lambda a: a * a + a, THREE),
        "exp, 10⁶ numbers": lambda: mg.exp(million).data,
        "tanh, 10⁶ numbers": lambda: mg.tanh(million).data,
        "sum, 10⁶ numbers": lambda: million.sum().data,
        "matmul, 256 × 256": lambda: mg.matmul(square, square).data,
        "conv, N1 C3 O16": lambda: conv(image, filters).data,
        "conv, N1 C3 O16, backward": lambda: backward(conv, IMAGE, FILTERS),
        "conv, N8 C16 O32": lambda: conv(batch, more, 1).data,
        BY_TWO: lambda: pool(pooled).data,
        WITH_GRADIENT: lambda: backward(pool, POOLED),
    }


def _autograd() -> Jobs:
    anp: Any = import_module("autograd.numpy")
    grad = import_module("autograd").grad
    # Outside a gradient its functions are numpy's; it has convolution with scipy alone.
    slope = grad(lambda a: anp.sum(a * a + a))
    pooled = POOLED.reshape(32, 32, 14, 2, 14, 2)
    pool = grad(lambda x: anp.sum(anp.max(anp.max(x, axis=5), axis=3)))
    return {
        "a + a, 3 numbers": lambda: anp.add(THREE, THREE),
        "(a * a + a), backward": lambda: slope(THREE),
        "exp, 10⁶ numbers": lambda: anp.exp(MILLION),
        "tanh, 10⁶ numbers": lambda: anp.tanh(MILLION),
        "sum, 10⁶ numbers": lambda: anp.sum(MILLION),
        "matmul, 256 × 256": lambda: anp.matmul(SQUARE, SQUARE),
        BY_TWO: lambda: anp.max(anp.max(pooled, axis=5), axis=3),
        WITH_GRADIENT: lambda: pool(pooled).reshape(POOLED.shape),
    }


def _numpygrad() -> Jobs:
    ng: Any = import_module("numpygrad")

    def backward(made: Any, *arrays: Any) -> Any:
        leaves = [ng.array(x, requires_grad=True) for x in arrays]
        made(*leaves).sum().backward()
        grad = leaves[0].grad
        return getattr(grad, "data", grad)

    def conv(x: Any, w: Any, padding: int = 0) -> Any:
        return ng.conv2d(x, w, ng.zeros(w.shape[0]), 1, padding)

    three, million, square = ng.array(THREE), ng.array(MILLION), ng.array(SQUARE)
    image, filters, batch, more = map(ng.array, (IMAGE, FILTERS, BATCH, MORE_FILTERS))
    return {
        "a + a, 3 numbers": lambda: (three + three).data,
        "(a * a + a), backward": lambda: backward(lambda a: a * a + a, THREE),
        "exp, 10⁶ numbers": lambda: ng.exp(million).data,
        "tanh, 10⁶ numbers": lambda: ng.tanh(million).data,
        "sum, 10⁶ numbers": lambda: million.sum().data,
        "matmul, 256 × 256": lambda: (square @ square).data,
        "conv, N1 C3 O16": lambda: conv(image, filters).data,
        "conv, N1 C3 O16, backward": lambda: backward(conv, IMAGE, FILTERS),
        "conv, N8 C16 O32": lambda: conv(batch, more, 1).data,
    }


def compare(race: Callable[[list[Any], int, float], list[float]], rounds: int) -> None:
    """Print, for each job, tensorlab's time, and how many times as long the others take."""
    ours = _tensorlab()
    makers = {"mygrad": _mygrad, "autograd": _autograd, "numpygrad": _numpygrad}
    others: dict[str, Jobs] = {}
    for name, make in makers.items():
        try:
            others[name] = make()
        except ImportError as error:
            print(f"{name} is left out: {error}")
    print(
        f"{'times as long as tensorlab':32}{'tensorlab':>12}" + "".join(f"{n:>11}" for n in others)
    )
    for name, job in ours.items():
        jobs, told = [job], {}
        for other, theirs in others.items():
            told[other] = _unfit(theirs.get(name), job)
            if not told[other]:
                jobs.append(theirs[name])
        times = race(jobs, rounds, 0)
        ratios = iter(f"{each / times[0]:.1f}" for each in times[1:])
        cells = "".join(f"{told[other] or next(ratios):>11}" for other in others)
        print(f"  {name:30}{1e6 * times[0]:>9,.1f} us{cells}", flush=True)


def _unfit(job: Any, ours: Any) -> str:
    """Why a job is not timed: `absent`, the error that it raises, or `differs`."""
    if job is None:
        return "absent"
    try:
        got = np.asarray(job())
    except Exception as error:
        return type(error).__name__[:10]
    return "" if np.allclose(got, ours(), rtol=1e-3, atol=1e-3) else "differs"
