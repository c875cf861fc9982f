"""Workers: a failure is retried, and a hanging visit holds up nobody."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.process.queue import WorkQueue
from interleaver.controller.process.workers import Clocks, Workers
from interleaver.controller.settings import Backoff
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.visit import Key, Visit

A, B = Key("shop", "a"), Key("shop", "b")


async def until(condition: Callable[[], bool]) -> None:
    """Wait until it holds; pytest's timeout ends a wait that is in vain."""
    while not condition():  # noqa: ASYNC110 - the code under test has no event for it
        await asyncio.sleep(0.001)


class Scene:
    """Workers over a visit that a test scripts by key."""

    def __init__(self, script: dict[Key, list[Any]], backoff: float = 0.001) -> None:
        self.visits: list[Key] = []
        self.script = script
        self.hold = asyncio.Event()
        time = asyncio.get_running_loop().time
        self.queue = WorkQueue(time, lambda: 0.0, Backoff(first=backoff), gap=0.0)
        self.metrics = Metrics(self.queue.__len__)
        self.workers = Workers(self.queue, self.visit, self.metrics, Clocks(time, lambda: 1.7e9))

    async def visit(self, key: Key) -> Visit:
        self.visits.append(key)
        outcome = self.script[key].pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome == "hang":
            await self.hold.wait()
        return Visit("unchanged", outcome if isinstance(outcome, float) else None)

    def count(self, result: str) -> float | None:
        return self.metrics.registry.get_sample_value("interleaver_operator_reconciles_total", {"result": result})


def play(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


def test_a_failed_visit_is_repeated_and_counted_whatever_failed() -> None:
    async def test() -> None:
        scene = Scene({A: [ClusterError(503, "down"), KeyError("a bug"), None]})
        scene.workers.start(1)
        scene.workers.add(A)
        await until(lambda: len(scene.visits) == 3)
        await scene.workers.stop()
        assert scene.count("error") == 2
        assert scene.count("unchanged") == 1

    play(test)


def test_a_visit_that_hangs_holds_up_only_its_own_experiment() -> None:
    async def test() -> None:
        scene = Scene({A: ["hang", None], B: [None]})
        scene.workers.start(2)
        scene.workers.add(A)
        await until(lambda: scene.visits == [A])
        scene.workers.add(A)
        scene.workers.add(B)
        await until(lambda: B in scene.visits)
        assert scene.visits == [A, B]
        scene.hold.set()
        await until(lambda: scene.visits == [A, B, A])
        await scene.workers.stop()

    play(test)


def test_a_visit_that_asks_for_another_gets_it() -> None:
    async def test() -> None:
        scene = Scene({A: [0.001, None]})
        scene.workers.start(2)
        scene.workers.add(A)
        await until(lambda: len(scene.visits) == 2)
        await scene.workers.stop()

    play(test)


def test_stopping_lets_the_visit_end_and_takes_no_more() -> None:
    async def test() -> None:
        scene = Scene({A: ["hang"], B: [None]})
        scene.workers.start(1)
        scene.workers.add(A)
        await until(lambda: scene.visits == [A])
        scene.workers.add(B)
        stopping = asyncio.create_task(scene.workers.stop())
        await asyncio.sleep(0)
        scene.hold.set()
        await stopping
        assert scene.visits == [A]
        assert scene.count("unchanged") == 1

    play(test)


def test_a_visit_that_is_broken_off_is_due_again_for_whoever_works_next() -> None:
    async def test() -> None:
        scene = Scene({A: ["hang", None]})
        scene.workers.start(1)
        scene.workers.add(A)
        await until(lambda: scene.visits == [A])
        await scene.workers.stop(grace=0)
        assert len(scene.queue) == 1
        assert scene.workers.is_alive()
        scene.workers.start(1)
        await until(lambda: scene.count("unchanged") == 1)
        await scene.workers.stop()
        assert scene.visits == [A, A]

    play(test)


def test_what_is_added_before_the_workers_start_waits_for_them() -> None:
    async def test() -> None:
        scene = Scene({A: [None]})
        scene.workers.add(A)
        await asyncio.sleep(0)
        assert scene.visits == []
        scene.workers.start(1)
        await until(lambda: scene.visits == [A])
        await scene.workers.stop()

    play(test)


def test_a_worker_that_died_is_no_sign_of_life() -> None:
    async def test() -> None:
        scene = Scene({A: [asyncio.CancelledError()]})
        scene.workers.start(2)
        assert scene.workers.is_alive()
        scene.workers.add(A)
        await until(lambda: not scene.workers.is_alive())
        await scene.workers.stop()

    play(test)


def test_visits_that_ask_nothing_let_others_get_on() -> None:
    async def test() -> None:
        keys = [Key("shop", f"x{number}") for number in range(50)]
        scene = Scene({key: [None] for key in keys})
        for key in keys:
            scene.queue.add(key)
        scene.workers.start(1)
        for _ in range(20):
            await asyncio.sleep(0)
        assert 0 < len(scene.visits) < 25
        await scene.workers.stop()

    play(test)
