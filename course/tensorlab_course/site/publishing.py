"""Puts a finished site into its folder, and loses nothing that lies there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# The names of our files, in the folder itself: what it does not name is not ours.
LIST = ".tensorlab-site"


class NotOurs(Exception):
    """The folder holds something that this command did not write. The message says what to do."""


def check_folder(out: Path) -> None:
    """NotOurs where `out` is a file, or a folder that holds anything and never held a site."""
    if out.exists() and not out.is_dir():
        raise NotOurs(f"{out} is a file. Give the path of a folder, or of one to make.")
    if out.is_dir() and not (out / LIST).is_file() and any(out.iterdir()):
        raise NotOurs(
            f"{out} holds files, and none of them is a site made by this command. "
            "Nothing was touched. Give another folder, or empty this one."
        )


def publish(made: Path, out: Path) -> int:
    """Move every file of `made` into `out`; how many there are.

    Of an older site there, what is no longer part of it goes; anything else stays as it is: a
    CNAME, a .git. NotOurs, with nothing touched, where a file of somebody else is in the way.
    """
    check_folder(out)
    files = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    before = _listed(out)
    for name in files:
        in_the_way = name not in before and _what_is_at(out, name)
        if in_the_way:
            raise NotOurs(f"{in_the_way} is not of this site, and in its way. Move it elsewhere.")
    out.mkdir(parents=True, exist_ok=True)
    _write_list(out, sorted(before | set(files)))  # whatever stops this, the folder is ours
    for name in files:
        there = out / name
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made / name, there)
    _write_list(out, files)
    for name in before - set(files):
        _remove(out, out / name)
    return len(files)


def _what_is_at(out: Path, name: str) -> Path | None:
    """What keeps a new file from its place: something there, or a file where a folder should be."""
    for folder in reversed(Path(name).parents[:-1]):
        if os.path.lexists(out / folder) and not (out / folder).is_dir():
            return out / folder
    return out / name if os.path.lexists(out / name) else None


def _listed(out: Path) -> set[str]:
    """What was written there before; never a path that leads out of the folder."""
    try:
        lines = (out / LIST).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return set()
    return {line for line in lines if line and ".." not in Path(line).parts and line[0] != "/"}


def _write_list(out: Path, files: list[str]) -> None:
    new = out / f"{LIST}.new"
    new.write_text("".join(f"{name}\n" for name in files), encoding="utf-8")
    new.replace(out / LIST)


def _remove(out: Path, path: Path) -> None:
    """Remove a file that is no longer part of the site, and the folders that it leaves empty."""
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == out or any(folder.iterdir()):
            break
        folder.rmdir()
