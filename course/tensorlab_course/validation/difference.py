"""Two texts side by side, cut to where they first differ, with the difference marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from rich import box
from rich.table import Table
from rich.text import Text

LINES_BEFORE, LINES_AFTER = 2, 7
LONGEST_LINES = 400  # of what follows the first difference, so that aligning stays quick
MARK = "bold reverse"

Row = tuple[str | None, str | None]


def side_by_side(left: str, right: str, headings: tuple[str, str], width: int) -> Table:
    """A table of two columns, `width` characters wide in all.

    A line that differs is marked by `>`, and where in the line by `^` below. Where spaces alone
    differ, they are shown as middle dots.
    """
    column = max((width - 11) // 2, 16)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1), pad_edge=False)
    table.add_column("", width=1)
    for heading in headings:
        table.add_column(heading, width=column, no_wrap=True, overflow="crop")
    rows, hidden_before, hidden_after = _window(_lines(left), _lines(right))
    if hidden_before:
        table.add_row("", *[Text(f"... {hidden_before} lines above", style="dim")] * 2)
    for one, other in rows:
        if one == other:
            same = _cut(one or "", 0, column)
            table.add_row("", Text(same), Text(same))
            continue
        for marker, *cells in _marked(one, other, column):
            table.add_row(Text(marker, style="bold"), *cells)
    if hidden_after:
        table.add_row("", *[Text(f"... {hidden_after} lines below", style="dim")] * 2)
    return table


def loosely(text: str, width: int) -> str:
    """A text in one spacing, broken at `width`: for two that are compared white space aside."""
    text = re.sub(r"\s*([\[\](),:])\s*", r"\1", " ".join(text.split())).replace(",", ", ")
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


def _lines(text: str) -> list[str]:
    return text.expandtabs().replace("\x1b", "\\x1b").splitlines() or ["(nothing)"]


def _window(left: list[str], right: list[str]) -> tuple[list[Row], int, int]:
    """The rows around the first difference, and how many lie above and below them."""
    pairs = enumerate(zip_longest(left, right))
    first = next((i for i, (one, other) in pairs if one != other), 0)
    start = max(first - LINES_BEFORE, 0)
    rows = _align(left[start : start + LONGEST_LINES], right[start : start + LONGEST_LINES])
    shown = rows[: LINES_BEFORE + LINES_AFTER]
    below = max(len(left), len(right)) - start - len(shown)
    return shown, start, max(below, 0)


def _align(left: list[str], right: list[str]) -> list[Row]:
    rows: list[Row] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        rows += zip_longest(left[a:b], right[c:d])
    return rows


def _marked(one: str | None, other: str | None, width: int) -> Iterator[tuple[str, Text, Text]]:
    """The two lines of a row that differs, and a line of `^` below where both are there."""
    if one is None or other is None:
        yield ">", Text(_cut(one or "", 0, width), MARK), Text(_cut(other or "", 0, width), MARK)
        return
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        start = min(len(one), len(other))
    end = 0  # counted from the back
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    offset = max(start - width // 2, 0) if max(len(one), len(other)) > width else 0
    lines, carets = [], []
    stops = [max(len(line) - end, start) for line in (one, other)]
    spaces_alone = not (one[start : stops[0]] + other[start : stops[1]]).strip()
    for line, stop in zip((one, other), stops, strict=True):
        part = line[start:stop].replace(" ", "\N{MIDDLE DOT}") if spaces_alone else line[start:stop]
        seen = line[:start] + part + line[stop:]
        text = Text(_cut(seen, offset, width))
        text.stylize(MARK, start - offset, stop - offset)
        lines.append(text)
        carets.append(Text((" " * (start - offset) + "^" * max(stop - start, 1))[:width]))
    yield ">", lines[0], lines[1]
    yield "", carets[0], carets[1]


def _cut(line: str, offset: int, width: int) -> str:
    """The part of a line from `offset` on that fits, with dots where it goes on."""
    part = line[offset : offset + width]
    if offset:
        part = "\N{HORIZONTAL ELLIPSIS}" + part[1:]
    if offset + width < len(line):
        part = part[:-1] + "\N{HORIZONTAL ELLIPSIS}"
    return part
