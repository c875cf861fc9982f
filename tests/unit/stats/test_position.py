"""The curve of attention and the preference without it, from counts."""

from math import log, sqrt

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.stats.position import (
    ALONE,
    BURN_IN,
    FIRST,
    HALF,
    LARGEST_WEIGHT,
    LEAST_LINK,
    RANKS,
    SECOND,
    SHAPE,
    Chain,
    Position,
    estimate,
    find_half_width,
    weigh_votes,
)

Counts = npt.NDArray[np.int64]
WIN, TIE, LOSS = range(3)


def make_counts(cells: dict[tuple[int, int, int], int]) -> Counts:
    """Counts by rank from 1, place and outcome; what is not named is 0."""
    counts = np.zeros(SHAPE, dtype=np.int64)
    for (rank, place, outcome), count in cells.items():
        counts[rank - 1, place, outcome] = count
    return counts


def measure(counts: Counts, alpha: float = 0.05, planned: int = 1000) -> Position:
    found = estimate(counts, alpha, planned)
    assert found is not None
    return found


def possible(counts: Counts) -> Counts:
    """The same without ties in contested turns, which there are none of."""
    counts = counts.copy()
    counts[:, [FIRST, SECOND], TIE] = 0
    return counts


@st.composite
def votes(draw: st.DrawFn) -> Counts:
    """Counts of at least BURN_IN votes, many cells of which are empty."""
    seed, filled = draw(st.integers(0, 2**32 - 1)), draw(st.floats(0.05, 1))
    random = np.random.default_rng(seed)
    counts = possible(random.integers(0, 400, SHAPE) * (random.random(SHAPE) < filled))
    counts[0, ALONE, TIE] += BURN_IN
    return counts


# By hand: F = 300, S = 150 on the first link; F = 80, S = 40 on the second; the third is empty.
PAIRS = make_counts(
    {
        (1, FIRST, WIN): 160,
        (1, FIRST, LOSS): 140,
        (2, SECOND, WIN): 90,
        (2, SECOND, LOSS): 60,
        (2, FIRST, WIN): 50,
        (2, FIRST, LOSS): 30,
        (3, SECOND, WIN): 20,
        (3, SECOND, LOSS): 20,
        (4, ALONE, TIE): 100,
    }
)


def test_the_curve_is_the_chain_of_the_links_ratios() -> None:
    second = 150.5 / 300.5
    assert measure(PAIRS).curve.tolist() == pytest.approx([1, second, second * 40.5 / 80.5])


def test_the_preference_counts_each_vote_by_the_inverse_of_its_ranks_attention() -> None:
    _, second, third = measure(PAIRS).curve.tolist()
    wins = 160 + (90 + 50) / second + 20 / third
    losses = 140 + (60 + 30) / second + 20 / third
    ties = 100 / third  # below the known ranks a vote weighs what it does at the last one
    assert measure(PAIRS).preference == pytest.approx((wins - losses) / (wins + losses + ties) / 2)


# Source: the formula of Theorem 2.2 and the rule for rho of arXiv 2103.06476, worked out here for other numbers.
def test_the_half_width_is_that_of_the_paper() -> None:
    rho2 = (-2 * log(0.1) + log(-2 * log(0.1) + 1)) / 500
    expected = sqrt(2 * (200 * rho2 + 1) / (200**2 * rho2) * log(sqrt(200 * rho2 + 1) / 0.1))
    assert find_half_width(200, 0.05, 500) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("planned", [600, 10_000])
def test_no_other_plan_gives_a_narrower_interval_at_the_planned_number_by_more_than_a_hundredth(planned: int) -> None:
    others = [find_half_width(planned, 0.05, round(planned * factor)) for factor in (0.25, 0.5, 0.8, 1.25, 2, 4)]
    assert find_half_width(planned, 0.05, planned) <= min(others) * 1.01


def test_there_is_nothing_to_say_before_the_burn_in() -> None:
    assert estimate(make_counts({(1, ALONE, TIE): BURN_IN - 1}), 0.05, 1000) is None
    assert measure(make_counts({(1, ALONE, TIE): BURN_IN})).curve.tolist() == [1]


def test_the_curve_ends_where_a_link_has_too_few_votes() -> None:
    cells = {(1, FIRST, WIN): 100, (2, SECOND, LOSS): 60, (2, FIRST, WIN): LEAST_LINK - 1, (3, FIRST, WIN): 100}
    assert len(measure(make_counts(cells)).curve) == 2
    cells[3, SECOND, LOSS] = 1
    assert len(measure(make_counts(cells)).curve) == 4


