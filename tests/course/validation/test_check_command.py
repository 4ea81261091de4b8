"""`tensorlab check`: what it prints, what it returns, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import pytest
import typer
from notebooks import cell, edit, printed, raised, write
from typer.testing import CliRunner

from tensorlab_course.claims import load_claims
from tensorlab_course.commands import check as command

MAXPOOL = [claim for claim in load_claims().values() if claim.section == "maxpool"]


def run(*arguments: object) -> Any:
    app = typer.Typer()
    app.command()(command.check)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A lesson on pooling that shows its four claims, and one cell more."""
    cells = []
    for claim in MAXPOOL:
        code = f"print({claim.torch_2_13!r})"
        outputs = [printed(claim.torch_2_13 + "\n")]
        cells.append(cell(code, f"claim:{claim.id}", outputs=outputs))
    cells.append(cell("print('one two')", outputs=[printed("one two\n")]))
    return write(tmp_path / "14-max-pooling.ipynb", *cells)


def test_it_ends_with_a_table_the_differences_and_a_file_for_ci(lesson, tmp_path):
    def change(node):
        node.source = node.source.replace("[1, 1, 3, 3]", "[1, 1, 3,3]")

    def forget(node):
        node.metadata.tags = []

    def fail(node):
        node.source = "raise ValueError('\\x1b[31mred')"

    edit(lesson, lesson, {2: change, 3: forget, 5: fail})
    write(tmp_path / "20-more.ipynb", cell("1;"), cell("print('\\x1b[31mred')"))
    report = tmp_path / "report.xml"
    result = run(lesson.parent, "--workers", 2, "--junitxml", report)
    assert result.exit_code == 1
    text = result.output
    assert "20-more: failed" in text
    assert "14-max-pooling      │   3/5 │    2/4 │" in text
    assert "0 of 2 notebooks ok │   4/7 │    2/4 │" in text
    assert f"14-max-pooling · cell 2 · claim:{MAXPOOL[1].id}" in text
    assert "saved in the notebook" in text
    assert "torch.Size([1, 1, 3,·3])" in text
    assert "14-max-pooling: cell 5 raised ValueError: red, at: raise" in text
    assert f"14-max-pooling: no cell carries claim:{MAXPOOL[2].id}" in text

    root = xml.parse(report).getroot()
    cases = {(case.get("classname"), case.get("name")): case for case in root.iter("testcase")}
    assert root.get("tests") == str(len(cases))
    failed = {key for key, case in cases.items() if case.find("failure") is not None}
    names = {"cell 02", "cell 05", f"claim:{MAXPOOL[1].id}", f"claim:{MAXPOOL[2].id}"}
    assert failed == {("14-max-pooling", name) for name in names} | {("20-more", "cell 02")}
    assert ("20-more", "cell 01") in cases
    difference = cases["14-max-pooling", "cell 02"].find("failure")
    assert difference is not None
    assert "torch.Size([1, 1, 3,3])" in str(difference.text)


def test_the_command_itself_is_content_with_a_lesson_that_is_right(lesson):
    command_line = [sys.executable, "-m", "tensorlab_course", "check", lesson.name]
    done = subprocess.run(
        command_line, cwd=lesson.parent, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "14-max-pooling │   5/5 │    4/4 │" in done.stdout


def test_update_writes_what_a_lesson_prints_now(tmp_path):
    path = write(tmp_path / "20-more.ipynb", cell("print(1 + 1)", run=False), cell("2;"))
    result = run(path, "--update")
    assert result.exit_code == 0
    assert "20-more: saved" in result.output
    assert '"2\\n"' in path.read_text()


def test_one_line_for_each_notebook_that_is_none(tmp_path):
    (tmp_path / "corrupt.ipynb").write_text("{")
    write(tmp_path / "never.ipynb", cell("1", run=False))
    write(tmp_path / "raised.ipynb", cell("f()", outputs=[raised("NameError", "no f")]))
    result = run(tmp_path)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert sum(line.startswith("corrupt: is corrupt: not JSON") for line in lines) == 1
    assert sum(line.startswith("never: was never run") for line in lines) == 1
    assert sum(line.startswith("raised: cell 1 was saved with an error") for line in lines) == 1


def test_a_claim_that_no_lesson_carries_is_a_failure_when_all_are_checked(tmp_path, monkeypatch):
    only = write(tmp_path / "20-words.ipynb")
    monkeypatch.setattr(command, "lessons_dir", lambda: tmp_path)
    result = run()
    assert result.exit_code == 1
    assert "0/80" in result.output
    assert "no lesson teaches maxpool: 4 of its claims stand nowhere" in result.output
    other = write(tmp_path / "21-words.ipynb")
    assert run(only).exit_code == 0
    assert run(only, other).exit_code == 1


class TestBadArguments:
    def test_a_file_that_is_not_there_is_named_and_the_nearest_lesson(self, tmp_path, monkeypatch):
        write(tmp_path / "14-max-pooling.ipynb")
        monkeypatch.setattr(command, "lessons_dir", lambda: tmp_path)
        result = run(tmp_path / "14-maxpooling.ipynb")
        assert result.exit_code == 2
        assert f"{tmp_path / '14-maxpooling.ipynb'} does not exist. Did you mean" in result.output
        assert "14-max-pooling.ipynb?" in result.output
        result = run("nowhere")
        assert result.exit_code == 2
        assert result.output.endswith("or nothing to check all lessons.\n")

    def test_what_is_no_notebook_or_has_none(self, tmp_path):
        (tmp_path / "notes.txt").write_text("")
        assert run(tmp_path / "notes.txt").exit_code == 2
        assert "There is no notebook in" in run(tmp_path).output

    def test_a_report_that_could_not_be_written_is_refused_at_once(self, lesson, tmp_path):
        result = run(lesson, "--junitxml", tmp_path / "none" / "report.xml")
        assert result.exit_code == 2
        assert "does not exist" in result.output

    def test_no_lessons_at_all(self, tmp_path, monkeypatch):
        def nothing():
            raise FileNotFoundError("there are no lessons in the wheel")

        monkeypatch.setattr(command, "lessons_dir", nothing)
        result = run()
        assert result.exit_code == 2
        assert "There are no lessons in the wheel." in result.output


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_ends_the_kernels_and_leaves_nothing(tmp_path):
    psutil = pytest.importorskip("psutil")
    code = "open('running', 'w').close()\nimport time\ntime.sleep(300)"
    path = write(tmp_path / "slow.ipynb", cell(code))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command_line = [sys.executable, "-m", "tensorlab_course", "check", str(path)]
    environment = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen(
        command_line, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        deadline = time.monotonic() + 90
        while not (tmp_path / "running").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) == 2
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=150)
    assert process.returncode == 130
    assert output.strip() == "Stopped; nothing is left running."
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert list(temporary.iterdir()) == []
