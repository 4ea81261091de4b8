"""The instructors' page, walked through; then formgrader and the feedback in a real browser."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import free_port
from browser.walking import Walk

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "instructors.md"
NOTEBOOK = "exercises-14-max-pooling"
EARLY, LATE = "20261130T150000", "20261202T060000"  # due on the first of December, at 18:00
AXE = ROOT / "tensorlab" / "widgets" / "js" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = pytest.mark.require("nbgrader", "bwrap")

HOSTILE = """<script>window.pwned = "script"</script>
<img src="x" onerror="window.pwned = 'onerror'">
<iframe src="https://evil.example/frame"></iframe>
<a href="javascript:window.pwned = 'link'">a [link](javascript:window.pwned='markdown')</a>
<svg onload="window.pwned = 'svg'"></svg> Because."""
SHOWN = f"from IPython.display import HTML, display\ndisplay(HTML('''{HOSTILE}'''))\nprint('<b>')"


def cells(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def answered(course: Path, answers: dict[str, str], without: str = "") -> str:
    """The released notebook with these answers in it, and without one of its cells."""
    book = cells(course / "release" / "pooling" / f"{NOTEBOOK}.ipynb")
    for cell in list(book["cells"]):
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "no name")
        if name in answers:
            cell["source"] = answers[name].splitlines(keepends=True)
        if name == without:
            book["cells"].remove(cell)
    return json.dumps(book)


def hand_in(course: Path) -> None:
    """What four students send: two files, and two in a zip."""
    source = cells(course / "source" / "pooling" / f"{NOTEBOOK}.ipynb")["cells"]
    right = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in source
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    wrong = right | {"pool-01": "def shrink(img):\n    return img[::2, ::2]"}
    archive = course / "downloaded" / "pooling" / "archive"
    archive.mkdir(parents=True)
    for student, answers in {"ada": right, "bob": wrong}.items():
        (archive / f"{student}_{EARLY}_{NOTEBOOK}.ipynb").write_text(answered(course, answers))
    with zipfile.ZipFile(archive / "others.zip", "w") as others:
        hostile = {"pool-01": SHOWN, "pooling-written": HOSTILE}
        others.writestr(f"eve_{EARLY}_{NOTEBOOK}.ipynb", answered(course, hostile, "pool-02-test"))
        others.writestr(f"sam_{LATE}_{NOTEBOOK}.ipynb", answered(course, {}))


def installed() -> None:
    """What `pip install` is for: this very package, with its command, is what runs."""
    import tensorlab_course

    assert Path(tensorlab_course.__file__).is_relative_to(ROOT)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The page walked through, in a clone with one chapter's exercises."""
    clone = tmp_path_factory.mktemp("clone")
    course = clone / "course"
    course.mkdir()
    shutil.copy(ROOT / "course" / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "course" / "source" / "pooling", course / "source" / "pooling")

    walk = Walk(
        folder=clone,
        student=tmp_path_factory.mktemp("student"),
        home=tmp_path_factory.mktemp("home"),
        instead={
            "sudo apt install python3-venv bubblewrap": lambda: None,
            "python3 -m venv .venv": lambda: None,
            ". .venv/bin/activate": lambda: None,
            'pip install -e ".[grade]"': installed,
        },
        before={
            "nbgrader zip_collect pooling": lambda: hand_in(course),
        },
    )
    try:
        walk.through(PAGE.read_text(encoding="utf-8"))
        yield walk
    finally:
        walk.close()


def test_every_command_of_the_page_runs_and_prints_what_it_says(walk: Walk) -> None:
    assert set(walk.instead) | set(walk.before) <= set(walk.done)
    text = PAGE.read_text(encoding="utf-8")
    steps = ("generate_assignment", "release_assignment", "collect", "zip_collect")
    for step in (*steps, "generate_feedback", "release_feedback"):
        assert any(command.startswith(f"nbgrader {step} ") for command in walk.done), step
    for step in ("doctor", "grade", "export canvas", "export moodle", "export csv", "report"):
        assert any(command.startswith(f"tensorlab {step}") for command in walk.done), step
    assert text.count("```") == 2 * len(re.findall(r"^```\w", text, re.MULTILINE))


def test_what_the_page_makes_is_there(walk: Walk) -> None:
    course = walk.folder
    filled = rows(course / "canvas-filled.csv")
    assert [row[-1] for row in filled] == ["pooling (4711)", "18", "14", "12", ""]
    header, *students = rows(course / "grades.csv")
    table = {row[3]: dict(zip(header, row, strict=True)) for row in students}
    assert (table["sam"]["days_late"], table["sam"]["handed_in"]) == ("0.5", "yes")
    assert {"ada", "bob", "eve", "sam"} < set(table)
    assert len(table) == 5  # and the one who used the exchange
    report = (course / "pooling-report.html").read_text(encoding="utf-8")
    assert "<dt>late</dt><dd>1</dd>" in report
    assert (walk.student / "pooling" / f"{NOTEBOOK}.ipynb").exists()


