"""A store behind Sentinels: most of them must name the same primary, and it must say itself that it is one.

A server that was the primary and lost touch takes writes as before, and throws them away when it is found again. So
Sentinels are asked again and again: a majority cannot have lost touch without us.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from .link import Address, Command, Link, connect
from .store_errors import StoreAway, StoreRefuses

WATCH_SECONDS: Final = 0.25  # between two questions: for so long a former primary may be written to
DISAGREE: Final = "fewer than half of the Sentinels answer, or not alike"
UNKNOWN_NAME: Final = "the Sentinels watch over nothing of the URL's name: give the one of `sentinel monitor NAME`"


class SentinelWay:
    """The Sentinels that a URL names."""

    def __init__(self, sentinels: Sequence[str], primary: str, options: str) -> None:
        self.sentinels = sentinels
        self.primary = primary
        self.options = options  # of the store: a plain URL of which the host does not count
        self.links: dict[str, Link] = {}

    async def open(self) -> "SentinelRoute":
        """Connect to the primary. Raises StoreAway."""
        address = await self.locate()
        link = await connect(self.options, address)
        try:
            role = (await link.ask([("ROLE",)]))[0]
        except BaseException:
            await link.close()
            raise
        if not isinstance(role, list) or role[:1] != [b"master"]:
            await link.close()
            raise StoreAway("the server that most Sentinels name is no primary")
        return SentinelRoute(self, address, link)

    async def locate(self) -> Address:
        """Where more than half of the Sentinels say that the primary is. Raises StoreAway."""
        answers = await asyncio.gather(*(self.ask(each) for each in self.sentinels), return_exceptions=True)
        named = Counter(answer for answer in answers if not isinstance(answer, BaseException))
        for answer, count in named.most_common(1):
            if count * 2 > len(self.sentinels):
                if answer is None:
                    raise StoreRefuses("UnknownName", None, UNKNOWN_NAME)
                return answer
        reasons = Counter(str(answer) for answer in answers if isinstance(answer, StoreAway)).most_common(1)
        raise StoreAway(": ".join([DISAGREE, *(reason for reason, _ in reasons)]))

    async def ask(self, sentinel: str) -> Address | None:
        """What one Sentinel says; None if it knows no such name. Raises StoreAway."""
        link = self.links.pop(sentinel, None) or await connect(sentinel)
        try:
            place = read_place((await link.ask([("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.primary)]))[0])
        except BaseException:
            await link.close()
            raise
        self.links[sentinel] = link
        return place

    async def close(self) -> None:
        """Close the connections to Sentinels."""
        links, self.links = self.links, {}
        for link in links.values():
            await link.close()


class SentinelRoute:
    """A connection to the primary, for as long as it is the primary."""

    def __init__(self, way: SentinelWay, address: Address, link: Link) -> None:
        self.way = way
        self.address = address
        self.link = link
        self.has_moved = False
        self.task = asyncio.get_running_loop().create_task(self.watch())

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to commands. Raises StoreAway."""
        if self.has_moved:
            raise StoreAway("most Sentinels name another primary now")
        return await self.link.ask(commands)

    async def watch(self) -> None:
        """Notice that most Sentinels name another primary. While they do not agree, nobody has been made one."""
        while not self.has_moved:
            await asyncio.sleep(WATCH_SECONDS)
            with suppress(StoreAway):
                self.has_moved = await self.way.locate() != self.address

    async def close(self) -> None:
        """Close all connections, without waiting for the other side."""
        self.task.cancel()
        await asyncio.wait([self.task])
        await self.link.close()
        await self.way.close()


def read_place(reply: Any) -> Address | None:
    """Where a Sentinel says that the primary is; None if it knows no such name. Raises StoreAway."""
    try:
        return Address(reply[0].decode("utf-8", "replace"), int(reply[1])) if reply else None
    except (AttributeError, IndexError, TypeError, ValueError):
        raise StoreAway("what answers is no Sentinel") from None
