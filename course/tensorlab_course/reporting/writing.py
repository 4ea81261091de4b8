"""Files that are written whole or not at all, and in words why one can't be."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from tensorlab_course.grading.errors import CourseError
from tensorlab_course.grading.store import write_whole


def write_file(path: Path, content: bytes) -> None:
    """Write the file; one that was there stays as it is until the new one is complete.

    It keeps the rights that it had. Raises CourseError, in words.
    """
    if path.is_dir():
        raise CourseError(f"{path} is a folder. Name a file with --output.")
    if not path.resolve().parent.is_dir():
        raise CourseError(f"The folder of {path} does not exist. Make it first.")
    try:
        write_whole(path.resolve(), content, _rights(path))
    except OSError as error:
        raise CourseError(_words(error, path)) from None


def _rights(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask


def _words(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"There is no room on the disk for {path}. Make room, then start this again."
    return f"{path} can't be written: {error.strerror or error}."
