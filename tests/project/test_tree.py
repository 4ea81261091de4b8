"""What no file of the repository may hold, whoever wrote it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BINARY = {".png", ".ico", ".npz", ".pt", ".whl"}

# A path that is right on one machine only; a home is anybody's where it is called `me` or `you`.
MACHINE_PATH = re.compile(r"(?<![\w./~])/(?:home|Users|root|work|opt|tmp)/(?!me\b|you\b)\w+")


def tree() -> list[Path]:
    """The files that git keeps, or would; without git, those that are not hidden."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        hidden = re.compile(r"(^|/)(\.(?!ci/|gitignore)|__pycache__)")
        paths = [path for path in ROOT.rglob("*") if not hidden.search(str(path.relative_to(ROOT)))]
    return [path for path in paths if path.is_file()]


TREE = tree()
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_bytes()
    for path in TREE
    if path.suffix not in BINARY
}


def test_the_tree_is_looked_at() -> None:
    assert {"pyproject.toml", "tensorlab/__init__.py", "tests/project/test_tree.py"} <= TEXTS.keys()


def test_no_file_is_larger_than_a_megabyte() -> None:
    sizes = {str(path.relative_to(ROOT)): path.stat().st_size for path in TREE}
    assert {name: size for name, size in sizes.items() if size > 1_000_000} == {}


@pytest.mark.parametrize("name", TEXTS)
def test_is_tidy_text(name: str) -> None:
    text = TEXTS[name].decode("utf-8")
    assert "\r" not in text, "a line ends as on Windows"
    assert not text or text.endswith("\n"), "the last line has no end"


@pytest.mark.parametrize("name", TEXTS)
def test_names_no_path_of_one_machine(name: str) -> None:
    assert MACHINE_PATH.findall(TEXTS[name].decode("utf-8")) == []
