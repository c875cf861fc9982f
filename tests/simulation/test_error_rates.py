"""The errors that a run may make, at looks every 30 minutes for 14 days, and a naive test that makes many more."""

import numpy as np
import pytest

from tests.simulation.votes import (
    ALPHA,
    LOOKS_A_DAY,
    MARGIN,
    Counts,
    Flags,
    before_first,
    cast_votes,
    mirror,
    reject,
    reject_naively,
    share_ever,
)

RUNS = 300
ON_PAR, EVEN, WORSE = 0.5 - MARGIN, 0.5, 0.5 + MARGIN  # null means


def roll_back(tallies: Counts) -> Flags:
    """At which looks a run is rolled back: on harm before on par was first reached, on worse from then on."""
    early = before_first(reject(tallies, ON_PAR))
    return (reject(mirror(tallies), EVEN) & early) | (reject(mirror(tallies), WORSE) & ~early)


@pytest.mark.parametrize("tie_share", [0.0, 0.5])
def test_a_candidate_at_the_margin_is_promoted_in_a_share_of_alpha_at_most(tie_share: float) -> None:
    tallies = cast_votes(1, RUNS, preference=-MARGIN, tie_share=tie_share, votes_a_day=1500)
    assert share_ever(reject(tallies, ON_PAR)) <= ALPHA
    assert share_ever(reject_naively(tallies, ON_PAR)) > 5 * ALPHA


@pytest.mark.parametrize("tie_share", [0.0, 0.5])
def test_an_equal_candidate_is_rolled_back_in_a_share_of_alpha_at_most(tie_share: float) -> None:
    tallies = cast_votes(2, RUNS, preference=0.0, tie_share=tie_share, votes_a_day=1500)
    assert share_ever(roll_back(tallies)) <= ALPHA
    assert share_ever(reject_naively(mirror(tallies), EVEN)) > 5 * ALPHA


@pytest.mark.parametrize(
    ("preference", "null_mean", "mirrored"),
    [
        pytest.param(0.0, ON_PAR, False, id="an equal one is on par"),
        pytest.param(0.03, EVEN, False, id="a better one is better"),
        pytest.param(-0.03, EVEN, True, id="a worse one is harm"),
    ],
)
def test_a_candidate_far_from_the_hypothesis_is_recognised(preference: float, null_mean: float, mirrored: bool) -> None:
    # 21,000 votes are three times what the design says 80 % of such runs need.
    tallies = cast_votes(3, 100, preference=preference, tie_share=0.0, votes_a_day=1500)
    assert share_ever(reject(mirror(tallies) if mirrored else tallies, null_mean)) > 0.95


def test_eighty_percent_of_equal_runs_without_ties_are_on_par_after_as_many_votes_as_the_design_says() -> None:
    # Source: the design's figures (docs/how-to/simulate.md#what-comes-out): 80 % done by 6,726 votes, by simulation.
    tallies = cast_votes(4, RUNS, preference=0.0, tie_share=0.0, votes_a_day=1500)
    proven = reject(tallies, ON_PAR)
    votes = np.take_along_axis(tallies.sum(axis=-1), proven.argmax(axis=-1)[:, None], axis=-1)
    assert proven.any(axis=-1).all()
    assert np.quantile(votes, 0.8) == pytest.approx(6726, rel=0.1)


def test_the_margin_means_something_even_at_high_traffic() -> None:
    # At a true preference of -.005, well within the margin, harm is proven sooner or later if there are enough votes.
    tallies = cast_votes(5, 60, preference=-0.005, tie_share=0.0, votes_a_day=20_000)
    decided = 7 * LOOKS_A_DAY  # minimumRun: the first look that may promote
    assert share_ever(roll_back(tallies)[:, :decided]) < 0.3
    assert share_ever(reject(mirror(tallies), EVEN)[:, :decided]) > 0.6


def test_bots_dilute_a_preference_and_the_candidate_passes_no_more_often_than_the_diluted_one_may() -> None:
    # Four of five votes are noise, so a preference of -.05 among shoppers is one of -.01 among votes.
    shoppers = cast_votes(6, RUNS, preference=-0.05, tie_share=0.0, votes_a_day=300)
    bots = cast_votes(7, RUNS, preference=0.0, tie_share=0.0, votes_a_day=1200)
    assert share_ever(reject(shoppers + bots, 0.49)) <= ALPHA
    assert share_ever(reject(shoppers, 0.49)) == 0.0
    # What noise can do is hide: within a margin of .02 the diluted candidate is on par.
    assert share_ever(reject(shoppers + bots, ON_PAR)) > 0.5
