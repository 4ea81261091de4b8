"""More hostile submissions: attacks on the crossing of values, on callbacks, and by odd notebooks."""

from __future__ import annotations

import copy
import json
from typing import Any

from hostile import NO_SQUARE, NOTHING, Attack, honest, in_answer, in_square

# ----- values and answers that differ from call to call ---------------------------------------------

CHANGING = [
    in_square(
        "another value at each call, by count, caller and time",
        "import itertools, sys, time\nn = itertools.count()\ndef square(x):\n    frame = sys._getframe(1)\n"
        "    seen = str(frame.f_locals)[:100]\n    return [9, 0, True, float('nan')][next(n) % 4]",
    ),
    in_square(
        "a result that is not a number, in every way",
        "import numpy as np\ndef square(x):\n    if isinstance(x, np.ndarray):\n"
        "        return np.full(3, np.nan)\n    return float('nan')",
    ),
    in_square(
        "a range of a billion, a string of millions, a deep dict",
        "def square(x):\n    a = {}\n    for _ in range(3000): a = {'a': a}\n"
        "    return [range(10**9), 'x' * 10**7, a]",
    ),
    in_square(
        "an array that is small until it is read",
        "import numpy as np\ndef square(x): return np.broadcast_to(np.float64(9), (10**5, 10**5))",
    ),
    in_answer(
        "a function that replaces itself, and the value it is asked for",
        "class Answer(int):\n    def __eq__(self, other):\n        globals()['answer'] = 42\n"
        "        return True\n    __hash__ = int.__hash__\nanswer = Answer(7)",
    ),
    in_square(
        "names that change while they are looked at",
        "def square(x):\n    global answer, Net, bump\n    answer = 42\n    bump = lambda v: v\n"
        "    globals()['square'] = lambda x: x * x\n    return 0",
    ),
    Attack(
        "changes the arguments of other tests",
        {
            "square": "def square(x):\n    try:\n        x += 1\n    except Exception: pass\n"
            "    import gc\n    for o in gc.get_objects():\n        if type(o) is list and o == [1, 2]: o.append(9)\n"
            "    return x * 0"
        },
        NO_SQUARE,
    ),
    in_answer(
        "an attribute of an array that lies, a memory that is shared",
        "import numpy as np\nanswer = np.lib.stride_tricks.as_strided(np.zeros(1), (3,), (0,))",
    ),
    in_answer("an object array of liars", "import numpy as np\nclass L:\n"
        "    __eq__ = lambda s, o: True\n    __bool__ = lambda s: True\nanswer = np.array([L()], object)"),
    in_answer(
        "a code object, a frame, a memoryview and a weak proxy",
        "import weakref, sys\nclass T: pass\nt = T()\n"
        "answer = {'a': (lambda: 0).__code__, 'b': sys._getframe(), 'c': memoryview(b'x'), 'd': weakref.proxy(t)}",
    ),
    in_answer("a generator of random numbers in place of a value", "import random\nanswer = random.Random(42)"),
    in_answer("a mask over a wrong value", "import numpy as np\nanswer = np.ma.masked"),
]  # fmt: skip

# ----- what a student says to the other side ---------------------------------------------------------

