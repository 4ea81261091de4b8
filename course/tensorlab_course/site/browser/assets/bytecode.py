"""Puts bytecode into the zip files of a folder, so that a browser has nothing to compile.

Run by the Python whose bytecode it is: `python bytecode.py FOLDER`. Files whose names begin with
`tensorlab` keep their sources, which students read; the others have bytecode in their place.
"""

from __future__ import annotations

import importlib._bootstrap_external
import importlib.util
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

DATE = (1980, 1, 1, 0, 0, 0)


def compiled(path: Path) -> None:
    """Write the zip file anew, with bytecode that no date and no source is checked against."""
    keep = path.name.startswith("tensorlab")
    half = path.with_suffix(".half")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            code = bytecode(data, name) if name.endswith(".py") else None
            if code is None or keep:
                put(new, name, data)
            if code is not None:
                put(new, beside(name) if keep else name + "c", code)
    half.replace(path)


def bytecode(source: bytes, name: str) -> bytes | None:
    """The bytecode of a module; None for what is no Python, as some packages' templates."""
    try:
        code = compile(source, f"/lib/python3.13/site-packages/{name}", "exec", dont_inherit=True)
    except SyntaxError:
        return None
    digest = importlib.util.source_hash(source)
    make: Any = importlib._bootstrap_external
    return bytes(make._code_to_hash_pyc(code, digest, False))


def beside(name: str) -> str:
    """Where Python looks for the bytecode of a module whose source is there."""
    folder, _, module = name.rpartition("/")
    tag = sys.implementation.cache_tag
    return f"{folder}/__pycache__/{module.removesuffix('.py')}.{tag}.pyc".removeprefix("/")


def put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file, with no date of its own."""
    archive.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED, 9)


def main(folder: str) -> None:
    """Every zip file of the folder."""
    warnings.simplefilter("ignore", SyntaxWarning)
    for path in sorted(Path(folder).iterdir()):
        compiled(path)


if __name__ == "__main__":
    main(sys.argv[1])
