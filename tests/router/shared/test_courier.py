"""The courier by itself: what it carries, what it leaves, and in which bounds."""

import asyncio
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from interleaver.api.routing import decode
from interleaver.interleaving.coins import derive_salt
from interleaver.router.config.in_force import InForce, Trial, put_in_force, start_trial
from interleaver.router.config.mounted import Mounted
from interleaver.router.serving.stores import Stores
from interleaver.router.shared.backlog import COINS, IMPRESSIONS, TURN_IMPRESSIONS
from interleaver.router.shared.courier import Courier
from interleaver.router.shared.shared_votes import SharedVotes
from interleaver.router.system.counters import Counters
from interleaver.router.tokens.impression import hash_run
from interleaver.router.tokens.keys import KeyRing, derive_key
from interleaver.router.votes.memory import Votes
from interleaver.router.votes.store import Conversion, Novelty, Store
from tests.router.programs import DEADLINE
from tests.router.redis import Redis

NOWHERE = "redis://127.0.0.1:1"
SECRET = b"s" * 32
KEY = derive_key("k1", SECRET)
TRIAL = Trial("r1", hash_run("shop/feed", "r1"), derive_salt(SECRET, "r1"), KeyRing(KEY, {KEY.tag: KEY}, SECRET))


class Event:
    """An event that writes down what becomes of it."""

    def __init__(self, unit: bytes, mark: bytes = b"", *, owner: str = "candidate", compared: bool = False) -> None:
        arm = ("champion", "50") if compared else None
        self.unit = unit
        self.question: Conversion | None = Conversion("x", unit, mark or unit, owner, "win", ("1", "first"), arm)
        self.fate: list[Any] = []

    def look_up(self, tokens: Sequence[bytes]) -> None:
        raise AssertionError("nothing is to be looked up")

    def confirm(self, novelty: Novelty) -> None:
        self.fate.append(tuple(novelty))

    def keep(self) -> None:
        self.fate.append("kept")

    def drop(self) -> None:
        self.fate.append("dropped")


def make_store(url: str, **bounds: int) -> tuple[Courier, SharedVotes]:
    counters = Counters(0.0)
    courier = Courier(counters, lambda: 0.0)
    store = SharedVotes(counters.open_run("r1"), TRIAL, courier, 600, 60, **bounds)
    courier.follow(url, [store], store)
    return courier, store


async def wait_for(claim: Callable[[], Any]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not claim():  # noqa: ASYNC110 - a claim is no event
            await asyncio.sleep(0.01)


def test_what_the_store_never_took_is_dropped_at_the_end_and_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    async def scene() -> None:
        courier, store = make_store(NOWHERE)
        event, late = Event(b"u" * 16), Event(b"v" * 16)
        store.submit(event)
        await wait_for(lambda: event.fate)
        await courier.finish(0.05)
        store.submit(late)
        assert (event.fate, late.fate) == (["kept", "dropped"], ["dropped"])

    asyncio.run(scene())
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["event"] for event in events] == ["store-away", "store-lost-events"]
    assert events[-1]["events"] == 1


