"""One notebook of one submission: the student's cells run, then the tests, then the score.

The student's cells run first, all of them, in the sandbox; before each test the process leaves a
snapshot of itself. When all that the notebook will show has been collected, the tests that students
have are run against the snapshots, and only then the hidden ones, against snapshots of their own,
of which nothing is shown but the score. So no hidden test can be told by any output.
"""

from __future__ import annotations

import socket
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tensorlab_course.grading import names, neutral, refusals, rules, scoring
from tensorlab_course.grading.crossing.channel import Channel, Closed, Garbled, Late
from tensorlab_course.grading.limits import Limits
from tensorlab_course.grading.repair import Repaired, RepairedCell
from tensorlab_course.grading.sandbox.room import (
    Fork,
    Outgrown,
    Overdue,
    Zygote,
    start_session,
    start_tester,
)
from tensorlab_course.grading.source import SourceNotebook

_GRACE = 2.0  # seconds to answer an interrupt
_NO_REPLY = "\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"
_MOST_TEXT = 10 << 20
Outputs = list[dict[str, Any]]


@dataclass
class Rooms:
    """What a worker has for all notebooks: its warm processes, and where it may write."""

    zygote: Zygote
    sandbox: bool = True
    hidden: Path | None = None  # the course's folder, which no sandbox may show


@dataclass
class Examined:
    """The outputs of each cell by its index, the scores of tests by grade id, and what happened."""

    outputs: dict[int, Outputs] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Snapshot:
    """Copies of the student's process as it was before some tests: the last one can be forked."""

    def __init__(self, shared: bool) -> None:
        self.ends: list[socket.socket] = []
        self.shared = shared  # by several tests, of which one may end what answers them
        self._forks: list[socket.socket] = []

    def server(self, line: int, again: bool, limits: Limits) -> socket.socket | None:
        """What answers on this line: a copy made for it, or one more where that has ended."""
        if not self.shared:
            return None if again else self.ends[line]
        if line < len(self.ends) - 1 and not again:
            return self.ends[line]
        ours, theirs = socket.socketpair()
        self._forks.append(ours)
        with theirs:
            template = Channel(self.ends[-1], limits.message)
            try:
                template.send({"do": "snapshot"}, fds=(theirs.fileno(),))
                template.receive(time.monotonic() + limits.timeout)
            except (Closed, Garbled, Late):
                return None
        return ours

    def close(self) -> None:
        """Let go of all copies."""
        for end in (*self.ends, *self._forks):
            end.close()


class _Ended(Exception):
    """The student's process is lost at a cell; the text says how."""

    def __init__(self, cell: int, reason: str) -> None:
        super().__init__(reason)
        self.cell = cell


class _NoSnapshot(Exception):
    """The student's process can't be copied, and it is not known which cell is to blame."""


