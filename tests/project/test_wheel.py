"""The wheel holds the engine, the course, lessons and exercises, and works with no clone around."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tensorlab_course.exercises.students import students_files

ROOT = Path(__file__).parents[2]
LESSONS = [*(ROOT / "lessons").glob("*.ipynb"), ROOT / "lessons" / "index.md"]
LEFT_BEHIND = (
    "lessons/.ipynb_checkpoints/01-checkpoint.ipynb",
    "lessons/.tensorlab/copied.json",
    "lessons/exercises/tensors/work.ipynb",
    "course/source/tensors/.ipynb_checkpoints/02-checkpoint.ipynb",
    "lessons/01.new.ipynb",
    "tensorlab/__pycache__/size.pyc",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the tree as it is, with what the tools leave in a tree that is worked in."""
    pytest.importorskip("hatchling")
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "README.md", "LICENSE", "CONTRIBUTING.md", ".gitignore"):
        shutil.copy(ROOT / name, tree)
    for name in ("tensorlab", "course", "lessons", "docs"):
        shutil.copytree(
            ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", ".*")
        )
    for name in LEFT_BEHIND:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("left behind")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
        cwd=tree,
        check=True,
        capture_output=True,
    )
    (built,) = (tree / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked, which is what an installation does."""
    site = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(site)
    return site


def run(installed: Path, *arguments: str, cwd: Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_holds_every_lesson_and_every_module(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    lessons = {f"tensorlab_course/lessons/{path.name}" for path in LESSONS}
    modules = {
        path.relative_to(root).as_posix()
        for root in (ROOT, ROOT / "course")
        for path in root.glob("tensorlab*/**/*.py")
    }
    assert lessons | modules <= names
    assert "tensorlab_course/lab/labconfig/default_setting_overrides.json" in names
    assert "tensorlab/py.typed" in names
    assert "tensorlab/widgets/static/conv-window.js" in names


def test_enables_the_extension_that_keeps_live_widgets_out_of_what_is_saved(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    place = ".data/data/etc/jupyter/jupyter_server_config.d/tensorlab.json"
    (name,) = (one for one in archive.namelist() if one.endswith(place))
    enabled = json.loads(archive.read(name))["ServerApp"]["jpserver_extensions"]
    assert enabled == {"tensorlab_course.lab.extension": True}


def test_holds_what_the_site_is_made_of(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    documents = {f"tensorlab_course/docs/{path.name}" for path in (ROOT / "docs").iterdir()}
    site = ROOT / "course" / "tensorlab_course" / "site"
    parts = {path for path in site.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert documents <= names
    assert "tensorlab_course/CONTRIBUTING.md" in names
    assert {path.relative_to(site.parents[1]).as_posix() for path in parts} <= names


def test_holds_what_the_bundler_made_and_not_its_sources(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if "widgets/js/" in name] == []


def test_holds_every_exercise_as_students_get_it(installed: Path, tmp_path: Path) -> None:
    program = (
        "import json\n"
        "from tensorlab_course.exercises.students import students_files\n"
        "print(json.dumps({n: f.decode() for n, f in students_files().items()}))"
    )
    files = json.loads(run(installed, "-c", program, cwd=tmp_path))
    assert files == {name: content.decode() for name, content in students_files().items()}
    assert len(files) == len([*(ROOT / "course" / "source").glob("*/*.ipynb")]) + 1


def test_holds_no_solution_and_no_hidden_test(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    notebooks = [name for name in archive.namelist() if name.endswith(".ipynb")]
    for name in notebooks:
        for marker in (b"### BEGIN", b"### END"):
            assert marker not in archive.read(name), name


def test_holds_nothing_that_the_tools_left_behind(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    left = {Path(name).name for name in LEFT_BEHIND}
    assert [name for name in names if Path(name).name in left] == []


def test_finds_its_lessons_with_no_clone(installed: Path, tmp_path: Path) -> None:
    program = "from tensorlab_course import paths; print(paths.clone_root(), paths.lessons_dir())"
    found = run(installed, "-c", program, cwd=tmp_path)
    assert found.split() == ["None", str(installed / "tensorlab_course" / "lessons")]


def test_copies_its_lessons_to_a_student(installed: Path, tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\n"
        "from tensorlab_course import paths\n"
        "from tensorlab_course.lab.copying import copy_lessons\n"
        "copy_lessons(paths.lessons_dir(), Path('mine'))"
    )
    run(installed, "-c", program, cwd=tmp_path)
    copied = {path.name for path in (tmp_path / "mine").iterdir()} - {".tensorlab"}
    assert copied == {path.name for path in LESSONS}


def test_the_command_is_the_module(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert b"tensorlab = tensorlab_course.__main__:main" in archive.read(entry_points)
