"""What the tutorial claims is printed, statement by statement, as read from claims.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

Kind = Literal["exact", "pytorch-1.1", "random", "raises", "erratum"]


@dataclass(frozen=True)
class Claim:
    """One printed output: the statement, what the tutorial says of it, what torch 2.13 prints."""

    id: str
    section: str
    expr: str
    prints: str
    kind: Kind
    torch_2_13: str
    note: str = ""

    @property
    def differs_today(self) -> bool:
        """Whether PyTorch 1.1 and today's print different things: a lesson shows both."""
        return self.kind == "pytorch-1.1"


@cache
def load_claims() -> dict[str, Claim]:
    """All claims by id, in the order of the tutorial."""
    text = resources.files(__package__).joinpath("claims.toml").read_text(encoding="utf-8")
    claims = [Claim(**entry) for entry in tomllib.loads(text)["claim"]]
    return {claim.id: claim for claim in claims}


def sections() -> list[str]:
    """The tutorial's sections in order: the first is lesson 01's."""
    return list(dict.fromkeys(claim.section for claim in load_claims().values()))


def section_of(notebook: Path) -> str | None:
    """The section that a lesson teaches, by the number its name begins with, or None."""
    number = re.match(r"(\d+)-", notebook.name)
    names = sections()
    if number is None or not 1 <= int(number[1]) <= len(names):
        return None
    return names[int(number[1]) - 1]