class Examination:
    """The examination of one notebook."""

    def __init__(
        self,
        rooms: Rooms,
        source: SourceNotebook,
        repaired: Repaired,
        student_files: dict[str, bytes],
        source_files: dict[str, bytes],
        limits: Limits,
        ignored: str = "",
    ) -> None:
        self.ignored = ignored  # a pattern of text on stderr that costs nothing
        self.rooms = rooms
        self.source = source
        self.repaired = repaired
        self.files = student_files | source_files
        self.source_files = source_files
        self.limits = limits
        self.result = Examined()
        self.steps, self.asked = _plan(source)
        models = [cell.model for cell in source.cells if cell.role == "solution"]
        self.globals = set().union(*map(names.globals_of, models))  # that the models' functions use
        self.counts = execution_counts(repaired)
        self.snapshots: dict[int, Snapshot] = {}
        self.session: Fork | None = None
        self.stuck: list[str] = []
        self.careful = False  # to take a snapshot for each test
        self.gone = False  # whether what answers the tests has ended
        self.shown = 0  # bytes of the outputs so far
        self.used = 0.0  # seconds, of the student's cells
        self.lost: dict[int, str] = {}  # cells that ended the process or ran out of time
        self.testers = 2 if any(c.has_hidden for c in source.cells if c.role == "test") else 1

    def run(self) -> Examined:
        """Run everything; whatever the submission does, this ends, with nothing left running."""
        with tempfile.TemporaryDirectory(prefix="tensorlab-") as folder:
            try:
                self._student_cells(folder)
                self._tests()
            finally:
                self._close_session()
        return self.result

    # ----- the student's cells --------------------------------------------------------------------

    def _student_cells(self, folder: str) -> None:
        while True:
            try:
                self._run_all(folder)
                return
            except _NoSnapshot:
                self.careful = True  # to find the cell that is to blame
                self._close_session()
            except _Ended as ended:
                reason = str(ended)
                self.lost[ended.cell] = reason
                self.result.outputs[ended.cell] = [*_died(reason)]
                self._close_session()
                if len(self.lost) >= self.limits.stuck_cells:
                    self._stop(ended.cell)
                    return

    def _stop(self, last: int) -> None:
        """Give up on the cells after this one."""
        note = f"{len(self.lost)} cells ran out of time or ended the process; the rest was not run"
        self.result.notes.append(note)
        for i, cell in enumerate(self.repaired.cells):
            if i > last and cell.cell_type == "code" and cell.role != "test":
                self.result.outputs[i] = []

    def _run_all(self, folder: str) -> None:
        tests = sum(cell.role == "test" for cell in self.repaired.cells)
        hidden = self.rooms.hidden
        self.session = start_session(
            self.rooms.zygote,
            self.limits,
            tests * self.testers,
            self.rooms.sandbox,
            hidden,
            tempfile.mkdtemp(dir=folder),
        )
        self._send_files(self.session)
        needed = self._needed_of_tests()
        waiting: list[int] = []  # tests that the next snapshot serves
        lasting = set() if self.careful else self._lasting()
        code = [i for i, cell in enumerate(self.repaired.cells) if cell.cell_type == "code"]
        for place, i in enumerate(code):
            cell = self.repaired.cells[i]
            if cell.role == "test":
                waiting.append(i)
                if i in needed:
                    self._take_snapshots(waiting)
                    self._run_cell(i, self._release(cell), shown=False)
            elif not cell.source.strip():
                self.result.outputs[i] = []
            elif i not in self.lost:
                self._run_cell(i, cell.source, shown=True)
            following = code[place + 1] if place + 1 < len(code) else None
            if waiting and following not in lasting:
                self._take_snapshots(waiting)

    def _take_snapshots(self, tests: list[int]) -> None:
        """Let the process serve these tests as it is: for what is shown, and for the score."""
        snapshot = Snapshot(len(tests) > 1)
        for i in tests:
            self.snapshots[i] = snapshot
        for _ in range(self.testers):
            snapshot.ends.append(self._snapshot(tests[-1]))
        tests.clear()

    def _lasting(self) -> set[int]:
        """Cells after which all is as it was before: tests, and cells that only add names.

        A snapshot behind them does for the tests before them, and a fork saved is 6 ms.
        """
        lasting = set()
        used: set[str] = set()
        for i, cell in enumerate(self.repaired.cells):
            if cell.cell_type != "code":
                continue
            found = names.names_of(cell.source)
            if cell.role == "test":
                lasting.add(i)
                used |= found.mentioned
                continue
            simple = found.readable and not found.calls and not (found.bound | found.changed) & used
            if simple:
                lasting.add(i)
            used |= found.mentioned | found.bound
        return lasting

    def _needed_of_tests(self) -> set[int]:
        """Tests that define what a later cell of the student's uses."""
        later: set[str] = set()
        needed = set()
        for i, cell in reversed(list(enumerate(self.repaired.cells))):
            if cell.cell_type != "code":
                continue
            if cell.role == "test":
                if names.names_of(self._release(cell)).bound & later:
                    needed.add(i)
            else:
                later |= names.names_of(cell.source).mentioned
        return needed

    def _release(self, cell: RepairedCell) -> str:
        return cell.source if cell.at is None else self.source.cells[cell.at].release

    def _send_files(self, session: Fork) -> None:
        listed = [[name, len(content)] for name, content in self.files.items()]
        message = {"do": "files", "files": listed}
        session.channel.send(message, b"".join(self.files.values()))
        try:
            session.receive(60)
        except (Overdue, Closed, Garbled, Outgrown):
            raise _Ended(-1, "came with files that can't be unpacked") from None

    def _snapshot(self, cell: int) -> socket.socket:
        assert self.session is not None
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self.session.channel.send({"do": "snapshot"}, fds=(theirs.fileno(),))
                self.session.receive(self.limits.timeout)
            except (Overdue, Closed, Garbled, Outgrown):
                ours.close()
                if not self.careful:
                    raise _NoSnapshot from None
                raise _Ended(self._before(cell), "left its process unable to answer") from None
        return ours

    def _before(self, cell: int) -> int:
        """The last cell of the student's before this one, which is to blame."""
        ran = [
            i
            for i, one in enumerate(self.repaired.cells[:cell])
            if one.cell_type == "code" and one.role != "test" and i not in self.lost
        ]
        return ran[-1] if ran else cell

    def _run_cell(self, i: int, source: str, shown: bool) -> None:
        assert self.session is not None
        room = max(self.limits.output - self.shown, 4096)
        began = time.monotonic()
        left = self.limits.timeout * self.limits.cells - self.used
        try:
            request = {
                "do": "run",
                "source": source,
                "output": room,
                "count": self.counts.get(i, 0),
            }
            self.session.channel.send(request)
            answer, _ = self.session.receive(max(min(self.limits.timeout, left), 0.1))
        except Overdue:
            answer = self._interrupt(i)
        except Outgrown:
            raise _Ended(i, f"used more than {self.limits.memory >> 20} MB of memory") from None
        except (Closed, Garbled):
            raise _Ended(i, "ended the process") from None
        finally:
            self.used += time.monotonic() - began
        if shown and i not in self.result.outputs:
            found = answer.get("outputs") if isinstance(answer, dict) else None
            outputs = neutral.outputs(found, None)
            if neutral.size(outputs) > 2 * self.limits.output + 65536:
                outputs = [{"output_type": "stream", "name": "stderr", "text": "(cut: too much)\n"}]
            self.result.outputs[i] = outputs
            self.shown += neutral.size(outputs)

    def _interrupt(self, i: int) -> Any:
        """Stop a cell that runs for too long; its process goes on if it still answers."""
        assert self.session is not None
        reason = f"ran for more than {self.limits.timeout:g} s"
        self.session.interrupt()
        try:
            answer, _ = self.session.receive(_GRACE)
        except (Overdue, Closed, Garbled, Outgrown):
            raise _Ended(i, reason) from None
        self.lost[i] = reason
        outputs = answer.get("outputs") if isinstance(answer, dict) else []
        kept = neutral.outputs(outputs, None)[:20]
        self.result.outputs[i] = [*kept, *_timeout()]
        if len(self.lost) >= self.limits.stuck_cells:
            raise _Ended(i, reason)
        return {}

    def _close_session(self) -> None:
        for snapshot in self.snapshots.values():
            snapshot.close()
        self.snapshots = {}
        if self.session:
            self.session.close()
            self.session = None

    # ----- the tests ------------------------------------------------------------------------------

    def _tests(self) -> None:
        if not any(cell.role == "test" for cell in self.repaired.cells):
            return
        visible = self._run_tests(0, hidden=False)
        scored = visible
        if self.testers == 2:
            scored = self._run_tests(1, hidden=True, settled=self._settled(visible))
        for i, cell in enumerate(self.repaired.cells):
            if cell.role != "test" or cell.at is None:
                continue
            original = self.source.cells[cell.at]
            reached = scoring.grade(original, scored.get(i), self.ignored)
            if reached.note:
                self.result.notes.append(reached.note)
            told = refusals.advice(original.grade_id, scored.get(i) or [])
            if told:
                self.result.notes.append(told)
            self.result.scores[original.grade_id] = reached.score
            shown = visible.get(i, _not_run(self._why_lost()))
            if original.has_hidden:
                shown = scoring.shown(shown, scored.get(i), reached)
            self.result.outputs[i] = neutral.outputs(self._explained(shown), None)

    def _settled(self, visible: dict[int, Outputs]) -> dict[int, Outputs]:
        """Tests that have shown already what they are worth, and that no later one builds on."""
        later: set[str] = set()
        settled = {}
        cells = {cell.at: i for i, cell in enumerate(self.repaired.cells) if cell.at is not None}
        for step in reversed(self.steps):
            original = self.source.cells[step.index]
            found = names.names_of(original.source)
            i = cells.get(step.index, -1)
            done = i in visible and (not original.has_hidden or any(map(rules.failed, visible[i])))
            if step.test and done and not (found.bound | found.changed) & later:
                settled[i] = visible[i]
            later |= found.mentioned
        return settled

    def _run_tests(
        self, line: int, hidden: bool, settled: dict[int, Outputs] | None = None
    ) -> dict[int, Outputs]:
        """The outputs of each test by the index of its cell; those that are settled are kept."""
        found: dict[int, Outputs] = dict(settled or {})
        end_of_time = time.monotonic() + self.limits.timeout * self.limits.cells
        cells = {cell.at: i for i, cell in enumerate(self.repaired.cells) if cell.at is not None}
        with tempfile.TemporaryDirectory(prefix="tensorlab-") as folder:
            for part in ("cwd", "lib"):
                write_files(Path(folder, part), self.source_files)
            for part in ("cwd", "lib", "tmp"):
                Path(folder, part).mkdir(exist_ok=True)
            tester = start_tester(
                self.rooms.zygote,
                self.limits,
                {
                    "asked": sorted(self.asked),
                    "stuck": self.stuck,
                    "folder": folder,
                    "cells": self._students_text(),
                    "own": sorted(self.source_files),
                },
            )
            current: Snapshot | None = None
            self.gone = False
            try:
                for step in self.steps:
                    original = self.source.cells[step.index]
                    i = cells.get(step.index)
                    if settled and i in settled:
                        continue
                    snapshot = self.snapshots.get(i) if i is not None else None
                    end = None
                    if snapshot and (snapshot is not current or self.gone):
                        end = snapshot.server(line, snapshot is current, self.limits)
                        current = snapshot
                    text = original.source if hidden else original.release
                    if step.test and time.monotonic() > end_of_time:
                        outputs = _not_run("the tests before it took too long")
                    else:
                        outputs = self._run_step(tester, step, text, end, i)
                    if step.test and i is not None:
                        found[i] = outputs
            except (Overdue, Closed, Garbled):
                self.result.notes.append("a test did not end, and the tests after it were not run")
            finally:
                tester.close()
        return found

    def _run_step(
        self,
        tester: Fork,
        step: names.Step,
        text: str,
        end: socket.socket | None,
        cell: int | None,
    ) -> Outputs:
        if step.test and cell not in self.snapshots:
            return _not_run(self._why_lost())
        request = {
            "source": text,
            "test": step.test,
            "binds": sorted(names.names_of(text).bound & self.globals) if step.test else [],
            "names": step.names,
            "imports": step.imports,
            "files": step.test and self._uses_files(text),
            "timeout": self.limits.timeout,
            "output": self.limits.output,
            "count": self.counts.get(cell, 0) if cell is not None else 0,
        }
        tester.channel.send(request, fds=(end.fileno(),) if end else ())
        try:
            answer, _ = tester.receive(self.limits.timeout + _GRACE)
        except Overdue:
            tester.interrupt()
            answer, _ = tester.receive(_GRACE * 2)
        self.stuck = answer["stuck"]
        self.gone = answer["gone"]
        return list(answer["outputs"])

    def _students_text(self) -> list[str]:
        """The text of the cells that are the student's, of a bounded size."""
        texts = [
            c.source for c in self.repaired.cells if c.cell_type == "code" and c.role != "test"
        ]
        return texts if sum(map(len, texts)) < _MOST_TEXT else []

    def _uses_files(self, text: str) -> bool:
        """Whether a test, or what it calls, may look for files."""
        found = names.names_of(text)
        return bool(found.mentioned & _FILE_NAMES) or any(
            0 < len(one) < 100 and Path(one).suffix.lower() in _DATA_FILES for one in found.texts
        )

    def _why_lost(self) -> str:
        reasons = [f"a cell of the submission {reason}" for reason in self.lost.values()]
        return "; ".join(reasons) or "the submission's process did not come so far"

    def _explained(self, outputs: Outputs) -> Outputs:
        """Outputs of a test; a name that is missing for want of a stuck cell is told with it."""
        for output in outputs:
            if output.get("ename") == "NameError" and self.lost:
                reason = f"{output['evalue']} ({self._why_lost()})"
                output["evalue"] = reason
                output["traceback"] = [*output["traceback"], f"({self._why_lost()})"]
        return outputs


