"""How a widget stands in a notebook's outputs: live, and as a page of its own."""

from __future__ import annotations

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"

# Its page holds a bundle and its numbers to the last bit; its repr is what is compared.
FRAME = r'(?s)<iframe class="tensorlab".*'
