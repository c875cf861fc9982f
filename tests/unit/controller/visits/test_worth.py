"""Counters alone wait for the interval; transitions and farewells do not."""

from itertools import pairwise
from typing import Any

import pytest

from interleaver.api.observed import Reading
from interleaver.api.status import Condition, Crossed, Decision, Evidence, Position, Run, Status, Tally
from interleaver.controller.visits.worth import COUNTERS, is_transition, is_worth_writing
from tests.builders import World, make_running_world
from tests.unit.controller.observing.test_looks import make_run

EVIDENCE = Evidence(on_par="1", better="1", harm="1", preference="0.1", interval=["0", "1"])
POSITION = Position(curve=["1"], curve_low=["1"], curve_high=["1"], preference="0", interval=["0", "1"])
COUNTED: dict[str, Any] = {
    "votes": 4,
    "tally": Tally(wins=4),
    "evidence": EVIDENCE,
    "position": POSITION,
    "looked_at": "2026-11-22T10:20:00Z",
    "ledger": {"pods": {"p": {}}},
}


def make_status(message: str = "words", ready: str = "True", decision: Decision | None = None, **run: Any) -> Status:
    condition = Condition(type="Ready", status=ready, reason="Serving", message=message, last_transition_time="t")
    return Status(conditions=[condition], run=make_run(**run), decision=decision)


DECISION = Decision(run_id="r", verdict="Promote", reason="Better", message="m", at="t")
FAREWELL = Reading(pod="p", hash="a", ready=False, terminating=True, counts={})
CASES: dict[str, tuple[Status, tuple[Reading, ...] | None, float, bool]] = {
    "counters moved and the interval is not over": (make_status(**COUNTED), None, 29.9, False),
    "counters moved and the interval is over": (make_status(**COUNTED), None, 30.0, True),
    "nobody has written yet": (make_status(**COUNTED), None, float("inf"), True),
    "a message quotes the counters": (make_status("4 votes", **COUNTED), None, 1.0, False),
    "a condition has turned": (make_status(ready="False"), None, 1.0, True),
    "the percent has changed": (make_status(percent=50), None, 1.0, True),
    "on par was crossed": (make_status(crossed=Crossed(on_par="t")), None, 1.0, True),
    "there is a verdict": (make_status(decision=DECISION), None, 1.0, True),
    "a router was read for the last time": (make_status(**COUNTED), (FAREWELL,), 1.0, True),
    "a router that is leaving could not be read": (
        make_status(**COUNTED),
        (Reading(pod="p", hash="a", ready=False, terminating=True),),
        1.0,
        False,
    ),
}


@pytest.mark.parametrize(("new", "readings", "waited", "expected"), CASES.values(), ids=CASES.keys())
def test_whether_it_is_written_when(
    new: Status, readings: tuple[Reading, ...] | None, waited: float, expected: bool
) -> None:
    assert is_worth_writing(make_status(), new, readings, waited, rest=30.0) is expected


def test_looks_that_only_count_can_wait() -> None:
    """Whatever moves at such a look is a counter: a field that is none would make every look worth a write."""
    world = make_running_world(guardrails=[{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}])
    moved = set()
    for former, now in pairwise([look(world) for _ in range(5)][1:]):
        assert former.run is not None
        assert now.run is not None
        moved |= {name for name in Run.model_fields if getattr(now.run, name) != getattr(former.run, name)}
        assert not is_transition(former, now)
    assert {"votes", "trail", "measured", "guardrails"} <= moved <= set(COUNTERS)


def look(world: World) -> Status:
    """The status after a look that found votes and calls, some of which failed."""
    world.vote(win=20, tie=5, loss=20)
    world.count(**{"calls.candidate.ok": 500, "calls.candidate.error": 1, "requests.ok": 501})
    world.step()
    return world.status


def test_every_counter_is_a_field_of_a_run() -> None:
    assert set(COUNTERS) <= set(Run.model_fields)
