"""`python -m tensorlab` is the `tensorlab` command, which belongs to the course."""

from __future__ import annotations

import importlib
import sys


def main() -> None:
    """Hand over to the course by its name: the engine imports nothing above it."""
    try:
        course = importlib.import_module("tensorlab_course.__main__")
    except ModuleNotFoundError:
        sys.exit(
            "This is the engine alone: import tensorlab as torch. "
            'For the course: pip install "tensorlab[course]"'
        )
    course.main()


if __name__ == "__main__":
    main()
