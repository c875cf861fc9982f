"""What is shown of pools, clients, refusals, durations and the event loop."""

import asyncio
import time
from typing import Any

import pytest

from interleaver.router.models.pool import Limits
from interleaver.router.process.gauges import count_connections, count_waiting
from interleaver.router.process.pulse import Pulse
from interleaver.router.system.counters import Histogram
from tests.router.conftest import Stage
from tests.router.model_servers import Reply
from tests.router.models.scenes import Scene, play
from tests.router.programs import Client, wait_until

CONNECTIONS = "interleaver_upstream_connections"


def test_connections_are_shown_by_model_and_state(set_up: Any) -> None:
    stage = set_up()
    stage.router.rank()
    for model in ("champion", "candidate"):
        assert stage.router.sample(CONNECTIONS, model=model, state="idle") >= 1
        assert stage.router.sample(CONNECTIONS, model=model, state="busy") == 0
    stage.answer(candidate=Reply(delay=3600))
    with stage.router.client() as client:
        client.send(b"POST /recommend HTTP/1.1\r\nHost: shop\r\nX-User-Id: u\r\nContent-Length: 0\r\n\r\n")
        wait_until(
            lambda: stage.router.sample(CONNECTIONS, model="candidate", state="busy") == 1, "the candidate works"
        )
        wait_until(
            lambda: stage.router.sample(CONNECTIONS, model="champion", state="busy") == 0, "the champion is done"
        )


def test_connections_that_are_closed_are_no_longer_shown(set_up: Any) -> None:
    stage = set_up()
    stage.router.rank()
    stage.candidate.stop()
    wait_until(lambda: stage.router.sample(CONNECTIONS, model="candidate", state="idle") == 0, "they are gone")


def test_calls_that_find_no_connection_are_shown_as_waiting_while_somebody_waits() -> None:
    async def scene(stage: Scene) -> None:
        pools, asked = [stage.pool], [stage.ask() for _ in range(5)]
        assert (count_connections(pools), count_waiting(pools)) == ((0, 0, 2), 3)
        await stage.until(lambda: count_connections(pools) == (0, 2, 0))
        asked[4][0].cancel()
        assert count_waiting(pools) == 2

    play(scene, Limits(connections=2))


def test_the_connections_of_clients_are_shown(stage: Stage) -> None:
    name = "interleaver_client_connections"
    wait_until(lambda: stage.router.sample(name) == 0, "those of earlier tests are gone")
    with stage.router.client(), stage.router.client():
        wait_until(lambda: stage.router.sample(name) == 2, "two are here")
    wait_until(lambda: stage.router.sample(name) == 0, "they are gone")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", "431"),
        (b"GET /feedback HTTP/1.1\r\nHost: a\r\n\r\n", "405"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n", "417"),
    ],
)
def test_errors_of_our_own_making_are_counted_by_status(stage: Stage, request_bytes: bytes, status: str) -> None:
    name = "interleaver_refusals_total"
    before = stage.router.sample(name, status=status)
    with Client(stage.router.port) as client:
        client.send(request_bytes)
        assert client.receive().status == int(status)
    assert stage.router.sample(name, status=status) == before + 1


def test_errors_of_a_model_are_not_our_own(stage: Stage, unit: str) -> None:
    def count() -> float:
        return sum(stage.router.metrics()["interleaver_refusals_total"].values())

    before = count()
    bad = Reply(b"{}", status="503 Busy")
    stage.answer(champion=bad, candidate=bad)
    assert stage.router.request("GET", "/elsewhere").status == 503
    assert stage.router.rank(unit).status == 503
    assert count() == before
    stage.champion.stop()
    assert stage.router.request("GET", "/elsewhere").status == 502
    assert count() == before + 1


def test_a_refusal_on_the_admin_port_is_none_of_the_clients(stage: Stage) -> None:
    before = stage.router.metrics()["interleaver_refusals_total"]
    assert stage.router.admin("POST", "/metrics").status == 405
    assert stage.router.metrics()["interleaver_refusals_total"] == before


def test_every_ranking_request_has_its_duration_counted_by_arm(set_up: Any) -> None:
    stage: Stage = set_up(percent=0)

    def count(arm: str) -> float:
        return stage.router.sample("interleaver_request_seconds_count", arm=arm)

    champion, interleaved = count("champion"), count("interleaved")
    stage.router.rank()
    stage.router.request("GET", "/elsewhere")
    assert (count("champion"), count("interleaved")) == (champion + 1, interleaved)
    stage.configure(percent=100)
    stage.router.rank()
    assert (count("champion"), count("interleaved")) == (champion + 1, interleaved + 1)


def test_a_stall_of_the_loop_shows_as_lag() -> None:
    lag = Histogram()

    async def stall() -> None:
        pulse = Pulse(asyncio.get_running_loop(), lag)
        pulse.start()
        while not sum(lag.buckets):  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(0.01)
        quiet = lag.sum
        time.sleep(0.3)  # noqa: ASYNC251 - that is the fault
        await asyncio.sleep(0.01)
        assert lag.sum - quiet > 0.2
        pulse.stop()
        beats = sum(lag.buckets)
        await asyncio.sleep(0.15)
        assert sum(lag.buckets) == beats

    asyncio.run(stall())


def test_the_loop_is_watched_all_the_time(stage: Stage) -> None:
    name = "interleaver_event_loop_lag_seconds_count"
    before = stage.router.sample(name)
    wait_until(lambda: stage.router.sample(name) > before + 2, "the pulse goes on")
