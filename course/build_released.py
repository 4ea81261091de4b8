"""Puts the exercises into the wheel as students get them: solutions stay in the sources."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COURSE = Path(__file__).parent
INSIDE = "tensorlab_course/exercises"


class ReleaseExercises(BuildHookInterface[Any]):
    """Called by hatchling, which finds it by pyproject.toml."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the released notebooks in a folder beside, and name each for the wheel."""
        if version == "editable":  # a clone makes them of the sources, whenever it is asked to
            return
        self.made = tempfile.TemporaryDirectory()
        for name, text in _release_all()(COURSE / "source").items():
            path = Path(self.made.name, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            build_data["force_include"][str(path)] = f"{INSIDE}/released/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Clean up what `initialize` made."""
        if version != "editable":
            self.made.cleanup()


def _release_all() -> Any:
    """The function, from its file: what the package needs is not installed while it is built."""
    path = COURSE / INSIDE / "release.py"
    spec = importlib.util.spec_from_file_location("release", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.release_all
