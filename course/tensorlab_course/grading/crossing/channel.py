"""Messages over a socket: a header of JSON and a block of bytes, of a bounded size, in time."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

_LENGTHS = struct.Struct("!II")
_CHUNK = 1 << 18


class Closed(Exception):
    """The other side is gone."""


class Garbled(Exception):
    """The other side sent what is no message."""


class Late(Exception):
    """The other side did not answer in time."""


class Channel:
    """One end of a socket that carries messages."""

    def __init__(self, end: socket.socket, largest: int) -> None:
        self.end = end
        self.largest = largest

    def send(self, header: Any, block: bytes = b"", fds: tuple[int, ...] = ()) -> None:
        """Send one message; `fds` are open files that the other side receives."""
        text = json.dumps(header, separators=(",", ":")).encode()
        if len(text) + len(block) > self.largest:
            raise ValueError(f"more than {self.largest >> 20} MB to send at once")
        start = _LENGTHS.pack(len(text), len(block))
        try:
            if fds:
                socket.send_fds(self.end, [start], fds)
                self.end.sendall(text + block)
            else:
                self.end.sendall(start + text + block)
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Closed from None

    def receive(self, deadline: float | None = None) -> tuple[Any, bytes]:
        """The next message, before `deadline` on the monotonic clock."""
        lengths = _LENGTHS.unpack(self._exactly(_LENGTHS.size, deadline))
        return self._rest(lengths, deadline)

    def receive_fds(self, count: int) -> tuple[Any, bytes, list[int]]:
        """The next message, with the open files that came with it; for trusted peers alone."""
        self.end.settimeout(None)
        start, fds, _, _ = socket.recv_fds(self.end, _LENGTHS.size, count)
        if not start:
            raise Closed
        while len(start) < _LENGTHS.size:
            start += self._exactly(_LENGTHS.size - len(start), None)
        header, block = self._rest(_LENGTHS.unpack(start), None)
        return header, block, list(fds)

    def close(self) -> None:
        """Close the socket."""
        self.end.close()

    def _rest(self, lengths: tuple[int, ...], deadline: float | None) -> tuple[Any, bytes]:
        text, block = lengths
        if text + block > self.largest:
            raise Garbled(f"a message of {text + block} bytes")
        received = self._exactly(text, deadline)
        try:
            header = json.loads(received)
        except (ValueError, RecursionError):
            raise Garbled("a message that is no JSON") from None
        return header, self._exactly(block, deadline)

    def _exactly(self, size: int, deadline: float | None) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            if deadline is None:
                self.end.settimeout(None)
            else:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Late
                self.end.settimeout(left)
            try:
                part = self.end.recv(min(size - len(parts), _CHUNK))
            except TimeoutError:
                raise Late from None
            except OSError:
                raise Closed from None
            if not part:
                raise Closed
            parts += part
        return bytes(parts)
