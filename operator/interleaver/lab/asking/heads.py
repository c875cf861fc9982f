"""Heads of answers that were read before: a server sends the same bytes for a second or longer, and means the same."""

from collections.abc import Mapping
from typing import Final, NamedTuple

MOST_HEADS: Final = 512  # then all are forgotten: dates change, and with them the heads
END: Final = b"\r\n\r\n"


class Head(NamedTuple):
    """What a head says of an answer whose length it gives, on a connection that is kept."""

    status: int
    fields: Mapping[bytes, bytes]
    length: int
    """Of the body, in bytes."""


class KnownHeads:
    """Heads by their bytes, their end included."""

    def __init__(self) -> None:
        self.heads: dict[bytes, Head] = {}

    def recall(self, data: bytes) -> tuple[Head, int] | None:
        """The head at the beginning of these bytes, and where the body begins, if they are one whole answer."""
        start = data.find(END) + len(END)
        head = self.heads.get(data[:start])
        return (head, start) if head is not None and len(data) == start + head.length else None

    def learn(self, data: bytes, status: int, fields: Mapping[bytes, bytes], length: int) -> None:
        """Keep the head of one whole answer, if its body's length is what it says."""
        start = data.find(END) + len(END)
        if len(data) != start + length or fields.get(b"content-length") != b"%d" % length:
            return
        if b"transfer-encoding" in fields:
            return
        if len(self.heads) >= MOST_HEADS:
            self.heads.clear()
        self.heads[data[:start]] = Head(status, fields, length)
