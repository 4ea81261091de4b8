"""Does for nbval what JupyterLab does with a kernel's messages, and notices when a kernel dies."""

from __future__ import annotations

import os
from queue import Empty
from typing import Any

from nbval.kernel import RunningKernel

from tensorlab_course.validation.channels import looks

OUTPUTS = ("stream", "display_data", "execute_result", "error", "clear_output")


class KernelDied(RuntimeError):
    """The kernel's process ended while it ran a cell."""


class LessonKernel(RunningKernel):
    """nbval's kernel; it runs in `folder`, although nbval reads a copy of the notebook.

    nbval leaves out what a page does: an Output widget catches what is printed into it,
    `clear_output` clears, a display can be updated in place, and code goes into the history, by
    which IPython knows the `;` that silences a result. And it would wait for a dead kernel until
    the cell's time is up.
    """

    folder = "."

    def __init__(self, kernel_name: str, cwd: object = None, startup_timeout: float = 60) -> None:
        self.item: Any = None
        self._msg_id = ""
        self._catching: dict[str, str] = {}
        self._clear_next = False
        self._displays: dict[str, int] = {}
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]  # a kernel would inherit them; pytest sets its own again
        super().__init__(kernel_name, cwd=self.folder, startup_timeout=startup_timeout)

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        self._clear_next = False
        self._displays = {}
        self._msg_id = self.kc.execute(
            cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
        )
        return self._msg_id

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        for seconds in looks(timeout):
            try:
                message = super().get_message(stream, timeout=seconds)
            except Empty:
                if not self.is_alive():
                    raise KernelDied(self._how_it_died()) from None
                continue
            if stream != "iopub" or self._reaches_the_cell(message):
                return message
        raise Empty

    def stop(self) -> None:
        if hasattr(self, "km"):
            super().stop()

    def _reaches_the_cell(self, message: dict[str, Any]) -> bool:
        """Whether nbval is to see the message as an output of the cell."""
        kind, content = message["msg_type"], message["content"]
        if kind.startswith("comm_"):
            self._follow_output_widget(kind, content)
            return True
        if message["parent_header"].get("msg_id") != self._msg_id or self.item is None:
            return True
        if kind in OUTPUTS and self._msg_id in self._catching.values():
            return False
        outputs = self.item.test_outputs
        if kind == "clear_output":
            if content["wait"]:
                self._clear_next = True
            else:
                self._clear(outputs)
            return False
        if kind == "update_display_data":
            place = self._displays.get(content["transient"]["display_id"])
            if place is not None:
                outputs[place]["data"] = content["data"]
            return False
        if kind in OUTPUTS:
            if self._clear_next:
                self._clear(outputs)
            display_id = content.get("transient", {}).get("display_id")
            if display_id:
                self._displays[display_id] = len(outputs)
        return True

    def _clear(self, outputs: list[Any]) -> None:
        outputs.clear()
        self._displays = {}
        self._clear_next = False

    def _follow_output_widget(self, kind: str, content: dict[str, Any]) -> None:
        """An Output widget catches the outputs of the request that its `msg_id` names."""
        widget = content["comm_id"]
        state = content.get("data", {}).get("state", {})
        if kind == "comm_open" and state.get("_model_name") == "OutputModel":
            self._catching[widget] = state.get("msg_id", "")
        elif kind == "comm_msg" and widget in self._catching and "msg_id" in state:
            self._catching[widget] = state["msg_id"]
        elif kind == "comm_close":
            self._catching.pop(widget, None)

    def _how_it_died(self) -> str:
        process = getattr(self.km.provisioner, "process", None)
        status = process.poll() if process else None
        return "" if status is None else f"exit status {status}"
