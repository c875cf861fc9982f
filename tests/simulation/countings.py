"""What units see, and how their conversions are counted: the product's way, and ways that teams write first.

Every way of counting is a law: with what probability one unit's visit means a win, a tie or a loss at a step of the
ramp. The laws are exact: all coins are gone through, and each pair of rankings comes with its mirror image.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from random import Random

import numpy as np

from interleaver.interleaving.credit import Vote, name_vote
from interleaver.interleaving.team_draft import Slot, Team, draft
from interleaver.simulate.many_runs import Fleet
from interleaver.simulate.moments import Integers, Moments
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Scenario

LENGTH = 5
PERSISTENCE = 0.6  # share of the units that looked at one place and look at the next one
VOTES = [Vote.WIN, Vote.TIE, Vote.LOSS]
ALL_COINS = list(product((True, False), repeat=LENGTH))

Ranking = Sequence[int]
Law = tuple[float, float, float]  # probabilities of a win, a tie and a loss
Cast = Callable[[Team], Vote | None]


@dataclass(frozen=True)
class Visit:
    """A unit's two rankings, and the items that it would convert on; None is every item."""

    champion: Ranking
    candidate: Ranking
    liked: frozenset[int] | None = None


@dataclass(frozen=True)
class Counting:
    """A way of running an experiment: the law of one visit at a percent, and who is shown the merged list."""

    law: Callable[[int], Law]
    share: Callable[[int], float] = lambda percent: percent / 100  # of the units, 0 to 1
    conversions: int = 1  # of each unit that count
    fleet: type[Fleet] = Fleet


def let_unrelated_models_meet() -> list[Visit]:
    """Rankings without a common item, and units that go by position alone."""
    return [Visit(range(20), range(20, 40)), Visit(range(20, 40), range(20))]


def let_equal_models_meet() -> list[Visit]:
    """Two models that know equally well which 3 of 30 items a unit likes, and do not know it surely."""
    random, visits = Random(1), []
    for _ in range(40):
        liked = frozenset(random.sample(range(30), 3))
        one, other = rank(random, liked), rank(random, liked)
        visits += [Visit(one, other, liked), Visit(other, one, liked)]
    return visits


def let_a_mute_candidate_meet_the_champion() -> list[Visit]:
    """The candidate answers nothing."""
    return [Visit(range(20), ())]


def rank(random: Random, liked: frozenset[int]) -> list[int]:
    """A model's ranking: an item that is liked scores 1 higher on average, with noise of 1."""
    return sorted(range(30), key=lambda item: -(random.gauss(0, 1) + (item in liked)))


def merge(visits: Iterable[Visit], cast: Cast = name_vote) -> Counting:
    """What the product does: fair coins, and the same list for everybody who is let in."""
    lists = [(visit, draft(visit.champion, visit.candidate, LENGTH, coins)) for visit in visits for coins in ALL_COINS]
    law = add_up((1 / len(lists), visit, slots) for visit, slots in lists)
    return Counting(lambda percent: count(law, cast))


def let_one_model_lead(visits: Sequence[Visit]) -> Counting:
    """The champion proposes first in every turn."""
    first = [False] * LENGTH
    law = add_up((1 / len(visits), each, draft(each.champion, each.candidate, LENGTH, first)) for each in visits)
    return Counting(lambda percent: count(law, name_vote))


def give_slots_away(visits: Sequence[Visit]) -> Counting:
    """Everybody is shown a list of which the candidate fills `percent` of the slots, at most half of them.

    Conversions are weighted by inverse propensity, as a careful team would: of the votes for the side with more slots
    as many are left out as makes the odds of equal slots even.
    """

    @lru_cache
    def law(percent: int) -> Law:
        share = min(percent, 50) / 100
        weights = {coins: share ** sum(coins) * (1 - share) ** (LENGTH - sum(coins)) for coins in ALL_COINS}
        shown = (
            (weights[coins] / len(visits), visit, fill_slots(visit, coins)) for visit in visits for coins in ALL_COINS
        )
        win, tie, loss = count(add_up(shown), name_vote)
        return win, tie, loss * share / (1 - share)

    return Counting(law, share=lambda percent: 1.0)


def fill_slots(visit: Visit, coins: Iterable[bool]) -> list[Slot[int]]:
    """Slot after slot, its side puts in the best item that is not shown yet."""
    slots: list[Slot[int]] = []
    for coin in coins:
        ranking, team = (visit.candidate, Team.CANDIDATE) if coin else (visit.champion, Team.CHAMPION)
        shown = {slot.item for slot in slots}
        slots.append(Slot(next(item for item in ranking if item not in shown), team))
    return slots


def count_picks_without_rival_as_ties(team: Team) -> Vote | None:
    """A conversion on an item that stands there because one list was at its end is a tie."""
    return Vote.TIE if team is Team.FILL else name_vote(team)


def add_up(lists: Iterable[tuple[float, Visit, list[Slot[int]]]]) -> dict[Team, float]:
    """The probability that a unit converts on an item of each team, over lists with their probabilities."""
    sums = dict.fromkeys(Team, 0.0)
    for weight, visit, slots in lists:
        for chance, slot in zip(look_down(visit, slots), slots, strict=True):
            sums[slot.team] += weight * chance
    return sums


def look_down(visit: Visit, slots: list[Slot[int]]) -> Iterator[float]:
    """The probability that the unit converts on each of the slots: on the first that it likes and gets to see."""
    eye = 1.0
    for slot in slots:
        likes = 0.5 if visit.liked is None else float(slot.item in visit.liked)
        yield eye * likes
        eye *= PERSISTENCE * (1 - likes)


def count(law: dict[Team, float], cast: Cast) -> Law:
    """The probabilities of a win, a tie and a loss."""
    sums = dict.fromkeys(VOTES, 0.0)
    for team, chance in law.items():
        if (vote := cast(team)) is not None:
            sums[vote] += chance
    return sums[Vote.WIN], sums[Vote.TIE], sums[Vote.LOSS]


class Visits:
    """A source of moments: units come at a steady rate, and their conversions are counted in one of the ways."""

    def __init__(self, counting: Counting, scenario: Scenario, random: np.random.Generator) -> None:
        percents = scenario.rules.percents
        units = scenario.truth.votes_per_day / scenario.looks_per_day
        self.counting, self.random = counting, random
        self.rates = np.array([units * counting.share(each) * np.array(counting.law(each)) for each in percents])

    def next(self, runs: Integers, steps: Integers) -> Moments:
        votes = self.counting.conversions * self.random.poisson(self.rates[steps])
        calm = np.zeros(len(runs), dtype=np.int64)
        return Moments(np.zeros_like(votes), votes, calm, calm.astype(np.bool_))


def run_counting(counting: Counting, scenario: Scenario, runs: int, seed: int) -> list[Outcome]:
    """Whole runs in which conversions are counted that way; `votes_per_day` are visits here."""
    source = Visits(counting, scenario, np.random.default_rng(seed))
    return counting.fleet(scenario, runs).run(source)
