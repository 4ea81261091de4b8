"""Results on disk, each under the digest of all that went into it, written whole or not at all."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

VERSION = 2  # of what a result holds and how it is reached


class Store:
    """A folder of results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> dict[str, Any] | None:
        """The result of this key; None where there is none that can be read."""
        try:
            content = gzip.decompress(self._path(key).read_bytes())
            found: dict[str, Any] = json.loads(content)
        except (OSError, ValueError, EOFError):
            return None
        return found

    def put(self, key: str, result: dict[str, Any]) -> None:
        """Keep a result."""
        path = self._path(key)
        path.parent.mkdir(exist_ok=True)
        write_whole(path, gzip.compress(json.dumps(result).encode(), compresslevel=1))

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json.gz"


def digest(*parts: Any) -> str:
    """One digest of plain data and bytes."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes):
            content = part
        else:
            content = json.dumps(part, sort_keys=True, default=str).encode()
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


def digest_files(files: dict[str, bytes]) -> list[list[str]]:
    """What changes when any of the files does."""
    return [[name, hashlib.sha256(content).hexdigest()] for name, content in sorted(files.items())]


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file so that there is the old one or the new one, whatever happens."""
    fd, name = tempfile.mkstemp(dir=path.parent, prefix=".tensorlab-")
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
