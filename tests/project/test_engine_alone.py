"""`import tensorlab` brings in numpy and nothing else, and is over soon."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


# Imports what it is given after numpy, and prints the packages that came with it.
LOOK = """
import importlib, sys
import numpy
before = set(sys.modules)
for module in {modules}:
    importlib.import_module(module)
new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(new - sys.stdlib_module_names))
"""

TIME = """
from time import perf_counter as now
start = now(); import numpy; between = now(); import tensorlab; end = now()
print((end - start) / (between - start))
"""


def run(program: str, **variables: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_import_needs_numpy_alone() -> None:
    assert run(LOOK.format(modules=["tensorlab"])).split() == ["tensorlab"]


def test_every_module_but_the_widgets_needs_numpy_alone() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "tensorlab").rglob("*.py"))
        if "widgets" not in path.parts and path.stem != "__main__"
    ]
    assert run(LOOK.format(modules=modules)).split() == ["tensorlab"]


def test_import_prints_nothing() -> None:
    assert run("import tensorlab") == ""


def test_import_costs_at_most_1_3_times_numpy(tmp_path: Path) -> None:
    """Compiled, as an installed package is; the median, since a busy machine adds to any run."""
    compiled = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    run(TIME, **compiled)
    medians: list[float] = []
    while len(medians) < 4 and min(medians, default=9.0) > 1.3:
        medians.append(statistics.median(float(run(TIME, **compiled)) for _ in range(7)))
    assert min(medians) <= 1.3, medians
