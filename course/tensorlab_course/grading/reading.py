"""A student's notebook as it came: bytes that may be anything, read into cells of text."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Any

LARGEST_NOTEBOOK = 32 << 20
MOST_CELLS = 5000
LONGEST_CELL = 4 << 20

_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")
_PICTURES = ("image/png", "image/jpeg", "image/gif")


class Unreadable(Exception):
    """This file is no notebook; the text says why, for its author."""


@dataclass
class Cell:
    """A cell of a submission: its text, and which cell of the source it claims to be."""

    cell_type: str
    source: str
    grade_id: str = ""
    id: str = ""
    attachments: dict[str, Any] = field(default_factory=dict)


@dataclass
class Notebook:
    """A submitted notebook."""

    cells: list[Cell]
    minor: int


def read_notebook(content: bytes) -> Notebook:
    """The cells of a notebook file; raises Unreadable for what is none."""
    if len(content) > LARGEST_NOTEBOOK:
        raise Unreadable(
            f"the file is {len(content) >> 20} MB large, and {LARGEST_NOTEBOOK >> 20} MB are read. "
            "Clear the outputs, save, and hand in again"
        )
    if not content.strip():
        raise Unreadable("the file is empty")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("the file is not text") from None
    except RecursionError:
        raise Unreadable("the file is nested too deep") from None
    except ValueError as error:
        raise Unreadable(f"the file is no notebook: {error}") from None
    if not isinstance(data, dict):
        raise Unreadable("the file is no notebook: it holds no cells")
    if data.get("nbformat") in (1, 2, 3):
        data = _upgrade(data)
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("the file is no notebook: it holds no cells")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells, and {MOST_CELLS} are read")
    minor = data.get("nbformat_minor")
    minor = minor if type(minor) is int and 0 <= minor <= 5 else 5
    return Notebook([_cell(cell) for cell in cells if isinstance(cell, dict)], minor)


def _upgrade(data: dict[str, Any]) -> dict[str, Any]:
    import nbformat

    try:
        return dict(nbformat.convert(nbformat.from_dict(data), 4))
    except Exception as error:
        raise Unreadable(f"the file is an old notebook that can't be read: {error}") from None


def _cell(data: dict[str, Any]) -> Cell:
    kind = data.get("cell_type")
    if kind not in ("code", "markdown"):
        kind = "raw"
    metadata = data.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    cell_id = data.get("id")
    return Cell(
        cell_type=kind,
        source=_text(data.get("source"))[:LONGEST_CELL],
        grade_id=grade_id if isinstance(grade_id, str) else "",
        id=cell_id if isinstance(cell_id, str) and _ID.fullmatch(cell_id) else "",
        attachments=_attachments(data.get("attachments")) if kind == "markdown" else {},
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8")  # half a character can't be saved


def _attachments(value: Any) -> dict[str, Any]:
    """The pictures that are pasted into a text."""
    found: dict[str, Any] = {}
    if isinstance(value, dict):
        for name, bundle in value.items():
            if not re.fullmatch(r"[\w .()-]{1,200}", name) or not isinstance(bundle, dict):
                continue
            kept = {kind: picture(bundle[kind]) for kind in _PICTURES if kind in bundle}
            if all(kept.values()) and kept:
                found[name] = kept
    return found


def picture(data: Any) -> str:
    """The base64 text of a picture; empty for anything else."""
    text = "".join(_text(data).split())
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return text
