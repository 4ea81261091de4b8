"""Tests as instructors of other courses write them: all of it works across the sandbox's wall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import courses
import pytest

from tensorlab_course.grading.source import SourceCell, SourceNotebook

pytestmark = pytest.mark.require("bwrap")

SETUP = """import hashlib, inspect, io, math, random, types, warnings
import numpy as np
import matplotlib.pyplot as plt
import tensorlab as torch
from enum import Enum
from dataclasses import dataclass
from tensorlab import nn
from unittest import mock
from unittest.mock import patch"""
GIVEN = """class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next
@dataclass
class Point:
    x: float
    y: float
class Suit(Enum):
    HEARTS = 1
    SPADES = 2
class TooHot(Exception): pass
class Given(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 1)
    def forward(self, x): return self.fc(x)
rate = 0.5
def check(f, cases):
    for args, want in cases:
        assert f(*args) == want, f.__name__"""

# A student's cell, a wrong one, and the tests that follow it.
PARTS: dict[str, tuple[str, str, list[str]]] = {
    "ask": (
        "def ask(): return input('Name? ').upper()\ndef show(n):\n    for i in range(n): print(i)",
        "def ask(): return 'ADA'\ndef show(n): return n",
        [
            "with patch('builtins.input', side_effect=['bob', 'eve']) as asked:\n    assert ask() == 'BOB' and ask() == 'EVE'\nassert asked.call_count == 2",
            "answers = iter(['x'])\ninput = lambda *a: next(answers)\nassert ask() == 'X'\ndel input",
            "with patch('sys.stdout', new_callable=io.StringIO) as out:\n    show(2)\nassert out.getvalue() == '0\\n1\\n'",
            "with patch('builtins.print') as printed:\n    show(3)\nassert printed.call_count == 3",
        ],
    ),
    "lean": (
        "def square(n): return n * n\ndef total(ns): return sum(square(n) for n in ns)",
        "def square(n): return 1\ndef total(ns): return sum(n * n for n in ns)",
        [
            "assert square(3) == 9 and total([1, 2]) == 5",
            "kept = square\ndel square\ntry:\n    total([1])\nexcept NameError:\n    pass\nelse:\n    raise AssertionError('total does not use square')\nfinally:\n    square = kept",
            "assert square(2) == 4 and total([3]) == 9",
            "kept = square\nsquare = lambda n: 100\nassert total([1, 2]) == 200\nsquare = kept\nassert total([1]) == 1 and square(3) == 9",
        ],
    ),
    "look": (
        'def area(r: float, pi: float = 3.0) -> float:\n    """A circle\'s."""\n    return pi * r ** 2\ndef evens():\n    n = 0\n    while True:\n        yield n\n        n += 2',
        "def area(r):\n    for _ in 'ab': pass\n    return 0\ndef evens(): return [0, 2]",
        [
            "assert 'for' not in inspect.getsource(area) and area.__code__.co_argcount == 2\nassert inspect.signature(area).parameters['pi'].default == 3.0\nassert area.__annotations__['r'] is float",
            "assert inspect.isgeneratorfunction(evens) and isinstance(evens(), types.GeneratorType)",
        ],
    ),
    "nodes": (
        "def push(head, v): return Node(v, head)\ndef last(n, v):\n    while n.next: n = n.next\n    n.next = Node(v)\ndef mid(a, b): return Point((a.x + b.x) / 2, (a.y + b.y) / 2)\ndef best(): return Suit.SPADES\ndef heat(t):\n    if t > 9: raise TooHot(t)",
        "def push(h, v): return h\ndef last(n, v): pass\ndef mid(a, b): return a\ndef best(): return 2\ndef heat(t): return t",
        [
            "h = push(Node(2), 1)\nassert isinstance(h, Node) and h.next.value == 2\nlast(h, 3)\nassert h.next.next.value == 3",
            "assert mid(Point(0, 0), Point(2, 4)) == Point(1, 2)\nassert best() is Suit.SPADES",
            "try:\n    heat(10)\n    assert False\nexcept TooHot:\n    pass",
        ],
    ),
    "shared": (
        "count = 0\ndef bump():\n    global count\n    count += 1\ndef pay(x): return x * rate\ndef roll(): return random.randint(1, 6)\ndef warn(): warnings.warn('careful')\nclass MyError(ValueError):\n    def __init__(self, code):\n        super().__init__(f'code {code}')\n        self.code = code\ndef fail(): raise MyError(3)",
        "count = 0\ndef bump(): pass\ndef pay(x): return 0\ndef roll(): return 4.5\ndef warn(): pass\ndef fail(): raise ValueError",
        [
            "before = count\nbump()\nassert count == before + 1",
            "rate = 2\nassert pay(10) == 20\nrate = 0.5",
            "random.seed(0)\na = [roll() for _ in range(9)]\nrandom.seed(0)\nassert a == [roll() for _ in range(9)] == [4, 4, 1, 3, 5, 4, 4, 3, 4]",
            "with warnings.catch_warnings(record=True) as found:\n    warnings.simplefilter('always')\n    warn()\nassert len(found) == 1",
            "try:\n    fail()\nexcept MyError as error:\n    assert error.code == 3\nelse:\n    assert False",
        ],
    ),
    "files": (
        "import json\ndef save(path, lines):\n    with open(path, 'w') as f: f.writelines(lines)\ndef total(path):\n    return sum(int(line) for line in open(path))\nsave('out.txt', ['a'])",
        "def save(path, lines): pass\ndef total(path): return 3",
        [
            "import os\nassert os.path.exists('out.txt')\nname = 'dyn' + str(3) + '.txt'\nsave(name, ['q'])\nassert open(name).read() == 'q'",
            "import tempfile, os\nwith tempfile.TemporaryDirectory() as d:\n    p = os.path.join(d, 'n.txt')\n    with open(p, 'w') as f: f.write('3\\n4\\n')\n    assert total(p) == 7",
        ],
    ),
    "module": (
        "%%writefile mymod.py\nimport sys\ndef triple(x): return 3 * x\nif __name__ == '__main__': print('hi ' + input())",
        "%%writefile mymod.py\ndef triple(x): return x",
        [
            "from mymod import triple\nassert triple(4) == 12",
            "import subprocess, sys\ndone = subprocess.run([sys.executable, 'mymod.py'], input='you', capture_output=True, text=True)\nassert done.stdout == 'hi you\\n'",
        ],
    ),
    "plots": (
        "fig, ax = plt.subplots()\nax.plot([1, 2], [3, 4], color='red')\nax.set_title('T')\ndef draw(x):\n    plt.figure()\n    plt.plot(x, x)\ndef on(a, x): a.plot(x, x)",
        "fig, ax = plt.subplots()\ndef draw(x): pass\ndef on(a, x): pass",
        [
            "assert isinstance(fig, plt.Figure) and len(ax.lines) == 1 and ax.get_title() == 'T'\nassert np.allclose(ax.lines[0].get_xydata(), [[1, 3], [2, 4]])",
            "draw([1, 2])\nassert len(plt.gca().lines) == 1\nplt.close('all')",
            "f, a = plt.subplots()\non(a, [1, 2])\nassert np.allclose(a.lines[0].get_xdata(), [1, 2])\nplt.close(f)",
        ],
    ),
    "nets": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3, 1)\n    def forward(self, x): return self.fc(x)\ndef mse(a, b): return ((a - b) ** 2).mean()\ndef train(m, opt, x, y):\n    losses = []\n    for _ in range(5):\n        opt.zero_grad()\n        loss = mse(m(x), y)\n        loss.backward()\n        opt.step()\n        losses.append(loss.item())\n    return losses",
        "class Net(nn.Module):\n    def forward(self, x): return x\ndef mse(a, b): return (a - b).mean()\ndef train(m, o, x, y): return [1.0] * 5",
        [
            "x, y = torch.ones(4, 3), torch.zeros(4, 1)\nnet = Net()\nopt = torch.optim.SGD(net.parameters(), lr=.1)\nfirst = ((net(x) - y) ** 2).mean()\nfirst.backward()\nassert net.fc.weight.grad.shape == (1, 3)\nopt.step()\nassert ((net(x) - y) ** 2).mean() < first",
            "torch.manual_seed(0)\nm = Given()\nx, y = torch.randn(8, 3), torch.randn(8, 1)\nbefore = m.fc.weight.clone()\nlosses = train(m, torch.optim.SGD(m.parameters(), lr=.1), x, y)\nassert losses[-1] < losses[0] and not torch.equal(before, m.fc.weight)",
            "w = torch.ones(2, requires_grad=True)\nloss = mse(w * 3, torch.zeros(2))\nassert loss.grad_fn is not None\nloss.backward()\nassert torch.allclose(w.grad, torch.tensor([9., 9.]))",
        ],
    ),
}  # fmt: skip


