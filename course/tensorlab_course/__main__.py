"""The way into the `tensorlab` command: a clear sentence where the course is not installed."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; exit with status 1 where typer or rich is missing."""
    try:
        import rich  # noqa: F401
        import typer  # noqa: F401
    except ModuleNotFoundError as missing:
        sys.exit(
            f"The engine is installed, the course is not ({missing.name} is missing). "
            'To install it: pip install "tensorlab[course]"'
        )
    from tensorlab_course.cli import app

    app(prog_name="tensorlab")


if __name__ == "__main__":
    main()
