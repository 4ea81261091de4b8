"""A gradebook from Canvas or Moodle comes back with grades, and with all else as it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from classroom import Run

# As Canvas writes it, with its test student, one who is excused, and the row of how grades are
# posted. Its own ID of Omar is what the gradebook calls another student.
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,ps1 (4711),Other (12),Final Score
,,,,,,Manual Posting,,
    Points Possible,,,,,(read only),20,5,(read only)
"Lovelace, Ada",555,u1,ada,A,,,3,
"王, 丽",556,u2,LI@uni.example ,A,,,N/A,
"الخيام, عمر",zoe,u3,omar,A,=1+1,,1,
"Power, Max",558,u4,@max,A,,EX,1,
"Student, Test",559,,9f8e7d,A,,,,
"""
MOODLE = """\
"First name";"Last name";"ID number";"Email address";"Assignment: ps1 (Real)";"Last downloaded"\r
"Ada";"Lovelace";"";"ADA@uni.example";"-";"1790000000"\r
"Omar";"Khayyam";"omar";"other@uni.example";"2,5";"1790000000"\r
"Nobody";"Known";"";"nobody@uni.example";"-";"1790000000"\r
"""


def fill(run: Run, made: Path, to: str, roster: str, *options: str) -> tuple[str, str]:
    """The file that comes back, and what was said."""
    Path("roster.csv").write_bytes(roster.encode())
    done = run(
        "export", to, "--course", made, "--roster", "roster.csv", "-o", "filled.csv", *options
    )
    assert done.exit_code == 0, done.output
    return Path("filled.csv").read_bytes().decode(), done.output


def test_canvas_gets_its_file_back_with_one_column_filled(run: Run, made: Path) -> None:
    filled, said = fill(run, made, "canvas", CANVAS)
    before, after = (list(csv.reader(io.StringIO(text))) for text in (CANVAS, filled))
    assert [row[:5] + row[7:] for row in after] == [row[:5] + row[7:] for row in before]
    assert [row[6] for row in after] == [
        *("ps1 (4711)", "Manual Posting", "20", "11", "3.5", "4", "EX", "")
    ]
    assert after[5][5] == "'=1+1"
    assert "4 of 5 rows filled in, survey, ps1" in said
    assert "not in the gradebook, left as they are: Student, Test (row 8)" in said
    assert "in the gradebook, but not in the roster: absent, zoe" in said
    assert "ps1 (4711) has 20 points in the roster and 10 in the gradebook" in said
    assert "1 cells say EX or N/A" in said
    assert "the roster has no column for survey" in said


def test_moodle_gets_its_file_back_in_its_own_dress(run: Run, made: Path) -> None:
    filled, said = fill(run, made, "moodle", "\ufeff" + MOODLE, "--assignment", "ps1")
    assert filled.startswith("\ufeffFirst name;")
    assert filled.count("\r\n") == 4
    lines = filled.split("\r\n")
    assert lines[1] == "Ada;Lovelace;;ADA@uni.example;11;1790000000"
    assert lines[2] == "Omar;Khayyam;omar;other@uni.example;4;1790000000"
    assert lines[3] == "Nobody;Known;;nobody@uni.example;-;1790000000"
    assert "2 of 3 rows filled in" in said


def test_a_row_that_could_be_of_two_students_is_left_alone(run: Run, made: Path) -> None:
    roster = "Username,Email address,ps1\nada,zoe@uni.example,\nomar,,\nomar,,\n"
    filled, said = fill(run, made, "moodle", roster, "-a", "ps1")
    assert [line.rpartition(",")[2] for line in filled.splitlines()[1:]] == ["", "", ""]
    assert "ada (row 2) could be ada or zoe" in said
    assert "omar has rows 3 and 4" in said


def test_columns_that_are_called_otherwise_can_be_named(run: Run, made: Path) -> None:
    roster = "Anmeldename,Hausaufgabe\nada,\nabsent,7\n"
    options = ("--match", "anmeldename", "--column", "ps1=Hausaufgabe")
    filled, _ = fill(run, made, "moodle", roster, *options)
    assert filled == "Anmeldename,Hausaufgabe\nada,11\nabsent,7\n"  # nothing is taken away
    filled, _ = fill(run, made, "moodle", roster, *options, "--missing", "zero")
    assert filled.endswith("absent,0\n")


@pytest.mark.parametrize(
    ("roster", "options", "said"),
    [
        ("Who,ps1\nada,\n", [], "no column by which students are known"),
        ("Email,x\nada,\n", ["-a", "ps1"], "has no column for ps1. It has: Email, x."),
        ("Email,ps1,ps1\nada,,\n", [], "has several columns for ps1"),
        ("Email,x\nada,\n", ["--column", "ps1=y"], "has no column y"),
        ("Email,x\nada,\n", ["--column", "ps1"], "is not of the form NAME=TITLE"),
        ("Email,ps1\n", [], "has no rows"),
        ('Email,ps1\n"a"b,1\n', [], "is no CSV file"),
    ],
)
def test_a_roster_that_does_not_fit_is_told_and_nothing_written(
    run: Run, made: Path, roster: str, options: list[str], said: str
) -> None:
    Path("roster.csv").write_text(roster, encoding="utf-8")
    done = run("export", "canvas", "--course", made, "--roster", "roster.csv", *options)
    assert done.exit_code in (1, 2)
    assert said in done.output
    assert not Path("grades-canvas.csv").exists()


def test_a_roster_in_another_encoding_is_told(run: Run, made: Path) -> None:
    Path("roster.csv").write_bytes("Email,ps1\nZoë,\n".encode("latin-1"))
    done = run("export", "canvas", "--course", made, "--roster", "roster.csv")
    assert "is not text in UTF-8" in done.output


def test_the_roster_itself_is_never_written_over(run: Run, made: Path) -> None:
    Path("roster.csv").write_text("Email,ps1\nada,\n", encoding="utf-8")
    both = ("--roster", "roster.csv", "-o", "./roster.csv")
    done = run("export", "canvas", "--course", made, *both)
    assert done.exit_code == 2
    assert "is the roster itself" in done.output
