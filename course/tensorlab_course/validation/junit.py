"""Writes what the check found in JUnit's XML, which CI services read: a case a cell and a claim."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as xml

from tensorlab_course.validation.report import LessonReport, Report
from tensorlab_course.validation.results import CellResult

if TYPE_CHECKING:
    from tensorlab_course.claims.ledger import ClaimResult

# XML 1.0 has no way to write these, and a traceback's colours are among them.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, report: Report) -> None:
    root = xml.Element("testsuites", name="tensorlab check", time=f"{report.seconds:.3f}")
    for lesson in report.lessons:
        root.append(_lesson_suite(lesson))
    if report.orphans:
        suite = xml.SubElement(root, "testsuite", name="claims without a lesson", time="0")
        for claim in report.orphans:
            _add_claim(suite, "claims without a lesson", claim)
        _count(suite)
    totals = {
        key: sum(int(s.get(key, 0)) for s in root) for key in ("tests", "failures", "skipped")
    }
    root.attrib.update({key: str(total) for key, total in totals.items()}, errors="0")
    xml.indent(root)
    xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _lesson_suite(lesson: LessonReport) -> xml.Element:
    suite = xml.Element("testsuite", name=lesson.name, time=f"{lesson.result.seconds:.3f}")
    if lesson.result.problem:
        case = _add_case(suite, lesson.name, "notebook")
        _add_failure(case, lesson.result.problem, "")
    for cell in lesson.result.cells:
        _add_cell(suite, lesson.name, cell)
    for claim in lesson.claims:
        _add_claim(suite, lesson.name, claim)
    _count(suite)
    return suite


def _add_cell(suite: xml.Element, lesson: str, cell: CellResult) -> None:
    case = _add_case(suite, lesson, f"cell {cell.number:02}", cell.seconds)
    if cell.outcome == "not run":
        xml.SubElement(case, "skipped", message="not run")
    elif not cell.ok:
        details = f"saved:\n{cell.saved}\n\ncame:\n{cell.fresh}" if cell.saved != cell.fresh else ""
        _add_failure(case, cell.message, details)


def _add_claim(suite: xml.Element, lesson: str, claim: ClaimResult) -> None:
    case = _add_case(suite, lesson, claim.tag)
    if not claim.ok:
        details = f"expected:\n{claim.expected}\n\nfound:\n{claim.found}" if claim.expected else ""
        _add_failure(case, f"{claim.status}: {claim.message}", details)


def _add_case(suite: xml.Element, lesson: str, name: str, seconds: float = 0) -> xml.Element:
    return xml.SubElement(suite, "testcase", classname=lesson, name=name, time=f"{seconds:.3f}")


def _add_failure(case: xml.Element, message: str, details: str) -> None:
    failure = xml.SubElement(case, "failure", message=UNWRITABLE.sub("", message))
    failure.text = UNWRITABLE.sub("", details)


def _count(suite: xml.Element) -> None:
    counts = {"tests": "testcase", "failures": "testcase/failure", "skipped": "testcase/skipped"}
    suite.attrib.update({key: str(len(suite.findall(where))) for key, where in counts.items()})
    suite.set("errors", "0")
