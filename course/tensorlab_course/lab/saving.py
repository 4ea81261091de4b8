"""What Jupyter leaves out when it saves a notebook: live widgets, which end with the kernel.

Opened again, such an output would say "model not found"; the page that a widget saves beside it
works without a kernel. Widgets that are not ours stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tensorlab_course.frames import FRAME, WIDGET_STATE, WIDGET_VIEW

# How a model names another one in its state.
MODEL = r'"IPY_MODEL_([^"]+)"'


def leave_out_views(model: dict[str, Any], **kwargs: Any) -> None:
    """Change what is about to be saved, in place; a `pre_save_hook` of Jupyter's contents."""
    if model.get("type") == "notebook" and isinstance(model.get("content"), dict):
        leave_out_of(model["content"])


def leave_out_of(notebook: dict[str, Any]) -> None:
    """The same for a notebook: no live view of ours, and no saved state of one."""
    ours, others = set(), set()
    for data in _shown(notebook):
        view = data.get(WIDGET_VIEW, {})
        if re.search(FRAME, "".join(data.get("text/html", ""))):
            data.pop(WIDGET_VIEW, None)
            ours.add(view.get("model_id"))
        else:
            others.add(view.get("model_id"))
    saved = notebook.get("metadata", {}).get("widgets", {})
    models = saved.get(WIDGET_STATE, {}).get("state", {})
    ours |= {name for name, model in models.items() if _is_ours(model)}
    for name in _reachable(ours, models) - _reachable(others, models):
        del models[name]
    if ours and not models:
        saved.pop(WIDGET_STATE, None)
    if ours and not saved:
        notebook.get("metadata", {}).pop("widgets", None)


def _shown(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook.get("cells", []):
        for output in cell.get("outputs", []):
            yield output.get("data", {})


def _is_ours(model: dict[str, Any]) -> bool:
    return str(model.get("state", {}).get("_anywidget_id", "")).startswith("tensorlab.")


def _reachable(names: Iterable[Any], models: dict[str, Any]) -> set[str]:
    """The models of these names, and those that they name."""
    found: set[str] = set()
    ahead = [name for name in names if name in models]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            named = re.findall(MODEL, json.dumps(models[name].get("state", {})))
            ahead += [one for one in named if one in models]
    return found
