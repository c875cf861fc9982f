"""The session by which kopf lists and watches: it asks for metadata alone, and gets of that what kopf needs.

kopf unpacks whatever it gets and keeps it for a while, for each object in a task of its own. With objects in full, a
tenant's few hundred megabytes, or one document that is nested without end, were the end of the operator for everybody.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
import kopf
import msgspec

from interleaver.controller.cluster.answers import (
    HEAD,
    HEADS,
    ClusterError,
    Heads,
    Metadata,
    read_bounded,
    unpack_outline,
)

PAGE: Final = 5  # objects of the first list at a time; their metadata may be 1.5 MB each
LONGEST_PAGE: Final = 16 << 20  # bytes; more than so many objects can have
LONGEST_LINE: Final = 4 << 20  # bytes of one event; the API server stores no object above 1.5 MB


def make_session(connection: kopf.ConnectionInfo) -> kopf.AiohttpSession:
    """A session with these credentials. kopf closes it when they are over, and asks for the next."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=connection.as_ssl_context()),
        headers=connection.as_http_headers(),
        response_class=Lean,
        middlewares=(ask_for_metadata,),
    )
    return kopf.AiohttpSession(server=connection.server, expiration=connection.expiration, aiohttp_session=session)


class Subject(msgspec.Struct, omit_defaults=True):
    """What an event is about: an object, or what went wrong with the watch."""

    kind: str = ""
    metadata: Metadata = msgspec.field(default_factory=Metadata)
    code: int = 0
    message: str = ""


class Event(msgspec.Struct):
    """One event of a watch."""

    type: str
    object: Subject


async def ask_for_metadata(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> Any:
    """Ask for metadata alone where objects are listed or watched. What kopf asks of kinds is another matter."""
    query = request.url.query
    if "watch" in query:
        request.headers["Accept"] = HEAD
    elif "limit" in query:
        request.headers["Accept"] = HEADS
    return await handler(request)


class Lean(aiohttp.ClientResponse):
    """An answer of which kopf is given what it needs: who an object is, its labels, its version."""

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        """The answer, once its head is there."""
        await super().start(connection)
        if self.status == 200 and "watch" in self.url.query:
            self.content = Events(self.content)  # type: ignore[assignment]
        return self

    async def json(self, **options: Any) -> Any:
        """A page of a list, or whatever else kopf asks for."""
        if self.status != 200 or "limit" not in self.url.query:
            return await super().json(**options)
        with as_broken_off():
            page = msgspec.to_builtins(unpack_outline(await read_bounded(self, LONGEST_PAGE), Heads))
        return page | {"items": page["items"] or []}


class Events:
    """The lines of a watch, each written anew with what kopf needs of it."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        """Events, a line each."""
        buffer = bytearray()
        async for data in self._content.iter_chunked(size):
            first, *others = data.split(b"\n")
            buffer += first
            if len(buffer) > LONGEST_LINE:
                raise aiohttp.ClientPayloadError(f"an event of more than {LONGEST_LINE} bytes")
            for other in others:
                yield shorten_event(bytes(buffer))
                buffer = bytearray(other)
        # A line without an end was cut off with the connection: kopf watches on from the last whole one.


def shorten_event(line: bytes) -> bytes:
    """An event as a line with what kopf needs of it."""
    with as_broken_off():
        return msgspec.json.encode(unpack_outline(line, Event)) + b"\n" if line.strip() else b""


@contextmanager
def as_broken_off() -> Iterator[None]:
    """An answer that cannot be read counts as one that broke off: kopf lists anew. Of all else it would die."""
    try:
        yield
    except ClusterError as error:
        raise aiohttp.ClientPayloadError(str(error)) from None
