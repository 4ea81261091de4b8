"""What a student wrote or printed, made harmless for a page: nothing that runs or loads."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer

from tensorlab_course.grading.reading import picture

# A `<` that may open a tag, but for plain ones and links that Markdown itself writes with it.
_TAG = re.compile(
    r"<(?!/?(?:b|i|u|s|p|em|strong|sub|sup|br|hr|code|pre|kbd|mark|small|ul|ol|li|table|thead|tbody"
    r"|tr|td|th|h[1-6]|blockquote|details|summary|div|span|center|dl|dt|dd)\s*/?>)"
    r"(?!https?://[^\s<>\"']*>)(?=[a-zA-Z/!?])",
    re.IGNORECASE,
)
# `javascript:` in a link, however it is spaced or spelled.
_SCHEME = re.compile(
    r"(?:j|&#0*106;?|&#x0*6a;?)\s*(?:a|&#0*97;?|&#x0*61;?)\s*(?:v|&#0*118;?|&#x0*76;?)\s*"
    r"(?:a|&#0*97;?|&#x0*61;?)\s*(?:s|&#0*115;?|&#x0*73;?)\s*c\s*r\s*i\s*p\s*t\s*"
    r"(?::|&colon;?|&#0*58;?|&#x0*3a;?|%3a)|vbscript\s*:|data\s*:\s*text/html",
    re.IGNORECASE,
)
# TeX that writes HTML or loads what does.
_TEX = re.compile(r"\\(href|require|class|cssId|style|unicode|html|data|includegraphics)\b", re.I)

_TAGS = [
    *("a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd"),
    *("details", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "i", "img", "kbd", "li", "mark", "ol", "p", "pre", "s", "samp", "small", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    *("u", "ul", "var"),
]
_ATTRIBUTES = {
    "*": ["align", "border", "colspan", "dir", "halign", "rowspan", "scope", "style", "title"],
    "a": ["href"],
    "img": ["alt", "height", "src", "width"],
}
_STYLES = CSSSanitizer(
    allowed_css_properties=[
        *("background-color", "border", "border-collapse", "color", "font-family", "font-size"),
        *("font-style", "font-weight", "height", "margin", "max-width", "padding", "text-align"),
        *("text-decoration", "vertical-align", "white-space", "width"),
    ]
)


def markdown(text: str) -> str:
    """The text with every tag that could run or load something shown as text."""
    text = _TAG.sub("< ", text)
    text = _SCHEME.sub("script :", text)
    return _TEX.sub(r"\\text{\1}", text)


def html(text: str) -> str:
    """HTML with nothing in it but what it shows."""
    allowed_images = {"http", "https", "data", "mailto"}
    cleaned = bleach.clean(
        text,
        tags=_TAGS,
        attributes=_attribute,
        protocols=allowed_images,
        css_sanitizer=_STYLES,
        strip=True,
        strip_comments=True,
    )
    return _TEX.sub(r"\\text{\1}", cleaned)


def _attribute(tag: str, name: str, value: str) -> bool:
    if name in ("href", "src"):
        flat = re.sub(r"[\s\x00-\x20]", "", value).lower()
        if flat.startswith("data:"):
            return name == "src" and bool(re.match(r"data:image/(png|jpeg|gif);base64,", flat))
        if name == "src":
            return False  # a picture from elsewhere would tell its server who looks at the page
    return name in _ATTRIBUTES["*"] or name in _ATTRIBUTES.get(tag, ())


def outputs(found: Any, count: int | None) -> list[dict[str, Any]]:
    """Outputs of a cell as a notebook may hold them, whatever the student's process sent."""
    kept = []
    for output in found if isinstance(found, list) else ():
        if isinstance(output, dict):
            clean = _output(output, count)
            if clean:
                kept.append(clean)
    return kept


def _output(output: dict[str, Any], count: int | None) -> dict[str, Any] | None:
    match output:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": str(text)}:
            return {"output_type": "stream", "name": name, "text": _plain(text)}
        case {"output_type": "error", "ename": name, "evalue": value, "traceback": list(lines)}:
            trace = [_plain(line) for line in lines if isinstance(line, str)]
            return {
                "output_type": "error",
                "ename": _plain(str(name)),
                "evalue": _plain(str(value)),
                "traceback": trace,
            }
        case {"output_type": "display_data" | "execute_result" as kind, "data": dict(data)}:
            shown = {"output_type": kind, "data": _data(data), "metadata": _sizes(output)}
            if kind == "execute_result":
                shown["execution_count"] = count
            return shown if shown["data"] else None
    return None


def _sizes(output: dict[str, Any]) -> dict[str, Any]:
    """How large a picture is to be shown: all that is kept of an output's metadata."""
    kept: dict[str, Any] = {}
    metadata = output.get("metadata")
    if isinstance(metadata, dict):
        for kind in ("image/png", "image/jpeg", "image/gif"):
            size = metadata.get(kind)
            if isinstance(size, dict):
                numbers = {k: v for k, v in size.items() if k in ("width", "height")}
                if all(type(v) in (int, float) and 0 < v < 20_000 for v in numbers.values()):
                    kept[kind] = numbers
    return {kind: sizes for kind, sizes in kept.items() if sizes}


def _data(data: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for kind, value in data.items():
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = "".join(value)
        if kind in ("image/png", "image/jpeg", "image/gif"):
            shown: Any = picture(value)
        elif not isinstance(value, str):
            continue
        elif kind == "text/plain":
            shown = _plain(value)
        elif kind == "text/html":
            shown = html(value)
        elif kind == "text/markdown":
            shown = markdown(value)
        elif kind == "text/latex":
            shown = None if "<" in value else markdown(value)
        elif kind == "image/svg+xml" and "text/html" not in data:
            # As a picture, an SVG runs no script.
            coded = base64.b64encode(value.encode()).decode()
            kind, shown = "text/html", f'<img src="data:image/svg+xml;base64,{coded}">'
        else:
            continue  # a script, a widget, or what only one program could show
        if shown:
            kept[kind] = shown
    return kept


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def size(found: list[dict[str, Any]]) -> int:
    """Roughly how many bytes outputs take in a notebook."""
    return len(json.dumps(found))
