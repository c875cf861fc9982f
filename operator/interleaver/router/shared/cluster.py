"""A store that is a cluster: the commands of a run go to the node that holds its slot, wherever that moves.

All keys of a run share a hash tag and so a slot. So each run has a connection of its own here, and what befalls one
node of many is told by its refusals: they say where the slot is now. Nothing is looked up before it is needed.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from .link import ANSWER_SECONDS, CONNECT_SECONDS, Address, Command, Link, connect
from .slots import Span, find_key, find_primary, find_slot, read_spans
from .store_errors import StoreAway, explain

PORT: Final = 6379
TURN_SECONDS: Final = CONNECT_SECONDS + ANSWER_SECONDS  # for a turn whose slot must be found first
PAUSE: Final = 0.05  # seconds until keys that are on their way may have arrived
IDLE_SECONDS: Final = 60.0  # after which a connection goes: the totals of a run that is kept are read every second

MOVED, ASIDE, ON_THE_WAY = "MovedError", "AskError", "TryAgainError"
FOLLOWED: Final = (MOVED, ASIDE, ON_THE_WAY)


class ClusterWay:
    """The nodes that a URL names, and those that were found by them."""

    def __init__(self, seeds: Sequence[str]) -> None:
        self.options = seeds[0]  # which hold for every node, but for its address
        self.seeds = [read_address(seed) for seed in seeds]
        self.found: list[Address] = []
        self.surveys = 0

    async def open(self) -> "ClusterRoute":
        """Ask the nodes, one after the other, until one tells who holds what. Raises StoreAway."""
        nodes = list(dict.fromkeys([*self.found, *self.seeds]))
        first = self.surveys % len(nodes)  # another one each time: the first may have lost touch with the others
        self.surveys += 1
        failure = StoreAway("no node of the cluster answers")
        for node in nodes[first:] + nodes[:first]:
            try:
                spans = await self.survey(node)
            except StoreAway as error:
                failure = error
                continue
            self.found = list(dict.fromkeys(span.primary for span in spans))
            return ClusterRoute(self.options, spans, asyncio.get_running_loop().time)
        raise failure

    async def survey(self, node: Address) -> list[Span]:
        """What one node says of the cluster."""
        link = await connect(self.options, node)
        try:
            reply = (await link.ask([("CLUSTER", "SLOTS")]))[0]
        finally:
            await link.close()
        with suppress(ValueError, TypeError, IndexError):
            if spans := read_spans(reply, node):
                return spans
        raise StoreAway("no node of the cluster holds a slot")


class ClusterRoute:
    """Connections to the nodes that hold the runs, one for each slot. `clock` tells seconds, and never goes back."""

    def __init__(self, options: str, spans: Sequence[Span], clock: Callable[[], float]) -> None:
        self.options = options
        self.spans = spans
        self.clock = clock
        self.places: dict[int, Address] = {}  # of slots, as they were told since
        self.links: dict[int, Link] = {}
        self.used: dict[int, float] = {}  # when each of them was last asked for

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to commands, in their order; those of one run are given to its node in this order as well."""
        by_slot: dict[int, list[int]] = {}
        for index, command in enumerate(commands):
            by_slot.setdefault(find_slot(find_key(command)), []).append(index)
        turns = [self.take_turn(slot, [commands[index] for index in by_slot[slot]]) for slot in by_slot]
        replies: dict[int, Any] = {}
        for indexes, part in zip(by_slot.values(), await asyncio.gather(*turns, return_exceptions=True), strict=True):
            if isinstance(part, asyncio.CancelledError):  # the courier itself was not cancelled
                raise StoreAway("TimeoutError")
            if isinstance(part, BaseException):
                raise part
            replies |= zip(indexes, part, strict=True)
        await self.close_idle()
        return [replies[index] for index in range(len(commands))]

    async def take_turn(self, slot: int, commands: Sequence[Command]) -> list[Any]:
        """The replies of whichever node holds the slot: go where refusals lead, for a while. What a node has done
        already is asked again, and counts once. Raises StoreAway.

        Connecting and asking have deadlines of their own; there is none round them, for a turn must end even if what it
        waits in lets no cancellation through.
        """
        end = self.clock() + TURN_SECONDS
        while True:
            link = await self.reach(slot)
            replies = await link.exchange(commands)
            kinds = [find_refusal(reply, link) for reply in replies]
            if ASIDE in kinds and not {MOVED, ON_THE_WAY} & set(kinds):
                replies = await self.ask_aside(slot, commands, replies)
                kinds = [find_refusal(reply, link) for reply in replies]
            if not any(kinds):
                return replies
            refused = (index for index, kind in enumerate(kinds) if kind)
            first = min(refused, key=lambda index: kinds[index] in FOLLOWED)  # one that leads nowhere goes before
            if kinds[first] not in FOLLOWED or self.clock() >= end:
                raise explain(replies[first], commands[first])
            await self.follow(slot, replies[first])

    async def follow(self, slot: int, refusal: Any) -> None:
        """Go where a slot has moved, or wait until it has arrived."""
        if type(refusal).__name__ == MOVED:
            self.places[slot] = self.read_place(slot, refusal)
            await self.links.pop(slot).close()
        await asyncio.sleep(PAUSE)  # nodes that have not heard of a move yet may send back and forth

    async def reach(self, slot: int) -> Link:
        """The connection to the node that holds a slot."""
        link = self.links.get(slot)
        if link is None:
            link = self.links[slot] = await connect(self.options, self.find_place(slot))
        self.used[slot] = self.clock()
        return link

    async def close_idle(self) -> None:
        """Close the connections of runs that are over: their slots are asked for no more."""
        for slot in [each for each in self.links if self.clock() - self.used[each] >= IDLE_SECONDS]:
            await self.links.pop(slot).close()

    def find_place(self, slot: int) -> Address:
        """Where a slot is, as far as is known. Raises StoreAway."""
        place = self.places.get(slot) or find_primary(self.spans, slot)
        if place is None:
            raise StoreAway("no node of the cluster holds the run's slot")
        return place

    def read_place(self, slot: int, refusal: Any) -> Address:
        """Where a refusal leads; without a host it is the one that was asked."""
        return Address(refusal.host or self.find_place(slot).host, refusal.port)

    async def ask_aside(self, slot: int, commands: Sequence[Command], replies: Sequence[Any]) -> list[Any]:
        """The replies, with those of the node to which keys have gone already in place of the refusals. No other
        command may go there: of a key that has yet to come it would find nothing."""
        aside = [index for index, reply in enumerate(replies) if type(reply).__name__ == ASIDE]
        link = await connect(self.options, self.read_place(slot, replies[aside[0]]))
        try:
            found = await link.exchange([each for index in aside for each in (("ASKING",), commands[index])])
        finally:
            await link.close()
        answers = dict(zip(aside, found[1::2], strict=True))
        return [answers.get(index, reply) for index, reply in enumerate(replies)]

    async def close(self) -> None:
        """Close all, without waiting for the other side."""
        for link in self.links.values():
            await link.close()


def find_refusal(reply: Any, link: Link) -> str:
    """The kind of a reply that is a refusal; empty if it is none."""
    return type(reply).__name__ if isinstance(reply, link.failures.refusal) else ""


def read_address(url: str) -> Address:
    """Where a plain URL leads."""
    parts = urlsplit(url)
    return Address(unquote(parts.hostname or ""), parts.port or PORT)
