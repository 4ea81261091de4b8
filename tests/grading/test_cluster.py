"""A Dask cluster by its address, and a gradebook on a PostgreSQL server."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sample
import sqlalchemy
from courses import MadeUpCourse
from test_beside_nbgrader import grades

from needs import missing
from tensorlab_course.grading import cluster as cluster_module

pytestmark = [pytest.mark.require("bwrap"), pytest.mark.require("distributed")]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each in a folder of its own."""
    address = f"tcp://127.0.0.1:{free_port()}"
    commands = [
        [
            sys.executable,
            "-m",
            "distributed.cli.dask_scheduler",
            "--host",
            address,
            "--no-dashboard",
        ]
    ]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
    commands += [[*worker, "--no-dashboard", "--nanny", "--nworkers", "1"]] * 2
    processes = []
    for i, command in enumerate(commands):
        folder = tmp_path / f"machine{i}"
        folder.mkdir()
        with (folder / "log").open("wb") as log:
            processes.append(
                subprocess.Popen(
                    command, cwd=folder, stdout=log, stderr=log, start_new_session=True
                )
            )
        time.sleep(2 if i == 0 else 0)
    yield address, processes
    for process in processes:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_cluster_gives_the_same_gradebook(
    course: MadeUpCourse,
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    tmp_path: Path,
    run: Callable[..., Any],
) -> None:
    for i in range(6):
        answer = {} if i % 2 else {"answer": "answer = 41"}
        course.answer(f"student{i}", "ps1", "a", **{**sample.GOOD_A, **answer})
    here = course.copy_to(tmp_path / "here")
    address, processes = cluster
    command = [sys.executable, "-m", "tensorlab_course", "grade", "ps1", "--scheduler", address]
    grading = subprocess.Popen(command, cwd=course.root, stdout=subprocess.PIPE)
    time.sleep(8)
    os.killpg(processes[1].pid, signal.SIGKILL)  # one machine goes down
    output, _ = grading.communicate(timeout=240)
    assert grading.returncode == 0, output.decode()
    assert run("grade", "ps1", "--course", here.root).exit_code == 0
    assert grades(course) == grades(here)


def test_no_scheduler_is_told_in_words(
    course: MadeUpCourse, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 2)
    course.answer("ada", "ps1", "a", **sample.GOOD_A)
    address = f"tcp://127.0.0.1:{free_port()}"
    done = run("grade", "ps1", "--course", course.root, "--scheduler", address)
    assert done.exit_code == 1
    assert "no Dask scheduler" in done.output


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that lives as long as the test."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = next((f for f in folders if (f / "initdb").exists()), None) or next(
        (Path(p).parent for p in [shutil.which("initdb")] if p), None
    )
    if found is None:
        missing("postgres", "PostgreSQL is not installed")
    assert found is not None
    data = tmp_path_factory.mktemp("postgres")
    user: list[str] = []
    if os.geteuid() == 0:  # the server does not run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
        for parent in [data, *data.parents]:
            if parent.stat().st_uid in (0, nobody.pw_uid) and len(parent.parts) > 2:
                parent.chmod(parent.stat().st_mode | 0o011)
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    store = data / "data"
    create = [str(found / "initdb"), "-D", str(store), "-U", "teacher", "-A", "trust"]
    made = subprocess.run([*user, *create], capture_output=True, text=True, cwd=data)
    assert made.returncode == 0, made.stderr
    port = free_port()
    options = ["-p", str(port), "-k", str(data), "-c", "listen_addresses=127.0.0.1"]
    server = subprocess.Popen(
        [*user, str(found / "postgres"), "-D", str(store), *options],
        stderr=subprocess.DEVNULL,
        cwd=data,
    )
    url = f"postgresql+psycopg://teacher@127.0.0.1:{port}/postgres"
    for _ in range(100):
        with contextlib.suppress(sqlalchemy.exc.OperationalError):
            engine = sqlalchemy.create_engine(url)
            engine.connect().close()
            engine.dispose()
            break
        time.sleep(0.2)
    yield url
    server.send_signal(signal.SIGINT)
    server.wait(30)


@pytest.mark.require("psycopg")
def test_a_gradebook_on_postgresql_is_the_same(
    course: MadeUpCourse, tmp_path: Path, run: Callable[..., Any], postgres: str
) -> None:
    course.answer("ada", "ps1", "a", **sample.GOOD_A)
    course.answer("bob", "ps1", "a", **{**sample.GOOD_A, "answer": "answer = 41"})
    here = course.copy_to(tmp_path / "here")
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"c.CourseDirectory.db_url = {postgres!r}\n")
    course.generate("ps1")
    for one in (course, here):
        done = run("grade", "ps1", "--course", one.root)
        assert done.exit_code == 0, done.output
    assert grades(course, postgres) == grades(here)
    course.nbgrader("export")
    lines = (course.root / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert re.search("ada", "".join(lines))
    exported = [run("export", "csv", "--course", one.root, "-o", "-") for one in (course, here)]
    assert exported[0].stdout == exported[1].stdout
    assert "ada" in exported[0].stdout
    assert run("report", "ps1", "--course", course.root, "-o", "-").exit_code == 0
