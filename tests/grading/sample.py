"""The sample assignment of these tests: two notebooks, with hidden tests and an answer to read."""

from __future__ import annotations

from typing import Any

import courses

SQUARE = "def square(x):\n    return x * x"
NET = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x)"""
BUMP = """def bump(values, by=1):
    for i, value in enumerate(values):
        values[i] = value + by
    return values"""
ANSWER = "answer = 6 * 7"
FRACTION = '''class Fraction:
    def __init__(self, top, bottom):
        self.top, self.bottom = top, bottom

    def __eq__(self, other):
        return self.top * other.bottom == other.top * self.bottom

    def __add__(self, other):
        top = self.top * other.bottom + other.top * self.bottom
        return Fraction(top, self.bottom * other.bottom)

    def __repr__(self):
        return f"{self.top}/{self.bottom}"'''
SHARE = "def share(n):\n    return n / 10"

GOOD_A = {"square": SQUARE, "net": NET, "bump": BUMP, "answer": ANSWER, "why": "Because."}
GOOD_B = {"fraction": FRACTION, "share": SHARE}
# Told by nobody but the hidden tests: no output may show them.
SECRETS = ("zanzibar", "8675309", "2718281", "31415926", "quokka")


def sample_notebooks() -> dict[str, Any]:
    """The source notebooks."""
    c = courses
    return {
        "a": c.notebook(
            c.text("# Functions and layers"),
            c.code("import numpy as np\nimport tensorlab as torch\nfrom tensorlab import nn"),
            c.solution("square", c.solved(SQUARE)),
            c.check(
                "test_square",
                2,
                c.tests(
                    "assert square(3) == 9, 'square(3) is 9'",
                    "zanzibar = 8675309\nassert square(zanzibar) == zanzibar**2, 'zanzibar'\n"
                    "assert np.allclose(square(np.arange(3.)), [0., 1., 4.])",
                ),
            ),
            c.solution("net", c.solved(NET)),
            c.check(
                "test_net",
                4,
                c.tests(
                    "net = Net()\nassert isinstance(net, nn.Module)\n"
                    "assert net(torch.ones(5, 3)).shape == (5, 2)",
                    "quokka = Net()\nassert len(list(quokka.parameters())) == 2\n"
                    "assert set(quokka.state_dict()) == {'fc.weight', 'fc.bias'}\n"
                    "with torch.no_grad():\n    quokka.fc.weight.fill_(2718281.)\n"
                    "    quokka.fc.bias.fill_(0.)\n"
                    "assert torch.equal(quokka(torch.eye(3)[:1]), torch.full((1, 2), 2718281.))",
                ),
            ),
            c.solution("bump", c.solved(BUMP)),
            c.check(
                "test_bump",
                3,
                "values = [1, 2]\nassert bump(values) is values\nassert values == [2, 3]",
            ),
            c.solution("answer", c.solved(ANSWER)),
            c.check(
                "test_answer",
                1,
                c.tests("assert answer", "assert answer == 31415926 - 31415884"),
            ),
            c.text("Why?", "why", 5),
        ),
        "b": c.notebook(
            c.locked("helpers", "def halves(n):\n    return [n / 2] * 2"),
            c.solution("fraction", c.solved(FRACTION)),
            c.check(
                "test_fraction",
                3,
                c.tests(
                    "half = Fraction(1, 2)\nassert half == Fraction(2, 4)",
                    "quokka = half + Fraction(1, 3)\nassert quokka == Fraction(5, 6)\n"
                    "assert not quokka == Fraction(5, 7)\nassert repr(half) == '1/2'",
                ),
            ),
            c.solution("share", c.solved(SHARE)),
            c.check("test_share", 2, "assert halves(4) == [2, 2]\nmin(share(5), 2)"),
        ),
    }
