"""The sandbox for stock tools: a kernel provisioner, for nbclient and nbgrader to start kernels.

    JUPYTER_DEFAULT_PROVISIONER_NAME=tensorlab-sandbox nbgrader autograde ps1

A kernel in it has no network and sees nothing of this machine but programs and the notebook's
folder, which it can't change. Tests that run in the same kernel are still at the mercy of the
student's code: what no submission can beat is `tensorlab grade`.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Int

from tensorlab_course.grading.limits import MEGABYTE
from tensorlab_course.grading.sandbox.holder import kernel_options, program


class SandboxProvisioner(LocalProvisioner):
    """Starts each kernel in a bubblewrap sandbox of its own."""

    memory = Int(1024, help="Megabytes that a process of the kernel may use.").tag(config=True)
    processes = Int(64, help="Processes and threads that the kernel may have.").tag(config=True)
    file_size = Int(64, help="Megabytes that a file may have.").tag(config=True)

    _folder: str = ""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose sockets in a folder that both sides have, and wrap the kernel's command."""
        self._folder = tempfile.mkdtemp(prefix="tensorlab-kernel-")
        manager: Any = self.parent
        manager.transport = "ipc"
        manager.ip = str(Path(self._folder, "socket"))
        manager.connection_file = str(Path(self._folder, "connection.json"))
        kwargs = await super().pre_launch(**kwargs)
        folder = Path(kwargs.get("cwd") or Path.cwd()).resolve()
        limits = [
            f"--data={self.memory * MEGABYTE}",
            f"--fsize={self.file_size * MEGABYTE}",
            f"--nproc={self.processes}",
            "--core=0",
            "--nofile=1024",
        ]
        kernel = [self._python(kwargs["cmd"][0]), *kwargs["cmd"][1:]]
        options = kernel_options(Path(self._folder), folder, self.file_size * MEGABYTE)
        kwargs["cmd"] = [program(), *options, "--", "/usr/bin/prlimit", *limits, *kernel]
        kwargs["env"] = {"PATH": os.environ.get("PATH", "")}
        return kwargs

    @staticmethod
    def _python(name: str) -> str:
        found = shutil.which(name)
        return sys.executable if not found or Path(name).name.startswith("python") else found

    async def send_signal(self, signum: int) -> None:
        """Interrupt the kernel and not bubblewrap, which would end with it."""
        if signum == signal.SIGINT and self.process is not None:
            for pid in _leaves(self.process.pid):
                os.kill(pid, signum)
            return
        await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the folder of the sockets."""
        await super().cleanup(restart)
        if not restart:
            shutil.rmtree(self._folder, ignore_errors=True)


def _leaves(pid: int) -> list[int]:
    """The kernel under bubblewrap: the first process of the second generation."""
    for _ in range(2):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        if not children:
            return []
        pid = int(children[0])
    return [pid]
