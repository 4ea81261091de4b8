"""Hostile submissions: what a student might do to get points, answers, or other people's work."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import nbformat
import sample

FULL = {"test_square": 2.0, "test_net": 4.0, "test_bump": 3.0, "test_answer": 1.0}


@dataclass
class Attack:
    """Cells of notebook `a` that are not as they should be, and the points that are left."""

    name: str
    cells: dict[str, str] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)  # where it is not all of them
    edit: Callable[[Any], Any] | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 30.0
    limits: dict[str, Any] = field(default_factory=dict)
    loses_more: bool = False  # it may break more of its own than is foreseen


NO_ANSWER = {"test_answer": 0.0}
NO_SQUARE = {"test_square": 0.0}
NOTHING = dict.fromkeys(FULL, 0.0)


def in_answer(name: str, code: str, **more: Any) -> Attack:
    """An attack in the cell of the answer, where 42 is asked for: no point for it."""
    return Attack(name, {"answer": code}, more.pop("left", NO_ANSWER), **more)


def in_square(name: str, code: str, **more: Any) -> Attack:
    """An attack in the first cell, that of `square`: the other points are kept."""
    return Attack(name, {"square": code}, more.pop("left", NO_SQUARE), **more)


def honest(name: str, code: str, **more: Any) -> Attack:
    """Something odd beside a right solution: all points are kept."""
    return Attack(name, {"square": f"{sample.SQUARE}\n{code}"}, more.pop("left", {}), **more)


LIAR = """
class Liar{base}:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __len__(self): return 1
    def __float__(self): return 42.0
    def __int__(self): return 42
    def __index__(self): return 42
    def __hash__(self): return hash(42)
    def __sub__(self, other): return 0
    __rsub__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __class__(self): return int
    __class__ = property(lambda self: int)
    def __repr__(self): return "1.0"
    def __getattr__(self, name): return Liar({argument})
    def __call__(self, *args, **kwargs): return Liar({argument})
    def __array__(self, *args, **kwargs):
        import numpy as np
        return np.array([0., 1., 4.])
answer = Liar({argument})
"""


def liar(base: str = "", argument: str = "") -> str:
    """An object that says yes to everything."""
    return LIAR.format(base=f"({base})" if base else "", argument=argument)


LYING_SQUARE = """
{liar}
def square(x):
    return Liar({argument})
