"""Connections to a cluster's nodes: one for each run that is asked for, and none for runs that are over."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from interleaver.router.shared.cluster import IDLE_SECONDS, ClusterRoute
from interleaver.router.shared.link import Address
from interleaver.router.shared.slots import SLOTS, Span, find_slot

FORMER, LATTER = "{v42}", "{v43}"  # hash tags of two runs


@dataclass
class FakeNode:
    """A node that answers every command with 1, and counts the connections that are open."""

    seconds: float = 0.0  # its clock is the route's
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        with suppress(ConnectionError):
            while await reader.readline():  # "*2", and for each part its length and itself
                for _ in range(4):
                    await reader.readline()
                writer.write(b":1\r\n")
        self.open.discard(writer)
        writer.close()


def with_route(steps: Callable[[FakeNode, ClusterRoute], Awaitable[None]]) -> None:
    """Run the steps against a node that holds all slots."""

    async def run() -> None:
        node = FakeNode()
        async with await asyncio.start_server(node.answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            spans = [Span(0, SLOTS - 1, Address("127.0.0.1", port))]
            route = ClusterRoute("redis://127.0.0.1", spans, lambda: node.seconds)
            try:
                await steps(node, route)
            finally:
                await route.close()
                await await_open(node, 0)

    asyncio.run(run())


async def await_open(node: FakeNode, number: int) -> None:
    async with asyncio.timeout(10):
        while len(node.open) != number:  # noqa: ASYNC110 - the end of a connection is no event
            await asyncio.sleep(0.01)


def test_the_connection_of_a_run_that_is_over_is_closed_and_the_others_stay() -> None:
    async def steps(node: FakeNode, route: ClusterRoute) -> None:
        assert await route.ask([("GET", FORMER), ("GET", LATTER)]) == [1, 1]
        await await_open(node, 2)
        for _ in range(3):
            node.seconds += IDLE_SECONDS / 3
            assert await route.ask([("GET", LATTER)]) == [1]
        assert list(route.links) == [find_slot(LATTER)]
        await await_open(node, 1)

    with_route(steps)


def test_a_run_that_is_asked_for_within_the_time_keeps_its_connection() -> None:
    async def steps(node: FakeNode, route: ClusterRoute) -> None:
        await route.ask([("GET", FORMER)])
        (link,) = route.links.values()
        for _ in range(5):
            node.seconds += IDLE_SECONDS - 1
            await route.ask([("GET", FORMER)])
        assert list(route.links.values()) == [link]

    with_route(steps)


def test_a_run_that_is_taken_up_again_gets_another_connection() -> None:
    async def steps(node: FakeNode, route: ClusterRoute) -> None:
        await route.ask([("GET", FORMER)])
        node.seconds += IDLE_SECONDS
        await route.ask([])
        assert route.links == {}
        assert await route.ask([("GET", FORMER)]) == [1]
        assert list(route.links) == [find_slot(FORMER)]

    with_route(steps)
