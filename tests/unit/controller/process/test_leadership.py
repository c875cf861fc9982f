"""One operator works at a time, whatever clocks, requests and processes do; and one soon works again."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import timedelta
from math import inf
from typing import Any

import pytest

from interleaver.controller.process.leadership import Leadership, Step, decide
from interleaver.controller.settings import Leading
from tests.unit.controller.process.election import LEADING, Candidate, Leases, play


def make_lease(holder: str | None, seconds: int = 15) -> dict[str, Any]:
    spec = {"holderIdentity": holder, "leaseDurationSeconds": seconds}
    return {"metadata": {"resourceVersion": "7"}, "spec": spec}


@pytest.mark.parametrize(
    ("lease", "unchanged", "leads", "step"),
    [
        pytest.param(None, inf, False, Step.CREATE, id="where there never was one it is made"),
        pytest.param(None, 5.0, False, Step.WAIT, id="one that was taken away had a holder, who may not know yet"),
        pytest.param(None, 15.0, False, Step.CREATE, id="after so long the holder knows"),
        pytest.param(None, 0.0, True, Step.CREATE, id="the holder itself makes it anew"),
        pytest.param(make_lease("me"), 99.0, False, Step.RENEW, id="ours is renewed, however old"),
        pytest.param(make_lease("other"), 14.9, False, Step.WAIT, id="another one's counts until it is over"),
        pytest.param(make_lease("other"), 15.0, False, Step.TAKE, id="and no longer"),
        pytest.param(make_lease("other"), 1.0, True, Step.WAIT, id="who led and sees another one's waits"),
        pytest.param(make_lease("other", 30), 29.9, False, Step.WAIT, id="the holder's own duration counts"),
        pytest.param(make_lease("other", 1), 14.9, False, Step.WAIT, id="ours does if it is longer"),
        pytest.param(make_lease("other", 10**9), 60.0, False, Step.TAKE, id="nonsense stops nobody for long"),
        pytest.param(make_lease(""), 0.0, False, Step.TAKE, id="one that was released is taken at once"),
        pytest.param(make_lease(None), 0.0, False, Step.TAKE, id="one without a holder likewise"),
        pytest.param({"metadata": {}}, 0.0, False, Step.TAKE, id="and one without a spec"),
    ],
)
def test_what_is_done_about_a_lease(lease: dict[str, Any] | None, unchanged: float, leads: bool, step: Step) -> None:
    assert decide(lease, "me", unchanged, leads, LEADING) is step


@pytest.mark.parametrize("duration", [3, 15, 60])
def test_leading_ends_well_before_others_may_begin_and_a_renewal_that_hangs_leaves_time_for_another(
    duration: float,
) -> None:
    leading = Leading(duration=duration)
    assert leading.deadline + leading.timeout < leading.duration
    assert leading.renewal + leading.timeout + leading.retry < leading.deadline


def test_who_comes_first_leads_and_the_other_waits() -> None:
    async def story() -> None:
        leases = Leases()
        first, second = Candidate(leases, "first").start(), Candidate(leases, "second")
        await asyncio.sleep(0.1)
        second.start()
        await asyncio.sleep(600)
        assert (first.terms, second.terms) == ([0.0], [])
        assert leases.stored is not None
        assert leases.stored["spec"]["leaseTransitions"] == 0
        assert leases.stored["spec"]["acquireTime"] == "2026-11-22T00:00:00.000000Z"
        assert leases.stored["spec"]["renewTime"] > "2026-11-22T00:09:50"

    play(story)


def test_at_rest_who_leads_asks_once_in_a_third_of_the_duration() -> None:
    async def story() -> int:
        leases = Leases()
        Candidate(leases, "first").start()
        await asyncio.sleep(181)
        return leases.asked

    assert play(story) <= 181 / 5 + 3


def test_one_that_dies_is_followed_within_the_duration_and_a_look() -> None:
    async def story() -> float:
        leases = Leases()
        first, second = Candidate(leases, "first").start(), Candidate(leases, "second")
        await asyncio.sleep(1)
        second.start()
        await asyncio.sleep(100.5)
        first.die()
        await asyncio.sleep(60)
        assert leases.stored is not None
        assert leases.stored["spec"]["leaseTransitions"] == 1
        return second.terms[0] - 101.5

    assert 10 <= play(story) <= 20


def test_one_that_is_asked_to_end_is_followed_at_the_next_look() -> None:
    async def story() -> float:
        leases = Leases()
        first, second = Candidate(leases, "first").start(), Candidate(leases, "second")
        await asyncio.sleep(1)
        second.start()
        await asyncio.sleep(100.5)
        await first.end()
        assert leases.holder == ""
        await asyncio.sleep(60)
        return second.terms[0] - 101.5

    assert 0 <= play(story) <= LEADING.renewal


def test_one_that_does_not_lead_releases_nothing() -> None:
    async def story() -> None:
        leases = Leases()
        Candidate(leases, "first").start()
        await asyncio.sleep(1)
        second = Candidate(leases, "second").start()
        await asyncio.sleep(1)
        await second.end()
        assert leases.holder == "first"

    play(story)


def test_one_that_cannot_renew_ends_by_its_own_clock_and_leads_again_when_it_can() -> None:
    async def story() -> None:
        leases = Leases()
        only = Candidate(leases, "only").start()
        await asyncio.sleep(100.5)
        leases.down = True
        await asyncio.sleep(LEADING.deadline)
        assert not only.leadership.is_leading()
        await asyncio.sleep(60)
        assert not only.leadership.is_answered()
        leases.down = False
        await asyncio.sleep(LEADING.timeout + LEADING.renewal + 0.1)
        assert only.leadership.is_leading()
        assert only.leadership.is_answered()
        assert len(only.terms) == 2

    play(story)


def test_one_whose_lease_was_given_to_another_stops_at_its_next_renewal() -> None:
    async def story() -> None:
        leases = Leases()
        first = Candidate(leases, "first").start()
        await asyncio.sleep(1)
        assert leases.stored is not None
        leases.put(leases.stored | {"spec": leases.stored["spec"] | {"holderIdentity": "thief"}})
        await asyncio.sleep(LEADING.renewal + LEADING.retry)
        assert not first.leadership.is_leading()

    play(story)


def test_a_note_on_the_lease_costs_nobody_the_lead() -> None:
    async def story() -> None:
        leases = Leases()
        first = Candidate(leases, "first").start()
        Candidate(leases, "second").start()
        for _ in range(50):
            await asyncio.sleep(3.3)
            assert leases.stored is not None
            leases.put(leases.stored)
        assert first.terms == [0.0]
        assert first.leadership.is_leading()

    play(story)


def test_a_lease_that_somebody_deletes_is_made_anew_by_who_leads() -> None:
    async def story() -> None:
        leases = Leases()
        first, second = Candidate(leases, "first").start(), Candidate(leases, "second").start()
        await asyncio.sleep(4.9)
        leases.stored = None
        await asyncio.sleep(60)
        assert leases.holder == "first"
        assert (len(first.terms), len(second.terms)) == (1, 0)

    play(story)


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=400)])
def test_a_wall_clock_that_is_wrong_changes_nothing(ahead: timedelta) -> None:
    async def story() -> None:
        leases = Leases()
        first = Candidate(leases, "first", ahead).start()
        await asyncio.sleep(1)
        second = Candidate(leases, "second").start()
        await asyncio.sleep(600)
        assert (first.terms, second.terms) == ([0.0], [])

    play(story)


def test_without_an_election_the_only_process_leads_always_and_asks_nobody() -> None:
    async def story() -> None:
        leases = Leases()
        alone = Leadership(leases, Leading(), "alone", lambda: 0.0, lambda: None)  # type: ignore[arg-type, return-value]
        assert alone.is_leading()
        assert alone.is_answered()
        await alone.gain()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(alone.keep(), 1000)
        await alone.release()
        assert leases.asked == 0

    play(story)


def make_trouble(seed: int) -> Callable[[], Coroutine[Any, Any, list[Candidate]]]:
    """A quarter of an hour of three processes whose clocks run apart by up to a twentieth, an API server that is slow,
    refuses, forgets to answer and goes away, and processes that are killed or told to end."""

    async def story() -> list[Candidate]:
        chance = random.Random(seed)
        leases = Leases(chance, slowest=chance.choice([0.1, 2.0, 5.0]), failing=chance.choice([0.0, 0.2, 0.6]))
        paces = [chance.uniform(0.975, 1.025) for _ in range(3)]
        living = [Candidate(leases, str(number), pace=pace).start() for number, pace in enumerate(paces)]
        seen = list(living)
        for moment in range(3600):
            await asyncio.sleep(0.25)
            leading = [one.name for one in living if one.leadership.is_leading()]
            assert len(leading) <= 1, f"at {moment / 4} s"
            leases.down = chance.random() < (0.98 if leases.down else 0.002)
            if chance.random() < 0.002:
                victim = living.pop(chance.randrange(3))
                await victim.end() if chance.random() < 0.5 else victim.die()
                living.append(Candidate(leases, f"{moment}", pace=chance.uniform(0.975, 1.025)).start())
                seen.append(living[-1])
        for one in living:
            one.die()
        return seen

    return story


@pytest.mark.parametrize("seed", range(8))
def test_two_never_lead_at_once_and_somebody_does(seed: int) -> None:
    seen = play(make_trouble(seed))
    assert sum(len(one.terms) for one in seen) > 1
