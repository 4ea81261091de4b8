"""The pages that hold the others together: the start page, and the lists behind each heading."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from tensorlab_course.site.notebooks import OPEN_IN_BROWSER
from tensorlab_course.site.reference import families
from tensorlab_course.site.sources import Source
from tensorlab_course.site.teaching import Use

PAGES = Path(__file__).parent / "pages"
# The widget of the start page, from the gallery's saved output.
SHOWN = "ConvWindow"
FENCE = "`" * 12


def front_matter(
    collected: list[Source], uses: Mapping[str, list[Use]], *, browser: bool
) -> dict[str, str]:
    """What each of these pages holds, or what follows what it holds already, by path."""
    pages = [source.page for source in collected]
    lessons = sorted(page for page in pages if re.match(r"lessons/.+\.ipynb$", page))
    exercises = [page for page in _listed_in(collected, "exercises/index.md") if page in pages]
    rest = sorted(page for page in pages if re.match(r"exercises/.+\.ipynb$", page))
    exercises += [page for page in rest if page not in exercises]
    first = "instructors", "contributors", "contributing", "security", "scale"
    documents = [f"docs/{name}.md" for name in first if f"docs/{name}.md" in pages]
    documents += [p for p in pages if p.startswith("docs/") and p not in documents]
    lessons_shown = sum(page[8:9].isdigit() for page in lessons)
    filled = {
        "lessons": str(lessons_shown),
        "exercises": str(len(exercises)),
        "functions": str(len(uses)),
        "widget": _widget(collected),
        "start": _start(lessons, browser),
    }
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    for name, text in filled.items():
        index = index.replace(f"{{{{{name}}}}}", text)
    guides = (PAGES / "guides.md").read_text(encoding="utf-8")
    reference = (PAGES / "reference.md").read_text(encoding="utf-8")
    names = "\n\n".join(f"[{shown}]({page}.rst)\n: {words}" for shown, page, words in families())
    reference = reference.replace("{{names}}", names)
    return {
        "index.md": index,
        "lessons/index.md": _toctree("lessons/", lessons),
        "exercises/index.md": _toctree("exercises/", exercises),
        "docs/index.md": guides + _toctree("docs/", documents, shown=True),
        "reference/index.md": reference,
    }


def _toctree(folder: str, pages: list[str], *, shown: bool = False) -> str:
    lines = "\n".join(page.removeprefix(folder) for page in pages)
    options = ":maxdepth: 1" if shown else ":hidden:"
    return f"\n\n```{{toctree}}\n{options}\n\n{lines}\n```\n"


def _listed_in(collected: list[Source], page: str) -> list[str]:
    """The pages beside a page, in the order in which it links to them."""
    folder = page.rpartition("/")[0]
    text = next(one.content.decode() for one in collected if one.page == page)
    return [f"{folder}/{path}" for path in re.findall(r"\]\(([^)#]+\.ipynb)\)", text)]


def _widget(collected: list[Source]) -> str:
    """The saved page of a widget from the gallery; empty where there is none."""
    gallery = next((one for one in collected if one.page == "lessons/gallery.ipynb"), None)
    if gallery is None:
        return ""
    for cell in json.loads(gallery.content)["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "".join(data.get("text/plain", "")).startswith(f"{SHOWN}("):
                html = "".join(data.get("text/html", ""))
                return f"{FENCE}{{raw}} html\n{html}\n{FENCE}"
    return ""


def _start(lessons: list[str], browser: bool) -> str:
    """The links with which a reader begins."""
    first = quote(lessons[0])
    read = f"{first.removesuffix('.ipynb')}.html"
    links = [f'<a class="tl-primary" href="{read}">Read the first lesson</a>']
    if browser:
        run = f"{OPEN_IN_BROWSER}{first}"
        links.append(
            f'<a class="tl-secondary" href="{run}">Run it here, with nothing installed</a>'
        )
    return " ".join(links)
