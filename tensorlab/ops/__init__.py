"""What one can do with tensors, a file for each section of the tutorial."""

from __future__ import annotations

from typing import Any

from tensorlab.ops import (
    arithmetic,
    asking,
    calling,
    complexes,
    creation,
    gathering,
    indexing,
    joining,
    logic,
    matmul,
    pointwise,
    reduction,
    sampling,
    shaping,
    sorting,
)

SECTIONS = (
    creation, sampling, indexing, gathering, shaping, arithmetic, matmul, pointwise, reduction,
    joining, logic, sorting, complexes, asking,
)  # fmt: skip


def speak_in(names: dict[str, Any]) -> None:
    """Let every function among `names` that is an operation refuse a call in torch's words."""
    for section in SECTIONS:
        for name in section.__all__:
            operation = getattr(section, name)
            names[name] = calling.spoken(operation, name) if callable(operation) else operation