SPEAKING = [
    in_square(
        "speaks for the grader from inside: replies early, twice and late",
        "import gc\ndef square(x):\n    for s in gc.get_objects():\n"
        "        if type(s).__name__ == 'Channel':\n            for n in range(100):\n"
        "                try: s.send({'values': 9, 'number': n})\n                except Exception: pass\n"
        "    return 9",
        left=NOTHING | {"test_net": 4.0, "test_bump": 3.0, "test_answer": 1.0},
    ),
    in_square(
        "makes json and struct write something else",
        "import json, struct\nreal = json.dumps\ndef fake(o, **k):\n    if 'outputs' in o: o['outputs'] = []\n"
        "    if 'values' in o: o['values'] = 9\n    return real(o, **k)\njson.dumps = fake\n"
        "json.JSONEncoder.default = lambda s, o: 9\ndef square(x): return 8",
        loses_more=True,
    ),
    in_square(
        "says of its class what it is not, through the grader's own code",
        "import sys\nobjects = sys.modules['tensorlab_course.grading.sandbox.objects']\n"
        "real = objects._description\n"
        "objects._description = lambda v: real(v) | {'bases': [['builtins', 'int'], ['__main__', 'Net']], 'type': 'Net'}\n"
        "class Liar:\n    __eq__ = lambda s, o: True\n    __hash__ = None\ndef square(x): return Liar()",
        loses_more=True,
    ),
    in_square(
        "says that names of the tests have new values",
        "import sys\nsession = sys.modules['tensorlab_course.grading.sandbox.session']\n"
        "session.Session._renamed = lambda self: {'zanzibar': 0, 'values': [2, 3], 'square': 1, 'print': 2, 'answer': 42, 'np': 3}\n"
        "def square(x): return 9",
    ),
    in_square(
        "warnings, names and outputs that are none",
        "import sys\nsession = sys.modules['tensorlab_course.grading.sandbox.session']\n"
        "real = session.Session._reply\n"
        "def reply(self, r):\n    r['warnings'] = [['SystemExit', 'x', 'y', 1, '__main__'], 7, None]\n"
        "    r['outputs'] = {'a': 1}\n    return real(self, r)\nsession.Session._reply = reply\n"
        "def square(x): return 9",
    ),
    honest(
        "calls back without being asked, for all that there may be",
        "import gc\nfor s in gc.get_objects():\n    if type(s).__name__ == 'Session':\n"
        "        session = s\ndef ask():\n    for n in range(3):\n        for name in ('', '__getattribute__', '__setattr__'):\n"
        "            session.channel.send({'callback': n, 'name': name, 'values': ['tuple', []]})\n"
        "def square(x):\n    ask()\n    return x * x",
        left=NO_SQUARE,
        loses_more=True,
    ),
    honest(
        "errors with evil attributes, texts and classes",
        "class Evil(AssertionError):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__\n"
        "    args = property(lambda s: 1 / 0)\n    __class__ = property(lambda s: 1 / 0)\n"
        "def square(x): raise Evil('x' * 10**6)",
        left=NO_SQUARE,
    ),
]  # fmt: skip

# ----- the process and the machine ---------------------------------------------------------------------

MACHINE = [
    honest(
        "limits, namespaces, traces, mounts and devices that are not its own",
        "import ctypes, os, resource, signal\nlibc = ctypes.CDLL(None)\nfailed = []\n"
        "for kind in range(16):\n    try: resource.setrlimit(kind, (-1, -1))\n    except (OSError, ValueError): pass\n"
        "assert resource.getrlimit(resource.RLIMIT_NPROC)[0] < 10000\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0\n"
        "assert libc.mount(b'x', b'/tmp', b'tmpfs', 0, 0) != 0\n"
        "assert libc.setuid(0) != 0 or os.getuid() == 0 and os.geteuid() != 0\n"
        "for path in ('/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/dev/mem', '/usr/x', '/etc/passwd'):\n"
        "    try: open(path, 'w'); failed.append(path)\n    except OSError: pass\n"
        "for make in (lambda: os.mknod('d', 0o60666, 0x800), lambda: os.chroot('/')):\n"
        "    try: make(); failed.append('made')\n    except OSError: pass\nassert not failed, failed",
    ),
    honest(
        "links, pipes and a full scratch folder, a clock, a lock, a handler",
        "import os, signal, time\nos.symlink('/etc/passwd', 'link.txt'); os.symlink('..', 'up')\n"
        "os.mkfifo('pipe.txt')\nos.link('pipe.txt', 'hard.txt')\n"
        "for i in range(300): open(f'f{i}.txt', 'w').write('x')\n"
        "os.environ.clear(); time.time = time.monotonic = lambda: 1e18\n"
        "signal.signal(signal.SIGINT, lambda *a: None)\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "os.umask(0o777); os.nice(5)",
    ),
    honest(
        "its folder is gone",
        "import os, shutil\nfor name in os.listdir('.'): os.unlink(name)\nos.chdir('/tmp')\n"
        "shutil.rmtree('/tmp', ignore_errors=True)",
    ),
    in_square(
        "signals and threads that go on after the cell",
        "import os, signal, threading, time\ndef later():\n    while True:\n        time.sleep(.01)\n"
        "        get_ipython().user_ns['answer'] = 42\n        os.kill(os.getpid(), signal.SIGWINCH)\n"
        "threading.Thread(target=later, daemon=True).start()\n"
        "import faulthandler, sys\nsys.setrecursionlimit(10**9)\ndef square(x): return square(x)",
    ),
    honest(
        "displays, updates and comms without end",
        "from IPython.display import display, HTML, SVG, clear_output\nimport sys\n"
        "for i in range(3000): display({'image/svg+xml': '<svg>' + '<g>' * 50, 'text/plain': 'x'}, raw=True)\n"
        "for i in range(300): display(HTML('<div>' * 300), display_id=f'd{i}')\n"
        "sys.stderr.write('e' * 10**7)\nsys.stdout.write('\\ud800\\0\\x1b[2J' * 1000)",
        limits={"output": 1 << 18},
    ),
    in_square(
        "a metaclass, a finalizer and a hook for whoever looks",
        "import gc, sys\nclass M(type):\n    def __getattribute__(cls, name): raise KeyboardInterrupt\n"
        "class Looked(metaclass=M):\n    def __del__(self): raise SystemExit\ngc.callbacks.append(lambda *a: 1 / 0)\n"
        "sys.addaudithook(lambda *a: None)\ndef square(x): return Looked()",
        loses_more=True,
    ),
]  # fmt: skip

