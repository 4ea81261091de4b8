"""The page of the `tensorlab` command: what `--help` says of each of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

INTRODUCTION = """# The command

`tensorlab` comes with `pip install "tensorlab[course]"`; to grade, it needs `tensorlab[grade]`, and
to build a site, `tensorlab[site]`. `tensorlab --help` says what follows here, too.
"""


def write_command_page() -> str:
    """The page, as Markdown, from the command itself."""
    import typer

    from tensorlab_course.cli import app

    group: Any = typer.main.get_command(app)
    context = typer.Context(group, info_name="tensorlab")
    parts = [INTRODUCTION]
    for name, command in group.commands.items():
        inner = typer.Context(command, info_name=name, parent=context)
        usage = " ".join(["tensorlab", name, *command.collect_usage_pieces(inner)])
        usage = re.sub(r"\{(\w+)\}", lambda found: found[1].upper(), usage)
        parts.append(f"## tensorlab {name}\n\n```\n{usage}\n```\n\n{_plain(command.help)}\n")
        parts += [f"{what}\n: {means}\n" for what, means in _parameters(command, inner)]
    return "\n".join(parts)


def _parameters(command: Any, context: Any) -> Iterator[tuple[str, str]]:
    """Each argument and option as it is typed, and what it does."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and "--help" not in parameter.opts:
            typed, means = record
            yield f"`{_typed(typed)}`", _plain(means)


def _typed(parameter: str) -> str:
    """As one types it: a type in brackets is for those who write programs."""
    if not parameter.startswith("-"):
        return re.sub(r" <[^>]+>", "", parameter).upper()
    for kind, word in {"int": "N", "float": "N", "path": "PATH", "str": "TEXT"}.items():
        parameter = re.sub(rf"<{kind}\b[^>]*>", word, parameter)
    return parameter


def _plain(text: str | None) -> str:
    """Help as Markdown: what stands in brackets is said of the option, and is no link."""
    return re.sub(r"[\[\]*<_]", r"\\\g<0>", text or "")
