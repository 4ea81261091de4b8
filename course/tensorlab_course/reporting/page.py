"""The report on an assignment as one page: nothing is loaded from anywhere, and nothing runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tensorlab_course.grading.course import Course
from tensorlab_course.reporting import drawing
from tensorlab_course.reporting.cells import number
from tensorlab_course.reporting.mistakes import Mistake, Tally, errors_of, has_notebooks
from tensorlab_course.reporting.notes import Notes
from tensorlab_course.reporting.statistics import ClassWork, Exercise, look_at

MOST_ERRORS = 15
MOST_PLACES = 4


def make_report(course: Course, assignment: str) -> str:
    """The page. Raises CourseError, in words.

    The notebooks are read one by one: memory does not grow with the class.
    """
    submitted = course.submitted(assignment)
    work = look_at(course, assignment, submitted)
    errors, notes = Tally(), Tally()
    noted = unreadable = 0
    kept = Notes(course, assignment)
    for student in work.ids:
        folder = course.folder(course.directory.autograded_directory, student, assignment)
        errors.add(errors_of(folder))
        said = kept.of(student)
        if said:
            noted += 1
            notes.add({_note(text) for text in said})
        graded = student in submitted and student in work.graded_ids
        unreadable += graded and not has_notebooks(folder)
    return _render(work, errors, notes if kept.kept else None, noted, unreadable)


def _note(text: str) -> tuple[str, str]:
    """A note as a place and what was said: `a.ipynb: cells had changed places`."""
    place, sign, rest = text.partition(": ")
    return (place.removesuffix(".ipynb"), rest) if sign and place.endswith(".ipynb") else ("", text)


def _render(
    work: ClassWork, errors: Tally, notes: Tally | None, noted: int, unreadable: int
) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    now = datetime.now(UTC)
    return environment.get_template("report.html.j2").render(
        title=work.assignment.name,
        subtitle=_subtitle(work),
        counts=_counts(work, noted if notes is not None else None, unreadable),
        scores=_scores(work),
        exercises=[_exercise(one) for one in work.exercises],
        any_waiting=any(one.waiting for one in work.exercises),
        lists=[_error_list(errors, work.names), *_note_lists(notes, work.names)],
        hand_ins=_hand_ins(work),
        made=f"{now:%Y-%m-%d %H:%M} UTC",
    )


def _subtitle(work: ClassWork) -> str:
    books = len(work.assignment.notebooks)
    parts = [f"{number(work.assignment.max_score)} points in {books} notebook{'s' * (books != 1)}"]
    if work.assignment.due:
        parts.append(f"due {work.assignment.due:%Y-%m-%d %H:%M} UTC")
    return ", ".join(parts)


def _counts(work: ClassWork, noted: int | None, unreadable: int) -> list[dict[str, Any]]:
    counts = [
        ("students", work.students, False),
        ("handed in", work.handed_in, False),
        ("graded", work.graded, False),
        ("wait to be graded by hand", work.waiting, True),
        ("not graded yet", work.not_graded, True),
        ("late", work.late, True),
        ("without a notebook that could be graded", unreadable, True),
    ]
    if noted is not None:
        counts.append(("refused, repaired or cut short in part", noted, True))
    always = {"students", "handed in", "graded", "late"}
    return [
        {"name": name, "value": value, "warn": warn and value > 0}
        for name, value, warn in counts
        if value or name in always
    ]


def _scores(work: ClassWork) -> dict[str, Any] | None:
    summary = work.summary
    if not summary:
        return None
    most = work.assignment.max_score
    count = len(work.scores)
    words = (
        f"Scores of {count} student{'s' * (count != 1)}, of {number(most)} points: "
        f"mean {summary['mean']:.3g}, median {summary['median']:.3g}; "
        f"half of them lie between {summary['lower quartile']:.3g} and "
        f"{summary['upper quartile']:.3g}, all between {summary['lowest']:.3g} and "
        f"{summary['highest']:.3g}."
    )
    picture = drawing.draw_scores(work.scores, most, summary["mean"], summary["median"])
    bins = drawing.bins_of(work.scores, most)
    rows = [
        {"range": f"{low:.3g} to {'' if last else 'below '}{high:.3g}", "count": count}
        for low, high, count, last in ((*one, i == len(bins) - 1) for i, one in enumerate(bins))
    ]
    return {"words": words, "picture": Markup(picture), "bins": rows}


def _exercise(one: Exercise) -> dict[str, Any]:
    return {
        "name": one.name,
        "notebook": one.notebook,
        "by_hand": one.by_hand,
        "graded": one.graded,
        "percent": "–" if one.share is None else f"{one.share:.0%}",
        "mean": f"{one.mean:.3g} of {number(one.points)}" if one.graded else "",
        "full": one.full,
        "part": one.part,
        "none": one.none,
        "waiting": one.waiting,
    }


def _error_list(errors: Tally, names: set[str]) -> dict[str, Any]:
    found = errors.commonest(MOST_ERRORS, names)
    words = (
        "From the notebooks as they were run. Errors that differ in their numbers only are one; "
        "a student counts once for each."
        if found
        else "The notebooks that were run show no error."
    )
    return {
        "title": "The commonest errors",
        "words": words,
        "column": "error",
        "rows": _rows(found),
    }


def _note_lists(notes: Tally | None, names: set[str]) -> list[dict[str, Any]]:
    found = notes.commonest(MOST_ERRORS, names) if notes else []
    if not found:
        return []
    return [
        {
            "title": "Refused, repaired or cut short",
            "words": "What tensorlab grade said of the submissions.",
            "column": "what was said",
            "rows": _rows(found),
        }
    ]


def _rows(found: Iterable[Mistake]) -> list[dict[str, Any]]:
    return [
        {"text": one.text, "students": one.students, "places": _places(one.exercises)}
        for one in found
    ]


def _places(exercises: list[tuple[str, int]]) -> list[str]:
    shown = [f"{name} ({count})" for name, count in exercises[:MOST_PLACES] if name]
    left = len(exercises) - MOST_PLACES
    return [*shown, f"and {left} more"] if left > 0 else shown


def _hand_ins(work: ClassWork) -> dict[str, Any] | None:
    if not work.hand_ins:
        return None
    due = work.assignment.due
    middle = due or work.hand_ins[len(work.hand_ins) // 2]
    # A student's own file may hold the time: one year in the past or to come is enough.
    times = [one for one in work.hand_ins if abs(one - middle) < timedelta(days=366)]
    odd = len(work.hand_ins) - len(times)
    if not times:
        return None
    count = len(times)
    words = (
        f"{count} hand-in{'s' * (count != 1)} with a time (UTC), the first on "
        f"{times[0]:%Y-%m-%d %H:%M}, the last on {times[-1]:%Y-%m-%d %H:%M}."
    )
    if due:
        after = sum(one > due for one in times)
        words += f" Due on {due:%Y-%m-%d %H:%M}: {count - after} before, {after} after it."
    if odd:
        words += f" {odd} with a time that is years away left out."
    picture = drawing.draw_hand_ins(times, due)
    return {"words": words, "picture": Markup(picture)}
