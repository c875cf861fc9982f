"""Many runs climb the ramp as `advance` does at one look, whatever the counts, the steps, the time and the people.

Other tests compare whole runs. Here a look comes upon any state, so that each gate of experiment/deciding/ramp.py is
met closed and open, and at the very moment at which it opens.
"""

from collections.abc import Callable
from copy import copy
from datetime import timedelta
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interleaver.api.fields import timestamp
from interleaver.api.status import Crossed
from interleaver.api.v1alpha1 import Analysis, Traffic
from interleaver.experiment.deciding.ramp import HOLDS
from interleaver.simulate import many_runs
from interleaver.simulate.cluster import START, Cluster
from interleaver.simulate.many_runs import NEVER, Fleet
from interleaver.simulate.moments import Integers
from interleaver.simulate.people import People
from interleaver.simulate.requests import Requests
from interleaver.simulate.router import Router
from interleaver.simulate.scenario import Scenario
from interleaver.simulate.signs import Signs

NOW: Final = 100  # hours after the start, and looks
ALONE: Final = np.zeros(1, dtype=np.int64)
PERCENTS: Final = (10, 25, 50, 100)
# Gates that no simulation closes: all is well with its cluster, and it asks no Prometheus.
ABSENT: Final = {
    "StoreUnreachable", "MetricsStale", "NoGuardrailData", "BreakerOpen", "CandidateNotReady", "RoutersBehind",
}  # fmt: skip


class State(NamedTuple):
    """A run as a look comes upon it."""

    holds: tuple[int, ...] = (12, 24, 24)  # hours, of all steps but the last
    step: int = 0
    taken: int = 12  # hours ago
    votes: tuple[int, int, int] = (30, 10, 30)
    coins: tuple[int, int] = (40, 40)
    proven: bool = False  # on par, at an earlier look
    paused: bool = False

    @property
    def counts(self) -> list[int]:
        """What the router has counted, as in moments.COUNTS."""
        requests = sum(self.votes)
        return [*self.votes, requests, 0, 0, requests, 0, 0, *self.coins]


class Place(NamedTuple):
    """Where a run stands after the look."""

    ended: bool
    step: int
    taken: int  # hours after the start


@cache
def make_scenario(holds: tuple[int, ...], paused: bool) -> Scenario:
    """A plan under which harm is suspected long before it is proven, and nothing is promoted by now."""
    percents = PERCENTS[len(PERCENTS) - 1 - len(holds) :]
    steps = [{"percent": percent, "hold": f"{hold}h"} for percent, hold in zip(percents, holds, strict=False)]
    return Scenario(
        analysis=Analysis(alpha="0.0001", margin="0.03", minimum_run="1000h", window="1000h", planned_votes=600),
        traffic=Traffic.model_validate({"steps": [*steps, {"percent": 100}]}),
        requests=Requests(skew=0.6),  # so that coins are looked at
        people=People(pause=(0.0, 1e9) if paused else None),
        looks_per_day=24,
    )


@cache
def start(holds: tuple[int, ...], paused: bool) -> Cluster:
    """A cluster on whose first step units are interleaved."""
    cluster = Cluster(make_scenario(holds, paused))
    cluster.start()
    return cluster


def look(state: State) -> Cluster:
    """The cluster after `advance` has looked at the state until the ramp stays where it is."""
    cluster = copy(start(state.holds, state.paused))
    run, status = cluster.run, cluster.experiment.status
    assert run is not None
    since = START + timedelta(hours=NOW - state.taken)
    changes = {
        "step": state.step,
        "percent": run.plan.traffic.steps[state.step].percent,
        "stepped_at": timestamp(since),
        "crossed": Crossed(on_par=timestamp(START) if state.proven else None),
    }
    status = status.model_copy(update={"run": run.model_copy(update=changes)})
    cluster.experiment = cluster.experiment.model_copy(update={"status": status})
    cluster.router, cluster.now = Router(), START + timedelta(hours=NOW)
    cluster.router.count(state.counts)
    cluster.look()
    return cluster


def climb_as_the_operator(state: State) -> Place:
    """Where `advance` takes it."""
    cluster = look(state)
    run = cluster.run
    assert run is not None
    if cluster.experiment.status.decision is not None:
        return Place(True, state.step, NOW - state.taken)
    assert run.percent == run.plan.traffic.steps[run.step].percent
    hours = {timestamp(START + timedelta(hours=hour)): hour for hour in range(NOW + 1)}
    assert run.stepped_at is not None
    return Place(False, run.step, hours[run.stepped_at])


