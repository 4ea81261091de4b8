"""What somebody meets in the repository: how to cite it, what changed, where to report."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

yaml = pytest.importorskip("yaml")


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_a_citation_names_the_version_that_it_is() -> None:
    assert read("CITATION.cff")["version"] == VERSION


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert headings[0] in (VERSION, "Unreleased")


def test_the_workflow_runs_all_checks_and_publishes_only_after_them() -> None:
    jobs = read(".github/workflows/check.yml")["jobs"]
    assert {"run": "bash .ci/run"} in jobs["everything"]["steps"]
    assert jobs["site"]["needs"] == "everything"


@pytest.mark.parametrize("form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")))
def test_a_form_asks_for_what_can_be_answered(form: Path) -> None:
    content = read(str(form.relative_to(ROOT)))
    if form.name == "config.yml":
        return
    assert {"name", "description", "body"} <= content.keys()
    asked = [part for part in content["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in asked}) == len(asked)
    assert all(part["attributes"]["label"] for part in asked)
    assert any(part.get("validations", {}).get("required") for part in asked)
