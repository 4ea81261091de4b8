"""tensorlab's time beside torch's: every result is checked, then both are timed in turns.

    python benchmarks/engine.py [--threads 1] [--rounds 20] [--only conv]      (needs torch 2.13)

All in one process, with the same threads; the fastest round counts, so that what else runs on the
machine counts as little as can be. A ratio below 1 is faster than torch. `--memory` compares the
peak of a training step, each in a process of its own; `--others` times other engines on numpy in
torch's place.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

ROUND = 0.002  # seconds a job runs in a round, at the least
PAUSE = 0.03  # after one library's turn, until its threads sleep; only with several


def same(ours: Any, theirs: Any) -> bool:
    """Whether two results are equal but for rounding."""
    if isinstance(theirs, str):
        return bool(ours == theirs)
    if isinstance(theirs, list):
        return all(map(same, ours, theirs))
    if not hasattr(theirs, "detach"):
        return math.isclose(ours, theirs, rel_tol=1e-4)
    ours, theirs = ours.detach().numpy(), theirs.detach().numpy()
    scale = float(np.abs(theirs).max()) if theirs.size else 0.0
    return ours.shape == theirs.shape and np.allclose(ours, theirs, rtol=1e-4, atol=1e-4 * scale)


def seconds(job: Any, repeats: int) -> float:
    """The time of one call of a job, over some."""
    start = time.perf_counter()
    for _ in range(repeats):
        job()
    return (time.perf_counter() - start) / repeats


def race(jobs: list[Any], rounds: int, pause: float) -> list[float]:
    """The fastest round of each job, in turns."""
    repeats = [max(1, int(ROUND / max(seconds(job, 3), 1e-7))) for job in jobs]
    best = [math.inf] * len(jobs)
    for _ in range(rounds):
        for i, job in enumerate(jobs):
            time.sleep(pause)
            best[i] = min(best[i], seconds(job, repeats[i]))
    return best


def compare(ours: ModuleType, theirs: ModuleType, options: argparse.Namespace) -> list[float]:
    """Print the table; gives the ratio of each row."""
    from rows import rows

    group, ratios, in_group = "", [], []
    for row in [row for row in rows() if options.only in f"{row.group}: {row.name}"]:
        if row.group != group:
            summary(in_group)
            group, in_group = row.group, []
            print(f"\n{group}\n{'':32}{'tensorlab':>12}{'torch':>12}{'ratio':>8}{'aim':>8}")
        jobs = [row.make(ours), row.make(theirs)]
        if not same(jobs[0](), jobs[1]()):
            print(f"  {row.name:30} NOT THE SAME RESULT")
            continue
        left, right = race(jobs, options.rounds, PAUSE if options.threads > 1 else 0)
        ratios.append(left / right)
        in_group.append(left / right)
        met = "" if left / right <= row.aim else "   not met"
        print(
            f"  {row.name:30}{1e6 * left:>9,.1f} us{1e6 * right:>9,.1f} us"
            f"{left / right:>8.2f}{row.aim:>8.2f}{met}",
            flush=True,
        )
    summary(in_group)
    return ratios


def summary(ratios: list[float]) -> None:
    """The geometric mean of a group."""
    if ratios:
        print(f"  {'geometric mean':54}{mean(ratios):>8.2f}")


def mean(ratios: list[float]) -> float:
    """The geometric mean."""
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


# ----- importing and memory: processes of their own ---------------------------------------------


def importing(rounds: int) -> None:
    """How long `import` takes, beside numpy's and torch's: whole processes."""
    modules = ("numpy", "tensorlab", "torch")
    best = dict.fromkeys(modules, math.inf)
    for _ in range(rounds):
        for module in modules:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {module}"], check=True, env=_env())
            best[module] = min(best[module], time.perf_counter() - start)
    took = best["tensorlab"]
    print("\nimporting, whole processes")
    for module in modules:
        print(f"  {module:30}{1000 * best[module]:>9,.0f} ms")
    for other, aim in (("numpy", 1.2), ("torch", 0.1)):
        met = "" if took / best[other] <= aim else "   not met"
        print(f"  {f'tensorlab / {other}':54}{took / best[other]:>8.2f}{aim:>8.2f}{met}")


def _env() -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": str(Path(__file__).parents[1])}


def peak(library: str, model: str) -> float:
    """The largest memory of a process, in MB, above what it has after the import."""
    import importlib

    import rows

    lib = importlib.import_module(library)
    shape = (64, 1, 28, 28) if model == "lenet" else (64, 784)
    optimizer = lambda lib, params: lib.optim.SGD(params, lr=0.01)  # noqa: E731
    warm = rows.training_step(getattr(rows, model), (1, *shape[1:]), optimizer)(lib)
    warm()  # what is imported and started at first use
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    job = rows.training_step(getattr(rows, model), shape, optimizer)(lib)
    for _ in range(5):
        job()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def memory() -> None:
    """What a training step of each model needs at its peak, beside torch."""
    print(f"{'peak of a training step':32}{'tensorlab':>12}{'torch':>12}{'ratio':>8}{'aim':>8}")
    for model in ("lenet", "mlp"):
        found = []
        for library in ("tensorlab", "torch"):
            command = [sys.executable, __file__, "--peak", library, model]
            text = subprocess.run(command, check=True, capture_output=True, text=True, env=_env())
            found.append(float(text.stdout))
        ratio = found[0] / found[1]
        met = "" if ratio <= 1.5 else "   not met"
        print(f"  {model:30}{found[0]:>9.1f} MB{found[1]:>9.1f} MB{ratio:>8.2f}{1.5:>8.2f}{met}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="rows whose group or name contains this")
    parser.add_argument("--memory", action="store_true", help="peaks of memory, in place of times")
    parser.add_argument("--others", action="store_true", help="mygrad, autograd and numpygrad")
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        print(peak(*options.peak))
        return
    if options.memory:
        memory()
        return
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        if os.environ.get(name) != str(options.threads):  # read when numpy is imported: start anew
            os.environ[name] = str(options.threads)
            os.execv(sys.executable, [sys.executable, *sys.argv])
    if options.others:
        import peers

        peers.compare(race, options.rounds)
        return
    import torch

    import tensorlab

    for lib in (torch, tensorlab):
        lib.set_num_threads(options.threads)
    ratios = compare(tensorlab, torch, options)
    if not options.only:
        importing(max(3, options.rounds // 2))
    print(f"\n{'geometric mean of all':56}{mean(ratios):>8.2f}{1:>8.2f}")


if __name__ == "__main__":
    main()
