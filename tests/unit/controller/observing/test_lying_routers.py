"""Whatever a router says, a visit ends well: it is a reading, or does not count, in words, until the pod mends that."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.controller.observing.looks import read_readings
from interleaver.controller.observing.observe import find_touched_generation
from interleaver.controller.observing.scrape import decode_text
from interleaver.experiment.counting.exposition import COUNTS, SIGNS, STORED
from interleaver.experiment.counting.ledger import MOST
from tests.unit.controller.operators import FakeOperator, make_running

HEAD = f"{names.PROCESS_START.name} 1.7e9\n".encode()
LARGEST = (1 << 63) - 1


def list_numbers(value: Any) -> list[int]:
    """All whole numbers in a document."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [number for one in inner for number in list_numbers(one)]
    return [value] if type(value) is int else []


def say(operator: FakeOperator, *lines: str) -> None:
    """Let every router show these lines as well, and look at them."""
    run = operator.status["run"]["id"]
    operator.routers.more = "\n".join(lines).replace("RUN", run)
    operator.cluster.clock.pass_by(31)
    operator.visit()
    assert all(abs(number) <= LARGEST for number in list_numbers(operator.status))


def find_fresh(operator: FakeOperator) -> str:
    return str(next(one["message"] for one in operator.status["conditions"] if one["type"] == "MetricsFresh"))


VOTES = names.VOTES_TOTAL.name
WORDS = {
    "a number that overflows": (f'{VOTES}{{run="RUN",outcome="win"}} 1e999', "must be a whole number"),
    "more than a router can count": (f'{VOTES}{{run="RUN",outcome="win"}} 1e13', "at most 1000000000000"),
    "a start without end": (f"other {'1' * 5000}", "a number of 5000 characters"),
    "a generation without end": (f"{names.CONFIG_GENERATION.name} {'7' * 39}", "given twice|must be a whole"),
    "no metrics at all": ("<html>", "is no Prometheus sample"),
}


@pytest.mark.parametrize("case", WORDS)
def test_what_makes_no_sense_does_not_count_is_told_and_heals_with_the_pod(case: str) -> None:
    line, words = WORDS[case]
    operator = make_running()
    operator.routers.votes = {"win": 3}
    say(operator, line)
    assert operator.status["run"]["votes"] == 0
    message = find_fresh(operator)
    assert any(part in message for part in words.split("|")), message
    say(operator)
    assert operator.status["run"]["votes"] == 3
    assert "unread" not in operator.status["run"]
    assert "could not be read" not in find_fresh(operator)


def test_totals_never_pass_what_the_status_can_hold_however_often_a_router_starts_anew() -> None:
    operator = make_running()
    line = f'{VOTES}{{run="RUN",outcome="win"}} 1000000000000'
    say(operator, line)
    assert operator.status["run"]["votes"] == 10**12
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    live["status"]["run"]["ledger"]["base"] = {"votes.win": MOST - 10}
    operator.restart()
    say(operator, line)
    assert "votes.win would get larger than it can be" in find_fresh(operator)


def test_a_store_that_began_in_the_future_is_not_heard() -> None:
    operator = make_running()
    say(operator, f"{names.STORE_UP.name} 1", f'{names.STORE_EPOCH.name}{{run="RUN"}} 9000000000000000')
    assert "began at a time that is still to come" in find_fresh(operator)


def test_a_store_that_was_set_back_in_the_future_is_not_heard() -> None:
    """No setback would be a later one then."""
    operator = make_running()
    moments = ((names.STORE_EPOCH, 1000), (names.STORE_SET_BACK, 9000000000000000))
    say(operator, f"{names.STORE_UP.name} 1", *(f'{each.name}{{run="RUN"}} {at}' for each, at in moments))
    assert "was set back at a time that is still to come" in find_fresh(operator)


def test_more_units_than_there_can_be_do_not_fill_the_status() -> None:
    operator = make_running()
    units = [f'{names.HEAVY_UNITS.name}{{run="RUN",unit="{number}"}} 1000' for number in range(500)]
    say(operator, f'{names.UNITS_NOTED.name}{{run="RUN"}} 1', *units)
    assert len(operator.status["run"]["flow"]["heavy"]) <= 20


@pytest.mark.parametrize("text", ["9" * 5000, "-1", "1.5", "x", "", "٣", "1" * 16, "1" * 10])
def test_a_generation_that_somebody_wrote_on_a_pod_is_no_reason_to_fail(text: str) -> None:
    pods: list[Manifest] = [
        {"metadata": {"annotations": {names.ANNOTATION_CONFIG_GENERATION: generation}}} for generation in (text, "7")
    ]
    assert find_touched_generation(pods) == 7


def test_a_pod_with_such_a_generation_is_told_the_right_one() -> None:
    operator = make_running()
    for pod in operator.cluster.of_kind("Pod"):
        pod["metadata"]["annotations"][names.ANNOTATION_CONFIG_GENERATION] = "9" * 5000
    operator.cluster.clock.pass_by(1)
    operator.visit()
    marks = {
        pod["metadata"]["annotations"][names.ANNOTATION_CONFIG_GENERATION] for pod in operator.cluster.of_kind("Pod")
    }
    assert all(len(mark) < 5 for mark in marks)


METRICS = sorted({metric for metric, _ in [*COUNTS, *SIGNS, *STORED]} | {m.name for m in (names.PROCESS_START,)})
LABELS = sorted({labels for _, labels in [*COUNTS, *SIGNS, *STORED]})
NUMBERS = st.sampled_from(["0", "1", "1e12", "1e13", "NaN", "-1", "1e308", "9" * 40, "0.5"]) | st.integers(
    0, 10**12
).map(str)


@st.composite
def series(draw: st.DrawFn) -> str:
    labels = dict(draw(st.sampled_from(LABELS))) | {"run": "RUN"}
    spelled = ",".join(f'{name}="{value}"' for name, value in labels.items())
    return f"{draw(st.sampled_from(METRICS))}{{{spelled}}} {draw(NUMBERS)}"


RUNNING = make_running()


@settings(max_examples=60, deadline=None)
@given(st.lists(series(), max_size=8).map("\n".join) | st.text(max_size=80))
def test_whatever_a_router_shows_the_visit_ends_well_and_the_status_can_be_stored(text: str) -> None:
    say(RUNNING, text)


@given(st.binary(max_size=200) | series().map(str.encode))
def test_any_bytes_of_a_router_are_a_reading_or_a_refusal_in_words(body: bytes) -> None:
    (pod,) = RUNNING.cluster.of_kind("Pod")[:1]
    texts = {pod["metadata"]["name"]: decode_text(HEAD + body)}
    (reading,) = asyncio.run(read_readings([pod], texts, None))
    assert (reading.counts is None) == bool(reading.why)


@pytest.mark.parametrize("generation", [10**9 + 1, 10**13, 2**63, 10**400])
def test_a_generation_that_somebody_wrote_into_the_configuration_is_written_anew(generation: int) -> None:
    """It would only ever rise, and no router that has it could be read."""
    operator = make_running()
    live = operator.cluster.find("ConfigMap", "feed-router")
    assert live is not None
    former = json.loads(live["data"]["router.json"])
    live["data"]["router.json"] = json.dumps(former | {"generation": generation})
    operator.cluster.put(live)
    operator.cluster.clock.pass_by(1)
    operator.visit()
    live = operator.cluster.find("ConfigMap", "feed-router")
    assert live is not None
    assert json.loads(live["data"]["router.json"])["generation"] == former["generation"] + 1
