"""The Python half of the widgets: what a lesson shows and asks. The engine never imports it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorlab.widgets.broadcast_lens import BroadcastLens
    from tensorlab.widgets.conv_window import ConvWindow
    from tensorlab.widgets.index_lens import IndexLens
    from tensorlab.widgets.memory_strip import MemoryStrip
    from tensorlab.widgets.module_flow import ModuleFlow
    from tensorlab.widgets.pick_lens import PickLens
    from tensorlab.widgets.pool_window import PoolWindow
    from tensorlab.widgets.predict import Predict

__all__ = [
    "BroadcastLens",
    "ConvWindow",
    "IndexLens",
    "MemoryStrip",
    "ModuleFlow",
    "PickLens",
    "PoolWindow",
    "Predict",
]

# Each is imported when it is first asked for.
_DRAWN = {
    "BroadcastLens": "broadcast_lens",
    "ConvWindow": "conv_window",
    "IndexLens": "index_lens",
    "MemoryStrip": "memory_strip",
    "ModuleFlow": "module_flow",
    "PickLens": "pick_lens",
    "PoolWindow": "pool_window",
    "Predict": "predict",
}


def __getattr__(name: str) -> Any:
    if name in _DRAWN:
        return getattr(importlib.import_module(f"{__name__}.{_DRAWN[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_DRAWN])
