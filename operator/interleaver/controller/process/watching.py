"""The session by which kopf lists and watches: it asks for metadata alone, and hears what comes in kopf's place.

kopf unpacks whatever it gets and keeps it for a while, for each object in a task of its own: with thousands of objects
that is most of the operator's memory. So it gets the versions, by which it goes on where a watch broke off, and does
what it does best: listing, watching, logging in, and trying again. The objects go to the store (process/hearing.py).
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final, NamedTuple

import aiohttp
import kopf
import msgspec

from interleaver.controller.cluster.answers import (
    HEAD,
    HEADS,
    ClusterError,
    Heads,
    Metadata,
    TooLarge,
    read_bounded,
    unpack_outline,
)
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.cluster.kinds import find_kind
from interleaver.controller.process.hearing import Ear

PAGE: Final = 100  # objects of a list at a time; their metadata takes 100 kB
SMALL_PAGE: Final = 5  # the same once somebody has blown metadata up, of which an object may have 1.5 MB
LONGEST_PAGE: Final = 16 << 20  # bytes; more than a small page can have
TOLD: Final = ("ADDED", "MODIFIED", "DELETED")  # all else is about the watch itself
LONGEST_LINE: Final = 4 << 20  # bytes of one event; the API server stores no object above 1.5 MB


def make_session(connection: kopf.ConnectionInfo, ear: Ear, calls: Calls) -> kopf.AiohttpSession:
    """A session with these credentials. kopf closes it when they are over, and asks for the next."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=connection.as_ssl_context()),
        headers=connection.as_http_headers(),
        response_class=type("Heard", (Lean,), {"ear": ear}),  # aiohttp makes answers itself, so it needs a class
        middlewares=(ask_for_metadata, make_counting(calls)),
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


def make_counting(calls: Calls) -> aiohttp.ClientMiddlewareType:
    """What counts kopf's lists and watches, each when its answer begins. What it asks of kinds is no resource's."""

    async def count(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        query, started, status = request.url.query, time.monotonic(), 0
        try:
            answer = await handler(request)
            status = answer.status
            return answer
        finally:
            plural = request.url.path.rpartition("/")[2]
            if find_kind(plural) and ("watch" in query or "limit" in query):
                calls.add("watch" if "watch" in query else "list", plural, status, time.monotonic() - started)

    return count


class Target(NamedTuple):
    """What is listed or watched."""

    kind: str
    scope: str | None  # a namespace; None for all


def read_target(path: str) -> Target:
    """What a path leads to. Raises ClientPayloadError for what nobody here watches."""
    *before, plural = path.rstrip("/").split("/")
    kind = find_kind(plural)
    if kind is None:
        raise aiohttp.ClientPayloadError(f"{path} is not watched")
    return Target(kind, before[-1] if before[-2:-1] == ["namespaces"] else None)


class Lean(aiohttp.ClientResponse):
    """An answer of which kopf is given the versions."""

    ear: ClassVar[Ear]

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        """The answer, once its head is there."""
        await super().start(connection)
        if self.status == 200 and "watch" in self.url.query:
            self.content = Events(self.content, self.ear, read_target(self.url.path).kind)  # type: ignore[assignment]
        return self

    async def json(self, **options: Any) -> Any:
        """A page of a list, or whatever else kopf asks for."""
        if self.status != 200 or "limit" not in self.url.query:
            return await super().json(**options)
        with as_broken_off():
            try:
                page = unpack_outline(await read_bounded(self, LONGEST_PAGE), Heads)
            except TooLarge:
                self.ear.shrink()
                raise
        self.ear.hear_page(*read_target(self.url.path), page, is_first="continue" not in self.url.query)
        return {"items": [], "metadata": msgspec.to_builtins(page.metadata)}


class Events:
    """The lines of a watch: what they tell is heard, and kopf gets the version that it has come to."""

    def __init__(self, content: aiohttp.StreamReader, ear: Ear, kind: str) -> None:
        self._content = content
        self._ear = ear
        self._kind = kind

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
                yield self._hear(bytes(buffer))
                buffer = bytearray(other)
        # A line without an end was cut off with the connection: kopf watches on from the last whole one.

    def _hear(self, line: bytes) -> bytes:
        """What kopf gets of an event, as a line."""
        if not line.strip():
            return b""
        with as_broken_off():
            event = unpack_outline(line, Event)
        if event.type not in TOLD:
            return msgspec.json.encode(event) + b"\n"
        subject = event.object.metadata
        self._ear.hear_event(self._kind, event.type, subject)
        return (
            b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"%s"}}}\n' % subject.resource_version.encode()
        )


@contextmanager
def as_broken_off() -> Iterator[None]:
    """An answer that cannot be read counts as one that broke off: kopf lists anew. Of all else it would die."""
    try:
        yield
    except ClusterError as error:
        raise aiohttp.ClientPayloadError(str(error)) from None
