"""Mixed precision: here everything is computed in the type that it has.

Follows `torch.amp` of a PyTorch without CUDA, where the scaler does nothing.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any


class autocast:
    """A block, or a decorated function, that computes in the types that the tensors have.

    With a warning, unless it is switched off. Follows `torch.autocast`.
    """

    def __init__(
        self,
        device_type: str = "cpu",
        dtype: Any = None,
        enabled: bool = True,
        cache_enabled: bool | None = None,
    ) -> None:
        if enabled and device_type == "cpu":
            warnings.warn(
                "tensorlab has no mixed precision: autocast changes nothing", stacklevel=2
            )

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def same(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return same


class GradScaler:
    """A scaler that scales nothing: there is no float16 arithmetic to save from underflow.

    Follows `torch.amp.GradScaler`.
    """

    def __init__(self, device: str = "cuda", *args: Any, **kwargs: Any) -> None:
        pass

    def is_enabled(self) -> bool:
        """False."""
        return False

    def scale(self, outputs: Any) -> Any:
        """What it is given."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Nothing."""

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """The optimizer's step."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: Any = None) -> None:
        """Nothing."""

    def get_scale(self) -> float:
        """1."""
        return 1.0

    def state_dict(self) -> dict[str, Any]:
        """Nothing to keep."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Nothing to take."""
