"""The edition of the course that runs in a browser with nothing installed: JupyterLite on Pyodide.

`build` makes a folder that any web host serves. Python comes from Pyodide's public CDN, or is part
of the site where a folder with a distribution is given.
"""

from __future__ import annotations

from tensorlab_course.site.browser.building import Built, build
from tensorlab_course.site.browser.contents import address
from tensorlab_course.site.browser.errors import SiteError

__all__ = ["Built", "SiteError", "address", "build"]
