"""Feedback of many events: judged in turns with everything else, and all accounted for whatever happens meanwhile."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from interleaver.interleaving.coins import derive_salt
from interleaver.interleaving.team_draft import Team
from interleaver.router.client.collecting import Shelf
from interleaver.router.client.exchange import Exchange, Port, Wire
from interleaver.router.config.in_force import Trial
from interleaver.router.feedback.ballot import Ballot
from interleaver.router.feedback.postings import SLICE, Postings
from interleaver.router.http1.message import Header, Request
from interleaver.router.samples.samples import Samples
from interleaver.router.samples.writer import Writer
from interleaver.router.system.counters import RunCounters
from interleaver.router.tokens.impression import hash_run
from interleaver.router.tokens.keys import KeyRing, derive_key
from interleaver.router.tokens.sealing import seal
from interleaver.router.votes.store import PendingEvent, Store
from tests.router.conftest import Stage
from tests.router.programs import render_request, wait_until
from tests.router.redis import Redis
from tests.router.samples.entries import make_rule

HEADER = "X-Interleaver-Impression"
REQUEST = Request(
    b"POST", b"/feedback", b"/feedback", [], True, True, 0, True, False, Header(b"X-Forwarded-For", b"a"), {}
)
EVENT = msgspec.Raw(b'{"unit": "u", "item": "a", "at": 0}')
SECRET = b"s" * 32
KEY = derive_key("k1", SECRET)
TRIAL = Trial("r1", hash_run("shop/feed", "r1"), derive_salt(SECRET, "r1"), KeyRing(KEY, {KEY.tag: KEY}, SECRET))

MakeStage = Callable[..., Stage]


class Connection(Wire):
    """A client's connection that writes down how many turns the loop had taken when the answer was complete."""

    def __init__(self, turns: list[int]) -> None:
        super().__init__(Port())
        self.turns = turns
        self.answered: int | None = None
        self.aborted = False
        self.said = b""

    def conclude(self, exchange: Exchange, data: bytes) -> None:
        self.answered, self.said = len(self.turns), data

    def abort(self) -> None:
        self.aborted = True


class Busy(Store):
    """A store that counts nothing, and writes down in which turn of the loop it was asked."""

    def __init__(self, turns: list[int], fault: int | None = None) -> None:
        super().__init__(RunCounters())
        self.turns = turns
        self.fault = fault
        self.asked: list[int] = []

    def submit(self, event: PendingEvent) -> None:
        self.asked.append(len(self.turns))
        if len(self.asked) == self.fault:
            raise RuntimeError("a fault of ours")
        event.drop()

    def toss(self, unit: bytes, team: str) -> None: ...

    def show(self, unit: bytes, token: bytes, shown_at: int) -> None: ...

    def count_voters(self) -> int:
        return 0


