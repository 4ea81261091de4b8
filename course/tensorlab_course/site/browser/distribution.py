"""Pyodide, in a folder or at an address: which of its packages the site needs, and where."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tensorlab_course.site.browser.errors import SiteError

# The version that jupyterlite-pyodide-kernel in requirements.txt is made for, and its ABI.
VERSION = "0.29.3"
ABI = "2025_0"
CDN = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
# The packages of that version that the site needs, as its own lock file lists them.
PINNED = Path(__file__).parent / "pyodide-lock.json"

# Python itself.
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
# What is loaded with Python, and who needs it.
NEEDED = {
    "numpy": "the engine",
    "pillow": "the widgets",
    "ipython": "the notebooks' kernel",
    "sqlite3": "the notebooks' kernel",
    "micropip": "the notebooks' kernel",
    "traitlets": "the widgets",
    "typing-extensions": "the widgets",
}
# What the page can do without, and what it does then.
WANTED = {"matplotlib": "the drawings of eight lessons are told in words"}

Package = dict[str, Any]


@dataclass(frozen=True)
class Distribution:
    """Where Python comes from: `base` is an address that ends in a slash, or a folder."""

    base: str | Path
    packages: dict[str, Package]
    info: dict[str, Any]
    warnings: list[str] = field(default_factory=list)


def find(pyodide: str | None) -> Distribution:
    """The distribution in a folder, at an address, or, for None, at Pyodide's public CDN.

    SiteError where a part is missing that the site cannot do without.
    """
    if pyodide is None:
        return _chosen(CDN, _read(PINNED.read_text(encoding="utf-8"), "the course's own list"))
    if re.match(r"https?://", pyodide):
        return _at(pyodide.rstrip("/") + "/")
    return _in(Path(pyodide).expanduser())


def _in(folder: Path) -> Distribution:
    if not folder.is_dir():
        raise SiteError(
            f"There is no folder {folder}. Name one with a distribution of Pyodide {VERSION}, an "
            "address that begins with https://, or nothing for the public CDN."
        )
    absent = [name for name in (*CORE, LOCK) if not (folder / name).is_file()]
    if absent:
        raise SiteError(
            f"{folder} is no distribution of Pyodide: it lacks {_listed(absent)}. "
            f"Unpack a release of Pyodide {VERSION} there."
        )
    lock = _read((folder / LOCK).read_text(encoding="utf-8"), str(folder / LOCK))
    there = {
        name: package
        for name, package in lock["packages"].items()
        if (folder / package["file_name"]).is_file()
    }
    return _chosen(folder, lock | {"packages": there})


def _at(address: str) -> Distribution:
    """The packages as the address lists them; as the pinned version does where it is silent."""
    try:
        with urllib.request.urlopen(address + LOCK, timeout=5) as answer:
            text = answer.read().decode()
    except (OSError, ValueError, urllib.error.URLError) as error:
        found = _chosen(address, json.loads(PINNED.read_text(encoding="utf-8")))
        reason = getattr(error, "reason", error)
        found.warnings.append(
            f"{address} does not answer here ({reason}). The site expects Pyodide {VERSION} there."
        )
        return found
    return _chosen(address, _read(text, address + LOCK))


def _read(text: str, where: str) -> dict[str, Any]:
    """A lock file, with the names of its packages normalised: the kernel finds them by these."""
    try:
        lock = json.loads(text)
        abi = lock["info"]["abi_version"]
        packages = {
            normal(name): package | {"depends": [normal(one) for one in package["depends"]]}
            for name, package in lock["packages"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SiteError(f"{where} is not a list of Pyodide's packages.") from error
    if abi != ABI:
        raise SiteError(
            f"{where} belongs to a Pyodide with the ABI {abi}; the site is made for Pyodide "
            f"{VERSION}, with the ABI {ABI}."
        )
    return {"info": lock["info"], "packages": packages}


def _chosen(base: str | Path, lock: dict[str, Any]) -> Distribution:
    """What of it the site needs. SiteError where something is missing."""
    packages: dict[str, Package] = lock["packages"]
    missing = {one: who for name, who in NEEDED.items() for one in _missing([name], packages)}
    if missing:
        parts = ", and ".join(f"{name}, which {who} needs" for name, who in missing.items())
        raise SiteError(f"{base} has no {parts}. A full distribution of Pyodide {VERSION} has it.")
    warnings, names = [], list(NEEDED)
    for name, instead in WANTED.items():
        if lacks := _missing([name], packages):
            warnings.append(f"{base} has no {_listed(lacks)}: {instead}.")
        else:
            names.append(name)
    chosen = {name: packages[name] for name in sorted(closure(names, packages))}
    return Distribution(base, chosen, lock["info"], warnings)


def closure(names: Iterable[str], packages: Mapping[str, Package]) -> set[str]:
    """The packages of these names, and all that they depend on, as far as they are there."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found and name in packages:
            found.add(name)
            todo += packages[name]["depends"]
    return found


def _missing(names: list[str], packages: Mapping[str, Package]) -> list[str]:
    there = closure(names, packages)
    asked = {one for name in there for one in packages[name]["depends"]}
    return sorted((asked | set(names)) - set(packages))


def normal(name: str) -> str:
    """A package's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
