"""A connection to a shared store: commands in one piece, replies in time, or it is closed.

The client library is loaded with the first connection, for a router without a shared store does without its 10 MB. Of
it a bare connection is used: one outstanding request, one deadline, and no retry but our own.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .store_errors import StoreAway, explain

if TYPE_CHECKING:
    from redis.asyncio.connection import AbstractConnection

CONNECT_SECONDS: Final = 1.0  # for TCP, TLS and authentication together
ANSWER_SECONDS: Final = 1.0  # for all replies to what was sent in one piece

# What a URL cannot choose. Version 2 of the protocol, for all replies are lists; no driver's name, for a user may lack
# the right to tell; no other encoding, for the scripts' words are ASCII and the rest is bytes. And no deadline but our
# own: the library waits by asyncio.wait_for, which before Python 3.12 swallows the cancellation of a deadline round it
# where both come together, as they do when the loop stood still. Then nobody would end the waiting.
PROTOCOL: Final = {"protocol": 2, "driver_info": None, "decode_responses": False, "encoding": "utf-8"}
OURS: Final = PROTOCOL | {"socket_timeout": None, "socket_connect_timeout": None}

Command = Sequence[str | bytes | int]


class Failures(NamedTuple):
    """What the library fails with."""

    away: tuple[type[Exception], ...]
    refusal: type[Exception]


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int


class Link:
    """An open connection."""

    def __init__(self, connection: "AbstractConnection", failures: Failures) -> None:
        self.connection = connection
        self.failures = failures

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to commands. Raises StoreAway if one is an error or late; if it is late, the link is of no use
        then."""
        replies = await self.exchange(commands)
        for command, reply in zip(commands, replies, strict=True):
            if isinstance(reply, self.failures.refusal):
                raise explain(reply, command) from None
        return replies

    async def exchange(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to commands, refusals among them. Raises StoreAway if one is late."""
        if not commands:
            return []
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                packed = self.connection.pack_commands(commands)
                await self.connection.send_packed_command(packed, check_health=False)
                return [await self.read() for _ in commands]
        except self.failures.away as error:
            raise StoreAway(type(error).__name__) from None

    async def read(self) -> Any:
        """One reply, which may be a refusal."""
        try:
            return await self.connection.read_response(disable_decoding=True)
        except self.failures.refusal as error:
            return error

    async def close(self) -> None:
        """Close it, without waiting for the other side."""
        await self.connection.disconnect(nowait=True)


async def connect(url: str | None, address: Address | None = None) -> Link:
    """Open a connection to the server of a plain URL, or with its options to another one. Raises StoreAway.

    What a URL may say is the library's: TLS, user, password, database.
    """
    if url is None:
        raise StoreAway("there is no usable URL")
    make, failures = await asyncio.to_thread(load_library)
    try:
        link = Link(make(url, address), failures)
    except Exception:  # noqa: BLE001 - an option that is no good may show as anything, and the words may quote it
        raise StoreAway("the URL is no good") from None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await link.connection.connect()  # type: ignore[no-untyped-call]
    except Exception as error:  # noqa: BLE001 - it may show only now
        await link.close()
        raise (explain(error) if isinstance(error, failures.refusal) else StoreAway(type(error).__name__)) from None
    except BaseException:
        await link.close()
        raise
    return link


def load_library() -> tuple[Any, Failures]:
    """The library: what makes a connection, and what it fails with. Takes a tenth of a second the first time."""
    from redis.asyncio.connection import Connection, parse_url
    from redis.exceptions import RedisError, ResponseError

    def make(url: str, address: Address | None) -> "AbstractConnection":
        options: dict[str, Any] = dict(parse_url(url)) | (address._asdict() if address is not None else {})
        kind = options.pop("connection_class", Connection)
        connection: AbstractConnection = kind(**options | OURS)
        return connection

    return make, Failures((RedisError, OSError, TimeoutError, EOFError, ValueError), ResponseError)
