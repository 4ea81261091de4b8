"""Makes every Jupyter server of this Python save notebooks without live widgets.

An installation enables it by jupyter_server_config.d/tensorlab.json, for `jupyter lab` and
`jupyter notebook` as for `tensorlab lab`; `jupyter server extension disable` ends that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorlab_course.lab.saving import leave_out_views

Hook = Callable[..., None]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    register(server.contents_manager, leave_out_views)


def register(contents: Any, hook: Hook) -> None:
    """Have `contents` call the hook before it saves, after any hook that it has already."""
    if hasattr(contents, "register_pre_save_hook"):
        contents.register_pre_save_hook(hook)
        return
    # One of Notebook 6, for example, knows a single hook.
    first: Hook | None = getattr(contents, "pre_save_hook", None)
    contents.pre_save_hook = _one_after_the_other(first, hook) if first else hook


def _one_after_the_other(*hooks: Hook) -> Hook:
    def both(**kwargs: Any) -> None:
        for hook in hooks:
            hook(**kwargs)

    return both
