"""The environment of a kernel: this interpreter, and nothing of the user's own settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

KERNEL_NAME = "python3"
KERNEL_SPEC = {"display_name": "Python 3 (ipykernel)", "language": "python"}
# Set by a shell, a test runner or JupyterLab itself, these would change what a lesson shows:
# with MPLBACKEND a kernel draws no picture, and with pytest's options the run is another one.
UNWANTED = ("MPLBACKEND", "MATPLOTLIBRC", "JUPYTER_CONFIG_PATH")
UNWANTED_PREFIXES = ("PYTEST_", "JPY_")

COPY_FONT_LIST = """
import pathlib, shutil, sys
import matplotlib.font_manager
for cache in pathlib.Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
    shutil.copy(cache, sys.argv[1])
"""


def kernel_environment(folder: Path) -> dict[str, str]:
    """Environment variables for a process that starts kernels; their files go into `folder`."""
    unwanted = {name for name in os.environ if name.startswith(UNWANTED_PREFIXES)}
    environment = {k: v for k, v in os.environ.items() if k not in unwanted.union(UNWANTED)}
    _write_kernel_spec(folder / "jupyter" / "kernels" / KERNEL_NAME)
    search = [str(folder / "jupyter"), environment.get("JUPYTER_PATH", "")]
    return environment | {
        "JUPYTER_PATH": os.pathsep.join(filter(None, search)),
        "JUPYTER_DATA_DIR": str(_made(folder / "data")),
        "JUPYTER_RUNTIME_DIR": str(_made(folder / "runtime")),
        "JUPYTER_CONFIG_DIR": str(_made(folder / "config")),
        "MPLCONFIGDIR": str(_made(folder / "matplotlib")),
    }


def prepare_matplotlib(folder: Path) -> None:
    """Give the kernels matplotlib's list of fonts.

    Where it takes over 5 s to make one, as on a new machine, matplotlib says so on stderr, and
    that would stand among the outputs of a lesson.
    """
    command = [sys.executable, "-c", COPY_FONT_LIST, str(_made(folder / "matplotlib"))]
    subprocess.run(command, capture_output=True, check=False)


def _write_kernel_spec(folder: Path) -> None:
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = KERNEL_SPEC | {"argv": command}
    _made(folder).joinpath("kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
