"""A tensor's text, byte for byte as torch prints it.

It takes four steps, each a function below: pick the values that are shown (`_shown`), write them
all in one form (`_texts`), put brackets and line breaks around them (`_brackets`), and append what
the numbers alone do not tell, such as the dtype (`_suffixes`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tensorlab import dtypes

if TYPE_CHECKING:
    from typing import Any

    Array = np.ndarray[Any, np.dtype[Any]]


class PrintOptions:
    """How tensors are printed. What each option means: `set_printoptions`."""

    def __init__(
        self,
        precision: int = 4,
        threshold: float = 1000,
        edgeitems: int = 3,
        linewidth: int = 80,
        sci_mode: bool | None = None,
    ) -> None:
        self.precision = precision
        self.threshold = threshold
        self.edgeitems = edgeitems
        self.linewidth = linewidth
        self.sci_mode = sci_mode


_PROFILES = {
    "default": PrintOptions(),
    "short": PrintOptions(precision=2, edgeitems=2),
    "full": PrintOptions(threshold=math.inf),
}

_options = PrintOptions()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors are printed from now on; what is not given stays as it is.

    `precision` is the number of decimals. A tensor of more than `threshold` elements is
    summarised: its first and last `edgeitems` in each dimension are shown. Lines break at
    `linewidth` columns. `profile` is a set of these: "default", "short" or "full". `sci_mode`
    turns powers of ten on or off; it alone goes back, when not given, to None: as the numbers need.

    Follows `torch.set_printoptions`.

    >>> third = np.array(1 / 3, dtype=np.float32)
    >>> set_printoptions(precision=2)
    >>> format_tensor(third, dtypes.float32)
    'tensor(0.33)'
    >>> set_printoptions(profile="default")
    >>> format_tensor(third, dtypes.float32)
    'tensor(0.3333)'
    """
    global _options
    base = _PROFILES.get(profile or "", _options)
    _options = PrintOptions(
        base.precision if precision is None else precision,
        base.threshold if threshold is None else threshold,
        base.edgeitems if edgeitems is None else edgeitems,
        base.linewidth if linewidth is None else linewidth,
        sci_mode,
    )


def get_printoptions() -> dict[str, Any]:
    """The options in force, such that `set_printoptions(**options)` brings them back.

    >>> get_printoptions()
    {'precision': 4, 'threshold': 1000, 'edgeitems': 3, 'linewidth': 80, 'sci_mode': None}
    """
    return vars(_options).copy()


def format_tensor(
    data: Array,
    dtype: dtypes.dtype,
    *,
    requires_grad: bool = False,
    grad_fn: str | None = None,
    indent: int = 0,
    name: str = "tensor",
) -> str:
    """The text of a tensor with these values, of any shape. Follows `repr` of a `torch.Tensor`.

    `grad_fn` is the name of the operation that made it. `indent` is the column at which the text
    will begin: its further lines are aligned to it. `name` is the type's, for a class derived
    from Tensor.

    >>> print(format_tensor(np.array([[1, 2], [3, 4]], dtype=np.int64), dtypes.int64))
    tensor([[1, 2],
            [3, 4]])

    Numbers of one tensor are written alike: four decimals, unless all are whole...

    >>> print(format_tensor(np.array([1, 2, -3.0]), dtypes.float64))
    tensor([ 1.,  2., -3.], dtype=torch.float64)

    ...and powers of ten where they differ too much for four decimals to show.

    >>> print(format_tensor(np.array([1, 0.0005], dtype=np.float32), dtypes.float32))
    tensor([1.0000e+00, 5.0000e-04])

    The gradient's part comes last, and an empty tensor tells its shape.

    >>> print(format_tensor(np.array(6, dtype=np.float32), dtypes.float32, grad_fn="SumBackward0"))
    tensor(6., grad_fn=<SumBackward0>)
    >>> print(format_tensor(np.empty((0, 3), dtype=np.int64), dtypes.int64))
    tensor([], size=(0, 3), dtype=torch.int64)
    """
    prefix = " " * indent + name + "("
    text = prefix + _contents(data, len(prefix))
    suffixes = _suffixes(data, dtype, requires_grad, grad_fn)
    return _append(text, suffixes, len(prefix))[indent:] + ")"