def climb_as_many(state: State) -> Place:
    """Where the same look takes a row of many runs."""
    fleet = Fleet(make_scenario(state.holds, state.paused), 1)
    interval = fleet.rules.interval
    fleet.look = NOW
    fleet.step[0], fleet.stepped[0] = state.step, (NOW - state.taken) * interval
    fleet.on_par_look[0] = 0 if state.proven else NEVER
    fleet.unread[0] = state.counts
    fleet.read(ALONE)
    fleet.judge(ALONE)
    return Place(fleet.outcomes[0] is not None, int(fleet.step[0]), int(fleet.stepped[0]) // interval)


@st.composite
def draw_states(draw: st.DrawFn) -> State:
    """Any state; holds are few, and times lie around their ends."""
    holds = tuple(draw(st.lists(st.sampled_from((0, 1, 12, 24)), min_size=1, max_size=len(PERCENTS) - 1)))
    step = draw(st.one_of(st.integers(0, len(holds) - 1), st.integers(0, len(holds))))
    hold = [*holds, 0][step]
    taken = draw(st.one_of(st.integers(max(0, hold - 1), hold + 1), st.integers(0, NOW)))
    wins, ties = draw(st.integers(0, 300)), draw(st.integers(0, 300))
    losses = draw(st.one_of(st.integers(0, 300), st.integers(wins, wins + 80)))
    first = draw(st.integers(0, 400))
    coins = (first, draw(st.one_of(st.integers(0, 400), st.integers(max(0, first - 30), first + 30))))
    return State(holds, step, taken, (wins, ties, losses), coins, draw(st.booleans()), draw(st.integers(0, 4)) == 4)


# Each gate closed by a little, and open by a little; what holds the ramp, in the operator's word for it.
STATES: Final = {
    "the hold is not over": (State(taken=11), "Hold"),
    "the hold is just over": (State(taken=12), "Hold"),  # of the next step, which was taken
    "people have paused": (State(paused=True), "Paused"),
    "harm is suspected": (State(votes=(100, 20, 150)), "HarmSuspected"),
    "harm is nearly suspected": (State(votes=(100, 20, 120)), "Hold"),
    "harm within the margin is none once on par was proven": (State(votes=(600, 100, 700), proven=True), "Hold"),
    "harm before on par was proven is": (State(votes=(600, 100, 700)), "HarmSuspected"),
    "harm beyond the margin always is": (State(votes=(600, 100, 830), proven=True), "HarmSuspected"),
    "harm is proven": (State(votes=(100, 20, 260)), "HarmSuspected"),
    "coins do not fall as they should": (State(coins=(100, 200)), "AllocationUnhealthy"),
    "coins fall badly, and that is chance": (State(coins=(100, 130)), "Hold"),
    "nearly all votes are won": (State(votes=(125, 9, 0)), "AllocationUnhealthy"),
    "many votes are won": (State(votes=(110, 9, 5)), "Hold"),
    "steps without a hold are taken at once": (State(holds=(12, 0, 0)), None),
    "the top is reached": (State(holds=(12,), step=1, votes=(100, 20, 150)), None),
}


@given(draw_states())
@example(STATES["the hold is just over"][0])
@example(STATES["harm is proven"][0])
def test_many_runs_climb_as_the_operator_does(state: State) -> None:
    assert climb_as_many(state) == climb_as_the_operator(state)


@pytest.mark.parametrize("name", STATES)
def test_the_states_are_about_what_they_say(name: str) -> None:
    state, gate = STATES[name]
    assert climb_as_many(state) == climb_as_the_operator(state)
    run = look(state).run
    assert run is not None
    assert run.hold == gate or climb_as_many(state).ended


def test_every_gate_is_closed_by_a_state_or_by_nothing_that_is_simulated() -> None:
    """A new gate has to be brought to simulate/many_runs.py, or to be listed here as one that is always open."""
    assert {gate for _, gate in STATES.values() if gate} | ABSENT == set(HOLDS)


def patch(change: Callable[[Fleet], object]) -> Callable[[pytest.MonkeyPatch], None]:
    """A mutant that differs in what a fleet starts with."""
    former = Fleet.__init__

    def apply(monkeypatch: pytest.MonkeyPatch) -> None:
        def begin(fleet: Fleet, scenario: Scenario, runs: int) -> None:
            former(fleet, scenario, runs)
            change(fleet)

        monkeypatch.setattr(Fleet, "__init__", begin)

    return apply


def forget_on_par(monkeypatch: pytest.MonkeyPatch) -> None:
    former = Fleet.read_signs

    def read_signs(fleet: Fleet, runs: Integers) -> Signs:
        fleet.on_par_look[:] = NEVER
        return former(fleet, runs)

    monkeypatch.setattr(Fleet, "read_signs", read_signs)


MUTANTS: Final[dict[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "a hold ends an hour early": patch(lambda fleet: setattr(fleet, "holds", fleet.holds - 3600)),
    "a hold ends an hour late": patch(lambda fleet: setattr(fleet, "holds", fleet.holds + 3600)),
    "nobody can pause": patch(lambda fleet: setattr(fleet, "people", People())),
    "harm is never suspected": lambda monkeypatch: monkeypatch.setattr(many_runs, "SUSPICION", 100.0),
    "harm is suspected sooner": lambda monkeypatch: monkeypatch.setattr(many_runs, "SUSPICION", 0.5),
    "coins are trusted": lambda monkeypatch: monkeypatch.setattr(
        many_runs, "find_skewed", lambda totals: np.zeros(len(totals), dtype=np.bool_)
    ),
    "harm is judged after on par as before": forget_on_par,
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_ramp_that_differs_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = [climb_as_the_operator(state) for state, _ in STATES.values()]
    MUTANTS[mutant](monkeypatch)
    assert [climb_as_many(state) for state, _ in STATES.values()] != truth
