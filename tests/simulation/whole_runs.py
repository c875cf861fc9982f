"""Whole runs for the tests: scenarios, and what a team would count or decide by if it did not know better."""

from dataclasses import replace

import numpy as np

from interleaver.api.v1alpha1 import Analysis, Traffic
from interleaver.simulate.many_runs import Fleet
from interleaver.simulate.moments import Flags, Floats, Integers
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Faults, Scenario, Truth
from interleaver.simulate.shoppers import Shoppers

FAULTS = Faults(resets=0.5, gaps=0.5, restarts=1.0)
MARGIN = float(Analysis().margin)


def make_scenario(preference: float, *, faults: Faults = FAULTS, tie_share: float = 0.3, **truth: float) -> Scenario:
    """The default plan, looked at every 30 minutes, over a truth."""
    win_share = 0.5 + preference / (1 - tie_share) if tie_share < 1 else 0.5
    return Scenario(Truth(win_share=win_share, tie_share=tie_share, **truth), faults)


def shorten(scenario: Scenario) -> Scenario:
    """The same in four days with four looks a day, for `advance` takes a millisecond a look; the votes stay as many."""
    steps = [{"percent": 10, "hold": "12h"}, {"percent": 50, "hold": "12h"}, {"percent": 100}]
    analysis = Analysis.model_validate(scenario.analysis.to_dict() | {"minimumRun": "48h", "window": "96h"})
    return replace(
        scenario,
        truth=replace(scenario.truth, votes_per_day=3.5 * scenario.truth.votes_per_day),
        analysis=analysis,
        traffic=Traffic.model_validate({"steps": steps}),
        looks_per_day=4,
    )


def make_shoppers(scenario: Scenario, runs: int, seed: int) -> Shoppers:
    return Shoppers(scenario, runs, np.random.default_rng(seed))


def share_of(outcomes: list[Outcome], verdict: str) -> float:
    return sum(each.verdict == verdict for each in outcomes) / len(outcomes)


class NaiveFleet(Fleet):
    """The same rules with a z-test at each look in the place of the e-values."""

    def test(self, tallies: Integers, null_mean: float, where: Flags, least: float) -> Floats:
        votes = np.maximum(tallies.sum(axis=1), 1)
        mean = (tallies[:, 0] + tallies[:, 1] / 2) / votes
        variance = np.maximum((tallies[:, 0] + tallies[:, 1] / 4) / votes - mean**2, 1e-12)
        proven = (votes > 30) & ((mean - null_mean) / np.sqrt(variance / votes) > 1.6449)
        return np.where(where & proven, np.inf, -np.inf)
