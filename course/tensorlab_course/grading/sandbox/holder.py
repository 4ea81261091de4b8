"""The sandbox itself: bubblewrap makes the namespaces and the file system, and holds them open."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import site
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

from tensorlab_course.grading.limits import Limits

# Root runs each sandbox as a user of its own, so that each has its own count of processes.
_FIRST_UID = 1_879_048_192

WORKPLACE = "/submission"  # where a student's files are, and what is written goes
INSTALL = "On Debian and Ubuntu: sudo apt install bubblewrap"

_SLEEP = "echo; exec sleep 1000000"

# What programs look for in /etc, none of it about this machine's people.
_ETC = ("ld.so.cache", "fonts", "localtime", "alternatives", "ssl/openssl.cnf", "mime.types")


class NoSandbox(Exception):
    """There is no sandbox here: which part is missing, and how to get it."""


class Holder:
    """A running sandbox, with nothing in it but a process that sleeps; closing it ends all."""

    def __init__(self, limits: Limits, hidden: tuple[Path, ...] = ()) -> None:
        information, inside = os.pipe()
        # Read from a file, the options are not on the command line, which the sandbox can see.
        with tempfile.TemporaryFile() as options:
            options.write("\0".join(_options(limits, inside, hidden)).encode())
            options.seek(0)
            try:
                self._process = subprocess.Popen(
                    [program(), "--args", str(options.fileno()), "--", "/bin/sh", "-c", _SLEEP],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    pass_fds=(inside, options.fileno()),
                    env={},
                    start_new_session=True,
                )
            finally:
                os.close(inside)
        assert self._process.stdout is not None
        ready = self._process.stdout.read(1)
        with os.fdopen(information, "rb") as report:
            text = report.read(4096)
        if not ready:
            _, error = self._process.communicate()
            raise NoSandbox(_explain(error.decode(errors="replace").strip()))
        self.pid = int(json.loads(text)["child-pid"])
        self.user_namespace = os.geteuid() != 0

    def close(self) -> None:
        """End the sandbox; the kernel ends every process in it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        try:
            self._process.wait(5)  # which ends when the last process of the sandbox has
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()


def require_sandbox() -> None:
    """Raise NoSandbox, in words, where no sandbox can be had."""
    Holder(Limits()).close()


def _options(limits: Limits, information: int, hidden: tuple[Path, ...]) -> list[str]:
    size = ["--size", str(limits.file_size)]
    options = _closed(limits.file_size)
    for path in hidden:  # the course, where it is inside a folder that is shown
        if any(path.is_relative_to(folder) for folder in _folders()):
            options += ["--tmpfs", str(path)]
    options += ["--perms", "0777", *size, "--tmpfs", WORKPLACE, "--chdir", WORKPLACE]
    return [*options, "--remount-ro", "/dev", "--remount-ro", "/", "--info-fd", str(information)]


def kernel_options(sockets: Path, folder: Path, size: int) -> list[str]:
    """What makes a sandbox for a Jupyter kernel, with its sockets and the notebook's folder."""
    options = [*_closed(size), "--bind", str(sockets), str(sockets)]
    for name, value in {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "IPYTHONDIR": "/tmp/.ipython",
        "MPLCONFIGDIR": "/tmp/.matplotlib",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONSAFEPATH": "1",
        "NBGRADER_EXECUTION": os.environ.get("NBGRADER_EXECUTION", ""),
    }.items():
        options += ["--setenv", name, value]
    options += ["--ro-bind", str(folder), WORKPLACE, "--chdir", WORKPLACE]
    return [*options, "--remount-ro", "/dev", "--remount-ro", "/"]


def _closed(file_size: int) -> list[str]:
    """A sandbox with no network, nothing of this machine but its programs, and an empty /tmp."""
    size = ["--size", str(file_size)]
    options = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    if os.geteuid() != 0:
        options.append("--unshare-user")  # root gives up its rights by changing user instead
    options += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    # These first: what is shown may lie below them.
    options += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", *size, "--tmpfs", "/tmp"]
    options += ["--perms", "1777", *size, "--tmpfs", "/dev/shm"]
    folders = _folders()
    parents = {str(parent) for folder in folders for parent in Path(folder).parents}
    for parent in [*sorted(parents - {"/", "/tmp"}), "/etc"]:
        options += ["--perms", "0755", "--dir", parent]
    for folder in folders:
        options += ["--ro-bind", folder, folder]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            options += ["--ro-bind", str(path), str(path)]
    for name in _ETC:
        if Path("/etc", name).exists():
            options += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
    return [*options, "--ro-bind", _people(), "/etc/passwd"]


def student_uid() -> int | None:
    """The user that root becomes for a student's code; None where we are no root."""
    return _FIRST_UID + os.getpid() % 1_000_000 if os.geteuid() == 0 else None


@cache
def program() -> str:
    """The path of bubblewrap; raises NoSandbox where there is none."""
    if sys.platform != "linux":
        raise NoSandbox("The sandbox needs Linux: bubblewrap runs on nothing else.")
    found = shutil.which("bwrap")
    if not found:
        raise NoSandbox(f"The sandbox needs bubblewrap, which is not installed. {INSTALL}")
    return found


@cache
def _folders() -> tuple[str, ...]:
    """What the sandbox shows of this machine: its programs, and Python with its packages."""
    folders = ["/usr", sys.base_prefix, sys.prefix, sysconfig.get_path("stdlib")]
    folders += [*site.getsitepackages(), str(Path(sys.executable).resolve().parent.parent)]
    tensorlab = importlib.util.find_spec("tensorlab")  # importing it would take 0.3 s
    if tensorlab is not None and tensorlab.origin:
        folders.append(str(Path(tensorlab.origin).parent))  # it may be installed from a clone
    kept: list[str] = []
    for folder in sorted({*folders, *(os.path.realpath(f) for f in folders)}):
        inside = any(Path(folder).is_relative_to(other) for other in kept)
        if folder != "/" and not inside and Path(folder).is_dir():
            kept.append(folder)
    return tuple(kept)


@cache
def _people() -> str:
    """A file that names the one user there is."""
    folder = tempfile.mkdtemp(prefix="tensorlab-")
    import atexit

    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "passwd")
    uid = student_uid() or os.getuid()
    path.write_text(f"student:x:{uid}:{uid}::/tmp:/bin/sh\n", encoding="utf-8")
    path.chmod(0o444)
    Path(folder).chmod(0o755)
    return str(path)


def _explain(error: str) -> str:
    if "namespace" in error or "ermission" in error or "not permitted" in error:
        return (
            f"The sandbox needs user namespaces, which this machine does not allow ({error}). "
            "On Debian and Ubuntu: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 "
            "or kernel.unprivileged_userns_clone=1; in a container: run it with --privileged."
        )
    return f"bubblewrap failed: {error or 'it said nothing'}"
