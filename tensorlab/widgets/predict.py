"""A question that the student answers before the code's output shows."""

from __future__ import annotations

import ast
import contextlib
import copy
import hashlib
import io
import sys
import types
import warnings
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

try:
    import ipywidgets
except ImportError:  # the question still shows, and `answer` still works
    ipywidgets = None

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

STYLE = """<style>
.tl-predict { border: 1px solid var(--jp-border-color1, #888); border-radius: 4px;
  padding: 8px 12px; margin: 4px 0; max-width: 60em; overflow: visible; }
.tl-predict p { margin: 4px 0; }
.tl-predict pre { margin: 6px 0; padding: 6px 8px; overflow-x: auto; white-space: pre;
  font-family: var(--jp-code-font-family, monospace); color: var(--jp-ui-font-color1, inherit);
  background: var(--jp-layout-color2, rgba(128, 128, 128, .15)); }
.tl-predict .tl-choices button { font-family: var(--jp-code-font-family, monospace);
  width: auto; height: auto; min-height: 28px; margin: 1px 0; padding: 3px 8px; text-align: left;
  line-height: 1.4; white-space: pre-wrap; color: var(--jp-ui-font-color1, inherit);
  background: transparent; border: 1px solid transparent; box-shadow: none; }
.tl-predict .tl-choices button:hover:enabled { border-color: var(--jp-border-color1, #888); }
.tl-predict .tl-choices button.mod-active { border-color: var(--jp-ui-font-color1, currentColor); }
.tl-predict .tl-choices button:disabled { opacity: 1; }
.tl-predict .tl-choices button.tl-right { font-weight: bold; }
.tl-predict .widget-html-content { line-height: 1.5; color: var(--jp-ui-font-color1, inherit); }
.tl-predict button:focus-visible, .tl-predict input:focus-visible {
  outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 2px; }
</style>"""


