"""The way into the `tensorlab` command: a clear sentence where the course is not installed."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; exit with status 1 where a package that it needs is missing."""
    try:
        from tensorlab_course.cli import app

        app(prog_name="tensorlab")
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("", "tensorlab", "tensorlab_course"):
            raise
        sys.exit(
            f"The course is not installed, or not all of it: {missing} is missing. "
            'To install it: pip install "tensorlab[course]"'
        )


if __name__ == "__main__":
    main()
