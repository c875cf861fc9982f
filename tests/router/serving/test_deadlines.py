"""Deadlines without a timer each."""

import asyncio
from collections.abc import Callable

from interleaver.router.serving.deadlines import Deadlines


class Clock:
    """A loop whose time stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[..., None], tuple[float, ...]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, at: float, callback: Callable[..., None], *arguments: float) -> None:
        self.timers.append((at, callback, arguments))

    def move(self, to: float) -> None:
        """Let the time pass, running the timers that are due."""
        while due := sorted(timer for timer in self.timers if timer[0] <= to):
            self.timers.remove(due[0])
            self.now = max(self.now, due[0][0])
            due[0][1](*due[0][2])
        self.now = to


def make() -> tuple[Clock, Deadlines, list[str]]:
    clock = Clock()
    return clock, Deadlines(clock), []  # type: ignore[arg-type]


def test_each_expires_once_at_its_time_in_every_lane() -> None:
    clock, deadlines, expired = make()
    deadlines.start(0.0, 1.0, lambda: expired.append("slow"))
    deadlines.start(0.0, 0.3, lambda: expired.append("quick"))
    clock.move(0.2)
    deadlines.start(0.2, 0.3, lambda: expired.append("later"))
    clock.move(0.31)
    assert expired == ["quick"]
    clock.move(5)
    assert expired == ["quick", "later", "slow"]
    assert not deadlines.lanes
    assert not clock.timers


def test_what_is_cancelled_does_not_expire_and_costs_no_timer() -> None:
    clock, deadlines, expired = make()
    for number in range(1000):
        deadlines.start(number / 1000, 0.3, lambda: expired.append("x")).cancel()
    last = deadlines.start(1.0, 0.3, lambda: expired.append("last"))
    assert len(clock.timers) == 1
    clock.move(2)
    assert expired == ["last"]
    last.cancel()


def test_a_deadline_may_be_started_while_one_expires() -> None:
    clock, deadlines, expired = make()

    def again() -> None:
        expired.append("first")
        deadlines.start(clock.time(), 0.3, lambda: expired.append("second"))

    deadlines.start(0.0, 0.3, again)
    clock.move(1)
    assert expired == ["first", "second"]


def test_it_works_on_a_real_loop() -> None:
    async def wait() -> None:
        loop = asyncio.get_running_loop()
        expired = asyncio.Event()
        Deadlines(loop).start(loop.time(), 0.01, expired.set)
        await asyncio.wait_for(expired.wait(), 10)

    asyncio.run(wait())
