"""A pytest plugin that tells of each cell as nbval runs it, and keeps nbval strict."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
from nbval.plugin import NbCellError

from tensorlab_course.validation.frontend import KernelDied
from tensorlab_course.validation.notebook import MAY_RAISE
from tensorlab_course.validation.outputs import error_line, left_out_by_nbval, shown_texts
from tensorlab_course.validation.results import OUTPUTS_DIFFER, Outcome

Emit = Callable[[dict[str, Any]], None]

# nbval's 5 s from a cell's end to its last output are too few on a busy machine.
OUTPUT_SECONDS = 20

NO_KERNEL = "can't be run: its kernel did not start"


class Differs(Exception):
    """The outputs differ in something that nbval does not compare."""


class Reporter:
    """Emits `running` and `cell` events; `problem` is set where the kernel did not start."""

    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.problem: str | None = None

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        for item in items:
            tags = item.cell.metadata.get("tags", [])
            item.options.update(check=True, skip=False, check_exception=MAY_RAISE in tags)
            item.output_timeout = OUTPUT_SECONDS

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: Any) -> None:
        self.emit({"event": "running", "number": item.cell_num + 1})

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: Any) -> Generator[None]:
        item.parent.kernel.item = item
        yield
        difference = left_out_by_nbval(item.cell.outputs, item.test_outputs)
        if difference:
            raise Differs(difference)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: Any, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if call.when == "setup" and error:
            self.problem = NO_KERNEL
            item.session.shouldstop = "no kernel"
        elif call.when == "call":
            self._tell(item, call.duration, error)
        return report

    def _tell(self, item: Any, seconds: float, error: BaseException | None) -> None:
        event = {"event": "cell", "number": item.cell_num + 1, "seconds": seconds}
        if error is None:
            self.emit(event | {"outcome": "passed"})
            return
        outcome, message = _explain(error, item)
        saved, fresh = "", ""
        if outcome == "differs":
            saved, fresh = shown_texts(item.cell.outputs, item.test_outputs)
        self.emit(event | {"outcome": outcome, "message": message, "saved": saved, "fresh": fresh})
        if outcome in ("timeout", "died"):
            item.parent.kernel.stop()
            item.session.shouldstop = outcome


def _explain(error: BaseException, item: Any) -> tuple[Outcome, str]:
    """What went wrong in a cell, in one line."""
    if isinstance(error, KernelDied):
        return "died", f"ended its kernel ({error})"
    if isinstance(error, Differs):
        return "differs", str(error)
    if not isinstance(error, NbCellError):
        return "raises", f"could not be run: {error}"
    if str(error).startswith("Timeout"):
        seconds = item.config.option.nbval_cell_timeout
        return "timeout", f"ran for more than {seconds:g} s and was stopped"
    raised = error_line(item.test_outputs or [])
    if raised and not item.options["check_exception"]:
        return "raises", f"raised {raised}"
    return "differs", OUTPUTS_DIFFER