"""

# ----- operators that lie, and values that are not what they seem ----------------------------------

LIES = [
    in_answer("an answer that equals everything", liar()),
    in_answer(
        "a liar with the name of a function that is asked for",
        "class bump:\n    __eq__ = lambda self, other: True\n    __hash__ = None\n"
        "    __class__ = int\nanswer = bump()\n" + sample.BUMP,
    ),
    Attack(
        "a class that is asked for and equals everything",
        {
            "answer": "class Net(Net):\n    __eq__ = lambda self, other: True\n"
            "    __class__ = int\nanswer = Net()"
        },
        NO_ANSWER,
    ),
    in_answer("an int that equals everything", liar("int", "7")),
    in_answer("a float that equals everything", liar("float", "7")),
    in_answer("a str that equals everything", liar("str", "'7'")),
    in_answer("a list that equals everything", liar("list", "[7]")),
    in_answer("a dict that equals everything", liar("dict", "")),
    in_square("a result that equals everything", LYING_SQUARE.format(liar=liar(), argument="")),
    in_square("a float that lies", LYING_SQUARE.format(liar=liar("float", "7"), argument="7")),
    in_square(
        "an array that lies",
        "import numpy as np\nclass Liar(np.ndarray):\n    def __eq__(self, other): return True\n"
        "    def __array_function__(self, *args): return True\n"
        "    def __array_ufunc__(self, *args, **kwargs): return True\n"
        "def square(x):\n    return np.zeros(3).view(Liar)",
    ),
    in_square(
        "a tensor that lies",
        "class Liar(torch.Tensor):\n    def __eq__(self, other): return True\n"
        "    def __torch_function__(self, *args): return True\n"
        "    shape = property(lambda self: (5, 2))\n"
        "def square(x):\n    t = torch.zeros(3)\n    t.__class__ = Liar\n    return t",
    ),
    in_answer(
        "a class whose metaclass lies",
        "class M(type):\n    __eq__ = lambda s, o: True\n"
        "    __instancecheck__ = lambda s, o: True\n    __hash__ = type.__hash__\n"
        "class answer(metaclass=M): pass",
    ),
    in_answer(
        "a module in place of a value",
        "import types\nclass M(types.ModuleType):\n"
        "    __eq__ = lambda s, o: True\n    __hash__ = object.__hash__\nanswer = M('m')",
    ),
    in_answer("a function in place of a value", "def answer(): return 42"),
    in_answer("an iterator in place of a value", "answer = iter([42])"),
    in_answer("an exception in place of a value", "class answer(Exception):\n    pass"),
    Attack(
        "a class that claims to be the library's",
        {
            "net": "class Net:\n    __module__ = 'tensorlab.nn.modules.linear'\n"
            "    __qualname__ = 'Linear'\n    def __call__(self, x): return 1\n"
            "    def parameters(self): return [1, 2]"
        },
        {"test_net": 0.0},
    ),
]

# ----- tampering with what tests use ---------------------------------------------------------------

TAMPERING = [
    in_square(
        "numpy is patched",
        "import numpy as np, numpy.testing\nnp.allclose = lambda *a, **k: True\n"
        "np.array_equal = np.allclose\nnp.testing.assert_allclose = lambda *a, **k: None\n"
        "def square(x): return 9",
    ),
    in_square(
        "the builtins are patched",
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.all = lambda *a: True\n"
        "builtins.AssertionError = type('Fine', (Exception,), {})\nbuiltins.len = lambda *a: 2\n"
        "builtins.print = lambda *a: None\nbuiltins.int = float\ndef square(x): return 9",
        left={**NO_SQUARE},
    ),
    in_square(
        "tensorlab is patched",
        "import tensorlab\ntensorlab.equal = lambda *a: True\n"
        "tensorlab.Tensor.__eq__ = lambda *a: True\ntensorlab.testing.assert_close = print\n"
        "def square(x): return 9",
    ),
    in_square(
        "IPython is patched",
        "ip = get_ipython()\nip.run_cell = lambda *a, **k: None\n"
        "ip.ast_transformers.append(__import__('ast').NodeTransformer())\n"
        "ip.set_custom_exc((Exception,), lambda *a: None)\n"
        "ip.showtraceback = lambda *a, **k: None\n"
        "ip.events.register('pre_run_cell', lambda *a: None)\ndef square(x): return 9",
        left=NOTHING,  # what it breaks is its own
    ),
    in_square(
        "a transformer strips every assert",
        "import ast\nclass Strip(ast.NodeTransformer):\n    def visit_Assert(self, n):\n"
        "        return ast.Pass()\nget_ipython().ast_transformers.append(Strip())\n"
        "def square(x): return 9",
    ),
    in_square(
        "the grader's modules are patched",
        "import sys\nfor name, module in list(sys.modules.items()):\n"
        "    if 'grading' in name:\n        for key in list(vars(module)):\n"
        "            if callable(vars(module)[key]):\n                setattr(module, key, lambda *a, **k: True)\n"
        "def square(x): return 9",
    ),
    in_square(
        "names of the tests are taken",
        "def Exception(*a): return None\nzanzibar = quokka = 9\nnp = torch = nn = None\n"
        "assert_ = print\ndef square(x): return 9",
        left={**NO_SQUARE, "test_net": 0.0},  # the student's own Net needs nn
    ),
    in_square("a generator that never ends", "def square(x):\n    while True:\n        yield 9"),
    in_square(
        "tracing and profiling",
        "import sys, threading\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\n"
        "sys.excepthook = lambda *a: None\nsys.unraisablehook = lambda *a: None\n"
        "def square(x): return 9",
    ),
]

# ----- reading what is hidden ------------------------------------------------------------------------

SPYING = [
    in_answer(
        "looks through the stack",
        "import sys, inspect\nframe = sys._getframe()\nseen = []\nwhile frame:\n"
        "    seen.append((frame.f_code.co_name, dict(frame.f_locals), dict(frame.f_globals)))\n"
        "    frame = frame.f_back\nprint(str(seen)[:100000])\nanswer = 43",
    ),
    in_answer(
        "looks through the memory",
        "import gc\nprint([o for o in gc.get_objects() if isinstance(o, (str, bytes)) "
        "and 'HIDDEN' in str(o)])\n"
        "print([d for d in gc.get_objects() if isinstance(d, dict) and 'zanz' + 'ibar' in d])\n"
        "answer = 43",
    ),
    in_answer(
        "looks through the files",
        "import os, glob\nfor root in ('/', '..', '/proc/self/cwd', '/proc/1/root', '/tmp'):\n"
        "    for path, dirs, files in os.walk(root):\n        if 'proc' in path or 'usr' in path: dirs[:] = []\n"
        "        for name in files:\n            if name.endswith(('.ipynb', '.db')): print(path, name)\n"
        "answer = 43",
    ),
    honest(
        "remembers what it was called with, and prints it",
        "seen = []\ndef square(x):\n    seen.append(x)\n    print('called with', x)\n    return x * x",
    ),
    Attack(
        "a later cell prints what a test gave to an earlier one",
        {
            "square": "import os\nseen = []\ndef square(x):\n    seen.append(x)\n"
            "    open('../tmp/seen', 'a').write(f'{x} ')\n    os.system(f'echo {x} > /dev/shm/x')\n"
            "    return x * x",
            "answer": "answer = 42\nimport os\nprint(seen)\n"
            "print(open('../tmp/seen').read() if os.path.exists('../tmp/seen') else '')\n"
            "print(os.listdir('/dev/shm'))",
        },
    ),
    honest(
        "an error that tells its argument",
        "def square(x):\n    raise ValueError(f'got {x}')",
        left=NO_SQUARE,
    ),
    honest(
        "an error that is named after its argument",
        "def square(x):\n    raise type(f'got{x}', (Exception,), {})()",
        left=NO_SQUARE,
    ),
    honest(
        "a comparison that tells what it was compared with",
        "class Spy:\n    def __eq__(self, other):\n        print('compared with', other)\n"
        "        return False\nanswer = Spy()",
    ),
    honest(
        "writes to the files of the process",
        "import os\ndef square(x):\n    os.write(1, f'got {x}'.encode())\n"
        "    os.write(2, b'')\n    os.system(f'echo got {x}')\n    return x * x",
    ),
    in_answer(
        "reads other processes",
        "import os\nfor pid in os.listdir('/proc'):\n    if pid.isdigit():\n"
        "        for part in ('cmdline', 'environ', 'maps', 'fd'):\n            try:\n"
        "                p = f'/proc/{pid}/{part}'\n"
        "                print(os.listdir(p) if part == 'fd' else open(p).read())\n"
        "            except OSError: pass\nanswer = 43",
    ),
    in_answer(
        "uses the network",
        "import socket\nfor address in (('127.0.0.1', 22), ('1.1.1.1', 53), ('localhost', 8888)):\n"
        "    try: print(socket.create_connection(address, 2))\n"
        "    except OSError as error: print(error)\nanswer = 43",
    ),
]

# ----- ending, filling and delaying ------------------------------------------------------------------

BREAKING = [
    in_square("sys.exit", "import sys\nsys.exit(0)"),
    in_square("os._exit", "import os\nos._exit(0)"),
    in_square("os._exit when called", "import os\ndef square(x): os._exit(0)"),
    in_square("sys.exit when called", "import sys\ndef square(x): sys.exit(0)"),
    in_square("kills itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    in_square(
        "kills all it can",
        "import os, signal\nfor pid in (os.getppid(), -1, 0, 1, 2):\n    try: os.kill(pid, signal.SIGKILL)\n"
        "    except OSError: pass",
    ),
    in_square("crashes", "import ctypes\nctypes.string_at(0)"),
    in_square("never ends", "while True: pass", seconds=40),
    in_square(
        "never ends, and will not be stopped",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n"
        "    try:\n        while True: pass\n    except BaseException: pass",
        seconds=40,
    ),
    in_square("sleeps when called", "import time\ndef square(x): time.sleep(1000)", seconds=40),
    in_square(
        "every function sleeps",
        "import time\ndef square(x): time.sleep(1000)",
        seconds=40,
    ),
    honest(
        "a fork bomb",
        "import os, time\ntry:\n    for _ in range(2000):\n        if os.fork() == 0:\n"
        "            time.sleep(100)\n            os._exit(0)\nexcept OSError: pass",
        left=NO_SQUARE,  # with no process left, nothing can be asked
    ),
    honest(
        "threads without end",
        "import threading, time\ntry:\n    for _ in range(5000):\n"
        "        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n"
        "except RuntimeError: pass",
        left=NO_SQUARE,
    ),
    in_square(
        "memory without end",
        "hog = []\nwhile True: hog.append(bytearray(50_000_000))",
        left={**NO_SQUARE},
        seconds=40,
        loses_more=True,  # what is left of the memory may be too little for anything
    ),
    in_square(
        "memory in many processes",
        "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        hog = bytearray(200_000_000)\n"
        "        for i in range(0, len(hog), 4096): hog[i] = 1\n        time.sleep(100)\n"
        "time.sleep(100)",
        seconds=60,
    ),
    honest("output without end", "for _ in range(2_000_000): print('x' * 50)", seconds=60, left={}),
    honest("a result as long as a book", "'x' * 50_000_000"),
    in_square(
        "a repr as long as a book",
        "class square:\n    def __repr__(self): return 'x' * 100_000_000\nsquare()",
    ),
    in_square("a huge integer", "def square(x): return 10 ** 2_000_000", seconds=40),
    in_square("a huge list", "def square(x): return [0] * 50_000_000", seconds=60),
    in_square("a list in itself", "def square(x):\n    a = []\n    a.append(a)\n    return a"),
    in_square(
        "a deep list", "def square(x):\n    a = []\n    for _ in range(5000): a = [a]\n    return a"
    ),
    in_square("a huge array", "import numpy as np\ndef square(x): return np.zeros(100_000_000)"),
    honest(
        "a file that fills the disk",
        "try:\n    with open('big', 'wb') as f:\n        while True: f.write(bytes(1 << 20))\n"
        "except OSError: pass\ntry:\n    with open('../tmp/big', 'wb') as f:\n"
        "        while True: f.write(bytes(1 << 20))\nexcept OSError: pass",
    ),
    honest(
        "things to be done at the end",
        "import atexit, signal\natexit.register(lambda: open('../tmp/late', 'w').write('x'))\n"
        "class Late:\n    def __del__(self): raise SystemExit\nlate = Late()\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsignal.signal(signal.SIGALRM, lambda *a: 1/0)\n"
        "signal.setitimer(signal.ITIMER_REAL, 1000)",
    ),
    honest(
        "a child that outlives the cell",
        "import subprocess\np = subprocess.Popen(['sleep', '1000'], start_new_session=True)",
    ),
    honest(
        "code that runs on its own",
        "import asyncio\nasync def forever():\n    while True: await asyncio.sleep(1)\n"
        "asyncio.get_event_loop_policy()\nawait asyncio.sleep(0)",
    ),
]

# ----- the line between the processes ----------------------------------------------------------------

INJECTION = """
import json, os, socket, struct
def frame(header):
    text = json.dumps(header).encode()
    return struct.pack("!II", len(text), 0) + text
