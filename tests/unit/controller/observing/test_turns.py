"""Slots are shared by namespace: in turn, none has them all, and none is lost."""

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import given
from hypothesis import strategies as st

from interleaver.controller.observing.turns import Turns


def run(play: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(play(), 10)

    asyncio.run(bounded())


class Crowd:
    """Tasks that hold a slot until they are told to let go."""

    def __init__(self, slots: int) -> None:
        self.turns = Turns(slots)
        self.holding: list[str] = []
        self.release = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def hold(self, namespace: str) -> None:
        async with self.turns.turn(namespace):
            self.holding.append(namespace)
            await self.release.wait()

    async def come(self, *namespaces: str) -> None:
        self.tasks += [asyncio.create_task(self.hold(namespace)) for namespace in namespaces]
        await asyncio.sleep(0.01)


def test_a_hundred_pods_that_hang_leave_slots_for_others() -> None:
    async def play() -> None:
        crowd = Crowd(20)
        await crowd.come(*["hostile"] * 100)
        assert len(crowd.holding) == 15
        await crowd.come("shop", "shop")
        assert crowd.holding[15:] == ["shop", "shop"]
        crowd.release.set()
        await asyncio.gather(*crowd.tasks)
        assert len(crowd.holding) == 102

    run(play)


def test_who_waits_gets_slots_in_turn() -> None:
    async def play() -> None:
        crowd = Crowd(1)
        await crowd.come("first", *["many"] * 3, "few")
        crowd.release.set()
        await asyncio.gather(*crowd.tasks)
        assert crowd.holding == ["first", "many", "few", "many", "many"]

    run(play)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30), st.integers(1, 5))
def test_no_slot_is_lost_whoever_gives_up_and_whenever(plan: list[tuple[str, bool]], slots: int) -> None:
    async def play() -> None:
        crowd = Crowd(slots)
        for namespace, gives_up in plan:
            task = asyncio.create_task(crowd.hold(namespace))
            crowd.tasks.append(task)
            await asyncio.sleep(0)
            if gives_up:
                task.cancel()
        crowd.release.set()
        await asyncio.gather(*crowd.tasks, return_exceptions=True)
        # As many as there are slots can hold one at once again, if they come from different namespaces.
        again = Crowd(slots)
        again.turns = crowd.turns
        await again.come(*(f"n{number}" for number in range(slots + 1)))
        assert len(again.holding) == slots
        again.release.set()
        await asyncio.gather(*again.tasks)

    run(play)
