"""How sphinx makes the book; `building.py` starts it on a folder that it has filled."""

from __future__ import annotations

import tensorlab

project = "tensorlab"
author = "the tensorlab developers"
version = release = tensorlab.__version__
language = "en"
smartquotes = False
highlight_language = "text"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "tensorlab_course.site.extension",
]
templates_path = ["templates"]

# Notebooks are shown as they were saved.
nb_execution_mode = "off"
# A widget's page is alive without a kernel; a picture is for paper, a live widget for Jupyter.
nb_mime_priority_overrides = [
    ("html", "text/html", 0),
    ("html", "image/svg+xml", 10),
    ("html", "image/png", 20),
]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3

# The words of an error are no Python.
nb_render_error_lexer = "text"

# A docstring's single backticks hold code.
default_role = "code"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"
viewcode_line_numbers = True

html_theme = "pydata_sphinx_theme"
html_title = "tensorlab"
html_static_path = ["static"]
html_css_files = ["book.css"]
html_js_files = ["book.js"]
html_favicon = "static/logo.svg"
html_copy_source = False
html_show_sourcelink = False
html_domain_indices = False
html_use_index = False
html_sidebars: dict[str, list[str]] = {"index": [], "search": [], "_modules/**": []}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {
        "text": "tensorlab",
        "image_light": "static/logo.svg",
        "image_dark": "static/logo.svg",
    },
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "navigation_depth": 3,
    "show_nav_level": 1,
    "show_toc_level": 2,
    "back_to_top_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["licence"],
    "footer_end": [],
}
