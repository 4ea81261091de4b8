"""Compiles the Python files that go into the site: half of what a browser does until it is ready.

Pyodide's Python reads the bytecode of its own version alone. It is made by a Python of that
version where one is installed, or by Pyodide in node; without either, the site starts slower.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tensorlab_course.site.browser.environment import cache

ASSETS = Path(__file__).parent / "assets"
PROGRAM = ASSETS / "bytecode.py"


def add_bytecode(
    files: Sequence[Path], version: str, pyodide: Path | None, say: Callable[[str], None]
) -> str:
    """Compile what is in the zip files, in place; what it lacks to do so, or nothing.

    `version` is that of Pyodide's Python; `pyodide` a folder with the distribution, if there is
    one. What was compiled once is kept in the cache.
    """
    kept = cache() / "bytecode"
    kept.mkdir(parents=True, exist_ok=True)
    stamp = PROGRAM.read_bytes() + version.encode()
    places = {
        path: kept / hashlib.sha256(stamp + path.name.encode() + path.read_bytes()).hexdigest()
        for path in files
    }
    todo = [path for path, place in places.items() if not place.exists()]
    if todo:
        command = _compiler(version, pyodide)
        if command is None:
            return f"Python {version} or node"
        say("Compiling Python's files, the first time only.")
        with tempfile.TemporaryDirectory(dir=kept) as folder:
            for path in todo:
                shutil.copyfile(path, Path(folder, path.name))
            ran = subprocess.run([*command, folder], capture_output=True, check=False)
            if ran.returncode:
                return f"a working Python {version}"
            for path in todo:
                Path(folder, path.name).replace(places[path])
    for path, place in places.items():
        shutil.copyfile(place, path)
    return ""


def _compiler(version: str, pyodide: Path | None) -> list[str] | None:
    """The command that compiles a folder's zip files, or None."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return [sys.executable, "-I", str(PROGRAM)]
    found = shutil.which(f"python{version}")
    if found and _is(found, version):
        return [found, "-I", str(PROGRAM)]
    node = shutil.which("node")
    if node and pyodide:
        return [node, str(ASSETS / "bytecode.mjs"), str(pyodide), str(PROGRAM)]
    return None


def _is(python: str, version: str) -> bool:
    """Whether that command is what its name says: some only stand in for a Python."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    said = subprocess.run([python, "-I", "-c", ask], capture_output=True, text=True, check=False)
    return said.stdout.strip() == version
