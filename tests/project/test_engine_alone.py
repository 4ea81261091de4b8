"""`import tensorlab` brings in numpy and nothing else, and is over soon."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(program: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_import_needs_numpy_alone() -> None:
    foreign = run(
        "import sys; before = set(sys.modules)\n"
        "import tensorlab\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(*sorted(new - sys.stdlib_module_names))"
    )
    assert foreign.split() == ["numpy", "tensorlab"]


def test_import_prints_nothing() -> None:
    assert run("import tensorlab") == ""


def test_import_costs_at_most_1_3_times_numpy() -> None:
    program = (
        "from time import perf_counter as now\n"
        "a = now(); import numpy; b = now(); import tensorlab; c = now()\n"
        "print((c - a) / (b - a))"
    )
    # The least of several runs: a busy machine adds to any of them.
    ratios: list[float] = []
    while len(ratios) < 10 and min(ratios, default=9.0) > 1.3:
        ratios.append(float(run(program)))
    assert min(ratios) <= 1.3, ratios


def test_the_whole_package_imports_without_the_course() -> None:
    """Every module of the engine, but for the widgets, which have an extra of their own."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "tensorlab").rglob("*.py"))
        if "widgets" not in path.parts and path.stem != "__main__"
    ]
    foreign = run(
        f"import importlib, sys; before = set(sys.modules)\n"
        f"for module in {modules}: importlib.import_module(module)\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(*sorted(new - sys.stdlib_module_names))"
    )
    assert foreign.split() == ["numpy", "tensorlab"]
