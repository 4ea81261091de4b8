"""Builds the browser edition alone: `python -m tensorlab_course.site.browser OUT`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tensorlab_course.site.browser import SiteError, build


def main() -> None:
    """Build, and say what came of it; exit with status 1 where it cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m tensorlab_course.site.browser")
    parser.add_argument("out", type=Path, help="the folder that the site is built into")
    parser.add_argument("--pyodide", help="a folder with Pyodide, or an address")
    wanted = parser.parse_args()
    try:
        built = build(wanted.out, wanted.pyodide)
    except SiteError as error:
        sys.exit(str(error))
    for warning in built.warnings:
        print(warning)
    print(f"{built.folder}: {built.files} files, {built.size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
