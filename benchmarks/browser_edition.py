"""Seconds from a click on a lesson to its first executed cell, in the browser edition.

Builds the edition with the Pyodide of a folder, serves it from this machine, and opens a lesson in
a Chromium that has seen nothing before, several times:

    python benchmarks/browser_edition.py FOLDER-WITH-PYODIDE [ROUNDS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / folder) for folder in ("", "browser")]

from edition import built, served  # noqa: E402

from needs import find  # noqa: E402
from tensorlab_course.site.browser import address  # noqa: E402

LESSON = "01-creating-a-tensor"
FIRST_PROMPT = ".jp-CodeCell .jp-InputPrompt"


def once(site: str) -> tuple[float, float]:
    """Seconds until the lesson shows, and until its first cell was run."""
    with sync_playwright() as started, tempfile.TemporaryDirectory() as profile:
        context = started.chromium.launch_persistent_context(
            profile, executable_path=find("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = context.new_page()
        page.set_default_timeout(180_000)
        begin = time.perf_counter()
        page.goto(site + address(LESSON), wait_until="commit")
        page.locator(".jp-CodeCell .cm-content").first.click()
        shown = time.perf_counter() - begin
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(
            f"() => /\\d/.test(document.querySelector('{FIRST_PROMPT}').textContent)"
        )
        done = time.perf_counter() - begin
        context.close()
    return shown, done


def main() -> None:
    """Print the fastest of the rounds."""
    pyodide, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with (
        tempfile.TemporaryDirectory() as folder,
        served(built(Path(folder) / "lite", pyodide)) as site,
    ):
        times = [once(site) for _ in range(rounds)]
    shown, done = min(times, key=lambda pair: pair[1])
    print(f"the lesson shows after {shown:.1f} s, its first cell is done after {done:.1f} s")


if __name__ == "__main__":
    main()