async def answer_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that is no store, and says 1 to whatever it is told."""
    while await reader.read(65_536):
        writer.write(b":1\r\n")
    writer.close()


def test_a_fault_of_ours_is_said_once_and_is_not_the_end(
    redis_of_its_own: Redis, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    async def scene() -> None:
        async with await asyncio.start_server(answer_nonsense, "127.0.0.1", 0) as server:
            courier, store = make_store(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            event = Event(b"u" * 16)
            store.submit(event)
            await wait_for(lambda: courier.presence.attempts > 2)
            assert event.fate == ["kept"]
            courier.follow(redis_of_its_own.url, [store], store)
            await wait_for(lambda: event.fate[1:])
            assert event.fate == ["kept", (True, True, False)]
            await courier.finish(1)

    asyncio.run(scene())
    assert [each.getMessage().splitlines()[0] for each in caplog.records] == ["the courier fell over"]
    assert "fault" in capsys.readouterr().err


def test_coins_and_impressions_that_wait_are_bounded_and_a_coin_that_found_no_room_is_tossed_again() -> None:
    async def scene() -> None:
        courier, store = make_store(NOWHERE)
        for number in range(COINS + 5):
            unit = number.to_bytes(16, "big")
            store.toss(unit, "candidate")
            store.show(unit, b"token", 1)
        assert (len(courier.backlog.coins), len(courier.backlog.shown)) == (COINS, IMPRESSIONS)
        assert len(store.tossed) == COINS
        await courier.finish(0)

    asyncio.run(scene())


def put_run_in_force(run: str | None) -> InForce:
    serving = {"revision": "v1", "hash": "aaaaaa", "url": "http://127.0.0.1:1"}
    contract = {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"}
    config = {"version": 1, "generation": 1, "experiment": "shop/feed", "run": run, "serving": serving}
    decoded = decode(json.dumps({**config, "contract": contract, "keys": "keys", "store": {"url": NOWHERE}}))
    trial = start_trial(decoded, TRIAL.keys) if run is not None else None
    return put_in_force(decoded, trial, Mounted(store_url=NOWHERE))


def test_a_router_remembers_the_coins_of_the_run_in_force_alone_where_the_store_knows_those_of_the_others() -> None:
    async def scene() -> None:
        counters = Counters(0.0)
        stores, kept = Stores(counters), []
        for run in ("r1", "r2", None):
            counters.open_run(run)
            store = stores.open(put_run_in_force(run))
            store.toss(b"u" * 16, "candidate")
            kept += [store] if isinstance(store, SharedVotes) else []
            assert [len(each.tossed) for each in kept] == [int(each is store) for each in kept]
        assert len(stores.courier.backlog.coins) == len(kept) == 2
        await stores.finish(0.05)

    asyncio.run(scene())


def test_an_event_waits_until_the_impressions_before_it_are_written() -> None:
    """It may be of a unit whose impression is among them."""

    async def scene() -> None:
        courier, store = make_store(NOWHERE)
        for _ in range(TURN_IMPRESSIONS + 1):
            store.show(b"u", b"token", 1)
        store.submit(Event(b"u"))
        first = courier.backlog.next_turn()
        assert (len(first.shown), len(first.events)) == (TURN_IMPRESSIONS, 0)
        second = courier.backlog.next_turn()
        assert (len(second.shown), len(second.events)) == (1, 1)
        courier.backlog.put_back(second)
        courier.backlog.put_back(first)
        assert (len(courier.backlog.shown), len(courier.backlog.events)) == (TURN_IMPRESSIONS + 1, 1)
        await courier.finish(0)

    asyncio.run(scene())


@pytest.fixture(params=["memory", "redis"])
def play(request: pytest.FixtureRequest) -> Callable[..., dict[str, Any]]:
    """Plays events and coins to a store with these bounds, one after the other; what became of them."""
    url = request.getfixturevalue("redis_of_its_own").url if request.param == "redis" else None

    def make(bounds: dict[str, int]) -> tuple[Courier | None, Store]:
        if url is None:
            return None, Votes(Counters(0.0).open_run("r1"), **bounds)
        return make_store(url, **bounds)

    async def scene(events: list[Event], coins: list[bytes], bounds: dict[str, int]) -> dict[str, Any]:
        courier, store = make(bounds)
        for coin in coins:
            store.toss(coin, "candidate")
        for event in events:
            store.submit(event)
            await wait_for(partial(getattr, event, "fate"))
        if courier is not None:
            await courier.finish(DEADLINE)
        return {"fates": [event.fate[0] for event in events], "coins": store.counters.first_coins[("candidate",)]}

    return lambda events=(), coins=(), **bounds: asyncio.run(scene(list(events), list(coins), bounds))


@pytest.fixture
def redis_of_its_own(make_redis: Callable[..., Redis]) -> Redis:
    return make_redis().start()


def test_units_beyond_the_bound_have_no_vote_but_convert(play: Callable[..., dict[str, Any]]) -> None:
    events = [Event(unit, mark) for unit, mark in ((b"a", b"1"), (b"b", b"2"), (b"c", b"3"), (b"a", b"4"))]
    fates = play(events, voters=2)["fates"]
    assert fates == [(True, True, False), (True, True, False), (True, False, False), (True, False, False)]


def test_coins_beyond_the_bound_are_not_counted_and_none_twice(play: Callable[..., dict[str, Any]]) -> None:
    assert play(coins=[b"a", b"a", b"b", b"c"], coin_units=2)["coins"] == 2


def test_a_conversion_without_credit_is_compared_and_nothing_else(play: Callable[..., dict[str, Any]]) -> None:
    events = [
        Event(b"a", owner="", compared=True),
        Event(b"a", owner="", compared=True),
        Event(b"a", b"1", compared=True),
    ]
    assert play(events)["fates"] == [(False, False, True), (False, False, False), (True, True, False)]


def test_names_of_keys_differ_by_secret_and_hold_no_name() -> None:
    async def scene() -> None:
        courier, store = make_store(NOWHERE)
        other = SharedVotes(store.counters, Trial(TRIAL.run, TRIAL.hash, b"x" * 32, TRIAL.keys), courier, 600, 60)
        assert store.prefix != other.prefix
        assert "r1" not in store.prefix
        await courier.finish(0)

    asyncio.run(scene())
