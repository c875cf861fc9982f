"""Candidates whose answers cannot be compared: from the router's merge to the operator's verdict, in one piece."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from interleaver.api.v1alpha1 import Guardrail
from interleaver.interleaving.credit import find_team, name_vote
from interleaver.router.http1.message import Answer, AnswerHead
from interleaver.router.rankings.merge import find_first_winner, merge
from interleaver.router.rankings.ranked import ListReader
from interleaver.router.serving.settle import settle
from interleaver.simulate.cluster import Cluster
from interleaver.simulate.moments import COUNTS
from interleaver.simulate.scenario import Faults, Scenario
from tests.simulation.shoppers import pick_by_position, toss_fairly
from tests.simulation.whole_runs import make_scenario

ITEMS = [f"item-{number}" for number in range(10)]
LISTS = ListReader("/items", "/id")
VISITS = 40  # between two looks, each of another unit
USELESS = {
    "an empty list": [],
    "one item": ITEMS[:1],
    "one item that the champion does not show": ["new"],
    "duplicates of one item": ITEMS[:1] * 10,
    "duplicates of nine items": ITEMS[:9] * 2,
}
TOLERANT = Guardrail.model_validate({"name": "fallbacks", "metric": "FallbackRatio", "max": "0.999999"})


def answer(items: Sequence[str]) -> Answer:
    """A model's answer with these items."""
    body = json.dumps({"items": [{"id": item} for item in items]}).encode()
    return Answer(AnswerHead(200, b"OK", [], len(body)), body)


def visit(random: Random, candidate: Sequence[str], champion: Sequence[str]) -> Counter[str]:
    """What the router counts of one unit that goes by position alone."""
    ours, theirs, unit = answer(champion), answer(candidate), f"user-{random.random()}"
    settlement = settle(ours, theirs, LISTS)
    assert settlement is not None
    if settlement.champion is None or settlement.candidate is None:
        return Counter({"calls.candidate.ok": 1, f"fallbacks.{settlement.reason}": 1})
    merged = merge(ours.body, settlement.champion, settlement.candidate, 50, toss_fairly(unit))
    slots = merged.slots
    counts = Counter({"calls.candidate.ok": 1, "requests.ok": 1})
    if (winner := find_first_winner(merged.teams)) is not None:
        counts[f"coins.{winner.value}"] += 1
    place = pick_by_position(random, slots)
    team = None if place is None else find_team(slots, slots[place].item)
    if team is not None and (vote := name_vote(team)) is not None:
        counts[f"votes.{vote.value}"] += 1
    return counts


def try_candidate(scenario: Scenario, candidate: Sequence[str], champion: Sequence[str] = ITEMS) -> Cluster:
    """The experiment after its run, which goes on until there is a verdict."""
    random, cluster = Random(1), Cluster(scenario)
    cluster.start()
    cluster.look()
    while cluster.experiment.status.decision is None:
        counts: Counter[str] = sum((visit(random, candidate, champion) for _ in range(VISITS)), Counter())
        assert set(counts) <= set(COUNTS)
        cluster.router.count([counts[name] for name in COUNTS])
        cluster.pass_time(scenario.rules.interval)
        cluster.look()
    return cluster


def make_plan(**changes: Any) -> Scenario:
    """The default plan of two weeks, with a look every four hours."""
    return replace(make_scenario(0.0, faults=Faults()), looks_per_day=6, **changes)


@pytest.mark.parametrize("candidate", USELESS.values(), ids=USELESS)
def test_a_candidate_that_cannot_be_compared_is_rolled_back_by_its_fallbacks(candidate: list[str]) -> None:
    decision = try_candidate(make_plan(), candidate).experiment.status.decision
    assert decision is not None
    assert (decision.verdict, decision.reason) == ("Rollback", "Guardrail")
    assert "short" in decision.message


@pytest.mark.parametrize("candidate", USELESS.values(), ids=USELESS)
def test_nor_is_it_promoted_if_all_that_is_tolerated_and_it_runs_for_the_whole_window(candidate: list[str]) -> None:
    cluster = try_candidate(make_plan(guardrails=(TOLERANT,)), candidate)
    decision, run = cluster.experiment.status.decision, cluster.run
    assert decision is not None
    assert run is not None
    assert (decision.verdict, decision.reason) == ("Inconclusive", "WindowOver")
    assert (run.votes, run.crossed.on_par, run.percent) == (0, None, 100)
    assert "without a comparison" in decision.message


def test_two_models_that_both_answer_nothing_are_never_on_par() -> None:
    cluster = try_candidate(make_plan(guardrails=(TOLERANT,)), [], champion=[])
    assert cluster.run is not None
    assert (cluster.run.votes, cluster.run.crossed.on_par) == (0, None)


def test_the_same_way_leads_a_copy_of_the_champion_to_its_promotion() -> None:
    decision = try_candidate(make_plan(), ITEMS).experiment.status.decision
    assert decision is not None
    assert (decision.verdict, decision.reason) == ("Promote", "OnPar")
