"""`tensorlab lab`: a student's work is never lost, and every refusal is a sentence."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tensorlab_course import paths
from tensorlab_course.cli import app
from tensorlab_course.commands import lab as command
from tensorlab_course.exercises import students
from tensorlab_course.lab import server
from tensorlab_course.lab.copying import Copied, copy_lessons


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A course of two lessons and their index."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("01-a.ipynb", "02-b.ipynb", "index.md"):
        (source / name).write_text(f"{name} as it was")
    return source


@pytest.fixture
def mine(source: Path, tmp_path: Path) -> Path:
    """A student's copy of it."""
    mine = tmp_path / "mine"
    copy_lessons(source, mine)
    return mine


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".tensorlab")


class TestCopying:
    def test_the_first_time_everything_is_copied(self, source: Path, tmp_path: Path) -> None:
        copied = copy_lessons(source, tmp_path / "a" / "b")
        assert copied == Copied(added=["01-a.ipynb", "02-b.ipynb", "index.md"])
        assert names(tmp_path / "a" / "b") == names(source)

    def test_a_second_time_changes_nothing(self, source: Path, mine: Path) -> None:
        assert copy_lessons(source, mine) == Copied()

    def test_what_the_tools_leave_behind_is_not_copied(self, source: Path, tmp_path: Path) -> None:
        for name in (".ipynb_checkpoints", "__pycache__", ".tensorlab"):
            (source / name).mkdir()
            (source / name / "file").write_text("")
        copy_lessons(source, tmp_path / "new")
        assert names(tmp_path / "new") == ["01-a.ipynb", "02-b.ipynb", "index.md"]

    def test_a_lesson_nobody_touched_is_brought_up_to_date(self, source: Path, mine: Path) -> None:
        (source / "01-a.ipynb").write_text("newer")
        assert copy_lessons(source, mine) == Copied(updated=["01-a.ipynb"])
        assert (mine / "01-a.ipynb").read_text() == "newer"

    def test_a_students_work_stays(self, source: Path, mine: Path) -> None:
        (mine / "01-a.ipynb").write_text("my work")
        assert copy_lessons(source, mine) == Copied(kept={"01-a.ipynb": None})
        assert (mine / "01-a.ipynb").read_text() == "my work"

    def test_a_newer_lesson_is_put_beside_a_students_work(self, source: Path, mine: Path) -> None:
        (mine / "01-a.ipynb").write_text("my work")
        (source / "01-a.ipynb").write_text("newer")
        assert copy_lessons(source, mine) == Copied(kept={"01-a.ipynb": "01-a.new.ipynb"})
        assert (mine / "01-a.ipynb").read_text() == "my work"
        assert (mine / "01-a.new.ipynb").read_text() == "newer"
        assert copy_lessons(source, mine) == Copied(kept={"01-a.ipynb": None})

    def test_a_newer_lesson_replaces_the_one_beside(self, source: Path, mine: Path) -> None:
        (mine / "01-a.ipynb").write_text("my work")
        for version in ("newer", "newest"):
            (source / "01-a.ipynb").write_text(version)
            assert copy_lessons(source, mine).kept == {"01-a.ipynb": "01-a.new.ipynb"}
            assert (mine / "01-a.new.ipynb").read_text() == version

    def test_work_in_the_one_beside_stays_too(self, source: Path, mine: Path) -> None:
        (mine / "01-a.ipynb").write_text("my work")
        (source / "01-a.ipynb").write_text("newer")
        copy_lessons(source, mine)
        (mine / "01-a.new.ipynb").write_text("more of my work")
        (source / "01-a.ipynb").write_text("newest")
        assert copy_lessons(source, mine).kept == {"01-a.ipynb": "01-a.new2.ipynb"}
        assert (mine / "01-a.new.ipynb").read_text() == "more of my work"
        assert (mine / "01-a.new2.ipynb").read_text() == "newest"

    def test_a_deleted_lesson_comes_back_fresh(self, source: Path, mine: Path) -> None:
        (mine / "02-b.ipynb").unlink()
        assert copy_lessons(source, mine) == Copied(added=["02-b.ipynb"])

    @pytest.mark.parametrize("notes", ["", "{", "[]", '{"01-a.ipynb": 3}'])
    def test_without_its_notes_it_takes_every_difference_for_work(
        self, notes: str, source: Path, mine: Path
    ) -> None:
        (mine / ".tensorlab" / "copied.json").write_text(notes)
        (source / "01-a.ipynb").write_text("newer")
        assert copy_lessons(source, mine) == Copied(kept={"01-a.ipynb": "01-a.new.ipynb"})

    def test_a_file_of_the_students_own_with_a_lessons_name_stays(
        self, source: Path, tmp_path: Path
    ) -> None:
        mine = tmp_path / "mine"
        mine.mkdir()
        (mine / "01-a.ipynb").write_text("mine from before")
        assert copy_lessons(source, mine).kept == {"01-a.ipynb": "01-a.new.ipynb"}
        assert (mine / "01-a.ipynb").read_text() == "mine from before"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What JupyterLab would have been started with."""
    served: dict[str, Any] = {}

    def serve(folder: Path, *, announce: Callable[[str], None], **options: Any) -> None:
        served.update(options, folder=folder)
        announce("http://localhost:1/?token=t")

    monkeypatch.setattr(command, "serve", serve)
    return served


@pytest.fixture
def exercises(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """A course whose exercises are one notebook."""
    files = {"exercises/tensors/a.ipynb": b"from the wheel"}
    monkeypatch.setattr(students, "students_files", lambda: dict(files))
    return files


@pytest.fixture
def clone(exercises: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a course of one lesson."""
    clone = tmp_path / "clone"
    (clone / "lessons").mkdir(parents=True)
    (clone / "lessons" / "01-a.ipynb").write_text("as it is in git")
    monkeypatch.setattr(paths, "clone_root", lambda: clone)
    monkeypatch.setattr(paths, "lessons_dir", lambda: clone / "lessons")
    return clone


