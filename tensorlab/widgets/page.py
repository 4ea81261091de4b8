"""A widget on a page with no kernel: a frame with the same bundle in it, on the saved numbers."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent / "static"

# Once for all frames of a page: each says how high it is, and is told whether the page is dark.
_AROUND = """<script>
window.tensorlabFrames ||= addEventListener("message", (event) => {
  const height = Number(event.data && event.data.tensorlabHeight);
  if (!(height > 0)) return;
  for (const frame of document.querySelectorAll("iframe.tensorlab")) {
    if (frame.contentWindow !== event.source) continue;
    frame.style.height = Math.min(height, 10000) + "px";
    const light = document.body.dataset.jpThemeLight;
    if (light) frame.contentWindow.postMessage({ tensorlabDark: light === "false" }, "*");
  }
}) || true;
</script>"""


@cache
def bundle(name: str) -> str:
    """A bundle's file, so that it can stand inside a page."""
    return (STATIC / name).read_text(encoding="utf-8")


def frame(name: str, state: Mapping[str, Any], title: str, still: str, height: int) -> str:
    """HTML in which the bundle of that name shows the widget; with no scripts, `still` (HTML too).

    The frame may run scripts, and nothing else: it cannot reach the page around it.
    """
    # A "<" may open a tag only where it is meant to.
    data = json.dumps(state, allow_nan=False, ensure_ascii=False).replace("<", "\\u003c")
    script = bundle(f"{name}.js").replace("</script", "<\\/script")
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{bundle(f'{name}.css')}</style></head><body>"
        f'<script type="application/json" id="tensorlab-state">{data}</script>'
        f'<script type="module">{script}</script></body></html>'
    )
    return (
        f'<iframe class="tensorlab" sandbox="allow-scripts" title="{escape(title)}" '
        f'style="width: 100%; height: {height}px; border: 0" srcdoc="{escape(page)}"></iframe>'
        f"<noscript>{still}</noscript>{_AROUND}"
    )


def image(svg: str, words: str) -> str:
    """The picture as HTML, with what it shows in words."""
    data = b64encode(svg.encode()).decode()
    return f'<img alt="{escape(words)}" src="data:image/svg+xml;base64,{data}">'


def prose(text: str) -> str:
    """Plain words as HTML: what stands between backticks is code."""
    pieces = escape(text, quote=False).split("`")
    if len(pieces) % 2 == 0:  # a backtick without its partner
        return escape(text, quote=False)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
