"""The book, built once: every link resolves, nothing comes from elsewhere, and a widget works."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from browser.widgets import driving

ROOT = Path(__file__).parents[2]
PAGES = (
    "index.html",
    "lessons/03-indexing.html",
    "exercises/tensors/exercises-03-indexing.html",
    "reference/torch-joining.html",
    "reference/functions.html",
    "docs/instructors.html",
    "_modules/tensorlab/ops/joining.html",
    "search.html?q=reshape",
)

# The command, with an empty browser edition: that one has tests of its own.
COMMAND = """
import sys, types
from tensorlab_course.__main__ import main

def build(out, pyodide, *, say):
    (out / "notebooks").mkdir(parents=True)
    (out / "notebooks" / "index.html").write_text("")
    return types.SimpleNamespace(warnings=[])

edition = sys.modules["tensorlab_course.site.browser"] = types.ModuleType("browser")
edition.build, edition.SiteError = build, ValueError
main()
"""

pytestmark = pytest.mark.require("sphinx", "myst_nb", "pydata_sphinx_theme")


class Page(HTMLParser):
    """What a page links to, what it loads, and which places it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = set()
        self.without_words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.places |= {found[name] for name in ("id", "name") if name in found and tag != "meta"}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag in ("link", "script", "img", "iframe", "source"):
            self.loads += [found[name] for name in ("src", "href") if name in found]
        if tag == "img" and "alt" not in found:
            self.without_words.append(found.get("src", ""))


@dataclass
class Site:
    """The built site: its folder, its address, and what building it said."""

    folder: Path
    said: str
    address: str = ""

    @cached_property
    def pages(self) -> dict[str, Page]:
        return {
            path.relative_to(self.folder).as_posix(): Page(path.read_text(encoding="utf-8"))
            for path in sorted(self.folder.rglob("*.html"))
            if "lite" not in path.parts
        }

    def problem(self, page: str, target: str) -> str:
        """What is wrong with a link; empty where it leads somewhere."""
        if urlsplit(target).scheme in ("https", "mailto", "data") and "lite/" not in target:
            return ""
        address, place = urldefrag(urljoin(f"http://site/{page}", target))
        path = unquote(urlsplit(address).path).removeprefix("/") or "index.html"
        if not (self.folder / path).is_file():
            return f"{page}: there is no {target}"
        if place and path in self.pages and unquote(place) not in self.pages[path].places:
            return f"{page}: there is no place {target}"
        return ""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("web") / "site"
    command = [sys.executable, "-c", COMMAND, "site", str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    built = Site(folder, ran.stdout)

    class Served(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        built.address = f"http://127.0.0.1:{server.server_port}/"
        yield built
        server.shutdown()


def test_sphinx_has_nothing_to_complain_of(site: Site) -> None:
    assert "WARNING" not in site.said
    assert "ERROR" not in site.said


def test_every_notebook_has_a_page_and_opens_in_the_browser(site: Site) -> None:
    lessons = {f"lessons/{path.stem}.html" for path in (ROOT / "lessons").glob("*.ipynb")}
    assert lessons <= site.pages.keys()
    exercises = list((ROOT / "course" / "source").glob("*/*.ipynb"))
    pages = [f"exercises/{path.parent.name}/{path.stem}.html" for path in exercises]
    for page in [*lessons, *pages]:
        (opens,) = (link for link in site.pages[page].links if "lite/" in link)
        notebook = page.removesuffix(".html") + ".ipynb"
        inside = notebook if page in lessons else f"lessons/{notebook}"
        assert urlsplit(urljoin(page, opens)).query == f"path={inside}"
        assert (site.folder / notebook).is_file()


def test_every_link_leads_somewhere(site: Site) -> None:
    problems = [site.problem(name, one) for name, page in site.pages.items() for one in page.links]
    assert list(filter(None, problems)) == []


def test_every_picture_style_and_script_is_the_sites_own(site: Site) -> None:
    for name, page in site.pages.items():
        foreign = [one for one in page.loads if urlsplit(one).scheme not in ("", "data")]
        missing = [site.problem(name, one) for one in page.loads]
        assert foreign == []
        assert list(filter(None, missing)) == []
        assert page.without_words == [], name


def test_no_page_tells_where_or_when_it_was_made(site: Site) -> None:
    places = [str(place).encode() for place in (site.folder.parent, ROOT, Path.home(), sys.prefix)]
    for path in site.folder.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js", ".ipynb", ".json", ".inv", ""):
            content = path.read_bytes()
            assert [place for place in places if place in content] == [], path


def test_a_lesson_names_the_source_that_it_leads_to(site: Site) -> None:
    links = site.pages["lessons/03-indexing.html"].links
    assert "../_modules/tensorlab/ops/indexing.html" in links


def test_the_list_of_functions_leads_to_the_reference_and_to_cells(site: Site) -> None:
    links = site.pages["reference/functions.html"].links
    assert "torch-joining.html#tensorlab.cat" in links
    assert sum("#cell-" in link for link in links) > 200


@pytest.fixture
def opened(site: Site, browser: Any) -> Iterator[Any]:
    """A page of the browser with the network off; what went wrong on it is in `.problems`."""
    page = browser.new_page()
    page.problems = []

    def through(route: Any) -> None:
        own = route.request.url.startswith((site.address, "data:", "blob:"))
        if not own:
            page.problems.append(f"asked for {route.request.url}")
        _ = route.continue_() if own else route.abort()

    page.route("**/*", through)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
    yield page
    page.close()


def check(page: Any) -> list[str]:
    """What axe-core finds on the page itself; the widgets in its frames have tests of their own."""
    page.evaluate(driving.AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    options = {"runOnly": tags, "iframes": False, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


@pytest.mark.require("chromium", "playwright.sync_api", "node_modules")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_for_every_reader_and_ask_nobody_else(
    site: Site, opened: Any, theme: str
) -> None:
    opened.emulate_media(color_scheme=theme)
    for name in PAGES:
        opened.goto(site.address + name)
        opened.wait_for_selector(f"html[data-theme={theme}]")
        if "search" in name:
            opened.wait_for_selector("ul.search li a")
        assert check(opened) == [], f"{name}, {theme}"
    assert opened.problems == []


@pytest.mark.require("chromium", "playwright.sync_api")
def test_a_widget_of_the_start_page_works_and_follows_the_theme(site: Site, opened: Any) -> None:
    opened.goto(site.address)
    widget = opened.frame_locator("iframe.tensorlab").first.locator(".tl").first
    driving.cell(widget, "y", 0, 1, 1).hover()
    assert driving.arithmetic(widget) == "y[0, 1, 1] = −35.5"
    driving.cell(widget, "x", 0, 1, 1).dblclick()
    opened.keyboard.type("10")
    opened.keyboard.press("Enter")
    driving.cell(widget, "y", 0, 1, 1).hover()
    assert driving.arithmetic(widget) == "y[0, 1, 1] = −25.5"
    for theme in ("dark", "light"):
        opened.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        opened.frame_locator("iframe.tensorlab").first.locator(
            f":root[data-theme={theme}]"
        ).wait_for()
    assert opened.problems == []


@pytest.mark.require("chromium", "playwright.sync_api")
def test_nothing_is_wider_than_a_small_telephone(site: Site, opened: Any) -> None:
    opened.set_viewport_size({"width": 320, "height": 700})
    for name in PAGES:
        opened.goto(site.address + name)
        beyond = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0, f"{name} is {beyond} pixels too wide"
