"""PyTorch 1.1 or 2: what differs between them, in one table.

The tutorial was written for PyTorch 1.1. Inside `dialect("1.1")` the engine prints what 1.1
printed; everywhere else it does what PyTorch 2 does.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any


class Rules:
    """What one PyTorch does. Every difference that the engine knows is an attribute here."""

    __slots__ = (
        "version",
        "booleans_are_uint8",
        "integers_have_no_cosine",
        "integers_divide_whole",
        "numbered_nodes",
        "nodes",
        "kinds",
    )

    def __init__(
        self,
        version: str,
        *,
        booleans_are_uint8: bool,
        integers_have_no_cosine: bool,
        integers_divide_whole: bool,
        numbered_nodes: bool,
        nodes: dict[str, str],
    ) -> None:
        self.version = version
        # torch.tensor([True]) and comparisons give uint8.
        self.booleans_are_uint8 = booleans_are_uint8
        # cos, exp… of an integer tensor raise; PyTorch 2 computes in the default float type.
        self.integers_have_no_cosine = integers_have_no_cosine
        # x / y of integers drops what is behind the point; PyTorch 2 gives a float.
        self.integers_divide_whole = integers_divide_whole
        # Every node's name ends in a number; in 1.1 only those of overloaded functions did.
        self.numbered_nodes = numbered_nodes
        self.nodes = nodes  # nodes that bear another name altogether
        self.kinds: dict[str, type[Any]] = {}  # the class of each node, see autograd/graph.py

    def node_name(self, name: str) -> str:
        """What this PyTorch calls the node that PyTorch 2 calls `name`."""
        if self.numbered_nodes:
            return name
        name = self.nodes.get(name, name)
        if name.endswith("0") and name not in _OVERLOADED:
            return name[:-1]
        return name


# Functions that had several signatures in 1.1: their nodes were numbered already then.
_OVERLOADED = frozenset(
    f"{name}Backward0"
    for name in """Add Sub Mul Div Pow Sum Mean Prod Std Var Max Min Norm Fmod Remainder Fill
    MaskedFill Squeeze Transpose Cumsum Eq Ne Lt Le Gt Ge Logsumexp RepeatInterleave IndexPut
    IndexFill Scatter Clamp Median Mode Sort""".split()  # noqa: SIM905 words read better so
)

RULES = {
    "1.1": Rules(
        "1.1",
        booleans_are_uint8=True,
        integers_have_no_cosine=True,
        integers_divide_whole=True,
        numbered_nodes=False,
        nodes={"ConvolutionBackward0": "MkldnnConvolutionBackward"},
    ),
    "2": Rules(
        "2",
        booleans_are_uint8=False,
        integers_have_no_cosine=False,
        integers_divide_whole=False,
        numbered_nodes=True,
        nodes={},
    ),
}

# The rules in force, alone in a list: what asks 100 times a second may keep the list.
ACTIVE = [RULES["2"]]


def rules() -> Rules:
    """The rules in force."""
    return ACTIVE[0]


class dialect:
    """Speak PyTorch 1.1 or 2 from here on, or, as a context manager, inside a block.

    Raises ValueError for a version that there is no table for.

    >>> with torch.dialect("1.1"):
    ...     print(torch.tensor([1, 2]) > 1)
    tensor([0, 1], dtype=torch.uint8)
    >>> print(torch.tensor([1, 2]) > 1)
    tensor([False,  True])

    A plain call holds until the next:

    >>> torch.dialect("1.1")
    dialect('1.1')
    >>> torch.dialect("2")
    dialect('2')
    """

    def __init__(self, version: str) -> None:
        found = RULES.get(str(version))
        if found is None:
            known = " and ".join(repr(name) for name in RULES)
            raise ValueError(f"dialect(): no PyTorch {version!r} is known here; there are {known}")
        self.version = found.version
        self._before = ACTIVE[0]
        ACTIVE[0] = found

    def __enter__(self) -> dialect:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        ACTIVE[0] = self._before

    def __repr__(self) -> str:
        return f"dialect({self.version!r})"