class Predict:
    """Ask what `code` gives, and show the true answer once the student has chosen one.

    `choices` maps each answer on offer to the misconception behind it, in words; the right one
    maps to None. The truth is never typed in: `setup` and `code` run in a copy of `namespace`
    (by default the caller's), and what the last expression prints is the truth; an exception is
    `Type: message`. `because` says in a sentence why the truth is what it is, and `on_answer` is
    called with the question once it is answered.

    >>> question = Predict("1 + 1", {"2": None, "11": "Numbers add; it is text that joins."})
    >>> question.answer("11")
    False
    >>> question.truth
    '2'
    >>> print(question.feedback)
    Not this time. You said 11; Python says 2.
    Numbers add; it is text that joins.
    """

    def __init__(
        self,
        code: str,
        choices: Mapping[str, str | None],
        question: str | None = None,
        setup: str = "",
        namespace: Mapping[str, Any] | None = None,
        because: str | None = None,
        on_answer: Callable[[Predict], object] | None = None,
    ) -> None:
        if namespace is None:
            namespace = sys._getframe(1).f_globals
        self.code = code.strip("\n")
        self.setup = setup.strip("\n")
        self.choices = dict(choices)
        self.question = question or "What does the last line give?"
        self.because = because
        self.on_answer = on_answer
        self.chosen: str | None = None
        self.correct: bool | None = None
        self._namespace = namespace
        self._result: tuple[str, str] | None = None
        self._form: _Form | None = None

    @property
    def listing(self) -> str:
        """The code as the student sees it."""
        return f"{self.setup}\n{self.code}" if self.setup else self.code

    @property
    def order(self) -> list[str]:
        """The choices in the order of showing: shuffled, and always in the same way."""

        def key(choice: str) -> bytes:
            return hashlib.sha256(f"{self.listing}\n{choice}".encode()).digest()

        return sorted(self.choices, key=key)

    @property
    def truth(self) -> str:
        """What the code gives, found by running it."""
        return self._run()[0]

    @property
    def output(self) -> str:
        """What the code gives, with everything that comes along: an exception's notes too."""
        return self._run()[1]

    def _run(self) -> tuple[str, str]:
        if self._result is None:
            self._result = run(self.setup, self.code, self._namespace)
        return self._result

    def answer(self, choice: str) -> bool:
        """Answer with a choice, or with its letter; True where it is right.

        The first answer counts: another one changes nothing.
        """
        if self.correct is None:
            self.chosen = self._find(choice)
            self.correct = matches(self.chosen, self.truth)
            if self._form is not None:
                self._form.settle()
            if self.on_answer is not None:
                self.on_answer(self)
        return self.correct

    def _find(self, choice: str) -> str:
        order = self.order
        for candidate, letter in zip(order, LETTERS, strict=False):
            if squash(choice) in (squash(candidate), letter):
                return candidate
        raise ValueError(f"{choice!r} is none of the choices: {', '.join(order)}")

    @property
    def misconception(self) -> str | None:
        """What stands behind the student's choice, where it is wrong."""
        return self.choices[self.chosen] if self.chosen and not self.correct else None

    @property
    def feedback(self) -> str:
        """What the student reads after answering; empty before."""
        return "\n".join(text for _, text in self._said())

    def _said(self) -> list[tuple[str, str]]:
        """The feedback, line by line, each with its kind."""
        if self.correct is None:
            return []
        truth = " ".join(self.truth.split())
        if self.correct:
            said = [("verdict", f"Right. Python says {truth}.")]
        else:
            said = [("verdict", f"Not this time. You said {self.chosen}; Python says {truth}.")]
            said += [("why", self.misconception)] if self.misconception else []
        if self.because:
            said.append(("because", self.because))
        return said

    def __repr__(self) -> str:
        lines = ["Predict, then run: " + self.question, ""]
        lines += ["    " + line for line in self.listing.splitlines()] + [""]
        lines += [f"  {letter}. {c}" for letter, c in zip(LETTERS, self.order, strict=False)]
        lines += ["", self.feedback or "Run this lesson to answer."]
        return "\n".join(lines)

    def _html(self) -> str:
        lettered = zip(LETTERS, self.order, strict=False)
        items = "<br>".join(f"{letter}. <code>{escape(c)}</code>" for letter, c in lettered)
        last = escape(self.feedback).replace("\n", "<br>") or "<em>Run this lesson to answer.</em>"
        return (
            '<div style="border: 1px solid #888; border-radius: 4px; padding: 8px 12px; '
            'max-width: 60em">'
            f"<p><strong>Predict, then run.</strong> {prose(self.question)}</p>"
            f"<pre><code>{escape(self.listing)}</code></pre>"
            f"<p>{items}</p><p>{last}</p></div>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {}
        if ipywidgets is not None:
            if self._form is None:
                self._form = _Form(self)
            bundle.update(self._form.box._repr_mimebundle_())
        # These two are the same on every run: they are what a saved notebook shows and compares.
        bundle["text/plain"] = repr(self)
        bundle["text/html"] = self._html()
        return bundle


class _Form:
    """The form of a question, in ipywidgets.

    The choices are buttons, and not radio buttons, since JupyterLab takes the arrow keys for
    itself: Tab and the space bar reach every button.
    """

    def __init__(self, question: Predict) -> None:
        self.question = question
        self.chosen = question.chosen
        self.drawing = False  # values that are set while drawing are not the student's
        self.choices = {choice: ipywidgets.ToggleButton() for choice in question.order}
        self.check = ipywidgets.Button(description="Check my answer", disabled=True)
        self.show = ipywidgets.Button(description="Show me", disabled=True)
        self.said = ipywidgets.HTML()
        self.shown = ipywidgets.HTML()
        for choice, button in self.choices.items():
            button.observe(lambda change, choice=choice: self.choose(choice), "value")
        self.check.on_click(lambda _: question.answer(self.chosen or ""))
        self.show.on_click(lambda _: self._show())
        self._draw()
        head = ipywidgets.HTML(
            f"{STYLE}<p><strong>Predict, then run.</strong> {prose(question.question)}</p>"
            f"<pre>{escape(question.listing)}</pre>"
        )
        answers = ipywidgets.VBox(list(self.choices.values()))
        answers.add_class("tl-choices")
        buttons = ipywidgets.HBox([self.check, self.show])
        left = ipywidgets.VBox([answers, buttons, self.said])
        left.layout = {"flex": "1 1 24em", "min_width": "0"}
        self.shown.layout = {"flex": "1 1 18em", "min_width": "0", "display": "none"}
        beside = ipywidgets.HBox([left, self.shown], layout={"flex_flow": "row wrap"})
        self.box = ipywidgets.VBox([head, beside])
        self.box.add_class("tl-predict")
        if question.correct is not None:
            self.settle()

    def choose(self, choice: str) -> None:
        """Choose this one, and no other."""
        if self.question.correct is None and not self.drawing:
            self.chosen = choice
            self.check.disabled = False
            self._draw()

    def _draw(self) -> None:
        """Each choice with its letter and its mark; once answered, what is right and what not."""
        question = self.question
        self.drawing = True
        for letter, (choice, button) in zip(LETTERS, self.choices.items(), strict=False):
            chosen = choice == self.chosen
            mark = "●" if chosen else "○"
            if question.correct is not None and matches(choice, question.truth):
                mark = "✓"
                button.add_class("tl-right")
            elif question.correct is not None and chosen:
                mark = "✗"
            button.value = chosen
            button.description = f"{mark} {letter}. {choice}"
            button.tooltip = "chosen" if chosen else "choose this one"
            button.disabled = question.correct is not None
        self.drawing = False

    def settle(self) -> None:
        """Close the question, and say what came of it."""
        question = self.question
        self.chosen = question.chosen
        self._draw()
        self.check.description = "Checked"  # it stays enabled: a disabled button loses the focus
        self.check.disabled = self.show.disabled = False
        truth = f"<pre>{escape(question.truth)}</pre>"
        if question.correct:
            head = f"<p><strong>✓ Right.</strong> Python says:</p>{truth}"
        else:
            said = f"You said <code>{escape(question.chosen or '')}</code>; Python says:"
            head = f"<p><strong>✗ Not this time.</strong> {said}</p>{truth}"
        rest = [text for kind, text in question._said() if kind != "verdict"]
        body = "".join(f"<p>{prose(text)}</p>" for text in rest)
        self.said.value = f'<div role="status">{head}{body}</div>'

    def _show(self) -> None:
        question = self.question
        self.shown.layout.display = "block"
        words = f"<p>Run here, just now:</p><pre>{escape(question.output)}</pre>"
        self.shown.value = f'<div role="status">{words}</div>'


def run(setup: str, code: str, namespace: Mapping[str, Any]) -> tuple[str, str]:
    """Run `setup` and `code` in a copy of `namespace`: what came, short and in full.

    >>> run("x = [1, 2]", "x.append(3); x", {})
    ('[1, 2, 3]', '[1, 2, 3]')
    >>> run("", "int('a')", {})[0]
    "ValueError: invalid literal for int() with base 10: 'a'"
    """
    tree = ast.parse(f"{setup}\n{code}", filename="<question>")
    scope = copy_of(namespace, {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})
    last = tree.body[-1]
    asked: ast.Expression | None = None
    if isinstance(last, ast.Expr):
        asked = ast.Expression(last.value)
        tree.body.pop()
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(tree, "<question>", "exec"), scope)
            value = None if asked is None else eval(compile(asked, "<question>", "eval"), scope)
            shown = "" if value is None else repr(value)
    except Exception as error:
        short = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        notes = getattr(error, "__notes__", [])
        return printed.getvalue() + short, "\n".join([printed.getvalue() + short, *notes])
    text = (printed.getvalue() + shown).rstrip("\n") or "None"
    return text, text


