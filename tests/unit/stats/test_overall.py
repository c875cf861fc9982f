"""Evidence that merged lists cost conversions, from the arms of the units that converted."""

from math import isfinite, log
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp

from interleaver.stats import betting
from interleaver.stats.overall import Stratum, estimate_drop, log_e_value, share_interleaved, weigh
from interleaver.stats.tally import Tally
from tests.unit.stats.binomial import log_binomial

PLANNED = 2000
counts = st.integers(0, 10**6)
strata = st.lists(st.builds(Stratum, st.integers(1, 100), counts, counts), max_size=6)
drops = st.floats(0, 0.9)


@pytest.mark.parametrize(
    ("percent", "drop", "share"),
    [(50, 0.0, 0.5), (25, 0.0, 0.25), (50, 0.5, 1 / 3), (10, 0.1, 0.09 / 0.99), (100, 0.3, 1.0)],
)
def test_a_converting_unit_is_interleaved_as_often_as_its_arm_is_large_and_converts(
    percent: int, drop: float, share: float
) -> None:
    """By hand: of 1,000 units at 10 %, 100 convert at 0.9 and 900 at 1: 90 of 990."""
    assert share_interleaved(percent, drop) == pytest.approx(share)


@pytest.mark.parametrize("percent", [5, 10, 25, 50, 90])
@pytest.mark.parametrize("drop", [0.0, 0.05, 0.3])
def test_arms_that_differ_by_what_is_allowed_are_expected_to_earn_nothing(percent: int, drop: float) -> None:
    units, share = 200, share_interleaved(percent, drop)
    each = np.arange(units + 1)
    logs = log_binomial(each, units, share) + weigh(
        [percent], np.stack([each, units - each], -1)[:, None], drop, PLANNED
    )
    assert logsumexp(logs) == pytest.approx(0.0, abs=1e-9)


def test_at_half_and_half_it_is_the_bet_mixture_on_the_champions_share() -> None:
    mixture = betting.log_e_value(Tally(60, 0, 40), 0.5, 1000)
    assert log_e_value([Stratum(50, 40, 60)], 0.0, 1000) == pytest.approx(mixture, rel=1e-12)
    # The design's reference value for 60/0/40.
    assert log_e_value([Stratum(50, 40, 60)], 0.0, 1000) == pytest.approx(1.19031, abs=1e-5)


def test_where_nobody_is_left_to_compare_with_there_is_no_news() -> None:
    assert log_e_value([Stratum(100, 10_000, 0)], 0.0, PLANNED) == pytest.approx(0, abs=1e-12)
    assert log_e_value([], 0.0, PLANNED) == pytest.approx(0, abs=1e-12)


def test_a_clear_loss_is_beyond_the_bar_and_a_gain_is_not() -> None:
    assert log_e_value([Stratum(50, 400, 600)], 0.05, PLANNED) > log(20)
    assert log_e_value([Stratum(50, 600, 400)], 0.05, PLANNED) < 0


@given(st.integers(1, 98), st.data(), strata, drops)
def test_a_unit_that_converts_sooner_once_it_is_interleaved_leaves_less_evidence(
    early: int, data: st.DataObject, rest: list[Stratum], drop: float
) -> None:
    """So a better candidate, whose units have converted before the next step begins, is no worse off at any moment."""
    late = data.draw(st.integers(early + 1, 100))
    sooner, later = (log_e_value([*rest, Stratum(percent, 1, 0)], drop, PLANNED) for percent in (early, late))
    never = log_e_value(rest, drop, PLANNED)
    assert sooner - 1e-5 <= later <= never + 1e-5  # rounding, at millions of units


@given(st.integers(1, 99), counts, counts, drops)
def test_a_step_at_which_nobody_converts_changes_nothing(
    percent: int, interleaved: int, champion: int, drop: float
) -> None:
    alone = [Stratum(percent, interleaved, champion)]
    for planned in (1, 600):
        more = log_e_value([*alone, Stratum(1, 0, 0)], drop, planned)
        assert more == pytest.approx(log_e_value(alone, drop, planned), rel=1e-9, abs=1e-9)


