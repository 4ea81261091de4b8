"""What a student finds in the browser edition, lessons and exercises, and where each opens."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import nbformat
from nbformat.v4.rwbase import rejoin_lines

from tensorlab_course import paths
from tensorlab_course.exercises.students import FOLDER, students_files
from tensorlab_course.lab.copying import read_files

# The folder of the course, in the student's files.
LESSONS = "lessons"
# The page that opens one notebook, and nothing around it.
APP = "notebooks"


def address(lesson: str) -> str:
    """Where a lesson or an exercise opens, from the folder of the browser edition.

    `lesson` is its name with or without `.ipynb`; an exercise is named by its path.

    >>> address("03-indexing")
    'notebooks/index.html?path=lessons/03-indexing.ipynb'
    >>> address("exercises/tensors/exercises-03-indexing.ipynb")
    'notebooks/index.html?path=lessons/exercises/tensors/exercises-03-indexing.ipynb'
    """
    name = lesson.removesuffix(".ipynb") + ".ipynb"
    return f"{APP}/index.html?path={quote(f'{LESSONS}/{name}')}"


def course_files() -> dict[str, bytes]:
    """Every file of a student's course, by its path."""
    work = f"{FOLDER}/"
    lessons = read_files(paths.lessons_dir())
    files = {name: data for name, data in lessons.items() if not name.startswith(work)}
    files |= students_files()
    return {
        f"{LESSONS}/{name}": joined(data) if name.endswith(".ipynb") else data
        for name, data in sorted(files.items())
    }


def joined(notebook: bytes) -> bytes:
    """The notebook, with each text in one piece: JupyterLite takes the lines of a list for texts.

    A notebook's file may hold a text as a list of its lines. Jupyter's server puts them together.
    """
    content = rejoin_lines(nbformat.reads(notebook.decode(), as_version=4))
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def write(files: Mapping[str, bytes], out: Path) -> None:
    """Put the files into the site, with the lists by which JupyterLite finds them."""
    folders: dict[PurePosixPath, dict[str, dict[str, Any]]] = {PurePosixPath(): {}}
    for name, data in files.items():
        place = out / "files" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        path = PurePosixPath(name)
        for child in (path, *path.parents[:-1]):
            listed = folders.setdefault(child.parent, {})
            if child is path:
                listed[child.name] = _file(path, len(data))
            else:
                listed[child.name] = _folder(child, None)
                folders.setdefault(child, {})
    for folder, children in folders.items():
        listing = out / "api" / "contents" / folder / "all.json"
        listing.parent.mkdir(parents=True, exist_ok=True)
        content = [children[name] for name in sorted(children)]
        listing.write_text(json.dumps(_folder(folder, content), indent=1), encoding="utf-8")


def _folder(path: PurePosixPath, content: list[dict[str, Any]] | None) -> dict[str, Any]:
    listed = _entry(path, "directory")
    return listed | {"content": content, "format": None if content is None else "json"}


def _file(path: PurePosixPath, size: int) -> dict[str, Any]:
    kind = "notebook" if path.suffix == ".ipynb" else "file"
    mimetype = {".md": "text/markdown"}.get(path.suffix)
    return _entry(path, kind) | {"size": size, "mimetype": mimetype}


def _entry(path: PurePosixPath, kind: str) -> dict[str, Any]:
    return {
        "name": path.name,
        "path": "" if path == PurePosixPath() else path.as_posix(),
        "type": kind,
        "created": _today(),
        "last_modified": _today(),
        "content": None,
        "format": None,
        "mimetype": None,
        "size": None,
        "writable": True,
        "hash": None,
        "hash_algorithm": None,
    }


@cache
def _today() -> str:
    """The time of building, or what SOURCE_DATE_EPOCH says, so that a build can be repeated."""
    seconds = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
