"""What a test may ask of an object of the submission.

The principle: a value that should be plain data can't be anything else. So an object's own
operators count only where the exercise asks for its class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorlab_course.grading.trusted.standins import Link

# What an iterator, a context manager or a file of Python's own may do: they give data.
_HARMLESS = {
    "__iter__",
    "__next__",
    "__len__",
    "__getitem__",
    "__contains__",
    "__enter__",
    "__exit__",
}
_TEXT = {"__str__", "__repr__", "__format__"}
_JUDGING = {
    *(
        "__eq__",
        "__ne__",
        "__lt__",
        "__le__",
        "__gt__",
        "__ge__",
        "__bool__",
        "__len__",
        "__hash__",
    ),
    *("__int__", "__float__", "__complex__", "__index__", "__contains__"),
}


class Policy:
    """The classes that an exercise asks for, by name."""

    def __init__(self, asked: set[str]) -> None:
        self.asked = asked

    def require(self, link: Link, operation: str, other: Any = None) -> None:
        """Raise TypeError where the test may not rely on this operation of this object."""
        if link.kind in ("function", "class", "module"):
            return
        if self._is_asked(link) or operation in _TEXT:
            return
        if link.kind == "iterator" and operation in _HARMLESS - {"__len__", "__contains__"}:
            return
        harmless = not operation.startswith("__") or operation in _HARMLESS | {"__call__"}
        if self._is_of_library(link) and harmless and operation not in _JUDGING - {"__len__"}:
            return
        raise TypeError(
            f"the submission gives an object of its class {link.type_name}, which this exercise "
            "does not ask for, where plain data is expected"
        )

    def _is_asked(self, link: Link) -> bool:
        return any(
            module == "__main__" and name in self.asked
            for module, name in link.about.get("bases", ())
        )

    def _is_of_library(self, link: Link) -> bool:
        bases = link.about.get("bases") or [["__main__", ""]]
        return bases[0][0] != "__main__"
