"""The queue between requests and the writer. Requests put in, or find no room; one thread takes out and writes.

Numbers are written by one side each, so that nothing is locked on the way of a request.
"""

import threading
import time
from collections import deque
from typing import Final

from interleaver.interleaving.ranking import Identity

from .entry import Converted, Shown
from .rule import Rule
from .writer import Writer

MOST_WAITING: Final = 1000  # entries
MOST_BYTES: Final = 16_777_216  # that they keep in memory, about
PAUSE_SECONDS: Final = 0.1  # between two looks into the queue
# After each line, for whoever gives up the interpreter and wants it back at once gets it before a thread that has to
# wake up first: the loop would wait for 5 ms. This bounds what is written at some 1,500 lines a second.
YIELD_SECONDS: Final = 0.0005


class Samples:
    """What is to be written. `rule` is None while nothing is sampled."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.rule: Rule | None = None
        self.queue: deque[Shown | Converted] = deque()
        self.put = 0  # bytes, by requests
        self.crowded = 0  # entries that found no room
        self.thread: threading.Thread | None = None
        self.ending = threading.Event()

    def follow(self, rule: Rule | None) -> None:
        """Sample by this rule from now on. There is no thread before there is anything to write."""
        self.rule = rule
        if rule is not None and self.thread is None:
            self.thread = threading.Thread(target=self.run, name="samples", daemon=True)
            self.thread.start()

    def offer(self, entry: Shown | Converted) -> None:
        """Take an entry, if there is room."""
        if len(self.queue) >= MOST_WAITING or self.put - self.writer.taken > MOST_BYTES:
            self.crowded += 1
            return
        self.put += entry.size
        self.queue.append(entry)

    def convert(self, rule: Rule, unit: bytes, nonce: bytes, item: Identity, at: float) -> None:
        """Take a conversion, if its unit is sampled by this rule."""
        if unit < rule.bound:
            self.offer(Converted(rule, at, nonce, item))

    def run(self) -> None:
        """Write what comes, until the end. A request that comes meanwhile waits for a single line at most."""
        while not (self.ending.wait(PAUSE_SECONDS) and not self.queue):
            while self.queue:
                self.writer.take(self.queue.popleft())
                time.sleep(YIELD_SECONDS)
        self.writer.close()

    def is_done(self) -> bool:
        """Whether everything is written."""
        return self.thread is None or not self.thread.is_alive()

    def end(self) -> None:
        """Write what waits, and end."""
        self.rule = None
        self.ending.set()

    def count(self) -> dict[str, int]:
        """Lines by what became of them."""
        return {"crowded": self.crowded, **self.writer.counts}


def make_samples(host: str) -> Samples:
    """The samples of a router that goes by this name."""
    return Samples(Writer(host, time.monotonic))
