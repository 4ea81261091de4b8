"""A cell's outputs as plain text: for a person, for the claims, and what nbval does not compare."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tensorlab_course.frames import FRAME, WIDGET_VIEW

Output = Mapping[str, Any]

IMAGES = ("image/png", "image/jpeg")
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def claimed_text(outputs: Iterable[Output]) -> str:
    """What is held against the tutorial's claims: printed text, results, and errors."""
    return "\n".join(_plain_text(output) for output in outputs)


def shown_text(outputs: Iterable[Output], *, labelled: bool = False) -> str:
    """All that is compared of the outputs; `labelled` names the kind of each."""
    parts = []
    for output in outputs:
        for kind, text in _parts(output):
            heading = f"[{kind}]\n" if labelled or kind not in ("stdout", "text/plain") else ""
            parts.append(heading + text.removesuffix("\n"))
    return "\n".join(parts)


def shown_texts(saved: Iterable[Output], fresh: Iterable[Output]) -> tuple[str, str]:
    """Both as text that shows how they differ: in kind, or in what can't be seen, if need be."""
    saved, fresh = list(saved), list(fresh)
    texts = shown_text(saved), shown_text(fresh)
    if texts[0] == texts[1]:
        texts = shown_text(saved, labelled=True), shown_text(fresh, labelled=True)
    if texts[0] == texts[1]:
        texts = _escaped(saved), _escaped(fresh)
    return texts


def error_line(outputs: Iterable[Output]) -> str | None:
    """The first error among the outputs, in one line, or None."""
    for output in outputs:
        if output["output_type"] == "error":
            first, *more = ANSI.sub("", str(output["evalue"])).split("\n")
            return f"{output['ename']}: {first}{' …' if more else ''}"
    return None


def left_out_by_nbval(saved: Iterable[Output], fresh: Iterable[Output]) -> str | None:
    """How outputs that nbval takes for equal still differ, or None.

    nbval leaves out pictures, whose bytes change with the version of matplotlib, and tracebacks,
    which hold paths. That a picture is there, and the notes under an error, can be compared.
    """
    saved, fresh = list(saved), list(fresh)
    before, after = _count_images(saved), _count_images(fresh)
    if before != after:
        return f"saved {_in_words(before)}, came {_in_words(after)}"
    errors = [[o for o in outputs if o["output_type"] == "error"] for outputs in (saved, fresh)]
    for one, other in zip(*errors, strict=False):
        if one.get("traceback") and error_notes(one) != error_notes(other):
            return "the note under the error changed"
    return None


def error_notes(output: Output) -> str:
    """The notes (PEP 678) that a traceback ends with, under the error's message."""
    text = ANSI.sub("", "\n".join(output.get("traceback", [])))
    message = f"{output['ename']}: {output['evalue']}"
    return text.rpartition(message)[2].strip() if message in text else ""


def _plain_text(output: Output) -> str:
    kind = output["output_type"]
    if kind == "stream":
        return str(output["text"])
    if kind == "error":
        return f"{output['ename']}: {output['evalue']}"
    return str(output["data"].get("text/plain", ""))


def _escaped(outputs: Iterable[Output]) -> str:
    return "\n".join(f"{kind}: {text!r}" for output in outputs for kind, text in _parts(output))


def _parts(output: Output) -> Iterable[tuple[str, str]]:
    kind = output["output_type"]
    if kind == "stream":
        yield output["name"], output["text"]
    elif kind == "error":
        notes = error_notes(output)
        yield "error", _plain_text(output) + (f"\n{notes}" if notes else "")
    else:
        for mime, data in sorted(output["data"].items(), key=_text_first):
            if mime in IMAGES:
                yield mime, "(a picture)"
            elif mime != WIDGET_VIEW:
                text = data if isinstance(data, str) else repr(data)
                yield mime, re.sub(FRAME, "(a widget)", text)


def _text_first(item: tuple[str, Any]) -> tuple[bool, str]:
    return item[0] != "text/plain", item[0]


def _count_images(outputs: Iterable[Output]) -> Counter[str]:
    return Counter(mime for o in outputs for mime in o.get("data", {}) if mime in IMAGES)


def _in_words(images: Counter[str]) -> str:
    total = sum(images.values())
    return "no picture" if total == 0 else "a picture" if total == 1 else f"{total} pictures"
