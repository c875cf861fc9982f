"""What the crash matrix calls the same, and what it does not."""

from collections import Counter
from typing import Any

import pytest

from tests.crashes.ending import Ending, compare, describe
from tests.crashes.faults import FAULTS
from tests.crashes.matrix import Result, choose, count, write_table
from tests.crashes.story import PROMOTION
from tests.crashes.telling import Point, count_verdicts, list_flips, name_write
from tests.integration.wire import Write

UIDS = ("6e128032-524d-4fd8-a0e8-d5fcb3ad6769", "00000000-0000-0000-0000-000000000000")


def make_experiment(run: str = "v42-20261130t144905z", wins: int = 600) -> dict[str, Any]:
    past = {"runId": run, "candidate": "v42", "verdict": "Promote", "tally": {"wins": wins}, "endedAt": run}
    return {
        "status": {
            "serving": {"revision": "v42", "hash": "195cb6613d", "since": run},
            "decision": {"runId": run, "verdict": "Promote", "reason": "Better"},
            "history": [past],
            "conditions": [{"type": "Ready", "status": "True", "reason": "Serving", "lastTransitionTime": run}],
        }
    }


def make_map(generation: int, address: str, uid: str) -> dict[str, Any]:
    text = f'{{"generation": {generation}, "url": "http://{address}:9000", "of": "t-518b2bb33a55/feed"}}'
    metadata = {"name": "feed-router", "labels": {"uid": uid}}
    return {"kind": "ConfigMap", "metadata": metadata, "data": {"router.json": text}}


def test_times_addresses_and_numbers_of_attempts_are_no_difference() -> None:
    first = describe(make_experiment(), [make_map(6, "10.96.0.7", UIDS[0])])
    second = describe(make_experiment("v42-20261201t000000z"), [make_map(9, "10.96.3.1", UIDS[1])])
    assert first == second


@pytest.mark.parametrize(
    ("told", "words"),
    [
        pytest.param({"state": {"tally": 1200}}, "tally: 1200 instead of 600", id="a look that counts twice"),
        pytest.param({"events": Counter(Promote=2)}, "event Promote 2 times instead of 1", id="an event told twice"),
        pytest.param({"verdicts": 2}, "2 verdicts instead of 1", id="a second verdict"),
        pytest.param({"flips": ["a", "b", "a", "b"]}, "the entry led to", id="an entry that goes to and fro"),
    ],
)
def test_a_fault_is_told(told: dict[str, Any], words: str) -> None:
    right: dict[str, Any] = {"state": {"tally": 600}, "events": Counter(Promote=1), "verdicts": 1, "flips": ["a", "b"]}
    (fault,) = compare(Ending(**right | told), Ending(**right))
    assert fault.startswith(words)


def test_an_event_that_was_lost_is_none() -> None:
    assert compare(Ending({}, Counter()), Ending({}, Counter(Promote=1))) == []


def test_only_a_verdict_that_a_status_brings_counts() -> None:
    path = "/apis/interleaver.dev/v1alpha1/namespaces/t/interleavingexperiments/feed"
    bodies = [b'{"status": {"decision": {"verdict": "Promote"}}}', b'{"status": {"decision": null}}', b'{"status": {}}']
    assert count_verdicts([Write(1, "PATCH", f"{path}/status", body) for body in bodies]) == 1


def test_the_same_selector_again_is_no_flip() -> None:
    bodies = [f'{{"spec": {{"selector": {{"interleaver.dev/hash": "{hash_}"}}}}}}'.encode() for hash_ in "aabba"]
    path = "/api/v1/namespaces/t/services/home-feed"
    assert list_flips([Write(1, "PATCH", path, body) for body in bodies]) == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("method", "tail", "name"),
    [
        ("PATCH", "configmaps/feed-v42-20261130t144905z", "PATCH configmaps/feed-RUN"),
        ("PATCH", "pods/feed-195cb6613d-6d5f-x2x9", "PATCH pods"),
        ("POST", "events", "POST events"),
        ("PATCH", "interleavingexperiments/feed/status", "PATCH interleavingexperiments/feed/status"),
    ],
)
def test_a_write_is_named_by_what_tellings_share(method: str, tail: str, name: str) -> None:
    assert name_write(Write(1, method, f"/api/v1/namespaces/t-1/{tail}", b"")) == name


def test_a_sample_is_the_same_for_the_same_seed_and_another_one_for_another() -> None:
    points = [Point(PROMOTION, fault, number) for number in range(50) for fault in FAULTS]
    today, again, tomorrow = (choose(points, 6, seed) for seed in ("2026-11-30", "2026-11-30", "2026-12-01"))
    assert today == again != tomorrow
    assert choose(points, None, "") == points


def test_the_table_counts_what_was_right_by_write_and_fault() -> None:
    results = [
        Result(Point(PROMOTION, "409", 1), "POST events", (), 1.0),
        Result(Point(PROMOTION, "409", 2), "POST events", ("2 verdicts instead of 1",), 1.0),
        Result(Point(PROMOTION, "500", 3), "PATCH pods", (), 1.0),
    ]
    head, pods, events, whole = [line.split() for line in write_table(results, ["409", "500"]).splitlines()]
    assert (head[-2:], pods[-2:], events[-2:]) == (["409", "500"], ["-", "1/1"], ["1/2", "-"])
    assert whole == ["all", "1/2", "1/1"]


def test_a_point_past_the_last_write_is_none_however_it_ended() -> None:
    good, bad, past = (
        Result(Point(PROMOTION, "409", 1), "POST events", (), 1.0),
        Result(Point(PROMOTION, "409", 2), "POST events", ("2 verdicts instead of 1",), 1.0),
        Result(Point(PROMOTION, "409", 61), "", (), 1.0),
    )
    assert count([good, bad]) == "1 of 2 points ended as undisturbed"
    assert count([good, bad, past]) == "1 of 2 points ended as undisturbed, 1 more lay past the last write"
    assert write_table([good, past], ["409"]).splitlines()[-1].split() == ["all", "1/1"]
