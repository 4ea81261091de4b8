"""What the engine computes, for the page to compute too: `python tests/widgets/write_fixtures.py`.

A widget's cases are a module in cases/; node's tests read what it gives, in fixtures/.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # so that `cases` can be imported


def names() -> list[str]:
    """The widgets that have cases."""
    return sorted(
        p.stem for p in (HERE / "cases").glob("*.py") if p.stem not in ("__init__", "common")
    )


def fixtures(name: str) -> str:
    """The cases of a widget as JSON, one a line; none of them draws random numbers of its own."""
    parts = []
    for kind, cases in importlib.import_module(f"cases.{name}").cases().items():
        lines = ",\n".join(json.dumps(case, ensure_ascii=False, allow_nan=True) for case in cases)
        parts.append(f'"{kind}": [\n{lines}\n]')
    # JSON has no −∞: what is nothing but padding is written as null.
    return "{\n" + ",\n".join(parts).replace("-Infinity", "null") + "\n}\n"


def path(name: str) -> Path:
    """The file that holds them."""
    return HERE / "fixtures" / f"{name}.json"


if __name__ == "__main__":
    for widget in names():
        path(widget).write_text(fixtures(widget), encoding="utf-8")
