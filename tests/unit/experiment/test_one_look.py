"""What one look asks of a run, and how often: each question once, and its answer is carried to whoever needs it.

Printed as a table, of this version: .venv/bin/python -m tests.unit.experiment.test_one_look
"""

import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from inspect import CO_GENERATOR
from types import FrameType
from typing import Any

import pytest

from interleaver.api.status import Run, Status
from interleaver.experiment.counters import fold
from interleaver.experiment.deciding.decision import decide
from interleaver.experiment.deciding.facts import gather
from interleaver.experiment.deciding.ramp import climb, find_gate
from interleaver.experiment.guardrails.detectors import watch
from interleaver.experiment.guardrails.queries import explain_unknown
from interleaver.experiment.run import advance
from interleaver.experiment.view import View
from interleaver.experiment.weighing.allocation import check
from interleaver.experiment.weighing.estimate import estimate
from interleaver.experiment.weighing.evidence import weigh
from interleaver.experiment.weighing.position import show_position
from interleaver.stats.interval import confidence_sequence
from tests.builders import World, make_running_world

COUNTING = (fold, watch, show_position)
WEIGHING = (weigh, confidence_sequence, check, explain_unknown)
DECIDING = (gather, decide, climb, find_gate)
GUARDRAILS = [
    {"name": "errors", "metric": "ErrorRatio", "max": "0.02"},
    {"name": "latency", "metric": "LatencyP99", "max": "250ms"},
]
# When the conditions gathered the facts anew it was 42 at a look, and 38 at a visit between looks.
MOST_REPEATED = 13


def make_voting_world() -> World:
    """A world in which units vote, on the first step of the ramp."""
    world = make_running_world(guardrails=GUARDRAILS)
    for _ in range(5):
        world.step()
        world.vote(win=40, tie=20, loss=30)
        world.count(**{"coins.candidate": 20, "coins.champion": 21, "calls.candidate.ok": 90})
    return world


def record_calls(world: World, looking: bool = True) -> Counter[Any]:
    """The calls of every function of ours in one `advance`, by code; those which are given a run, a view or a status
    are what is asked of a run, and stand in a second count by name."""
    calls: Counter[Any] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and "/interleaver/" in frame.f_code.co_filename:
            calls[frame.f_code] += 1
            if is_question(frame):
                calls[frame.f_code.co_qualname] += 1

    weigh.cache_clear()
    world.now += timedelta(seconds=30)
    observed = world.observe(looking)
    sys.setprofile(note)
    try:
        advance(world.experiment, observed, world.now)
    finally:
        sys.setprofile(None)
    return calls


def is_question(frame: FrameType) -> bool:
    """Whether a function of the core is asked about a run. Between two calls the run may have got other numbers."""
    code = frame.f_code
    if "/experiment/" not in code.co_filename or "<" in code.co_qualname or "View." in code.co_qualname:
        return False
    given = (frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    return not code.co_flags & CO_GENERATOR and any(isinstance(value, Run | View | Status) for value in given)


def code_of(function: Callable[..., Any]) -> Any:
    """What tells a function in a trace, whatever it is wrapped in."""
    return getattr(function, "__wrapped__", function).__code__


def find_repeated(calls: Counter[Any]) -> dict[str, int]:
    """Questions that were asked more than once, and how often again."""
    return {name: number - 1 for name, number in calls.items() if isinstance(name, str) and number > 1}


@pytest.mark.parametrize("function", COUNTING + WEIGHING + DECIDING, ids=lambda function: function.__name__)
def test_a_look_asks_once(function: Callable[..., Any]) -> None:
    assert record_calls(make_voting_world())[code_of(function)] == 1


def test_a_look_estimates_once() -> None:
    """Its votes, ramp and clock are those of the look; no condition and no event reckons anew."""
    assert record_calls(make_voting_world())[code_of(estimate)] == 1


@pytest.mark.parametrize("function", [*DECIDING, check], ids=lambda function: function.__name__)
def test_a_visit_between_looks_asks_once(function: Callable[..., Any]) -> None:
    assert record_calls(make_voting_world(), looking=False)[code_of(function)] == 1


def test_the_visit_that_confirms_a_step_looks_at_the_gates_once() -> None:
    world = make_voting_world()
    world.step(3601)
    world.step(1)
    assert world.run.stepped_at is None
    assert record_calls(world)[code_of(find_gate)] == 1


@pytest.mark.parametrize("looking", [True, False])
def test_few_questions_are_asked_again(looking: bool) -> None:
    repeated = find_repeated(record_calls(make_voting_world(), looking))
    assert sum(repeated.values()) <= MOST_REPEATED, repeated


if __name__ == "__main__":
    counted = record_calls(make_voting_world())
    for name, number in sorted(find_repeated(counted).items(), key=lambda item: -item[1]):
        sys.stdout.write(f"{number + 1:4} {name}\n")
    sys.stdout.write(f"{sum(find_repeated(counted).values()):4} asked again\n")
    sys.stdout.write(f"{sum(number for key, number in counted.items() if not isinstance(key, str)):4} calls in all\n")
