"""The course as nbgrader sees it: `source/` is what instructors write, the rest nbgrader makes.

Run nbgrader's commands in this folder. Every setting that is not here is nbgrader's own.
"""

# An import of get_config would hide the one that belongs to this file, and lose its settings.
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "tensorlab"