# ----- the notebook ----------------------------------------------------------------------------------------


def _many_cells(book: Any) -> Any:
    added = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "id": "same"}
    book["cells"] += [dict(added) for _ in range(4000)]
    book["cells"] += [dict(added, source="1") for _ in range(100)]
    return book


def _forged(book: Any) -> Any:
    for i, cell in enumerate(book["cells"]):
        cell["metadata"]["nbgrader"] = {
            **cell["metadata"].get("nbgrader", {}),
            "points": 1000,
            "locked": False,
            "schema_version": 99,
            "task": True,
            "grade": i,
        }
        cell["attachments"] = {"../x.png": {"image/png": "AAAA"}, "x": {"text/html": "<script>"}}
        cell["id"] = "../../etc"
    return book


def _lookalikes(book: Any) -> Any:
    """Cells whose names look like those of tests, and are other letters."""
    for cell in list(book["cells"]):
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if grade_id.startswith("test"):
            twin = copy.deepcopy(cell)
            twin["metadata"]["nbgrader"]["grade_id"] = grade_id.replace("e", "\u0435")
            twin["source"] = "2.0"
            book["cells"].append(twin)
    return book


def _hidden_texts(book: Any) -> Any:
    book["cells"] = [
        {"cell_type": "code", "source": ["%%script bash\n", "cat /proc/*/cmdline"]},
        7,
        None,
    ] + book["cells"]
    book["nbformat_minor"] = True
    return book


ODD = [
    Attack("thousands of cells with one id", {"square": "pass"}, NO_SQUARE, edit=_many_cells),
    Attack("forged metadata, attachments and ids", {"square": "pass"}, NO_SQUARE, edit=_forged),
    Attack("names that look like those of tests", {"square": "pass"}, NO_SQUARE, edit=_lookalikes),
    Attack("cells that are none, and other languages", {"square": "pass"}, NO_SQUARE, edit=_hidden_texts),
]  # fmt: skip

MORE = [*CHANGING, *SPEAKING, *MACHINE, *ODD]

# What may be read, or refused, but never taken for points.
NO_NOTEBOOKS = {
    "UTF-16": json.dumps({"cells": []}).encode("utf-16"),
    "a key twice, and no number": b'{"cells": 1, "cells": NaN, "nbformat": 4}',
    "a number of a million digits": b'{"nbformat": 4, "cells": ' + b"9" * 1_000_000 + b"}",
    "half a notebook": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x',
    "too many cells": b'{"nbformat": 4, "cells": [' + b"{}," * 20_000 + b"{}]}",
}
