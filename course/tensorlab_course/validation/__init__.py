"""Running notebooks in fresh kernels, and comparing what they print with what they saved."""

from __future__ import annotations

from tensorlab_course.validation.notebook import Notebook, Unreadable, find_problem, read_notebook
from tensorlab_course.validation.results import CellResult, NotebookResult
from tensorlab_course.validation.runner import Progress, run_notebooks, save_outputs, validate

__all__ = [
    "CellResult",
    "Notebook",
    "NotebookResult",
    "Progress",
    "Unreadable",
    "find_problem",
    "read_notebook",
    "run_notebooks",
    "save_outputs",
    "validate",
]
