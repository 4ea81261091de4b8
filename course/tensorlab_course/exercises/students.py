"""What `tensorlab lab` puts into a student's folder beside the lessons."""

from __future__ import annotations

from pathlib import Path

from tensorlab_course import paths
from tensorlab_course.exercises.release import release_all

HERE = Path(__file__).parent
# The folder of the exercises, in a student's folder.
FOLDER = "exercises"


def students_files() -> dict[str, bytes]:
    """Each file of the exercises, by its path in a student's folder.

    In a clone they are made of `course/source`; a wheel holds them as they were when it was built.
    FileNotFoundError where there are none, which is a broken installation.
    """
    root = paths.clone_root()
    if root:
        notebooks = {
            name: text.encode() for name, text in release_all(root / "course" / "source").items()
        }
    else:
        released = HERE / "released"
        notebooks = {
            path.relative_to(released).as_posix(): path.read_bytes()
            for path in sorted(released.glob("*/*.ipynb"))
        }
    if not notebooks:
        raise FileNotFoundError(f"there are no exercises in {HERE}")
    files = {"index.md": (HERE / "index.md").read_bytes()} | notebooks
    return {f"{FOLDER}/{name}": content for name, content in files.items()}
