"""What `tensorlab grade` had to say of each submission: refused, repaired or cut short."""

from __future__ import annotations

import json

from tensorlab_course.grading.course import Course
from tensorlab_course.grading.store import Store, digest


class Notes:
    """The notes on an assignment; none where `nbgrader autograde` graded it."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._folder = course.root / ".tensorlab" / "grading" / assignment
        self.kept = (self._folder / "written").is_dir()
        self._store = Store(self._folder / "results") if self.kept else None

    def of(self, student: str) -> list[str]:
        """The notes on a student's submission."""
        if self._store is None:
            return []
        path = self._folder / "written" / f"{digest(student)[:40]}.json"
        try:
            keys = json.loads(path.read_bytes())["keys"]
        except (OSError, ValueError, KeyError, TypeError):
            return []
        results = (self._store.get(key) for _, key in sorted(keys.items()))
        return [note for result in results if result for note in result.get("notes", ())]
