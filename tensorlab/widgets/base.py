"""What every widget that is drawn in the browser has in common."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

try:
    import anywidget
    from IPython import get_ipython
except ImportError as error:
    raise ImportError("The widgets need anywidget: pip install 'tensorlab[widgets]'") from error

from tensorlab.widgets.page import STATIC, frame, image
from tensorlab.widgets.picture import Drawing, printed
from tensorlab.widgets.traits import WidgetError

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class Widget(anywidget.AnyWidget):
    """A widget: traits that Python and the page both change, and a bundle that draws them.

    A widget is a class here, and a file in js: ConvWindow is drawn by conv-window.js. It lists the
    traits that the page is drawn from in `_own`, and says in `_problem` what must hold between
    them; a method under `@traitlets.validate(*names)` hands each proposal to `_checked`.
    """

    # How high the frame is, on a page with no kernel, before it says so itself.
    _height = 480
    # The name of its files, in js and in static.
    _bundle = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "_esm" not in cls.__dict__:  # traitlets makes a class of its own for each instance
            cls._bundle = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
            cls._esm = STATIC / f"{cls._bundle}.js"
            cls._css = STATIC / f"{cls._bundle}.css"
        super().__init_subclass__(**kwargs)

    def change(self, **values: Any) -> None:
        """Change several traits at once, which must fit each other only when all are changed."""
        with self.hold_trait_notifications():
            for name, value in values.items():
                if not self.has_trait(name):
                    raise AttributeError(f"{type(self).__name__} has no trait {name!r}")
                setattr(self, name, value)

    def open(self) -> None:
        """Tell the page of the widget, where there is one."""
        if attended():
            super().open()

    @property
    def model_id(self) -> Any:
        """The name of the page's half, which is made where others ask for it, as a VBox does."""
        if self.comm is None:
            super().open()
        return super().model_id

    @property
    @abstractmethod
    def output(self) -> Any:
        """What comes out: a tensor, computed by the engine."""

    @property
    @abstractmethod
    def text(self) -> str:
        """What the widget shows, in words."""

    @abstractmethod
    def _problem(self, state: dict[str, Any]) -> str:
        """What is wrong with these values, and what to do; empty where they fit."""

    def _picture(self) -> Drawing:
        """What the widget shows, for print."""
        raise NotImplementedError

    def _checked(self, proposal: Any) -> Any:
        """The value proposed for a trait, if it fits the others."""
        name = proposal["trait"].name
        problem = self._problem({**self._values(), name: proposal["value"]})
        if problem:
            raise WidgetError(problem)
        return proposal["value"]

    def _values(self) -> dict[str, Any]:
        """The traits of this widget's own."""
        own = self.traits(sync=True)
        return {name: getattr(self, name) for name in own if name in type(self)._own}

    # The traits that the page is drawn from.
    _own: tuple[str, ...] = ()

    def _state(self) -> dict[str, Any]:
        state = self.get_state(list(self._own))
        return {name: state[name] for name in sorted(state)}

    def _stills(self) -> tuple[str, dict[str, str]]:
        """What shows where no script may run, as HTML, and what goes on paper, by MIME type."""
        picture = self._picture()
        return image(picture.svg(), self.text), printed(picture)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        # With no page, there is nothing live to show.
        shown: Any = super()._repr_mimebundle_(**kwargs) if self.comm is not None else {}
        data, metadata = shown if isinstance(shown, tuple) else (shown, {})
        still, on_paper = self._stills()
        # These are the same on every run: they are what a saved notebook shows and compares.
        same = {
            "text/plain": repr(self),
            "text/html": frame(self._bundle, self._state(), self.text, still, self._height),
        }
        return {**(data or {}), **same, **on_paper}, metadata


def attended() -> bool:
    """Whether a page may be there; not where nbconvert, papermill or their like run a notebook.

    What runs a cell says whether anybody could answer an `input()` of it.
    """
    parent: dict[str, Any] = getattr(getattr(get_ipython(), "kernel", None), "get_parent", dict)()
    return bool(parent.get("content", {}).get("allow_stdin", True))


def within(cell: tuple[int, ...], output: Tensor) -> tuple[int, ...]:
    """The cell, or the nearest that the output has."""
    return tuple(min(at, size - 1) for at, size in zip(cell, output.shape, strict=True))


def both(size: Any) -> str:
    """Height and width as in code: one number where they are equal."""
    height, width = size
    return str(height) if height == width else f"({height}, {width})"


def by(x: Tensor) -> str:
    """The shape in words: 2 × 3."""
    return " × ".join(map(str, x.shape))
