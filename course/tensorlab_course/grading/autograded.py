"""nbgrader's autograded folder: a submission's is written beside it, and put in its place."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

_PREFIX = ".tensorlab-"


def write_autograded(
    folder: Path, notebooks: dict[str, str], files: dict[str, bytes], permissions: int, shared: bool
) -> None:
    """Make `folder` hold these notebooks and files; there is the old folder or the new one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    clean(folder)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_PREFIX))
    try:
        pages = {f"{name}.html" for name in notebooks}
        for name, content in files.items():
            if name in pages or not _is_inside(name):
                continue  # a page of that name is nbgrader's feedback
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(permissions)
        for name, text in notebooks.items():
            path = fresh / f"{name}.ipynb"
            with path.open("w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            path.chmod(permissions)
        fresh.chmod(0o2775 if shared else 0o755)
        old = fresh.with_name(fresh.name + "-old")
        if folder.is_dir() and not folder.is_symlink():
            folder.rename(old)
        elif folder.exists() or folder.is_symlink():
            folder.unlink()
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def clean(folder: Path) -> None:
    """Remove what a run that was killed left beside this folder."""
    with contextlib.suppress(OSError):
        for left in folder.parent.glob(f"{_PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)


def is_written(folder: Path, names: list[str]) -> bool:
    """Whether the folder has these notebooks."""
    return all((folder / f"{name}.ipynb").is_file() for name in names)


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def notebooks_of(results: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The executed notebooks of results, by name."""
    return {name: str(result["notebook"]) for name, result in results.items()}