def lab(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["lab", *arguments], env={"COLUMNS": "80"})
    return ran.exit_code, ran.output


class TestCommand:
    def test_in_a_clone_it_works_in_the_clone(self, served: dict[str, Any], clone: Path) -> None:
        status, said = lab("--no-browser")
        assert (status, served["folder"]) == (0, clone / "lessons")
        assert "the clone's own" in said
        assert names(clone / "lessons") == ["01-a.ipynb", "exercises"]
        assert (clone / "lessons" / "01-a.ipynb").read_text() == "as it is in git"

    def test_the_exercises_done_in_a_clone_are_not_another_students(
        self, served: dict[str, Any], clone: Path, tmp_path: Path
    ) -> None:
        lab()
        exercise = Path("exercises", "tensors", "a.ipynb")
        (clone / "lessons" / exercise).write_text("my work")
        lab(str(tmp_path / "another"))
        assert (tmp_path / "another" / exercise).read_text() == "from the wheel"
        lab()
        assert (clone / "lessons" / exercise).read_text() == "my work"

    def test_installed_from_a_wheel_it_makes_a_folder_here(
        self,
        served: dict[str, Any],
        exercises: dict[str, bytes],
        source: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(paths, "clone_root", lambda: None)
        monkeypatch.setattr(paths, "lessons_dir", lambda: source)
        monkeypatch.chdir(tmp_path)
        status, said = lab()
        assert (status, served["folder"]) == (0, tmp_path / "tensorlab-course")
        assert "2 lessons and 1 exercise notebooks are now in ./tensorlab-course." in said
        assert (tmp_path / "tensorlab-course" / "exercises" / "tensors" / "a.ipynb").is_file()
        assert "http://localhost:1/?token=t" in said
        assert "Ctrl-C" in said

    def test_it_says_what_it_kept_and_where_the_newer_one_is(
        self, served: dict[str, Any], source: Path, mine: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(paths, "lessons_dir", lambda: source)
        (mine / "01-a.ipynb").write_text("my work")
        (mine / "02-b.ipynb").write_text("my work")
        (source / "01-a.ipynb").write_text("newer")
        (source / "index.md").write_text("newer")
        _, said = lab(str(mine))
        assert "01-a.ipynb has your changes and was kept" in said
        assert "the new version is 01-a.new.ipynb" in said
        assert "With your changes, as you left them: 02-b.ipynb." in said
        assert "Brought up to date: index.md." in said

    def test_the_options_reach_jupyterlab(self, served: dict[str, Any], tmp_path: Path) -> None:
        lab(str(tmp_path / "new"), "--no-browser", "--port", "8765")
        assert (served["browser"], served["port"]) == (False, 8765)

    def test_a_folder_that_is_a_file_is_refused(
        self, served: dict[str, Any], tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("")
        status, said = lab(str(tmp_path / "file"))
        assert status == 1
        assert "cannot hold the lessons" in said
        assert not served

    def test_without_jupyterlab_it_says_how_to_get_it(
        self, served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(command, "find_spec", lambda name: None)
        status, said = lab()
        assert status == 1
        assert 'pip install "tensorlab[course]"' in said

    def test_without_lessons_the_installation_is_broken(
        self, served: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(paths, "clone_root", lambda: None)
        monkeypatch.setattr(paths, "PACKAGE", tmp_path)
        status, said = lab()
        assert status == 1
        assert "The installation is broken" in said

    def test_without_exercises_the_installation_is_broken(
        self, served: dict[str, Any], source: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(paths, "clone_root", lambda: None)
        monkeypatch.setattr(paths, "lessons_dir", lambda: source)
        status, said = lab()
        assert status == 1
        assert "there are no exercises in" in said

    def test_a_taken_port_is_named(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            status, said = lab(str(tmp_path / "new"), "--no-browser", "--port", str(port))
        assert status == 1
        assert f"Port {port} is taken" in said


class TestServer:
    def test_without_a_port_a_free_one_is_chosen(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            assert not server._is_free(taken)
        assert server._choose(None) >= 8888

    def test_root_is_allowed_only_for_root(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for user, allowed in ((0, True), (1000, False)):
            monkeypatch.setattr(os, "geteuid", lambda user=user: user, raising=False)
            arguments = server._arguments(tmp_path, True, 8888, "t")
            assert ("--ServerApp.allow_root=True" in arguments) is allowed

    def test_the_kernel_is_this_python(self, tmp_path: Path) -> None:
        for _ in range(2):  # the second time replaces the first
            server._make_kernel(tmp_path / "kernels" / "python3")
        kernel = json.loads((tmp_path / "kernels" / "python3" / "kernel.json").read_text())
        assert kernel["argv"][0] == sys.executable

    def test_the_newcomer_is_asked_nothing(self) -> None:
        overrides = server.DEFAULTS / "labconfig" / "default_setting_overrides.json"
        settings = json.loads(overrides.read_text())
        assert settings["@jupyterlab/apputils-extension:notification"] == {
            "checkForUpdates": False,
            "fetchNews": "false",
        }
