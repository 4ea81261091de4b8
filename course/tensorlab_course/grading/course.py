"""An nbgrader course directory: its settings, its folders and its gradebook's address."""

from __future__ import annotations

import contextlib
import glob
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, IgnorePattern, LimitOutput
from traitlets.config import Config

from tensorlab_course.grading.errors import CourseError


class Course:
    """A course directory, with the settings of its nbgrader_config.py."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        if not self.root.is_dir():
            raise CourseError(f"{root} is no folder. Give the course with --course.")
        self.config = _load_config(self.root)
        self.directory = CourseDirectory(config=self.config)
        self.directory.root = str(self.root)
        self.log = logging.getLogger("tensorlab.grade")
        self.log.addHandler(logging.NullHandler())
        self.log.propagate = False

    @property
    def db_url(self) -> str:
        """The address of the gradebook."""
        return str(self.directory.db_url)

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Where nbgrader keeps one submission at one step."""
        return Path(os.path.normpath(self.directory.format_path(step, student, assignment)))

    def source_folder(self, assignment: str) -> Path:
        """Where the instructor's notebooks are."""
        found = self.folder(self.directory.source_directory, ".", assignment)
        if not found.is_dir():
            raise CourseError(
                f"There is no assignment {assignment} in {self.root}: {found} does not exist. "
                "Run this in the course's folder, or name it with --course."
            )
        return found

    def submitted(self, assignment: str, pattern: str = "*") -> dict[str, Path]:
        """The folders of submissions by student; `pattern` chooses among the students."""
        step = self.directory.submitted_directory
        escaped = glob.escape(self.directory.format_path(step, "\0", assignment))
        marker = glob.escape("\0")
        before, _, after = escaped.partition(marker)
        found = {}
        for path in glob.glob(before + pattern + after):  # noqa: PTH207
            start, end = len(_unescaped(before)), len(path) - len(_unescaped(after))
            found[path[start:end]] = Path(path)
        excluded = {name for name in self.directory.student_id_exclude.split(",") if name}
        return {name: found[name] for name in sorted(found) if name not in excluded}

    def assignment_preprocessors(self) -> list[Any]:
        """What nbgrader does to a notebook of the source, in order."""
        with _quiet():
            return list(
                GenerateAssignment(coursedir=self.directory, config=self.config).preprocessors
            )

    def autograde_settings(self) -> dict[str, Any]:
        """What the course sets for autograding, as plain data."""
        with _quiet():
            autograde = Autograde(coursedir=self.directory, config=self.config)
        limit, ignore = LimitOutput(config=self.config), IgnorePattern(config=self.config)
        return {
            "permissions": int(str(autograde.permissions), 8),
            "create_student": autograde.create_student,
            "exclude_overwriting": dict(autograde.exclude_overwriting),
            "ignore": list(self.directory.ignore),
            "max_lines": limit.max_lines if limit.enabled else -1,
            "max_traceback": limit.max_traceback if limit.enabled else -1,
            "ignore_pattern": ignore.pattern if ignore.enabled else "",
            "groupshared": self.directory.groupshared,
        }

    def warnings(self) -> list[str]:
        """What of the course's settings for autograding is not honoured, in words."""
        with _quiet():
            autograde = Autograde(coursedir=self.directory, config=self.config)
        words = []
        for name in ("sanitize_preprocessors", "autograde_preprocessors"):
            usual = [kind.__name__ for kind in getattr(Autograde, name).default()]
            found = [
                kind if isinstance(kind, str) else kind.__name__
                for kind in getattr(autograde, name)
            ]
            odd = [kind for kind in found if kind.rpartition(".")[2] not in usual]
            missing = [kind for kind in usual if kind not in [k.rpartition(".")[2] for k in found]]
            if odd or missing:
                changed = ", ".join([*odd, *(f"no {kind}" for kind in missing)])
                words.append(
                    f"nbgrader_config.py sets Autograde.{name} ({changed}), which is not followed "
                    "here: use nbgrader autograde if the scores depend on it."
                )
        return words

    def timeout(self) -> float:
        """Seconds that the course gives a cell."""
        return float(Execute(config=self.config).timeout or 30)


def _unescaped(pattern: str) -> str:
    return pattern.replace("[*]", "*").replace("[?]", "?").replace("[[]", "[")


def _load_config(root: Path) -> Config:
    """The settings as `nbgrader` itself would find them in this folder."""
    before = Path.cwd()
    app = NbGrader()
    app.log_level = logging.ERROR
    try:
        os.chdir(root)
        app.config_file_paths  # noqa: B018 - computed from the current folder
        app.load_config_file()
    except Exception as error:
        raise CourseError(f"nbgrader_config.py can't be read: {error}") from None
    finally:
        os.chdir(before)
    return app.config


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
