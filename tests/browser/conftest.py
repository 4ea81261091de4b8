"""A real JupyterLab, started as a student starts it, and a real browser on it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# Milliseconds: a busy machine is slow, not wrong.
PATIENCE = int(os.environ.get("TENSORLAB_PATIENCE", 180_000))

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Lab:
    """What `tensorlab lab` said: the folder that it opened, and the address."""

    folder: Path
    address: str


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(home: Path, folder: Path, *, stop: bool = True) -> Iterator[Lab]:
    """`tensorlab lab FOLDER`, started as a student starts it, and stopped as a student does.

    Without `stop` it is ended at once: to shut down a dozen kernels takes minutes.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_"))}
    environment |= {"HOME": str(home), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "tensorlab", "lab", str(folder), "--no-browser"]
    command += ["--port", str(free_port())]  # two workers that start at once would take the same
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        said = ""
        try:
            for line in process.stdout:
                said += line
                if address := re.search(r"http://\S+", line):
                    break
            else:
                pytest.fail(f"tensorlab lab ended before it gave an address:\n{said}")
            yield Lab(folder, address[0])
        finally:
            rest = _stopped(process) if stop else ""
            process.kill()  # where it still runs; its kernels notice, and end too
            process.wait()
    if stop:
        assert process.returncode == 0, said + rest
        assert "JupyterLab has stopped" in rest


def _stopped(process: subprocess.Popen[str]) -> str:
    """Stop it with Ctrl-C; what it said then."""
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=120)[0]


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """`tensorlab lab` in an empty home, but for a python3 kernel there that must not win."""
    home = tmp_path_factory.mktemp("home")
    broken = home / ".local" / "share" / "jupyter" / "kernels" / "python3"
    broken.mkdir(parents=True)
    kernel = {"argv": ["/bin/false"], "display_name": "Another Python", "language": "python"}
    (broken / "kernel.json").write_text(json.dumps(kernel))
    with serving(home, tmp_path_factory.mktemp("student") / "my course") as started:
        yield started


@pytest.fixture(scope="session")
def own_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Another lab, for tests that write notebooks of their own into its folder."""
    home = tmp_path_factory.mktemp("home")
    # Every widget of a notebook is on its page, however far down.
    settings = home / ".jupyter/lab/user-settings/@jupyterlab/notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    folder = tmp_path_factory.mktemp("widgets") / "course"
    with serving(home, folder, stop=False) as started:
        yield started


@dataclass
class Watched:
    """A page, and every error that its console showed."""

    page: Any
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)))
    with sync_playwright() as started:
        context = started.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=chromium,
            args=list(QUIET),
            headless=True,
            viewport={"width": 1280, "height": 900},
        )
        yield context
        context.close()


@pytest.fixture(scope="session")
def open_page(browser: Any) -> Callable[[str], AbstractContextManager[Watched]]:
    """`with open_page(address) as watched:` opens it in a tab of its own."""

    @contextmanager
    def opened(address: str) -> Iterator[Watched]:
        watched = Watched(browser.new_page())
        watched.page.set_default_timeout(PATIENCE)

        def note(message: Any) -> None:
            if message.type == "error":
                watched.errors.append(f"{message.text} ({message.location.get('url', '')})")

        watched.page.on("console", note)
        watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
        watched.page.goto(address)
        yield watched
        watched.page.close()

    return opened