def test_what_two_steps_say_is_weighed_by_the_same_bets() -> None:
    """By hand: one bet mixture over all of it, and no product of two."""
    bets, log_weights = betting.mix_bets(PLANNED)
    logs = log_weights + 40 * np.log1p(-bets * 0.75) + 160 * np.log1p(bets * 0.25)
    logs += 90 * np.log1p(-bets * 0.5) + 110 * np.log1p(bets * 0.5)
    assert log_e_value([Stratum(25, 40, 160), Stratum(50, 90, 110)], 0.0, PLANNED) == pytest.approx(logsumexp(logs))


@given(strata, st.randoms(use_true_random=False), drops)
def test_strata_come_in_any_order(parts: list[Stratum], random: Random, drop: float) -> None:
    shuffled = random.sample(parts, len(parts))
    assert log_e_value(shuffled, drop, PLANNED) == pytest.approx(log_e_value(parts, drop, PLANNED), rel=1e-9, abs=1e-6)


@given(st.integers(1, 99), counts, counts, drops)
def test_it_rises_with_champion_only_units_and_falls_with_interleaved_ones(
    percent: int, interleaved: int, champion: int, drop: float
) -> None:
    now, more, less = (
        log_e_value([Stratum(percent, *arms)], drop, PLANNED)
        for arms in ((interleaved, champion), (interleaved, champion + 1), (interleaved + 1, champion))
    )
    assert isfinite(now)
    assert less - 1e-5 <= now <= more + 1e-5  # rounding, at millions of units


@given(st.integers(1, 99), counts, counts, drops, drops)
def test_the_more_may_be_lost_the_less_is_proven(
    percent: int, interleaved: int, champion: int, one: float, other: float
) -> None:
    allowed, strict = max(one, other), min(one, other)
    # Bets are in standard deviations, so they depend on the hypothesis; at one hypothesis' own bets it is exact.
    lax, hard = (share_interleaved(percent, drop) for drop in (allowed, strict))
    assert lax <= hard
    if champion and interleaved / (interleaved + champion) >= hard:
        assert log_e_value([Stratum(percent, interleaved, champion)], allowed, PLANNED) <= 1e-6


def test_many_counts_at_once_are_weighed_as_each_alone() -> None:
    many = np.array([[[10, 20], [5, 5]], [[300, 200], [0, 9]], [[0, 0], [0, 0]]])
    alone = [
        log_e_value([Stratum(25, *map(int, low)), Stratum(50, *map(int, high))], 0.05, PLANNED) for low, high in many
    ]
    assert weigh([25, 50], many, 0.05, PLANNED).tolist() == pytest.approx(alone)


@pytest.mark.parametrize(("drop", "percent"), [(-0.1, 50), (1.0, 50), (0.1, 0), (0.1, 101)])
def test_what_is_no_share_is_refused(drop: float, percent: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        log_e_value([Stratum(percent, 1, 1)], drop, PLANNED)


def test_the_drop_that_was_seen_is_put_together_over_strata_of_any_size() -> None:
    """Exact in both strata, so in both together, though one has a hundred times the conversions."""
    assert estimate_drop([Stratum(50, 80, 100)]) == pytest.approx(0.2)
    assert estimate_drop([Stratum(10, 80, 900)]) == pytest.approx(0.2)
    assert estimate_drop([Stratum(50, 80, 100), Stratum(10, 8_000, 90_000)]) == pytest.approx(0.2)
    assert estimate_drop([Stratum(50, 120, 100)]) == pytest.approx(-0.2)


def test_without_a_champion_only_conversion_nothing_is_estimated() -> None:
    assert estimate_drop([]) is None
    assert estimate_drop([Stratum(50, 7, 0), Stratum(100, 900, 0)]) is None
