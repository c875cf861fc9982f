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
# the right to tell; and no other encoding, for the scripts' words are ASCII and the rest is bytes.
OURS: Final = {"protocol": 2, "driver_info": None, "decode_responses": False, "encoding": "utf-8"}

Command = Sequence[str | bytes | int]


class Failures(NamedTuple):
    """What the library fails with."""

    away: tuple[type[Exception], ...]
    refusal: type[Exception]


class Link:
    """An open connection."""

    def __init__(self, connection: "AbstractConnection", failures: Failures) -> None:
        self.connection = connection
        self.failures = failures

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to commands. Raises StoreAway if one is an error or late; the link is of no use then."""
        if not commands:
            return []
        replies: list[Any] = []
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                packed = self.connection.pack_commands(commands)
                await self.connection.send_packed_command(packed, check_health=False)
                for _ in commands:
                    replies.append(await self.connection.read_response(disable_decoding=True))
        except self.failures.refusal as error:
            raise explain(error, commands[len(replies)]) from None
        except self.failures.away as error:
            raise StoreAway(type(error).__name__) from None
        return replies

    async def close(self) -> None:
        """Close it, without waiting for the other side."""
        await self.connection.disconnect(nowait=True)


async def connect(url: str | None) -> Link:
    """Open a connection. Raises StoreAway. What a URL may say is the library's: TLS, user, password, database."""
    if url is None:
        raise StoreAway("there is no usable URL")
    make, failures = await asyncio.to_thread(load_library)
    try:
        link = Link(make(url), failures)
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

    def make(url: str) -> "AbstractConnection":
        options: dict[str, Any] = dict(parse_url(url))
        kind = options.pop("connection_class", Connection)
        connection: AbstractConnection = kind(**options | OURS)
        return connection

    return make, Failures((RedisError, OSError, TimeoutError, EOFError, ValueError), ResponseError)
