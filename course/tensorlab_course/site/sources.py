"""The files that the book is made of: what each is called in the repository, and on the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tensorlab_course import paths
from tensorlab_course.exercises import students

# A link of Markdown to a file, and not to another host: its words, the path and the anchor.
LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\((?![a-z+]+:|#)([^)\s#]+)(#[^)\s]*)?\)")
PICTURE = re.compile(r"!\[([^\]\n]*)\]\((?![a-z+]+:)([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~)", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A file of the repository that becomes a page.

    `name` is its path in the repository, from which its links lead; `page` its path in the book.
    """

    name: str
    page: str
    content: bytes

    @property
    def is_notebook(self) -> bool:
        """Whether it is a notebook; the others are Markdown."""
        return self.page.endswith(".ipynb")


def collect() -> list[Source]:
    """Every page that somebody wrote: lessons, exercises, documents.

    FileNotFoundError where the installation lacks its lessons or its exercises.
    """
    return [*_lessons(), *_exercises(), *_documents()]


def _lessons() -> Iterator[Source]:
    for path in sorted(paths.lessons_dir().iterdir()):
        if path.suffix in (".ipynb", ".md") and not path.name.endswith(".new.ipynb"):
            yield Source(f"lessons/{path.name}", f"lessons/{path.name}", path.read_bytes())


def _exercises() -> Iterator[Source]:
    """As students have them, in a folder beside the lessons; on the site they are on top."""
    for name, content in students.students_files().items():
        yield Source(f"lessons/{name}", name, content)


def _documents() -> Iterator[Source]:
    for path in sorted(paths.docs_dir().glob("*.md")):
        yield Source(f"docs/{path.name}", f"docs/{path.name}", path.read_bytes())
    yield Source("CONTRIBUTING.md", "docs/contributing.md", paths.contributing().read_bytes())
    for name in ("SECURITY.md", "SCALE.md"):
        content = (paths.PACKAGE / "grading" / name).read_bytes()
        inside = f"course/tensorlab_course/grading/{name}"
        yield Source(inside, f"docs/{name.lower()}", content)


def pictures() -> dict[str, bytes]:
    """The pictures beside the documents, by their path in the book, which is the repository's."""
    found = sorted(path for path in paths.docs_dir().iterdir() if path.suffix in (".png", ".svg"))
    return {f"docs/{path.name}": path.read_bytes() for path in found}


def relinker(sources: list[Source]) -> Callable[[Source, str], str]:
    """A function that makes the links of a page's Markdown lead to other pages of the book.

    What a link led to outside the book is named and no more: there is nothing to open.
    """
    pages = {source.name: source.page for source in sources}
    known_pictures = pictures()

    def relinked(source: Source, markdown: str) -> str:
        folder = posixpath.dirname(source.name)
        here = posixpath.dirname(source.page)

        def link(found: re.Match[str]) -> str:
            words, path, anchor = found[1], found[2], found[3] or ""
            page = pages.get(posixpath.normpath(posixpath.join(folder, path)))
            if page is None:
                return words
            return f"[{words}]({posixpath.relpath(page, here or '.')}{anchor})"

        def picture(found: re.Match[str]) -> str:
            path = posixpath.normpath(posixpath.join(folder, found[2]))
            if path not in known_pictures:
                return found[1]
            return f"![{found[1]}]({posixpath.relpath(path, here or '.')})"

        return _outside_fences(markdown, lambda text: LINK.sub(link, PICTURE.sub(picture, text)))

    return relinked


def _outside_fences(markdown: str, change: Callable[[str], str]) -> str:
    """The Markdown with what is not a block of code changed."""
    parts: list[str] = []
    fenced = False
    for line in markdown.splitlines(keepends=True):
        marks = bool(FENCE.match(line.lstrip()))
        parts.append(line if fenced or marks else change(line))
        fenced ^= marks
    return "".join(parts)


def write(folder: Path, page: str, content: bytes | str) -> None:
    """Write a page to its place under `folder`."""
    path = folder / page
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
