"""What the guardrail on overall conversion can see, and how often it is wrong: simulated through the production code.

    PYTHONPATH=operator .venv/bin/python -m hack.overall [--runs 2000] [--seed 1]

A population of units, each with a hash; at every look each unit that has not converted yet does so with a small
probability, which merged lists change. The ramp decides who sees them. Prints the tables of
docs/how-to/overall-conversion.md.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt

from interleaver.stats.overall import weigh

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LOOKS_A_DAY = 48
ALPHA, PLANNED = 0.05, 2000  # the defaults of the API
ALLOWED = 0.05


@dataclass(frozen=True)
class Population:
    """Units, and how they convert."""

    units: int
    chance: float  # of a unit to convert between two looks, on the champion's list
    drop: float  # what merged lists cost of that; below 0 they gain
    drift: Callable[[int], float] = lambda _: 1.0  # factor on the chance at a look

    def convert(self, look: int, interleaved: bool) -> float:
        """The chance of a unit at a look."""
        return self.chance * self.drift(look) * (1 - self.drop if interleaved else 1)


Ramp = Sequence[tuple[int, int]]  # percent, looks


def simulate(population: Population, ramp: Ramp, runs: int, seed: int) -> list[Counts]:
    """For each step of the ramp the units that have converted at it, shape (runs, looks, 2): interleaved, not."""
    random = np.random.default_rng(seed)
    edges = [0, *(percent for percent, _ in ramp)]
    widths = [high - low for low, high in pairwise([*edges, 100])]
    left = random.multinomial(population.units, np.array(widths) / 100, size=runs)  # by bands of the hash
    found, look = [], 0
    for step, (_, looks) in enumerate(ramp):
        steps = np.zeros((runs, looks, 2), dtype=np.int64)
        for number in range(looks):
            chances = [population.convert(look, band <= step) for band in range(len(widths))]
            converted = random.binomial(left, chances)
            left = left - converted
            steps[:, number] = np.stack([converted[:, : step + 1].sum(1), converted[:, step + 1 :].sum(1)], axis=-1)
            look += 1
        found.append(steps.cumsum(axis=1))
    return found


def follow(found: list[Counts], ramp: Ramp, drop: float) -> Floats:
    """ln of the evidence at every look, shape (runs, looks)."""
    runs, looks = len(found[0]), sum(looks for _, looks in ramp)
    converted = np.zeros((runs, looks, len(ramp), 2), dtype=np.int64)
    start = 0
    for step, counts in enumerate(found):
        converted[:, start : start + counts.shape[1], step] = counts
        converted[:, start + counts.shape[1] :, step] = counts[:, -1:]
        start += counts.shape[1]
    return weigh([percent for percent, _ in ramp], converted, drop, PLANNED)


def share_breached(population: Population, ramp: Ramp, runs: int, seed: int, drop: float = ALLOWED) -> float:
    """The share of runs in which the guardrail was ever breached."""
    logs = follow(simulate(population, ramp, runs, seed), ramp, drop)
    return float((logs >= log(1 / ALPHA)).any(axis=1).mean())


def count_needed(percent: int, drop: float, runs: int, seed: int, units: int) -> float:
    """Converting units of both arms by which 80 % of runs see a true drop, at one percent, looks 500 times apart."""
    ramp = [(percent, 500)]
    # So many units that hardly any is used up, as most visitors of a shop do not buy.
    population = Population(units * 20, 1 / 10_000, drop)
    (counts,) = simulate(population, ramp, runs, seed)
    reached = follow([counts], ramp, ALLOWED) >= log(1 / ALPHA)
    numbers = counts.sum(axis=-1)
    first = np.where(reached.any(axis=1), numbers[np.arange(runs), reached.argmax(axis=1)], np.inf)
    return float(np.quantile(first, 0.8))


def double(look: int) -> float:
    """The conversion rate doubles on the second day."""
    return 1.0 if look < LOOKS_A_DAY else 2.0


def breathe(look: int) -> float:
    """Day and night."""
    return float(1 + 0.8 * np.sin(2 * np.pi * look / LOOKS_A_DAY))


RAMP: Ramp = [(10, LOOKS_A_DAY), (25, LOOKS_A_DAY), (50, 2 * LOOKS_A_DAY), (100, LOOKS_A_DAY)]
SCENARIOS = {
    "equal arms": Population(100_000, 1e-4, 0.0),
    "equal arms, the rate doubles on day 2": Population(100_000, 1e-4, 0.0, double),
    "equal arms, day and night": Population(100_000, 1e-4, 0.0, breathe),
    "a drop of just what is allowed, 5 %": Population(100_000, 1e-4, ALLOWED),
    "the same, and 80 % of the units convert": Population(20_000, 8e-3, ALLOWED),
    "merged lists convert 20 % better, and 80 % of the units convert": Population(20_000, 8e-3, -0.2),
    "they convert half as often again, and most units convert within a day": Population(100_000, 2e-2, -0.5),
    "a drop of 20 %": Population(100_000, 1e-4, 0.2),
}


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| truth | runs with a breach |\n| --- | --- |")
    for name, population in SCENARIOS.items():
        print(f"| {name} | {share_breached(population, RAMP, options.runs, options.seed):.1%} |")
    print("\n| true drop | at 10 % | at 25 % | at 50 % |\n| --- | --- | --- | --- |")
    for drop, units in {0.1: 120_000, 0.15: 30_000, 0.2: 15_000, 0.3: 6_000, 0.5: 2_000}.items():
        needed = [count_needed(percent, drop, options.runs // 4, options.seed, units) for percent in (10, 25, 50)]
        print(f"| {drop:.0%} | " + " | ".join(f"{number:,.0f}" for number in needed) + " |")


if __name__ == "__main__":
    main()
