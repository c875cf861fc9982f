"""Overall conversion over whole ramps: how often an innocent candidate is rolled back, and whether a loss is seen."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from hack.overall import (
    ALLOWED,
    ALPHA,
    LOOKS_A_DAY,
    PLANNED,
    RAMP,
    SCENARIOS,
    Population,
    Ramp,
    count_needed,
    share_breached,
    simulate,
)

from interleaver.stats.overall import weigh

RUNS = 300
LOSS = "a drop of 20 %"
INNOCENT = [name for name in SCENARIOS if name != LOSS]


@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_candidate_is_rolled_back_in_a_share_of_alpha_at_most(name: str) -> None:
    assert share_breached(SCENARIOS[name], RAMP, RUNS, seed=1) <= ALPHA


@pytest.mark.parametrize("name", ["equal arms", "equal arms, the rate doubles on day 2", "equal arms, day and night"])
def test_that_holds_where_no_loss_is_allowed(name: str) -> None:
    assert share_breached(SCENARIOS[name], RAMP, RUNS, seed=2, drop=0.0) <= ALPHA


@pytest.mark.parametrize("ramp", [RAMP, [(25, 2 * LOOKS_A_DAY), (50, 5 * LOOKS_A_DAY)]])
@pytest.mark.parametrize("drop", [0.0, ALLOWED])
def test_a_gain_is_no_loss_where_most_units_convert_before_the_next_step(ramp: Ramp, drop: float) -> None:
    """With bets of each step's own, multiplied, all runs of the second ramp were rolled back."""
    eager = Population(100_000, 2e-2, -0.5)
    assert share_breached(eager, ramp, 100, seed=6, drop=drop) <= ALPHA


def test_a_loss_of_a_fifth_ends_most_runs_with_enough_conversions() -> None:
    busy = replace(SCENARIOS[LOSS], units=1_000_000)
    assert share_breached(busy, RAMP, RUNS, seed=3) > 0.95


def test_pooling_the_steps_would_call_equal_arms_unequal() -> None:
    """Simpson's paradox: as the rate doubles, conversions of a higher percent outweigh those of a lower one."""
    busy = replace(SCENARIOS["equal arms"], units=1_000_000, drift=lambda look: 1.0 if look >= LOOKS_A_DAY else 2.0)
    below = RAMP[:3]
    pooled = sum(counts[:, -1] for counts in simulate(busy, below, RUNS, seed=4))
    looks = np.array([looks for _, looks in below])
    percent = round(float(np.average([percent for percent, _ in below], weights=looks)))
    wrong = weigh([percent], np.asarray(pooled)[:, None], ALLOWED, PLANNED) >= log(1 / ALPHA)
    assert wrong.mean() > 10 * ALPHA
    assert share_breached(busy, RAMP, RUNS, seed=4) <= ALPHA


@pytest.mark.parametrize(("percent", "needed"), [(25, 2_263), (50, 1_547)])
def test_a_loss_of_a_fifth_takes_as_many_conversions_as_the_page_says(percent: int, needed: int) -> None:
    """Source: docs/how-to/overall-conversion.md, made by hack/overall.py with 1,000 runs of another seed."""
    assert count_needed(percent, 0.2, RUNS, 5, 15_000) == pytest.approx(needed, rel=0.15)
