"""Copies lessons and exercises to a student's folder, and never over a student's work.

What was copied is remembered by its hash. A file that still has that hash is nobody's work, and is
replaced by a newer version; any other stays as it is, and the newer version is put beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# The course's own notes in a student's folder, hidden from JupyterLab's file browser.
NOTES = Path(".tensorlab")


@dataclass
class Copied:
    """What a call of `copy_files` did, by the names of the files."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    # A file that the student changed, and the name of the newer version beside it, if there is one.
    kept: dict[str, str | None] = field(default_factory=dict)


def copy_lessons(source: Path, target: Path) -> Copied:
    """Copy every file of `source` to `target`. See `copy_files`."""
    return copy_files(read_files(source), target)


def copy_files(files: Mapping[str, bytes], target: Path) -> Copied:
    """Write every file, by its name, to `target`, which is made where it is not there yet.

    OSError where `target` cannot be written to.
    """
    target.mkdir(parents=True, exist_ok=True)
    hashes = _read_hashes(target)
    copied = Copied()
    for name, content in files.items():
        new, old, there = _hash(content), hashes.get(name), target / name
        if not there.exists():
            _write(there, content)
            copied.added.append(name)
        elif (present := _hash(there.read_bytes())) == new:
            pass
        elif present == old:
            _write(there, content)
            copied.updated.append(name)
        else:
            beside = None
            if old != new:
                beside = _free_name_beside(name, target, hashes)
                _write(target / beside, content)
                hashes[beside] = new
            copied.kept[name] = beside
        hashes[name] = new
    _write(target / NOTES / "copied.json", json.dumps(hashes, indent=1).encode())
    return copied


def read_files(source: Path) -> dict[str, bytes]:
    """The files of a folder, by name: no hidden ones, and nothing that Python or Jupyter left."""
    paths = (path.relative_to(source) for path in sorted(source.rglob("*")) if path.is_file())
    return {
        path.as_posix(): (source / path).read_bytes()
        for path in paths
        if not any(part.startswith((".", "__pycache__")) for part in path.parts)
    }


def _free_name_beside(name: str, target: Path, hashes: dict[str, str]) -> str:
    """`a.new.ipynb` for `a.ipynb`; `a.new2.ipynb` where a student works in the first by now."""
    path, number = Path(name), 1
    while True:
        new = "new" if number == 1 else f"new{number}"
        beside = path.with_name(f"{path.stem}.{new}{path.suffix}").as_posix()
        there = target / beside
        if not there.exists() or _hash(there.read_bytes()) == hashes.get(beside):
            return beside
        number += 1


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_hashes(target: Path) -> dict[str, str]:
    """What was copied before; nothing where that cannot be read, so that every file is kept."""
    try:
        hashes = json.loads((target / NOTES / "copied.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return hashes if isinstance(hashes, dict) else {}


def _write(path: Path, content: bytes) -> None:
    """Write all of it or nothing, whenever the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    half.write_bytes(content)
    half.replace(path)
