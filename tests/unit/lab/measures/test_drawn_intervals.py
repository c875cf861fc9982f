"""A metric gets the interval that its kind needs."""

import numpy as np
import pytest

from interleaver.lab.measures.drawn_intervals import add_up, find_difference, find_interval
from interleaver.lab.measures.score_drawn import Drawn
from interleaver.lab.measures.score_sheet import Kind
from interleaver.lab.measures.share_intervals import Rate, share_interval

UNITS = 200


def draw(share: float, kind: Kind = Kind.SHARE, seed: int = 0) -> Drawn:
    """A share of so many units, each of one sample."""
    wrong = (np.arange(UNITS) < share * UNITS).astype(float)
    resampled = np.random.default_rng(seed).binomial(UNITS, share, 500) / UNITS
    return Drawn(share, resampled, UNITS, UNITS, UNITS, wrong[:, None], kind=kind, trials=UNITS)


def cost(alarms: float, misses: float) -> Drawn:
    terms = ((1.0, draw(alarms)), (10.0, draw(misses, seed=1)))
    value = sum(weight * term.value for weight, term in terms)
    resampled = np.asarray(sum(weight * term.resampled for weight, term in terms))
    return Drawn(value, resampled, UNITS, UNITS, UNITS, kind=Kind.FREE, terms=terms)


def test_a_share_gets_the_interval_of_shares_an_area_that_on_log_odds_and_anything_else_percentiles() -> None:
    assert find_interval(draw(0.1), 0.02, 0.95) == share_interval(Rate(0.1, draw(0.1).resampled, 200, 200), 0.95)
    area = find_interval(draw(0.9, Kind.BOUNDED), 0.02, 0.95)
    assert area is not None
    assert 0.9 - area[0] > area[1] - 0.9
    assert find_interval(draw(1.0, Kind.BOUNDED), 0.0, 0.95) is None
    assert find_interval(draw(0.1, Kind.FREE), 0.02, 0.95) is None


def test_a_difference_of_shares_needs_its_own_interval_only_where_few_units_change() -> None:
    assert find_difference(draw(0.11), draw(0.1), 0.95) is not None
    assert find_difference(draw(0.3), draw(0.1), 0.95) is None
    assert find_difference(draw(0.11, Kind.BOUNDED), draw(0.1, Kind.BOUNDED), 0.95) is None


def test_a_cost_without_a_miss_has_the_interval_of_misses_that_were_not_seen() -> None:
    ends = find_interval(cost(0.2, 0.0), 0.01, 0.95)
    assert ends is not None
    unseen = share_interval(Rate(0.0, np.zeros(2), 200, 200), 0.95)[1]
    assert ends[1] > 0.2 + 10 * unseen
    assert ends[0] == pytest.approx(share_interval(Rate(0.2, draw(0.2).resampled, 200, 200), 0.95)[0])


def test_a_difference_of_costs_takes_percentiles_only_where_many_units_change_both_rates() -> None:
    assert find_difference(cost(0.5, 0.3), cost(0.2, 0.1), 0.95) is None
    ends = find_difference(cost(0.5, 0.0), cost(0.2, 0.0), 0.95)
    assert ends is not None
    assert ends[0] < 0.3 - 10 * 0.01 < 0.3 + 10 * 0.01 < ends[1]


def test_ends_of_a_sum_add_up_in_squares() -> None:
    assert add_up(7.0, [(1.0, 1.0, (0.7, 1.4)), (2.0, 3.0, (2.8, 3.15))]) == pytest.approx((6.5, 7.5))
