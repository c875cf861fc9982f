"""Error rates of whole runs that `advance` itself decides at every look, with all its rules and its memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from interleaver.api.status import Decision
from interleaver.experiment.run import advance
from tests.builders import World, make_running_world

RUNS = 100
ALPHA = 0.2  # so high that a hundred runs can tell a rate that is held from one that is not
VOTES = 40  # at each of the 48 looks of a day
TIES = 0.2


def start_run(margin: float) -> World:
    """A run at the top of its ramp: from now on nothing but the evidence stands in a promotion's way."""
    return make_running_world(
        traffic={"steps": [{"percent": 100}]},
        metrics={"interval": "30m", "staleAfter": "1h", "attributionWindow": "1h"},
        analysis={
            "alpha": str(ALPHA),
            "margin": str(margin),
            "minimumRun": "0s",
            "window": "24h",
            "minimumVotes": 0,
            "plannedVotes": 1000,
        },
    )


def decide_runs(seed: int, *, preference: float, margin: float) -> Iterator[Decision]:
    """The decisions on many runs of a candidate with that true preference."""
    world, random = start_run(margin), np.random.default_rng(seed)
    win = (1 - TIES) / 2 + preference
    for _ in range(RUNS):
        yield decide_run(world, random, [win, TIES, 1 - win - TIES])


def decide_run(world: World, random: np.random.Generator, law: list[float]) -> Decision:
    """The decision on one run: looks at a router that counts votes of this law, until there is one."""
    experiment, observed, now = world.experiment, world.observe(), world.now
    counts = np.zeros(3, dtype=int)
    while experiment.status.decision is None:
        now += timedelta(minutes=30)
        counts += random.multinomial(VOTES, law)
        shown = dict(zip(("votes.win", "votes.tie", "votes.loss"), counts.tolist(), strict=True))
        shown["conversions.neutral"] = sum(shown.values())  # the books balance
        readings = tuple(replace(reading, counts=shown) for reading in observed.readings or ())
        status = advance(experiment, replace(observed, readings=readings), now)
        experiment = experiment.model_copy(update={"status": status})
    return experiment.status.decision


def share(decisions: list[Decision], verdict: str) -> float:
    return sum(decision.verdict == verdict for decision in decisions) / len(decisions)


def test_whole_runs_promote_a_candidate_at_the_margin_in_a_share_of_alpha_at_most() -> None:
    decisions = list(decide_runs(1, preference=-0.03, margin=0.03))
    assert 0 < share(decisions, "Promote") <= ALPHA


def test_whole_runs_roll_an_equal_candidate_back_in_a_share_of_alpha_at_most() -> None:
    decisions = list(decide_runs(2, preference=0.0, margin=0.02))
    assert 0 < share(decisions, "Rollback") <= ALPHA


@pytest.mark.parametrize(("preference", "verdict"), [(0.1, "Promote"), (-0.1, "Rollback")])
def test_whole_runs_tell_a_candidate_that_differs(preference: float, verdict: str) -> None:
    assert share(list(decide_runs(3, preference=preference, margin=0.03)), verdict) > 0.95
