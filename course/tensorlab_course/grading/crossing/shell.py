"""IPython in this process, with no Jupyter kernel: runs a cell, and keeps all that it shows."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any as AnyTrait
from traitlets import Type

Output = dict[str, Any]
_NO_INPUT = "raw_input was called, but this frontend does not support input requests."
_CUT = "\n... what followed was cut: more than {} KB of output\n"


class Recorder:
    """The outputs of a cell in their order, as a notebook keeps them, up to a number of bytes."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.left = 0
        self.total = 0
        self._clear_next = False
        self._displayed: dict[str, list[Output]] = {}

    def start(self, most: int) -> None:
        """Begin anew, with room for `most` bytes."""
        self.outputs = []
        self.left = self.total = most
        self._clear_next = False
        self._displayed = {}

    def take(self) -> list[Output]:
        """The outputs so far, which are then forgotten; the room for more does not grow."""
        taken, self.outputs = self.outputs, []
        return taken

    def write(self, name: str, text: str) -> None:
        """Add text to a stream, joined to what is there."""
        if not text or self.left < 0:
            return
        if len(text) > self.left:
            text = text[: self.left].rstrip("\n") + _CUT.format(self.total >> 10)
            self.left = -1
        else:
            self.left -= len(text)
        self._clear()
        last = self.outputs[-1] if self.outputs else None
        if last and last["output_type"] == "stream" and last["name"] == name:
            last["text"].append(text)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def add(self, output: Output, display_id: str | None = None) -> None:
        """Add an output that is no stream."""
        size = sum(len(v) if isinstance(v, str) else 256 for v in output.get("data", {}).values())
        if output["output_type"] != "error":
            if self.left < 0:
                return
            if size > self.left:
                self.left = 0
                self.write("stdout", "\n")
                return
            self.left -= size
        self._clear()
        self.outputs.append(output)
        if display_id:
            self._displayed.setdefault(display_id, []).append(output)

    def update(self, display_id: str, data: Any, metadata: Any) -> None:
        """Change what was displayed under this id."""
        for output in self._displayed.get(display_id, ()):
            output["data"], output["metadata"] = data, metadata

    def clear(self, wait: bool) -> None:
        """Forget the outputs, at once or when the next one comes."""
        if wait:
            self._clear_next = True
        else:
            self.outputs = []

    def _clear(self) -> None:
        if self._clear_next:
            self.outputs = []
            self._clear_next = False


class Stream(io.TextIOBase):
    """What `sys.stdout` is: text that goes to the recorder."""

    def __init__(self, name: str, recorder: Recorder, fd: int) -> None:
        self.name = name
        self._recorder = recorder
        self._fd = fd

    encoding = "utf-8"
    errors = "replace"

    def write(self, text: str) -> int:
        """Record the text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.write(self.name, str(text))
        return len(text)

    def writable(self) -> bool:
        """True, as of any stream that is printed to."""
        return True

    def isatty(self) -> bool:
        """False: a notebook is no terminal."""
        return False

    def fileno(self) -> int:
        """The file that what is no Python prints to."""
        return self._fd


class _Hook(DisplayHook):
    """Records the value of a cell's last expression."""

    recorder: Any = AnyTrait()
    _data: Any = AnyTrait()

    def write_output_prompt(self) -> None:
        """No prompt: the notebook draws it."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Record instead of print."""
        self.recorder.add(
            {
                "output_type": "execute_result",
                "execution_count": self.prompt_count,
                "data": format_dict,
                "metadata": md_dict or {},
            }
        )

    def finish_displayhook(self) -> None:
        """Nothing is left to print."""


class _Publisher(DisplayPublisher):
    """Records what `display` is given."""

    recorder: Any = AnyTrait()

    def publish(  # type: ignore[override]
        self,
        data: Any,
        metadata: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Record instead of print."""
        display_id = (transient or {}).get("display_id")
        if update and display_id:
            self.recorder.update(display_id, data, metadata or {})
            return
        output = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
        self.recorder.add(output, display_id)

    def clear_output(self, wait: bool = False) -> None:
        """Forget what was recorded."""
        self.recorder.clear(wait)


class Shell(InteractiveShell):
    """IPython's own shell, recorded."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    recorder: Any = AnyTrait()

    def record(self, recorder: Recorder) -> None:
        """Let everything that is shown go to this recorder."""
        self.recorder = recorder
        for shower in (self.displayhook, self.display_pub):
            shower.recorder = recorder  # type: ignore[union-attr]

    def init_io(self) -> None:
        """The streams are set for each cell."""

    def init_history(self) -> None:
        """History without a file: one would be shared by all."""
        self.history_manager = HistoryManager(shell=self, parent=self, enabled=False)

    def enable_gui(self, gui: Any = None) -> None:
        """No event loop: a notebook's figures are pictures."""

    def ask_exit(self) -> None:
        """`exit` in a cell ends nothing."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.recorder.add(
            {
                "output_type": "error",
                "ename": str(etype.__name__),
                "evalue": _text(evalue),
                "traceback": list(stb),
            }
        )

    def set_next_input(self, text: Any, replace: bool = False) -> None:
        """`%load` writes no new cell: nobody sits here."""


def _text(value: Any) -> str:
    try:
        return str(value)
    except Exception:
        return "<an exception that has no text>"


def start_shell() -> Shell:
    """The shell of this process, which has recorded nothing yet."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    recorder = Recorder()
    shell = Shell.instance(recorder=recorder, colors="neutral")
    shell.record(recorder)
    return shell


def no_input(*_: object) -> str:
    """What `input` does where nobody can answer."""
    raise StdinNotImplementedError(_NO_INPUT)


@contextlib.contextmanager
def recording(shell: Shell, most: int, fds: tuple[int, int] | None = None) -> Iterator[Recorder]:
    """Record `sys.stdout` and `sys.stderr`, and what lands in the files `fds` of other programs."""
    recorder = shell.recorder
    recorder.start(most)
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream("stdout", recorder, 1), Stream("stderr", recorder, 2)
    shell.record(recorder)
    try:
        yield recorder
    finally:
        sys.stdout, sys.stderr = before
        for name, fd in zip(("stdout", "stderr"), fds or (), strict=False):
            with contextlib.suppress(OSError):
                recorder.write(name, _emptied(fd, most))


def _emptied(fd: int, most: int) -> str:
    os.lseek(fd, 0, os.SEEK_SET)
    text = os.read(fd, most + 1)
    os.ftruncate(fd, 0)
    os.lseek(fd, 0, os.SEEK_SET)
    return text.decode(errors="replace")


def run_cell(
    shell: Shell, source: str, most: int, fds: tuple[int, int] | None = None, count: int = 0
) -> list[Output]:
    """Run a cell as a notebook does, as number `count`; the outputs, whatever became of it."""
    if count:
        shell.execution_count = count
    with recording(shell, most, fds) as recorder:
        try:
            shell.run_cell(source, store_history=True, silent=False)
        except BaseException as error:  # even SystemExit and KeyboardInterrupt end a cell only
            recorder.add(_bare_error(error))
    return recorder.take()


def _bare_error(error: BaseException) -> Output:
    name = type(error).__name__
    text = f"{name}: {_text(error)}"
    return {"output_type": "error", "ename": name, "evalue": _text(error), "traceback": [text]}


def joined(outputs: list[Output]) -> list[Output]:
    """The outputs with the text of each stream in one piece."""
    for output in outputs:
        if isinstance(output.get("text"), list):
            output["text"] = "".join(output["text"])
    return outputs
