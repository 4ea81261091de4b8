"""Where a tensor lives: here, always the CPU."""

from __future__ import annotations

from typing import Any

from tensorlab.errors import noted

_KINDS = (
    "cpu cuda ipu xpu mkldnn opengl opencl ideep hip ve fpga maia xla lazy vulkan mps meta hpu "
    "mtia privateuseone"
)


class device:
    """A device by name: `torch.device("cpu")`. Follows `torch.device`.

    Raises RuntimeError for a name that is none. Other devices than the CPU can be named, not used.

    >>> torch.device("cpu")
    device(type='cpu')
    >>> torch.device("cuda", 1)
    device(type='cuda', index=1)
    """

    __slots__ = ("type", "index")

    type: str
    index: int | None

    def __init__(self, type: str | device, index: int | None = None) -> None:
        name = str(type)
        kind, _, number = name.partition(":")
        if not kind.replace("_", "").isalpha() or (number and not number.isdigit()):
            raise RuntimeError(f"Invalid device string: '{name}'")
        if kind not in _KINDS.split():
            raise RuntimeError(
                f"Expected one of {', '.join(_KINDS.split())} device type at start of device "
                f"string: {kind}"
            )
        self.type = kind
        self.index = int(number) if number else index

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{index})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))


CPU = device("cpu")


def only_cpu(wanted: Any) -> None:
    """Raise unless `wanted` is the CPU, or nothing in particular."""
    if wanted is None:
        return
    found = device(wanted)
    if found.type != "cpu":
        raise noted(
            AssertionError("Torch not compiled with CUDA enabled")
            if found.type == "cuda"
            else RuntimeError(f"tensorlab computes on the CPU alone, not on '{found}'"),
            'Write device="cpu", or ask first: torch.cuda.is_available() is False here.',
        )
