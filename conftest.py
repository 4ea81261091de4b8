"""What every doctest knows without an import: torch, nn, F and np."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensorlab
from tensorlab import nn


@pytest.fixture(autouse=True)
def names_of_doctests(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace.update(torch=tensorlab, nn=nn, F=nn.functional, np=np)