# ----- in a browser -------------------------------------------------------------------------------

in_browser = pytest.mark.require("chromium", "playwright.sync_api")


@pytest.fixture(scope="module")
def server(walk: Walk) -> Iterator[str]:
    """A Jupyter server in the course's folder, where an instructor starts it."""
    port = free_port()
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--port-retries=0", "--IdentityProvider.token="]
    log = (walk.home / "server.log").open("w")
    with (
        log,
        subprocess.Popen(
            command, cwd=walk.folder, env=walk.environment, stdout=log, stderr=log
        ) as process,
    ):
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


@pytest.fixture(scope="module")
def formgrader(server: str, browser: Any) -> Iterator[Any]:
    """A page of formgrader, with the course's submissions."""
    page = browser.new_page()
    page.set_default_timeout(int(os.environ.get("TENSORLAB_PATIENCE", 180_000)))
    for _ in range(300):
        with contextlib.suppress(Exception):
            page.goto(f"{server}/formgrader/manage_submissions/pooling")
            break
        page.wait_for_timeout(300)
    yield page
    page.close()


def submission(course: Path, student: str) -> str:
    """The id of a student's notebook in the gradebook."""
    query = """
        select submitted_notebook.id from submitted_notebook
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        where student_id = ?
    """
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as book:
        ((found,),) = book.execute(query, (student,)).fetchall()
    return str(found)


@in_browser
def test_formgrader_shows_who_handed_in_and_with_what_score(formgrader: Any) -> None:
    row = formgrader.locator("tr", has_text="Lovelace, Ada")
    row.wait_for()
    assert "14 / 18" in " ".join(row.inner_text().split())
    assert "needs manual grading" in formgrader.locator("tr", has_text="Euler, Eve").inner_text()


@in_browser
def test_points_given_by_hand_are_saved(formgrader: Any, server: str, walk: Walk) -> None:
    formgrader.goto(f"{server}/formgrader/submissions/{submission(walk.folder, 'ada')}/?index=0")
    score = formgrader.locator("input.score:not([disabled])").last
    score.wait_for()
    score.fill("3")
    with formgrader.expect_response(lambda r: "/api/grade/" in r.url) as saved:
        score.press("Tab")
    assert saved.value.ok
    with contextlib.closing(sqlite3.connect(walk.folder / "gradebook.db")) as book:
        query = "select needs_manual_grade from grade where manual_score = 3"
        assert book.execute(query).fetchall() == [(0,)]


@in_browser
def test_formgrader_runs_nothing_of_a_hostile_student(
    formgrader: Any, server: str, walk: Walk
) -> None:
    formgrader.goto(f"{server}/formgrader/submissions/{submission(walk.folder, 'eve')}/?index=0")
    formgrader.get_by_text("Because.").first.wait_for()
    assert ran_in(formgrader) == []


@in_browser
def test_the_feedback_of_a_hostile_student_runs_and_loads_nothing(browser: Any, walk: Walk) -> None:
    page = browser.new_page()
    asked: list[str] = []

    def offline(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(re.compile("^https?:"), offline)
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    feedback = walk.folder / "feedback" / "eve" / "pooling" / f"{NOTEBOOK}.html"
    page.goto(feedback.as_uri(), wait_until="domcontentloaded")
    page.get_by_text("Because.").first.wait_for()
    assert ran_in(page) == []
    assert [address for address in asked if "evil.example" in address] == []
    page.set_content(HOSTILE)  # as it came, it would have been seen
    assert len(ran_in(page)) > 3
    page.close()


def ran_in(page: Any) -> list[str]:
    """What a hostile submission left on a page that could run, or has run."""
    page.wait_for_timeout(300)
    found: list[str] = page.evaluate(
        """() => [
            ...(window.pwned ? [window.pwned] : []),
            ...[...document.querySelectorAll(
                "[onerror], [onload], iframe[src*=evil], a[href^='javascript:window']"
            )].map(one => one.outerHTML),
        ]"""
    )
    return found


@in_browser
@pytest.mark.require("node_modules")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_report(browser: Any, walk: Walk, scheme: str) -> None:
    page = browser.new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((walk.folder / "pooling-report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
    assert violations == []
    assert len(asked) == 1
    page.close()
