"""The files in the folder where a student's code runs: put there, and told of."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path
from typing import Any

MOST_FILES = 64
MOST_BYTES = 4 << 20  # of a file
_PROGRAMS = (".py", ".sh")

Signature = tuple[int, int, int]


def scan(folder: str, most: int = 4 * MOST_FILES) -> dict[str, Signature]:
    """The ordinary files below a folder, with what changes when they do."""
    found: dict[str, Signature] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in sorted(folders) if not name.startswith((".", "__pycache__"))]
        for name in sorted(names):
            path = os.path.join(place, name)  # noqa: PTH118
            with contextlib.suppress(OSError):
                status = os.lstat(path)
                if len(found) < most and (status.st_mode & 0o170000) == 0o100000:
                    found[os.path.relpath(path, folder)] = (
                        status.st_mtime_ns,
                        status.st_size,
                        status.st_ino,
                    )
    return found


def unpack(names: list[list[Any]], block: bytes) -> None:
    """Write the files of a submission, whose contents follow one another in `block`."""
    start = 0
    for name, size in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(block[start : start + size])
        start += size


def program(arguments: Any, options: dict[str, Any]) -> tuple[int, Any, Any]:
    """Run a program of the student's; its status and what it printed."""
    done = subprocess.run(arguments, **options, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


class Exchange:
    """The files that a test and the student's code have in common."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Signature]] = {}

    def put(self, request: dict[str, Any]) -> None:
        """Take the test's folders and files: each by its folder and its name in it."""
        home = str(request["home"])
        with contextlib.suppress(OSError):
            Path(home).parent.mkdir(parents=True, exist_ok=True)
            if not os.path.lexists(home):
                Path(home).symlink_to(Path.cwd())
        for folder in request["folders"]:
            self._known.setdefault(folder, {})
        for folder, name, content in request["files"]:
            path = Path(self._place(folder, home), name)
            with contextlib.suppress(OSError):
                if content is None:
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        for folder, name in request["removed"]:
            with contextlib.suppress(OSError):
                Path(self._place(folder, home), name).unlink()
        for folder in {folder for folder, *_ in [*request["files"], *request["removed"]]}:
            self._known[folder] = scan(self._place(folder, home))

    def changes(self, home: str, fresh: bool) -> list[Any]:
        """What has been written or removed since it was asked for last."""
        self._known.setdefault(home, {})
        found: list[Any] = []
        for folder, known in self._known.items():
            place = self._place(folder, home)
            now = scan(place)
            for name, signature in now.items():
                changed = known.get(name) != signature or (fresh and folder == home)
                if changed and signature[1] <= MOST_BYTES and not name.endswith(_PROGRAMS):
                    found.append((folder, name, Path(place, name).read_bytes()))
            found += [(folder, name, None) for name in known if name not in now]
            self._known[folder] = now
        return found[: 2 * MOST_FILES]

    @staticmethod
    def programs() -> list[str]:
        """The programs in the student's folder."""
        found = [path.name for path in Path().iterdir() if path.name.endswith(_PROGRAMS)]
        return sorted(found)[:MOST_FILES]

    @staticmethod
    def _place(folder: str, home: str) -> str:
        return "." if folder == home else folder
