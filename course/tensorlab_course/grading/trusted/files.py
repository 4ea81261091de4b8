"""Files between a test and the student's code: data in both directions, programs in none."""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import os
import sys
import tempfile
import types
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from tensorlab_course.grading.sandbox.files import MOST_BYTES, MOST_FILES, Signature, scan

if TYPE_CHECKING:
    from tensorlab_course.grading.trusted.remote import Remote

# What a test may find of the student's in its own folder: nothing that anything would run.
_DATA = {
    *("", ".txt", ".csv", ".tsv", ".json", ".md", ".log", ".dat", ".html", ".xml", ".yml"),
    *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".npy", ".npz", ".ini", ".toml", ".out", ".bin"),
    ".yaml",
}
_HARMLESS_PICKLES = {
    "collections": {"OrderedDict", "Counter", "deque", "defaultdict"},
    "builtins": {"set", "frozenset", "complex", "range", "slice", "bytearray"},
    "numpy": {"ndarray", "dtype"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "datetime": {"date", "datetime", "time", "timedelta"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "_codecs": {"encode"},
    "copyreg": {"_reconstructor"},
}


class Files:
    """The folder of the tests, and one for their temporary files, shared with the sandbox."""

    def __init__(self, home: Path, temporary: Path, own: set[str]) -> None:
        self.home, self.temporary = home, temporary
        self.own = own  # the instructor's: no student's file takes the place of one
        self.shared = False  # whether the test at hand works with files
        self.unpickles = False
        tempfile.tempdir = str(temporary)
        sys.addaudithook(self._watch_pickles)

    def start(self, shared: bool) -> None:
        """Begin a test."""
        self.shared = shared

    def new_remote(self) -> _Sent:
        """What one snapshot of the student's process knows of the files."""
        return _Sent(self)

    def folders(self) -> list[str]:
        """The folders that are shared."""
        return [str(self.home), str(self.temporary)]

    def take(self, changes: Any) -> None:
        """Write what the student's code has written, where it is data."""
        taken = 0
        for change in changes if isinstance(changes, (list, tuple)) else ():
            folder, name, content = change
            path = self._path(folder, name)
            if path is None:
                continue
            with contextlib.suppress(OSError):
                if content is None:
                    path.unlink()
                elif isinstance(content, bytes) and len(content) <= MOST_BYTES:
                    taken += 1
                    if taken <= MOST_FILES:
                        path.parent.mkdir(parents=True, exist_ok=True)
                        path.write_bytes(content)

    def _path(self, folder: Any, name: Any) -> Path | None:
        if folder not in self.folders() or not isinstance(name, str) or len(name) > 200:
            return None
        inner = PurePosixPath(name)
        if inner.is_absolute() or ".." in inner.parts or not name.isprintable():
            return None
        if inner.suffix.lower() not in _DATA or (folder == str(self.home) and name in self.own):
            return None
        return Path(folder, name)

    def _watch_pickles(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Let no pickle that a student wrote call anything."""
        if event == "pickle.find_class" and self.shared:
            module, name = arguments[:2]
            if name not in _HARMLESS_PICKLES.get(str(module), ()):
                raise ValueError(f"a pickle that asks for {module}.{name} is not loaded")


class _Sent:
    """The state of the files as one snapshot of the student's process knows them."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._sent: dict[str, dict[str, Signature]] = {
            str(files.home): scan(str(files.home)),
            str(files.temporary): {},
        }
        self._folders: set[tuple[str, str]] = set()
        self._first = True

    def changes(self) -> dict[str, Any] | None:
        """What the test has written or removed since; None for nothing."""
        listed: list[tuple[str, str, bytes | None]] = []
        removed: list[tuple[str, str]] = []
        for folder, known in self._sent.items():
            now = scan(folder)
            for name, signature in now.items():
                if known.get(name) != signature and signature[1] <= MOST_BYTES:
                    listed.append((folder, name, Path(folder, name).read_bytes()))
            removed += [(folder, name) for name in known if name not in now]
            self._sent[folder] = now
            for place, folders, _ in os.walk(folder):
                for one in folders:
                    inner = os.path.relpath(os.path.join(place, one), folder)  # noqa: PTH118
                    if (folder, inner) not in self._folders:
                        self._folders.add((folder, inner))
                        listed.append((folder, inner, None))
        if not (listed or removed or self._first):
            return None
        self._first = False
        return {
            "home": str(self.files.home),
            "folders": self.files.folders(),
            "files": listed[: 2 * MOST_FILES],
            "removed": removed,
        }

    def taken(self) -> None:
        """Remember the files as they are: the other side has just told of them."""
        for folder in self._sent:
            self._sent[folder] = scan(folder)


class StudentModules(importlib.abc.MetaPathFinder):
    """Finds modules that the student wrote: they are imported in the sandbox."""

    def __init__(self, remote: Callable[[], Remote | None]) -> None:
        self.remote = remote
        self._found: list[str] = []

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A module of the student's folder, if there is one of this name."""
        remote = self.remote()
        if remote is None or remote.is_gone or "." in name:
            return None
        if f"{name}.py" not in remote.ask("programs", []):
            return None
        self._found.append(name)
        return importlib.machinery.ModuleSpec(name, _Loader(remote))

    def forget(self) -> None:
        """Forget them: another snapshot has its own."""
        for name in self._found:
            sys.modules.pop(name, None)
        self._found.clear()


class _Loader(importlib.abc.Loader):
    def __init__(self, remote: Remote) -> None:
        self.remote = remote

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        found = self.remote.ask("import", [spec.name])

        class Borrowed(types.ModuleType):
            _is_borrowed = True

            def __getattr__(self, name: str) -> Any:
                if name.startswith("__"):
                    raise AttributeError(name)
                return getattr(found, name)

        return Borrowed(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """It has run already, where it is."""