def format_parameter(
    data: Array,
    dtype: dtypes.dtype,
    *,
    requires_grad: bool = True,
    grad_fn: str | None = None,
) -> str:
    """The text of a module's parameter. Follows `repr` of a `torch.nn.Parameter`.

    >>> print(format_parameter(np.zeros(3, dtype=np.float32), dtypes.float32))
    Parameter containing:
    tensor([0., 0., 0.], requires_grad=True)
    """
    text = format_tensor(data, dtype, requires_grad=requires_grad, grad_fn=grad_fn)
    return "Parameter containing:\n" + text


def _contents(data: Array, indent: int) -> str:
    """The values in their brackets; `indent` is the column of the first bracket."""
    if data.size == 0:
        return "[]"
    shown, cut = _shown(data)
    if shown.size == 0:  # edgeitems is 0
        return "[...]"
    texts, width = _texts(shown.reshape(-1))
    return _brackets(texts, shown.shape, cut, width, indent)


def _shown(data: Array) -> tuple[Array, list[bool]]:
    """The values that are printed, and for each dimension whether its middle is left out.

    >>> shown, cut = _shown(np.arange(2000).reshape(2, 1000))
    >>> shown.tolist(), cut
    ([[0, 1, 2, 997, 998, 999], [1000, 1001, 1002, 1997, 1998, 1999]], [False, True])
    """
    edge = _options.edgeitems
    if data.size <= _options.threshold:
        return data, [False] * data.ndim
    cut = [size > 2 * edge for size in data.shape]
    if not any(cut):
        return data, cut
    # One index per dimension, all at once: nothing but the shown values is ever copied.
    kept = [
        [*range(edge), *range(size - edge, size)] if is_cut else range(size)
        for size, is_cut in zip(data.shape, cut, strict=True)
    ]
    return data[np.ix_(*kept)], cut


def _texts(values: Array) -> tuple[list[str], int]:
    """The text of each value, aligned to the right, and the width that they are aligned to.

    >>> _texts(np.array([1.5, -20.25, math.inf]))
    (['  1.5000', '-20.2500', '     inf'], 8)
    >>> _texts(np.array([1 - 2j, 10 + 0.5j]))
    ([' 1.-2.0000j', '10.+0.5000j'], 11)
    """
    if values.dtype.kind == "c":
        return _complex_texts(values)
    if values.dtype.kind == "f":
        # Zero, inf and nan are written in the form that suits the others, and may stick out of it.
        decisive = np.isfinite(values) & (values != 0)
        write = _form(values[decisive])
        texts = [write(value) for value in values.tolist()]
        width = max(map(len, (texts[i] for i in np.flatnonzero(decisive).tolist())), default=1)
    else:
        texts = [str(value) for value in values.tolist()]
        width = max(map(len, texts))
    return [text.rjust(width) for text in texts], width


def _complex_texts(values: Array) -> tuple[list[str], int]:
    """As `_texts`: the real parts are written in one form, the imaginary parts in another."""
    reals, real_width = _texts(values.real)
    imaginaries, imaginary_width = _texts(values.imag)
    texts = []
    for real, imaginary in zip(reals, imaginaries, strict=True):
        imaginary = imaginary.lstrip()
        sign = "" if imaginary.startswith("-") else "+"
        texts.append(f"{real}{sign}{imaginary}j")
    # The sign is not counted: torch does not either, and lines break where torch breaks them.
    return texts, real_width + imaginary_width + len("j")


def _form(numbers: Array) -> Callable[[float], str]:
    """The form that suits these numbers, finite and not zero: a function from number to text.

    >>> _form(np.array([1, 200]))(7), _form(np.array([1, 2.5]))(7), _form(np.array([1e9]))(7)
    ('7.', '7.0000', '7.0000e+00')
    """
    if numbers.size == 0:
        return _whole
    scientific = _options.sci_mode
    if scientific is None:
        scientific = _needs_scientific(np.abs(numbers))
    if scientific:
        spec = f".{_options.precision}e"
    elif np.array_equal(numbers, np.ceil(numbers)):
        return _whole
    else:
        spec = f".{_options.precision}f"
    return lambda number: format(number, spec)


