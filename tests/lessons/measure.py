"""Counting a lesson: `python tests/lessons/measure.py lessons/01-*.ipynb` prints the counts."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ASKS = re.compile(r"^practice\.(predict|check)\(([^)]*)\)", re.MULTILINE)
HEADINGS = ("What goes wrong", "Today's PyTorch", "Exercises", "Where next")


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook, as far as counting needs it."""

    kind: str
    source: str
    tags: tuple[str, ...]
    outputs: tuple[dict, ...]

    @property
    def words(self) -> int:
        """Words of prose: code blocks and addresses of links do not count."""
        if self.kind != "markdown":
            return 0
        text = re.sub(r"```.*?```", " ", self.source, flags=re.DOTALL)
        text = re.sub(r"\]\([^)]*\)", "]", text)
        return sum(any(c.isalnum() for c in word) for word in text.split())

    @property
    def asks(self) -> list[str]:
        """The names of what can be right or wrong here."""
        if self.kind != "code":
            return []
        return [n.strip(" \"'") for _, names in ASKS.findall(self.source) for n in names.split(",")]


class Lesson:
    """A lesson's notebook, counted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.slug = re.sub(r"^\d+-", "", path.stem)
        self.cells = [
            Cell(
                cell["cell_type"],
                "".join(cell["source"]),
                tuple(cell["metadata"].get("tags", ())),
                tuple(cell.get("outputs", ())),
            )
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        ]
        self.code = [cell for cell in self.cells if cell.kind == "code"]
        self.markdown = [cell for cell in self.cells if cell.kind == "markdown"]
        self.prose = "\n\n".join(cell.source for cell in self.markdown)

    @property
    def words(self) -> int:
        """Words of prose in all."""
        return sum(cell.words for cell in self.markdown)

    @property
    def longest_block(self) -> int:
        """Words of the longest run of prose with no code between."""
        return max(self._runs(lambda cell: cell.kind == "code")[0])

    @property
    def stretches(self) -> tuple[list[int], list[int]]:
        """Words, and code cells, before the first ask, between two, and after the last."""
        return self._runs(lambda cell: bool(cell.asks))

    def _runs(self, ends) -> tuple[list[int], list[int]]:
        words, cells = [0], [0]
        for cell in self.cells:
            if ends(cell):
                words.append(0)
                cells.append(0)
            else:
                words[-1] += cell.words
                cells[-1] += cell.kind == "code"
        return words, cells

    def asked(self, verb: str) -> list[str]:
        """The names handed to `practice.predict` or to `practice.check`, in order."""
        calls = (call for cell in self.code for call in ASKS.findall(cell.source))
        return [n.strip(" \"'") for v, names in calls if v == verb for n in names.split(",")]

    def section(self, heading: str) -> str:
        """The prose under a heading of second rank."""
        found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", self.prose, re.M | re.S)
        return found[1] if found else ""

    @property
    def links(self) -> list[str]:
        """Where the links of the last section lead."""
        return re.findall(r"\]\(([^)]+)\)", self.section("Where next"))

    @property
    def errors(self) -> list[dict]:
        """The errors that are raised, as saved."""
        return [
            output for c in self.code for output in c.outputs if output["output_type"] == "error"
        ]

    @property
    def widget_cells(self) -> list[Cell]:
        """The cells that show a widget."""
        return [cell for cell in self.code if "from tensorlab.widgets import" in cell.source]

    @property
    def pictures(self) -> int:
        """How many images are saved; a widget saves one, too, for paper."""
        return sum("image/png" in output.get("data", {}) for c in self.code for output in c.outputs)

    @property
    def claims(self) -> list[str]:
        """The claims that are shown, in order."""
        tags = (tag for cell in self.code for tag in cell.tags)
        return [tag.removeprefix("claim:") for tag in tags if tag.startswith("claim:")]

    def report(self) -> str:
        """The counts, each beside what is asked for."""
        words, cells = self.stretches
        return "\n".join(
            [
                f"{self.path.name}",
                f"  words            {self.words}  (350-600)",
                f"  code cells       {len(self.code)}  (8-14)",
                f"  words a cell     {self.words / len(self.code):.1f}  (35-50)",
                f"  longest block    {self.longest_block}  (at most 120)",
                f"  words to the first ask  {words[0]}  (at most 100)",
                f"  words between asks      {words}  (at most 150)",
                f"  code between asks       {cells}  (at most 4)",
                f"  predictions      {len(self.asked('predict'))}  (3-5)",
                f"  exercises        {len(self.asked('check'))}  (3)",
                f"  errors           {len(self.errors)}  (3)",
                f"  pictures         {self.pictures}  (1 or more)",
                f"  widgets          {len(self.widget_cells)}",
                f"  links onward     {len(self.links)}  (3)",
                f"  claims           {self.claims}",
            ]
        )


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(Lesson(Path(name)).report())
