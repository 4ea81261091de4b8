"""README and the index of the lessons name every lesson, and every link in them leads somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tensorlab_course.exercises.students import students_files

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|#)([^)#]+)[^)]*\)")
LISTS = [ROOT / "README.md", ROOT / "lessons" / "index.md"]


def title(notebook: Path) -> str:
    """The heading of a lesson's first cell, without its number."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    heading = re.match(r"#\s+(?:\d+\W+)?(.+)", "".join(cells[0]["source"]))
    assert heading, f"{notebook.name} does not begin with a heading"
    return heading[1].strip()


@pytest.mark.parametrize("page", LISTS, ids=lambda path: path.name)
def test_lists_every_lesson_by_its_title(page: Path) -> None:
    lessons = {path: title(path) for path in sorted((ROOT / "lessons").glob("[0-9]*.ipynb"))}
    listed = {
        (page.parent / target).resolve(): text
        for text, target in LINK.findall(page.read_text(encoding="utf-8"))
        if re.match(r"\d.*\.ipynb$", Path(target).name)
    }
    assert list(listed.items()) == list(lessons.items())


@pytest.mark.parametrize("page", LISTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [target for _, target in LINK.findall(page.read_text(encoding="utf-8"))]
    # What `tensorlab lab` puts beside the index.
    beside = students_files() if page.name == "index.md" else {}
    there = {target for target in targets if target in beside or (page.parent / target).exists()}
    assert [target for target in targets if target not in there] == []


def test_the_two_commands_come_first() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    positions = [readme.index(text) for text in ("make lab", "make test", "conda", "Windows")]
    assert positions == sorted(positions)
