"""`tensorlab doctor`: what is wrong is found, named, and given its repair."""

from __future__ import annotations

from importlib import metadata

import pytest
from typer.testing import CliRunner

from tensorlab_course import paths
from tensorlab_course.cli import app
from tensorlab_course.commands import doctor


def run() -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["doctor"], env={"COLUMNS": "200"})
    return ran.exit_code, ran.output


def test_a_whole_installation_is_ready() -> None:
    status, said = run()
    assert status == 0, said
    assert "Ready for the lessons: tensorlab lab" in said
    for name in ("python", "tensorlab", "lessons", *doctor.PURPOSES):
        assert name in said


def test_every_dependency_of_the_course_is_looked_at() -> None:
    bounds = doctor._bounds(
        [
            requirement
            for requirement in metadata.requires("tensorlab") or []
            if not any(extra in requirement for extra in ("'dev'", "'grade'", "'oracle'", "'site'"))
        ]
    )
    assert bounds.keys() == doctor.PURPOSES.keys()


@pytest.mark.parametrize("name", ["jupyterlab", "matplotlib", "nbval"])
def test_a_missing_package_is_named_with_its_repair(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(asked: str) -> str:
        if asked == name:
            raise metadata.PackageNotFoundError
        return "99.0"

    monkeypatch.setattr(metadata, "version", version)
    status, said = run()
    assert status == 1
    assert f'{name}: pip install "tensorlab[course]"' in said
    assert f"Not ready for the lessons: {name}." in said


def test_a_package_that_is_too_old_is_named_with_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "0.1" if name == "rich" else "99.0")
    status, said = run()
    assert status == 1
    assert "0.1, too old" in said
    assert 'pip install --upgrade "rich>=' in said


def test_a_package_that_does_not_import_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        if name == "matplotlib":
            raise OSError("libfreetype is not there")

    monkeypatch.setattr(doctor.importlib, "import_module", broken)
    status, said = run()
    assert status == 1
    assert "libfreetype is not there" in said
    assert "pip install --force-reinstall matplotlib" in said


def test_missing_lessons_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(paths, "clone_root", lambda: None)
    monkeypatch.setattr(paths, "PACKAGE", tmp_path_factory.mktemp("empty"))
    status, said = run()
    assert status == 1
    assert "Not ready for the lessons: lessons." in said


def test_what_no_lesson_needs_does_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    status, said = run()
    assert status == 0
    assert "torch: pip install torch" in said
    assert "apt install bubblewrap" in said


@pytest.mark.parametrize(
    ("version", "bound", "enough"),
    [
        ("8.10", "8.9", True),
        ("2.0.0rc1", "1.26", True),
        ("1.9", "1.26", False),
        ("4.2", "4.2", True),
    ],
)
def test_versions_compare_as_numbers(version: str, bound: str, enough: bool) -> None:
    assert (doctor._numbers(version) >= doctor._numbers(bound)) is enough
