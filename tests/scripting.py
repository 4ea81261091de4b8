"""Programs that print the same on torch and on tensorlab: how to run and compare them.

python tests/scripting.py    writes down what torch prints, in tests/scripts/printed/
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import redirect_stdout
from pathlib import Path

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))
PRINTED = Path(__file__).parent / "scripts" / "printed"


def ours(program: str) -> str:
    """The program with tensorlab in torch's place, by its imports alone."""
    program = re.sub(r"^import torch$", "import tensorlab as torch", program, flags=re.M)
    return re.sub(r"^(import|from) torch\b", r"\1 tensorlab", program, flags=re.M)


def printed(program: str) -> str:
    stdout = io.StringIO()
    with redirect_stdout(stdout), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(program, "<script>", "exec"), {"__name__": "__main__"})
    return re.sub(r" at 0x[0-9a-f]+", "", stdout.getvalue())


NUMBER = re.compile(r"-?\d+\.\d*(?:e[+-]?\d+)?")


def differences(expected: str, got: str) -> list[str]:
    """Where two texts differ by more than a number's last two digits, or a float32's rounding."""
    wrong = []
    lines = zip(expected.splitlines(), got.splitlines(), strict=False)
    if len(expected.splitlines()) != len(got.splitlines()):
        wrong.append(f"{len(expected.splitlines())} lines expected, {len(got.splitlines())} got")
    for a, b in lines:
        same_words = NUMBER.sub("#", a) == NUMBER.sub("#", b)
        numbers = zip(NUMBER.findall(a), NUMBER.findall(b), strict=False)
        if not same_words or not all(_close(x, y) for x, y in numbers):
            wrong.append(f"- {a}\n+ {b}")
    return wrong


def _close(a: str, b: str) -> bool:
    digits = len(a.partition(".")[2].partition("e")[0])
    allowed = max(9.5 * 10.0**-digits, 2e-5 * abs(float(a)))
    return abs(float(a) - float(b)) <= allowed


if __name__ == "__main__":
    PRINTED.mkdir(exist_ok=True)
    for path in SCRIPTS:
        text = printed(path.read_text("utf-8"))
        (PRINTED / f"{path.stem}.txt").write_text(text, "utf-8", newline="\n")
        print(path.stem, len(text.splitlines()), "lines")
