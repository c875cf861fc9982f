"""What came of asking one case, and which answers of HTTP are one. Pure."""

import math
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Final

import msgspec

from .answers import State
from .coding import unpack
from .exchange import Exchange, Lost, Received, Trouble
from .reading.content import Content, Reader, Unreadable
from .waiting import read_retry_after

OK: Final = int(HTTPStatus.OK)
BUSY: Final = frozenset({408, 425, 429})  # the server's state, not its judgment of the request


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """How asking one case went, once or the second time."""

    state: State
    words: str = ""
    milliseconds: float = math.nan
    size: int = 0
    content: Content | None = None
    retries: int = 0


class Again(msgspec.Struct, frozen=True, gc=False):
    """The attempt failed by the server's state; another may not."""

    words: str
    wait: float | None = None
    """Seconds that the server asks for."""


def find_outcome(exchange: Exchange, reader: Reader, most_bytes: int, now: Callable[[], datetime]) -> Outcome | Again:
    """What an attempt came to. As the router does, only 200 is taken for an answer."""
    if isinstance(exchange, Received) and exchange.status == OK:
        return read_answer(exchange, reader, most_bytes)
    if isinstance(exchange, Lost):
        if exchange.trouble is Trouble.TOO_LARGE:
            return Outcome(State.UNREADABLE, exchange.words)
        return Again(exchange.words)
    status = exchange.status
    if status >= 500 or status in BUSY:
        return Again(describe(status), read_retry_after(exchange.fields.get(b"retry-after"), now()))
    return Outcome(State.REFUSED, describe_refusal(exchange), exchange.milliseconds, len(exchange.body))


def read_answer(received: Received, reader: Reader, most_bytes: int) -> Outcome:
    """What an answer says."""
    milliseconds, size = received.milliseconds, len(received.body)
    coding = received.fields.get(b"content-encoding")
    try:
        body = unpack(coding, received.body, most_bytes) if coding else received.body
        return Outcome(State.ANSWERED, "", milliseconds, size, reader.read(body))
    except Unreadable as error:
        return Outcome(State.UNREADABLE, str(error), milliseconds, size)
    except ValueError as error:
        return Outcome(State.UNREADABLE, f"the answer's body cannot be unpacked: {error}", milliseconds, size)


def describe(status: int) -> str:
    """A status in words. What the body says is not repeated: it may repeat the request."""
    try:
        return f"status {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"


def describe_refusal(received: Received) -> str:
    """Why an answer is none."""
    words = describe(received.status)
    if 300 <= received.status < 400:
        place = received.fields.get(b"location", b"").decode("latin-1")
        return (
            f"{words}" + (f" to {place!r}" if place else "") + "; redirects are not followed: give the URL they lead to"
        )
    return words if received.status >= 400 else f"{words}; only 200 is an answer"
