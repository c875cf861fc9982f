"""What may be counted: one vote per unit, within merged lists, and nothing pooled across steps of the ramp."""

import numpy as np

from tests.simulation.votes import ALPHA, Counts, cast_votes, mirror, reject, share_ever

RUNS = 200


def alarm(tallies: Counts) -> float:
    """In which share of the runs of two equal models one is called better or harmful."""
    return share_ever(reject(tallies, 0.5) | reject(mirror(tallies), 0.5))


def look_every(units: int, wins: Counts, conversions: int) -> Counts:
    """Tallies after every so many units; `wins` has shape (runs, all units), of so many conversions each."""
    table = np.stack([wins, np.zeros_like(wins), conversions - wins], axis=-1)
    return np.cumsum(table, axis=1)[:, units - 1 :: units]


def test_shoppers_with_strong_taste_and_five_conversions_each_raise_no_false_alarm() -> None:
    random = np.random.default_rng(1)
    taste = random.beta(0.1, 0.1, size=(RUNS, 4000))  # how likely a conversion is on the candidate's item; mean 1/2
    conversions = random.random(size=(5, RUNS, 4000)) < taste
    first_only = look_every(20, conversions[0].astype(np.int64), conversions=1)
    every_one = look_every(20, conversions.sum(axis=0), conversions=5)
    assert alarm(first_only) <= 2 * ALPHA  # two one-sided tests
    assert alarm(every_one) > 6 * ALPHA


def test_a_conversion_rate_that_doubles_in_mid_ramp_raises_no_alarm() -> None:
    calm = cast_votes(2, RUNS, preference=0.0, tie_share=0.3, votes_a_day=300, days=7)
    busy = cast_votes(
        3, RUNS, preference=0.0, tie_share=0.3, votes_a_day=3000, days=7
    )  # 5 times the units, twice the rate
    tallies = np.concatenate([calm, calm[:, -1:] + busy], axis=1)
    assert alarm(tallies) <= 2 * ALPHA


def test_rates_pooled_across_steps_of_the_ramp_would_call_equal_models_different() -> None:
    random = np.random.default_rng(4)
    shown = np.array([[10_000, 50_000], [90_000, 50_000]])  # candidate and champion, at 10 and at 50 percent
    converted = random.binomial(shown, [0.02, 0.04], size=(RUNS, 2, 2)).sum(axis=-1)
    rates, totals = converted / shown.sum(axis=-1), shown.sum(axis=-1)
    pooled = converted.sum(axis=-1) / totals.sum()
    z = (rates[:, 0] - rates[:, 1]) / np.sqrt(pooled * (1 - pooled) * (1 / totals).sum())
    assert (np.abs(z) > 1.96).mean() > 0.9
