"""What one look asks of a run is asked once, and its answer is carried to whoever needs it."""

import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from types import CodeType, FrameType
from typing import Any

import pytest

from interleaver.experiment.counters import fold
from interleaver.experiment.deciding.decision import decide
from interleaver.experiment.deciding.facts import gather
from interleaver.experiment.deciding.ramp import climb, find_gate
from interleaver.experiment.guardrails.detectors import watch
from interleaver.experiment.guardrails.queries import explain_unknown
from interleaver.experiment.run import advance
from interleaver.experiment.weighing.allocation import check_allocation
from interleaver.experiment.weighing.estimate import estimate
from interleaver.experiment.weighing.evidence import weigh
from interleaver.experiment.weighing.position import show_position
from interleaver.stats.interval import confidence_sequence
from tests.builders import World, make_running_world

COUNTING = (fold, watch, show_position)
WEIGHING = (weigh, confidence_sequence, check_allocation, explain_unknown, estimate)
DECIDING = (gather, decide, climb, find_gate)
GUARDRAILS = [
    {"name": "errors", "metric": "ErrorRatio", "max": "0.02"},
    {"name": "latency", "metric": "LatencyP99", "max": "250ms"},
]


def make_voting_world() -> World:
    """A world in which units vote, on the first step of the ramp."""
    world = make_running_world(guardrails=GUARDRAILS)
    for _ in range(5):
        world.step()
        world.vote(win=40, tie=20, loss=30)
        world.count(**{"coins.candidate": 20, "coins.champion": 21, "calls.candidate.ok": 90})
    return world


def record_calls(world: World, looking: bool = True) -> Counter[CodeType]:
    """The calls of every function in one `advance`, by its code."""
    calls: Counter[CodeType] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            calls[frame.f_code] += 1

    weigh.cache_clear()
    world.now += timedelta(seconds=30)
    observed = world.observe(looking)
    sys.setprofile(note)
    try:
        advance(world.experiment, observed, world.now)
    finally:
        sys.setprofile(None)
    return calls


def code_of(function: Callable[..., Any]) -> CodeType:
    """What tells a function in a trace, whatever it is wrapped in."""
    code: CodeType = getattr(function, "__wrapped__", function).__code__
    return code


@pytest.mark.parametrize("function", COUNTING + WEIGHING + DECIDING, ids=lambda function: function.__name__)
def test_a_look_asks_once(function: Callable[..., Any]) -> None:
    assert record_calls(make_voting_world())[code_of(function)] == 1


@pytest.mark.parametrize("function", [*DECIDING, check_allocation], ids=lambda function: function.__name__)
def test_a_visit_between_looks_asks_once(function: Callable[..., Any]) -> None:
    assert record_calls(make_voting_world(), looking=False)[code_of(function)] == 1


def test_the_visit_that_confirms_a_step_looks_at_the_gates_once() -> None:
    world = make_voting_world()
    world.step(3601)
    world.step(1)
    assert world.run.stepped_at is None
    assert record_calls(world)[code_of(find_gate)] == 1
