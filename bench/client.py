"""A plain client: one connection, one request at a time."""

import re
import socket
from typing import Final, NamedTuple

from bench.scene import render_request

LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
TOKEN: Final = re.compile(rb"(?i)\r\nx-interleaver-impression: *\S")
PATIENCE: Final = 30.0  # seconds to wait for an answer


class Answer(NamedTuple):
    """An answer as it came."""

    status: int
    head: bytes
    body: bytes

    @property
    def is_merged(self) -> bool:
        """Whether it bears the token of an interleaved answer."""
        return TOKEN.search(self.head) is not None


class Client:
    """One kept-alive connection to a router. Raises OSError when it cannot be had or is lost."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, unit: str) -> Answer:
        """The answer to a unit's ranking request."""
        self.socket.sendall(render_request(unit))
        data = bytearray()
        while True:
            piece = self.socket.recv(65_536)
            if not piece:
                raise ConnectionError(f"the connection was closed after {bytes(data)!r}")
            data += piece
            if (answer := read_answer(bytes(data))) is not None:
                return answer

    def close(self) -> None:
        self.socket.close()


def read_answer(data: bytes) -> Answer | None:
    """The answer that stands in `data` with a Content-Length; None if it is not complete."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return None
    length = LENGTH.search(head)
    if length is None:
        raise ValueError(f"no Content-Length in {head!r}")
    return Answer(int(head.split(b" ", 2)[1]), head, body) if len(body) >= int(length[1]) else None
