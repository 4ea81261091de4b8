"""Runs JupyterLab on a folder of lessons: this Python's kernel, the index in front."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tensorlab_course.lab.copying import NOTES

# Where JupyterLab finds our labconfig/, defaults that ask a newcomer nothing, under the user's own;
# and Jupyter's server our extension, even where only a clone is there.
DEFAULTS = Path(__file__).parent


class PortTaken(Exception):
    """Another program listens on the port that was asked for."""


def serve(
    folder: Path, *, browser: bool, port: int | None, announce: Callable[[str], None]
) -> None:
    """Run JupyterLab on `folder` until it is stopped; `announce` gets its address once it answers.

    PortTaken where `port` is not free; without one, the first free port from 8888 on.
    """
    port = _choose(port)
    token = secrets.token_hex(24)
    _make_kernel(folder / NOTES / "kernels" / "python3")
    _put_first("JUPYTER_PATH", folder / NOTES)
    _put_first("JUPYTER_CONFIG_PATH", DEFAULTS)

    from jupyterlab.labapp import LabApp  # takes a second: only now

    address = f"http://localhost:{port}"
    threading.Thread(
        target=_announce_when_ready,
        args=(address, lambda: announce(f"{address}/?token={token}")),
        daemon=True,
    ).start()
    LabApp.launch_instance(_arguments(folder, browser, port, token))


def _make_kernel(place: Path) -> None:
    """Describe this Python as the kernel `python3`, so that no other one of that name is found."""
    from ipykernel.kernelspec import write_kernel_spec

    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_kernel_spec(place, extra_arguments=["--IPKernelApp.log_level=ERROR"])


def _put_first(variable: str, folder: Path) -> None:
    os.environ[variable] = os.pathsep.join(filter(None, [str(folder), os.environ.get(variable)]))


def _arguments(folder: Path, browser: bool, port: int, token: str) -> list[str]:
    settings = {
        "Application.log_level": "ERROR",
        "IdentityProvider.token": token,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.default_url": _first_page(folder),
        "LabApp.news_url": "None",
        # Open tabs belong to the folder: another course's would be looked for in vain.
        "LabApp.workspaces_dir": folder / NOTES / "workspaces",
        "ServerApp.answer_yes": True,  # one Ctrl-C stops it
        "ServerApp.open_browser": browser,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
    }
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        settings["ServerApp.allow_root"] = True
    return [f"--{name}={value}" for name, value in settings.items()]


def _first_page(folder: Path) -> str:
    if (folder / "index.md").is_file():
        return "/lab/tree/index.md?factory=Markdown%20Preview"
    return "/lab"


def _choose(port: int | None) -> int:
    if port is not None:
        if not _is_free(port):
            raise PortTaken
        return port
    return next(filter(_is_free, range(8888, 9888)))


def _is_free(port: int) -> bool:
    """Whether `localhost` can listen there, under each of the addresses that it has."""
    for family, _, _, _, address in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM):
        with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as listener:
            if os.name == "posix":  # a port that was just given up is free
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(address)
            except OSError:
                return False
    return True


def _announce_when_ready(address: str, announce: Callable[[], None]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        with contextlib.suppress(OSError), direct.open(f"{address}/api", timeout=5):
            break
        time.sleep(0.1)
    announce()
