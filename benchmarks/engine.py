"""tensorlab's time beside torch's, for what the lessons do: in turns, in one process.

    python benchmarks/engine.py [--rounds 30]        (needs torch 2.13)

The fastest round counts; both use one thread.
"""

from __future__ import annotations

import os

# numpy and torch read these when they are imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

Job = Callable[[], Any]


def jobs(lib: ModuleType) -> dict[str, Job]:
    """What is timed, by name, on one library."""
    lib.manual_seed(0)
    nn = lib.nn
    three = lib.tensor([1.0, 2.0, 3.0])
    square = lib.rand(256, 256)
    million = lib.rand(1_000_000)
    image, batch = lib.rand(1, 3, 32, 32), lib.rand(8, 16, 32, 32)
    small, large = nn.Conv2d(3, 16, 3), nn.Conv2d(16, 32, 3, padding=1)
    pool = nn.MaxPool2d(2)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
    digits = lib.rand(16, 1, 12, 12)

    def step() -> None:
        net.zero_grad()
        net(digits).sum().backward()

    return {
        "add, 3 numbers": lambda: three + three,
        "index, one row": lambda: square[3],
        "exp, 1,000,000 numbers": lambda: million.exp(),
        "matmul, 256 x 256": lambda: square @ square,
        "print, 1,000,000 numbers": lambda: repr(million),
        "conv, 1 image, 3 to 16": lambda: small(image),
        "conv, 8 images, 16 to 32": lambda: large(batch),
        "max pool, 8 images": lambda: pool(batch),
        "forward and backward": step,
    }


def seconds(job: Job, repeats: int) -> float:
    """The time of one run of a job, over some repeats."""
    start = time.perf_counter()
    for _ in range(repeats):
        job()
    return (time.perf_counter() - start) / repeats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    import torch

    import tensorlab

    torch.set_num_threads(1)
    ours, theirs = jobs(tensorlab), jobs(torch)
    print(f"{'':28}{'tensorlab':>12}{'torch':>12}{'ratio':>8}")
    for name in ours:
        repeats = max(1, int(0.002 / max(seconds(theirs[name], 3), 1e-7)))
        best = [float("inf"), float("inf")]
        for _ in range(rounds):
            for side, job in enumerate((ours[name], theirs[name])):
                best[side] = min(best[side], seconds(job, repeats))
        left, right = (f"{1e6 * each:,.1f} us" for each in best)
        print(f"{name:28}{left:>12}{right:>12}{best[0] / best[1]:>8.2f}")


if __name__ == "__main__":
    main()
