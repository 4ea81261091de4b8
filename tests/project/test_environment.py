"""environment.yml and pyproject.toml ask for the same packages, each in its own tongue."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What conda-forge calls differently from PyPI.
CONDA_NAMES = {"playwright": "playwright-python"}


def requirements(*extras: str) -> dict[str, str]:
    """The bounds that pyproject.toml gives for the engine and these extras, by conda's names."""
    wanted = [*PROJECT["dependencies"]]
    for extra in extras:
        wanted += PROJECT["optional-dependencies"][extra]
    split = (re.fullmatch(r"([\w.-]+)(\S*)", one) for one in wanted if "[" not in one)
    return {CONDA_NAMES.get(one[1], one[1]): one[2] for one in split if one}


@pytest.fixture(scope="module")
def environment() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    content: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def entries(environment: dict[str, Any]) -> list[str]:
    return [entry for entry in environment["dependencies"] if isinstance(entry, str)]


def test_conda_and_pip_install_the_same_packages_with_the_same_bounds(entries: list[str]) -> None:
    conda = dict(entry.partition(" ")[::2] for entry in entries)
    assert conda.pop("python") == PROJECT["requires-python"]
    assert conda.pop("pip") == ""
    assert conda == requirements("widgets", "course", "grade", "site", "dev")


def test_conda_gives_ranges_that_any_platform_can_meet(entries: list[str]) -> None:
    for entry in entries:
        assert re.fullmatch(r"[\w-]+( >=\d+(\.\d+)*)?", entry), entry


def test_conda_can_read_each_entry(entries: list[str], require: Callable[[str], Any]) -> None:
    rattler = require("rattler")
    for entry in entries:
        name = rattler.MatchSpec(entry, strict=True).name
        assert getattr(name, "normalized", name) == entry.split()[0]


def test_conda_takes_nothing_but_conda_forge_and_then_the_clone(
    environment: dict[str, Any],
) -> None:
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert environment["dependencies"][-1] == {"pip": ["-e ."]}


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    silent = [line for line in lines if re.match(r'\s+"[\w-]+>=[\d.]+",?\s*$', line)]
    assert silent == []
