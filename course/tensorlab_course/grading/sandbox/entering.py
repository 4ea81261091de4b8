"""How a process goes into a sandbox that is there already, and gives up all it could do outside."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITIES = 41
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION = 0x20080522

_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def die_with_parent() -> None:
    """Be killed when the process that forked this one ends."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "PR_SET_PDEATHSIG")


def adopt_orphans() -> None:
    """Be the parent of what a child leaves behind, as a sandbox ends when all in it is reaped."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "PR_SET_CHILD_SUBREAPER")


def fork_into(sandbox: int) -> int:
    """Fork a process into the process namespace of `sandbox`; root alone can without joining it."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    try:
        _check(_libc.setns(sandbox, _NEWPID), "setns")
        child = os.fork()
        if child:
            _check(_libc.setns(own, _NEWPID), "setns")
    finally:
        os.close(own)
    return child


def enter(sandbox: int, user_namespace: bool) -> None:
    """Join the namespaces of the process that the file `sandbox` stands for.

    With its user namespace comes that of processes, which the next child is in.
    """
    flags = _NEWNS | _NEWUTS | _NEWIPC | _NEWNET
    if user_namespace:
        flags |= _NEWUSER | _NEWPID
    _check(_libc.setns(sandbox, flags), "setns")


def limit(memory: int, processes: int, file_size: int, cpu: int) -> None:
    """Bound what this process and each of its children may use."""
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_STACK: min(64 << 20, memory),
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for kind, value in bounds.items():
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))


def give_up_privileges(uid: int | None) -> None:
    """Become user `uid`, if given, without capabilities, and with no way to get any."""
    for capability in range(_CAPABILITIES):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails without, which is as good
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _drop_capabilities()
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # so that it may look at its own /proc


def _drop_capabilities() -> None:
    number = _SYS_CAPSET.get(os.uname().machine)
    if number is None:
        raise OSError(f"no sandbox on a {os.uname().machine} processor")
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    none: Any = (ctypes.c_uint32 * 6)()
    _check(_libc.syscall(number, ctypes.byref(header), ctypes.byref(none)), "capset")


def limit_memory(memory: int) -> None:
    """Bound the memory of this process, which is trusted with all else."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
