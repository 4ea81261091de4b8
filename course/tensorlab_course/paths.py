"""Where the course finds its own files, in a clone and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def clone_root() -> Path | None:
    """The clone that this package is run from, or None where it was installed from a wheel."""
    root = PACKAGE.parent.parent
    is_clone = PACKAGE.parent.name == "course" and (root / "pyproject.toml").is_file()
    return root if is_clone and (root / "lessons").is_dir() else None


def lessons_dir() -> Path:
    """The lessons as they were written: the clone's, or those inside the wheel.

    FileNotFoundError where there are none, which is a broken installation.
    """
    root = clone_root()
    lessons = root / "lessons" if root else PACKAGE / "lessons"
    if not any(lessons.glob("*.ipynb")):
        raise FileNotFoundError(f"there are no lessons in {lessons}")
    return lessons


def docs_dir() -> Path:
    """The documents: the clone's, or those inside the wheel."""
    root = clone_root()
    return root / "docs" if root else PACKAGE / "docs"


def contributing() -> Path:
    """The guide for those who add something: the clone's, or the one inside the wheel."""
    return (clone_root() or PACKAGE) / "CONTRIBUTING.md"
