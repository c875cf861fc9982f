"""What a router remembers is bounded, and full memory never lets a unit vote twice."""

import json
from typing import Any

from msgspec import Raw

from interleaver.router.feedback.ballot import Ballot
from interleaver.router.system.counters import KEPT_RUNS, Counters, RunCounters
from interleaver.router.votes.memory import Votes
from interleaver.router.votes.shown import LatestImpressions


def test_a_unit_votes_once() -> None:
    votes = Votes(RunCounters())
    assert [votes.vote(b"u"), votes.vote(b"u"), votes.vote(b"v")] == [True, False, True]


def test_when_memory_is_full_nobody_new_votes() -> None:
    votes = Votes(RunCounters(), voters=2)
    assert [votes.vote(unit) for unit in (b"a", b"b", b"c", b"a")] == [True, True, False, False]
    assert votes.count_voters() == 2


def test_conversions_are_forgotten_oldest_first() -> None:
    votes = Votes(RunCounters(), conversions=2)
    marks = (b"1", b"2", b"1", b"3", b"1", b"3")
    assert [votes.convert(mark) for mark in marks] == [True, True, False, True, True, False]
    assert len(votes.converted) == 2


def test_coins_of_units_beyond_memory_are_not_counted() -> None:
    votes = Votes(RunCounters(), coin_units=1)
    for unit in (b"a", b"a", b"b"):
        votes.toss(unit, "candidate")
    assert votes.counters.first_coins == {("candidate",): 1, ("champion",): 0}


def test_counters_of_a_run_that_comes_back_go_on() -> None:
    counters = Counters(0.0)
    counters.open_run("r1").votes[("win",)] += 1
    counters.open_run(None)
    assert counters.open_run("r1").votes[("win",)] == 1
    for number in range(2, 10):
        counters.open_run(f"r{number}")
    assert [run for run in counters.runs if run] == [f"r{number}" for number in range(10 - KEPT_RUNS, 10)]


def test_a_run_with_odd_characters_is_escaped() -> None:
    counters = Counters(0.0)
    counters.open_run('a"b\\c\nd')
    assert 'run="a\\"b\\\\c\\nd"' in counters.render()


def test_feedback_without_a_run_is_foreign() -> None:
    assert Ballot(None, 60).judge(Raw(b'{"impression": "x", "item": 1}'), now=0.0) == "foreign"


def test_the_latest_impressions_of_a_unit_are_kept_and_the_oldest_units_forgotten() -> None:
    shown = LatestImpressions(seconds=60, units=2)
    for number in range(7):
        shown.add(b"a", b"%d" % number, number)
    assert shown.find(b"a") == [b"6", b"5", b"4", b"3", b"2"]
    shown.add(b"b", b"x", 7)
    shown.add(b"c", b"y", 8)
    assert (shown.find(b"a"), shown.find(b"b")) == ([], [b"x"])
    shown.add(b"c", b"z", 100)
    assert list(shown.tokens) == [b"c"]


def test_a_vote_is_remembered_when_a_run_pauses(make_stage: Any) -> None:
    stage = make_stage().start()
    router = stage.router
    token = router.rank().header("X-Interleaver-Impression")
    router.feed_back({"impression": token, "item": "a"})
    stage.configure(run=None)
    stage.configure()
    assert router.feed_back([{"impression": token, "item": item} for item in ("a", "b")]).json()["accepted"] == 1
    assert sum(router.counts("votes", "outcome").values()) == 1
    assert json.loads(router.config_file.read_text())["run"] == "r1"
