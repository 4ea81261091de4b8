"""The small language of index expressions: its signs, and where an expression is wrong.

The page checks the same tokens in the same way, and says the same (js/core/index-syntax.js).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

# Longer than anybody types, and than what the page writes for picked cells.
MOST_LETTERS = 1000
# More signs and brackets than these are no index, and take a deep stack to work out.
MOST_SIGNS = 150

_TOKEN = re.compile(
    r"(?P<number>(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(?P<sign>\.\.\.|…|//|[<>=!]=|[-+*/%&|^~<>()\[\],:])"
    r"|(?P<other>[^ ])",
    re.ASCII,
)
_BETWEEN = {*"+-*/%&|^<>", "//", "<=", ">=", "==", "!=", "and", "or"}
_SIGNS = {*_BETWEEN, *"~([", "not"}
_VALUES = {"None", "True", "False", "Ellipsis", "...", "…"}
_OPENS = {")": "(", "]": "["}
# Where a slice with colons may stand, and where commas make a tuple or a list.
_SLICES = {"whole", "index"}
_EMPTY = {"group", "list"}


class IndexSyntaxError(ValueError):
    """What is no index expression: what is wrong, and from which letter to which.

    `unfinished` is true where more letters at the end could still make it one.
    """

    def __init__(self, words: str, start: int, end: int, unfinished: bool = False) -> None:
        super().__init__(words)
        self.start, self.end, self.unfinished = start, end, unfinished


@dataclass(frozen=True)
class Token:
    """A piece of the text: what kind it is, its letters, and where they stand."""

    kind: str
    text: str
    start: int
    end: int


@dataclass
class _Bracket:
    """A bracket that waits for its other half; first of all, the expression as a whole."""

    kind: str  # whole, index, list, group, call
    opened: Token
    colons: int = 0


def plain(text: str) -> str:
    """The text on one line, with Python's minus; as many letters as it had."""
    return re.sub(r"\s", " ", text).replace("−", "-")


def tokens(text: str) -> list[Token]:
    """The pieces of an expression.

    >>> [token.text for token in tokens("x[:, -1]")]
    ['x', '[', ':', ',', '-', '1', ']']
    """
    found = _TOKEN.finditer(plain(text))
    return [Token(str(one.lastgroup), one.group(), *one.span()) for one in found]


def check(text: str, name: str) -> None:
    """Raise IndexSyntaxError at the first place that cannot belong to an index of `name`.

    >>> check("0, ::2", "x")
    >>> check("0, , 2", "x")
    Traceback (most recent call last):
    tensorlab.widgets.index_syntax.IndexSyntaxError: Before “,” something is missing.
    """
    if len(text) > MOST_LETTERS:
        words = (
            f"This is longer than {MOST_LETTERS} letters. Write it shorter: as slices or a mask."
        )
        raise IndexSyntaxError(words, MOST_LETTERS, len(text))
    pieces = tokens(text)
    end = len(plain(text).rstrip())
    if not pieces:
        raise IndexSyntaxError("Write an index, such as 0 or :, 1.", end, end, unfinished=True)
    checking = _Checking(name)
    for token in pieces:
        checking.take(token)
    checking.finish(end)


