"""Shoppers through the production draft: what must not look like a preference, and what must."""

from functools import cache
from math import sqrt
from random import Random

import pytest

from interleaver.api.plan import NEWEST
from interleaver.experiment.counters import Sample, fold
from interleaver.experiment.counting.ledger import Ledger
from interleaver.experiment.weighing.evidence import Evidence, weigh
from interleaver.interleaving.coins import Lot
from interleaver.interleaving.credit import Vote
from interleaver.interleaving.team_draft import Slot
from interleaver.stats.tally import Tally
from tests.simulation.shoppers import (
    SALT,
    Toss,
    gather_crowd,
    let_champion_lead,
    make_taste,
    pick_by_position,
    shop,
    tally_votes,
    toss_fairly,
)

UNITS = [f"user-{number}" for number in range(6000)]


def judge(tally: Tally, planned: int = 1000) -> Evidence:
    return weigh(tally, alpha=0.05, margin=0.02, planned=planned, mixture=NEWEST)


def deviate(tally: Tally) -> float:
    """By how many standard deviations the decisive votes differ from an even split."""
    return abs(tally.wins - tally.losses) / sqrt(tally.wins + tally.losses)


def visit_at_random(toss: Toss) -> Tally:
    """Two unrelated rankings, and shoppers who go by position alone."""
    random = Random(1)
    rankings = ((random.sample(range(100), 20), random.sample(range(100), 20)) for _ in UNITS)
    return tally_votes(
        shop(random, unit, pair, pick_by_position, toss) for unit, pair in zip(UNITS, rankings, strict=True)
    )


@cache  # a step of the ramp lets in some of the units that the next one lets in, and they vote as they do
def visit_with_taste(skills: tuple[float, float], toss: Toss = toss_fairly) -> dict[str, Vote | None]:
    """Each unit likes 4 of 30 items; the models' skills say how well they know which. Votes by unit."""
    random, crowd = Random(1), gather_crowd(1, len(UNITS))
    visits = zip(UNITS, crowd.liked.tolist(), crowd.rank(0, skills[0]), crowd.rank(1, skills[1]), strict=True)
    return {unit: shop(random, unit, (ours, theirs), make_taste(liked), toss) for unit, liked, ours, theirs in visits}


def test_shoppers_who_go_by_position_alone_prefer_nobody() -> None:
    tally = visit_at_random(toss_fairly)
    assert tally.votes > 5000
    assert deviate(tally) < 2.5
    assert max(judge(tally).better, judge(tally).harm) < judge(tally).bar


def test_with_a_fixed_first_team_the_same_shoppers_would_prefer_it() -> None:
    tally = visit_at_random(let_champion_lead)
    assert tally.preference < -0.1
    assert judge(tally).harm >= judge(tally).bar


@pytest.mark.parametrize("percent", [10, 25, 50, 100])
def test_equally_good_models_with_different_lists_are_even_at_every_step_of_the_ramp(percent: int) -> None:
    votes = [vote for unit, vote in visit_with_taste((1.0, 1.0)).items() if Lot(SALT, unit).is_in(percent)]
    tally = tally_votes(votes)
    assert tally.wins + tally.losses > 0.5 * len(votes)
    assert deviate(tally) < 2.5


def test_with_a_fixed_first_team_equally_good_models_would_not_be_even() -> None:
    assert deviate(tally_votes(visit_with_taste((1.0, 1.0), toss=let_champion_lead).values())) > 5


@pytest.mark.parametrize(("skills", "proven"), [((1.0, 1.5), "better"), ((1.5, 1.0), "worse")], ids=["better", "worse"])
def test_a_difference_that_is_there_is_found(skills: tuple[float, float], proven: str) -> None:
    evidence = judge(tally_votes(visit_with_taste(skills).values()))
    assert getattr(evidence, proven) >= evidence.bar


def test_identical_models_are_on_par_at_the_464th_vote_and_not_inconclusive() -> None:
    random, tally = Random(2), Tally()
    ranking = list(range(20))
    while not judge(tally).on_par_proven:
        unit = f"user-{random.random()}"
        tally += tally_votes([shop(random, unit, (ranking, ranking), pick_by_position, toss_fairly)])
    assert tally == Tally(ties=464)


def test_a_candidate_that_answers_nothing_never_gets_a_vote_however_long_it_runs() -> None:
    random = Random(3)
    conversions = 0

    def pick(chance: Random, slots: list[Slot[int]]) -> int | None:
        nonlocal conversions
        place = pick_by_position(chance, slots)
        conversions += place is not None
        return place

    tally = tally_votes(shop(random, unit, (range(20), []), pick, toss_fairly) for unit in UNITS)
    assert tally == Tally()
    assert not judge(tally).on_par_proven
    assert judge(Tally(ties=conversions)).on_par_proven  # were a fill a tie, it would be promoted


def test_restarts_of_the_router_and_of_the_operator_change_neither_tally_nor_evidence() -> None:
    random, ledger = Random(4), Ledger()
    start, counts = 0, {vote: 0 for vote in Vote}
    expected: list[Vote | None] = []
    for number, unit in enumerate(UNITS):
        vote = shop(random, unit, (range(20), range(19, -1, -1)), pick_by_position, toss_fairly)
        expected.append(vote)
        if vote is not None:
            counts[vote] += 1
        if number % 100 == 99:
            sample = Sample("router", str(start), {f"votes.{vote.value}": count for vote, count in counts.items()})
            ledger = Ledger.from_dict(fold(fold(ledger, [sample]), [sample]).to_dict())
            if random.random() < 0.3:
                start, counts = start + 1, {vote: 0 for vote in Vote}
    totals = fold(ledger, []).totals
    tally = Tally(totals["votes.win"], totals.get("votes.tie", 0), totals["votes.loss"])
    assert start > 5
    assert tally == tally_votes(expected)
