"""Programs as public introductions write them, with only the import changed, print torch's losses.

What torch printed is kept in tests/scripts/printed/, see scripting.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripting import PRINTED, SCRIPTS, differences, ours, printed


def _name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("script", SCRIPTS, ids=_name)
def test_it_prints_what_torch_printed(script: Path) -> None:
    expected = (PRINTED / f"{script.stem}.txt").read_text("utf-8")
    wrong = differences(expected, printed(ours(script.read_text("utf-8"))))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("script", SCRIPTS, ids=_name)
def test_torch_still_prints_it(script: Path, require: Callable[..., Any]) -> None:
    require("torch")
    expected = (PRINTED / f"{script.stem}.txt").read_text("utf-8")
    assert not differences(expected, printed(script.read_text("utf-8")))


def test_only_imports_are_changed() -> None:
    program = "import torch\nfrom torch import nn\nimport torch.optim as optim\nx = 'torch'\n"
    assert ours(program) == (
        "import tensorlab as torch\nfrom tensorlab import nn\n"
        "import tensorlab.optim as optim\nx = 'torch'\n"
    )
