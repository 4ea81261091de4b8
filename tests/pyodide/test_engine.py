"""The engine's own tests pass on WebAssembly, where whole numbers of numpy's have 32 bits."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PARTS = {
    "expressions": ["tests/test_expressions.py"],
    "modules": ["tests/nn", "tests/optim", "tests/kernels", "tests/autograd"],
    "the rest": ["tests/test_printing.py", "tests/test_random.py", "tests/test_settings.py"],
    "doctests": ["tensorlab", "--ignore=tensorlab/widgets"],
}
# They start another Python, or an array of more bytes than WebAssembly counts.
IMPOSSIBLE = (
    "tests/test_printing.py::test_what_is_left_out_of_a_summary_is_never_looked_at",
    "tests/test_random.py::test_two_programs_without_a_seed_differ",
    "tests/test_random.py::test_importing_does_not_import_numpys_generators",
)

pytestmark = pytest.mark.pyodide


@pytest.mark.parametrize("part", PARTS)
def test_they_pass_in_pyodide(part: str, require: Callable[[str], str]) -> None:
    node, folder = require("node"), os.environ["TENSORLAB_PYODIDE"]
    command = [node, "--stack-size=6000", str(HERE / "run.mjs"), folder, "-q", *PARTS[part]]
    command += [f"--deselect={test}" for test in IMPOSSIBLE]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    assert ran.returncode == 0, (ran.stdout + ran.stderr)[-6000:]
