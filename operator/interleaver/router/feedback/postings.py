"""Feedback of many events, judged some at a time: a thousand in one go would keep every other request waiting.

The events of a request count by what was in force when its body was complete, whatever comes into force before the last
of them is judged. They count though the client leaves, for it has said all: it may send them again, which counts
nothing twice. A router that ends judges what is left first.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from interleaver.router.client.collecting import Shelf
from interleaver.router.client.exchange import Exchange
from interleaver.router.votes.store import Store

from .ballot import Ballot
from .posting import Posting

SLICE: Final = 50  # events at a time, which take about a millisecond


class Postings:
    """The requests with feedback whose events are not all judged yet. They take turns, one in each turn of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, shelf: Shelf, after: Callable[[], None]) -> None:
        self.loop = loop
        self.shelf = shelf
        self.after = after  # called when some events were judged
        self.queue: deque[Posting] = deque()

    def post(
        self, exchange: Exchange, ballot: Ballot, store: Store, events: Sequence[msgspec.Raw], size: int, now: float
    ) -> None:
        """Take the events of a request, which came in so many bytes at unix time `now`. The first ones go at once."""
        posting = Posting(exchange, ballot, store, events, size, now)
        posting.judge(SLICE)
        self.after()
        if posting.events:
            self.shelf.size += size
            self.queue.append(posting)
            if len(self.queue) == 1:
                self.loop.call_soon(self.take_turn)

    def take_turn(self) -> None:
        """Judge some events of the request that waited longest, and let everything else have its turn."""
        posting = self.queue.popleft()
        try:
            posting.judge(SLICE)
            self.after()
        except BaseException:  # a fault of ours costs the connection on which it happened, and nobody else's events
            posting.events = ()
            posting.exchange.wire.abort()
            raise
        finally:
            self.go_on(posting)

    def go_on(self, posting: Posting) -> None:
        """Whoever has events left goes to the end of the queue."""
        if posting.events:
            self.queue.append(posting)
        else:
            self.shelf.size -= posting.size
        if self.queue:
            self.loop.call_soon(self.take_turn)
