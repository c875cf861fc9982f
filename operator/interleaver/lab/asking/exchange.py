"""What comes of one request on the wire: an answer of HTTP, or the trouble that kept it away."""

from collections.abc import Mapping
from enum import Enum

import msgspec


class Trouble(Enum):
    """What keeps an answer away."""

    CONNECT = "could not connect"
    CLOSED = "the connection was closed before the answer was complete"
    TIMEOUT = "no whole answer in time"
    GARBLED = "what came is no HTTP/1.1"
    TOO_LARGE = "the answer is too large"


class Lost(msgspec.Struct, frozen=True, gc=False):
    """No answer came of an attempt."""

    trouble: Trouble
    words: str


class Received(msgspec.Struct, frozen=True, gc=False):
    """A whole answer, whatever its status."""

    status: int
    fields: Mapping[bytes, bytes]
    """By names in lower case; of one that comes twice the last."""
    body: bytes
    """As it came: packed if the fields say so."""
    milliseconds: float
    """From the request's last byte to the answer's."""


Exchange = Received | Lost
