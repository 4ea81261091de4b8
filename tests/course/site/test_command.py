"""`tensorlab site` refuses in words, before it builds anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tensorlab_course.cli import app
from tensorlab_course.commands import site


def run(*arguments: str | Path) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["site", *map(str, arguments)])
    return ran.exit_code, " ".join(ran.output.split())


def test_says_what_to_install_where_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site, "find_spec", lambda name: None if name == "myst_nb" else name)
    status, said = run(tmp_path / "site")
    assert status == 2
    assert 'myst-nb. To install what is missing: pip install "tensorlab[site]"' in said


def test_refuses_a_folder_that_is_not_a_site(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site, "find_spec", lambda name: name)
    (tmp_path / "thesis").write_text("years of work")
    status, said = run(tmp_path, "--book-only")
    assert status == 2
    assert "Nothing was touched" in said
    assert [path.name for path in tmp_path.iterdir()] == ["thesis"]


def test_an_option_of_what_is_left_out_is_refused() -> None:
    status, said = run("--book-only", "--pyodide", "folder")
    assert status == 2
    assert "--pyodide is for the browser edition" in said
