"""Histories made for comparison: random, short, and full of looks at which a rule tips."""

from dataclasses import dataclass

import numpy as np

from interleaver.api.v1alpha1 import Analysis, Traffic
from interleaver.simulate.moments import Fault, Integers, Moments
from interleaver.simulate.scenario import Scenario, Truth

LOOKS = 28


@dataclass
class Table:
    """A source that says what stands in tables of shape (runs, looks, ...), whatever the step."""

    before: Integers
    after: Integers
    fault: Integers
    away: Integers
    look: int = 0

    def next(self, runs: Integers, steps: Integers) -> Moments:
        look, self.look = self.look, self.look + 1
        if look >= self.before.shape[1]:  # long after the window: the operator is back
            nothing = np.zeros((len(runs), 3), dtype=np.int64)
            return Moments(nothing, nothing, np.zeros(len(runs)), np.zeros(len(runs), dtype=np.bool_))
        away = self.away[runs, look].astype(np.bool_)
        return Moments(self.before[runs, look], self.after[runs, look], self.fault[runs, look], away)

    def alone(self, run: int) -> "Table":
        """One run's history."""
        row = slice(run, run + 1)
        return Table(self.before[row], self.after[row], self.fault[row], self.away[row])


def make_scenario(**truth: float) -> Scenario:
    """A run of a week with two looks a day; thresholds lie where random histories cross them at many looks."""
    analysis = Analysis(
        alpha="0.2", margin="0.03", minimum_run="96h", window="168h", minimum_votes=600, planned_votes=1000
    )
    steps = [
        {"percent": 10, "hold": "12h"},
        {"percent": 25, "hold": "24h"},
        {"percent": 50, "hold": "36h"},
        {"percent": 100},
    ]
    return Scenario(
        Truth(**truth), analysis=analysis, traffic=Traffic.model_validate({"steps": steps}), looks_per_day=2
    )


def make_histories(seed: int, runs: int, *, fault: float = 0.1, away: float = 0.1) -> Table:
    """Histories in which votes are few or many, for one side or the other, in streaks, with faults among them."""
    random = np.random.default_rng(seed)
    size = random.choice([0, 5, 60, 300], size=(runs, LOOKS), p=[0.2, 0.2, 0.4, 0.2])
    side = np.repeat(random.normal(0, 0.12, size=(runs, LOOKS // 7)), 7, axis=1) + random.normal(0, 0.03, (runs, 1))
    side += np.where(np.arange(LOOKS) < 4, 0.15, -0.15) * (random.random((runs, 1)) < 0.3)  # novelty that fades
    ties = random.choice([0.0, 0.3, 0.9], size=(runs, 1))
    kept = random.random((runs, 1)) < 0.2  # on par at once, and then worse than equal by less than the margin
    size = np.where(kept, 1200, size)
    side = np.where(kept, np.where(np.arange(LOOKS) < 2, 0.04, -0.03), side)
    ties = np.where(kept, 0.0, ties)
    win = np.clip((1 - ties) * (0.5 + side), 0, 1)
    law = np.stack([win, np.broadcast_to(ties, win.shape), 1 - ties - win], axis=-1).clip(0, 1)
    votes = random.multinomial(size, law / law.sum(axis=-1, keepdims=True))
    kind = random.choice([Fault.NONE, Fault.RESET, Fault.LOST], size=size.shape, p=[1 - fault, fault / 2, fault / 2])
    before = random.binomial(votes, random.random(size.shape)[..., None])
    return Table(before, votes - before, kind, (random.random(size.shape) < away).astype(np.int64))
