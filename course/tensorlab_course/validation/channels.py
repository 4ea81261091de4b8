"""A kernel's messages, for nbclient, which waits for them in an event loop.

There pyzmq now and then misses that a message has come: on a busy machine one in some hundred
waits then lasts until its time is up, two minutes, with the message there. Waits of half a second
look again.
"""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type, default

LOOK_SECONDS = 0.5


class Channel(AsyncZMQSocketChannel):
    """Looks again and again whether a message is there."""

    async def get_msg(  # type: ignore[override]  # as in the class above, which is awaited too
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """The next message; `queue.Empty` where none has come in `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = LOOK_SECONDS if deadline is None else deadline - time.monotonic()
            try:
                return await super().get_msg(timeout=max(min(left, LOOK_SECONDS), 0))
            except Empty:
                if left <= LOOK_SECONDS and deadline is not None:
                    raise


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
