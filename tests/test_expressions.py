"""Each program in tests/expressions, answered by tensorlab, against what torch answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import oracle
import tensorlab

CASES = [(section, case) for section in oracle.sections() for case in oracle.cases(section)]
# On WebAssembly and before numpy 2 on Windows; what takes such an array over has its type.
NARROW = np.array(1).dtype.itemsize == 4
INTEGERS = re.compile(r"np\.(array|arange)\(")
RECORDED = {section: oracle.recorded(section) for section in oracle.sections()}


def _id(pair: tuple[str, oracle.Case]) -> str:
    section, case = pair
    return f"{section}: {case.program}".encode("ascii", "replace").decode().replace("\n", "; ")


@pytest.mark.parametrize(("section", "case"), CASES, ids=map(_id, CASES))
def test_tensorlab_answers_as_torch_does(section: str, case: oracle.Case) -> None:
    expected = RECORDED[section].get(case.program)
    if expected is None:
        pytest.fail("record it: python tests/oracle.py --record", pytrace=False)
    if NARROW and INTEGERS.search(case.program) and "int64" in str(expected):
        pytest.skip("numpy's own whole numbers have 32 bits here")
    got = oracle.answer(case.program, tensorlab, seed=case.seed, gradient=case.gradient)
    # A student would read two errors, and first the one that is none of theirs.
    assert "while" not in got
    differences = oracle.compare(expected, got, case)
    if case.differs:
        assert differences, "it no longer differs: take `differs` away"
        pytest.xfail(case.differs)
    if differences:
        pytest.fail("\n".join([case.program, *differences]), pytrace=False)


@pytest.mark.parametrize("section", oracle.sections())
def test_torch_still_answers_as_recorded(section: str, require: Callable[..., Any]) -> None:
    torch = require("torch", version=oracle.TORCH)
    wrong = []
    for case in oracle.cases(section):
        expected = RECORDED[section].get(case.program)
        got = oracle.answer(case.program, torch, seed=case.seed, gradient=case.gradient)
        differences = ["no record"] if expected is None else oracle.compare(expected, got, case)
        wrong += [f"{case.program}\n    {line}" for line in differences]
    if wrong:
        pytest.fail("\n".join([f"{len(wrong)} differences", *wrong[:20]]), pytrace=False)


@pytest.mark.parametrize("section", oracle.sections())
def test_no_record_is_left_of_a_case_that_is_gone(section: str) -> None:
    assert RECORDED[section].keys() <= {case.program for case in oracle.cases(section)}


def test_no_case_stands_twice_in_a_section() -> None:
    counted = Counter((section, case.program) for section, case in CASES)
    assert [pair for pair, count in counted.items() if count > 1] == []


def test_no_program_imports_the_library_that_it_is_run_on() -> None:
    assert [c.program for _, c in CASES if "import torch" in c.program] == []
