"""Reads what a student handed in, file by file, and follows no link."""

from __future__ import annotations

import fnmatch
import os
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from nbgrader import utils

from tensorlab_course.grading.reading import LARGEST_NOTEBOOK

MOST_FILES = 1000
MOST_BYTES = 32 << 20  # of all files that are no notebooks
LONGEST_NAME = 120


class Vanished(Exception):
    """The submission went away while it was read."""


@dataclass
class Submission:
    """The files of one student's submission."""

    student: str
    notebooks: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    timestamp: datetime | None = None
    notes: list[str] = field(default_factory=list)


def bad_name(student: str) -> str:
    """Why a folder's name can't be a student's; empty for a good one."""
    if not student.isprintable() or any(c in "<>\"'&\\`" for c in student):
        return "its folder has a name with signs that no student's name may have"
    if len(student.encode()) > LONGEST_NAME or student.startswith("."):
        return "its folder has a name that no student may have"
    return ""


def read_submission(student: str, folder: Path, ignore: list[str]) -> Submission:
    """All files of a submission; links and what else is no file are left out, with a note."""
    found = Submission(student)
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except NotADirectoryError:
        found.notes.append("the folder of the submission is a link or a file, and was not read")
        return found
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise Vanished from None
        found.notes.append(f"the folder of the submission can't be read: {error.strerror}")
        return found
    try:
        _Reader(found, ignore).folder(top, PurePosixPath())
    finally:
        os.close(top)
    _take_timestamp(found)
    return found


class _Reader:
    def __init__(self, found: Submission, ignore: list[str]) -> None:
        self.found = found
        self.ignore = ignore
        self.bytes = 0
        self.count = 0

    def folder(self, fd: int, path: PurePosixPath) -> None:
        """Read the files of an open folder, and of the folders in it."""
        for name in sorted(os.listdir(fd)):
            if any(fnmatch.fnmatch(name, pattern) for pattern in self.ignore):
                continue
            inner = path / name
            self.count += 1
            if self.count > 10 * MOST_FILES:
                return
            try:
                name.encode("utf-8")
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                opened = os.open(name, flags, dir_fd=fd)
            except (OSError, UnicodeEncodeError):
                self._skip(name, "is a link, or can't be read")
                continue
            try:
                self._one(opened, inner)
            finally:
                os.close(opened)

    def _one(self, fd: int, path: PurePosixPath) -> None:
        status = os.fstat(fd)
        if stat.S_ISDIR(status.st_mode):
            if len(path.parts) < 8:
                self.folder(fd, path)
            return
        if not stat.S_ISREG(status.st_mode):
            self._skip(path.name, "is no ordinary file")
        elif not path.name.isprintable() or len(path.name.encode()) > LONGEST_NAME:
            self._skip(path.name, "has a name that can't be used")
        elif path.suffix == ".ipynb" and len(path.parts) == 1:
            self.found.notebooks[path.stem] = _read(fd, LARGEST_NOTEBOOK + 1)
        elif path.suffix != ".ipynb":
            if len(self.found.files) >= MOST_FILES:
                self._skip(path.name, f"is one of more than {MOST_FILES} files")
            elif self.bytes + status.st_size > MOST_BYTES:
                self._skip(path.name, f"is beyond the {MOST_BYTES >> 20} MB of files that are read")
            else:
                content = _read(fd, MOST_BYTES)
                self.bytes += len(content)
                self.found.files[str(path)] = content

    def _skip(self, name: str, why: str) -> None:
        if len(self.found.notes) < 20:
            shown = name.encode("ascii", "replace").decode()[:60]
            shown = "".join(c if c.isprintable() else "?" for c in shown)
            self.found.notes.append(f"the file {shown} {why}, and was left out")


def _read(fd: int, most: int) -> bytes:
    parts = []
    while most > 0:
        part = os.read(fd, min(most, 1 << 20))
        if not part:
            break
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _take_timestamp(found: Submission) -> None:
    text = found.files.get("timestamp.txt", b"")[:200].decode("utf-8", "replace").strip()
    if text:
        try:
            found.timestamp = utils.parse_utc(text)
        except (ValueError, OverflowError, TypeError):
            found.notes.append("timestamp.txt holds no time, and was left out")


def read_files(folder: Path, ignore: list[str]) -> dict[str, bytes]:
    """The instructor's files beside the notebooks."""
    found: dict[str, bytes] = {}
    for path in utils.find_all_files(str(folder), [*ignore, "*.ipynb"]):
        found[os.path.relpath(path, folder)] = Path(path).read_bytes()
    return dict(sorted(found.items()))
