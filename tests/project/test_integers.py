"""The engine says how wide its whole numbers are, so that they are the same on Pyodide."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from integers import problems

ENGINE = Path(__file__).parents[2] / "tensorlab"


def test_no_number_of_the_engine_has_the_platforms_width() -> None:
    found = [words for path in sorted(ENGINE.rglob("*.py")) for words in problems(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "np.arange(3)",
        "np.full(3, 7)",
        "np.zeros(shape)",
        "np.array([1, 2])",
        "np.array(7)",
        "np.asarray([n for n in sizes])",
        "np.sum(flags, axis=0)",
        "np.prod(shape)",
        "np.cumsum(lengths)",
        "np.add.reduce(small)",
        "wrap(np.argmax(x))",
        "return np.argsort(x)",
        "found = np.searchsorted(a, b)",
        "n = np.where(x > 0)",
        "x.astype(np.int_)",
    ],
)
def test_a_line_that_leaves_the_width_to_the_platform_is_found(line: str, tmp_path: Path) -> None:
    assert len(problems(written(line, tmp_path))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "np.arange(3, dtype=np.int64)",
        "np.zeros(shape, np.float32)",
        "np.array([1, 2], np.int64)",
        "np.array(tensor)",
        "np.sum(x, axes, np.int64)",
        "wrap(np.argmax(x).astype(np.int64))",
        "return x[np.argsort(x)]",
        "out[...] = np.argsort(x)",
        "n = int(np.argmax(x))",
        "np.where(mask, x, y)",
        "np.add.reduce(x, 0, x.dtype)",
        "torch.arange(3)",
    ],
)
def test_a_line_that_says_the_width_is_left_alone(line: str, tmp_path: Path) -> None:
    assert problems(written(line, tmp_path)) == []


def written(line: str, folder: Path) -> Path:
    path = folder / "line.py"
    path.write_text(f"def f():\n    {line}\n")
    return path
