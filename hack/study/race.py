"""A race: how many sessions it takes until the product's test has proven that the candidate is better."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from interleaver.simulate.moments import Floats
from interleaver.stats.betting import log_e_values

ALPHA: Final = 0.05
DONE: Final = 0.8  # share of runs that shall have ended
LOOKS: Final = 200
REACH: Final = 5.0  # a race goes on for so many times what a single look would need
PLANS: Final = (10, 30, 100, 300, 600, 1000, 2000, 5000, 10_000, 30_000)  # values of plannedVotes that are tried
TRIED: Final = 300  # runs by which a plan is chosen; the race itself has others


@dataclass(frozen=True, slots=True)
class Law:
    """Probabilities of win, tie and loss of one trial; what is missing to 1 is no vote."""

    votes: Floats  # (3,)
    sessions: int  # that one trial takes


@dataclass(frozen=True, slots=True)
class Race:
    """How many sessions each run took; inf where the race was over before."""

    ended: Floats  # (runs,)
    planned: int

    @property
    def needed(self) -> float:
        """Sessions by which DONE of the runs had ended."""
        return float(np.quantile(self.ended, DONE, method="inverted_cdf"))

    @property
    def interval(self) -> tuple[float, float]:
        """99 % interval of `needed`: order statistics, by the normal approximation of the binomial distribution."""
        runs, spread = len(self.ended), 2.576 * np.sqrt(DONE * (1 - DONE) / len(self.ended))
        low, high = (np.sort(self.ended)[min(runs - 1, round(runs * (DONE + side)))] for side in (-spread, spread))
        return float(low), float(high)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.needed:,.0f} ({low:,.0f} to {high:,.0f})"


def race(law: Law, scale: float, runs: int, seed: int, smallest_plan: int) -> Race:
    """The race with the plan that is fastest among those allowed. `scale` is a guess of the sessions it takes."""
    tries = [go(law, scale, TRIED, seed + 1, plan) for plan in PLANS if plan >= smallest_plan]
    return go(law, scale, runs, seed, min(tries, key=lambda each: each.needed).planned)


def go(law: Law, scale: float, runs: int, seed: int, planned: int) -> Race:
    """So many runs, looked at LOOKS times at even distances."""
    random, totals = np.random.default_rng(seed), np.zeros((runs, 3), dtype=np.int64)
    trials = max(1, round(REACH * scale / LOOKS / law.sessions))  # between two looks
    chances, ended = [*law.votes, max(0.0, 1 - law.votes.sum())], np.full(runs, np.inf)
    for look in range(1, LOOKS + 1):
        totals += random.multinomial(trials, chances, size=runs)[:, :3]
        proven = log_e_values(totals, 0.5, planned) >= -np.log(ALPHA)
        ended[proven & np.isinf(ended)] = look * trials * law.sessions
    return Race(ended, planned)
