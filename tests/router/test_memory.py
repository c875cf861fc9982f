"""What a router remembers is bounded, and full memory never lets a unit vote twice."""

import json
from typing import Any

from interleaver.router.counters import KEPT_RUNS, Counters
from interleaver.router.feedback import Ballot
from interleaver.router.votes import Votes


def test_a_unit_votes_once() -> None:
    votes = Votes()
    assert [votes.vote(b"u"), votes.vote(b"u"), votes.vote(b"v")] == [True, False, True]


def test_when_memory_is_full_nobody_new_votes() -> None:
    votes = Votes(voters=2)
    assert [votes.vote(unit) for unit in (b"a", b"b", b"c", b"a")] == [True, True, False, False]
    assert votes.is_full()


def test_conversions_are_forgotten_oldest_first() -> None:
    votes = Votes(conversions=2)
    assert [votes.convert(b"i", item) for item in (1, 2, 1, 3, 1, 3)] == [True, True, False, True, True, False]
    assert len(votes.converted) == 2


def test_coins_of_units_beyond_memory_are_not_counted() -> None:
    votes = Votes(coin_units=1)
    assert [votes.toss(unit) for unit in (b"a", b"a", b"b")] == [True, False, False]


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
    counters = Counters(0.0)
    ballot = Ballot(None, 60, Votes(), counters.run)
    assert not ballot.count({"impression": "x", "item": 1}, now=0.0)
    assert counters.run.feedback[("foreign",)] == 1


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
