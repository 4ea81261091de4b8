"""The course as nbgrader sees it: `source/` is what instructors write, the rest nbgrader makes.

Run nbgrader's commands in this folder. Every setting that is not here is nbgrader's own.
"""

from traitlets.config import get_config

c = get_config()
c.CourseDirectory.course_id = "tensorlab"
