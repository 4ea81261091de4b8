"""The bundle is what its sources make, the page computes what the engine does, types are sound."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import write_fixtures

ROOT = Path(__file__).parents[2]
JS = ROOT / "tensorlab" / "widgets" / "js"
STATIC = ROOT / "tensorlab" / "widgets" / "static"
HERE = Path(__file__).parent


def run(*command: str | Path) -> None:
    ran = subprocess.run(command, cwd=JS, capture_output=True, text=True, timeout=120)
    if ran.returncode:
        pytest.fail(f"{ran.stdout}{ran.stderr}", pytrace=False)


def sources() -> dict[str, Path]:
    """The sources by name, in the order in which the bundler hashes them."""
    found = [path for kind in ("*.js", "*.css") for path in JS.rglob(kind)]
    names = {path.relative_to(JS).as_posix(): path for path in found}
    return {name: names[name] for name in sorted(names) if "node_modules" not in name}


def test_the_bundles_say_that_they_come_from_these_sources() -> None:
    digest = hashlib.sha256()
    for source, path in sources().items():
        digest.update(f"{source}\n".encode() + path.read_bytes())
    said = (STATIC / "sources.sha256").read_text(encoding="utf-8").strip()
    assert digest.hexdigest() == said, "run `make widgets`"


@pytest.mark.require("node", "node_modules")
def test_the_bundler_makes_the_same_again(tmp_path: Path) -> None:
    run("node", "build.js", tmp_path)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_text(encoding="utf-8") for path in STATIC.iterdir()}


@pytest.mark.require("node", "node_modules")
def test_the_types_of_the_sources_are_sound() -> None:
    run("node", "node_modules/typescript/bin/tsc", "--project", ".")


@pytest.mark.parametrize("name", write_fixtures.names())
def test_the_fixtures_are_what_the_engine_computes(name: str) -> None:
    saved = write_fixtures.path(name).read_text(encoding="utf-8")
    assert saved == write_fixtures.fixtures(name), "run tests/widgets/write_fixtures.py"


@pytest.mark.require("node")
def test_the_page_computes_what_the_engine_does() -> None:
    run("node", "--test", *sorted(HERE.glob("*.test.mjs")))


def test_the_lock_names_no_host(require: Callable[..., Any]) -> None:
    lock = (JS / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


@pytest.mark.parametrize("name", [path.stem for path in sorted(STATIC.glob("*.js"))])
def test_what_the_page_needs_is_small(name: str) -> None:
    """It stands in every saved output."""
    assert sum((STATIC / f"{name}{kind}").stat().st_size for kind in (".js", ".css")) < 60_000
