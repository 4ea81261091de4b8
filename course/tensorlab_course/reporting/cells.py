"""What stands in a cell of a CSV file: numbers, and text that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# What opens a formula in Excel, LibreOffice and Google Sheets, wide forms too.
_OPENS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def number(value: float) -> str:
    """A score as people write it.

    >>> number(7.0), number(2 / 3), number(-0.0)
    ('7', '0.6667', '0')
    """
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def safe(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula.

    >>> safe("=HYPERLINK(1)"), safe(" +1"), safe("Ada = 1")
    ("'=HYPERLINK(1)", "' +1", 'Ada = 1')
    """
    if text[:1] in ("\t", "\r", "\n") or text.lstrip().startswith(_OPENS_A_FORMULA):
        return f"'{text}"
    return text


def encode_rows(rows: Iterable[Sequence[str]], delimiter: str = ",", line_end: str = "\n") -> bytes:
    """The rows as a CSV file in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
