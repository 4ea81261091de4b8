"""Grades leave the gradebook whole, and as nbgrader, Canvas and Moodle write and read them."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from classroom import Run
from nbgrader import api
from nbgrader.plugins.export import CsvExportPlugin


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def exported(run: Run, made: Path, to: str, *options: str | Path) -> list[dict[str, str]]:
    done = run("export", to, "--course", made, "-o", "out.csv", *options)
    assert done.exit_code == 0, done.output
    return rows(Path("out.csv").read_text(encoding="utf-8"))


def test_every_column_of_nbgraders_own_export_is_there_with_the_same_values(
    run: Run, made: Path, tmp_path: Path
) -> None:
    plugin = CsvExportPlugin(to=str(tmp_path / "theirs.csv"))
    with api.Gradebook(f"sqlite:///{made / 'gradebook.db'}") as book:
        plugin.export(book)
    theirs = rows((tmp_path / "theirs.csv").read_text(encoding="utf-8"))
    ours = exported(run, made, "csv")
    assert len(ours) == len(theirs) == 12
    plain = [row for row in ours if row["student_id"] in ("ada", "li", "omar", "absent")]
    wanted = [row for row in theirs if row["student_id"] in ("ada", "li", "omar", "absent")]
    for mine, theirs_row in zip(plain, wanted, strict=True):
        assert {key: mine[key] for key in theirs_row} == theirs_row


def test_late_days_extra_credit_and_each_notebook_are_there(run: Run, made: Path) -> None:
    found = {(row["assignment"], row["student_id"]): row for row in exported(run, made, "csv")}
    li, ada = found["ps1", "li"], found["ps1", "ada"]
    assert (li["total_seconds_late"], li["days_late"]) == ("129600", "1.5")  # with a day more
    assert (li["raw_score"], li["late_submission_penalty"], li["score"]) == ("5.5", "2.0", "3.5")
    assert (li["ps1/a"], li["ps1/a/max_score"], li["survey/only"]) == ("1.5", "6", "")
    assert (ada["score"], ada["extra_credit"], ada["handed_in"]) == ("11.0", "1", "yes")
    assert (found["ps1", "absent"]["handed_in"], found["ps1", "absent"]["score"]) == ("no", "0.0")
    assert found["ps1", "omar"]["needs_manual_grade"] == "1"


def test_missing_work_is_blank_or_zero_as_one_says(run: Run, made: Path) -> None:
    def absent(to: str, *options: str) -> str:
        found = exported(run, made, to, "-a", "ps1", *options)
        key = {"csv": "student_id", "canvas": "SIS Login ID", "moodle": "Username"}[to]
        (row,) = (row for row in found if row[key] == "absent")
        return row["score" if to == "csv" else "ps1"]

    assert [absent(to) for to in ("csv", "canvas", "moodle")] == ["0.0", "", ""]
    assert [absent(to, "--missing", "zero") for to in ("canvas", "moodle")] == ["0", "0"]
    assert absent("csv", "--missing", "blank") == ""


def test_canvas_gets_its_columns_and_the_points_possible(run: Run, made: Path) -> None:
    points, *students = exported(run, made, "canvas")
    assert list(points) == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "survey", "ps1")
    ]
    assert (points["Student"].strip(), points["ps1"], points["survey"]) == (
        "Points Possible",
        "10",
        "0",
    )
    ada = next(row for row in students if row["SIS Login ID"] == "ada")
    assert (ada["Student"], ada["ID"], ada["ps1"]) == ("Lovelace, Ada", "7001", "11")


def test_moodle_gets_columns_that_it_can_tell_students_by(run: Run, made: Path) -> None:
    found = exported(run, made, "moodle", "--assignment", "ps1", "--no-penalty")
    li = next(row for row in found if row["Username"] == "li")
    assert (li["First name"], li["Last name"], li["Email address"]) == (
        "丽",
        "王",
        "li@uni.example",
    )
    assert li["ps1"] == "5.5"


@pytest.mark.parametrize("to", ["csv", "canvas", "moodle"])
def test_no_cell_would_be_run_by_a_spreadsheet(run: Run, made: Path, to: str) -> None:
    exported(run, made, to)
    for row in csv.reader(io.StringIO(Path("out.csv").read_text(encoding="utf-8"))):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@")), cell
    text = Path("out.csv").read_text(encoding="utf-8")
    assert "'=HYPERLINK" in text
    assert "'@max" in text


def test_what_waits_for_a_person_is_told_with_whose_and_how_many(run: Run, made: Path) -> None:
    done = run("export", "canvas", "--course", made)
    assert done.exit_code == 0
    assert "ps1: 2 answers of 2 students wait to be graded by hand (a/why (2))" in done.stderr
    assert "omar" in done.stderr
    assert "ada" not in done.stderr
    assert "Note:" not in run("export", "csv", "--course", made, "--student", "ada").stderr


def test_students_can_be_chosen_by_pattern(run: Run, made: Path) -> None:
    found = exported(run, made, "moodle", "--student", "a*", "--student", "zoe")
    assert [row["Username"] for row in found] == ["absent", "zoe", "ada"]


def test_printed_it_is_the_file_and_nothing_else(run: Run, made: Path) -> None:
    done = run("export", "csv", "--course", made, "-o", "-")
    assert len(rows(done.stdout)) == 12
    assert os.listdir() == []  # noqa: PTH208


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-a", "ps9"], "knows no assignment ps9. Did you mean ps1?"),
        (["--student", "bob"], "No student of the gradebook is called bob"),
        (["-o", "no/such/file.csv"], "The folder of no/such/file.csv does not exist"),
        (["--course", "nowhere"], "nowhere is no folder"),
        (["--course", "."], "There is no gradebook"),
        (["--match", "Email"], "Give one with --roster"),
        (["--roster", "none.csv"], "The roster none.csv can't be read"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    run: Run, made: Path, options: list[str], said: str
) -> None:
    done = run("export", "canvas", "--course", made, *options)
    assert done.exit_code in (1, 2)
    assert said in " ".join(done.output.split())
    assert os.listdir() == []  # noqa: PTH208


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b"no database" * 100), "no gradebook of nbgrader's"),
        (lambda path: sqlite3.connect(path).execute("drop table student"), "no gradebook of"),
        (
            lambda path: sqlite3.connect(path).execute("alter table student drop lms_user_id"),
            "nbgrader db upgrade",
        ),
    ],
    ids=["another file", "a table is missing", "an older nbgrader's"],
)
@pytest.mark.filterwarnings("ignore:unclosed database")
def test_a_gradebook_that_is_none_is_told(run: Run, course: Path, spoil: Any, said: str) -> None:
    spoil(course / "gradebook.db")
    for command in (["export", "csv"], ["report", "ps1"]):
        done = run(*command, "--course", course)
        assert done.exit_code == 1
        assert said in done.output


def test_a_disk_that_is_full_leaves_the_last_file_as_it_was(
    run: Run, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path("grades.csv")
    before.write_text("of last week\n", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = run("export", "csv", "--course", made)
    assert done.exit_code == 1
    assert "There is no room on the disk for grades.csv" in done.output
    assert before.read_text(encoding="utf-8") == "of last week\n"
    assert os.listdir() == ["grades.csv"]  # noqa: PTH208


def test_the_gradebook_is_not_touched(run: Run, made: Path) -> None:
    before = (made / "gradebook.db").read_bytes()
    exported(run, made, "csv")
    assert run("report", "ps1", "--course", made).exit_code == 0
    assert (made / "gradebook.db").read_bytes() == before
