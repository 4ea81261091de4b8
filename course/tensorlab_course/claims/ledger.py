"""Keeps account of every claim: which lesson's cell carries it, and whether it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tensorlab_course.claims.claim import Claim, load_claims, section_of
from tensorlab_course.claims.matching import Expectation, match_claims
from tensorlab_course.validation.notebook import Notebook
from tensorlab_course.validation.outputs import claimed_text

Status = Literal[
    "held", "differs", "not reproduced", "missing", "wrong lesson", "twice", "unknown", "unread"
]


@dataclass(frozen=True)
class ClaimResult:
    """What became of one claim; `notebook` and `cell` say where it stands, if anywhere."""

    tag: str
    status: Status
    message: str
    section: str | None = None
    notebook: Path | None = None
    cell: int | None = None
    expected: str = ""
    found: str = ""

    @property
    def ok(self) -> bool:
        return self.status == "held"

    @property
    def is_claim(self) -> bool:
        """Whether it counts as one of the 80: the cells that show today's output do not."""
        return self.tag.startswith("claim:") and self.status != "unknown"


@dataclass(frozen=True)
class Carrier:
    """A cell that carries a tag, and what it shows in place of what it owes, if it does."""

    notebook: Path
    cell: int
    found: str | None

    @property
    def place(self) -> str:
        return f"{self.notebook.stem}, cell {self.cell}"


def hold_claims(
    notebooks: Mapping[Path, Notebook | None],
    *,
    complete: bool,
    changed: Collection[tuple[Path, int]] = (),
) -> list[ClaimResult]:
    """Hold the saved outputs of the lessons to the claims.

    A notebook that could not be read is None. With `complete`, these are all the lessons, and a
    claim that none carries is missing; without, only the claims of their own sections are asked
    for. `changed` are the cells that a fresh run did not reproduce: they prove nothing.
    """
    carriers, unknown = _find_carriers(notebooks)
    taught = {section_of(path): path for path in notebooks}
    unread = {section_of(path) for path, notebook in notebooks.items() if notebook is None}
    results = []
    for claim in load_claims().values():
        owed = [Expectation(claim)] + [Expectation(claim, today=True)] * claim.differs_today
        extra = Expectation(claim, today=True)
        if not claim.differs_today and extra.tag in carriers:
            owed.append(extra)
        for expectation in owed:
            found = carriers.get(expectation.tag, [])
            if not found and not complete and claim.section not in taught:
                continue
            lesson = taught.get(claim.section)
            if not found and claim.section in unread:
                results.append(_result(expectation, "unread", "its lesson can't be read", lesson))
            else:
                results.append(_judge(expectation, found, lesson, changed))
    return results + unknown


def _judge(
    expectation: Expectation,
    carriers: list[Carrier],
    lesson: Path | None,
    changed: Collection[tuple[Path, int]],
) -> ClaimResult:
    tag, claim = expectation.tag, expectation.claim
    if not carriers:
        what = f"no cell carries the tag {tag}, which is for {claim.expr}"
        return _result(expectation, "missing", what, lesson)
    carrier = carriers[0]
    if len(carriers) > 1:
        what = f"{tag} is carried twice: " + " and ".join(one.place for one in carriers)
        return _result(expectation, "twice", what, carriers[1].notebook, carriers[1])
    if section_of(carrier.notebook) not in (claim.section, None):
        what = f"{tag} belongs to the section {claim.section}, not to {carrier.place}"
        return _result(expectation, "wrong lesson", what, carrier.notebook, carrier)
    if carrier.found is not None:
        whose = "PyTorch prints today" if expectation.today else "the tutorial claims"
        if claim.kind == "erratum" and not expectation.today:
            whose = "PyTorch prints, where the tutorial errs"
        what = f"cell {carrier.cell} does not show what {whose}"
        return _result(expectation, "differs", what, carrier.notebook, carrier)
    if (carrier.notebook, carrier.cell) in changed:
        what = f"cell {carrier.cell} saved it, but a fresh run did not reproduce it"
        return _result(expectation, "not reproduced", what, carrier.notebook, carrier)
    return _result(expectation, "held", "held", carrier.notebook, carrier)


def _result(
    expectation: Expectation,
    status: Status,
    message: str,
    notebook: Path | None,
    carrier: Carrier | None = None,
) -> ClaimResult:
    return ClaimResult(
        tag=expectation.tag,
        status=status,
        message=message,
        section=expectation.claim.section,
        notebook=notebook,
        cell=carrier.cell if carrier else None,
        expected=expectation.shown,
        found=(carrier.found or "") if carrier else "",
    )


def _find_carriers(
    notebooks: Mapping[Path, Notebook | None],
) -> tuple[dict[str, list[Carrier]], list[ClaimResult]]:
    """Every tag with the cells that carry it, and the tags that name no claim."""
    carriers: dict[str, list[Carrier]] = {}
    unknown = []
    for path, notebook in notebooks.items():
        for cell in notebook.code_cells if notebook else []:
            tags = [tag for tag in cell.tags if tag.startswith(("claim:", "today:"))]
            expectations = [expectation for tag in tags if (expectation := _expectation(tag))]
            if len(expectations) < len(tags):
                bad = next(tag for tag in tags if _expectation(tag) is None)
                message = f"cell {cell.number} carries {bad}, which names no claim"
                unknown.append(
                    ClaimResult(bad, "unknown", message, section_of(path), path, cell.number)
                )
            if not expectations:
                continue
            shown = match_claims(claimed_text(cell.outputs), expectations)
            for expectation, found in zip(expectations, shown, strict=True):
                carrier = Carrier(path, cell.number, found)
                carriers.setdefault(expectation.tag, []).append(carrier)
    return carriers, unknown


def _expectation(tag: str) -> Expectation | None:
    kind, _, name = tag.partition(":")
    claim: Claim | None = load_claims().get(name)
    return Expectation(claim, today=kind == "today") if claim else None
