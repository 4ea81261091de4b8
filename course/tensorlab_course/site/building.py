"""Builds the book: fills a folder with its sources, and has sphinx make pages of them."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import ClassVar

from tensorlab_course.site import sources
from tensorlab_course.site.command_page import write_command_page
from tensorlab_course.site.front import front_matter
from tensorlab_course.site.function_index import write_index
from tensorlab_course.site.names import targets
from tensorlab_course.site.notebooks import prepare
from tensorlab_course.site.reference import write_reference
from tensorlab_course.site.teaching import find_uses

HERE = Path(__file__).parent
# Pages that are called otherwise where they are not the first that a reader sees.
TITLES = {"lessons/index.md": "The lessons"}
# Told how far it is: what is being done, and the share that is done.
Watch = Callable[[str, float], None]


def build_book(scratch: Path, out: Path, *, browser: bool, watch: Watch) -> list[str]:
    """Build the book into `out`, with its sources in `scratch`; what sphinx complains of.

    `browser` says whether the browser edition will be beside it, to which each lesson links.
    """
    watch("collecting", 0)
    collected = sources.collect()
    source = scratch / "source"
    fill(source, collected, browser=browser)
    complaints = _run_sphinx(source, out, scratch / "doctrees", watch)
    for one in collected:
        if one.is_notebook:  # beside its page, to download
            sources.write(out, one.page, one.content)
    for left in (".buildinfo", "_static/webpack-macros.html"):  # of sphinx, and of the theme
        (out / left).unlink(missing_ok=True)
    (out / ".nojekyll").touch()  # GitHub's own generator would leave out what begins with _
    return complaints


def fill(folder: Path, collected: list[sources.Source], *, browser: bool) -> None:
    """Write everything that sphinx reads."""
    relinked = sources.relinker(collected)
    for one in collected:
        if one.is_notebook:
            sources.write(folder, one.page, prepare(one, relinked, browser=browser))
        else:
            text = relinked(one, one.content.decode())
            if title := TITLES.get(one.page):
                text = re.sub(r"\A# .*", f"# {title}", text)
            sources.write(folder, one.page, text)
    for name, content in sources.pictures().items():
        sources.write(folder, name, content)
    for name, text in write_reference().items():
        sources.write(folder, name, text)
    uses = find_uses(collected, targets())
    sources.write(folder, "reference/functions.md", write_index(uses, "reference/functions.md"))
    sources.write(folder, "reference/command.md", write_command_page())
    for name, text in front_matter(collected, uses, browser=browser).items():
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        sources.write(folder, name, before + text)


def _run_sphinx(source: Path, out: Path, doctrees: Path, watch: Watch) -> list[str]:
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    complaints = StringIO()
    with warnings.catch_warnings(), patch_docutils(), docutils_namespace():
        warnings.simplefilter("ignore")  # of what sphinx and its extensions will do one day
        application = Sphinx(
            srcdir=source,
            confdir=HERE,
            outdir=out,
            doctreedir=doctrees,
            buildername="html",
            status=_Status(watch),
            warning=complaints,
            parallel=os.cpu_count() or 1,
        )
        application.build()
    lines = re.sub(r"\x1b\[[\d;]*m", "", complaints.getvalue()).splitlines()
    return [line.replace(f"{source}{os.sep}", "") for line in lines if line.strip()]


class _Status(StringIO):
    """What sphinx says of its progress, handed on as a share."""

    # What sphinx does, and how much of the time it takes.
    STEPS: ClassVar = {
        "reading sources": (0.0, 0.5),
        "writing output": (0.5, 0.75),
        "highlighting": (0.75, 1),
    }
    SAID = re.compile(r"(reading sources|writing output|highlighting)[^\[]*\[\s*(\d+)%\]")

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch
        self.process = os.getpid()

    def write(self, text: str) -> int:
        plain = re.sub(r"\x1b\[[\d;]*m", "", text)
        found = self.SAID.search(plain)
        if found and os.getpid() == self.process:  # sphinx's workers are forks
            begin, end = self.STEPS[found[1]]
            self.watch(found[1], begin + (end - begin) * int(found[2]) / 100)
        return len(text)