class _Checking:
    """Token by token: whether a value comes next or a sign, and which brackets are open."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.last = Token("", "", 0, 0)
        self.wants_value = True
        self.signs = 0
        self.brackets = [_Bracket("whole", self.last)]

    def take(self, token: Token) -> None:
        if token.kind == "other":
            _refuse(_strange(token.text), token)
        self.signs += token.text in _SIGNS
        if self.signs > MOST_SIGNS:
            _refuse("This is too long to be worked out: write it shorter.", token)
        if self.last.text == "torch.tensor":
            if token.text != "(":
                _refuse("After torch.tensor comes a bracket, as in torch.tensor([0, 2]).", token)
            self.open("call", token)
        elif self.wants_value:
            self.value(token)
        else:
            self.sign(token)
        self.last = token

    def value(self, token: Token) -> None:
        text, inside = token.text, self.brackets[-1]
        if token.kind == "number":
            self.wants_value = False
            if re.fullmatch(r"\d{19,}", text) or float(text) == math.inf:
                _refuse(f"“{text}” is too large a number here.", token)
        elif text in (self.name, *_VALUES):
            self.wants_value = False
        elif text in "+-~" or text == "torch.tensor":
            pass
        elif text == "not":
            if self.last.text in _SIGNS - {"and", "or", "not", "(", "["}:
                _refuse(f"After “{self.last.text}”, “not” needs brackets around it.", token)
        elif token.kind == "name":
            _refuse(_unknown(text, self.name), token)
        elif text in "([":
            self.open("group" if text == "(" else "list", token)
        elif text == ":" and (self.last is inside.opened or self.last.text in (",", ":")):
            self.colon(token)
        elif self.is_empty(text):
            if text == ",":
                self.comma(token)
            else:
                self.close(token)
        else:
            if text in _OPENS and len(self.brackets) > 1 and self.last is inside.opened:
                _refuse(f"Between “{self.last.text}” and “{text}” something is missing.", token)
            _refuse(f"Before “{text}” something is missing.", token)

    def is_empty(self, text: str) -> bool:
        """Whether a comma or a closing bracket may come where a value would."""
        inside = self.brackets[-1]
        after_colon = self.last.text == ":"
        if text == ",":
            return after_colon
        if text not in _OPENS:
            return False
        nothing = self.last is inside.opened and inside.kind in _EMPTY
        return after_colon or nothing or self.last.text == ","

    def sign(self, token: Token) -> None:
        text = token.text
        if text in _BETWEEN:
            self.wants_value = True
        elif text == ",":
            self.comma(token)
        elif text == ":":
            self.colon(token)
        elif text in _OPENS:
            self.close(token)
        elif text == "[":
            if self.last.kind == "number":
                _refuse(f"“{self.last.text}” is a number, and has no index.", token)
            self.open("index", token)
        elif text == "(":
            _refuse("Only torch.tensor(…) can be called here.", token)
        else:
            _refuse(
                f"Between “{self.last.text}” and “{text}” something is missing: a comma, or a "
                "sign such as “+”.",
                token,
            )

    def open(self, kind: str, token: Token) -> None:
        self.brackets.append(_Bracket(kind, token))
        self.wants_value = True

    def close(self, token: Token) -> None:
        inside = self.brackets[-1]
        if inside.kind == "whole":
            _refuse(f"“{token.text}” closes nothing: leave it out.", token)
        if inside.opened.text != _OPENS[token.text]:
            _refuse(f"“{token.text}” cannot close “{inside.opened.text}”.", token)
        self.brackets.pop()
        self.wants_value = False

    def comma(self, token: Token) -> None:
        inside = self.brackets[-1]
        if inside.kind == "call":
            _refuse("torch.tensor takes one thing here: a list, or a number.", token)
        inside.colons = 0
        self.wants_value = True

    def colon(self, token: Token) -> None:
        inside = self.brackets[-1]
        if inside.kind not in _SLICES:
            where = "only in the brackets of an index"
            if inside.opened.start == 0 and inside.kind == "list":
                where = f"in the brackets of an index: write {self.name} before them"
            _refuse(f"A slice with “:” stands {where}.", token)
        inside.colons += 1
        if inside.colons > 2:
            _refuse("A slice has two colons at most: start:stop:step.", token)
        self.wants_value = True

    def finish(self, end: int) -> None:
        """Raise where something is still missing at the end."""
        last, inside = self.last.text, self.brackets[-1]
        complete = last == ":" or (last == "," and inside.kind != "call")
        if self.wants_value and not complete and self.last is not inside.opened:
            raise IndexSyntaxError(f"After “{last}” something is missing.", end, end + 1, True)
        if inside.kind != "whole":
            opened = inside.opened
            words = f"“{opened.text}” is still open: close it."
            raise IndexSyntaxError(words, opened.start, opened.end, True)


def _refuse(words: str, token: Token) -> None:
    raise IndexSyntaxError(words, token.start, token.end)


def _unknown(text: str, name: str) -> str:
    if text == "torch" or text.startswith("torch."):
        return "Of torch, only torch.tensor([…]) is known here."
    if text.startswith(f"{name}."):
        return f"“{text}” is not known here: after {name} come brackets, as in {name}[0]."
    return f"“{text}” is not known here: the tensor is called {name}."


def _strange(text: str) -> str:
    if text == "=":
        return "“=” gives a name to something. To compare, write “==”."
    return f"“{text}” means nothing in an index: leave it out."
