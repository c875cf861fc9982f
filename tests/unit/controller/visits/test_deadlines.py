"""Deadlines: what time alone changes is known before, so that a visit comes when it passes and not a minute later."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interleaver.api import names
from interleaver.api.fields import seconds_until_first
from interleaver.controller.visits.returning import list_deadlines
from interleaver.controller.visits.worth import is_transition
from interleaver.experiment.run import advance
from interleaver.experiment.view import View
from tests.builders import World, make_experiment, make_running_world
from tests.unit.experiment.test_any_history import HAPPENINGS, USUAL
from tests.unit.experiment.test_any_history import live as live_through

LONGEST = 600.0  # seconds between visits, deadlines or not
VOTES = {"win": 900, "tie": 200, "loss": 300}


def look_on(world: World) -> View:
    """The experiment between two looks, at rest as long as the clock stands still."""
    observed = world.observe(looking=False)
    for _ in range(8):
        status = advance(world.experiment, observed, world.now)
        world.experiment = world.experiment.model_copy(update={"status": status})
    return View(world.experiment, observed, world.now)


def seconds_until_deadline(view: View) -> float | None:
    return seconds_until_first(list_deadlines(view.experiment, view.observed), view.now)


def is_changed(view: View, seconds: float) -> bool:
    """Whether something else is decided so many seconds later, with nothing new to be seen."""
    new = advance(view.experiment, view.observed, view.now + timedelta(seconds=seconds))
    return is_transition(view.experiment.status, new)


def find_change(view: View) -> float | None:
    """Seconds until that, to a tenth; None when it is longer than a visit is ever put off."""
    if not is_changed(view, LONGEST):
        return None
    low, high = 0.0, LONGEST
    while high - low > 0.1:
        middle = (low + high) / 2
        low, high = (low, middle) if is_changed(view, middle) else (middle, high)
    return high


def visit_at_deadlines(view: View, until: float) -> Iterator[float]:
    """When visits come that nothing but deadlines asks for, in seconds from now."""
    waited = 0.0
    while waited < until and (wait := seconds_until_deadline(replace(view, now=view.now + timedelta(seconds=waited)))):
        waited += wait
        yield waited


def starting(**spec: Any) -> World:
    """A champion whose pods do not get Ready."""
    world = World(make_experiment(candidate=None, **spec), broken={"v41"})
    world.settle()
    return world


def preparing(**spec: Any) -> World:
    """A candidate whose pods do not get Ready."""
    world = World(make_experiment(**spec), broken={"v42"})
    world.settle(8)
    assert world.run.stage == "Preparing"
    return world


def climbing() -> World:
    """A run that holds a step."""
    return make_running_world(traffic={"steps": [{"percent": 20, "hold": "4m"}, {"percent": 100}]})


def ailing() -> World:
    """A run whose candidate has lost its pods."""
    world = make_running_world(promotion={"progressDeadline": "5m"})
    world.broken.add("v42")
    world.step(1)
    return world


def promoted(**promotion: str) -> World:
    """A candidate that serves, while the former champion keeps its size."""
    analysis = {"minimumRun": "1s", "minimumVotes": 50}
    world = make_running_world(traffic={"steps": [{"percent": 100}]}, analysis=analysis, promotion=promotion)
    world.vote(**VOTES)
    for _ in range(10):
        world.step(31)
        if world.run.stage == "Settling":
            return world
    raise AssertionError(world.status)


def doubtful() -> World:
    """A new champion that has lost its pods."""
    world = promoted(rollbackWindow="2h", progressDeadline="5m")
    world.broken.add("v42")
    world.step(1)
    return world


def removing() -> World:
    """A loser of which routers that do not follow are still told."""
    world = make_running_world()
    world.slow_routers = True
    world.edit({names.ANNOTATION_ABORT: world.run.id})
    world.step(1)
    assert world.run.stage == "RollingBack"
    return world


CASES: dict[str, tuple[Callable[[], World], float]] = {
    "a champion that does not get Ready needs a person": (lambda: starting(promotion=progress("5m")), 300),
    "a candidate that does not get Ready is given up": (lambda: preparing(promotion=progress("3m")), 180),
    "a step is held for so long": (climbing, 240),
    "a candidate without pods is rolled back": (ailing, 300),
    "the rollback window ends": (lambda: promoted(rollbackWindow="7m"), 420),
    "a new champion without pods is sent back": (doubtful, 300),
    "a loser goes though routers do not follow": (removing, 60),
}


def progress(deadline: str) -> dict[str, str]:
    return {"progressDeadline": deadline}


@pytest.mark.parametrize(("begin", "most"), CASES.values(), ids=CASES)
def test_a_deadline_is_known_before_it_passes(begin: Callable[[], World], most: float) -> None:
    view = look_on(begin())
    changed = find_change(view)
    assert changed is not None
    assert most - 30 < changed < most + 0.2
    assert list(visit_at_deadlines(view, changed - 0.2))[-1] == pytest.approx(changed, abs=0.2)


def list_times(until: float) -> Iterator[float]:
    """Times before that, some of them just before."""
    yield from (until * share for share in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9))
    yield until - 0.1


FORWARD = [name for name in HAPPENINGS if name != "the clock goes back"]  # of a time to come nothing is planned


@settings(max_examples=100)
@given(st.lists(st.sampled_from([*FORWARD, *USUAL * 3]), min_size=8, max_size=45), st.sampled_from(FORWARD))
def test_whatever_happened_nothing_is_decided_by_time_alone_before_the_next_deadline(
    happened: list[str], last: str
) -> None:
    view = look_on(live_through([*happened, last]))
    until = min(seconds_until_deadline(view) or LONGEST, LONGEST)
    for seconds in list_times(until):
        assert seconds <= 0 or not is_changed(view, seconds), (seconds, until)


def test_what_serves_and_is_ready_waits_for_nothing() -> None:
    world = World(make_experiment(candidate=None))
    world.settle(8)
    assert seconds_until_deadline(look_on(world)) is None