def _needs_scientific(magnitudes: Array) -> bool:
    """Whether decimals would hide the small numbers, or drown in the large ones.

    >>> _needs_scientific(np.array([1.0, 1000.0])), _needs_scientific(np.array([1.0, 1001.0]))
    (False, True)
    """
    # Python's floats: in float16 the quotient could overflow.
    smallest, largest = float(magnitudes.min()), float(magnitudes.max())
    return largest / smallest > 1000 or largest > 1e8 or smallest < 1e-4


def _whole(number: float) -> str:
    """A whole number with the dot that tells it from an integer: `3.`; but `inf` and `nan`."""
    text = f"{number:.0f}"
    return text + "." if math.isfinite(number) else text


def _brackets(
    texts: list[str], shape: tuple[int, ...], cut: list[bool], width: int, indent: int
) -> str:
    """The texts in nested brackets, built from the innermost dimension out.

    >>> print(_brackets(list("abcdef"), (2, 3), [False, True], width=1, indent=0))
    [[a,  ..., b, c],
     [d,  ..., e, f]]
    """
    innermost = len(shape) - 1
    for axis in reversed(range(len(shape))):
        margin = " " * (indent + axis + 1)
        rows = [texts[start : start + shape[axis]] for start in range(0, len(texts), shape[axis])]
        if cut[axis]:
            # Within a line the dots are set off by a blank, as if they were a wider number.
            dots = " ..." if axis == innermost else "..."
            rows = [_with_middle(row, dots) for row in rows]
        if axis == innermost:
            rows = [_lines(row, width, indent + axis) for row in rows]
        # Blank lines set matrices apart, one more for each further dimension.
        newlines = "\n" * max(1, innermost - axis)
        texts = ["[" + f",{newlines}{margin}".join(row) + "]" for row in rows]
    return texts[0]


def _with_middle(row: list[str], dots: str) -> list[str]:
    """The row with dots in its middle, where values are left out."""
    half = len(row) // 2
    return [*row[:half], dots, *row[half:]]


def _lines(row: list[str], width: int, indent: int) -> list[str]:
    """The row's texts of this width, as many to a line as there is room for.

    >>> _lines(["12.5000"] * 10, width=7, indent=7)[1]
    '12.5000, 12.5000'
    """
    columns = _options.linewidth - indent
    per_line = max(1, math.floor(columns / (width + len(", "))))
    return [", ".join(row[start : start + per_line]) for start in range(0, len(row), per_line)]


def _suffixes(
    data: Array, dtype: dtypes.dtype, requires_grad: bool, grad_fn: str | None
) -> list[str]:
    """What is said after the numbers, because they do not tell it."""
    suffixes = []
    if data.size == 0:
        # Without numbers neither shape nor dtype can be seen: only the usual ones go unsaid.
        says_size = data.ndim != 1
        says_dtype = dtype is not dtypes.get_default_dtype()
    else:
        says_size = _options.edgeitems == 0
        # `2`, `2.`, `True` and `2.+0.j` name a category: said is the dtype that is not its default.
        says_dtype = dtype is not dtypes.default_of(dtype.category)
    if says_size:
        suffixes.append(f"size={tuple(data.shape)}")
    if says_dtype:
        suffixes.append(f"dtype={dtype}")
    if grad_fn is not None:
        suffixes.append(f"grad_fn=<{grad_fn}>")
    elif requires_grad:
        suffixes.append("requires_grad=True")
    return suffixes


def _append(text: str, suffixes: list[str], indent: int) -> str:
    """The text with its suffixes, each on the same line where there is room, else on a new one.

    >>> print(_append("tensor([1.]", ["dtype=torch.float64"], 7))
    tensor([1.], dtype=torch.float64
    """
    last_line = text[text.rfind("\n") + 1 :]
    used = len(last_line) + 2  # torch counts two columns more than there are
    for suffix in suffixes:
        if used + len(", ") + len(suffix) > _options.linewidth:
            text += ",\n" + " " * indent + suffix
            used = indent + len(suffix)
        else:
            text += ", " + suffix
            used += len(", ") + len(suffix)
    return text
