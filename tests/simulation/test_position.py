"""Shoppers whose attention is known: what the curve and the weighted preference make of their votes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from math import sqrt
from random import Random

import numpy as np
import numpy.typing as npt
import pytest

from interleaver.interleaving.credit import name_vote
from interleaver.interleaving.places import Place, name_places
from interleaver.interleaving.team_draft import Team, draft
from interleaver.stats.position import RANKS, SHAPE, Position, estimate, find_half_width
from interleaver.stats.tally import Tally
from tests.simulation.shoppers import pick_by_position, toss_fairly

Floats = npt.NDArray[np.float64]
Appeal = Callable[[Team, int], float]  # of an item by who put it there and by the index of its turn

LENGTH = 10
PLACES = list(Place)
OUTCOMES = ["win", "tie", "loss"]
ALPHA = 0.025  # of each end
LEVEL = 1 - 2 * ALPHA
RUNS = 120
LOOKS = np.geomspace(100, 4000, 18).astype(int)

STEEP = 0.6 ** np.arange(30)
ATTENTION = {
    "flat": np.ones(30),
    "hyperbola": 1 / np.arange(1, 31),
    "steep": STEEP,
    "pages": np.tile([1.0, 0.5, 0.3], 10),  # it rises again at the top of every page of three
}


@dataclass(frozen=True)
class Crowd:
    """How often a vote falls into each cell, and the preference of a shopper who sees all ranks equally well."""

    shares: Floats
    preference: float


def draw_rankings(random: Random) -> tuple[list[int], list[int]]:
    """Two rankings that share about half of their items, in places of their own."""
    ours = random.sample(range(20), 14)
    theirs = [item if random.random() < 0.5 else 20 + item for item in ours]
    for at in random.sample(range(13), 3):
        theirs[at], theirs[at + 1] = theirs[at + 1], theirs[at]
    return ours, theirs


@cache
def gather(curve: str, appeal: Appeal) -> Crowd:
    """The crowd behind 300 pairs of rankings, through the production draft; a vote's chance is attention * appeal.

    Each pair is drafted with either coin throughout, which puts either item of every contested turn at either place
    once: the shares are those of fair coins, exactly.
    """
    random, shares, liking = Random(1), np.zeros(SHAPE), dict.fromkeys(OUTCOMES, 0.0)
    attention = ATTENTION[curve].tolist()
    for _ in range(300):
        rankings = draw_rankings(random)
        for coin in (True, False):
            teams = [slot.team for slot in draft(*rankings, LENGTH, repeat(coin))]
            places = name_places(teams)
            for rank, (team, place) in enumerate(zip(teams, places, strict=True)):
                vote = name_vote(team)
                assert vote is not None
                likes = appeal(team, rank - (place is Place.SECOND))
                cell = min(rank, RANKS), PLACES.index(place), OUTCOMES.index(vote.value)
                shares[cell] += attention[rank] * likes
                liking[vote.value] += likes
    preference = (liking["win"] - liking["loss"]) / sum(liking.values()) / 2
    return Crowd(shares / shares.sum(), preference)


def like_equally(team: Team, rank: int) -> float:
    return 1.0


def like_the_candidate(team: Team, rank: int) -> float:
    return {Team.CANDIDATE: 1.4, Team.CHAMPION: 1.0}.get(team, 1.2)


def like_the_champion_on_top(team: Team, rank: int) -> float:
    """The champion's items are better in the upper half of the list by as much as the candidate's in the lower."""
    better = Team.CHAMPION if rank < LENGTH // 2 else Team.CANDIDATE
    return 2.0 if team is better else 1.0


def measure(counts: npt.NDArray[np.int64]) -> Position:
    found = estimate(counts, ALPHA, 1000)
    assert found is not None
    return found


@cache  # what one test asks of these runs another one asks differently
def watch(curve: str, appeal: Appeal) -> list[list[Position]]:
    """What each run of a crowd shows at each of its looks."""
    random, shares = np.random.default_rng(7), gather(curve, appeal).shares.ravel()
    steps = np.diff(LOOKS, prepend=0)
    runs = [np.cumsum([random.multinomial(votes, shares) for votes in steps], axis=0) for _ in range(RUNS)]
    return [[measure(counts.reshape(SHAPE)) for counts in looks] for looks in runs]


def share_wrong(runs: list[list[Position]], is_wrong: Callable[[Position, int], bool]) -> float:
    """The share of runs of which any look is wrong."""
    wrong = [any(is_wrong(found, int(votes)) for found, votes in zip(run, LOOKS, strict=True)) for run in runs]
    return sum(wrong) / len(runs)


def bound_misses(runs: int) -> float:
    """The share of misses that a sequence of this level exceeds by chance once in a thousand times."""
    miss = 1 - LEVEL
    return miss + 3.1 * sqrt(miss * (1 - miss) / runs)


@pytest.mark.parametrize("curve", ATTENTION)
def test_equal_models_show_no_preference_however_steep_the_curve(curve: str) -> None:
    assert gather(curve, like_equally).preference == 0
    missed = share_wrong(watch(curve, like_equally), lambda found, _: not found.low <= 0 <= found.high)
    assert missed <= bound_misses(RUNS)


@pytest.mark.parametrize("curve", ["flat", "hyperbola"])
def test_the_sequence_holds_a_known_preference_at_every_look_as_often_as_it_says(curve: str) -> None:
    known = gather(curve, like_the_candidate).preference
    assert known > 0.03
    missed = share_wrong(watch(curve, like_the_candidate), lambda found, _: not found.low <= known <= found.high)
    assert missed <= bound_misses(RUNS)


@pytest.mark.parametrize("curve", ATTENTION)
def test_the_sequence_holds_the_known_attention_of_the_third_rank(curve: str) -> None:
    known = ATTENTION[curve][2]

    def is_wrong(found: Position, votes: int) -> bool:
        return len(found.curve) > 2 and not found.curve_low[2] <= known <= found.curve_high[2]

    assert share_wrong(watch(curve, like_the_candidate), is_wrong) <= bound_misses(RUNS)


def test_an_interval_for_one_look_fails_the_same_test() -> None:
    """What everybody writes first: 1.96 standard errors, looked at again and again."""

    def is_wrong(found: Position, votes: int) -> bool:
        ratio = 1.96 / sqrt(votes) / find_half_width(votes, ALPHA, 1000)
        return abs(found.preference) > (found.high - found.preference) * ratio

    assert share_wrong(watch("hyperbola", like_equally), is_wrong) > bound_misses(RUNS)


@pytest.mark.parametrize("appeal", [like_equally, like_the_candidate, like_the_champion_on_top])
@pytest.mark.parametrize("curve", ["flat", "hyperbola", "pages"])
def test_with_many_votes_curve_and_preference_are_those_of_the_shoppers(curve: str, appeal: Appeal) -> None:
    crowd = gather(curve, appeal)
    found = measure(np.rint(crowd.shares * 10**9).astype(np.int64))
    assert found.curve.tolist() == pytest.approx(ATTENTION[curve][:LENGTH].tolist(), rel=1e-3)
    assert found.preference == pytest.approx(crowd.preference, abs=1e-4)


def test_a_difference_that_hides_where_few_look_is_seen() -> None:
    """Over all ranks the models are alike. The plain preference sees the upper half, where attention is."""
    crowd = gather("hyperbola", like_the_champion_on_top)
    votes = np.rint(crowd.shares * 10**6).astype(np.int64)
    wins, ties, losses = votes.sum(axis=(0, 1)).tolist()
    assert Tally(wins, ties, losses).preference < -0.02
    assert measure(votes).preference == pytest.approx(crowd.preference, abs=1e-3)
    assert abs(crowd.preference) < 0.02


def test_shoppers_who_look_down_the_list_are_seen_through_the_coins_of_their_own() -> None:
    """Whole visits with the production coins: each place holds the eye with 0.6 of what the place above did."""
    random, counts = Random(5), np.zeros(SHAPE, dtype=np.int64)
    for number in range(6000):
        slots = draft(*draw_rankings(random), LENGTH, toss_fairly(f"user-{number}"))
        rank = pick_by_position(random, slots)
        if rank is not None:
            place, vote = name_places([slot.team for slot in slots])[rank], name_vote(slots[rank].team)
            assert vote is not None
            counts[min(rank, RANKS), PLACES.index(place), OUTCOMES.index(vote.value)] += 1
    found = measure(counts)
    truth = STEEP[: len(found.curve)]
    assert len(truth) >= 6
    assert (found.curve_low <= truth).all()
    assert (truth <= found.curve_high).all()
    assert found.low <= 0 <= found.high
