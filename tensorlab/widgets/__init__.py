"""The Python half of the widgets: what a lesson shows and asks. The engine never imports it."""

from __future__ import annotations

from tensorlab.widgets.predict import Predict

__all__ = ["Predict"]