class Desk:
    """Postings in a loop whose turns are counted."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.turns: list[int] = []
        self.shelf = Shelf()
        self.postings = Postings(self.loop, self.shelf, lambda: None)
        self.ballot = Ballot(TRIAL, 60.0, trusted=True)

    def count_turns(self) -> None:
        self.turns.append(1)
        self.loop.call_soon(self.count_turns)

    def post(self, events: int, fault: int | None = None) -> tuple[Connection, Busy]:
        wire, store = Connection(self.turns), Busy(self.turns, fault)
        exchange = Exchange(wire, REQUEST, 0.0)
        self.postings.post(exchange, self.ballot, store, [EVENT] * events, 10_000, 0.0)
        return wire, store

    async def finish(self) -> None:
        while self.postings.queue:  # noqa: ASYNC110 - its end is no event
            await asyncio.sleep(0)


def play(scene: Callable[[Desk], Any]) -> None:
    async def run() -> None:
        desk = Desk()
        desk.count_turns()
        await scene(desk)

    asyncio.run(run())


def test_everything_else_has_its_turn_between_slices_of_a_long_list() -> None:
    async def scene(desk: Desk) -> None:
        wire, store = desk.post(1000)
        await desk.finish()
        assert max(store.asked.count(turn) for turn in set(store.asked)) == SLICE
        assert len(set(store.asked)) == 1000 // SLICE
        assert wire.answered is not None
        assert wire.said.endswith(b'{"accepted":0,"ignored":0,"dropped":1000}\n')

    play(scene)


def test_many_long_lists_take_one_turn_at_a_time_and_a_late_short_one_is_not_last() -> None:
    async def scene(desk: Desk) -> None:
        long = [desk.post(1000) for _ in range(5)]
        await asyncio.sleep(0)
        short, _ = desk.post(SLICE + 1)
        await desk.finish()
        later = [turn for _, store in long for turn in store.asked if turn > 1]
        assert max(map(later.count, set(later))) == SLICE
        assert short.answered is not None
        assert all(wire.answered is not None and wire.answered > short.answered for wire, _ in long)

    play(scene)


def test_what_is_not_judged_yet_takes_its_place_on_the_shelf() -> None:
    async def scene(desk: Desk) -> None:
        desk.post(SLICE)
        assert desk.shelf.size == 0
        desk.post(SLICE + 1)
        desk.post(SLICE + 1)
        assert desk.shelf.size == 20_000
        await desk.finish()
        assert desk.shelf.size == 0

    play(scene)


def test_a_fault_costs_one_connection_and_no_other_events() -> None:
    async def scene(desk: Desk) -> None:
        faults: list[Any] = []
        desk.loop.set_exception_handler(lambda loop, context: faults.append(context["exception"]))
        broken, _ = desk.post(1000, fault=SLICE + 1)
        sound, _ = desk.post(1000)
        await desk.finish()
        assert [str(fault) for fault in faults] == ["a fault of ours"]
        assert (broken.aborted, broken.answered) == (True, None)
        assert sound.answered is not None
        assert desk.shelf.size == 0

    play(scene)


def test_a_conversion_is_sampled_by_what_was_in_force_when_its_events_came() -> None:
    samples, rule = Samples(Writer("pod", lambda: 0.0)), make_rule()
    samples.rule = rule
    ballot = Ballot(TRIAL, 60.0, samples=samples)
    token = seal(KEY, b"8 bytes!", TRIAL.hash, bytes(16), 0, ["a"], [Team.CHAMPION])
    event = msgspec.Raw(b'{"impression": "%b", "item": "a"}' % token)
    for following in (make_rule("/elsewhere"), None):
        samples.rule = following
        ballot.judge(event, 1.0)
    assert [entry.rule for entry in samples.queue] == [rule, rule]
    Ballot(TRIAL, 60.0, samples=samples).judge(event, 1.0)
    assert len(samples.queue) == 2, "nothing is sampled any more"


# Over real sockets.


def make_events(stage: Stage, units: int) -> bytes:
    """As many events as one request takes, each unit's first item over and over."""
    tokens = [stage.router.rank(f"u{number}").header(HEADER) for number in range(units)]
    events = [{"impression": tokens[number % units], "item": "a"} for number in range(1000)]
    return render_request("POST", "/feedback", {}, json.dumps(events).encode())


@pytest.mark.parametrize("store_kind", ["memory", "redis"])
def test_a_client_that_leaves_in_the_middle_takes_none_of_its_events_along(make_stage: MakeStage) -> None:
    stage = make_stage().start()
    with stage.router.client() as client:
        client.send(make_events(stage, 400))
    wait_until(
        lambda: stage.router.counts("feedback", "result") == {"credited": 400, "duplicate": 600}, "all are counted"
    )


def test_events_count_for_the_run_in_which_their_request_was_complete(make_stage: MakeStage) -> None:
    """Some of them are judged when the next run is in force, if the machine is slow; it makes no difference."""
    stage = make_stage().start()
    with stage.router.client() as client:
        client.send(make_events(stage, 400))
        stage.configure(run="r2")
        assert client.receive().json() == {"accepted": 400, "ignored": 600}
    assert stage.router.counts("feedback", "result") == {"credited": 400, "duplicate": 600}
    assert stage.router.counts("feedback", "result", run="r2") == {}


def test_a_router_that_ends_judges_what_it_has_taken(make_stage: MakeStage, redis: Redis) -> None:
    stage = make_stage().start(store={"url": redis.url})
    batch = make_events(stage, 400)
    clients = [stage.router.client() for _ in range(5)]
    for client in clients[:4]:
        client.send(batch)
        client.socket.close()
    clients[4].send(batch)
    wait_until(lambda: sum(stage.router.counts("feedback", "result").values()), "the first are judged")
    stage.router.signal()
    answer = clients[4].receive()
    clients[4].socket.close()
    assert (answer.status, sum(answer.json().values())) == (202, 1000)
    assert stage.router.wait() == 0
    assert redis.ask("SCARD", redis.keys("*:voted")[0]) == "400"
    assert not [event for event in stage.router.events() if event["event"] == "store-lost-events"]