def copy_of(namespace: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """The namespace, with copies of the values that the code names, so that it changes none."""
    scope = dict(namespace)
    shared = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
    mine = {n: scope[n] for n in names if n in scope and not isinstance(scope[n], shared)}
    memo: dict[int, Any] = {}
    for name, value in mine.items():
        with contextlib.suppress(Exception):  # what cannot be copied is used as it is
            scope[name] = copy.deepcopy(value, memo)
    return scope


def matches(choice: str, truth: str) -> bool:
    """Is the choice what came? White space aside; an exception may be given by its beginning.

    >>> matches("tensor([[1.],[1.]])", "tensor([[1.],\\n        [1.]])")
    True
    >>> matches("RuntimeError: view size…", "RuntimeError: view size is not compatible")
    True
    """
    wanted, came = squash(choice), squash(truth)
    kind = truth.split(":")[0].strip().split(".")[-1]
    if kind.isidentifier() and kind.endswith(("Error", "Exception", "Warning")):
        wanted = wanted.removesuffix("...").removesuffix("…")
        return wanted.startswith(kind) and came.startswith(wanted)
    return wanted == came


def squash(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def prose(text: str) -> str:
    """Plain words as HTML: what stands between backticks is code."""
    pieces = escape(text, quote=False).split("`")
    if len(pieces) % 2 == 0:  # a backtick without its partner
        return escape(text, quote=False)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
