"""A saved notebook, made ready for the book: links, words for its pictures, and ways to open it."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from tensorlab_course.site.sources import Source

# Where the browser edition opens a notebook, from the site's root.
OPEN_IN_BROWSER = "lite/notebooks/index.html?path="

Cell = dict[str, Any]


def prepare(source: Source, relinked: Callable[[Source, str], str], *, browser: bool) -> str:
    """The notebook as the book reads it; `browser` says whether a browser edition is beside it."""
    notebook = json.loads(source.content)
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = relinked(source, text)
        elif cell["cell_type"] == "code":
            _prepare_code(cell)
    _add_actions(notebook["cells"], source, browser)
    return json.dumps(notebook, ensure_ascii=False)


def _prepare_code(cell: Cell) -> None:
    """Keep its id for the page, and give its picture the words that were saved with it."""
    cell["metadata"]["tensorlab"] = {"id": f"cell-{cell['id']}"}
    for output in cell["outputs"]:
        words = output.get("metadata", {}).get("image/png", {}).get("alt")
        if words and "text/html" not in output["data"]:
            cell["metadata"]["mystnb"] = {"image": {"alt": words}}


def _add_actions(cells: list[Cell], source: Source, browser: bool) -> None:
    """Under the title: open the notebook in the browser edition, and download it."""
    first = cells[0]["source"]
    title, _, rest = first.partition("\n")
    if not title.startswith("# "):
        return
    links = [_download(source)]
    if browser:
        links.insert(0, _open_in_browser(source))
    actions = f'<div class="tl-actions">{" ".join(links)}</div>'
    cells[0]["source"] = f"{title}\n\n{actions}\n\n{rest.lstrip()}"


def _open_in_browser(source: Source) -> str:
    what = "these exercises" if source.page.startswith("exercises/") else "this lesson"
    up = "../" * source.page.count("/")
    # The browser edition has the lessons where the repository has them, and so a student.
    address = f"{up}{OPEN_IN_BROWSER}{quote(source.name)}"
    return f'<a class="tl-open" href="{address}">Open {what} in the browser</a>'


def _download(source: Source) -> str:
    name = posixpath.basename(source.page)
    return f'<a class="tl-download" href="{quote(name)}" download>Download the notebook</a>'
