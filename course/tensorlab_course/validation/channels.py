"""How a kernel's messages are waited for: not at a stretch, but looking up twice a second.

Between two looks nbval's kernel may have died. And nbclient waits in an event loop, in which pyzmq
now and then misses that a message has come: one in some hundred waits then lasted until its time
was up, two minutes, with the message there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type, default

LOOK_SECONDS = 0.5


def looks(timeout: float | None) -> Iterator[float]:
    """Seconds to wait until each look, which are `timeout` in all; without end if it is None."""
    deadline = None if timeout is None else time.monotonic() + timeout
    left = LOOK_SECONDS
    while left > 0:
        if deadline is not None:
            left = deadline - time.monotonic()
        yield max(min(left, LOOK_SECONDS), 0)


class Channel(AsyncZMQSocketChannel):
    """Looks again and again whether a message is there."""

    async def get_msg(  # type: ignore[override]  # as in the class above, which is awaited too
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """The next message; `queue.Empty` where none has come in `timeout` seconds."""
        for seconds in looks(timeout):
            try:
                return await super().get_msg(timeout=seconds)
            except Empty:
                continue
        raise Empty


class Client(AsyncKernelClient):
    """Hears a kernel on such channels."""

    shell_channel_class = Type(Channel)
    iopub_channel_class = Type(Channel)
    control_channel_class = Type(Channel)


class Manager(AsyncKernelManager):
    """Starts kernels, and gives such clients."""

    @default("client_factory")
    def _client_factory_default(self) -> type[Client]:
        return Client