_FILE_NAMES = {
    *("open", "os", "Path", "pathlib", "tempfile", "glob", "shutil", "loadtxt", "genfromtxt"),
    *("read_csv", "load", "exists", "isfile", "listdir", "subprocess"),
}
_DATA_FILES = {
    ".txt",
    ".csv",
    ".tsv",
    ".json",
    ".md",
    ".log",
    ".dat",
    ".html",
    ".xml",
    ".yml",
    ".png",
}


def _plan(source: SourceNotebook) -> tuple[list[names.Step], set[str]]:
    numbers = [i for i, cell in enumerate(source.cells) if cell.cell_type == "code"]
    roles = {"manual": "solution", "task": "locked"}
    cells = [
        (roles.get(cell.role, cell.role), cell.source, cell.model)
        for cell in (source.cells[i] for i in numbers)
    ]
    steps, asked = names.plan(cells)
    for step in steps:
        step.index = numbers[step.index]
    return steps, asked


def execution_counts(repaired: Repaired) -> dict[int, int]:
    """The number in brackets beside each cell of code that is not blank."""
    cells = [
        i
        for i, cell in enumerate(repaired.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]
    return {i: count for count, i in enumerate(cells, 1)}


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write files whose names were checked when they were read."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _timeout() -> Outputs:
    error = {"output_type": "error", "ename": "CellTimeoutError", "evalue": ""}
    return [{**error, "traceback": [_NO_REPLY]}]


def _died(reason: str) -> Outputs:
    if reason.startswith("ran for"):
        return _timeout()
    text = f"This cell {reason}."
    error = {"output_type": "error", "ename": "DeadKernelError", "evalue": text}
    return [{**error, "traceback": [f"DeadKernelError: {text}"]}]


def _not_run(reason: str) -> Outputs:
    text = f"This test was not run: {reason}."
    error = {"output_type": "error", "ename": "NotRun", "evalue": text}
    return [{**error, "traceback": [f"NotRun: {text}"]}]