def inject():
    for fd in range(3, 64):
        for header in HEADERS:
            try: os.write(fd, frame(header))
            except OSError: pass
"""
SAYING = [
    in_square(
        "writes answers to every file",
        INJECTION
        + "HEADERS = [{'outputs': []}, {'done': True}, {'values': True}, {'ready': 1}]\ninject()\n"
        "def square(x): return 9",
    ),
    in_square(
        "writes answers when called",
        INJECTION + "HEADERS = [{'values': 9}] * 8\ndef square(x):\n    inject()\n    return 9",
    ),
    in_square(
        "writes nonsense to every file",
        "import os\nfor fd in range(0, 64):\n    try: os.write(fd, bytes(range(256)) * 100)\n"
        "    except OSError: pass",
    ),
    in_square("closes every file", "import os\nos.closerange(0, 256)", left=NO_SQUARE),
    in_square(
        "promises a message of gigabytes",
        "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'\\xff' * 8)\n"
        "    except OSError: pass",
    ),
    in_square(
        "pretends that a hidden test passed",
        INJECTION
        + "HEADERS = [{'outputs': [], 'stuck': [], 'scores': {'test_square': 2}}] * 20\ninject()\n"
        "def square(x): return 9",
    ),
    in_square(
        "fakes the result of the test cell",
        "from IPython.display import display\ndef square(x):\n"
        "    get_ipython().displayhook(2.0)\n    display(2.0)\n    print(2.0)\n    return 8",
    ),
    in_answer(
        "a repr that looks like points",
        "class Points:\n    def __repr__(self): return '1.0'\nanswer = Points()",
    ),
]


# ----- the notebook itself ---------------------------------------------------------------------------


def _test_cells(book: Any) -> list[Any]:
    return [c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]


def _drop_tests(book: Any) -> Any:
    tests = _test_cells(book)
    book["cells"] = [cell for cell in book["cells"] if cell not in tests]
    return book


def _empty_tests(book: Any) -> Any:
    for cell in _test_cells(book):
        cell["source"] = "pass"
    return book


def _more_points(book: Any) -> Any:
    for cell in _test_cells(book):
        cell["metadata"]["nbgrader"]["points"] = 1000
    return book


def _markdown_tests(book: Any) -> Any:
    for cell in _test_cells(book):
        cell["cell_type"] = "markdown"
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)
    return book


def _answers_are_tests(book: Any) -> Any:
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["metadata"]["nbgrader"] |= {"grade": True, "points": 50, "solution": False}
    return book


def _twice(book: Any) -> Any:
    book["cells"] += [copy.deepcopy(cell) for cell in book["cells"]]
    for i, cell in enumerate(book["cells"]):
        cell["id"] = f"cell-{i}"
    return book


def _backwards(book: Any) -> Any:
    book["cells"] = book["cells"][::-1]
    return book


def _same_id(book: Any) -> Any:
    for cell in _test_cells(book):
        cell["metadata"]["nbgrader"]["grade_id"] = "test_answer"
    return book


def _unknown_ids(book: Any) -> Any:
    for i, cell in enumerate(book["cells"]):
        cell["metadata"]["nbgrader"] = {"grade_id": f"mine{i}", "grade": True, "points": 99}
    return book


def _odd_metadata(book: Any) -> Any:
    for cell in book["cells"]:
        cell["metadata"] = "<script>alert(1)</script>"
    book["metadata"] = ["no", "metadata"]
    return book


def _fake_outputs(book: Any) -> Any:
    for cell in _test_cells(book):
        data = {"text/plain": "99"}
        cell["outputs"] = [
            {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
        ]
    return book


def _other_kernel(book: Any) -> Any:
    book["metadata"]["kernelspec"] = {"name": "bash", "display_name": "x", "language": "bash"}
    book["metadata"]["language_info"] = {"name": "<script>alert(1)</script>"}
    return book


def _late_answer(book: Any) -> Any:
    """The answer under the test, where it must not count… nor hurt."""
    book["cells"].append(nbformat.v4.new_code_cell("def square(x):\n    return 0"))
    return book


NOTEBOOKS = [
    Attack("no tests", sample.GOOD_A | {"square": "pass"}, NO_SQUARE, edit=_drop_tests),
    Attack("no tests, but a right answer", sample.GOOD_A, {}, edit=_drop_tests),
    Attack("empty tests", {"square": "pass"}, NO_SQUARE, edit=_empty_tests),
    Attack("a thousand points", {"square": "pass"}, NO_SQUARE, edit=_more_points),
    Attack("tests turned to text", {"square": "pass"}, NO_SQUARE, edit=_markdown_tests),
    Attack("answers turned to tests", {"square": "pass"}, NO_SQUARE, edit=_answers_are_tests),
    Attack("every cell twice", {"square": "pass"}, NO_SQUARE, edit=_twice),
    Attack("backwards", {"square": "pass"}, NO_SQUARE, edit=_backwards),
    Attack("one id for all", {"square": "pass"}, NO_SQUARE, edit=_same_id),
    Attack("ids of its own", {}, {}, edit=_unknown_ids),
    Attack("metadata that is none", {}, {}, edit=_odd_metadata),
    Attack("saved outputs of the tests", {"square": "pass"}, NO_SQUARE, edit=_fake_outputs),
    Attack("another kernel", {"square": "pass"}, NO_SQUARE, edit=_other_kernel),
    Attack("changed after the test", {}, {}, edit=_late_answer),
]

# ----- files beside the notebook -----------------------------------------------------------------------

FILES = [
    Attack(
        "a module in place of numpy",
        {"square": "def square(x): return 9"},
        NO_SQUARE,
        files={"numpy.py": b"allclose = lambda *a: True", "numpy/__init__.py": b"x = 1"},
    ),
    Attack(
        "a module in place of tensorlab",
        {"square": "pass"},
        NO_SQUARE,
        files={
            "tensorlab.py": b"",
            "sitecustomize.py": b"raise SystemExit",
            "conftest.py": b"1/0",
            "IPython.py": b"1/0",
        },
    ),
]

# ----- what reaches a page -------------------------------------------------------------------------------

SCRIPT = "<script>window.stolen = 1</script>"
PAGES = [
    honest(
        "scripts in outputs",
        "from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display\n"
        f"display(HTML({SCRIPT!r}), Javascript('window.stolen = 1'), Markdown({SCRIPT!r}))\n"
        f"display(Latex({SCRIPT!r}), {{'text/html': {SCRIPT!r}}}, raw=False)\n"
        f"display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\">{SCRIPT}</svg>'))\n"
        "display({'image/png': '\"><script>window.stolen = 1</script>', 'text/plain': 'x'}, raw=True)\n"
        "display({'application/vnd.jupyter.widget-view+json': {'model_id': 'x'}, 'text/plain': 'x'}, raw=True)\n"
        'display(HTML(\'<img src=x onerror="window.stolen = 1"><iframe srcdoc="x"></iframe>\'))\n'
        'display(HTML(\'<a href="javascript:window.stolen=1">x</a><base href="http://e"><form></form>\'))\n'
        f"print({SCRIPT!r})",
    ),
    Attack(
        "scripts in an answer",
        {
            "why": f"{SCRIPT}\n\n<img src=x onerror='window.stolen = 1'>\n\n"
            "[x](javascript:window.stolen=1) <svg/onload=window.stolen=1> <SCRIPT src=//e>\n\n"
            "$\\href{javascript:window.stolen=1}{x}$ <details open ontoggle=window.stolen=1>\n\n"
            "<!--><script>window.stolen = 1</script>--> `<script>` a < b <b>bold</b>"
        },
    ),
    honest("names with scripts", f"raise type({SCRIPT!r}, (Exception,), {{}})({SCRIPT!r})"),
]

ATTACKS = [*LIES, *TAMPERING, *SPYING, *BREAKING, *SAYING, *NOTEBOOKS, *FILES, *PAGES]

# Files that are no notebooks: no points, and a word that says why.
NO_NOTEBOOKS = {
    "empty": b"",
    "not text": bytes(range(256)),
    "not JSON": b"{nope",
    "a list": b"[]",
    "a number": b"42",
    "no cells": b'{"nbformat": 4, "metadata": {}}',
    "cells that are none": b'{"nbformat": 4, "cells": 3}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "another time's": json.dumps({"nbformat": 3, "worksheets": 7}).encode(),
}


def expected(attack: Attack) -> dict[str, float]:
    """The points that this submission should get."""
    return FULL | attack.left
