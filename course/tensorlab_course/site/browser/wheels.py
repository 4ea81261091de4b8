"""Wheels of what is installed here: the engine, the lessons' practice, the widgets' packages.

They are made of the files as they are, in a clone and in an installation alike, and hold what runs
in a browser: no lessons, no grading, no extensions of JupyterLab.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import tensorlab
from tensorlab_course import paths
from tensorlab_course.site.browser.distribution import normal

# The parts of tensorlab_course that a lesson imports.
COURSE = ("__init__.py", "digits.py", "frames.py", "paths.py", "pictures.py", "practice")
# What depends on what, among the packages that the site brings itself.
DEPENDS = {
    "tensorlab": ["numpy", "pillow", "anywidget", "traitlets"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "ipywidgets": ["comm", "ipython", "jupyterlab-widgets", "traitlets", "widgetsnbextension"],
    "comm": ["traitlets"],
    "pyodide-kernel": ["comm", "ipykernel", "ipython"],
    "piplite": ["micropip"],
}
INSTALLED = ("anywidget", "comm", "ipywidgets", "jupyterlab_widgets", "psygnal")
# 1980 is the first year of a zip file.
DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Wheel:
    """A wheel, and what a lock file of Pyodide says about it."""

    name: str
    version: str
    data: bytes
    imports: tuple[str, ...]

    @property
    def file_name(self) -> str:
        return f"{self.name.replace('-', '_')}-{self.version}-py3-none-any.whl"

    def entry(self) -> dict[str, Any]:
        """Its entry in the lock file."""
        return {
            "name": self.name,
            "version": self.version,
            "file_name": self.file_name,
            "install_dir": "site",
            "package_type": "package",
            "sha256": hashlib.sha256(self.data).hexdigest(),
            "imports": list(self.imports),
            "depends": DEPENDS.get(self.name, []),
            "unvendored_tests": False,
        }


def engine() -> Wheel:
    """The engine, its widgets, and what a lesson imports of the course."""
    files: dict[str, bytes] = {}
    root = Path(tensorlab.__file__).parent
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and inside.parts[:2] != ("widgets", "js") and _belongs(path):
            files[f"tensorlab/{inside.as_posix()}"] = path.read_bytes()
    for name in COURSE:
        part = paths.PACKAGE / name
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if path.is_file() and _belongs(path):
                inside = path.relative_to(paths.PACKAGE)
                files[f"tensorlab_course/{inside.as_posix()}"] = path.read_bytes()
    return make("tensorlab", _version(), files, ("tensorlab", "tensorlab_course"))


def installed(name: str, site_packages: Path) -> Wheel:
    """A wheel of a package that is installed there, without what lies outside its own folders."""
    (info,) = site_packages.glob(f"{name}-*.dist-info")
    files = {}
    for row in csv.reader((info / "RECORD").read_text(encoding="utf-8").splitlines()):
        path = site_packages / row[0]
        own = not row[0].startswith(("..", "/")) and not row[0].startswith(info.name)
        if own and path.is_file() and _belongs(path):
            files[row[0]] = path.read_bytes()
    tops = {path.partition("/")[0].removesuffix(".py") for path in files}
    return make(normal(name), info.name.removesuffix(".dist-info").partition("-")[2], files, tops)


def shipped(path: Path) -> Wheel:
    """A wheel that is there already, as the kernel's own are."""
    name, number = path.name.split("-")[:2]
    with zipfile.ZipFile(path) as archive:
        tops = {entry.partition("/")[0] for entry in archive.namelist()}
    imports = sorted(top for top in tops if not top.endswith(".dist-info"))
    return Wheel(normal(name), number, path.read_bytes(), tuple(imports))


def make(name: str, number: str, files: Mapping[str, bytes], imports: Any) -> Wheel:
    """A wheel of these files, the same bytes for the same files."""
    info = f"{name.replace('-', '_')}-{number}.dist-info"
    inside = dict(files)
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n"
    inside[f"{info}/METADATA"] = about.encode()
    inside[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: tensorlab\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    rows = [f"{path},{_digest(data)},{len(data)}\n" for path, data in inside.items()]
    inside[f"{info}/RECORD"] = ("".join(rows) + f"{info}/RECORD,,\n").encode()
    return Wheel(name, number, packed(inside), tuple(sorted(imports)))


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip file of these."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _belongs(path: Path) -> bool:
    """No test files, and nothing that Python or an editor left behind."""
    hidden = any(part.startswith((".", "__pycache__")) for part in path.parts[-3:])
    return not hidden and path.suffix not in (".pyc", ".map")


def _digest(data: bytes) -> str:
    digest = urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def _version() -> str:
    try:
        return version("tensorlab")
    except PackageNotFoundError:  # a tree that was never installed
        return "0"
