"""The class graded by somebody who is not root: bubblewrap's way through a user namespace."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import sample
from courses import MadeUpCourse

pytestmark = pytest.mark.require("bwrap")

_UID = 54_321
# What the sandbox is seen from inside by: who it is, what it may, and how many it may be.
_LOOKS = f"""import os, resource, time
assert os.getuid() != 0
assert resource.getrlimit(resource.RLIMIT_NPROC)[0] < 1000
lines = open("/proc/self/status").read().splitlines()
assert not any(int(line.split()[1], 16) for line in lines if line.startswith("CapEff"))
try:
    open("/usr/mine", "w")
    raise SystemExit("the programs can be written")
except OSError:
    pass
made = []
try:
    for _ in range(500):
        made.append(os.fork())
        if made[-1] == 0:
            time.sleep(100)
            os._exit(0)
    raise SystemExit("there is no limit of processes")
except OSError:
    for pid in made:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
{sample.SQUARE}
"""


def as_user(command: list[str]) -> list[str]:
    """The command, run by an ordinary user, who can also read a Python below /root."""
    if os.geteuid() != 0:
        return command
    hidden = [p for p in (Path(sys.base_prefix), Path(sys.prefix)) if p.is_relative_to("/root")]
    mounts = "mount -t tmpfs none /mnt && "
    for i, path in enumerate(hidden):
        mounts += f"mkdir /mnt/{i} && mount --bind {shlex.quote(str(path))} /mnt/{i} && "
    if hidden:
        mounts += "mount -t tmpfs -o mode=755 none /root && "
    for i, path in enumerate(hidden):
        quoted = shlex.quote(str(path))
        mounts += f"mkdir -p {quoted} && mount --bind /mnt/{i} {quoted} && "
    user = f"exec setpriv --reuid={_UID} --regid={_UID} --clear-groups --inh-caps=-all "
    return ["unshare", "--mount", "sh", "-c", f"{mounts}{user} {shlex.join(command)}"]


def test_an_ordinary_user_grades_a_class_in_sandboxes(course: MadeUpCourse) -> None:
    course.answer("ada", "ps1", "a", **sample.GOOD_A)
    course.answer("bob", "ps1", "a", **{**sample.GOOD_A, "square": _LOOKS})
    course.answer("eve", "ps1", "a", **{**sample.GOOD_A, "square": "import os\nos._exit(0)"})
    place = Path(tempfile.gettempdir(), f"user-{os.getpid()}")  # where an ordinary user may go
    shutil.copytree(course.root, place)
    try:
        if os.geteuid() == 0:
            for path in (place, *place.rglob("*")):
                os.chown(path, _UID, _UID)
        command = [sys.executable, "-m", "tensorlab_course", "grade", "ps1"]
        command += ["--course", str(place), "--workers", "1", "--json", str(place / "report.json")]
        environment = os.environ | {"HOME": str(place), "JUPYTER_CONFIG_DIR": str(place)}
        done = subprocess.run(
            as_user(command), capture_output=True, text=True, env=environment, cwd=place
        )
        assert done.returncode == 0, done.stdout + done.stderr
        students = json.loads((place / "report.json").read_text(encoding="utf-8"))["students"]
        assert [s["score"] for s in students] == [10.0, 10.0, 8.0]
        assert (place / "gradebook.db").is_file()
    finally:
        shutil.rmtree(place)
