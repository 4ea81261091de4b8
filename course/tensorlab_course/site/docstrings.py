"""Docstrings as sphinx reads them: their few signs that mean something else to it are escaped."""

from __future__ import annotations

import re

CODE = re.compile(r"(``.+?``|`[^`]+`)")
# What would name a link or a substitution, or begin an emphasis with no end: fill_, |x|, *args.
SIGNS = re.compile(r"\||(?<=\w)_(?!\w)|(?<!\w)\*(?=\w)(?![^*]*\w\*)")


def as_rst(lines: list[str]) -> list[str]:
    """The lines of a docstring, plain words and doctests, as reStructuredText."""
    made: list[str] = []
    table: list[str] = []
    in_example = False
    for line in [*lines, ""]:
        if line.lstrip().startswith(">>>"):
            in_example = True
        elif not line.strip():
            in_example = False
        if line.startswith("|") and not in_example:
            table.append(line)
            continue
        if table:
            made += _table(table)
            table = []
        made.append(line if in_example else _escaped(line))
    return made


def _escaped(line: str) -> str:
    pieces = CODE.split(line)
    return "".join(p if i % 2 else SIGNS.sub(r"\\\g<0>", p) for i, p in enumerate(pieces))


def _table(lines: list[str]) -> list[str]:
    """A table of Markdown as the directive for tables."""
    made = ["", ".. list-table::", "   :header-rows: 1", ""]
    for number, line in enumerate(lines):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if number == 1:  # the rule under the head
            continue
        made += [f"   {'*' if i == 0 else ' '} - {_escaped(cell)}" for i, cell in enumerate(cells)]
    return [*made, ""]
