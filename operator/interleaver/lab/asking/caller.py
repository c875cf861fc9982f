"""One of the lab's callers: takes one case after the other, and asks until there is an outcome."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from random import Random

from .answers import State
from .health import Health
from .line import Line
from .options import Options
from .outcome import Outcome, find_outcome
from .reading.content import Reader
from .waiting import find_wait
from .wire import Wire


class Desk:
    """What the callers of a run share."""

    def __init__(
        self, options: Options, wire: Wire, reader: Reader, health: Health, now: Callable[[], datetime], chance: Random
    ) -> None:
        self.options = options
        self.wire = wire
        self.reader = reader
        self.health = health
        self.now = now
        self.chance = chance
        self.retries = 0


class Caller:
    """Has a line of its own, and so one request in flight."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.line = Line(desk.wire)

    async def ask(self, request: bytes) -> Outcome:
        """What comes of asking, with retries: a server that answers has answered, whatever it says."""
        desk = self.desk
        for attempt in range(desk.options.retries + 1):
            exchange = await self.line.exchange(request)
            found = find_outcome(exchange, desk.reader, desk.options.most_bytes, desk.now)
            if isinstance(found, Outcome):
                desk.health.note_answer(desk.wire.clock())
                return found if attempt == 0 else add_retries(found, attempt)
            desk.health.note_failure()
            if attempt == desk.options.retries or desk.health.is_lost(desk.wire.clock()):
                break
            desk.retries += 1
            await asyncio.sleep(find_wait(desk.options, attempt, found.wait, desk.chance))
        return Outcome(State.FAILED, found.words, retries=attempt)

    def hang_up(self) -> None:
        self.line.close()


def add_retries(outcome: Outcome, retries: int) -> Outcome:
    """The outcome, which took more than one attempt."""
    return Outcome(
        outcome.state, outcome.words, outcome.milliseconds, outcome.size, outcome.content, outcome.retries + retries
    )
