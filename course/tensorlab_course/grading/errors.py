"""The error that ends a run: in words, for the instructor."""

from __future__ import annotations


class CourseError(Exception):
    """The course can't be graded as it is: what is wrong, and what to do."""