def the_course() -> tuple[Any, SourceNotebook]:
    """A notebook of all parts, as released and as the instructor has it."""
    cells = [courses.code(SETUP), courses.locked("given", GIVEN)]
    for name, (model, _, tests) in PARTS.items():
        cells.append(courses.solution(name, model))
        cells += [courses.check(f"{name}_{i}", 1, test) for i, test in enumerate(tests)]
    book = courses.notebook(*cells)
    known = []
    for cell in book.cells:
        data = dict(cell.metadata.get("nbgrader", {}))
        role = "locked" if data.get("locked") else "plain"
        role = "test" if data.get("grade") else "solution" if data.get("solution") else role
        text = cell.source
        known.append(
            SourceCell(role, data.get("grade_id", ""), "code", text, text, text, data, False, {})
        )
    return book, SourceNotebook("other", known, {})


def test_right_answers_get_every_point(judge: Callable[..., Any]) -> None:
    book, source = the_course()
    result = judge(book, source=source, timeout=20.0)
    lost = [name for name, score in result["scores"].items() if not score]
    outputs = [cell.get("outputs") for cell in result["notebook"]["cells"]]
    assert lost == [], str([o for o in outputs if o])[:5000]


def test_wrong_answers_get_none(judge: Callable[..., Any]) -> None:
    book, source = the_course()
    for cell in book.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in PARTS:
            cell.source = PARTS[name][1]
    result = judge(book, source=source, timeout=20.0)
    assert [name for name, score in result["scores"].items() if score] == []


def test_what_a_test_cannot_have_is_told_to_the_instructor(judge: Callable[..., Any]) -> None:
    answer, test = "class A: pass", "class B(A): pass\nassert B()"
    cells = [courses.solution("answer", answer), courses.check("test", 1, test)]
    data = [dict(cell.metadata.nbgrader) for cell in cells]
    source = SourceNotebook(
        "a",
        [
            SourceCell("solution", "answer", "code", answer, answer, answer, data[0], False, {}),
            SourceCell("test", "test", "code", test, test, test, data[1], False, {}),
        ],
        {},
    )
    result = judge(courses.notebook(*cells), source=source)
    assert "the test test derives a class from one of the student's" in result["notes"][0]
