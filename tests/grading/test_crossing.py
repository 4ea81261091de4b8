"""What crosses between a student's process and the tests: each kind of value and use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import courses
import pytest

from tensorlab_course.grading.source import SourceCell, SourceNotebook

pytestmark = pytest.mark.require("bwrap")

SETUP = "import numpy as np\nimport tensorlab as torch\nfrom tensorlab import nn\nimport math"

# What a student writes, and what a test may then rely on.
PASSES = {
    "numbers": (
        "a, b, c = 2**100, float('inf'), 1 + 2j",
        "assert (a, b, c) == (2**100, math.inf, 1 + 2j)",
    ),
    "texts": ("a, b = 'é' * 3, b'x'", "assert a == 'ééé' and b == b'x' and type(a) is str"),
    "containers": (
        "a = {'x': [1, (2, 3)], 4: {5, 6}}\nfrom collections import Counter, OrderedDict, deque\n"
        "c, o, d = Counter('aab'), OrderedDict(p=1), deque([1])",
        "assert a == {'x': [1, (2, 3)], 4: {5, 6}}\nassert c['a'] == 2 and list(o) == ['p']\n"
        "assert list(d) == [1]",
    ),
    "an array": (
        "a = np.arange(6).reshape(2, 3)",
        "assert a.shape == (2, 3) and a.dtype == np.int64\nassert np.array_equal(a, np.arange(6).reshape(2, 3))",
    ),
    "a numpy number": ("a = np.float32(2.5)", "assert type(a) is np.float32 and a == 2.5"),
    "a tensor": (
        "a = torch.tensor([1., 2.], requires_grad=True)\n(a * a).sum().backward()",
        "assert isinstance(a, torch.Tensor) and a.requires_grad\n"
        "assert torch.equal(a.grad, torch.tensor([2., 4.]))",
    ),
    "a dtype and a size": (
        "a, b = torch.float32, torch.zeros(2, 3).shape",
        "assert a is torch.float32 and b == torch.Size([2, 3])",
    ),
    "a layer of the library": (
        "a = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))",
        "assert isinstance(a[0], nn.Linear) and len(a) == 3\n"
        "assert a(torch.ones(5, 3)).shape == (5, 2)\nassert len(list(a.parameters())) == 4",
    ),
    "the same list": (
        "def f(x):\n    x.append(3)\n    return x",
        "x = [1]\nassert f(x) is x and x == [1, 3]",
    ),
    "a changed array": ("def f(x):\n    x[0] = 7", "x = np.zeros(2)\nf(x)\nassert x[0] == 7"),
    "a changed tensor": (
        "def f(x):\n    x.add_(1)",
        "x = torch.zeros(2)\nf(x)\nassert torch.equal(x, torch.ones(2))",
    ),
    "a changed dict in a list": (
        "def f(x):\n    x[0]['a'] = 1",
        "x = [{}]\nf(x)\nassert x == [{'a': 1}]",
    ),
    "a callback": (
        "def f(g, x):\n    return [g(v) for v in x]",
        "assert f(lambda v: v * 2, [1, 2]) == [2, 4]",
    ),
    "a library's function": (
        "def f(g, x):\n    return g(x)",
        "assert f(math.sqrt, 4.) == 2. and f(np.sum, [1, 2]) == 3",
    ),
    "an object of the instructor's": (
        "def f(dog):\n    return dog.speak() + dog.name",
        "class Dog:\n    name = 'Rex'\n    def speak(self):\n        return 'wuff '\n"
        "assert f(Dog()) == 'wuff Rex'",
    ),
    "a generator": (
        "def f(n):\n    for i in range(n):\n        yield i * i",
        "assert list(f(3)) == [0, 1, 4]\nassert next(iter(f(2))) == 0",
    ),
    "an error": (
        "def f():\n    raise ValueError('bad luck')",
        "try:\n    f()\n    assert False\nexcept ValueError as e:\n    assert str(e) == 'bad luck'",
    ),
    "an error of one's own": (
        "class Bad(ValueError):\n    pass\ndef f():\n    raise Bad('no')",
        "try:\n    f()\n    assert False\nexcept Bad as e:\n    assert isinstance(e, ValueError)",
    ),
    "a class": (
        "class Stack:\n    def __init__(self):\n        self.items = []\n    def push(self, x):\n"
        "        self.items.append(x)\n    def __len__(self):\n        return len(self.items)\n"
        "    def __iter__(self):\n        return iter(self.items)\n    def __contains__(self, x):\n"
        "        return x in self.items\n    def __getitem__(self, i):\n        return self.items[i]",
        "s = Stack()\nassert len(s) == 0\ns.push(4)\nassert len(s) == 1 and s.items == [4]\n"
        "assert list(s) == [4] and 4 in s and s[0] == 4\nassert isinstance(s, Stack)\n"
        "s.items.append(5)\nassert len(s) == 2\ns.name = 'x'\nassert s.name == 'x'\n"
        "assert callable(s.push) and not callable(s)",
    ),
    "a subclass": (
        "class A:\n    def f(self): return 1\nclass B(A):\n    def f(self): return super().f() + 1",
        "assert issubclass(B, A) and isinstance(B(), A) and B().f() == 2",
    ),
    "a module": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = nn.Linear(2, 1)\n    def forward(self, x):\n        return self.fc(x)",
        "n = Net()\nassert isinstance(n, nn.Module) and isinstance(n.fc, nn.Linear)\n"
        "assert sum(p.numel() for p in n.parameters()) == 3\nassert n.eval() is n and not n.training\n"
        "with torch.no_grad():\n    n.fc.weight.fill_(1.)\n    n.fc.bias.fill_(0.)\n"
        "assert n(torch.ones(1, 2)).item() == 2.\nassert [k for k, _ in n.named_parameters()] == ['fc.weight', 'fc.bias']",
    ),
    "what is printed": (
        "def f():\n    print('hello')",
        "import io, contextlib\nbuffer = io.StringIO()\nwith contextlib.redirect_stdout(buffer):\n"
        "    f()\nassert buffer.getvalue() == 'hello\\n'",
    ),
    "a signature": (
        "def f(a, b=2):\n    'Adds.'\n    return a + b",
        "import inspect\nassert list(inspect.signature(f).parameters) == ['a', 'b']\n"
        "assert f.__name__ == 'f' and f.__doc__ == 'Adds.'",
    ),
    "a seed": (
        "def f():\n    return torch.rand(2), np.random.rand()",
        "torch.manual_seed(1)\nnp.random.seed(1)\na = f()\ntorch.manual_seed(1)\nnp.random.seed(1)\n"
        "assert torch.equal(a[0], torch.rand(2)) and a[1] == np.random.rand()",
    ),
    "a file": (
        "with open('out.txt', 'w') as file:\n    file.write('done')",
        "assert open('out.txt').read() == 'done'",
    ),
    "a named tuple": (
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\np = P(1, 2)",
        "assert p.x == 1 and p == (1, 2)",
    ),
    "a name that is not there": ("pass", "assert 'nowhere' not in globals()"),
    "an import": ("import statistics", "assert statistics.mean([1, 3]) == 2"),
}


def one_cell(answer: str, test: str) -> tuple[Any, SourceNotebook]:
    """A notebook of an answer and a test, as handed in and as the instructor has it."""
    book = courses.notebook(
        courses.code(SETUP), courses.solution("answer", answer), courses.check("test", 1, test)
    )
    cells = [
        SourceCell("plain", "", "code", SETUP, SETUP, SETUP, {}, False, {}),
        SourceCell("solution", "answer", "code", answer, answer, answer, _data(book, 1), False, {}),
        SourceCell("test", "test", "code", test, test, test, _data(book, 2), False, {}),
    ]
    return book, SourceNotebook("a", cells, {})


def _data(book: Any, i: int) -> dict[str, Any]:
    return dict(book.cells[i].metadata.nbgrader)


@pytest.mark.parametrize("what", PASSES)
def test_a_test_may_rely_on(what: str, judge: Callable[..., Any]) -> None:
    book, source = one_cell(*PASSES[what])
    result = judge(book, source=source)
    outputs = [cell.get("outputs") for cell in result["notebook"]["cells"]]
    assert result["scores"] == {"test": 1.0}, str(outputs)[:3000]