def test_the_curve_ends_at_rank_twenty() -> None:
    found = measure(possible(np.full(SHAPE, 100)))
    assert found.curve.tolist() == pytest.approx([1.0] * RANKS)


def test_items_that_stood_alone_say_nothing_about_the_curve() -> None:
    more = PAIRS + make_counts({(1, ALONE, WIN): 500, (2, ALONE, LOSS): 20, (3, ALONE, TIE): 77})
    assert measure(more).curve.tolist() == measure(PAIRS).curve.tolist()


def test_a_steep_curve_weighs_no_vote_more_than_the_bound() -> None:
    steep = make_counts({(1, FIRST, WIN): 5000, (1, FIRST, LOSS): 5000, (2, SECOND, WIN): 20, (2, SECOND, LOSS): 10})
    found = measure(steep)
    assert found.curve[1] < 1 / LARGEST_WEIGHT
    assert found.preference == pytest.approx(10 * 10 / (10_000 + 30 * 10) / 2)


@given(votes(), votes())
def test_counts_add_in_any_order(one: Counts, other: Counts) -> None:
    forwards, backwards = measure(one + other), measure(other + one)
    assert forwards.curve.tolist() == backwards.curve.tolist()
    assert (forwards.preference, forwards.low) == (backwards.preference, backwards.low)


@given(votes())
def test_swapping_the_models_mirrors_the_preference_and_keeps_the_curve(counts: Counts) -> None:
    ours, theirs = measure(counts), measure(counts[:, :, ::-1])
    assert ours.curve.tolist() == theirs.curve.tolist()
    mirrored = (-theirs.preference, -theirs.high, -theirs.low)
    assert (ours.preference, ours.low, ours.high) == pytest.approx(mirrored, abs=1e-9)


@given(votes())
def test_as_many_wins_as_losses_in_every_place_are_no_preference_whatever_the_curve(counts: Counts) -> None:
    even = counts + counts[:, :, ::-1]
    found = measure(even)
    assert found.preference == pytest.approx(0, abs=1e-12)
    assert found.low == pytest.approx(-found.high, abs=1e-9)


@given(votes())
def test_every_interval_holds_its_estimate_and_stays_within_bounds(counts: Counts) -> None:
    found = measure(counts)
    assert -0.5 <= found.low <= found.preference <= found.high <= 0.5
    assert (found.curve_low <= found.curve).all()
    assert (found.curve <= found.curve_high).all()
    assert (found.curve_low > 0).all()
    assert np.isfinite(found.curve_high).all()
    assert len(found.curve) == len(found.curve_low) == len(found.curve_high) <= RANKS


def differentiate(counts: Counts) -> float:
    """The deviation of one vote's influence by finite differences: every cell's count is moved a little."""
    values, total = counts.astype(np.float64), counts.sum()
    slopes = np.zeros(SHAPE)
    for cell in zip(*np.nonzero(counts), strict=True):
        ends = []
        for step in (0.01, -0.01):
            moved = values.copy()
            moved[cell] += step
            ends.append(weigh_votes(moved, Chain(moved))[0])
        slopes[cell] = (ends[0] - ends[1]) / 0.02 * total
    mean = float((counts * slopes).sum() / total)
    return sqrt(float((counts * (slopes - mean) ** 2).sum() / total))


def test_the_deviation_is_the_delta_methods() -> None:
    """The influence agrees with derivatives taken numerically, those through the estimated weights included."""
    random = np.random.default_rng(3)
    for counts in (PAIRS, *(possible(random.integers(21, 400, SHAPE)) for _ in range(3))):
        assert weigh_votes(counts, Chain(counts))[1] == pytest.approx(differentiate(counts), rel=1e-3)


@pytest.mark.parametrize("counts", [np.zeros((21, 3)), np.full(SHAPE, -1)])
def test_counts_that_are_none_are_refused(counts: Counts) -> None:
    with pytest.raises(ValueError, match="of shape"):
        estimate(counts, 0.05, 1000)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, float("nan")])
def test_an_alpha_that_is_none_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        estimate(PAIRS, alpha, 1000)


def test_a_half_is_what_keeps_a_link_without_second_votes_finite() -> None:
    found = measure(make_counts({(1, FIRST, WIN): 60, (1, FIRST, LOSS): 60}))
    assert found.curve[1] == pytest.approx(HALF / 120.5)
