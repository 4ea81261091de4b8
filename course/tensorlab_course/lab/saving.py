"""What JupyterLab leaves out when it saves a notebook: live widgets, which end with the kernel.

Opened again, such an output would say "model not found"; the page that a widget saves beside it
works without a kernel.
"""

from __future__ import annotations

import re
from typing import Any

from tensorlab_course.frames import FRAME, WIDGET_VIEW


def leave_out_views(model: dict[str, Any], **kwargs: Any) -> None:
    """Change what is about to be saved, in place; a `pre_save_hook` of Jupyter's contents."""
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return
    for cell in model["content"].get("cells", []):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if re.search(FRAME, "".join(data.get("text/html", ""))):
                data.pop(WIDGET_VIEW, None)
