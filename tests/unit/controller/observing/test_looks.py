"""When routers are read: every interval in a run, sooner when something cannot wait, and otherwise not at all."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from interleaver.api import names
from interleaver.api.fields import timestamp
from interleaver.api.observed import Reading
from interleaver.api.plan import freeze
from interleaver.api.revision import Identity
from interleaver.api.routing import Config, Contract, Target, Unit
from interleaver.api.status import Run, Status
from interleaver.controller.observing.looks import (
    OUTSIDE,
    Moment,
    PastLooks,
    metrics_urls,
    read_readings,
    wait_for_look,
)
from interleaver.controller.observing.scrape import Unread
from tests.builders import make_experiment
from tests.unit.controller.fakes import START

NOW = Moment(now=START, monotonic=1000.0, soon=1.0, gap=0.2)


def make_run(**changes: Any) -> Run:
    plan = freeze(make_experiment().spec, Identity(revision="v41", hash="a"), Identity(revision="v42", hash="b"))
    fields = {"stage": "Running", "stepped_at": timestamp(START), "looked_at": timestamp(START - timedelta(seconds=10))}
    return Run(id="v42-x", plan=plan, plan_hash=plan.hash, started_at=timestamp(START), **(fields | changes))


def make_pod(name: str = "p", *, ready: bool = True, **metadata: Any) -> dict[str, Any]:
    port = {"name": names.ADMIN_PORT_NAME, "containerPort": 17090}
    return {
        "metadata": {"name": name, "uid": f"uid-{name}", "labels": {names.LABEL_HASH: "a"}, **metadata},
        "spec": {"initContainers": [{"name": names.ROUTER_CONTAINER, "ports": [port]}]},
        "status": {"podIP": "10.244.0.2", "conditions": [{"type": "Ready", "status": str(ready)}]},
    }


def make_config(generation: int = 3) -> Config:
    contract = Contract("/recommend", Unit(header="x-user-id"), "/items", "/id")
    return Config(1, generation, "shop/feed", Target("v41", "a", "http://10.96.0.1:9000"), contract)


def make_past(since: float | None = None, confirmed: int | None = 3, bade: bool = False) -> PastLooks:
    at = None if since is None else NOW.monotonic - since
    return PastLooks(at=at, farewells={"uid-p"} if bade else set(), confirmed={"uid-p": confirmed})


TOMORROW = timestamp(START + timedelta(days=1))
ENDING: dict[str, Any] = {"deletionTimestamp": timestamp(START + timedelta(seconds=20))}
OVERDUE: dict[str, Any] = {"deletionTimestamp": timestamp(START - timedelta(seconds=1))}

CASES: dict[str, tuple[Run | None, dict[str, Any], PastLooks, float | None]] = {
    "a run's interval is not over": (make_run(), make_pod(), make_past(since=10), 20.0),
    "a run's interval is over": (make_run(looked_at=None), make_pod(), make_past(since=30), 0.0),
    "another process looked 10 s ago": (make_run(), make_pod(), make_past(), 20.0),
    "nobody ever looked": (make_run(looked_at=None), make_pod(), make_past(), 0.0),
    "an attempt found no whole look 5 s ago": (make_run(looked_at=None), make_pod(), make_past(since=5), 25.0),
    "a clock that was wrong looked tomorrow": (make_run(looked_at=TOMORROW), make_pod(), make_past(), 0.0),
    "a rung waits for the routers": (make_run(stepped_at=None), make_pod(), make_past(since=0.4), 0.6),
    "the loser waits for the routers": (make_run(stage="RollingBack"), make_pod(), make_past(since=2), 0.0),
    "what was sent back waits for the routers": (make_run(stage="Reverting"), make_pod(), make_past(since=2), 0.0),
    "a new champion is on probation": (make_run(stage="Settling"), make_pod(), make_past(since=10), 20.0),
    "a router has not confirmed": (make_run(), make_pod(), make_past(since=0.5, confirmed=2), 0.5),
    "an unready router has not confirmed": (
        make_run(),
        make_pod(ready=False),
        make_past(since=10, confirmed=None),
        20.0,
    ),
    "a router begins to leave": (make_run(), make_pod(**ENDING), make_past(since=10), 0.0),
    "a router begins to leave right after a look": (make_run(), make_pod(**ENDING), make_past(since=0.05), 0.15),
    "a router that is leaving was read": (make_run(), make_pod(**ENDING), make_past(since=0.4, bade=True), 0.6),
    "a router's time to leave is over": (make_run(), make_pod(**OVERDUE), make_past(since=10), 20.0),
    "no run, all confirmed": (None, make_pod(), make_past(since=100), None),
    "no run, one has not confirmed": (None, make_pod(), make_past(since=1, confirmed=2), OUTSIDE - 1),
    "no run, one is leaving": (None, make_pod(**ENDING), make_past(since=100), None),
}


@pytest.mark.parametrize(("run", "pod", "past", "expected"), CASES.values(), ids=CASES.keys())
def test_seconds_to_wait_when(run: Run | None, pod: dict[str, Any], past: PastLooks, expected: float | None) -> None:
    found = wait_for_look(make_experiment(Status(run=run)), [pod], make_config(), past, NOW)
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_look_that_never_happened_is_repeated() -> None:
    past = make_past(since=1, bade=True)
    past.forget_look()
    assert past.at is None
    assert past.farewells == set()


def test_pods_that_are_gone_are_forgotten() -> None:
    past = make_past(bade=True)
    past.keep_only([make_pod("other")])
    assert past.farewells == set()
    assert past.confirmed == {}


def test_only_pods_with_an_address_a_revision_and_an_admin_port_are_read() -> None:
    unaddressed, foreign, portless, over = make_pod("b"), make_pod("c"), make_pod("d"), make_pod("e")
    unaddressed["status"]["podIP"] = None
    foreign["metadata"]["labels"] = {}
    portless["spec"] = {"initContainers": [{"name": "other"}]}
    over["status"]["phase"] = "Failed"
    pods = [make_pod("a"), unaddressed, foreign, portless, over]
    assert metrics_urls(pods, START) == {"a": "http://10.244.0.2:17090/metrics"}


def test_an_ipv6_address_is_bracketed() -> None:
    pod = make_pod()
    pod["status"]["podIP"] = "fd00::7"
    assert metrics_urls([pod], START) == {"p": "http://[fd00::7]:17090/metrics"}


def test_a_text_becomes_a_reading_and_nonsense_becomes_one_without_counts() -> None:
    votes = f'{names.VOTES_TOTAL.name}{{run="v42-x",outcome="win"}} 2'
    text = f"{names.PROCESS_START.name} 17.5\n{names.CONFIG_GENERATION.name} 3\n{votes}\n"
    pods = [make_pod("good"), make_pod("odd"), make_pod("mute"), make_pod("unasked")]
    texts: dict[str, str | Unread] = {"good": text, "odd": "<html>", "mute": Unread("no answer within 2 s")}
    good, odd, mute = asyncio.run(read_readings(pods, texts, "v42-x"))
    assert good == Reading(pod="good", hash="a", ready=True, generation=3, start="17.5", counts={"votes.win": 2})
    assert odd.counts is None
    assert odd.why == "line 1 is no Prometheus sample: '<html>'"
    assert mute == Reading(pod="mute", hash="a", ready=True, why="no answer within 2 s")


def test_a_farewell_and_a_confirmation_are_remembered() -> None:
    past = PastLooks()
    pods = [make_pod("p"), make_pod("q")]
    seen = [
        Reading(pod="p", hash="a", ready=True, generation=3, counts={}),
        Reading(pod="q", hash="a", ready=False, terminating=True, counts={}),
    ]
    past.note(pods, seen, 7.0)
    assert past == PastLooks(at=7.0, farewells={"uid-q"}, confirmed={"uid-p": 3, "uid-q": None})
