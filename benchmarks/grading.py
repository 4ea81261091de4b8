"""A class graded by `nbgrader autograde` and by `tensorlab grade`, one after the other.

    python benchmarks/grading.py [--students 20]        (needs the extra `grade` and bubblewrap)

Each grades the same submissions of two notebooks; whole processes are timed. It ends with the
processor time and the largest memory of each, and says whether the scores are the same.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "grading"))

import sample
from courses import MadeUpCourse

SCORES = (
    "select s.student_id, b.name, g.auto_score from grade g "
    "join submitted_notebook n on g.notebook_id = n.id "
    "join submitted_assignment s on n.assignment_id = s.id "
    "join base_cell b on g.cell_id = b.id order by 1, 2"
)


def hand_in(course: MadeUpCourse, students: int) -> None:
    """Submissions that all differ; a quarter of them are wrong somewhere."""
    for i in range(students):
        answer = f"answer = {41 if i % 4 == 3 else 42}\nstudent = {i}"
        a = course.answered("ps1", "a", **{**sample.GOOD_A, "answer": answer})
        b = course.answered("ps1", "b", **{**sample.GOOD_B, "share": f"{sample.SHARE}\n# {i}"})
        course.submit(f"student{i:06}", "ps1", a=a, b=b)


def run(course: MadeUpCourse, *command: str) -> float:
    """Seconds that a command takes in the course's folder."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    }
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course.root,
        env=environment,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begun


def scores(course: MadeUpCourse) -> list[tuple[str, str, float]]:
    """The score of each cell of each student."""
    with sqlite3.connect(course.root / "gradebook.db") as book:
        return list(book.execute(SCORES))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--alone", action="store_true", help="leave nbgrader out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours = MadeUpCourse(Path(folder, "ours"))
        ours.add("ps1", **sample.sample_notebooks())
        hand_in(ours, options.students)
        stock = ours.copy_to(Path(folder, "stock"))
        mine = run(ours, "tensorlab_course", "grade", "ps1")
        print(f"tensorlab grade      {mine:7.1f} s   {options.students / mine:6.2f} students/s")
        again = run(ours, "tensorlab_course", "grade", "ps1")
        print(f"  once more          {again:7.1f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  largest process    {peak:7.0f} MB")
        if options.alone:
            return
        theirs = run(stock, "nbgrader", "autograde", "ps1")
        print(f"nbgrader autograde   {theirs:7.1f} s   {options.students / theirs:6.2f} students/s")
        same = "the same" if scores(ours) == scores(stock) else "NOT the same"
        print(f"{theirs / mine:.1f} times as fast, with {same} scores")


if __name__ == "__main__":
    main()
